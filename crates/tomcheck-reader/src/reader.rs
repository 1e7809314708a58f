//! What does PC/SC say of one reader?

use std::time::Duration;

use serde::{Deserialize, Serialize};
use tomcheck_diagnosis::{Evidence, ForeignFailure, Identity, IdentityKind, Text};

use crate::pcsc::{Known, PcscContext, ReaderStatus};
use crate::scard::STATUS_CHANGE;
use crate::within::Calls;
use crate::{AtrBytes, CardKind, ReaderState, StateFlag};

/// One reader.
#[derive(Clone, Debug, Eq, PartialEq, Serialize, Deserialize)]
pub struct ReaderSeen {
    /// As PC/SC names it.
    pub name: String,
    /// Whether a card can be put in, as its name tells.
    pub kind: ReaderKind,
    /// Its state.
    #[serde(flatten)]
    pub look: Look,
}

/// Whether a card can be put in a reader.
#[derive(Clone, Copy, Debug, Eq, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ReaderKind {
    /// As far as its name tells.
    Ordinary,
    /// Made of software, or holding a chip that does not come out.
    Virtual,
}

/// What PC/SC says of one reader.
#[derive(Clone, Debug, Eq, PartialEq, Serialize, Deserialize)]
#[serde(tag = "look", rename_all = "kebab-case")]
pub enum Look {
    /// Its state.
    Seen(ReaderStatus),
    /// Its state could not be had.
    Failed {
        /// The answer of `SCardGetStatusChange`.
        failure: ForeignFailure,
    },
}

/// Whether somebody who asks for `part` means the reader of this `name`: it has that part, in
/// any case. A number is not a part of a longer one: `Twin 1` does not mean `Twin 10`.
pub fn is_meant_by(part: &str, name: &str) -> bool {
    let (part, name) = (part.to_lowercase(), name.to_lowercase());
    let ends_in_digit = part.ends_with(|end: char| end.is_ascii_digit());
    let goes_on = |place: usize| {
        let rest = name.get(place + part.len()..).unwrap_or_default();
        rest.starts_with(|next: char| next.is_ascii_digit())
    };
    name.match_indices(part.as_str())
        .any(|(place, _)| !(ends_in_digit && goes_on(place)))
}

impl ReaderSeen {
    /// The readers of these names: all their states with one call, each with its own where that
    /// one fails.
    pub(crate) fn all(context: &dyn PcscContext, names: Vec<String>, calls: &Calls) -> Vec<Self> {
        let unaware = names.iter().map(|name| Known {
            reader: name.clone(),
            state: ReaderState::new(0),
        });
        let unaware: Vec<_> = unaware.collect();
        let looked = calls.make(STATUS_CHANGE, || context.wait(&unaware, Duration::ZERO));
        match looked {
            Ok(Some(wake)) if wake.readers.len() == names.len() => {
                let seen = names.into_iter().zip(wake.readers);
                seen.map(|(name, status)| Self::with(name, status))
                    .collect()
            }
            _ => {
                let seen = |name| Self::of(context, name, calls);
                names.into_iter().map(seen).collect()
            }
        }
    }

    fn of(context: &dyn PcscContext, name: String, calls: &Calls) -> Self {
        let kind = ReaderKind::of(&name);
        let look = match calls.make(STATUS_CHANGE, || context.reader_status(&name)) {
            Ok(status) => Look::Seen(status),
            Err(failure) => Look::Failed { failure },
        };
        Self { name, kind, look }
    }

    fn with(name: String, status: ReaderStatus) -> Self {
        Self {
            kind: ReaderKind::of(&name),
            look: Look::Seen(status),
            name,
        }
    }

    /// Whether a card can be put in.
    pub fn is_ordinary(&self) -> bool {
        self.kind == ReaderKind::Ordinary
    }

    /// The card's answer to reset, where PC/SC knows one.
    pub fn atr(&self) -> Option<&AtrBytes> {
        match &self.look {
            Look::Seen(status) => status.atr.as_ref(),
            Look::Failed { .. } => None,
        }
    }

    /// `dwEventState`, where it could be had.
    pub fn state(&self) -> Option<ReaderState> {
        match &self.look {
            Look::Seen(status) => Some(status.state),
            Look::Failed { .. } => None,
        }
    }

    /// Whether PC/SC says that a CPx answered in it.
    pub(crate) fn holds_cpx(&self) -> bool {
        matches!(self.atr().map(CardKind::of), Some(CardKind::Cpx(_)))
    }

    fn has(&self, flag: StateFlag) -> bool {
        self.state().is_some_and(|state| state.has(flag))
    }

    /// The lower, the likelier it holds the CPx. A card that does not answer comes before
    /// a Vitale: in two slots, the mute one is the likelier CPx.
    pub(crate) fn rank(&self) -> u8 {
        match self.atr().map(CardKind::of) {
            Some(CardKind::Cpx(facts)) => u8::from(facts.contactless),
            _ if !self.has(StateFlag::Present) => 6,
            None if self.has(StateFlag::Exclusive) => 2,
            None => 3,
            Some(CardKind::Vitale) => 4,
            Some(CardKind::Foreign { .. }) => 5,
        }
    }

    pub(crate) fn said(&self) -> Text {
        match self.atr().map(CardKind::of) {
            Some(CardKind::Cpx(facts)) => Text::same(facts.generation.name()),
            _ if self.is_unavailable() => OUT_OF_USE,
            _ if !self.has(StateFlag::Present) => EMPTY,
            _ if self.has(StateFlag::Exclusive) => HELD,
            None => SILENT,
            Some(CardKind::Vitale) => VITALE,
            Some(CardKind::Foreign { .. }) => OTHER,
        }
    }

    pub(crate) fn is_unavailable(&self) -> bool {
        let out = [StateFlag::Unknown, StateFlag::Unavailable];
        matches!(self.look, Look::Failed { .. }) || out.into_iter().any(|flag| self.has(flag))
    }
}

impl ReaderKind {
    fn of(name: &str) -> Self {
        match is_for_cards(name) {
            true => Self::Ordinary,
            false => Self::Virtual,
        }
    }
}

/// Whether a card can be put in a reader or device of this name, as far as that tells.
pub(crate) fn is_for_cards(name: &str) -> bool {
    !NOT_FOR_CARDS.iter().any(|part| name.contains(part))
}

/// The reader a finding is about.
pub(crate) fn reader_evidence(name: &str) -> Evidence {
    Evidence::new("reader", READER, name)
}

/// The serial number pcsc-lite writes in a reader's name: `Twin Reader (21120637) 00 00`.
pub(crate) fn serial(reader: &str) -> Option<Identity> {
    let (_, after) = reader.rsplit_once('(')?;
    let (serial, _) = after.split_once(") ")?;
    Some(Identity::new(IdentityKind::Serial, serial))
}

/// Windows Hello, TPM virtual cards, SIM slots of modems, security keys.
const NOT_FOR_CARDS: &[&str] = &[
    "Windows Hello",
    "Microsoft Virtual Smart Card",
    "Microsoft UICC",
    "TPM",
    "YubiKey",
    "Yubikey",
    "Nitrokey",
];

const READER: Text = Text {
    fr: "lecteur",
    en: "reader",
};
const EMPTY: Text = Text {
    fr: "vide",
    en: "empty",
};
const HELD: Text = Text {
    fr: "carte réservée par un autre programme",
    en: "card held by another program",
};
const SILENT: Text = Text {
    fr: "carte muette",
    en: "mute card",
};
const VITALE: Text = Text {
    fr: "carte Vitale",
    en: "Carte Vitale",
};
const OTHER: Text = Text {
    fr: "autre carte",
    en: "another card",
};
const OUT_OF_USE: Text = Text {
    fr: "indisponible",
    en: "unavailable",
};
