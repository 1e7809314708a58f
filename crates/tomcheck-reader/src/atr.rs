//! What does a card's answer to reset say about how to talk to it?

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};
use tomcheck_diagnosis::Sentence;

/// The bytes of an answer to reset as a reader gave them, well formed or not.
///
/// Written `3B AC 00 40 …`; read with or without spaces and colons, in either case.
#[derive(Clone, Eq, PartialEq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct AtrBytes(Vec<u8>);

/// An answer to reset, taken apart.
///
/// Source: ISO/IEC 7816-3:2006 §8.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Atr {
    bytes: AtrBytes,
    interface: Vec<InterfaceByte>,
    protocols: Vec<u8>,
    historical: Vec<u8>,
    check: Option<u8>,
}

/// One interface byte: `TD1 = 0x40` is `{ letter: 'D', level: 1, value: 0x40 }`.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct InterfaceByte {
    /// `A`, `B`, `C` or `D`.
    pub letter: char,
    /// From 1.
    pub level: u8,
    /// The byte.
    pub value: u8,
}

/// What is wrong with an answer to reset.
#[non_exhaustive]
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
pub enum AtrError {
    /// Nothing there.
    #[error("the ATR is empty")]
    Empty,
    /// A character that is no hexadecimal digit, space or colon.
    #[error("character {position} of the ATR, `{found}`, is not a hexadecimal digit")]
    NotHexadecimal {
        /// Counted from 1.
        position: usize,
        /// The character.
        found: char,
    },
    /// Half a byte at the end.
    #[error("the ATR has {digits} hexadecimal digits, which is not a whole number of bytes")]
    HalfByte {
        /// How many.
        digits: usize,
    },
    /// More than the 33 bytes an ATR can have.
    #[error("the ATR has {length} bytes, 33 is the most")]
    TooLong {
        /// In bytes.
        length: usize,
    },
    /// The first byte says neither direct nor inverse convention.
    #[error("the ATR begins with {seen:02X}, not with 3B or 3F")]
    Convention {
        /// The first byte.
        seen: u8,
    },
    /// It ends before what it announces.
    #[error("the ATR is cut short: it announces {announced} bytes or more and has {length}")]
    CutShort {
        /// In bytes.
        announced: usize,
        /// In bytes.
        length: usize,
    },
    /// It goes on after what it announces.
    #[error("the ATR announces {announced} bytes and has {length}")]
    TooMany {
        /// In bytes.
        announced: usize,
        /// In bytes.
        length: usize,
    },
    /// The check byte TCK is not the exclusive-or of the bytes from T0 on.
    #[error("the ATR ends with {seen:02X}, its check byte should be {expected:02X}")]
    Check {
        /// Computed.
        expected: u8,
        /// Last byte.
        seen: u8,
    },
}

impl AtrError {
    /// The same in the languages people read.
    pub fn sentence(&self) -> Sentence {
        Sentence::new(self.french(), self.to_string())
    }

    fn french(&self) -> String {
        match self {
            Self::Empty => "l'ATR est vide".to_owned(),
            Self::NotHexadecimal { position, found } => format!(
                "le caractère {position} de l'ATR, « {found} », n'est pas un chiffre hexadécimal"
            ),
            Self::HalfByte { digits } => format!(
                "l'ATR a {digits} chiffres hexadécimaux, ce n'est pas un nombre entier d'octets"
            ),
            Self::TooLong { length } => {
                format!("l'ATR a {length} octets, il ne peut en avoir plus de {LONGEST}")
            }
            Self::Convention { seen } => {
                format!("l'ATR commence par {seen:02X}, et non par 3B ou 3F")
            }
            Self::CutShort { announced, length } => format!(
                "l'ATR est tronqué : il annonce au moins {announced} octets et en a {length}"
            ),
            Self::TooMany { announced, length } => {
                format!("l'ATR annonce {announced} octets et en a {length}")
            }
            Self::Check { expected, seen } => format!(
                "l'ATR finit par {seen:02X}, son octet de contrôle devrait être {expected:02X}"
            ),
        }
    }
}

impl AtrBytes {
    /// Bytes as a reader gave them; none when there are none.
    pub fn new(bytes: impl Into<Vec<u8>>) -> Option<Self> {
        let bytes = bytes.into();
        (!bytes.is_empty()).then_some(Self(bytes))
    }

    /// The bytes.
    pub fn as_bytes(&self) -> &[u8] {
        &self.0
    }
}

impl FromStr for AtrBytes {
    type Err = AtrError;

    fn from_str(text: &str) -> Result<Self, AtrError> {
        let digits = text
            .chars()
            .enumerate()
            .filter(|(_, c)| !c.is_whitespace() && *c != ':')
            .map(|(index, found)| digit(index, found))
            .collect::<Result<Vec<u8>, AtrError>>()?;
        let (pairs, half) = digits.as_chunks::<2>();
        if !half.is_empty() {
            let digits = digits.len();
            return Err(AtrError::HalfByte { digits });
        }
        let bytes = pairs.iter().map(|[high, low]| high << 4 | low);
        Self::new(bytes.collect::<Vec<u8>>()).ok_or(AtrError::Empty)
    }
}

fn digit(index: usize, found: char) -> Result<u8, AtrError> {
    let value = found
        .to_digit(16)
        .and_then(|value| u8::try_from(value).ok());
    let position = index + 1;
    value.ok_or(AtrError::NotHexadecimal { position, found })
}

impl fmt::Display for AtrBytes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, byte) in self.0.iter().enumerate() {
            let space = if index == 0 { "" } else { " " };
            write!(f, "{space}{byte:02X}")?;
        }
        Ok(())
    }
}

impl fmt::Debug for AtrBytes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "AtrBytes({self})")
    }
}

impl TryFrom<String> for AtrBytes {
    type Error = AtrError;

    fn try_from(text: String) -> Result<Self, AtrError> {
        text.parse()
    }
}

impl From<AtrBytes> for String {
    fn from(atr: AtrBytes) -> Self {
        atr.to_string()
    }
}

impl FromStr for Atr {
    type Err = AtrError;

    /// From hexadecimal digits; spaces and colons between them are skipped.
    fn from_str(text: &str) -> Result<Self, AtrError> {
        Self::read(&text.parse()?)
    }
}

impl Atr {
    /// Takes the bytes apart.
    ///
    /// # Errors
    ///
    /// What is wrong, and where.
    pub fn read(bytes: &AtrBytes) -> Result<Self, AtrError> {
        let length = bytes.0.len();
        if length > LONGEST {
            return Err(AtrError::TooLong { length });
        }
        let mut rest = Rest::of(&bytes.0);
        let seen = rest.next()?;
        if ![0x3B, 0x3F].contains(&seen) {
            return Err(AtrError::Convention { seen });
        }
        let format = rest.next()?;
        let (interface, protocols) = read_interface(&mut rest, format)?;
        let historical = rest.take(usize::from(format & 0x0F))?.to_vec();
        // Only a card that knows T=0 alone leaves the check byte out.
        let has_check = protocols.iter().any(|protocol| *protocol != 0);
        let check = has_check.then(|| rest.next()).transpose()?;
        rest.end()?;
        let atr = Self {
            bytes: bytes.clone(),
            interface,
            protocols,
            historical,
            check,
        };
        atr.check()
    }

    fn check(self) -> Result<Self, AtrError> {
        let Some(seen) = self.check else {
            return Ok(self);
        };
        let after_first = self.bytes.0.iter().skip(1);
        // The check byte is among them and cancels itself when it is right.
        let expected = after_first.fold(seen, |sum, byte| sum ^ byte);
        if expected == seen {
            return Ok(self);
        }
        Err(AtrError::Check { expected, seen })
    }

    /// The bytes it was read from.
    pub fn bytes(&self) -> &AtrBytes {
        &self.bytes
    }

    /// TA1, TB1, … in the order they stand.
    pub fn interface(&self) -> &[InterfaceByte] {
        &self.interface
    }

    /// The transmission protocols it offers, first the one it prefers; 15 announces global
    /// parameters, not a protocol.
    pub fn protocols(&self) -> &[u8] {
        &self.protocols
    }

    /// The historical bytes, at most 15.
    pub fn historical(&self) -> &[u8] {
        &self.historical
    }

    /// The check byte TCK; none on a card that knows T=0 alone.
    pub fn check_byte(&self) -> Option<u8> {
        self.check
    }
}

/// The interface bytes, and the protocols that the TD bytes among them name.
fn read_interface(
    rest: &mut Rest<'_>,
    format: u8,
) -> Result<(Vec<InterfaceByte>, Vec<u8>), AtrError> {
    let (mut interface, mut protocols) = (Vec::new(), Vec::new());
    let mut announced = Some(format >> 4);
    let mut level = 1;
    while let Some(present) = announced.take() {
        for (bit, letter) in [(1, 'A'), (2, 'B'), (4, 'C'), (8, 'D')] {
            if present & bit == 0 {
                continue;
            }
            let value = rest.next()?;
            interface.push(InterfaceByte {
                letter,
                level,
                value,
            });
            if letter == 'D' {
                protocols.push(value & 0x0F);
                announced = Some(value >> 4);
            }
        }
        level += 1;
    }
    if protocols.is_empty() {
        protocols.push(0);
    }
    Ok((interface, protocols))
}

/// The bytes not read yet.
struct Rest<'a> {
    all: &'a [u8],
    read: usize,
}

impl<'a> Rest<'a> {
    fn of(all: &'a [u8]) -> Self {
        Self { all, read: 0 }
    }

    fn next(&mut self) -> Result<u8, AtrError> {
        let taken = self.take(1)?;
        taken.first().copied().ok_or(AtrError::Empty)
    }

    fn take(&mut self, count: usize) -> Result<&'a [u8], AtrError> {
        let announced = self.read + count;
        let taken = self.all.get(self.read..announced);
        self.read = announced;
        let length = self.all.len();
        taken.ok_or(AtrError::CutShort { announced, length })
    }

    fn end(&self) -> Result<(), AtrError> {
        let (announced, length) = (self.read, self.all.len());
        if announced == length {
            return Ok(());
        }
        Err(AtrError::TooMany { announced, length })
    }
}

/// TS, then at most 32 more.
const LONGEST: usize = 33;

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_cps3_is_taken_apart() {
        let atr: Atr = "3BAC00402A 00:12:25 0064800003100090 00".parse().unwrap();
        let named: Vec<String> = atr
            .interface()
            .iter()
            .map(|byte| format!("T{}{}={:02X}", byte.letter, byte.level, byte.value))
            .collect();
        assert_eq!(named, ["TB1=00", "TD1=40", "TC2=2A"]);
        assert_eq!(atr.protocols(), [0]);
        assert_eq!(atr.historical().len(), 12);
        assert_eq!(atr.check_byte(), None);
    }

    #[test]
    fn a_cps4_ends_with_its_check_byte() {
        let atr: Atr = "3b9b188001001225006480040100009044".parse().unwrap();
        assert_eq!(
            (atr.check_byte(), atr.protocols()),
            (Some(0x44), &[0, 1][..])
        );
    }

    #[test]
    fn each_fault_is_named_with_its_place() {
        let fault = |text: &str| text.parse::<Atr>().unwrap_err().to_string();
        assert_eq!(fault(" :"), "the ATR is empty");
        assert_eq!(
            fault("3B 0Z"),
            "character 5 of the ATR, `Z`, is not a hexadecimal digit"
        );
        assert!(fault("3B0").contains("3 hexadecimal digits"));
        assert_eq!(fault("00 00"), "the ATR begins with 00, not with 3B or 3F");
        assert!(fault("3B").contains("announces 2 bytes or more and has 1"));
        assert!(fault("3B 02 41").contains("announces 4 bytes or more and has 3"));
        assert!(fault("3B 00 41").contains("announces 2 bytes and has 3"));
        assert!(fault(&"3B".repeat(34)).contains("34 bytes, 33 is the most"));
        assert_eq!(
            fault("3B9B188001001225006480040100009045"),
            "the ATR ends with 45, its check byte should be 44"
        );
    }

    proptest! {
        #[test]
        fn no_bytes_make_it_panic(bytes in prop::collection::vec(any::<u8>(), 0..40)) {
            if let Some(bytes) = AtrBytes::new(bytes) {
                let _ = Atr::read(&bytes);
                prop_assert_eq!(bytes.to_string().parse::<AtrBytes>().unwrap(), bytes);
            }
        }

        #[test]
        fn no_text_makes_it_panic(text in ".{0,80}") {
            let _ = text.parse::<Atr>();
        }

        #[test]
        fn what_is_read_adds_up(mut bytes in prop::collection::vec(any::<u8>(), 2..34)) {
            bytes[0] = 0x3B;
            if let Ok(atr) = Atr::read(&AtrBytes::new(bytes.clone()).unwrap()) {
                let check = usize::from(atr.check_byte().is_some());
                prop_assert_eq!(
                    2 + atr.interface().len() + atr.historical().len() + check,
                    bytes.len()
                );
            }
        }
    }
}
