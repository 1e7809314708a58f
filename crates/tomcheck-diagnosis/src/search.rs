//! Where in a text do known names stand?

use std::cmp::Reverse;
use std::collections::BTreeSet;

use aho_corasick::AhoCorasick;

use crate::fold::Folded;

/// Names, all looked for at once.
pub(crate) struct Search {
    automaton: AhoCorasick,
    is_folding: bool,
}

/// A name, and where it stands.
pub(crate) struct Found {
    /// The number of the name among those given.
    pub(crate) name: usize,
    pub(crate) begin: usize,
    pub(crate) end: usize,
    /// Whether it is a part of the word only, as in `jdupont`.
    pub(crate) is_part: bool,
}

/// Letters of a name that is known again with an initial before or behind it.
const SHORTEST_PART: usize = 5;

impl Search {
    /// None: there are so many that no automaton holds them.
    pub(crate) fn new<'a>(names: impl Iterator<Item = &'a str>, is_folding: bool) -> Option<Self> {
        let names = names.map(|name| spelt(name.trim(), is_folding).text);
        Some(Self {
            automaton: AhoCorasick::new(names).ok()?,
            is_folding,
        })
    }

    /// Every place that `is_it`, in order; the longest first where two would overlap.
    pub(crate) fn all(&self, text: &str, is_it: impl Fn(&Found) -> bool) -> Vec<Found> {
        let folded = spelt(text, self.is_folding);
        let found = self.automaton.find_overlapping_iter(&folded.text);
        let found = found.filter_map(|found| {
            let (begin, end, is_part) = self.word(&folded.text, found.start(), found.end())?;
            let (begin, end) = folded.place(begin, end);
            let found = Found {
                name: found.pattern().as_usize(),
                begin,
                end,
                is_part,
            };
            is_it(&found).then_some(found)
        });
        let mut found: Vec<_> = found.collect();
        found.sort_by_key(|it| (Reverse(it.end - it.begin), it.begin, it.is_part, it.name));
        apart(found)
    }

    /// Where the word ends that the name is, or nearly is.
    fn word(&self, text: &str, begin: usize, end: usize) -> Option<(usize, usize, bool)> {
        let (head, tail) = (text.get(..begin)?, text.get(end..)?);
        let name = text.get(begin..end).filter(|name| !name.is_empty())?;
        let before = head
            .chars()
            .rev()
            .take(2)
            .take_while(|c| c.is_alphanumeric());
        let before: Vec<char> = before.collect();
        let after = tail.chars().take(MOST_BEHIND + 1);
        let after: Vec<char> = after.take_while(|c| c.is_alphanumeric()).collect();
        if before.is_empty() && after.is_empty() {
            return Some((begin, end, false));
        }
        let initials = |letters: &[char]| letters.iter().filter(|c| c.is_alphabetic()).count();
        let is_part = self.is_folding
            && name.chars().count() >= SHORTEST_PART
            && name.chars().all(char::is_alphabetic)
            && before.len() <= 1
            && after.len() <= MOST_BEHIND
            && initials(&before) + initials(&after) <= 1;
        let length = |letters: &[char]| letters.iter().map(|c| c.len_utf8()).sum::<usize>();
        is_part.then(|| (begin - length(&before), end + length(&after), true))
    }
}

/// `dupontj2`, `dupont75`.
const MOST_BEHIND: usize = 3;

fn spelt(text: &str, is_folding: bool) -> Folded {
    match is_folding {
        true => Folded::of(text),
        false => Folded::plain(text),
    }
}

/// Those that overlap none before them, in the order of the text.
fn apart(found: Vec<Found>) -> Vec<Found> {
    let mut ends: BTreeSet<(usize, usize)> = BTreeSet::new();
    let mut kept: Vec<Found> = Vec::new();
    for one in found {
        let before = ends.range(..(one.end, 0)).next_back();
        if before.is_none_or(|(_, end)| *end <= one.begin) {
            ends.insert((one.begin, one.end));
            kept.push(one);
        }
    }
    kept.sort_by_key(|one| one.begin);
    kept
}
