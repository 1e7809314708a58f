//! What is said of a proxy that hands its requests to another one? Both are real squids.
#![cfg(unix)]
#![expect(
    clippy::indexing_slicing,
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test ends at the first thing that is not as it should"
)]

use std::io;
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::thread;
use std::time::Duration;

use tomcheck_diagnosis::{Deadline, Finding, Lang, Observation};
use tomcheck_proxy::{Setting, TunnelProbe, TunnelSeen};
use tomcheck_testkit::{Squid, SquidOptions};

const CHILD: &str = "child.test.invalid";
const PARENT: &str = "parent.test.invalid";
const DENIED: &str = "tom.test.invalid";

fn parent(options: SquidOptions) -> Squid {
    Squid::start(&SquidOptions {
        name: Some(PARENT.to_owned()),
        ..options
    })
}

fn child_of(parent: SocketAddr, options: SquidOptions) -> Squid {
    Squid::start(&SquidOptions {
        name: Some(CHILD.to_owned()),
        parent: Some(parent),
        ..options
    })
}

fn probe(squid: &Squid, host: &str, port: u16) -> TunnelProbe {
    probe_at(&squid.url(), host, port)
}

fn probe_at(url: &str, host: &str, port: u16) -> TunnelProbe {
    let Setting::Proxy { address, .. } = Setting::parse(url).unwrap() else {
        panic!("{url} is that of a proxy");
    };
    let deadline = Deadline::after(Duration::from_secs(20));
    TunnelProbe::new(address, host, port, deadline)
}

/// What is found once it was compared.
async fn found(probe: &TunnelProbe) -> (TunnelSeen, Finding) {
    let (mut seen, tunnel) = probe.observe().await;
    assert!(tunnel.is_none(), "{seen:?}");
    probe.compare(&mut seen, &[], None).await;
    let json = serde_json::to_string(&seen).unwrap();
    assert_eq!(serde_json::from_str::<TunnelSeen>(&json).unwrap(), seen);
    let mut findings = seen.findings();
    assert_eq!(findings.len(), 1, "{findings:?}");
    let finding = findings.remove(0);
    (seen, finding)
}

fn evidence(finding: &Finding, key: &str) -> Option<String> {
    let found = finding.evidence.iter().find(|it| it.key == key);
    found.map(|it| it.render(Lang::En))
}

/// The second proxy is named in the sentence, and it is there that something is to be done.
fn names_the_second(finding: &Finding, child: &Squid) {
    let title = finding.title(Lang::Fr);
    let both = format!("{PARENT} (derrière {})", child.address());
    assert!(title.contains(&both), "{title} {finding:?}");
    let title = finding.title(Lang::En);
    let both = format!("{PARENT} (behind {})", child.address());
    assert!(title.contains(&both), "{title} {finding:?}");
    assert_eq!(evidence(finding, "second").as_deref(), Some(PARENT));
    let steps = finding.steps(Lang::En, "linux");
    let first = format!("on {PARENT}, the proxy that {} hands", child.address());
    assert!(steps[0].contains(&first), "{steps:?}");
    assert!(!steps.iter().any(|step| step.contains('…')), "{steps:?}");
}

#[tokio::test]
async fn a_parent_that_denies_is_the_one_that_is_named() {
    let parent = parent(SquidOptions {
        deny: vec![DENIED.to_owned()],
        ..SquidOptions::default()
    });
    let child = child_of(parent.address(), SquidOptions::default());
    let (seen, finding) = found(&probe(&child, DENIED, 443)).await;
    assert_eq!(finding.kind.code, "proxy.host-not-allowed", "{seen:?}");
    assert_eq!(seen.calls_itself, [CHILD]);
    names_the_second(&finding, &child);
}

#[tokio::test]
async fn a_parent_that_asks_for_a_password_is_the_one_that_is_named() {
    let parent = parent(SquidOptions {
        auth: Some(("secretary".to_owned(), "hunter2".to_owned())),
        ..SquidOptions::default()
    });
    let child = child_of(parent.address(), SquidOptions::default());
    let (seen, finding) = found(&probe(&child, DENIED, 443)).await;
    assert_eq!(
        finding.kind.code, "proxy.authentication-required",
        "{seen:?}"
    );
    names_the_second(&finding, &child);
    let steps = finding.steps(Lang::En, "linux").join("\n");
    assert!(steps.contains("cache_peer"), "{steps}");
    // a password that is given reaches the first one alone
    let login = Setting::parse("http://secretary:hunter2@squid:1").unwrap();
    let with_password = TunnelProbe {
        credentials: login.credentials().cloned(),
        ..probe(&child, DENIED, 443)
    };
    let (seen, finding) = found(&with_password).await;
    assert_eq!(
        finding.kind.code, "proxy.authentication-rejected",
        "{seen:?}"
    );
    names_the_second(&finding, &child);
    let note = finding.note.unwrap();
    assert!(
        note.get(Lang::En).contains("without handing on"),
        "{note:?}"
    );
}

/// Neither answer bears a name: squid leaves it out where it does not reach a site.
#[tokio::test]
async fn a_parent_that_does_not_reach_the_site_and_one_that_is_down_are_told_as_far_as_they_tell() {
    let closed = TcpListener::bind("127.0.0.1:0")
        .unwrap()
        .local_addr()
        .unwrap();
    let parent = parent(SquidOptions::default());
    let child = child_of(parent.address(), SquidOptions::default());
    let orphan = child_of(closed, SquidOptions::default());
    for (squid, said, note) in [
        (&child, "ERR_CONNECT_FAIL 111", None),
        (&orphan, "ERR_CANNOT_FORWARD 0", Some("the parent proxy")),
    ] {
        let (seen, finding) = found(&probe(squid, "127.0.0.1", closed.port())).await;
        assert_eq!(finding.kind.code, "proxy.upstream-failed", "{seen:?}");
        assert_eq!(evidence(&finding, "X-Squid-Error").as_deref(), Some(said));
        assert_eq!(evidence(&finding, "second"), None, "{seen:?}");
        let told = finding.note.map(|note| note.get(Lang::En));
        assert_eq!(told.is_some(), note.is_some(), "{told:?}");
        assert!(note.is_none_or(|note| told.unwrap().contains(note)));
    }
}

#[tokio::test]
async fn a_proxy_that_refuses_by_itself_is_not_taken_for_two() {
    let parent = parent(SquidOptions::default());
    let child = child_of(
        parent.address(),
        SquidOptions {
            deny: vec![DENIED.to_owned()],
            auth: Some(("secretary".to_owned(), "hunter2".to_owned())),
            ..SquidOptions::default()
        },
    );
    for host in [DENIED, "127.0.0.1"] {
        let (seen, finding) = found(&probe(&child, host, 443)).await;
        assert_eq!(evidence(&finding, "second"), None, "{seen:?}");
        let address = child.address().to_string();
        assert_eq!(evidence(&finding, "proxy"), Some(address));
    }
}

/// One address for several, each of which gets the next connection.
fn in_turn(proxies: Vec<SocketAddr>) -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    thread::spawn(move || {
        for (stream, to) in listener.incoming().zip(proxies.into_iter().cycle()) {
            let (client, proxy) = (stream.unwrap(), TcpStream::connect(to).unwrap());
            hand_on(&client, &proxy);
            hand_on(&proxy, &client);
        }
    });
    address
}

fn hand_on(from: &TcpStream, to: &TcpStream) {
    let (mut from, mut to) = (from.try_clone().unwrap(), to.try_clone().unwrap());
    thread::spawn(move || {
        let _ = io::copy(&mut from, &mut to);
        let _ = to.shutdown(std::net::Shutdown::Write);
    });
}

#[tokio::test]
async fn two_proxies_at_one_address_are_not_taken_for_one_behind_the_other() {
    let named = |name: &str| {
        Squid::start(&SquidOptions {
            name: Some(name.to_owned()),
            deny: vec![DENIED.to_owned()],
            ..SquidOptions::default()
        })
    };
    let both = [named(CHILD), named(PARENT)];
    let address = in_turn(both.iter().map(Squid::address).collect());
    let (seen, finding) = found(&probe_at(&format!("http://{address}"), DENIED, 443)).await;
    assert_eq!(finding.kind.code, "proxy.host-not-allowed", "{seen:?}");
    assert_eq!(seen.calls_itself, [PARENT, CHILD]);
    assert_eq!(evidence(&finding, "second"), None, "{seen:?}");
}
