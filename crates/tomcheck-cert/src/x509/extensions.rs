//! What is the certificate good for, and what else do its extensions say?

use serde::{Deserialize, Serialize};
use x509_parser::der_parser::asn1_rs::{Any, FromDer};
use x509_parser::extensions::{
    CRLDistributionPoints, ExtendedKeyUsage, GeneralName, KeyUsage, ParsedExtension, X509Extension,
};
use x509_parser::prelude::X509Certificate;

use super::key::{self, KeyPeriod};
use super::private::{self, Private};
use super::published::{self, Policy};
use super::{dotted, hex};

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

/// All that is read from the extensions; what is absent or not as expected is `None`.
#[derive(Clone, Debug, Default)]
pub(crate) struct Extensions {
    pub(crate) usages: Usages,
    pub(crate) is_authority: bool,
    pub(crate) path_length: Option<u32>,
    pub(crate) upn: Option<String>,
    pub(crate) policies: Vec<Policy>,
    pub(crate) crl: Vec<String>,
    pub(crate) freshest_crl: Vec<String>,
    pub(crate) ocsp: Vec<String>,
    pub(crate) issuer_certificates: Vec<String>,
    pub(crate) key_period: Option<KeyPeriod>,
    pub(crate) own_key_id: Option<String>,
    pub(crate) issuer_key_id: Option<String>,
    pub(crate) private: Private,
}

impl Extensions {
    pub(crate) fn of(certificate: &X509Certificate<'_>) -> Self {
        let mut all = Self::default();
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
            ParsedExtension::BasicConstraints(constraints) => {
                self.is_authority = constraints.ca;
                self.path_length = constraints.path_len_constraint;
            }
            ParsedExtension::SubjectAlternativeName(names) => {
                self.upn = names.general_names.iter().find_map(upn);
            }
            ParsedExtension::CertificatePolicies(list) => {
                self.policies = published::policies(list);
            }
            ParsedExtension::CRLDistributionPoints(points) => self.crl = published::lists(points),
            ParsedExtension::AuthorityInfoAccess(access) => {
                self.ocsp = published::responders(access);
                self.issuer_certificates = published::issuers(access);
            }
            ParsedExtension::SubjectKeyIdentifier(id) => self.own_key_id = Some(hex(id.0)),
            ParsedExtension::AuthorityKeyIdentifier(id) => {
                self.issuer_key_id = id.key_identifier.as_ref().map(|id| hex(id.0));
            }
            ParsedExtension::UnsupportedExtension { .. } => self.take_other(extension),
            _ => {}
        }
    }

    fn take_other(&mut self, extension: &X509Extension<'_>) {
        match extension.oid.as_bytes() {
            FRESHEST_CRL => {
                let points = CRLDistributionPoints::from_der(extension.value);
                self.freshest_crl = points.map_or_else(|_| vec![], |(_, it)| published::lists(&it));
            }
            KEY_PERIOD => self.key_period = key::period(extension.value),
            _ => self.private.take(extension),
        }
    }
}

/// 2.5.29.46
const FRESHEST_CRL: &[u8] = b"\x55\x1D\x2E";
/// 2.5.29.16
const KEY_PERIOD: &[u8] = b"\x55\x1D\x10";
/// `anyExtendedKeyUsage`.
const ANY: &str = "anyExtendedKeyUsage";

fn has(list: &Option<Vec<String>>, wanted: &[&str]) -> bool {
    let Some(list) = list else {
        return true;
    };
    list.iter().any(|one| wanted.contains(&one.as_str()))
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
    let others = usage.other.iter().map(|oid| match oid.as_bytes() {
        SMARTCARD_LOGON => "smartcardLogon".to_owned(),
        _ => dotted(oid),
    });
    known.chain(others).collect()
}

/// Source: Microsoft, « userPrincipalName » otherName 1.3.6.1.4.1.311.20.2.3.
fn upn(general: &GeneralName<'_>) -> Option<String> {
    let GeneralName::OtherName(oid, value) = general else {
        return None;
    };
    if oid.as_bytes() != PRINCIPAL_NAME {
        return None;
    }
    let (_, explicit) = Any::from_der(value).ok()?;
    private::string(explicit.data)
}

/// 1.3.6.1.4.1.311.20.2.2
const SMARTCARD_LOGON: &[u8] = b"\x2B\x06\x01\x04\x01\x82\x37\x14\x02\x02";
/// 1.3.6.1.4.1.311.20.2.3
const PRINCIPAL_NAME: &[u8] = b"\x2B\x06\x01\x04\x01\x82\x37\x14\x02\x03";

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
}
