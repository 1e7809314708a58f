//! A login portal is told from the fault it looks like: a real nginx answers in the site's place.
#![cfg(target_os = "linux")]
#![expect(
    clippy::unwrap_used,
    reason = "a test ends at the first thing that is not as it should"
)]

use std::net::TcpListener;
use std::process::{Command, Stdio};

use serde_json::Value;
use tomcheck_testkit::{Ca, Nginx, NginxOptions, Pki, Squid, SquidOptions};

fn report(url: &str, canary: &str, options: &[&str]) -> Value {
    let foreign = Pki::shared().authority(Ca::Foreign).certificate_pem();
    let output = Command::new(env!("CARGO_BIN_EXE_tomcheck"))
        .args(["tls", url, "--json", "--ca-file"])
        .arg(foreign)
        .args(options)
        .env_clear()
        .env("TOMCHECK_COFFRE_DIR", "/nonexistent")
        .env("TOMCHECK_PORTAL_CANARY", canary)
        .stdin(Stdio::null())
        .output()
        .unwrap();
    let messages = String::from_utf8_lossy(&output.stderr).into_owned();
    serde_json::from_slice(&output.stdout).unwrap_or(Value::from(messages))
}

fn has_probe(report: &Value, id: &str) -> bool {
    let mut probes = report["probes"].as_array().unwrap().iter();
    probes.any(|probe| probe["id"] == id)
}

fn consequence<'a>(report: &'a Value, code: &str) -> Option<&'a str> {
    let mut findings = report["findings"].as_array().unwrap().iter();
    findings.find(|it| it["code"] == code)?["consequence_of"].as_str()
}

fn canary(nginx: &Nginx, path: &str) -> String {
    format!("http://127.0.0.1:{}/{path}", nginx.portal_port())
}

#[test]
fn a_portal_explains_what_answers_without_tls_and_what_shows_another_certificate() {
    let nginx = Nginx::start(&NginxOptions::default());
    let canary = canary(&nginx, "success.txt");
    for (port, follows) in [
        (nginx.portal_port(), "tls.not-tls"),
        (nginx.port(), "tls.server-untrusted"),
    ] {
        let report = report(&format!("https://localhost:{port}/"), &canary, &[]);
        let root_cause = &report["verdict"]["root_cause"];
        assert_eq!(root_cause, "network.captive-portal", "{report:#}");
        let evidence = report["findings"][0]["evidence"].to_string();
        assert!(evidence.contains("http://portail.test.invalid/connexion"));
        assert_eq!(
            consequence(&report, follows),
            Some("network.captive-portal")
        );
    }
}

#[test]
fn a_portal_explains_a_closed_port() {
    let nginx = Nginx::start(&NginxOptions::default());
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    drop(listener);
    let url = format!("https://127.0.0.1:{port}/");
    let report = report(&url, &canary(&nginx, "success.txt"), &[]);
    assert_eq!(report["verdict"]["root_cause"], "network.captive-portal");
    let follows = consequence(&report, "network.refused");
    assert_eq!(follows, Some("network.captive-portal"), "{report:#}");
}

#[test]
fn an_honest_canary_leaves_the_fault_as_it_is() {
    let nginx = Nginx::start(&NginxOptions::default());
    let url = format!("https://localhost:{}/", nginx.portal_port());
    let report = report(&url, &canary(&nginx, "honest/success.txt"), &[]);
    assert_eq!(report["verdict"]["root_cause"], "tls.not-tls", "{report:#}");
    assert!(has_probe(&report, "network.portal"));
}

/// Nobody is asked behind a proxy, nor where the variable is empty.
#[test]
fn the_canary_is_asked_only_where_it_can_tell_something() {
    let nginx = Nginx::start(&NginxOptions::default());
    let squid = Squid::start(&SquidOptions::default());
    let url = format!("https://127.0.0.1:{}/", nginx.port());
    let (canary, proxy) = (canary(&nginx, "success.txt"), squid.url());
    let proxied = report(&url, &canary, &["--proxy", &proxy]);
    assert_eq!(proxied["verdict"]["root_cause"], "tls.server-untrusted");
    assert!(!has_probe(&proxied, "network.portal"), "{proxied:#}");
    let unasked = report(&url, "", &[]);
    assert!(!has_probe(&unasked, "network.portal"), "{unasked:#}");
}
