//! The cause with its proof and its remedy, then whatever else was found.

use askama::Template;
use tomcheck_diagnosis::{Audience, EvidenceRecord, FindingRecord, Report, Severity};

use super::outcome::State;
use super::tongue::{Piece, Tongue, as_seen, at_most};
use super::{HtmlParts, words};
use crate::render::text::{points_to_the_evidence, told};
use crate::rules;

#[derive(Template)]
#[template(path = "findings.html")]
pub(super) struct Findings {
    tongue: Tongue,
    cause: Option<Finding>,
    /// To be mended as well, or watched.
    others: Vec<Finding>,
    others_title: String,
    infos: Vec<Finding>,
    consequences: Vec<Finding>,
}

/// One finding, ready to be shown.
struct Finding {
    state: State,
    title: String,
    note: Option<Vec<Piece>>,
    audience: String,
    steps: Vec<Vec<Piece>>,
    /// Whether a step sends the reader to the proofs above: they stand there, open, on paper too.
    shows_first: bool,
    proofs: Vec<Proof>,
    /// Behind the first ones, folded.
    more_proofs: Vec<Proof>,
    code: String,
    /// The finding it follows from, and why.
    follows: Option<String>,
}

struct Proof {
    label: String,
    value: String,
}

impl Findings {
    pub(super) fn of(parts: &HtmlParts<'_>) -> Self {
        let (report, tongue) = (parts.report, parts.tongue);
        let finding = |record: &FindingRecord| Finding::new(record, report, tongue);
        let root = report.verdict.root_cause.as_deref();
        let (cause, rest) = match report.findings.split_first() {
            Some((cause, rest)) if root == Some(&*cause.code) => (Some(cause), rest),
            _ => (None, &*report.findings),
        };
        let all = |wanted: fn(&FindingRecord) -> bool| {
            let wanted = rest.iter().filter(|record| wanted(record));
            wanted.map(finding).collect()
        };
        let blocks = rest.iter().any(|it| it.severity == Severity::Fault);
        let others_title = match (cause, blocks) {
            (Some(_), _) => words::ALSO,
            (None, true) => words::TO_MEND,
            // the words of the text, which says the same of the same report
            (None, false) => words::TO_WATCH,
        };
        Self {
            tongue,
            others_title: tongue.say(others_title),
            cause: cause.map(finding),
            others: all(|it| it.consequence_of.is_none() && it.severity != Severity::Info),
            infos: all(|it| it.consequence_of.is_none() && it.severity == Severity::Info),
            consequences: all(|it| it.consequence_of.is_some()),
        }
    }
}

impl Finding {
    fn new(record: &FindingRecord, report: &Report, tongue: Tongue) -> Self {
        let mut evidence: Vec<_> = record.evidence.iter().collect();
        // what others answered proves more than what we asked them, or what the title says already
        evidence.sort_by_key(|it| {
            let is_said = record.title.contains(&it.value);
            (is_said, it.key.as_ref() != Some(&it.label))
        });
        let proofs = evidence.into_iter().map(|it| proof(it, report, tongue));
        let mut proofs: Vec<_> = proofs.collect();
        let shows_first = points_to_the_evidence(record);
        let open = if shows_first { proofs.len() } else { PROOFS };
        let more_proofs = proofs.split_off(proofs.len().min(open));
        let steps = record.remedy.steps.iter();
        Self {
            state: state(record),
            title: tongue.set(&record.title),
            note: record.note.as_deref().map(|note| tongue.pieces(note)),
            audience: audience(record.remedy.audience, tongue),
            steps: steps.map(|step| tongue.pieces(step)).collect(),
            shows_first,
            proofs,
            more_proofs,
            code: as_seen(&record.code),
            follows: follows(record, report, tongue),
        }
    }
}

const fn state(record: &FindingRecord) -> State {
    match record.severity {
        _ if record.consequence_of.is_some() => State::InConsequence,
        Severity::Fault => State::Bad,
        Severity::Warning => State::Watch,
        Severity::Info => State::Told,
    }
}

/// `Découle de card.mute — le module ne voit pas une carte muette`.
fn follows(record: &FindingRecord, report: &Report, tongue: Tongue) -> Option<String> {
    let code = record.consequence_of.as_deref()?;
    let cause = report.findings.iter().find(|cause| cause.code == code);
    let cause = cause.map_or(code, |cause| &*cause.title);
    let why = rules::why(&record.code, code).map(|why| format!(" — {}", why.get(tongue.lang())));
    let follows = format!("{cause}{}", why.unwrap_or_default());
    Some(tongue.pair(words::BECAUSE_OF.get(tongue.lang()), &follows))
}

fn audience(audience: Audience, tongue: Tongue) -> String {
    tongue.say(words::audience(audience))
}

fn proof(evidence: &EvidenceRecord, report: &Report, tongue: Tongue) -> Proof {
    let value = told(evidence, Some(report.started_at), tongue.lang());
    Proof {
        label: at_most(&evidence.label, 200),
        value: at_most(&value, 2_000),
    }
}

/// Proofs that stand in the open; a proxy's whole answer is for those who want it.
const PROOFS: usize = 6;
