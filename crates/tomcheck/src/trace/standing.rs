//! Which failures still stand, and which are void or old?

use std::collections::BTreeMap;

use tomcheck_diagnosis::{FindingKind, Instant, Layer, Severity};

use super::hit::{Depth, Format};
use super::judge::kind;
use super::seen::TraceSeen;
use super::tally::{Place, Seen};
use super::way::Way;

/// What was seen last so long before another failure of the same layer on the same way decides
/// nothing any more.
const OLD: i64 = 24 * 3600;

/// Which ways matter: those to the site that was named, else to those of TOM if a log speaks of
/// them, else all.
pub(super) struct Ways<'a> {
    pub(super) seen: &'a TraceSeen,
    is_family: bool,
    /// The newest fault of each layer on each way.
    newest: BTreeMap<(Layer, &'a Way), Instant>,
}

/// What became of a failure.
pub(super) enum Since {
    /// The same way was open afterwards, or the card answered.
    Reached(Place),
    /// Something else of the same layer failed there much later.
    LongAgo,
    /// This machine's own probes see it no more.
    Now(Instant),
}

impl<'a> Ways<'a> {
    pub(super) fn of(seen: &'a TraceSeen) -> Self {
        let tally = &seen.tally;
        let failed = tally.codes.values().flat_map(|of_code| of_code.ways.iter());
        let failed = failed.map(|(way, _)| way);
        let reached = tally.reached.iter().map(|(way, _)| way);
        let is_mine = |way: &Way| seen.interest.is_mine(way.host.as_deref());
        let is_family = tally.asks_for_mine || failed.chain(reached).any(is_mine);
        let mut ways = Self {
            seen,
            is_family,
            newest: BTreeMap::new(),
        };
        ways.newest = ways.newest();
        ways
    }

    fn newest(&self) -> BTreeMap<(Layer, &'a Way), Instant> {
        let mut newest = BTreeMap::new();
        for (code, of_code) in &self.seen.tally.codes {
            let kind = kind(code).filter(|kind| kind.severity == Severity::Fault);
            let Some(layer) = kind.map(FindingKind::layer) else {
                continue;
            };
            for (way, seen) in of_code.ways.iter() {
                if let (Some(at), None) = (seen.last.at, self.reached(code, way, seen)) {
                    let known = newest.entry((layer, way)).or_insert(at);
                    *known = at.max(*known);
                }
            }
        }
        newest
    }

    pub(super) fn matters(&self, way: &Way) -> bool {
        let interest = &self.seen.interest;
        let host = way.host.as_deref();
        let matters_most = self.is_family || interest.target.is_some();
        host.is_none() || !matters_most || interest.is_mine(host)
    }

    /// Whether a failure of unknown kind may be why nothing works: the site has not answered since.
    pub(super) fn leaves_open(&self, way: &Way, seen: &Seen) -> bool {
        let led = way.host.is_some().then(|| self.seen.tally.reached.get(way));
        let answered = led.flatten().and_then(|led| led.as_far_as(Depth::Answered));
        self.matters(way) && answered.is_none_or(|answered| !answered.is_after(&seen.last))
    }

    /// A way that was open says nothing of what is spoken on it, and a card that answers nothing of
    /// the network.
    fn reached(&self, code: &str, way: &Way, seen: &Seen) -> Option<Place> {
        let (is_of_card, depth) = match refuted_by(code)? {
            (_, Depth::Secured) if self.is_of_proxys(code, seen) => (false, Depth::Open),
            refuted_by => refuted_by,
        };
        let way = match is_of_card {
            true => Way {
                host: None,
                ..way.clone()
            },
            false => way.host.is_some().then(|| way.clone())?,
        };
        let reached = self.seen.tally.reached.get(&way)?.as_far_as(depth)?;
        reached.is_after(&seen.last).then_some(reached)
    }

    /// A proxy that wrote down what it opened writes down too what passes it closed since.
    fn is_of_proxys(&self, code: &str, seen: &Seen) -> bool {
        let file = seen.hit.as_ref().map(|hit| hit.file);
        let format = file.map(|file| self.seen.format(file));
        let is_of_squid = matches!(format, Some(Format::Squid | Format::SquidCombined));
        is_of_squid && code == INTERCEPTS
    }

    /// None: the failure stands.
    pub(super) fn since(&self, kind: &FindingKind, way: &Way, seen: &Seen) -> Option<Since> {
        let (layer, live) = (kind.layer(), self.seen.live.as_ref());
        if let Some(at) = live.and_then(|live| live.contradicts(layer, way)) {
            return Some(Since::Now(at));
        }
        if let Some(reached) = self.reached(kind.code, way, seen) {
            return Some(Since::Reached(reached));
        }
        let newest = self.newest.get(&(layer, way))?;
        (newest.unix() - seen.last.at?.unix() > OLD).then_some(Since::LongAgo)
    }
}

/// Whether it is the card's, and how far a later request must have come to say that it is over; none:
/// no request says so.
fn refuted_by(code: &str) -> Option<(bool, Depth)> {
    match Layer::of(code)? {
        Layer::Reader | Layer::Card | Layer::Token => Some((true, Depth::Open)),
        Layer::Proxy if code == INTERCEPTS => Some((false, Depth::Secured)),
        Layer::Network | Layer::Proxy => Some((false, Depth::Open)),
        Layer::Tls if SAID_LAST.contains(&code) => Some((false, Depth::Answered)),
        Layer::Tls => Some((false, Depth::Secured)),
        _ => None,
    }
}

const INTERCEPTS: &str = "proxy.intercepts-tls";

/// What a site says of the client once it has shown itself: with TLS 1.3, when the client believes
/// that all is well.
const SAID_LAST: &[&str] = &[
    "tls.certificate-not-requested",
    "tls.renegotiation-required",
    "tls.post-handshake-authentication",
    "tls.issuer-not-accepted",
    "tls.signature-scheme-unavailable",
    "tls.certificate-required",
    "tls.certificate-rejected",
    "tls.signature-rejected",
    "tls.application-refused",
];

#[test]
fn what_is_said_last_is_a_code_that_there_is() {
    for code in SAID_LAST {
        assert!(kind(code).is_some(), "{code}");
    }
}
