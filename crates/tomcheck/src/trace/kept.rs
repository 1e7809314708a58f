//! Which lines of a window keep their words?
//!
//! Masking one costs more than finding it: of many that say the same, a few are enough.

use std::collections::HashMap;
use std::hash::BuildHasherDefault;

use foldhash::fast::FixedState;

use super::scanned::{Reached, Sighting};
use super::way::Same;

/// Of one finding about one site and one workstation, the first ones and the last ones.
const KEPT: usize = 2;
/// Those that are told apart so: of the sites that matter in any case, and of all.
const MOST_KINDS: (usize, usize) = (1024, 512);

/// Whether the site matters in any case, the finding, and the way where that is told apart.
type Kind = (bool, Option<&'static str>, Option<u64>);

/// Their numbers, in order.
pub(super) fn kept(sightings: &[Sighting], openings: &[Reached]) -> Vec<usize> {
    let reached = last_reached(sightings, openings);
    let mut kinds: HashMap<Kind, Ends, FixedState> = HashMap::default();
    for (number, sighting) in sightings.iter().enumerate() {
        let (is_mine, code) = (sighting.is_mine, sighting.code);
        // who names no site may name another one than the next who names none
        let key = sighting.source.as_deref().unwrap_or(&sighting.way.key);
        let own = (is_mine, code, Some(*key));
        let (mine, all) = MOST_KINDS;
        let most = if is_mine { mine } else { all };
        let has_room = kinds.len() < most || kinds.contains_key(&own);
        let is_told_apart = code.is_some() && has_room && !is_passing(sighting, &reached);
        let kind = if is_told_apart {
            own
        } else {
            (is_mine, code, None)
        };
        kinds.entry(kind).or_default().push(number);
    }
    let mut kept: Vec<usize> = kinds.values().flat_map(Ends::iter).collect();
    kept.sort_unstable();
    kept
}

/// The first and the last numbers.
#[derive(Default)]
struct Ends {
    first: [usize; KEPT],
    last: [usize; KEPT],
    count: usize,
}

impl Ends {
    fn push(&mut self, number: usize) {
        match self.first.get_mut(self.count) {
            Some(place) => *place = number,
            None => {
                if let Some(place) = self.last.get_mut(self.count % KEPT) {
                    *place = number;
                }
            }
        }
        self.count += 1;
    }

    /// In no order.
    fn iter(&self) -> impl Iterator<Item = usize> {
        let more = self.count.saturating_sub(KEPT);
        let first = self.first.iter().take(self.count);
        first.chain(self.last.iter().take(more)).copied()
    }
}

/// Whether its way led to its site right afterwards: so it is with half of all lines in the log of
/// a proxy that asks for a password.
fn is_passing(sighting: &Sighting, reached: &Places) -> bool {
    let last = reached.get(&sighting.way.key);
    sighting.code.is_some_and(is_of_proxy) && last.is_some_and(|last| *last > sighting.anchor)
}

fn is_of_proxy(code: &str) -> bool {
    code.starts_with("proxy.")
}

/// Places by the keys of ways.
type Places = HashMap<u64, usize, BuildHasherDefault<Same>>;

/// Where the last line stands that says that a way led to its site, for each that failed.
fn last_reached(sightings: &[Sighting], openings: &[Reached]) -> Places {
    let failed = sightings
        .iter()
        .filter(|one| one.code.is_some_and(is_of_proxy));
    let mut places: Places = failed.map(|one| (one.way.key, 0)).collect();
    let told = sightings.iter().filter(|one| one.code.is_none());
    let told = told.map(|one| (one.way.key, one.anchor));
    let opened = openings
        .iter()
        .map(|one| (one.way.key, one.anchor as usize));
    for (key, anchor) in told.chain(opened) {
        if let Some(last) = places.get_mut(&key) {
            *last = anchor.max(*last);
        }
    }
    places
}

#[cfg(test)]
mod tests {
    use super::super::hit::{Depth, Format};
    use super::super::way::Names;
    use super::*;

    fn sighting(code: Option<&'static str>, host: usize) -> Sighting {
        Sighting {
            anchor: 0,
            line: 0,
            code,
            depth: Depth::Open,
            format: Format::Squid,
            way: Names::default().add(Some(&host.to_string()), None),
            source: None,
            is_mine: false,
            may_follow: false,
            at: None,
            told: None,
        }
    }

    const ASKS: Option<&str> = Some("proxy.authentication-required");

    #[test]
    fn what_led_to_its_site_is_kept_rarely_and_what_did_not_always() {
        let asks = |host| [sighting(ASKS, host), sighting(None, host)];
        let mut sightings: Vec<Sighting> = (0..100).flat_map(asks).collect();
        sightings.insert(100, sighting(ASKS, 1000));
        for (number, sighting) in sightings.iter_mut().enumerate() {
            sighting.anchor = number;
        }
        let kept = kept(&sightings, &[]);
        assert!(kept.contains(&100), "{kept:?}");
        assert!(kept.len() < 10, "{kept:?}");
        // the first and the last ones of all that passed, and of all that was reached
        assert_eq!(kept.first(), Some(&0));
        assert_eq!(kept.last(), Some(&200));
    }
}
