//! Which line is it, and what stands around it?

use std::borrow::Cow;
use std::cell::Cell;
use std::ops::Range;

use memchr::{memchr, memmem, memrchr, memrchr_iter};

use super::encoding;

/// More of a line is not read: what says something stands near its anchor.
const BEFORE: usize = 1 << 10;
const AFTER: usize = 2 << 10;

/// How far the lines around are looked at.
pub(crate) const AROUND: usize = 8 << 10;

/// One line with an anchor in it.
pub(crate) struct Line<'a> {
    /// Without its end; where it is longer than what is read, the part around the anchor.
    pub(crate) text: Cow<'a, str>,
    bytes: &'a [u8],
    place: Range<usize>,
    anchor: Range<usize>,
    /// How far the lines around are at hand.
    reach: usize,
    /// Bytes of it and around it that were decoded or searched.
    looked: Cell<usize>,
    others: Cell<Others>,
}

/// Which other lines were asked for.
#[derive(Clone, Copy)]
enum Others {
    None,
    /// One before it, that stands there.
    One(usize, usize),
    Many,
}

/// What of a line is shown once it is masked: from its begin, for a mask has to see the word that
/// makes a secret of what follows.
pub(crate) struct Shown<'a> {
    pub(crate) text: Cow<'a, str>,
    /// Where in it the anchor begins.
    pub(crate) at: usize,
    /// Whether it begins so far away that nobody looked: then there is but the anchor's word.
    pub(crate) is_cut: bool,
}

impl<'a> Shown<'a> {
    /// A line that is known by its first letter.
    pub(crate) const fn whole(text: &'a str) -> Self {
        Self {
            text: Cow::Borrowed(text),
            at: 0,
            is_cut: false,
        }
    }

    /// Up to the anchor.
    pub(crate) fn head(&self) -> &str {
        self.text.get(..self.at).unwrap_or_default()
    }
}

impl<'a> Line<'a> {
    /// The line of `bytes` that `anchor` stands in.
    pub(crate) fn around(bytes: &'a [u8], anchor: Range<usize>) -> Self {
        let place = bounds(bytes, &anchor);
        let text = encoding::text(bytes.get(place.clone()).unwrap_or_default());
        Self {
            text,
            bytes,
            looked: Cell::new(place.len()),
            others: Cell::new(Others::None),
            place,
            anchor,
            reach: AROUND,
        }
    }

    /// The same, with no more than `reach` bytes around it at hand.
    pub(crate) fn within(self, reach: usize) -> Self {
        Self {
            reach: reach.min(AROUND),
            ..self
        }
    }

    /// The same, with its anchor where `word` stands first.
    pub(crate) fn at(&self, word: &str) -> Option<Self> {
        let text = self.bytes.get(self.place())?;
        let begin = self.place.start + memmem::find(text, word.as_bytes())?;
        Some(Self::around(self.bytes, begin..begin + word.len()).within(self.reach))
    }

    /// Where it stands in the window.
    pub(crate) fn place(&self) -> Range<usize> {
        self.place.clone()
    }

    /// What it is known by.
    pub(crate) fn anchor(&self) -> &'a [u8] {
        self.bytes.get(self.anchor.clone()).unwrap_or_default()
    }

    /// Whether it begins where its place does.
    pub(crate) fn is_whole(&self) -> bool {
        let before = self.place.start.checked_sub(1);
        before.is_none_or(|before| self.bytes.get(before) == Some(&b'\n'))
    }

    /// Bytes of it and around it that were decoded or searched.
    pub(crate) fn looked(&self) -> usize {
        self.looked.get()
    }

    /// Whether it is no UTF-8.
    pub(crate) fn is_of_one_byte(&self) -> bool {
        matches!(self.text, Cow::Owned(_))
    }

    /// Where the line before it stands with which it says once more all that it said so far; an
    /// empty place: it does so alone. None: other lines were looked at too, or it is not whole, no
    /// UTF-8, or may be part of an event.
    pub(crate) fn enough_with(&self) -> Option<Range<usize>> {
        let is_plain = self.is_whole() && matches!(self.text, Cow::Borrowed(_));
        match self.others.get() {
            _ if !is_plain || self.text.contains('<') => None,
            Others::None => Some(0..0),
            Others::One(start, end) => Some(start..end),
            Others::Many => None,
        }
    }

    /// The lines before it, as far as they are at hand; the first one may be cut.
    pub(crate) fn before(&self) -> Cow<'a, str> {
        self.others.set(Others::Many);
        self.decoded(self.place.start.saturating_sub(self.reach)..self.place.start)
    }

    /// Whether `needle` stands on the lines before it, as far as they are at hand.
    pub(crate) fn is_before(&self, needle: &str) -> bool {
        let begin = self.place.start.saturating_sub(self.reach);
        let before = self.bytes.get(begin..self.place.start).unwrap_or_default();
        self.looked.set(self.looked.get() + before.len());
        memmem::find(before, needle.as_bytes()).is_some()
    }

    /// What stands before and after the first `needle` on the nearest line before it that holds it,
    /// as far as the lines before are at hand.
    pub(crate) fn last_before(&self, needle: &str) -> Option<(Cow<'a, str>, Cow<'a, str>)> {
        let begin = self.place.start.saturating_sub(self.reach);
        let before = self.bytes.get(begin..self.place.start)?;
        self.looked.set(self.looked.get() + before.len());
        let at = begin + last(before, needle.as_bytes())?;
        let place = bounds(self.bytes, &(at..at + needle.len()));
        let on_line = memmem::find(self.bytes.get(place.clone())?, needle.as_bytes())?;
        let needle = place.start + on_line..place.start + on_line + needle.len();
        self.others.set(match self.others.get() {
            Others::None => Others::One(place.start, place.end),
            Others::One(..) | Others::Many => Others::Many,
        });
        let [head, tail] = [place.start..needle.start, needle.end..place.end];
        let text = |place| Some(encoding::text(self.bytes.get(place)?));
        Some((text(head)?, text(tail)?))
    }

    /// The exported event that its anchor stands in, as far as it is at hand: it may stand on many
    /// lines, and many may stand on one.
    pub(crate) fn event(&self) -> Option<Cow<'a, str>> {
        self.others.set(Others::Many);
        let begin = self.event_begin(self.anchor.start.saturating_sub(self.reach))?;
        let latest = self.bytes.len().min(self.anchor.start + self.reach);
        let end = self.event_end(latest).unwrap_or(latest);
        let ended = memmem::find(self.bytes.get(begin..self.anchor.start)?, EVENT_END);
        // one that ended before is another one
        ended.is_none().then(|| self.decoded(begin..end))
    }

    /// The lines after it, as far as they are at hand; the last one may be cut.
    pub(crate) fn after(&self) -> Cow<'a, str> {
        self.others.set(Others::Many);
        self.decoded(self.place.end..self.bytes.len().min(self.place.end + self.reach))
    }

    /// What of it, or of its event where many stand on one line, is shown once it is masked.
    pub(crate) fn shown(&self) -> Shown<'a> {
        let (anchor, end) = (self.anchor.start, self.place.end);
        let (begin, end) = match self.begin() {
            Some((begin, true)) => (begin, self.event_end(end).unwrap_or(end)),
            Some((begin, false)) => (begin, end),
            None => {
                return Shown {
                    text: self.decoded(self.word()),
                    at: 0,
                    is_cut: true,
                };
            }
        };
        let (head, text) = (self.decoded(begin..anchor), self.decoded(begin..end));
        let is_part = matches!(text, Cow::Borrowed(_)) && text.starts_with(&*head);
        let text = match is_part {
            true => text,
            // each part may be of another encoding
            false => Cow::Owned(format!("{head}{}", self.decoded(anchor..end))),
        };
        Shown {
            text,
            at: head.len(),
            is_cut: false,
        }
    }

    /// Where it begins, and whether that is where an event does.
    fn begin(&self) -> Option<(usize, bool)> {
        let earliest = self.anchor.start.saturating_sub(AROUND);
        let head = self.bytes.get(earliest..self.anchor.start)?;
        let line = memrchr(b'\n', head).map(|at| earliest + at + 1);
        let line = line.or_else(|| (earliest == 0).then_some(0));
        let event = self.event_begin(line.unwrap_or(earliest));
        match (event, line) {
            (Some(at), _) => Some((at, true)),
            (None, Some(at)) => Some((at, false)),
            (None, None) => None,
        }
    }

    /// Where the last event before the anchor begins.
    fn event_begin(&self, earliest: usize) -> Option<usize> {
        let head = self.bytes.get(earliest..self.anchor.start)?;
        let begin = memmem::rfind(head, b"<Event ").or_else(|| memmem::rfind(head, b"<Event>"));
        begin.map(|at| earliest + at)
    }

    fn event_end(&self, latest: usize) -> Option<usize> {
        let rest = self.bytes.get(self.anchor.start..latest)?;
        let end = memmem::find(rest, EVENT_END)?;
        Some(self.anchor.start + end + EVENT_END.len())
    }

    /// The name or number that the anchor stands in or begins with.
    fn word(&self) -> Range<usize> {
        let is_of_word = |byte: &u8| byte.is_ascii_alphanumeric() || *byte == b'_';
        let head = self.bytes.get(self.place.start..self.anchor.start);
        let tail = self.bytes.get(self.anchor.end..self.place.end);
        let before = head.unwrap_or_default().iter().rev();
        let before = before.take(WORD).take_while(|byte| is_of_word(byte));
        let after = tail.unwrap_or_default().iter().take(WORD);
        let after = after.take_while(|byte| is_of_word(byte));
        self.anchor.start - before.count()..self.anchor.end + after.count()
    }

    /// From the word on that the anchor stands in.
    pub(crate) fn since_word(&self) -> Cow<'a, str> {
        self.decoded(self.word().start..self.place.end.max(self.anchor.end))
    }

    fn decoded(&self, place: Range<usize>) -> Cow<'a, str> {
        let place = from_letter(self.bytes, place);
        self.looked.set(self.looked.get() + place.len());
        encoding::text(self.bytes.get(place).unwrap_or_default())
    }
}

const EVENT_END: &[u8] = b"</Event>";
/// No name of a code is longer.
const WORD: usize = 64;

/// Where `needle` stands last. It is short, and its last letter rare, mostly.
fn last(bytes: &[u8], needle: &[u8]) -> Option<usize> {
    for (tried, at) in memrchr_iter(*needle.last()?, bytes).enumerate() {
        let head = bytes.get(..=at)?;
        if tried == RARE {
            return memmem::rfind(head, needle);
        }
        if head.ends_with(needle) {
            return Some(head.len() - needle.len());
        }
    }
    None
}

/// As often.
const RARE: usize = 64;

fn bounds(bytes: &[u8], anchor: &Range<usize>) -> Range<usize> {
    let earliest = anchor.start.saturating_sub(BEFORE);
    let latest = bytes.len().min(anchor.end + AFTER);
    let head = bytes.get(earliest..anchor.start).unwrap_or_default();
    let tail = bytes.get(anchor.end..latest).unwrap_or_default();
    let start = memrchr(b'\n', head).map_or(earliest, |at| earliest + at + 1);
    let end = memchr(b'\n', tail).map_or(latest, |at| anchor.end + at);
    from_letter(bytes, start..end)
}

/// What was cut in the midst of a letter of UTF-8 begins with the next one.
fn from_letter(bytes: &[u8], place: Range<usize>) -> Range<usize> {
    let begin = bytes.get(place.clone()).unwrap_or_default().iter();
    let is_cut = place.start > 0;
    let rest = begin.take(if is_cut { 3 } else { 0 });
    let rest = rest.take_while(|byte| **byte & 0xc0 == 0x80).count();
    place.start + rest..place.end
}

/// What follows `key`, up to a blank or a mark that ends a value.
pub(crate) fn value_after<'t>(text: &'t str, key: &str) -> Option<&'t str> {
    let (_, rest) = text.split_once(key)?;
    let end = rest.find(|c: char| c.is_whitespace() || "\"',;)<>".contains(c));
    rest.get(..end.unwrap_or(rest.len()))
}

/// `https://tom.example:8443/x`, `tom.example:443`: host and port; brackets of IPv6 go.
pub(crate) fn host_and_port(url: &str) -> Option<(String, Option<u16>)> {
    let (scheme, rest) = url.split_once("://").unwrap_or(("", url));
    let authority = rest.split(['/', '?', '#']).next()?;
    let authority = authority.rsplit('@').next()?;
    let (host, port) = match authority.strip_prefix('[') {
        Some(rest) => {
            let (host, rest) = rest.split_once(']')?;
            (host, rest.strip_prefix(':'))
        }
        None => match authority.rsplit_once(':') {
            Some((host, port)) => (host, Some(port)),
            None => (authority, None),
        },
    };
    let usual = match scheme {
        "https" => Some(443),
        "http" => Some(80),
        _ => None,
    };
    let port = match port {
        Some(port) => Some(port.parse().ok()?),
        None => usual,
    };
    is_host(host).then(|| (host.to_ascii_lowercase(), port))
}

/// Whether it may be a name or an address: nothing else is told as one.
pub(crate) fn is_host(host: &str) -> bool {
    let is_of_host = |c: char| c.is_alphanumeric() || matches!(c, '-' | '.' | '_' | ':' | '%');
    !host.is_empty() && host.len() <= 255 && host.chars().all(is_of_host)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_ends_where_it_ends_or_where_nobody_reads_on() {
        let bytes = b"one\ntwo ERR_ three\nfour";
        let line = Line::around(bytes, 8..12);
        assert_eq!(line.text, "two ERR_ three");
        assert_eq!((&*line.before(), &*line.after()), ("one\n", "\nfour"));
        let long = vec![b'x'; 1 << 20];
        let line = Line::around(&long, 500_000..500_004);
        assert_eq!(line.text.len(), BEFORE + 4 + AFTER);
    }

    #[test]
    fn a_cut_begins_and_ends_with_a_whole_letter() {
        for shift in 0..2 {
            let text = "x".repeat(shift) + &"é".repeat(6000) + " ERR_ " + &"é".repeat(6000);
            let at = text.find("ERR_").unwrap();
            let line = Line::around(text.as_bytes(), at..at + 4);
            assert!(!line.is_of_one_byte());
            for part in [line.before(), line.after(), line.since_word()] {
                assert!(!part.contains('Ã'), "{part}");
            }
        }
    }

    #[test]
    fn a_line_is_shown_from_its_begin_an_event_from_its_own() {
        let of = |text: &str| {
            let at = text.rfind("ERR_").unwrap();
            let shown = Line::around(text.as_bytes(), at..at + 4).shown();
            let (head, tail) = shown.text.split_at(shown.at);
            (format!("{head}|{tail}"), shown.is_cut)
        };
        let blob = "a".repeat(3000);
        let text = format!("before\nCookie: {blob} ERR_X after\nnext");
        assert_eq!(of(&text), (format!("Cookie: {blob} |ERR_X after"), false));
        let text = "<Event>1 ERR_A</Event><Event>2 ERR_B</Event><Event>3</Event>";
        assert_eq!(of(text), ("<Event>2 |ERR_B</Event>".to_owned(), false));
        let blob = "a".repeat(9000);
        let text = format!("Cookie: {blob} SSL_ERR_X after");
        assert_eq!(of(&text), ("|SSL_ERR_X".to_owned(), true));
    }

    #[test]
    fn a_site_is_named_by_a_url_or_by_name_and_port() {
        let of = |text| host_and_port(text).map(|(host, port)| format!("{host} {port:?}"));
        assert_eq!(
            of("https://TOM.example/x?y").unwrap(),
            "tom.example Some(443)"
        );
        assert_eq!(of("tom.example:8443").unwrap(), "tom.example Some(8443)");
        assert_eq!(
            of("https://u:p@[2001:db8::1]:1/").unwrap(),
            "2001:db8::1 Some(1)"
        );
        assert_eq!(of("error:invalid request"), None);
    }
}
