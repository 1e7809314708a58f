//! What does a saved report come to, judged again?

use std::collections::BTreeSet;

use serde::Serialize;
use serde_json::Value;
use tomcheck_diagnosis::{FindingRecord, Instant, Lang, Report, Text, Verdict, VerdictStatus};

use crate::retell::retell;
use crate::verdict::{self, Weighed};

/// Judges a saved report by the rules of this version and tells it in `lang`, without the machine
/// it was taken on.
///
/// What was found stays found, and what followed from something still does: the rules only add to
/// that, so that a report judged twice says the same twice. Sentences stay as they were saved; in
/// another language than the report's, those of known findings are told anew.
/// [`Report::details`] gets one more key, `judge`.
pub fn judge(saved: &Report, lang: Lang) -> Report {
    let mut report = saved.clone();
    report.details.remove(KEY);
    forget_causes_that_are_not_there(&mut report.findings);
    verdict::weigh(&mut report.findings);
    report.verdict = verdict::verdict(&report.findings, lacks_something(saved));
    let untold = retell(&mut report, lang);
    let judged = Judged::new(saved, &report, untold);
    let judged = serde_json::to_value(judged).unwrap_or(Value::Null);
    report.details.insert(KEY.to_owned(), judged);
    report
}

/// The key of a judged report's details.
pub(crate) const KEY: &str = "judge";

/// Said where the report was told in another language: not all of it is in a table.
pub(crate) fn stays_in_its_language(judged: &Value, lang: Lang) -> Option<&'static str> {
    let was: Lang = serde_json::from_value(judged.get("lang_was")?.clone()).ok()?;
    (was != lang).then(|| STAYS.get(lang))
}

const STAYS: Text = Text {
    fr: "Rapport pris en anglais : ce qui y reste en anglais est tel qu'il a été enregistré.",
    en: "Report taken in French: what is still in French is as it was saved.",
};

/// Somebody may have edited the file: a cause must be among the findings, be no milder than what
/// follows from it, and follow from nothing that leads back to it.
fn forget_causes_that_are_not_there(findings: &mut [FindingRecord]) {
    for place in 0..findings.len() {
        let holds = findings
            .get(place)
            .is_none_or(|one| leads_to_a_cause(one, findings));
        if !holds && let Some(finding) = findings.get_mut(place) {
            finding.set_cause(None);
        }
    }
}

/// Whether the way from consequence to cause ends, each step at a finding at least as bad.
fn leads_to_a_cause(finding: &FindingRecord, all: &[FindingRecord]) -> bool {
    let mut at = finding;
    for _ in 0..all.len() {
        let Some(code) = at.consequence_of() else {
            return true;
        };
        let mut causes = all.iter();
        let Some(cause) = causes.find(|one| one.code() == code && one.severity() <= at.severity())
        else {
            return false;
        };
        at = cause;
    }
    false
}

/// The first versions told it by the verdict alone.
fn lacks_something(saved: &Report) -> bool {
    let mut probes = saved.probes.iter();
    saved.verdict.status == VerdictStatus::Undetermined || probes.any(|one| one.could_not_look)
}

/// What changed by judging again.
#[derive(Debug, Serialize)]
struct Judged {
    /// Which tomcheck judged.
    version: &'static str,
    /// When.
    at: Instant,
    /// The verdict the report held.
    was: Verdict,
    /// The language it was told in.
    lang_was: Lang,
    /// Whether that is the verdict now.
    is_same: bool,
    /// Findings that follow from another cause than the report said.
    explained_otherwise: Vec<ExplainedOtherwise>,
    /// Codes of findings that this version does not know.
    unknown: Vec<String>,
    /// Codes of findings some of whose sentences are in the language the report was saved in.
    untold: Vec<String>,
}

#[derive(Debug, Serialize)]
struct ExplainedOtherwise {
    code: String,
    was: Option<String>,
    is: Option<String>,
}

impl Judged {
    fn new(saved: &Report, report: &Report, untold: Vec<String>) -> Self {
        let unknown = report.findings.iter().map(Weighed::code);
        let unknown = unknown.filter(|code| crate::findings().all(|kind| kind.code != *code));
        Self {
            version: env!("CARGO_PKG_VERSION"),
            at: Instant::now(),
            was: saved.verdict.clone(),
            lang_was: saved.lang,
            is_same: saved.verdict == report.verdict,
            explained_otherwise: explained_otherwise(saved, report),
            unknown: unknown.map(str::to_owned).collect(),
            untold,
        }
    }
}

fn explained_otherwise(saved: &Report, report: &Report) -> Vec<ExplainedOtherwise> {
    let cause = |report: &Report, code: &str| {
        let mut findings = report.findings.iter();
        let finding = findings.find(|one| one.code() == code);
        finding.and_then(|one| one.consequence_of().map(str::to_owned))
    };
    let codes: BTreeSet<_> = report.findings.iter().map(Weighed::code).collect();
    let compared = codes.into_iter().map(|code| ExplainedOtherwise {
        code: code.to_owned(),
        was: cause(saved, code),
        is: cause(report, code),
    });
    compared.filter(|one| one.was != one.is).collect()
}

#[cfg(test)]
mod tests {
    use std::borrow::Cow;

    use serde_json::json;
    use tomcheck_diagnosis::{Evidence, Finding, Severity};

    use super::*;

    fn saved(findings: &[FindingRecord], status: &str) -> Report {
        let cause = findings.first().map(|finding| finding.code.clone());
        let report = json!({
            "schema": "tomcheck-report/1", "tomcheck": { "version": "0.0.1" }, "lang": "fr",
            "started_at": "2026-11-23T06:12:00Z", "duration_ms": 1,
            "host": { "os": "linux", "os_version": "Debian 12", "arch": "x86_64" },
            "target": null, "redacted": true,
            "verdict": { "status": status, "root_cause": cause },
            "probes": [], "findings": findings, "check": { "card": null },
        });
        Report::from_json(report.to_string().as_bytes()).unwrap()
    }

    fn finding(code: &str) -> FindingRecord {
        let kind = crate::findings().find(|kind| kind.code == code).unwrap();
        FindingRecord::new(&Finding::of(kind), Lang::Fr, "linux")
    }

    #[test]
    fn whoever_follows_from_himself_or_from_less_is_a_cause_of_his_own() {
        let follows = |code: &str, cause: &str, severity| FindingRecord {
            consequence_of: Some(cause.to_owned().into()),
            severity,
            ..finding(code)
        };
        let (one, other) = ("card.mute", "token.sign-failed");
        let circle = [
            follows(one, other, Severity::Fault),
            follows(other, one, Severity::Fault),
        ];
        let milder = FindingRecord {
            severity: Severity::Info,
            ..finding("reader.several")
        };
        let under_less = [milder, follows(one, "reader.several", Severity::Fault)];
        for findings in [&circle[..], &under_less] {
            let judged = judge(&saved(findings, "blocked"), Lang::Fr);
            assert_eq!(judged.verdict.root_cause.as_deref(), Some(one));
        }
    }

    #[test]
    fn a_rule_of_today_explains_what_the_report_of_yesterday_told_as_a_second_cause() {
        let saved = saved(
            &[finding("tls.certificate-rejected"), finding("cert.expired")],
            "blocked",
        );
        let judged = judge(&saved, Lang::Fr);
        assert_eq!(judged.verdict.root_cause.as_deref(), Some("cert.expired"));
        assert_eq!(
            judged.findings[1].consequence_of.as_deref(),
            Some("cert.expired")
        );
        let details = &judged.details["judge"];
        assert_eq!(details["is_same"], false);
        assert_eq!(details["was"]["root_cause"], "tls.certificate-rejected");
        assert_eq!(details["explained_otherwise"][0]["is"], "cert.expired");
        assert!(judged.details.contains_key("check"));
    }

    #[test]
    fn judged_twice_it_says_the_same_twice() {
        let saved = saved(
            &[finding("card.absent"), finding("reader.several")],
            "blocked",
        );
        let once = judge(&saved, Lang::Fr);
        let mut twice = judge(&once, Lang::Fr);
        assert_eq!(
            (&once.verdict, &once.findings),
            (&twice.verdict, &twice.findings)
        );
        twice.details.remove(KEY);
        assert_eq!(twice, saved);
    }

    #[test]
    fn a_cause_that_somebody_cut_out_of_the_report_explains_nothing() {
        let mut follows = finding("tls.handshake-failure");
        follows.consequence_of = Some(Cow::Borrowed("token.sign-failed"));
        let judged = judge(&saved(&[follows], "blocked"), Lang::Fr);
        let cause = judged.verdict.root_cause.as_deref();
        assert_eq!(cause, Some("tls.handshake-failure"));
    }

    #[test]
    fn what_a_newer_version_marked_stays_marked_and_what_it_found_is_kept() {
        let mut unknown = finding("card.absent");
        unknown.code = Cow::Borrowed("card.of-tomorrow");
        let mut follows = finding("network.refused");
        follows.consequence_of = Some(Cow::Borrowed("card.of-tomorrow"));
        let judged = judge(&saved(&[unknown, follows], "blocked"), Lang::En);
        assert_eq!(
            judged.verdict.root_cause.as_deref(),
            Some("card.of-tomorrow")
        );
        let cause = judged.findings[1].consequence_of.as_deref();
        assert_eq!(cause, Some("card.of-tomorrow"));
        assert_eq!(
            judged.details["judge"]["unknown"],
            json!(["card.of-tomorrow"])
        );
        assert_eq!(
            judged.details["judge"]["untold"],
            json!(["card.of-tomorrow"])
        );
        assert_eq!(judged.findings[0].title, finding("card.absent").title);
        assert_ne!(judged.findings[1].title, finding("network.refused").title);
    }

    #[test]
    fn what_could_not_be_looked_at_leaves_the_verdict_open_the_second_time_too() {
        let mut warned = finding("reader.several");
        warned.severity = Severity::Warning;
        let open = judge(&saved(&[warned.clone()], "undetermined"), Lang::Fr);
        assert_eq!(open.verdict.status, VerdictStatus::Undetermined);
        let mut report = saved(&[warned], "warning");
        let probe = json!({ "id": "tls.handshake", "layer": "tls", "status": "skipped",
            "blocked_by": null, "reason": "tard", "could_not_look": true, "duration_ms": 0,
            "observation": {} });
        report.probes.push(serde_json::from_value(probe).unwrap());
        let open = judge(&report, Lang::Fr);
        assert_eq!(open.verdict.status, VerdictStatus::Undetermined);
    }

    #[test]
    fn a_script_that_named_a_way_is_known_by_the_key_of_its_evidence() {
        let kind = |code| crate::findings().find(|kind| kind.code == code).unwrap();
        let way = Text::same("chemin");
        let script = Finding::of(kind("proxy.pac-invalid"));
        let script = script.with(Evidence::new("way", way, "DIRECT"));
        let script = FindingRecord::new(&script, Lang::Fr, "linux");
        let judged = judge(
            &saved(&[finding("network.refused"), script], "blocked"),
            Lang::Fr,
        );
        let cause = judged.verdict.root_cause.as_deref();
        assert_eq!(cause, Some("network.refused"));
    }
}
