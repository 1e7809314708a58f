//! Why a TLS handshake with a client certificate fails, and at whose hands.
//!
//! | question                                      | probe              | what comes back   |
//! |-----------------------------------------------|--------------------|-------------------|
//! | Which addresses does the name have here?      | [`ResolveProbe`]   | [`AddressesSeen`] |
//! | Which of them accept a connection?            | [`ConnectProbe`]   | [`ConnectSeen`]   |
//! | How does the handshake go, step by step?      | [`HandshakeProbe`] | [`HandshakeSeen`] |

#![forbid(unsafe_code)]

mod alert;
mod background;
mod certificate;
mod connect;
mod credential;
mod details;
mod drive;
mod handshake;
mod http;
mod judge;
mod network_findings;
mod record;
mod resolve;
mod rustls_adapter;
mod scheme;
mod seen;
mod signing;
mod tls_findings;
mod told;
mod trust;
mod words;

use tomcheck_diagnosis::FindingKind;

// The public interface is:
pub use crate::certificate::{DistinguishedName, ServerCertificate};
pub use crate::connect::{Attempt, ConnectProbe, ConnectSeen, TcpOutcome};
pub use crate::credential::{Credential, Curve, Hash, Mechanism, SignWith, Signer};
pub use crate::details::{
    ClientAuthDetails, PhaseTime, TlsDetails, TokenDetails, VersionsDetails, details,
};
pub use crate::handshake::{HandshakeProbe, Versions};
pub use crate::judge::clock_skewed;
pub use crate::record::{Direction, RecordSeen};
pub use crate::resolve::{AddressesSeen, Resolution, ResolveProbe};
pub use crate::rustls_adapter::client_config;
pub use crate::scheme::{Scheme, TlsVersion, usable_schemes};
pub use crate::seen::{
    AlertSeen, ClientAuthSeen, CredentialSeen, Ending, HandshakeSeen, HttpSeen, IssuerVerdict,
    Moment, Phase, PhaseName, Presented, Requested, SentBy, ServerVerdict, SignatureSeen,
    Tls12Seen, TokenOffer,
};
pub use crate::trust::{Trust, TrustError};

/// Every finding this layer can make, in the order the documentation lists them.
pub static FINDINGS: &[&FindingKind] = &[
    &tls_findings::CLOCK_SKEWED,
    &network_findings::DNS_FAILURE,
    &network_findings::REFUSED,
    &network_findings::TIMEOUT,
    &network_findings::UNREACHABLE,
    &network_findings::FAMILY_BROKEN,
    &tls_findings::NOT_TLS,
    &tls_findings::MIDDLEBOX,
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
