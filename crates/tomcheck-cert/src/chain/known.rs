//! Which certificates are really those of IGC-Santé?
//!
//! A name can be borrowed, a fingerprint cannot: a root that bears one of these names and has
//! another fingerprint is not the one its installer lays down. What stands below a root may be
//! certified again under its name, and is known by the root's signature.
//!
//! Source: the authorities' certificates that IGC-Santé publishes and that the packages of the
//! Cryptolib CPS carry, all of 25/06/2013.

use crate::identify::Hierarchy;
use crate::x509::issuer::Issuer;
use crate::x509::name;
use crate::x509::name::Attribute;

/// The roots that a hierarchy publishes.
pub(super) struct Published<'a> {
    pub(super) hierarchy: Hierarchy,
    /// The organisational unit of all its authorities.
    pub(super) unit: &'a str,
    /// Common name and SHA-256, upper-case hexadecimal.
    pub(super) roots: &'a [(&'a str, &'a str)],
}

/// Those in production; the test hierarchy writes the unit with « TEST » behind it.
pub(super) const IGC_SANTE: Published<'static> = Published {
    hierarchy: Hierarchy::Production,
    unit: "IGC-SANTE",
    roots: &[
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
    ],
};

impl Published<'_> {
    /// The fingerprint a root of this name must have; none: it is none of the roots.
    pub(super) fn root(&self, subject: &[Attribute]) -> Option<&str> {
        let common_name = name::value(subject, "CN").filter(|_| self.has_unit(subject))?;
        let known = self.roots.iter().find(|(name, _)| *name == common_name)?;
        Some(known.1)
    }

    /// Whether the name is that of an authority which a root certifies.
    pub(super) fn is_below_a_root(&self, subject: &[Attribute]) -> bool {
        let issuer = Issuer::of(subject);
        self.has_unit(subject) && issuer.hierarchy == self.hierarchy && issuer.domaine.is_some()
    }

    fn has_unit(&self, subject: &[Attribute]) -> bool {
        let mut units = subject.iter().filter(|one| one.name == "OU");
        units.any(|unit| unit.value.reveal() == self.unit)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use tomcheck_diagnosis::Personal;

    fn named(unit: &str, common_name: &str) -> Vec<Attribute> {
        let attribute = |(rdn, (name, value)): (usize, (&str, &str))| Attribute {
            name: name.to_owned(),
            value: Personal::new(value),
            rdn,
        };
        let parts = [("OU", unit), ("CN", common_name)];
        parts.into_iter().enumerate().map(attribute).collect()
    }

    #[test]
    fn the_roots_are_known_by_common_name_and_unit_and_no_other() {
        for (common_name, sha256) in IGC_SANTE.roots {
            let root = named("IGC-SANTE", common_name);
            assert_eq!(IGC_SANTE.root(&root), Some(*sha256));
            assert!(!IGC_SANTE.is_below_a_root(&root));
            assert!(sha256.len() == 64 && sha256.bytes().all(|byte| byte.is_ascii_hexdigit()));
            assert_eq!(IGC_SANTE.root(&named("IGC-SANTE TEST", common_name)), None);
        }
        let test = named("IGC-SANTE", "TEST AC RACINE IGC-SANTE FORT");
        assert_eq!(IGC_SANTE.root(&test), None);
    }

    #[test]
    fn what_stands_below_a_root_is_known_by_its_gamme_and_domaine() {
        let fort = "AC IGC-SANTE FORT PERSONNES";
        assert!(IGC_SANTE.is_below_a_root(&named("IGC-SANTE", fort)));
        assert!(!IGC_SANTE.is_below_a_root(&named("IGC-SANTE TEST", fort)));
        assert!(!IGC_SANTE.is_below_a_root(&named("IGC-SANTE", "AC AUTRE")));
    }
}
