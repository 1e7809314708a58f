use serde_json::{Value, json};

use super::*;

/// A report with these findings, each told by its code and severity, and with this card.
fn report(status: &str, findings: &[(&str, &str)], card: &Value) -> Report {
    let records = findings.iter().map(|(code, severity)| {
        json!({ "code": code, "layer": code.split('.').next(), "severity": severity,
            "consequence_of": null, "title": format!("titre de {code}"), "evidence": [],
            "remedy": { "for": "holder", "steps": ["Attendez."] }, "doc": "" })
    });
    let cause = findings
        .first()
        .filter(|(_, severity)| *severity == "fault");
    let probe = |id: &str, status: &str| {
        json!({ "id": id, "layer": id.split('.').next(), "status": status, "blocked_by": null,
            "reason": null, "duration_ms": 1, "observation": {} })
    };
    let report = json!({
        "schema": "tomcheck-report/1", "tomcheck": { "version": "0.1.0" }, "lang": "fr",
        "started_at": "2026-11-23T06:12:00Z", "duration_ms": 1,
        "host": { "os": "linux", "os_version": "Debian 12", "arch": "x86_64" },
        "target": null, "redacted": true,
        "verdict": { "status": status, "root_cause": cause.map(|(code, _)| code) },
        "probes": [probe("card.present", "ok"), probe("proxy.connect", "ok"),
            probe("tls.handshake", "blocked")],
        "findings": records.collect::<Vec<_>>(), "check": { "card": card },
    });
    Report::from_json(report.to_string().as_bytes()).unwrap()
}

fn plain(status: &str, findings: &[(&str, &str)]) -> Report {
    report(status, findings, &Value::Null)
}

fn compared(before: &Report, after: &Report) -> (Trend, Vec<(String, Change)>) {
    let compared = compare(before, after, Lang::Fr);
    let changes = compared.findings.into_iter();
    let changes = changes.map(|one| (one.code, one.change)).collect();
    (compared.trend, changes)
}

const ABSENT: (&str, &str) = ("card.absent", "fault");
const PASSWORD: (&str, &str) = ("proxy.authentication-required", "fault");
const SOON: (&str, &str) = ("cert.expires-soon", "warning");
const REFUSED: (&str, &str) = ("tls.certificate-rejected", "fault");

#[test]
fn a_report_compared_with_itself_is_the_same() {
    for one in [plain("ok", &[]), plain("blocked", &[ABSENT, SOON])] {
        assert_eq!(compared(&one, &one), (Trend::Same, Vec::new()));
    }
}

#[test]
fn what_blocks_anew_is_worse_and_what_blocks_no_more_is_better() {
    let (fine, blocked) = (plain("ok", &[]), plain("blocked", &[PASSWORD]));
    let is = |change| vec![(PASSWORD.0.to_owned(), change)];
    assert_eq!(compared(&fine, &blocked), (Trend::Worse, is(Change::New)));
    assert_eq!(compared(&blocked, &fine), (Trend::Better, is(Change::Gone)));
}

#[test]
fn another_cause_is_neither_better_nor_worse() {
    let (trend, changes) = compared(&plain("blocked", &[ABSENT]), &plain("blocked", &[PASSWORD]));
    assert_eq!(trend, Trend::Other);
    let wanted = [(ABSENT.0, Change::Gone), (PASSWORD.0, Change::New)];
    assert_eq!(
        changes,
        wanted.map(|(code, change)| (code.to_owned(), change))
    );
}

#[test]
fn one_more_warning_beside_the_same_cause_is_worse() {
    let (one, two) = (
        plain("blocked", &[ABSENT]),
        plain("blocked", &[ABSENT, PASSWORD]),
    );
    assert_eq!(compared(&one, &two).0, Trend::Worse);
    assert_eq!(compared(&two, &one).0, Trend::Better);
    assert_eq!(compare(&one, &two, Lang::Fr).remaining, [ABSENT.0]);
}

#[test]
fn what_nobody_looked_at_again_is_not_taken_for_mended() {
    let (trend, changes) = compared(&plain("blocked", &[REFUSED]), &plain("ok", &[]));
    assert_eq!(changes, [(REFUSED.0.to_owned(), Change::NotLookedAgain)]);
    assert_eq!(trend, Trend::Unclear, "nobody looked");
    let (_, changes) = compared(&plain("ok", &[]), &plain("blocked", &[REFUSED]));
    assert_eq!(changes, [(REFUSED.0.to_owned(), Change::FirstSeen)]);
}

#[test]
fn a_verdict_that_was_left_open_is_compared_with_none() {
    let open = plain("undetermined", &[]);
    assert_eq!(compared(&open, &plain("ok", &[])).0, Trend::Unclear);
    assert_eq!(compared(&plain("ok", &[]), &open).0, Trend::Unclear);
    assert_eq!(compared(&open, &open).0, Trend::Same);
}

#[test]
fn facts_are_the_same_another_or_open() {
    let card =
        |generation: &str, serial: &str| json!({ "generation": generation, "serial": serial });
    let before = report("ok", &[], &card("CPS3", "serial#00ff00"));
    let after = report("ok", &[], &card("CPS4", "serial#00ff01"));
    let facts = compare(&before, &after, Lang::Fr).facts;
    let likeness = |what: &str| {
        let fact = facts.iter().find(|fact| fact.what == what);
        fact.map(|fact| fact.likeness)
    };
    assert_eq!(likeness("card"), Some(Likeness::Changed));
    assert_eq!(likeness("card-number"), Some(Likeness::Masked));
    assert_eq!(likeness("system"), Some(Likeness::Same));
    assert_eq!(likeness("proxy"), None, "neither report tells it");
}

#[test]
fn the_sentence_tells_what_is_the_case_now_and_else_what_is_over() {
    use crate::render::{Plain, TextStyle, compared_text};
    let said = |before: &Report, after: &Report| {
        let compared = compare(before, after, Lang::Fr);
        let text = compared_text(&compared, TextStyle::default(), &Plain);
        text.lines().next().unwrap().to_owned()
    };
    let (fine, blocked) = (plain("ok", &[]), plain("blocked", &[ABSENT]));
    assert_eq!(
        said(&fine, &blocked),
        "✗ MOINS BIEN — maintenant : titre de card.absent"
    );
    assert_eq!(
        said(&blocked, &fine),
        "✓ MIEUX — réglé : titre de card.absent"
    );
    assert_eq!(
        said(&blocked, &blocked),
        "= PAREIL — toujours : titre de card.absent"
    );
    assert_eq!(
        said(&fine, &fine),
        "= PAREIL — rien à signaler, avant comme après"
    );
}
