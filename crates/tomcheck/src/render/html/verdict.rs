//! The verdict in a word and a sentence.

use askama::Template;
use tomcheck_diagnosis::VerdictStatus;

use super::outcome::State;
use super::tongue::{Tongue, as_seen, at_most};
use super::{HtmlParts, words};

#[derive(Template)]
#[template(path = "verdict.html")]
pub(super) struct Verdict {
    tongue: Tongue,
    state: State,
    status: String,
    sentence: String,
    target: Option<String>,
    taken: String,
    machine: String,
}

impl Verdict {
    pub(super) fn of(parts: &HtmlParts<'_>) -> Self {
        let (report, tongue) = (parts.report, parts.tongue);
        let target = report.target.as_ref();
        Self {
            tongue,
            state: state(report.verdict.status),
            status: tongue.say(words::status(report.verdict.status)),
            sentence: sentence(parts),
            target: target.map(|target| at_most(&target.url, 300)),
            taken: report.started_at.render(tongue.lang()),
            machine: as_seen(&report.host.os_version),
        }
    }
}

pub(super) fn title(parts: &HtmlParts<'_>) -> String {
    let status = parts.report.verdict.status;
    let (glyph, status) = (
        state(status).glyph(),
        parts.tongue.say(words::status(status)),
    );
    format!("{glyph} {status} — {} — tomcheck", sentence(parts))
}

/// The cause in one sentence, or what the verdict comes to where no finding says it.
fn sentence(parts: &HtmlParts<'_>) -> String {
    let report = parts.report;
    let first = report.findings.first();
    let cause = first.filter(|_| report.verdict.root_cause.is_some());
    let said = || parts.tongue.say(words::sentence(report));
    let sentence = cause.map_or_else(said, |cause| parts.tongue.set(&cause.title));
    let mut letters = sentence.chars();
    let first = letters.next().map(char::to_uppercase);
    first.into_iter().flatten().chain(letters).collect()
}

const fn state(status: VerdictStatus) -> State {
    match status {
        VerdictStatus::Ok => State::Good,
        VerdictStatus::Warning => State::Watch,
        VerdictStatus::Blocked => State::Bad,
        VerdictStatus::Undetermined => State::Open,
    }
}
