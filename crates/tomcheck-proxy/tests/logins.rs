//! Does a real squid take what it is shown, in each way it may ask?
#![cfg(unix)]
#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "a test ends at the first thing that is not as it should"
)]

use std::net::TcpListener;
use std::time::Duration;

use tomcheck_diagnosis::{Deadline, Lang, Observation};
use tomcheck_proxy::{Credentials, Memory, Setting, TunnelProbe, TunnelSeen};
use tomcheck_testkit::{Squid, SquidLogin, SquidOptions};
use zeroize::Zeroizing;

const PASSWORD: &str = "hunter2 of the \"test\"";

/// A squid that knows the secretary.
fn squid(login: SquidLogin, password: &str) -> Squid {
    Squid::start(&SquidOptions {
        auth: Some(("secretary".to_owned(), password.to_owned())),
        login,
        ..SquidOptions::default()
    })
}

fn probe(squid: &Squid, password: Option<&str>) -> (TunnelProbe, TcpListener) {
    let Setting::Proxy { address, .. } = Setting::parse(&squid.url()).unwrap() else {
        panic!("squid's URL is that of a proxy");
    };
    let site = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = site.local_addr().unwrap().port();
    let deadline = Deadline::after(Duration::from_secs(20));
    let mut probe = TunnelProbe::new(address, "127.0.0.1", port, deadline);
    let password = password.map(|password| Zeroizing::new(password.to_owned()));
    probe.credentials = password.map(|password| Credentials::new("secretary", password));
    (probe, site)
}

/// Scheme and status of each request.
fn told(seen: &TunnelSeen) -> Vec<String> {
    let exchanges = seen.exchanges.iter().map(|exchange| {
        let scheme = exchange.scheme.as_deref().unwrap_or("-");
        let status = exchange.status_line.split(' ').nth(1).unwrap();
        format!("{scheme} {status}")
    });
    exchanges.collect()
}

fn code(seen: &TunnelSeen) -> &'static str {
    let findings = seen.findings();
    assert_eq!(findings.len(), 1, "{seen:?}");
    findings[0].kind.code
}

fn shows_no(secret: &str, seen: &TunnelSeen) {
    let shown = format!("{} {seen:?}", serde_json::to_string(seen).unwrap());
    assert!(!shown.contains(secret), "{shown}");
}

/// First without, then as asked; the next tunnel of the run is asked for as wanted at once; a
/// wrong password is shown once and never again.
async fn is_taken(squid: Squid, scheme: &str, first: &[&str], next: &[&str], wrong: &[&str]) {
    let (probe, _site) = probe(&squid, Some(PASSWORD));
    let (seen, tunnel) = probe.observe().await;
    assert!(seen.is_open() && tunnel.is_some(), "{seen:?}");
    assert_eq!(told(&seen), first);
    assert_eq!(seen.user.as_ref().unwrap().reveal(), "secretary");
    shows_no(PASSWORD, &seen);
    let (seen, _) = probe.observe().await;
    assert_eq!(told(&seen), next);

    let without = TunnelProbe {
        credentials: None,
        memory: Memory::default(),
        ..probe.clone()
    };
    let (seen, _) = without.observe().await;
    assert_eq!(code(&seen), "proxy.authentication-required");
    assert_eq!(seen.reply().unwrap().schemes(), [scheme]);

    let wrongly = TunnelProbe {
        credentials: Some(Credentials::new("secretary", Zeroizing::new("no".to_owned()))),
        memory: Memory::default(),
        ..probe
    };
    let (seen, _) = wrongly.observe().await;
    assert_eq!(code(&seen), "proxy.authentication-rejected");
    assert_eq!(told(&seen), wrong);
    let (seen, _) = wrongly.observe().await;
    assert_eq!(told(&seen), ["- 407"], "shown again");
    let finding = seen.findings().remove(0);
    assert_eq!(finding.kind.code, "proxy.authentication-rejected");
    assert!(finding.note.unwrap().get(Lang::En).contains("not shown a second time"));
}

#[tokio::test]
async fn basic_is_asked_for_then_shown() {
    let squid = squid(SquidLogin::Basic, PASSWORD);
    let all = ["- 407", "Basic 200"];
    is_taken(squid, "Basic", &all, &["Basic 200"], &["- 407", "Basic 407"]).await;
}

#[tokio::test]
async fn digest_is_computed_as_squid_computes_it() {
    let squid = squid(SquidLogin::Digest, PASSWORD);
    let all = ["- 407", "Digest 200"];
    is_taken(squid, "Digest", &all, &["Digest 200"], &["- 407", "Digest 407"]).await;
}

#[tokio::test]
async fn ntlm_takes_three_messages_over_one_connection_and_samba_verifies_the_answer() {
    let squid = squid(SquidLogin::Ntlm, PASSWORD);
    let (all, next) = (["- 407", "NTLM 407", "NTLM 200"], ["NTLM 407", "NTLM 200"]);
    is_taken(squid, "NTLM", &all, &next, &["- 407", "NTLM 407", "NTLM 407"]).await;
}
