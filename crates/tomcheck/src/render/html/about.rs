//! What was masked, and which versions wrote the report.

use std::collections::{BTreeMap, BTreeSet};

use askama::Template;
use tomcheck_diagnosis::{Lang, Report, Text};

use super::tongue::{Piece, Tongue, as_seen};
use super::words::{self, t};
use super::{HtmlParts, tables};

#[derive(Template)]
#[template(path = "about.html")]
pub(super) struct About {
    tongue: Tongue,
    is_masked: bool,
    rule: Vec<Piece>,
    masked: String,
    facts: Vec<(String, String)>,
    explained: Vec<Piece>,
}

impl About {
    pub(super) fn of(parts: &HtmlParts<'_>) -> Self {
        let (report, tongue) = (parts.report, parts.tongue);
        let rule = match report.redacted {
            true => words::IS_MASKED,
            false => words::IS_SHOWN,
        };
        Self {
            tongue,
            is_masked: report.redacted,
            rule: tongue.pieces(rule.get(tongue.lang())),
            masked: masked(report, tongue),
            facts: facts(report, tongue),
            explained: tongue.pieces(words::EXPLAINED.get(tongue.lang())),
        }
    }
}

fn facts(report: &Report, tongue: Tongue) -> Vec<(String, String)> {
    let host = &report.host;
    let machine = format!("{} ({}, {})", host.os_version, host.os, host.arch);
    let written_by = format!("tomcheck {}, {}", report.tomcheck.version, report.schema);
    let lasted = tongue.time(report.duration_ms.saturating_mul(1_000));
    let known = [
        Some((words::TAKEN, report.started_at.render(tongue.lang()))),
        Some((words::LASTED, lasted)),
        Some((words::MACHINE, as_seen(&machine))),
        Some((words::WRITTEN_BY, as_seen(&written_by))),
        tables::module(report).map(|module| (words::MODULE, as_seen(&module))),
    ];
    let known = known.into_iter().flatten();
    known
        .map(|(label, value)| (tongue.say(label), value))
        .collect()
}

/// How many pseudonyms of each kind stand in the report.
fn masked(report: &Report, tongue: Tongue) -> String {
    let json = serde_json::to_string(report).unwrap_or_default();
    let mut kinds: BTreeMap<usize, BTreeSet<&str>> = BTreeMap::new();
    for (place, _) in json.match_indices('#') {
        if let Some((kind, value)) = pseudonym(&json, place) {
            kinds.entry(kind).or_default().insert(value);
        }
    }
    let told: Vec<_> = kinds
        .into_iter()
        .filter_map(|(kind, values)| {
            let (_, words) = KINDS.get(kind)?;
            Some(counted(values.len(), *words, tongue))
        })
        .collect();
    match told.as_slice() {
        [] => tongue.say(words::NONE_HERE),
        told => told.join(", "),
    }
}

/// The kind's row, and the six figures behind the `#` that stands at `place`.
fn pseudonym(json: &str, place: usize) -> Option<(usize, &str)> {
    let value = json.get(place + 1..place + 7)?;
    let is_hex = value.bytes().all(|b| b.is_ascii_hexdigit());
    let before = json.get(..place)?;
    let kind = KINDS.iter().position(|(word, _)| before.ends_with(word))?;
    is_hex.then_some((kind, value))
}

fn counted(number: usize, [one, many]: [Text; 2], tongue: Tongue) -> String {
    let is_one = match tongue.lang() {
        Lang::Fr => number < 2,
        Lang::En => number == 1,
    };
    let word = tongue.say(if is_one { one } else { many });
    format!("{number}\u{a0}{word}")
}

/// As pseudonyms begin, and what people call them.
const KINDS: &[(&str, [Text; 2])] = &[
    ("name", [t("nom", "name"), t("noms", "names")]),
    (
        "id",
        [
            t("identifiant", "identifier"),
            t("identifiants", "identifiers"),
        ],
    ),
    (
        "serial",
        [
            t("numéro de série", "serial number"),
            t("numéros de série", "serial numbers"),
        ],
    ),
    (
        "organisation",
        [
            t("lieu d'exercice", "workplace"),
            t("lieux d'exercice", "workplaces"),
        ],
    ),
    (
        "host",
        [
            t("nom de poste", "machine name"),
            t("noms de poste", "machine names"),
        ],
    ),
    (
        "user",
        [
            t("nom d'utilisateur", "user name"),
            t("noms d'utilisateur", "user names"),
        ],
    ),
    (
        "credential",
        [
            t("compte de proxy", "proxy account"),
            t("comptes de proxy", "proxy accounts"),
        ],
    ),
];

#[test]
fn a_pseudonym_is_told_from_any_other_number_sign() {
    let kind = |text: &str| pseudonym(text, text.find('#')?).map(|(kind, _)| kind);
    assert_eq!(kind(r#""id#3fa29c""#), Some(1));
    assert_eq!(kind("docs/findings.md#proxy."), None);
    assert_eq!(kind("name#xyz"), None);
    assert_eq!(kind("host#é12345"), None);
}
