//! Which failures still stand, and which are void or old?

use std::collections::BTreeMap;

use tomcheck_diagnosis::{FindingKind, Instant, Layer, Severity};

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
        let is_family = failed.chain(reached).any(is_mine);
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
                if let (Some(at), None) = (seen.last.at, self.reached(layer, way, seen)) {
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

    /// A way that was open says nothing of what is spoken on it, and a card that answers nothing of
    /// the network.
    fn reached(&self, layer: Layer, way: &Way, seen: &Seen) -> Option<Place> {
        let way = match layer {
            Layer::Network | Layer::Proxy => way.host.is_some().then(|| way.clone())?,
            Layer::Reader | Layer::Card | Layer::Token => Way {
                host: None,
                ..way.clone()
            },
            _ => return None,
        };
        let reached = self.seen.tally.reached.get(&way)?;
        reached.is_after(&seen.last).then_some(*reached)
    }

    /// None: the failure stands.
    pub(super) fn since(&self, layer: Layer, way: &Way, seen: &Seen) -> Option<Since> {
        let live = self.seen.live.as_ref();
        if let Some(at) = live.and_then(|live| live.contradicts(layer, way)) {
            return Some(Since::Now(at));
        }
        if let Some(reached) = self.reached(layer, way, seen) {
            return Some(Since::Reached(reached));
        }
        let newest = self.newest.get(&(layer, way))?;
        (newest.unix() - seen.last.at?.unix() > OLD).then_some(Since::LongAgo)
    }
}
