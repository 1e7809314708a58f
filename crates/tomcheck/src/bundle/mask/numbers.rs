//! Which numbers of a line are somebody's or something's: RPPS, ADELI, FINESS, SIRET, NIR,
//! telephone?
//!
//! Eight digits in a row go elsewhere already ([`crate::trace::without_persons`]); here those that
//! are written with letters, in groups, or with a staff number behind.

use tomcheck_diagnosis::IdentityKind;

use super::Masker;
use super::words::words;

pub(super) fn hidden(line: &str, masker: &Masker) -> String {
    let id = |value: &str| masker.pseudonym(IdentityKind::Identifier, value);
    let line = words(line, of_staff_number, |_, word, _| {
        is_staff(word).then(|| id(word))
    });
    // groups first: a whole number may be the first of some
    let line = grouped(&line, id);
    let of_number = |c: char| c.is_ascii_alphanumeric();
    words(&line, of_number, |_, word, _| {
        let is_whole = word.len() > 8 && word.bytes().all(|byte| byte.is_ascii_digit());
        // seconds since 1970, as at the begin of squid's lines
        let is_moment = word.len() == 10 && word.starts_with('1') && !word.starts_with("10");
        (is_lettered(word) || (is_whole && !is_moment)).then(|| id(word))
    })
}

fn of_staff_number(c: char) -> bool {
    c.is_ascii_alphanumeric() || "/[]".contains(c)
}

/// `3620100842/01417`, `620100842/[R]01417`: a structure and who works there.
fn is_staff(word: &str) -> bool {
    let Some((structure, staff)) = word.split_once('/') else {
        return false;
    };
    let digits = structure.chars().filter(char::is_ascii_digit).count();
    let is_structure = (8..=15).contains(&structure.len()) && digits + 2 >= structure.len();
    let is_number = staff.chars().any(|c| c.is_ascii_digit());
    is_structure && is_number && staff.len() <= 20
}

/// `00B6087510` (ADELI), `2A0000123` (FINESS in Corsica), `184122A45108946`; not `8010001D`.
fn is_lettered(word: &str) -> bool {
    let digits = word.chars().filter(char::is_ascii_digit).count();
    let letters = word.len() - digits;
    // a registered application's, on every card of its kind
    let is_application = word.starts_with("A0000");
    let is_upper = word
        .chars()
        .all(|c| c.is_ascii_digit() || c.is_ascii_uppercase());
    !is_application
        && is_upper
        && (1..=2).contains(&letters)
        && digits >= 7
        && (9..=15).contains(&word.len())
}

/// How many digits stand in each group, the longest first: NIR with and without its key, SIRET,
/// RPPS, telephone numbers, SIREN and FINESS.
const PATTERNS: &[&[usize]] = &[
    &[1, 2, 2, 2, 3, 3, 2],
    &[1, 2, 2, 2, 3, 3],
    &[2, 1, 2, 2, 2, 2],
    &[2, 2, 2, 2, 2],
    &[3, 3, 3, 5],
    &[2, 3, 3, 3],
    &[1, 2, 3, 3, 3],
    &[1, 3, 3, 3],
    &[2, 3, 3, 1],
    &[2, 3, 4],
    &[2, 1, 3, 3],
    &[3, 3, 3],
    &[2, 7],
    &[9, 5],
];

/// A stretch of digits, and where it stands; `2A` and `2B` stand for Corsica.
struct Group {
    begin: usize,
    end: usize,
    /// What separates it from the one before.
    separator: Option<char>,
}

fn grouped(line: &str, id: impl Fn(&str) -> String) -> String {
    let groups = groups(line);
    let mut kept = String::with_capacity(line.len());
    let (mut at, mut number) = (0, 0);
    while let Some(first) = groups.get(number) {
        let length = length_of_long(line, &groups, number);
        let Some(length) = length.or_else(|| length_of_pattern(line, &groups, number)) else {
            number += 1;
            continue;
        };
        let end = groups
            .get(number + length - 1)
            .map_or(first.end, |last| last.end);
        kept.push_str(line.get(at..first.begin).unwrap_or_default());
        let value = line.get(first.begin..end).unwrap_or_default();
        let plain: String = value.chars().filter(char::is_ascii_alphanumeric).collect();
        kept.push_str(&id(&plain));
        (at, number) = (end, number + length);
    }
    kept + line.get(at..).unwrap_or_default()
}

/// Nine digits and more, whatever the groups: `62-0100842`, `101 234 567 89`; no moment, no
/// address, no version, no byte after byte.
fn length_of_long(line: &str, groups: &[Group], from: usize) -> Option<usize> {
    let rest = groups.get(from..)?;
    let separator = rest.get(1)?.separator?;
    if separator == '.' {
        return None;
    }
    let more = rest.iter().skip(1);
    let more = more.take_while(|group| group.separator == Some(separator));
    let groups = rest.get(..=more.count())?;
    let digits: usize = groups.iter().map(|group| group.end - group.begin).sum();
    let is_byte = |group: &Group| group.end - group.begin == 2;
    let is_bytes = groups.iter().all(is_byte) && is_among_bytes(line, groups);
    let is_code = is_code_points(line, groups);
    let is_it = (9..=18).contains(&digits) && !is_bytes && !is_moment(line, groups);
    ((is_it && separator != ':') || is_code).then_some(groups.len())
}

/// `38:30:32:35:30`: digits as numbers of their letters.
fn is_code_points(line: &str, groups: &[Group]) -> bool {
    let words = groups
        .iter()
        .map(|it| line.get(it.begin..it.end).unwrap_or_default());
    groups.len() >= 5
        && words
            .into_iter()
            .all(|word| word.len() == 2 && word.starts_with('3'))
}

/// `2026-11-27-00-42`, `1795729459 812`.
fn is_moment(line: &str, groups: &[Group]) -> bool {
    let words = groups
        .iter()
        .map(|it| line.get(it.begin..it.end).unwrap_or_default());
    let words: Vec<&str> = words.take(2).collect();
    match words.as_slice() {
        [year, month] if year.len() == 4 => {
            (year.starts_with("20") || year.starts_with("19")) && month.len() == 2
        }
        [seconds, _] => {
            seconds.len() == 10 && seconds.starts_with('1') && !seconds.starts_with("10")
        }
        _ => false,
    }
}

fn length_of_pattern(line: &str, groups: &[Group], from: usize) -> Option<usize> {
    let matches = |pattern: &&&[usize]| {
        let found = groups.get(from..from + pattern.len());
        found.is_some_and(|found| is_like(line, found, pattern))
    };
    PATTERNS.iter().find(matches).map(|pattern| pattern.len())
}

/// Pairs that stand between other pairs are bytes, as those of an ATR.
fn is_among_bytes(line: &str, groups: &[Group]) -> bool {
    let (Some(first), Some(last)) = (groups.first(), groups.last()) else {
        return false;
    };
    let is_byte = |word: Option<&str>| {
        word.is_some_and(|word| {
            word.len() == 2 && word.bytes().all(|byte| byte.is_ascii_hexdigit())
        })
    };
    let before = line
        .get(..first.begin)
        .unwrap_or_default()
        .split_whitespace();
    let mut after = line.get(last.end..).unwrap_or_default().split_whitespace();
    let begins = line.get(first.begin..first.begin + 2).unwrap_or_default();
    let is_number = begins.starts_with('0') && begins != "00";
    !is_number || is_byte(before.last()) || is_byte(after.next())
}

fn is_like(line: &str, groups: &[Group], pattern: &[usize]) -> bool {
    let mut separators = groups.iter().skip(1).map(|group| group.separator);
    let first = groups.get(1).and_then(|group| group.separator);
    let lengths = groups.iter().map(|group| group.end - group.begin);
    first.is_some()
        && lengths.eq(pattern.iter().copied())
        && separators.all(|separator| separator == first)
        && !(pattern.iter().all(|length| *length == 2) && is_among_bytes(line, groups))
        // three groups and dots are a version or an address, three and dashes a date
        && (matches!(first, Some(' ' | '\u{a0}' | '\u{202f}')) || pattern.len() >= 5)
}

fn groups(line: &str) -> Vec<Group> {
    let mut groups: Vec<Group> = Vec::new();
    let mut rest = line;
    while let Some(begin) = rest.find(|c: char| c.is_ascii_alphanumeric()) {
        let tail = rest.get(begin..).unwrap_or_default();
        let length = tail
            .find(|c: char| !c.is_ascii_alphanumeric())
            .unwrap_or(tail.len());
        let word = tail.get(..length).unwrap_or_default();
        let at = line.len() - tail.len();
        let is_number = word.bytes().all(|byte| byte.is_ascii_digit());
        if is_number || word == "2A" || word == "2B" {
            let before = groups.last().map_or(0, |last| last.end);
            let between = line.get(before..at).unwrap_or_default();
            let mut between = between.chars();
            let separator = between.next().filter(|_| between.next().is_none());
            let separator = separator.filter(|c| " \u{a0}\u{202f}.-:".contains(*c));
            let separator = separator.filter(|_| !groups.is_empty());
            groups.push(Group {
                begin: at,
                end: at + length,
                separator,
            });
        }
        rest = tail.get(length..).unwrap_or_default();
    }
    groups
}
