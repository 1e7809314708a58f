//! The card, the proxy settings and their exceptions, the handshake, the logs: what a technician or
//! a network administrator reads line by line.

use askama::Template;
use serde_json::Value;
use tomcheck_diagnosis::{Instant, Report, Text};

use super::tongue::{Tongue, as_seen, at_most};
use super::{HtmlParts, words};
use crate::compare::module_told;
use crate::render::detail::{Row, Show, text_of};
use crate::render::trace::{format_name, to_the_second, way_before};

#[derive(Template)]
#[template(path = "tables.html")]
pub(super) struct Tables {
    tongue: Tongue,
    card: Vec<(String, String)>,
    proxy: Vec<(String, String)>,
    settings: Vec<[String; 4]>,
    exceptions: Vec<[String; 2]>,
    handshake: Vec<(String, String)>,
    logs: Vec<[String; 4]>,
    hits: Vec<Hit>,
}

/// One line of a log.
struct Hit {
    at: String,
    place: String,
    code: String,
    /// What the line itself does not name.
    way: Option<String>,
    excerpt: String,
}

impl Tables {
    pub(super) fn of(parts: &HtmlParts<'_>) -> Self {
        let tongue = parts.tongue;
        let show = Show {
            lang: tongue.lang(),
        };
        let rows = |name: &str, rows: &dyn Fn(&Value) -> Vec<Row>| {
            let rows = parts.part(name).map(rows).unwrap_or_default();
            rows.into_iter()
                .filter_map(|row| pair(row, tongue))
                .collect()
        };
        let proxy = parts.part("proxy");
        let trace = parts.report.details.get("trace");
        let all = |value: Option<&'_ Value>, pointer: &str| -> Vec<Value> {
            let all = value.and_then(|value| value.pointer(pointer)?.as_array());
            all.cloned().unwrap_or_default()
        };
        Self {
            tongue,
            card: rows("card", &|card| more_than_one(show.card(card, false))),
            proxy: rows("proxy", &|proxy| show.proxy_way(proxy)),
            settings: all(proxy, "/sources")
                .iter()
                .map(|it| setting(it, &show))
                .collect(),
            exceptions: exceptions(proxy, tongue),
            handshake: rows("tls", &|tls| common_names(show.handshake(tls))),
            logs: all(trace, "/files")
                .iter()
                .map(|it| log(it, tongue))
                .collect(),
            hits: hits(&all(trace, "/hits"), tongue),
        }
    }
}

/// A value of the report's JSON as people read it.
pub(super) fn shown(tongue: Tongue, value: &Value) -> Option<String> {
    let show = Show {
        lang: tongue.lang(),
    };
    show.value(value).map(|text| tongue.set(&text))
}

/// What the module calls itself; where it did not come to that, its file.
pub(super) fn module(report: &Report) -> Option<String> {
    let observed = |id: &str| {
        let mut probes = report.probes.iter();
        probes
            .find(|probe| probe.id == id)
            .map(|probe| &probe.observation)
    };
    let path = || {
        let candidates = observed("module.file")?.get("candidates")?.as_array()?;
        let there = candidates.first()?;
        Some(text_of(there, "path").to_owned()).filter(|path| !path.is_empty())
    };
    module_told(report).or_else(path)
}

/// That a card was not looked at, the path has said already.
fn more_than_one(rows: Vec<Row>) -> Vec<Row> {
    if rows.len() > 1 { rows } else { Vec::new() }
}

/// Whole names of authorities fill a page; what they are called tells them apart.
fn common_names(mut rows: Vec<Row>) -> Vec<Row> {
    for value in rows.iter_mut().filter_map(|row| row.value.as_mut()) {
        let names = value.split(" ; ").map(|name| {
            let own = name.strip_prefix("CN=").map(|name| name.split(", ").next());
            own.flatten().unwrap_or(name)
        });
        *value = names.collect::<Vec<_>>().join(" ; ");
    }
    rows
}

fn pair(row: Row, tongue: Tongue) -> Option<(String, String)> {
    let value = at_most(&row.value?, 2_000);
    Some((tongue.set(&row.label), value))
}

fn setting(source: &Value, show: &Show) -> [String; 4] {
    let value = source.get("value").and_then(|value| show.value(value));
    let name = source.get("source").and_then(|name| show.value(name));
    [
        at_most(&name.unwrap_or_default(), 200),
        at_most(text_of(source, "where"), 300),
        at_most(&value.unwrap_or_else(|| "–".to_owned()), 1_000),
        at_most(&show.way(source), 1_000),
    ]
}

fn exceptions(proxy: Option<&Value>, tongue: Tongue) -> Vec<[String; 2]> {
    let Some(exceptions) = proxy.and_then(|proxy| proxy.get("exceptions")) else {
        return Vec::new();
    };
    let row = |who: &str, how: Text, value: &Value| {
        let entry = text_of(value, "excepted_by");
        let entry = if entry.is_empty() {
            words::NO_ENTRY.get(tongue.lang())
        } else {
            entry
        };
        [
            format!("{} ({})", at_most(who, 200), tongue.say(how)),
            at_most(entry, 300),
        ]
    };
    let name = exceptions.get("name");
    let name = name.map(|name| row(text_of(name, "host"), words::BY_NAME, name));
    let addresses = exceptions.get("addresses").and_then(Value::as_array);
    let addresses = addresses.into_iter().flatten();
    let addresses = addresses.map(|it| row(text_of(it, "address"), words::BY_ADDRESS, it));
    name.into_iter().chain(addresses).collect()
}

fn log(file: &Value, tongue: Tongue) -> [String; 4] {
    let number = |key| {
        file.get(key)
            .and_then(Value::as_u64)
            .unwrap_or_default()
            .to_string()
    };
    let format = match text_of(file, "error") {
        "" => tongue.say(format_name(text_of(file, "format"))),
        error => as_seen(error),
    };
    [
        as_seen(text_of(file, "path")),
        format,
        number("lines"),
        number("hits"),
    ]
}

/// The last ones; the report itself has more.
fn hits(all: &[Value], tongue: Tongue) -> Vec<Hit> {
    let shown = all
        .get(all.len().saturating_sub(HITS)..)
        .unwrap_or_default();
    let hit = |hit: &Value| {
        let at = Instant::try_from(text_of(hit, "at").to_owned()).ok();
        let at = at.map(|at| to_the_second(at, tongue.lang()));
        let line = hit.get("line").and_then(Value::as_u64).unwrap_or_default();
        let excerpt = at_most(text_of(hit, "excerpt"), 240);
        Hit {
            at: at.unwrap_or_default(),
            place: format!("{}:{line}", as_seen(text_of(hit, "path"))),
            code: as_seen(text_of(hit, "code")),
            way: way_before(hit, &excerpt, tongue.lang()),
            excerpt,
        }
    };
    shown.iter().map(hit).collect()
}

const HITS: usize = 40;
