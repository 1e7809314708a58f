//! What do all the lines of all files say together?

use std::collections::{BTreeMap, VecDeque};

use tomcheck_diagnosis::{Identity, IdentityKind, Instant};

use super::hit::{Facts, Format, Hit};
use super::window::{Detail, Scanned, Sighting};

/// Hits of one finding that are kept from the begin, and as many from the end.
const KEPT: usize = 50;
/// Sites that are told apart.
const MOST_SITES: usize = 1000;
/// People who are told apart.
const MOST_USERS: usize = 10_000;

/// Where and when something was seen: by its moment, else by where the file stands among the
/// files and the line in it.
#[derive(Clone, Copy, Debug, Default, Eq, Ord, PartialEq, PartialOrd)]
pub(crate) struct Place {
    pub(crate) at: Option<Instant>,
    pub(crate) file: usize,
    pub(crate) line: u64,
}

impl Place {
    /// Whether it is after `other`: by the moments, or where one of them is not told, by the
    /// lines of one file.
    pub(crate) fn is_after(&self, other: &Self) -> bool {
        match (self.at, other.at) {
            (Some(at), Some(other_at)) if self.file != other.file => at > other_at,
            _ => self.file == other.file && self.line > other.line,
        }
    }
}

/// What was seen of one finding about one site.
#[derive(Clone, Debug)]
pub(crate) struct Seen {
    pub(crate) count: u64,
    pub(crate) first: Place,
    pub(crate) last: Place,
}

/// All lines that stand for one finding.
#[derive(Debug, Default)]
pub(crate) struct OfCode {
    /// By site; none: the line names none.
    pub(crate) sites: BTreeMap<Option<String>, Seen>,
    /// About the sites that matter in any case, and about all others.
    mine: Ends,
    others: Ends,
}

/// The first hits and the last ones.
#[derive(Debug, Default)]
struct Ends {
    first: Vec<Hit>,
    last: VecDeque<Hit>,
}

impl OfCode {
    /// The hits that were kept, in the order they were read.
    pub(crate) fn hits(&self) -> impl Iterator<Item = &Hit> {
        let ends = [&self.others, &self.mine].into_iter();
        ends.flat_map(|ends| ends.first.iter().chain(&ends.last))
    }
}

#[derive(Debug, Default)]
pub(crate) struct Tally {
    pub(crate) codes: BTreeMap<&'static str, OfCode>,
    /// The last time each site was reached.
    pub(crate) reached: BTreeMap<String, Place>,
    pub(crate) users: std::collections::BTreeSet<String>,
}

/// The file that is read.
#[derive(Debug)]
pub(crate) struct Reader {
    pub(crate) file: usize,
    pub(crate) path: String,
    /// Line ends so far.
    pub(crate) lines: u64,
    pub(crate) hits: u64,
    pub(crate) formats: BTreeMap<Format, u64>,
    pub(crate) is_of_one_byte: bool,
    /// The last moment that a line told: what comes after it is no older.
    moment: Option<Instant>,
    last: Option<(u64, Option<&'static str>)>,
}

impl Reader {
    pub(crate) fn new(file: usize, path: String) -> Self {
        Self {
            file,
            path,
            lines: 0,
            hits: 0,
            formats: BTreeMap::new(),
            is_of_one_byte: false,
            moment: None,
            last: None,
        }
    }
}

impl Tally {
    /// Adds what the next piece of a file says; the hits that are told whole.
    pub(crate) fn add(&mut self, reader: &mut Reader, scanned: Scanned) -> Vec<Hit> {
        reader.is_of_one_byte |= scanned.is_of_one_byte;
        let sightings = scanned.sightings.into_iter();
        let hits = sightings.filter_map(|sighting| self.sight(reader, sighting));
        let hits = hits.collect();
        reader.lines += scanned.lines;
        hits
    }

    fn sight(&mut self, reader: &mut Reader, sighting: Sighting) -> Option<Hit> {
        let line = reader.lines + sighting.line + 1;
        // a line that stands in two pieces is one
        if sighting.format != Format::WindowsEvents && reader.last == Some((line, sighting.code)) {
            return None;
        }
        reader.last = Some((line, sighting.code));
        let told = sighting.detail.as_ref().and_then(|detail| detail.at);
        reader.moment = told.or(reader.moment);
        let place = Place {
            at: reader.moment,
            file: reader.file,
            line,
        };
        *reader.formats.entry(sighting.format).or_default() += 1;
        let Some(code) = sighting.code else {
            self.reach(sighting.host, place);
            return None;
        };
        reader.hits += 1;
        let of_code = self.codes.entry(code).or_default();
        of_code.count(sighting.host, place);
        let detail = sighting.detail?;
        let ends = match sighting.is_mine {
            true => &mut of_code.mine,
            false => &mut of_code.others,
        };
        let hit = hit(code, reader, place, *detail);
        ends.keep(hit.clone());
        self.know(hit.user.as_deref());
        Some(hit)
    }

    fn reach(&mut self, host: Option<String>, place: Place) {
        if let Some(host) = host
            && (self.reached.len() < MOST_SITES || self.reached.contains_key(&host))
        {
            self.reached.insert(host, place);
        }
    }

    fn know(&mut self, user: Option<&str>) {
        if let Some(user) = user
            && self.users.len() < MOST_USERS
        {
            self.users.insert(user.to_owned());
        }
    }

    /// Every personal value that the logs name as such.
    pub(crate) fn identities(&self) -> Vec<Identity> {
        let users = self.users.iter();
        users
            .map(|user| Identity::new(IdentityKind::Credential, user))
            .collect()
    }
}

impl OfCode {
    fn count(&mut self, host: Option<String>, place: Place) {
        let host = match self.sites.len() >= MOST_SITES && !self.sites.contains_key(&host) {
            true => None,
            false => host,
        };
        let seen = self.sites.entry(host).or_insert(Seen {
            count: 0,
            first: place,
            last: place,
        });
        seen.count += 1;
        seen.first = seen.first.min(place);
        seen.last = place;
    }
}

impl Ends {
    fn keep(&mut self, hit: Hit) {
        if self.first.len() < KEPT {
            self.first.push(hit);
            return;
        }
        if self.last.len() >= KEPT {
            self.last.pop_front();
        }
        self.last.push_back(hit);
    }
}

fn hit(code: &'static str, reader: &Reader, place: Place, detail: Detail) -> Hit {
    let Detail {
        at,
        excerpt,
        facts,
        user,
    } = detail;
    Hit {
        code,
        path: reader.path.clone(),
        line: place.line,
        at,
        excerpt,
        user,
        host: facts.host.clone(),
        file: reader.file,
        facts,
    }
}

/// What the hits say most of.
pub(crate) fn fullest(hits: &[&Hit]) -> Facts {
    let weight = |facts: &Facts| {
        let told = [
            facts.proxy.is_some(),
            facts.proxy_address.is_some(),
            facts.host.is_some(),
            facts.said.is_some(),
        ];
        told.into_iter().filter(|told| *told).count()
    };
    let facts = hits.iter().map(|hit| &hit.facts);
    facts
        .max_by_key(|facts| weight(facts))
        .cloned()
        .unwrap_or_default()
}
