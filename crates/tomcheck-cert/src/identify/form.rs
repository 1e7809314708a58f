//! Which form does a text have, typed by hand or read in a certificate?

use std::borrow::Cow;

use tomcheck_diagnosis::Personal;

use super::check_digit::{self, CheckDigit};
use super::identifier::{Assumption, Defect, Identifier, Kind, Number, Scheme};
use crate::x509::name::plain;

/// No identifier is longer; what is, is not taken apart.
const LONGEST: usize = 200;

/// A text as people type it.
pub(super) fn typed(input: &str) -> Identifier {
    if is_too_long(input) {
        return Reading::unknown().into_identifier(input);
    }
    let tidy = tidy(input);
    let (labelled, rest) = label(&tidy);
    let reading = user_principal_name(rest).unwrap_or_else(|| match labelled {
        Some(scheme) => of_scheme(scheme, rest),
        None => guess(rest),
    });
    reading.into_identifier(input)
}

/// A PS_IdNat, character by character.
pub(super) fn person(text: &str) -> Identifier {
    Some(text)
        .filter(|text| !is_too_long(text))
        .and_then(strict_person)
        .unwrap_or_else(Reading::unknown)
        .into_identifier(text)
}

/// A Struct_IdNat, character by character. Source: table G07.
pub(super) fn structure(text: &str) -> Identifier {
    strict_structure(text)
        .unwrap_or_else(Reading::unknown)
        .into_identifier(text)
}

fn is_too_long(text: &str) -> bool {
    text.len() > LONGEST && text.chars().nth(LONGEST).is_some()
}

/// The text as it is echoed, never endless: `…` stands for what was cut off.
fn echo(input: &str) -> String {
    if !is_too_long(input) {
        return plain(input);
    }
    let end = input.char_indices().nth(LONGEST).map(|(end, _)| end);
    let kept = end.and_then(|end| input.get(..end)).unwrap_or_default();
    plain(kept) + "…"
}

/// An identifier without the text it was read from.
#[derive(Debug)]
struct Reading {
    kind: Kind,
    type_digit: Option<char>,
    structure: Option<Number>,
    person: Option<Number>,
    assumption: Option<Assumption>,
    defect: Option<Defect>,
}

impl Reading {
    fn of(kind: Kind) -> Self {
        Self {
            kind,
            type_digit: None,
            structure: None,
            person: None,
            assumption: None,
            defect: None,
        }
    }

    fn unknown() -> Self {
        Self {
            defect: Some(Defect::UnknownForm),
            ..Self::of(Kind::Unknown)
        }
    }

    fn person(kind: Kind, scheme: Scheme, number: &str) -> Self {
        Self {
            defect: defect(scheme, number),
            person: Some(Number::new(scheme, number)),
            ..Self::of(kind)
        }
    }

    fn structure(kind: Kind, scheme: Scheme, number: &str) -> Self {
        Self {
            defect: defect(scheme, number),
            structure: Some(Number::new(scheme, number)),
            ..Self::of(kind)
        }
    }

    fn typed_by(self, digit: char) -> Self {
        Self {
            type_digit: Some(digit),
            ..self
        }
    }

    fn assuming(self, assumption: Assumption) -> Self {
        Self {
            assumption: Some(assumption),
            ..self
        }
    }

    fn registered(mut self, registre: &str) -> Self {
        if registre.is_empty() {
            self.defect = self.defect.or(Some(Defect::RegistreMissing));
        } else {
            self.person = Some(Number::new(Scheme::Registre, registre));
        }
        self
    }

    /// Type 1 is followed by `/` in a PS_IdNat: without it, only a structure is left.
    fn is_a_structure_alone(&self) -> bool {
        let key = self.structure.as_ref().and_then(|number| number.key_valid);
        key == Some(true) || (key.is_none() && self.type_digit == Some('1'))
    }

    fn into_identifier(self, input: &str) -> Identifier {
        Identifier {
            input: Personal::new(echo(input)),
            kind: self.kind,
            type_digit: self.type_digit,
            structure: self.structure,
            person: self.person,
            card_families: self.kind.card_families().to_vec(),
            assumption: self.assumption,
            defect: self.defect,
        }
    }
}

/// What a number of this scheme cannot be. ADELI and FINESS numbers may hold letters: test
/// identifiers and Corsica's do.
fn defect(scheme: Scheme, number: &str) -> Option<Defect> {
    let seen = number.chars().count();
    let digits_only = matches!(scheme, Scheme::Rpps | Scheme::Siren | Scheme::Siret);
    let allowed = |c: char| c.is_ascii_digit() || (!digits_only && c.is_ascii_alphanumeric());
    if let Some(assumed) = scheme.assumed_lengths() {
        return match number.chars().all(allowed) {
            false => Some(Defect::UnknownForm),
            true if assumed.contains(&seen) => None,
            true => Some(Defect::LengthAssumed {
                expected: *assumed.end(),
                seen,
            }),
        };
    }
    match scheme.length() {
        Some(expected) if expected != seen => Some(Defect::Length { expected, seen }),
        Some(_) if !number.chars().all(allowed) => Some(Defect::NotDigits),
        None if seen == 0 => Some(Defect::UnknownForm),
        _ => None,
    }
}

/// The grammar of PS_IdNat, table G08.
fn strict_person(text: &str) -> Option<Reading> {
    let (digit, rest) = split_type(text)?;
    let (number, registre) = match rest.split_once('/') {
        Some((number, registre)) => (number, Some(registre)),
        None => (rest, None),
    };
    strict_parts(digit, number, registre)
}

/// `registre`: what stands behind a `/`.
fn strict_parts(digit: char, number: &str, registre: Option<&str>) -> Option<Reading> {
    let reading = match (digit, registre) {
        ('0', None) => Reading::person(Kind::Adeli, Scheme::Adeli, number),
        ('8', None) => Reading::person(Kind::Rpps, Scheme::Rpps, number),
        ('2', None) if is_word(number) => Reading::person(Kind::Drass, Scheme::Drass, number),
        ('9', None) if is_word(number) => Reading::person(Kind::Student, Scheme::Student, number),
        (digit, registre) => {
            let (kind, scheme) = employer(digit)?;
            Reading::structure(kind, scheme, number).registered(registre.unwrap_or_default())
        }
    };
    Some(reading.typed_by(digit))
}

/// The structures a PS_IdNat may begin with.
fn employer(digit: char) -> Option<(Kind, Scheme)> {
    Some(match digit {
        '1' => (Kind::CabinetAdeliRegistre, Scheme::CabinetAdeli),
        '3' => (Kind::FinessRegistre, Scheme::Finess),
        '4' => (Kind::SirenRegistre, Scheme::Siren),
        '5' => (Kind::SiretRegistre, Scheme::Siret),
        '6' => (Kind::CabinetRppsRegistre, Scheme::CabinetRpps),
        _ => return None,
    })
}

/// Only a number of the right length: any organisational unit may stand in its place.
fn strict_structure(text: &str) -> Option<Reading> {
    let (digit, number) = split_type(text)?;
    let (kind, scheme) = match digit {
        '1' => (Kind::Finess, Scheme::Finess),
        '2' => (Kind::Siren, Scheme::Siren),
        '3' => (Kind::Siret, Scheme::Siret),
        _ => return None,
    };
    let reading = Reading::structure(kind, scheme, number).typed_by(digit);
    reading.defect.is_none().then_some(reading)
}

fn split_type(text: &str) -> Option<(char, &str)> {
    let digit = text.chars().next().filter(char::is_ascii_digit)?;
    Some((digit, text.get(1..)?))
}

fn is_word(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_alphanumeric())
}

/// Upper case, without blanks and quotes, ordinary slashes, the value of `CN=` alone.
fn tidy(input: &str) -> Cow<'_, str> {
    if input.bytes().all(is_tidy) {
        return Cow::Borrowed(input);
    }
    let is_upper = input
        .bytes()
        .all(|c| c.is_ascii() && !c.is_ascii_lowercase());
    let upper = match is_upper {
        true => Cow::Borrowed(input),
        false => Cow::Owned(input.to_uppercase()),
    };
    let value = upper.split_once("CN=").map_or(&*upper, |(_, rest)| {
        rest.split([',', '+']).next().unwrap_or(rest)
    });
    let kept = value
        .chars()
        .filter(|c| !c.is_whitespace() && !is_ornament(*c));
    let mut tidy = String::with_capacity(value.len());
    tidy.extend(kept.map(|c| match c {
        '\\' | '⁄' | '∕' | '／' => '/',
        other => other,
    }));
    Cow::Owned(tidy)
}

/// What identifiers are written with, and most lists hold nothing else.
fn is_tidy(byte: u8) -> bool {
    matches!(byte, b'0'..=b'9' | b'A'..=b'Z' | b'/' | b'.' | b'-' | b'@')
}

/// What stands around a number without belonging to it, invisible marks included.
fn is_ornament(c: char) -> bool {
    matches!(
        c,
        '"' | '\'' | '«' | '»' | '“' | '”' | '’' | '\u{200B}'
            ..='\u{200F}' | '\u{2060}' | '\u{FEFF}'
    )
}

/// « RPPS : 10001766123 », « N° FINESS 620100842 ».
fn label(tidy: &str) -> (Option<Scheme>, &str) {
    let mut rest = tidy;
    let mut scheme = None;
    loop {
        // no word begins with one
        if rest.starts_with(|c: char| c.is_ascii_digit()) {
            return (scheme, rest);
        }
        let found = WORDS
            .iter()
            .find_map(|(word, means)| Some((rest.strip_prefix(word)?, *means)));
        let Some((after, means)) = found else {
            return (scheme, rest);
        };
        scheme = means.or(scheme);
        rest = after;
    }
}

const WORDS: &[(&str, Option<Scheme>)] = &[
    ("RPPS", Some(Scheme::Rpps)),
    ("ADELI", Some(Scheme::Adeli)),
    ("FINESS", Some(Scheme::Finess)),
    ("SIREN", Some(Scheme::Siren)),
    ("SIRET", Some(Scheme::Siret)),
    ("REGISTRE", Some(Scheme::Registre)),
    ("[R]", Some(Scheme::Registre)),
    ("NUMÉRO", None),
    ("NUMERO", None),
    ("IDENTIFIANT", None),
    ("N°", None),
    ("Nº", None),
    ("DE", None),
    (":", None),
    ("=", None),
];

/// `8.99700041983@carte-cps.fr`. Elsewhere than there a dot and a number may be anyone's
/// address: only a whole identifier is taken for one.
fn user_principal_name(text: &str) -> Option<Reading> {
    let (local, domain) = text.split_once('@')?;
    let (digit, number) = local.split_once('.')?;
    if digit.len() != 1 {
        return None;
    }
    let reading = strict_person(&format!("{digit}{number}"))?;
    let is_taken = domain == "CARTE-CPS.FR" || reading.defect.is_none();
    is_taken.then(|| reading.assuming(Assumption::Upn))
}

/// A number whose scheme was said, with or without its type digit.
fn of_scheme(scheme: Scheme, text: &str) -> Reading {
    let number = bare(text);
    if text.contains('/') || has_type_digit(scheme, &number) {
        return guess(text);
    }
    if scheme == Scheme::Registre {
        return registre_alone(text);
    }
    match scheme {
        Scheme::Rpps => Reading::person(Kind::Rpps, scheme, &number),
        Scheme::Adeli => Reading::person(Kind::Adeli, scheme, &number),
        Scheme::Siren => Reading::structure(Kind::Siren, scheme, &number),
        Scheme::Siret => Reading::structure(Kind::Siret, scheme, &number),
        _ => Reading::structure(Kind::Finess, scheme, &number),
    }
    .assuming(Assumption::WithoutTypeDigit)
}

fn has_type_digit(scheme: Scheme, number: &str) -> bool {
    let digits = match scheme {
        Scheme::Rpps => "8",
        Scheme::Adeli => "0",
        Scheme::Finess => "13",
        Scheme::Siren => "24",
        Scheme::Siret => "35",
        _ => return false,
    };
    let length = scheme.length().map(|length| length + 1);
    length == Some(number.len()) && number.starts_with(|c| digits.contains(c))
}

/// A text about which nothing was said.
fn guess(text: &str) -> Reading {
    if let Some((left, registre)) = text.split_once('/') {
        return employee(&bare(left), without_marks(registre));
    }
    let number = bare(text);
    if !is_word(&number) {
        return Reading::unknown();
    }
    by_length(&number).unwrap_or_else(|| strict_person(&number).unwrap_or_else(Reading::unknown))
}

/// `[R]` is what forms print before a number of a registre.
fn without_marks(mut registre: &str) -> &str {
    while let Some(rest) = registre.strip_prefix("[R]") {
        registre = rest;
    }
    registre
}

/// A structure and a registre; the type digit may have been left out.
fn employee(left: &str, registre: &str) -> Reading {
    let is_right = |check| check == CheckDigit::Right;
    let kind = match left.len() {
        9 if is_right(check_digit::luhn(left)) && third_is_zero(left) => {
            Some((Kind::FinessRegistre, Scheme::Finess))
        }
        14 if is_right(check_digit::siret(left)) => Some((Kind::SiretRegistre, Scheme::Siret)),
        _ => None,
    };
    if !is_word(registre) && !registre.is_empty() {
        return Reading::unknown();
    }
    match kind {
        Some((kind, scheme)) => Reading::structure(kind, scheme, left)
            .registered(registre)
            .assuming(Assumption::WithoutTypeDigit),
        None => split_type(left)
            .and_then(|(digit, number)| strict_parts(digit, number, Some(registre)))
            .unwrap_or_else(Reading::unknown),
    }
}

/// Numbers people know by heart, without the type digit of the certificate.
fn by_length(number: &str) -> Option<Reading> {
    let all_digits = number.chars().all(|c| c.is_ascii_digit());
    match number.len() {
        9 => Some(nine(number)),
        10 | 15 => strict_structure(number)
            .filter(Reading::is_a_structure_alone)
            .map(|reading| reading.assuming(Assumption::StructureTypeDigit)),
        11 if all_digits => Some(
            Reading::person(Kind::Rpps, Scheme::Rpps, number)
                .assuming(Assumption::WithoutTypeDigit),
        ),
        14 if all_digits => Some(
            Reading::structure(Kind::Siret, Scheme::Siret, number)
                .assuming(Assumption::WithoutTypeDigit),
        ),
        _ => None,
    }
}

/// FINESS, SIREN and ADELI numbers all have nine characters.
fn nine(number: &str) -> Reading {
    let is_corsican = number.starts_with("2A0") || number.starts_with("2B0");
    let finess = || Reading::structure(Kind::Finess, Scheme::Finess, number);
    match check_digit::luhn(number) {
        CheckDigit::Right if third_is_zero(number) => {
            finess().assuming(Assumption::NineDigitsFiness)
        }
        CheckDigit::Right => Reading::structure(Kind::Siren, Scheme::Siren, number)
            .assuming(Assumption::NineDigitsSiren),
        CheckDigit::Wrong { .. } if third_is_zero(number) => {
            finess().assuming(Assumption::NineDigitsFiness)
        }
        CheckDigit::NoRule if is_corsican => finess().assuming(Assumption::WithoutTypeDigit),
        _ if looks_like_adeli(number) => Reading::person(Kind::Adeli, Scheme::Adeli, number)
            .assuming(Assumption::NineCharactersAdeli),
        _ => Reading::unknown(),
    }
}

/// A FINESS has 0 behind the department.
fn third_is_zero(number: &str) -> bool {
    number.get(2..3) == Some("0")
}

/// Department, then digits; test identifiers have a letter among them.
fn looks_like_adeli(number: &str) -> bool {
    let letters = number.chars().filter(char::is_ascii_alphabetic).count();
    number.starts_with(|c: char| c.is_ascii_digit()) && letters <= 1
}

fn registre_alone(text: &str) -> Reading {
    if !is_word(text) {
        return Reading::unknown();
    }
    Reading::person(Kind::Registre, Scheme::Registre, text).assuming(Assumption::RegistreAlone)
}

/// Digits grouped by points or hyphens.
fn bare(text: &str) -> Cow<'_, str> {
    match text.bytes().any(|byte| matches!(byte, b'.' | b'-')) {
        true => text.replace(['.', '-'], "").into(),
        false => text.into(),
    }
}
