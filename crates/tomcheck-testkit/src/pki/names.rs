//! What are the authorities, persons and servers called?
//!
//! Source: subjects and authority names observed in certificates of IGC-Santé and of its
//! TEST hierarchy; here every name says TEST and none belongs to anyone.

use x509_cert::attr::AttributeTypeAndValue;
use x509_cert::der::Any;
use x509_cert::der::asn1::{ObjectIdentifier, PrintableStringRef, SetOfVec, Utf8StringRef};
use x509_cert::name::{Name, RelativeDistinguishedName};

use super::issue::oid;
use super::{Ca, Domaine, Failure, Gamme, Holder, ServerCertificate};

/// Every authority there is.
pub(super) const AUTHORITIES: [Ca; 10] = [
    Ca::Root(Gamme::Elementaire),
    Ca::Root(Gamme::Standard),
    Ca::Root(Gamme::Fort),
    Ca::Issuing(Gamme::Elementaire, Domaine::Personnes),
    Ca::Issuing(Gamme::Elementaire, Domaine::Organisations),
    Ca::Issuing(Gamme::Standard, Domaine::Personnes),
    Ca::Issuing(Gamme::Standard, Domaine::Organisations),
    Ca::Issuing(Gamme::Fort, Domaine::Personnes),
    Ca::Issuing(Gamme::Fort, Domaine::Organisations),
    Ca::Foreign,
];

impl Gamme {
    /// As it stands in the names of authorities.
    pub fn word(self) -> &'static str {
        match self {
            Self::Elementaire => "ELEMENTAIRE",
            Self::Standard => "STANDARD",
            Self::Fort => "FORT",
        }
    }
}

impl Domaine {
    /// As it stands in the names of authorities.
    pub fn word(self) -> &'static str {
        match self {
            Self::Personnes => "PERSONNES",
            Self::Organisations => "ORGANISATIONS",
        }
    }
}

impl Ca {
    /// Its common name.
    pub fn common_name(self) -> String {
        match self {
            Self::Root(gamme) => format!("TEST AC RACINE IGC-SANTE {}", gamme.word()),
            Self::Issuing(gamme, domaine) => {
                format!("TEST AC IGC-SANTE {} {}", gamme.word(), domaine.word())
            }
            Self::Foreign => "TEST AC D'UNE AUTRE MAISON".to_owned(),
        }
    }

    /// The authority that certifies this one; a root certifies itself.
    pub fn issuer(self) -> Self {
        match self {
            Self::Issuing(gamme, _) => Self::Root(gamme),
            root => root,
        }
    }

    /// `ACI-ST-PP`, as IGC-Santé names the files of its revocation lists.
    pub(crate) fn short(self) -> &'static str {
        match self {
            Self::Root(Gamme::Elementaire) => "ACR-EL",
            Self::Root(Gamme::Standard) => "ACR-ST",
            Self::Root(Gamme::Fort) => "ACR-FO",
            Self::Issuing(Gamme::Elementaire, Domaine::Personnes) => "ACI-EL-PP",
            Self::Issuing(Gamme::Elementaire, Domaine::Organisations) => "ACI-EL-ORG",
            Self::Issuing(Gamme::Standard, Domaine::Personnes) => "ACI-ST-PP",
            Self::Issuing(Gamme::Standard, Domaine::Organisations) => "ACI-ST-ORG",
            Self::Issuing(Gamme::Fort, Domaine::Personnes) => "ACI-FO-PP",
            Self::Issuing(Gamme::Fort, Domaine::Organisations) => "ACI-FO-ORG",
            Self::Foreign => "AUTRE",
        }
    }

    pub(super) fn name(self) -> Result<Name, Failure> {
        let organisation: &[(ObjectIdentifier, &str)] = match self {
            Self::Foreign => &[(ORGANISATION, "AUTRE MAISON TEST")],
            _ => &[
                (ORGANISATION, "TOMCHECK TEST"),
                (UNIT, "0002 187512751 TEST"),
                (UNIT, "IGC-SANTE TEST"),
            ],
        };
        let mut name = vec![country()?];
        for part in organisation {
            name.push(rdn(&[*part])?);
        }
        name.push(rdn(&[(COMMON_NAME, &self.common_name())])?);
        Ok(name.into())
    }
}

impl Holder {
    /// The national identifier: the common name of both certificates.
    pub fn identifier(self) -> &'static str {
        match self {
            Self::Cpe => "3620100842/01417",
            Self::Cps => "899900014178",
        }
    }

    /// The authority that certifies the holder.
    pub fn issuer(self) -> Ca {
        match self {
            Self::Cpe => Ca::Issuing(Gamme::Standard, Domaine::Personnes),
            Self::Cps => Ca::Issuing(Gamme::Fort, Domaine::Personnes),
        }
    }

    /// The user principal name of the authentication certificate: type, dot, number.
    pub fn principal(self) -> &'static str {
        match self {
            Self::Cpe => "3.620100842/01417@carte-cps.test.invalid",
            Self::Cps => "8.99900014178@carte-cps.test.invalid",
        }
    }

    /// The subject; its last RDN has three values, as on the cards.
    pub(super) fn name(self) -> Result<Name, Failure> {
        let (parts, surname): (&[_], _) = match self {
            Self::Cpe => (
                &[
                    (ORGANISATION, "ETABLISSEMENT DE TEST"),
                    (UNIT, "3620100842"),
                ],
                "TEST DOC0001417",
            ),
            Self::Cps => (&[(TITLE, "Médecin")], "TEST MEDECIN"),
        };
        let mut name = vec![country()?];
        for part in parts {
            name.push(rdn(&[*part])?);
        }
        name.push(rdn(&[
            (COMMON_NAME, self.identifier()),
            (SURNAME, surname),
            (GIVEN_NAME, "KIT"),
        ])?);
        Ok(name.into())
    }
}

impl ServerCertificate {
    /// The one host name in it.
    pub fn host(self) -> &'static str {
        match self {
            Self::Tom => "tom.test.invalid",
            _ => "localhost",
        }
    }

    pub(super) fn name(self) -> Result<Name, Failure> {
        let parts = [
            rdn(&[(ORGANISATION, "TOMCHECK TEST")])?,
            rdn(&[(UNIT, "318751275100020")])?,
            rdn(&[(COMMON_NAME, self.host())])?,
        ];
        Ok(std::iter::once(country()?)
            .chain(parts)
            .collect::<Vec<_>>()
            .into())
    }
}

fn country() -> Result<RelativeDistinguishedName, Failure> {
    let value = Any::encode_from(&PrintableStringRef::new("FR")?)?;
    let attribute = AttributeTypeAndValue {
        oid: oid("2.5.4.6"),
        value,
    };
    Ok(SetOfVec::try_from([attribute])?.into())
}

fn rdn(values: &[(ObjectIdentifier, &str)]) -> Result<RelativeDistinguishedName, Failure> {
    let mut set = SetOfVec::new();
    for (oid, text) in values {
        set.insert(AttributeTypeAndValue {
            oid: *oid,
            value: Any::encode_from(&Utf8StringRef::new(text)?)?,
        })?;
    }
    Ok(set.into())
}

const COMMON_NAME: ObjectIdentifier = ObjectIdentifier::new_unwrap("2.5.4.3");
const SURNAME: ObjectIdentifier = ObjectIdentifier::new_unwrap("2.5.4.4");
const ORGANISATION: ObjectIdentifier = ObjectIdentifier::new_unwrap("2.5.4.10");
const UNIT: ObjectIdentifier = ObjectIdentifier::new_unwrap("2.5.4.11");
const TITLE: ObjectIdentifier = ObjectIdentifier::new_unwrap("2.5.4.12");
const GIVEN_NAME: ObjectIdentifier = ObjectIdentifier::new_unwrap("2.5.4.42");
