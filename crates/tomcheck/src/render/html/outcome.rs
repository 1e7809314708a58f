//! What does one part of the path come to?

use tomcheck_diagnosis::{FindingRecord, Layer, ProbeRecord, ProbeStatus, Report, Severity, Text};

use super::tongue::Tongue;
use super::words;

/// How a part of the path ended, as the page shows it.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum State {
    Good,
    Watch,
    Bad,
    /// At fault by another part's fault.
    InConsequence,
    NotSeen,
    NotAsked,
    /// The verdict alone: it could not be made.
    Open,
    /// A finding worth knowing.
    Told,
}

/// That, and why.
#[derive(Debug)]
pub(super) struct Outcome {
    pub(super) state: State,
    pub(super) why: Option<String>,
}

impl State {
    /// For the style; never seen without glyph and word.
    pub(super) const fn class(self) -> &'static str {
        match self {
            Self::Good => "good",
            Self::Watch => "watch",
            Self::Bad => "bad",
            Self::InConsequence => "follows",
            Self::NotSeen | Self::NotAsked => "unseen",
            Self::Open => "open",
            Self::Told => "told",
        }
    }

    pub(super) const fn glyph(self) -> &'static str {
        match self {
            Self::Good => "✓",
            Self::Watch => "⚠",
            Self::Bad => "✗",
            Self::InConsequence => "↳",
            Self::NotSeen | Self::NotAsked => "–",
            Self::Open => "?",
            Self::Told => "ℹ",
        }
    }

    pub(super) const fn word(self) -> Text {
        match self {
            Self::Good => words::GOOD,
            Self::Watch => words::WATCH,
            Self::Bad => words::BAD,
            Self::InConsequence => words::IN_CONSEQUENCE,
            Self::NotSeen | Self::Open => words::NOT_SEEN,
            Self::NotAsked => words::NOT_ASKED,
            Self::Told => words::NOTICED,
        }
    }

    pub(super) const fn of_probe(status: ProbeStatus) -> Self {
        match status {
            ProbeStatus::Ok => Self::Good,
            ProbeStatus::Warning => Self::Watch,
            ProbeStatus::Fault => Self::Bad,
            ProbeStatus::Skipped | ProbeStatus::Blocked => Self::NotSeen,
        }
    }
}

impl Outcome {
    /// A part is as bad as what was found about it, whichever probe found it.
    pub(super) fn of(layer: Layer, report: &Report, tongue: Tongue) -> Self {
        let found = |severity, is_own: bool| {
            let mut findings = report.findings.iter();
            findings.any(|finding| {
                let own = finding.consequence_of.is_none();
                finding.layer == layer && finding.severity == severity && own == is_own
            })
        };
        let only = |state| Self { state, why: None };
        if found(Severity::Fault, true) {
            only(State::Bad)
        } else if found(Severity::Warning, true) {
            only(State::Watch)
        } else if found(Severity::Fault, false) || found(Severity::Warning, false) {
            only(State::InConsequence)
        } else {
            Self::unfound(layer, report, tongue)
        }
    }

    /// Nothing was found about it: it is in order, or was not looked at in full.
    fn unfound(layer: Layer, report: &Report, tongue: Tongue) -> Self {
        let probes = || report.probes.iter().filter(|probe| probe.layer == layer);
        let is_in_order = probes().any(|probe| probe.status == ProbeStatus::Ok);
        let Some(worst) = probes().min_by_key(|probe| weight(probe.status)) else {
            let (state, why) = match report.details.contains_key("trace") {
                true => (State::NotSeen, words::UNTOLD),
                false => (State::NotAsked, words::OTHER_COMMAND),
            };
            let why = Some(tongue.say(why));
            return Self { state, why };
        };
        let reason = worst.reason.as_ref().map(|reason| tongue.set(reason));
        let why = || reason.or_else(|| waits_for(worst, report, tongue));
        match worst.status {
            ProbeStatus::Skipped | ProbeStatus::Blocked if is_in_order => Self {
                state: State::Good,
                why: why().map(|why| tongue.pair(words::AS_FAR_AS.get(tongue.lang()), &why)),
            },
            ProbeStatus::Skipped | ProbeStatus::Blocked => Self {
                state: State::NotSeen,
                why: why(),
            },
            status => Self {
                state: State::of_probe(status),
                why: None,
            },
        }
    }
}

/// The probe it waits for may have met a fault of another layer: the cause is named.
fn waits_for(probe: &ProbeRecord, report: &Report, tongue: Tongue) -> Option<String> {
    let is_at_fault = |layer: &Layer| {
        let fault = |finding: &FindingRecord| {
            finding.layer == *layer && finding.severity == Severity::Fault
        };
        report.findings.iter().any(fault)
    };
    let by = probe.blocked_by.as_deref().and_then(Layer::of);
    let cause = || Layer::of(report.verdict.root_cause.as_deref()?);
    let by = by.filter(is_at_fault).or_else(cause)?;
    let name = words::layer(by).get(tongue.lang());
    Some(tongue.pair(words::FIRST.get(tongue.lang()), name))
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
