//! What changed between two reports?
//!
//! The verdict first: the same, better, worse, or another cause. What one of the two could not see
//! or has masked is said to be open, never taken for a change.

mod facts;
mod findings;

use serde::Serialize;
use tomcheck_diagnosis::{Instant, Lang, Report, Severity, Verdict, VerdictStatus};

pub(crate) use self::facts::module as module_told;
pub use self::facts::{FactChange, Likeness};
pub use self::findings::{Change, FindingChange};
use crate::judge::judge;

/// The value of [`Comparison::schema`].
const SCHEMA: &str = "tomcheck-compare/1";

/// What changed from one report to a later one.
#[derive(Debug, Serialize)]
pub struct Comparison {
    /// `tomcheck-compare/1`.
    pub schema: &'static str,
    /// The language of the titles.
    pub lang: Lang,
    /// The answer.
    pub trend: Trend,
    /// The earlier report.
    pub before: Taken,
    /// The later one.
    pub after: Taken,
    /// Whether they looked at two different sites: neither is better than the other.
    pub other_target: bool,
    /// Whether the later one was begun before the earlier: they may have been taken for each other.
    pub reversed: bool,
    /// What is found in one of them only, or otherwise; the worst first.
    pub findings: Vec<FindingChange>,
    /// Codes of faults and warnings that are found in both.
    pub remaining: Vec<String>,
    /// Card, certificate, module, proxy…: the same or another.
    pub facts: Vec<FactChange>,
}

/// How the verdict moved.
#[derive(Clone, Copy, Debug, Eq, PartialEq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Trend {
    /// As it was.
    Same,
    /// Less blocks, or less will bite.
    Better,
    /// More does.
    Worse,
    /// It blocks as before, for another cause.
    Other,
    /// One of the two could not look at what decides.
    Unclear,
}

/// Which report it is.
#[derive(Debug, Serialize)]
pub struct Taken {
    /// When it was begun.
    pub at: Instant,
    /// Which tomcheck wrote it.
    pub tomcheck: String,
    /// The site it was to reach.
    pub target: Option<String>,
    /// Its verdict, by the rules of this version.
    pub verdict: Verdict,
    /// What its root cause is, or its worst finding; none: nothing was found.
    pub title: Option<String>,
}

/// Compares two reports, each judged by the rules of this version and told in `lang`. Which one is
/// the earlier is for the caller to say.
pub fn compare(before: &Report, after: &Report, lang: Lang) -> Comparison {
    let (before, after) = (judge(before, lang), judge(after, lang));
    let findings = findings::changes(&before, &after);
    Comparison {
        schema: SCHEMA,
        lang,
        trend: trend(&before, &after, &findings),
        before: Taken::new(&before),
        after: Taken::new(&after),
        other_target: is_other_target(&before, &after),
        reversed: after.started_at < before.started_at,
        remaining: findings::remaining(&before, &after),
        facts: facts::changes(&before, &after),
        findings,
    }
}

impl Taken {
    fn new(report: &Report) -> Self {
        let worst = report.findings.first();
        let worst = worst.filter(|finding| finding.severity != Severity::Info);
        Self {
            at: report.started_at,
            tomcheck: report.tomcheck.version.clone(),
            target: report.target.as_ref().map(|target| target.name.clone()),
            verdict: report.verdict.clone(),
            title: worst.map(|finding| finding.title.clone()),
        }
    }
}

/// The same site may be reached at another address or port; a report of no site is of none.
fn is_other_target(before: &Report, after: &Report) -> bool {
    let names = (before.target.as_ref(), after.target.as_ref());
    matches!(names, (Some(was), Some(is)) if was.name != is.name)
}

fn trend(before: &Report, after: &Report, findings: &[FindingChange]) -> Trend {
    if is_other_target(before, after) {
        return Trend::Unclear;
    }
    let (Some(was), Some(is)) = (rank(before), rank(after)) else {
        let is_same = before.verdict == after.verdict && findings.is_empty();
        return if is_same { Trend::Same } else { Trend::Unclear };
    };
    let is_other = before.verdict.root_cause != after.verdict.root_cause;
    match is.cmp(&was) {
        // It was not mended, it was passed over.
        std::cmp::Ordering::Less if findings::is_passed_over(findings) => Trend::Unclear,
        std::cmp::Ordering::Less => Trend::Better,
        std::cmp::Ordering::Greater => Trend::Worse,
        std::cmp::Ordering::Equal if is_other => Trend::Other,
        std::cmp::Ordering::Equal => findings::trend(findings),
    }
}

/// None: it was left open.
const fn rank(report: &Report) -> Option<u8> {
    match report.verdict.status {
        VerdictStatus::Ok => Some(0),
        VerdictStatus::Warning => Some(1),
        VerdictStatus::Blocked => Some(2),
        VerdictStatus::Undetermined => None,
    }
}

#[cfg(test)]
mod tests;
