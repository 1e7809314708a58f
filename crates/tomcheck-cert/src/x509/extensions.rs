//! What is the certificate good for, and what did the ANS write into it?

use serde::{Deserialize, Serialize};
use tomcheck_diagnosis::Personal;
use x509_parser::der_parser::asn1_rs::{Any, FromDer, Sequence};
use x509_parser::extensions::{
    AuthorityInfoAccess, CRLDistributionPoints, DistributionPointName, ExtendedKeyUsage,
    GeneralName, KeyUsage, ParsedExtension, X509Extension,
};
use x509_parser::prelude::X509Certificate;

use super::{hex, name};

/// What the key may be used for. `None`: the extension is absent, every use is allowed.
///
/// Source: RFC 5280 §4.2.1.3 and §4.2.1.12.
#[derive(Clone, Debug, Default, Eq, PartialEq, Serialize, Deserialize)]
pub struct Usages {
    /// `digitalSignature`, `nonRepudiation`… in the order of their bits.
    pub key: Option<Vec<String>>,
    /// `clientAuth`, `smartcardLogon`, `emailProtection`…; the dotted number of others.
    pub extended: Option<Vec<String>>,
}

impl Usages {
    /// Whether TLS client authentication is among them.
    pub fn allow_client_authentication(&self) -> bool {
        has(&self.key, &["digitalSignature"]) && has(&self.extended, &["clientAuth", ANY])
    }

    /// Whether they are those of a certificate to sign documents or mail with.
    pub fn are_for_signing_documents(&self) -> bool {
        let named = |list: &Option<Vec<String>>, use_| {
            list.as_ref()
                .is_some_and(|list| list.iter().any(|one| one == use_))
        };
        named(&self.key, "nonRepudiation") || named(&self.extended, "emailProtection")
    }
}

/// A private extension, of the ANS or another, that has no field of its own.
#[derive(Clone, Debug, Eq, PartialEq, Serialize, Deserialize)]
pub struct PrivateExtension {
    /// Its dotted number.
    pub oid: String,
    /// Its value, DER, in hexadecimal.
    pub der: Personal,
}

/// All that is read from the extensions; what is absent or not as expected is `None`.
#[derive(Clone, Debug, Default)]
pub(crate) struct Extensions {
    pub(crate) usages: Usages,
    pub(crate) is_authority: bool,
    pub(crate) upn: Option<String>,
    pub(crate) crl: Vec<String>,
    pub(crate) ocsp: Vec<String>,
    pub(crate) category: Option<u8>,
    pub(crate) card_type: Option<u8>,
    pub(crate) card_number: Option<String>,
    pub(crate) profession: Option<u32>,
    pub(crate) specialities: Vec<String>,
    pub(crate) others: Vec<PrivateExtension>,
}

impl Extensions {
    pub(crate) fn of(certificate: &X509Certificate<'_>) -> Self {
        let mut all = Self {
            is_authority: certificate.is_ca(),
            ..Self::default()
        };
        for extension in certificate.extensions() {
            all.take(extension);
        }
        all
    }

    fn take(&mut self, extension: &X509Extension<'_>) {
        match extension.parsed_extension() {
            ParsedExtension::KeyUsage(usage) => self.usages.key = Some(key_usages(usage)),
            ParsedExtension::ExtendedKeyUsage(usage) => {
                self.usages.extended = Some(extended_usages(usage));
            }
            ParsedExtension::SubjectAlternativeName(names) => {
                self.upn = names.general_names.iter().find_map(upn);
            }
            ParsedExtension::CRLDistributionPoints(points) => self.crl = crl_addresses(points),
            ParsedExtension::AuthorityInfoAccess(access) => self.ocsp = ocsp_addresses(access),
            ParsedExtension::UnsupportedExtension { .. } => self.take_private(extension),
            _ => {}
        }
    }

    /// Numbers and shapes as observed in certificates of the ANS. A value of another
    /// shape is kept as bytes.
    fn take_private(&mut self, extension: &X509Extension<'_>) {
        let (oid, value) = (extension.oid.to_id_string(), extension.value);
        let understood = match oid.as_str() {
            CATEGORY => set(&mut self.category, octet(value)),
            CARD_TYPE => set(
                &mut self.card_type,
                integer(value).and_then(|n| n.try_into().ok()),
            ),
            CARD_NUMBER => set(&mut self.card_number, string(value)),
            PROFESSION => set(&mut self.profession, integer(value)),
            SPECIALITIES => strings(value)
                .map(|list| self.specialities = list)
                .is_some(),
            _ => false,
        };
        if !understood && oid.starts_with(PRIVATE) {
            let der = Personal::new(hex(value));
            self.others.push(PrivateExtension { oid, der });
        }
    }
}

const CATEGORY: &str = "1.2.250.1.71.1.2.5";
const CARD_TYPE: &str = "1.2.250.1.71.1.2.2";
const CARD_NUMBER: &str = "1.2.250.1.71.1.2.3";
const PROFESSION: &str = "1.2.250.1.71.1.2.7";
const SPECIALITIES: &str = "1.2.250.1.71.4.2.5";
/// The branch of the GIP-CPS, then of the ANS.
const PRIVATE: &str = "1.2.250.1.71.";
/// `anyExtendedKeyUsage`.
const ANY: &str = "anyExtendedKeyUsage";

fn has(list: &Option<Vec<String>>, wanted: &[&str]) -> bool {
    let Some(list) = list else {
        return true;
    };
    list.iter().any(|one| wanted.contains(&one.as_str()))
}

fn set<T>(field: &mut Option<T>, value: Option<T>) -> bool {
    let is_some = value.is_some();
    *field = value;
    is_some
}

fn key_usages(usage: &KeyUsage) -> Vec<String> {
    let all = [
        (usage.digital_signature(), "digitalSignature"),
        (usage.non_repudiation(), "nonRepudiation"),
        (usage.key_encipherment(), "keyEncipherment"),
        (usage.data_encipherment(), "dataEncipherment"),
        (usage.key_agreement(), "keyAgreement"),
        (usage.key_cert_sign(), "keyCertSign"),
        (usage.crl_sign(), "cRLSign"),
        (usage.encipher_only(), "encipherOnly"),
        (usage.decipher_only(), "decipherOnly"),
    ];
    let set = all.into_iter().filter(|(is_set, _)| *is_set);
    set.map(|(_, name)| name.to_owned()).collect()
}

fn extended_usages(usage: &ExtendedKeyUsage<'_>) -> Vec<String> {
    let all = [
        (usage.any, ANY),
        (usage.server_auth, "serverAuth"),
        (usage.client_auth, "clientAuth"),
        (usage.code_signing, "codeSigning"),
        (usage.email_protection, "emailProtection"),
        (usage.time_stamping, "timeStamping"),
        (usage.ocsp_signing, "OCSPSigning"),
    ];
    let set = all.into_iter().filter(|(is_set, _)| *is_set);
    let known = set.map(|(_, name)| name.to_owned());
    let others = usage.other.iter().map(|oid| match oid.to_id_string() {
        oid if oid == "1.3.6.1.4.1.311.20.2.2" => "smartcardLogon".to_owned(),
        oid => oid,
    });
    known.chain(others).collect()
}

/// Source: Microsoft, « userPrincipalName » otherName 1.3.6.1.4.1.311.20.2.3.
fn upn(general: &GeneralName<'_>) -> Option<String> {
    let GeneralName::OtherName(oid, value) = general else {
        return None;
    };
    if oid.to_id_string() != "1.3.6.1.4.1.311.20.2.3" {
        return None;
    }
    let (_, explicit) = Any::from_der(value).ok()?;
    string(explicit.data)
}

fn crl_addresses(points: &CRLDistributionPoints<'_>) -> Vec<String> {
    let names = points.points.iter().filter_map(|point| {
        let DistributionPointName::FullName(names) = point.distribution_point.as_ref()? else {
            return None;
        };
        Some(names)
    });
    names.flatten().filter_map(address).collect()
}

fn ocsp_addresses(access: &AuthorityInfoAccess<'_>) -> Vec<String> {
    let ocsp = access
        .iter()
        .filter(|one| one.access_method.to_id_string() == "1.3.6.1.5.5.7.48.1");
    ocsp.filter_map(|one| address(&one.access_location))
        .collect()
}

fn address(general: &GeneralName<'_>) -> Option<String> {
    let GeneralName::URI(address) = general else {
        return None;
    };
    Some(name::plain(address))
}

fn octet(der: &[u8]) -> Option<u8> {
    match der {
        [0x04, 0x01, octet] => Some(*octet),
        _ => None,
    }
}

fn integer(der: &[u8]) -> Option<u32> {
    let (rest, any) = Any::from_der(der).ok()?;
    rest.is_empty().then_some(())?;
    any.u32().ok()
}

fn string(der: &[u8]) -> Option<String> {
    let (rest, any) = Any::from_der(der).ok()?;
    let is_text = matches!(any.tag().0, 12 | 18 | 19 | 22 | 26);
    if !rest.is_empty() || !is_text {
        return None;
    }
    std::str::from_utf8(any.data).ok().map(name::plain)
}

fn strings(der: &[u8]) -> Option<Vec<String>> {
    let (_, sequence) = Sequence::from_der(der).ok()?;
    let mut rest: &[u8] = &sequence.content;
    let mut all = Vec::new();
    while !rest.is_empty() {
        let (after, _) = Any::from_der(rest).ok()?;
        let one = rest.get(..rest.len() - after.len())?;
        all.push(string(one)?);
        rest = after;
    }
    Some(all)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn usages(key: &[&str], extended: &[&str]) -> Usages {
        let list = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect();
        Usages {
            key: Some(list(key)),
            extended: Some(list(extended)),
        }
    }

    #[test]
    fn only_a_signing_key_that_may_speak_for_a_client_authenticates() {
        let cps = usages(&["digitalSignature"], &["clientAuth", "smartcardLogon"]);
        assert!(cps.allow_client_authentication() && !cps.are_for_signing_documents());
        let signature = usages(&["nonRepudiation"], &["emailProtection"]);
        assert!(!signature.allow_client_authentication() && signature.are_for_signing_documents());
        let server = usages(&["digitalSignature", "keyEncipherment"], &["serverAuth"]);
        assert!(!server.allow_client_authentication() && !server.are_for_signing_documents());
        let mail = usages(
            &["digitalSignature", "nonRepudiation"],
            &["emailProtection"],
        );
        assert!(!mail.allow_client_authentication() && mail.are_for_signing_documents());
        assert!(
            Usages::default().allow_client_authentication(),
            "absent means any use"
        );
    }

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
}
