//! The Cryptolib itself drives a card of generation CPS3: what it can do, and what it cannot.
//!
//! Runs where the Cryptolib is installed or `TOMCHECK_TEST_CRYPTOLIB` names its module; else
//! says aloud that it skips. The module may not be distributed, so no other machine has it.
#![cfg(target_os = "linux")]
#![expect(
    clippy::unwrap_used,
    reason = "a test ends at the first thing that is not as it should"
)]

use std::path::Path;

use serde_json::Value;
use tomcheck_testkit::{
    Bench, CachedCard, Form, Plan, Profile, TlsServerOptions, Versions, cryptolib,
};

/// The report on a site that speaks these versions, and the tries left afterwards.
fn report(serial: &'static str, versions: Versions) -> Option<(Value, u8)> {
    let module = cryptolib()?;
    let _cached = CachedCard::new(serial);
    let server = TlsServerOptions {
        versions,
        ..TlsServerOptions::default()
    };
    let plan = Plan {
        profile: Profile::Cps3,
        serial: Some(serial),
        server,
        ..Plan::default()
    };
    let mut bench = Bench::start(plan).unwrap();
    bench.command.module = Some(module);
    let program = Path::new(env!("CARGO_BIN_EXE_tomcheck"));
    let run = bench.command.run(program, Form::Json).unwrap();
    let report = serde_json::from_str(&run.report).unwrap_or_else(|_| Value::from(run.messages));
    Some((report, bench.card.tries_left()))
}

#[test]
fn a_cps3_opens_a_site_that_speaks_tls_1_2() {
    let Some((report, tries)) = report("10000021", Versions::Tls12) else {
        return;
    };
    assert_eq!(report["verdict"]["status"], "ok", "{report:#}");
    assert_eq!(report["check"]["tls"]["versions"]["negotiated"], "TLS 1.2");
    assert_eq!(
        (&report["check"]["card"]["generation"], tries),
        (&"CPS3".into(), 3)
    );
}

#[test]
fn a_cps3_cannot_sign_for_tls_1_3_and_both_lists_say_why() {
    let Some((report, _)) = report("10000022", Versions::Tls13) else {
        return;
    };
    assert_eq!(
        report["verdict"]["root_cause"], "tls.signature-scheme-unavailable",
        "{report:#}"
    );
    let evidence = report["findings"][0]["evidence"].to_string();
    assert!(
        evidence.contains("rsa_pss_rsae_sha256") && evidence.contains("CKM_RSA_PKCS"),
        "{evidence}"
    );
}
