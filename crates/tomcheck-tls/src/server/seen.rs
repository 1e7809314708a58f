//! What did a server learn of a client?

use serde::Serialize;
use tomcheck_diagnosis::Text;

use super::HelloSeen;
use crate::scheme::{Scheme, TlsVersion};

/// A connection, once its handshake is through.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct ClientSeen {
    /// The version agreed on.
    pub version: Option<TlsVersion>,
    /// `TLS_AES_128_GCM_SHA256`.
    pub cipher: Option<String>,
    /// The key exchange: `X25519`.
    pub group: Option<String>,
    /// The protocol above: `h2`; none: the client named none that the server knows.
    pub alpn: Option<String>,
    /// Whether an earlier session was taken up again: the certificate is that session's, and
    /// nothing was signed.
    pub is_resumed: bool,
    /// What it offered; none where that could not be read.
    pub hello: Option<HelloSeen>,
    /// Its certificate and those it sent with it, DER, its own first; empty: it sent none.
    pub chain: Vec<Vec<u8>>,
    /// What the chain is worth; none without a certificate.
    pub verdict: Option<ChainJudged>,
    /// What proved that it has the key; none without a certificate, and in a resumed session.
    pub scheme: Option<Scheme>,
}

/// What a client's chain is worth, and how the one who looked said it.
#[derive(Clone, Debug, Eq, PartialEq, Serialize)]
pub struct ChainJudged {
    /// In one word.
    pub verdict: ChainVerdict,
    /// As the verifier says it, English; none where the word says all.
    pub reason: Option<String>,
}

/// What a client's chain is worth, at the time it is shown. Revocation is not looked at.
#[derive(Clone, Copy, Debug, Eq, PartialEq, Serialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum ChainVerdict {
    /// It leads to one of the authorities, holds now and serves to connect.
    Verified,
    /// No authorities were given.
    NotJudged,
    /// None of the authorities issued it.
    UnknownIssuer,
    /// It ended.
    Expired,
    /// It begins later.
    NotYetValid,
    /// It is for something else than connecting.
    WrongUsage,
    /// It cannot be decoded.
    Unreadable,
    /// As the reason says.
    Other,
}

impl ChainVerdict {
    /// `unknown-issuer`, as in JSON.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Verified => "verified",
            Self::NotJudged => "not-judged",
            Self::UnknownIssuer => "unknown-issuer",
            Self::Expired => "expired",
            Self::NotYetValid => "not-yet-valid",
            Self::WrongUsage => "wrong-usage",
            Self::Unreadable => "unreadable",
            Self::Other => "other",
        }
    }

    /// In a few words, for people.
    pub const fn text(self) -> Text {
        let (fr, en) = match self {
            Self::Verified => (
                "vérifiée jusqu'à une autorité acceptée",
                "verified up to an accepted authority",
            ),
            Self::NotJudged => (
                "non vérifiée : aucune autorité n'a été indiquée à ce site",
                "not verified: this site was given no authority",
            ),
            Self::UnknownIssuer => (
                "non reconnue : aucune autorité acceptée n'a délivré ce certificat",
                "not recognised: no accepted authority issued this certificate",
            ),
            Self::Expired => ("le certificat est périmé", "the certificate has expired"),
            Self::NotYetValid => (
                "le certificat n'est pas encore valable",
                "the certificate is not valid yet",
            ),
            Self::WrongUsage => (
                "ce certificat ne sert pas à se connecter",
                "this certificate is not for connecting",
            ),
            Self::Unreadable => (
                "le certificat est illisible",
                "the certificate cannot be read",
            ),
            Self::Other => ("refusée", "refused"),
        };
        Text { fr, en }
    }
}

/// Why there was no connection.
#[derive(Clone, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub enum AcceptFailure {
    /// It left before saying what it wants.
    Closed,
    /// It did not say in time what it wants.
    HelloOverdue,
    /// It speaks something else; `is_http`: HTTP without TLS.
    NotTls {
        /// Whether it began like a request of HTTP.
        is_http: bool,
    },
    /// It did not end its handshake in time.
    Overdue,
    /// It ended the handshake with this alert.
    PeerAlert(u8),
    /// A certificate was required and none came.
    NoCertificate,
    /// It has not the key of the certificate it showed.
    BadSignature,
    /// As rustls or the system says it.
    Other(String),
}

impl AcceptFailure {
    /// One line in English, without anything of the person.
    pub fn text(&self) -> String {
        match self {
            Self::Closed => "closed before ClientHello".to_owned(),
            Self::HelloOverdue => "no ClientHello in time".to_owned(),
            Self::NotTls { is_http: true } => "HTTP without TLS".to_owned(),
            Self::NotTls { is_http: false } => "not TLS".to_owned(),
            Self::Overdue => "handshake not ended in time".to_owned(),
            Self::PeerAlert(number) => match crate::alert::name_of(*number) {
                Some(name) => format!("alert {number} {name} received"),
                None => format!("alert {number} received"),
            },
            Self::NoCertificate => "no certificate came".to_owned(),
            Self::BadSignature => "CertificateVerify does not verify".to_owned(),
            Self::Other(text) => text.clone(),
        }
    }
}
