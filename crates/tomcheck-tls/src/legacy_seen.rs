//! What did a connection show that OpenSSL made where rustls would not?

use serde::{Deserialize, Serialize};
use tomcheck_diagnosis::{Finding, ForeignFailure, Observation};

use crate::judge;
use crate::seen::{HandshakeSeen, HttpSeen, Presented, Requested};

/// All that one connection with OpenSSL showed.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct LegacySeen {
    /// In the words of the other handshake; records are not kept.
    #[serde(flatten)]
    pub handshake: HandshakeSeen,
    /// The call of OpenSSL's that failed, with its number as OpenSSL packs it and its reason;
    /// none: it ended otherwise.
    pub failure: Option<ForeignFailure>,
}

/// What it came to, for the judgement of the handshake that rustls would not make.
#[derive(Clone, Copy, Debug, Eq, PartialEq, Serialize, Deserialize)]
pub struct LegacyOutcome {
    /// Whether and when the server asked for a certificate.
    pub requested: Requested,
    /// Whether it got it.
    pub presented: Presented,
    /// The status of the page; none: none came.
    pub status: Option<u16>,
}

impl LegacySeen {
    /// In short.
    pub fn outcome(&self) -> LegacyOutcome {
        LegacyOutcome {
            requested: self.handshake.client_auth.requested,
            presented: self.handshake.token.presented,
            status: match &self.handshake.http {
                HttpSeen::Answered { status, .. } => Some(*status),
                _ => None,
            },
        }
    }
}

impl LegacyOutcome {
    /// Whether the certificate went out and the page opened.
    pub fn is_opened(&self) -> bool {
        let opened = |status| (200..400).contains(&status);
        self.presented == Presented::Sent && self.status.is_some_and(opened)
    }
}

impl Observation for LegacySeen {
    /// Only what stopped it. That rustls could not go this way is said of its own handshake.
    fn findings(&self) -> Vec<Finding> {
        judge::of_legacy(&self.handshake, self.failure.as_ref())
    }
}
