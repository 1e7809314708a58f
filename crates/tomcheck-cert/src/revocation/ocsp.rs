//! What does the responder say of this certificate, and may it say so?
//!
//! Source: RFC 6960. The question carries no nonce: an answer that was made beforehand is good
//! for as long as it says.

use rsa::sha2::Digest;
use sha1::Sha1;
use tomcheck_diagnosis::Instant;
use x509_cert::Certificate;
use x509_cert::der::{Decode, Encode};
use x509_ocsp::builder::OcspRequestBuilder;
use x509_ocsp::{
    BasicOcspResponse, CertId, CertStatus, OcspGeneralizedTime, OcspResponse, OcspResponseStatus,
    Request, ResponderId, SingleResponse,
};
use x509_parser::der_parser::asn1_rs::{BitString, FromDer};
use x509_parser::prelude::X509Certificate;
use x509_parser::x509::AlgorithmIdentifier;

use super::{Dates, Doubt, Revoked};
use crate::x509::signed::{self, Verdict};
use crate::x509::tlv::{content, first};

/// A question about one certificate, and what identifies it in the answer.
pub(super) struct Question {
    pub(super) der: Vec<u8>,
    id: CertId,
}

/// Who may answer: the issuer, or a certificate of its that says so.
pub(super) struct Issuer<'a> {
    pub(super) certificate: &'a X509Certificate<'a>,
}

/// What a responder answered of the certificate that was asked about.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(super) struct Answer {
    pub(super) dates: Dates,
    pub(super) revoked: Option<Revoked>,
}

impl Question {
    /// Both in DER; none: one of them is written in a way this cannot name it.
    pub(super) fn about(certificate: &[u8], issuer: &[u8]) -> Option<Self> {
        let issuer = Certificate::from_der(issuer).ok()?;
        let serial = Certificate::from_der(certificate).ok()?;
        let serial = serial.tbs_certificate.serial_number;
        // SHA-1 names, and proves nothing: it is what every responder knows (RFC 6960 §4.3).
        let id = CertId::from_issuer::<Sha1>(&issuer, serial).ok()?;
        let request = OcspRequestBuilder::default().with_request(Request::new(id.clone()));
        let der = request.build().to_der().ok()?;
        Some(Self { der, id })
    }

    /// Judges an answer, DER.
    ///
    /// # Errors
    ///
    /// Why it says nothing one can rely on.
    pub(super) fn answer(
        &self,
        response: &[u8],
        issuer: &Issuer<'_>,
        now: Instant,
    ) -> Result<Answer, Doubt> {
        let outer = OcspResponse::from_der(response).map_err(unreadable)?;
        if outer.response_status != OcspResponseStatus::Successful {
            let status = status(outer.response_status).to_owned();
            return Err(Doubt::Refused { status });
        }
        let bytes = outer.response_bytes.ok_or_else(empty)?;
        let basic = bytes.response.as_bytes();
        let read = BasicOcspResponse::from_der(basic).map_err(unreadable)?;
        issuer.vouches_for(basic, &read, now)?;
        let mut answers = read.tbs_response_data.responses.iter();
        let one = answers.find(|one| self.is_about(one));
        read_one(one.ok_or(Doubt::OtherCertificate)?, now)
    }

    /// Responders may leave out the NULL behind the hash algorithm, or add it.
    fn is_about(&self, one: &SingleResponse) -> bool {
        let (asked, id) = (&self.id, &one.cert_id);
        id.hash_algorithm.oid == asked.hash_algorithm.oid
            && id.issuer_name_hash == asked.issuer_name_hash
            && id.issuer_key_hash == asked.issuer_key_hash
            && id.serial_number == asked.serial_number
    }
}

fn read_one(one: &SingleResponse, now: Instant) -> Result<Answer, Doubt> {
    let dates = Dates {
        this_update: moment(&one.this_update),
        next_update: one.next_update.as_ref().map(moment),
    };
    dates.judge(now)?;
    let revoked = match one.cert_status {
        CertStatus::Good(_) => None,
        CertStatus::Revoked(info) => Some(Revoked {
            at: moment(&info.revocation_time),
            reason: info.revocation_reason.map(|reason| reason as u8),
        }),
        CertStatus::Unknown(_) => return Err(Doubt::UnknownThere),
    };
    Ok(Answer { dates, revoked })
}

impl Issuer<'_> {
    /// Source: RFC 6960 §4.2.2.2: the issuer itself, or whom it named for this.
    fn vouches_for(
        &self,
        basic: &[u8],
        read: &BasicOcspResponse,
        now: Instant,
    ) -> Result<(), Doubt> {
        let responder = &read.tbs_response_data.responder_id;
        let signed = content(basic).and_then(first).map(|(signed, _)| signed);
        let signed = signed.ok_or_else(empty)?;
        if names(responder, self.certificate) {
            return verdict(self.certificate, read, signed);
        }
        let certificates = read.certs.iter().flatten().take(MOST_CERTIFICATES);
        let ders: Vec<_> = certificates.filter_map(|one| one.to_der().ok()).collect();
        let read_again = ders
            .iter()
            .filter_map(|der| X509Certificate::from_der(der).ok());
        let mut delegates = read_again.map(|(_, one)| one);
        let delegate = delegates.find(|one| names(responder, one));
        let delegate = delegate.ok_or(Doubt::ResponderNotAllowed)?;
        if !self.named(&delegate, now) {
            return Err(Doubt::ResponderNotAllowed);
        }
        match signed::certificate(&delegate, self.certificate.public_key()) {
            Verdict::Right => verdict(&delegate, read, signed),
            Verdict::Wrong => Err(Doubt::ResponderNotAllowed),
            Verdict::Unsupported => Err(Doubt::AlgorithmUnknown),
        }
    }

    fn named(&self, delegate: &X509Certificate<'_>, now: Instant) -> bool {
        let usage = delegate.extended_key_usage().ok().flatten();
        let validity = delegate.validity();
        let from = validity.not_before.timestamp();
        let to = validity.not_after.timestamp();
        usage.is_some_and(|usage| usage.value.ocsp_signing)
            && (from..=to).contains(&now.unix())
            && delegate.issuer().as_raw() == self.certificate.subject().as_raw()
    }
}

/// Source: RFC 6960 §4.2.1 (`ResponderID`).
fn names(responder: &ResponderId, certificate: &X509Certificate<'_>) -> bool {
    match responder {
        ResponderId::ByName(name) => name
            .to_der()
            .is_ok_and(|name| name == certificate.subject().as_raw()),
        ResponderId::ByKey(hash) => {
            let key = &certificate.public_key().subject_public_key.data;
            hash.as_bytes() == Sha1::digest(key).as_slice()
        }
    }
}

fn verdict(
    signer: &X509Certificate<'_>,
    read: &BasicOcspResponse,
    signed: &[u8],
) -> Result<(), Doubt> {
    let algorithm = read.signature_algorithm.to_der().map_err(unreadable)?;
    let signature = read.signature.to_der().map_err(unreadable)?;
    let (Ok((_, algorithm)), Ok((_, signature))) = (
        AlgorithmIdentifier::from_der(&algorithm),
        BitString::from_der(&signature),
    ) else {
        return Err(Doubt::SignatureWrong);
    };
    match signed::whole(signer.public_key(), &algorithm, &signature, signed) {
        Verdict::Right => Ok(()),
        Verdict::Wrong => Err(Doubt::SignatureWrong),
        Verdict::Unsupported => Err(Doubt::AlgorithmUnknown),
    }
}

fn moment(time: &OcspGeneralizedTime) -> Instant {
    let seconds = time.0.to_unix_duration().as_secs();
    Instant::from_unix(i64::try_from(seconds).unwrap_or(i64::MAX))
}

fn unreadable(error: x509_cert::der::Error) -> Doubt {
    Doubt::Unreadable {
        what: format!("OCSP: {error}"),
    }
}

fn empty() -> Doubt {
    Doubt::Unreadable {
        what: "OCSP: no answer in it".to_owned(),
    }
}

/// As RFC 6960 §4.2.1 spells them.
const fn status(status: OcspResponseStatus) -> &'static str {
    match status {
        OcspResponseStatus::Successful => "successful",
        OcspResponseStatus::MalformedRequest => "malformedRequest",
        OcspResponseStatus::InternalError => "internalError",
        OcspResponseStatus::TryLater => "tryLater",
        OcspResponseStatus::SigRequired => "sigRequired",
        OcspResponseStatus::Unauthorized => "unauthorized",
    }
}

/// A responder sends its own, and perhaps its issuer's.
const MOST_CERTIFICATES: usize = 8;
