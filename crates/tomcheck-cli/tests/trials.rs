//! When the first messages fail, or when told to: the verdict of further ones, on the command line.
#![cfg(unix)]
#![expect(
    clippy::unwrap_used,
    reason = "a test ends at the first thing that is not as it should"
)]

use std::process::{Command, Output, Stdio};

use serde_json::Value;
use tomcheck_testkit::{
    ClientAuth, Pki, Shape, Shaper, Squid, SquidOptions, TlsServer, TlsServerOptions,
};

/// It demands a card, which is no fault while nobody allows one to be used.
fn site() -> TlsServer {
    TlsServer::start(TlsServerOptions::default())
}

/// `tomcheck tls` on this port, without any other setting.
fn tls(port: u16, arguments: &[&str]) -> Output {
    let home = tempfile::tempdir().unwrap();
    Command::new(env!("CARGO_BIN_EXE_tomcheck"))
        .args(["tls", &format!("https://localhost:{port}/"), "--ca-file"])
        .arg(Pki::shared().roots_pem())
        .args(arguments)
        .env_clear()
        .env("HOME", home.path())
        .stdin(Stdio::null())
        .output()
        .unwrap()
}

fn report(port: u16, arguments: &[&str]) -> Value {
    let output = tls(port, &[arguments, &["--json"]].concat());
    serde_json::from_slice(&output.stdout).unwrap()
}

fn probe<'a>(report: &'a Value, id: &str) -> Option<&'a Value> {
    let mut probes = report["probes"].as_array().unwrap().iter();
    probes.find(|probe| probe["id"] == id)
}

fn faults(report: &Value) -> Vec<&Value> {
    let findings = report["findings"].as_array().unwrap().iter();
    findings
        .filter(|finding| finding["severity"] == "fault")
        .map(|finding| &finding["code"])
        .collect()
}

#[test]
fn a_site_that_answers_is_asked_twice_unless_everything_is_to_be_tried() {
    let (site, shape) = (site(), Shape::Passes);
    let shaper = Shaper::start(site.address(), shape);
    let twice = report(shaper.port(), &[]);
    let trials = twice["tls"]["differential"]["trials"].as_array().unwrap();
    let hellos: Vec<_> = trials.iter().map(|trial| &trial["hello"]).collect();
    assert_eq!(hellos, ["large"], "{trials:#?}");
    assert_eq!(trials[0]["outcome"]["outcome"], "answered");
    assert_eq!(probe(&twice, "tls.differential").unwrap()["status"], "ok");
    let before = shaper.connections();
    let addresses = "localhost has one address or two, each is tried, and one twice";
    assert!((2..=3).contains(&before), "{addresses}: {before}");
    let all = report(shaper.port(), &["--thorough"]);
    assert_eq!(probe(&all, "tls.differential").unwrap()["status"], "ok");
    let trials = all["tls"]["differential"]["trials"].as_array().unwrap();
    assert!((8..=12).contains(&trials.len()), "{trials:#?}");
    assert!(shaper.connections() <= 5 + trials.len(), "one a trial");
}

/// What is said of the card needs no other first message.
#[test]
fn a_handshake_that_fails_later_is_not_asked_for_the_size_of_its_messages() {
    let client_auth = ClientAuth::None;
    let site = TlsServer::start(TlsServerOptions {
        client_auth,
        ..TlsServerOptions::default()
    });
    let shaper = Shaper::start(site.address(), Shape::ResetsLargeHello(1000));
    let report = report(shaper.port(), &[]);
    assert_eq!(faults(&report), ["tls.certificate-not-requested"]);
    assert!(probe(&report, "tls.differential").is_none());
}

#[test]
fn a_box_that_drops_large_messages_is_the_root_cause_and_the_matrix_is_for_who_wants_it() {
    let site = site();
    let shaper = Shaper::start(site.address(), Shape::ResetsLargeHello(1000));
    for arguments in [&[][..], &["--thorough"]] {
        let report = report(shaper.port(), arguments);
        assert_eq!(
            report["verdict"]["root_cause"],
            "tls.large-hello-intolerant"
        );
        assert_eq!(faults(&report), ["tls.large-hello-intolerant"]);
    }
    let told = tls(shaper.port(), &["--lang", "fr"]);
    let told = String::from_utf8(told.stdout).unwrap();
    assert!(told.contains("le serveur lui-même va bien"), "{told}");
    assert!(!told.contains("TLS 1.0 au plus"), "{told}");
    let matrix = tls(shaper.port(), &["--thorough", "--lang", "fr", "-v"]);
    let matrix = String::from_utf8(matrix.stdout).unwrap();
    assert!(matrix.contains("Premiers messages essayés"), "{matrix}");
    assert!(matrix.contains("TLS 1.0 au plus"), "{matrix}");
}

#[test]
fn a_name_that_is_cut_is_one_fault_with_what_passes_without_it_also_behind_a_proxy() {
    let site = site();
    let shaper = Shaper::start(site.address(), Shape::ResetsName("localhost".to_owned()));
    let squid = Squid::start(&SquidOptions::default());
    for arguments in [vec![], vec!["--proxy".to_owned(), squid.url()]] {
        let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
        let report = report(shaper.port(), &arguments);
        assert_eq!(faults(&report), ["tls.reset-by-middlebox"], "{report:#}");
        let note = report["findings"][0]["note"].as_str().unwrap();
        assert!(note.contains("coupe ce nom"), "{note}");
        assert_eq!(probe(&report, "tls.handshake").unwrap()["status"], "fault");
        let seen = &probe(&report, "tls.differential").unwrap()["observation"];
        assert_eq!(seen["is_proxied"], !arguments.is_empty());
    }
}

#[test]
fn where_no_time_is_left_it_is_said() {
    let site = site();
    let shaper = Shaper::start(site.address(), Shape::SilentAfterHello);
    let report = report(shaper.port(), &["--deadline", "2"]);
    assert_eq!(faults(&report), ["tls.reset-by-middlebox"]);
    let trials = probe(&report, "tls.differential").unwrap();
    assert_eq!(trials["status"], "skipped", "{trials:#}");
}
