//! Which extensions does each kind of certificate carry?
//!
//! Source: end-entity profiles observed under IGC-Santé; private extensions under
//! 1.2.250.1.71 as CI-SIS and the NOS name them.

use x509_cert::der::asn1::{
    Ia5String, Ia5StringRef, ObjectIdentifier, OctetString, PrintableStringRef, Utf8StringRef,
};
use x509_cert::der::{Any, Encode};
use x509_cert::ext::Extension;
use x509_cert::ext::pkix::crl::dp::DistributionPoint;
use x509_cert::ext::pkix::name::{DistributionPointName, GeneralName, OtherName};
use x509_cert::ext::pkix::{
    AccessDescription, AuthorityInfoAccessSyntax, BasicConstraints, CertificatePolicies,
    CrlDistributionPoints, ExtendedKeyUsage, KeyUsage, KeyUsages, SubjectAltName,
    certpolicy::{PolicyInformation, PolicyQualifierInfo},
};

use super::issue::{extension, oid};
use super::{Ca, Failure, Holder, Purpose, ServerCertificate, Variant};

type Extensions = Result<Vec<Extension>, Failure>;

/// A root's or an intermediate's.
pub(super) fn authority(ca: Ca) -> Extensions {
    let constraints = BasicConstraints {
        ca: true,
        path_len_constraint: matches!(ca, Ca::Issuing(..)).then_some(0),
    };
    let usage = KeyUsage(KeyUsages::KeyCertSign | KeyUsages::CRLSign);
    Ok(vec![
        extension(oid(BASIC_CONSTRAINTS), true, &constraints)?,
        extension(oid(KEY_USAGE), true, &usage)?,
    ])
}

/// A card certificate's.
pub(super) fn person(holder: Holder, purpose: Purpose, variant: Variant) -> Extensions {
    let mut extensions = match (purpose, variant) {
        (_, Variant::WrongUsage) => end_entity(KeyUsages::KeyEncipherment, &[SERVER_AUTH])?,
        (Purpose::Authentication, _) => {
            end_entity(KeyUsages::DigitalSignature, &[CLIENT_AUTH, SMARTCARD_LOGON])?
        }
        (Purpose::Signature, _) => end_entity(KeyUsages::NonRepudiation, &[EMAIL_PROTECTION])?,
    };
    if purpose == Purpose::Authentication {
        extensions.push(principal_name(holder)?);
    }
    extensions.extend(revocation(holder.issuer())?);
    extensions.extend(card(holder)?);
    Ok(extensions)
}

/// A server's.
pub(super) fn server(certificate: ServerCertificate) -> Extensions {
    let usages = KeyUsages::DigitalSignature | KeyUsages::KeyEncipherment;
    let mut extensions = end_entity(usages, &[SERVER_AUTH, CLIENT_AUTH])?;
    let mut names = vec![GeneralName::DnsName(Ia5String::new(certificate.host())?)];
    if certificate.host() == "localhost" {
        let v6 = std::net::Ipv6Addr::LOCALHOST.octets();
        names.push(GeneralName::IpAddress(OctetString::new([127, 0, 0, 1])?));
        names.push(GeneralName::IpAddress(OctetString::new(v6)?));
    }
    extensions.push(extension(oid(ALT_NAME), false, &SubjectAltName(names))?);
    Ok(extensions)
}

fn end_entity(
    usage: impl Into<x509_cert::der::flagset::FlagSet<KeyUsages>>,
    purposes: &[&'static str],
) -> Extensions {
    let constraints = BasicConstraints {
        ca: false,
        path_len_constraint: None,
    };
    let purposes = ExtendedKeyUsage(purposes.iter().map(|text| oid(text)).collect());
    Ok(vec![
        extension(oid(BASIC_CONSTRAINTS), true, &constraints)?,
        extension(oid(KEY_USAGE), true, &KeyUsage(usage.into()))?,
        extension(oid("2.5.29.37"), false, &purposes)?,
    ])
}

fn principal_name(holder: Holder) -> Result<Extension, Failure> {
    let name = GeneralName::OtherName(OtherName {
        type_id: oid("1.3.6.1.4.1.311.20.2.3"),
        value: Any::encode_from(&Utf8StringRef::new(holder.principal())?)?,
    });
    extension(oid(ALT_NAME), false, &SubjectAltName(vec![name]))
}

fn revocation(issuer: Ca) -> Extensions {
    let list = format!(
        "http://igc-sante.test.invalid/CRL/{}-TEST.crl",
        issuer.short()
    );
    let point = DistributionPoint {
        distribution_point: Some(DistributionPointName::FullName(vec![uri(&list)?])),
        reasons: None,
        crl_issuer: None,
    };
    let changes = list.replace(".crl", "-delta.crl");
    let changes = DistributionPoint {
        distribution_point: Some(DistributionPointName::FullName(vec![uri(&changes)?])),
        reasons: None,
        crl_issuer: None,
    };
    let own = list.replace("/CRL/", "/AC%20TEST/").replace(".crl", ".cer");
    let own = AccessDescription {
        access_method: oid("1.3.6.1.5.5.7.48.2"),
        access_location: uri(&own)?,
    };
    let responder = AccessDescription {
        access_method: oid("1.3.6.1.5.5.7.48.1"),
        access_location: uri("http://ocsp.test.invalid/")?,
    };
    // the arc reserved for examples (RFC 5612): no policy of the ANS covers these
    let policy = PolicyInformation {
        policy_identifier: oid("1.3.6.1.4.1.32473.1"),
        policy_qualifiers: Some(vec![PolicyQualifierInfo {
            policy_qualifier_id: oid("1.3.6.1.5.5.7.2.1"),
            qualifier: Some(Any::encode_from(&Ia5StringRef::new(PRACTICE)?)?),
        }]),
    };
    Ok(vec![
        extension(oid("2.5.29.31"), false, &CrlDistributionPoints(vec![point]))?,
        extension(
            oid("1.3.6.1.5.5.7.1.1"),
            false,
            &AuthorityInfoAccessSyntax(vec![responder, own]),
        )?,
        extension(
            oid("2.5.29.46"),
            false,
            &CrlDistributionPoints(vec![changes]),
        )?,
        extension(oid("2.5.29.32"), false, &CertificatePolicies(vec![policy]))?,
    ])
}

fn uri(text: &str) -> Result<GeneralName, Failure> {
    Ok(GeneralName::UniformResourceIdentifier(Ia5String::new(
        text,
    )?))
}

/// The private extensions of a card certificate.
fn card(holder: Holder) -> Extensions {
    let (kind, number): (u8, _) = match holder {
        Holder::Cps => (0, "8025000001/9900014178"),
        Holder::Cpe => (2, "8025000001/9900001417"),
    };
    let mut extensions = vec![
        private("1.2.250.1.71.1.2.5", &OctetString::new([TEST_CARD])?)?,
        private("1.2.250.1.71.1.2.2", &kind)?,
        private("1.2.250.1.71.1.2.3", &PrintableStringRef::new(number)?)?,
    ];
    if holder == Holder::Cps {
        let speciality = vec![Any::encode_from(&Utf8StringRef::new("SM26")?)?];
        extensions.push(private("1.2.250.1.71.1.2.7", &PHYSICIAN)?);
        extensions.push(private("1.2.250.1.71.4.2.5", &speciality)?);
    }
    Ok(extensions)
}

fn private(number: &'static str, value: &impl Encode) -> Result<Extension, Failure> {
    extension(ObjectIdentifier::new_unwrap(number), false, value)
}

/// Where a practice statement would lie.
const PRACTICE: &str = "http://igc-sante.test.invalid/PC%20TEST";
/// Table G01.
const TEST_CARD: u8 = 0x80;
/// Table G15.
const PHYSICIAN: u8 = 10;

const BASIC_CONSTRAINTS: &str = "2.5.29.19";
const KEY_USAGE: &str = "2.5.29.15";
const ALT_NAME: &str = "2.5.29.17";
const SERVER_AUTH: &str = "1.3.6.1.5.5.7.3.1";
const CLIENT_AUTH: &str = "1.3.6.1.5.5.7.3.2";
const EMAIL_PROTECTION: &str = "1.3.6.1.5.5.7.3.4";
const SMARTCARD_LOGON: &str = "1.3.6.1.4.1.311.20.2.2";
