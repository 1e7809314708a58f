//! The Cryptolib itself drives a CPS3 and a CPS4: what each can do, and what it cannot.
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
fn report(profile: Profile, serial: &'static str, versions: Versions) -> Option<(Value, u8)> {
    let module = cryptolib()?;
    let _cached = CachedCard::new(serial);
    let server = TlsServerOptions {
        versions,
        ..TlsServerOptions::default()
    };
    let plan = Plan {
        profile,
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
    let Some((report, tries)) = report(Profile::Cps3, "10000021", Versions::Tls12) else {
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
    let Some((report, _)) = report(Profile::Cps3, "10000022", Versions::Tls13) else {
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

#[test]
fn a_cps4_opens_a_site_of_either_version() {
    let sites = [
        ("10000023", Versions::Tls12, "TLS 1.2"),
        ("10000024", Versions::Tls13, "TLS 1.3"),
    ];
    for (serial, versions, spoken) in sites {
        let Some((report, tries)) = report(Profile::Cps4, serial, versions) else {
            return;
        };
        assert_eq!(report["verdict"]["status"], "ok", "{report:#}");
        assert_eq!(report["check"]["tls"]["versions"]["negotiated"], spoken);
        let generation = &report["check"]["card"]["generation"];
        assert_eq!((generation, tries), (&"CPS4".into(), 3));
    }
}

#[test]
fn over_the_air_the_contacts_are_what_is_missing() {
    let profile = Profile::Cps3Contactless;
    let Some((report, _)) = report(profile, "10000025", Versions::Tls12) else {
        return;
    };
    let findings = report["findings"].as_array().unwrap();
    let codes = findings.iter().map(|one| one["code"].as_str().unwrap());
    let codes: Vec<_> = codes.collect();
    assert!(codes.contains(&"card.contactless-only"), "{codes:?}");
}
