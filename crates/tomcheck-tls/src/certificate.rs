//! Who is a certificate for, who issued it, until when?

use std::fmt::Write as _;
use std::net::IpAddr;

use ring::digest::{SHA256, digest};
use serde::{Deserialize, Serialize};
use tomcheck_diagnosis::Instant;
use x509_parser::prelude::{FromDer, GeneralName, X509Certificate, X509Name};
use x509_parser::x509::AttributeTypeAndValue;

/// A name as X.500 has it.
#[derive(Clone, Debug, Eq, PartialEq, Serialize, Deserialize)]
pub struct DistinguishedName {
    /// Readable, most specific first as RFC 4514 has it: `CN=AC…, OU=…, O=…, C=FR`, several
    /// values of one level joined by `+`. What cannot be read as text is `#` and its bytes
    /// in hexadecimal.
    pub text: String,
    /// The DER of the `Name`, in hexadecimal: what is compared.
    pub der: String,
}

/// One certificate of a server's chain.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ServerCertificate {
    /// Whom it is for, as [`DistinguishedName::text`]; none: the certificate cannot be
    /// decoded.
    pub subject: Option<String>,
    /// Who issued it; none as above.
    pub issuer: Option<String>,
    /// First moment of its validity; none as above.
    pub not_before: Option<Instant>,
    /// Last moment of its validity; none as above.
    pub not_after: Option<Instant>,
    /// Names of its subjectAltName extension: host names and addresses.
    pub names: Vec<String>,
    /// SHA-256 of the DER, in hexadecimal.
    pub sha256: String,
    /// The certificate itself, DER in hexadecimal.
    pub der: String,
}

impl DistinguishedName {
    /// `der`: a `Name` with its SEQUENCE header. Never fails: what is no `Name` is kept in
    /// hexadecimal.
    pub fn of(der: &[u8]) -> Self {
        let text = match X509Name::from_der(der) {
            Ok((_, name)) => text_of(&name),
            Err(_) => format!("#{}", hex(der)),
        };
        Self {
            text,
            der: hex(der),
        }
    }
}

impl ServerCertificate {
    /// `der`: an X.509 certificate, or anything else a server may send in its place.
    pub fn of(der: &[u8]) -> Self {
        let sha256 = hex(digest(&SHA256, der).as_ref());
        let parsed = X509Certificate::from_der(der).ok();
        let parsed = parsed.as_ref().map(|(_, certificate)| certificate);
        Self {
            subject: parsed.map(|c| text_of(c.subject())),
            issuer: parsed.map(|c| text_of(c.issuer())),
            not_before: parsed.map(|c| Instant::from_unix(c.validity().not_before.timestamp())),
            not_after: parsed.map(|c| Instant::from_unix(c.validity().not_after.timestamp())),
            names: parsed.map(names_of).unwrap_or_default(),
            sha256,
            der: hex(der),
        }
    }
}

/// Which kind of key a certificate speaks for.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum KeyKind {
    Rsa,
    P256,
    P384,
    Other,
}

/// What a client's chain says, read once.
pub(crate) struct OwnChain {
    pub(crate) key: KeyKind,
    /// Raw DER, that of the first certificate first.
    pub(crate) issuers: Vec<Vec<u8>>,
}

impl OwnChain {
    pub(crate) fn of(chain: &[Vec<u8>]) -> Self {
        let parsed = chain
            .iter()
            .filter_map(|der| X509Certificate::from_der(der).ok());
        let issuers = parsed.map(|(_, c)| c.issuer().as_raw().to_vec()).collect();
        let key = chain.first().map_or(KeyKind::Other, |leaf| key_of(leaf));
        Self { key, issuers }
    }
}

/// The first issuer that neither `chain` nor `roots` (raw DER subjects) holds; where the
/// chain ends in a certificate that issued itself, that one. None: the issuer is among
/// `roots`, or there is nothing to read.
pub(crate) fn missing_issuer(chain: &[Vec<u8>], roots: &[Vec<u8>]) -> Option<String> {
    let parsed: Vec<_> = chain
        .iter()
        .filter_map(|der| X509Certificate::from_der(der).ok())
        .collect();
    let mut current = &parsed.first()?.1;
    for _ in &parsed {
        let issuer = current.issuer().as_raw();
        let is_root = roots.iter().any(|root| root == issuer);
        let next = parsed
            .iter()
            .map(|(_, c)| c)
            .find(|c| c.subject().as_raw() == issuer);
        match next {
            Some(next) if next.issuer().as_raw() != issuer && !is_root => current = next,
            _ => break,
        }
    }
    let issuer = current.issuer();
    let is_known = roots.iter().any(|root| root == issuer.as_raw());
    (!is_known).then(|| text_of(issuer))
}

pub(crate) fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |mut text, byte| {
        // writing to a String cannot fail
        let _ = write!(text, "{byte:02x}");
        text
    })
}

fn key_of(leaf: &[u8]) -> KeyKind {
    let Ok((_, certificate)) = X509Certificate::from_der(leaf) else {
        return KeyKind::Other;
    };
    let algorithm = &certificate.public_key().algorithm;
    let curve = || {
        algorithm
            .parameters
            .as_ref()?
            .as_oid()
            .ok()
            .map(|oid| oid.to_id_string())
    };
    match algorithm.algorithm.to_id_string().as_str() {
        RSA_ENCRYPTION => KeyKind::Rsa,
        EC_PUBLIC_KEY => match curve().as_deref() {
            Some(PRIME256V1) => KeyKind::P256,
            Some(SECP384R1) => KeyKind::P384,
            _ => KeyKind::Other,
        },
        _ => KeyKind::Other,
    }
}

fn names_of(certificate: &X509Certificate<'_>) -> Vec<String> {
    let Ok(Some(extension)) = certificate.subject_alternative_name() else {
        return vec![];
    };
    extension
        .value
        .general_names
        .iter()
        .filter_map(name_of)
        .collect()
}

fn name_of(name: &GeneralName<'_>) -> Option<String> {
    match name {
        GeneralName::DNSName(name) => Some((*name).to_owned()),
        GeneralName::IPAddress(bytes) => address_of(bytes).map(|address| address.to_string()),
        _ => None,
    }
}

fn address_of(bytes: &[u8]) -> Option<IpAddr> {
    match bytes.len() {
        4 => <[u8; 4]>::try_from(bytes).ok().map(IpAddr::from),
        16 => <[u8; 16]>::try_from(bytes).ok().map(IpAddr::from),
        _ => None,
    }
}

fn text_of(name: &X509Name<'_>) -> String {
    let levels = name.iter_rdn().map(|rdn| {
        let values: Vec<_> = rdn.iter().map(attribute).collect();
        values.join("+")
    });
    let mut levels: Vec<_> = levels.collect();
    levels.reverse();
    levels.join(", ")
}

fn attribute(attribute: &AttributeTypeAndValue<'_>) -> String {
    let oid = attribute.attr_type().to_id_string();
    let short = SHORT_NAMES.iter().find(|(known, _)| *known == oid);
    let value = match attribute.as_str() {
        Ok(text) => escaped(text),
        Err(_) => format!("#{}", hex(attribute.as_slice())),
    };
    format!("{}={value}", short.map_or(&*oid, |(_, name)| name))
}

/// Source: RFC 4514 §2.4.
fn escaped(text: &str) -> String {
    text.chars().fold(String::new(), |mut escaped, c| {
        if matches!(c, '"' | '+' | ',' | ';' | '<' | '>' | '\\') {
            escaped.push('\\');
        }
        if c.is_control() {
            escaped.extend(c.escape_unicode());
        } else {
            escaped.push(c);
        }
        escaped
    })
}

/// Source: RFC 4519 §2, X.520; `SN` and `GN` as OpenSSL prints them.
const SHORT_NAMES: [(&str, &str); 14] = [
    ("2.5.4.3", "CN"),
    ("2.5.4.4", "SN"),
    ("2.5.4.5", "serialNumber"),
    ("2.5.4.6", "C"),
    ("2.5.4.7", "L"),
    ("2.5.4.8", "ST"),
    ("2.5.4.10", "O"),
    ("2.5.4.11", "OU"),
    ("2.5.4.12", "title"),
    ("2.5.4.42", "GN"),
    ("2.5.4.97", "organizationIdentifier"),
    ("0.9.2342.19200300.100.1.1", "UID"),
    ("0.9.2342.19200300.100.1.25", "DC"),
    ("1.2.840.113549.1.9.1", "emailAddress"),
];
const RSA_ENCRYPTION: &str = "1.2.840.113549.1.1.1";
const EC_PUBLIC_KEY: &str = "1.2.840.10045.2.1";
const PRIME256V1: &str = "1.2.840.10045.3.1.7";
const SECP384R1: &str = "1.3.132.0.34";

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// SEQUENCE { SET { C=FR }, SET { CN="a, b", SN="É" } }
    const MULTI_VALUED: &str =
        "3026310b3009060355040613024652311730090603550403 0c02 6162 300a06 0355 0404 0c03 c38941";

    fn bytes(hex: &str) -> Vec<u8> {
        let digits: Vec<u8> = hex.bytes().filter(u8::is_ascii_hexdigit).collect();
        let pair =
            |pair: &[u8]| u8::from_str_radix(std::str::from_utf8(pair).unwrap(), 16).unwrap();
        digits.chunks(2).map(pair).collect()
    }

    #[test]
    fn a_level_with_two_values_keeps_both() {
        let name = DistinguishedName::of(&bytes(MULTI_VALUED));
        assert_eq!(name.text, "CN=ab+SN=ÉA, C=FR");
    }

    #[test]
    fn what_is_no_name_is_kept_in_hexadecimal() {
        let name = DistinguishedName::of(b"\x30\x05no");
        assert_eq!(name.text, "#30056e6f");
        assert_eq!(name.text.trim_start_matches('#'), name.der);
    }

    #[test]
    fn separators_and_controls_in_a_value_cannot_forge_another() {
        assert_eq!(escaped("a, CN=b\n"), "a\\, CN=b\\u{a}");
    }

    #[cfg(unix)]
    #[test]
    fn an_issuer_among_the_roots_is_not_missing() {
        use tomcheck_testkit::{Pki, ServerCertificate::Localhost};

        let chain = Pki::shared().server(Localhost).chain_der();
        let (_, last) = X509Certificate::from_der(chain.last().unwrap()).unwrap();
        let root = last.issuer();
        assert_eq!(missing_issuer(&chain, &[]), Some(text_of(root)));
        assert_eq!(missing_issuer(&chain, &[root.as_raw().to_vec()]), None);
    }

    proptest! {
        #[test]
        fn no_bytes_make_the_decoders_panic(der in proptest::collection::vec(any::<u8>(), 0..200)) {
            let name = DistinguishedName::of(&der);
            prop_assert_eq!(name.der.len(), der.len() * 2);
            let certificate = ServerCertificate::of(&der);
            prop_assert_eq!(certificate.sha256.len(), 64);
            prop_assert!(OwnChain::of(std::slice::from_ref(&der)).issuers.len() <= 1);
            prop_assert!(missing_issuer(&[der.clone(), der.clone()], &[der]).is_none());
        }
    }
}
