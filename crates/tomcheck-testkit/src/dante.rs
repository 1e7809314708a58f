//! What does a real SOCKS proxy answer?
//!
//! Dante, started for one test with a configuration of its own in a temporary directory; nothing
//! of the machine's own is touched. It knows SOCKS 4 and 5.

use std::fs::{self, Permissions};
use std::io;
use std::net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream};
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use tempfile::TempDir;

/// How the proxy behaves. The default lets everything through.
#[derive(Clone, Copy, Debug, Default)]
pub struct DanteOptions {
    /// Whether it demands a user and a password: those of an account of this machine.
    pub demands_login: bool,
    /// Whether a rule of its forbids every site.
    pub forbids: bool,
}

/// A running Dante; dropped or orphaned, it is killed.
#[derive(Debug)]
pub struct Dante {
    address: SocketAddr,
    directory: TempDir,
    /// A shell that kills the proxy when its standard input closes.
    keeper: Child,
}

impl Dante {
    /// Starts and waits until it listens.
    ///
    /// # Panics
    ///
    /// When it is not installed (Debian package dante-server) or does not listen in ten seconds.
    pub fn start(options: DanteOptions) -> Self {
        let mut attempts = (0..5).map(|_| Self::attempt(options).expect("danted can be started"));
        let started = attempts.find_map(Self::once_it_listens);
        started.expect("danted listens (Debian package dante-server)")
    }

    fn attempt(options: DanteOptions) -> io::Result<Self> {
        let directory = tempfile::Builder::new()
            .prefix("tomcheck-dante-")
            .tempdir()?;
        fs::set_permissions(directory.path(), Permissions::from_mode(0o777))?;
        // it cannot choose its port, and another process may be quicker
        let address = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?.local_addr()?;
        fs::write(
            directory.path().join("danted.conf"),
            configuration(directory.path(), address, options),
        )?;
        let keeper = Command::new("sh")
            .args(["-c", KEEPER, "dante-keeper"])
            .arg(directory.path().join("danted.conf"))
            .current_dir(directory.path())
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .stderr(fs::File::create(directory.path().join("stderr.log"))?)
            .spawn()?;
        Ok(Self {
            address,
            directory,
            keeper,
        })
    }

    fn once_it_listens(self) -> Option<Self> {
        let started = Instant::now();
        while started.elapsed() < PATIENCE {
            if TcpStream::connect(self.address).is_ok() {
                return Some(self);
            }
            if self.log().contains("Address already in use") {
                return None;
            }
            thread::sleep(Duration::from_millis(10));
        }
        None
    }

    /// Where it listens.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// What it wrote down so far.
    pub fn log(&self) -> String {
        fs::read_to_string(self.directory.path().join("danted.log")).unwrap_or_default()
    }
}

impl Drop for Dante {
    fn drop(&mut self) {
        drop(self.keeper.stdin.take());
        let _ = self.keeper.wait();
    }
}

fn configuration(directory: &Path, listen: SocketAddr, options: DanteOptions) -> String {
    let method = if options.demands_login {
        "username"
    } else {
        "none"
    };
    let verdict = if options.forbids { "block" } else { "pass" };
    format!(
        "logoutput: {log}\n\
         internal: {address} port = {port}\n\
         external: lo\n\
         user.privileged: root\n\
         user.unprivileged: nobody\n\
         clientmethod: none\n\
         socksmethod: {method}\n\
         client pass {{ from: 0.0.0.0/0 to: 0.0.0.0/0 }}\n\
         socks {verdict} {{ from: 0.0.0.0/0 to: 0.0.0.0/0 }}\n",
        log = directory.join("danted.log").display(),
        address = listen.ip(),
        port = listen.port(),
    )
}

/// It starts several processes, which are one group of their own.
const KEEPER: &str = r#"
trap '' INT TERM HUP
program=$(command -v danted || echo /usr/sbin/danted)
setsid "$program" -f "$1" &
danted=$!
read -r _
kill -KILL "-$danted"
wait "$danted"
"#;

const PATIENCE: Duration = Duration::from_secs(10);
