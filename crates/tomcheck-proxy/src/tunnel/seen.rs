//! What came of asking a proxy for a tunnel?

use std::net::SocketAddr;

use serde::{Deserialize, Serialize};
use tomcheck_diagnosis::{Finding, ForeignFailure, Identity, Observation, Personal};

use super::judge::judge;
use super::{Compared, Exchange, Insecure, LeftAside, SocksReply, names};
use crate::{ProxyAddress, Reply};

/// A tunnel that was asked for, and what came of it.
#[derive(Clone, Debug, Eq, PartialEq, Serialize, Deserialize)]
pub struct TunnelSeen {
    /// Where the proxy was looked for.
    pub proxy: ProxyAddress,
    /// What it was asked for, `host:port`.
    pub target: String,
    /// The user name it was shown; none: no credentials were sent.
    pub user: Option<Personal>,
    /// Whether there were a user name and a password to show.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub offers_password: bool,
    /// How long it could take, in milliseconds.
    pub limit_ms: u64,
    /// Every address of the proxy that was tried, in order.
    pub attempts: Vec<Attempt>,
    /// Every request and its answer, in order; of HTTP alone.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub exchanges: Vec<Exchange>,
    /// The schemes that were offered and not carried to their end.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub left_aside: Vec<LeftAside>,
    /// What else was asked for, to tell what a refusal is aimed at.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub compared: Vec<Compared>,
    /// The names it gives itself, where it refused and the refusal bears one.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub calls_itself: Vec<String>,
    /// How it ended.
    pub outcome: Outcome,
}

/// One TCP connection to one address of the proxy.
#[derive(Clone, Debug, Eq, PartialEq, Serialize, Deserialize)]
pub struct Attempt {
    /// The address.
    pub address: SocketAddr,
    /// How long it took, in milliseconds.
    pub waited_ms: u64,
    /// How it ended.
    pub end: AttemptEnd,
    /// What the call answered; none: connected, or our own patience ended.
    pub failure: Option<ForeignFailure>,
}

/// How one TCP connection ended.
#[derive(Clone, Copy, Debug, Eq, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum AttemptEnd {
    /// Connected.
    Connected,
    /// Somebody said no.
    Refused,
    /// Nobody said anything.
    Silent,
    /// The system could not even try, or was told that there is no way.
    Failed,
}

/// How asking for a tunnel ended, in the order it can go wrong.
#[derive(Clone, Debug, Eq, PartialEq, Serialize, Deserialize)]
#[serde(tag = "outcome", rename_all = "kebab-case")]
#[non_exhaustive]
pub enum Outcome {
    /// The proxy's name has no address.
    Unresolved {
        /// What the resolver said.
        failure: ForeignFailure,
    },
    /// None of its addresses took the connection; see the attempts.
    Unreachable,
    /// The site's name cannot stand in a request; nothing was sent.
    NotSent {
        /// Why not.
        why: String,
    },
    /// Connected, and no whole answer until the deadline.
    NoAnswer {
        /// How long the answer was waited for, in milliseconds.
        waited_ms: u64,
        /// What came of its first line; none: not one byte came.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        begun: Option<String>,
    },
    /// The connection to the proxy itself is to be secure, and is not.
    Insecure {
        /// In which way.
        insecure: Insecure,
        /// In the words of the TLS library.
        why: String,
    },
    /// It answered in another tongue than the one it was spoken to in, or hung up.
    NotHttp {
        /// What it seems to speak.
        speaks: Speaks,
        /// The first bytes it sent, in hexadecimal.
        bytes: String,
        /// The same bytes as text, others than printable ASCII as dots.
        text: String,
        /// Why they were not taken for HTTP.
        why: String,
    },
    /// An HTTP answer; 2xx opened the tunnel.
    Replied(Reply),
    /// A SOCKS answer.
    Socks(SocksReply),
}

/// What the first bytes look like.
#[derive(Clone, Copy, Debug, Eq, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Speaks {
    /// It hung up without a byte.
    Nothing,
    /// A TLS record.
    Tls,
    /// An SSH banner.
    Ssh,
    /// A mail or file server's greeting (`220 …`).
    Greeting,
    /// The beginning of an HTTP answer: cut short, malformed, or where none was to come.
    #[serde(rename = "broken-http")]
    Http,
    /// Something else.
    Unknown,
}

impl Speaks {
    pub(super) fn of(bytes: &[u8]) -> Self {
        match bytes {
            [] => Self::Nothing,
            // alert or handshake, of any version since SSL 3.0 (RFC 8446 §5.1)
            [0x15 | 0x16, 0x03, ..] => Self::Tls,
            [b'S', b'S', b'H', b'-', ..] => Self::Ssh,
            [b'2', b'2', b'0', b' ' | b'-', ..] => Self::Greeting,
            [b'H', b'T', b'T', b'P', b'/', ..] => Self::Http,
            _ => Self::Unknown,
        }
    }
}

impl TunnelSeen {
    /// Whether the tunnel was opened.
    pub fn is_open(&self) -> bool {
        match &self.outcome {
            Outcome::Replied(reply) => reply.opens(),
            Outcome::Socks(reply) => reply.opens(),
            _ => false,
        }
    }

    /// The HTTP answer, if there was one.
    pub fn reply(&self) -> Option<&Reply> {
        match &self.outcome {
            Outcome::Replied(reply) => Some(reply),
            _ => None,
        }
    }
}

impl Observation for TunnelSeen {
    fn findings(&self) -> Vec<Finding> {
        judge(self).into_iter().collect()
    }

    fn identities(&self) -> Vec<Identity> {
        names::identities(self)
    }
}
