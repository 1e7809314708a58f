//! Which certificates are there, and where, as the « Certificats » window shows them?

use std::borrow::Cow;

use pem_rfc7468::LineEnding;
use serde::Serialize;
use tomcheck_cert::browser::CertificateInStore;
use tomcheck_cert::identify::HolderCertificate;
use tomcheck_cert::{Link, TokenCertificate};

use crate::card_side::CardSide;
use crate::details::chosen;

/// One certificate, « délivré à / délivré par ».
#[derive(Debug, Default, Serialize)]
pub(crate) struct CertificateDetail<'a> {
    label: Cow<'a, str>,
    /// `card`; `personal-store` for what only Windows' store holds.
    place: &'static str,
    /// Everywhere it was found.
    found_in: Vec<&'static str>,
    opens_the_site: bool,
    certificate: Option<HolderCertificate>,
    error: Option<String>,
    /// The authorities above it, its issuer first; of the one that opens the site.
    authorities: &'a [Link],
    /// As the store tells it, where the card does not hold it.
    #[serde(skip_serializing_if = "Option::is_none")]
    stored: Option<&'a CertificateInStore>,
    /// The certificate itself, where the command is to hand it over.
    #[serde(skip_serializing_if = "Option::is_none")]
    pem: Option<String>,
}

const CARD: &str = "card";
const PERSONAL_STORE: &str = "personal-store";

/// To be looked at: nothing in it names the holder but what is masked.
pub(crate) fn to_see(side: &CardSide) -> Vec<CertificateDetail<'_>> {
    let held = held(side).map(|certificate| on_card(side, certificate));
    held.chain(only_stored(side)).collect()
}

/// With the certificates themselves.
pub(crate) fn to_keep(side: &CardSide) -> Vec<CertificateDetail<'_>> {
    let held = held(side).map(|certificate| CertificateDetail {
        pem: pem_rfc7468::encode_string("CERTIFICATE", LineEnding::LF, &certificate.der).ok(),
        ..on_card(side, certificate)
    });
    held.chain(only_stored(side)).collect()
}

fn held(side: &CardSide) -> impl Iterator<Item = &TokenCertificate> {
    side.token.iter().flat_map(|token| &token.certificates)
}

fn on_card<'a>(side: &'a CardSide, held: &'a TokenCertificate) -> CertificateDetail<'a> {
    let decoded = HolderCertificate::decode(&held.der);
    let sha256 = tomcheck_cert::sha256(&held.der);
    let is_same =
        |stored: &CertificateInStore| stored.sha256.reveal().eq_ignore_ascii_case(&sha256);
    let is_stored = stored(side).any(is_same);
    let opens_the_site = chosen(side) == Some(held.der.as_slice());
    let chain = side.chain.as_ref().filter(|_| opens_the_site);
    CertificateDetail {
        label: Cow::Borrowed(&held.label),
        place: CARD,
        found_in: [Some(CARD), is_stored.then_some(PERSONAL_STORE)]
            .into_iter()
            .flatten()
            .collect(),
        opens_the_site,
        error: decoded.as_ref().err().map(ToString::to_string),
        certificate: decoded.ok(),
        authorities: chain.map_or(&[], |chain| &chain.links),
        ..CertificateDetail::default()
    }
}

/// What the window shows beside: certificates of other cards, or of none.
fn only_stored(side: &CardSide) -> impl Iterator<Item = CertificateDetail<'_>> {
    let held: Vec<_> = held(side)
        .map(|held| tomcheck_cert::sha256(&held.der))
        .collect();
    let is_held = move |stored: &CertificateInStore| {
        let mut held = held.iter();
        held.any(|sha256| stored.sha256.reveal().eq_ignore_ascii_case(sha256))
    };
    let others = stored(side).filter(move |stored| !is_held(stored));
    others.map(|stored| CertificateDetail {
        label: Cow::Borrowed("MY"),
        place: PERSONAL_STORE,
        found_in: vec![PERSONAL_STORE],
        stored: Some(stored),
        ..CertificateDetail::default()
    })
}

fn stored(side: &CardSide) -> impl Iterator<Item = &CertificateInStore> {
    let personal = side
        .stores
        .as_ref()
        .and_then(|stores| stores.personal.found());
    personal.into_iter().flatten()
}
