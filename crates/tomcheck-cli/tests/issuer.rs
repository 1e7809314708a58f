//! A server may announce the root alone, and the card carries its own certificate alone: is the
//! way from one to the other found?
#![cfg(target_os = "linux")]
#![expect(
    clippy::unwrap_used,
    reason = "a test ends at the first thing that is not as it should"
)]

use std::path::Path;

use serde_json::Value;
use tomcheck_testkit::{Bench, Ca, Form, Gamme, Pki, Plan, TlsServerOptions};

/// The report on a site that announces this root alone. `with_issuers`: whether the file of
/// authorities holds those between root and card.
fn report(root: Gamme, with_issuers: bool) -> Value {
    let server = TlsServerOptions {
        accepted: vec![Ca::Root(root)],
        ..TlsServerOptions::default()
    };
    let plan = Plan {
        server,
        ..Plan::default()
    };
    let mut bench = Bench::start(plan).unwrap();
    if !with_issuers {
        bench.command.ca_file = Pki::shared().roots_pem();
    }
    let program = Path::new(env!("CARGO_BIN_EXE_tomcheck"));
    let run = bench.command.run(program, Form::Json).unwrap();
    serde_json::from_str(&run.report).unwrap_or_else(|_| Value::from(run.messages))
}

fn codes(report: &Value) -> Vec<&str> {
    let findings = report["findings"].as_array().unwrap();
    let codes = findings.iter().map(|finding| finding["code"].as_str());
    codes.flatten().collect()
}

#[test]
fn the_issuer_in_the_file_of_authorities_leads_to_the_root() {
    let report = report(Gamme::Standard, true);
    assert_eq!(report["verdict"]["status"], "ok", "{report:#}");
}

#[test]
fn without_the_issuer_the_name_of_the_root_is_known_all_the_same() {
    let report = report(Gamme::Standard, false);
    let codes = codes(&report);
    assert!(!codes.contains(&"tls.issuer-not-accepted"), "{report:#}");
    // the certificate was sent: this server does not know what is between it and the root
    assert_eq!(codes.first(), Some(&"tls.certificate-rejected"));
}

#[test]
fn another_root_does_not_accept_the_card() {
    for with_issuers in [true, false] {
        let report = report(Gamme::Fort, with_issuers);
        let root_cause = &report["verdict"]["root_cause"];
        assert_eq!(root_cause, "tls.issuer-not-accepted", "{report:#}");
    }
}
