//! Which of the programs to compare are there?

use std::env;
use std::path::{Path, PathBuf};
use std::process::Command;

/// The programs and modules of this machine.
#[derive(Clone, Debug)]
pub struct Tools {
    pub(crate) softhsm: PathBuf,
    pub(crate) softhsm_util: PathBuf,
    pub(crate) pkcs11_tool: PathBuf,
    /// Counts the calls into a module.
    pub(crate) spy: Result<PathBuf, Missing>,
    pub(crate) openssl: Result<PathBuf, Missing>,
    /// OpenSSL with its PKCS#11 engine.
    pub(crate) openssl_engine: Result<PathBuf, Missing>,
    pub(crate) gnutls: Result<PathBuf, Missing>,
    /// curl, where OpenSSL has its engine.
    pub(crate) curl: Result<PathBuf, Missing>,
    pub(crate) tomcheck: Result<PathBuf, Missing>,
    /// Our own program of one handshake.
    pub(crate) once: Result<PathBuf, Missing>,
}

/// Something is not there: what, and what would bring it.
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
#[error("{what} is missing: {remedy}")]
pub struct Missing {
    what: &'static str,
    remedy: &'static str,
}

const fn package(what: &'static str, remedy: &'static str) -> Missing {
    Missing { what, remedy }
}

const SOFTHSM: Missing = package("libsofthsm2.so", "apt install softhsm2");
const SOFTHSM_UTIL: Missing = package("softhsm2-util", "apt install softhsm2");
const PKCS11_TOOL: Missing = package("pkcs11-tool", "apt install opensc");
const SPY: Missing = package("pkcs11-spy.so", "apt install opensc-pkcs11");
const OPENSSL: Missing = package("openssl", "apt install openssl");
const ENGINE: Missing = package(
    "the PKCS#11 engine of OpenSSL",
    "apt install libengine-pkcs11-openssl",
);
const GNUTLS: Missing = package("gnutls-cli", "apt install gnutls-bin");
const CURL: Missing = package("curl", "apt install curl");
const TOMCHECK: Missing = package(
    "tomcheck beside this program",
    "build both: cargo build --release -p tomcheck-cli -p tomcheck-benches",
);

const ONCE: Missing = package(
    "one-handshake beside this program",
    "build both: cargo build --release -p tomcheck-benches",
);

impl Tools {
    /// Looks for them. Runs `openssl engine` once.
    ///
    /// # Errors
    ///
    /// When there is no SoftHSM, or nothing to write a key into it: then there is nothing to
    /// compare. Whatever else is missing is missing for one peer only.
    pub fn look() -> Result<Self, Missing> {
        let openssl = program("openssl", OPENSSL);
        let openssl_engine = openssl.clone().and_then(with_engine);
        Ok(Self {
            softhsm: file(SOFTHSM_PLACES, SOFTHSM)?,
            softhsm_util: program("softhsm2-util", SOFTHSM_UTIL)?,
            pkcs11_tool: program("pkcs11-tool", PKCS11_TOOL)?,
            spy: file(SPY_PLACES, SPY),
            curl: program("curl", CURL).and_then(|curl| openssl_engine.clone().map(|_| curl)),
            openssl_engine,
            openssl,
            gnutls: program("gnutls-cli", GNUTLS),
            tomcheck: tomcheck(),
            once: beside_us("one-handshake").ok_or(ONCE),
        })
    }
}

/// Source: files of Debian's softhsm2, of Fedora's softhsm.
const SOFTHSM_PLACES: &[&str] = &[
    "/usr/lib/softhsm/libsofthsm2.so",
    "/usr/lib64/pkcs11/libsofthsm2.so",
];

/// Source: files of Debian's opensc-pkcs11, of Fedora's opensc.
const SPY_PLACES: &[&str] = &[
    "/usr/lib/x86_64-linux-gnu/pkcs11-spy.so",
    "/usr/lib/aarch64-linux-gnu/pkcs11-spy.so",
    "/usr/lib64/pkcs11-spy.so",
];

fn file(places: &[&str], missing: Missing) -> Result<PathBuf, Missing> {
    let found = places.iter().map(Path::new).find(|path| path.is_file());
    found.map(Path::to_path_buf).ok_or(missing)
}

fn program(name: &str, missing: Missing) -> Result<PathBuf, Missing> {
    let path = env::var_os("PATH").unwrap_or_default();
    let found = env::split_paths(&path)
        .map(|folder| folder.join(name))
        .find(|path| path.is_file());
    found.ok_or(missing)
}

fn with_engine(openssl: PathBuf) -> Result<PathBuf, Missing> {
    let answer = Command::new(&openssl).args(["engine", "pkcs11"]).output();
    match answer {
        Ok(answer) if answer.status.success() => Ok(openssl),
        _ => Err(ENGINE),
    }
}

/// The program itself.
pub(crate) fn tomcheck() -> Result<PathBuf, Missing> {
    beside_us("tomcheck").ok_or(TOMCHECK)
}

/// Cargo puts all programs of one build into one folder, tests one below it.
fn beside_us(name: &str) -> Option<PathBuf> {
    let own = env::current_exe().ok()?;
    let found = own.parent()?.join(name);
    found.is_file().then_some(found)
}
