//! What do the lines of one piece of a log say?
//!
//! All anchors are looked for at once over the whole piece, not line by line; only a line that
//! holds one is cut out, decoded and read.

use std::collections::BTreeMap;
use std::ops::Range;

use aho_corasick::{AhoCorasick, packed};
use memchr::memchr_iter;
use tomcheck_diagnosis::Instant;

use super::hit::{Facts, Format, Reading};
use super::interest::Interest;
use super::line::{Line, Shown};
use super::mask::Mask;
use super::moment::Clockwork;
use super::readers::{self, ANCHORS};

/// Bytes at hand, and which of them are to be looked at: those around belong to other windows and
/// complete lines that begin or end here.
pub(super) struct Window<'a> {
    pub(super) bytes: &'a [u8],
    pub(super) body: Range<usize>,
}

/// What a window says.
#[derive(Debug, Default)]
pub(super) struct Scanned {
    /// Line ends in the body.
    pub(super) lines: u64,
    pub(super) sightings: Vec<Sighting>,
    /// Whether a line was no UTF-8.
    pub(super) is_of_one_byte: bool,
}

/// One line that says something.
#[derive(Debug)]
pub(super) struct Sighting {
    /// Line ends between the begin of the body and the line.
    pub(super) line: u64,
    /// None: a site was reached.
    pub(super) code: Option<&'static str>,
    pub(super) format: Format,
    pub(super) host: Option<String>,
    /// Whether the site is one that matters in any case.
    pub(super) is_mine: bool,
    /// None: as many of its kind stand around it, they are only counted.
    pub(super) detail: Option<Box<Detail>>,
}

#[derive(Debug)]
pub(super) struct Detail {
    pub(super) at: Option<Instant>,
    /// The line, masked and cut.
    pub(super) excerpt: String,
    pub(super) facts: Facts,
    pub(super) user: Option<String>,
}

impl Detail {
    /// What a reader made of a line, and what of both may be shown.
    pub(super) fn new(
        reading: Reading,
        line: &Shown<'_>,
        at: Option<Instant>,
        mask: &Mask,
    ) -> Self {
        let user = reading.user.as_deref();
        Self {
            at,
            excerpt: mask.excerpt(line, user),
            facts: mask.facts(reading.facts, user),
            user: reading.user,
        }
    }
}

/// Of one finding in one window the first and the last ones are kept whole: those about the sites
/// that matter, and those about all others.
const KEPT: usize = 2;
/// Lines of one window that are told apart; more are no different.
const MOST_SIGHTINGS: usize = 20_000;
/// Anchors of one line that are tried.
const MOST_TRIES: usize = 16;

pub(super) struct Scanner {
    searcher: Searcher,
    /// Where in the list of patterns the names of sites begin.
    sites: usize,
    interest: Interest,
    mask: Mask,
}

enum Searcher {
    /// By the processor's wide registers.
    Packed(packed::Searcher),
    Automaton(AhoCorasick),
}

impl Scanner {
    /// Looks for all anchors, and for lines that name a site that matters.
    pub(super) fn new(interest: Interest, mask: Mask) -> Self {
        let sites = interest.names();
        let anchors = ANCHORS.iter().map(|anchor| anchor.literal);
        let patterns: Vec<&str> = anchors.chain(sites.iter().map(String::as_str)).collect();
        Self {
            searcher: Searcher::new(&patterns),
            sites: ANCHORS.len(),
            interest,
            mask,
        }
    }

    pub(super) const fn mask(&self) -> &Mask {
        &self.mask
    }

    /// Time linear in the body, whatever stands in it.
    pub(super) fn scan(&self, window: &Window<'_>, clockwork: Clockwork) -> Scanned {
        let mut scan = Scan {
            scanner: self,
            window,
            scanned: Scanned::default(),
            places: Vec::new(),
            counted: window.body.start,
        };
        scan.run();
        scan.detailed(clockwork)
    }

    fn read(&self, pattern: usize, line: &Line<'_>) -> Option<Reading> {
        match ANCHORS.get(pattern) {
            Some(anchor) => (anchor.read)(line),
            None if pattern >= self.sites => readers::success(line),
            None => None,
        }
    }
}

impl Searcher {
    fn new(patterns: &[&str]) -> Self {
        let packed = packed::Searcher::new(patterns);
        packed.map_or_else(|| Self::automaton(patterns), Self::Packed)
    }

    /// A few dozen literals of a few letters are far from every limit.
    #[expect(clippy::expect_used, reason = "the patterns are ours, and few")]
    fn automaton(patterns: &[&str]) -> Self {
        Self::Automaton(AhoCorasick::new(patterns).expect("a few patterns make an automaton"))
    }

    fn find(&self, bytes: &[u8], place: Range<usize>) -> Option<(usize, Range<usize>)> {
        let found = match self {
            Self::Packed(searcher) => searcher.find_in(bytes, place.into()),
            Self::Automaton(automaton) => {
                automaton.find(aho_corasick::Input::new(bytes).range(place))
            }
        };
        found.map(|found| (found.pattern().as_usize(), found.range()))
    }
}

struct Scan<'a> {
    scanner: &'a Scanner,
    window: &'a Window<'a>,
    scanned: Scanned,
    /// Where the anchor of each sighting stands, and what its reader made of it.
    places: Vec<(Range<usize>, Reading)>,
    /// Up to where line ends were counted.
    counted: usize,
}

impl Scan<'_> {
    fn run(&mut self) {
        let body = self.window.body.clone();
        let (mut at, mut tried) = (body.start, (0, 0));
        while let Some((pattern, found)) = self.find(at) {
            if found.start >= body.end {
                break;
            }
            let line = Line::around(self.window.bytes, found.clone());
            let place = line.place();
            tried = if tried.0 == place.start {
                (tried.0, tried.1 + 1)
            } else {
                (place.start, 0)
            };
            let is_repeated = ANCHORS
                .get(pattern)
                .is_some_and(|anchor| anchor.is_repeated);
            let reading = self.scanner.read(pattern, &line);
            at = match reading.is_some() && !is_repeated || tried.1 > MOST_TRIES {
                true => place.end.max(found.end),
                false => found.end,
            };
            if let Some(reading) = reading {
                self.scanned.is_of_one_byte |= line.is_of_one_byte();
                self.sight(found, reading);
            }
        }
        self.count_lines(body.end);
    }

    /// An anchor may end behind the body, not begin there.
    fn find(&self, at: usize) -> Option<(usize, Range<usize>)> {
        let end = self
            .window
            .bytes
            .len()
            .min(self.window.body.end + LONGEST_ANCHOR);
        (at < end).then_some(())?;
        self.scanner.searcher.find(self.window.bytes, at..end)
    }

    fn sight(&mut self, anchor: Range<usize>, reading: Reading) {
        self.count_lines(anchor.start);
        if self.places.len() >= MOST_SIGHTINGS {
            return;
        }
        self.scanned.sightings.push(Sighting {
            line: self.scanned.lines,
            code: reading.code,
            format: reading.format,
            is_mine: self.scanner.interest.is_mine(reading.facts.host.as_deref()),
            host: reading.facts.host.clone(),
            detail: None,
        });
        self.places.push((anchor, reading));
    }

    fn count_lines(&mut self, to: usize) {
        let bytes = self.window.bytes.get(self.counted..to).unwrap_or_default();
        self.scanned.lines += memchr_iter(b'\n', bytes).count() as u64;
        self.counted = self.counted.max(to);
    }

    /// The first and the last ones of each kind keep their words.
    fn detailed(mut self, clockwork: Clockwork) -> Scanned {
        let mask = &self.scanner.mask;
        for number in kept(&self.scanned.sightings) {
            let found = self.places.get_mut(number).map(std::mem::take);
            let sighting = self.scanned.sightings.get_mut(number);
            if let (Some(sighting), Some((anchor, reading))) = (sighting, found) {
                let line = Line::around(self.window.bytes, anchor).shown();
                let when = reading.when.clone();
                let when = when.unwrap_or_else(|| format!("{}{}", line.head, line.tail));
                let at = clockwork.of(&when);
                let detail = Detail::new(reading, &line, at, mask);
                sighting.detail = Some(Box::new(detail));
            }
        }
        self.scanned
    }
}

/// No anchor and no name of a site is longer.
const LONGEST_ANCHOR: usize = 256;

fn kept(sightings: &[Sighting]) -> Vec<usize> {
    let mut kinds: BTreeMap<(Option<&str>, bool), Vec<usize>> = BTreeMap::new();
    for (number, sighting) in sightings.iter().enumerate() {
        let kind = (sighting.code, sighting.is_mine);
        kinds.entry(kind).or_default().push(number);
    }
    let ends = |numbers: Vec<usize>| {
        let last = numbers.len().saturating_sub(KEPT).max(KEPT);
        let numbers = numbers.into_iter().enumerate();
        numbers.filter_map(move |(at, number)| (at < KEPT || at >= last).then_some(number))
    };
    let mut kept: Vec<usize> = kinds.into_values().flat_map(ends).collect();
    kept.sort_unstable();
    kept
}
