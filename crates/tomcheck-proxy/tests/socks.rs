//! Do real SOCKS proxies lead to the site, and what is made of their refusals?
#![cfg(unix)]
#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "a test ends at the first thing that is not as it should"
)]

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::time::Duration;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tomcheck_diagnosis::{Deadline, Finding, Lang, Observation};
use tomcheck_proxy::{Control, Credentials, Outcome, Setting, Speaks, TunnelProbe, TunnelSeen};
use tomcheck_testkit::{Dante, DanteOptions, Squid, SquidOptions};
use zeroize::Zeroizing;

fn probe(url: &str, host: &str, port: u16) -> TunnelProbe {
    let Setting::Proxy { address, .. } = Setting::parse(url).unwrap() else {
        panic!("{url} is a proxy's");
    };
    let deadline = Deadline::after(Duration::from_secs(20));
    TunnelProbe::new(address, host, port, deadline)
}

/// A site that says back the first words it is told.
fn echo() -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    std::thread::spawn(move || {
        for stream in listener.incoming() {
            let mut stream = stream.unwrap();
            let mut buffer = [0; 64];
            if let Ok(length) = stream.read(&mut buffer) {
                let _ = stream.write_all(&buffer[..length]);
            }
        }
    });
    address
}

/// Something that does `work` with its first visitor.
fn listening(work: impl FnOnce(TcpStream) + Send + 'static) -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    std::thread::spawn(move || work(listener.accept().unwrap().0));
    address
}

fn hear(stream: &mut TcpStream, length: usize) -> Vec<u8> {
    let mut heard = vec![0; length];
    stream.read_exact(&mut heard).unwrap();
    heard
}

fn only_finding(seen: &TunnelSeen) -> Finding {
    let mut findings = seen.findings();
    assert_eq!(findings.len(), 1, "{seen:?}");
    let json = serde_json::to_string(seen).unwrap();
    assert_eq!(&serde_json::from_str::<TunnelSeen>(&json).unwrap(), seen);
    findings.remove(0)
}

#[tokio::test]
async fn dante_leads_to_the_site_by_name_and_by_address_in_both_versions() {
    let (dante, site) = (Dante::start(DanteOptions::default()), echo());
    for (scheme, host) in [
        ("socks5", "127.0.0.1"),
        ("socks5h", "localhost"),
        ("socks4", "127.0.0.1"),
    ] {
        let url = format!("{scheme}://{}", dante.address());
        let (seen, tunnel) = probe(&url, host, site.port()).observe().await;
        assert!(seen.is_open(), "{url}: {seen:?} {}", dante.log());
        assert_eq!(seen.findings(), []);
        let mut tunnel = tunnel.unwrap();
        tunnel.write_all(b"word").await.unwrap();
        let mut back = [0; 4];
        tunnel.read_exact(&mut back).await.unwrap();
        assert_eq!(&back, b"word", "{url}");
    }
}

#[tokio::test]
async fn dante_refuses_by_rule_by_fault_and_for_want_of_a_login() {
    let site = echo();
    let closed = TcpListener::bind("127.0.0.1:0")
        .unwrap()
        .local_addr()
        .unwrap();
    let forbids = DanteOptions {
        forbids: true,
        ..DanteOptions::default()
    };
    let demands = DanteOptions {
        demands_login: true,
        ..DanteOptions::default()
    };
    let table = [
        (
            forbids,
            site.port(),
            "proxy.host-not-allowed",
            "SOCKS5 REP",
            "2",
        ),
        (
            DanteOptions::default(),
            closed.port(),
            "proxy.upstream-failed",
            "SOCKS5 REP",
            "5",
        ),
        (
            demands,
            site.port(),
            "proxy.authentication-required",
            "SOCKS5 METHOD",
            "255",
        ),
    ];
    for (options, port, code, key, value) in table {
        let dante = Dante::start(options);
        let url = format!("socks5://{}", dante.address());
        let (seen, _) = probe(&url, "127.0.0.1", port).observe().await;
        let finding = only_finding(&seen);
        assert_eq!(finding.kind.code, code, "{seen:?} {}", dante.log());
        let said = finding.evidence.iter().find(|evidence| evidence.key == key);
        assert_eq!(said.unwrap().render(Lang::En), value);
    }
}

#[tokio::test]
async fn a_rule_of_socks_is_told_beside_another_site_and_with_a_step_of_its_own() {
    let dante = Dante::start(DanteOptions {
        forbids: true,
        ..DanteOptions::default()
    });
    let site = echo();
    let url = format!("socks5://{}", dante.address());
    let probe = probe(&url, "192.0.2.1", site.port());
    let (mut seen, _) = probe.observe().await;
    let other = format!("127.0.0.1:{}", site.port());
    let control = Control::at(&other);
    probe.compare(&mut seen, &[], control.as_ref()).await;
    let finding = only_finding(&seen);
    assert_eq!(finding.kind.code, "proxy.host-not-allowed");
    let note = finding.note.unwrap().get(Lang::En);
    assert!(note.contains("not aimed at this one"), "{note}");
    let said = finding.evidence.iter();
    let mut said = said.filter(|one| one.key == format!("CONNECT {other}"));
    assert_eq!(said.next().unwrap().render(Lang::En), "SOCKS5 REP 2");
    let step = finding.first_steps[0].text.get(Lang::Fr);
    assert!(step.contains("proxy SOCKS"), "{step}");
}

#[tokio::test]
async fn dante_rejects_a_password_that_no_account_has() {
    let dante = Dante::start(DanteOptions {
        demands_login: true,
        ..DanteOptions::default()
    });
    let mut probe = probe(&format!("socks5://{}", dante.address()), "127.0.0.1", 9);
    let password = Zeroizing::new("hunter2".to_owned());
    probe.credentials = Some(Credentials::new("nobody-of-the-test", password));
    let (seen, tunnel) = probe.observe().await;
    assert!(tunnel.is_none());
    assert_eq!(
        only_finding(&seen).kind.code,
        "proxy.authentication-rejected"
    );
    assert!(!format!("{seen:?}").contains("hunter2"));
}

/// Nothing but the question which methods there are comes to it.
#[tokio::test]
async fn dante_is_shown_no_password_where_nobody_vouches_for_it() {
    let dante = Dante::start(DanteOptions {
        demands_login: true,
        ..DanteOptions::default()
    });
    let mut probe = probe(&format!("socks5://{}", dante.address()), "127.0.0.1", 9);
    let password = Zeroizing::new("hunter2".to_owned());
    probe.credentials = Some(Credentials::new("nobody-of-the-test", password));
    probe.is_vouched_for = false;
    let (seen, _) = probe.observe().await;
    assert_eq!(seen.user, None);
    assert_eq!(
        only_finding(&seen).kind.code,
        "proxy.authentication-required"
    );
}

/// No real proxy answers each of these on demand.
#[tokio::test]
async fn each_answer_of_the_standards_has_a_sentence_of_its_own() {
    let mut told = std::collections::BTreeSet::new();
    for code in 1..=9_u8 {
        let proxy = listening(move |mut stream| {
            assert_eq!(hear(&mut stream, 3), [5, 1, 0]);
            stream.write_all(&[5, 0]).unwrap();
            hear(&mut stream, 10);
            let _ = stream.write_all(&[5, code, 0, 1, 0, 0, 0, 0, 0, 0]);
        });
        let url = format!("socks5://{proxy}");
        let (seen, _) = probe(&url, "192.0.2.1", 443).observe().await;
        let finding = only_finding(&seen);
        let expected = match code {
            2 => "proxy.host-not-allowed",
            _ => "proxy.upstream-failed",
        };
        assert_eq!(finding.kind.code, expected);
        assert!(told.insert(finding.note.unwrap().fr.to_string()), "{code}");
    }
    for (code, expected) in [
        (91_u8, "proxy.upstream-failed"),
        (92, "proxy.authentication-required"),
        (93, "proxy.authentication-rejected"),
    ] {
        let proxy = listening(move |mut stream| {
            hear(&mut stream, 9);
            let _ = stream.write_all(&[0, code, 0, 0, 0, 0, 0, 0]);
        });
        let url = format!("socks4://{proxy}");
        let (seen, _) = probe(&url, "192.0.2.1", 443).observe().await;
        let finding = only_finding(&seen);
        assert_eq!(finding.kind.code, expected);
        assert!(told.insert(finding.note.unwrap().fr.to_string()), "{code}");
    }
}

#[tokio::test]
async fn a_password_goes_to_who_asks_for_it_and_is_cut_by_nobody() {
    let (sender, receiver) = std::sync::mpsc::channel();
    let proxy = listening(move |mut stream| {
        assert_eq!(hear(&mut stream, 4), [5, 2, 0, 2]);
        stream.write_all(&[5, 2]).unwrap();
        sender.send(hear(&mut stream, 3 + 9 + 7)).unwrap();
        stream.write_all(&[1, 0]).unwrap();
        hear(&mut stream, 5 + 11 + 2);
        // with a name for its own end, and the site's first word right behind
        stream
            .write_all(b"\x05\x00\x00\x03\x04here\x00\x07word")
            .unwrap();
    });
    let mut probe = probe(&format!("socks5://{proxy}"), "tom.example", 443);
    let password = Zeroizing::new("hunter2".to_owned());
    probe.credentials = Some(Credentials::new("secretary", password));
    let (seen, tunnel) = probe.observe().await;
    assert!(seen.is_open(), "{seen:?}");
    assert_eq!(receiver.recv().unwrap(), b"\x01\x09secretary\x07hunter2");
    let mut word = [0; 4];
    tunnel.unwrap().read_exact(&mut word).await.unwrap();
    assert_eq!(&word, b"word");
}

#[tokio::test]
async fn who_speaks_something_else_is_named() {
    let web = listening(|mut stream| {
        hear(&mut stream, 3);
        stream
            .write_all(b"HTTP/1.1 400 Bad Request\r\n\r\n")
            .unwrap();
    });
    let ssh = listening(|mut stream| stream.write_all(b"SSH-2.0-OpenSSH_9.2\r\n").unwrap());
    let silent = listening(drop);
    for (proxy, expected) in [
        (web, Speaks::Http),
        (ssh, Speaks::Ssh),
        (silent, Speaks::Nothing),
    ] {
        let url = format!("socks5://{proxy}");
        let (seen, _) = probe(&url, "tom.example", 443).observe().await;
        let Outcome::NotHttp { speaks, .. } = seen.outcome else {
            panic!("{seen:?}");
        };
        assert_eq!(speaks, expected);
        assert_eq!(only_finding(&seen).kind.code, "proxy.not-a-proxy");
    }
}

#[tokio::test]
async fn an_http_proxy_that_waits_for_more_is_guessed_at() {
    let squid = Squid::start(&SquidOptions::default());
    let mut probe = probe(&format!("socks5://{}", squid.address()), "tom.example", 443);
    probe.deadline = Deadline::after(Duration::from_secs(1));
    let finding = only_finding(&probe.observe().await.0);
    assert_eq!(finding.kind.code, "proxy.no-answer");
    assert!(finding.note.unwrap().get(Lang::En).contains("http://"));
}

/// Dante knows no 4A.
#[tokio::test]
async fn version_4_gives_names_to_the_proxy_as_they_are() {
    let proxy = listening(|mut stream| {
        let request = hear(&mut stream, 9 + 12);
        assert_eq!(
            request,
            b"\x04\x01\x01\xbb\x00\x00\x00\x01\x00tom.example\x00"
        );
        stream.write_all(&[0, 90, 0, 0, 0, 0, 0, 0]).unwrap();
    });
    let (seen, tunnel) = probe(&format!("socks4a://{proxy}"), "tom.example", 443)
        .observe()
        .await;
    assert!(seen.is_open() && tunnel.is_some(), "{seen:?}");
}
