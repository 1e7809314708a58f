//! What does a server do that asks for the card only for some of its pages?
//!
//! Apache httpd, started for one test with a configuration of its own in a temporary directory;
//! nothing of the machine's httpd is touched.

use std::fs::{self, Permissions};
use std::io;
use std::net::{Ipv4Addr, SocketAddr, TcpListener};
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use tempfile::TempDir;

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
    address: SocketAddr,
    directory: TempDir,
    /// A shell that kills httpd when its standard input closes, which it does however this
    /// process ends.
    keeper: Child,
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
    /// When httpd is not installed or does not listen within ten seconds; its log is in the
    /// message.
    pub fn start(tls: ApacheTls) -> Self {
        // httpd cannot choose its port, and another process may be quicker
        let mut attempts = (0..5).map(|_| Self::attempt(tls));
        attempts
            .find(|attempt| !matches!(attempt, Err(Failure::PortTaken)))
            .unwrap_or(Err(Failure::PortTaken))
            .expect("httpd starts")
    }

    fn attempt(tls: ApacheTls) -> Result<Self, Failure> {
        let directory = tempfile::Builder::new()
            .prefix("tomcheck-apache-")
            .tempdir()?;
        // started by root, httpd becomes another user and reads its pages as that one
        fs::set_permissions(directory.path(), Permissions::from_mode(0o755))?;
        let address = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?.local_addr()?;
        write_site(directory.path())?;
        let text = configuration(directory.path(), address, tls);
        fs::write(directory.path().join("httpd.conf"), text)?;
        let apache = Self {
            address,
            keeper: start_keeper(directory.path())?,
            directory,
        };
        apache.wait_until_it_listens()?;
        Ok(apache)
    }

    fn wait_until_it_listens(&self) -> Result<(), Failure> {
        let started = Instant::now();
        loop {
            let log = self.error_log() + &self.log("stderr.log");
            // written once it listens: who connects from then on is served
            if !self.log("pid").is_empty() {
                return Ok(());
            }
            if log.contains("Address already in use") {
                return Err(Failure::PortTaken);
            }
            if started.elapsed() > PATIENCE {
                return Err(Failure::DoesNotListen(log));
            }
            thread::sleep(Duration::from_millis(10));
        }
    }

    /// Where it listens; its certificate says `localhost`.
    pub fn port(&self) -> u16 {
        self.address.port()
    }

    /// Its log, once `what` has come into it; none: it has not within 10 s.
    pub fn comes_to_log(&self, what: &str) -> Option<String> {
        let started = Instant::now();
        loop {
            let log = self.error_log();
            if log.contains(what) {
                return Some(log);
            }
            if started.elapsed() > PATIENCE {
                return None;
            }
            thread::sleep(Duration::from_millis(10));
        }
    }

    /// What it logged so far.
    pub fn error_log(&self) -> String {
        self.log("error.log")
    }

    /// A log that is not there yet is empty.
    fn log(&self, name: &str) -> String {
        fs::read_to_string(self.directory.path().join(name)).unwrap_or_default()
    }
}

impl Drop for Apache {
    fn drop(&mut self) {
        drop(self.keeper.stdin.take());
        let _ = self.keeper.wait();
    }
}

fn start_keeper(directory: &Path) -> io::Result<Child> {
    // Debian keeps it where the PATH of users does not look
    let debian = Path::new("/usr/sbin/apache2");
    let program = if debian.exists() {
        debian
    } else {
        Path::new("apache2")
    };
    Command::new("sh")
        .args(["-c", KEEPER, "apache-keeper"])
        .arg(program)
        .arg(directory.join("httpd.conf"))
        .current_dir(directory)
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .stderr(fs::File::create(directory.join("stderr.log"))?)
        .spawn()
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

fn configuration(directory: &Path, listen: SocketAddr, tls: ApacheTls) -> String {
    let pki = Pki::shared();
    let identity = pki.server(ServerCertificate::Localhost);
    let protocol = match tls {
        ApacheTls::Tls12 => "TLSv1.2",
        ApacheTls::Tls13 => "TLSv1.3",
    };
    format!(
        "ServerRoot {directory}\n\
         ServerName localhost\n\
         Listen {listen}\n\
         DefaultRuntimeDir {directory}\n\
         PidFile {directory}/pid\n\
         ErrorLog {directory}/error.log\n\
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

/// Why there is no httpd.
#[derive(Debug, thiserror::Error)]
enum Failure {
    #[error("httpd cannot be started (Debian package apache2)")]
    Start(#[from] io::Error),
    #[error("its port was taken")]
    PortTaken,
    #[error("it does not listen; its log:\n{0}")]
    DoesNotListen(String),
}

/// Signals of the terminal reach the whole group: the keeper outlives them to do its work.
/// With -X httpd is one process in the foreground.
const KEEPER: &str = r#"
trap '' INT TERM HUP
"$1" -X -f "$2" &
httpd=$!
read -r _
kill -KILL "$httpd"
wait "$httpd"
"#;

const PATIENCE: Duration = Duration::from_secs(10);
