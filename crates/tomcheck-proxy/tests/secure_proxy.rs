//! Is a proxy that is spoken to over TLS verified, and does it lead to the site?
#![cfg(unix)]
#![expect(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test ends at the first thing that is not as it should"
)]

use std::fs;
use std::net::TcpListener;
use std::sync::Arc;
use std::time::Duration;

use tokio_rustls::rustls::pki_types::CertificateDer;
use tokio_rustls::rustls::{ClientConfig, RootCertStore};
use tomcheck_diagnosis::{Deadline, Finding, Lang, Observation};
use tomcheck_proxy::{ProxyTls, Setting, TunnelProbe, TunnelSeen};
use tomcheck_testkit::{Ca, Gamme, Identity, Pki, ServerCertificate, Squid, SquidOptions};

fn squid(identity: &Identity) -> Squid {
    let read = |path| fs::read_to_string(path).unwrap();
    Squid::start(&SquidOptions {
        secure: Some((read(identity.chain_pem()), read(identity.key_pem()))),
        ..SquidOptions::default()
    })
}

/// Who trusts the authorities of the test's servers, or nobody.
fn trusting(is_known: bool) -> ProxyTls {
    let mut roots = RootCertStore::empty();
    if is_known {
        let root = Pki::shared().authority(Ca::Root(Gamme::Elementaire));
        let root = CertificateDer::from(root.certificate_der().to_vec());
        roots.add(root).unwrap();
    }
    let config = ClientConfig::builder().with_root_certificates(roots);
    Arc::new(config.with_no_client_auth())
}

fn probe(setting: &str, tls: ProxyTls) -> (TunnelProbe, TcpListener) {
    let Setting::Proxy { address, .. } = Setting::parse(setting).unwrap() else {
        panic!("{setting} is a proxy's");
    };
    let site = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = site.local_addr().unwrap().port();
    let deadline = Deadline::after(Duration::from_secs(20));
    let probe = TunnelProbe {
        tls: Some(tls),
        ..TunnelProbe::new(address, "127.0.0.1", port, deadline)
    };
    (probe, site)
}

fn only_finding(seen: &TunnelSeen) -> Finding {
    let mut findings = seen.findings();
    assert_eq!(findings.len(), 1, "{seen:?}");
    let json = serde_json::to_string(seen).unwrap();
    assert_eq!(&serde_json::from_str::<TunnelSeen>(&json).unwrap(), seen);
    findings.remove(0)
}

#[tokio::test]
async fn a_proxy_that_is_known_leads_to_the_site() {
    let squid = squid(&Pki::shared().server(ServerCertificate::Localhost));
    let setting = format!("https://localhost:{}", squid.address().port());
    let (probe, _site) = probe(&setting, trusting(true));
    let (seen, tunnel) = probe.observe().await;
    assert!(seen.is_open() && tunnel.is_some(), "{seen:?}");
    assert_eq!(seen.findings(), []);
}

#[tokio::test]
async fn each_reason_not_to_trust_it_is_told_apart() {
    let table = [
        (
            ServerCertificate::Localhost,
            false,
            "does not know the authority",
        ),
        (
            ServerCertificate::SelfSigned,
            true,
            "does not know the authority",
        ),
        (ServerCertificate::Expired, true, "has expired"),
        (ServerCertificate::Tom, true, "another name"),
    ];
    for (certificate, is_known, note) in table {
        let squid = squid(&Pki::shared().server(certificate));
        let setting = format!("https://localhost:{}", squid.address().port());
        let (probe, _site) = probe(&setting, trusting(is_known));
        let (seen, tunnel) = probe.observe().await;
        assert!(tunnel.is_none());
        let finding = only_finding(&seen);
        assert_eq!(finding.kind.code, "proxy.certificate-untrusted", "{seen:?}");
        let said = finding.note.unwrap();
        assert!(
            said.get(Lang::En).contains(note),
            "{certificate:?}: {said:?}"
        );
        // in TLS 1.3 it may log a connection that ended before it was asked for anything
        let log = squid.access_log();
        assert!(!log.contains("CONNECT"), "it was asked all the same: {log}");
    }
}

#[tokio::test]
async fn a_wrong_scheme_in_the_setting_is_named() {
    let plain = Squid::start(&SquidOptions::default());
    let secure = squid(&Pki::shared().server(ServerCertificate::Localhost));
    let table = [
        (
            format!("https://localhost:{}", plain.address().port()),
            "begin with http://",
        ),
        (
            format!("http://localhost:{}", secure.address().port()),
            "begin with https://",
        ),
    ];
    for (setting, note) in table {
        let (probe, _site) = probe(&setting, trusting(true));
        let (seen, _) = probe.observe().await;
        let finding = only_finding(&seen);
        assert_eq!(finding.kind.code, "proxy.not-a-proxy");
        let said = finding.note.unwrap();
        assert!(said.get(Lang::En).contains(note), "{setting}: {seen:?}");
    }
}
