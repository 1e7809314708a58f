//! What is found in one report only?

use std::collections::BTreeMap;

use serde::Serialize;
use tomcheck_diagnosis::{FindingRecord, Layer, ProbeRecord, ProbeStatus, Report, Severity};

use super::Trend;

/// One finding that is not in both reports as it is in one.
#[derive(Clone, Debug, Serialize)]
pub struct FindingChange {
    /// Its code.
    pub code: String,
    /// Its title: of the later report where it is in both.
    pub title: String,
    /// What became of it.
    pub change: Change,
    /// How much it matters: in the later report where it is in both.
    pub severity: Severity,
    /// The finding that explains it, where one does.
    pub consequence_of: Option<String>,
}

/// What became of a finding.
#[derive(Clone, Copy, Debug, Eq, PartialEq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Change {
    /// It was not there, and is.
    New,
    /// It is there, in a part that nobody had looked at before.
    FirstSeen,
    /// It was there, and is no more.
    Gone,
    /// It was there, in a part that nobody looked at this time.
    NotLookedAgain,
    /// It matters more than before.
    Graver,
    /// It matters less.
    Milder,
}

pub(super) fn changes(before: &Report, after: &Report) -> Vec<FindingChange> {
    let (was, is) = (by_code(before), by_code(after));
    let appeared = is.values().filter_map(|finding| {
        let change = match was.get(&*finding.code) {
            None if looked_at(before, after, finding) => Change::New,
            None => Change::FirstSeen,
            Some(old) if finding.severity < old.severity => Change::Graver,
            Some(old) if finding.severity > old.severity => Change::Milder,
            Some(_) => return None,
        };
        Some(FindingChange::new(finding, change))
    });
    let gone = was.values().filter(|old| !is.contains_key(&*old.code));
    let gone = gone.map(|old| {
        let change = match looked_at(after, before, old) {
            true => Change::Gone,
            false => Change::NotLookedAgain,
        };
        FindingChange::new(old, change)
    });
    let mut changes: Vec<_> = appeared.chain(gone).collect();
    changes.sort_by_key(|one| {
        (
            one.severity,
            one.consequence_of.is_some(),
            Layer::of(&one.code),
        )
    });
    changes
}

/// Codes of what is to be mended in both.
pub(super) fn remaining(before: &Report, after: &Report) -> Vec<String> {
    let was = by_code(before);
    let is_left =
        |one: &&FindingRecord| one.severity != Severity::Info && was.contains_key(&*one.code);
    let left = after.findings.iter().filter(is_left);
    let mut left: Vec<_> = left.map(|finding| finding.code.to_string()).collect();
    left.dedup();
    left
}

/// Of reports that end the same for the same cause: what there is to mend beside it.
pub(super) fn trend(changes: &[FindingChange]) -> Trend {
    let counts =
        |one: &&FindingChange| one.severity != Severity::Info && one.consequence_of.is_none();
    let is_any = |wanted: &[Change]| {
        let mut changes = changes.iter().filter(counts);
        changes.any(|one| wanted.contains(&one.change))
    };
    let worse = is_any(&[Change::New, Change::Graver]);
    match (worse, is_any(&[Change::Gone, Change::Milder])) {
        (false, false) => Trend::Same,
        (true, false) => Trend::Worse,
        (false, true) => Trend::Better,
        (true, true) => Trend::Other,
    }
}

/// Whether a cause that was there is in a part that nobody looked at this time.
pub(super) fn is_passed_over(changes: &[FindingChange]) -> bool {
    let mut changes = changes.iter();
    changes.any(|one| one.severity != Severity::Info && one.change == Change::NotLookedAgain)
}

/// The first of each code, which is the worst.
fn by_code(report: &Report) -> BTreeMap<&str, &FindingRecord> {
    let findings = report.findings.iter().rev();
    findings.map(|finding| (&*finding.code, finding)).collect()
}

/// Whether what makes the finding in `with` looked in `other` too. Records do not say which probe
/// that is: each that may be must have looked. One that is told only where there is something to
/// look at may be missing where another of the part looked.
fn looked_at(other: &Report, with: &Report, finding: &FindingRecord) -> bool {
    let makers = makers(with, finding);
    let mut probes = other.probes.iter();
    let is_held_up = probes.any(|probe| !looked(probe) && makers.contains(&&*probe.id));
    let is_of_logs = !makers.is_empty() && makers.iter().all(|id| id.starts_with("trace."));
    let mut probes = other.probes.iter().filter(|probe| looked(probe));
    !is_held_up
        && probes.any(|probe| match is_of_logs {
            true => probe.layer == Layer::Trace,
            false => probe.layer == finding.layer || is_of_others(finding.layer),
        })
}

/// Ids of the probes that may have made it: those of its layer that ended with as much, else those
/// that looked; the readers of logs where there are none.
fn makers<'a>(report: &'a Report, finding: &FindingRecord) -> Vec<&'a str> {
    let of = |layer: Layer| {
        let probes = report.probes.iter();
        probes.filter(move |probe| looked(probe) && probe.layer == layer)
    };
    let ended = ended_with(finding.severity);
    let at_fault = of(finding.layer).filter(|probe| Some(probe.status) == ended);
    let mut ids: Vec<_> = at_fault.map(|probe| &*probe.id).collect();
    for layer in [finding.layer, Layer::Trace] {
        if ids.is_empty() {
            ids = of(layer).map(|probe| &*probe.id).collect();
        }
    }
    ids
}

const fn ended_with(severity: Severity) -> Option<ProbeStatus> {
    match severity {
        Severity::Fault => Some(ProbeStatus::Fault),
        Severity::Warning => Some(ProbeStatus::Warning),
        Severity::Info => None,
    }
}

const fn looked(probe: &ProbeRecord) -> bool {
    !matches!(probe.status, ProbeStatus::Skipped | ProbeStatus::Blocked)
}

/// The clock has no probe: a certificate's dates and a server's answer tell of it.
const fn is_of_others(layer: Layer) -> bool {
    matches!(layer, Layer::Clock)
}

impl FindingChange {
    fn new(finding: &FindingRecord, change: Change) -> Self {
        Self {
            code: finding.code.to_string(),
            title: finding.title.clone(),
            change,
            severity: finding.severity,
            consequence_of: finding.consequence_of.as_deref().map(str::to_owned),
        }
    }
}
