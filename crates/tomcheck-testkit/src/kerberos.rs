//! Who gives out tickets?
//!
//! MIT's own KDC with a realm of its own in a temporary directory; nothing of the machine's is
//! touched. Clients find it by `KRB5_CONFIG` alone.

use std::fs::{self, Permissions};
use std::io::{self, Write};
use std::net::{Ipv4Addr, UdpSocket};
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use tempfile::TempDir;

/// A running KDC that knows `secretary` and the proxy on `localhost`; dropped or orphaned, it is
/// killed.
#[derive(Debug)]
pub struct Kerberos {
    directory: TempDir,
    /// A shell that kills the KDC when its standard input closes.
    keeper: Child,
}

impl Kerberos {
    /// The realm.
    pub const REALM: &'static str = "TEST.INVALID";
    /// The proxy's principal.
    pub const PROXY: &'static str = "HTTP/localhost@TEST.INVALID";

    /// Makes the realm and starts its KDC: about a second.
    ///
    /// # Panics
    ///
    /// When it is not installed (Debian packages krb5-kdc, krb5-admin-server, krb5-user) or does
    /// not start in ten seconds.
    pub fn start() -> Self {
        // it cannot choose its port, and another process may be quicker
        let started = Self::attempt().or_else(|_| Self::attempt());
        started.expect("a KDC starts (packages krb5-kdc, krb5-admin-server, krb5-user)")
    }

    fn attempt() -> io::Result<Self> {
        let directory = tempfile::Builder::new().prefix("tomcheck-kdc-").tempdir()?;
        let place = directory.path();
        // squid's helper reads configuration and keys as another user
        fs::set_permissions(place, Permissions::from_mode(0o755))?;
        let port = UdpSocket::bind((Ipv4Addr::LOCALHOST, 0))?
            .local_addr()?
            .port();
        fs::write(place.join("krb5.conf"), client_configuration(port))?;
        fs::write(place.join("kdc.conf"), kdc_configuration(place, port))?;
        run(place, "kdb5_util", &["create", "-s", "-P", "of-the-test"])?;
        let proxy = format!("addprinc -randkey {}", Self::PROXY);
        let keys = format!("ktadd -k {}/proxy.keytab {}", place.display(), Self::PROXY);
        for order in ["addprinc -pw hunter2 secretary", &proxy, &keys] {
            run(place, "kadmin.local", &["-q", order])?;
        }
        fs::set_permissions(place.join("proxy.keytab"), Permissions::from_mode(0o644))?;
        let keeper = command(place, "sh")
            .args(["-c", KEEPER, "kdc-keeper"])
            .stdin(Stdio::piped())
            .stdout(fs::File::create(place.join("kdc.out"))?)
            .stderr(fs::File::create(place.join("kdc.err"))?)
            .spawn()?;
        let kerberos = Self { directory, keeper };
        kerberos.wait_until_it_runs()?;
        Ok(kerberos)
    }

    fn wait_until_it_runs(&self) -> io::Result<()> {
        let started = Instant::now();
        let log = self.directory.path().join("kdc.log");
        while started.elapsed() < PATIENCE {
            let said = fs::read_to_string(&log).unwrap_or_default();
            if said.contains("commencing operation") {
                return Ok(());
            }
            thread::sleep(Duration::from_millis(10));
        }
        let said = fs::read_to_string(log).unwrap_or_default();
        Err(io::Error::other(format!("krb5kdc does not begin: {said}")))
    }

    /// What `KRB5_CONFIG` names.
    pub fn configuration(&self) -> PathBuf {
        self.directory.path().join("krb5.conf")
    }

    /// The proxy's keys.
    pub fn keytab(&self) -> PathBuf {
        self.directory.path().join("proxy.keytab")
    }

    /// Logs `secretary` in; what `KRB5CCNAME` names.
    ///
    /// # Panics
    ///
    /// When the KDC gives no ticket.
    pub fn logged_in(&self) -> PathBuf {
        let tickets = self.directory.path().join("tickets");
        let mut kinit = command(self.directory.path(), "kinit");
        kinit.arg("-c").arg(&tickets).arg("secretary");
        kinit.stdin(Stdio::piped()).stdout(Stdio::null());
        let mut kinit = kinit
            .spawn()
            .expect("kinit starts (Debian package krb5-user)");
        let mut input = kinit.stdin.take().expect("its input is a pipe");
        input
            .write_all(b"hunter2\n")
            .expect("it asks for a password");
        drop(input);
        assert!(kinit.wait().is_ok_and(|status| status.success()), "kinit");
        tickets
    }
}

impl Drop for Kerberos {
    fn drop(&mut self) {
        drop(self.keeper.stdin.take());
        let _ = self.keeper.wait();
    }
}

fn client_configuration(port: u16) -> String {
    let realm = Kerberos::REALM;
    format!(
        "[libdefaults]\n\
         default_realm = {realm}\n\
         dns_lookup_realm = false\n\
         dns_lookup_kdc = false\n\
         dns_canonicalize_hostname = false\n\
         rdns = false\n\
         [realms]\n\
         {realm} = {{\n kdc = 127.0.0.1:{port}\n}}\n\
         [domain_realm]\n\
         localhost = {realm}\n"
    )
}

fn kdc_configuration(place: &Path, port: u16) -> String {
    let (realm, place) = (Kerberos::REALM, place.display());
    format!(
        "[kdcdefaults]\n\
         kdc_listen = 127.0.0.1:{port}\n\
         kdc_tcp_listen = 127.0.0.1:{port}\n\
         [realms]\n\
         {realm} = {{\n\
         database_name = {place}/principal\n\
         key_stash_file = {place}/stash\n\
         acl_file = {place}/acl\n\
         max_life = 1h\n\
         }}\n\
         [logging]\n\
         kdc = FILE:{place}/kdc.log\n\
         admin_server = FILE:{place}/admin.log\n"
    )
}

fn run(place: &Path, program: &str, arguments: &[&str]) -> io::Result<()> {
    let output = command(place, program).args(arguments).output()?;
    match output.status.success() {
        true => Ok(()),
        false => {
            let said = String::from_utf8_lossy(&output.stderr).into_owned();
            Err(io::Error::other(format!("{program}: {said}")))
        }
    }
}

/// Debian keeps the programs of administrators where the PATH of users does not look.
fn command(place: &Path, program: &str) -> Command {
    let path = std::env::var("PATH").unwrap_or_default();
    let mut command = Command::new("env");
    command
        .arg(program)
        .env("PATH", format!("{path}:/usr/sbin:/sbin"))
        .env("KRB5_CONFIG", place.join("krb5.conf"))
        .env("KRB5_KDC_PROFILE", place.join("kdc.conf"))
        .env("KRB5RCACHEDIR", place)
        .current_dir(place);
    command
}

/// Signals of the terminal reach the whole group: the keeper outlives them to do its work.
const KEEPER: &str = r#"
trap '' INT TERM HUP
krb5kdc -n &
kdc=$!
read -r _
kill -KILL "$kdc"
wait "$kdc"
"#;

const PATIENCE: Duration = Duration::from_secs(10);
