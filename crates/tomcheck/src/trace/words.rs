//! What of a line is kept until it is known whether anybody sees it?
//!
//! Masking a line costs more than all else that is done with it, and of a long log few lines are
//! shown.

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
        anchor: Range<usize>,
        is_cut: bool,
        /// What it is known by, where it has still to be read.
        pattern: Option<usize>,
    },
    Masked(Box<str>),
}

/// Longer lines are masked at once, for that makes them short.
const LONGEST: usize = 1 << 10;

impl Words {
    /// A line that was read; masked with its facts, where they are long.
    pub(super) fn new(
        line: &Shown<'_>,
        facts: &mut Facts,
        mask: &Mask,
        user: Option<&str>,
    ) -> Self {
        let said = facts.said.as_ref().map_or(0, |(_, said)| said.len());
        if line.head.len() + line.tail.len() + said <= LONGEST {
            return Self(Kept::Raw {
                text: format!("{}{}", line.head, line.tail).into(),
                anchor: line.head.len()..line.head.len(),
                is_cut: line.is_cut,
                pattern: None,
            });
        }
        *facts = mask.facts(std::mem::take(facts), user);
        Self(Kept::Masked(mask.excerpt(line, user).into()))
    }

    /// A whole line that is read once it is to be shown.
    pub(super) fn unread(text: &str, anchor: Range<usize>, pattern: usize) -> Self {
        Self(Kept::Raw {
            text: text.into(),
            anchor,
            is_cut: false,
            pattern: Some(pattern),
        })
    }

    /// What the line names, where it had still to be read.
    pub(super) fn facts(&self, facts: Facts) -> Facts {
        let Kept::Raw {
            text,
            anchor,
            pattern: Some(pattern),
            ..
        } = &self.0
        else {
            return facts;
        };
        let line = Line::around(text.as_bytes(), anchor.clone());
        let reading = readers::read(*pattern, &line);
        reading.map_or(facts, |reading| reading.facts)
    }

    pub(super) fn masked(&self, facts: Facts, mask: &Mask, user: Option<&str>) -> Facts {
        match self.0 {
            Kept::Raw { .. } => mask.facts(facts, user),
            Kept::Masked(_) => facts,
        }
    }

    pub(super) fn excerpt(&self, mask: &Mask, user: Option<&str>) -> String {
        let (text, at, is_cut) = match &self.0 {
            Kept::Masked(text) => return text.to_string(),
            Kept::Raw {
                text,
                anchor,
                is_cut,
                ..
            } => (text, anchor.start, *is_cut),
        };
        let (head, tail) = text.split_at_checked(at).unwrap_or((text, ""));
        let shown = Shown {
            head: head.into(),
            tail: tail.into(),
            is_cut,
        };
        mask.excerpt(&shown, user)
    }

    pub(super) fn bytes(&self) -> usize {
        match &self.0 {
            Kept::Raw { text, .. } | Kept::Masked(text) => text.len(),
        }
    }
}

/// What is not masked yet is shown nowhere.
impl fmt::Debug for Words {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Words").finish_non_exhaustive()
    }
}
