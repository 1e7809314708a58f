//! What does the worker process need of a Unix system?

use std::fs::File;
use std::io;
use std::os::unix::process::{CommandExt, ExitStatusExt};
use std::path::PathBuf;
use std::process::{Command, ExitStatus};

use rustix::io::fcntl_dupfd_cloexec;
use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
use rustix::stdio::{dup2_stdin, dup2_stdout, stderr, stdin, stdout};

use crate::Crash;

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

/// Bounds what a module gone wild can take from the machine, and forbids a core file: it
/// could hold the code porteur. A limit the system refuses is left as it is.
pub(crate) fn limit() {
    for (resource, most) in [
        (Resource::Core, 0),
        (Resource::Nofile, 256),
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
/// the module instead of dying with the card in its hands.
pub(crate) fn set_apart(command: &mut Command) {
    command.process_group(0);
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

/// The folder of Windows: there is none here.
pub(crate) fn system_root() -> Option<PathBuf> {
    None
}
