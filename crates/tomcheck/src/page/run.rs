//! Which diagnosis is under way, and what did the last one come to?

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::{Duration, Instant};

use hyper::body::Bytes;
use tokio::sync::watch::Sender;
use tomcheck_diagnosis::{Audience, Cancellation, Lang, Layer, ProbeStatus, Report, Severity};

use crate::access::AccessRequest;
use crate::bundle::{BundleOptions, Subject, bundle};
use crate::config::Support;
use crate::progress::{Progress, leaves_traces_when_broken_off};
use crate::render::{TextStyle, access_text};
use crate::{Options, Quiet};

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
    /// Ends it early.
    pub(super) stop: Arc<Cancellation>,
}

/// The last report, and what it is good for.
#[derive(Debug)]
pub(super) struct Last {
    pub(super) report: Arc<Report>,
    pub(super) wanted: Wanted,
    /// How many changes of readers and cards there had been when it began.
    pub(super) changes: u64,
    /// What is to be asked of the network's administrator.
    pub(super) letter: Option<String>,
    /// What is to be sent to whoever is to help.
    pub(super) packed: Option<Packed>,
}

/// The bundle, as it is sent.
#[derive(Clone, Debug)]
pub(super) struct Packed {
    pub(super) archive: Bytes,
    /// `tomcheck-20261127-0042.zip`
    pub(super) name: String,
    /// What is in it, and what was masked.
    pub(super) preview: String,
    /// What to write with it.
    pub(super) message: String,
}

impl UnderWay {
    pub(super) fn new(limit: Duration, stop: Arc<Cancellation>) -> Self {
        Self {
            stop,
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
            report: Arc::new(report),
            wanted,
            changes,
            letter: None,
            packed: None,
        }
    }

    /// The same with what takes a moment longer.
    pub(super) fn with_more(&self, letter: Option<String>, packed: Option<Packed>) -> Self {
        Self {
            report: Arc::clone(&self.report),
            letter,
            packed,
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
    /// Of a form's value: `all`, or the name of a layer that `usual` looks at and that has probes.
    pub(super) fn named(name: &str, usual: &Options) -> Option<Self> {
        match name {
            "all" => Some(Self::Everything),
            name => {
                let layer = Layer::named(name);
                let layer =
                    layer.filter(|layer| layer.has_probes() && usual.layers.contains(layer));
                layer.map(Self::Part)
            }
        }
    }

    /// The options that look at it; what was to be left out stays so.
    pub(super) fn options(self, usual: &Options) -> Options {
        let mut options = usual.again();
        if let Self::Part(layer) = self {
            let only = [layer].into_iter().collect();
            let wanted = options.scope.layers_among(Some(&only), &BTreeSet::new());
            options.layers.retain(|layer| wanted.contains(layer));
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

/// The report and what goes with it to whoever is to help, masked whatever this page shows.
pub(super) fn pack(report: &Report, support: &Support, lang: Lang) -> Option<Packed> {
    let mut options = BundleOptions::new(Subject::Taken(Box::new(report.clone())));
    options.support = support.clone();
    options.lang = lang;
    let made = bundle(options, &Quiet).ok()?;
    Some(Packed {
        archive: made.archive().ok()?.into(),
        name: made.usual_name().display().to_string(),
        preview: made.preview(lang),
        message: made.message.letter(lang),
    })
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

#[test]
fn one_part_is_looked_at_with_what_it_needs_and_never_what_was_to_be_left_out() {
    use tomcheck_cert::WorkerCommand;

    let mut usual = Options::new(crate::Scope::Card, WorkerCommand::of_program("/absent"));
    let looks_at = |name: &str, usual: &Options| {
        let wanted = Wanted::named(name, usual);
        wanted.map(|wanted| wanted.options(usual).layers)
    };
    let set = |layers: &[Layer]| layers.iter().copied().collect::<BTreeSet<_>>();
    let card = Some(set(&[Layer::Reader, Layer::Card]));
    assert_eq!(looks_at("card", &usual), card);
    assert_eq!(looks_at("all", &usual), Some(usual.layers.clone()));
    for unknown in ["", "tls", "Card", "card,reader"] {
        assert_eq!(looks_at(unknown, &usual), None, "{unknown}");
    }
    usual.layers.insert(Layer::Clock);
    assert_eq!(looks_at("clock", &usual), None, "it has no probe");
    usual.layers.remove(&Layer::Clock);
    usual.layers.remove(&Layer::Reader);
    assert_eq!(looks_at("card", &usual), Some(set(&[Layer::Card])));
}
