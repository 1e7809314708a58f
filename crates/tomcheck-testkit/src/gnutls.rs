//! What does GnuTLS's own server do that asks for a card?

use std::path::PathBuf;

use crate::kept::{Failure, Kept, folder, free_port, until_a_port_is_free};
use crate::pki::{Pki, ServerCertificate};
use crate::tls_server::Versions;

/// How the server behaves. The default asks for a certificate, requires one, and verifies it.
#[derive(Clone, Debug)]
pub struct GnutlsOptions {
    /// The certificate it shows.
    pub certificate: ServerCertificate,
    /// The protocol versions it speaks.
    pub versions: Versions,
    /// The authorities it accepts, PEM.
    pub authorities: PathBuf,
}

impl Default for GnutlsOptions {
    fn default() -> Self {
        Self {
            certificate: ServerCertificate::Localhost,
            versions: Versions::Both,
            authorities: Pki::shared().authorities_pem(),
        }
    }
}

/// `gnutls-serv` over HTTP; dropped or orphaned, it is killed. It listens at every address of the
/// machine: it can choose its port only.
#[derive(Debug)]
pub struct Gnutls {
    kept: Kept,
    port: u16,
}

impl Gnutls {
    /// Starts and waits until it listens.
    ///
    /// # Panics
    ///
    /// When gnutls-serv (Debian package gnutls-bin) is not installed or does not listen within
    /// twenty seconds; what it wrote is in the message.
    pub fn start(options: &GnutlsOptions) -> Self {
        until_a_port_is_free(|| Self::attempt(options))
    }

    fn attempt(options: &GnutlsOptions) -> Result<Self, Failure> {
        let port = free_port()?;
        let identity = Pki::shared().server(options.certificate);
        let arguments = [
            "--http".to_owned(),
            "--require-client-cert".to_owned(),
            "--verify-client-cert".to_owned(),
            format!("--port={port}"),
            format!("--priority=NORMAL:-VERS-ALL:{}", versions(options.versions)),
            format!("--x509certfile={}", identity.chain_pem().display()),
            format!("--x509keyfile={}", identity.key_pem().display()),
            format!("--x509cafile={}", options.authorities.display()),
        ];
        let kept = Kept::start(folder("gnutls")?, "gnutls-serv", arguments)?;
        // it says where before it listens there, and how that went afterwards
        kept.wait_until(|kept| kept.output().contains(&format!("port {port}...done")))?;
        Ok(Self { kept, port })
    }

    /// Its port.
    pub fn port(&self) -> u16 {
        self.port
    }

    /// Whether `what` comes to be in its log. Waits 20 s for it.
    pub fn comes_to_log(&self, what: &str) -> bool {
        self.kept.comes_to_write(what)
    }
}

fn versions(versions: Versions) -> &'static str {
    match versions {
        Versions::Both => "+VERS-TLS1.2:+VERS-TLS1.3",
        Versions::Tls12 => "+VERS-TLS1.2",
        Versions::Tls13 => "+VERS-TLS1.3",
    }
}
