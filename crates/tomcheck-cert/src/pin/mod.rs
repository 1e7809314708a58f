//! Where does the code porteur live while tomcheck holds it?

mod state;

use zeroize::Zeroizing;

pub(crate) use self::state::{
    PIN_CANCELLED, PIN_COUNT_LOW, PIN_FINAL_TRY, PIN_INCORRECT, PIN_LOCKED, evidence, state,
};

/// A code porteur: 4 to 8 digits. It cannot be printed, copied, compared or serialised, and
/// its memory is wiped when it is dropped.
///
/// Source: CPS Gestion, « Le code porteur est un code entre quatre et huit chiffres ».
pub struct Pin(Zeroizing<Vec<u8>>);

/// What was typed cannot be a code porteur. The code itself is not in it.
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum PinShape {
    /// It is too short or too long.
    #[error("the code has 4 to 8 digits, not {length}")]
    Length {
        /// How many characters were typed.
        length: usize,
    },
    /// It holds something else than digits.
    #[error("the code has digits only")]
    NotDigits,
}

impl Pin {
    /// Takes the code as typed, without the line's end. `code` is wiped if it is refused.
    ///
    /// # Errors
    ///
    /// When it is not 4 to 8 digits: such a code is never shown to a card.
    pub fn parse(code: Vec<u8>) -> Result<Self, PinShape> {
        let code = Zeroizing::new(code);
        if !(4..=8).contains(&code.len()) {
            return Err(PinShape::Length { length: code.len() });
        }
        if !code.iter().all(u8::is_ascii_digit) {
            return Err(PinShape::NotDigits);
        }
        Ok(Self(code))
    }

    pub(crate) fn reveal(&self) -> &[u8] {
        &self.0
    }
}

#[test]
fn only_four_to_eight_digits_are_a_code() {
    let parse = |text: &str| Pin::parse(text.into()).map(|_| ());
    assert_eq!(parse("1234"), Ok(()));
    assert_eq!(parse("12345678"), Ok(()));
    assert_eq!(parse("123"), Err(PinShape::Length { length: 3 }));
    assert_eq!(parse("123456789"), Err(PinShape::Length { length: 9 }));
    assert_eq!(parse("12a4"), Err(PinShape::NotDigits));
}
