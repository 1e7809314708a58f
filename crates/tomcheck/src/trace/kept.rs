//! Which lines of a window keep their words?
//!
//! Masking one costs more than finding it: of many that say the same, a few are enough.

use std::collections::{BTreeMap, BTreeSet};

use super::way::Keys;
use super::window::Sighting;

/// Of one finding about one site and one workstation, the first ones and the last ones.
const KEPT: usize = 2;
/// Those that are told apart so: of the sites that matter in any case, and of all.
const MOST_KINDS: (usize, usize) = (1024, 512);

/// Whether the site matters in any case, the finding, and the way where that is told apart.
type Kind = (bool, Option<&'static str>, Option<u64>);

/// Their numbers, in order.
pub(super) fn kept(sightings: &[Sighting]) -> Vec<usize> {
    let passing = passing(sightings);
    let mut kinds: BTreeMap<Kind, Ends> = BTreeMap::new();
    let mut reached = [Ends::default(), Ends::default()];
    for (number, sighting) in sightings.iter().enumerate() {
        let is_mine = sighting.is_mine;
        if sighting.code.is_none() {
            let [others, mine] = &mut reached;
            if is_mine { mine } else { others }.push(number);
            continue;
        }
        let own = (is_mine, sighting.code, Some(sighting.way.key));
        let (mine, all) = MOST_KINDS;
        let most = if is_mine { mine } else { all };
        let has_room = kinds.len() < most || kinds.contains_key(&own);
        let is_told_apart = has_room && !passing.contains(&number);
        let kind = match is_told_apart {
            true => own,
            false => (is_mine, sighting.code, None),
        };
        kinds.entry(kind).or_default().push(number);
    }
    let all = kinds.values().chain(&reached).flat_map(Ends::iter);
    let mut kept: Vec<usize> = all.collect();
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
                self.last.rotate_left(1);
                if let Some(place) = self.last.last_mut() {
                    *place = number;
                }
            }
        }
        self.count += 1;
    }

    fn iter(&self) -> impl Iterator<Item = usize> {
        let more = self.count.saturating_sub(KEPT).min(KEPT);
        let first = self.first.iter().take(self.count);
        first.chain(self.last.iter().skip(KEPT - more)).copied()
    }
}

/// Those whose way led to its site right afterwards: in the log of a proxy that asks for a
/// password, half of all lines.
fn passing(sightings: &[Sighting]) -> BTreeSet<usize> {
    let is_of_proxy = |code: &&str| code.starts_with("proxy.");
    let asked = |sighting: &&Sighting| sighting.code.as_ref().is_some_and(is_of_proxy);
    let failed: Keys = sightings
        .iter()
        .filter(asked)
        .map(|one| one.way.key)
        .collect();
    let mut reached = Keys::default();
    let mut passing = BTreeSet::new();
    for (number, sighting) in sightings.iter().enumerate().rev() {
        let key = sighting.way.key;
        match sighting.code {
            None if failed.contains(&key) => drop(reached.insert(key)),
            Some(code) if is_of_proxy(&code) && reached.contains(&key) => {
                passing.insert(number);
            }
            _ => {}
        }
    }
    passing
}

#[cfg(test)]
mod tests {
    use super::super::hit::Format;
    use super::super::way::Names;
    use super::*;

    fn sighting(code: Option<&'static str>, host: usize) -> Sighting {
        Sighting {
            line: 0,
            code,
            format: Format::Squid,
            way: Names::default().add(Some(&host.to_string()), None),
            source: None,
            is_mine: false,
            at: None,
            detail: None,
        }
    }

    const ASKS: Option<&str> = Some("proxy.authentication-required");

    #[test]
    fn what_led_to_its_site_is_kept_rarely_and_what_did_not_always() {
        let asks = |host| [sighting(ASKS, host), sighting(None, host)];
        let mut sightings: Vec<Sighting> = (0..100).flat_map(asks).collect();
        sightings.insert(100, sighting(ASKS, 1000));
        let kept = kept(&sightings);
        assert!(kept.contains(&100), "{kept:?}");
        assert!(kept.len() < 10, "{kept:?}");
        // the first and the last ones of all that passed, and of all that was reached
        assert_eq!(kept.first(), Some(&0));
        assert_eq!(kept.last(), Some(&200));
    }
}
