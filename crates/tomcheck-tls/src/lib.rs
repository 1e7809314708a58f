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
mod told;
mod trust;

use tomcheck_diagnosis::FindingKind;

// The public interface is:
pub use crate::certificate::{DistinguishedName, ServerCertificate};
pub use crate::connect::{Attempt, ConnectProbe, ConnectSeen, TcpOutcome};
pub use crate::credential::{Credential, Curve, Hash, Mechanism, SignWith, Signer};
pub use crate::details::{
    ClientAuthDetails, PhaseTime, TlsDetails, TokenDetails, VersionsDetails, details,
};
pub use crate::handshake::{HandshakeProbe, Versions};
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
    &network_findings::DNS_FAILURE,
    &network_findings::REFUSED,
    &network_findings::TIMEOUT,
    &network_findings::UNREACHABLE,
    &network_findings::FAMILY_BROKEN,
];
