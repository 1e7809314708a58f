//! Each fault on the real stack ends with exactly its own root cause.
//!
//! Real pcscd with a virtual card, OpenSC's PKCS#11 module, squid, a TLS server that demands a
//! client certificate. One test a scenario, so that a failure is named and they run side by
//! side; the last one holds this list against the table.
#![cfg(target_os = "linux")]
#![expect(
    clippy::unwrap_used,
    reason = "a test ends at the first thing that is not as it should"
)]

use std::path::Path;

use tomcheck_testkit::{Bench, CardContent, Form, Plan, SCENARIOS, Scenario, Variant};

macro_rules! scenarios {
    ($($name:ident => $code:literal,)*) => {
        $(#[test]
        fn $name() {
            ends_as_said($code);
        })*

        const TESTED: &[&str] = &[$($code),*];
    };
}

scenarios! {
    healthy => "healthy",
    reader_service_stopped => "reader.service-stopped",
    reader_none => "reader.none",
    reader_driver_missing => "reader.driver-missing",
    reader_usb_blocked => "reader.usb-blocked",
    reader_galss_only => "reader.galss-only",
    reader_galss_reader_missing => "reader.galss-reader-missing",
    card_absent => "card.absent",
    card_mute => "card.mute",
    card_foreign => "card.foreign",
    card_vitale => "card.vitale",
    card_generation_obsolete => "card.generation-obsolete",
    card_generation_needs_update => "card.generation-needs-update",
    card_contactless_only => "card.contactless-only",
    card_in_exclusive_use => "card.in-exclusive-use",
    module_not_installed => "module.not-installed",
    module_wrong_architecture => "module.wrong-architecture",
    module_not_pkcs11 => "module.not-pkcs11",
    module_crashed => "module.crashed",
    module_hung => "module.hung",
    module_cache_stale => "module.cache-stale",
    token_pin_locked => "token.pin-locked",
    token_pin_incorrect => "token.pin-incorrect",
    token_pin_final_try => "token.pin-final-try",
    cert_expired => "cert.expired",
    cert_not_yet_valid => "cert.not-yet-valid",
    cert_authentication_missing => "cert.authentication-missing",
    cert_chain_incomplete => "cert.chain-incomplete",
    cert_revoked => "cert.revoked",
    cert_revocation_unknown => "cert.revocation-unknown",
    browser_firefox_module_missing => "browser.firefox-module-missing",
    browser_firefox_extension_disabled => "browser.firefox-extension-disabled",
    browser_nss_module_missing => "browser.nss-module-missing",
    network_dns_failure => "network.dns-failure",
    network_refused => "network.refused",
    network_captive_portal => "network.captive-portal",
    proxy_authentication_required => "proxy.authentication-required",
    proxy_host_not_allowed => "proxy.host-not-allowed",
    proxy_unreachable => "proxy.unreachable",
    proxy_intercepts_tls => "proxy.intercepts-tls",
    tls_large_hello_intolerant => "tls.large-hello-intolerant",
    tls_path_mtu => "tls.path-mtu",
    tls_server_untrusted => "tls.server-untrusted",
    tls_issuer_not_accepted => "tls.issuer-not-accepted",
    tls_signature_scheme_unavailable => "tls.signature-scheme-unavailable",
    tls_certificate_rejected => "tls.certificate-rejected",
    tls_certificate_not_requested => "tls.certificate-not-requested",
}

#[test]
fn every_scenario_of_the_table_has_its_test() {
    let table: Vec<_> = SCENARIOS.iter().map(|scenario| scenario.code).collect();
    assert_eq!(TESTED, table);
}

/// What the remedy depends on comes before what it says to everybody.
fn first_step(code: &str, variable: Option<(&str, &str)>) -> String {
    let scenario = Scenario::named(code).unwrap();
    let mut bench = scenario.bench().unwrap();
    let variable = variable.map(|(name, value)| (name.to_owned(), value.into()));
    bench.command.environment.extend(variable);
    let program = Path::new(env!("CARGO_BIN_EXE_tomcheck"));
    let run = bench.command.run(program, Form::Json).unwrap();
    let report: serde_json::Value = serde_json::from_str(&run.report).unwrap();
    let step = report.pointer("/findings/0/remedy/steps/0").unwrap();
    step.as_str().unwrap().to_owned()
}

#[test]
fn the_program_that_holds_the_card_is_the_first_to_be_closed() {
    let step = first_step("card.in-exclusive-use", None);
    assert!(step.contains("card-holder ("), "{step}");
}

#[test]
fn over_ssh_the_reader_and_the_card_are_looked_for_on_the_other_machine() {
    let ssh = Some(("SSH_TTY", "/dev/pts/7"));
    for code in ["reader.none", "card.absent"] {
        let step = first_step(code, ssh);
        assert!(step.contains("connecté par SSH"), "{code}: {step}");
    }
}

#[test]
fn a_revoked_certificate_that_only_the_cache_still_holds_is_the_cache_s() {
    let bench = Scenario::named("module.cache-stale")
        .unwrap()
        .bench()
        .unwrap();
    let program = Path::new(env!("CARGO_BIN_EXE_tomcheck"));
    let run = bench.command.run(program, Form::Json).unwrap();
    let report: serde_json::Value = serde_json::from_str(&run.report).unwrap();
    let findings = report["findings"].as_array().unwrap();
    let revoked = findings.iter().find(|one| one["code"] == "cert.revoked");
    assert_eq!(revoked.unwrap()["consequence_of"], "module.cache-stale");
    assert_eq!(
        bench.lists.as_ref().unwrap().lists(),
        1,
        "it was asked about"
    );
}

/// openssl's own responder, asked through squid.
#[test]
fn a_responder_that_knows_spares_the_list() {
    let codes = |variant| {
        let mut plan = Plan {
            responder: true,
            ..Plan::default()
        };
        plan.card = CardContent::Authentication(variant);
        let bench = Bench::start(plan).unwrap();
        let program = Path::new(env!("CARGO_BIN_EXE_tomcheck"));
        let run = bench.command.run(program, Form::Json).unwrap();
        let report: serde_json::Value = serde_json::from_str(&run.report).unwrap();
        let lists = bench.lists.as_ref().unwrap();
        assert_eq!((lists.answers(), lists.lists()), (1, 0), "{report:#}");
        assert!(bench.squid.comes_to_log("POST http://ocsp.test.invalid/"));
        let findings = report["findings"].as_array().unwrap().clone();
        let codes = findings
            .iter()
            .map(|it| it["code"].as_str().unwrap().to_owned());
        codes
            .filter(|code| code.starts_with("cert."))
            .collect::<Vec<_>>()
    };
    assert_eq!(codes(Variant::Valid), [""; 0]);
    assert_eq!(codes(Variant::Revoked), ["cert.revoked"]);
}

/// Told where the site opens with the card and a browser does not reach it, and there only.
#[test]
fn that_the_browser_alone_is_at_fault_is_told_with_what_is_said_of_it() {
    let told = |code: &str| {
        let bench = Scenario::named(code).unwrap().bench().unwrap();
        let program = Path::new(env!("CARGO_BIN_EXE_tomcheck"));
        let run = bench.command.run(program, Form::Json).unwrap();
        let report: serde_json::Value = serde_json::from_str(&run.report).unwrap();
        let findings = report["findings"].as_array().unwrap().clone();
        let mut findings = findings.into_iter();
        let finding = findings.find(|it| it["code"] == "tls.works-here-not-in-browser");
        finding.map(|finding| {
            (
                finding["severity"].clone(),
                finding["consequence_of"].clone(),
            )
        })
    };
    for code in [
        "browser.firefox-module-missing",
        "browser.nss-module-missing",
    ] {
        assert_eq!(told(code), Some(("info".into(), code.into())), "{code}");
    }
    for code in ["healthy", "tls.certificate-rejected"] {
        assert_eq!(told(code), None, "{code}");
    }
}

fn ends_as_said(code: &str) {
    let scenario = SCENARIOS
        .iter()
        .find(|scenario| scenario.code == code)
        .unwrap();
    let mut bench = scenario.bench().unwrap();
    let program = Path::new(env!("CARGO_BIN_EXE_tomcheck"));
    let outcome = scenario.judge(program, &bench).unwrap();
    assert!(
        outcome.complaints.is_empty(),
        "{code}: {:#?}\n{}\n{}",
        outcome.complaints,
        outcome.run.messages,
        outcome.run.report
    );
    report_follows_the_schema(&outcome.run.report, "fr");
    page_is_well_formed(&outcome.run.report);
    saved_it_is_judged_the_same(&outcome.run.report);
    bench.command.lang = "en";
    let english = bench.command.run(program, Form::Json).unwrap();
    report_follows_the_schema(&english.report, "en");
}

/// Without the machine: same cause, same text.
fn saved_it_is_judged_the_same(report: &str) {
    let saved = tomcheck::Report::from_json(report.as_bytes()).unwrap();
    let judged = tomcheck::judge(&saved, saved.lang);
    assert_eq!(
        (&judged.verdict, &judged.findings),
        (&saved.verdict, &saved.findings)
    );
    let text = |report| tomcheck::text(report, tomcheck::TextStyle::default(), &tomcheck::Plain);
    let said = text(&judged);
    assert_eq!(said.split_once('\n').unwrap().1, text(&saved));
    let there = tomcheck::judge(&saved, tomcheck::Lang::En);
    assert_eq!(there.verdict, saved.verdict);
}

/// And no larger than a mail takes.
fn page_is_well_formed(report: &str) {
    let page = tomcheck::html(&serde_json::from_str(report).unwrap());
    let options = roxmltree::ParsingOptions {
        allow_dtd: true,
        ..roxmltree::ParsingOptions::default()
    };
    roxmltree::Document::parse_with_options(&page, options).unwrap();
    assert!(page.len() < 300_000, "{}", page.len());
}

/// The one that is handed out.
fn report_follows_the_schema(report: &str, lang: &str) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/report.schema.json");
    let schema = serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap();
    let report: serde_json::Value = serde_json::from_str(report).unwrap();
    let validator = jsonschema::validator_for(&schema).unwrap();
    let faults: Vec<_> = validator
        .iter_errors(&report)
        .map(|error| error.to_string())
        .collect();
    assert_eq!(faults, Vec::<String>::new());
    assert_eq!(report.get("lang"), Some(&lang.into()));
}
