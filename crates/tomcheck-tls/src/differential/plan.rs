//! What is worth trying next?

use super::hello::is_name;
use super::judge::{Verdict, verdict};
use super::seen::{DifferentialSeen, HelloKind, Symptom, TrialSeen, Way};

/// One hello on one way.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) struct Trial {
    pub(crate) hello: HelloKind,
    pub(crate) way: Way,
}

/// How much is wanted, and which ways there are.
#[derive(Clone, Debug, Default)]
pub(crate) struct Wishes {
    /// All that may be asked is asked, whatever the first answers say.
    pub(crate) is_thorough: bool,
    /// The ways beside the usual one.
    pub(crate) other_ways: Vec<Way>,
}

/// The next trial; none: what was seen says enough, or there is nothing left to try.
pub(crate) fn next(seen: &DifferentialSeen, wishes: &Wishes) -> Option<Trial> {
    if seen.trials.len() >= DifferentialSeen::MOST_TRIALS {
        return None;
    }
    let verdict = verdict(seen);
    let open = |trial: &Trial| is_possible(*trial, seen) && !is_tried(*trial, seen);
    let proof = verdict.iter().flat_map(proofs).find(open);
    let is_enough = verdict.is_some() && !wishes.is_thorough;
    proof.or_else(|| {
        trials(seen, wishes)
            .into_iter()
            .find(open)
            .filter(|_| !is_enough)
    })
}

fn is_tried(trial: Trial, seen: &DifferentialSeen) -> bool {
    let same = |tried: &TrialSeen| tried.hello == trial.hello && tried.way == trial.way;
    seen.trials.iter().any(same)
}

fn is_possible(trial: Trial, seen: &DifferentialSeen) -> bool {
    let names = matches!(trial.hello, HelloKind::WithoutName | HelloKind::OtherName);
    let chooses_segments = matches!(trial.way, Way::SmallSegments { .. });
    (!names || is_name(&seen.server_name)) && (!chooses_segments || !seen.is_proxied)
}

/// What must be known too before this may be said.
fn proofs(verdict: &Verdict) -> Vec<Trial> {
    use HelloKind::{Large, OtherName, Padded, Small, Tls10, Tls11, Tls12Only, WithoutName};
    match verdict {
        Verdict::LargeDropped { .. } => vec![
            usual(Padded),
            Trial {
                hello: Large,
                way: Way::SMALL_SEGMENTS,
            },
        ],
        Verdict::NameCut => vec![usual(Small), usual(WithoutName), usual(OtherName)],
        Verdict::NameUnknown => vec![usual(WithoutName), usual(OtherName)],
        Verdict::OldVersions { .. } => vec![usual(Tls12Only), usual(Tls11), usual(Tls10)],
        _ => vec![],
    }
}

const fn usual(hello: HelloKind) -> Trial {
    Trial {
        hello,
        way: Way::Usual,
    }
}

/// All that may tell something, the most telling first.
fn trials(seen: &DifferentialSeen, wishes: &Wishes) -> Vec<Trial> {
    let others = wishes.other_ways.iter().take(MOST_OTHER_WAYS).copied();
    let of = |step: &Step| -> Vec<Trial> {
        match step {
            Step::Hello(hello) => vec![usual(*hello)],
            Step::Segments => vec![usual_by(Way::SMALL_SEGMENTS)],
            Step::OtherWays => others.clone().map(usual_by).collect(),
        }
    };
    steps(seen.symptom).iter().flat_map(of).collect()
}

const fn usual_by(way: Way) -> Trial {
    let hello = HelloKind::Usual;
    Trial { hello, way }
}

/// One trial, or those of one kind.
enum Step {
    Hello(HelloKind),
    /// The usual hello in small segments.
    Segments,
    /// The usual hello by each other address, or past the proxy.
    OtherWays,
}

const fn steps(symptom: Symptom) -> &'static [Step] {
    use HelloKind::{
        Http1, Http2, Large, OldCiphers, OtherName, Small, Ssl3, Tls10, Tls11, Tls12Only,
        Tls13Only, Usual, WithoutName,
    };
    use Step::{Hello, OtherWays, Segments};
    match symptom {
        Symptom::Passed => &[
            Hello(Large),
            Hello(Tls13Only),
            Hello(Tls12Only),
            Hello(Tls11),
            Hello(Tls10),
            Hello(OldCiphers),
            Segments,
            OtherWays,
            Hello(WithoutName),
            Hello(Http2),
        ],
        Symptom::Cut => &[
            Hello(Usual),
            Segments,
            Hello(Small),
            Hello(WithoutName),
            OtherWays,
            Hello(Tls12Only),
            Hello(OtherName),
            Hello(OldCiphers),
            Hello(Tls10),
        ],
        Symptom::Stalled => &[
            Hello(Usual),
            Segments,
            Hello(Tls12Only),
            OtherWays,
            Hello(Tls13Only),
        ],
        Symptom::OldVersion
        | Symptom::Refused {
            alert: PROTOCOL_VERSION,
        } => &[
            Hello(Usual),
            Hello(Tls12Only),
            Hello(Tls11),
            Hello(Tls10),
            Hello(Ssl3),
            OtherWays,
            Hello(OldCiphers),
            Hello(OtherName),
        ],
        Symptom::Refused {
            alert: NO_APPLICATION_PROTOCOL,
        } => &[
            Hello(Usual),
            Hello(Http1),
            Hello(Http2),
            OtherWays,
            Hello(WithoutName),
        ],
        Symptom::Refused { .. } => &[
            Hello(Usual),
            Hello(OldCiphers),
            Hello(WithoutName),
            Hello(OtherName),
            Hello(Tls12Only),
            Hello(Tls11),
            Hello(Tls10),
            OtherWays,
        ],
        Symptom::NotTls => &[OtherWays],
    }
}

const MOST_OTHER_WAYS: usize = 2;
pub(super) const PROTOCOL_VERSION: u8 = 70;
pub(super) const NO_APPLICATION_PROTOCOL: u8 = 120;
