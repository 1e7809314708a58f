//! What was looked at: each part of the path, then each probe.

use std::collections::BTreeSet;

use askama::Template;
use tomcheck_diagnosis::{Layer, ProbeRecord, Severity};

use super::outcome::{Outcome, State};
use super::tongue::{Tongue, as_seen};
use super::{HtmlParts, words};
use crate::render::probe_name;

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
        Self {
            tongue,
            layers: layers.collect(),
            probes: report.probes.iter().map(|it| probe(it, tongue)).collect(),
        }
    }
}

fn probe(record: &ProbeRecord, tongue: Tongue) -> Probe {
    let reason = record.reason.as_ref().map(|reason| tongue.set(reason));
    let blocked = record.blocked_by.as_ref().map(|by| as_seen(by));
    Probe {
        state: State::of_probe(record.status),
        name: tongue.say(probe_name(&record.id)),
        id: as_seen(&record.id),
        duration: tongue.time(record.duration_ms.saturating_mul(1_000)),
        why: reason.or(blocked).unwrap_or_default(),
    }
}
