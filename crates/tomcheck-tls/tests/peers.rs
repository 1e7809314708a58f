//! The servers others run: what each does to a card is judged alike, whatever it says of it.
#![cfg(unix)]

mod common;

use std::sync::Arc;

use common::*;
use tomcheck_diagnosis::Observation;
use tomcheck_testkit::{
    Ca, ClientAuth, Gnutls, GnutlsOptions, Identity, JavaOptions, JavaSite, Nginx, NginxOptions,
    Pki, Variant, Versions,
};
use tomcheck_tls::{
    Canary, CanaryAnswer, HandshakeSeen, HttpSeen, PortalProbe, Presented, TlsVersion,
};

const BOTH: [(Versions, TlsVersion); 2] = [
    (Versions::Tls12, TlsVersion::Tls12),
    (Versions::Tls13, TlsVersion::Tls13),
];

/// One handshake with this card, as a site on `port` sees it.
async fn with(identity: &Identity, port: u16) -> HandshakeSeen {
    let key = Arc::new(SoftKey::of(identity));
    let probe = probe(port).with_credential(credential(identity, pkcs1_and_pss(), &key));
    let seen = observe(probe, port).await;
    assert!(key.asked() <= 1);
    seen
}

/// Whom the server does not know; it names no authority it accepts.
fn strangers() -> std::path::PathBuf {
    Pki::shared().authority(Ca::Foreign).certificate_pem()
}

fn title(seen: &HandshakeSeen) -> Option<&str> {
    match &seen.http {
        HttpSeen::Answered { title, .. } => title.as_deref(),
        _ => None,
    }
}

fn assert_passes(seen: &HandshakeSeen, version: TlsVersion) {
    assert_eq!(codes(seen), Vec::<&str>::new(), "{seen:#?}");
    assert!(seen.is_authenticated(), "{seen:#?}");
    assert_eq!(seen.negotiated, Some(version));
}

fn nginx(versions: Versions, client_auth: ClientAuth) -> Nginx {
    Nginx::start(&NginxOptions {
        versions,
        client_auth,
        ..NginxOptions::default()
    })
}

#[tokio::test]
async fn nginx_takes_a_good_card_in_both_versions() {
    for (versions, version) in BOTH {
        for client_auth in [ClientAuth::Required, ClientAuth::Optional] {
            let server = nginx(versions, client_auth);
            assert_passes(&with(&cps(Variant::Valid), server.port()).await, version);
        }
    }
}

/// The handshake goes through: only the page tells.
#[tokio::test]
async fn nginx_rejects_an_expired_card_by_a_page_and_that_is_told_as_a_rejection() {
    for (versions, version) in BOTH {
        for client_auth in [ClientAuth::Required, ClientAuth::Optional] {
            let server = nginx(versions, client_auth);
            let seen = with(&cps(Variant::Expired), server.port()).await;
            assert_eq!(codes(&seen), ["tls.certificate-rejected"], "{seen:#?}");
            assert_eq!(seen.negotiated, Some(version));
            let title = title(&seen).unwrap_or_default();
            assert!(title.contains("The SSL certificate error"), "{title}");
            assert!(server.comes_to_log("certificate has expired"));
        }
    }
}

/// As a browser does, the card is kept back from a server that does not list its issuer.
#[tokio::test]
async fn an_issuer_that_nginx_does_not_list_is_named_before_the_page_is_read() {
    for (versions, _) in BOTH {
        let server = Nginx::start(&NginxOptions {
            versions,
            authorities: strangers(),
            ..NginxOptions::default()
        });
        let seen = with(&cps(Variant::Valid), server.port()).await;
        assert_eq!(codes(&seen), ["tls.issuer-not-accepted"], "{seen:#?}");
        let title = title(&seen).unwrap_or_default();
        assert!(
            title.contains("No required SSL certificate was sent"),
            "{title}"
        );
    }
}

/// Nobody allowed the card to be used: that the site wants one is no fault.
#[tokio::test]
async fn nginx_refuses_who_shows_no_card_and_nobody_is_blamed_for_it() {
    for (versions, _) in BOTH {
        let server = nginx(versions, ClientAuth::Required);
        let card = cps(Variant::Valid);
        let probe = probe(server.port()).with_credential(without_signer(&card, pkcs1_and_pss()));
        let seen = observe(probe, server.port()).await;
        assert_eq!(codes(&seen), Vec::<&str>::new(), "{seen:#?}");
        assert_eq!(seen.token.presented, Presented::KeptWithoutSigner);
        let title = title(&seen).unwrap_or_default();
        assert!(
            title.contains("No required SSL certificate was sent"),
            "{title}"
        );
    }
}

#[tokio::test]
async fn an_nginx_that_asks_for_no_card_is_told_so() {
    let server = nginx(Versions::Both, ClientAuth::None);
    let seen = with(&cps(Variant::Valid), server.port()).await;
    assert_eq!(codes(&seen), ["tls.certificate-not-requested"], "{seen:#?}");
}

#[tokio::test]
async fn an_nginx_without_tls_is_no_secure_site() {
    let server = nginx(Versions::Both, ClientAuth::None);
    let seen = with(&cps(Variant::Valid), server.portal_port()).await;
    assert_eq!(codes(&seen), ["tls.not-tls"], "{seen:#?}");
}

fn gnutls(versions: Versions) -> Gnutls {
    Gnutls::start(&GnutlsOptions {
        versions,
        ..GnutlsOptions::default()
    })
}

#[tokio::test]
async fn gnutls_takes_a_good_card_in_both_versions() {
    for (versions, version) in BOTH {
        let server = gnutls(versions);
        assert_passes(&with(&cps(Variant::Valid), server.port()).await, version);
    }
}

/// Whatever is wrong with it, GnuTLS says « access denied ».
#[tokio::test]
async fn gnutls_rejects_an_expired_card() {
    for (versions, _) in BOTH {
        let server = gnutls(versions);
        let seen = with(&cps(Variant::Expired), server.port()).await;
        assert_eq!(codes(&seen), ["tls.certificate-rejected"], "{seen:#?}");
        assert_eq!(seen.alert.map(|alert| alert.number), Some(49));
    }
}

#[tokio::test]
async fn an_issuer_that_gnutls_does_not_list_is_named_whatever_its_alert() {
    for ((versions, _), number) in BOTH.into_iter().zip([50, 116]) {
        let server = gnutls(versions);
        let seen = with(&cps(Variant::WrongCa), server.port()).await;
        assert_eq!(codes(&seen), ["tls.issuer-not-accepted"], "{seen:#?}");
        assert_eq!(seen.alert.map(|alert| alert.number), Some(number));
    }
}

/// In TLS 1.2 it cannot decode the empty list of certificates that the standard asks for.
#[tokio::test]
async fn gnutls_refuses_who_shows_no_card_and_nobody_is_blamed_for_it() {
    for ((versions, _), number) in BOTH.into_iter().zip([50, 116]) {
        let server = gnutls(versions);
        let card = cps(Variant::Valid);
        let probe = probe(server.port()).with_credential(without_signer(&card, pkcs1_and_pss()));
        let seen = observe(probe, server.port()).await;
        assert_eq!(codes(&seen), Vec::<&str>::new(), "{seen:#?}");
        assert_eq!(seen.alert.map(|alert| alert.number), Some(number));
    }
}

/// What a real server answers in the place of the canary, as each kind of portal does.
#[tokio::test]
async fn a_portal_is_told_from_a_filter_and_from_the_known_page() {
    let server = nginx(Versions::Both, ClientAuth::None);
    for (path, codes) in [
        ("success.txt", &["network.captive-portal"][..]),
        ("page/success.txt", &["network.captive-portal"]),
        ("must/success.txt", &["network.captive-portal"]),
        ("honest/success.txt", &[]),
        ("elsewhere/success.txt", &[]),
        ("blocked/success.txt", &[]),
    ] {
        let url = format!("http://127.0.0.1:{}/{path}", server.portal_port());
        let canary = Canary::at(&url).expect("it is an address");
        let seen = PortalProbe::new(canary, deadline()).observe().await;
        let findings = seen.findings();
        let found: Vec<_> = findings.iter().map(|finding| finding.kind.code).collect();
        assert_eq!(found, codes, "{seen:#?}");
    }
}

#[tokio::test]
async fn a_canary_that_cannot_be_asked_proves_nothing() {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").expect("a port is free");
    let port = listener.local_addr().expect("it is bound").port();
    drop(listener);
    for (url, answer) in [
        (
            format!("http://127.0.0.1:{port}/success.txt"),
            CanaryAnswer::Closed,
        ),
        (
            "http://absent.test.invalid/".to_owned(),
            CanaryAnswer::Unresolved,
        ),
    ] {
        let canary = Canary::at(&url).expect("it is an address");
        let seen = PortalProbe::new(canary, deadline()).observe().await;
        assert_eq!(seen.answer, answer);
        assert!(seen.findings().is_empty());
    }
}

fn java(versions: Versions) -> JavaSite {
    JavaSite::start(&JavaOptions {
        versions,
        ..JavaOptions::default()
    })
}

/// Java's TLS says « certificate unknown » (46) of whatever it does not like, and « bad
/// certificate » (42) of none at all; later ones say more.
#[tokio::test]
async fn java_takes_a_good_card_and_rejects_an_expired_one_in_both_versions() {
    for (versions, version) in BOTH {
        let server = java(versions);
        assert_passes(&with(&cps(Variant::Valid), server.port()).await, version);
        let seen = with(&cps(Variant::Expired), server.port()).await;
        assert_eq!(codes(&seen), ["tls.certificate-rejected"], "{seen:#?}");
        assert!(server.comes_to_log("SSLHandshakeException"));
    }
}

#[tokio::test]
async fn java_refuses_who_shows_no_card_and_whom_it_does_not_list() {
    for (versions, _) in BOTH {
        let server = java(versions);
        let seen = with(&cps(Variant::WrongCa), server.port()).await;
        assert_eq!(codes(&seen), ["tls.issuer-not-accepted"], "{seen:#?}");
        let card = cps(Variant::Valid);
        let probe = probe(server.port()).with_credential(without_signer(&card, pkcs1_and_pss()));
        let seen = observe(probe, server.port()).await;
        assert_eq!(codes(&seen), Vec::<&str>::new(), "{seen:#?}");
        assert!(seen.alert.is_some(), "{seen:#?}");
    }
}

/// Where it lists nobody, any card may try.
#[tokio::test]
async fn a_java_that_says_nothing_of_its_authorities_rejects_the_card_of_another_house() {
    for (versions, _) in BOTH {
        let server = JavaSite::start(&JavaOptions {
            versions,
            lists_authorities: false,
            ..JavaOptions::default()
        });
        let seen = with(&cps(Variant::WrongCa), server.port()).await;
        assert_eq!(codes(&seen), ["tls.certificate-rejected"], "{seen:#?}");
        assert!(server.comes_to_log("unable to find valid certification path"));
    }
}
