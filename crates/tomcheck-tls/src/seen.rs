//! What did the handshake show?

use serde::{Deserialize, Serialize};
use tomcheck_diagnosis::{ForeignFailure, Instant};

use crate::certificate::{DistinguishedName, ServerCertificate};
use crate::credential::Mechanism;
use crate::legacy_seen::{LegacyOutcome, LegacySeen};
use crate::record::RecordSeen;
use crate::scheme::{Scheme, TlsVersion};
use crate::trust::RootsFrom;

/// All that one handshake showed, up to where it ended.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct HandshakeSeen {
    /// The name asked for in the server name extension, or the address.
    pub server_name: String,
    /// The port of the URL.
    pub port: u16,
    /// When it began, by this machine's clock.
    pub started_at: Instant,
    /// The versions offered, newest first.
    pub offered: Vec<TlsVersion>,
    /// The version agreed on; none: it never came to that.
    pub negotiated: Option<TlsVersion>,
    /// The cipher suite agreed on, as IANA names it.
    pub cipher: Option<String>,
    /// What took how long, counted from the start of this probe.
    pub phases: Vec<Phase>,
    /// Every record that passed, without its content.
    pub records: Vec<RecordSeen>,
    /// As the server sent it, its own certificate first.
    pub server_chain: Vec<ServerCertificate>,
    /// How many authorities there were to verify it with.
    pub trusted_roots: usize,
    /// How many of them came from where.
    #[serde(default)]
    pub roots_from: Vec<RootsFrom>,
    /// Whether that chain verifies for that name at that time.
    pub server_verdict: ServerVerdict,
    /// What the server asked of the client.
    pub client_auth: ClientAuthSeen,
    /// What we had to offer, and whether we sent it.
    pub token: TokenOffer,
    /// The alert that ended it, if one did.
    pub alert: Option<AlertSeen>,
    /// How it ended.
    pub ending: Ending,
    /// What the server answered to our request.
    pub http: HttpSeen,
    /// What a second handshake without TLS 1.3 showed, where one was made.
    #[serde(default)]
    pub without_tls13: Option<Tls12Seen>,
    /// What a second connection showed, made where rustls would go no further (feature
    /// `legacy-tls`).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub legacy: Option<LegacyOutcome>,
}

/// What a handshake that offered only TLS 1.2 showed about the token.
#[derive(Clone, Copy, Debug, Eq, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Tls12Seen {
    /// The server does not speak TLS 1.2, or did not come to asking for a certificate.
    NotSpoken,
    /// It does, and accepts no signature the token can make there either.
    NoCommonScheme,
    /// It does, and accepts a signature the token can make.
    WouldPass,
}

/// One step and its time.
#[derive(Clone, Copy, Debug, Eq, PartialEq, Serialize, Deserialize)]
pub struct Phase {
    /// Which step.
    pub name: PhaseName,
    /// Microseconds from the start of the examination.
    pub start_us: u64,
    /// Microseconds it took.
    pub duration_us: u64,
}

/// The steps in the order of a connection. Those of one flight overlap.
#[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum PhaseName {
    /// Name resolution.
    Dns,
    /// TCP connection.
    Tcp,
    /// The proxy's tunnel.
    Proxy,
    /// From our ClientHello to the server's first byte.
    Hello,
    /// From there until the server's certificate was judged.
    Certificate,
    /// From there until the server's demand for a certificate was read.
    Request,
    /// The signature: the card works.
    Signature,
    /// From our last flight until the handshake was complete on our side.
    Finished,
    /// From our HTTP request until its status line.
    Http,
}

/// Whether the server's certificate verifies.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", tag = "verdict")]
pub enum ServerVerdict {
    /// The handshake ended before the server's certificate.
    NotSeen,
    /// It verifies.
    Verified,
    /// No path to a trusted root that verifies.
    Untrusted {
        /// The first issuer that neither the chain nor the trusted roots hold; none: they
        /// hold it, and the chain does not verify all the same.
        missing_issuer: Option<String>,
        /// How the verifier says it.
        reason: String,
    },
    /// Its validity is over at `now`.
    Expired {
        /// This machine's clock.
        now: Instant,
        /// Its last moment.
        not_after: Instant,
    },
    /// Its validity has not begun at `now`.
    NotYetValid {
        /// This machine's clock.
        now: Instant,
        /// Its first moment.
        not_before: Instant,
    },
    /// It names others.
    NameMismatch {
        /// The name asked for.
        asked: String,
        /// The names it holds.
        presented: Vec<String>,
    },
}

/// What the server asked of the client.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ClientAuthSeen {
    /// Whether and when it asked.
    pub requested: Requested,
    /// The issuers it accepts; empty when it asked: any.
    pub certificate_authorities: Vec<DistinguishedName>,
    /// The signature schemes it accepts. In TLS 1.3 only those that 1.3 allows.
    pub signature_schemes: Vec<Scheme>,
}

/// Whether and when the server asked for a certificate.
#[derive(Clone, Copy, Debug, Eq, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Requested {
    /// With CertificateRequest, before Finished.
    InHandshake,
    /// By a new handshake on the open connection (TLS 1.2), which tomcheck and rustls refuse.
    Renegotiation,
    /// With CertificateRequest after Finished (TLS 1.3).
    PostHandshake,
    /// The handshake was complete and no demand came.
    Never,
    /// The handshake ended before the server could ask.
    Unknown,
}

/// What we had to offer.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct TokenOffer {
    /// Whether there was a certificate to offer, and whether its key could be asked.
    pub credential: CredentialSeen,
    /// What the token can do.
    pub mechanisms: Vec<Mechanism>,
    /// The server's schemes that the token can do at the negotiated version, in the
    /// server's order.
    pub usable_schemes: Vec<Scheme>,
    /// The issuers of our chain, that of our own certificate first.
    pub issuers: Vec<DistinguishedName>,
    /// Whether the server accepts one of them.
    pub issuer: IssuerVerdict,
    /// Whether our certificate went out.
    pub presented: Presented,
    /// What came of the signature.
    pub signature: SignatureSeen,
}

/// Whether there was a certificate to offer.
#[derive(Clone, Copy, Debug, Eq, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum CredentialSeen {
    /// None was given.
    Absent,
    /// A certificate without the right to use its key (no code porteur).
    WithoutSigner,
    /// A certificate and its key.
    WithSigner,
}

/// Whether the server accepts an issuer of our chain.
#[derive(Clone, Copy, Debug, Eq, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum IssuerVerdict {
    /// The server did not ask, or we had no certificate.
    NotAsked,
    /// One of our issuers is on its list.
    Accepted,
    /// Its list is empty: any issuer may pass.
    AnyAccepted,
    /// None of our issuers is on its list.
    NotAccepted,
}

/// Whether our certificate went out.
#[derive(Clone, Copy, Debug, Eq, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Presented {
    /// The server did not ask, or we had none.
    NotAsked,
    /// Sent, with a signature.
    Sent,
    /// Kept back: no right to use the key.
    KeptWithoutSigner,
    /// Kept back, as browsers do: the server does not accept the issuer.
    KeptIssuerNotAccepted,
    /// Kept back: the server accepts no signature the token can make.
    KeptNoCommonScheme,
    /// Kept back: the server's own certificate does not verify.
    KeptServerNotVerified,
    /// Kept back: the key did not sign.
    KeptSignatureFailed,
    /// Kept back by OpenSSL, which made the connection (feature `legacy-tls`): it uses no such
    /// certificate, as one of a key or a signature too weak for it.
    KeptByOpenssl,
}

/// What came of the signature. A second one is never asked for.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", tag = "signature")]
pub enum SignatureSeen {
    /// Nobody asked the key.
    NotAsked,
    /// The key signed.
    Made {
        /// With this.
        scheme: Scheme,
    },
    /// The key refused.
    Failed {
        /// What was wanted.
        scheme: Scheme,
        /// What it answered.
        failure: ForeignFailure,
    },
    /// The key had not answered by the deadline. What it does later goes nowhere.
    Unanswered {
        /// What was wanted.
        scheme: Scheme,
        /// How long we waited.
        waited_ms: u64,
    },
}

/// An alert.
#[derive(Clone, Debug, Eq, PartialEq, Serialize, Deserialize)]
pub struct AlertSeen {
    /// As on the wire.
    pub number: u8,
    /// As RFC 8446 §6 spells it; none: a number nobody knows.
    pub name: Option<String>,
    /// Whose it was.
    pub sent_by: SentBy,
    /// Where the handshake stood.
    pub moment: Moment,
}

/// Whose alert it was.
#[derive(Clone, Copy, Debug, Eq, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum SentBy {
    /// The server's, or of a box that plays the server.
    Peer,
    /// Ours.
    Us,
}

/// Where the handshake stood. The order is that of a handshake.
#[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Moment {
    /// Our ClientHello was out, nothing had come.
    BeforeCertificate,
    /// The server's hello had come, nothing more of ours was out.
    AfterServerHello,
    /// Our Certificate was out (perhaps an empty one), without a signature.
    AfterOurCertificate,
    /// Our signature was out.
    AfterCertificateVerify,
    /// The handshake was complete on our side; in TLS 1.3 the server judges our
    /// certificate only now.
    AfterFinished,
    /// The server's answer had begun, or in TLS 1.2 our request was out.
    DuringHttp,
}

/// How the examination ended.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", tag = "ending")]
pub enum Ending {
    /// The handshake and the request were answered.
    Complete,
    /// An alert, see [`HandshakeSeen::alert`].
    Alert {
        /// Where the handshake stood.
        moment: Moment,
    },
    /// We went no further: the server's certificate does not verify.
    ServerNotVerified,
    /// The first bytes are no TLS.
    NotTls {
        /// At most 64 of them, in hexadecimal.
        first_bytes: String,
        /// The same where they are readable text.
        text: Option<String>,
    },
    /// The connection broke.
    Broken {
        /// Where the handshake stood.
        moment: Moment,
        /// `read` or `write` and its errno.
        failure: ForeignFailure,
    },
    /// The other side closed in good order, without an alert.
    Closed {
        /// Where the handshake stood.
        moment: Moment,
    },
    /// What was to come next did not come until the deadline.
    Silent {
        /// Where the handshake stood.
        moment: Moment,
        /// How long we waited for the next byte.
        waited_ms: u64,
        /// How long ago our ClientHello went out.
        #[serde(default)]
        since_hello_ms: u64,
    },
    /// The key did not sign, see [`TokenOffer::signature`].
    SignatureFailed,
    /// The server answered with a version older than TLS 1.2.
    NoCommonVersion,
    /// The other side broke the protocol, or asked for what tomcheck cannot do.
    Protocol {
        /// Where the handshake stood.
        moment: Moment,
        /// How rustls says it.
        reason: String,
    },
}

/// What the server answered to our request.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", tag = "http")]
pub enum HttpSeen {
    /// It never came to that.
    NotAsked,
    /// No status line came.
    NoAnswer,
    /// What came is no HTTP.
    NotHttp {
        /// At most 64 bytes of it, in hexadecimal.
        first_bytes: String,
    },
    /// A status line.
    Answered {
        /// The status.
        status: u16,
        /// The whole line.
        status_line: String,
        /// The server's clock, from its `Date` header.
        date: Option<Instant>,
        /// Our clock when it came.
        received_at: Instant,
        /// The title of a page that refuses, at most 200 characters; none: it does not refuse,
        /// or the page has none.
        #[serde(default)]
        title: Option<String>,
    },
}

impl HandshakeSeen {
    /// The signature that failed, if one did: the call and its number.
    pub fn signature_failure(&self) -> Option<&ForeignFailure> {
        match &self.token.signature {
            SignatureSeen::Failed { failure, .. } => Some(failure),
            _ => None,
        }
    }

    /// Adds what `second`, made with [`crate::Versions::Tls12Only`], showed.
    pub fn note_without_tls13(&mut self, second: &Self) {
        let asked = second.client_auth.requested == Requested::InHandshake;
        self.without_tls13 = Some(match (asked, second.token.usable_schemes.is_empty()) {
            (false, _) => Tls12Seen::NotSpoken,
            (true, true) => Tls12Seen::NoCommonScheme,
            (true, false) => Tls12Seen::WouldPass,
        });
    }

    /// Whether the server asked for nothing during a TLS 1.3 handshake and refused the page as
    /// it would for want of a certificate (HTTP 401 or 403).
    pub(crate) fn may_demand_later(&self) -> bool {
        let is_refused = matches!(
            self.http,
            HttpSeen::Answered {
                status: 401 | 403,
                ..
            }
        );
        let requested = self.client_auth.requested;
        is_refused && requested == Requested::Never && self.negotiated == Some(TlsVersion::Tls13)
    }

    /// Adds what `second` came to.
    pub fn note_legacy(&mut self, second: &LegacySeen) {
        self.legacy = Some(second.outcome());
    }

    /// Whether the server had sent anything when the handshake ended.
    pub(crate) fn has_heard(&self) -> bool {
        self.phases
            .iter()
            .any(|phase| phase.name == PhaseName::Hello)
    }

    /// Whether a handshake with the holder's certificate went through and was answered.
    pub fn is_authenticated(&self) -> bool {
        self.token.presented == Presented::Sent && self.ending == Ending::Complete
    }
}
