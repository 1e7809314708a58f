//! Why does a script give no answer?

use std::fmt;

use serde::{Deserialize, Serialize};
use tomcheck_diagnosis::Text;

/// A script that gave no answer, with the place where it stopped.
#[derive(Clone, Debug, Eq, PartialEq, Serialize, Deserialize)]
pub struct ScriptFault {
    /// What kept it from answering.
    pub kind: ScriptFaultKind,
    /// What the engine said, in its own words, cut after 200 characters; empty: nothing.
    pub text: String,
    /// The line, from 1.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub line: Option<u32>,
    /// The column, from 1.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub column: Option<u32>,
}

/// What keeps a script from answering.
#[derive(Clone, Copy, Debug, Eq, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum ScriptFaultKind {
    /// It is no JavaScript.
    Syntax,
    /// It threw, or used what is not there.
    Exception,
    /// It has neither `FindProxyForURL` nor `FindProxyForURLEx`.
    NoFunction,
    /// Its function returned no string.
    NotAString,
    /// Its own time was over; that of name resolution does not count.
    Time,
    /// It wanted more memory than it may have.
    Memory,
    /// Its calls were nested too deep.
    Stack,
}

impl ScriptFault {
    pub(super) fn new(kind: ScriptFaultKind, text: &str) -> Self {
        Self {
            kind,
            text: text.chars().take(LONGEST).collect(),
            line: None,
            column: None,
        }
    }

    pub(super) fn at(self, place: Option<(u32, u32)>) -> Self {
        Self {
            line: place.map(|(line, _)| line),
            column: place.map(|(_, column)| column),
            ..self
        }
    }
}

impl ScriptFaultKind {
    /// As the end of a sentence.
    pub const fn text(self) -> Text {
        let (fr, en) = match self {
            Self::Syntax => ("il contient une erreur de syntaxe", "it has a syntax error"),
            Self::Exception => ("une erreur l'a arrêté", "an error stopped it"),
            Self::NoFunction => (
                "la fonction FindProxyForURL n'y est pas",
                "it has no function FindProxyForURL",
            ),
            Self::NotAString => ("il ne renvoie pas de texte", "it does not return any text"),
            Self::Time => ("il tourne trop longtemps", "it runs for too long"),
            Self::Memory => ("il prend trop de mémoire", "it takes too much memory"),
            Self::Stack => (
                "ses fonctions s'appellent sans fin",
                "its functions call one another without end",
            ),
        };
        Text { fr, en }
    }
}

/// One line in English: `it has a syntax error (line 3, column 7): …`.
impl fmt::Display for ScriptFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.kind.text().en)?;
        if let (Some(line), Some(column)) = (self.line, self.column) {
            write!(f, " (line {line}, column {column})")?;
        }
        match self.text.as_str() {
            "" => Ok(()),
            text => write!(f, ": {text}"),
        }
    }
}

impl std::error::Error for ScriptFault {}

const LONGEST: usize = 200;
