//! What does a certificate say, before anyone gives it a meaning?

use std::borrow::Cow;
use std::fmt;

use ring::digest;
use serde::{Deserialize, Serialize};
use tomcheck_diagnosis::Lang;
use x509_parser::der_parser::asn1_rs::Oid;
use x509_parser::nom::Parser;
use x509_parser::prelude::{X509Certificate, X509CertificateParser};

use self::tlv::{Reader, tag};

pub(crate) mod extensions;
pub(crate) mod findings;
pub(crate) mod issuer;
pub(crate) mod key;
#[cfg(all(test, unix))]
mod likeness;
mod moment;
pub(crate) mod name;
pub(crate) mod parts;
pub(crate) mod private;
pub(crate) mod published;
pub(crate) mod signed;
pub(crate) mod tlv;

/// No certificate is longer: card certificates have about two thousand bytes.
pub(crate) const LONGEST: usize = 64 * 1024;

/// Why bytes are no certificate one can read.
#[derive(Clone, Debug, Eq, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum DecodeFailure {
    /// There is nothing.
    Empty,
    /// It does not begin as a DER sequence does.
    NotDer {
        /// The first byte.
        first: u8,
    },
    /// It is shorter than it says.
    Truncated {
        /// How many bytes there are.
        seen: usize,
        /// How many its own header announces.
        announced: usize,
    },
    /// It says it is longer than any certificate.
    TooLong {
        /// How many bytes its own header announces.
        announced: usize,
    },
    /// It is a file that wraps certificates: they have to be taken out first.
    Container {
        /// Its format and its usual endings.
        format: Cow<'static, str>,
    },
    /// It is DER, but no certificate.
    NotACertificate {
        /// What the decoder stumbled on.
        reason: String,
    },
}

impl DecodeFailure {
    /// One line without full stop, in `lang`.
    pub fn text(&self, lang: Lang) -> String {
        match lang {
            Lang::Fr => self.french(),
            Lang::En => self.to_string(),
        }
    }

    fn french(&self) -> String {
        match self {
            Self::Empty => "il est vide".to_owned(),
            Self::NotDer { first } => format!(
                "ce n'est pas un certificat : il commence par l'octet 0x{first:02X}, et non 0x30"
            ),
            Self::Truncated { seen, announced } => {
                format!("certificat tronqué : {seen} octets sur les {announced} annoncés")
            }
            Self::TooLong { announced } => format!(
                "ce n'est pas un certificat : il annonce {announced} octets, plus que {LONGEST}"
            ),
            Self::Container { format } => {
                format!("fichier {format} : exportez-en le certificat au format .cer ou .pem")
            }
            Self::NotACertificate { reason } => {
                format!("ce n'est pas un certificat X.509 lisible ({reason})")
            }
        }
    }
}

impl fmt::Display for DecodeFailure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Empty => f.write_str("it is empty"),
            Self::NotDer { first } => write!(
                f,
                "not a certificate: it begins with byte 0x{first:02X} instead of 0x30"
            ),
            Self::Truncated { seen, announced } => write!(
                f,
                "truncated certificate: {seen} bytes of the {announced} it announces"
            ),
            Self::TooLong { announced } => write!(
                f,
                "not a certificate: it announces {announced} bytes, more than {LONGEST}"
            ),
            Self::Container { format } => {
                write!(
                    f,
                    "a {format} file: export the certificate from it as .cer or .pem"
                )
            }
            Self::NotACertificate { reason } => {
                write!(f, "not a readable X.509 certificate ({reason})")
            }
        }
    }
}

impl std::error::Error for DecodeFailure {}

/// The certificate at the start of `bytes`, with exactly its own bytes: some cards pad
/// what they store.
pub(crate) fn parse(bytes: &[u8]) -> Result<(X509Certificate<'_>, &[u8]), DecodeFailure> {
    let der = exact(bytes)?;
    if let Some(format) = container(der) {
        let format = Cow::Borrowed(format);
        return Err(DecodeFailure::Container { format });
    }
    // extensions are read by `extensions`
    let mut parser = X509CertificateParser::new().with_deep_parse_extensions(false);
    match parser.parse(der) {
        Ok((_, certificate)) => Ok((certificate, der)),
        Err(error) => Err(DecodeFailure::NotACertificate {
            reason: reason(&error),
        }),
    }
}

/// The name of the subject, DER, without a look at anything behind it.
pub(crate) fn subject(certificate: &[u8]) -> Option<&[u8]> {
    let mut signed = Reader::of(tlv::within(
        tlv::within(certificate, tag::SEQUENCE)?,
        tag::SEQUENCE,
    )?);
    signed.take(tag::constructed(0));
    signed.take(tag::INTEGER)?;
    for _algorithm_issuer_validity in 0..3 {
        signed.take(tag::SEQUENCE)?;
    }
    tlv::first(signed.rest()).map(|(subject, _)| subject)
}

/// The bytes of the DER sequence that `bytes` begins with.
pub(crate) fn exact(bytes: &[u8]) -> Result<&[u8], DecodeFailure> {
    let first = *bytes.first().ok_or(DecodeFailure::Empty)?;
    if first != 0x30 {
        return Err(DecodeFailure::NotDer { first });
    }
    let announced = announced(bytes)?;
    if announced > LONGEST {
        return Err(DecodeFailure::TooLong { announced });
    }
    let seen = bytes.len();
    bytes
        .get(..announced)
        .ok_or(DecodeFailure::Truncated { seen, announced })
}

/// Header and content, as the header says; a header cut short announces one byte more.
///
/// Source: X.690 §8.1.3.
fn announced(bytes: &[u8]) -> Result<usize, DecodeFailure> {
    let cut = DecodeFailure::Truncated {
        seen: bytes.len(),
        announced: bytes.len() + 1,
    };
    let Some(&length) = bytes.get(1) else {
        return Err(cut);
    };
    let count = usize::from(length & 0x7F);
    if length < 0x80 {
        return Ok(2 + count);
    }
    if count == 0 || count > 4 {
        let reason = "its length is not written as DER asks".to_owned();
        return Err(DecodeFailure::NotACertificate { reason });
    }
    let content = bytes.get(2..2 + count).ok_or(cut)?;
    let content = content.iter().fold(0_usize, |sum, byte| {
        sum.saturating_mul(256).saturating_add(usize::from(*byte))
    });
    Ok(content.saturating_add(2 + count))
}

/// What people take for a certificate file, by what it begins with.
fn container(der: &[u8]) -> Option<&'static str> {
    let header = match der.get(1)? {
        length if *length < 0x80 => 2,
        length => 2 + usize::from(length & 0x7F),
    };
    let content = der.get(header..)?;
    if content.starts_with(SIGNED_DATA) {
        return Some("PKCS#7 (.p7b)");
    }
    let is_personal = content.starts_with(&[0x02, 0x01, 0x03]);
    is_personal.then_some("PKCS#12 (.p12, .pfx)")
}

/// OBJECT IDENTIFIER 1.2.840.113549.1.7.2. Source: RFC 2315 §14.
const SIGNED_DATA: &[u8] = b"\x06\x09\x2A\x86\x48\x86\xF7\x0D\x01\x07\x02";

/// The decoder's own words, on one line.
fn reason(error: &x509_parser::nom::Err<x509_parser::error::X509Error>) -> String {
    match error {
        x509_parser::nom::Err::Incomplete(_) => "a part is cut short".to_owned(),
        x509_parser::nom::Err::Error(error) | x509_parser::nom::Err::Failure(error) => {
            name::plain(&error.to_string())
        }
    }
}

/// Upper-case hexadecimal, without separators.
pub(crate) fn hex(bytes: &[u8]) -> String {
    let digit = |value: u8| {
        char::from(if value < 10 {
            b'0' + value
        } else {
            b'A' + value - 10
        })
    };
    let mut text = String::with_capacity(bytes.len() * 2);
    for byte in bytes {
        text.push(digit(byte >> 4));
        text.push(digit(byte & 15));
    }
    text
}

/// An object identifier, without its header, as people write it: no big integers are made for
/// it, as its crate does.
///
/// Source: X.690 §8.19.
pub(crate) fn dotted(oid: &[u8]) -> String {
    let mut text = String::with_capacity(oid.len() * 3);
    let mut arc = 0_u64;
    for byte in oid {
        if arc > u64::MAX >> 7 {
            return Oid::new(oid.into()).to_id_string();
        }
        arc = arc << 7 | u64::from(byte & 0x7F);
        if byte & 0x80 == 0 {
            add_arc(&mut text, arc);
            arc = 0;
        }
    }
    if oid.last().is_some_and(|byte| byte & 0x80 != 0) {
        add_arc(&mut text, arc);
    }
    text
}

/// The first number holds the first two arcs.
fn add_arc(text: &mut String, number: u64) {
    if text.is_empty() {
        let first = (number / 40).min(2);
        add_number(text, first);
        text.push('.');
        return add_number(text, number - first * 40);
    }
    text.push('.');
    add_number(text, number);
}

fn add_number(text: &mut String, mut number: u64) {
    let begun = text.len();
    loop {
        // the last digit of a number is one of ten
        text.insert(
            begun,
            char::from(b'0' + u8::try_from(number % 10).unwrap_or(0)),
        );
        number /= 10;
        if number == 0 {
            return;
        }
    }
}

/// SHA-256, upper-case hexadecimal, as people compare it.
pub(crate) fn fingerprint(bytes: &[u8]) -> String {
    hex(digest::digest(&digest::SHA256, bytes).as_ref())
}

/// SHA-256 of a certificate's DER, lower-case hexadecimal, as the report's facts carry it.
pub fn sha256(der: &[u8]) -> String {
    crate::hexadecimal::encode(digest::digest(&digest::SHA256, der).as_ref())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bytes_that_are_no_certificate_say_why() {
        let failure = |bytes: &[u8]| parse(bytes).map(|_| ()).unwrap_err().to_string();
        assert_eq!(failure(&[]), "it is empty");
        assert!(failure(b"hello").contains("0x68"));
        assert_eq!(
            failure(&[0x30, 0x82, 0x06, 0x5D, 0x30]),
            "truncated certificate: 5 bytes of the 1633 it announces"
        );
        assert!(failure(&[0x30, 0x82, 0x06]).contains("truncated"));
        assert!(failure(&[0x30, 0x84, 0xFF, 0xFF, 0xFF, 0xFF]).contains("4294967301"));
        assert!(failure(&[0x30, 0x80, 0, 0]).contains("length"));
        assert!(failure(&[0x30, 0x03, 0x02, 0x01, 0x00]).contains("readable"));
        assert!(failure(&[0x30, 0x03, 0x02, 0x01, 0x03]).contains("PKCS#12"));
    }

    #[test]
    fn each_reason_is_one_line_in_both_languages() {
        let bytes: [&[u8]; 4] = [&[], b"x", &[0x30, 9], &[0x30, 3, 2, 1, 0]];
        for failure in bytes.map(|bytes| parse(bytes).map(|_| ()).unwrap_err()) {
            for lang in [Lang::Fr, Lang::En] {
                let text = failure.text(lang);
                assert!(!text.contains('\n') && !text.ends_with('.'), "{text}");
            }
        }
    }
}
