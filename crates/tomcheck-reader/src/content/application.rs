//! Which applications can be on a card, and which are worth asking for?

use super::command::{Channel, Code};
use crate::{CpxFacts, Generation};

/// An application, by the name a card selects it by.
#[derive(Debug, Eq, PartialEq)]
pub(crate) struct Application {
    /// As people call it.
    pub(crate) name: &'static str,
    /// Its identifier (ISO/IEC 7816-4:2005 §8.2.1.2).
    pub(crate) aid: &'static [u8],
    pub(super) channel: Channel,
    /// P2 of SELECT: what the card is to tell of it.
    pub(super) answer: u8,
}

/// What a kind of card is asked for.
pub(super) struct Plan {
    pub(super) channel: Channel,
    /// In this order.
    pub(super) own: &'static [&'static Application],
    pub(super) counters: Option<Counters>,
}

/// How a kind of card tells the tries left of its code porteur.
#[derive(Clone, Copy)]
pub(super) enum Counters {
    /// By GET DATA, while its master file is selected.
    Data,
    /// By a VERIFY without data, once its application is selected.
    Verify(Code),
}

impl Plan {
    /// None: no command for this card is known.
    pub(super) fn of(card: &CpxFacts) -> Option<Self> {
        match (card.generation, card.contactless) {
            (Generation::Cps3, false) => Some(Self {
                channel: Channel::Basic,
                own: OF_CPS3,
                counters: Some(Counters::Data),
            }),
            // No code porteur there.
            (Generation::Cps3, true) => Some(Self {
                channel: Channel::Basic,
                own: OF_CPS3_CONTACTLESS,
                counters: None,
            }),
            (Generation::Cps4, _) => Some(Self {
                channel: Channel::One,
                own: OF_CPS4,
                counters: Some(Counters::Verify(Code::Cps4)),
            }),
            (Generation::Cps2ter, _) => None,
        }
    }
}

static OF_CPS3: &[&Application] = &[&CPS3];
static OF_CPS3_CONTACTLESS: &[&Application] = &[&CPS3_CONTACTLESS];
/// The older volume first, as the Cryptolib does: it leaves the CPS4 selected.
static OF_CPS4: &[&Application] = &[&CPS2TER, &CPS4];

/// Asked for where a card has none of its own: it is no card of the ANS then, whatever its
/// answer to reset says.
pub(super) static OTHERS: &[&Application] = &[&PIV, &PKCS15];

/// Nothing is told of the application: a card must say no more than that it has it.
const NOTHING: u8 = 0x0C;

/// Source: the published sources of the Cryptolib CPS 5.2.
static CPS3: Application = Application {
    name: "ASIP CPS",
    aid: b"\xE8\x28\xBD\x08\x0F\x80\x25\x00\x00\x01\xFF\x00\x10",
    channel: Channel::Basic,
    answer: NOTHING,
};
/// Source: as [`CPS3`].
static CPS3_CONTACTLESS: Application = Application {
    name: "ASIP CPS CL",
    aid: b"\xE8\x28\xBD\x08\x0F\x80\x25\x00\x00\x01\xFF\x00\x20",
    channel: Channel::Basic,
    answer: NOTHING,
};
/// Source: as [`CPS3`].
pub(super) static CPS4: Application = Application {
    name: "CPS4",
    aid: b"\x80\x25\x00\x00\x01\xFF\x01\x00",
    channel: Channel::One,
    answer: NOTHING,
};
/// The volume a CPS4 keeps for the software of earlier cards. Source: as [`CPS3`].
static CPS2TER: Application = Application {
    name: "CPS2ter",
    aid: b"\x80\x25\x00\x00\x01\xFF\x00\x02",
    channel: Channel::Basic,
    answer: NOTHING,
};
/// Source: NIST SP 800-73-4 part 1 §2.2, part 2 §3.1.1.
pub(super) static PIV: Application = Application {
    name: "PIV",
    aid: b"\xA0\x00\x00\x03\x08\x00\x00\x10\x00",
    channel: Channel::Basic,
    answer: 0x00,
};
/// Source: ISO/IEC 7816-15:2004 §7.5.
static PKCS15: Application = Application {
    name: "PKCS#15",
    aid: b"\xA0\x00\x00\x00\x63PKCS-15",
    channel: Channel::Basic,
    answer: 0x00,
};

#[cfg(test)]
pub(super) static ALL: &[&Application] =
    &[&CPS3, &CPS3_CONTACTLESS, &CPS4, &CPS2TER, &PIV, &PKCS15];
