//! The other probe, against servers that rustls will not follow.
#![cfg(all(unix, feature = "legacy-tls"))]

mod common;

use std::sync::Arc;

use common::openssl::{Server, authorities};
use common::*;
use tokio::net::TcpStream;
use tomcheck_diagnosis::Observation;
use tomcheck_testkit::Variant;
use tomcheck_tls::{HandshakeProbe, LegacyProbe, LegacySeen, SignatureSeen, TlsVersion};

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
        let (probe, key) = with_key(server.port);
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

fn with_key(port: u16) -> (HandshakeProbe, Arc<SoftKey>) {
    let identity = cps(Variant::Valid);
    let key = Arc::new(SoftKey::of(&identity));
    let credential = credential(&identity, pkcs1_and_pss(), &key);
    (probe(port).with_credential(credential), key)
}
