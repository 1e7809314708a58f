//! Why a TLS handshake with a client certificate fails, and at whose hands.
//!
//! | question                                      | probe              | what comes back   |
//! |-----------------------------------------------|--------------------|-------------------|
//! | Which addresses does the name have here?      | [`ResolveProbe`]   | [`AddressesSeen`] |
//! | Which of them accept a connection?            | [`ConnectProbe`]   | [`ConnectSeen`]   |
//! | Does a portal answer in everybody's place?    | [`PortalProbe`]    | [`PortalSeen`]    |
//! | How does the handshake go, step by step?      | [`HandshakeProbe`] | [`HandshakeSeen`] |
//! | Which difference makes it pass or fail?       | [`DifferentialProbe`] | [`DifferentialSeen`] |
//!
//! The handshake runs over any stream, so that a proxy's tunnel serves as well as TCP. Its
//! key is whatever implements [`Signer`]: a card signs on a thread of its own, and the
//! executor is never held.
//!
//! # What this crate does not do
//!
//! - It sends no certificate, no signature and no request to a server whose own certificate
//!   does not verify. The server's demand is read all the same: it comes before that.
//! - It asks the key for one signature at most, and sends nothing of a flight that was to
//!   hold one it did not get.
//! - It keeps the certificate back where browsers would: from a server that does not list
//!   its issuer.
//! - It speaks TLS 1.2 and 1.3 and does not renegotiate, but for feature `legacy-tls`
//!   (`LegacyProbe`, by the system's OpenSSL). It checks no revocation, and knows neither cards
//!   nor proxies.
//!
//! # Example
//!
//! ```
//! use std::time::Duration;
//!
//! use tokio::io::AsyncWriteExt;
//! use tomcheck_diagnosis::{Deadline, Observation};
//! use tomcheck_tls::{HandshakeProbe, Trust};
//!
//! # let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
//! # runtime.block_on(async {
//! // a server that speaks something else
//! let (mut server, stream) = tokio::io::duplex(4096);
//! server.write_all(b"SSH-2.0-OpenSSH_9.2\r\n").await?;
//!
//! let limit = Deadline::after(Duration::from_secs(5));
//! let probe = HandshakeProbe::new("tom.example", 443, "/", Trust::none(), limit);
//! let findings = probe.observe(stream).await.findings();
//! assert_eq!(findings[0].kind.code, "tls.not-tls");
//! # Ok::<_, std::io::Error>(())
//! # })?;
//! # Ok::<_, std::io::Error>(())
//! ```
//!
//! Who has a TLS client of his own takes [`client_config`], which gives the same
//! [`Credential`] to any user of rustls.

#![cfg_attr(not(feature = "legacy-tls"), forbid(unsafe_code))]

mod alert;
mod alert_words;
mod background;
mod certificate;
mod connect;
mod credential;
mod details;
mod differential;
mod drive;
mod handshake;
mod http;
mod inspection;
mod judge;
#[cfg(feature = "legacy-tls")]
mod legacy;
mod legacy_seen;
mod network_findings;
mod portal;
mod record;
mod resolve;
mod rustls_adapter;
mod scheme;
mod seen;
pub mod server;
mod signing;
#[cfg(feature = "legacy-tls")]
mod sys;
mod throughput;
mod tls_findings;
mod told;
mod trust;
mod words;

use tomcheck_diagnosis::FindingKind;

// The public interface is:
pub use crate::alert::alerts;
pub use crate::alert_words::alert_sentence;
pub use crate::certificate::{DistinguishedName, ServerCertificate};
pub use crate::connect::{Attempt, ConnectProbe, ConnectSeen, TcpOutcome};
pub use crate::credential::{Credential, Curve, Hash, Mechanism, SignWith, Signer};
pub use crate::details::{
    ClientAuthDetails, PhaseTime, TlsDetails, TokenDetails, VersionsDetails, details,
};
pub use crate::differential::{
    Answer, DifferentialProbe, DifferentialSeen, Ended, HelloKind, NoWay, Numbered, Outcome,
    ServerHello, Symptom, TrialSeen, Way, Ways, WhyNot, connect_in_segments,
};
pub use crate::handshake::{HandshakeProbe, Versions};
pub use crate::inspection::inspection_product;
pub use crate::judge::clock_skewed;
#[cfg(feature = "legacy-tls")]
pub use crate::legacy::LegacyProbe;
pub use crate::legacy_seen::{LegacyOutcome, LegacySeen};
pub use crate::portal::{Canary, CanaryAnswer, PortalProbe, PortalSeen};
pub use crate::record::{Direction, RecordSeen};
pub use crate::resolve::{AddressesSeen, Resolution, ResolveProbe};
pub use crate::rustls_adapter::client_config;
pub use crate::scheme::{Scheme, TlsVersion, usable_schemes};
pub use crate::seen::{
    AlertSeen, ClientAuthSeen, CredentialSeen, Ending, HandshakeSeen, HttpSeen, IssuerVerdict,
    Moment, Phase, PhaseName, Presented, Requested, SentBy, ServerVerdict, SignatureSeen,
    Tls12Seen, TokenOffer,
};
pub use crate::throughput::{HandshakeTime, ThroughputRun, ThroughputSeen, histogram, percentile};
pub use crate::trust::{RootOrigin, RootsFrom, Trust, TrustError};

/// Every finding this layer can make, in the order the documentation lists them.
pub static FINDINGS: &[&FindingKind] = &[
    &tls_findings::CLOCK_SKEWED,
    &network_findings::DNS_FAILURE,
    &network_findings::REFUSED,
    &network_findings::TIMEOUT,
    &network_findings::UNREACHABLE,
    &network_findings::FAMILY_BROKEN,
    &network_findings::CAPTIVE_PORTAL,
    &tls_findings::NOT_TLS,
    &tls_findings::MIDDLEBOX,
    &tls_findings::LARGE_HELLO,
    &tls_findings::PATH_MTU,
    &tls_findings::VERSION,
    &tls_findings::NO_COMMON_CIPHER,
    &tls_findings::SERVER_UNTRUSTED,
    &tls_findings::SERVER_EXPIRED,
    &tls_findings::SERVER_NAME,
    &tls_findings::NOT_REQUESTED,
    &tls_findings::RENEGOTIATION,
    &tls_findings::POST_HANDSHAKE,
    &tls_findings::ISSUER,
    &tls_findings::SCHEME,
    &tls_findings::REQUIRED,
    &tls_findings::REJECTED,
    &tls_findings::SIGNATURE_REJECTED,
    &tls_findings::HANDSHAKE_FAILURE,
    &tls_findings::APPLICATION_REFUSED,
];

#[test]
fn the_table_is_well_made() {
    assert_eq!(
        tomcheck_diagnosis::faults_of(FINDINGS),
        Vec::<String>::new()
    );
}
