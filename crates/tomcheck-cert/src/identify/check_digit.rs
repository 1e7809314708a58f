//! Does the last digit of a number agree with the others?

/// What a check digit says.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum CheckDigit {
    /// It agrees.
    Right,
    /// It does not.
    Wrong {
        /// What the other digits ask for.
        expected: char,
        /// What stands there.
        seen: char,
    },
    /// No rule is known for such a number.
    NoRule,
}

impl CheckDigit {
    /// The same as three values of JSON.
    pub(crate) fn valid(self) -> Option<bool> {
        match self {
            Self::Right => Some(true),
            Self::Wrong { .. } => Some(false),
            Self::NoRule => None,
        }
    }
}

/// The Luhn formula; a number with anything but digits has no rule.
///
/// Source: ISO/IEC 7812-1 annex B.
pub(crate) fn luhn(number: &str) -> CheckDigit {
    let Some((body, seen)) = split_last(number) else {
        return CheckDigit::NoRule;
    };
    let weighted = body.iter().rev().enumerate().map(|(place, digit)| {
        let digit = value(*digit);
        // Doubled in every other place from the right, the two digits of the result added.
        let doubled = digit * 2;
        match place % 2 {
            0 => doubled / 10 + doubled % 10,
            _ => digit,
        }
    });
    let expected = (10 - weighted.sum::<u32>() % 10) % 10;
    compare(expected, value(seen))
}

/// A SIRET: its SIREN by Luhn, then the whole by Luhn. The establishments of La Poste may
/// instead have a plain sum of digits that five divides.
///
/// Source: INSEE, « numéro SIRET ».
pub(crate) fn siret(number: &str) -> CheckDigit {
    let siren = number.get(..9).map_or(CheckDigit::NoRule, luhn);
    if siren != CheckDigit::Right {
        return siren;
    }
    let whole = luhn(number);
    let is_la_poste = number.starts_with(LA_POSTE) && digit_sum(number).is_multiple_of(5);
    if is_la_poste {
        CheckDigit::Right
    } else {
        whole
    }
}

/// The SIREN of La Poste.
const LA_POSTE: &str = "356000000";

fn split_last(number: &str) -> Option<(&[u8], u8)> {
    let (last, body) = number.as_bytes().split_last()?;
    let are_digits = number.bytes().all(|byte| byte.is_ascii_digit());
    (are_digits && !body.is_empty()).then_some((body, *last))
}

fn value(digit: u8) -> u32 {
    u32::from(digit - b'0')
}

fn compare(expected: u32, seen: u32) -> CheckDigit {
    let character = |digit| char::from_digit(digit, 10).unwrap_or('?');
    if expected == seen {
        return CheckDigit::Right;
    }
    CheckDigit::Wrong {
        expected: character(expected),
        seen: character(seen),
    }
}

fn digit_sum(number: &str) -> u32 {
    number.chars().filter_map(|c| c.to_digit(10)).sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn published_numbers_agree_with_their_last_digit() {
        for number in [
            "620100842",
            "99700218896",
            "99700041983",
            "99900063480",
            "187512751",
        ] {
            assert_eq!(luhn(number), CheckDigit::Right, "{number}");
        }
        for number in ["18751275100020", "39172288100052", "35600000009075"] {
            assert_eq!(siret(number), CheckDigit::Right, "{number}");
        }
    }

    #[test]
    fn a_wrong_digit_is_given_beside_the_right_one() {
        let wrong = CheckDigit::Wrong {
            expected: '2',
            seen: '3',
        };
        assert_eq!(luhn("620100843"), wrong);
        // The SIREN inside is wrong: its digit is the one to look at.
        let siren = CheckDigit::Wrong {
            expected: '1',
            seen: '2',
        };
        assert_eq!(siret("18751275200020"), siren);
        assert!(matches!(siret("18751275100021"), CheckDigit::Wrong { .. }));
    }

    #[test]
    fn letters_and_single_digits_have_no_rule() {
        for number in ["2A0000014", "", "7", "６２０"] {
            assert_eq!(luhn(number), CheckDigit::NoRule, "{number}");
        }
        assert_eq!(siret("1875127510002A"), CheckDigit::NoRule);
        assert_eq!(siret("187é"), CheckDigit::NoRule);
    }
}
