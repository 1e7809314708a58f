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
use tomcheck_testkit::{Kerberos, Squid, SquidLogin, SquidOptions};
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
    // what a browser's session does by itself is no fault of whoever has no password
    let note = seen.findings().remove(0).note;
    assert_eq!(note.is_some(), scheme == "NTLM", "{note:?}");

    let wrongly = TunnelProbe {
        credentials: Some(Credentials::new(
            "secretary",
            Zeroizing::new("no".to_owned()),
        )),
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
    assert!(
        finding
            .note
            .unwrap()
            .get(Lang::En)
            .contains("not shown a second time")
    );
}

#[tokio::test]
async fn basic_is_asked_for_then_shown() {
    let squid = squid(SquidLogin::Basic, PASSWORD);
    let all = ["- 407", "Basic 200"];
    is_taken(
        squid,
        "Basic",
        &all,
        &["Basic 200"],
        &["- 407", "Basic 407"],
    )
    .await;
}

#[tokio::test]
async fn digest_is_computed_as_squid_computes_it() {
    let squid = squid(SquidLogin::Digest, PASSWORD);
    let all = ["- 407", "Digest 200"];
    is_taken(
        squid,
        "Digest",
        &all,
        &["Digest 200"],
        &["- 407", "Digest 407"],
    )
    .await;
}

#[tokio::test]
async fn ntlm_takes_three_messages_over_one_connection_and_samba_verifies_the_answer() {
    let squid = squid(SquidLogin::Ntlm, PASSWORD);
    let (all, next) = (["- 407", "NTLM 407", "NTLM 200"], ["NTLM 407", "NTLM 200"]);
    is_taken(
        squid,
        "NTLM",
        &all,
        &next,
        &["- 407", "NTLM 407", "NTLM 407"],
    )
    .await;
}

/// The library reads its settings from the environment of the process: the test is one of its
/// own, which the other one starts.
#[tokio::test]
async fn negotiate_shows_the_sessions_ticket() {
    let kerberos = Kerberos::start();
    let squid = Squid::start(&SquidOptions {
        login: SquidLogin::Negotiate {
            principal: Kerberos::PROXY.to_owned(),
            keytab: kerberos.keytab(),
            configuration: kerberos.configuration(),
        },
        ..SquidOptions::default()
    });
    let site = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = site.local_addr().unwrap().port();
    let nobody = kerberos.configuration().with_file_name("no-tickets");
    for (tickets, expected) in [(kerberos.logged_in(), "open"), (nobody, "no ticket")] {
        let child = std::process::Command::new(std::env::current_exe().unwrap())
            .args(["--exact", "as_the_session_is", "--ignored", "--nocapture"])
            .env("KRB5_CONFIG", kerberos.configuration())
            .env("KRB5CCNAME", tickets)
            .env(
                "PROXY_OF_THE_TEST",
                format!("http://localhost:{}", squid.address().port()),
            )
            .env("PORT_OF_THE_TEST", port.to_string())
            .env("EXPECTED_OF_THE_TEST", expected)
            .output()
            .unwrap();
        let said = String::from_utf8_lossy(&child.stdout);
        assert!(child.status.success(), "{said}");
        assert!(said.contains("1 passed"), "{said}");
    }
}

#[tokio::test]
#[ignore = "negotiate_shows_the_sessions_ticket starts it, in a session of its own"]
async fn as_the_session_is() {
    let variable = |name| std::env::var(name).unwrap();
    let setting = Setting::parse(&variable("PROXY_OF_THE_TEST")).unwrap();
    let Setting::Proxy { address, .. } = setting else {
        panic!("{setting}");
    };
    let port = variable("PORT_OF_THE_TEST").parse().unwrap();
    let deadline = Deadline::after(Duration::from_secs(20));
    let probe = TunnelProbe::new(address, "127.0.0.1", port, deadline);
    let (seen, tunnel) = probe.observe().await;
    if variable("EXPECTED_OF_THE_TEST") == "open" {
        assert!(tunnel.is_some(), "{seen:?}");
        assert_eq!(told(&seen), ["- 407", "Negotiate 200"]);
        let (seen, _) = probe.observe().await;
        assert_eq!(told(&seen), ["Negotiate 200"]);
        return;
    }
    assert!(tunnel.is_none(), "{seen:?}");
    let finding = seen.findings().remove(0);
    assert_eq!(finding.kind.code, "proxy.scheme-unsupported");
    let said = finding
        .evidence
        .iter()
        .find(|evidence| evidence.key == "gss_acquire_cred");
    assert!(said.is_some(), "{finding:?}");
    assert!(
        finding
            .note
            .unwrap()
            .get(Lang::En)
            .contains("log in to the domain")
    );
}
