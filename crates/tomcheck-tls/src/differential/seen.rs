//! What did the trials show?

use std::net::IpAddr;

use serde::{Deserialize, Serialize};
use tomcheck_diagnosis::ForeignFailure;

use super::answer::ServerHello;
use crate::scheme::TlsVersion;
use crate::seen::{Ending, HandshakeSeen, Moment};

/// Every trial and its outcome, in the order they were made.
#[derive(Clone, Debug, Eq, PartialEq, Serialize, Deserialize)]
pub struct DifferentialSeen {
    /// The name asked for, or the address.
    pub server_name: String,
    /// The port of the URL.
    pub port: u16,
    /// What the handshake before had shown.
    pub symptom: Symptom,
    /// The versions that handshake had offered, newest first.
    pub offered: Vec<TlsVersion>,
    /// Whether the usual way leads through a proxy.
    pub is_proxied: bool,
    /// The address of the usual way, where it is direct and known.
    pub address: Option<IpAddr>,
    /// At most [`DifferentialSeen::MOST_TRIALS`].
    pub trials: Vec<TrialSeen>,
    /// Why there are no more of them.
    pub ended: Ended,
}

impl DifferentialSeen {
    /// How many connections are opened at most.
    pub const MOST_TRIALS: usize = 12;
}

/// Where the handshake before the trials ended.
#[derive(Clone, Copy, Debug, Eq, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", tag = "symptom")]
pub enum Symptom {
    /// It went past the first messages, wherever it ended then.
    Passed,
    /// Nothing came back after our ClientHello: reset, closed, broken or silent.
    Cut,
    /// The server's first flight began and did not come whole.
    Stalled,
    /// An alert in answer to our ClientHello.
    Refused {
        /// Its number.
        alert: u8,
    },
    /// The server answered with a version older than those offered.
    OldVersion,
    /// What answered was no TLS.
    NotTls,
}

impl Symptom {
    /// What `seen` shows of the first messages.
    pub fn of(seen: &HandshakeSeen) -> Self {
        match seen.ending {
            Ending::Broken { moment, .. }
            | Ending::Closed { moment }
            | Ending::Silent { moment, .. } => match moment {
                Moment::BeforeCertificate if !seen.has_heard() => Self::Cut,
                Moment::BeforeCertificate | Moment::AfterServerHello => Self::Stalled,
                _ => Self::Passed,
            },
            Ending::Alert {
                moment: Moment::BeforeCertificate,
            } => seen
                .alert
                .as_ref()
                .map_or(Self::Passed, |alert| Self::Refused {
                    alert: alert.number,
                }),
            Ending::NoCommonVersion => Self::OldVersion,
            Ending::NotTls { .. } => Self::NotTls,
            _ => Self::Passed,
        }
    }
}

/// Why no more trials were made.
#[derive(Clone, Copy, Debug, Eq, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Ended {
    /// What was seen says enough, or there was nothing more to try.
    Enough,
    /// The deadline came first.
    OutOfTime,
}

/// One trial: one connection, one ClientHello, what came of it.
#[derive(Clone, Debug, Eq, PartialEq, Serialize, Deserialize)]
pub struct TrialSeen {
    /// What was sent.
    pub hello: HelloKind,
    /// Which way.
    pub way: Way,
    /// Bytes of the ClientHello's record.
    pub length: usize,
    /// What came back.
    pub outcome: Outcome,
    /// Bytes that came back.
    pub received: usize,
    /// Microseconds from the first packet of the connection.
    pub elapsed_us: u64,
}

/// What is sent, and in what it differs.
#[derive(Clone, Copy, Debug, Eq, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum HelloKind {
    /// As the handshake's own: TLS 1.3 and 1.2, the site's name, one small share.
    Usual,
    /// The same with a few ciphers, under 200 bytes with a usual name.
    Small,
    /// The small one, padded to the size of the large one.
    Padded,
    /// The usual one with the post-quantum share of today's browsers: two segments.
    Large,
    /// The usual one without the site's name.
    WithoutName,
    /// The usual one with a name that is not the site's (`example.org`).
    OtherName,
    /// TLS 1.3 alone.
    Tls13Only,
    /// TLS 1.2 alone.
    Tls12Only,
    /// TLS 1.2 with the ciphers of another age alone.
    OldCiphers,
    /// TLS 1.1 at most.
    Tls11,
    /// TLS 1.0 at most.
    Tls10,
    /// SSL 3.0 alone.
    Ssl3,
    /// The usual one, asking for HTTP/2 or HTTP/1.1 by ALPN.
    Http2,
    /// The usual one, asking for HTTP/1.1 by ALPN.
    Http1,
}

/// The way a trial takes to the server.
#[derive(Clone, Copy, Debug, Eq, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", tag = "way")]
pub enum Way {
    /// That of the handshake.
    Usual,
    /// Directly to this address alone.
    Address {
        /// The address.
        address: IpAddr,
    },
    /// Directly, past the proxy.
    Direct,
    /// That of the handshake, with segments of at most this size in both directions.
    SmallSegments {
        /// Bytes of payload in a segment (TCP's MSS).
        mss: u16,
    },
}

impl Way {
    /// Segments that pass wherever IPv4 does (RFC 9293 §3.7.1).
    pub const SMALL_SEGMENTS: Self = Self::SmallSegments { mss: 536 };
}

/// What came back.
#[derive(Clone, Debug, Eq, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", tag = "outcome")]
pub enum Outcome {
    /// The server chose.
    Answered {
        /// What.
        chosen: ServerHello,
        /// Whether all of its first flight came; none: that was not waited for.
        whole: Option<bool>,
    },
    /// An alert.
    Alert {
        /// As on the wire.
        number: u8,
        /// As RFC 8446 §6 spells it; none: a number nobody knows.
        name: Option<String>,
    },
    /// The connection broke.
    Broken {
        /// `read` or `write` and its errno.
        failure: ForeignFailure,
    },
    /// The other side closed without a word.
    Closed,
    /// Not one byte came in time.
    Silent {
        /// How long we waited.
        waited_ms: u64,
    },
    /// Some bytes came, and the server's first message not whole.
    Stalled {
        /// How long we waited.
        waited_ms: u64,
    },
    /// What came is no TLS.
    NotTls,
    /// What came begins like TLS and is none.
    Garbled,
    /// There was no connection to try it on.
    Unopened {
        /// `connect` and its errno.
        failure: ForeignFailure,
    },
    /// It could not be tried.
    NotTried {
        /// Why.
        why: WhyNot,
    },
}

/// Why a trial could not be made.
#[derive(Clone, Copy, Debug, Eq, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum WhyNot {
    /// The proxy opened no tunnel this time.
    ProxyRefused,
    /// This system does not let programs choose the size of segments, or the proxy does.
    NoSuchWay,
}

impl Outcome {
    /// Whether a server's word of TLS came back.
    pub fn is_heard(&self) -> bool {
        matches!(self, Self::Answered { .. } | Self::Alert { .. })
    }

    /// Whether the hello went out and no word of TLS came back.
    pub fn is_cut(&self) -> bool {
        matches!(
            self,
            Self::Broken { .. } | Self::Closed | Self::Silent { .. } | Self::Stalled { .. }
        )
    }

    /// Whether nothing came, or nothing more, although nobody ended the connection.
    pub(crate) const fn is_silent(&self) -> bool {
        matches!(self, Self::Silent { .. } | Self::Stalled { .. })
    }

    /// What the server chose, where it did.
    pub fn chosen(&self) -> Option<&ServerHello> {
        match self {
            Self::Answered { chosen, .. } => Some(chosen),
            _ => None,
        }
    }

    /// One short line in the words of the protocol, the same in every language.
    pub fn label(&self) -> String {
        match self {
            Self::Answered { chosen, whole } => {
                let retry = if chosen.is_retry {
                    ", HelloRetryRequest"
                } else {
                    ""
                };
                let part = if *whole == Some(false) { ", …" } else { "" };
                let (version, cipher) = (chosen.version.label(), chosen.cipher.label());
                format!("ServerHello {version}, {cipher}{retry}{part}")
            }
            Self::Alert { number, name } => match name {
                Some(name) => format!("alert {number} {name}"),
                None => format!("alert {number}"),
            },
            Self::Broken { failure } | Self::Unopened { failure } => failure.to_string(),
            Self::Closed => "FIN".to_owned(),
            Self::Silent { waited_ms } | Self::Stalled { waited_ms } => {
                format!("> {waited_ms} ms")
            }
            Self::NotTls | Self::Garbled => "≠ TLS".to_owned(),
            Self::NotTried { .. } => "–".to_owned(),
        }
    }
}
