//! What does the module show of the card?

mod facts;
mod findings;
mod flags;

use serde::{Deserialize, Serialize};
use tomcheck_diagnosis::{ForeignFailure, Probe};

pub use self::facts::{KeySeen, MechanismSeen, PrivateKeys, TokenCertificate, TokenFacts};
pub(crate) use self::findings::{UNREADABLE, unreadable};
pub use self::flags::TokenFlags;
use crate::worker::Request;
use crate::{CallFailure, Worker};

/// Lists the module's slots, and reads the token of the wanted one, or of the first that
/// has one.
///
/// Talks to the card through the module: reads only, no login. Each call blocks for at most
/// the worker's deadline per call. The module must be initialised.
#[derive(Debug)]
pub struct TokenProbe<'a> {
    worker: &'a Worker,
    wanted: Option<String>,
}

impl<'a> TokenProbe<'a> {
    /// `wanted`: the PC/SC name of the reader, which modules show as the slot's description
    /// (cut after 64 bytes, or shortened in its middle).
    pub fn new(worker: &'a Worker, wanted: Option<String>) -> Self {
        Self { worker, wanted }
    }
}

impl Probe for TokenProbe<'_> {
    type Seen = TokenSeen;
    const ID: &'static str = "token.state";

    fn observe(&self) -> TokenSeen {
        let wanted = self.wanted.clone();
        match self.worker.ask::<Vec<SlotSeen>>(&Request::Slots) {
            Ok(slots) => {
                let token = match among(&slots, wanted.as_deref()) {
                    Some(slots) => self.read(slots),
                    None => TokenAnswer::ReaderNotShown,
                };
                TokenSeen {
                    wanted,
                    slots,
                    token,
                }
            }
            Err(failure) => TokenSeen {
                wanted,
                slots: vec![],
                token: TokenAnswer::Failed(failure),
            },
        }
    }
}

impl TokenProbe<'_> {
    fn read(&self, slots: Vec<&SlotSeen>) -> TokenAnswer {
        let good = slots
            .iter()
            .find(|slot| slot.token_present && slot.refusal.is_none());
        if let Some(slot) = good {
            return match self.worker.ask(&Request::Token { slot: slot.id }) {
                Ok(facts) => TokenAnswer::Read(Box::new(slot.described(facts))),
                Err(failure) => TokenAnswer::Failed(failure),
            };
        }
        let refusals = slots.iter().filter_map(|slot| slot.refusal.clone());
        let mut telling = refusals.filter(|refusal| refusal.code != TOKEN_NOT_RECOGNIZED);
        let failure = telling.next().map(CallFailure::Answered);
        failure.map_or(TokenAnswer::Absent, TokenAnswer::Failed)
    }
}

/// The slots of the wanted reader. Where no slot bears its name, and some modules give slots
/// names of their own, all of them if only one card is there: a code porteur must never be
/// tried on another card. None: which slot is meant cannot be told.
fn among<'a>(slots: &'a [SlotSeen], wanted: Option<&str>) -> Option<Vec<&'a SlotSeen>> {
    let Some(reader) = wanted else {
        return Some(slots.iter().collect());
    };
    let with_name = |is_name: fn(&str, &str) -> bool| {
        let named = |slot: &&SlotSeen| is_name(&slot.description, reader);
        slots.iter().filter(named).collect::<Vec<_>>()
    };
    let exact = with_name(|description, reader| description == reader.trim_end());
    if !exact.is_empty() {
        return Some(exact);
    }
    let shortened = with_name(is_short_for);
    let guessed = match shortened.is_empty() {
        true => slots.iter().collect(),
        false => shortened,
    };
    let occupied = guessed.iter().filter(|slot| slot.is_occupied());
    (occupied.count() <= 1).then_some(guessed)
}

/// A slot's description holds 64 bytes. OpenSC cuts a longer name of a reader; the Cryptolib
/// CPS keeps its first 30 and its last 31 and writes three dots between them.
fn is_short_for(description: &str, reader: &str) -> bool {
    let is_cut = reader.len() > 60 && description.len() >= 60 && reader.starts_with(description);
    let is_shortened = || {
        let Some((head, tail)) = description.split_once("...") else {
            return false;
        };
        let is_whole = !head.is_empty() && !tail.is_empty();
        let fits = head.len() + tail.len() <= reader.trim_end().len();
        is_whole && fits && reader.starts_with(head) && reader.trim_end().ends_with(tail)
    };
    is_cut || is_shortened()
}

/// The slots, and the token of one of them.
#[derive(Clone, Debug, Eq, PartialEq, Serialize, Deserialize)]
pub struct TokenSeen {
    /// The reader that was asked for.
    pub wanted: Option<String>,
    /// Every slot the module lists.
    pub slots: Vec<SlotSeen>,
    /// The token that was read.
    pub token: TokenAnswer,
}

impl TokenSeen {
    /// The token, if it could be read.
    pub fn token(&self) -> Option<&TokenFacts> {
        match &self.token {
            TokenAnswer::Read(facts) => Some(facts),
            TokenAnswer::Absent | TokenAnswer::ReaderNotShown | TokenAnswer::Failed(_) => None,
        }
    }

    /// Whether no reader was asked for and several have a card: the one that was read may be
    /// another person's.
    pub fn is_one_of_several(&self) -> bool {
        let occupied = self.slots.iter().filter(|slot| slot.is_occupied());
        self.wanted.is_none() && occupied.count() > 1
    }

    /// Whether the module shows the serial readers of the GALSS and no reader of PC/SC.
    ///
    /// Source: the Cryptolib CPS names those « PSS Reader on … » (`reader-galss.c` of its
    /// published sources).
    pub fn shows_galss_readers_only(&self) -> bool {
        let is_serial = |slot: &SlotSeen| slot.description.starts_with("PSS Reader on");
        !self.slots.is_empty() && self.slots.iter().all(is_serial)
    }

    /// Whether the module says of a slot that a card it does not know is in it.
    pub fn holds_unrecognised_token(&self) -> bool {
        self.slots.iter().any(|slot| {
            slot.refusal
                .as_ref()
                .is_some_and(|refusal| refusal.code == TOKEN_NOT_RECOGNIZED)
        })
    }
}

/// What came of reading the token.
#[derive(Clone, Debug, Eq, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum TokenAnswer {
    /// No slot (or not the wanted one) has a token that the module shows.
    Absent,
    /// The module does not show the wanted reader, and more than one other has a card: none
    /// was read.
    ReaderNotShown,
    /// It was read.
    Read(Box<TokenFacts>),
    /// A call failed under way.
    Failed(CallFailure),
}

/// A slot of the module.
#[derive(Clone, Debug, Eq, PartialEq, Serialize, Deserialize)]
pub struct SlotSeen {
    /// The module's number for it.
    pub id: u64,
    /// Usually the reader's PC/SC name; padding cut.
    pub description: String,
    /// `CK_SLOT_INFO.flags`, raw.
    pub flags: u64,
    /// `CKF_TOKEN_PRESENT`.
    pub token_present: bool,
    /// The token was never initialised: nobody's card, and none that could be tried by mistake.
    #[serde(default)]
    pub is_blank: bool,
    /// What `C_GetSlotInfo` or `C_GetTokenInfo` refused with: `CKR_TOKEN_NOT_RECOGNIZED` for
    /// a card the module does not know.
    pub refusal: Option<ForeignFailure>,
}

impl SlotSeen {
    fn described(&self, facts: TokenFacts) -> TokenFacts {
        let reader = Some(self.description.clone()).filter(|name| !name.is_empty());
        TokenFacts { reader, ..facts }
    }

    /// A card the module refuses to read is a card.
    fn is_occupied(&self) -> bool {
        (self.token_present && !self.is_blank) || self.refusal.is_some()
    }
}

/// `CKR_TOKEN_NOT_RECOGNIZED`: a card is there, and the module does not know it.
const TOKEN_NOT_RECOGNIZED: i64 = 0xE1;

#[cfg(test)]
mod tests {
    use super::*;
    use crate::names::answered;

    fn slot(id: u64, description: &str) -> SlotSeen {
        SlotSeen {
            id,
            description: description.to_owned(),
            flags: 0x7,
            token_present: true,
            is_blank: false,
            refusal: None,
        }
    }

    pub(super) fn seen(token: TokenAnswer) -> TokenSeen {
        TokenSeen {
            wanted: None,
            slots: vec![slot(0, "Reader 00 00")],
            token,
        }
    }

    #[test]
    fn the_wanted_reader_is_found_by_its_name_cut_or_shortened() {
        let long =
            "A very long name of a very well equipped reader of cards, contactless too 01 00";
        let cut = long.get(..64).unwrap();
        let shortened = format!(
            "{}...{}",
            long.get(..30).unwrap(),
            long.get(long.len() - 31..).unwrap()
        );
        for description in [long, cut, &shortened] {
            let others = [slot(0, "Reader 00 00"), slot(1, description)];
            assert_eq!(ids(&others, Some(long)), Some(vec![1]), "{description}");
        }
        for other in ["...", "A very...", "...01 00", "A very long name"] {
            assert!(!is_short_for(other, long), "{other}");
        }
        assert!(!is_short_for("Reader 0...r 00", "Reader 00"), "overlapping");
    }

    #[test]
    fn a_card_in_another_reader_is_only_taken_where_it_is_the_only_one() {
        let mut slots = [slot(0, "Reader 00 00"), slot(1, "Reader 00 01")];
        assert_eq!(ids(&slots, Some("Reader 00 01")), Some(vec![1]));
        assert_eq!(ids(&slots, None), Some(vec![0, 1]));
        assert_eq!(ids(&slots, Some("Reader")), None);
        slots[0].token_present = false;
        assert_eq!(
            ids(&slots, Some("another name")),
            Some(vec![0, 1]),
            "a module may name slots as it likes"
        );
        slots[0].refusal = Some(answered("C_GetTokenInfo", 0xE1));
        assert_eq!(
            ids(&slots, Some("another name")),
            None,
            "a card all the same"
        );
    }

    #[test]
    fn two_readers_whose_names_are_cut_to_the_same_are_not_guessed_at() {
        let long = "x".repeat(70);
        let cut = long.get(..64).unwrap();
        assert_eq!(ids(&[slot(0, cut), slot(1, cut)], Some(&long)), None);
    }

    fn ids(slots: &[SlotSeen], wanted: Option<&str>) -> Option<Vec<u64>> {
        let slots = among(slots, wanted)?;
        Some(slots.iter().map(|slot| slot.id).collect())
    }

    #[test]
    fn a_module_in_galss_mode_is_known_by_the_names_of_its_slots() {
        let mut seen = seen(TokenAnswer::Absent);
        assert!(!seen.shows_galss_readers_only());
        seen.slots = vec![slot(0, "PSS Reader on COM1")];
        assert!(seen.shows_galss_readers_only());
        seen.slots.push(slot(1, "Reader 00 00"));
        assert!(!seen.shows_galss_readers_only());
        seen.slots.clear();
        assert!(!seen.shows_galss_readers_only());
    }
}
