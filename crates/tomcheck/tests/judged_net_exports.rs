//! What do net-exports of Chromium come to?
//!
//! The samples were cut out of what Chromium 156 wrote.
#![expect(
    clippy::unwrap_used,
    reason = "a test ends at the first thing that is not as it should"
)]

use std::fs;

use tomcheck::trace::{Input, Options, Unwatched, trace};
use tomcheck::{FindingRecord, Lang, Quiet, Report, Target, VerdictStatus};

const TOM: &str = "tom.gip-cps.fr";

fn of_target(export: &str, target: Option<&str>) -> Report {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("export.json");
    fs::write(&file, export).unwrap();
    let mut options = Options::new([Input::File(file)]);
    options.lang = Lang::En;
    options.target = target.map(|target| Target::parse(target).unwrap());
    trace(&options, &Quiet, &Unwatched).report
}

fn of(export: &str) -> Report {
    of_target(export, None)
}

fn cause(report: &Report) -> &str {
    report.verdict.root_cause.as_deref().unwrap_or_default()
}

fn proof(finding: &FindingRecord, label: &str) -> String {
    let mut all = finding.evidence.iter();
    let found = all.find(|evidence| evidence.label == label);
    found
        .map(|evidence| evidence.value.to_string())
        .unwrap_or_default()
}

/// An event of a source, so many milliseconds after the browser's clock began.
fn event(source: u64, params: &str) -> String {
    format!(
        "{{\"params\":{{{params}}},\"phase\":1,\"source\":{{\"id\":{source},\"start_time\":\"16430000\",\"type\":1}},\"time\":\"16430{source:03}\",\"type\":2}},\n"
    )
}

fn asks(source: u64, host: &str) -> String {
    event(source, &format!("\"url\":\"https://{host}/\""))
}

fn connects(source: u64, host: &str, header: &str) -> String {
    let line = format!("\"line\":\"CONNECT {host}:443 HTTP/1.1\\r\\n\"");
    event(
        source,
        &format!("\"headers\":[\"Host: {host}:443\"{header}],{line}"),
    )
}

fn answers(source: u64, status: &str) -> String {
    event(
        source,
        &format!("\"headers\":[\"HTTP/1.1 {status}\",\"Via: 1.1 x\"]"),
    )
}

fn fails(source: u64, number: i32) -> String {
    event(source, &format!("\"net_error\":{number}"))
}

fn noise(length: usize) -> String {
    event(999, "\"byte_count\":1448").repeat(length)
}

fn export(events: &[String]) -> String {
    let events = events.concat();
    let begin =
        "{\"constants\":{\"netError\":{},\"timeTickOffset\":1795809400229},\n\"events\": [\n";
    format!("{begin}{events}]}}\n")
}

#[test]
fn what_a_browser_asks_for_by_itself_does_not_decide() {
    let own = asks(1, "accounts.example") + &noise(200) + &fails(1, -105);
    for answer in ["200 OK", "302 Found", "304 Not Modified"] {
        let events = [asks(2, TOM), answers(2, answer), own.clone()];
        for target in [None, Some("https://tom.gip-cps.fr/")] {
            let report = of_target(&export(&events), target);
            assert_eq!(report.verdict.status, VerdictStatus::Ok, "{answer}");
            for finding in &report.findings {
                assert_eq!(proof(finding, "site"), "accounts.example", "{answer}");
            }
        }
    }
}

#[test]
fn no_failure_is_told_of_a_site_that_is_not_known_to_have_failed() {
    // so many that most are only counted
    let own = |number| {
        let host = format!("a{number}.example");
        asks(number, &host) + &noise(100) + &fails(number, -105)
    };
    let events: Vec<String> = (1..9).map(own).collect();
    let report = of_target(&export(&events), Some("https://tom.gip-cps.fr/"));
    assert_eq!(cause(&report), "");
    let told = serde_json::to_string(&report.findings).unwrap();
    assert!(told.contains("a8.example") && !told.contains(TOM), "{told}");
}

#[test]
fn a_tunnel_that_was_not_opened_for_want_of_a_password_is_that_and_no_more() {
    let report = of(include_str!("samples/net-export-407.json"));
    assert_eq!(cause(&report), "proxy.authentication-required");
    let codes: Vec<&str> = report.findings.iter().map(|one| &*one.code).collect();
    assert_eq!(codes, ["proxy.authentication-required"]);
    let finding = &report.findings[0];
    assert_eq!(proof(finding, "site"), TOM);
    assert_eq!(proof(finding, "proxy"), "127.0.0.1:13128");
    assert_eq!(proof(finding, "last"), "2026-11-28T00:30:30Z");
    let hits = serde_json::to_string(&report.details).unwrap();
    assert!(!hits.contains("serial#"), "{hits}");
}

#[test]
fn of_a_tunnel_the_proxys_own_word_counts() {
    let asked = connects(5, TOM, "");
    let shown = connects(
        5,
        TOM,
        ",\"Proxy-Authorization: Basic [9 bytes were stripped]\"",
    );
    let end = asks(6, TOM) + &fails(6, -111);
    let no = |status: &str| answers(5, status);
    let challenged = asked.clone() + &no("407 No");
    for (events, code) in [
        (end.clone(), "proxy.host-not-allowed"),
        (
            asked.clone() + &no("403 No") + &end,
            "proxy.host-not-allowed",
        ),
        (
            asked.clone() + &no("503 No") + &end,
            "proxy.upstream-failed",
        ),
        (
            challenged.clone() + &shown + &no("407 No") + &end,
            "proxy.authentication-rejected",
        ),
        (
            challenged.clone() + &shown + &no("403 No") + &end,
            "proxy.host-not-allowed",
        ),
        (challenged + &shown + &no("200 OK"), ""),
    ] {
        let report = of(&export(std::slice::from_ref(&events)));
        assert_eq!(cause(&report), code, "{events}");
    }
}

#[test]
fn who_answered_is_found_out_however_late_the_answer_comes() {
    let end = asks(6, TOM) + &fails(6, -111);
    for between in [0, 200] {
        let tunnel = |status: &str| {
            let events = connects(5, TOM, "") + &noise(between) + &answers(5, status);
            of(&export(&[events, end.clone()]))
        };
        let status = |status| cause(&tunnel(status)).to_owned();
        assert_eq!(status("407 No"), "proxy.authentication-required");
        assert_eq!(status("403 No"), "proxy.host-not-allowed");
        assert_eq!(status("503 No"), "proxy.upstream-failed");
        let page = |status: &str| {
            let events = asks(5, TOM) + &noise(between) + &answers(5, status);
            cause(&of(&export(&[events]))).to_owned()
        };
        assert_eq!(page("401 No"), "tls.application-refused");
        assert_eq!(page("503 No"), "", "of the site, or of its guard");
    }
}

#[test]
fn who_showed_no_certificate_was_not_refused_for_it() {
    let report = of(include_str!("samples/net-export-no-certificate.json"));
    assert_eq!(cause(&report), "tls.certificate-required");
    assert_eq!(proof(&report.findings[0], "site"), TOM);
    let shown = event(3, "\"cert_count\":2");
    let report = of(&export(&[asks(2, TOM), shown, fails(2, -117)]));
    assert_eq!(cause(&report), "tls.certificate-rejected");
}

#[test]
fn a_site_that_refuses_its_page_took_the_card() {
    for between in [0, 200] {
        let events = [asks(2, TOM), noise(between), answers(2, "403 Forbidden")];
        let report = of(&export(&events));
        assert_eq!(cause(&report), "tls.application-refused", "{between}");
        assert!(report.findings[0].title.contains("HTTP 403"));
        let plain = export(&events).replace("https://", "http://");
        assert_eq!(cause(&of(&plain)), "", "{between}");
    }
}
