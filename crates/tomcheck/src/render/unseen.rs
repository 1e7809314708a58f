//! How did a part of the path end that nothing was found about? The text and the page say it alike.

use tomcheck_diagnosis::{
    FindingRecord, Lang, Layer, ProbeRecord, ProbeStatus, Report, Severity, VerdictStatus,
};

use super::layout::pair;
use super::probe_names::NAMES;
use super::words::{self, t};
use crate::browser_side::NO_STORES;
use crate::card_side::LEFT_OUT;

/// How the part ended, in the report's language.
#[derive(Debug, Eq, PartialEq)]
pub(super) enum Unfound {
    /// All of it looked.
    Ended(ProbeStatus),
    /// In order, as far as it looked: what did not, and why.
    But(String),
    /// Nothing of it looked: why.
    NotSeen(Option<String>),
    /// The command has no probe of it.
    NotAsked,
}

pub(super) fn unfound(layer: Layer, report: &Report) -> Unfound {
    let all: Vec<_> = report.probes.iter().collect();
    let all: Vec<_> = all.into_iter().filter(|it| it.layer == layer).collect();
    let apply: Vec<_> = all
        .iter()
        .copied()
        .filter(|it| applies(it, report))
        .collect();
    let probes = if apply.is_empty() { all } else { apply };
    let Some(worst) = probes.iter().min_by_key(|probe| weight(probe.status)) else {
        return Unfound::NotAsked;
    };
    let is_in_order = probes.iter().any(|probe| probe.status == ProbeStatus::Ok);
    match worst.status {
        ProbeStatus::Skipped | ProbeStatus::Blocked if is_in_order => {
            Unfound::But(but(worst, &probes, report))
        }
        ProbeStatus::Skipped | ProbeStatus::Blocked => Unfound::NotSeen(why(worst, report)),
        status => Unfound::Ended(status),
    }
}

/// Why it did not look: its reason, else what has to be mended first.
pub(super) fn why(probe: &ProbeRecord, report: &Report) -> Option<String> {
    if probe.reason.is_some() {
        return probe.reason.clone();
    }
    let is_at_fault = |layer: &Layer| {
        let fault = |finding: &FindingRecord| {
            finding.layer == *layer && finding.severity == Severity::Fault
        };
        report.findings.iter().any(fault)
    };
    // the probe it waits for may have met a fault of another part: the cause is named
    let by = probe.blocked_by.as_deref().and_then(Layer::of);
    let cause = || Layer::of(report.verdict.root_cause.as_deref()?);
    let by = by.filter(is_at_fault).or_else(cause)?;
    let (first, name) = (words::FIRST, words::layer(by));
    Some(pair(
        first.get(report.lang),
        name.get(report.lang),
        report.lang,
    ))
}

/// The parts that were left out on request, and those that were looked at; none where the whole
/// path was asked for.
pub(crate) fn only(report: &Report) -> Option<String> {
    let lang = report.lang;
    let left_out = |probe: &&ProbeRecord| probe.reason.as_deref() == Some(LEFT_OUT.get(lang));
    let names = |is_wanted: &dyn Fn(&&ProbeRecord) -> bool| {
        let layers = report.probes.iter().filter(is_wanted);
        let mut layers: Vec<_> = layers.map(|probe| probe.layer).collect();
        layers.sort_unstable();
        layers.dedup();
        let names = layers.into_iter().map(|it| words::layer(it).get(lang));
        names.collect::<Vec<_>>()
    };
    let out = names(&left_out);
    let looked =
        |probe: &&ProbeRecord| !matches!(probe.status, ProbeStatus::Skipped | ProbeStatus::Blocked);
    let seen = names(&looked);
    if out.is_empty() {
        None
    } else if out.len() <= seen.len() || seen.is_empty() {
        let what = pair(words::NOT_LOOKED.get(lang), &out.join(", "), lang);
        Some(format!("({what})"))
    } else {
        let what = words::AS_FAR_AS.get(lang);
        Some(format!("{what} ({})", seen.join(", ")))
    }
}

/// The same behind a verdict that says that something is in order: what blocks needs no such word.
pub(super) fn only_in_order(report: &Report) -> Option<String> {
    let is_in_order = matches!(
        report.verdict.status,
        VerdictStatus::Ok | VerdictStatus::Warning
    );
    only(report).filter(|_| is_in_order)
}

/// Not what is of another system alone.
fn applies(probe: &ProbeRecord, report: &Report) -> bool {
    probe.reason.as_deref() != Some(NO_STORES.get(report.lang))
}

/// « pas regardé : révocation du certificat (il faut d'abord régler : proxy) »
fn but(worst: &ProbeRecord, probes: &[&ProbeRecord], report: &Report) -> String {
    let lang = report.lang;
    let why = why(worst, report);
    let alike = |probe: &&&ProbeRecord| {
        probe.status == worst.status
            && (&probe.reason, &probe.blocked_by) == (&worst.reason, &worst.blocked_by)
    };
    let names = probes.iter().filter(alike).map(|probe| name(probe, lang));
    match (names.collect::<Option<Vec<_>>>(), why) {
        (Some(names), None) => pair(words::NOT_LOOKED.get(lang), &names.join(", "), lang),
        (Some(names), Some(why)) => {
            let what = format!("{} ({why})", names.join(", "));
            pair(words::NOT_LOOKED.get(lang), &what, lang)
        }
        (None, Some(why)) => pair(words::AS_FAR_AS.get(lang), &why, lang),
        (None, None) => words::AS_FAR_AS.get(lang).to_owned(),
    }
}

fn name(probe: &ProbeRecord, lang: Lang) -> Option<&'static str> {
    if probe.id == "tls.card-signature" {
        return Some(t("signature de la carte", "signature of the card").get(lang));
    }
    let row = NAMES.iter().find(|(id, _)| *id == probe.id);
    row.map(|(_, name)| name.get(lang))
}

/// What stands for a layer whose probes ended differently.
const fn weight(status: ProbeStatus) -> u8 {
    match status {
        ProbeStatus::Fault => 0,
        ProbeStatus::Warning => 1,
        ProbeStatus::Blocked => 2,
        ProbeStatus::Skipped => 3,
        ProbeStatus::Ok => 4,
    }
}
