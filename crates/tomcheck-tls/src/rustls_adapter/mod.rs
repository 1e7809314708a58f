//! What does rustls ask of us, and what does it tell us? Everything that touches rustls
//! stands in this folder, written for rustls 0.23.

mod client_auth;
mod engine;
mod server;
mod server_auth;
mod swift;

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Instant;

use rustls::client::Resumption;
use rustls::crypto::{CryptoProvider, ring};
use rustls::{CipherSuite, ClientConfig, Error, ProtocolVersion, SupportedProtocolVersion};
use tomcheck_diagnosis::ForeignFailure;

use self::client_auth::Resolver;
use self::server_auth::RecordingVerifier;
use crate::credential::Credential;
use crate::handshake::Versions;
use crate::scheme::TlsVersion;
use crate::seen::{IssuerVerdict, Presented, ServerVerdict};
use crate::trust::Trust;

pub(crate) use self::engine::{Engine, EngineFailure, TOO_LONG};
pub use self::server::{Acceptor, Secured};
pub(crate) use self::server::{cipher_name, group_name};
#[cfg(feature = "legacy-tls")]
pub(crate) use self::server_auth::judge_server;
pub(crate) use self::swift::{Shaken, Shaker};

/// A configuration for any user of rustls: the server must verify against `trust`; the
/// certificate is sent only to a server that asks for it, accepts its issuer and a
/// signature the token can make.
///
/// Computes by ring; with feature `aws-lc-rs`, by AWS-LC, which makes more handshakes a second,
/// also offers a post-quantum key exchange (X25519MLKEM768, last), and takes 25 ms for the first
/// random number of a process. The probes compute by ring in any case.
///
/// # Errors
///
/// When rustls knows none of the versions.
pub fn client_config(
    credential: Option<Credential>,
    trust: &Trust,
    versions: Versions,
) -> Result<ClientConfig, Error> {
    let provider = Arc::new(for_many());
    build(provider, credential, trust, versions, Shared::unread())
}

/// What computes for who makes many handshakes.
fn for_many() -> CryptoProvider {
    #[cfg(feature = "aws-lc-rs")]
    return rustls::crypto::aws_lc_rs::default_provider();
    #[cfg(not(feature = "aws-lc-rs"))]
    ring::default_provider()
}

/// The same, writing down what passes: its first message and its speed hang on no feature.
pub(crate) fn configure(
    credential: Option<Credential>,
    trust: &Trust,
    versions: Versions,
    ledger: Shared,
) -> Result<ClientConfig, Error> {
    let provider = Arc::new(ring::default_provider());
    build(provider, credential, trust, versions, ledger)
}

fn build(
    provider: Arc<CryptoProvider>,
    credential: Option<Credential>,
    trust: &Trust,
    versions: Versions,
    ledger: Shared,
) -> Result<ClientConfig, Error> {
    let verifier = RecordingVerifier {
        roots: trust.roots.clone(),
        provider: provider.clone(),
        ledger: ledger.clone(),
    };
    let offered = versions.offered().iter().filter_map(|v| version_of(*v));
    let offered: Vec<_> = offered.collect();
    let mut config = ClientConfig::builder_with_provider(provider)
        .with_protocol_versions(&offered)?
        .dangerous()
        .with_custom_certificate_verifier(Arc::new(verifier))
        .with_client_cert_resolver(Arc::new(Resolver::new(credential, ledger)));
    // a resumed session shows no certificate and asks for none
    config.resumption = Resumption::disabled();
    Ok(config)
}

/// What rustls showed us during one handshake.
#[derive(Debug, Default)]
pub(crate) struct Ledger {
    pub(crate) server_chain: Vec<Vec<u8>>,
    pub(crate) judged: Option<(Instant, ServerVerdict)>,
    pub(crate) request: Option<Request>,
    pub(crate) signing: Option<Signing>,
}

/// The server's CertificateRequest, and what we made of it.
#[derive(Debug)]
pub(crate) struct Request {
    pub(crate) at: Instant,
    /// Raw DER.
    pub(crate) authorities: Vec<Vec<u8>>,
    pub(crate) schemes: Vec<u16>,
    pub(crate) issuer: IssuerVerdict,
    pub(crate) presented: Presented,
}

/// The one signature.
#[derive(Debug)]
pub(crate) struct Signing {
    pub(crate) scheme: u16,
    pub(crate) begun: Instant,
    pub(crate) ended: Option<(Instant, Result<(), ForeignFailure>)>,
}

impl Signing {
    pub(crate) fn begin(scheme: u16) -> Self {
        Self {
            scheme,
            begun: Instant::now(),
            ended: None,
        }
    }
}

impl Ledger {
    /// Also when it has not answered at all.
    pub(crate) fn has_failed_to_sign(&self) -> bool {
        let signing = self.signing.as_ref();
        signing.is_some_and(|signing| !matches!(signing.ended, Some((_, Ok(())))))
    }
}

/// The ledger as the verifier, the resolver and the key share it.
#[derive(Clone, Debug, Default)]
pub(crate) struct Shared {
    ledger: Arc<Mutex<Ledger>>,
    is_unread: bool,
}

impl Shared {
    /// Nobody looks into it, and nothing is written: many connections at once share a
    /// configuration.
    fn unread() -> Self {
        Self {
            is_unread: true,
            ..Self::default()
        }
    }

    pub(crate) fn with<T>(&self, look: impl FnOnce(&mut Ledger) -> T) -> T {
        // whoever panicked while holding it left facts that are still true
        look(&mut self.ledger.lock().unwrap_or_else(PoisonError::into_inner))
    }

    fn write(&self, write: impl FnOnce(&mut Ledger)) {
        if !self.is_unread {
            self.with(write);
        }
    }
}

/// rustls knows no older ones.
fn version_of(version: TlsVersion) -> Option<&'static SupportedProtocolVersion> {
    match version {
        TlsVersion::Tls10 | TlsVersion::Tls11 => None,
        TlsVersion::Tls12 => Some(&rustls::version::TLS12),
        TlsVersion::Tls13 => Some(&rustls::version::TLS13),
    }
}

fn version_seen(version: ProtocolVersion) -> Option<TlsVersion> {
    match version {
        ProtocolVersion::TLSv1_2 => Some(TlsVersion::Tls12),
        ProtocolVersion::TLSv1_3 => Some(TlsVersion::Tls13),
        _ => None,
    }
}

/// `TLS_AES_128_GCM_SHA256`; rustls spells the suites of TLS 1.3 otherwise.
fn suite_name(suite: CipherSuite) -> Option<String> {
    let name = suite.as_str()?;
    Some(name.replacen("TLS13_", "TLS_", 1))
}
