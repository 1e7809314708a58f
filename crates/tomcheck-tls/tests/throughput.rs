//! Handshakes again and again: are they all made, resumed where they are to be, and given up in
//! time?
#![cfg(unix)]
#![expect(clippy::unwrap_used, reason = "what fails in a helper fails its test")]

mod common;

use std::net::{Ipv4Addr, TcpListener};
use std::num::NonZeroUsize;
use std::sync::Arc;
use std::time::{Duration, Instant};

use common::*;
use tokio::net::TcpStream;
use tomcheck_diagnosis::Deadline;
use tomcheck_testkit::{Refusal, TlsServer, TlsServerOptions, Variant};
use tomcheck_tls::{ThroughputRun, ThroughputSeen, TlsVersion, Versions};

fn run(port: u16, versions: Versions, key: &Arc<SoftKey>) -> ThroughputRun {
    let card = cps(Variant::Valid);
    ThroughputRun {
        host: "localhost".to_owned(),
        port,
        path: "/".to_owned(),
        trust: trust(),
        credential: Some(credential(&card, pkcs1_and_pss(), key)),
        versions,
        resumes: false,
        connections: 12,
        threads: NonZeroUsize::new(2).unwrap(),
        deadline: deadline(),
    }
}

fn key() -> Arc<SoftKey> {
    Arc::new(SoftKey::of(&cps(Variant::Valid)))
}

fn ran(run: &ThroughputRun) -> ThroughputSeen {
    let port = run.port;
    let open = move || TcpStream::connect((Ipv4Addr::LOCALHOST, port));
    run.run(open).unwrap()
}

#[test]
fn each_full_handshake_asks_the_key_once_and_has_its_times() {
    let server = TlsServer::start(TlsServerOptions::default());
    for (versions, version) in [
        (Versions::Default, TlsVersion::Tls13),
        (Versions::Tls12Only, TlsVersion::Tls12),
    ] {
        let key = key();
        let seen = ran(&run(server.port(), versions, &key));
        assert_eq!((seen.made.len(), key.asked()), (12, 12), "{seen:?}");
        assert_eq!(seen.version, Some(version));
        assert!(seen.failed.is_empty() && seen.per_second() > 0.0);
        assert!(
            seen.made
                .iter()
                .all(|time| !time.resumed && time.handshake_us > 0)
        );
    }
}

#[test]
fn resumed_sessions_ask_the_key_once_a_thread() {
    let authorities = authorities();
    let required = [
        "-www",
        "-Verify",
        "3",
        "-verify_return_error",
        "-CAfile",
        &authorities,
    ];
    for option in ["-tls1_2", "-tls1_3"] {
        let server = Server::start(&[&required[..], &[option]].concat());
        let key = key();
        let run = ThroughputRun {
            resumes: true,
            ..run(server.port, Versions::Default, &key)
        };
        let seen = ran(&run);
        assert_eq!(
            (seen.made.len(), key.asked()),
            (12, 2),
            "{option}: {seen:?}"
        );
        assert!(
            seen.made.iter().all(|time| time.resumed),
            "{option}: {seen:?}"
        );
    }
}

#[test]
fn a_server_that_refuses_is_not_asked_a_thousand_times() {
    let server = TlsServer::start(TlsServerOptions {
        refusal: Some(Refusal::Revoked),
        ..TlsServerOptions::default()
    });
    let key = key();
    let run = ThroughputRun {
        connections: 1000,
        ..run(server.port(), Versions::Default, &key)
    };
    let seen = ran(&run);
    assert!(seen.made.is_empty(), "{seen:?}");
    let [(reason, times)] = seen.failed.iter().collect::<Vec<_>>()[..] else {
        panic!("{seen:?}");
    };
    assert!(reason.contains("CertificateRevoked"), "{reason}");
    assert!((5..30).contains(times), "{times}");
    assert!(key.asked() < 30);
}

#[test]
fn a_silent_server_is_left_at_the_deadline() {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
    let key = key();
    let run = ThroughputRun {
        deadline: Deadline::after(Duration::from_millis(400)),
        ..run(
            listener.local_addr().unwrap().port(),
            Versions::Default,
            &key,
        )
    };
    let began = Instant::now();
    let seen = ran(&run);
    assert!(
        seen.made.is_empty() && began.elapsed() < Duration::from_secs(10),
        "{seen:?}"
    );
}
