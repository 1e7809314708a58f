//! Reports of the virtual workstation, kept as they were saved: every later version judges them as
//! they were judged the day they were taken, and this is how they read.
//!
//! `TOMCHECK_REGENERATE=1 cargo test -p tomcheck --test saved_reports` writes the texts anew. The
//! reports themselves stay as they are: they are what people have in their mailboxes.

#![expect(
    clippy::unwrap_used,
    reason = "a test ends at the first thing that is not as it should"
)]

use std::fs;
use std::path::PathBuf;

use tomcheck::{Lang, Plain, Report, TextStyle, judge, text};

fn folder() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/reports")
}

/// Name and report.
fn reports() -> Vec<(String, Report)> {
    let files = fs::read_dir(folder())
        .unwrap()
        .map(|entry| entry.unwrap().path());
    let mut files: Vec<_> = files
        .filter(|path| path.extension().is_some_and(|it| it == "json"))
        .collect();
    files.sort();
    let reports = files.iter().map(|path| {
        let name = path.file_stem().unwrap().to_str().unwrap();
        let report = Report::from_json(&fs::read(path).unwrap()).unwrap();
        (name.to_owned(), report)
    });
    reports.collect()
}

fn style(verbose: bool) -> TextStyle {
    TextStyle {
        verbose,
        width: 100,
        ..TextStyle::default()
    }
}

#[test]
fn a_kept_report_is_judged_as_it_was_the_day_it_was_taken() {
    let reports = reports();
    assert!(reports.len() >= 6, "{}", reports.len());
    for (name, report) in reports {
        let judged = judge(&report, report.lang);
        assert_eq!(judged.verdict, report.verdict, "{name}");
        assert_eq!(judged.findings, report.findings, "{name}");
        assert_eq!(judged.probes, report.probes, "{name}");
        assert_eq!(judged.details["judge"]["is_same"], true, "{name}");
        // the name is that of the scenario
        let (own, named) = (report.findings.first(), name.as_str());
        assert!(
            name == "healthy" || own.is_some_and(|it| it.code == named),
            "{name}"
        );
    }
}

#[test]
fn it_reads_as_it_did_under_a_line_that_says_which_report_it_is() {
    for (name, report) in reports() {
        let judged = judge(&report, report.lang);
        for verbose in [false, true] {
            let said = text(&judged, style(verbose), &Plain);
            let (first, rest) = said.split_once('\n').unwrap();
            assert!(first.starts_with("Rapport enregistré le "), "{first}");
            assert_eq!(rest, text(&report, style(verbose), &Plain), "{name}");
        }
    }
}

#[test]
fn in_both_languages_it_reads_as_committed() {
    for (name, report) in reports() {
        for (lang, ending) in [(Lang::Fr, "fr"), (Lang::En, "en")] {
            let said = text(&judge(&report, lang), style(false), &Plain);
            let path = folder().join(format!("{name}.{ending}.txt"));
            if std::env::var_os("TOMCHECK_REGENERATE").is_some() {
                fs::write(&path, &said).unwrap();
            }
            let committed = fs::read_to_string(&path).unwrap_or_default();
            assert_eq!(said, committed, "{}", path.display());
        }
    }
}

#[test]
fn told_in_the_other_language_and_back_it_is_the_same() {
    for (name, report) in reports() {
        let there = judge(&report, Lang::En);
        assert_eq!(there.verdict, report.verdict, "{name}");
        let back = judge(&there, Lang::Fr);
        let titles = |report: &Report| {
            let findings = report.findings.iter();
            let told = findings.map(|it| (it.title.clone(), it.remedy.steps.clone()));
            told.collect::<Vec<_>>()
        };
        assert_eq!(titles(&back), titles(&report), "{name}");
    }
}

/// Who sends a report may have written into it what he likes.
#[test]
fn no_value_of_a_report_moves_the_cursor() {
    for (_, report) in reports() {
        moves_no_cursor(&report);
    }
}

fn moves_no_cursor(report: &Report) {
    let written = serde_json::to_string(report).unwrap();
    // ESC, CSI as one control character (C1), and a mark that turns the line around
    let written = written.replace("\"reason\":null", "\"reason\":\"parce que\"");
    let escape = serde_json::to_string("\u{1b}[2J\u{9b}2J\u{202e}").unwrap();
    let escape = escape.trim_matches('"');
    // every text but those the reader must know
    let hostile = written.replace("\":\"", &format!("\":\"{escape}"));
    let known = [
        "schema",
        "lang",
        "started_at",
        "layer",
        "status",
        "severity",
        "for",
    ];
    let hostile = known.iter().fold(hostile, |text, key| {
        text.replace(&format!("\"{key}\":\"{escape}"), &format!("\"{key}\":\""))
    });
    let hostile = hostile.replace("\"elapsed_us\":", &format!("\"{escape}\":"));
    let hostile = Report::from_json(hostile.as_bytes()).unwrap();
    for lang in [Lang::Fr, Lang::En] {
        for verbose in [false, true] {
            let said = text(&judge(&hostile, lang), style(verbose), &Plain);
            let moves = |c: char| (c.is_control() && c != '\n') || c == '\u{202e}';
            assert!(!said.contains(moves), "{said:?}");
            assert!(said.contains('\u{fffd}'));
        }
    }
}

/// The report of that name.
fn kept(name: &str) -> Report {
    let mut reports = reports().into_iter();
    reports.find(|(it, _)| it == name).unwrap().1
}

/// As the text says it on lines of any length.
fn said(report: &Report, verbose: bool) -> String {
    let style = TextStyle {
        width: 400,
        ..style(verbose)
    };
    text(report, style, &Plain)
}

/// As the page says it, with spaces that may be broken.
fn page(report: &Report) -> String {
    let page = tomcheck::html(report).replace(['\u{a0}', '\u{202f}'], " ");
    page.replace("&#39;", "'").replace('\u{2019}', "'")
}

#[test]
fn text_and_page_say_alike_which_part_of_the_path_waited_for_what() {
    let report = kept("proxy.authentication-required");
    let waited = "pas regardé : révocation du certificat (il faut d'abord régler : proxy)";
    let text = said(&report, false);
    assert!(
        text.contains(&format!("✓ certificat — en ordre ; {waited}\n")),
        "{text}"
    );
    let page = page(&report);
    assert!(page.contains(waited), "{page}");
}

#[test]
fn what_only_another_system_has_leaves_nothing_open() {
    let report = kept("healthy");
    for verbose in [false, true] {
        let text = said(&report, verbose);
        let parts = text.split("Ce qui a été regardé").nth(1).unwrap();
        let parts = parts.split("\n\n").next().unwrap();
        assert!(!parts.contains("seul Windows"), "{text}");
    }
    let page = page(&report);
    let parts = page.split("<details").next().unwrap();
    assert!(!parts.contains("seul Windows"), "{parts}");
}

#[test]
fn of_a_part_of_the_path_only_that_part_is_said_to_be_in_order() {
    let mut report = kept("healthy");
    assert!(said(&report, false).contains("✓ EN ORDRE — "));
    assert!(tomcheck::metrics(&report).contains("\ntomcheck_part_only 0\n"));
    let others = report.probes.iter_mut();
    for probe in others.filter(|probe| !probe.id.starts_with("browser.")) {
        probe.status = tomcheck::ProbeStatus::Skipped;
        probe.reason = Some("laissé de côté à la demande".to_owned());
    }
    let verdict = "pour ce qui a été regardé (navigateur) — ";
    let text = said(&report, false);
    assert!(text.contains(&format!("✓ EN ORDRE {verdict}")), "{text}");
    let page = page(&report);
    assert!(
        page.contains(&format!("<title>✓ En ordre {verdict}")),
        "{page}"
    );
    assert!(tomcheck::metrics(&report).contains("\ntomcheck_part_only 1\n"));
    let english = said(&judge(&report, Lang::En), false);
    assert!(
        english.contains("IN ORDER as far as it was looked at (browser) — "),
        "{english}"
    );
}

#[test]
fn what_a_log_saw_long_ago_is_not_told_as_of_today() {
    let mut report = kept("proxy.authentication-required");
    let mut last = report.findings[0].evidence[0].clone();
    last.key = Some("last".to_owned());
    last.value = "2025-12-20T08:00:00Z".to_owned();
    report.findings[0].evidence.push(last);
    let seen = " (vu pour la dernière fois il y a 11 mois)";
    let text = said(&report, false);
    let headline = text.lines().find(|line| line.contains("BLOQUÉ")).unwrap();
    assert!(headline.ends_with(seen), "{headline}");
    assert!(page(&report).contains(seen));
    report.findings[0].evidence.last_mut().unwrap().value = report.started_at.to_string();
    assert!(!said(&report, false).contains("vu pour la dernière fois"));
}

#[test]
fn each_probe_is_told_in_words_with_the_reason_it_did_not_look() {
    let text = said(&kept("proxy.authentication-required"), true);
    let waited = "– révocation du certificat (cert.revocation, 0 ms) — pas regardé, il faut d'abord régler : proxy\n";
    assert!(text.contains(waited), "{text}");
    let probes = text.split("Chaque examen en détail").nth(1).unwrap();
    assert!(!probes.contains(['{', '"']), "{probes}");
}

#[test]
fn no_title_is_half_in_one_language_and_half_in_the_other() {
    let mut report = kept("cert.chain-incomplete");
    let title = |report: &Report| report.findings[0].title.clone();
    let english = title(&judge(&report, Lang::En));
    assert!(english.ends_with("on this machine"), "{english}");
    let unknown = "dans un tiroir que personne ne connaît";
    report.findings[0].title = title(&report).replace("sur ce poste", unknown);
    report.findings[0].evidence[1].value = unknown.to_owned();
    assert_eq!(
        title(&judge(&report, Lang::En)),
        title(&report),
        "told whole, as it was saved"
    );
}
