//! Which certificates are really those of IGC-Santé?
//!
//! A name can be borrowed, a fingerprint cannot: an authority that bears one of these names and
//! has another fingerprint is not the one its installer lays down.
//!
//! Source: the authorities' certificates that IGC-Santé publishes and that the packages of the
//! Cryptolib CPS carry, all of 25/06/2013.

use crate::x509::name;
use crate::x509::name::Attribute;

/// Common name and SHA-256 of the nine authorities in production.
const AUTHORITIES: [(&str, &str); 9] = [
    (
        "AC RACINE IGC-SANTE ELEMENTAIRE",
        "2D9E22CA19F777C6B745257C723ECB8DF3C35FA6F1F6EC36B83600C97346967F",
    ),
    (
        "AC RACINE IGC-SANTE STANDARD",
        "5891815E864506C662AFB32F8DE5B8DE38BFFA1AF721780B69E19A0C050386C3",
    ),
    (
        "AC RACINE IGC-SANTE FORT",
        "53D30A19570826BDE0C0762501F1F1C7A659F976C6C023123DF5239DF34A4EEA",
    ),
    (
        "AC IGC-SANTE ELEMENTAIRE PERSONNES",
        "19C1EAEAB477B6FBC233CDA3B53FBDBC3F4E9BF6CF6973E46F7DFAEF89C06C6C",
    ),
    (
        "AC IGC-SANTE ELEMENTAIRE ORGANISATIONS",
        "D834EE5B40686B73573F60547BF6052C6D404D942A5665CDB2C0B9137B5D27B2",
    ),
    (
        "AC IGC-SANTE STANDARD PERSONNES",
        "6C339EBCB3E1B0102B143C9694225C2A4AB2EF6FEDF7D364DA8DB305E7F7D997",
    ),
    (
        "AC IGC-SANTE STANDARD ORGANISATIONS",
        "C0520A2B14FB68836A807BF86AB2B3E07D1B6061D91BC9C7B86A6F8DE4B5638E",
    ),
    (
        "AC IGC-SANTE FORT PERSONNES",
        "38284E4F6107456E70C7439C85DA7D564D0FE1FE1A968C9EB6D43E1FC0D63C3A",
    ),
    (
        "AC IGC-SANTE FORT ORGANISATIONS",
        "23F69674002D1DD4B018BAECD908DC92687942BB48E5140FF895E2F56BC49C0D",
    ),
];

/// The unit of all nine, which the test hierarchy writes with « TEST » behind it.
const UNIT: &str = "IGC-SANTE";

/// The fingerprint an authority of this name must have; none: it is none of the nine.
pub(super) fn fingerprint(subject: &[Attribute]) -> Option<&'static str> {
    let common_name = name::value(subject, "CN")?;
    let mut units = subject.iter().filter(|one| one.name == "OU");
    units.find(|unit| unit.value.reveal() == UNIT)?;
    let known = AUTHORITIES.iter().find(|(name, _)| *name == common_name)?;
    Some(known.1)
}

#[cfg(test)]
mod tests {
    use super::*;
    use tomcheck_diagnosis::Personal;

    fn named(parts: [(&str, &str); 2]) -> Option<&'static str> {
        let attribute = |(rdn, (name, value)): (usize, (&str, &str))| Attribute {
            name: name.to_owned(),
            value: Personal::new(value),
            rdn,
        };
        let subject: Vec<_> = parts.into_iter().enumerate().map(attribute).collect();
        fingerprint(&subject)
    }

    #[test]
    fn the_nine_are_known_by_common_name_and_unit_and_no_other() {
        for (common_name, sha256) in AUTHORITIES {
            assert_eq!(
                named([("OU", "IGC-SANTE"), ("CN", common_name)]),
                Some(sha256)
            );
            assert!(sha256.len() == 64 && sha256.bytes().all(|byte| byte.is_ascii_hexdigit()));
        }
        let fort = "AC IGC-SANTE FORT PERSONNES";
        assert_eq!(named([("OU", "IGC-SANTE TEST"), ("CN", fort)]), None);
        assert_eq!(
            named([("OU", "IGC-SANTE"), ("CN", "TEST AC RACINE IGC-SANTE FORT")]),
            None
        );
    }
}
