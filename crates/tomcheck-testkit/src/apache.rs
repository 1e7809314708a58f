//! What does a server do that asks for the card only for some of its pages?
//!
//! Apache httpd, started for one test with a configuration of its own in a temporary directory;
//! nothing of the machine's httpd is touched.

use std::fs;
use std::io;
use std::path::Path;

use crate::kept::{
    Failure, Kept, folder_for_others, free_port, server_program, until_a_port_is_free,
};
use crate::pki::{Pki, ServerCertificate};

/// The version of TLS it speaks: each has its own way to ask for a certificate afterwards.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum ApacheTls {
    /// TLS 1.2: it renegotiates.
    Tls12,
    /// TLS 1.3: it asks after the handshake whoever offered to be asked, and answers 403 to
    /// others.
    Tls13,
}

/// A running httpd; dropped or orphaned, it is killed. It opens `/` to everybody, and
/// [`Apache::CARD_PAGE`] to a card whose issuer the test PKI knows.
#[derive(Debug)]
pub struct Apache {
    kept: Kept,
    port: u16,
}

impl Apache {
    /// The page whose `<Location>` has `SSLVerifyClient require`.
    pub const CARD_PAGE: &str = "/card/page.html";
    /// The page that asks for nothing.
    pub const OPEN_PAGE: &str = "/open.html";

    /// Starts and waits until it listens: a fraction of a second.
    ///
    /// # Panics
    ///
    /// When httpd (Debian package apache2) is not installed or does not listen within twenty
    /// seconds; what it wrote is in the message.
    pub fn start(tls: ApacheTls) -> Self {
        until_a_port_is_free(|| Self::attempt(tls))
    }

    fn attempt(tls: ApacheTls) -> Result<Self, Failure> {
        let port = free_port()?;
        let directory = folder_for_others("apache", 0o755)?;
        write_site(directory.path())?;
        let file = directory.path().join("httpd.conf");
        fs::write(&file, configuration(directory.path(), port, tls))?;
        // with -X it is one process in the foreground
        let arguments = ["-X".as_ref(), "-f".as_ref(), file.as_os_str()];
        let kept = Kept::start(directory, &server_program("apache2"), arguments)?;
        let kept = kept.logging_to(LOG);
        // written once it listens: who connects from then on is served
        kept.wait_until(|kept| !kept.text("pid").is_empty())?;
        Ok(Self { kept, port })
    }

    /// Where it listens, on 127.0.0.1; its certificate says `localhost`.
    pub fn port(&self) -> u16 {
        self.port
    }

    /// Its log, once `what` has come into it; none: it has not within 20 s.
    pub fn comes_to_log(&self, what: &str) -> Option<String> {
        self.kept.comes_to_write(what).then(|| self.error_log())
    }

    /// What it logged so far.
    pub fn error_log(&self) -> String {
        self.kept.text(LOG)
    }
}

fn write_site(directory: &Path) -> io::Result<()> {
    let site = directory.join("site");
    for page in [Apache::CARD_PAGE, Apache::OPEN_PAGE] {
        let file = site.join(page.trim_start_matches('/'));
        if let Some(folder) = file.parent() {
            fs::create_dir_all(folder)?;
        }
        fs::write(file, "<p>TEST</p>\n")?;
    }
    Ok(())
}

fn configuration(directory: &Path, port: u16, tls: ApacheTls) -> String {
    let pki = Pki::shared();
    let identity = pki.server(ServerCertificate::Localhost);
    let protocol = match tls {
        ApacheTls::Tls12 => "TLSv1.2",
        ApacheTls::Tls13 => "TLSv1.3",
    };
    format!(
        "ServerRoot {directory}\n\
         ServerName localhost\n\
         Listen 127.0.0.1:{port}\n\
         DefaultRuntimeDir {directory}\n\
         PidFile {directory}/pid\n\
         ErrorLog {directory}/{LOG}\n\
         LogLevel ssl:info\n\
         {modules}\
         User nobody\n\
         Group nogroup\n\
         DocumentRoot {directory}/site\n\
         SSLEngine on\n\
         SSLProtocol -all +{protocol}\n\
         SSLSessionCache none\n\
         SSLCertificateFile {certificate}\n\
         SSLCertificateKeyFile {key}\n\
         SSLCACertificateFile {authorities}\n\
         <Location /card>\n\
         SSLVerifyClient require\n\
         SSLVerifyDepth 5\n\
         </Location>\n",
        directory = directory.display(),
        modules = MODULES.map(load).concat(),
        certificate = identity.chain_pem().display(),
        key = identity.key_pem().display(),
        authorities = pki.authorities_pem().display(),
    )
}

fn load(module: &str) -> String {
    format!("LoadModule {module}_module /usr/lib/apache2/modules/mod_{module}.so\n")
}

const MODULES: [&str; 3] = ["mpm_event", "authz_core", "ssl"];

const LOG: &str = "error.log";
