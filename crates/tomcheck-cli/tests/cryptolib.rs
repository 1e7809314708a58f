//! The Cryptolib itself drives a CPS3 and a CPS4: what each can do, and what it cannot.
//!
//! Runs where the Cryptolib is installed or `TOMCHECK_TEST_CRYPTOLIB` names its module; else
//! says aloud that it skips. The module may not be distributed, so no other machine has it.
#![cfg(target_os = "linux")]
#![expect(
    clippy::unwrap_used,
    reason = "a test ends at the first thing that is not as it should"
)]

use std::fs;
use std::path::Path;
use std::process::{Command, Output, Stdio};

use serde_json::Value;
use tomcheck_testkit::{
    Bench, CachedCard, CardContent, CardOptions, Form, Holder, Pki, Plan, Profile, Purpose,
    TlsServerOptions, Variant, Versions, Workstation, cryptolib,
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

/// A card that is renewed keeps its number.
const RENEWED: &str = "10000026";

fn card(variant: Variant) -> CardOptions {
    let person = Pki::shared().person(Holder::Cpe, Purpose::Authentication, variant);
    CardOptions::new()
        .serial(RENEWED)
        .authentication_pair(person.key().clone(), person.certificate_der())
}

fn run(station: &Workstation, module: &Path, arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_tomcheck"))
        .args(arguments)
        .arg("--module")
        .arg(module)
        .envs(station.environment())
        .stdin(Stdio::null())
        .output()
        .unwrap()
}

fn json(output: &Output) -> Value {
    let report = serde_json::from_slice(&output.stdout);
    report.unwrap_or_else(|_| Value::from(format!("{output:?}")))
}

#[test]
fn an_old_cache_is_the_cause_of_what_it_serves_until_it_is_refreshed() {
    let Some(module) = cryptolib() else { return };
    let _cached = CachedCard::new(RENEWED);
    let folder = tempfile::tempdir().unwrap();
    let station = Workstation::start(folder.path().join("station")).unwrap();
    let old = station
        .insert(Profile::Cps3, card(Variant::Expired))
        .unwrap();
    run(&station, &module, &["certs"]);
    drop(old);
    let renewed = station.insert(Profile::Cps3, card(Variant::Valid)).unwrap();

    let check = ["check", "--only", "cert", "--json"];
    let report = json(&run(&station, &module, &check));
    assert_eq!(
        report["verdict"]["root_cause"], "module.cache-stale",
        "{report:#}"
    );
    let findings = report["findings"].as_array().unwrap();
    let expired = findings.iter().find(|one| one["code"] == "cert.expired");
    assert_eq!(expired.unwrap()["consequence_of"], "module.cache-stale");

    let refreshed = json(&run(&station, &module, &["certs", "--refresh", "--json"]));
    let refresh = &refreshed["refresh"];
    assert_ne!(refresh["deleted"], 0, "{refreshed:#}");
    assert_eq!(refresh["new"].as_array().unwrap().len(), 1);
    assert_eq!(refresh["gone"].as_array().unwrap().len(), 1);
    let report = json(&run(&station, &module, &check));
    let findings = report["findings"].as_array().unwrap();
    let codes: Vec<_> = findings.iter().map(|one| one["code"].as_str()).collect();
    let is_over = |code| !codes.contains(&Some(code));
    assert!(
        is_over("cert.expired") && is_over("module.cache-stale"),
        "{codes:?}"
    );
    assert_eq!((renewed.tries_left(), renewed.resets()), (3, 0));
}

/// The list names the card's former certificate, which only the cache still holds.
#[test]
fn a_revoked_certificate_that_is_not_on_the_card_any_more_is_the_cache_s() {
    let Some(module) = cryptolib() else { return };
    let serial = "10000028";
    let _cached = CachedCard::new(serial);
    let plan = Plan {
        profile: Profile::Cps3,
        serial: Some(serial),
        card: CardContent::Authentication(Variant::Revoked),
        ..Plan::default()
    };
    let mut bench = Bench::start(plan).unwrap();
    bench.command.module = Some(module.clone());
    run(&bench.station, &module, &["certs"]);
    bench.card.remove();
    let renewed = card(Variant::Valid).serial(serial);
    let renewed = bench.station.insert(Profile::Cps3, renewed).unwrap();

    let program = Path::new(env!("CARGO_BIN_EXE_tomcheck"));
    let run = bench.command.run(program, Form::Json).unwrap();
    let report: Value = serde_json::from_str(&run.report).unwrap();
    let cause = &report["verdict"]["root_cause"];
    assert_eq!(cause, "module.cache-stale", "{report:#}");
    let findings = report["findings"].as_array().unwrap();
    let revoked = findings.iter().find(|one| one["code"] == "cert.revoked");
    assert_eq!(revoked.unwrap()["consequence_of"], "module.cache-stale");
    assert_eq!((renewed.tries_left(), renewed.resets()), (3, 0));
}

#[test]
fn the_module_s_own_trace_is_put_into_a_folder_and_names_nobody() {
    let Some(module) = cryptolib() else { return };
    let serial = "10000027";
    let _cached = CachedCard::new(serial);
    let folder = tempfile::tempdir().unwrap();
    let station = Workstation::start(folder.path().join("station")).unwrap();
    let options = card(Variant::Valid).serial(serial);
    let _card = station.insert(Profile::Cps3, options).unwrap();
    let traces = folder.path().join("traces");
    let place = format!("--module-trace={}", traces.display());
    let output = run(&station, &module, &["certs", &place]);
    let said = String::from_utf8_lossy(&output.stderr);
    let logs: Vec<_> = fs::read_dir(&traces).unwrap().flatten().collect();
    assert!(!logs.is_empty(), "{said}");
    for log in logs {
        let text = fs::read_to_string(log.path()).unwrap();
        assert!(text.contains("C_") || text.contains("apdu"), "{text}");
        assert!(!text.contains(serial), "{text}");
    }
    let again = run(&station, &module, &["certs", &place]);
    assert_eq!(
        again.status.code(),
        Some(0),
        "each run has files of its own names"
    );
}
