//! What does a site over Java's own TLS do that asks for a card?

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::kept::{Failure, Kept, folder, until_a_port_is_free};
use crate::pki::{Pki, ServerCertificate};
use crate::tls_server::Versions;

/// How the site behaves. The default requires a certificate, and says of which authorities.
#[derive(Clone, Debug)]
pub struct JavaOptions {
    /// The certificate it shows.
    pub certificate: ServerCertificate,
    /// The protocol versions it speaks.
    pub versions: Versions,
    /// The authorities it accepts, PEM.
    pub authorities: PathBuf,
    /// Whether it says which.
    pub lists_authorities: bool,
}

impl Default for JavaOptions {
    fn default() -> Self {
        Self {
            certificate: ServerCertificate::Localhost,
            versions: Versions::Both,
            authorities: Pki::shared().authorities_pem(),
            lists_authorities: true,
        }
    }
}

/// A site in Java, compiled as it starts; dropped or orphaned, it is killed.
#[derive(Debug)]
pub struct JavaSite {
    kept: Kept,
    port: u16,
}

impl JavaSite {
    /// Starts and waits until it listens: some seconds.
    ///
    /// # Panics
    ///
    /// When java, or its compiler (Debian package default-jdk-headless), or openssl is not
    /// installed, or the site does not listen within twenty seconds; what it wrote is in the
    /// message.
    pub fn start(options: &JavaOptions) -> Self {
        until_a_port_is_free(|| Self::attempt(options))
    }

    fn attempt(options: &JavaOptions) -> Result<Self, Failure> {
        let directory = folder("java")?;
        fs::write(directory.path().join("Site.java"), SOURCE)?;
        write_key_store(&directory.path().join("own.p12"), options.certificate)?;
        let authorities = options.authorities.display().to_string();
        let lists = if options.lists_authorities {
            "lists"
        } else {
            "hides"
        };
        let arguments = [
            // a small machine compiles several of these at once
            "-XX:TieredStopAtLevel=1",
            "-XX:+UseSerialGC",
            "Site.java",
            "own.p12",
            &authorities,
            versions(options.versions),
            lists,
        ];
        let kept = Kept::start(directory, "java", arguments)?;
        kept.wait_until(|kept| port(&kept.output()).is_some())?;
        let port = port(&kept.output()).ok_or(Failure::PortTaken)?;
        Ok(Self { kept, port })
    }

    /// Its port, on 127.0.0.1.
    pub fn port(&self) -> u16 {
        self.port
    }

    /// Whether `what` comes to be in its log. Waits 20 s for it.
    pub fn comes_to_log(&self, what: &str) -> bool {
        self.kept.comes_to_write(what)
    }
}

fn port(output: &str) -> Option<u16> {
    let (_, rest) = output.split_once("listening at port ")?;
    rest.split_once('.')?.0.parse().ok()
}

fn write_key_store(file: &Path, certificate: ServerCertificate) -> Result<(), Failure> {
    let identity = Pki::shared().server(certificate);
    let made = Command::new("openssl")
        .args(["pkcs12", "-export", "-passout", "pass:test", "-in"])
        .arg(identity.chain_pem())
        .arg("-inkey")
        .arg(identity.key_pem())
        .arg("-out")
        .arg(file)
        .output()?;
    match made.status.success() {
        true => Ok(()),
        false => Err(Failure::DoesNotServe(
            String::from_utf8_lossy(&made.stderr).into_owned(),
        )),
    }
}

fn versions(versions: Versions) -> &'static str {
    match versions {
        Versions::Both => "TLSv1.2,TLSv1.3",
        Versions::Tls12 => "TLSv1.2",
        Versions::Tls13 => "TLSv1.3",
    }
}

const SOURCE: &str = include_str!("java/Site.java");
