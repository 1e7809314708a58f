//! Whom does a certificate name, attribute by attribute?

use std::borrow::Cow;

use serde::{Deserialize, Serialize};
use tomcheck_diagnosis::Personal;
use x509_parser::prelude::{AttributeTypeAndValue, X509Name};

use super::dotted;
use super::tlv::{self, Reader, tag};

/// One attribute of a distinguished name.
#[derive(Clone, Debug, Eq, PartialEq, Serialize, Deserialize)]
pub struct Attribute {
    /// `CN`, `SN`, `GN`, `title`, `OU`…; the dotted number of one without a short name.
    pub name: String,
    /// Its value, control characters replaced.
    pub value: Personal,
    /// Which relative distinguished name it stands in, from 0 in the order of encoding:
    /// attributes of one multi-valued RDN share the number.
    pub rdn: usize,
}

/// The attributes in the order of encoding, multi-valued RDNs flattened.
pub(crate) fn attributes(name: &X509Name<'_>) -> Vec<Attribute> {
    let rdns = name.iter().enumerate();
    rdns.flat_map(|(rdn, attributes)| attributes.iter().map(move |one| parsed(rdn, one)))
        .collect()
}

/// The same of a name as RFC 5280 §4.1.2.4 writes it, without its header; none: it is written
/// otherwise.
pub(crate) fn walked(name: &[u8]) -> Option<Vec<Attribute>> {
    let mut attributes = Vec::with_capacity(USUAL);
    for (rdn, set) in tlv::all(name, tag::SET).enumerate() {
        let set = set.filter(|set| !set.is_empty())?;
        for pair in tlv::all(set, tag::SEQUENCE) {
            let mut pair = Reader::of(pair?);
            let oid = pair.take(tag::OBJECT_IDENTIFIER)?;
            let value = pair
                .element()
                .filter(|value| STRINGS.contains(&value.tag))?;
            if !pair.is_done() {
                return None;
            }
            attributes.push(attribute(rdn, oid, value.tag, value.content));
        }
    }
    Some(attributes)
}

/// A card's subject has six.
const USUAL: usize = 8;
/// UTF8String, NumericString, PrintableString, TeletexString, IA5String, VisibleString,
/// BMPString. Source: X.680 §8.4.
const STRINGS: [u8; 7] = [12, 18, 19, 20, 22, 26, BMP_STRING];

/// One line as RFC 4514 writes it: most specific first, `+` inside a multi-valued RDN,
/// whose attributes stay in the order of encoding.
pub(crate) fn text(attributes: &[Attribute]) -> String {
    let mut line = String::new();
    for rdn in attributes.chunk_by(|a, b| a.rdn == b.rdn).rev() {
        let mut separator = if line.is_empty() { "" } else { "," };
        for attribute in rdn {
            for part in [separator, &attribute.name, "="] {
                line.push_str(part);
            }
            escape(attribute.value.reveal(), &mut line);
            separator = "+";
        }
    }
    line
}

/// The first value of the attribute called `name`, looked for from the most specific.
pub(crate) fn value<'a>(attributes: &'a [Attribute], name: &str) -> Option<&'a str> {
    let found = attributes.iter().rev().find(|one| one.name == name)?;
    Some(found.value.reveal())
}

/// Text from outside, safe on a terminal: control characters and those that turn the
/// direction of writing become `�`.
pub(crate) fn plain(text: &str) -> String {
    if text.bytes().all(|byte| matches!(byte, b' '..=b'~')) {
        return text.to_owned();
    }
    let turns = |c: char| matches!(c, '\u{200E}' | '\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}');
    text.chars()
        .map(|c| {
            if c.is_control() || turns(c) {
                '\u{FFFD}'
            } else {
                c
            }
        })
        .collect()
}

fn parsed(rdn: usize, one: &AttributeTypeAndValue<'_>) -> Attribute {
    let tag = u8::try_from(one.attr_value().tag().0).unwrap_or(0);
    attribute(rdn, one.attr_type().as_bytes(), tag, one.as_slice())
}

fn attribute(rdn: usize, oid: &[u8], tag: u8, value: &[u8]) -> Attribute {
    Attribute {
        name: short_name(oid).map_or_else(|| dotted(oid), str::to_owned),
        value: Personal::new(plain(&decoded(tag, value))),
        rdn,
    }
}

/// Source: RFC 4519, RFC 4514 §3; `title`, `SN`, `GN` as OpenSSL and the ANS spell them.
fn short_name(oid: &[u8]) -> Option<&'static str> {
    Some(match oid {
        b"\x55\x04\x03" => "CN",
        b"\x55\x04\x04" => "SN",
        b"\x55\x04\x05" => "serialNumber",
        b"\x55\x04\x06" => "C",
        b"\x55\x04\x07" => "L",
        b"\x55\x04\x08" => "ST",
        b"\x55\x04\x0A" => "O",
        b"\x55\x04\x0B" => "OU",
        b"\x55\x04\x0C" => "title",
        b"\x55\x04\x2A" => "GN",
        b"\x55\x04\x61" => "organizationIdentifier",
        b"\x2A\x86\x48\x86\xF7\x0D\x01\x09\x01" => "emailAddress",
        b"\x09\x92\x26\x89\x93\xF2\x2C\x64\x01\x01" => "UID",
        b"\x09\x92\x26\x89\x93\xF2\x2C\x64\x01\x19" => "DC",
        _ => return None,
    })
}

/// UTF-8 where it is; two-byte text for a BMPString; else Latin-1, which reads what old
/// T61 strings hold and cannot fail.
fn decoded(tag: u8, bytes: &[u8]) -> Cow<'_, str> {
    if tag == BMP_STRING {
        let units = bytes.chunks_exact(2).map(|pair| match pair {
            [high, low] => u16::from_be_bytes([*high, *low]),
            _ => 0,
        });
        return char::decode_utf16(units)
            .map(|c| c.unwrap_or('\u{FFFD}'))
            .collect();
    }
    match std::str::from_utf8(bytes) {
        Ok(text) => Cow::Borrowed(text),
        Err(_) => bytes.iter().map(|byte| char::from(*byte)).collect(),
    }
}

/// Universal tag, X.680 §8.4.
const BMP_STRING: u8 = 30;

/// Source: RFC 4514 §2.4.
pub(crate) fn escaped(value: &str) -> String {
    let mut text = String::with_capacity(value.len());
    escape(value, &mut text);
    text
}

fn escape(value: &str, text: &mut String) {
    for (place, c) in value.chars().enumerate() {
        let first = place == 0 && matches!(c, ' ' | '#');
        if first || matches!(c, ',' | '+' | '"' | '\\' | '<' | '>' | ';' | '=') {
            text.push('\\');
        }
        text.push(c);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn attribute(rdn: usize, name: &str, value: &str) -> Attribute {
        Attribute {
            name: name.to_owned(),
            value: Personal::new(value),
            rdn,
        }
    }

    #[test]
    fn a_multi_valued_name_reads_most_specific_first_with_its_inner_order_kept() {
        let name = [
            attribute(0, "C", "FR"),
            attribute(1, "title", "Médecin"),
            attribute(2, "SN", "LIBRE"),
            attribute(2, "CN", "899900063480"),
            attribute(2, "GN", "MAX"),
        ];
        assert_eq!(
            text(&name),
            "SN=LIBRE+CN=899900063480+GN=MAX,title=Médecin,C=FR"
        );
        assert_eq!(value(&name, "CN"), Some("899900063480"));
        assert_eq!(value(&name, "O"), None);
    }

    #[test]
    fn separators_inside_a_value_are_escaped_and_control_characters_do_not_pass() {
        let name = [attribute(0, "O", "#CHU, A+B=C")];
        assert_eq!(text(&name), r"O=\#CHU\, A\+B\=C");
        assert_eq!(
            plain("A\u{1b}[31m\u{202E}B\n"),
            "A\u{FFFD}[31m\u{FFFD}B\u{FFFD}"
        );
    }
}
