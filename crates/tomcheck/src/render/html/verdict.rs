//! The verdict in a word and a sentence.

use askama::Template;
use serde_json::Value;
use tomcheck_diagnosis::VerdictStatus;

use super::outcome::State;
use super::tongue::{Tongue, as_seen, at_most};
use super::{HtmlParts, words};
use crate::judge::{KEY, stays_in_its_language};
use crate::render::unseen::only_in_order;

#[derive(Template)]
#[template(path = "verdict.html")]
pub(super) struct Verdict {
    tongue: Tongue,
    state: State,
    status: String,
    sentence: String,
    /// What is looked at, and where.
    target: Option<(String, String)>,
    /// Of a saved report: that it is one, and what it said then where that was something else.
    judged: Option<String>,
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
            status: status(parts),
            sentence: sentence(parts),
            target: target.map(|target| {
                let what = tongue.say(words::target(report));
                (what, at_most(&target.url, 300))
            }),
            judged: judged(parts),
            taken: report.started_at.render(tongue.lang()),
            machine: as_seen(&report.host.os_version),
        }
    }
}

fn judged(parts: &HtmlParts<'_>) -> Option<String> {
    let (judged, tongue) = (parts.report.details.get(KEY)?, parts.tongue);
    let saved = tongue.say(words::SAVED);
    let saved = match stays_in_its_language(judged, tongue.lang()) {
        Some(stays) => format!("{saved}. {}", tongue.set(stays.trim_end_matches('.'))),
        None => saved,
    };
    if judged.get("is_same") != Some(&Value::Bool(false)) {
        return Some(saved);
    }
    let was = judged.pointer("/was/status").cloned().unwrap_or_default();
    let was = serde_json::from_value(was).map(words::status);
    let was = was.map_or("?", |was| was.get(tongue.lang()));
    let then = tongue.pair(words::VERDICT_THEN.get(tongue.lang()), was);
    Some(format!("{saved}. {then}"))
}

pub(super) fn title(parts: &HtmlParts<'_>) -> String {
    let glyph = state(parts.report.verdict.status).glyph();
    let status = status(parts);
    format!("{glyph} {status} — {} — tomcheck", sentence(parts))
}

/// Of a part of the path, only what was looked at is in order.
fn status(parts: &HtmlParts<'_>) -> String {
    let (report, tongue) = (parts.report, parts.tongue);
    let status = tongue.say(words::status(report.verdict.status));
    match only_in_order(report) {
        Some(only) => format!("{status} {}", tongue.set(&only)),
        None => status,
    }
}

/// The cause in one sentence, or what the verdict comes to where no finding says it.
fn sentence(parts: &HtmlParts<'_>) -> String {
    let report = parts.report;
    let first = report.findings.first();
    let cause = first.filter(|_| report.verdict.root_cause.is_some());
    let said = || parts.tongue.say(words::sentence(report));
    let sentence = cause.map_or_else(said, |cause| {
        let seen = words::last_seen(cause, report).unwrap_or_default();
        format!("{}{seen}", cause.title)
    });
    parts.tongue.begun(&sentence)
}

const fn state(status: VerdictStatus) -> State {
    match status {
        VerdictStatus::Ok => State::Good,
        VerdictStatus::Warning => State::Watch,
        VerdictStatus::Blocked => State::Bad,
        VerdictStatus::Undetermined => State::Open,
    }
}
