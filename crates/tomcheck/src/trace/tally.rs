//! What do all the lines of all files say together?

use std::collections::{BTreeMap, VecDeque};
use std::sync::Arc;

use tomcheck_diagnosis::{Identity, IdentityKind, Instant};

use super::hit::{Depth, Format, Hit, UNEXPLAINED};
use super::mask::Mask;
use super::net_export::{Asked, LAST, Request};
use super::scanned::{Detail, Reached, Scanned, Sighting};
use super::way::{Keys, Named, Names, Way, Ways};
use super::words::Deferred;

/// Hits of one finding that are kept from the begin, and as many from the end.
const KEPT: usize = 50;
/// Ways that are told apart: those to the sites that matter in any case, and all.
const MOST_WAYS: (usize, usize) = (4000, 2000);
/// Bytes of lines that are kept beyond those: the last one of each way.
const MOST_BYTES: usize = 8 << 20;
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

    /// The later one of both: files are read in the order they are named in, and the newest may be
    /// the first.
    fn or_later(self, read_next: Self) -> Self {
        match self.is_after(&read_next) {
            true => self,
            false => read_next,
        }
    }
}

/// The last time that a way led to its site, and the last time that it led further.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Led {
    open: Place,
    secured: Option<Place>,
    answered: Option<Place>,
}

impl Led {
    fn comes(&mut self, depth: Depth, place: Place) {
        let or_later = |last: Option<Place>| last.map_or(place, |last| last.or_later(place));
        self.open = self.open.or_later(place);
        if depth >= Depth::Secured {
            self.secured = Some(or_later(self.secured));
        }
        if depth >= Depth::Answered {
            self.answered = Some(or_later(self.answered));
        }
    }

    /// The last time it led as far as that, or further.
    pub(crate) fn as_far_as(&self, depth: Depth) -> Option<Place> {
        match depth {
            Depth::Open => Some(self.open),
            Depth::Secured => self.secured,
            Depth::Answered => self.answered,
        }
    }
}

/// What was seen of one finding on one way.
#[derive(Clone, Debug, Default)]
pub(crate) struct Seen {
    pub(crate) count: u64,
    pub(crate) first: Place,
    pub(crate) last: Place,
    /// The last line that was kept.
    pub(crate) hit: Option<Arc<Hit>>,
}

/// All lines that stand for one finding.
#[derive(Debug, Default)]
pub(crate) struct OfCode {
    pub(crate) ways: Ways<Seen>,
    /// What is about sites that do not matter, and too many to be told apart.
    pub(crate) beyond: u64,
    /// About the sites that matter in any case, and about all others.
    mine: Ends,
    others: Ends,
}

/// The first hits and the last ones.
#[derive(Debug, Default)]
struct Ends {
    first: Vec<Arc<Hit>>,
    last: VecDeque<Arc<Hit>>,
}

impl OfCode {
    /// The hits that were kept, in the order they were read.
    pub(crate) fn hits(&self) -> impl Iterator<Item = &Hit> {
        let ends = [&self.others, &self.mine].into_iter();
        let hits = ends.flat_map(|ends| ends.first.iter().chain(&ends.last));
        hits.map(AsRef::as_ref)
    }

    fn hits_mut(&mut self) -> impl Iterator<Item = &mut Hit> {
        let ends = [&mut self.others, &mut self.mine].into_iter();
        let hits = ends.flat_map(|ends| ends.first.iter_mut().chain(&mut ends.last));
        hits.map(Arc::make_mut)
    }

    pub(crate) fn count(&self) -> u64 {
        let counts = self.ways.iter().map(|(_, seen)| seen.count);
        counts.sum::<u64>() + self.beyond
    }
}

#[derive(Debug, Default)]
pub(crate) struct Tally {
    pub(crate) codes: BTreeMap<&'static str, OfCode>,
    /// Failures that stand for no finding.
    pub(crate) unexplained: OfCode,
    /// The last time each way led to its site; where that is none, the card was used.
    pub(crate) reached: Ways<Led>,
    pub(crate) users: std::collections::BTreeSet<String>,
    /// Whether a browser asked for a site that matters, whatever became of it.
    pub(crate) asks_for_mine: bool,
    /// All ways that stand above.
    known: Keys,
    /// Bytes of the last lines of all ways.
    bytes: usize,
}

/// The file that is read.
#[derive(Debug)]
pub(crate) struct Reader {
    pub(crate) file: usize,
    pub(crate) path: String,
    /// Line ends so far.
    lines: u64,
    /// Whether what was read last ends within a line.
    is_open: bool,
    pub(crate) hits: u64,
    pub(crate) formats: BTreeMap<Format, u64>,
    pub(crate) is_of_one_byte: bool,
    asked: Asked,
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
            is_open: false,
            hits: 0,
            formats: BTreeMap::new(),
            is_of_one_byte: false,
            asked: Asked::default(),
            moment: None,
            last: None,
        }
    }
}

impl Reader {
    /// The last one counts though nothing ends it.
    pub(crate) fn lines(&self) -> u64 {
        self.lines + u64::from(self.is_open)
    }

    /// A line between the last one that said something and the next one that will: a tunnel has one
    /// of its own there, and which one nobody asks. One that a piece's end cuts may be counted twice.
    fn behind_last(&self) -> u64 {
        self.last.map_or(0, |(line, _)| line + 1)
    }

    /// Finds out which site a line is about that names none; none: there is no more to it.
    fn place(&mut self, sighting: &mut Sighting, source: u64, names: &mut Names) -> Option<()> {
        if let Some(host) = names.host(&sighting.way) {
            let request = Request::of((host.to_owned(), None));
            self.asked.add([(source, request.clone()), (LAST, request)]);
            return None;
        }
        match self.asked.request(source) {
            Some(request) => {
                if let Some(code) = sighting.code
                    && sighting.format == Format::NetExport
                    && !sighting.may_follow
                {
                    sighting.code = Some(request.told(code)?);
                }
                if request.is_tunnel {
                    sighting.depth = Depth::Open;
                }
                sighting.is_about(request.site, names);
            }
            // a browser asks for much that is none of the user's business
            None if sighting.format == Format::NetExport => return None,
            None => {}
        }
        // without a site, what went well would be a card that was used
        let is_told = sighting.code.is_some() || names.host(&sighting.way).is_some();
        is_told.then_some(())
    }
}

impl Reader {
    /// Whether a browser tells once more, in its own words, what the proxy told; remembers what that
    /// is.
    fn is_told_again(&mut self, sighting: &Sighting, names: &Names) -> bool {
        let host = names.host(&sighting.way);
        let (true, Some(host)) = (sighting.format == Format::NetExport, host) else {
            return false;
        };
        if sighting.may_follow {
            return self.asked.is_refused(host);
        }
        match sighting.code {
            None => self.asked.told(host, false),
            Some(code) if code.starts_with("proxy.") => self.asked.told(host, true),
            Some(_) => {}
        }
        false
    }
}

impl Tally {
    /// Adds what the next piece of a file says; the hits that have words.
    pub(crate) fn add(&mut self, reader: &mut Reader, scanned: &mut Scanned) -> Vec<Arc<Hit>> {
        reader.is_of_one_byte |= scanned.is_of_one_byte;
        reader.asked.add(scanned.requests.drain(..));
        self.asks_for_mine |= scanned.asks_for_mine;
        let names = &mut scanned.names;
        let mut openings = scanned.openings.as_slice();
        let mut hits = Vec::new();
        for sighting in scanned.sightings.drain(..) {
            self.open(reader, names, &mut openings, sighting.anchor);
            hits.extend(self.sight(reader, names, &scanned.deferred, sighting));
        }
        self.open(reader, names, &mut openings, usize::MAX);
        reader.lines += scanned.lines;
        reader.is_open = scanned.is_open.unwrap_or(reader.is_open);
        hits
    }

    /// Those that stand before `anchor`.
    fn open(
        &mut self,
        reader: &mut Reader,
        names: &Names,
        openings: &mut &[Reached],
        anchor: usize,
    ) {
        let mut count = 0;
        while let Some((opening, rest)) = openings.split_first()
            && (opening.anchor as usize) < anchor
        {
            *openings = rest;
            reader.moment = Some(opening.at);
            let place = Place {
                at: reader.moment,
                file: reader.file,
                line: reader.behind_last(),
            };
            count += 1;
            let is_mine = opening.is_mine;
            self.reach(names, &opening.way, is_mine, (Depth::Open, place));
        }
        if count > 0 {
            *reader.formats.entry(Format::Squid).or_default() += count;
        }
    }

    fn sight(
        &mut self,
        reader: &mut Reader,
        names: &mut Names,
        deferred: &Deferred,
        mut sighting: Sighting,
    ) -> Option<Arc<Hit>> {
        if let Some(source) = sighting.source.take() {
            reader.place(&mut sighting, *source, names)?;
        }
        if reader.is_told_again(&sighting, names) {
            return None;
        }
        let line = reader.lines + sighting.line + 1;
        // a line that stands in two pieces is one
        if sighting.format != Format::WindowsEvents && reader.last == Some((line, sighting.code)) {
            return None;
        }
        reader.last = Some((line, sighting.code));
        reader.moment = sighting.at.or(reader.moment);
        let place = Place {
            at: reader.moment,
            file: reader.file,
            line,
        };
        *reader.formats.entry(sighting.format).or_default() += 1;
        let Some(code) = sighting.code else {
            let (is_mine, depth) = (sighting.is_mine, sighting.depth);
            self.reach(names, &sighting.way, is_mine, (depth, place));
            return None;
        };
        if code == UNEXPLAINED {
            let known = &mut self.known;
            self.unexplained.seen(names, &sighting, place, known);
            return None;
        }
        reader.hits += 1;
        let of_code = self.codes.entry(code).or_default();
        let seen = of_code.seen(names, &sighting, place, &mut self.known);
        let detail = sighting.told?.detail(deferred);
        let client = names.client(&sighting.way).map(str::to_owned);
        let hit = Hit {
            at: sighting.at,
            ..hit(code, place, client, detail)
        };
        let hit = Arc::new(hit);
        if let Some(seen) = seen.filter(|seen| seen.last == place) {
            keep_last(&mut self.bytes, &mut seen.hit, &hit);
        }
        let ends = match sighting.is_mine {
            true => &mut of_code.mine,
            false => &mut of_code.others,
        };
        ends.keep(Arc::clone(&hit));
        self.know(hit.user.as_deref());
        Some(hit)
    }

    /// What failed before on a way is remembered to have ended well, however many ways there are.
    fn reach(
        &mut self,
        names: &Names,
        named: &Named,
        is_mine: bool,
        (depth, place): (Depth, Place),
    ) {
        let key = named.key;
        // most ways of a long log are known
        if let Some(led) = self.reached.get_mut(key) {
            return led.comes(depth, place);
        }
        let (mine, all) = MOST_WAYS;
        let most = if is_mine { mine } else { all };
        if self.reached.len() < most || self.known.contains(&key) {
            self.known.insert(key);
            let way = || names.way(named);
            if let Some(led) = self.reached.entry(key, way, Led::default) {
                led.comes(depth, place);
            }
        }
    }

    /// Makes of the first and the last lines what may be shown of them; of those that stand for
    /// one way each few are shown, and they wait for it.
    pub(crate) fn show(&mut self, mask: &Mask, path: impl Fn(usize) -> String) {
        let hits = self.codes.values_mut().flat_map(OfCode::hits_mut);
        hits.for_each(|hit| hit.show(mask, &path(hit.file)));
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
    /// Counts it; none: nothing more is to be known of its way.
    fn seen(
        &mut self,
        names: &Names,
        sighting: &Sighting,
        place: Place,
        known: &mut Keys,
    ) -> Option<&mut Seen> {
        let (named, is_mine) = (&sighting.way, sighting.is_mine);
        let (mine, all) = MOST_WAYS;
        let matters = is_mine || names.host(named).is_none();
        let most = if matters { mine } else { all };
        let has_room = self.ways.len() < most || self.ways.get_mut(named.key).is_some();
        // without room, what matters does so as one that names no site
        let way = match has_room {
            true => names.way(named),
            false if matters => Way::default(),
            false => {
                self.beyond += 1;
                return None;
            }
        };
        let key = if has_room { named.key } else { way.key() };
        known.insert(key);
        let new = || Seen {
            first: place,
            ..Seen::default()
        };
        let seen = self.ways.entry(key, || way, new)?;
        seen.count += 1;
        seen.first = seen.first.min(place);
        seen.last = seen.last.or_later(place);
        Some(seen)
    }
}

/// As long as there is room for all of them.
fn keep_last(bytes: &mut usize, kept: &mut Option<Arc<Hit>>, hit: &Arc<Hit>) {
    let before = kept.as_ref().map_or(0, |hit| hit.bytes());
    let more = *bytes - before + hit.bytes();
    if more <= MOST_BYTES {
        *bytes = more;
        *kept = Some(Arc::clone(hit));
    }
}

impl Ends {
    fn keep(&mut self, hit: Arc<Hit>) {
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

fn hit(code: &'static str, place: Place, client: Option<String>, detail: Detail) -> Hit {
    Hit {
        code,
        path: String::new(),
        line: place.line,
        at: None,
        excerpt: String::new(),
        user: detail.user,
        host: None,
        proxy: None,
        file: place.file,
        client,
        facts: detail.facts,
        words: Some(detail.words),
    }
}
