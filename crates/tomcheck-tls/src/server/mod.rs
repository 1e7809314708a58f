//! Who comes to a server that asks for a certificate, and with what?
//!
//! It takes any certificate that is offered and tells what it is worth, so that the one who
//! came can be told. That the client has the certificate's key is proved all the same.

mod hello;
mod identity;
mod parting;
mod replay;
mod seen;

use std::time::Duration;

use thiserror::Error;

use crate::scheme::TlsVersion;
use crate::trust::Trust;

// The public interface is:
pub use self::hello::{HelloSeen, Named};
pub use self::identity::{IdentityError, ServerIdentity};
pub use self::parting::part_with;
pub use self::seen::{AcceptFailure, ChainJudged, ChainVerdict, ClientSeen};
pub use crate::rustls_adapter::{Acceptor, Secured};

pub(crate) use self::hello::{Gathered, gather};
pub(crate) use self::replay::Replay;

/// How a server behaves.
#[derive(Debug)]
pub struct ServerOptions {
    /// What it shows of itself.
    pub identity: ServerIdentity,
    /// Whether a client without a certificate may come in.
    pub demand: Demand,
    /// Whose certificates are accepted; also the list it announces. Nobody's: it announces
    /// none, which asks for any certificate, and judges none.
    pub issuers: Trust,
    /// The versions it speaks; empty: both.
    pub versions: Vec<TlsVersion>,
    /// How long it waits.
    pub patience: Patience,
}

/// Whether a client without a certificate may come in.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub enum Demand {
    /// It may.
    #[default]
    Optional,
    /// It gets an alert.
    Required,
}

/// How long a server waits.
#[derive(Clone, Copy, Debug)]
pub struct Patience {
    /// For the ClientHello, which needs nobody's hand.
    pub hello: Duration,
    /// For the whole handshake: somebody chooses a certificate and types a code meanwhile.
    pub handshake: Duration,
}

impl Default for Patience {
    fn default() -> Self {
        Self {
            hello: Duration::from_secs(10),
            handshake: Duration::from_secs(180),
        }
    }
}

/// Why there can be no such server.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum ServerError {
    /// The certificate and the key do not make an identity.
    #[error("the certificate cannot be used: {0}")]
    Identity(String),
    /// The authorities do not make a verifier.
    #[error("the authorities cannot be used: {0}")]
    Issuers(String),
    /// No version or no randomness.
    #[error("no TLS server: {0}")]
    Setup(String),
}
