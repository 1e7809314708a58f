//! The probe against OpenSSL's own server: what a rustls server cannot do.
#![cfg(unix)]

mod common;

use common::*;
use tomcheck_testkit::Variant;
use tomcheck_tls::{Ending, HandshakeSeen, Moment, Requested, TlsVersion, Versions};

impl Server {
    async fn examine(&self, versions: Versions) -> HandshakeSeen {
        let card = cps(Variant::Valid);
        let key = std::sync::Arc::new(SoftKey::of(&card));
        let probe = probe(self.port).with_versions(versions);
        let probe = probe.with_credential(credential(&card, pkcs1_and_pss(), &key));
        let seen = observe(probe, self.port).await;
        assert!(key.asked() <= 1);
        seen
    }
}

#[tokio::test]
async fn openssl_verifies_our_signatures_in_both_versions() {
    let authorities = authorities();
    let required = [
        "-www",
        "-Verify",
        "3",
        "-verify_return_error",
        "-CAfile",
        &authorities,
    ];
    for (option, version) in [
        ("-tls1_2", TlsVersion::Tls12),
        ("-tls1_3", TlsVersion::Tls13),
    ] {
        let server = Server::start(&[&required[..], &[option]].concat());
        let seen = server.examine(Versions::Default).await;
        assert_eq!(codes(&seen), Vec::<&str>::new(), "{seen:?}");
        assert!(
            seen.is_authenticated() && seen.negotiated == Some(version),
            "{seen:?}"
        );
    }
}

#[tokio::test]
async fn each_scheme_the_server_may_insist_on_is_made() {
    let authorities = authorities();
    for scheme in ["RSA+SHA256", "RSA+SHA384", "RSA+SHA512", "RSA-PSS+SHA256"] {
        let server = Server::start(&[
            "-www",
            "-Verify",
            "3",
            "-verify_return_error",
            "-CAfile",
            &authorities,
            "-tls1_2",
            "-client_sigalgs",
            scheme,
        ]);
        let seen = server.examine(Versions::Default).await;
        assert!(seen.is_authenticated(), "{scheme}: {seen:?}");
        assert_eq!(seen.client_auth.signature_schemes.len(), 1);
    }
}

#[tokio::test]
async fn an_issuer_openssl_does_not_know_is_alert_48() {
    for (option, moment) in [
        ("-tls1_2", Moment::AfterCertificateVerify),
        ("-tls1_3", Moment::AfterFinished),
    ] {
        // no -CAfile: no list either, so that any issuer may try
        let server = Server::start(&[
            "-www",
            "-Verify",
            "3",
            "-verify_return_error",
            "-no-CAfile",
            "-no-CApath",
            "-no-CAstore",
            option,
        ]);
        let seen = server.examine(Versions::Default).await;
        assert_eq!(
            codes(&seen),
            ["tls.certificate-rejected"],
            "{option} {seen:?}"
        );
        let alert = seen.alert.expect("openssl says why");
        assert_eq!((alert.number, alert.moment), (48, moment));
    }
}

#[tokio::test]
async fn a_server_of_old_ciphers_or_old_versions_only_is_told_apart() {
    let cipher = Server::start(&["-www", "-tls1_2", "-cipher", "AES128-SHA"]);
    let seen = cipher.examine(Versions::Default).await;
    assert_eq!(codes(&seen), ["tls.no-common-cipher"], "{seen:?}");
    let version = Server::start(&["-www", "-tls1_1", "-cipher", "ALL:@SECLEVEL=0"]);
    let seen = version.examine(Versions::Default).await;
    assert_eq!(codes(&seen), ["tls.version-unsupported"], "{seen:?}");
    let only_13 = Server::start(&["-www", "-tls1_3"]);
    let seen = only_13.examine(Versions::Tls12Only).await;
    assert_eq!(codes(&seen), ["tls.version-unsupported"], "{seen:?}");
}

#[tokio::test]
async fn a_demand_by_renegotiation_is_named_as_such() {
    let authorities = authorities();
    let mut server = Server::start(&["-tls1_2", "-CAfile", &authorities]);
    server.asks_again_and_again();
    let seen = server.examine(Versions::Default).await;
    assert_eq!(
        seen.client_auth.requested,
        Requested::Renegotiation,
        "{seen:?}"
    );
    assert_eq!(codes(&seen), ["tls.renegotiation-required"], "{seen:?}");
    assert_ne!(seen.ending, Ending::Complete);
}
