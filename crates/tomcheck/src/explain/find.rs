//! Which codes stand in a text?

use std::ops::Range;

use super::catalogue::CATALOGUE;
use super::fold::Folded;
use super::pkcs11::VENDOR_DEFINED;
use super::row::{Family, Row};

/// A code that stands in a text.
#[derive(Clone, Debug)]
pub struct Hit {
    /// What it is.
    pub row: &'static Row,
    /// Where it stands, in bytes of the text.
    pub span: Range<usize>,
}

/// Every code that stands in `text`: by its name, by a sentence a program shows for it, or by
/// its number behind a word that says whose it is (`alert 48`, `HTTP/1.1 407`, `curl: (56)`).
///
/// Case, accents, quotes and blanks do not matter. A code that several owners use comes once
/// for each; one that stands twice comes once, where it stands first. In the order of the text.
/// Takes a time linear in the text.
pub fn find_in(text: &str) -> Vec<Hit> {
    let folded = Folded::of(text);
    let mut hits = named(&folded);
    hits.extend(numbered(&folded));
    hits.sort_by_key(|hit| (hit.0.start, std::cmp::Reverse(hit.0.end)));
    let told = outermost(hits);
    once(told, &folded)
}

/// The same for what is nothing but a number: whose it is, nobody says.
pub(super) fn number_alone(text: &str) -> Vec<&'static Row> {
    let Some(number) = Number::of(text.trim()) else {
        return Vec::new();
    };
    let mut rows: Vec<&'static Row> = number.rows(|_| true).collect();
    rows.sort_by_key(|row| row.family);
    if rows.is_empty() {
        // above these, a number that nobody says whose it is may as well be Windows'
        let is_near = number.value < VENDOR_DEFINED + 0x4000;
        return number.vendor().filter(|_| is_near).into_iter().collect();
    }
    rows
}

type Found = (Range<usize>, &'static Row);

fn named(folded: &Folded) -> Vec<Found> {
    let Some(words) = &CATALOGUE.words else {
        return Vec::new();
    };
    let matches = words.find_overlapping_iter(&folded.text);
    let whole = matches.filter(|found| is_whole_word(&folded.text, found.range()));
    whole
        .flat_map(|found| {
            let rows = CATALOGUE.said_by.get(found.pattern().as_usize());
            let rows = rows.into_iter().flatten();
            let rows = rows.filter_map(|index| CATALOGUE.rows.get(*index));
            rows.map(move |row| (found.range(), row))
        })
        .collect()
}

fn is_whole_word(text: &str, span: Range<usize>) -> bool {
    let before = text.get(..span.start).and_then(|it| it.chars().next_back());
    let after = text.get(span.end..).and_then(|it| it.chars().next());
    let first = text.get(span.start..).and_then(|it| it.chars().next());
    let joins =
        |a: Option<char>, b: Option<char>| a.is_some_and(is_wordy) && b.is_some_and(is_wordy);
    let last = text.get(..span.end).and_then(|it| it.chars().next_back());
    !joins(before, first) && !joins(last, after)
}

fn is_wordy(character: char) -> bool {
    character.is_alphanumeric() || character == '_'
}

/// How many words before a number may say whose it is.
const REACH: usize = 3;

fn numbered(folded: &Folded) -> Vec<Found> {
    let words: Vec<Range<usize>> = words(&folded.text);
    let mut found = Vec::new();
    for (place, span) in words.iter().enumerate() {
        let Some(word) = folded.text.get(span.clone()) else {
            continue;
        };
        let Some(number) = Number::of(word) else {
            continue;
        };
        let before = words.get(place.saturating_sub(REACH)..place);
        let before = before.into_iter().flatten();
        let before: Vec<&str> = before
            .filter_map(|it| folded.text.get(it.clone()))
            .collect();
        let rows = number.rows(|_| number.is_result_code());
        let named = number.rows(|family| is_announced(family, &before));
        let own = number.openssl(&before);
        let vendor = is_announced(Family::Pkcs11, &before).then(|| number.vendor());
        let rows = rows.chain(named).chain(own).chain(vendor.flatten());
        found.extend(rows.map(|row| (span.clone(), row)));
    }
    found
}

fn is_announced(family: Family, before: &[&str]) -> bool {
    let words = family.facts().words;
    before.iter().any(|word| words.contains(word))
        // « défini par le protocole TLS est 48 », as the French Windows ends its event
        || (family == Family::TlsAlert && before.ends_with(&["tls", "est"]))
        // C_Login 0xA0
        || (family == Family::Pkcs11 && before.iter().any(|word| word.starts_with("c_")))
}

/// Runs of letters, digits and underscores, a minus before digits included.
fn words(text: &str) -> Vec<Range<usize>> {
    let mut words = Vec::new();
    let mut start = None;
    for (place, character) in text.char_indices().chain([(text.len(), ' ')]) {
        match start {
            None if is_wordy(character) => start = Some(place),
            Some(from) if !is_wordy(character) => {
                words.push(with_minus(text, from)..place);
                start = None;
            }
            _ => {}
        }
    }
    words
}

fn with_minus(text: &str, from: usize) -> usize {
    let before = text.get(..from).unwrap_or_default();
    let Some(rest) = before.strip_suffix('-') else {
        return from;
    };
    // a hyphen joins words, a minus follows a blank or a bracket
    let joins = rest.chars().next_back().is_some_and(is_wordy);
    if joins { from } else { from - 1 }
}

/// A number as it was written.
#[derive(Clone, Copy)]
struct Number {
    value: i64,
    /// Eight digits or a 0x: no family that counts in tens is meant.
    is_hexadecimal: bool,
    /// Eight digits of ten are a result code too, where its 0x was left out.
    other: Option<i64>,
}

impl Number {
    fn of(word: &str) -> Option<Self> {
        let lower = word.to_ascii_lowercase();
        let hexadecimal = |digits: &str| {
            let value = i64::from_str_radix(digits, 16)
                .ok()
                .filter(|_| digits.len() <= 16)?;
            Some(Self {
                value,
                is_hexadecimal: true,
                other: None,
            })
        };
        let is_bare = lower.len() == 8 && lower.bytes().all(|byte| byte.is_ascii_hexdigit());
        if let Some(digits) = lower.strip_prefix("0x") {
            return hexadecimal(digits.trim_end_matches('l'))
                .filter(|_| !digits.starts_with(['+', '-']));
        }
        if let Ok(value) = lower.parse::<i64>() {
            let other = i64::from_str_radix(&lower, 16).ok().filter(|_| is_bare);
            return (!lower.starts_with('+')).then_some(Self {
                value,
                is_hexadecimal: false,
                other,
            });
        }
        is_bare.then(|| hexadecimal(&lower))?
    }

    /// The numbers of PC/SC and of Windows with the highest bit set are nobody else's.
    fn is_result_code(self) -> bool {
        let values = [self.unsigned(), self.other];
        values
            .into_iter()
            .flatten()
            .any(|value| value >= 0x8000_0000)
    }

    /// A result code is 32 bits, which some programs print as a negative number.
    fn unsigned(self) -> Option<i64> {
        let value = self.value;
        match i32::try_from(value) {
            Ok(signed) if value < 0 => Some(i64::from(signed.cast_unsigned())),
            _ => (0..=0xFFFF_FFFF).contains(&value).then_some(value),
        }
    }

    fn rows(self, is_wanted: impl Fn(Family) -> bool) -> impl Iterator<Item = &'static Row> {
        let result = self.other.filter(|other| *other >= 0x8000_0000);
        let unsigned = self.unsigned().filter(|it| *it != self.value);
        let values = [Some(self.value), unsigned, result];
        let rows = values.into_iter().flatten();
        rows.flat_map(|value| CATALOGUE.numbered(value))
            .filter(move |row| !self.is_hexadecimal || row.family.facts().is_hexadecimal())
            .filter(move |row| is_wanted(row.family))
    }

    /// PKCS#11's row for the numbers that are each module's own, where this is one of them and
    /// nobody here knows it.
    fn vendor(self) -> Option<&'static Row> {
        let value = self.unsigned().filter(|it| *it > VENDOR_DEFINED)?;
        if CATALOGUE.numbered(value).next().is_some() {
            return None;
        }
        CATALOGUE
            .numbered(VENDOR_DEFINED)
            .find(|row| row.family == Family::Pkcs11)
    }

    /// `error:0A000410:` of OpenSSL 3, `error:14094410:` of those before it.
    ///
    /// Source: openssl/err.h, ERR_PACK: library 20 is libssl.
    fn openssl(self, before: &[&str]) -> impl Iterator<Item = &'static Row> {
        let is_error = before.last().is_some_and(|word| *word == "error");
        let value = self.other.unwrap_or(self.value);
        let reason = match (value >> 24, value >> 23) {
            (0x14, _) => Some(value & 0xFFF),
            (_, 0x14) => Some(value & 0x7F_FFFF),
            _ => None,
        };
        let reason = reason.filter(|_| is_error);
        let rows = reason
            .into_iter()
            .flat_map(|reason| CATALOGUE.numbered(reason));
        rows.filter(|row| row.family == Family::Openssl)
    }
}

/// Without what is only a part of a longer one.
fn outermost(sorted: Vec<Found>) -> Vec<Found> {
    let mut end = 0;
    let mut kept: Vec<Found> = Vec::new();
    for (span, row) in sorted {
        let is_same = kept.last().is_some_and(|(last, _)| *last == span);
        if span.end > end || is_same {
            end = end.max(span.end);
            kept.push((span, row));
        }
    }
    kept
}

fn once(found: Vec<Found>, folded: &Folded) -> Vec<Hit> {
    let mut hits: Vec<Hit> = Vec::new();
    let mut seen = std::collections::HashSet::new();
    for (span, row) in found {
        if seen.insert(std::ptr::from_ref(row)) {
            let span = folded.original(span.start, span.end);
            hits.push(Hit { row, span });
        }
    }
    hits
}
