//! Which one difference made the difference?

use std::net::IpAddr;

use tomcheck_diagnosis::{
    Evidence, Finding, FindingKind, Lang, Observation, Sentence, Severity, Text,
};

use super::hello::TLS12;
use super::seen::{DifferentialSeen, HelloKind, Outcome, Symptom, TrialSeen, Way};
use super::words as say;
use crate::network_findings::FAMILY_BROKEN;
use crate::seen::HandshakeSeen;
use crate::tls_findings as kind;
use crate::words;

/// What the trials prove together.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) enum Verdict {
    /// Small hellos pass and large ones do not.
    LargeDropped {
        /// One just as large, without the post-quantum share, passes.
        is_for_its_share: bool,
    },
    /// The same bytes pass in small segments only.
    SegmentsDropped,
    /// The same bytes pass without the site's name, or with another.
    NameCut,
    /// The server chooses when the site's name is not in the hello, or another is.
    NameUnknown,
    /// It passes when TLS 1.3 is not offered.
    Tls13Cut,
    /// It passes by this address.
    OtherAddress(IpAddr),
    /// It passes past the proxy.
    PastProxy,
    /// The server chooses only versions older than TLS 1.2: these, newest first.
    OldVersions(Vec<String>),
    /// The server chooses only among the ciphers of another age: this one.
    OldCipher {
        name: String,
        /// Browsers offer it all the same.
        is_in_browsers: bool,
    },
    /// The server chooses when HTTP is named.
    ProtocolWanted,
    /// What failed before passes now.
    Intermittent,
    /// The site passes; by these addresses it does not.
    AddressFails(Vec<IpAddr>),
}

/// The verdict of the trials so far; none: they say no more than the handshake.
pub(crate) fn verdict(seen: &DifferentialSeen) -> Option<Verdict> {
    match seen.symptom {
        Symptom::Passed => of_passed(seen),
        Symptom::Cut => of_cut(seen),
        Symptom::Stalled => of_stalled(seen),
        Symptom::Refused { .. } | Symptom::OldVersion => of_refused(seen),
        Symptom::NotTls => of_way(seen, Outcome::is_heard),
    }
}

/// One hello that is lost proves nothing while no other is sent, large or small.
fn of_passed(seen: &DifferentialSeen) -> Option<Verdict> {
    let is_lost = is(seen, HelloKind::Large, Outcome::is_cut);
    let small = trial(seen, HelloKind::Small, Way::Usual);
    let is_size = is_lost && small.is_none_or(|small| small.outcome.is_heard());
    let of_size = is_size.then(|| of_size(seen));
    of_size.or_else(|| {
        let failing = seen.trials.iter().filter(|trial| {
            trial.outcome.is_cut() || matches!(trial.outcome, Outcome::Unopened { .. })
        });
        let failing: Vec<_> = failing.filter_map(|trial| address_of(trial.way)).collect();
        (!failing.is_empty()).then_some(Verdict::AddressFails(failing))
    })
}

/// A large hello fails: for its size, for the share in it, or for the size of its segments?
fn of_size(seen: &DifferentialSeen) -> Verdict {
    let large = |trial: &TrialSeen| matches!(trial.hello, HelloKind::Large);
    let in_small_segments = |trial: &TrialSeen| trial.way == Way::SMALL_SEGMENTS;
    let mut passing = heard(seen);
    // one as large in usual segments that passes: it is not their size
    let is_for_its_share = is(seen, HelloKind::Padded, Outcome::is_heard);
    if !is_for_its_share && passing.any(|trial| large(trial) && in_small_segments(trial)) {
        return Verdict::SegmentsDropped;
    }
    Verdict::LargeDropped { is_for_its_share }
}

fn of_cut(seen: &DifferentialSeen) -> Option<Verdict> {
    if !is(seen, HelloKind::Usual, Outcome::is_cut) {
        return is(seen, HelloKind::Usual, Outcome::is_heard).then_some(Verdict::Intermittent);
    }
    let passes = |kind| is(seen, kind, Outcome::is_heard);
    let chooses = |kind| is(seen, kind, |outcome| outcome.chosen().is_some());
    // a lost packet is silence: a reset is somebody's doing, who does not read in pieces
    let is_silent = is(seen, HelloKind::Usual, Outcome::is_silent);
    if is_silent && passes_in_small_segments(seen) {
        Some(Verdict::SegmentsDropped)
    } else if passes(HelloKind::Small) && !passes(HelloKind::Padded) {
        Some(of_size(seen))
    } else if passes(HelloKind::Small) {
        // it has the name and TLS 1.3, and is answered as one of the usual size is
        of_way(seen, Outcome::is_heard).or(Some(Verdict::Intermittent))
    } else if passes(HelloKind::WithoutName) || passes(HelloKind::OtherName) {
        Some(Verdict::NameCut)
    } else if chooses(HelloKind::Tls12Only) {
        Some(Verdict::Tls13Cut)
    } else {
        of_way(seen, Outcome::is_heard).or_else(|| of_age(seen))
    }
}

fn of_stalled(seen: &DifferentialSeen) -> Option<Verdict> {
    let is_whole = |outcome: &Outcome| {
        matches!(
            outcome,
            Outcome::Answered {
                whole: Some(true),
                ..
            }
        )
    };
    let usual = trial(seen, HelloKind::Usual, Way::Usual)?;
    if let Some(small) = trial(seen, HelloKind::Usual, Way::SMALL_SEGMENTS) {
        // in TLS 1.3 a flight may stop between two records and look whole
        let brings_more = small.received > usual.received + SIGNATURES_DIFFER_BY;
        if is_whole(&small.outcome) && (brings_more || !is_whole(&usual.outcome)) {
            return Some(Verdict::SegmentsDropped);
        }
    } else if !seen.is_proxied {
        return None;
    }
    if is_whole(&usual.outcome) {
        Some(Verdict::Intermittent)
    } else if is(seen, HelloKind::Tls12Only, is_whole) {
        Some(Verdict::Tls13Cut)
    } else {
        of_way(seen, is_whole)
    }
}

fn of_refused(seen: &DifferentialSeen) -> Option<Verdict> {
    let chooses = |kind| is(seen, kind, |outcome| outcome.chosen().is_some_and(is_new));
    if chooses(HelloKind::Usual) {
        Some(Verdict::Intermittent)
    } else if chooses(HelloKind::WithoutName) || chooses(HelloKind::OtherName) {
        Some(Verdict::NameUnknown)
    } else if chooses(HelloKind::Tls12Only) {
        Some(Verdict::Tls13Cut)
    } else if chooses(HelloKind::Http1) || chooses(HelloKind::Http2) {
        Some(Verdict::ProtocolWanted)
    } else {
        of_way(seen, |outcome| outcome.chosen().is_some_and(is_new)).or_else(|| of_age(seen))
    }
}

fn of_way(seen: &DifferentialSeen, passes: fn(&Outcome) -> bool) -> Option<Verdict> {
    let mut passing = seen.trials.iter().filter(|trial| passes(&trial.outcome));
    passing.find_map(|trial| match trial.way {
        Way::Address { address } => Some(Verdict::OtherAddress(address)),
        Way::Direct => Some(Verdict::PastProxy),
        Way::Usual | Way::SmallSegments { .. } => None,
    })
}

/// A server that chooses when it is offered what is no longer offered.
fn of_age(seen: &DifferentialSeen) -> Option<Verdict> {
    let chosen = seen
        .trials
        .iter()
        .filter_map(|trial| trial.outcome.chosen());
    let mut versions: Vec<_> = chosen.clone().map(|hello| hello.version.clone()).collect();
    versions.sort_by_key(|version| std::cmp::Reverse(version.number));
    versions.dedup();
    if !versions.is_empty() && versions.iter().all(|version| version.number < TLS12) {
        let names = versions.iter().map(|version| version.label());
        return Some(Verdict::OldVersions(names.collect()));
    }
    let old = trial(seen, HelloKind::OldCiphers, Way::Usual)?;
    let chosen = old.outcome.chosen()?;
    Some(Verdict::OldCipher {
        name: chosen.cipher.label(),
        is_in_browsers: IN_BROWSERS.contains(&chosen.cipher.number),
    })
}

/// ECDHE and RSA with CBC and SHA-1, RSA with GCM: what Chrome and Firefox offer still, and
/// tomcheck does not.
const IN_BROWSERS: [u16; 6] = [0xC013, 0xC014, 0x009C, 0x009D, 0x002F, 0x0035];

fn is_new(hello: &super::answer::ServerHello) -> bool {
    hello.version.number >= TLS12
}

fn passes_in_small_segments(seen: &DifferentialSeen) -> bool {
    heard(seen).any(|trial| trial.way == Way::SMALL_SEGMENTS)
}

fn heard(seen: &DifferentialSeen) -> impl Iterator<Item = &TrialSeen> {
    seen.trials.iter().filter(|trial| trial.outcome.is_heard())
}

fn trial(seen: &DifferentialSeen, hello: HelloKind, way: Way) -> Option<&TrialSeen> {
    let same = |trial: &&TrialSeen| trial.hello == hello && trial.way == way;
    seen.trials.iter().find(same)
}

fn is(seen: &DifferentialSeen, hello: HelloKind, so: impl Fn(&Outcome) -> bool) -> bool {
    trial(seen, hello, Way::Usual).is_some_and(|trial| so(&trial.outcome))
}

const fn address_of(way: Way) -> Option<IpAddr> {
    match way {
        Way::Address { address } => Some(address),
        _ => None,
    }
}

impl Observation for DifferentialSeen {
    /// What is a fault although the handshake passed. What explains one that did not stands
    /// with that handshake, see [`HandshakeSeen::findings_given`].
    fn findings(&self) -> Vec<Finding> {
        let verdict = verdict(self).filter(|_| self.symptom == Symptom::Passed);
        let finding = verdict.and_then(|verdict| match verdict {
            Verdict::AddressFails(addresses) => Some(self.failing(&addresses)),
            verdict => {
                let kind = verdict.kind()?;
                Some(self.prove(Finding::of(kind).with_all(self.server()), &verdict))
            }
        });
        finding.into_iter().collect()
    }
}

impl HandshakeSeen {
    /// The findings of this handshake, as the trials made after it explain them. Pure: an old
    /// report can be judged again.
    pub fn findings_given(&self, trials: &DifferentialSeen) -> Vec<Finding> {
        let findings = self.findings();
        let explained = verdict(trials).filter(|_| trials.symptom != Symptom::Passed);
        let Some(verdict) = explained else {
            return findings;
        };
        let explain = |finding: Finding| match verdict.kind() {
            Some(kind) if kind != finding.kind => {
                let offered = finding
                    .evidence
                    .iter()
                    .filter(|evidence| evidence.key == "offered");
                let finding = Finding::of(kind)
                    .with_all(trials.server())
                    .with_all(offered.cloned());
                trials.prove(finding, &verdict)
            }
            _ => trials.prove(finding, &verdict),
        };
        findings.into_iter().map(explain).collect()
    }
}

impl Verdict {
    /// The kind it makes; none: that of the handshake, with more to prove it.
    fn kind(&self) -> Option<&'static FindingKind> {
        match self {
            Self::LargeDropped { .. } => Some(&kind::LARGE_HELLO),
            Self::SegmentsDropped => Some(&kind::PATH_MTU),
            Self::NameCut | Self::Tls13Cut => None,
            Self::OldVersions(_) => Some(&kind::VERSION),
            Self::OldCipher { .. } => Some(&kind::NO_COMMON_CIPHER),
            _ => None,
        }
    }

    fn note(&self) -> Option<Text> {
        Some(match self {
            Self::LargeDropped {
                is_for_its_share: true,
            } => say::SHARE_DROPPED,
            Self::LargeDropped { .. } => say::LARGE_DROPPED,
            Self::SegmentsDropped => say::SEGMENTS_DROPPED,
            Self::NameCut => say::NAME_CUT,
            Self::NameUnknown => say::NAME_UNKNOWN,
            Self::Tls13Cut => say::TLS13_CUT,
            Self::OtherAddress(_) => say::OTHER_ADDRESS,
            Self::PastProxy => say::PAST_PROXY,
            Self::OldVersions(_) => say::OLD_VERSIONS,
            Self::OldCipher {
                is_in_browsers: true,
                ..
            } => say::CIPHER_IN_BROWSERS,
            Self::OldCipher { .. } => say::OLD_CIPHER,
            Self::ProtocolWanted => say::PROTOCOL_WANTED,
            Self::Intermittent => say::INTERMITTENT,
            Self::AddressFails(_) => return None,
        })
    }

    /// Browsers open such a site.
    const fn is_no_fault(&self) -> bool {
        matches!(
            self,
            Self::OldCipher {
                is_in_browsers: true,
                ..
            }
        )
    }

    /// What it names beside the trials themselves.
    fn named(&self) -> Option<Evidence> {
        Some(match self {
            Self::OldVersions(versions) => {
                Evidence::new("spoken", say::SPOKEN, versions.join(", "))
            }
            Self::OldCipher { name, .. } => Evidence::new("chosen", say::CHOSEN, name.clone()),
            Self::OtherAddress(address) => {
                Evidence::new("passing", say::PASSING, address.to_string())
            }
            _ => return None,
        })
    }
}

impl DifferentialSeen {
    fn server(&self) -> [Evidence; 2] {
        [
            Evidence::new("server", words::SERVER, &*self.server_name),
            Evidence::new("port", words::PORT, self.port.to_string()),
        ]
    }

    fn prove(&self, finding: Finding, verdict: &Verdict) -> Finding {
        let offered: Vec<_> = self.offered.iter().map(|version| version.name()).collect();
        let is_told = finding
            .evidence
            .iter()
            .any(|evidence| evidence.key == "offered");
        let offered = Evidence::new("offered", words::OFFERED, offered.join(", "));
        let is_wanted = finding.kind == &kind::VERSION && !is_told;
        let finding = finding
            .with_all(is_wanted.then_some(offered))
            .with_all(verdict.named())
            .with_all(self.proofs());
        let finding = match verdict.is_no_fault() || self.rests_on_one_loss() {
            true => finding.at(Severity::Warning),
            false => finding,
        };
        match verdict.note() {
            Some(note) => finding.noting(note),
            None => finding,
        }
    }

    /// The site passes, and one hello alone was lost: that may have been chance.
    fn rests_on_one_loss(&self) -> bool {
        let lost = self.trials.iter().filter(|trial| trial.outcome.is_cut());
        self.symptom == Symptom::Passed && lost.count() < 2
    }

    /// What passed and what did not, a few words of it: the matrix itself is in the observation.
    fn proofs(&self) -> Vec<Evidence> {
        let list = |passing: bool, most: usize| {
            let trials = self
                .trials
                .iter()
                .filter(|trial| self.passes(trial) == Some(passing));
            let trials: Vec<_> = trials.take(most).map(TrialSeen::sentence).collect();
            let of = |lang| {
                trials
                    .iter()
                    .map(|it: &Sentence| it.get(lang))
                    .collect::<Vec<_>>()
                    .join(" ; ")
            };
            (!trials.is_empty()).then(|| Sentence::new(of(Lang::Fr), of(Lang::En)))
        };
        let passes = list(true, 2).map(|it| Evidence::new("passes", say::PASSES, it));
        let fails = list(false, 1).map(|it| Evidence::new("fails", say::FAILS_SO, it));
        passes.into_iter().chain(fails).collect()
    }

    /// None: it was not tried.
    fn passes(&self, trial: &TrialSeen) -> Option<bool> {
        Some(match (&trial.outcome, self.symptom) {
            (Outcome::NotTried { .. }, _) => return None,
            (outcome, Symptom::Refused { .. } | Symptom::OldVersion) => outcome.chosen().is_some(),
            (Outcome::Answered { whole, .. }, Symptom::Stalled) => *whole == Some(true),
            (outcome, _) => outcome.is_heard(),
        })
    }

    /// A whole family, or some addresses: the usual one passes.
    fn failing(&self, addresses: &[IpAddr]) -> Finding {
        let names: Vec<_> = addresses.iter().map(IpAddr::to_string).collect();
        let names = names.join(", ");
        match self.broken_family(addresses) {
            Some((broken, working)) => Finding::of(&FAMILY_BROKEN)
                .with(Evidence::new("broken", say::FAILS, broken))
                .with(Evidence::new("working", say::WORKS, working))
                .with(Evidence::new("addresses", say::ADDRESSES, names))
                .with(Evidence::new("port", words::PORT, self.port.to_string())),
            None => Finding::of(&kind::MIDDLEBOX)
                .with_all(self.server())
                .with(Evidence::new("how", words::HOW, say::by_address(&names))),
        }
        .with_all(self.proofs())
        .at(Severity::Warning)
    }

    /// The family that fails wherever it was tried, and the one of the usual address.
    fn broken_family(&self, failing: &[IpAddr]) -> Option<(&'static str, &'static str)> {
        let v6 = self.address?.is_ipv6();
        let is_heard = |trial: &TrialSeen| trial.outcome.is_heard();
        let passing = self.trials.iter().filter(|trial| is_heard(trial));
        let mut passing = passing
            .filter_map(|trial| address_of(trial.way))
            .chain(self.address);
        let is_one = failing.iter().all(|address| address.is_ipv6() != v6)
            && passing.all(|address| address.is_ipv6() == v6);
        is_one.then_some(if v6 {
            ("IPv4", "IPv6")
        } else {
            ("IPv6", "IPv4")
        })
    }
}

/// How much two flights of the same server may differ in length for the sake of a signature.
const SIGNATURES_DIFFER_BY: usize = 16;
