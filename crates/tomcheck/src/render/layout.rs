//! How does text stand on a terminal: wrapped, marked, and harmless?

use std::fmt::Write as _;

use tomcheck_diagnosis::{Instant, Lang, Text};

/// How the text should look.
#[derive(Clone, Copy, Debug)]
pub struct TextStyle {
    /// Only ASCII marks; accents stay.
    pub ascii: bool,
    /// Every probe with its facts.
    pub verbose: bool,
    /// Columns to wrap at.
    pub width: usize,
}

impl Default for TextStyle {
    fn default() -> Self {
        Self {
            ascii: false,
            verbose: false,
            width: 80,
        }
    }
}

/// What a piece of text means, for those who can colour it.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Tone {
    /// In order.
    Good,
    /// Will bite.
    Warning,
    /// Blocks.
    Bad,
    /// Of less weight.
    Faint,
    /// Of more weight.
    Strong,
}

/// Colours a piece of text, or leaves it.
pub trait Paint {
    /// `text` as it should stand on the terminal.
    fn paint(&self, tone: Tone, text: &str) -> String;
}

/// No colour.
#[derive(Clone, Copy, Debug)]
pub struct Plain;

impl Paint for Plain {
    fn paint(&self, _tone: Tone, text: &str) -> String {
        text.to_owned()
    }
}

/// Lines as they come.
pub(super) struct Page<'a> {
    pub(super) out: String,
    pub(super) lang: Lang,
    pub(super) style: TextStyle,
    pub(super) paint: &'a dyn Paint,
    /// When the report was taken, where there is one: what was seen before is so old.
    pub(super) taken_at: Option<Instant>,
}

impl<'a> Page<'a> {
    pub(super) fn new(lang: Lang, style: TextStyle, paint: &'a dyn Paint) -> Self {
        Self {
            out: String::new(),
            lang,
            style,
            paint,
            taken_at: None,
        }
    }
}

impl Page<'_> {
    /// The dash is no ASCII mark.
    pub(super) fn dashed(&self, line: &str) -> String {
        match self.style.ascii {
            true => line.replace('—', "-"),
            false => line.to_owned(),
        }
    }

    pub(super) fn heading(&mut self, title: Text) {
        self.out.push('\n');
        self.line(0, self.say(title), Some(Tone::Strong));
    }

    pub(super) fn pair(&self, label: &str, value: &str) -> String {
        pair(label, value, self.lang)
    }

    pub(super) fn say(&self, text: Text) -> &'static str {
        text.get(self.lang)
    }

    /// Nothing foreign gets through here or below, whatever the caller forgot.
    pub(super) fn line(&mut self, indent: usize, text: &str, tone: Option<Tone>) {
        let text = clean(text);
        let text = match tone {
            Some(tone) => self.paint.paint(tone, &text),
            None => text,
        };
        let _ = writeln!(self.out, "{:indent$}{text}", "");
    }

    /// Wraps at the width between words; continuation lines stand at `hanging`.
    pub(super) fn wrapped(
        &mut self,
        indent: usize,
        hanging: usize,
        text: &str,
        tone: Option<Tone>,
    ) {
        let mut column = indent;
        let mut line = String::new();
        let mut margin = indent;
        for word in words(text) {
            let length = word.chars().count();
            if column > margin && column + 1 + length > self.style.width {
                self.line(margin, &line, tone);
                (margin, column) = (hanging, hanging);
                line.clear();
            }
            if column > margin {
                line.push(' ');
                column += 1;
            }
            line.push_str(word);
            column += length;
        }
        self.line(margin, &line, tone);
    }
}

/// French sets a colon off by a space, English does not.
pub(super) fn pair(label: &str, value: &str, lang: Lang) -> String {
    format!("{label}{} {value}", lang.colon())
}

/// What may stand alone at either end of a line: French writes a space inside its quotation
/// marks and before its high punctuation, and breaks no line there.
fn words(text: &str) -> Vec<&str> {
    let (mut words, mut rest, mut from) = (Vec::new(), text, 0);
    while let Some(length) = rest.get(from..).and_then(|after| after.find(' ')) {
        let (word, after) = rest.split_at(from + length);
        let after = after.strip_prefix(' ').unwrap_or_default();
        if is_bound(word, after) {
            from = word.len() + 1;
        } else {
            words.push(word);
            (rest, from) = (after, 0);
        }
    }
    words.push(rest);
    words
}

fn is_bound(before: &str, after: &str) -> bool {
    before.ends_with('«') || after.starts_with(['»', ':', ';', '?', '!'])
}

/// Nothing foreign moves the cursor, nor turns the rest of the line around.
pub(crate) fn clean(text: &str) -> String {
    if text.chars().all(is_harmless) {
        return text.to_owned();
    }
    text.chars()
        .map(|c| if is_harmless(c) { c } else { '\u{fffd}' })
        .collect()
}

fn is_harmless(c: char) -> bool {
    let turns_around = || TURNS_AROUND.iter().any(|range| range.contains(&c));
    matches!(c, ' '..='~') || !c.is_control() && !turns_around()
}

/// The marks that change the direction of what follows (Unicode Standard Annex 9), and the
/// separators some terminals take for the end of a line.
const TURNS_AROUND: [std::ops::RangeInclusive<char>; 4] = [
    '\u{200e}'..='\u{200f}',
    '\u{2028}'..='\u{202e}',
    '\u{2066}'..='\u{2069}',
    '\u{061c}'..='\u{061c}',
];

pub(super) fn shorten(text: &str, most: usize) -> String {
    if text.chars().count() <= most {
        return text.to_owned();
    }
    text.chars().take(most).chain(['…']).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn page(width: usize) -> Page<'static> {
        let style = TextStyle {
            width,
            ..TextStyle::default()
        };
        Page::new(Lang::Fr, style, &Plain)
    }

    #[test]
    fn long_lines_are_wrapped_between_words_and_hang() {
        let mut page = page(20);
        page.wrapped(2, 4, "un deux trois quatre cinq", None);
        assert_eq!(page.out, "  un deux trois\n    quatre cinq\n");
    }

    #[test]
    fn a_foreign_value_cannot_move_the_cursor() {
        assert_eq!(clean("a\u{1b}[2Jb\n"), "a\u{fffd}[2Jb\u{fffd}");
        assert_eq!(clean("a\u{202e}b\u{2067}é"), "a\u{fffd}b\u{fffd}é");
    }

    #[test]
    fn no_line_is_broken_inside_french_quotation_marks_nor_before_high_punctuation() {
        let mut page = page(24);
        page.wrapped(
            0,
            0,
            "cherchez la bonne page « Cryptolib CPS » : voilà !",
            None,
        );
        assert_eq!(
            page.out,
            "cherchez la bonne page\n« Cryptolib CPS » :\nvoilà !\n"
        );
        assert_eq!(words("a  b « c » d ?"), ["a", "", "b", "« c »", "d ?"]);
        assert_eq!(words(""), [""]);
    }
}
