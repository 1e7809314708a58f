//! What did a card tell?

use serde::{Deserialize, Serialize};
use tomcheck_diagnosis::Personal;

use super::answer::{Answer, Broken, StatusWord};
use super::command::Purpose;
use crate::ReaderState;
use crate::service::ServiceSeen;
use crate::within::NoAnswer;

/// The content of one card.
#[derive(Clone, Debug, Eq, PartialEq, Serialize, Deserialize)]
pub struct ContentSeen {
    /// The reader it is in; none when there was none to choose.
    pub reader: Option<String>,
    /// What became of asking.
    #[serde(flatten)]
    pub state: ContentState,
}

/// What became of asking a card.
#[non_exhaustive]
#[derive(Clone, Debug, Eq, PartialEq, Serialize, Deserialize)]
#[serde(tag = "content", rename_all = "kebab-case")]
pub enum ContentState {
    /// There was nothing to ask.
    NotAsked {
        /// Why.
        why: NotAsked,
    },
    /// Not looked: another program uses the card, and a command could disturb it.
    InUse {
        /// The reader's state.
        state: ReaderState,
    },
    /// The service did not answer as it should.
    NoService {
        /// What it did.
        service: ServiceSeen,
    },
    /// No answer in time.
    NoAnswer {
        /// The call.
        silent: NoAnswer,
    },
    /// The card could not be opened any more, or answered no further.
    BrokenOff {
        /// What was asked; none: it was being opened.
        purpose: Option<Purpose>,
        /// What came in place of an answer.
        broken: Broken,
    },
    /// It told.
    Read(CardContent),
}

/// Why a card was asked nothing.
#[derive(Clone, Copy, Debug, Eq, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum NotAsked {
    /// None answers.
    NoCard,
    /// It is no CPx: its own commands are none of our business.
    NotCpx,
    /// No command of this generation is known.
    Unknown,
}

/// What a card told.
#[derive(Clone, Debug, Default, Eq, PartialEq, Serialize, Deserialize)]
pub struct CardContent {
    /// The card's number (EF.SN.ICC).
    pub number: Told<Personal>,
    /// The tries left of the code porteur.
    pub tries: Told<Tries>,
    /// The applications asked for, in that order.
    pub applications: Vec<ApplicationSeen>,
    /// Each command, what for, and how its answer ended.
    pub commands: Vec<CommandSeen>,
}

/// What a card told of one thing.
#[derive(Clone, Debug, Default, Eq, PartialEq, Serialize, Deserialize)]
#[serde(tag = "state", rename_all = "kebab-case")]
pub enum Told<T> {
    /// It was not asked.
    #[default]
    NotAsked,
    /// It told.
    Told {
        /// What.
        value: T,
    },
    /// It did not tell.
    Refused {
        /// The status word.
        status: StatusWord,
    },
    /// Its answer is not what it should be.
    NotUnderstood,
}

impl<T> Told<T> {
    pub(super) fn by(answer: &Answer, value: Option<T>) -> Self {
        match value {
            Some(value) if answer.is_good() => Self::Told { value },
            _ if answer.is_good() => Self::NotUnderstood,
            _ => Self::Refused {
                status: answer.status,
            },
        }
    }

    /// What it told.
    pub fn value(&self) -> Option<&T> {
        match self {
            Self::Told { value } => Some(value),
            _ => None,
        }
    }
}

/// The tries of a code.
#[derive(Clone, Copy, Debug, Eq, PartialEq, Serialize, Deserialize)]
pub struct Tries {
    /// How many are left.
    pub left: u8,
    /// How many there are when none was wrong; none: not known.
    pub of: Option<u8>,
}

/// One application that was asked for.
#[derive(Clone, Debug, Eq, PartialEq, Serialize, Deserialize)]
pub struct ApplicationSeen {
    /// As people call it.
    pub name: String,
    /// Its identifier, in hexadecimal.
    pub aid: String,
    /// Whether it is there.
    pub presence: Presence,
    /// How the card's answer ended.
    pub status: StatusWord,
}

/// Whether an application is on a card.
#[derive(Clone, Copy, Debug, Eq, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Presence {
    /// It is.
    Present,
    /// It is not.
    Absent,
    /// The card did not say.
    Untold,
}

/// One command that was answered.
#[derive(Clone, Copy, Debug, Eq, PartialEq, Serialize, Deserialize)]
pub struct CommandSeen {
    /// What it was sent for.
    pub purpose: Purpose,
    /// How the answer ended.
    pub status: StatusWord,
}

impl ContentSeen {
    /// What the card told.
    pub fn content(&self) -> Option<&CardContent> {
        match &self.state {
            ContentState::Read(content) => Some(content),
            _ => None,
        }
    }
}
