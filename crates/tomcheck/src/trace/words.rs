//! What of a line is kept until it is known whether anybody sees it?
//!
//! Masking a line costs more than all else that is done with it, and of a long log few lines are
//! shown.

use std::borrow::Cow;
use std::fmt;
use std::ops::Range;

use super::hit::Facts;
use super::line::{Line, Shown};
use super::mask::Mask;
use super::readers;

/// A line that says something: it is masked before anybody sees it.
#[derive(Clone, Eq, PartialEq)]
pub(crate) struct Words(Kept);

#[derive(Clone, Eq, PartialEq)]
enum Kept {
    /// As it stands in the log.
    Raw {
        text: Box<str>,
        at: usize,
        is_cut: bool,
    },
    /// As it stands in the log, and still to be read.
    Deferred {
        text: Box<str>,
        marks: Marks,
    },
    Masked(Box<str>),
}

/// What is known of a text that ends with the line.
#[derive(Clone, Debug, Eq, PartialEq)]
struct Marks {
    /// Where the line begins: before it may stand the one that belongs to it.
    line: usize,
    anchor: Range<usize>,
    /// What it is known by.
    pattern: usize,
}

/// Lines of one piece of a log that are read once they are to be shown, one behind the other.
#[derive(Default)]
pub(super) struct Deferred(String);

/// One of them.
#[derive(Debug)]
pub(super) struct DeferredLine {
    place: Range<usize>,
    marks: Marks,
}

impl Deferred {
    /// Adds a whole line that is known by the `pattern` at its `anchor`, with the line before that
    /// belongs to it.
    pub(super) fn add(
        &mut self,
        before: &str,
        line: &str,
        anchor: Range<usize>,
        pattern: usize,
    ) -> DeferredLine {
        let begin = self.0.len();
        self.0.push_str(before);
        if !before.is_empty() {
            self.0.push('\n');
        }
        let at = self.0.len() - begin;
        self.0.push_str(line);
        DeferredLine {
            place: begin..self.0.len(),
            marks: Marks {
                line: at,
                anchor: at + anchor.start..at + anchor.end,
                pattern,
            },
        }
    }

    pub(super) fn words(&self, line: DeferredLine) -> Words {
        let text = self.0.get(line.place).unwrap_or_default();
        Words(Kept::Deferred {
            text: text.into(),
            marks: line.marks,
        })
    }

    pub(super) fn clear(&mut self) {
        self.0.clear();
    }
}

/// Longer lines are masked at once, for that makes them short.
pub(super) const LONGEST_KEPT: usize = 1 << 10;

impl Words {
    /// A line that was read; masked with its facts, where they are long.
    pub(super) fn new(
        line: &Shown<'_>,
        facts: &mut Facts,
        mask: &Mask,
        user: Option<&str>,
    ) -> Self {
        let said = facts.said.as_ref().map_or(0, |(_, said)| said.len());
        if line.text.len() + said <= LONGEST_KEPT {
            return Self(Kept::Raw {
                text: Box::from(&*line.text),
                at: line.at,
                is_cut: line.is_cut,
            });
        }
        *facts = mask.facts(std::mem::take(facts), user);
        Self(Kept::Masked(mask.excerpt(line, user).into()))
    }

    /// What the line names, where it had still to be read.
    pub(super) fn facts(&self, facts: Facts) -> Facts {
        let Kept::Deferred { text, marks } = &self.0 else {
            return facts;
        };
        let line = Line::around(text.as_bytes(), marks.anchor.clone());
        let reading = readers::read(marks.pattern, &line);
        reading.map_or(facts, |reading| reading.facts)
    }

    pub(super) fn masked(&self, facts: Facts, mask: &Mask, user: Option<&str>) -> Facts {
        match self.0 {
            Kept::Raw { .. } | Kept::Deferred { .. } => mask.facts(facts, user),
            Kept::Masked(_) => facts,
        }
    }

    pub(super) fn excerpt(&self, mask: &Mask, user: Option<&str>) -> String {
        let (text, at, is_cut) = match &self.0 {
            Kept::Masked(text) => return text.to_string(),
            Kept::Raw { text, at, is_cut } => (&**text, *at, *is_cut),
            Kept::Deferred { text, marks } => {
                let line = text.get(marks.line..).unwrap_or_default();
                (line, marks.anchor.start - marks.line, false)
            }
        };
        let text = Cow::Borrowed(text);
        mask.excerpt(&Shown { text, at, is_cut }, user)
    }

    pub(super) fn bytes(&self) -> usize {
        match &self.0 {
            Kept::Raw { text, .. } | Kept::Deferred { text, .. } | Kept::Masked(text) => text.len(),
        }
    }
}

/// What is not masked yet is shown nowhere.
impl fmt::Debug for Deferred {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Deferred").finish_non_exhaustive()
    }
}

impl fmt::Debug for Words {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Words").finish_non_exhaustive()
    }
}
