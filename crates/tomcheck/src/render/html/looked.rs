//! What was looked at: each part of the path, then each probe.

use std::collections::BTreeSet;

use askama::Template;
use tomcheck_diagnosis::{Layer, ProbeRecord, ProbeStatus, Report, Severity};

use super::outcome::{Outcome, State};
use super::tongue::{Tongue, as_seen};
use super::{HtmlParts, words};
use crate::render::probe_name;
use crate::render::unseen::why;

#[derive(Template)]
#[template(path = "looked.html")]
pub(super) struct Looked {
    tongue: Tongue,
    layers: Vec<Part>,
    probes: Vec<Probe>,
}

struct Part {
    name: String,
    outcome: Outcome,
}

struct Probe {
    state: State,
    name: String,
    id: String,
    duration: String,
    why: String,
}

impl Looked {
    pub(super) fn of(parts: &HtmlParts<'_>) -> Self {
        let (report, tongue) = (parts.report, parts.tongue);
        let seen = report.probes.iter().map(|probe| probe.layer);
        let mut findings = report.findings.iter();
        let found = findings.by_ref().filter(|it| it.severity != Severity::Info);
        let layers: BTreeSet<Layer> = seen.chain(found.map(|finding| finding.layer)).collect();
        let layers = layers.into_iter().map(|layer| Part {
            name: tongue.say(words::layer(layer)),
            outcome: Outcome::of(layer, report, tongue),
        });
        let probes = report.probes.iter().map(|it| probe(it, report, tongue));
        Self {
            tongue,
            layers: layers.collect(),
            probes: probes.collect(),
        }
    }
}

fn probe(record: &ProbeRecord, report: &Report, tongue: Tongue) -> Probe {
    let is_seen = !matches!(record.status, ProbeStatus::Skipped | ProbeStatus::Blocked);
    let why = why(record, report).filter(|_| !is_seen || record.reason.is_some());
    Probe {
        state: State::of_probe(record.status),
        name: tongue.say(probe_name(&record.id)),
        id: as_seen(&record.id),
        duration: tongue.time(record.duration_ms.saturating_mul(1_000)),
        why: why.map(|why| tongue.set(&why)).unwrap_or_default(),
    }
}
