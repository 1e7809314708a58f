//! Which card gives this answer to reset?

use serde::{Deserialize, Serialize};

use crate::AtrBytes;

/// What a card is, by the exact bytes of its answer to reset.
///
/// Exactly as the Cryptolib CPS compares: a mask would take a CPS2ter for a CPS3.
#[derive(Clone, Debug, Eq, PartialEq, Serialize, Deserialize)]
#[serde(tag = "family", rename_all = "kebab-case")]
pub enum CardKind {
    /// A card of a health professional: CPS, CPF, CPE or CPA. Which one is written on the
    /// card, not in its answer to reset.
    Cpx(CpxFacts),
    /// The card of an insured person.
    Vitale,
    /// Any other card.
    Foreign {
        /// Whether its historical bytes begin as those of every contact CPx: it may be one
        /// that nobody has told tomcheck about.
        resembles_cpx: bool,
    },
}

/// What the answer to reset of a CPx tells.
#[derive(Clone, Debug, Eq, PartialEq, Serialize, Deserialize)]
pub struct CpxFacts {
    /// Its generation.
    pub generation: Generation,
    /// Whether it was read through its antenna, where it has no code porteur.
    pub contactless: bool,
}

/// A generation of CPx.
#[derive(Clone, Copy, Debug, Eq, PartialEq, Serialize, Deserialize)]
pub enum Generation {
    /// From 2004. No source states the answer to reset known by its name; it is the one of
    /// a contact CPx older than the CPS3.
    #[serde(rename = "CPS2ter")]
    Cps2ter,
    /// From 2011.
    #[serde(rename = "CPS3")]
    Cps3,
    /// From 2025; needs Cryptolib CPS 5.2.
    #[serde(rename = "CPS4")]
    Cps4,
}

impl Generation {
    /// As people write it.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Cps2ter => "CPS2ter",
            Self::Cps3 => "CPS3",
            Self::Cps4 => "CPS4",
        }
    }
}

impl CardKind {
    /// The card that answers `atr`.
    pub fn of(atr: &AtrBytes) -> Self {
        let bytes = atr.as_bytes();
        if let Some((_, generation, contactless)) = CPX.iter().find(|row| row.0 == bytes) {
            return Self::Cpx(CpxFacts {
                generation: *generation,
                contactless: *contactless,
            });
        }
        if VITALE.iter().any(|start| bytes.starts_with(start)) {
            return Self::Vitale;
        }
        let mut windows = bytes.windows(CPX_HISTORICAL.len());
        Self::Foreign {
            resembles_cpx: windows.any(|window| window == CPX_HISTORICAL),
        }
    }

    /// What is known of it when it is a CPx.
    pub fn cpx(&self) -> Option<&CpxFacts> {
        match self {
            Self::Cpx(facts) => Some(facts),
            Self::Vitale | Self::Foreign { .. } => None,
        }
    }
}

/// Source: the five the Cryptolib CPS 5.2 compares with (`card-cps.c` of its published
/// sources), and the older contact CPS of Ludovic Rousseau's list of answers to reset.
const CPX: &[(&[u8], Generation, bool)] = &[
    (
        b"\x3B\xAC\x00\x40\x2A\x00\x12\x25\x00\x64\x80\x00\x03\x10\x00\x90\x00",
        Generation::Cps3,
        false,
    ),
    (
        b"\x3B\x8F\x80\x01\x00\x31\xB8\x64\x04\xB0\xEC\xC1\x73\x94\x01\x80\x82\x90\x00\x0E",
        Generation::Cps3,
        true,
    ),
    (
        b"\x3B\x9B\x18\x80\x01\x00\x12\x25\x00\x64\x80\x04\x01\x00\x00\x90\x44",
        Generation::Cps4,
        false,
    ),
    (
        b"\x3B\x9B\x18\x80\x01\x00\x12\x25\x00\x64\x80\x00\x04\x01\x00\x90\x44",
        Generation::Cps4,
        false,
    ),
    (
        b"\x3B\xDC\x18\xFF\x00\x00\x12\x25\x00\x64\x80\x00\x04\x01\x00\x90\x00",
        Generation::Cps4,
        false,
    ),
    (
        b"\x3B\xAC\x00\x40\x2A\x00\x12\x25\x00\x64\x80\x82\x02\x12\x00\x90\x00",
        Generation::Cps2ter,
        false,
    ),
];

/// Country code 250, France (ISO/IEC 7816-4 §8.1.1.2.1), as every contact CPx has it.
const CPX_HISTORICAL: &[u8] = b"\x00\x12\x25\x00\x64\x80";

/// Source: Ludovic Rousseau's list of answers to reset; every Vitale 2 of it begins so.
const VITALE: &[&[u8]] = &[
    b"\x3B\x75\x13",
    b"\x3F\x65\x25\x00\x52\x09\x6A\x90\x00",
    b"\x3F\x65\x25\x00\xA3\x09\x6A\x90\x00",
    b"\x3F\x65\x25\x00\xA4\x09\x6A\x90\x00",
];

#[cfg(test)]
mod tests {
    use super::*;

    fn kind(text: &str) -> CardKind {
        CardKind::of(&text.parse().unwrap())
    }

    #[test]
    fn every_answer_to_reset_of_the_table_is_well_formed() {
        for (bytes, ..) in CPX {
            let bytes = AtrBytes::new(*bytes).unwrap();
            assert!(crate::Atr::read(&bytes).is_ok(), "{bytes}");
        }
    }

    #[test]
    fn the_exact_bytes_decide_and_one_other_byte_is_another_card() {
        let cps3 = kind("3BAC00402A001225006480000310009000");
        let facts = cps3.cpx().unwrap();
        assert_eq!(
            (facts.generation, facts.contactless),
            (Generation::Cps3, false)
        );
        let older = kind("3BAC00402A001225006480820212009000");
        assert_eq!(older.cpx().unwrap().generation, Generation::Cps2ter);
        let unknown = kind("3BAC00402A001225006480000311009000");
        assert_eq!(
            unknown,
            CardKind::Foreign {
                resembles_cpx: true
            }
        );
    }

    #[test]
    fn vitale_bank_and_contactless_cards_are_told_apart() {
        assert_eq!(kind("3B7513000047 09EA9000"), CardKind::Vitale);
        let bank = kind("3B6500002063CB6600");
        assert_eq!(
            bank,
            CardKind::Foreign {
                resembles_cpx: false
            }
        );
        let antenna = kind("3B8F80010031B86404B0ECC1739401808290000E");
        assert!(antenna.cpx().unwrap().contactless);
    }
}
