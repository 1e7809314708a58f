//! What do net-exports of Chromium come to?
//!
//! The samples were cut out of what Chromium 156 wrote.

use tomcheck::{Report, Target, VerdictStatus};

use crate::traced::{TOM, cause, of_log, proof, traced_with, verdict};

fn of_target(export: &str, target: Option<&str>) -> Report {
    let files: [(&str, &[u8]); 1] = [("export.json", export.as_bytes())];
    let target = target.map(|target| Target::parse(target).unwrap());
    traced_with(&files, |options| options.target = target).report
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
    let report = of_log(include_str!("../samples/net-export-407.json"));
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
        let report = of_log(&export(std::slice::from_ref(&events)));
        assert_eq!(cause(&report), code, "{events}");
    }
}

#[test]
fn who_answered_is_found_out_however_late_the_answer_comes() {
    let end = asks(6, TOM) + &fails(6, -111);
    for between in [0, 200] {
        let tunnel = |status: &str| {
            let events = connects(5, TOM, "") + &noise(between) + &answers(5, status);
            of_log(&export(&[events, end.clone()]))
        };
        let status = |status| cause(&tunnel(status)).to_owned();
        assert_eq!(status("407 No"), "proxy.authentication-required");
        assert_eq!(status("403 No"), "proxy.host-not-allowed");
        assert_eq!(status("503 No"), "proxy.upstream-failed");
        let page = |status: &str| {
            let events = asks(5, TOM) + &noise(between) + &answers(5, status);
            cause(&of_log(&export(&[events]))).to_owned()
        };
        assert_eq!(page("401 No"), "tls.application-refused");
        assert_eq!(page("503 No"), "", "of the site, or of its guard");
    }
}

#[test]
fn who_showed_no_certificate_was_not_refused_for_it() {
    let report = of_log(include_str!("../samples/net-export-no-certificate.json"));
    assert_eq!(cause(&report), "tls.certificate-required");
    assert_eq!(proof(&report.findings[0], "site"), TOM);
    let shown = event(3, "\"cert_count\":2");
    let report = of_log(&export(&[asks(2, TOM), shown, fails(2, -117)]));
    assert_eq!(cause(&report), "tls.certificate-rejected");
    let none = event(3, "\"cert_count\":0");
    let report = of_log(&export(&[asks(2, TOM), none, fails(2, -107)]));
    assert_eq!(cause(&report), "tls.handshake-failure");
}

#[test]
fn a_site_that_refuses_its_page_took_the_card() {
    for between in [0, 200] {
        let events = [asks(2, TOM), noise(between), answers(2, "403 Forbidden")];
        let report = of_log(&export(&events));
        assert_eq!(cause(&report), "tls.application-refused", "{between}");
        assert!(report.findings[0].title.contains("HTTP 403"));
        let plain = export(&events).replace("https://", "http://");
        assert_eq!(cause(&of_log(&plain)), "", "{between}");
    }
}

/// A net-export of so many events between a request and its end, with a long list of names.
fn long_export(between: usize, end: i32) -> String {
    let names: String = (0..3000)
        .map(|number| format!("\"ERR_NAME_NOT_RESOLVED\": -105,\"QUIC_{number}_ERROR\":{number},"))
        .collect();
    let names = format!("\"netError\":{{{names}\"ERR_PROXY_CONNECTION_FAILED\": -130}}");
    let events = [asks(7, TOM), noise(between), fails(8, -105), fails(7, end)];
    export(&events).replace("\"netError\":{}", &names)
}

#[test]
fn of_a_net_export_what_was_asked_for_counts_however_far_away_and_no_list_of_names() {
    for between in [0, 200, 20_000] {
        let report = of_log(&long_export(between, 0));
        assert!(report.verdict.root_cause.is_none(), "{between}");
        let report = of_log(&long_export(between, -130));
        let blocked = (VerdictStatus::Blocked, "proxy.unreachable");
        assert_eq!(verdict(&report), blocked, "{between}");
        let finding = report.findings.first().unwrap();
        assert!(proof(finding, "site").contains(TOM), "{between}");
        assert_eq!(report.findings.len(), 1, "{between}");
    }
}
