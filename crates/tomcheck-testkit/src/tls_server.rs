//! What does a TLS server that asks for a card see, and how does it refuse?
//!
//! A real rustls server on loopback, on a thread of its own, with the behaviours a
//! client must tell apart.

use std::net::SocketAddr;

use rustls::SignatureScheme;

use crate::pki::{Ca, ServerCertificate};

/// How the server behaves. The default is the site as it should be: TLS 1.2 and 1.3,
/// a client certificate required, the persons of all three gammes accepted.
#[derive(Clone, Debug)]
pub struct TlsServerOptions {
    /// The certificate it shows.
    pub certificate: ServerCertificate,
    /// The protocol versions it speaks.
    pub versions: Versions,
    /// Whether it asks for a client certificate.
    pub client_auth: ClientAuth,
    /// The authorities it accepts; also the `certificate_authorities` it announces.
    pub accepted: Vec<Ca>,
    /// The signature schemes it announces for the client; empty: all that rustls can check.
    pub schemes: Vec<SignatureScheme>,
    /// What it does to every client certificate, however good.
    pub refusal: Option<Refusal>,
    /// The status of its HTTP answer.
    pub http_status: u16,
}

/// Whether the server asks for a client certificate.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum ClientAuth {
    /// It does not ask.
    None,
    /// It asks and goes on without.
    Optional,
    /// It asks and refuses to go on without.
    Required,
}

/// Which versions the server speaks.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Versions {
    /// TLS 1.2 and 1.3.
    Both,
    /// TLS 1.2 alone.
    Tls12,
    /// TLS 1.3 alone.
    Tls13,
}

/// The alert every client certificate gets.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Refusal {
    /// Alert 42, `bad_certificate`.
    Bad,
    /// Alert 43, `unsupported_certificate`.
    Unsupported,
    /// Alert 44, `certificate_revoked`.
    Revoked,
    /// Alert 45, `certificate_expired`.
    Expired,
    /// Alert 46, `certificate_unknown`.
    Unknown,
    /// Alert 48, `unknown_ca`.
    UnknownCa,
    /// Alert 49, `access_denied`.
    AccessDenied,
    /// Alert 51, `decrypt_error`, after `CertificateVerify`.
    BadSignature,
}

/// A running server; dropping it closes its port.
#[derive(Debug)]
pub struct TlsServer {
    address: SocketAddr,
}

impl Default for TlsServerOptions {
    fn default() -> Self {
        todo!()
    }
}

impl TlsServer {
    /// Starts on an ephemeral port of 127.0.0.1 (and of ::1 where there is one).
    pub fn start(_options: TlsServerOptions) -> Self {
        todo!()
    }

    /// Where it listens (IPv4).
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Its port.
    pub fn port(&self) -> u16 {
        self.address.port()
    }

    /// `https://localhost:PORT/`.
    pub fn url(&self) -> String {
        format!("https://localhost:{}/", self.port())
    }

    /// How many TCP connections it has accepted.
    pub fn connections(&self) -> usize {
        todo!()
    }

    /// How many handshakes it has completed.
    pub fn handshakes(&self) -> usize {
        todo!()
    }

    /// The last client certificate shown to it, DER, accepted or not.
    pub fn last_client_certificate(&self) -> Option<Vec<u8>> {
        todo!()
    }
}
