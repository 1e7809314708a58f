//! How does text read on a page: its language, its typography, what of it is typed as it stands?

use tomcheck_diagnosis::{Instant, Lang, Text};

use crate::render::layout::{clean, shorten};
use crate::render::typeset::typeset;

/// The language of the page.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Tongue(Lang);

/// Part of a sentence; `is_code`: to be typed as it stands.
pub(crate) struct Piece {
    pub(crate) is_code: bool,
    pub(crate) text: String,
}

impl Tongue {
    pub(crate) const fn new(lang: Lang) -> Self {
        Self(lang)
    }

    pub(super) const fn lang(self) -> Lang {
        self.0
    }

    /// Words of ours.
    pub(super) fn say(self, text: Text) -> String {
        typeset(text.get(self.0), self.0)
    }

    /// A sentence of ours with foreign values in it.
    pub(super) fn set(self, text: &str) -> String {
        typeset(&at_most(text, LONGEST), self.0)
    }

    /// The same, as a sentence begins.
    pub(super) fn begun(self, text: &str) -> String {
        let text = self.set(text);
        let mut letters = text.chars();
        let first = letters.next().map(char::to_uppercase);
        first.into_iter().flatten().chain(letters).collect()
    }

    /// French sets a colon off by a space, English does not.
    pub(super) fn pair(self, label: &str, value: &str) -> String {
        let colon = if self.0 == Lang::Fr { " :" } else { ":" };
        self.set(&format!("{label}{colon} {value}"))
    }

    /// The same, parted at the back-quotes that set off what is to be typed.
    pub(crate) fn pieces(self, text: &str) -> Vec<Piece> {
        let is_paired = text.matches('`').count().is_multiple_of(2);
        let parts: Vec<&str> = if is_paired {
            text.split('`').collect()
        } else {
            vec![text]
        };
        let pieces = parts.into_iter().enumerate().map(|(place, part)| {
            let is_code = place % 2 == 1;
            let text = if is_code {
                as_seen(part)
            } else {
                self.set(part)
            };
            Piece { is_code, text }
        });
        pieces.filter(|piece| !piece.text.is_empty()).collect()
    }

    /// `25/06/2033`, `2033-06-25`, as the text has it.
    pub(super) fn day(self, moment: Instant) -> String {
        moment.day_of_place(self.0)
    }

    /// `4,7 ms`: three figures are enough to compare.
    pub(super) fn time(self, microseconds: u64) -> String {
        let (value, unit) = match microseconds {
            0..1_000 => return format!("{microseconds}\u{a0}µs"),
            1_000..1_000_000 => (thousandths(microseconds), "ms"),
            _ => (thousandths(microseconds / 1_000), "s"),
        };
        let value = match self.0 {
            Lang::Fr => value.replace('.', ","),
            Lang::En => value,
        };
        format!("{value}\u{a0}{unit}")
    }
}

/// Letters of a sentence; ours are shorter by far, whatever they quote.
const LONGEST: usize = 2_000;

fn thousandths(value: u64) -> String {
    let (whole, rest) = (value / 1_000, value % 1_000);
    match whole {
        0..10 => format!("{whole}.{:02}", rest / 10),
        10..100 => format!("{whole}.{}", rest / 100),
        _ => whole.to_string(),
    }
}

/// A foreign value: nothing in it moves, turns around or is no character at all.
pub(super) fn as_seen(text: &str) -> String {
    let is_character = |c: char| !matches!(u32::from(c) & 0xffff, 0xfffe | 0xffff);
    let shown = clean(text);
    if shown.chars().all(is_character) {
        return shown;
    }
    let replaced = |c| if is_character(c) { c } else { '\u{fffd}' };
    shown.chars().map(replaced).collect()
}

/// The same, no longer than people read.
pub(super) fn at_most(text: &str, most: usize) -> String {
    shorten(&as_seen(text), most)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_to_be_typed_stands_apart_and_as_it_is() {
        let pieces = Tongue::new(Lang::Fr).pieces("Dans l'invite : `a : 'b'` ; puis Entrée");
        let texts: Vec<_> = pieces.iter().map(|it| (it.is_code, &*it.text)).collect();
        let before = "Dans l’invite\u{202f}: ";
        let after = "\u{202f}; puis Entrée";
        assert_eq!(texts, [(false, before), (true, "a : 'b'"), (false, after)]);
        assert_eq!(Tongue::new(Lang::En).pieces("a ` b").len(), 1);
    }

    #[test]
    fn times_have_three_figures_and_the_comma_of_their_readers() {
        let (fr, en) = (Tongue::new(Lang::Fr), Tongue::new(Lang::En));
        assert_eq!(en.time(312), "312\u{a0}µs");
        assert_eq!(fr.time(4_721), "4,72\u{a0}ms");
        assert_eq!(en.time(47_210), "47.2\u{a0}ms");
        assert_eq!(en.time(472_100), "472\u{a0}ms");
        assert_eq!(fr.time(12_345_678), "12,3\u{a0}s");
        assert_eq!(fr.time(u64::MAX), "18446744073709\u{a0}s");
    }

    #[test]
    fn what_is_no_character_or_turns_text_around_is_replaced() {
        assert_eq!(
            as_seen("a\u{0}b\u{202e}c\u{ffff}d\u{1fffe}"),
            "a\u{fffd}b\u{fffd}c\u{fffd}d\u{fffd}"
        );
    }
}
