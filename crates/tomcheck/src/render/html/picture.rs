//! The path from the reader to the site, link by link: which one holds, which one is broken, which
//! one was not looked at and why.

use askama::Template;
use serde_json::Value;
use tomcheck_diagnosis::{Instant, Layer, Text};

use super::outcome::{Outcome, State};
use super::tongue::{Tongue, at_most};
use super::words::{self, t};
use super::{HtmlParts, tables};

#[derive(Template)]
#[template(path = "picture.html")]
pub(super) struct Picture {
    tongue: Tongue,
    stations: Vec<Station>,
}

struct Station {
    layer: Layer,
    name: String,
    icon: &'static str,
    outcome: Outcome,
    /// What leads here: holds, is broken, or is not gone along.
    link: &'static str,
    /// What was met there: a name, a version, a date.
    fact: Option<String>,
}

impl Picture {
    /// None: logs that tell of no part of it.
    pub(super) fn of(parts: &HtmlParts<'_>) -> Option<Self> {
        let stations = PATH.iter().filter_map(|stop| station(stop, parts));
        let stations: Vec<_> = stations.collect();
        let is_seen = stations.iter().any(|it| it.outcome.state != State::NotSeen);
        let is_told = is_seen || !parts.report.details.contains_key("trace");
        is_told.then(|| Self {
            tongue: parts.tongue,
            stations: linked(stations),
        })
    }
}

impl Station {
    /// Why it was not looked at. A part in order needs no reason here, but for the last one: the card
    /// may not have come to it.
    fn why(&self) -> Option<&str> {
        let why = self.outcome.why.as_deref();
        why.filter(|_| self.outcome.state != State::Good || self.layer == Layer::Tls)
    }
}

fn station(stop: &Stop, parts: &HtmlParts<'_>) -> Option<Station> {
    let outcome = Outcome::of(stop.layer, parts.report, parts.tongue);
    let is_told = match outcome.state {
        State::Watch | State::Bad => true,
        State::InConsequence => stop.is_always,
        // Who looks at a card alone goes no way to a site.
        State::NotAsked => {
            stop.is_always && (parts.report.target.is_some() || stop.layer <= Layer::Cert)
        }
        State::Good | State::NotSeen | State::Open | State::Told => stop.is_always,
    };
    is_told.then(|| Station {
        layer: stop.layer,
        name: parts.tongue.say(stop.name),
        icon: stop.icon,
        link: "",
        fact: fact(stop.layer, parts).map(|fact| at_most(&parts.tongue.set(&fact), 60)),
        outcome,
    })
}

/// The path is broken where the first thing blocks; behind that nobody gets.
fn linked(mut stations: Vec<Station>) -> Vec<Station> {
    let mut is_open = true;
    for station in &mut stations {
        let holds = matches!(station.outcome.state, State::Good | State::Watch);
        station.link = match (is_open, station.outcome.state) {
            (true, State::Bad) => "broken",
            (true, _) if holds => "on",
            _ => "off",
        };
        is_open = is_open && station.outcome.state != State::Bad;
    }
    stations
}

/// One fact that tells this station from any other.
fn fact(layer: Layer, parts: &HtmlParts<'_>) -> Option<String> {
    match layer {
        Layer::Reader => text(parts.part("card")?, "/reader"),
        Layer::Card => {
            let card = parts.part("card")?;
            let names = [text(card, "/family"), text(card, "/generation")];
            let names: Vec<_> = names.into_iter().flatten().collect();
            (!names.is_empty()).then(|| names.join(" · "))
        }
        Layer::Module => tables::module(parts.report).map(|module| file_name(&module).to_owned()),
        Layer::Cert => until(parts),
        Layer::Proxy => {
            let way = parts.part("proxy")?.get("effective")?;
            tables::shown(parts.tongue, way)
        }
        Layer::Tls => host(parts),
        _ => None,
    }
}

/// Of a module that did not come to telling its name.
fn file_name(path: &str) -> &str {
    path.rsplit(['/', '\\']).next().unwrap_or(path)
}

fn until(parts: &HtmlParts<'_>) -> Option<String> {
    let certificates = parts.part("certs")?.as_array()?;
    let mut opening = certificates.iter();
    let opening = opening.find(|it| it.get("opens_the_site") == Some(&Value::Bool(true)))?;
    let end = text(opening, "/certificate/validity/not_after")?;
    let end = parts.tongue.day(Instant::try_from(end).ok()?);
    Some(format!("{} {end}", UNTIL.get(parts.tongue.lang())))
}

fn host(parts: &HtmlParts<'_>) -> Option<String> {
    let url = &parts.report.target.as_ref()?.url;
    let rest = url.split_once("://").map_or(&**url, |(_, rest)| rest);
    Some(
        rest.split(['/', '?', '#'])
            .next()
            .unwrap_or(rest)
            .to_owned(),
    )
}

fn text(value: &Value, pointer: &str) -> Option<String> {
    value.pointer(pointer)?.as_str().map(str::to_owned)
}

const UNTIL: Text = t("jusqu'au", "until");

/// A station of the path.
struct Stop {
    layer: Layer,
    name: Text,
    /// Drawn in lines, 24 units square.
    icon: &'static str,
    /// Else only where something is to be said of it.
    is_always: bool,
}

const fn always(layer: Layer, name: Text, icon: &'static str) -> Stop {
    Stop {
        layer,
        name,
        icon,
        is_always: true,
    }
}

const fn at_need(layer: Layer, name: Text, icon: &'static str) -> Stop {
    Stop {
        is_always: false,
        ..always(layer, name, icon)
    }
}

const PATH: &[Stop] = &[
    always(
        Layer::Reader,
        t("Lecteur", "Reader"),
        "M6 3h12v9H6zM4 12h16v7a2 2 0 0 1-2 2H6a2 2 0 0 1-2-2zM8 16h8",
    ),
    always(
        Layer::Card,
        t("Carte", "Card"),
        "M3 6a1 1 0 0 1 1-1h16a1 1 0 0 1 1 1v12a1 1 0 0 1-1 1H4a1 1 0 0 1-1-1zM6 9h5v5H6zM6 11.5h5M14 10h4M14 13h4",
    ),
    always(
        Layer::Module,
        t("Module", "Module"),
        "M7 7h10v10H7zM10 3v4M14 3v4M10 17v4M14 17v4M3 10h4M3 14h4M17 10h4M17 14h4",
    ),
    at_need(
        Layer::Token,
        t("Code porteur", "Code porteur (PIN)"),
        "M6 11h12v9H6zM8 11V8a4 4 0 0 1 8 0v3M12 14.5v2.5",
    ),
    always(
        Layer::Cert,
        t("Certificat", "Certificate"),
        "M4 4h16v11h-5M9 15H4V4M8 8h8M8 11h4M12 12.500a2.500 2.500 0 1 0 0 5 2.500 2.500 0 1 0 0-5M10.500 17.200V22l1.500-1 1.500 1v-4.800",
    ),
    at_need(
        Layer::Clock,
        t("Horloge", "Clock"),
        "M12 3a9 9 0 1 0 0 18 9 9 0 1 0 0-18M12 7v5l3.500 2",
    ),
    always(
        Layer::Browser,
        t("Navigateur", "Browser"),
        "M3 5a1 1 0 0 1 1-1h16a1 1 0 0 1 1 1v14a1 1 0 0 1-1 1H4a1 1 0 0 1-1-1zM3 9h18M6 6.500h.01M9 6.500h.01",
    ),
    at_need(
        Layer::Network,
        t("Réseau", "Network"),
        "M10 3h4v4h-4zM4 17h4v4H4zM16 17h4v4h-4zM12 7v5M6 17v-5h12v5",
    ),
    always(
        Layer::Proxy,
        t("Proxy", "Proxy"),
        "M12 3l8 3v6c0 5-3.500 7.500-8 9-4.500-1.500-8-4-8-9V6zM9 12h6M13 9.500l2.500 2.500-2.500 2.500",
    ),
    always(
        Layer::Tls,
        t("Site", "Site"),
        "M12 3a9 9 0 1 0 0 18 9 9 0 1 0 0-18M3 12h18M12 3c-5 5-5 13 0 18M12 3c5 5 5 13 0 18",
    ),
];
