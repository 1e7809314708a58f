//! `tomcheck bench`: does it count and time real handshakes with a card, and say what is in the
//! way of them?
#![cfg(target_os = "linux")]
#![expect(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test ends at the first thing that is not as it should"
)]

use std::io::Write;
use std::process::{Command, Output, Stdio};

use serde_json::Value;
use tomcheck_testkit::{Bench, Plan, Refusal, TlsServerOptions, modules};

/// `tomcheck bench` against the site of `bench`, with its card.
fn run(bench: &Bench, arguments: &[&str]) -> Output {
    let mut child = Command::new(env!("CARGO_BIN_EXE_tomcheck"))
        .args([
            "bench",
            &bench.command.target,
            "--pin-fd=0",
            "--lang=fr",
            "--quiet",
        ])
        .arg("--module")
        .arg(modules::opensc().unwrap())
        .arg("--ca-file")
        .arg(&bench.command.ca_file)
        .args(["--proxy", &bench.command.proxy])
        .args(arguments)
        .envs(bench.command.environment.iter().cloned())
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    child.stdin.take().unwrap().write_all(b"1234\n").unwrap();
    child.wait_with_output().unwrap()
}

fn figures(output: &Output) -> Value {
    let said = String::from_utf8_lossy(&output.stderr);
    serde_json::from_slice(&output.stdout).unwrap_or_else(|_| panic!("{output:?} {said}"))
}

#[test]
fn each_handshake_is_made_with_the_card_wherever_the_module_is_loaded() {
    let bench = Bench::start(Plan::default()).unwrap();
    for place in [&[][..], &["--in-process", "--threads=2"]] {
        let before = bench.server.handshakes();
        let arguments = [place, &["--connections=4", "--json"]].concat();
        let output = run(&bench, &arguments);
        let figures = figures(&output);
        assert_eq!(output.status.code(), Some(0), "{figures:#}");
        assert_eq!(
            (&figures["made"], &figures["with_card"]),
            (&4.into(), &true.into())
        );
        assert_eq!(figures["version"], "TLS 1.3");
        assert!(figures["total"]["p50_us"].as_u64() > Some(0), "{figures:#}");
        assert_eq!(bench.server.handshakes() - before, 4);
    }
    assert_eq!((bench.card.tries_left(), bench.card.resets()), (3, 0));
}

#[test]
fn the_figures_are_told_in_french() {
    let bench = Bench::start(Plan::default()).unwrap();
    let output = run(&bench, &["--connections=3", "--tls=1.2"]);
    let text = String::from_utf8(output.stdout).unwrap();
    for words in [
        "avec la carte, TLS 1.2",
        "3 sur 3",
        "négociation TLS",
        "médiane",
    ] {
        assert!(text.contains(words), "{words} in {text}");
    }
}

#[test]
fn a_site_that_refuses_each_of_them_blocks() {
    let server = TlsServerOptions {
        refusal: Some(Refusal::Expired),
        ..TlsServerOptions::default()
    };
    let plan = Plan {
        server,
        ..Plan::default()
    };
    let output = run(
        &Bench::start(plan).unwrap(),
        &["--connections=50", "--json"],
    );
    let figures = figures(&output);
    assert_eq!(
        (output.status.code(), &figures["made"]),
        (Some(1), &0.into())
    );
    let reason = figures["failed"][0]["reason"].as_str().unwrap();
    assert!(reason.contains("CertificateExpired"), "{figures:#}");
}

#[test]
fn what_is_in_the_way_of_the_card_is_the_report_of_a_diagnosis() {
    let bench = Bench::start(Plan::default()).unwrap();
    bench.card.remove();
    let output = run(&bench, &["--json"]);
    let report = figures(&output);
    assert_eq!(output.status.code(), Some(1));
    assert_eq!(report["schema"], "tomcheck-report/1", "{report:#}");
    assert_eq!(bench.server.handshakes(), 0);
}
