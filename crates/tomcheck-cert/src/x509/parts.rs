//! Which parts does a certificate have?
//!
//! Nearly every certificate is written the one way RFC 5280 §4.1 shows, and is walked once. What
//! is written otherwise goes to x509-parser, which knows what authorities made of it in decades;
//! a test holds both to the same parts.

use tomcheck_diagnosis::Instant;
use x509_parser::prelude::X509Certificate;

use super::extensions::Extensions;
use super::key::PublicKey;
use super::name::{self, Attribute};
use super::tlv::{Element, Reader, tag};
use super::{DecodeFailure, dotted, exact, moment};

/// What a certificate holds, each part by itself.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) struct Parts<'a> {
    /// As encoded, without its header.
    pub(crate) serial: &'a [u8],
    pub(crate) issuer: Vec<Attribute>,
    pub(crate) not_before: Instant,
    pub(crate) not_after: Instant,
    pub(crate) subject: Vec<Attribute>,
    pub(crate) key: PublicKey,
    pub(crate) extensions: Extensions,
    pub(crate) signature_algorithm: String,
}

impl<'a> Parts<'a> {
    /// Of the certificate at the start of `bytes`, with exactly its own bytes: some cards pad
    /// what they store.
    pub(crate) fn of(bytes: &'a [u8]) -> Result<(Self, &'a [u8]), DecodeFailure> {
        let der = exact(bytes)?;
        if let Some(parts) = Self::walked(der) {
            return Ok((parts, der));
        }
        let (certificate, der) = super::parse(der)?;
        Ok((Self::parsed(&certificate), der))
    }

    pub(super) fn walked(der: &'a [u8]) -> Option<Self> {
        let mut certificate = inside(der, tag::SEQUENCE)?;
        let mut signed = Reader::of(certificate.take(tag::SEQUENCE)?);
        let (signature_algorithm, _) = algorithm(certificate.take(tag::SEQUENCE)?)?;
        let signature = bits(certificate.take(tag::BIT_STRING)?);
        signature.filter(|_| certificate.is_done())?;
        let version = signed.take(tag::constructed(0));
        version.is_none_or(is_version).then_some(())?;
        let serial = signed.take(tag::INTEGER).filter(|it| !it.is_empty())?;
        algorithm(signed.take(tag::SEQUENCE)?)?;
        let issuer = name::walked(signed.take(tag::SEQUENCE)?)?;
        let (not_before, not_after) = validity(signed.take(tag::SEQUENCE)?)?;
        let subject = name::walked(signed.take(tag::SEQUENCE)?)?;
        let key = key(signed.take(tag::SEQUENCE)?)?;
        let extensions = match signed.take(tag::constructed(3)) {
            Some(extensions) => Extensions::walked(inside(extensions, tag::SEQUENCE)?.rest())?,
            None => Extensions::default(),
        };
        signed.is_done().then_some(Self {
            serial,
            issuer,
            not_before,
            not_after,
            subject,
            key,
            extensions,
            signature_algorithm: named(signature_algorithm),
        })
    }

    pub(super) fn parsed(certificate: &X509Certificate<'a>) -> Self {
        let key = certificate.public_key();
        let parameters = key.algorithm.parameters.as_ref();
        let curve = parameters.and_then(|parameters| parameters.as_oid().ok());
        let curve = curve.as_ref().map(|oid| oid.as_bytes());
        let validity = certificate.validity();
        Self {
            serial: certificate.raw_serial(),
            issuer: name::attributes(certificate.issuer()),
            not_before: Instant::from_unix(validity.not_before.timestamp()),
            not_after: Instant::from_unix(validity.not_after.timestamp()),
            subject: name::attributes(certificate.subject()),
            key: PublicKey::of(
                key.algorithm.algorithm.as_bytes(),
                curve,
                &key.subject_public_key.data,
            ),
            extensions: Extensions::of(certificate),
            signature_algorithm: named(certificate.signature_algorithm.algorithm.as_bytes()),
        }
    }
}

/// The content of the one element of this tag that all of `bytes` is.
fn inside(bytes: &[u8], tag: u8) -> Option<Reader<'_>> {
    let mut reader = Reader::of(bytes);
    let content = reader.take(tag).filter(|_| reader.is_done())?;
    Some(Reader::of(content))
}

/// v1 to v3. Source: RFC 5280 §4.1.2.1.
fn is_version(version: &[u8]) -> bool {
    matches!(version, [tag::INTEGER, 1, 0..=2])
}

/// The object identifier of an `AlgorithmIdentifier`, and its parameters.
fn algorithm(identifier: &[u8]) -> Option<(&[u8], Option<Element<'_>>)> {
    let mut identifier = Reader::of(identifier);
    let oid = identifier.take(tag::OBJECT_IDENTIFIER)?;
    let parameters = match identifier.is_done() {
        true => None,
        false => Some(identifier.element()?),
    };
    identifier.is_done().then_some((oid, parameters))
}

/// Of a BIT STRING of whole octets.
fn bits(content: &[u8]) -> Option<&[u8]> {
    match content {
        [0, octets @ ..] => Some(octets),
        _ => None,
    }
}

fn validity(validity: &[u8]) -> Option<(Instant, Instant)> {
    let mut validity = Reader::of(validity);
    let not_before = moment::of(validity.element()?)?;
    let not_after = moment::of(validity.element()?)?;
    validity.is_done().then_some((not_before, not_after))
}

fn key(info: &[u8]) -> Option<PublicKey> {
    let mut info = Reader::of(info);
    let (oid, parameters) = algorithm(info.take(tag::SEQUENCE)?)?;
    let key = bits(info.take(tag::BIT_STRING)?).filter(|_| info.is_done())?;
    let curve = parameters.filter(|parameters| parameters.tag == tag::OBJECT_IDENTIFIER);
    Some(PublicKey::of(oid, curve.map(|curve| curve.content), key))
}

/// By the names their standards give them. Source: RFC 4055 §5, RFC 5758 §3.2.
fn named(oid: &[u8]) -> String {
    let name = match oid {
        b"\x2A\x86\x48\x86\xF7\x0D\x01\x01\x05" => "sha1WithRSAEncryption",
        b"\x2A\x86\x48\x86\xF7\x0D\x01\x01\x0A" => "id-RSASSA-PSS",
        b"\x2A\x86\x48\x86\xF7\x0D\x01\x01\x0B" => "sha256WithRSAEncryption",
        b"\x2A\x86\x48\x86\xF7\x0D\x01\x01\x0C" => "sha384WithRSAEncryption",
        b"\x2A\x86\x48\x86\xF7\x0D\x01\x01\x0D" => "sha512WithRSAEncryption",
        b"\x2A\x86\x48\xCE\x3D\x04\x03\x02" => "ecdsa-with-SHA256",
        b"\x2A\x86\x48\xCE\x3D\x04\x03\x03" => "ecdsa-with-SHA384",
        _ => return dotted(oid),
    };
    name.to_owned()
}
