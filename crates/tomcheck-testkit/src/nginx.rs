//! What do nginx's sites do that ask for a card?
//!
//! nginx, started for one test with a configuration of its own; nothing of the machine's nginx
//! is touched.

use std::fs;
use std::path::{Path, PathBuf};

use crate::kept::{Failure, Kept, folder, free_port, server_program, until_a_port_is_free};
use crate::pki::{Pki, ServerCertificate};
use crate::tls_server::{ClientAuth, Versions};

/// How the site behaves. The default is as it should be.
#[derive(Clone, Debug)]
pub struct NginxOptions {
    /// The certificate it shows.
    pub certificate: ServerCertificate,
    /// The protocol versions it speaks.
    pub versions: Versions,
    /// Whether it asks for a client certificate.
    pub client_auth: ClientAuth,
    /// The authorities it accepts, PEM.
    pub authorities: PathBuf,
    /// Their revocation lists, PEM; none: it asks nobody.
    pub revocations: Option<PathBuf>,
    /// What lies at other paths than `/`: path and content.
    pub pages: Vec<(String, String)>,
    /// Paths that lead elsewhere, and where to.
    pub redirections: Vec<(String, String)>,
}

impl Default for NginxOptions {
    fn default() -> Self {
        Self {
            certificate: ServerCertificate::Localhost,
            versions: Versions::Both,
            client_auth: ClientAuth::Required,
            authorities: Pki::shared().authorities_pem(),
            revocations: None,
            pages: Vec::new(),
            redirections: Vec::new(),
        }
    }
}

/// A running nginx: a site over TLS, and one without, which sends everybody to a page to log in, as
/// the portal of a hotel does. Dropped or orphaned, it is killed.
#[derive(Debug)]
pub struct Nginx {
    kept: Kept,
    port: u16,
    portal_port: u16,
}

impl Nginx {
    /// The page that no card opens.
    pub const FORBIDDEN_PAGE: &str = "/forbidden";

    /// Starts and waits until it listens.
    ///
    /// # Panics
    ///
    /// When nginx (Debian package nginx-light) is not installed or does not listen within twenty
    /// seconds; what it wrote is in the message.
    pub fn start(options: &NginxOptions) -> Self {
        until_a_port_is_free(|| Self::attempt(options))
    }

    fn attempt(options: &NginxOptions) -> Result<Self, Failure> {
        let directory = folder("nginx")?;
        let (port, portal_port) = (free_port()?, free_port()?);
        let text = configuration(directory.path(), port, portal_port, options);
        fs::write(directory.path().join("nginx.conf"), text)?;
        for (number, (_, content)) in options.pages.iter().enumerate() {
            fs::write(directory.path().join(page(number)), content)?;
        }
        let path = directory.path().display().to_string();
        let kept = Kept::start(
            directory,
            &server_program("nginx"),
            ["-p", &path, "-c", "nginx.conf", "-e", "stderr"],
        )?;
        // written once the ports are its own
        kept.wait_until(|kept| !kept.text("nginx.pid").is_empty())?;
        Ok(Self {
            kept,
            port,
            portal_port,
        })
    }

    /// The port of the site over TLS, on 127.0.0.1.
    pub fn port(&self) -> u16 {
        self.port
    }

    /// The port of the portal, without TLS.
    pub fn portal_port(&self) -> u16 {
        self.portal_port
    }

    /// Whether `what` comes to be in its log. Waits 20 s for it.
    pub fn comes_to_log(&self, what: &str) -> bool {
        self.kept.comes_to_write(what)
    }
}

fn configuration(directory: &Path, port: u16, portal_port: u16, options: &NginxOptions) -> String {
    let identity = Pki::shared().server(options.certificate);
    let temporary = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"];
    let temporary = temporary.map(|what| format!("{what}_temp_path {};", directory.display()));
    format!(
        "daemon off;\n\
         master_process off;\n\
         pid nginx.pid;\n\
         error_log stderr info;\n\
         events {{ worker_connections 64; }}\n\
         http {{\n\
         access_log off;\n\
         {temporary}\n\
         server {{\n\
         listen 127.0.0.1:{port} ssl;\n\
         ssl_certificate {certificate};\n\
         ssl_certificate_key {key};\n\
         ssl_protocols {versions};\n\
         ssl_verify_client {asks};\n\
         ssl_client_certificate {authorities};\n\
         {lists}\
         ssl_verify_depth 3;\n\
         ssl_session_tickets off;\n\
         location / {{ return 200 \"$ssl_client_verify\\n\"; }}\n\
         location = {forbidden} {{ return 403; }}\n\
         {places}\
         }}\n\
         server {{\n\
         listen 127.0.0.1:{portal_port};\n\
         location / {{ return 302 http://portail.test.invalid/connexion; }}\n\
         location = /success.txt {{ return 302 http://portail.test.invalid/connexion?de=$host; }}\n\
         location = /honest/success.txt {{ return 200 \"success\\n\"; }}\n\
         location = /page/success.txt {{ return 200 \"<html><title>Bienvenue</title></html>\\n\"; }}\n\
         location = /elsewhere/success.txt {{ return 301 https://$host/success.txt; }}\n\
         location = /blocked/success.txt {{ return 403; }}\n\
         location = /must/success.txt {{ return 511; }}\n\
         }}\n\
         }}\n",
        temporary = temporary.join(" "),
        forbidden = Nginx::FORBIDDEN_PAGE,
        places = places(directory, options),
        certificate = identity.chain_pem().display(),
        key = identity.key_pem().display(),
        versions = versions(options.versions),
        asks = asks(options.client_auth),
        authorities = options.authorities.display(),
        lists = options.revocations.as_deref().map(crl).unwrap_or_default(),
    )
}

fn places(directory: &Path, options: &NginxOptions) -> String {
    let pages = options.pages.iter().enumerate();
    let pages = pages.map(|(number, (path, _))| {
        let file = directory.join(page(number));
        format!("location = {path} {{ alias {}; }}\n", file.display())
    });
    let redirections = options.redirections.iter();
    let redirections =
        redirections.map(|(path, to)| format!("location = {path} {{ return 302 {to}; }}\n"));
    pages.chain(redirections).collect()
}

fn page(number: usize) -> String {
    format!("page{number}")
}

fn crl(lists: &Path) -> String {
    format!("ssl_crl {};\n", lists.display())
}

fn versions(versions: Versions) -> &'static str {
    match versions {
        Versions::Both => "TLSv1.2 TLSv1.3",
        Versions::Tls12 => "TLSv1.2",
        Versions::Tls13 => "TLSv1.3",
    }
}

fn asks(client_auth: ClientAuth) -> &'static str {
    match client_auth {
        ClientAuth::None => "off",
        ClientAuth::Optional => "optional",
        ClientAuth::Required => "on",
    }
}
