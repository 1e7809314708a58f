//! What do the probes say now, beside what logs say of before?

use std::collections::BTreeSet;

use serde::Serialize;
use serde_json::{Value, json};
use tomcheck_diagnosis::{Instant, Layer, ProbeRecord, ProbeStatus, Report, VerdictStatus};

use super::line::host_and_port;
use super::way::Way;

/// What this machine's own probes came to: a failure that a log tells of and they do not see any
/// more is over.
#[derive(Clone, Debug, Serialize)]
pub struct Live {
    at: Instant,
    /// The site they tried to reach.
    host: Option<String>,
    /// Parts of the path that a probe looked at, and none saw a fault in.
    in_order: BTreeSet<Layer>,
    status: VerdictStatus,
    root_cause: Option<String>,
}

/// What of the path a look without a code porteur can tell to be in order.
const TOLD: [Layer; 4] = [Layer::Reader, Layer::Card, Layer::Network, Layer::Proxy];

impl Live {
    /// The parts of the path to be looked at for it: those that say without a code porteur whether
    /// they are in order.
    pub fn layers() -> BTreeSet<Layer> {
        TOLD.into_iter().collect()
    }

    /// Of a report that [`crate::diagnose`] made just now, of this machine.
    pub fn of(report: &Report) -> Self {
        let is_in_order = |layer: &Layer| {
            let mut probes = report.probes.iter().filter(|one| one.layer == *layer);
            probes.clone().any(has_looked) && !probes.any(is_faulty)
        };
        let target = report.target.as_ref();
        let target = target.and_then(|target| host_and_port(&target.url));
        Self {
            at: report.started_at,
            host: target.map(|(host, _)| host),
            in_order: TOLD.into_iter().filter(is_in_order).collect(),
            status: report.verdict.status,
            root_cause: report.verdict.root_cause.clone(),
        }
    }

    /// When it was, if it says that a failure of this layer on this way is over: it speaks for this
    /// machine and for the site that was tried.
    pub(super) fn contradicts(&self, layer: Layer, way: &Way) -> Option<Instant> {
        let is_of_card = layer < Layer::Network;
        let is_there = is_of_card || way.host.is_none() || way.host == self.host;
        let is_over = self.in_order.contains(&layer) && way.client.is_none() && is_there;
        is_over.then_some(self.at)
    }

    pub(super) fn details(&self) -> Value {
        json!(self)
    }
}

fn has_looked(probe: &ProbeRecord) -> bool {
    matches!(probe.status, ProbeStatus::Ok | ProbeStatus::Warning)
}

fn is_faulty(probe: &ProbeRecord) -> bool {
    matches!(probe.status, ProbeStatus::Fault | ProbeStatus::Blocked)
}
