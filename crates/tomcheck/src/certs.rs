//! Which certificates does the card hold, as the « Certificats » window shows them?

use pem_rfc7468::LineEnding;
use serde::Serialize;
use tomcheck_cert::TokenCertificate;
use tomcheck_cert::identify::HolderCertificate;

use crate::card_side::CardSide;
use crate::details::chosen;

/// One certificate of the token, « délivré à / délivré par ».
#[derive(Debug, Serialize)]
pub(crate) struct CertificateDetail<'a> {
    label: &'a str,
    opens_the_site: bool,
    certificate: Option<HolderCertificate>,
    error: Option<String>,
    /// The certificate itself, where the command is to hand it over.
    #[serde(skip_serializing_if = "Option::is_none")]
    pem: Option<String>,
}

/// To be looked at: nothing in it names the holder but what is masked.
pub(crate) fn to_see(side: &CardSide) -> Vec<CertificateDetail<'_>> {
    let chosen = chosen(side);
    let all = side.token.iter().flat_map(|token| &token.certificates);
    all.map(|certificate| detail(certificate, chosen)).collect()
}

/// With the certificates themselves.
pub(crate) fn to_keep(side: &CardSide) -> Vec<CertificateDetail<'_>> {
    let all = side.token.iter().flat_map(|token| &token.certificates);
    let kept = to_see(side).into_iter().zip(all).map(|(seen, held)| {
        let pem = pem_rfc7468::encode_string("CERTIFICATE", LineEnding::LF, &held.der).ok();
        CertificateDetail { pem, ..seen }
    });
    kept.collect()
}

fn detail<'a>(certificate: &'a TokenCertificate, chosen: Option<&[u8]>) -> CertificateDetail<'a> {
    let decoded = HolderCertificate::decode(&certificate.der);
    CertificateDetail {
        label: &certificate.label,
        opens_the_site: chosen == Some(certificate.der.as_slice()),
        error: decoded.as_ref().err().map(ToString::to_string),
        certificate: decoded.ok(),
        pem: None,
    }
}
