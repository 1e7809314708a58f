//! What can a monitor tell?

use serde::{Deserialize, Serialize};
use tomcheck_diagnosis::{Finding, Identity, Instant, Observation};

use crate::card_findings::judge;
use crate::reader::{reader_evidence, serial};
use crate::rows::{ABSENT, HELD, MUTE, UNAVAILABLE};
use crate::{
    AtrBytes, CardKind, Generation, Look, ReaderSeen, ReaderState, ReadersSeen, ServiceSeen,
    StateFlag,
};

/// One thing that is so, or that became so.
///
/// Written as one JSON object: `at`, `reader`, `state`, `card`, `mode`, `cause`, `reinserted`,
/// and `code`: the finding it would be in a report, null where all is well.
#[non_exhaustive]
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(into = "Written")]
pub struct Event {
    /// When it was seen.
    pub at: Instant,
    /// How the monitor watched.
    pub mode: Mode,
    /// Why it is told.
    pub cause: Cause,
    /// What is so.
    pub what: Happening,
}

/// How a monitor watches.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Mode {
    /// Each change is told as it comes.
    #[default]
    Automatic,
    /// Nothing is looked at until somebody asks.
    Manual,
}

/// Why an event is told.
#[derive(Clone, Copy, Debug, Eq, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Cause {
    /// The present state, at the start.
    Start,
    /// It changed.
    Change,
    /// Somebody asked for the present state.
    Refresh,
}

/// What is so.
#[non_exhaustive]
#[derive(Clone, Debug, PartialEq)]
pub enum Happening {
    /// The service does not answer, or not as it should. No reader is known any more.
    NoService(Box<ServiceSeen>),
    /// The service answers again; each reader is told after this.
    ServiceBack,
    /// The service answers and has no reader.
    NoReader(Box<ReadersSeen>),
    /// One reader and its card.
    Reader(ReaderNow),
    /// A reader was unplugged.
    ReaderGone {
        /// As PC/SC named it.
        reader: String,
    },
}

/// One reader and its card.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct ReaderNow {
    /// As PC/SC names it.
    pub reader: String,
    /// The state people know.
    pub state: SlotState,
    /// `dwEventState`, where it could be had.
    pub raw: Option<ReaderState>,
    /// The card, where it answers.
    pub card: Option<CardNow>,
    /// Whether the card was taken out and put back since the last event, or a card in and out
    /// again, faster than the service looks.
    pub reinserted: bool,
}

/// What people know of a reader.
#[derive(Clone, Copy, Debug, Eq, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum SlotState {
    /// No card.
    Absent,
    /// A card that answers.
    Present,
    /// A card that does not answer.
    Mute,
    /// A card that another program keeps for itself.
    InUse,
    /// The reader cannot be used, or is gone.
    Unavailable,
}

/// A card that answers.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct CardNow {
    /// Its answer to reset.
    pub atr: AtrBytes,
    /// The card that answers so.
    pub kind: CardKind,
}

impl Event {
    /// For whoever shows events and wants to try it without a reader: a [`Monitor`] makes its
    /// own.
    ///
    /// [`Monitor`]: crate::Monitor
    pub fn new(at: Instant, mode: Mode, cause: Cause, what: Happening) -> Self {
        Self {
            at,
            mode,
            cause,
            what,
        }
    }

    /// The reader it is about.
    pub fn reader(&self) -> Option<&str> {
        match &self.what {
            Happening::Reader(now) => Some(&now.reader),
            Happening::ReaderGone { reader } => Some(reader),
            Happening::NoService(_) | Happening::ServiceBack | Happening::NoReader(_) => None,
        }
    }

    /// The reader's state; [`SlotState::Unavailable`] where there is none to use, and none for
    /// a service that is back.
    pub fn state(&self) -> Option<SlotState> {
        match &self.what {
            Happening::Reader(now) => Some(now.state),
            Happening::ServiceBack => None,
            Happening::NoService(_) | Happening::NoReader(_) | Happening::ReaderGone { .. } => {
                Some(SlotState::Unavailable)
            }
        }
    }

    /// What a diagnosis would find in it: none where all is well.
    pub fn finding(&self) -> Option<Finding> {
        match &self.what {
            Happening::NoService(service) => service.findings().into_iter().next(),
            Happening::NoReader(readers) => readers.findings().into_iter().next(),
            Happening::Reader(now) => now.finding(),
            Happening::ServiceBack | Happening::ReaderGone { .. } => None,
        }
    }

    /// The serial number a reader bears in its name, for whoever masks it.
    pub fn identities(&self) -> Vec<Identity> {
        self.reader().and_then(serial).into_iter().collect()
    }
}

impl ReaderNow {
    pub(super) fn of(seen: &ReaderSeen, reinserted: bool) -> Self {
        let state = SlotState::of(seen);
        let atr = seen.atr().filter(|_| state == SlotState::Present);
        let card = atr.map(|atr| CardNow {
            atr: atr.clone(),
            kind: CardKind::of(atr),
        });
        Self {
            reader: seen.name.clone(),
            state,
            raw: seen.state(),
            card,
            reinserted,
        }
    }

    fn finding(&self) -> Option<Finding> {
        let finding = match self.state {
            SlotState::Absent => Finding::of(&ABSENT),
            SlotState::Mute => Finding::of(&MUTE),
            SlotState::InUse => Finding::of(&HELD),
            SlotState::Unavailable => Finding::of(&UNAVAILABLE),
            SlotState::Present => {
                let card = self.card.as_ref()?;
                judge(&card.kind, &card.atr)?
            }
        };
        Some(finding.with(reader_evidence(&self.reader)))
    }
}

impl SlotState {
    pub(super) fn of(seen: &ReaderSeen) -> Self {
        let Look::Seen(status) = &seen.look else {
            return Self::Unavailable;
        };
        let has = |flag| status.state.has(flag);
        match () {
            () if seen.is_unavailable() => Self::Unavailable,
            () if !has(StateFlag::Present) => Self::Absent,
            () if has(StateFlag::Exclusive) => Self::InUse,
            () if has(StateFlag::Mute) || status.atr.is_none() => Self::Mute,
            () => Self::Present,
        }
    }

    /// As reports write it.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Absent => "absent",
            Self::Present => "present",
            Self::Mute => "mute",
            Self::InUse => "in-use",
            Self::Unavailable => "unavailable",
        }
    }
}

#[derive(Serialize)]
struct Written {
    at: Instant,
    reader: Option<String>,
    state: Option<SlotState>,
    card: Option<WrittenCard>,
    mode: Mode,
    cause: Cause,
    reinserted: bool,
    code: Option<&'static str>,
}

#[derive(Serialize)]
struct WrittenCard {
    family: &'static str,
    generation: Option<&'static str>,
    atr: AtrBytes,
}

impl From<Event> for Written {
    fn from(event: Event) -> Self {
        let code = event.finding().map(|finding| finding.kind.code);
        let now = match &event.what {
            Happening::Reader(now) => Some(now),
            _ => None,
        };
        Self {
            at: event.at,
            reader: event.reader().map(str::to_owned),
            state: event.state(),
            card: now.and_then(|now| now.card.clone()).map(Into::into),
            mode: event.mode,
            cause: event.cause,
            reinserted: now.is_some_and(|now| now.reinserted),
            code,
        }
    }
}

impl From<CardNow> for WrittenCard {
    fn from(card: CardNow) -> Self {
        let cpx = card.kind.cpx();
        Self {
            family: match &card.kind {
                CardKind::Cpx(_) => "cpx",
                CardKind::Vitale => "vitale",
                CardKind::Foreign { .. } => "foreign",
            },
            generation: cpx.map(|facts| Generation::name(facts.generation)),
            atr: card.atr,
        }
    }
}
