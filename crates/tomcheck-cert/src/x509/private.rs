//! What did the ANS write into it, and in which shape?
//!
//! Source: extensions observed in certificates of IGC-Santé; CI-SIS and NOS for their names.
//! A value of another shape than the one observed is kept as bytes, never guessed at.

use serde::{Deserialize, Serialize};
use tomcheck_diagnosis::Personal;

use super::tlv::{self, Reader, tag};
use super::{dotted, hex, name};

/// A private extension, of the ANS or another, that has no field of its own.
#[derive(Clone, Debug, Eq, PartialEq, Serialize, Deserialize)]
pub struct PrivateExtension {
    /// Its dotted number.
    pub oid: String,
    /// Its value, DER, in hexadecimal.
    pub der: Personal,
}

/// The private extensions, by their meaning; what is absent or of another shape is `None`.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub(crate) struct Private {
    pub(crate) category: Option<u8>,
    pub(crate) card_type: Option<u8>,
    pub(crate) card_number: Option<String>,
    pub(crate) profession: Option<u32>,
    pub(crate) responsibility: Option<u32>,
    pub(crate) specialities: Vec<String>,
    pub(crate) others: Vec<PrivateExtension>,
}

impl Private {
    /// Takes an extension of the ANS's or the ASIP's branch; any other is left.
    pub(crate) fn take(&mut self, number: &[u8], value: &[u8]) {
        if !BRANCHES.iter().any(|branch| number.starts_with(branch))
            || self.understands(number, value)
        {
            return;
        }
        let oid = dotted(number);
        let der = Personal::new(hex(value));
        self.others.push(PrivateExtension { oid, der });
    }

    fn understands(&mut self, number: &[u8], value: &[u8]) -> bool {
        match number {
            CATEGORY => set(&mut self.category, octet(value)),
            CARD_TYPE => set(&mut self.card_type, small(value)),
            CARD_NUMBER => set(&mut self.card_number, string(value)),
            PROFESSION => set(&mut self.profession, integer(value)),
            RESPONSIBILITY => set(&mut self.responsibility, integer(value)),
            SPECIALITIES => strings(value)
                .map(|list| self.specialities = list)
                .is_some(),
            _ => false,
        }
    }
}

/// The issuer's number and the card's own, which its label and its face carry too.
pub(crate) fn card_number_parts(number: &str) -> Option<(&str, &str)> {
    number
        .split_once('/')
        .filter(|(issuer, serial)| !issuer.is_empty() && !serial.is_empty())
}

/// 1.2.250.1.71, of the GIP-CPS and then the ANS, and 1.2.250.1.213, of the ASIP Santé.
const BRANCHES: [&[u8]; 2] = [b"\x2A\x81\x7A\x01\x47", b"\x2A\x81\x7A\x01\x81\x55"];
/// 1.2.250.1.71.1.2.5
const CATEGORY: &[u8] = b"\x2A\x81\x7A\x01\x47\x01\x02\x05";
/// 1.2.250.1.71.1.2.2
const CARD_TYPE: &[u8] = b"\x2A\x81\x7A\x01\x47\x01\x02\x02";
/// 1.2.250.1.71.1.2.3
const CARD_NUMBER: &[u8] = b"\x2A\x81\x7A\x01\x47\x01\x02\x03";
/// 1.2.250.1.71.1.2.7
const PROFESSION: &[u8] = b"\x2A\x81\x7A\x01\x47\x01\x02\x07";
/// 1.2.250.1.71.1.2.12, named by the NOS and seen in no certificate at hand: an INTEGER as the
/// other codes of tables are, or bytes.
const RESPONSIBILITY: &[u8] = b"\x2A\x81\x7A\x01\x47\x01\x02\x0C";
/// 1.2.250.1.71.4.2.5
const SPECIALITIES: &[u8] = b"\x2A\x81\x7A\x01\x47\x04\x02\x05";

fn set<T>(field: &mut Option<T>, value: Option<T>) -> bool {
    let is_some = value.is_some();
    *field = value;
    is_some
}

fn octet(der: &[u8]) -> Option<u8> {
    match der {
        [0x04, 0x01, octet] => Some(*octet),
        _ => None,
    }
}

fn small(der: &[u8]) -> Option<u8> {
    u8::try_from(integer(der)?).ok()
}

/// One INTEGER from 0 to 4,294,967,295.
pub(super) fn integer(der: &[u8]) -> Option<u32> {
    let mut reader = Reader::of(der);
    let octets = reader.take(tag::INTEGER).filter(|_| reader.is_done())?;
    if !matches!(octets, [0..0x80, ..]) {
        return None;
    }
    octets.iter().try_fold(0_u32, |sum, octet| {
        sum.checked_mul(256)?.checked_add(u32::from(*octet))
    })
}

/// One string of DER, any of the one-byte kinds, safe to show.
pub(super) fn string(der: &[u8]) -> Option<String> {
    let mut reader = Reader::of(der);
    let text = reader.element().filter(|_| reader.is_done())?;
    if !matches!(text.tag, 12 | 18 | 19 | 22 | 26) {
        return None;
    }
    std::str::from_utf8(text.content).ok().map(name::plain)
}

fn strings(der: &[u8]) -> Option<Vec<String>> {
    let mut rest = tlv::within(der, tag::SEQUENCE)?;
    let mut all = Vec::new();
    while !rest.is_empty() {
        let (one, after) = tlv::first(rest)?;
        all.push(string(one)?);
        rest = after;
    }
    Some(all)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn private_values_are_read_as_observed_and_refused_otherwise() {
        assert_eq!(octet(&[4, 1, 0x80]), Some(0x80));
        assert_eq!(octet(&[4, 2, 0x80, 0]), None);
        assert_eq!(integer(&[2, 1, 40]), Some(40));
        assert_eq!(integer(&[2, 1, 40, 0]), None);
        assert_eq!(integer(&[2, 1, 0xFF]), None);
        assert_eq!(string(b"\x13\x03abc").as_deref(), Some("abc"));
        assert_eq!(string(b"\x04\x03abc"), None);
        let two = strings(b"\x30\x0C\x0C\x04SM26\x0C\x04SM54");
        assert_eq!(two, Some(vec!["SM26".to_owned(), "SM54".to_owned()]));
        assert_eq!(strings(b"\x30\x05\x0C\x04SM2"), None);
    }

    #[test]
    fn the_numbers_are_those_they_are_said_to_be_and_what_is_unknown_stays_bytes() {
        let mut read = Private::default();
        let mut take = |oid: &[u8], value: &[u8]| read.take(oid, value);
        take(RESPONSIBILITY, &[2, 1, 3]);
        take(CATEGORY, &[2, 1, 3]);
        take(b"\x2A\x81\x7A\x01\x81\x55\x01", b"\x05\x00");
        take(b"\x55\x1D\x0F", b"\x05\x00");
        assert_eq!((read.responsibility, read.category), (Some(3), None));
        let kept: Vec<_> = read.others.iter().map(|one| one.oid.as_str()).collect();
        assert_eq!(kept, ["1.2.250.1.71.1.2.5", "1.2.250.1.213.1"]);
        assert_eq!(read.others[1].der.reveal(), "0500");
    }

    #[test]
    fn a_card_number_is_the_issuers_and_the_cards() {
        let parts = card_number_parts("8025000001/2500634598");
        assert_eq!(parts, Some(("8025000001", "2500634598")));
        assert_eq!(card_number_parts("8025000001/"), None);
        assert_eq!(card_number_parts("2500634598"), None);
    }
}
