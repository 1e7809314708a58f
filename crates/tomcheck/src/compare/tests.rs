use serde_json::{Value, json};

use tomcheck_diagnosis::Layer;

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

fn kept(name: &str) -> Report {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/reports");
    let report = std::fs::read(format!("{folder}/{name}.json")).unwrap();
    Report::from_json(&report).unwrap()
}

#[test]
fn a_part_one_of_whose_probes_waited_was_not_looked_at_for_what_that_one_tells() {
    let (stale, proxy) = (kept("module.cache-stale"), kept(PASSWORD.0));
    let (_, changes) = compared(&stale, &proxy);
    let change = |code: &str| changes.iter().find(|(one, _)| one == code).unwrap().1;
    assert_eq!(change("cert.revoked"), Change::NotLookedAgain);
    assert_eq!(
        change("module.cache-stale"),
        Change::Gone,
        "it is told where it is"
    );
    let (_, changes) = compared(&proxy, &stale);
    let change = |code: &str| changes.iter().find(|(one, _)| one == code).unwrap().1;
    assert_eq!(change("cert.revoked"), Change::FirstSeen);
}

#[test]
fn what_a_machine_showed_is_not_mended_by_a_log_that_does_not_tell_of_it() {
    let mut logs = plain("ok", &[]);
    logs.probes.truncate(1);
    logs.probes[0].id = "trace.files".into();
    logs.probes[0].layer = Layer::Trace;
    let (_, changes) = compared(&plain("blocked", &[ABSENT]), &logs);
    assert_eq!(changes, [(ABSENT.0.to_owned(), Change::NotLookedAgain)]);
    let mut told = logs.clone();
    told.findings = plain("blocked", &[ABSENT]).findings;
    assert_eq!(compared(&told, &logs).1[0].1, Change::Gone);
}

#[test]
fn information_is_never_told_as_mended() {
    use crate::render::{Plain, TextStyle, compared_html, compared_text};
    let several = plain("ok", &[("card.present", "info")]);
    let compared = compare(&several, &plain("ok", &[]), Lang::Fr);
    let text = compared_text(&compared, TextStyle::default(), &Plain);
    let wanted = "À savoir\n  n'est plus signalé : titre de card.present (card.present)\n";
    assert!(text.contains(wanted), "{text}");
    for said in [text, compared_html(&compared)] {
        assert!(!said.contains("Réglé"), "{said}");
    }
}

#[test]
fn two_sites_do_not_compare_and_reports_the_wrong_way_round_say_so() {
    use crate::render::{Plain, TextStyle, compared_html, compared_text};
    let (mut tom, mut other) = (plain("blocked", &[ABSENT]), plain("ok", &[]));
    for (report, name) in [(&mut tom, "tom"), (&mut other, "dmp.example")] {
        let url = format!("https://{name}/");
        let name = name.to_owned();
        report.target = Some(tomcheck_diagnosis::Target { name, url });
    }
    other.started_at = "2025-01-01T00:00:00Z".to_owned().try_into().unwrap();
    let compared = compare(&tom, &other, Lang::Fr);
    assert_eq!((compared.trend, compared.reversed), (Trend::Unclear, true));
    let text = compared_text(&compared, TextStyle::default(), &Plain);
    let first = text.lines().next().unwrap();
    assert!(
        first.starts_with("– INDÉTERMINÉ — deux sites différents"),
        "{first}"
    );
    for said in [text, compared_html(&compared)] {
        assert!(
            said.contains("dmp.example") && said.contains("échangez-les"),
            "{said}"
        );
    }
    other.target = None;
    assert_eq!(compare(&tom, &other, Lang::Fr).trend, Trend::Better);
}
