//! Is the library that a browser is told to load the card's module, and can it be loaded?

use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};
use tomcheck_diagnosis::ForeignFailure;

use super::looked::{self, Owner};
use super::module_specs::{ModuleSpec, read_module_specs};
use crate::Architecture;
use crate::module::{FileState, is_cryptolib, state_of};

/// A module that a browser is told to load.
#[derive(Clone, Debug, Eq, PartialEq, Serialize, Deserialize)]
pub struct RegisteredModule {
    /// The name people see.
    pub name: String,
    /// Its library, as it is written there.
    pub library: String,
    /// Whose it is.
    #[serde(flatten)]
    pub kind: ModuleKind,
}

/// Whose module it is.
#[derive(Clone, Debug, Eq, PartialEq, Serialize, Deserialize)]
#[serde(tag = "is", rename_all = "kebab-case")]
pub enum ModuleKind {
    /// Built into the browser.
    Builtin,
    /// The card's: a Cryptolib CPS by its name, or the very module this diagnosis looks at.
    OfTheCard {
        /// What its file is.
        #[serde(flatten)]
        file: LibraryFile,
    },
    /// p11-kit's, which leads to every module registered with p11-kit.
    P11Kit,
    /// Another's; its file was not looked at.
    Other,
}

/// What the file of a library is.
#[derive(Clone, Debug, Eq, PartialEq, Serialize, Deserialize)]
#[serde(tag = "file", rename_all = "kebab-case")]
pub enum LibraryFile {
    /// Only the name of a file: the system's loader searches for it.
    Searched,
    /// It is not there.
    Absent,
    /// It is there, or on the way to it, and cannot be read.
    Unreadable {
        /// What the system answered.
        failure: ForeignFailure,
    },
    /// It is no PKCS#11 module, or damaged.
    NotAModule,
    /// Nobody looked: another user's files name it, and may name a trap.
    NotAsked,
    /// A PKCS#11 module.
    Module {
        /// What it is made for.
        architectures: Vec<Architecture>,
    },
}

/// Knows the card's module when it sees it.
#[derive(Clone, Debug, Default)]
pub(super) struct CardModule {
    examined: Option<PathBuf>,
    owner: Owner,
    /// What the program is made for that is told to load modules; none: not known.
    program: Option<String>,
}

impl CardModule {
    /// The Cryptolib CPS, or the module at this path.
    pub(super) fn new(examined: Option<&Path>) -> Self {
        let examined = examined.map(|path| path.canonicalize().unwrap_or_else(|_| path.to_owned()));
        Self {
            examined,
            ..Self::default()
        }
    }

    /// The same, for what somebody's files name.
    pub(super) fn named_by(&self, owner: Owner) -> Self {
        Self {
            owner,
            ..self.clone()
        }
    }

    /// The same, for what a program made for this machine (`x86`) is told to load.
    pub(super) fn loaded_by(&self, program: Option<&str>) -> Self {
        Self {
            program: program.map(str::to_owned),
            ..self.clone()
        }
    }

    /// Looks at what a browser is told to load.
    pub(super) fn registered(&self, spec: ModuleSpec) -> RegisteredModule {
        RegisteredModule {
            kind: self.kind(&spec.library),
            name: spec.name,
            library: spec.library,
        }
    }

    /// The modules that the lists of the whole machine name; a list that is not there names none.
    pub(super) fn registered_for_all(&self, lists: &[PathBuf]) -> Vec<RegisteredModule> {
        let texts = lists.iter().map(|path| looked::text(path, MOST_BYTES));
        let specs = texts.flat_map(|text| {
            let specs = text.found().map(|text| read_module_specs(text));
            specs.unwrap_or_default()
        });
        let loaded = specs.filter(|spec| !spec.library.is_empty());
        loaded.map(|spec| self.registered(spec)).collect()
    }

    pub(super) fn kind(&self, library: &str) -> ModuleKind {
        if library.is_empty() {
            return ModuleKind::Builtin;
        }
        let process = std::env::consts::ARCH;
        let seen = as_program_sees(library, self.program.as_deref(), process);
        let path = Path::new(seen.as_deref().unwrap_or(library));
        if self.is(path) {
            let file = match self.owner {
                Owner::Us => LibraryFile::at(path),
                Owner::Another => LibraryFile::NotAsked,
            };
            return ModuleKind::OfTheCard { file };
        }
        match file_name(library).starts_with("p11-kit-proxy") {
            true => ModuleKind::P11Kit,
            false => ModuleKind::Other,
        }
    }

    /// Whether it is the card's module, there or not.
    pub(super) fn is(&self, library: &Path) -> bool {
        let is_examined = || {
            let examined = self.examined.as_deref()?;
            let canonical = match self.owner {
                Owner::Us => library.canonicalize().ok(),
                Owner::Another => None,
            };
            Some(examined == canonical.as_deref().unwrap_or(library))
        };
        is_cryptolib(file_name(&library.to_string_lossy())) || is_examined() == Some(true)
    }
}

const MOST_BYTES: u64 = 256 << 10;

/// Where this process finds a file of `System32` that a program of Windows names: a 32-bit one
/// means `SysWOW64`; none: where it says. All as [`Architecture`] names machines.
///
/// Source: Microsoft, "File System Redirector".
fn as_program_sees(library: &str, program: Option<&str>, process: &str) -> Option<String> {
    let folder = match (program?, process) {
        ("x86", "x86_64" | "aarch64") => "SysWOW64",
        ("x86_64" | "aarch64", "x86") => "Sysnative",
        _ => return None,
    };
    let (drive, path) = library.split_at_checked(3)?;
    let (windows, below) = path.split_once(['\\', '/'])?;
    let (system, file) = below.split_once(['\\', '/'])?;
    let is_it = drive.ends_with(['\\', '/'])
        && windows.eq_ignore_ascii_case("windows")
        && system.eq_ignore_ascii_case("system32");
    is_it.then(|| format!(r"{drive}{windows}\{folder}\{file}"))
}

/// Of a path of whatever system: a report of Windows is judged on Linux too.
pub(super) fn file_name(path: &str) -> &str {
    path.rsplit(['/', '\\']).next().unwrap_or(path)
}

impl LibraryFile {
    pub(super) fn at(path: &Path) -> Self {
        if path.components().count() == 1 {
            return Self::Searched;
        }
        match state_of(path) {
            FileState::Absent | FileState::DanglingLink { .. } => Self::Absent,
            FileState::Unreadable { failure } => Self::Unreadable { failure },
            FileState::Library(header) if header.is_module() => Self::Module {
                architectures: header.architectures,
            },
            _ => Self::NotAModule,
        }
    }

    /// Whether a program for this machine (`x86_64`; none: not known) can load it, as far as can
    /// be told without loading it.
    pub(super) fn can_be_loaded_by(&self, machine: Option<&str>) -> bool {
        match self {
            Self::Searched | Self::NotAsked => true,
            Self::Absent | Self::Unreadable { .. } | Self::NotAModule => false,
            Self::Module { architectures } => machine
                .is_none_or(|machine| architectures.iter().any(|made| made.machine == machine)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_card_s_module_is_known_by_its_name_or_as_the_one_that_is_looked_at() {
        let folder = tempfile::tempdir().unwrap();
        let module = folder.path().join("mine.so");
        std::fs::write(&module, "text").unwrap();
        let ours = CardModule::new(Some(&module));
        let around = folder.path().join(".").join("mine.so");
        let file = LibraryFile::NotAModule;
        assert_eq!(
            ours.kind(around.to_str().unwrap()),
            ModuleKind::OfTheCard { file }
        );
        let gone = folder.path().join("libcps3_pkcs11_lux.so");
        let file = LibraryFile::Absent;
        assert_eq!(
            ours.kind(gone.to_str().unwrap()),
            ModuleKind::OfTheCard { file }
        );
        assert_eq!(ours.kind(""), ModuleKind::Builtin);
        assert_eq!(ours.kind("p11-kit-proxy.so"), ModuleKind::P11Kit);
        assert_eq!(ours.kind("/usr/lib/opensc-pkcs11.so"), ModuleKind::Other);
        let none = CardModule::new(None);
        assert_eq!(none.kind(module.to_str().unwrap()), ModuleKind::Other);
        assert!(none.is(Path::new(r"C:\Windows\System32\CPS3_PKCS11_w64.dll")));
    }

    #[test]
    fn what_another_user_s_files_name_is_neither_opened_nor_resolved() {
        let folder = tempfile::tempdir().unwrap();
        let gone = folder.path().join("libcps3_pkcs11_lux.so");
        let module = folder.path().join("mine.so");
        std::fs::write(&module, "text").unwrap();
        let around = folder.path().join("link.so");
        #[cfg(unix)]
        std::os::unix::fs::symlink(&module, &around).unwrap();
        let theirs = CardModule::new(Some(&module)).named_by(Owner::Another);
        let file = LibraryFile::NotAsked;
        assert_eq!(
            theirs.kind(gone.to_str().unwrap()),
            ModuleKind::OfTheCard { file }
        );
        assert_eq!(theirs.kind(around.to_str().unwrap()), ModuleKind::Other);
    }

    #[test]
    fn a_32_bit_program_of_windows_means_another_folder() {
        let named = r"C:\Windows\System32\cps3_pkcs11_w32.dll";
        let seen = |program, process| as_program_sees(named, program, process);
        let theirs = r"C:\Windows\SysWOW64\cps3_pkcs11_w32.dll";
        assert_eq!(seen(Some("x86"), "x86_64").as_deref(), Some(theirs));
        let native = r"C:\Windows\Sysnative\cps3_pkcs11_w32.dll";
        assert_eq!(seen(Some("x86_64"), "x86").as_deref(), Some(native));
        assert_eq!(seen(Some("x86_64"), "x86_64"), None);
        assert_eq!(seen(None, "x86_64"), None);
        for other in [
            "/usr/lib/x.so",
            "é",
            r"C:\Windows\SysWOW64\x.dll",
            r"C:\x.dll",
        ] {
            assert_eq!(
                as_program_sees(other, Some("x86"), "x86_64"),
                None,
                "{other}"
            );
        }
    }
}
