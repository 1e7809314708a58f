//! What does one part of the path come to?

use tomcheck_diagnosis::{Layer, ProbeStatus, Report, Severity, Text};

use super::tongue::Tongue;
use super::words;
use crate::render::unseen::{Unfound, unfound};

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
        let set = |why: String| Some(tongue.set(&why));
        let (state, why) = match unfound(layer, report) {
            Unfound::Ended(status) => (State::of_probe(status), None),
            Unfound::But(what) => (State::Good, set(what)),
            Unfound::NotSeen(why) => (State::NotSeen, why.and_then(set)),
            Unfound::NotAsked if report.details.contains_key("trace") => {
                (State::NotSeen, Some(tongue.say(words::UNTOLD)))
            }
            Unfound::NotAsked => (State::NotAsked, Some(tongue.say(words::OTHER_COMMAND))),
        };
        Self { state, why }
    }
}
