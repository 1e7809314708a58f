//! Which diagnosis is under way, and what did the last one come to?

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::{Duration, Instant};

use tokio::sync::watch::Sender;
use tomcheck_diagnosis::{Audience, Layer, ProbeStatus, Report, Severity};

use crate::Options;
use crate::access::AccessRequest;
use crate::progress::{Progress, leaves_traces_when_broken_off};
use crate::render::{TextStyle, access_text};

/// All that the page shows of diagnoses: one at a time.
#[derive(Clone, Debug, Default)]
pub(super) struct Run {
    pub(super) under_way: Option<UnderWay>,
    /// Why the last one could not be made.
    pub(super) failure: Option<String>,
    pub(super) last: Option<Arc<Last>>,
}

/// What is looked at.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Wanted {
    Everything,
    /// One part of the path, and what it needs.
    Part(Layer),
}

/// A diagnosis that has not ended.
#[derive(Clone, Debug)]
pub(super) struct UnderWay {
    pub(super) begun: Instant,
    pub(super) limit: Duration,
    /// In the order they began.
    pub(super) probes: Vec<&'static str>,
    pub(super) ended: usize,
    /// Of what is done many times: how often, of how many.
    pub(super) count: Option<(u32, u32)>,
}

/// The last report, and what it is good for.
#[derive(Debug)]
pub(super) struct Last {
    pub(super) report: Report,
    pub(super) wanted: Wanted,
    /// How many changes of readers and cards there had been when it began.
    pub(super) changes: u64,
    /// What is to be asked of the network's administrator.
    pub(super) letter: Option<String>,
}

impl UnderWay {
    pub(super) fn new(limit: Duration) -> Self {
        Self {
            begun: Instant::now(),
            limit,
            probes: Vec::new(),
            ended: 0,
            count: None,
        }
    }
}

impl Last {
    pub(super) fn new(report: Report, wanted: Wanted, changes: u64) -> Self {
        Self {
            report,
            wanted,
            changes,
            letter: None,
        }
    }

    pub(super) fn with_letter(&self, letter: String) -> Self {
        Self {
            report: self.report.clone(),
            letter: Some(letter),
            ..*self
        }
    }
}

impl Run {
    /// Whether a command to the card is under way that must not be broken off.
    pub(super) fn holds_the_card(&self) -> bool {
        let probes = self.under_way.iter().flat_map(|it| &it.probes);
        probes
            .into_iter()
            .any(|id| leaves_traces_when_broken_off(id))
    }
}

impl Wanted {
    /// Of a form's value: a layer's name; everything for all else that it can say.
    pub(super) fn named(name: &str) -> Option<Self> {
        match name {
            "" | "all" => Some(Self::Everything),
            name => Layer::named(name).map(Self::Part),
        }
    }

    /// The options that look at it.
    pub(super) fn options(self, usual: &Options) -> Options {
        let mut options = usual.again();
        if let Self::Part(layer) = self {
            let only = [layer].into_iter().collect();
            let wanted = options.scope.layers_among(Some(&only), &BTreeSet::new());
            options.layers = wanted;
        }
        options
    }
}

/// Tells the page of each probe.
pub(super) struct Heard<'a>(pub(super) &'a Sender<Run>);

impl Heard<'_> {
    fn change(&self, change: impl FnOnce(&mut UnderWay)) {
        self.0.send_if_modified(|run| {
            let under_way = run.under_way.as_mut();
            under_way.map(change).is_some()
        });
    }
}

impl Progress for Heard<'_> {
    fn begins(&self, id: &'static str) {
        self.change(|it| it.probes.push(id));
    }

    fn advances(&self, _id: &'static str, done: u32, of: u32) {
        self.change(|it| it.count = Some((done, of)));
    }

    fn ends(&self, id: &'static str, _status: ProbeStatus) {
        self.change(|it| {
            it.probes.retain(|one| *one != id);
            it.ended += 1;
            it.count = None;
        });
    }
}

/// What is to be asked of the network's administrator, where the proxy is in the way; names beside
/// the site's own are looked up, for five seconds at most.
pub(super) fn letter(options: &Options, report: &Report) -> Option<String> {
    let mut report = report.clone();
    let in_the_way = report.findings.iter().find(|finding| {
        let is_grave = finding.severity != Severity::Info;
        let is_theirs = finding.remedy.audience == Audience::NetworkAdmin;
        is_grave && (finding.layer == Layer::Proxy || is_theirs)
    })?;
    report.verdict.root_cause = Some(in_the_way.code.clone().into_owned());
    let request = AccessRequest::of(options, &report)?;
    Some(access_text(&request, options.lang, TextStyle::default()))
}
