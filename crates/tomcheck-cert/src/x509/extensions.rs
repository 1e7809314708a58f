//! What is the certificate good for, and what else do its extensions say?

use serde::{Deserialize, Serialize};
use x509_parser::prelude::X509Certificate;

use super::key::{self, KeyPeriod};
use super::private::{self, Private};
use super::published::{self, Policy};
use super::tlv::{self, Element, Reader, tag};
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
#[derive(Clone, Debug, Default, Eq, PartialEq)]
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
            all.take(extension.oid.as_bytes(), extension.value);
        }
        all
    }

    /// Of an `Extensions`, without its header; none: it is not written as RFC 5280 §4.1 asks.
    pub(super) fn walked(extensions: &[u8]) -> Option<Self> {
        let mut all = Self::default();
        for extension in tlv::all(extensions, tag::SEQUENCE) {
            let mut extension = Reader::of(extension?);
            let oid = extension.take(tag::OBJECT_IDENTIFIER)?;
            match extension.take(tag::BOOLEAN) {
                None | Some([0 | 0xFF]) => {}
                Some(_) => return None,
            }
            let value = extension.take(tag::OCTET_STRING)?;
            if !extension.is_done() {
                return None;
            }
            all.take(oid, value);
        }
        Some(all)
    }

    /// `oid` without its header; what a value of another shape would say is left as it was.
    pub(super) fn take(&mut self, oid: &[u8], value: &[u8]) {
        match oid {
            KEY_USAGE => set(&mut self.usages.key, key_usages(value).map(Some)),
            EXTENDED_KEY_USAGE => {
                set(&mut self.usages.extended, extended_usages(value).map(Some));
            }
            BASIC_CONSTRAINTS => {
                let (is_authority, path_length) = constraints(value).unzip();
                set(&mut self.is_authority, is_authority);
                set(&mut self.path_length, path_length);
            }
            SUBJECT_ALTERNATIVE_NAME => set(&mut self.upn, principal_name(value)),
            POLICIES => set(&mut self.policies, published::policies(value)),
            CRL => set(&mut self.crl, published::lists(value)),
            FRESHEST_CRL => set(&mut self.freshest_crl, published::lists(value)),
            ACCESS => {
                let (responders, issuers) = published::accesses(value).unzip();
                set(&mut self.ocsp, responders);
                set(&mut self.issuer_certificates, issuers);
            }
            OWN_KEY_ID => {
                let id = tlv::within(value, tag::OCTET_STRING);
                set(&mut self.own_key_id, id.map(|id| Some(hex(id))));
            }
            ISSUER_KEY_ID => set(&mut self.issuer_key_id, issuer_key_id(value)),
            KEY_PERIOD => self.key_period = key::period(value),
            _ => self.private.take(oid, value),
        }
    }
}

fn set<T>(field: &mut T, value: Option<T>) {
    if let Some(value) = value {
        *field = value;
    }
}

/// 2.5.29.15
const KEY_USAGE: &[u8] = b"\x55\x1D\x0F";
/// 2.5.29.37
const EXTENDED_KEY_USAGE: &[u8] = b"\x55\x1D\x25";
/// 2.5.29.19
const BASIC_CONSTRAINTS: &[u8] = b"\x55\x1D\x13";
/// 2.5.29.17
const SUBJECT_ALTERNATIVE_NAME: &[u8] = b"\x55\x1D\x11";
/// 2.5.29.32
const POLICIES: &[u8] = b"\x55\x1D\x20";
/// 2.5.29.31
const CRL: &[u8] = b"\x55\x1D\x1F";
/// 1.3.6.1.5.5.7.1.1
const ACCESS: &[u8] = b"\x2B\x06\x01\x05\x05\x07\x01\x01";
/// 2.5.29.14
const OWN_KEY_ID: &[u8] = b"\x55\x1D\x0E";
/// 2.5.29.35
const ISSUER_KEY_ID: &[u8] = b"\x55\x1D\x23";
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

/// Source: RFC 5280 §4.2.1.3: bit 0 is the highest of the first octet.
fn key_usages(der: &[u8]) -> Option<Vec<String>> {
    let bits = tlv::within(der, tag::BIT_STRING)?;
    let (unused, octets) = bits.split_first()?;
    let last = octets.last().map_or(0, |last| last.trailing_zeros());
    if last < u32::from(*unused) {
        return None;
    }
    let is_set = |place: usize| {
        let octet = octets.get(place / 8).copied().unwrap_or(0);
        octet & (0x80 >> (place % 8)) != 0
    };
    let names = KEY_USAGES.iter().enumerate();
    let set = names.filter(|(place, _)| is_set(*place));
    Some(set.map(|(_, name)| (*name).to_owned()).collect())
}

/// In the order of their bits.
const KEY_USAGES: [&str; 9] = [
    "digitalSignature",
    "nonRepudiation",
    "keyEncipherment",
    "dataEncipherment",
    "keyAgreement",
    "keyCertSign",
    "cRLSign",
    "encipherOnly",
    "decipherOnly",
];

/// Those with a name in this order, then the others in theirs; none twice.
fn extended_usages(der: &[u8]) -> Option<Vec<String>> {
    let list = tlv::within(der, tag::SEQUENCE)?;
    let oids: Option<Vec<_>> = tlv::all(list, tag::OBJECT_IDENTIFIER).collect();
    let oids = oids?;
    let named = EXTENDED_USAGES.iter().filter(|(oid, _)| oids.contains(oid));
    let mut all: Vec<String> = named.map(|(_, name)| (*name).to_owned()).collect();
    let is_named = |wanted: &[u8]| EXTENDED_USAGES.iter().any(|(oid, _)| *oid == wanted);
    for (place, oid) in oids.iter().enumerate() {
        if !is_named(oid) && !oids.iter().take(place).any(|before| before == oid) {
            all.push(match *oid {
                SMARTCARD_LOGON => "smartcardLogon".to_owned(),
                _ => dotted(oid),
            });
        }
    }
    Some(all)
}

/// Source: RFC 5280 §4.2.1.12.
const EXTENDED_USAGES: [(&[u8], &str); 7] = [
    (b"\x55\x1D\x25\x00", ANY),
    (b"\x2B\x06\x01\x05\x05\x07\x03\x01", "serverAuth"),
    (b"\x2B\x06\x01\x05\x05\x07\x03\x02", "clientAuth"),
    (b"\x2B\x06\x01\x05\x05\x07\x03\x03", "codeSigning"),
    (b"\x2B\x06\x01\x05\x05\x07\x03\x04", "emailProtection"),
    (b"\x2B\x06\x01\x05\x05\x07\x03\x08", "timeStamping"),
    (b"\x2B\x06\x01\x05\x05\x07\x03\x09", "OCSPSigning"),
];

/// Whether it is an authority's, and the length of the way below it.
///
/// Source: RFC 5280 §4.2.1.9.
fn constraints(der: &[u8]) -> Option<(bool, Option<u32>)> {
    let mut constraints = Reader::of(tlv::within(der, tag::SEQUENCE)?);
    let is_authority = match constraints.take(tag::BOOLEAN) {
        None | Some([0]) => false,
        Some([0xFF]) => true,
        Some(_) => return None,
    };
    let rest = constraints.rest();
    let path_length = match rest {
        [] => None,
        rest => Some(private::integer(rest)?),
    };
    Some((is_authority, path_length))
}

/// None inside: the issuer's key is told otherwise; outside: it is no such identifier.
///
/// Source: RFC 5280 §4.2.1.1.
fn issuer_key_id(der: &[u8]) -> Option<Option<String>> {
    let told = tlv::within(der, tag::SEQUENCE)?;
    Some(tlv::within(told, tag::primitive(0)).map(hex))
}

/// The first name that is one; none inside: there is none, outside: these are no names.
///
/// Source: Microsoft, « userPrincipalName » otherName 1.3.6.1.4.1.311.20.2.3.
fn principal_name(der: &[u8]) -> Option<Option<String>> {
    let names: Option<Vec<_>> = tlv::each(tlv::within(der, tag::SEQUENCE)?).collect();
    Some(names?.into_iter().find_map(upn))
}

fn upn(general: Element<'_>) -> Option<String> {
    if general.tag != tag::constructed(0) {
        return None;
    }
    let mut other = Reader::of(general.content);
    if other.take(tag::OBJECT_IDENTIFIER)? != PRINCIPAL_NAME {
        return None;
    }
    private::string(other.element()?.content)
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
