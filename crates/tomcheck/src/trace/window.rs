//! What do the lines of one piece of a log say?
//!
//! All anchors are looked for at once over the whole piece, not line by line; only a line that
//! holds one is cut out, decoded and read.

use std::ops::Range;
use std::sync::Arc;

use aho_corasick::{AhoCorasick, packed};
use memchr::memchr_iter;
use tomcheck_diagnosis::Instant;

use super::encoding;
use super::hit::{Depth, Format, Glance, Opening, Reading};
use super::interest::Interest;
use super::kept::kept;
use super::line::{AROUND, Line, Shown};
use super::mask::Mask;
use super::moment::Clockwork;
use super::net_export;
use super::readers::{self, ANCHORS};
use super::scanned::{Detail, Reached, Scanned, Sighting, Told};
use super::words::LONGEST_KEPT;

/// Bytes at hand, and which of them are to be looked at: those around belong to other windows and
/// complete lines that begin or end here.
pub(super) struct Window<'a> {
    pub(super) bytes: &'a [u8],
    pub(super) body: Range<usize>,
    pub(super) format: Format,
}

/// Lines of one window that are told apart; more are no different, and nobody looks for them.
const MOST_SIGHTINGS: usize = 20_000;
/// Anchors of one line that are tried, of a long one in each stretch.
const MOST_TRIES: usize = 16;
const STRETCH: usize = 1 << 10;
/// Bytes that readers look at for each byte of a window, in all: lines around are looked at from
/// afar as long as not every line asks for that.
const MOST_LOOKED: usize = 32;
/// From then on, from so near.
const NEAR: usize = 256;

pub(super) struct Scanner {
    searcher: Searcher,
    interest: Interest,
    mask: Arc<Mask>,
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
            interest,
            mask: Arc::new(mask),
        }
    }

    pub(super) const fn mask(&self) -> &Arc<Mask> {
        &self.mask
    }

    /// Time linear in the body, whatever stands in it.
    pub(super) fn scan(&self, window: &Window<'_>, clockwork: Clockwork, scanned: &mut Scanned) {
        scanned.clear();
        let mut scan = self.scan_of(window, scanned);
        scan.run();
        scan.detailed(clockwork);
    }

    fn scan_of<'a>(&'a self, window: &'a Window<'a>, scanned: &'a mut Scanned) -> Scan<'a> {
        Scan {
            scanner: self,
            window,
            scanned,
            places: Vec::new(),
            counted: window.body.start,
            looked: 0,
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

/// Whether a line may say it more than once.
fn is_repeated(pattern: usize) -> bool {
    let anchor = ANCHORS.get(pattern);
    anchor.is_some_and(|anchor| anchor.is_repeated)
}

struct Scan<'a> {
    scanner: &'a Scanner,
    window: &'a Window<'a>,
    scanned: &'a mut Scanned,
    /// Where each sighting stands.
    places: Vec<Found>,
    /// Up to where line ends were counted.
    counted: usize,
    /// Bytes that readers looked at.
    looked: usize,
}

struct Found {
    pattern: usize,
    anchor: Range<usize>,
    read: Read,
}

/// What its reader made of a line.
enum Read {
    /// Nothing beyond what it makes of it once more, together with the line before that stands there.
    Again(Range<usize>),
    Once(Box<Reading>),
}

impl Default for Read {
    fn default() -> Self {
        Self::Again(0..0)
    }
}

impl Read {
    fn of(reading: Reading, line: &Line<'_>) -> Self {
        let is_plain = reading.source.is_none() && reading.when.is_none() && reading.user.is_none();
        let before = line
            .enough_with()
            .filter(|before| is_plain && before.len() + line.text.len() < LONGEST_KEPT);
        before.map_or_else(|| Self::Once(Box::new(reading)), Self::Again)
    }
}

/// How many anchors of a line, or of a stretch of a long one, were tried.
#[derive(Default)]
struct Tries {
    of: (bool, usize),
    count: usize,
}

impl Tries {
    /// Of the line that begins at `start` one was tried, and it is done.
    const fn done(&mut self, start: usize) {
        *self = Self {
            of: (true, start),
            count: 1,
        };
    }

    fn count(&mut self, line: &Line<'_>, anchor: &Range<usize>) {
        let of = match line.is_whole() {
            true => (true, line.place().start),
            false => (false, anchor.start / STRETCH),
        };
        self.count = if of == self.of { self.count + 1 } else { 1 };
        self.of = of;
    }

    /// From where on to look after this one said nothing.
    fn next(&self, line: &Line<'_>, anchor: &Range<usize>) -> usize {
        if self.count < MOST_TRIES {
            return anchor.end;
        }
        let stretch = (anchor.start / STRETCH + 1) * STRETCH;
        line.place().end.min(stretch).max(anchor.end)
    }
}

impl<'a> Scan<'a> {
    fn run(&mut self) {
        let end = self.window.body.end;
        let (mut at, mut tries) = (self.window.body.start, Tries::default());
        while let Some((pattern, found)) = self.find(at) {
            if !self.has_room(found.start) {
                break;
            }
            if let Some(opening) = readers::opening(pattern, self.window.bytes, &found) {
                let last = self.take_tunnels(opening);
                tries.done(last.start);
                at = last.end;
                continue;
            }
            if let Some(glance) = readers::glance(pattern, self.window.bytes, &found) {
                tries.done(glance.place.start);
                self.looked += glance.place.len();
                at = glance.place.end;
                self.glanced(pattern, found, &glance);
                continue;
            }
            let line = Line::around(self.window.bytes, found.clone()).within(self.reach());
            tries.count(&line, &found);
            let reading = self.read(pattern, &line);
            self.looked += line.looked();
            at = match reading.is_some() && !is_repeated(pattern) {
                true => line.place().end.max(found.end),
                false => tries.next(&line, &found),
            };
            if let Some(reading) = reading {
                self.scanned.is_of_one_byte |= line.is_of_one_byte();
                self.sight(pattern, found, &line, reading);
            }
        }
        self.lines_before(end);
        let body = self.window.bytes.get(self.window.body.clone());
        let last = body.and_then(<[u8]>::last);
        self.scanned.is_open = last.map(|last| *last != b'\n');
        if self.is_net_export() {
            let requests = net_export::requests(self.window.bytes, &self.window.body);
            let interest = &self.scanner.interest;
            let is_mine = |request: &net_export::Request| interest.is_mine(Some(&request.site.0));
            self.scanned.asks_for_mine = requests.iter().any(|(_, request)| is_mine(request));
            self.scanned.requests = requests;
        }
    }

    fn is_net_export(&self) -> bool {
        self.window.format == Format::NetExport
    }

    /// A net-export names all codes there are.
    fn read(&self, pattern: usize, line: &Line<'_>) -> Option<Reading> {
        let anchor = ANCHORS.get(pattern);
        let is_listed = self.is_net_export() && anchor.is_some_and(|anchor| anchor.is_name);
        (!is_listed).then(|| readers::read(pattern, line))?
    }

    fn reach(&self) -> usize {
        let most = (self.window.body.len() + AROUND).saturating_mul(MOST_LOOKED);
        if self.looked < most { AROUND } else { NEAR }
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

    /// Takes as many tunnels as follow on one another; where the last one stands.
    fn take_tunnels(&mut self, mut opening: Opening<'a>) -> Range<usize> {
        let bytes = self.window.bytes;
        loop {
            let place = opening.place.clone();
            self.looked += place.len();
            self.opened(&opening);
            match readers::opening_at(bytes, place.end + 1) {
                Some(next) if self.has_room(next.anchor) => opening = next,
                _ => return place,
            }
        }
    }

    /// Whether more is wanted, and from there.
    fn has_room(&self, anchor: usize) -> bool {
        let count = self.places.len() + self.scanned.openings.len();
        anchor < self.window.body.end && count < MOST_SIGHTINGS
    }

    fn opened(&mut self, opening: &Opening<'_>) {
        let names = &mut self.scanned.names;
        self.scanned.openings.push(Reached {
            way: names.add_bytes(Some(opening.host), Some(opening.client)),
            // no window is that large
            anchor: u32::try_from(opening.anchor).unwrap_or(u32::MAX),
            at: opening.at,
            is_mine: self.scanner.interest.is_mine_bytes(opening.host),
        });
    }

    fn glanced(&mut self, pattern: usize, anchor: Range<usize>, glance: &Glance<'_>) {
        let line = self.lines_before(anchor.start);
        let names = &mut self.scanned.names;
        self.scanned.sightings.push(Sighting {
            anchor: anchor.start,
            line,
            code: glance.code,
            depth: Depth::Open,
            format: glance.format,
            is_mine: self.scanner.interest.is_mine_bytes(glance.host.as_bytes()),
            source: None,
            way: names.add(Some(glance.host), Some(glance.client)),
            may_follow: false,
            at: None,
            told: None,
        });
        self.places.push(Found {
            pattern,
            anchor,
            read: Read::default(),
        });
    }

    fn sight(&mut self, pattern: usize, anchor: Range<usize>, line: &Line<'_>, reading: Reading) {
        let number = self.lines_before(anchor.start);
        let host = reading.facts.host.as_deref();
        let names = &mut self.scanned.names;
        self.scanned.sightings.push(Sighting {
            anchor: anchor.start,
            line: number,
            code: reading.code,
            depth: reading.depth,
            format: reading.format,
            // one that nobody knows yet may
            is_mine: reading.source.is_some() || self.scanner.interest.is_mine(host),
            source: reading.source.map(Box::new),
            way: names.add(host, reading.client.as_deref()),
            may_follow: reading.may_follow,
            at: None,
            told: None,
        });
        self.places.push(Found {
            pattern,
            anchor,
            read: Read::of(reading, line),
        });
    }

    /// Line ends of the body before `place`, which stands behind the last one that was asked for.
    fn lines_before(&mut self, place: usize) -> u64 {
        let bytes = self
            .window
            .bytes
            .get(self.counted..place)
            .unwrap_or_default();
        self.scanned.lines += memchr_iter(b'\n', bytes).count() as u64;
        self.counted = self.counted.max(place);
        self.scanned.lines
    }

    /// The first and the last ones of each kind keep their words.
    fn detailed(mut self, clockwork: Clockwork) {
        let mut places = std::mem::take(&mut self.places);
        for number in kept(&self.scanned.sightings, &self.scanned.openings) {
            let Some(found) = places.get_mut(number) else {
                continue;
            };
            let line = Line::around(self.window.bytes, found.anchor.clone());
            let (at, told) = match std::mem::take(&mut found.read) {
                Read::Once(reading) => self.scanner.detail(*reading, &line, clockwork),
                Read::Again(before) => {
                    let told = self
                        .failed(number)
                        .then(|| self.deferred(found, &line, before));
                    (clockwork.of(&line.text), told)
                }
            };
            if let Some(sighting) = self.scanned.sightings.get_mut(number) {
                sighting.at = at;
                sighting.told = told;
            }
        }
    }

    /// Of a success nobody is shown more than when it was.
    fn failed(&self, sighting: usize) -> bool {
        let sighting = self.scanned.sightings.get(sighting);
        sighting.is_some_and(|sighting| sighting.code.is_some())
    }

    /// Keeps the line as it stands there, to be read when somebody asks.
    fn deferred(&mut self, found: &Found, line: &Line<'_>, before: Range<usize>) -> Told {
        let begin = line.place().start;
        let anchor = found.anchor.start - begin..found.anchor.end - begin;
        let before = encoding::text(self.window.bytes.get(before).unwrap_or_default());
        let deferred = &mut self.scanned.deferred;
        Told::Deferred(deferred.add(&before, &line.text, anchor, found.pattern))
    }
}

impl Scanner {
    fn detail(
        &self,
        mut reading: Reading,
        line: &Line<'_>,
        clockwork: Clockwork,
    ) -> (Option<Instant>, Option<Told>) {
        let shown = line.shown();
        let at = match &reading.when {
            Some(when) => clockwork.of(when),
            None => clockwork.of(&shown.text),
        };
        let gist = reading.gist.take();
        let shown = gist.as_deref().map_or(shown, Shown::whole);
        (at, Detail::of(reading, &shown, &self.mask))
    }
}

/// No anchor and no name of a site is longer.
const LONGEST_ANCHOR: usize = 256;

#[cfg(test)]
mod tests {
    use super::*;
    use tomcheck_diagnosis::Pseudonyms;

    /// What readers looked at for each byte, and how many lines said something.
    fn looked(bytes: &[u8]) -> (usize, usize) {
        let mask = Mask::new(Pseudonyms::new("key"), false);
        let scanner = Scanner::new(Interest::default(), mask);
        let window = Window {
            bytes,
            body: 0..bytes.len(),
            format: Format::Unknown,
        };
        let mut scanned = Scanned::default();
        let mut scan = scanner.scan_of(&window, &mut scanned);
        scan.run();
        (scan.looked / bytes.len(), scan.places.len())
    }

    #[test]
    fn of_the_codes_of_a_line_each_is_tried() {
        let mask = Mask::new(Pseudonyms::new("key"), false);
        let scanner = Scanner::new(Interest::default(), mask);
        for (text, code) in [
            (
                "SCardConnect(…, SCARD_SHARE_SHARED, …) = SCARD_E_NO_SMARTCARD (0x8010000C)",
                "card.absent",
            ),
            (
                "C_GetTokenInfo -> CKR_OK ; C_Login -> CKR_PIN_LOCKED",
                "token.pin-locked",
            ),
            (
                "SSL_ERROR_NONE, then PR_CONNECT_RESET_ERROR",
                "tls.reset-by-middlebox",
            ),
            ("0x80090000 before 0x80090325", "tls.server-untrusted"),
        ] {
            let window = Window {
                bytes: text.as_bytes(),
                body: 0..text.len(),
                format: Format::Unknown,
            };
            let mut scanned = Scanned::default();
            scanner.scan_of(&window, &mut scanned).run();
            let codes = scanned.sightings.iter().map(|sighting| sighting.code);
            assert_eq!(codes.collect::<Vec<_>>(), [Some(code)], "{text}");
        }
    }

    #[test]
    fn no_log_makes_its_reader_look_at_every_byte_hundreds_of_times() {
        for (line, is_hit) in [
            (&b"< x Proxy Authentication Required\n"[..], true),
            (b"\xe9 Proxy Authentication Required\n", true),
            (b"/403 ", false),
            (b"EventID ", false),
            (b"CKR_OK CKR_OK CKR_OK\n", false),
        ] {
            let bytes = line.repeat((1 << 16) / line.len());
            let (times, hits) = looked(&bytes);
            assert!(times < 2 * MOST_LOOKED, "{times} {line:?}");
            assert_eq!(hits > 1000, is_hit, "{hits} {line:?}");
        }
    }

    #[test]
    fn behind_many_anchors_that_say_nothing_a_long_line_is_read_on() {
        let noise = format!("/403 {}", "x".repeat(95)).repeat(100);
        let text = format!("{noise} SEC_ERROR_UNKNOWN_ISSUER {noise}");
        assert_eq!(looked(text.as_bytes()).1, 1);
    }
}
