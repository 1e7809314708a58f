//! What does a TLS server that asks for a card see, and how does it refuse?
//!
//! A real rustls server on loopback, on a thread of its own, with the behaviours a
//! client must tell apart.

use std::net::{Ipv4Addr, Ipv6Addr, SocketAddr, TcpListener, TcpStream};
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::thread;
use std::time::Duration;

use rustls::pki_types::PrivateKeyDer;
use rustls::version::{TLS12, TLS13};
use rustls::{ServerConfig, SupportedProtocolVersion};

use crate::pki::{Ca, Domaine, Gamme, Pki, ServerCertificate};

use connection::Site;
use verifier::CardVerifier;

mod connection;
mod verifier;

pub use rustls::SignatureScheme;

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
    /// The authorities it accepts; also the `certificate_authorities` it announces. Empty:
    /// it announces none and accepts every authority of the house.
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

/// A running server; dropping it closes its ports.
#[derive(Debug)]
pub struct TlsServer {
    address: SocketAddr,
    site: Arc<Site>,
    listening: Vec<(SocketAddr, thread::JoinHandle<()>)>,
}

impl Default for TlsServerOptions {
    fn default() -> Self {
        let gammes = [Gamme::Elementaire, Gamme::Standard, Gamme::Fort];
        let accepted = gammes
            .iter()
            .flat_map(|gamme| [Ca::Root(*gamme), Ca::Issuing(*gamme, Domaine::Personnes)]);
        Self {
            certificate: ServerCertificate::Localhost,
            versions: Versions::Both,
            client_auth: ClientAuth::Required,
            accepted: accepted.collect(),
            schemes: Vec::new(),
            refusal: None,
            http_status: 200,
        }
    }
}

impl TlsServer {
    /// Starts on an ephemeral port of 127.0.0.1, and of ::1 where there is one.
    ///
    /// # Panics
    ///
    /// When the loopback has no port left, or the options make no server.
    pub fn start(options: TlsServerOptions) -> Self {
        let verifier = Arc::new(CardVerifier::new(&options));
        let site = Arc::new(Site::new(
            configuration(&options, Arc::clone(&verifier)),
            verifier,
            options.http_status,
        ));
        let v4 = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).expect("loopback has a free port");
        let address = v4.local_addr().expect("a bound listener has an address");
        // « localhost » is both; a machine without IPv6 has nothing to listen on
        let v6 = TcpListener::bind((Ipv6Addr::LOCALHOST, address.port())).ok();
        let listening = std::iter::once(v4)
            .chain(v6)
            .filter_map(|listener| listen(listener, &site))
            .collect();
        Self {
            address,
            site,
            listening,
        }
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
        self.site.connections.load(Ordering::SeqCst)
    }

    /// How many handshakes it has completed.
    pub fn handshakes(&self) -> usize {
        self.site.handshakes.load(Ordering::SeqCst)
    }

    /// The last client certificate shown to it, DER, accepted or not.
    pub fn last_client_certificate(&self) -> Option<Vec<u8>> {
        self.site.verifier.last_certificate()
    }

    /// Why its last failed handshake failed, in rustls's words.
    pub fn last_failure(&self) -> Option<String> {
        connection::held(&self.site.failure).clone()
    }
}

impl Drop for TlsServer {
    fn drop(&mut self) {
        self.site.closing.store(true, Ordering::SeqCst);
        for (address, thread) in self.listening.drain(..) {
            // one more connection, so that `accept` returns and sees it is over
            let woken = TcpStream::connect_timeout(&address, Duration::from_secs(1));
            if woken.is_ok() {
                let _ = thread.join();
            }
        }
    }
}

fn listen(listener: TcpListener, site: &Arc<Site>) -> Option<(SocketAddr, thread::JoinHandle<()>)> {
    let address = listener.local_addr().ok()?;
    let site = Arc::clone(site);
    let thread = thread::spawn(move || {
        for stream in listener.incoming() {
            if site.closing.load(Ordering::SeqCst) {
                return;
            }
            let Ok(stream) = stream else { continue };
            let site = Arc::clone(&site);
            thread::spawn(move || site.answer(stream));
        }
    });
    Some((address, thread))
}

fn configuration(options: &TlsServerOptions, verifier: Arc<CardVerifier>) -> Arc<ServerConfig> {
    let identity = Pki::shared().server(options.certificate);
    let chain = identity.chain_der().into_iter().map(Into::into).collect();
    let key = PrivateKeyDer::Pkcs8(identity.key_der().into());
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let builder = ServerConfig::builder_with_provider(provider)
        .with_protocol_versions(&options.versions.list())
        .expect("ring speaks TLS 1.2 and 1.3");
    let builder = match options.client_auth {
        ClientAuth::None => builder.with_no_client_auth(),
        _ => builder.with_client_cert_verifier(verifier),
    };
    let mut configuration = builder
        .with_single_cert(chain, key)
        .expect("the test PKI is well-formed");
    // a resumed session shows no certificate: each client must show its own
    configuration.session_storage = Arc::new(rustls::server::NoServerSessionStorage {});
    configuration.send_tls13_tickets = 0;
    Arc::new(configuration)
}

impl Versions {
    fn list(self) -> Vec<&'static SupportedProtocolVersion> {
        match self {
            Self::Both => vec![&TLS13, &TLS12],
            Self::Tls12 => vec![&TLS12],
            Self::Tls13 => vec![&TLS13],
        }
    }
}
