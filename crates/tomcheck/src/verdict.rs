//! Which one of the findings is the cause?
//!
//! The engine weighs findings as they were just made, and the records of a saved report alike: what
//! was judged once is judged the same later, by a newer version too.

use std::borrow::Cow;

use tomcheck_diagnosis::{
    Finding, FindingRecord, Instant, Layer, Severity, Value, Verdict, VerdictStatus,
};

use crate::journal::Journal;
use crate::rules::{FAULTS_WHERE_THEY_EXPLAIN, RULES};

/// Every finding worst first, causes before consequences, and the verdict they make.
pub(crate) fn judge(journal: &Journal) -> (Vec<Finding>, Verdict) {
    let mut findings = without_twins(journal);
    weigh(&mut findings);
    let verdict = verdict(&findings, journal.lacks_something());
    (findings, verdict)
}

/// What the engine must know of a finding.
pub(crate) trait Weighed {
    fn code(&self) -> &str;
    fn layer(&self) -> Layer;
    fn severity(&self) -> Severity;
    fn set_severity(&mut self, severity: Severity);
    fn consequence_of(&self) -> Option<&str>;
    fn set_cause(&mut self, cause: Option<&'static str>);
    /// Whether evidence of this key was seen.
    fn shows(&self, key: &str) -> bool;
    /// The moment that was seen under this key.
    fn moment(&self, key: &str) -> Option<Instant>;
}

/// Marks what follows from what, and puts the findings in the order they are told: faults before
/// warnings, causes before consequences, then the order of dependence. The sort is stable, so that
/// findings of one layer stay in the order of their probes; weighing twice changes nothing.
pub(crate) fn weigh<F: Weighed>(findings: &mut [F]) {
    raise_causes(findings);
    mark_consequences(findings);
    findings.sort_by_key(|finding| {
        let follows = finding.consequence_of().is_some();
        (finding.severity(), follows, finding.layer())
    });
}

/// The verdict of findings that were weighed. `lacks_something`: a probe that should have looked
/// could not.
pub(crate) fn verdict<F: Weighed>(findings: &[F], lacks_something: bool) -> Verdict {
    let root_cause = findings.first().filter(|finding| is_cause(*finding));
    Verdict {
        status: status(findings, lacks_something),
        root_cause: root_cause.map(|finding| finding.code().to_owned()),
    }
}

/// What is a warning by itself is a fault where it explains one that nothing else does.
fn raise_causes<F: Weighed>(findings: &mut [F]) {
    for code in FAULTS_WHERE_THEY_EXPLAIN {
        let is_it = |finding: &F| finding.code() == *code && may_explain(finding);
        let Some(place) = findings.iter().position(is_it) else {
            continue;
        };
        let is_needed = |cause: &F| findings.iter().any(|one| needs(one, cause, findings));
        if findings.get(place).is_some_and(is_needed)
            && let Some(cause) = findings.get_mut(place)
        {
            cause.set_severity(Severity::Fault);
        }
    }
}

/// Whether a fault follows from this one alone.
fn needs<F: Weighed>(finding: &F, cause: &F, all: &[F]) -> bool {
    let marked = finding.consequence_of();
    let is_another =
        |other: &F| other.code() != cause.code() && other.severity() == Severity::Fault;
    finding.severity() == Severity::Fault
        && marked.is_none_or(|marked| marked == cause.code())
        && follows(finding, cause)
        && !all
            .iter()
            .any(|other| is_another(other) && follows(finding, other))
}

/// By a row of the table, and with what both saw.
fn follows<F: Weighed>(finding: &F, cause: &F) -> bool {
    RULES
        .iter()
        .any(|rule| rule.links(finding.code(), cause.code()))
        && agree(finding, cause)
}

/// A wrong clock explains a date only where the certificate is valid by the right one.
fn agree<F: Weighed>(finding: &F, cause: &F) -> bool {
    let now = cause.moment("remote");
    let Some(now) = now.filter(|_| cause.code() == "clock.skewed") else {
        return true;
    };
    let (begins, ends) = (finding.moment("not_before"), finding.moment("not_after"));
    begins.is_none_or(|begins| begins <= now) && ends.is_none_or(|ends| now <= ends)
}

/// Not what is mere information, such as a script that no network had to offer; nor a script that
/// named a way all the same, which was taken.
fn may_explain<F: Weighed>(finding: &F) -> bool {
    let is_of_a_script = finding.code() == "proxy.pac-invalid";
    finding.severity() < Severity::Info && !(is_of_a_script && finding.shows("way"))
}

/// Two probes that saw the same are told once.
fn without_twins(journal: &Journal) -> Vec<Finding> {
    let mut findings: Vec<Finding> = Vec::new();
    for finding in journal.findings() {
        if !findings.contains(finding) {
            findings.push(finding.clone());
        }
    }
    findings
}

fn is_cause<F: Weighed>(finding: &F) -> bool {
    finding.severity() == Severity::Fault && finding.consequence_of().is_none()
}

/// What a layer already marked by itself stays marked.
fn mark_consequences<F: Weighed>(findings: &mut [F]) {
    let causes = findings
        .iter()
        .map(|finding| cause_among(finding, findings));
    let causes: Vec<_> = causes.collect();
    for (finding, cause) in findings.iter_mut().zip(causes) {
        if finding.consequence_of().is_none() {
            finding.set_cause(cause);
        }
    }
}

/// By the first row that has one. A milder finding explains no worse one.
fn cause_among<F: Weighed>(finding: &F, all: &[F]) -> Option<&'static str> {
    let rules = RULES.iter();
    let rules = rules.filter(|rule| rule.consequences.contains(&finding.code()));
    let explains = |code: &&'static str| {
        let is_it = |cause: &F| cause.code() == *code && cause.severity() <= finding.severity();
        all.iter()
            .any(|cause| is_it(cause) && agree(finding, cause))
    };
    rules.flat_map(|rule| rule.causes).copied().find(explains)
}

fn status<F: Weighed>(findings: &[F], lacks_something: bool) -> VerdictStatus {
    match findings.iter().map(Weighed::severity).min() {
        Some(Severity::Fault) => VerdictStatus::Blocked,
        _ if lacks_something => VerdictStatus::Undetermined,
        Some(Severity::Warning) => VerdictStatus::Warning,
        _ => VerdictStatus::Ok,
    }
}

impl Weighed for Finding {
    fn code(&self) -> &str {
        self.kind.code
    }
    fn layer(&self) -> Layer {
        self.kind.layer()
    }
    fn severity(&self) -> Severity {
        self.severity
    }
    fn set_severity(&mut self, severity: Severity) {
        self.severity = severity;
    }
    fn consequence_of(&self) -> Option<&str> {
        self.consequence_of
    }
    fn set_cause(&mut self, cause: Option<&'static str>) {
        self.consequence_of = cause;
    }
    fn shows(&self, key: &str) -> bool {
        self.evidence.iter().any(|one| one.key == key)
    }
    fn moment(&self, key: &str) -> Option<Instant> {
        let mut evidence = self.evidence.iter();
        evidence.find_map(|one| match one.value {
            Value::Instant(at) if one.key == key => Some(at),
            _ => None,
        })
    }
}

impl Weighed for FindingRecord {
    fn code(&self) -> &str {
        &self.code
    }
    fn layer(&self) -> Layer {
        self.layer
    }
    fn severity(&self) -> Severity {
        self.severity
    }
    fn set_severity(&mut self, severity: Severity) {
        self.severity = severity;
    }
    fn consequence_of(&self) -> Option<&str> {
        self.consequence_of.as_deref()
    }
    fn set_cause(&mut self, cause: Option<&'static str>) {
        self.consequence_of = cause.map(Cow::Borrowed);
    }
    fn shows(&self, key: &str) -> bool {
        self.evidence
            .iter()
            .any(|one| one.key.as_deref() == Some(key))
    }
    fn moment(&self, key: &str) -> Option<Instant> {
        let mut evidence = self.evidence.iter();
        let seen = evidence.find(|one| one.key.as_deref() == Some(key))?;
        Instant::try_from(seen.value.clone()).ok()
    }
}

#[cfg(test)]
mod tests {
    use serde::Serialize;
    use tomcheck_diagnosis::{Evidence, FindingKind, Observation, Probe, Text};

    use super::*;
    use crate::findings::all;
    use crate::progress::Quiet;

    fn kind(code: &str) -> &'static FindingKind {
        all().find(|kind| kind.code == code).unwrap()
    }

    /// A probe of the network that sees these findings, whatever layer they are about.
    #[derive(Clone, Serialize)]
    struct Sees {
        #[serde(skip)]
        findings: Vec<Finding>,
    }

    impl Observation for Sees {
        fn findings(&self) -> Vec<Finding> {
            self.findings.clone()
        }
    }

    impl Probe for Sees {
        type Seen = Self;
        const ID: &'static str = "network.test";

        fn observe(&self) -> Self {
            self.clone()
        }
    }

    fn journal(codes: &[&str]) -> Journal {
        let mut journal = Journal::default();
        let findings = codes.iter().map(|code| Finding::of(kind(code))).collect();
        journal.observe(&Quiet, &Sees { findings });
        journal
    }

    /// The codes in the order they are told, a consequence with its cause.
    fn told(codes: &[&str]) -> (Vec<String>, Verdict) {
        let (findings, verdict) = judge(&journal(codes));
        let told = findings.iter().map(|finding| match finding.consequence_of {
            Some(cause) => format!("{} < {cause}", finding.kind.code),
            None => finding.kind.code.to_owned(),
        });
        (told.collect(), verdict)
    }

    #[test]
    fn the_first_fault_in_the_order_of_dependence_is_the_cause() {
        let (told, verdict) = told(&["proxy.unreachable", "reader.several", "card.absent"]);
        assert_eq!(told, ["card.absent", "proxy.unreachable", "reader.several"]);
        assert_eq!(verdict.root_cause.as_deref(), Some("card.absent"));
        assert_eq!(verdict.status, VerdictStatus::Blocked);
    }

    #[test]
    fn what_follows_from_the_cause_is_told_after_it_and_is_no_cause() {
        let (told, verdict) = told(&["tls.certificate-rejected", "cert.expired"]);
        assert_eq!(
            told,
            ["cert.expired", "tls.certificate-rejected < cert.expired"]
        );
        assert_eq!(verdict.root_cause.as_deref(), Some("cert.expired"));
    }

    #[test]
    fn a_browser_lacks_nothing_but_the_module_that_is_not_installed() {
        let (told, verdict) = told(&["browser.firefox-module-missing", "module.not-installed"]);
        assert_eq!(
            told,
            [
                "module.not-installed",
                "browser.firefox-module-missing < module.not-installed"
            ]
        );
        assert_eq!(verdict.root_cause.as_deref(), Some("module.not-installed"));
    }

    #[test]
    fn a_consequence_that_a_layer_marked_stays_one() {
        let mut follows = Finding::of(kind("tls.certificate-not-requested"));
        follows.consequence_of = Some("tls.server-untrusted");
        let findings = vec![follows, Finding::of(kind("tls.server-untrusted"))];
        let mut journal = Journal::default();
        journal.observe(&Quiet, &Sees { findings });
        let (findings, verdict) = judge(&journal);
        assert_eq!(verdict.root_cause.as_deref(), Some("tls.server-untrusted"));
        assert_eq!(
            findings.last().unwrap().consequence_of,
            Some("tls.server-untrusted")
        );
    }

    #[test]
    fn a_wrong_clock_is_the_cause_only_where_it_explains_a_date() {
        let (alone, verdict) = told(&["clock.skewed"]);
        assert_eq!(
            (alone, verdict.status),
            (vec!["clock.skewed".to_owned()], VerdictStatus::Warning)
        );
        let (both, verdict) = told(&["cert.expired", "clock.skewed"]);
        assert_eq!(both, ["clock.skewed", "cert.expired < clock.skewed"]);
        assert_eq!(verdict.root_cause.as_deref(), Some("clock.skewed"));
    }

    /// The clock is ten minutes behind; the card ended then, or years ago.
    #[test]
    fn a_wrong_clock_explains_no_date_that_is_past_by_the_right_one_too() {
        let right = 1_768_000_000;
        let at = |key: &'static str, moment| Evidence {
            value: Value::Instant(Instant::from_unix(moment)),
            ..Evidence::raw(key, "")
        };
        for (ends, cause) in [
            (right + 60, "clock.skewed"),
            (right - 100_000_000, "cert.expired"),
        ] {
            let clock = Finding::of(kind("clock.skewed")).with(at("remote", right));
            let expired = Finding::of(kind("cert.expired")).with(at("not_after", ends));
            let findings = vec![expired, clock];
            let mut journal = Journal::default();
            journal.observe(&Quiet, &Sees { findings });
            assert_eq!(judge(&journal).1.root_cause.as_deref(), Some(cause));
        }
    }

    #[test]
    fn what_another_fault_explains_makes_no_fault_of_a_warning() {
        let (told, verdict) = told(&[
            "network.captive-portal",
            "network.refused",
            "proxy.pac-unreachable",
        ]);
        let wanted = [
            "network.captive-portal",
            "network.refused < network.captive-portal",
            "proxy.pac-unreachable < network.captive-portal",
        ];
        assert_eq!(told, wanted);
        assert_eq!(
            verdict.root_cause.as_deref(),
            Some("network.captive-portal")
        );
        let resolved = Finding::of(kind("network.dns-failure")).at(Severity::Info);
        let findings = vec![resolved, Finding::of(kind("proxy.pac-unreachable"))];
        let mut journal = Journal::default();
        journal.observe(&Quiet, &Sees { findings });
        assert_eq!(judge(&journal).1.status, VerdictStatus::Warning);
    }

    #[test]
    fn a_script_that_nobody_offers_or_that_was_followed_explains_no_refusal() {
        let nowhere = Finding::of(kind("proxy.pac-unreachable")).at(Severity::Info);
        let followed = Finding::of(kind("proxy.pac-invalid"));
        let followed = followed.with(Evidence {
            key: "way".into(),
            ..Evidence::raw("way", "DIRECT")
        });
        for script in [nowhere, followed] {
            let refused = Finding::of(kind("network.refused"));
            let mut journal = Journal::default();
            let findings = vec![script, refused];
            journal.observe(&Quiet, &Sees { findings });
            let (findings, verdict) = judge(&journal);
            assert_eq!(verdict.root_cause.as_deref(), Some("network.refused"));
            assert_eq!(findings[0].consequence_of, None);
        }
    }

    #[test]
    fn a_revoked_certificate_follows_from_the_cache_that_still_serves_it() {
        let (told, verdict) = told(&["cert.revoked", "module.cache-stale"]);
        assert_eq!(
            told,
            ["module.cache-stale", "cert.revoked < module.cache-stale"]
        );
        assert_eq!(verdict.root_cause.as_deref(), Some("module.cache-stale"));
    }

    #[test]
    fn two_probes_that_saw_the_same_are_told_once_and_two_facts_twice() {
        let mut journal = journal(&["token.pin-final-try", "token.pin-final-try"]);
        assert_eq!(judge(&journal).0.len(), 1);
        let other = Finding::of(kind("token.pin-final-try")).with(Evidence::raw("flags", "0x1"));
        journal.observe(
            &Quiet,
            &Sees {
                findings: vec![other],
            },
        );
        assert_eq!(judge(&journal).0.len(), 2);
    }

    #[test]
    fn what_could_not_be_looked_at_leaves_the_verdict_open_unless_something_blocks() {
        let mut open = journal(&[]);
        open.could_not_look("tls.handshake", Text::same("late"));
        assert_eq!(judge(&open).1.status, VerdictStatus::Undetermined);
        let mut blocked = journal(&["card.absent"]);
        blocked.could_not_look("tls.handshake", Text::same("late"));
        assert_eq!(judge(&blocked).1.status, VerdictStatus::Blocked);
        assert_eq!(judge(&journal(&[])).1.status, VerdictStatus::Ok);
    }

    /// Every fault alone is the cause; beside one of an earlier layer it is not, unless that one
    /// follows from it.
    #[test]
    fn every_code_of_the_tables_has_its_place_in_the_order_of_dependence() {
        let faults = || all().filter(|kind| kind.severity == Severity::Fault);
        for kind in faults() {
            let (_, verdict) = told(&[kind.code]);
            assert_eq!(verdict.root_cause.as_deref(), Some(kind.code));
            for other in faults().filter(|other| other.layer() < kind.layer()) {
                let (told, verdict) = told(&[kind.code, other.code]);
                let follows = format!("{} < {}", other.code, kind.code);
                let wanted = match told.contains(&follows) {
                    true => kind.code,
                    false => other.code,
                };
                assert_eq!(verdict.root_cause.as_deref(), Some(wanted), "{told:?}");
            }
        }
    }

    #[test]
    fn with_everything_found_at_once_the_order_is_that_of_the_layers_and_there_is_one_cause() {
        let codes: Vec<_> = all().map(|kind| kind.code).collect();
        let (findings, verdict) = judge(&journal(&codes));
        assert_eq!(findings.len(), codes.len());
        let causes = findings.iter().filter(|finding| is_cause(*finding));
        let layers: Vec<Layer> = causes.map(|finding| finding.kind.layer()).collect();
        assert!(layers.is_sorted());
        assert_eq!(layers.first(), Some(&Layer::Reader));
        assert_eq!(verdict.status, VerdictStatus::Blocked);
        let severities: Vec<_> = findings.iter().map(|finding| finding.severity).collect();
        assert!(severities.is_sorted());
    }

    #[test]
    fn weighing_what_was_weighed_changes_nothing() {
        let codes: Vec<_> = all().map(|kind| kind.code).collect();
        let (findings, _) = judge(&journal(&codes));
        let mut again = findings.clone();
        weigh(&mut again);
        assert_eq!(again, findings);
    }
}
