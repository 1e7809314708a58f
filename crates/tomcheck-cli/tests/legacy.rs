//! A site that asks for the card only for some of its pages: Apache httpd, with and without
//! feature `legacy-tls`.
#![cfg(target_os = "linux")]
#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a test ends at the first thing that is not as it should"
)]

use std::path::Path;

use serde_json::Value;
use tomcheck_testkit::{Apache, ApacheTls, Bench, Form, Plan};

/// The report about Apache's page for cards, with a card whose code porteur is given.
fn report(tls: ApacheTls) -> (Value, Bench) {
    let site = Apache::start(tls);
    let mut bench = Bench::start(Plan::default()).unwrap();
    bench.command.target = format!("https://127.0.0.1:{}{}", site.port(), Apache::CARD_PAGE);
    let program = Path::new(env!("CARGO_BIN_EXE_tomcheck"));
    let run = bench.command.run(program, Form::Json).unwrap();
    (serde_json::from_str(&run.report).unwrap(), bench)
}

fn observation<'a>(report: &'a Value, id: &str) -> Option<&'a Value> {
    let probes = report["probes"].as_array()?;
    let probe = probes.iter().find(|probe| probe["id"] == id)?;
    Some(&probe["observation"])
}

#[test]
fn a_demand_by_renegotiation_is_the_fault_and_openssl_shows_that_the_card_is_good() {
    let (report, bench) = report(ApacheTls::Tls12);
    assert_eq!(
        report["verdict"]["root_cause"],
        "tls.renegotiation-required"
    );
    assert_eq!(bench.card.presentations(), 1);
    went_on(&report, "renegotiation");
}

#[test]
fn a_demand_after_the_handshake_is_known_only_to_who_offers_to_be_asked() {
    let (report, bench) = report(ApacheTls::Tls13);
    let code = match cfg!(feature = "legacy-tls") {
        true => "tls.post-handshake-authentication",
        false => "tls.certificate-not-requested",
    };
    assert_eq!(report["verdict"]["root_cause"], code, "{report:#}");
    assert_eq!(bench.card.presentations(), 1);
    let note = report["findings"][0]["note"].as_str().unwrap();
    assert_eq!(
        note.contains("certains serveurs"),
        !cfg!(feature = "legacy-tls"),
        "{note}"
    );
    went_on(&report, "post-handshake");
}

/// With the feature the page opened, with the card; without it nothing more was tried.
fn went_on(report: &Value, requested: &str) {
    let seen = observation(report, "tls.legacy");
    assert_eq!(seen.is_some(), cfg!(feature = "legacy-tls"), "{report:#}");
    let Some(seen) = seen else { return };
    assert_eq!(seen["client_auth"]["requested"], requested, "{seen:#}");
    assert_eq!(seen["token"]["presented"], "sent", "{seen:#}");
    assert_eq!(seen["http"]["status"], 200, "{seen:#}");
    let note = report["findings"][0]["note"].as_str().unwrap();
    assert!(note.starts_with("La carte ouvre cette page"), "{note}");
}
