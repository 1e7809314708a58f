//! What changed between two reports, as a page.

use askama::Template;
use tomcheck_diagnosis::{Severity, Text};

use super::outcome::State;
use super::tongue::{Tongue, as_seen, at_most};
use super::{Document, done, tables, words};
use crate::compare::{Change, Comparison, FactChange, FindingChange, Likeness, Taken, Trend};
use crate::render::compared as said;

/// What changed as a page of its own, UTF-8, in the comparison's language.
pub fn compared_html(compared: &Comparison) -> String {
    let page = Compared::of(compared);
    let title = format!(
        "{} {} — {} — tomcheck",
        page.glyph, page.word, page.sentence
    );
    let document = done(&page);
    let version = env!("CARGO_PKG_VERSION");
    done(&Document::new(compared.lang, version, &title, &document)) + "\n"
}

#[derive(Template)]
#[template(path = "compared.html")]
struct Compared {
    tongue: Tongue,
    state: State,
    glyph: &'static str,
    word: String,
    sentence: String,
    reversed: Option<String>,
    taken: [(String, String); 2],
    groups: Vec<(String, Vec<Found>)>,
    remaining: Vec<String>,
    changed: Vec<[String; 3]>,
    /// What is the same, and what cannot be compared.
    others: Vec<(String, String)>,
}

/// A finding that came, went or moved.
struct Found {
    state: State,
    title: String,
    code: String,
}

impl Compared {
    fn of(compared: &Comparison) -> Self {
        let tongue = Tongue::new(compared.lang);
        let (_, glyph, _, word) = said::mark(compared.trend);
        let changed = compared
            .facts
            .iter()
            .filter(|it| it.likeness == Likeness::Changed);
        let remaining = compared.remaining.iter();
        Self {
            tongue,
            state: state(compared.trend),
            glyph,
            word: tongue.say(word),
            sentence: tongue.begun(&said::sentence(compared)),
            taken: [
                (tongue.say(said::BEFORE), taken(&compared.before, tongue)),
                (tongue.say(said::AFTER), taken(&compared.after, tongue)),
            ],
            reversed: compared.reversed.then(|| tongue.say(said::REVERSED)),
            groups: groups(compared, tongue),
            remaining: remaining.map(|code| as_seen(code)).collect(),
            changed: changed.map(|fact| row(fact, tongue)).collect(),
            others: others(&compared.facts, tongue),
        }
    }
}

fn taken(taken: &Taken, tongue: Tongue) -> String {
    let status = tongue.say(words::status(taken.verdict.status));
    let cause = taken.verdict.root_cause.as_deref();
    let cause = cause.map_or_else(String::new, |cause| format!(" ({})", as_seen(cause)));
    format!("{} — {status}{cause}", taken.at.render(tongue.lang()))
}

/// What is told for knowledge alone comes last, and never as mended.
fn groups(compared: &Comparison, tongue: Tongue) -> Vec<(String, Vec<Found>)> {
    let changes = said::CHANGES
        .iter()
        .map(|(change, title)| (tongue.say(*title), found(compared, *change, tongue)));
    let infos = compared.findings.iter().filter(|it| said::is_info(it));
    let infos = infos.map(|it| Found {
        state: State::Told,
        title: tongue.begun(&said::info(it, tongue.lang())),
        code: as_seen(&it.code),
    });
    let infos = (tongue.say(words::NOTICED), infos.collect());
    let groups = changes.chain([infos]);
    groups.filter(|(_, found)| !found.is_empty()).collect()
}

fn found(compared: &Comparison, change: Change, tongue: Tongue) -> Vec<Found> {
    let found = compared.findings.iter();
    let found = found.filter(|it| it.change == change && !said::is_info(it));
    let found = found.map(|it| Found {
        state: moved(it),
        title: tongue.set(&it.title),
        code: as_seen(&it.code),
    });
    found.collect()
}

const fn moved(finding: &FindingChange) -> State {
    match (finding.change, finding.severity) {
        (Change::Gone, _) => State::Good,
        (Change::NotLookedAgain, _) => State::NotSeen,
        (_, Severity::Fault) => State::Bad,
        (_, Severity::Warning) => State::Watch,
        (_, Severity::Info) => State::Told,
    }
}

fn row(fact: &FactChange, tongue: Tongue) -> [String; 3] {
    let told = |value: &str| tables::shown(tongue, &value.into()).unwrap_or_default();
    let value = |value: &Option<String>| at_most(&told(value.as_deref().unwrap_or("?")), 300);
    let name = tongue.say(said::name(fact.what));
    [name, value(&fact.before), value(&fact.after)]
}

fn others(facts: &[FactChange], tongue: Tongue) -> Vec<(String, String)> {
    let names = |likeness: Likeness| {
        let facts = facts.iter().filter(move |it| it.likeness == likeness);
        facts
            .map(|it| tongue.say(said::name(it.what)))
            .collect::<Vec<_>>()
    };
    let rows = said::OTHERS
        .iter()
        .map(|(likeness, title): &(Likeness, Text)| {
            (tongue.say(*title), names(*likeness).join(", "))
        });
    rows.filter(|(_, names)| !names.is_empty()).collect()
}

const fn state(trend: Trend) -> State {
    match trend {
        Trend::Same => State::Told,
        Trend::Better => State::Good,
        Trend::Worse => State::Bad,
        Trend::Other => State::Watch,
        Trend::Unclear => State::Open,
    }
}
