//! Which difference makes the difference, on real servers behind a box that misbehaves.
#![cfg(unix)]
#![expect(clippy::unwrap_used, reason = "what fails in a helper fails its test")]

mod common;

use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::time::Duration;

use common::*;
use tokio::net::TcpStream;
use tomcheck_diagnosis::{Deadline, Finding, Lang, Observation, Severity};
use tomcheck_testkit::{ClientAuth, Shape, Shaper, TlsServer, TlsServerOptions};
use tomcheck_tls::{
    DifferentialProbe, DifferentialSeen, Ended, HandshakeProbe, HandshakeSeen, HelloKind, NoWay,
    Outcome, Symptom, TrialSeen, Way, Ways, connect_in_segments,
};

/// Every way leads to one port of loopback; past the proxy, to another one.
struct Loopback {
    port: u16,
    past_the_proxy: Option<u16>,
}

impl Ways for Loopback {
    type Stream = TcpStream;

    async fn open(&self, way: Way, deadline: Deadline) -> Result<TcpStream, NoWay> {
        let to = |port| SocketAddr::from((Ipv4Addr::LOCALHOST, port));
        let (to, mss) = match way {
            Way::Usual => (to(self.port), None),
            Way::Direct => (to(self.past_the_proxy.unwrap()), None),
            Way::Address { address } => (SocketAddr::new(address, self.port), None),
            Way::SmallSegments { mss } => (to(self.port), Some(mss)),
        };
        connect_in_segments(to, mss, deadline).await
    }
}

/// The handshake, and the trials after it.
async fn examine(port: u16) -> (HandshakeSeen, DifferentialSeen) {
    examine_with(port, |probe| probe).await
}

async fn examine_with(
    port: u16,
    wish: impl FnOnce(DifferentialProbe) -> DifferentialProbe,
) -> (HandshakeSeen, DifferentialSeen) {
    let limit = Deadline::after(Duration::from_secs(2));
    let probe = HandshakeProbe::new("localhost", port, "/", trust(), limit);
    let handshake = observe(probe, port).await;
    let ways = Loopback {
        port,
        past_the_proxy: None,
    };
    let probe = wish(differential(&handshake));
    let seen = probe.observe(&ways).await;
    let json = serde_json::to_string(&seen).unwrap();
    assert_eq!(
        serde_json::from_str::<DifferentialSeen>(&json).unwrap(),
        seen
    );
    assert!(
        seen.trials.len() <= DifferentialSeen::MOST_TRIALS,
        "{seen:?}"
    );
    assert_eq!(seen.ended, Ended::Enough);
    (handshake, seen)
}

/// On loopback whoever is silent for half a second is silent.
fn differential(handshake: &HandshakeSeen) -> DifferentialProbe {
    let limit = Deadline::after(Duration::from_secs(60));
    DifferentialProbe::new(handshake, limit).patient_for(Duration::from_millis(500))
}

fn only((handshake, trials): &(HandshakeSeen, DifferentialSeen)) -> Finding {
    let mut findings = handshake.findings_given(trials);
    assert_eq!(findings.len(), 1, "{findings:?}");
    findings.remove(0)
}

fn said(finding: &Finding, key: &str) -> String {
    let evidence = finding.evidence.iter().find(|evidence| evidence.key == key);
    evidence.map(|it| it.render(Lang::En)).unwrap_or_default()
}

fn outcome(seen: &DifferentialSeen, hello: HelloKind) -> Option<&Outcome> {
    let same = |trial: &&TrialSeen| trial.hello == hello && trial.way == Way::Usual;
    Some(&seen.trials.iter().find(same)?.outcome)
}

fn chosen(seen: &DifferentialSeen, hello: HelloKind) -> String {
    outcome(seen, hello).map(Outcome::label).unwrap_or_default()
}

fn site() -> TlsServer {
    TlsServer::start(TlsServerOptions {
        client_auth: ClientAuth::None,
        ..TlsServerOptions::default()
    })
}

#[tokio::test]
async fn openssl_understands_every_hello_and_each_version_is_told_apart() {
    let server = Server::start(&["-www", "-cipher", "ALL:@SECLEVEL=0"]);
    let (handshake, seen) = examine_with(server.port, |probe| probe.thorough(true)).await;
    assert_eq!(seen.symptom, Symptom::Passed, "{handshake:?}");
    let expected = [
        (HelloKind::Large, "ServerHello TLS 1.3"),
        (HelloKind::Tls13Only, "ServerHello TLS 1.3"),
        (HelloKind::Tls12Only, "ServerHello TLS 1.2"),
        (HelloKind::Tls11, "ServerHello TLS 1.1"),
        (HelloKind::Tls10, "ServerHello TLS 1.0"),
        (HelloKind::OldCiphers, "ServerHello TLS 1.2"),
        (HelloKind::WithoutName, "ServerHello TLS 1.3"),
        (HelloKind::Http2, "ServerHello TLS 1.3"),
    ];
    for (hello, begins) in expected {
        assert!(
            chosen(&seen, hello).starts_with(begins),
            "{hello:?}: {seen:#?}"
        );
    }
    assert_eq!(seen.findings(), vec![], "nothing is wrong");
    assert_eq!(handshake.findings_given(&seen), handshake.findings());
}

#[tokio::test]
async fn another_group_is_asked_for_by_a_retry_which_is_an_answer() {
    let server = Server::start(&["-www", "-tls1_3", "-groups", "P-384"]);
    let (_, seen) = examine_with(server.port, |probe| probe.thorough(true)).await;
    let label = chosen(&seen, HelloKind::Tls13Only);
    assert!(label.contains("HelloRetryRequest"), "{label}");
}

#[tokio::test]
async fn a_server_of_old_versions_is_named_with_the_versions_it_speaks() {
    let server = Server::start(&[
        "-www",
        "-no_tls1_2",
        "-no_tls1_3",
        "-cipher",
        "ALL:@SECLEVEL=0",
    ]);
    let seen = examine(server.port).await;
    let finding = only(&seen);
    assert_eq!(finding.kind.code, "tls.version-unsupported");
    assert_eq!(said(&finding, "spoken"), "TLS 1.1, TLS 1.0", "{seen:#?}");
    assert!(said(&finding, "passes").contains("TLS 1.1"));
}

#[tokio::test]
async fn a_server_of_old_ciphers_is_named_with_the_one_it_chooses() {
    let server = Server::start(&["-www", "-tls1_2", "-cipher", "AES128-SHA"]);
    let seen = examine(server.port).await;
    let finding = only(&seen);
    assert_eq!(finding.kind.code, "tls.no-common-cipher");
    assert_eq!(
        said(&finding, "chosen"),
        "TLS_RSA_WITH_AES_128_CBC_SHA",
        "{seen:#?}"
    );
    assert_eq!(seen.1.trials.len(), 2, "that is enough");
}

#[tokio::test]
async fn a_box_that_drops_large_hellos_is_found_though_the_handshake_itself_passes() {
    let server = site();
    for shape in [Shape::DropsLargeHello(1000), Shape::ResetsLargeHello(1000)] {
        let shaper = Shaper::start(server.address(), shape);
        let (handshake, seen) = examine_with(shaper.port(), |probe| probe.thorough(true)).await;
        assert_eq!(seen.symptom, Symptom::Passed);
        let findings = seen.findings();
        assert_eq!(
            findings[0].kind.code, "tls.large-hello-intolerant",
            "{seen:#?}"
        );
        assert!(
            findings[0].note.unwrap().en.contains("their size"),
            "{findings:?}"
        );
        assert!(said(&findings[0], "fails").contains("1700 bytes"));
        assert_eq!(findings.len(), 1);
        assert_eq!(handshake.findings_given(&seen), handshake.findings());
    }
}

#[tokio::test]
async fn a_box_that_takes_only_tiny_hellos_is_the_cause_instead_of_a_nameless_reset() {
    let server = site();
    let shaper = Shaper::start(server.address(), Shape::ResetsLargeHello(200));
    let seen = examine(shaper.port()).await;
    assert_eq!(seen.1.symptom, Symptom::Cut, "{:?}", seen.0);
    assert_eq!(
        only(&seen).kind.code,
        "tls.large-hello-intolerant",
        "{seen:#?}"
    );
}

#[tokio::test]
async fn a_name_that_is_cut_is_told_by_what_passes_without_it() {
    let server = site();
    let shaper = Shaper::start(server.address(), Shape::ResetsName("localhost".to_owned()));
    let seen = examine(shaper.port()).await;
    let finding = only(&seen);
    assert_eq!(finding.kind.code, "tls.reset-by-middlebox", "{seen:#?}");
    assert!(
        finding.note.unwrap().fr.contains("coupe ce nom"),
        "{finding:?}"
    );
    let passes = said(&finding, "passes");
    assert!(
        passes.contains("without the site's name") && passes.contains("example.org"),
        "{passes}"
    );
    assert!(
        said(&finding, "fails").contains("ECONNRESET"),
        "{finding:?}"
    );
}

#[tokio::test]
async fn large_packets_that_get_lost_are_told_by_small_ones_that_pass() {
    let server = site();
    // nothing comes at all, or the beginning of the flight
    for (after, symptom) in [(0, Symptom::Cut), (600, Symptom::Stalled)] {
        let shaper = Shaper::start(server.address(), Shape::LosesLargeSegments(after));
        let seen = examine(shaper.port()).await;
        assert_eq!(seen.1.symptom, symptom, "{:?}", seen.0.ending);
        assert_eq!(only(&seen).kind.code, "tls.path-mtu", "{seen:#?}");
        assert_eq!(seen.1.trials.len(), 2, "that is enough");
    }
}

#[tokio::test]
async fn a_box_that_does_not_bear_tls_1_3_is_told_by_tls_1_2_alone() {
    let server = site();
    let shaper = Shaper::start(server.address(), Shape::ResetsTls13);
    let seen = examine(shaper.port()).await;
    let finding = only(&seen);
    assert_eq!(finding.kind.code, "tls.reset-by-middlebox", "{seen:#?}");
    assert!(
        finding.note.unwrap().en.contains("without TLS 1.3"),
        "{finding:?}"
    );
}

#[tokio::test]
async fn where_everything_fails_alike_nothing_more_is_said() {
    let server = site();
    let shaper = Shaper::start(server.address(), Shape::SilentAfterHello);
    let (handshake, seen) = examine(shaper.port()).await;
    assert!(
        seen.trials.iter().all(|trial| trial.outcome.is_cut()),
        "{seen:#?}"
    );
    assert_eq!(handshake.findings_given(&seen), handshake.findings());
    assert_eq!(seen.findings(), vec![]);
    assert!(shaper.connections() <= seen.trials.len() + 1, "one each");
    assert_eq!(server.connections(), 0);
}

#[tokio::test]
async fn a_proxy_that_cuts_is_told_by_what_passes_past_it() {
    let server = site();
    let shaper = Shaper::start(server.address(), Shape::SilentAfterHello);
    let limit = Deadline::after(Duration::from_secs(1));
    let probe = HandshakeProbe::new("localhost", shaper.port(), "/", trust(), limit);
    let handshake = observe(probe, shaper.port()).await;
    let ways = Loopback {
        port: shaper.port(),
        past_the_proxy: Some(server.port()),
    };
    let probe = differential(&handshake).proxied();
    let seen = probe.observe(&ways).await;
    let finding = only(&(handshake, seen));
    assert_eq!(finding.kind.code, "tls.reset-by-middlebox");
    assert!(
        finding.note.unwrap().fr.starts_with("Sans le proxy"),
        "{finding:?}"
    );
}

#[tokio::test]
async fn one_address_of_two_that_fails_is_named_beside_the_one_that_passes() {
    let server = site();
    let shaper = Shaper::start(server.address(), Shape::Passes);
    // the same port on another address of loopback, where nobody answers
    let [usual, other]: [IpAddr; 2] = ["127.0.0.1", "127.0.0.2"].map(|it| it.parse().unwrap());
    let silent = std::net::TcpListener::bind((other, shaper.port())).unwrap();
    let (_, seen) = examine_with(shaper.port(), |probe| {
        probe.thorough(true).with_addresses(&[usual, other])
    })
    .await;
    drop(silent);
    let findings = seen.findings();
    assert_eq!(findings.len(), 1, "{seen:#?}");
    assert_eq!(findings[0].kind.code, "tls.reset-by-middlebox");
    assert_eq!(findings[0].severity, Severity::Warning);
    assert_eq!(said(&findings[0], "how"), "by 127.0.0.2 only");
}

#[tokio::test]
async fn what_answers_at_last_is_no_verdict_about_the_path() {
    let server = site();
    let shaper = Shaper::start(server.address(), Shape::SilentAfterHello);
    let limit = Deadline::after(Duration::from_millis(300));
    let probe = HandshakeProbe::new("localhost", shaper.port(), "/", trust(), limit);
    let handshake = observe(probe, shaper.port()).await;
    let ways = Loopback {
        port: server.port(),
        past_the_proxy: None,
    };
    let seen = differential(&handshake).observe(&ways).await;
    let finding = only(&(handshake, seen.clone()));
    assert_eq!(
        (finding.kind.code, seen.trials.len()),
        ("tls.reset-by-middlebox", 1)
    );
    assert!(
        finding.note.unwrap().en.contains("comes and goes"),
        "{finding:?}"
    );
}
