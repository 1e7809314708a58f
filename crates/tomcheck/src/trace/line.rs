//! Which line is it, and what stands around it?

use std::borrow::Cow;
use std::ops::Range;

use memchr::{memchr, memrchr};

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
    anchor: usize,
}

impl<'a> Line<'a> {
    /// The line of `bytes` that `anchor` stands in.
    pub(crate) fn around(bytes: &'a [u8], anchor: Range<usize>) -> Self {
        let place = bounds(bytes, &anchor);
        let text = encoding::text(bytes.get(place.clone()).unwrap_or_default());
        Self {
            text,
            bytes,
            place,
            anchor: anchor.start,
        }
    }

    /// Where it stands in the window.
    pub(crate) fn place(&self) -> Range<usize> {
        self.place.clone()
    }

    /// Whether it is no UTF-8.
    pub(crate) fn is_of_one_byte(&self) -> bool {
        matches!(self.text, Cow::Owned(_))
    }

    /// The lines before it, as far as they are at hand; the first one may be cut.
    pub(crate) fn before(&self) -> Cow<'a, str> {
        let begin = self.place.start.saturating_sub(AROUND);
        encoding::text(self.bytes.get(begin..self.place.start).unwrap_or_default())
    }

    /// The nearest line before it that holds `needle`, as far as the lines before are at hand.
    pub(crate) fn last_before(&self, needle: &str) -> Option<Cow<'a, str>> {
        let begin = self.place.start.saturating_sub(AROUND);
        let before = self.bytes.get(begin..self.place.start)?;
        let at = begin + memchr::memmem::rfind(before, needle.as_bytes())?;
        let place = bounds(self.bytes, &(at..at + needle.len()));
        Some(encoding::text(self.bytes.get(place)?))
    }

    /// What stands before its anchor, as far as it is at hand.
    pub(crate) fn before_anchor(&self) -> Cow<'a, str> {
        let begin = self.anchor.saturating_sub(AROUND);
        encoding::text(self.bytes.get(begin..self.anchor).unwrap_or_default())
    }

    /// What stands from its anchor on, as far as it is at hand.
    pub(crate) fn anchored(&self) -> Cow<'a, str> {
        let end = self.bytes.len().min(self.anchor + AROUND);
        encoding::text(self.bytes.get(self.anchor..end).unwrap_or_default())
    }

    /// The lines after it, as far as they are at hand; the last one may be cut.
    pub(crate) fn after(&self) -> Cow<'a, str> {
        let end = self.bytes.len().min(self.place.end + AROUND);
        encoding::text(self.bytes.get(self.place.end..end).unwrap_or_default())
    }
}

fn bounds(bytes: &[u8], anchor: &Range<usize>) -> Range<usize> {
    let earliest = anchor.start.saturating_sub(BEFORE);
    let latest = bytes.len().min(anchor.end + AFTER);
    let head = bytes.get(earliest..anchor.start).unwrap_or_default();
    let tail = bytes.get(anchor.end..latest).unwrap_or_default();
    let start = memrchr(b'\n', head).map_or(earliest, |at| earliest + at + 1);
    let end = memchr(b'\n', tail).map_or(latest, |at| anchor.end + at);
    start..end
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

fn is_host(host: &str) -> bool {
    let is_of_host = |c: char| c.is_alphanumeric() || "-._:%".contains(c);
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
