//! `tomcheck bench`: how many handshakes a second, and how long each.

use std::num::NonZeroUsize;
use std::sync::Arc;

use anyhow::anyhow;
use tomcheck::{Bench, BenchRecord, Lang, Load, Versions};

use super::look::{self, Request};
use crate::args::Typed;
use crate::output::Output;
use crate::progress::Line;

pub(super) fn run(typed: &Typed<'_>, output: &Output, lang: Lang) -> anyhow::Result<u8> {
    let load = load(typed, lang)?;
    let line = Arc::new(Line::new(typed.has("quiet"), lang));
    let request = Request {
        typed,
        lang,
        line: &line,
    };
    let mut options = request.options()?;
    options.in_process = typed.has("in-process");
    let signal = look::spare_the_card(&line);
    let ran = tomcheck::bench(&options, load, line.as_ref());
    line.clear();
    if let Some(signal) = signal.get() {
        return Ok(signal.status());
    }
    match ran.map_err(|error| anyhow!(error.say(lang)))? {
        Bench::Ran(record) => {
            super::write(output, lang, &rendered(typed, output, &record, lang)?)?;
            Ok(status(&record))
        }
        Bench::Blocked(report) => {
            super::write(output, lang, &look::rendered(typed, output, &report)?)?;
            Ok(look::status(&report, typed.has("strict")))
        }
    }
}

fn rendered(
    typed: &Typed<'_>,
    output: &Output,
    record: &BenchRecord,
    lang: Lang,
) -> anyhow::Result<String> {
    if typed.has("json") {
        return Ok(serde_json::to_string_pretty(record)? + "\n");
    }
    Ok(tomcheck::bench_text(record, lang, output.style, output))
}

/// Figures of a site that refused some, or was too slow for all, are figures of something else.
fn status(record: &BenchRecord) -> u8 {
    match record.failed.is_empty() && record.made == record.connections {
        true => crate::FINE,
        false => crate::BLOCKED,
    }
}

fn load(typed: &Typed<'_>, lang: Lang) -> anyhow::Result<Load> {
    let connections = number(typed, lang, "connections", CONNECTIONS, MOST_CONNECTIONS)?;
    let threads = number(typed, lang, "threads", NonZeroUsize::MIN, MOST_THREADS)?;
    Ok(Load {
        connections: connections.get(),
        threads,
        resumes: typed.has("resume"),
        versions: match typed.value("tls") {
            Some("1.2") => Versions::Tls12Only,
            Some("1.3") => Versions::Tls13Only,
            _ => Versions::Default,
        },
    })
}

fn number(
    typed: &Typed<'_>,
    lang: Lang,
    option: &str,
    usual: NonZeroUsize,
    most: usize,
) -> anyhow::Result<NonZeroUsize> {
    let Some(value) = typed.value(option) else {
        return Ok(usual);
    };
    let number = value
        .parse()
        .ok()
        .filter(|number: &NonZeroUsize| number.get() <= most);
    number.ok_or_else(|| {
        let what = match lang {
            Lang::Fr => format!("« {value} » n'est pas un nombre entre 1 et {most}"),
            Lang::En => format!("`{value}` is no number between 1 and {most}"),
        };
        super::complaint(lang, &format!("--{option}"), &what)
    })
}

const CONNECTIONS: NonZeroUsize = NonZeroUsize::new(100).expect("not zero");
const MOST_CONNECTIONS: usize = 1_000_000;
const MOST_THREADS: usize = 256;
