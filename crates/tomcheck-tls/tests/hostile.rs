//! Whatever sits at the other end, the examination ends in time, with one true finding.
#![cfg(unix)]
#![expect(clippy::unwrap_used, reason = "what fails in a helper fails its test")]

mod common;

use std::io::{self, Read, Write};
use std::net::{Ipv4Addr, TcpListener, TcpStream as Plain};
use std::pin::Pin;
use std::task::{Context, Poll};
use std::thread;
use std::time::{Duration, Instant};

use common::*;
use proptest::prelude::*;
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt, ReadBuf, duplex};
use tomcheck_diagnosis::{Deadline, Finding, Lang, Observation};
use tomcheck_testkit::Variant;
use tomcheck_tls::{Ending, HandshakeProbe, HandshakeSeen, Moment, Requested, Trust};

/// Lets `speak` answer one connection, and examines it.
async fn examine(limit: Duration, speak: fn(Plain)) -> HandshakeSeen {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
    let port = listener.local_addr().unwrap().port();
    let server = thread::spawn(move || speak(listener.accept().unwrap().0));
    let probe = HandshakeProbe::new("localhost", port, "/", trust(), Deadline::after(limit));
    let seen = observe(probe, port).await;
    server.join().unwrap();
    seen
}

const SOON: Duration = Duration::from_millis(300);
const LATER: Duration = Duration::from_secs(10);

/// Reads the ClientHello, so that closing sends FIN and not RST.
fn hear(stream: &mut Plain) {
    let mut hello = [0; 4096];
    assert!(stream.read(&mut hello).unwrap() > 100);
}

#[tokio::test]
async fn a_port_that_speaks_http_or_greets_first_is_no_tls() {
    let http = examine(LATER, |mut stream| {
        hear(&mut stream);
        stream
            .write_all(b"HTTP/1.1 400 Bad Request\r\n\r\n")
            .unwrap();
    });
    let greets = examine(LATER, |mut stream| {
        stream.write_all(b"SSH-2.0-OpenSSH_9.2\r\n").unwrap();
        hear(&mut stream);
    });
    for (seen, begins) in [(http.await, "HTTP/1.1 400"), (greets.await, "SSH-2.0")] {
        assert_eq!(codes(&seen), ["tls.not-tls"], "{seen:?}");
        let Ending::NotTls {
            text: Some(text), ..
        } = &seen.ending
        else {
            panic!("{:?}", seen.ending);
        };
        assert!(text.starts_with(begins));
    }
}

#[tokio::test]
async fn silence_after_our_hello_is_said_without_a_culprit_and_ends_at_the_deadline() {
    let begun = Instant::now();
    let seen = examine(SOON, |mut stream| {
        hear(&mut stream);
        let mut rest = [0; 16];
        assert_eq!(
            stream.read(&mut rest).unwrap_or(0),
            0,
            "nothing more is said to it"
        );
    });
    let seen = seen.await;
    assert!(begun.elapsed() < Duration::from_secs(2));
    assert_eq!(codes(&seen), ["tls.reset-by-middlebox"], "{seen:?}");
    assert!(
        matches!(
            seen.ending,
            Ending::Silent {
                waited_ms: 200..,
                ..
            }
        ),
        "{seen:?}"
    );
    assert_eq!(seen.client_auth.requested, Requested::Unknown);
    let finding = seen.findings().remove(0);
    let title = finding.title(Lang::Fr);
    assert!(title.ends_with("rien ne revient"), "{title}");
    assert!(
        !title.contains("réseau") && !title.contains("bloque"),
        "nobody knows that: {title}"
    );
    assert!(said(&finding, "silence").ends_with(" ms"), "{finding:?}");
    assert!(finding.steps(Lang::Fr, "linux")[0].contains("autre réseau"));
}

fn said(finding: &Finding, key: &str) -> String {
    let evidence = finding.evidence.iter().find(|evidence| evidence.key == key);
    evidence
        .map(|evidence| evidence.render(Lang::Fr))
        .unwrap_or_default()
}

#[tokio::test]
async fn a_server_that_drips_is_not_called_silent_but_late_with_the_rest() {
    let seen = examine(SOON, |mut stream| {
        hear(&mut stream);
        for byte in [22, 3, 3, 0, 80, 2, 0, 0, 76] {
            if stream.write_all(&[byte]).is_err() {
                return;
            }
            thread::sleep(Duration::from_millis(80));
        }
    });
    let seen = seen.await;
    assert_eq!(codes(&seen), ["tls.handshake-failure"], "{seen:?}");
    let finding = seen.findings().remove(0);
    let note = finding.note.unwrap();
    assert!(
        note.fr.contains("le reste de la négociation"),
        "{}",
        note.fr
    );
    let since: u64 = said(&finding, "since_hello")
        .trim_end_matches(" ms")
        .parse()
        .unwrap();
    assert!(
        (200..2000).contains(&since),
        "the whole wait, not that for the last byte: {since}"
    );
}

#[tokio::test]
async fn a_reset_and_a_plain_close_after_our_hello_are_told_from_silence() {
    let reset = examine(LATER, |stream| {
        // closing with the ClientHello unread makes the kernel send RST
        thread::sleep(Duration::from_millis(100));
        drop(stream);
    });
    let closed = examine(LATER, |mut stream| hear(&mut stream));
    let (reset, closed) = (reset.await, closed.await);
    assert_eq!(codes(&reset), ["tls.reset-by-middlebox"], "{reset:?}");
    assert!(matches!(&reset.ending, Ending::Broken { failure, .. } if failure.call == "read"));
    assert_eq!(codes(&closed), ["tls.reset-by-middlebox"], "{closed:?}");
    assert_eq!(
        closed.ending,
        Ending::Closed {
            moment: Moment::BeforeCertificate
        }
    );
    let said = |seen: &HandshakeSeen, key: &str| said(&seen.findings()[0], key);
    assert!(reset.findings()[0].title(Lang::Fr).contains("(RST)"));
    assert!(said(&reset, "read").starts_with("ECONNRESET "));
    assert!(closed.findings()[0].title(Lang::Fr).contains("(FIN)"));
    assert_eq!(said(&closed, "closing"), "FIN");
    let notes = [reset, closed].map(|seen| seen.findings()[0].note);
    assert_ne!(notes[0], notes[1], "each its own sentence");
}

#[tokio::test]
async fn an_alert_before_anything_else_is_read_by_its_number() {
    for (number, code) in [
        (40, "tls.no-common-cipher"),
        (70, "tls.version-unsupported"),
        (80, "tls.handshake-failure"),
        (250, "tls.handshake-failure"),
    ] {
        let (mut here, there) = duplex(4096);
        here.write_all(&[21, 3, 3, 0, 2, 2, number]).await.unwrap();
        let seen = probe(443).observe(there).await;
        assert_eq!(codes(&seen), [code], "{seen:?}");
        let alert = seen.alert.expect("it was seen");
        assert_eq!(
            (alert.number, alert.name.is_some()),
            (number, number != 250)
        );
        assert_eq!(alert.moment, Moment::BeforeCertificate);
    }
}

/// Takes nothing any more, and has said why.
struct Leaving(&'static [u8]);

impl AsyncRead for Leaving {
    fn poll_read(
        mut self: Pin<&mut Self>,
        _: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        buffer.put_slice(std::mem::take(&mut self.0));
        Poll::Ready(Ok(()))
    }
}

impl AsyncWrite for Leaving {
    fn poll_write(self: Pin<&mut Self>, _: &mut Context<'_>, _: &[u8]) -> Poll<io::Result<usize>> {
        Poll::Ready(Err(io::ErrorKind::BrokenPipe.into()))
    }

    fn poll_flush(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(Ok(()))
    }

    fn poll_shutdown(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(Ok(()))
    }
}

#[tokio::test]
async fn the_alert_of_who_leaves_while_we_write_is_still_read() {
    let seen = probe(443).observe(Leaving(&[21, 3, 3, 0, 2, 2, 70])).await;
    assert_eq!(codes(&seen), ["tls.version-unsupported"], "{seen:?}");
    let silent = probe(443).observe(Leaving(&[])).await;
    assert_eq!(codes(&silent), ["tls.reset-by-middlebox"], "{silent:?}");
    assert!(matches!(silent.ending, Ending::Broken { failure, .. } if failure.call == "write"));
}

#[tokio::test]
async fn a_hello_of_tls_1_0_is_a_version_nobody_should_have() {
    let (mut here, there) = duplex(4096);
    let mut body = vec![3, 1];
    body.extend([7; 32]);
    body.extend([0, 0x00, 0x2F, 0]);
    let length = u8::try_from(body.len()).unwrap();
    let mut hello = vec![22, 3, 1, 0, length + 4, 2, 0, 0, length];
    hello.extend(body);
    here.write_all(&hello).await.unwrap();
    let seen = probe(443).observe(there).await;
    assert_eq!(codes(&seen), ["tls.version-unsupported"], "{seen:?}");
    assert_eq!(seen.ending, Ending::NoCommonVersion);
}

#[tokio::test]
async fn a_name_that_cannot_be_asked_for_sends_nothing() {
    let (mut here, there) = duplex(4096);
    let probe = HandshakeProbe::new("not a name", 443, "/", Trust::none(), deadline());
    let seen = probe.observe(there).await;
    assert!(matches!(seen.ending, Ending::Protocol { .. }), "{seen:?}");
    let mut nothing = Vec::new();
    here.read_to_end(&mut nothing).await.unwrap();
    assert!(nothing.is_empty());
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    /// After a plausible header or none, anything.
    #[test]
    fn random_bytes_never_panic_and_always_end_by_the_deadline(
        header in prop_oneof![
            Just(vec![]),
            Just(vec![22, 3, 3, 0, 80, 2, 0, 0, 76, 3, 3]),
            Just(vec![21, 3, 3, 0, 2]),
        ],
        bytes in proptest::collection::vec(any::<u8>(), 0..600),
        stays_open in any::<bool>(),
    ) {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        let begun = Instant::now();
        let seen = runtime.block_on(async {
            let (mut here, there) = duplex(16 * 1024);
            here.write_all(&header).await.unwrap();
            here.write_all(&bytes).await.unwrap();
            let kept = stays_open.then_some(here);
            let limit = Deadline::after(Duration::from_millis(60));
            let card = cps(Variant::Valid);
            let probe = HandshakeProbe::new("localhost", 443, "/", Trust::none(), limit);
            let seen = probe.with_credential(without_signer(&card, pkcs1())).observe(there).await;
            drop(kept);
            seen
        });
        prop_assert!(begun.elapsed() < Duration::from_secs(3));
        prop_assert!(!seen.findings().is_empty(), "{:?}", seen);
    }
}
