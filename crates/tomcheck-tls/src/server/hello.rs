//! What does a client offer before anybody answers?

use serde::Serialize;

use crate::rustls_adapter::{cipher_name, group_name};
use crate::scheme::Scheme;

/// A ClientHello: everything in the client's own order.
///
/// Source: RFC 8446 §4.1.2, RFC 5246 §7.4.1.2.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
#[non_exhaustive]
pub struct HelloSeen {
    /// The host name it asked for (SNI, RFC 6066 §3).
    pub server_name: Option<String>,
    /// Versions, as on the wire: 0x0304 is TLS 1.3.
    pub versions: Vec<u16>,
    /// Cipher suites.
    pub ciphers: Vec<u16>,
    /// Groups for the key exchange.
    pub groups: Vec<u16>,
    /// Signatures it verifies of a server. A client signs with others perhaps.
    pub schemes: Vec<u16>,
    /// Protocols above TLS: `h2`, `http/1.1`.
    pub alpn: Vec<String>,
    /// Numbers of all extensions.
    pub extensions: Vec<u16>,
}

/// A number of a registry of IANA, with its name where that is known.
#[derive(Clone, Debug, Eq, PartialEq, Serialize)]
pub struct Named {
    /// As on the wire.
    pub number: u16,
    /// As IANA spells it; `GREASE` for a number that means nothing (RFC 8701).
    pub name: Option<String>,
}

impl HelloSeen {
    /// The one these first bytes of a connection hold, in one record or several; none: it is not
    /// whole, cannot be read, or is something else.
    pub fn of(bytes: &[u8]) -> Option<Self> {
        match gather(bytes) {
            Gathered::Whole(seen) => seen.map(|seen| *seen),
            Gathered::Partly | Gathered::NotTls => None,
        }
    }

    /// `TLS 1.3`, `TLS 1.2`…
    pub fn version_names(&self) -> Vec<Named> {
        named(&self.versions, |number| {
            let known = VERSIONS.iter().find(|(known, _)| *known == number);
            known.map(|(_, name)| (*name).to_owned())
        })
    }

    /// `TLS_AES_128_GCM_SHA256`…
    pub fn cipher_names(&self) -> Vec<Named> {
        named(&self.ciphers, cipher_name)
    }

    /// `X25519`…
    pub fn group_names(&self) -> Vec<Named> {
        named(&self.groups, group_name)
    }

    /// `rsa_pss_rsae_sha256`…
    pub fn scheme_names(&self) -> Vec<Named> {
        named(&self.schemes, |number| Scheme::of(number).name)
    }

    /// `server_name`…
    pub fn extension_names(&self) -> Vec<Named> {
        named(&self.extensions, |number| {
            let known = EXTENSIONS.iter().find(|(known, _)| *known == number);
            known.map(|(_, name)| (*name).to_owned())
        })
    }

    /// Whether it brings a session back that it had before (RFC 8446 §4.2.11, RFC 5077).
    pub fn offers_resumption(&self) -> bool {
        self.extensions.contains(&PRE_SHARED_KEY)
    }
}

fn named(numbers: &[u16], name: impl Fn(u16) -> Option<String>) -> Vec<Named> {
    let one = |number: &u16| Named {
        number: *number,
        name: match is_grease(*number) {
            true => Some("GREASE".to_owned()),
            false => name(*number),
        },
    };
    numbers.iter().map(one).collect()
}

fn is_grease(number: u16) -> bool {
    let [high, low] = number.to_be_bytes();
    high == low && low & 0x0F == 0x0A
}

/// How much of a ClientHello is here.
#[derive(Debug, Eq, PartialEq)]
pub(crate) enum Gathered {
    /// All of it; its body where it can be read.
    Whole(Option<Box<HelloSeen>>),
    /// More must come.
    Partly,
    /// It is something else than TLS.
    NotTls,
}

/// Looks at the first bytes of a connection. Handshake messages may be spread over records.
pub(crate) fn gather(bytes: &[u8]) -> Gathered {
    let mut rest = Bytes(bytes);
    let mut message = Vec::new();
    loop {
        if !begins_a_record(rest.0) {
            return Gathered::NotTls;
        }
        let mut ahead = rest;
        let Some(record) = ahead.record() else {
            return Gathered::Partly;
        };
        // RFC 8446 §5.1 forbids it, and its like without end would bring no message nearer
        if record.is_empty() {
            return Gathered::NotTls;
        }
        rest = ahead;
        message.extend_from_slice(record);
        match whole(&message) {
            Some(body) => return Gathered::Whole(parse(body).map(Box::new)),
            None if message.len() > LONGEST => return Gathered::Whole(None),
            None => {}
        }
    }
}

/// As far as there are bytes: handshake (22), version 3.x.
fn begins_a_record(bytes: &[u8]) -> bool {
    bytes.first().is_none_or(|first| *first == HANDSHAKE)
        && bytes.get(1).is_none_or(|major| *major == 3)
}

/// The body of the one message; none while it is not whole.
fn whole(message: &[u8]) -> Option<&[u8]> {
    let mut bytes = Bytes(message);
    bytes.number(1)?;
    let length = bytes.number(3)?;
    bytes.take(length)
}

fn parse(body: &[u8]) -> Option<HelloSeen> {
    let mut bytes = Bytes(body);
    let legacy = u16::try_from(bytes.number(2)?).ok()?;
    bytes.take(32)?;
    bytes.counted(1)?;
    let ciphers = numbers(bytes.counted(2)?);
    bytes.counted(1)?;
    let mut seen = HelloSeen {
        versions: vec![legacy],
        ciphers,
        ..HelloSeen::default()
    };
    // a client of before 2006 has none
    let mut extensions = Bytes(bytes.counted(2).unwrap_or_default());
    while !extensions.0.is_empty() {
        let number = u16::try_from(extensions.number(2)?).ok()?;
        seen.take_in(number, extensions.counted(2)?);
    }
    Some(seen)
}

impl HelloSeen {
    fn take_in(&mut self, number: u16, content: &[u8]) {
        self.extensions.push(number);
        let list = |size| Bytes(content).counted(size).unwrap_or_default();
        match number {
            SERVER_NAME => self.server_name = server_name(list(2)),
            GROUPS => self.groups = numbers(list(2)),
            SCHEMES => self.schemes = numbers(list(2)),
            ALPN => self.alpn = names(list(2)),
            SUPPORTED_VERSIONS => self.versions = numbers(list(1)),
            _ => {}
        }
    }
}

fn numbers(bytes: &[u8]) -> Vec<u16> {
    let pairs = bytes.chunks_exact(2);
    pairs
        .filter_map(|pair| pair.try_into().ok().map(u16::from_be_bytes))
        .collect()
}

fn names(bytes: &[u8]) -> Vec<String> {
    let mut rest = Bytes(bytes);
    let all = std::iter::from_fn(|| rest.counted(1));
    all.map(|name| String::from_utf8_lossy(name).into_owned())
        .collect()
}

/// The first name; only host names (0) are in use.
fn server_name(bytes: &[u8]) -> Option<String> {
    let mut rest = Bytes(bytes);
    rest.number(1)?;
    let name = rest.counted(2)?;
    Some(String::from_utf8_lossy(name).into_owned())
}

/// What is left to read.
#[derive(Clone, Copy)]
struct Bytes<'a>(&'a [u8]);

impl<'a> Bytes<'a> {
    fn take(&mut self, count: usize) -> Option<&'a [u8]> {
        let (taken, rest) = self.0.split_at_checked(count)?;
        self.0 = rest;
        Some(taken)
    }

    /// Big-endian, of `size` bytes.
    fn number(&mut self, size: usize) -> Option<usize> {
        let bytes = self.take(size)?;
        Some(
            bytes
                .iter()
                .fold(0, |all, byte| all << 8 | usize::from(*byte)),
        )
    }

    /// Behind a length of `size` bytes.
    fn counted(&mut self, size: usize) -> Option<&'a [u8]> {
        let length = self.number(size)?;
        self.take(length)
    }

    /// The content of one record (RFC 8446 §5.1).
    fn record(&mut self) -> Option<&'a [u8]> {
        self.take(3)?;
        self.counted(2)
    }
}

const HANDSHAKE: u8 = 22;
/// Several times the longest in use.
const LONGEST: usize = 16 * 1024;
const SERVER_NAME: u16 = 0;
const GROUPS: u16 = 10;
const SCHEMES: u16 = 13;
const ALPN: u16 = 16;
const PRE_SHARED_KEY: u16 = 41;
const SUPPORTED_VERSIONS: u16 = 43;

const VERSIONS: [(u16, &str); 5] = [
    (0x0300, "SSL 3.0"),
    (0x0301, "TLS 1.0"),
    (0x0302, "TLS 1.1"),
    (0x0303, "TLS 1.2"),
    (0x0304, "TLS 1.3"),
];

/// Source: IANA registry "TLS ExtensionType Values"; 17613 and 65037 as Chromium and Firefox
/// send them.
const EXTENSIONS: [(u16, &str); 28] = [
    (0, "server_name"),
    (1, "max_fragment_length"),
    (5, "status_request"),
    (10, "supported_groups"),
    (11, "ec_point_formats"),
    (13, "signature_algorithms"),
    (16, "application_layer_protocol_negotiation"),
    (18, "signed_certificate_timestamp"),
    (21, "padding"),
    (22, "encrypt_then_mac"),
    (23, "extended_master_secret"),
    (27, "compress_certificate"),
    (28, "record_size_limit"),
    (34, "delegated_credential"),
    (35, "session_ticket"),
    (41, "pre_shared_key"),
    (42, "early_data"),
    (43, "supported_versions"),
    (44, "cookie"),
    (45, "psk_key_exchange_modes"),
    (47, "certificate_authorities"),
    (49, "post_handshake_auth"),
    (50, "signature_algorithms_cert"),
    (51, "key_share"),
    (57, "quic_transport_parameters"),
    (17613, "application_settings"),
    (65037, "encrypted_client_hello"),
    (65281, "renegotiation_info"),
];

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn empty_records_without_end_are_no_hello() {
        assert_eq!(gather(&[22, 3, 1, 0, 0]), Gathered::NotTls);
        assert_eq!(gather(&[22, 3, 1, 0, 0].repeat(100_000)), Gathered::NotTls);
    }

    fn counted(size: usize, content: &[u8]) -> Vec<u8> {
        let length = content.len().to_be_bytes();
        [&length[length.len() - size..], content].concat()
    }

    fn extension(number: u16, content: &[u8]) -> Vec<u8> {
        [&number.to_be_bytes()[..], &counted(2, content)].concat()
    }

    fn hello() -> Vec<u8> {
        let name = [&[0][..], &counted(2, b"site.example")].concat();
        let extensions = [
            extension(0x1A1A, b""),
            extension(0, &counted(2, &name)),
            extension(43, &counted(1, &[0x2A, 0x2A, 3, 4, 3, 3])),
            extension(10, &counted(2, &[0, 29, 0x11, 0xEC])),
            extension(13, &counted(2, &[8, 4, 4, 1])),
            extension(16, &counted(2, b"\x02h2\x08http/1.1")),
            extension(41, b"whatever"),
        ];
        let body = [
            &[3, 3][..],
            &[7; 32],
            &counted(1, &[9; 32]),
            &counted(2, &[0x13, 1, 0xC0, 0x2F]),
            &counted(1, &[0]),
            &counted(2, &extensions.concat()),
        ];
        [&[1][..], &counted(3, &body.concat())].concat()
    }

    fn record(content: &[u8]) -> Vec<u8> {
        [&[22, 3, 1][..], &counted(2, content)].concat()
    }

    #[test]
    fn what_the_client_offers_is_read_in_its_order() {
        let Gathered::Whole(Some(seen)) = gather(&record(&hello())) else {
            panic!("it is whole");
        };
        assert_eq!(seen.server_name.as_deref(), Some("site.example"));
        assert_eq!(seen.versions, [0x2A2A, 0x0304, 0x0303]);
        assert_eq!(seen.ciphers, [0x1301, 0xC02F]);
        assert_eq!(seen.groups, [29, 0x11EC]);
        assert_eq!(seen.schemes, [0x0804, 0x0401]);
        assert_eq!(seen.alpn, ["h2", "http/1.1"]);
        assert_eq!(seen.extensions, [0x1A1A, 0, 43, 10, 13, 16, 41]);
        assert!(seen.offers_resumption());
        let names = |all: Vec<Named>| {
            let names = all.into_iter().map(|one| one.name.unwrap_or_default());
            names.collect::<Vec<_>>()
        };
        assert_eq!(
            names(seen.version_names()),
            ["GREASE", "TLS 1.3", "TLS 1.2"]
        );
        assert_eq!(
            names(seen.cipher_names()),
            [
                "TLS_AES_128_GCM_SHA256",
                "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256"
            ]
        );
        assert_eq!(
            names(seen.extension_names())[..2],
            ["GREASE", "server_name"]
        );
    }

    #[test]
    fn a_hello_in_several_records_is_the_same_hello() {
        let message = hello();
        let records: Vec<u8> = message.chunks(50).flat_map(record).collect();
        assert_eq!(gather(&records), gather(&record(&message)));
        for end in 0..records.len() {
            assert_eq!(gather(&records[..end]), Gathered::Partly, "{end}");
        }
    }

    #[test]
    fn something_else_than_tls_is_known_by_its_first_bytes() {
        for other in [
            &b"G"[..],
            b"GET / HTTP/1.1\r\n",
            b"SSH-2.0",
            b"\x16\x02",
            b"\0",
        ] {
            assert_eq!(gather(other), Gathered::NotTls);
        }
    }

    #[test]
    fn a_message_that_never_ends_is_left_to_those_who_refuse_it() {
        let endless: Vec<u8> = std::iter::repeat_n(record(&[0xFF; 4096]), 5)
            .flatten()
            .collect();
        assert_eq!(gather(&endless), Gathered::Whole(None));
    }

    proptest! {
        #[test]
        fn no_bytes_make_it_panic(body in proptest::collection::vec(any::<u8>(), 0..400)) {
            let message = [&[1][..], &counted(3, &body)].concat();
            prop_assert!(matches!(gather(&record(&message)), Gathered::Whole(_)));
            gather(&body);
        }

        #[test]
        fn a_hello_with_one_byte_changed_does_not_panic(at in 0usize..200, to in any::<u8>()) {
            let mut bytes = record(&hello());
            if let Some(byte) = bytes.get_mut(at) {
                *byte = to;
            }
            gather(&bytes);
        }
    }
}
