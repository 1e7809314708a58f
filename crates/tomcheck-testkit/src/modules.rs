//! Which PKCS#11 modules are broken on purpose?
//!
//! Each function writes a file into `directory` and returns its path; none is ever loaded here.

use std::{
    ffi::OsString,
    fmt::Write as _,
    fs,
    path::{Path, PathBuf},
    process::Command,
};

use crate::KitError;

/// What a [`FaultyModule`] does in the call that fails.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum ModuleFault {
    /// SIGSEGV.
    Crash,
    /// SIGABRT.
    Abort,
    /// It never returns.
    Hang,
    /// Nothing: a sound module that signs nothing.
    None,
}

/// A module with one slot, one token and one key, sound until the named call.
#[derive(Clone, Debug)]
pub struct FaultyModule {
    fault: ModuleFault,
    call: String,
    certificate: Vec<u8>,
}

impl FaultyModule {
    /// `call`: a PKCS#11 function, such as `C_Initialize` or `C_Sign`, or `dlopen`.
    pub fn new(fault: ModuleFault, call: &str) -> Self {
        Self {
            fault,
            call: call.to_owned(),
            certificate: Vec::new(),
        }
    }

    /// Puts this certificate (DER) beside the key, so that a diagnosis comes as far as `C_Sign`.
    #[must_use]
    pub fn certificate(self, certificate: &[u8]) -> Self {
        Self {
            certificate: certificate.to_vec(),
            ..self
        }
    }

    /// Compiles it.
    ///
    /// # Errors
    ///
    /// When the module does not have this call, or the C compiler cannot be run.
    pub fn build(&self, directory: &Path) -> Result<PathBuf, KitError> {
        if !FAULTY_C.contains(&format!("ENTRY({});", self.call)) {
            let value = self.call.clone();
            return Err(KitError::Value {
                what: "faulty call",
                value,
                expected: "one of the module's",
            });
        }
        let fault = format!("{:?}", self.fault);
        let path = directory.join(format!("{}-in-{}.so", fault.to_lowercase(), self.call));
        let mut options = self.defines();
        options.push(format!("-DFAULT={}", fault.to_uppercase()).into());
        compile(FAULTY_C, &path, options)?;
        Ok(path)
    }

    fn defines(&self) -> Vec<OsString> {
        let mut options = vec![format!("-DFAULTY_CALL=\"{}\"", self.call).into()];
        if !self.certificate.is_empty() {
            options.push(bytes_define("CERTIFICATE", &self.certificate));
        }
        options
    }
}

/// A module that can do anything, compiled once: each misdeed is a link to it under another name.
#[derive(Debug)]
pub struct HostileModules {
    module: PathBuf,
    directory: PathBuf,
}

impl HostileModules {
    /// Compiles it into `directory`; `certificate` (DER) stands beside its key.
    ///
    /// # Errors
    ///
    /// When the C compiler cannot be run.
    pub fn build(directory: &Path, certificate: &[u8]) -> Result<Self, KitError> {
        let module = directory.join("hostile.so");
        write(directory.join("faulty.c"), FAULTY_C.as_bytes())?;
        let mut options: Vec<OsString> =
            vec!["-I".into(), directory.into(), HOSTILE_WARNINGS.into()];
        options.push(bytes_define("CERTIFICATE", certificate));
        compile(HOSTILE_C, &module, options)?;
        Ok(Self {
            module,
            directory: directory.to_owned(),
        })
    }

    /// The module that does `misdeed` in `call`; what there is stands in `modules/hostile.c`.
    ///
    /// # Errors
    ///
    /// When the link cannot be made.
    pub fn that(&self, misdeed: &str, call: &str) -> Result<PathBuf, KitError> {
        let link = self.directory.join(format!("{misdeed}-in-{call}.so"));
        if !link.exists() {
            std::os::unix::fs::symlink(&self.module, &link).map_err(KitError::file(&link))?;
        }
        Ok(link)
    }
}

/// A stack that overflows is what it is for.
const HOSTILE_WARNINGS: &str = "-Wno-infinite-recursion";

fn bytes_define(name: &str, value: &[u8]) -> OsString {
    let mut define = format!("-D{name}=");
    for byte in value {
        // writing into a String cannot fail
        let _ = write!(define, "{byte},");
    }
    define.into()
}

/// A module that dies with SIGSEGV in this call, and answers every call before it.
///
/// # Errors
///
/// As [`FaultyModule::build`].
pub fn crashing(directory: &Path, call: &str) -> Result<PathBuf, KitError> {
    FaultyModule::new(ModuleFault::Crash, call).build(directory)
}

/// Like [`crashing`], by `abort()`: SIGABRT.
///
/// # Errors
///
/// As [`FaultyModule::build`].
pub fn aborting(directory: &Path, call: &str) -> Result<PathBuf, KitError> {
    FaultyModule::new(ModuleFault::Abort, call).build(directory)
}

/// Like [`crashing`], but the call never returns.
///
/// # Errors
///
/// As [`FaultyModule::build`].
pub fn hanging(directory: &Path, call: &str) -> Result<PathBuf, KitError> {
    FaultyModule::new(ModuleFault::Hang, call).build(directory)
}

/// The sound module `real`, less its signatures by PSS, at which it crashes or never returns, or
/// which it refuses ([`ModuleFault::None`]).
///
/// # Errors
///
/// When the C compiler cannot be run.
pub fn breaking_at_pss(
    directory: &Path,
    real: &Path,
    fault: ModuleFault,
) -> Result<PathBuf, KitError> {
    let fault = format!("{fault:?}");
    let path = directory.join(format!("{}-at-pss.so", fault.to_lowercase()));
    let real = path_define("REAL", real);
    let fault = format!("-DFAULT={}", fault.to_uppercase()).into();
    compile(PSS_BREAKS_C, &path, [real, fault, "-ldl".into()])?;
    Ok(path)
}

/// OpenSC's module, behind one that serves what it keeps of a card in the folder `cache`.
///
/// # Errors
///
/// When OpenSC's is not there, or the C compiler cannot be run.
pub fn caching(directory: &Path, cache: &Path) -> Result<PathBuf, KitError> {
    let path = directory.join("keeps-a-cache.so");
    let defines = [path_define("REAL", &opensc()?), path_define("CACHE", cache)];
    let defines = defines.into_iter().chain(["-ldl".into()]);
    compile(KEEPS_A_CACHE_C, &path, defines)?;
    Ok(path)
}

fn path_define(name: &str, path: &Path) -> OsString {
    let mut define = OsString::from(format!("-D{name}=\""));
    define.push(path);
    define.push("\"");
    define
}

/// A module that calls itself the Cryptolib CPS and recognises no card; `known`: an answer to reset
/// that stands in it all the same, as a Cryptolib holds those of the cards it knows.
///
/// # Errors
///
/// When the C compiler cannot be run.
pub fn blind_cryptolib(directory: &Path, known: Option<&[u8]>) -> Result<PathBuf, KitError> {
    let path = directory.join(match known {
        Some(_) => "newer-cryptolib.so",
        None => "older-cryptolib.so",
    });
    let mut options = FaultyModule::new(ModuleFault::None, "dlopen").defines();
    options.extend(["-DFAULT=NONE".into(), "-DKNOWS_NO_TOKEN".into()]);
    options.push("-DDESCRIPTION=\"CPS3 PKCS#11 LINUX\"".into());
    options.extend(known.map(|known| bytes_define("KNOWN_ATR", known)));
    compile(FAULTY_C, &path, options)?;
    Ok(path)
}

/// A sound library without `C_GetFunctionList`.
///
/// # Errors
///
/// When the C compiler cannot be run.
pub fn not_pkcs11(directory: &Path) -> Result<PathBuf, KitError> {
    let path = directory.join("not-pkcs11.so");
    compile(NOT_PKCS11_C, &path, [])?;
    Ok(path)
}

/// A module that needs `libtomcheck-absent.so`, which is nowhere.
///
/// # Errors
///
/// When the C compiler cannot be run.
pub fn missing_dependency(directory: &Path) -> Result<PathBuf, KitError> {
    let dependency = directory.join("libtomcheck-absent.so");
    compile(
        NOT_PKCS11_C,
        &dependency,
        ["-Wl,-soname,libtomcheck-absent.so".into()],
    )?;
    let path = directory.join("missing-dependency.so");
    let sound = FaultyModule::new(ModuleFault::None, "dlopen");
    let link = [
        "-DFAULT=NONE".into(),
        "-Wl,--no-as-needed".into(),
        dependency.clone().into(),
    ];
    compile(FAULTY_C, &path, sound.defines().into_iter().chain(link))?;
    fs::remove_file(&dependency).map_err(KitError::file(dependency))?;
    Ok(path)
}

/// A text in the place of a library.
///
/// # Errors
///
/// When the file cannot be written.
pub fn text_file(directory: &Path) -> Result<PathBuf, KitError> {
    write(directory.join("text.so"), b"TEST: a note, not a library.\n")
}

/// The first half of OpenSC's module, as a broken copy leaves it: loading it kills the process with
/// SIGBUS.
///
/// # Errors
///
/// When OpenSC's module cannot be read.
pub fn cut_short(directory: &Path) -> Result<PathBuf, KitError> {
    let mut bytes = opensc_bytes()?;
    bytes.truncate(bytes.len() / 2);
    write(directory.join("cut-short.so"), &bytes)
}

/// OpenSC's module, marked as made for another processor (aarch64, or x86-64 on aarch64).
///
/// # Errors
///
/// When OpenSC's module cannot be read.
pub fn wrong_architecture(directory: &Path) -> Result<PathBuf, KitError> {
    let mut bytes = opensc_bytes()?;
    if let Some(machine) = bytes.get_mut(E_MACHINE) {
        let other = if machine == EM_AARCH64 {
            EM_X86_64
        } else {
            EM_AARCH64
        };
        machine.copy_from_slice(&other);
    }
    write(directory.join("wrong-architecture.so"), &bytes)
}

/// The header of a 32-bit library for x86, with nothing behind it.
///
/// # Errors
///
/// When the file cannot be written.
pub fn wrong_word_size(directory: &Path) -> Result<PathBuf, KitError> {
    let mut bytes = ELF32_HEADER.to_vec();
    bytes.resize(1024, 0);
    write(directory.join("wrong-word-size.so"), &bytes)
}

/// The PKCS#11 module of OpenSC on this machine.
///
/// # Errors
///
/// When it is in none of the places where distributions put it.
pub fn opensc() -> Result<PathBuf, KitError> {
    OPENSC
        .iter()
        .map(PathBuf::from)
        .find(|path| path.exists())
        .ok_or_else(|| KitError::Value {
            what: "OpenSC",
            value: OPENSC.join(", "),
            expected: "there; install the package opensc",
        })
}

const OPENSC: &[&str] = &[
    "/usr/lib/x86_64-linux-gnu/opensc-pkcs11.so",
    "/usr/lib/aarch64-linux-gnu/opensc-pkcs11.so",
    "/usr/lib64/opensc-pkcs11.so",
    "/usr/lib/opensc-pkcs11.so",
];

const FAULTY_C: &str = include_str!("../modules/faulty.c");
const HOSTILE_C: &str = include_str!("../modules/hostile.c");
const KEEPS_A_CACHE_C: &str = include_str!("../modules/keeps_a_cache.c");
const PSS_BREAKS_C: &str = include_str!("../modules/pss_breaks.c");
const NOT_PKCS11_C: &str = include_str!("../modules/not_pkcs11.c");

/// Source: ELF gABI, "ELF Header".
const E_MACHINE: std::ops::Range<usize> = 18..20;
const EM_X86_64: [u8; 2] = [62, 0];
const EM_AARCH64: [u8; 2] = [183, 0];
/// Class 32, little endian; type DYN, machine 386, version 1; header of 52 bytes; no table of segments
/// or sections.
const ELF32_HEADER: &[u8; 52] = b"\x7fELF\x01\x01\x01\0\0\0\0\0\0\0\0\0\x03\0\x03\0\x01\0\0\0\
    \0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\x34\0\0\0\0\0\0\0\0\0\0\0";

fn opensc_bytes() -> Result<Vec<u8>, KitError> {
    let path = opensc()?;
    fs::read(&path).map_err(KitError::file(path))
}

fn write(path: PathBuf, bytes: &[u8]) -> Result<PathBuf, KitError> {
    fs::write(&path, bytes).map_err(KitError::file(&path))?;
    Ok(path)
}

fn compile(
    source: &str,
    library: &Path,
    options: impl IntoIterator<Item = OsString>,
) -> Result<(), KitError> {
    let shared = ["-shared", "-fPIC"].map(OsString::from);
    compile_program(source, library, shared.into_iter().chain(options))
}

/// The same for a program, which is nobody's module.
pub(crate) fn compile_program(
    source: &str,
    program: &Path,
    options: impl IntoIterator<Item = OsString>,
) -> Result<(), KitError> {
    let file = write(program.with_extension("c"), source.as_bytes())?;
    let mut command = Command::new("cc");
    command.args(["-std=gnu11", "-Wall", "-Wextra", "-Werror", "-o"]);
    let output = command
        .arg(program)
        .arg(file)
        .args(options)
        .output()
        .map_err(KitError::start("cc"))?;
    if output.status.success() {
        return Ok(());
    }
    Err(KitError::Program {
        program: "cc".into(),
        status: output.status,
        output: String::from_utf8_lossy(&output.stderr).into_owned(),
    })
}
