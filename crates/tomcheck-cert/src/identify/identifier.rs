//! What does an identifier of a card holder say?

use std::ops::RangeInclusive;

use serde::{Deserialize, Serialize};
use tomcheck_diagnosis::{
    Evidence, Finding, Identity, IdentityKind, Observation, Personal, Sentence, Text,
};

use super::check_digit::{self, CheckDigit};
use super::form;
use crate::x509::findings::{IDENTIFIER_KEY_INVALID, IDENTIFIER_MALFORMED, label};

/// An identifier, taken apart: a type digit, then the number of a person, or that of a
/// structure, `/` and the person's number in it.
///
/// Source: ANS, PS_IdNat (1.2.250.1.71.4.2.1) and Struct_IdNat (1.2.250.1.71.4.2.2),
/// tables G08 and G07.
#[derive(Clone, Debug, Eq, PartialEq, Serialize, Deserialize)]
pub struct Identifier {
    /// As given.
    pub input: Personal,
    /// Which form it has.
    pub kind: Kind,
    /// The type digit, where one stands before the number.
    pub type_digit: Option<char>,
    /// The structure's number.
    pub structure: Option<Number>,
    /// The person's number.
    pub person: Option<Number>,
    /// The cards that carry such an identifier.
    pub card_families: Vec<CardFamily>,
    /// What was taken for granted to read it.
    pub assumption: Option<Assumption>,
    /// What does not fit the form.
    pub defect: Option<Defect>,
}

/// Which form an identifier has.
#[derive(Clone, Copy, Debug, Eq, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum Kind {
    /// Type 0: a professional's ADELI number.
    Adeli,
    /// Type 8: a professional's RPPS number.
    Rpps,
    /// Type 3: a FINESS establishment and a number in its registre.
    FinessRegistre,
    /// Type 4: a SIREN and a number in its registre.
    SirenRegistre,
    /// Type 5: a SIRET and a number in its registre.
    SiretRegistre,
    /// Type 1: an ADELI practice and a number in its registre.
    CabinetAdeliRegistre,
    /// Type 6: an RPPS practice and a number in its registre.
    CabinetRppsRegistre,
    /// Type 2: an intern's DRASS number, retired in 2020.
    Drass,
    /// Type 9: a student's number, retired in 2020.
    Student,
    /// A FINESS number alone.
    Finess,
    /// A SIREN alone.
    Siren,
    /// A SIRET alone.
    Siret,
    /// A number of a registre, without its structure.
    Registre,
    /// None of these.
    Unknown,
}

/// A number and its check digit.
#[derive(Clone, Debug, Eq, PartialEq, Serialize, Deserialize)]
pub struct Number {
    /// Who gave it.
    pub scheme: Scheme,
    /// Without type digit.
    pub number: Personal,
    /// Whether its check digit is right; none where no rule is known.
    pub key_valid: Option<bool>,
}

/// Who gives such numbers.
#[derive(Clone, Copy, Debug, Eq, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub enum Scheme {
    /// Directory of health professionals, replaced by RPPS.
    #[serde(rename = "ADELI")]
    Adeli,
    /// Directory of health professionals.
    #[serde(rename = "RPPS")]
    Rpps,
    /// Directory of establishments.
    #[serde(rename = "FINESS")]
    Finess,
    /// INSEE: a legal entity.
    #[serde(rename = "SIREN")]
    Siren,
    /// INSEE: an establishment of one.
    #[serde(rename = "SIRET")]
    Siret,
    /// A practice, by the ADELI directory.
    #[serde(rename = "cabinet ADELI")]
    CabinetAdeli,
    /// A practice, by the RPPS directory.
    #[serde(rename = "cabinet RPPS")]
    CabinetRpps,
    /// The structure itself, for its staff.
    #[serde(rename = "registre")]
    Registre,
    /// Regional health office, for interns.
    #[serde(rename = "DRASS")]
    Drass,
    /// University.
    #[serde(rename = "student")]
    Student,
}

/// A family of cards.
#[derive(Clone, Copy, Debug, Eq, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "UPPERCASE")]
pub enum CardFamily {
    /// Health professional.
    Cps,
    /// Health professional in training.
    Cpf,
    /// Staff of an establishment (and its director: CDE).
    Cpe,
    /// Authorised staff (and their director: CDA).
    Cpa,
}

/// What was taken for granted to read what was typed.
#[derive(Clone, Copy, Debug, Eq, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum Assumption {
    /// The number stands without the type digit a certificate has before it.
    WithoutTypeDigit,
    /// Nine digits whose key holds for FINESS and SIREN alike; the third is 0.
    NineDigitsFiness,
    /// Nine digits whose key holds for FINESS and SIREN alike; the third is not 0.
    NineDigitsSiren,
    /// Nine characters that are neither FINESS nor SIREN.
    NineCharactersAdeli,
    /// The type digit is that of a structure alone (Struct_IdNat), not of a person.
    StructureTypeDigit,
    /// A name for the logon to Windows.
    Upn,
    /// A registre number whose structure was not given.
    RegistreAlone,
}

/// What does not fit the form.
#[derive(Clone, Copy, Debug, Eq, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum Defect {
    /// It looks like no known form.
    UnknownForm,
    /// A number of the wrong length.
    Length {
        /// What the form asks for.
        expected: usize,
        /// What stands there.
        seen: usize,
    },
    /// A number of a length that none is known to have, where the rule is not published.
    LengthAssumed {
        /// What such numbers are taken to have.
        expected: usize,
        /// What stands there.
        seen: usize,
    },
    /// Something else than a digit where only digits stand.
    NotDigits,
    /// No `/` and number of the registre after the structure.
    RegistreMissing,
}

impl Identifier {
    /// Reads what people type: blanks, lower case, `[R]01417`, a label before the number,
    /// a number without its type digit, a UPN, a whole `CN=…`. Never fails: what has no
    /// known form is of kind [`Kind::Unknown`].
    pub fn parse(input: &str) -> Self {
        form::typed(input)
    }

    /// Reads a PS_IdNat as a certificate has it: nothing is assumed.
    pub fn of_person(text: &str) -> Self {
        form::person(text)
    }

    /// Reads a Struct_IdNat as a certificate has it: nothing is assumed.
    pub fn of_structure(text: &str) -> Self {
        form::structure(text)
    }

    /// What stands where there is nothing to read: an authority has no identifier.
    pub(super) fn none() -> Self {
        Self {
            input: Personal::default(),
            kind: Kind::Unknown,
            type_digit: None,
            structure: None,
            person: None,
            card_families: Vec::new(),
            assumption: None,
            defect: None,
        }
    }

    /// Whether it has one of the known forms.
    pub fn is_known(&self) -> bool {
        self.kind != Kind::Unknown
    }

    pub(crate) fn identity_list(&self) -> Vec<Identity> {
        let numbers = [&self.structure, &self.person].into_iter().flatten();
        let numbers = numbers.map(|one| one.number.identity(IdentityKind::Identifier));
        // `3620100842` stands as one word in `3620100842/01417`.
        let (left, _) = self.input.reveal().split_once('/').unwrap_or_default();
        let words =
            [self.input.reveal(), left].map(|word| Identity::new(IdentityKind::Identifier, word));
        numbers.chain(words).collect()
    }

    fn malformed(&self) -> Option<Finding> {
        let defect = self.defect?;
        let shown = Evidence::new("identifier", label::IDENTIFIER, self.input.reveal());
        let finding = Finding::of(&IDENTIFIER_MALFORMED).with(shown);
        Some(
            match defect {
                Defect::Length { expected, seen } | Defect::LengthAssumed { expected, seen } => {
                    finding
                        .with(Evidence::new(
                            "expected",
                            label::LENGTH_EXPECTED,
                            expected.to_string(),
                        ))
                        .with(Evidence::new("seen", label::LENGTH_SEEN, seen.to_string()))
                }
                Defect::NotDigits => finding.with_all(self.first_that_is_no_digit()),
                _ => finding,
            }
            .noting(defect.text()),
        )
    }

    /// Its place in its number, from 1, and the digit it is easily taken for.
    fn first_that_is_no_digit(&self) -> Option<Evidence> {
        let numbers = [&self.structure, &self.person].into_iter().flatten();
        let digits = numbers.filter(|one| !matches!(one.scheme, Scheme::Registre));
        let (number, (place, letter)) = digits
            .filter_map(|one| {
                let mut letters = one.number.reveal().chars().enumerate();
                Some((one, letters.find(|(_, c)| !c.is_ascii_digit())?))
            })
            .next()?;
        let (scheme, place) = (number.scheme.text(), place + 1);
        let (or_fr, or_en) = match lookalike(letter) {
            Some(digit) => (
                format!(", au lieu du chiffre {digit} ?"),
                format!(", instead of the digit {digit}?"),
            ),
            None => Default::default(),
        };
        let value = Sentence::new(
            format!(
                "« {letter} » en {place}ᵉ place du numéro {}{or_fr}",
                scheme.fr
            ),
            format!(
                "“{letter}” in place {place} of the {} number{or_en}",
                scheme.en
            ),
        );
        Some(Evidence::new("place", label::PLACE, value))
    }
}

impl Observation for Identifier {
    fn findings(&self) -> Vec<Finding> {
        let numbers = [&self.structure, &self.person].into_iter().flatten();
        let keys = numbers.filter_map(Number::key_finding);
        self.malformed().into_iter().chain(keys).collect()
    }

    fn identities(&self) -> Vec<Identity> {
        self.identity_list()
    }
}

/// The digit that a letter is easily typed for.
const fn lookalike(letter: char) -> Option<char> {
    Some(match letter {
        'O' | 'Q' | 'D' => '0',
        'I' | 'L' => '1',
        'Z' => '2',
        'S' => '5',
        'G' => '6',
        'B' => '8',
        _ => return None,
    })
}

impl Number {
    pub(super) fn new(scheme: Scheme, number: impl Into<String>) -> Self {
        let number = number.into();
        Self {
            scheme,
            key_valid: scheme.check(&number).valid(),
            number: Personal::new(number),
        }
    }

    fn key_finding(&self) -> Option<Finding> {
        let CheckDigit::Wrong { expected, seen } = self.scheme.check(self.number.reveal()) else {
            return None;
        };
        let finding = Finding::of(&IDENTIFIER_KEY_INVALID)
            .with(Evidence::new("scheme", label::SCHEME, self.scheme.text()))
            .with(Evidence::new("number", label::NUMBER, self.number.reveal()));
        let expected = Evidence::new("expected", label::EXPECTED, expected.to_string());
        Some(
            finding
                .with(expected)
                .with(Evidence::new("seen", label::SEEN, seen.to_string())),
        )
    }
}

impl Scheme {
    /// How many characters such a number has; none where it is not known.
    pub(super) const fn length(self) -> Option<usize> {
        match self {
            Self::Adeli | Self::Finess | Self::Siren => Some(9),
            Self::Rpps => Some(11),
            Self::Siret => Some(14),
            _ => None,
        }
    }

    /// How many characters such a number may have where no rule is published: nine as all
    /// numbers of the ADELI directory; no more than the longest number that identifies a
    /// structure, with a letter before it.
    pub(super) const fn assumed_lengths(self) -> Option<RangeInclusive<usize>> {
        match self {
            Self::CabinetAdeli => Some(9..=9),
            Self::CabinetRpps => Some(1..=15),
            _ => None,
        }
    }

    /// A number of another length has no key to look at: the length is what is wrong.
    fn check(self, number: &str) -> CheckDigit {
        if self.length() != Some(number.len()) {
            return CheckDigit::NoRule;
        }
        match self {
            Self::Finess | Self::Siren | Self::Rpps => check_digit::luhn(number),
            Self::Siret => check_digit::siret(number),
            _ => CheckDigit::NoRule,
        }
    }

    /// Its name.
    pub const fn text(self) -> Text {
        match self {
            Self::Adeli => Text::same("ADELI"),
            Self::Rpps => Text::same("RPPS"),
            Self::Finess => Text::same("FINESS"),
            Self::Siren => Text::same("SIREN"),
            Self::Siret => Text::same("SIRET"),
            Self::Drass => Text::same("DRASS"),
            Self::CabinetAdeli => Text {
                fr: "de cabinet (ADELI)",
                en: "practice (ADELI)",
            },
            Self::CabinetRpps => Text {
                fr: "de cabinet (RPPS)",
                en: "practice (RPPS)",
            },
            Self::Registre => Text {
                fr: "de registre",
                en: "registre",
            },
            Self::Student => Text {
                fr: "d'étudiant",
                en: "student",
            },
        }
    }
}

impl CardFamily {
    /// Table G02, as the private extension 1.2.250.1.71.1.2.2 writes it.
    pub(super) fn of_code(code: u8) -> Option<Self> {
        let all = [Self::Cps, Self::Cpf, Self::Cpe, Self::Cpa];
        all.get(usize::from(code)).copied()
    }

    /// Its name.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Cps => "CPS",
            Self::Cpf => "CPF",
            Self::Cpe => "CPE",
            Self::Cpa => "CPA",
        }
    }

    /// Its name in words.
    pub const fn text(self) -> Text {
        match self {
            Self::Cps => Text {
                fr: "carte de professionnel de santé",
                en: "health professional's card",
            },
            Self::Cpf => Text {
                fr: "carte de professionnel de santé en formation",
                en: "card of a health professional in training",
            },
            Self::Cpe => Text {
                fr: "carte de personnel d'établissement",
                en: "card of an establishment's staff",
            },
            Self::Cpa => Text {
                fr: "carte de personnel autorisé",
                en: "card of authorised staff",
            },
        }
    }
}

impl Kind {
    pub(super) const fn card_families(self) -> &'static [CardFamily] {
        match self {
            Self::Adeli => &[CardFamily::Cps],
            Self::Rpps => &[CardFamily::Cps, CardFamily::Cpf],
            Self::Drass | Self::Student => &[CardFamily::Cpf],
            Self::FinessRegistre
            | Self::SirenRegistre
            | Self::SiretRegistre
            | Self::CabinetAdeliRegistre
            | Self::CabinetRppsRegistre
            | Self::Registre => &[CardFamily::Cpe, CardFamily::Cpa],
            Self::Finess | Self::Siren | Self::Siret | Self::Unknown => &[],
        }
    }
}
