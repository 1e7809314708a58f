//! What was looked at so far, and what came of it?

use std::time::{Duration, Instant};

use serde_json::{Map, Value};
use tomcheck_diagnosis::{
    Finding, Identity, Layer, Observation, Probe, ProbeRecord, ProbeStatus, Severity, Text,
};

use crate::Lang;
use crate::progress::Progress;

/// The probes of one side of a diagnosis, as they ended.
#[derive(Debug, Default)]
pub(crate) struct Journal {
    entries: Vec<Entry>,
    broken_off: Option<&'static str>,
}

/// What was seen, and how long the look took.
#[derive(Debug)]
pub(crate) struct Timed<S> {
    pub(crate) seen: S,
    pub(crate) took: Duration,
}

impl<S> Timed<S> {
    pub(crate) fn of(look: impl FnOnce() -> S) -> Self {
        let begun = Instant::now();
        let seen = look();
        let took = begun.elapsed();
        Self { seen, took }
    }
}

#[derive(Debug)]
struct Entry {
    id: &'static str,
    outcome: Outcome,
    duration: Duration,
    observation: Map<String, Value>,
    findings: Vec<Finding>,
    identities: Vec<Identity>,
}

#[derive(Debug)]
enum Outcome {
    Looked,
    Skipped(Text),
    Blocked(&'static str),
    CouldNotLook(Text),
}

impl Journal {
    /// Runs a probe, writes down what it saw and hands it back.
    pub(crate) fn observe<P: Probe>(&mut self, progress: &dyn Progress, probe: &P) -> P::Seen {
        let Timed { seen, took } = Self::begin(progress, probe);
        self.record(progress, P::ID, took, &seen);
        seen
    }

    /// Runs a probe whose meaning hangs on what others see too, so that it is written down later.
    pub(crate) fn begin<P: Probe>(progress: &dyn Progress, probe: &P) -> Timed<P::Seen> {
        progress.begins(P::ID);
        Timed::of(|| probe.observe())
    }

    /// Writes down what a probe saw.
    pub(crate) fn record<O: Observation>(
        &mut self,
        progress: &dyn Progress,
        id: &'static str,
        duration: Duration,
        seen: &O,
    ) {
        let entry = Entry {
            id,
            outcome: Outcome::Looked,
            duration,
            observation: as_object(seen),
            findings: seen.findings(),
            identities: seen.identities(),
        };
        progress.ends(id, entry.status());
        self.entries.push(entry);
    }

    /// Writes down that a probe did not apply or was not asked.
    pub(crate) fn skip(&mut self, id: &'static str, reason: Text) {
        self.entries
            .push(Entry::unseen(id, Outcome::Skipped(reason)));
    }

    /// Writes down that a fault seen by `by` left a probe nothing to look at.
    pub(crate) fn block(&mut self, id: &'static str, by: &'static str) {
        self.entries.push(Entry::unseen(id, Outcome::Blocked(by)));
    }

    /// Writes down that a probe should have looked and could not: the verdict stays open.
    pub(crate) fn could_not_look(&mut self, id: &'static str, why: Text) {
        self.entries
            .push(Entry::unseen(id, Outcome::CouldNotLook(why)));
    }

    /// Writes down that a probe which looked could not look at all it should have.
    pub(crate) fn could_not_look_at_all(&mut self, id: &str, why: Text) {
        if let Some(entry) = self.entries.iter_mut().find(|entry| entry.id == id) {
            entry.outcome = Outcome::CouldNotLook(why);
        }
    }

    /// Writes down that a probe which looked found nothing there to be in order; what it found all
    /// the same is told.
    pub(crate) fn saw_nothing(&mut self, id: &str, why: Text) {
        let entry = self.entries.iter_mut().find(|entry| entry.id == id);
        if let Some(entry) = entry.filter(|entry| entry.findings.is_empty()) {
            entry.outcome = Outcome::Skipped(why);
        }
    }

    /// Writes down that a probe broke off: what waits for it is blocked by it, as by a fault.
    pub(crate) fn break_off(&mut self, id: &'static str, why: Text) {
        self.could_not_look(id, why);
        self.broken_off = self.broken_off.or(Some(id));
    }

    /// Adds a finding that only several observations together allow, to the probe it is about.
    pub(crate) fn add_finding(&mut self, id: &str, finding: Finding) {
        if let Some(entry) = self.entries.iter_mut().find(|entry| entry.id == id) {
            entry.findings.push(finding);
        }
    }

    /// Makes a fault of what was no obstacle until something else fell away.
    pub(crate) fn raise(&mut self, code: &str) {
        let findings = self
            .entries
            .iter_mut()
            .flat_map(|entry| &mut entry.findings);
        for finding in findings.filter(|finding| finding.kind.code == code) {
            finding.severity = Severity::Fault;
        }
    }

    /// Takes back what a later observation proved to be over.
    pub(crate) fn forget(&mut self, codes: &[&str]) {
        for entry in &mut self.entries {
            entry
                .findings
                .retain(|finding| !codes.contains(&finding.kind.code));
        }
    }

    /// Takes the other side's probes in.
    pub(crate) fn absorb(&mut self, other: Self) {
        self.entries.extend(other.entries);
        self.broken_off = self.broken_off.or(other.broken_off);
        self.entries.sort_by_key(|entry| Layer::of(entry.id));
    }

    /// The first probe, in the order of dependence, that saw a fault; else the one that broke off.
    pub(crate) fn first_fault(&self) -> Option<&'static str> {
        let faulty = |entry: &&Entry| entry.status() == ProbeStatus::Fault;
        let faulty = self.entries.iter().filter(faulty);
        faulty
            .min_by_key(|entry| Layer::of(entry.id))
            .map(|entry| entry.id)
            .or(self.broken_off)
    }

    /// Whether a probe of this layer saw a fault.
    pub(crate) fn has_fault_in(&self, layer: Layer) -> bool {
        let of_layer = |entry: &&Entry| Layer::of(entry.id) == Some(layer);
        let mut entries = self.entries.iter().filter(of_layer);
        entries.any(|entry| entry.status() == ProbeStatus::Fault)
    }

    /// Whether a probe of this id has its line.
    pub(crate) fn knows(&self, id: &str) -> bool {
        self.entries.iter().any(|entry| entry.id == id)
    }

    /// Whether a probe should have looked and could not, or none looked at all.
    pub(crate) fn lacks_something(&self) -> bool {
        let mut entries = self.entries.iter();
        let looked = entries
            .clone()
            .any(|entry| matches!(entry.outcome, Outcome::Looked));
        !looked || entries.any(|entry| matches!(entry.outcome, Outcome::CouldNotLook(_)))
    }

    /// Every finding, in the order of the probes.
    pub(crate) fn findings(&self) -> impl Iterator<Item = &Finding> {
        self.entries.iter().flat_map(|entry| &entry.findings)
    }

    /// Every personal value seen.
    pub(crate) fn identities(&self) -> impl Iterator<Item = Identity> + '_ {
        self.entries
            .iter()
            .flat_map(|entry| entry.identities.iter().cloned())
    }

    /// The probes as the report carries them.
    pub(crate) fn records(&self, lang: Lang) -> Vec<ProbeRecord> {
        self.entries
            .iter()
            .map(|entry| entry.record(lang))
            .collect()
    }
}

impl Entry {
    fn unseen(id: &'static str, outcome: Outcome) -> Self {
        Self {
            id,
            outcome,
            duration: Duration::ZERO,
            observation: Map::new(),
            findings: Vec::new(),
            identities: Vec::new(),
        }
    }

    fn status(&self) -> ProbeStatus {
        let worst = self.findings.iter().map(|finding| finding.severity).min();
        match (&self.outcome, worst) {
            (Outcome::Skipped(_) | Outcome::CouldNotLook(_), _) => ProbeStatus::Skipped,
            (Outcome::Blocked(_), _) => ProbeStatus::Blocked,
            (Outcome::Looked, Some(Severity::Fault)) => ProbeStatus::Fault,
            (Outcome::Looked, Some(Severity::Warning)) => ProbeStatus::Warning,
            (Outcome::Looked, _) => ProbeStatus::Ok,
        }
    }

    #[expect(clippy::expect_used, reason = "probe ids are constants of ours")]
    fn record(&self, lang: Lang) -> ProbeRecord {
        let (blocked_by, reason) = match &self.outcome {
            Outcome::Looked => (None, None),
            Outcome::Skipped(why) | Outcome::CouldNotLook(why) => {
                (None, Some(why.get(lang).to_owned()))
            }
            Outcome::Blocked(by) => (Some((*by).into()), None),
        };
        ProbeRecord {
            id: self.id.into(),
            layer: Layer::of(self.id).expect("every probe id begins with a layer's name"),
            status: self.status(),
            blocked_by,
            reason,
            could_not_look: matches!(self.outcome, Outcome::CouldNotLook(_)),
            duration_ms: u64::try_from(self.duration.as_millis()).unwrap_or(u64::MAX),
            observation: self.observation.clone(),
        }
    }
}

/// Why a probe could not look when its turn came.
pub(crate) const OUT_OF_TIME: Text = Text {
    fr: "le temps accordé était écoulé",
    en: "the time allowed was over",
};

/// Why a probe saw nothing that broke off: a fault of ours, never of the machine's.
pub(crate) const CRASHED: Text = Text {
    fr: "tomcheck s'est arrêté en le regardant (défaut de tomcheck)",
    en: "tomcheck broke off while it looked (a defect of tomcheck)",
};

/// A unit variant (`"Running"`) becomes `{"state": "Running"}`: an observation is an object.
fn as_object(seen: &impl Observation) -> Map<String, Value> {
    match serde_json::to_value(seen) {
        Ok(Value::Object(map)) => map,
        Ok(other) => Map::from_iter([("state".to_owned(), other)]),
        Err(error) => Map::from_iter([("unserialisable".to_owned(), error.to_string().into())]),
    }
}
