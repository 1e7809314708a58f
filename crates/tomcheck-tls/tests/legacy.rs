//! The other probe, against servers that rustls will not follow.
#![cfg(all(unix, feature = "legacy-tls"))]

mod common;

use std::net::TcpListener;
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::time::Duration;

use common::*;
use tokio::net::TcpStream;
use tomcheck_diagnosis::{Deadline, Observation, Severity};
use tomcheck_testkit::{
    Apache, ApacheTls, Leaf, OpensslCa, Pki, ServerCertificate, Variant, many_authorities,
};
use tomcheck_tls::{
    Ending, HandshakeProbe, HandshakeSeen, HttpSeen, LegacyProbe, LegacySeen, Presented, Requested,
    SignatureSeen, TlsVersion, Trust,
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

#[tokio::test]
async fn a_card_apache_refuses_is_told_by_its_alert_and_a_card_without_pin_is_no_fault() {
    let server = Apache::start(ApacheTls::Tls12);
    let page = || {
        HandshakeProbe::new(
            "localhost",
            server.port(),
            Apache::CARD_PAGE,
            trust(),
            deadline(),
        )
    };
    let expired = cps(Variant::Expired);
    let key = Arc::new(SoftKey::of(&expired));
    let probe = page().with_credential(credential(&expired, pkcs1(), &key));
    let seen = look(LegacyProbe::like(probe), server.port()).await;
    assert_eq!(codes_of(&seen), ["tls.certificate-rejected"], "{seen:?}");
    assert_eq!(seen.handshake.alert.as_ref().map(|it| it.number), Some(45));

    let probe = page().with_credential(without_signer(&cps(Variant::Valid), pkcs1()));
    let seen = look(LegacyProbe::like(probe), server.port()).await;
    assert_eq!(seen.outcome().requested, Requested::Renegotiation);
    assert_eq!(seen.outcome().presented, Presented::KeptWithoutSigner);
    assert_eq!(codes_of(&seen), Vec::<&str>::new(), "{seen:?}");
}

#[tokio::test]
async fn a_server_that_does_not_verify_gets_nothing_of_the_card() {
    for tls in [ApacheTls::Tls12, ApacheTls::Tls13] {
        let server = Apache::start(tls);
        for (host, trust) in [("localhost", Trust::none()), ("tom.invalid", trust())] {
            let identity = cps(Variant::Valid);
            let key = Arc::new(SoftKey::of(&identity));
            let probe = HandshakeProbe::new(host, 443, Apache::CARD_PAGE, trust, deadline());
            let probe = probe.with_credential(credential(&identity, pkcs1_and_pss(), &key));
            let seen = look(LegacyProbe::like(probe), server.port()).await;
            assert_eq!(seen.handshake.ending, Ending::ServerNotVerified, "{seen:?}");
            assert_eq!(seen.handshake.http, HttpSeen::NotAsked);
            assert_eq!((key.asked(), seen.findings().len()), (0, 1));
        }
    }
}

#[tokio::test]
async fn a_key_that_refuses_or_hangs_ends_it_and_half_a_flight_never_leaves() {
    let identity = cps(Variant::Valid);
    let refusing = SoftKey::refusing(&identity);
    let hanging = SoftKey::taking(Duration::from_secs(30), &identity);
    for (key, limit) in [(refusing, 20), (hanging, 4)] {
        let server = Apache::start(ApacheTls::Tls12);
        let limit = Deadline::after(Duration::from_secs(limit));
        let probe = HandshakeProbe::new("localhost", 443, Apache::CARD_PAGE, trust(), limit);
        let probe = probe.with_credential(credential(&identity, pkcs1(), &key));
        let seen = look(LegacyProbe::like(probe), server.port()).await;
        assert_eq!(seen.handshake.ending, Ending::SignatureFailed, "{seen:?}");
        assert_eq!(seen.outcome().presented, Presented::KeptSignatureFailed);
        assert_eq!(
            (key.asked(), codes_of(&seen)),
            (1, vec!["tls.handshake-failure"])
        );
        // all that had been written of the flight would have come with an alert at its end
        let log = server.comes_to_log("Connection closed").expect("it ends");
        assert!(log.contains("Re-negotiation handshake failed"), "{log}");
        assert!(!log.contains("alert"), "{log}");
    }
}

#[tokio::test]
async fn an_old_version_is_still_a_fault_though_the_card_opens_the_page() {
    let authorities = authorities();
    let strict = ["-www", "-Verify", "3", "-verify_return_error", "-CAfile"];
    let old = ["-tls1_1", "-cipher", "ALL:@SECLEVEL=0"];
    let server = Server::start(&[&strict, &[&*authorities][..], &old].concat());
    let (probe, key) = with_key(server.port, "/");
    let mut first = observe(probe.clone(), server.port).await;
    assert_eq!(codes(&first), ["tls.version-unsupported"]);
    let second = LegacyProbe::after(&first, probe).expect("older versions are left to try");
    let second = look(second, server.port).await;
    first.note_legacy(&second);
    assert_eq!(
        (codes(&first), key.asked()),
        (vec!["tls.version-unsupported"], 1)
    );
    assert!(first.findings().remove(0).note.is_some(), "{second:?}");
}

/// RFC 5746: what a server without it renegotiates may be another's connection.
#[tokio::test]
async fn a_server_without_secure_renegotiation_is_left_at_once_with_openssls_number() {
    let server = GnutlsServer::start("NORMAL:-VERS-ALL:+VERS-TLS1.2:%DISABLE_SAFE_RENEGOTIATION");
    let (probe, key) = with_key(server.port, "/");
    let seen = look(LegacyProbe::like(probe), server.port).await;
    let failure = seen.failure.as_ref().expect("OpenSSL says why");
    assert_eq!(
        failure.name.as_deref(),
        Some("unsafe legacy renegotiation disabled")
    );
    assert_eq!(failure.code & 0x7F_FFFF, 338, "{failure}");
    assert_eq!(
        (key.asked(), codes_of(&seen)),
        (0, vec!["tls.handshake-failure"])
    );
}

#[tokio::test]
async fn rustls_leaves_nothing_to_try_where_the_page_opens_or_the_card_has_signed() {
    let authorities = authorities();
    let strict = ["-www", "-Verify", "3", "-verify_return_error", "-CAfile"];
    let server = Server::start(&[&strict[..], &[&authorities]].concat());
    let (probe, _) = with_key(server.port, "/");
    let seen = observe(probe.clone(), server.port).await;
    assert!(seen.is_authenticated() && LegacyProbe::after(&seen, probe).is_none());
    let apache = Apache::start(ApacheTls::Tls13);
    let (probe, _) = with_key(apache.port(), Apache::OPEN_PAGE);
    let seen = observe(probe.clone(), apache.port()).await;
    assert!(LegacyProbe::after(&seen, probe).is_none(), "{seen:?}");
}

/// What it was given and what it sent are told apart, whenever the server asks.
#[tokio::test]
async fn a_certificate_openssl_does_not_use_was_not_sent() {
    let ca = OpensslCa::make();
    let weak = ca.identity(Leaf::WeakClient);
    let known = ca.authorities_pem().display().to_string();
    let strict = [
        "-www",
        "-Verify",
        "3",
        "-verify_return_error",
        "-CAfile",
        &known,
    ];
    for (version, number) in [("-tls1_2", 40), ("-tls1_3", 116)] {
        let server = Server::start(&[&strict[..], &[version]].concat());
        let key = Arc::new(SoftKey::of(&weak));
        let probe = HandshakeProbe::new("localhost", server.port, "/", trust(), deadline());
        let probe = probe.with_credential(credential(&weak, pkcs1_and_pss(), &key));
        let seen = look(LegacyProbe::like(probe), server.port).await;
        let token = &seen.handshake.token;
        assert_eq!(token.presented, Presented::KeptByOpenssl, "{seen:#?}");
        assert_eq!(
            (&token.signature, key.asked()),
            (&SignatureSeen::NotAsked, 0)
        );
        assert_eq!(
            seen.handshake.alert.as_ref().map(|it| it.number),
            Some(number)
        );
        assert_eq!(codes_of(&seen), ["tls.certificate-required"]);
        let note = seen.findings()[0].note.expect("it is said why").en;
        assert!(note.starts_with("The certificate was not sent"), "{note}");
    }
}

/// rustls takes messages of less than 64 KiB, OpenSSL longer ones, as browsers do.
#[tokio::test]
async fn a_list_that_rustls_cannot_take_openssl_reads() {
    let folder = tempfile::tempdir().expect("a folder can be made");
    let many = many_authorities(folder.path(), 210).display().to_string();
    let server = Server::start(&["-www", "-verify", "3", "-CAfile", &many, "-tls1_2"]);
    let (probe, key) = with_key(server.port, "/");
    let mut first = observe(probe.clone(), server.port).await;
    assert_eq!(codes(&first), ["tls.handshake-failure"]);
    let second = LegacyProbe::after(&first, probe).expect("something is left to try");
    let second = look(second, server.port).await;
    let listed = &second.handshake.client_auth.certificate_authorities;
    assert_eq!(listed.len(), 210);
    assert_eq!(codes_of(&second), ["tls.issuer-not-accepted"]);
    first.note_legacy(&second);
    let finding = first.findings().remove(0);
    assert_eq!((finding.severity, key.asked()), (Severity::Warning, 0));
}

fn codes_of(seen: &LegacySeen) -> Vec<&'static str> {
    let findings = seen.findings();
    findings.iter().map(|finding| finding.kind.code).collect()
}

/// `gnutls-serv` on a port of its own; ended when dropped.
struct GnutlsServer {
    child: Child,
    port: u16,
}

impl GnutlsServer {
    fn start(priority: &str) -> Self {
        let mut attempts = (0..5).map(|_| Self::attempt(priority));
        attempts
            .find_map(|started| started)
            .expect("gnutls-serv listens")
    }

    /// None: another process took its port.
    fn attempt(priority: &str) -> Option<Self> {
        let free = TcpListener::bind("127.0.0.1:0").and_then(|it| it.local_addr());
        let port = free.expect("a port is free").port();
        let identity = Pki::shared().server(ServerCertificate::Localhost);
        let mut child = Command::new("gnutls-serv")
            .args([
                "--http",
                "--quiet",
                "--priority",
                priority,
                "--port",
                &port.to_string(),
            ])
            .arg("--x509certfile")
            .arg(identity.chain_pem())
            .arg("--x509keyfile")
            .arg(identity.key_pem())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .expect("gnutls-serv is installed");
        let until = Deadline::after(Duration::from_secs(10));
        while !until.has_passed() && matches!(child.try_wait(), Ok(None)) {
            if std::net::TcpStream::connect(("127.0.0.1", port)).is_ok() {
                return Some(Self { child, port });
            }
            std::thread::sleep(Duration::from_millis(10));
        }
        let _ = child.kill();
        let _ = child.wait();
        None
    }
}

impl Drop for GnutlsServer {
    fn drop(&mut self) {
        // it may have ended by itself
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
