//! Which lines of a window keep their words?
//!
//! Masking one costs more than finding it: of many that say the same, a few are enough.

use std::collections::{BTreeMap, BTreeSet};

use super::window::Sighting;

/// Of one finding about one site and one workstation, the first ones and the last ones.
const KEPT: usize = 2;
/// Those that are told apart so: of the sites that matter in any case, and of all.
const MOST_KINDS: (usize, usize) = (1024, 512);

type Kind<'a> = (bool, Option<&'a str>, Option<Way<'a>>);
type Way<'a> = (Option<&'a str>, Option<&'a str>);

/// Their numbers, in order.
pub(super) fn kept(sightings: &[Sighting]) -> Vec<usize> {
    let passing = passing(sightings);
    let mut kinds: BTreeMap<Kind<'_>, Vec<usize>> = BTreeMap::new();
    for (number, sighting) in sightings.iter().enumerate() {
        let own = kind(sighting, Some(way(sighting)));
        let (mine, all) = MOST_KINDS;
        let most = if sighting.is_mine { mine } else { all };
        let has_room = kinds.len() < most || kinds.contains_key(&own);
        let is_told_apart = sighting.code.is_some() && has_room && !passing.contains(&number);
        let kind = if is_told_apart {
            own
        } else {
            kind(sighting, None)
        };
        kinds.entry(kind).or_default().push(number);
    }
    let mut kept: Vec<usize> = kinds.into_values().flat_map(ends).collect();
    kept.sort_unstable();
    kept
}

/// Those whose way led to its site right afterwards: in the log of a proxy that asks for a
/// password, half of all lines.
fn passing(sightings: &[Sighting]) -> BTreeSet<usize> {
    let mut reached = BTreeSet::new();
    let mut passing = BTreeSet::new();
    for (number, sighting) in sightings.iter().enumerate().rev() {
        match sighting.code {
            None => drop(reached.insert(way(sighting))),
            Some(code) if code.starts_with("proxy.") && reached.contains(&way(sighting)) => {
                passing.insert(number);
            }
            Some(_) => {}
        }
    }
    passing
}

fn way(sighting: &Sighting) -> Way<'_> {
    (sighting.host.as_deref(), sighting.client.as_deref())
}

fn kind<'a>(sighting: &Sighting, way: Option<Way<'a>>) -> Kind<'a> {
    (sighting.is_mine, sighting.code, way)
}

fn ends(numbers: Vec<usize>) -> impl Iterator<Item = usize> {
    let last = numbers.len().saturating_sub(KEPT).max(KEPT);
    let numbers = numbers.into_iter().enumerate();
    numbers.filter_map(move |(at, number)| (at < KEPT || at >= last).then_some(number))
}

#[cfg(test)]
mod tests {
    use super::super::hit::Format;
    use super::*;

    fn sighting(code: Option<&'static str>, host: usize) -> Sighting {
        Sighting {
            line: 0,
            code,
            format: Format::Squid,
            host: Some(host.to_string()),
            source: None,
            client: None,
            is_mine: false,
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
