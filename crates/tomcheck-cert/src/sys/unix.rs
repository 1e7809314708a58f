//! What does the worker process need of a Unix system?
#![allow(unsafe_code)]

use std::ffi::OsStr;
use std::fs::File;
use std::io;
use std::os::unix::ffi::OsStrExt;
use std::os::unix::process::{CommandExt, ExitStatusExt};
use std::path::{Path, PathBuf};
use std::process::{Command, ExitStatus};

use rustix::io::fcntl_dupfd_cloexec;
use rustix::process::{Pid, Resource, Rlimit, Signal, getrlimit, kill_process_group, setrlimit};
use rustix::stdio::{dup2_stdin, dup2_stdout, stderr, stdin, stdout};

use crate::Crash;
use crate::trace::Switch;

/// Moves the protocol away from descriptors 0 and 1, where a module that prints or reads
/// would meet it.
///
/// # Errors
///
/// What the system said.
pub(crate) fn take_streams() -> io::Result<(File, File)> {
    // descriptors from 10 up: some modules close the low ones
    let from = File::from(fcntl_dupfd_cloexec(stdin(), 10)?);
    let to = File::from(fcntl_dupfd_cloexec(stdout(), 10)?);
    dup2_stdin(File::open("/dev/null")?)?;
    dup2_stdout(stderr())?;
    Ok((from, to))
}

/// A path as the bytes that it is.
pub(crate) fn bytes_of(path: &Path) -> Vec<u8> {
    path.as_os_str().as_bytes().to_vec()
}

/// The reverse.
pub(crate) fn path_of(bytes: &[u8]) -> PathBuf {
    PathBuf::from(OsStr::from_bytes(bytes))
}

/// Bounds what a module gone wild can take from the machine, and forbids a core file: it
/// could hold the code porteur. A limit the system refuses is left as it is.
pub(crate) fn limit() {
    for (resource, most) in [
        (Resource::Core, 0),
        (Resource::Nofile, 256),
        // what it may write to: modules at work were seen to take some 20 MB
        (Resource::Data, 512 << 20),
        (Resource::As, 4 << 30),
    ] {
        let maximum = getrlimit(resource)
            .maximum
            .map_or(most, |had| had.min(most));
        let limit = Rlimit {
            current: Some(maximum),
            maximum: Some(maximum),
        };
        let _ = setrlimit(resource, limit);
    }
}

/// Keeps a Ctrl-C at the terminal from the worker: its parent ends it, and it then finalises
/// the module instead of dying with the card in its hands. And keeps from it whatever files of
/// this process a program may inherit: a module has no business with them.
pub(crate) fn set_apart(command: &mut Command) {
    command.process_group(0);
    // SAFETY: between fork and exec, only system calls are made that are allowed there.
    unsafe { command.pre_exec(close_the_rest_on_exec) };
}

/// Every descriptor but the three of the protocol: marked rather than closed, as the standard
/// library tells of a failing exec through one of them.
#[allow(clippy::unnecessary_wraps, reason = "pre_exec wants it so")]
fn close_the_rest_on_exec() -> io::Result<()> {
    const FIRST: libc::c_int = 3;
    #[cfg(target_os = "linux")]
    {
        const CLOEXEC: libc::c_uint = 1 << 2;
        // SAFETY: takes numbers only, and changes flags of descriptors only.
        let answer = unsafe {
            libc::syscall(
                libc::SYS_close_range,
                FIRST as libc::c_uint,
                libc::c_uint::MAX,
                CLOEXEC,
            )
        };
        if answer == 0 {
            return Ok(());
        }
    }
    for descriptor in FIRST..MOST_DESCRIPTORS {
        // SAFETY: as above; a number that is no descriptor is refused.
        unsafe { libc::fcntl(descriptor, libc::F_SETFD, libc::FD_CLOEXEC) };
    }
    Ok(())
}

/// Where the system cannot be told "all": Linux before 5.11, macOS.
const MOST_DESCRIPTORS: libc::c_int = 4096;

/// Ends what the module may have started and left behind: all that did not leave the worker's
/// group, as a daemon does.
pub(crate) fn end_group(id: u32) {
    let group = i32::try_from(id).ok().and_then(Pid::from_raw);
    if let Some(group) = group {
        let _ = kill_process_group(group, Signal::KILL);
    }
}

/// From here on no other process of this account can read this one's memory, and the system
/// writes it into no file.
pub(crate) fn hide_memory() {
    #[cfg(target_os = "linux")]
    {
        let _ =
            rustix::process::set_dumpable_behavior(rustix::process::DumpableBehavior::NotDumpable);
    }
}

#[cfg(target_os = "linux")]
pub(crate) use super::linux::find_instead;

/// Only Linux lets a process see other files than its neighbours.
#[cfg(not(target_os = "linux"))]
pub(crate) fn find_instead(
    _instead: &[crate::worker::Instead],
) -> Result<(), tomcheck_diagnosis::ForeignFailure> {
    Err(tomcheck_diagnosis::ForeignFailure::decimal("unshare", 0).named("not on this system"))
}

/// The environment that PC/SC and the modules document.
pub(crate) const ENVIRONMENT: &[&str] = &[
    "HOME",
    "LANG",
    "LD_LIBRARY_PATH",
    "DYLD_LIBRARY_PATH",
    "OPENSC_CONF",
    "PCSCLITE_CSOCK_NAME",
    "SOFTHSM2_CONF",
    "TMPDIR",
    "XDG_CACHE_HOME",
    "XDG_CONFIG_HOME",
];

/// How a process ended that should not have; none: by a plain exit of our own code.
pub(crate) fn crash(status: ExitStatus) -> Crash {
    match (status.signal(), status.code()) {
        (Some(signal), _) => Crash::Signal(signal),
        (None, code) => Crash::Exit(code.unwrap_or_default()),
    }
}

/// What the Cryptolib's installer left in the registry: there is none here.
pub(crate) fn declared_package() -> crate::module::Package {
    crate::module::Package::NotAsked
}

/// Where the Cryptolib CPS keeps what it read of cards.
pub(crate) fn cache_folder() -> PathBuf {
    PathBuf::from(if cfg!(target_vendor = "apple") {
        "/Library/Caches/santesocial/CPS"
    } else {
        "/etc/opt/santesocial/CPS/cache"
    })
}

/// Where the Cryptolib CPS looks whether to write a trace.
pub(crate) fn trace_switch() -> Switch {
    let path = PathBuf::from(if cfg!(target_vendor = "apple") {
        "/Library/Preferences/santesocial/CPS/cps3_pkcs11.conf"
    } else {
        "/etc/opt/santesocial/CPS/cps3_pkcs11.conf"
    });
    Switch::File { path }
}

/// Where the Cryptolib CPS writes it.
pub(crate) fn log_folder() -> PathBuf {
    if cfg!(target_vendor = "apple") {
        return home().join("Library/Logs/santesocial/CPS");
    }
    PathBuf::from("/var/opt/santesocial/CPS/log")
}

/// Where programs keep what must outlive them.
///
/// Source: XDG Base Directory Specification 0.8; Apple, File System Programming Guide.
pub(crate) fn state_folder() -> PathBuf {
    // What root restores is what root wrote: not what a home that somebody else may write holds.
    if rustix::process::geteuid().is_root() {
        return PathBuf::from(OF_ROOT);
    }
    if cfg!(target_vendor = "apple") {
        return home().join("Library/Application Support/tomcheck");
    }
    let named = std::env::var_os("XDG_STATE_HOME").map(PathBuf::from);
    let named = named.filter(|path| path.is_absolute());
    named
        .unwrap_or_else(|| home().join(".local/state"))
        .join("tomcheck")
}

#[cfg(target_vendor = "apple")]
const OF_ROOT: &str = "/Library/Application Support/tomcheck";
#[cfg(not(target_vendor = "apple"))]
const OF_ROOT: &str = "/var/lib/tomcheck";

fn home() -> PathBuf {
    std::env::var_os("HOME").map_or_else(std::env::temp_dir, PathBuf::from)
}

/// A new folder that nobody else may enter.
pub(crate) fn create_own_folder(path: &Path) -> io::Result<()> {
    use std::os::unix::fs::DirBuilderExt;
    std::fs::DirBuilder::new().mode(0o700).create(path)
}

/// The folder of Windows: there is none here.
pub(crate) fn system_root() -> Option<PathBuf> {
    None
}
