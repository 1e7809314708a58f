//! How long each step of the connection took, on one line of time.

use askama::Template;
use serde_json::Value;
use tomcheck_diagnosis::{Layer, Text};

use super::outcome::{Outcome, State};
use super::tongue::{Tongue, as_seen};
use super::words::{self, t};
use super::{HtmlParts, tables};

#[derive(Template)]
#[template(path = "timeline.html")]
pub(super) struct Timeline {
    tongue: Tongue,
    phases: Vec<Phase>,
    whole: String,
    alert: Option<String>,
    /// Whether that is a fault: without a card, a site that demands one ends it so.
    ended: State,
}

struct Phase {
    name: String,
    /// Of a thousand, from the first step's start to the last one's end.
    start: u64,
    /// The same; never too thin to be seen.
    width: u64,
    duration: String,
    is_longest: bool,
}

impl Timeline {
    /// None: no connection was made, or none of its steps timed.
    pub(super) fn of(parts: &HtmlParts<'_>) -> Option<Self> {
        let (tls, tongue) = (parts.part("tls")?, parts.tongue);
        let mut timed: Vec<_> = tls
            .get("phases")?
            .as_object()?
            .iter()
            .filter_map(timed)
            .collect();
        timed.sort_by_key(|phase| (phase.start, order(phase.name)));
        let end = timed.iter().map(Timed::end).max()?;
        let longest = timed.iter().map(|phase| phase.duration).max()?;
        let phase = |it: &Timed<'_>| Phase {
            name: said(it.name, tongue),
            start: share(it.start, end).min(1_000 - THINNEST),
            width: share(it.duration, end).max(THINNEST),
            duration: tongue.time(it.duration),
            is_longest: it.duration == longest,
        };
        Some(Self {
            tongue,
            phases: timed.iter().map(phase).collect(),
            whole: tongue.time(end),
            alert: alert(tls, tongue),
            ended: match Outcome::of(Layer::Tls, parts.report, tongue).state {
                State::Bad => State::Bad,
                _ => State::NotSeen,
            },
        })
    }
}

struct Timed<'a> {
    name: &'a str,
    start: u64,
    duration: u64,
}

impl Timed<'_> {
    const fn end(&self) -> u64 {
        self.start.saturating_add(self.duration)
    }
}

fn timed<'a>((name, phase): (&'a String, &Value)) -> Option<Timed<'a>> {
    let number = |key| phase.get(key).and_then(Value::as_u64);
    Some(Timed {
        name,
        start: number("start_us")?,
        duration: number("duration_us")?,
    })
}

/// Of a thousand.
fn share(part: u64, whole: u64) -> u64 {
    let share = u128::from(part) * 1_000 / u128::from(whole.max(1));
    u64::try_from(share).unwrap_or(1_000).min(1_000)
}

/// The alert that ended it.
fn alert(tls: &Value, tongue: Tongue) -> Option<String> {
    let alert = tls.get("alert").filter(|alert| alert.is_object())?;
    let told = |key| {
        alert
            .get(key)
            .and_then(|value| tables::shown(tongue, value))
    };
    let named = [
        told("name"),
        told("number").map(|number| format!("({number})")),
    ];
    let named: Vec<_> = named.into_iter().flatten().collect();
    let by = told("sent_by").map(|by| format!("{} {by}", tongue.say(words::SENT_BY)));
    let parts = [Some(named.join(" ")), by, told("moment")];
    let parts: Vec<_> = parts.into_iter().flatten().collect();
    Some(parts.join(", "))
}

fn said(name: &str, tongue: Tongue) -> String {
    let known = PHASES.iter().find(|(word, _)| *word == name);
    known.map_or_else(|| as_seen(name), |(_, text)| tongue.say(*text))
}

fn order(name: &str) -> usize {
    let place = PHASES.iter().position(|(word, _)| *word == name);
    place.unwrap_or(PHASES.len())
}

/// In the order in which they come.
const PHASES: &[(&str, Text)] = &[
    ("dns", t("Recherche du nom", "Name lookup")),
    ("tcp", t("Ouverture de la connexion", "Connection")),
    ("proxy", t("Tunnel par le proxy", "Tunnel by the proxy")),
    ("hello", t("Premier message", "First message")),
    (
        "certificate",
        t("Certificat du site vérifié", "Site's certificate verified"),
    ),
    (
        "request",
        t(
            "Demande du certificat de la carte",
            "Card's certificate asked for",
        ),
    ),
    (
        "signature",
        t("Signature par la carte", "Signature by the card"),
    ),
    ("finished", t("Fin de la négociation", "Handshake finished")),
    ("http", t("Réponse du site", "The site's answer")),
];

const THINNEST: u64 = 6;
