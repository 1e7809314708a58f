//! The names and numbers of PC/SC and PKCS#11 in any log, the Cryptolib's own among them.

use super::super::codes::{self, PCSC, PKCS11};
use super::super::hit::{Format, Reading};
use super::super::line::Line;

/// `Returned:  160 CKR_PIN_INCORRECT` of the Cryptolib, and the name in any other log.
pub(super) fn pkcs11(line: &Line<'_>) -> Option<Reading> {
    let text = line.since_word();
    let name = word_from(&text, "CKR_")?;
    if name == "CKR_OK" {
        return used(line);
    }
    let (_, number, code) = codes::find(PKCS11, name)?;
    let is_own = line.text.contains("Returned:");
    let format = if is_own {
        Format::Cryptolib
    } else {
        Format::Unknown
    };
    Some(Reading::of(code, format).saying("PKCS#11", format!("{name} {number}")))
}

/// The code porteur was accepted, or the card signed: what it is told by other calls says nothing.
fn used(line: &Line<'_>) -> Option<Reading> {
    let is_result = line.text.contains("Returned:");
    let (_, call) = is_result.then(|| line.last_before("C_"))??;
    let format = Format::Cryptolib;
    ["Login", "Sign"]
        .contains(&word(&call))
        .then(|| Reading::used(format))
}

/// `SCARD_E_NO_SMARTCARD`, `0x8010000C`.
pub(super) fn pcsc(line: &Line<'_>) -> Option<Reading> {
    let text = line.since_word();
    let word = word_from(&text, "SCARD_").or_else(|| word_from(&text, "0x8010"))?;
    let (name, number, code) = codes::find(PCSC, word)?;
    Some(Reading::of(code, Format::Pcsc).saying("PC/SC", format!("{number} {name}")))
}

fn word_from<'t>(text: &'t str, begin: &str) -> Option<&'t str> {
    Some(word(text.get(text.find(begin)?..)?))
}

/// The name or number that `text` begins with.
fn word(text: &str) -> &str {
    let end = text.find(|c: char| !c.is_ascii_alphanumeric() && c != '_');
    text.get(..end.unwrap_or(text.len())).unwrap_or(text)
}

#[test]
fn a_name_or_a_number_says_what_it_means_and_success_says_nothing() {
    let of = |text: &str, read: fn(&Line<'_>) -> Option<Reading>| {
        read(&Line::around(text.as_bytes(), 0..1)).and_then(|reading| reading.code)
    };
    let line = "Thu Nov 26 15:18:18.886 : Returned:  164 CKR_PIN_LOCKED";
    assert_eq!(of(line, pkcs11), Some("token.pin-locked"));
    assert_eq!(of("Returned:  0 CKR_OK", pkcs11), None);
    assert_eq!(of("SCardConnect: 0x8010000c", pcsc), Some("card.absent"));
    assert_eq!(
        of("SCARD_E_SHARING_VIOLATION.", pcsc),
        Some("card.in-exclusive-use")
    );
    assert_eq!(of("0x80100003", pcsc), None);
}
