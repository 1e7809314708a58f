//! What do captured packets say?
//!
//! Reads pcap and pcapng as they stream, keeps a little of a bounded number of connections, and
//! tells what passes in clear: CONNECT and its answer, the name in the ClientHello, alerts,
//! resets. What is encrypted stays so: TLS 1.3 hides its alerts.

mod flows;
mod packets;
mod segment;
mod tls;

use std::io::{self, Read};

use self::flows::Flows;
use self::packets::Packets;
use super::hit::{Format, Reading};
use super::interest::Interest;
use super::line::Shown;
use super::mask::Mask;
use super::scanned::{Detail, Scanned, Sighting};

/// Reads a capture to its end; each packet counts as a line.
///
/// # Errors
///
/// When it cannot be read, or is cut in the midst of a packet, or is no capture after all.
pub(super) fn read(
    reader: &mut dyn Read,
    interest: &Interest,
    mask: &Mask,
    take: &mut dyn FnMut(&mut Scanned, u64),
) -> io::Result<()> {
    let mut packets = Packets::new(reader)?;
    let mut flows = Flows::default();
    while let Some(packet) = packets.next()? {
        let readings = segment::of(&packet).map(|segment| flows.take(&segment));
        let mut scanned = Scanned {
            lines: 1,
            ..Scanned::default()
        };
        for (reading, shown) in readings.unwrap_or_default() {
            let host = reading.facts.host.as_deref();
            let way = scanned.names.add(host, reading.client.as_deref());
            scanned.sightings.push(Sighting {
                anchor: 0,
                line: 0,
                code: reading.code,
                depth: reading.depth,
                format: Format::Capture,
                is_mine: interest.is_mine(host),
                source: None,
                way,
                may_follow: false,
                at: packet.at,
                told: Detail::of(reading, &Shown::whole(&shown), mask),
            });
        }
        take(&mut scanned, packets.behind());
    }
    Ok(())
}

/// What a connection says, and how that is shown.
type Said = (Reading, String);

/// Bytes that come from anywhere: nothing is read behind their end.
#[derive(Clone, Copy)]
struct Bytes<'a>(&'a [u8]);

impl<'a> Bytes<'a> {
    fn take(&mut self, length: usize) -> Option<&'a [u8]> {
        let (taken, rest) = self.0.split_at_checked(length)?;
        self.0 = rest;
        Some(taken)
    }

    fn array<const N: usize>(&mut self) -> Option<[u8; N]> {
        self.take(N)?.try_into().ok()
    }

    fn byte(&mut self) -> Option<u8> {
        self.array::<1>().map(|[byte]| byte)
    }

    /// In the order of networks.
    fn short(&mut self) -> Option<u16> {
        self.array().map(u16::from_be_bytes)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use tomcheck_diagnosis::Pseudonyms;

    /// What a capture says: the packet, the code, the site.
    fn said(capture: &[u8]) -> (Vec<String>, io::Result<()>) {
        let (mut said, mut packet) = (Vec::new(), 0);
        let mask = Mask::new(Pseudonyms::new("key"), false);
        let interest = Interest::default();
        let outcome = read(&mut &*capture, &interest, &mask, &mut |scanned, _| {
            packet += scanned.lines;
            for sighting in &scanned.sightings {
                let host = scanned.names.host(&sighting.way).unwrap_or_default();
                said.push(format!(
                    "{packet} {} {host}",
                    sighting.code.unwrap_or_default()
                ));
            }
        });
        (said, outcome)
    }

    const SYN: u8 = 2;
    const RST: u8 = 4;
    const ACK: u8 = 16;

    /// A connection from 10.0.0.1:40000 to 10.0.0.2:3128.
    #[derive(Default)]
    struct Talk {
        packets: Vec<Vec<u8>>,
        sequences: [u32; 2],
    }

    impl Talk {
        fn opened() -> Self {
            let mut talk = Self {
                sequences: [u32::MAX - 3, 7],
                ..Self::default()
            };
            talk.push(0, SYN, b"");
            talk.push(1, SYN | ACK, b"");
            talk
        }

        fn push(&mut self, side: usize, flags: u8, payload: &[u8]) -> &mut Self {
            let ends = [([10, 0, 0, 1], 40_000_u16), ([10, 0, 0, 2], 3128)];
            let ((from, source), (to, target)) = (ends[side], ends[1 - side]);
            let total = u16::try_from(40 + payload.len()).unwrap();
            let mut bytes = vec![0; 12];
            bytes.extend([8, 0, 0x45, 0]);
            bytes.extend(total.to_be_bytes());
            bytes.extend([0, 0, 0x40, 0, 64, 6, 0, 0]);
            bytes.extend(from.into_iter().chain(to));
            bytes.extend(source.to_be_bytes().into_iter().chain(target.to_be_bytes()));
            bytes.extend(self.sequences[side].to_be_bytes());
            bytes.extend([0, 0, 0, 0, 0x50, flags, 1, 0, 0, 0, 0, 0]);
            bytes.extend(payload);
            let more = payload.len() + usize::from(flags & SYN != 0);
            let more = u32::try_from(more).unwrap();
            self.sequences[side] = self.sequences[side].wrapping_add(more);
            self.packets.push(bytes);
            self
        }

        fn pcap(&self) -> Vec<u8> {
            let mut file = vec![0xd4, 0xc3, 0xb2, 0xa1, 2, 0, 4, 0];
            file.extend([0; 8]);
            file.extend([0, 0, 4, 0, 1, 0, 0, 0]);
            for packet in &self.packets {
                let length = u32::try_from(packet.len()).unwrap().to_le_bytes();
                file.extend(1_795_729_459_u32.to_le_bytes().into_iter().chain([0; 4]));
                file.extend(length.into_iter().chain(length));
                file.extend(packet);
            }
            file
        }

        fn pcapng(&self) -> Vec<u8> {
            let block = |kind: u32, body: &[u8]| {
                let length = u32::try_from(12 + body.len()).unwrap().to_be_bytes();
                [&kind.to_be_bytes()[..], &length, body, &length].concat()
            };
            let mut file = block(
                0x0a0d_0d0a,
                &[
                    0x1a, 0x2b, 0x3c, 0x4d, 0, 1, 0, 0, 255, 255, 255, 255, 255, 255, 255, 255,
                ],
            );
            file.extend(block(1, &[0, 1, 0, 0, 0, 0, 0, 0]));
            for packet in &self.packets {
                let mut body = vec![0; 12];
                let length = u32::try_from(packet.len()).unwrap().to_be_bytes();
                body.extend(length.into_iter().chain(length));
                body.extend(packet);
                body.resize(body.len().next_multiple_of(4), 0);
                file.extend(block(6, &body));
            }
            file
        }
    }

    fn hello(name: &str) -> Vec<u8> {
        let length = |bytes: usize| u16::try_from(bytes).unwrap().to_be_bytes();
        let name = [&[0][..], &length(name.len()), name.as_bytes()].concat();
        let list = [&length(name.len())[..], &name].concat();
        let extension = [&[0, 0][..], &length(list.len()), &list].concat();
        let body = [
            &[3, 3][..],
            &[0; 32],
            &[0, 0, 2, 0x13, 1, 1, 0],
            &length(extension.len()),
            &extension,
        ]
        .concat();
        let message = [&[1, 0][..], &length(body.len()), &body].concat();
        [&[22, 3, 1][..], &length(message.len()), &message].concat()
    }

    #[test]
    fn the_answer_of_a_proxy_is_read_in_both_forms_of_captures_and_across_packets() {
        let mut talk = Talk::opened();
        talk.push(0, ACK, b"CONNECT tom.example:443 HT")
            .push(0, ACK, b"TP/1.1\r\n\r\n");
        talk.push(
            1,
            ACK,
            b"HTTP/1.1 407 Proxy Authentication Required\r\nA: b\r\n\r\npage",
        );
        talk.push(0, ACK, b"CONNECT tom.example:443 HTTP/1.1\r\n\r\n");
        talk.push(1, ACK, b"HTTP/1.1 403 Forbidden\r\n\r\n");
        let expected = [
            "5 proxy.authentication-required tom.example",
            "7 proxy.host-not-allowed tom.example",
        ];
        for capture in [talk.pcap(), talk.pcapng()] {
            let (said, outcome) = said(&capture);
            assert_eq!(said, expected);
            outcome.unwrap();
        }
    }

    #[test]
    fn an_alert_names_the_site_of_the_hello_and_who_sent_it() {
        let mut talk = Talk::opened();
        talk.push(0, ACK, &hello("TOM.example"))
            .push(1, ACK, &[21, 3, 3, 0, 2, 2, 48]);
        assert_eq!(
            said(&talk.pcap()).0,
            ["4 tls.certificate-rejected tom.example"]
        );
        let mut talk = Talk::opened();
        talk.push(0, ACK, &hello("tom.example"))
            .push(0, ACK, &[21, 3, 3, 0, 2, 2, 48]);
        assert_eq!(said(&talk.pcap()).0, ["4 tls.server-untrusted tom.example"]);
        let mut talk = Talk::opened();
        talk.push(0, ACK, &hello("tom.example"))
            .push(1, ACK, &[20, 3, 3, 0, 1, 1]);
        talk.push(1, ACK, &[21, 3, 3, 0, 2, 2, 48]);
        assert_eq!(said(&talk.pcap()).0, Vec::<String>::new(), "encrypted");
    }

    #[test]
    fn a_tunnel_that_opens_says_what_happens_in_it() {
        let mut talk = Talk::opened();
        talk.push(0, ACK, b"CONNECT tom.example:443 HTTP/1.1\r\n\r\n");
        talk.push(1, ACK, b"HTTP/1.1 200 Connection established\r\n\r\n");
        talk.push(0, ACK, &hello("tom.example")).push(1, RST, b"");
        assert_eq!(
            said(&talk.pcap()).0,
            ["4  tom.example", "6 tls.reset-by-middlebox tom.example"]
        );
    }

    #[test]
    fn a_password_that_is_refused_is_told_apart_from_one_that_is_asked_for() {
        let of = |headers: &[&str]| {
            let mut talk = Talk::opened();
            for header in headers {
                let request = format!("CONNECT tom.example:443 HTTP/1.1\r\n{header}\r\n");
                talk.push(0, ACK, request.as_bytes());
                talk.push(1, ACK, b"HTTP/1.1 407 No\r\n\r\n");
            }
            let (said, _) = said(&talk.pcap());
            said.last().unwrap().split(' ').nth(1).unwrap().to_owned()
        };
        let [basic, ticket] =
            ["Basic eA==", "NTLM eA=="].map(|value| format!("proxy-authorization: {value}\r\n"));
        assert_eq!(of(&[""]), "proxy.authentication-required");
        assert_eq!(of(&["", &basic]), "proxy.authentication-rejected");
        assert_eq!(of(&["", &ticket]), "proxy.authentication-required");
        assert_eq!(of(&["", &ticket, &ticket]), "proxy.authentication-rejected");
    }

    #[test]
    fn a_refusal_is_told_once_and_a_normal_end_not_at_all() {
        let mut talk = Talk::default();
        talk.push(0, SYN, b"").push(1, RST | ACK, b"");
        assert_eq!(said(&talk.pcap()).0, ["2 network.refused 10.0.0.2"]);
        let mut talk = Talk::default();
        talk.push(0, ACK, b"under way").push(1, RST, b"");
        assert_eq!(said(&talk.pcap()).0, Vec::<String>::new(), "nobody knows");
        let mut talk = Talk::opened();
        talk.push(0, ACK, &hello("a.example"))
            .push(1, ACK, &[22, 3, 3, 0, 1, 2])
            .push(1, RST, b"");
        assert_eq!(said(&talk.pcap()).0, Vec::<String>::new());
    }

    #[test]
    fn who_answers_a_greeting_with_a_page_speaks_no_tls() {
        let of = |answers: &[&[u8]]| {
            let mut talk = Talk::opened();
            talk.push(0, ACK, &hello("tom.example"));
            for answer in answers {
                talk.push(1, ACK, answer);
            }
            said(&talk.pcap()).0
        };
        let page = b"HTTP/1.1 200 OK\r\n\r\n<html>portal";
        assert_eq!(of(&[page, page]), ["4 tls.not-tls tom.example"]);
        assert_eq!(of(&[&[22, 3, 3, 0, 1, 2], page]), Vec::<String>::new());
    }

    #[test]
    fn who_shows_no_certificate_is_told_that_one_is_required() {
        let of = |certificate: &[u8]| {
            let mut talk = Talk::opened();
            talk.push(0, ACK, &hello("tom.example"))
                .push(1, ACK, &[22, 3, 3, 0, 1, 2])
                .push(0, ACK, certificate)
                .push(1, ACK, &[21, 3, 3, 0, 2, 2, 40]);
            said(&talk.pcap()).0
        };
        let none = [22, 3, 3, 0, 7, 11, 0, 0, 3, 0, 0, 0];
        assert_eq!(of(&none), ["6 tls.certificate-required tom.example"]);
        let one = [22, 3, 3, 0, 8, 11, 0, 0, 4, 0, 0, 1, 0];
        assert_eq!(of(&one), ["6 tls.handshake-failure tom.example"]);
    }

    #[test]
    fn what_was_read_before_a_capture_is_cut_counts() {
        let mut talk = Talk::opened();
        talk.push(0, ACK, &hello("tom.example"))
            .push(1, ACK, &[21, 3, 3, 0, 2, 2, 40]);
        talk.push(0, ACK, b"more");
        let mut capture = talk.pcap();
        capture.truncate(capture.len() - 2);
        let (said, outcome) = said(&capture);
        assert_eq!(said, ["4 tls.handshake-failure tom.example"]);
        assert_eq!(outcome.unwrap_err().kind(), io::ErrorKind::UnexpectedEof);
    }

    proptest! {
        #[test]
        fn no_bytes_make_it_panic(
            magic in prop::sample::select(vec![[0xd4, 0xc3, 0xb2, 0xa1], [0xa1, 0xb2, 0x3c, 0x4d], [0x0a, 0x0d, 0x0d, 0x0a]]),
            bytes: Vec<u8>,
            payloads in prop::collection::vec((0..2_usize, any::<u8>(), prop::collection::vec(any::<u8>(), 0..40)), 0..8),
        ) {
            let _ = said(&[&magic[..], &bytes].concat());
            let mut talk = Talk::opened();
            for (side, flags, payload) in payloads {
                talk.push(side, flags, &payload);
            }
            let (_, outcome) = said(&talk.pcap());
            prop_assert!(outcome.is_ok());
        }
    }
}
