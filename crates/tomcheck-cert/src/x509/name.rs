//! Whom does a certificate name, attribute by attribute?

use serde::{Deserialize, Serialize};
use tomcheck_diagnosis::Personal;
use x509_parser::prelude::{AttributeTypeAndValue, X509Name};

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
    rdns.flat_map(|(rdn, attributes)| attributes.iter().map(move |one| attribute(rdn, one)))
        .collect()
}

/// One line as RFC 4514 writes it: most specific first, `+` inside a multi-valued RDN,
/// whose attributes stay in the order of encoding.
pub(crate) fn text(attributes: &[Attribute]) -> String {
    let rdns = attributes.chunk_by(|a, b| a.rdn == b.rdn).rev();
    let lines: Vec<String> = rdns
        .map(|rdn| rdn.iter().map(pair).collect::<Vec<_>>().join("+"))
        .collect();
    lines.join(",")
}

/// The first value of the attribute called `name`, looked for from the most specific.
pub(crate) fn value<'a>(attributes: &'a [Attribute], name: &str) -> Option<&'a str> {
    let found = attributes.iter().rev().find(|one| one.name == name)?;
    Some(found.value.reveal())
}

/// Text from outside, safe on a terminal: control characters and those that turn the
/// direction of writing become `�`.
pub(crate) fn plain(text: &str) -> String {
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

fn attribute(rdn: usize, attribute: &AttributeTypeAndValue<'_>) -> Attribute {
    let oid = attribute.attr_type().to_id_string();
    Attribute {
        name: short_name(&oid).map_or(oid.clone(), str::to_owned),
        value: Personal::new(plain(&decoded(attribute))),
        rdn,
    }
}

/// Source: RFC 4519, RFC 4514 §3; `title`, `SN`, `GN` as OpenSSL and the ANS spell them.
fn short_name(oid: &str) -> Option<&'static str> {
    Some(match oid {
        "2.5.4.3" => "CN",
        "2.5.4.4" => "SN",
        "2.5.4.5" => "serialNumber",
        "2.5.4.6" => "C",
        "2.5.4.7" => "L",
        "2.5.4.8" => "ST",
        "2.5.4.10" => "O",
        "2.5.4.11" => "OU",
        "2.5.4.12" => "title",
        "2.5.4.42" => "GN",
        "2.5.4.97" => "organizationIdentifier",
        "1.2.840.113549.1.9.1" => "emailAddress",
        "0.9.2342.19200300.100.1.1" => "UID",
        "0.9.2342.19200300.100.1.25" => "DC",
        _ => return None,
    })
}

/// UTF-8 where it is; two-byte text for a BMPString; else Latin-1, which reads what old
/// T61 strings hold and cannot fail.
fn decoded(attribute: &AttributeTypeAndValue<'_>) -> String {
    let bytes = attribute.as_slice();
    if attribute.attr_value().tag().0 == BMP_STRING {
        let units = bytes.chunks_exact(2).map(|pair| match pair {
            [high, low] => u16::from_be_bytes([*high, *low]),
            _ => 0,
        });
        return char::decode_utf16(units)
            .map(|c| c.unwrap_or('\u{FFFD}'))
            .collect();
    }
    match std::str::from_utf8(bytes) {
        Ok(text) => text.to_owned(),
        Err(_) => bytes.iter().map(|byte| char::from(*byte)).collect(),
    }
}

/// Universal tag, X.680 §8.4.
const BMP_STRING: u32 = 30;

fn pair(attribute: &Attribute) -> String {
    format!("{}={}", attribute.name, escaped(attribute.value.reveal()))
}

/// Source: RFC 4514 §2.4.
pub(crate) fn escaped(value: &str) -> String {
    let mut text = String::with_capacity(value.len());
    for (place, c) in value.chars().enumerate() {
        let first = place == 0 && matches!(c, ' ' | '#');
        if first || matches!(c, ',' | '+' | '"' | '\\' | '<' | '>' | ';' | '=') {
            text.push('\\');
        }
        text.push(c);
    }
    text
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
