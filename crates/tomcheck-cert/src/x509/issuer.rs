//! Which authority delivered it, as the ANS names its own?

use serde::{Deserialize, Serialize};

use super::name::{self, Attribute};

/// Which public-key infrastructure an issuer's name belongs to.
///
/// It is the name that is read: nothing proves that the authority of that name signed it.
#[derive(Clone, Copy, Debug, Eq, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Hierarchy {
    /// IGC-Santé.
    Production,
    /// IGC-Santé's twin for tests: the same names with « TEST » before them.
    Test,
    /// The GIP-CPS's own, whose certificates ended in 2020 at the latest.
    Old,
    /// Another.
    Other,
}

/// The level of assurance of an IGC-Santé authority.
#[derive(Clone, Copy, Debug, Eq, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "UPPERCASE")]
pub enum Gamme {
    /// Certificates held in software.
    Elementaire,
    /// Cards of establishments' staff.
    Standard,
    /// Cards of health professionals.
    Fort,
}

/// Whom an IGC-Santé authority certifies.
#[derive(Clone, Copy, Debug, Eq, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "UPPERCASE")]
pub enum Domaine {
    /// Persons.
    Personnes,
    /// Organisations and their servers.
    Organisations,
}

/// What an issuer's name says.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) struct Issuer {
    pub(crate) hierarchy: Hierarchy,
    pub(crate) gamme: Option<Gamme>,
    pub(crate) domaine: Option<Domaine>,
}

impl Issuer {
    /// `AC IGC-SANTE STANDARD PERSONNES`, `TEST AC RACINE IGC-SANTE FORT`; the hierarchy
    /// is also told by `OU=IGC-SANTE` and `OU=IGC-SANTE TEST`.
    pub(crate) fn of(attributes: &[Attribute]) -> Self {
        let cn = name::value(attributes, "CN").unwrap_or_default();
        let (bare, is_test) = match cn.strip_prefix("TEST ") {
            Some(bare) => (bare, true),
            None => (cn, has_unit(attributes, "IGC-SANTE TEST")),
        };
        let words: Vec<&str> = bare.split_whitespace().collect();
        let (gamme, domaine) = match words.as_slice() {
            ["AC", "RACINE", "IGC-SANTE", gamme] => (Gamme::of(gamme), None),
            ["AC", "IGC-SANTE", gamme, domaine] => (Gamme::of(gamme), Domaine::of(domaine)),
            _ => (None, None),
        };
        let hierarchy = match (gamme, is_test) {
            (None, _) if is_old(bare, attributes) => Hierarchy::Old,
            (None, _) => Hierarchy::Other,
            (Some(_), true) => Hierarchy::Test,
            (Some(_), false) => Hierarchy::Production,
        };
        Self {
            hierarchy,
            gamme,
            domaine,
        }
    }

    /// « délivré par », as holders are told to look for it: `Gamme STANDARD - Domaine
    /// PERSONNES`; none for an authority without both.
    pub(crate) fn delivered_by(&self) -> Option<String> {
        let (gamme, domaine) = (self.gamme?.word(), self.domaine?.word());
        let test = match self.hierarchy {
            Hierarchy::Test => " (TEST)",
            Hierarchy::Production | Hierarchy::Old | Hierarchy::Other => "",
        };
        Some(format!("Gamme {gamme} - Domaine {domaine}{test}"))
    }
}

impl Gamme {
    pub(crate) fn of(word: &str) -> Option<Self> {
        let all = [Self::Elementaire, Self::Standard, Self::Fort];
        all.into_iter().find(|gamme| gamme.word() == word)
    }

    /// As the authorities' names spell it.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Elementaire => "ELEMENTAIRE",
            Self::Standard => "STANDARD",
            Self::Fort => "FORT",
        }
    }
}

impl Domaine {
    pub(crate) fn of(word: &str) -> Option<Self> {
        let all = [Self::Personnes, Self::Organisations];
        all.into_iter().find(|domaine| domaine.word() == word)
    }

    /// As the authorities' names spell it.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Personnes => "PERSONNES",
            Self::Organisations => "ORGANISATIONS",
        }
    }
}

/// `CLASSE-1`, `AC-CLASSE-4`, alone or with a word behind (`CLASSE-1 PROFESSIONNEL`), as common
/// name or as unit.
///
/// Source: authorities of the GIP-CPS and of the CPS2bis, which installers of the Cryptolib remove.
fn is_old(bare: &str, attributes: &[Attribute]) -> bool {
    let units = attributes.iter().filter(|one| one.name == "OU");
    let named = units.map(|one| one.value.reveal()).chain([bare]);
    named.into_iter().any(|name| {
        let name = name.strip_prefix("TEST ").unwrap_or(name);
        let class = name
            .strip_prefix("AC-")
            .unwrap_or(name)
            .strip_prefix("CLASSE-");
        class.is_some_and(|rest| matches!(rest.as_bytes(), [b'0'..=b'6'] | [b'0'..=b'6', b' ', ..]))
    })
}

fn has_unit(attributes: &[Attribute], unit: &str) -> bool {
    let mut units = attributes.iter().filter(|one| one.name == "OU");
    units.any(|one| one.value.reveal() == unit)
}

#[cfg(test)]
mod tests {
    use super::*;
    use tomcheck_diagnosis::Personal;

    fn issuer(cn: &str) -> Issuer {
        Issuer::of(&[Attribute {
            name: "CN".to_owned(),
            value: Personal::new(cn),
            rdn: 0,
        }])
    }

    #[test]
    fn the_authorities_of_igc_sante_read_as_the_faq_writes_them() {
        let standard = issuer("AC IGC-SANTE STANDARD PERSONNES");
        assert_eq!(standard.hierarchy, Hierarchy::Production);
        assert_eq!(
            standard.delivered_by().as_deref(),
            Some("Gamme STANDARD - Domaine PERSONNES")
        );
        let test = issuer("TEST AC IGC-SANTE ELEMENTAIRE ORGANISATIONS");
        assert_eq!(test.hierarchy, Hierarchy::Test);
        assert_eq!(
            test.delivered_by().as_deref(),
            Some("Gamme ELEMENTAIRE - Domaine ORGANISATIONS (TEST)")
        );
    }

    #[test]
    fn a_root_has_a_gamme_and_no_domaine_and_others_have_neither() {
        let root = issuer("AC RACINE IGC-SANTE FORT");
        assert_eq!(
            (root.hierarchy, root.gamme),
            (Hierarchy::Production, Some(Gamme::Fort))
        );
        assert_eq!(root.delivered_by(), None);
        for cn in [
            "",
            "CLASSE-9",
            "CLASSE-1A",
            "AC IGC-SANTE PLATINE PERSONNES",
            "AC IGC-SANTE",
        ] {
            assert_eq!(issuer(cn).hierarchy, Hierarchy::Other, "{cn}");
        }
        for cn in ["TEST CLASSE-1", "CLASSE-1 PROFESSIONNEL", "AC-CLASSE-4"] {
            assert_eq!(issuer(cn).hierarchy, Hierarchy::Old, "{cn}");
        }
    }
}
