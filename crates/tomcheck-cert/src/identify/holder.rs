//! Whose certificate is it, who delivered it, until when, for what?

use serde::{Deserialize, Serialize};
use tomcheck_diagnosis::{Evidence, Finding, Identity, IdentityKind, Instant, Personal};

use super::{CardFamily, Identifier};
use crate::x509::extensions::Usages;
use crate::x509::findings::{self as kinds, label};
use crate::x509::issuer::{Domaine, Gamme, Hierarchy, Issuer};
use crate::x509::key::{KeyPeriod, PublicKey};
use crate::x509::name::{self, Attribute};
use crate::x509::parts::Parts;
use crate::x509::private::{self, PrivateExtension};
use crate::x509::published::Policy;
use crate::x509::{self, DecodeFailure, hex};

/// What a certificate says of its holder.
#[derive(Clone, Debug, Eq, PartialEq, Serialize, Deserialize)]
pub struct HolderCertificate {
    /// « délivré à »: the common name, which is the identifier on a card.
    pub delivered_to: Personal,
    /// « délivré par »: `Gamme STANDARD - Domaine PERSONNES`, with « (TEST) » behind it in
    /// the test hierarchy; for another issuer, its common name.
    pub delivered_by: String,
    /// On one line, RFC 4514.
    pub subject: Personal,
    /// In the order of encoding, multi-valued RDNs flattened.
    pub subject_attributes: Vec<Attribute>,
    /// On one line, RFC 4514.
    pub issuer: String,
    /// In hexadecimal, as encoded.
    pub serial: Personal,
    /// From when to when.
    pub validity: Validity,
    /// What the key may be used for.
    pub usages: Usages,
    /// Whether it is an authority's own certificate.
    pub is_authority: bool,
    /// How many authorities may stand under it; none: as many as one likes, or no authority.
    #[serde(default)]
    pub path_length: Option<u32>,
    /// The kind and size of its key.
    #[serde(default)]
    pub public_key: PublicKey,
    /// How its issuer signed it: `sha256WithRSAEncryption`; the dotted number of another.
    #[serde(default)]
    pub signature_algorithm: String,
    /// From when to when its private key may sign; none: as long as it holds.
    #[serde(default)]
    pub private_key_usage: Option<KeyPeriod>,
    /// Told by the issuer's name.
    pub hierarchy: Hierarchy,
    /// Told by the issuer's name.
    pub gamme: Option<Gamme>,
    /// Told by the issuer's name.
    pub domaine: Option<Domaine>,
    /// Which card it sits on; none in software.
    pub card_family: Option<CardFamily>,
    /// `issuer/serial` of the card, 8025000001/2500634598; none in software.
    pub card_number: Option<Personal>,
    /// The first part of that number: who made the card.
    #[serde(default)]
    pub card_issuer: Option<String>,
    /// Its second part: the card's own number, in the token's label too.
    #[serde(default)]
    pub card_serial: Option<Personal>,
    /// Card, security module or software; test or not.
    pub category: Option<Coded>,
    /// Table G15.
    pub profession: Option<Coded>,
    /// Table G04, whose labels are not at hand.
    #[serde(default)]
    pub responsibility: Option<Coded>,
    /// Table R01, as written: `SM26`.
    pub specialities: Vec<String>,
    /// Name for the logon to Windows: `8.99700041983@carte-cps.fr`.
    pub upn: Option<Personal>,
    /// What it was issued under.
    #[serde(default)]
    pub policies: Vec<Policy>,
    /// Where its revocation is published.
    pub crl: Vec<String>,
    /// Where the changes since the last whole list are published.
    #[serde(default)]
    pub freshest_crl: Vec<String>,
    /// Who answers about its revocation.
    pub ocsp: Vec<String>,
    /// Where its issuer's own certificate is published.
    #[serde(default)]
    pub issuer_certificates: Vec<String>,
    /// Its own key's identifier, upper-case hexadecimal.
    #[serde(default)]
    pub subject_key_id: Option<Personal>,
    /// Its issuer's key's identifier, upper-case hexadecimal.
    #[serde(default)]
    pub authority_key_id: Option<String>,
    /// Private extensions without a field here.
    pub private_extensions: Vec<PrivateExtension>,
    /// Fingerprint of the DER, upper-case hexadecimal.
    pub sha256: Personal,
}

/// From when to when a certificate holds. Source: RFC 5280 §4.1.2.5.
#[derive(Clone, Copy, Debug, Eq, PartialEq, Serialize, Deserialize)]
pub struct Validity {
    /// The first second.
    pub not_before: Instant,
    /// The last second.
    pub not_after: Instant,
}

impl Validity {
    /// Whether it holds at that moment.
    pub fn contains(&self, moment: Instant) -> bool {
        (self.not_before..=self.not_after).contains(&moment)
    }
}

/// A code of the ANS's tables with its label.
#[derive(Clone, Debug, Eq, PartialEq, Serialize, Deserialize)]
pub struct Coded {
    /// As the table writes it.
    pub code: String,
    /// In French, as the table has it; none for a code unknown here.
    pub label: Option<String>,
}

impl HolderCertificate {
    /// Reads one certificate, DER; bytes after it are ignored (cards pad).
    ///
    /// # Errors
    ///
    /// When the bytes are cut short or no X.509 certificate.
    pub fn decode(der: &[u8]) -> Result<Self, DecodeFailure> {
        let (parts, exact) = Parts::of(der)?;
        let extensions = parts.extensions;
        let private = extensions.private;
        let numbers = private.card_number.as_deref();
        let numbers = numbers.and_then(private::card_number_parts);
        let names = Issuer::of(&parts.issuer);
        let subject = name::text(&parts.subject);
        Ok(Self {
            delivered_to: Personal::new(common_name(&parts.subject).unwrap_or(&subject)),
            delivered_by: delivered_by(&names, &parts.issuer),
            subject: Personal::new(subject),
            subject_attributes: parts.subject,
            issuer: name::text(&parts.issuer),
            serial: Personal::new(hex(parts.serial)),
            validity: Validity {
                not_before: parts.not_before,
                not_after: parts.not_after,
            },
            usages: extensions.usages,
            is_authority: extensions.is_authority,
            path_length: extensions.path_length,
            public_key: parts.key,
            signature_algorithm: parts.signature_algorithm,
            private_key_usage: extensions.key_period,
            hierarchy: names.hierarchy,
            gamme: names.gamme,
            domaine: names.domaine,
            card_family: private.card_type.and_then(CardFamily::of_code),
            card_issuer: numbers.map(|(issuer, _)| issuer.to_owned()),
            card_serial: numbers.map(|(_, serial)| Personal::new(serial)),
            card_number: private.card_number.map(Personal::new),
            category: private.category.map(category),
            profession: private.profession.map(profession),
            responsibility: private.responsibility.map(unlabelled),
            specialities: private.specialities,
            upn: extensions.upn.map(Personal::new),
            policies: extensions.policies,
            crl: extensions.crl,
            freshest_crl: extensions.freshest_crl,
            ocsp: extensions.ocsp,
            issuer_certificates: extensions.issuer_certificates,
            subject_key_id: extensions.own_key_id.map(Personal::new),
            authority_key_id: extensions.issuer_key_id,
            private_extensions: private.others,
            sha256: Personal::new(x509::fingerprint(exact)),
        })
    }

    /// The identifier of its holder: the common name of a person, the first organisational
    /// unit that is one of a structure; none for an authority and where nothing has the
    /// form of one, unless IGC-Santé owed one there: then it is one of unknown form.
    pub fn identifier(&self) -> Option<Identifier> {
        if self.is_authority {
            return None;
        }
        match self.domaine {
            Some(Domaine::Organisations) => self.structure(),
            Some(Domaine::Personnes) => Some(Identifier::of_person(self.delivered_to.reveal())),
            None => {
                let person = Identifier::of_person(self.delivered_to.reveal());
                person.is_known().then_some(person)
            }
        }
    }

    /// Whether its category says it is held in software, on no card.
    pub fn is_in_software(&self) -> bool {
        let code = self
            .category
            .as_ref()
            .map(|category| category.code.as_str());
        matches!(code, Some("03" | "83"))
    }

    /// Given names and surname, as written; none on a certificate that names no person.
    pub fn full_name(&self) -> Option<Personal> {
        let value = |wanted| name::value(&self.subject_attributes, wanted);
        let parts: Vec<&str> = [value("GN"), value("SN")].into_iter().flatten().collect();
        (!parts.is_empty()).then(|| Personal::new(parts.join(" ")))
    }

    /// The first value of the subject's attribute called `name`: `title`, `O`.
    pub fn subject_value(&self, name: &str) -> Option<&str> {
        name::value(&self.subject_attributes, name)
    }

    /// The personal values, to be masked in a report.
    pub fn identities(&self) -> Vec<Identity> {
        let subject = self.subject_attributes.iter().flat_map(identities);
        let options = [&self.card_number, &self.upn];
        let options = options.into_iter().flatten();
        let serials = [&self.serial, &self.sha256];
        let keys = self.subject_key_id.iter().chain(&self.public_key.sha256);
        let serials = serials.into_iter().chain(keys);
        let mut all: Vec<Identity> = subject
            .chain(
                options
                    .clone()
                    .map(|one| one.identity(IdentityKind::Identifier)),
            )
            .chain(serials.map(|one| one.identity(IdentityKind::Serial)))
            .collect();
        let own = self.card_serial.iter();
        all.extend(own.map(|one| one.identity(IdentityKind::Serial)));
        let private = self.private_extensions.iter();
        all.extend(private.map(|one| one.der.identity(IdentityKind::Identifier)));
        all.extend(self.identifier().iter().flat_map(Identifier::identity_list));
        all
    }

    fn structure(&self) -> Option<Identifier> {
        let units = self
            .subject_attributes
            .iter()
            .filter(|one| one.name == "OU");
        units
            .map(|unit| Identifier::of_structure(unit.value.reveal()))
            .find(Identifier::is_known)
    }
}

impl Validity {
    /// Whether `now` is after the last second.
    pub fn has_ended(&self, now: Instant) -> bool {
        now > self.not_after
    }

    /// Whether `now` is before the first second.
    pub fn is_to_come(&self, now: Instant) -> bool {
        now < self.not_before
    }

    /// Whether `now` lies within.
    pub fn holds(&self, now: Instant) -> bool {
        !self.has_ended(now) && !self.is_to_come(now)
    }

    /// Ended, to come, or to end within sixty days; both instants are the evidence.
    pub fn finding(&self, now: Instant) -> Option<Finding> {
        let days = self.days_left(now);
        let kind = if self.has_ended(now) {
            &kinds::EXPIRED
        } else if self.is_to_come(now) {
            &kinds::NOT_YET_VALID
        } else if days < EXPIRES_SOON_DAYS {
            &kinds::EXPIRES_SOON
        } else {
            return None;
        };
        let left = Evidence::new("days", label::DAYS, days.to_string());
        let instants = [
            Evidence::new("not_before", label::NOT_BEFORE, self.not_before),
            Evidence::new("not_after", label::NOT_AFTER, self.not_after),
            Evidence::new("now", label::NOW, now),
        ];
        let left = self.holds(now).then_some(left);
        Some(Finding::of(kind).with_all(instants).with_all(left))
    }

    /// Whole days from `now` to the last second; negative once it has passed.
    pub fn days_left(&self, now: Instant) -> i64 {
        (self.not_after.unix() - now.unix()).div_euclid(86_400)
    }
}

/// Long enough for a renewal to be ordered and to arrive.
const EXPIRES_SOON_DAYS: i64 = 60;

fn common_name(subject: &[Attribute]) -> Option<&str> {
    name::value(subject, "CN")
}

fn delivered_by(names: &Issuer, issuer: &[Attribute]) -> String {
    let common_name = || name::value(issuer, "CN").map(str::to_owned);
    names
        .delivered_by()
        .or_else(common_name)
        .unwrap_or_else(|| name::text(issuer))
}

/// As the attribute holds it, and as the subject's one line writes it.
fn identities(attribute: &Attribute) -> Vec<Identity> {
    let Some(kind) = personal_kind(attribute) else {
        return Vec::new();
    };
    let escaped = name::escaped(attribute.value.reveal());
    vec![attribute.value.identity(kind), Identity::new(kind, escaped)]
}

/// What of a subject is personal: a country, a profession and a department are not.
fn personal_kind(attribute: &Attribute) -> Option<IdentityKind> {
    let kind = match attribute.name.as_str() {
        "C" | "title" | "ST" | "L" | "DC" => return None,
        "SN" | "GN" => IdentityKind::Name,
        "O" => IdentityKind::Organisation,
        _ => IdentityKind::Identifier,
    };
    Some(kind)
}

fn unlabelled(code: u32) -> Coded {
    Coded {
        code: code.to_string(),
        label: None,
    }
}

/// Table G01.
fn category(code: u8) -> Coded {
    let label = match code {
        0x00 => Some("Carte de Professionnel ou Personnel de Santé"),
        0x02 => Some("Module de Sécurité"),
        0x03 => Some("Certificat logiciel"),
        0x80 => Some("Carte de Professionnel ou Personnel de Santé, de TEST"),
        0x82 => Some("Module de Sécurité, de TEST"),
        0x83 => Some("Certificat logiciel, de TEST"),
        _ => None,
    };
    Coded {
        code: format!("{code:02X}"),
        label: label.map(str::to_owned),
    }
}

/// Table G15.
fn profession(code: u32) -> Coded {
    let label = match code {
        10 => Some("Médecin"),
        21 => Some("Pharmacien"),
        26 => Some("Audioprothésiste"),
        28 => Some("Opticien-Lunetier"),
        31 => Some("Assistant dentaire"),
        32 => Some("Physicien médical"),
        35 => Some("Aide-soignant"),
        36 => Some("Ambulancier"),
        37 => Some("Auxiliaire de puériculture"),
        40 => Some("Chirurgien-Dentiste"),
        50 => Some("Sage-Femme"),
        60 => Some("Infirmier"),
        69 => Some("Infirmier psychiatrique"),
        70 => Some("Masseur-Kinésithérapeute"),
        80 => Some("Pédicure-Podologue"),
        _ => None,
    };
    Coded {
        code: code.to_string(),
        label: label.map(str::to_owned),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use tomcheck_diagnosis::Pseudonyms;

    #[test]
    fn a_value_is_masked_in_the_subject_too_where_it_stands_escaped() {
        let attribute = |name: &str, value: &str| Attribute {
            name: name.to_owned(),
            value: Personal::new(value),
            rdn: 0,
        };
        let subject = [
            attribute("O", "CABINET DUPONT, MARTIN"),
            attribute("C", "FR"),
        ];
        let mut pseudonyms = Pseudonyms::new("key");
        pseudonyms.extend(subject.iter().flat_map(identities));
        let masked = pseudonyms.mask_text(&name::text(&subject));
        assert!(
            !masked.contains("DUPONT") && !masked.contains("MARTIN"),
            "{masked}"
        );
        assert!(masked.contains("C=FR"), "{masked}");
    }
}
