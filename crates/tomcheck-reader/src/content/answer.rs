//! What did the card answer?

use std::fmt;

use serde::{Deserialize, Serialize};
use tomcheck_diagnosis::{Evidence, ForeignFailure, Personal};

use super::Tries;
use crate::scard::TRANSMIT;

/// The two bytes that end an answer (ISO/IEC 7816-4:2005 §5.1.3): `6A82`.
#[derive(Clone, Copy, Debug, Eq, PartialEq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct StatusWord(pub u16);

impl fmt::Display for StatusWord {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:04X}", self.0)
    }
}

impl From<StatusWord> for String {
    fn from(word: StatusWord) -> Self {
        word.to_string()
    }
}

impl TryFrom<String> for StatusWord {
    type Error = std::num::ParseIntError;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        u16::from_str_radix(&text, 16).map(Self)
    }
}

/// Why there is no answer to a command.
#[derive(Clone, Debug, Eq, PartialEq, Serialize, Deserialize)]
#[serde(tag = "broken", rename_all = "kebab-case")]
pub enum Broken {
    /// A call failed.
    Failed {
        /// The call and its number.
        failure: ForeignFailure,
    },
    /// `SCardTransmit` succeeded, and what came is no answer: every one has two bytes at least.
    /// So comes through some drivers the end of a card that is pulled out in mid-command.
    TooShort {
        /// In bytes: none or one.
        length: usize,
    },
}

impl From<ForeignFailure> for Broken {
    fn from(failure: ForeignFailure) -> Self {
        Self::Failed { failure }
    }
}

impl From<&Broken> for Evidence {
    fn from(broken: &Broken) -> Self {
        match broken {
            Broken::Failed { failure } => failure.into(),
            Broken::TooShort { length } => {
                Self::raw(TRANSMIT, format!("SCARD_S_SUCCESS 0x0, {length} / 2 bytes"))
            }
        }
    }
}

/// An answer: what it holds, and how it ends.
pub(super) struct Answer {
    pub(super) data: Vec<u8>,
    pub(super) status: StatusWord,
}

impl Answer {
    pub(super) fn read(bytes: &[u8]) -> Result<Self, Broken> {
        let Some((data, [high, low])) = bytes.split_last_chunk::<2>() else {
            let length = bytes.len();
            return Err(Broken::TooShort { length });
        };
        Ok(Self {
            data: data.to_vec(),
            status: StatusWord(u16::from_be_bytes([*high, *low])),
        })
    }

    /// `9000`, or `61xx`: there is an answer to fetch, which may be left.
    pub(super) fn is_good(&self) -> bool {
        self.status.0 == 0x9000 || self.waiting().is_some()
    }

    /// How many bytes wait to be fetched.
    pub(super) fn waiting(&self) -> Option<u8> {
        let [high, low] = self.status.0.to_be_bytes();
        (high == 0x61).then_some(low)
    }

    /// `6A82`: there is nothing of this name.
    pub(super) fn is_not_found(&self) -> bool {
        self.status.0 == 0x6A82
    }

    /// The tries an empty VERIFY tells: `63Cx`, or `6983` for none.
    pub(super) fn tries(&self) -> Option<u8> {
        match self.status.0 {
            0x6983 => Some(0),
            word @ 0x63C0..=0x63CF => u8::try_from(word & 0x0F).ok(),
            _ => None,
        }
    }
}

/// The card's number in EF.SN.ICC: `5A 0A`, the issuer `80 25 00 00 01`, then ten digits, or
/// eight, a check digit and an F that fills up. The number without check digit and filling, as
/// the Cryptolib shows it.
pub(super) fn number(data: &[u8]) -> Option<Personal> {
    let digits = data.strip_prefix(b"\x5A\x0A\x80\x25\x00\x00\x01")?;
    let digits: String = digits.iter().map(|byte| format!("{byte:02X}")).collect();
    let is_decimal = |text: &str| text.bytes().all(|digit| digit.is_ascii_digit());
    let number = match digits.strip_suffix('F') {
        Some(filled) => filled.get(..8)?,
        None => digits.as_str(),
    };
    (digits.len() == 10 && is_decimal(number)).then(|| Personal::new(number))
}

/// The counters a CPS3 answers: `70{BF81xx{A0{9A most, 9B left}}}`.
pub(super) fn counters(data: &[u8]) -> Option<Tries> {
    let object = value_of(0x70, data)?;
    let (_, object) = Object::of(object).find(|(tag, _)| tag >> 8 == 0xBF81)?;
    let counters = value_of(0xA0, object)?;
    let one = |tag| match value_of(tag, counters) {
        Some([count]) => Some(*count),
        _ => None,
    };
    let tries = Tries {
        left: one(0x9B)?,
        of: one(0x9A),
    };
    // More left than there ever were is no count.
    tries
        .of
        .is_none_or(|most| tries.left <= most)
        .then_some(tries)
}

fn value_of(wanted: u32, data: &[u8]) -> Option<&[u8]> {
    let found = Object::of(data).find(|(tag, _)| *tag == wanted);
    found.map(|(_, value)| value)
}

/// Walks the BER-TLV objects of a flat run (ISO/IEC 7816-4:2005 §5.2.2); ends at the first
/// that is none.
struct Object<'a>(&'a [u8]);

impl<'a> Object<'a> {
    fn of(data: &'a [u8]) -> Self {
        Self(data)
    }

    fn byte(&mut self) -> Option<u8> {
        let (first, rest) = self.0.split_first()?;
        self.0 = rest;
        Some(*first)
    }

    /// Of three bytes at most: no other occurs in an answer of a card.
    fn tag(&mut self) -> Option<u32> {
        let first = self.byte()?;
        let mut tag = u32::from(first);
        if first & 0x1F != 0x1F {
            return Some(tag);
        }
        for _ in 0..2 {
            let byte = self.byte()?;
            tag = tag << 8 | u32::from(byte);
            if byte & 0x80 == 0 {
                return Some(tag);
            }
        }
        None
    }

    /// Up to 255: no short answer is longer.
    fn length(&mut self) -> Option<usize> {
        match self.byte()? {
            length @ 0..=0x7F => Some(length.into()),
            0x81 => self.byte().map(usize::from),
            _ => None,
        }
    }
}

impl<'a> Iterator for Object<'a> {
    type Item = (u32, &'a [u8]);

    fn next(&mut self) -> Option<Self::Item> {
        let tag = self.tag()?;
        let length = self.length()?;
        let (value, rest) = self.0.split_at_checked(length)?;
        self.0 = rest;
        Some((tag, value))
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_number_of_ten_digits_and_one_of_eight_are_read_and_nothing_else() {
        let read = |bytes: &[u8]| number(bytes).map(|number| number.reveal().to_owned());
        let ten = b"\x5A\x0A\x80\x25\x00\x00\x01\x29\x00\x99\x52\x66";
        assert_eq!(read(ten).as_deref(), Some("2900995266"));
        let eight = b"\x5A\x0A\x80\x25\x00\x00\x01\x26\x00\x00\x01\x0F";
        assert_eq!(read(eight).as_deref(), Some("26000001"));
        assert_eq!(
            read(b"\x5A\x0A\x80\x25\x00\x00\x02\x26\x00\x00\x01\x0F"),
            None
        );
        assert_eq!(
            read(b"\x5A\x0A\x80\x25\x00\x00\x01\x26\x0A\x00\x01\x0F"),
            None
        );
        assert_eq!(read(b"\x5A\x0A\x80\x25\x00\x00\x01"), None);
    }

    #[test]
    fn the_counters_are_read_where_they_stand() {
        let answer = b"\x70\x10\xBF\x81\x01\x0C\xA0\x0A\x9A\x01\x03\x9B\x01\x02\x9D\x02\xFF\xFF";
        let tries = counters(answer).unwrap();
        assert_eq!((tries.left, tries.of), (2, Some(3)));
        let more = b"\x70\x0C\xBF\x81\x01\x08\xA0\x06\x9A\x01\x03\x9B\x01\x09";
        assert_eq!(counters(more), None);
        assert_eq!(counters(b""), None);
    }

    #[test]
    fn the_tries_of_an_empty_verify_are_read_from_its_status_word() {
        let tries = |bytes: &[u8]| Answer::read(bytes).unwrap().tries();
        assert_eq!(tries(b"\x63\xC2"), Some(2));
        assert_eq!(tries(b"\x69\x83"), Some(0));
        assert_eq!(tries(b"\x90\x00"), None);
        assert!(Answer::read(b"").is_err() && Answer::read(b"\x90").is_err());
    }

    proptest! {
        #[test]
        fn no_answer_makes_it_panic(bytes in prop::collection::vec(any::<u8>(), 0..300)) {
            let _ = counters(&bytes);
            let _ = number(&bytes);
            if let Ok(answer) = Answer::read(&bytes) {
                prop_assert_eq!(answer.data.len() + 2, bytes.len());
            }
        }

        #[test]
        fn counters_with_one_wrong_byte_never_tell_more_than_the_most(place in 0_usize..18, byte: u8) {
            let mut answer = *b"\x70\x10\xBF\x81\x01\x0C\xA0\x0A\x9A\x01\x03\x9B\x01\x02\x9D\x02\xFF\xFF";
            answer[place] = byte;
            if let Some(tries) = counters(&answer) {
                prop_assert!(tries.of.is_none_or(|most| tries.left <= most));
            }
        }
    }
}
