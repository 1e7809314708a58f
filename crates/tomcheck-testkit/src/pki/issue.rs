//! How is a certificate or a revocation list written and signed?

use std::time::{Duration, SystemTime};

use rsa::pkcs1v15::SigningKey;
use rsa::pkcs8::EncodePublicKey;
use rsa::rand_core::{OsRng, RngCore};
use rsa::sha2::Sha256;
use rsa::signature::{SignatureEncoding, Signer};
use rsa::{RsaPrivateKey, RsaPublicKey};
use x509_cert::certificate::{Certificate, TbsCertificate, Version};
use x509_cert::crl::{CertificateList, RevokedCert, TbsCertList};
use x509_cert::der::asn1::{BitString, GeneralizedTime, ObjectIdentifier, OctetString, UtcTime};
use x509_cert::der::{Any, Decode, Encode};
use x509_cert::ext::Extension;
use x509_cert::ext::pkix::{AuthorityKeyIdentifier, SubjectKeyIdentifier};
use x509_cert::name::Name;
use x509_cert::serial_number::SerialNumber;
use x509_cert::spki::{AlgorithmIdentifierOwned, SubjectPublicKeyInfoOwned};
use x509_cert::time::{Time, Validity};

use super::Failure;

/// `sha256WithRSAEncryption`. Source: RFC 8017 §A.2.4.
const SHA256_WITH_RSA: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.1.1.11");

/// Who signs: a name and its key.
pub(super) struct Issuer<'a> {
    pub(super) name: &'a Name,
    pub(super) key: &'a RsaPrivateKey,
}

/// What a certificate says.
pub(super) struct Draft {
    pub(super) subject: Name,
    pub(super) validity: Validity,
    pub(super) extensions: Vec<Extension>,
}

impl Draft {
    /// The certificate, DER, with both key identifiers added.
    pub(super) fn issue(self, key: &RsaPublicKey, issuer: &Issuer<'_>) -> Result<Vec<u8>, Failure> {
        let public = public_key_info(key)?;
        let mut extensions = key_identifiers(&public, issuer.key)?;
        extensions.extend(self.extensions);
        let tbs_certificate = TbsCertificate {
            version: Version::V3,
            serial_number: random_serial()?,
            signature: algorithm()?,
            issuer: issuer.name.clone(),
            validity: self.validity,
            subject: self.subject,
            subject_public_key_info: public,
            issuer_unique_id: None,
            subject_unique_id: None,
            extensions: Some(extensions),
        };
        let certificate = Certificate {
            signature: sign(issuer.key, &tbs_certificate.to_der()?)?,
            signature_algorithm: algorithm()?,
            tbs_certificate,
        };
        Ok(certificate.to_der()?)
    }
}

/// A revocation list, DER, good for a month.
pub(super) fn revocation_list(
    issuer: &Issuer<'_>,
    revoked: &[SerialNumber],
) -> Result<Vec<u8>, Failure> {
    let entries = revoked.iter().map(|serial| {
        Ok(RevokedCert {
            serial_number: serial.clone(),
            revocation_date: days_from_now(-1)?,
            crl_entry_extensions: None,
        })
    });
    let entries = entries.collect::<Result<Vec<_>, Failure>>()?;
    let tbs_cert_list = TbsCertList {
        version: Version::V2,
        signature: algorithm()?,
        issuer: issuer.name.clone(),
        this_update: days_from_now(-1)?,
        next_update: Some(days_from_now(30)?),
        revoked_certificates: (!entries.is_empty()).then_some(entries),
        crl_extensions: Some(vec![authority_key(issuer.key)?, crl_number()?]),
    };
    let list = CertificateList {
        signature: sign(issuer.key, &tbs_cert_list.to_der()?)?,
        signature_algorithm: algorithm()?,
        tbs_cert_list,
    };
    Ok(list.to_der()?)
}

/// From `start` to `end`, in days from now.
pub(super) fn validity(start: i64, end: i64) -> Result<Validity, Failure> {
    Ok(Validity {
        not_before: days_from_now(start)?,
        not_after: days_from_now(end)?,
    })
}

/// An extension whose value is already DER.
pub(super) fn extension(
    oid: ObjectIdentifier,
    critical: bool,
    value: &impl Encode,
) -> Result<Extension, Failure> {
    Ok(Extension {
        extn_id: oid,
        critical,
        extn_value: OctetString::new(value.to_der()?)?,
    })
}

/// The number of a certificate.
pub(super) fn serial_of(certificate: &[u8]) -> Result<SerialNumber, Failure> {
    Ok(Certificate::from_der(certificate)?
        .tbs_certificate
        .serial_number)
}

/// RFC 5280 §4.1.2.5: UTCTime through the year 2049, GeneralizedTime from 2050 on.
fn days_from_now(days: i64) -> Result<Time, Failure> {
    let now = SystemTime::now();
    let distance = Duration::from_secs(days.unsigned_abs() * 86_400);
    let moment = if days < 0 {
        now - distance
    } else {
        now + distance
    };
    let since = moment
        .duration_since(SystemTime::UNIX_EPOCH)
        .unwrap_or_default();
    let seconds = Duration::from_secs(since.as_secs());
    Ok(match UtcTime::from_unix_duration(seconds) {
        Ok(time) => Time::UtcTime(time),
        Err(_) => Time::GeneralTime(GeneralizedTime::from_unix_duration(seconds)?),
    })
}

fn key_identifiers(
    public: &SubjectPublicKeyInfoOwned,
    issuer: &RsaPrivateKey,
) -> Result<Vec<Extension>, Failure> {
    let own = key_identifier(public)?;
    let own = extension(oid("2.5.29.14"), false, &own)?;
    Ok(vec![own, authority_key(issuer)?])
}

fn authority_key(issuer: &RsaPrivateKey) -> Result<Extension, Failure> {
    let public = public_key_info(&issuer.to_public_key())?;
    let identifier = AuthorityKeyIdentifier {
        key_identifier: Some(key_identifier(&public)?.0),
        ..AuthorityKeyIdentifier::default()
    };
    extension(oid("2.5.29.35"), false, &identifier)
}

/// The first 20 bytes of the key's SHA-256. Source: RFC 7093 §2 method 1.
fn key_identifier(public: &SubjectPublicKeyInfoOwned) -> Result<SubjectKeyIdentifier, Failure> {
    use sha2::Digest;
    let digest = Sha256::digest(public.subject_public_key.raw_bytes());
    let short: Vec<u8> = digest.into_iter().take(20).collect();
    Ok(SubjectKeyIdentifier(OctetString::new(short)?))
}

fn crl_number() -> Result<Extension, Failure> {
    extension(oid("2.5.29.20"), false, &1_u8)
}

fn public_key_info(key: &RsaPublicKey) -> Result<SubjectPublicKeyInfoOwned, Failure> {
    let der = key.to_public_key_der()?;
    Ok(SubjectPublicKeyInfoOwned::from_der(der.as_bytes())?)
}

fn random_serial() -> Result<SerialNumber, Failure> {
    let mut bytes = [0; 16];
    OsRng.fill_bytes(&mut bytes);
    // a serial number is positive and its first byte is not zero
    if let Some(first) = bytes.first_mut() {
        *first = (*first & 0x3F) | 0x40;
    }
    Ok(SerialNumber::new(&bytes)?)
}

fn sign(key: &RsaPrivateKey, message: &[u8]) -> Result<BitString, Failure> {
    let signer = SigningKey::<Sha256>::new(key.clone());
    Ok(BitString::from_bytes(&signer.sign(message).to_vec())?)
}

fn algorithm() -> Result<AlgorithmIdentifierOwned, Failure> {
    Ok(AlgorithmIdentifierOwned {
        oid: SHA256_WITH_RSA,
        parameters: Some(Any::null()),
    })
}

/// A constant of ours as an object identifier.
///
/// # Panics
///
/// When the constant is malformed, which the first run would show.
pub(super) fn oid(text: &'static str) -> ObjectIdentifier {
    ObjectIdentifier::new_unwrap(text)
}
