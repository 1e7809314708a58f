//! What does a real proxy answer?
//!
//! squid, started for one test with a configuration of its own in a temporary directory;
//! nothing of the machine's squid is touched.

use std::fmt::Write as _;
use std::fs::{self, Permissions};
use std::io;
use std::net::{Ipv4Addr, SocketAddr};
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use crate::kept::{
    Failure, Kept, folder_for_others, free_port, server_program, until_a_port_is_free,
};

/// How the proxy behaves. The default lets everything through.
#[derive(Clone, Debug, Default)]
pub struct SquidOptions {
    /// User and password it demands; none: it demands nothing.
    pub auth: Option<(String, String)>,
    /// How it wants them.
    pub login: SquidLogin,
    /// Certificate and key, PEM, with which it listens for TLS; none: it listens in the clear.
    pub secure: Option<(String, String)>,
    /// How long a tunnel may be silent before it is cut; none: a quarter of an hour.
    pub cuts_idle_after: Option<Duration>,
    /// Hosts it answers 403 for, while others pass.
    pub deny: Vec<String>,
    /// Names it resolves to 127.0.0.1.
    pub local_names: Vec<String>,
    /// Sites that it fetches from another place, by plain HTTP: name and address.
    pub origins: Vec<(String, SocketAddr)>,
    /// The proxy it hands every request to; none: it goes to the site itself.
    pub parent: Option<SocketAddr>,
    /// What it calls itself; none: `squid.test.invalid`.
    pub name: Option<String>,
    /// Lines that an administrator puts before all others.
    pub first_lines: String,
    /// Name of the authority, as `openssl req -subj` takes it, under which it opens every
    /// secure connection, to look inside; none: it opens none.
    pub inspects_as: Option<String>,
}

/// How a squid wants to be logged in to.
#[derive(Clone, Debug, Default)]
pub enum SquidLogin {
    /// User and password, Basic.
    #[default]
    Basic,
    /// User and password, Digest with MD5.
    Digest,
    /// User and password, NTLM, of which Samba verifies the answers.
    Ntlm,
    /// A Kerberos ticket for this principal; its key is in this file, the realm in that one.
    Negotiate {
        /// `HTTP/host@REALM`.
        principal: String,
        /// Its keys.
        keytab: PathBuf,
        /// What `KRB5_CONFIG` names.
        configuration: PathBuf,
    },
}

/// A running squid; dropped or orphaned, it is killed.
#[derive(Debug)]
pub struct Squid {
    kept: Kept,
    address: SocketAddr,
}

impl Squid {
    /// Starts and waits until it listens: a fraction of a second.
    ///
    /// # Panics
    ///
    /// When squid (Debian package squid-openssl) is not installed or does not listen within twenty
    /// seconds; its log is in the message.
    pub fn start(options: &SquidOptions) -> Self {
        until_a_port_is_free(|| Self::attempt(options))
    }

    fn attempt(options: &SquidOptions) -> Result<Self, Failure> {
        let directory = folder_for_others("squid", 0o777)?;
        let address = SocketAddr::from((Ipv4Addr::LOCALHOST, free_port()?));
        if let Some(subject) = &options.inspects_as {
            make_authority(directory.path(), subject)?;
        }
        write_configuration(directory.path(), address, options)?;
        // letters and digits only; what squid puts into /dev/shm bears this name
        let name = format!("tomcheck{}p{}", std::process::id(), address.port());
        let leaves = format!("/dev/shm/{name}-*.shm");
        // asked politely, it takes more than a second to end; killed, it leaves its shared memory
        let arguments = ["-N", "-f", "squid.conf", "-n", &name];
        let program = server_program("squid");
        let kept = Kept::start_one_that_leaves(&leaves, directory, &program, arguments)?;
        let kept = kept.logging_to("cache.log");
        kept.wait_until(|kept| says_it_listens(kept) && takes_connections(address))?;
        Ok(Self { kept, address })
    }

    /// Where it listens.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// `http://127.0.0.1:PORT`.
    pub fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// The certificate of the authority it inspects under, which a workstation may have been
    /// told to trust; there when it inspects.
    pub fn inspection_authority(&self) -> PathBuf {
        self.kept.path().join(AUTHORITY)
    }

    /// Its access log so far: one line a request that has ended.
    pub fn access_log(&self) -> String {
        self.kept.text("access.log")
    }

    /// Whether its access log comes to have `what` in it: squid writes the line of a tunnel once both
    /// ends are closed, which is after the client has left. Waits 20 s for it.
    pub fn comes_to_log(&self, what: &str) -> bool {
        let logs = |kept: &Kept| kept.text("access.log").contains(what);
        self.kept.wait_until(logs).is_ok()
    }
}

/// It says so a moment before it does.
fn says_it_listens(kept: &Kept) -> bool {
    let lines = ["HTTP Socket connections at", "HTTPS Socket connections at"];
    let output = kept.output();
    lines.iter().any(|line| output.contains(line))
}

/// Asked of the system, since a connection would leave a line in the log.
fn takes_connections(at: SocketAddr) -> bool {
    let Ok(sockets) = fs::read_to_string("/proc/net/tcp") else {
        return true;
    };
    let listens = format!("0100007F:{:04X} 00000000:0000 0A ", at.port());
    sockets.contains(&listens)
}

fn write_configuration(
    directory: &Path,
    listen: SocketAddr,
    options: &SquidOptions,
) -> io::Result<()> {
    let mut hosts = String::from("127.0.0.1 localhost\n::1 localhost\n");
    for name in &options.local_names {
        let _ = writeln!(hosts, "127.0.0.1 {name}");
    }
    fs::write(directory.join("hosts"), hosts)?;
    let text = format!(
        "{port}{inspection}\n\
         visible_hostname {name}\n\
         pid_filename none\n\
         coredump_dir {directory}\n\
         cache_log {directory}/cache.log\n\
         access_log stdio:{directory}/access.log\n\
         hosts_file {directory}/hosts\n\
         cache deny all\n\
         cache_mem 0\n\
         pinger_enable off\n\
         netdb_filename none\n\
         shutdown_lifetime 0 seconds\n\
         dns_timeout 2 seconds\n\
         connect_timeout 5 seconds\n\
         {first_lines}\n\
         {rules}\n\
         http_access allow all\n",
        directory = directory.display(),
        name = options.name.as_deref().unwrap_or("squid.test.invalid"),
        port = port(directory, listen, options)?,
        inspection = inspection(directory, options),
        rules = rules(directory, options)?
            + &origins(options)
            + &parent(options)
            + bumping(options)
            + &idle(options),
        first_lines = options.first_lines,
    );
    fs::write(directory.join("squid.conf"), text)
}

/// Where it listens, and for what.
fn port(directory: &Path, listen: SocketAddr, options: &SquidOptions) -> io::Result<String> {
    let Some((certificate, key)) = &options.secure else {
        return Ok(format!("http_port {listen}"));
    };
    let (to_certificate, to_key) = (directory.join("proxy.pem"), directory.join("proxy.key"));
    fs::write(&to_certificate, certificate)?;
    fs::write(&to_key, key)?;
    // read as another user than the one who wrote it
    fs::set_permissions(&to_key, Permissions::from_mode(0o644))?;
    let (certificate, key) = (to_certificate.display(), to_key.display());
    Ok(format!(
        "https_port {listen} tls-cert={certificate} tls-key={key}"
    ))
}

fn idle(options: &SquidOptions) -> String {
    let limit = options.cuts_idle_after.map(|limit| limit.as_secs());
    let line = limit.map(|limit| format!("read_timeout {limit} seconds\n"));
    line.unwrap_or_default()
}

/// The certificates it makes are signed by its own authority, and so is not what it fetches.
fn inspection(directory: &Path, options: &SquidOptions) -> String {
    let authority = directory.join(AUTHORITY);
    let inspects = options.inspects_as.as_ref();
    let text = inspects.map(|_| {
        format!(
            " ssl-bump tls-cert={authority} tls-key={key} generate-host-certificates=on \
             dynamic_cert_mem_cache_size=4MB",
            authority = authority.display(),
            key = authority.with_extension("key").display(),
        )
    });
    text.unwrap_or_default()
}

/// Opened before anything was heard of the site, as a proxy does that decides by name.
fn bumping(options: &SquidOptions) -> &'static str {
    match options.inspects_as {
        Some(_) => {
            "sslcrtd_program /usr/lib/squid/security_file_certgen\n\
             sslcrtd_children 1 startup=1 idle=1\n\
             tls_outgoing_options flags=DONT_VERIFY_PEER\n\
             ssl_bump bump all\n"
        }
        None => "",
    }
}

/// What its administrator does once, and hands out the certificate of.
fn make_authority(directory: &Path, subject: &str) -> Result<(), Failure> {
    let (key, certificate) = (directory.join("inspection.key"), directory.join(AUTHORITY));
    let made = Command::new("openssl")
        .args([
            "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "30",
        ])
        .args(["-subj", subject])
        .arg("-keyout")
        .arg(&key)
        .arg("-out")
        .arg(certificate)
        .output()?;
    if !made.status.success() {
        let messages = String::from_utf8_lossy(&made.stderr).into_owned();
        return Err(Failure::DoesNotServe(messages));
    }
    // read as another user than the one who wrote it
    fs::set_permissions(key, Permissions::from_mode(0o644))?;
    Ok(())
}

/// A peer of its own for each, and no other way there.
fn origins(options: &SquidOptions) -> String {
    let each = options.origins.iter().enumerate();
    let lines = each.map(|(number, (name, at))| {
        let (address, port) = (at.ip(), at.port());
        format!(
            "cache_peer {address} parent {port} 0 no-query no-digest originserver name=peer{number}\n\
             acl to_peer{number} dstdomain -n {name}\n\
             cache_peer_access peer{number} allow to_peer{number}\n\
             cache_peer_access peer{number} deny all\n\
             never_direct allow to_peer{number}\n"
        )
    });
    lines.collect()
}

fn parent(options: &SquidOptions) -> String {
    let line = options.parent.map(|at| {
        let (address, port) = (at.ip(), at.port());
        format!(
            "cache_peer {address} parent {port} 0 no-query no-digest default\n\
             never_direct allow all\n"
        )
    });
    line.unwrap_or_default()
}

fn rules(directory: &Path, options: &SquidOptions) -> io::Result<String> {
    let mut rules = String::new();
    if !options.deny.is_empty() {
        // -n: by name alone, or an address in the request would be looked up first
        let hosts = options.deny.join(" ");
        let _ = writeln!(
            rules,
            "acl denied dstdomain -n {hosts}\nhttp_access deny denied"
        );
    }
    let login = match (&options.login, &options.auth) {
        (SquidLogin::Negotiate { .. }, _) => negotiate(directory, options)?,
        (SquidLogin::Basic, Some(known)) => basic(directory, known)?,
        (SquidLogin::Digest, Some(known)) => digest(directory, known)?,
        (SquidLogin::Ntlm, Some(known)) => ntlm(directory, known)?,
        (_, None) => return Ok(rules),
    };
    rules += &login;
    rules += "acl known proxy_auth REQUIRED\nhttp_access deny !known\n";
    Ok(rules)
}

fn basic(directory: &Path, (user, password): &(String, String)) -> io::Result<String> {
    let line = format!("{} {}\n", as_squid_writes(user), as_squid_writes(password));
    let passwords = written(directory, "passwords", &line)?;
    let helper = written(directory, "helper.sh", HELPER)?;
    let program = format!("/bin/sh {} {}", helper.display(), passwords.display());
    Ok(login("basic", &program) + "auth_param basic realm tomcheck test\n")
}

fn digest(directory: &Path, (user, password): &(String, String)) -> io::Result<String> {
    let passwords = written(directory, "passwords", &format!("{user}:{password}\n"))?;
    let program = format!("/usr/lib/squid/digest_file_auth {}", passwords.display());
    Ok(login("digest", &program) + "auth_param digest realm tomcheck test\n")
}

/// Samba's helper verifies against one password, instead of asking a domain.
fn ntlm(directory: &Path, (user, password): &(String, String)) -> io::Result<String> {
    let samba = written(directory, "smb.conf", &samba_in(directory))?;
    let wrapper = format!(
        "exec ntlm_auth --helper-protocol=squid-2.5-ntlmssp --configfile={} \
         --username='{user}' --password='{password}'\n",
        samba.display()
    );
    let wrapper = written(directory, "ntlm.sh", &wrapper)?;
    Ok(login("ntlm", &format!("/bin/sh {}", wrapper.display())))
}

fn samba_in(directory: &Path) -> String {
    let folders = [
        "private dir",
        "lock directory",
        "state directory",
        "cache directory",
        "pid directory",
    ];
    let lines = folders.map(|name| format!("{name} = {}\n", directory.display()));
    format!(
        "[global]\nworkgroup = TEST\nlog file = /dev/null\n{}",
        lines.concat()
    )
}

fn negotiate(directory: &Path, options: &SquidOptions) -> io::Result<String> {
    let SquidLogin::Negotiate {
        principal,
        keytab,
        configuration,
    } = &options.login
    else {
        return Ok(String::new());
    };
    let wrapper = format!(
        "KRB5_CONFIG='{}' exec /usr/lib/squid/negotiate_kerberos_auth -k '{}' -s '{principal}'\n",
        configuration.display(),
        keytab.display(),
    );
    let wrapper = written(directory, "negotiate.sh", &wrapper)?;
    Ok(login(
        "negotiate",
        &format!("/bin/sh {}", wrapper.display()),
    ))
}

fn written(directory: &Path, name: &str, text: &str) -> io::Result<PathBuf> {
    let path = directory.join(name);
    fs::write(&path, text)?;
    Ok(path)
}

fn login(scheme: &str, program: &str) -> String {
    format!(
        "auth_param {scheme} program {program}\n\
         auth_param {scheme} children 1 startup=1 idle=1\n"
    )
}

/// The escapes squid puts into what it tells a helper.
fn as_squid_writes(text: &str) -> String {
    let escaped = text.bytes().map(|byte| {
        if byte.is_ascii_graphic() && !br##"<>"#%{}|\^~[]`'"##.contains(&byte) {
            char::from(byte).to_string()
        } else {
            format!("%{byte:02X}")
        }
    });
    escaped.collect()
}

/// Answers squid's question « user password » from the one line of a file.
const HELPER: &str = r#"
read -r wanted < "$1"
while read -r given; do
    if [ "$given" = "$wanted" ]; then echo OK; else echo ERR; fi
done
"#;

const AUTHORITY: &str = "inspection.pem";
