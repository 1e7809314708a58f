//! The other probe, against servers that rustls will not follow.
#![cfg(all(unix, feature = "legacy-tls"))]

mod common;

use std::sync::Arc;

use common::openssl::{Server, authorities};
use common::*;
use tokio::net::TcpStream;
use tomcheck_diagnosis::Observation;
use tomcheck_testkit::{Apache, ApacheTls, Variant};
use tomcheck_tls::{
    HandshakeProbe, HandshakeSeen, LegacyProbe, LegacySeen, Presented, Requested, SignatureSeen,
    TlsVersion,
};

async fn look(probe: LegacyProbe, port: u16) -> LegacySeen {
    let stream = TcpStream::connect(("127.0.0.1", port)).await;
    let seen = probe.observe(stream.expect("the server listens")).await;
    let json = serde_json::to_string(&seen).expect("an observation is serialisable");
    let back: LegacySeen = serde_json::from_str(&json).expect("and comes back");
    assert_eq!(back, seen);
    seen
}

#[tokio::test]
async fn openssl_verifies_what_the_key_elsewhere_signs_in_every_version() {
    let authorities = authorities();
    for (options, version, scheme) in [
        (&["-tls1_3"][..], TlsVersion::Tls13, 0x0804),
        (&["-tls1_2"], TlsVersion::Tls12, 0x0804),
        (
            &["-tls1_2", "-client_sigalgs", "RSA+SHA256"],
            TlsVersion::Tls12,
            0x0401,
        ),
        (
            &["-tls1_2", "-client_sigalgs", "RSA+SHA512"],
            TlsVersion::Tls12,
            0x0601,
        ),
        (
            &["-tls1_1", "-cipher", "ALL:@SECLEVEL=0"],
            TlsVersion::Tls11,
            0xFF01,
        ),
        (
            &["-tls1", "-cipher", "ALL:@SECLEVEL=0"],
            TlsVersion::Tls10,
            0xFF01,
        ),
    ] {
        let strict = ["-www", "-Verify", "3", "-verify_return_error", "-CAfile"];
        let server = Server::start(&[&strict, &[&*authorities][..], options].concat());
        let (probe, key) = with_key(server.port, "/");
        let seen = look(LegacyProbe::like(probe).with_old_versions(), server.port).await;
        let handshake = &seen.handshake;
        assert!(handshake.is_authenticated(), "{options:?}: {seen:?}");
        assert_eq!(handshake.negotiated, Some(version));
        let SignatureSeen::Made { scheme: made } = &handshake.token.signature else {
            panic!("{options:?}: {seen:?}");
        };
        assert_eq!((made.number, key.asked()), (scheme, 1), "{options:?}");
        assert_eq!(seen.findings(), [], "{options:?}");
    }
}

/// What rustls sees of the page, and what OpenSSL sees after it.
async fn both(server: &Apache, page: &str) -> (HandshakeSeen, LegacySeen, Arc<SoftKey>) {
    let port = server.port();
    let (probe, key) = with_key(port, page);
    let mut first = observe(probe.clone(), port).await;
    let second = LegacyProbe::after(&first, probe).expect("something is left to try");
    let second = look(second, port).await;
    first.note_legacy(&second);
    (first, second, key)
}

#[tokio::test]
async fn apache_asks_for_the_card_afterwards_and_openssl_gives_it() {
    for (tls, requested, before, after) in [
        (
            ApacheTls::Tls12,
            Requested::Renegotiation,
            "tls.renegotiation-required",
            "tls.renegotiation-required",
        ),
        (
            ApacheTls::Tls13,
            Requested::PostHandshake,
            "tls.certificate-not-requested",
            "tls.post-handshake-authentication",
        ),
    ] {
        let server = Apache::start(tls);
        let (first, second, key) = both(&server, Apache::CARD_PAGE).await;
        let alone = HandshakeSeen {
            legacy: None,
            ..first.clone()
        };
        assert_eq!(codes(&alone), [before], "{first:?}");
        let outcome = second.outcome();
        assert_eq!(outcome.requested, requested, "{second:?}");
        assert_eq!(outcome.status, Some(200), "{second:?}");
        assert_eq!(outcome.presented, Presented::Sent, "{second:?}");
        assert_eq!((key.asked(), second.findings()), (1, vec![]));
        assert_eq!(codes(&first), [after]);
        let note = first.findings().remove(0).note.expect("a note");
        assert!(note.en.starts_with("The card opens this page"), "{note:?}");
    }
}

/// A card that knows both signatures.
fn with_key(port: u16, path: &str) -> (HandshakeProbe, Arc<SoftKey>) {
    let identity = cps(Variant::Valid);
    let key = Arc::new(SoftKey::of(&identity));
    let credential = credential(&identity, pkcs1_and_pss(), &key);
    let probe = HandshakeProbe::new("localhost", port, path, trust(), deadline());
    (probe.with_credential(credential), key)
}
