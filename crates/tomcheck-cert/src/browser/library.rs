//! Is the library that a browser is told to load the card's module, and can it be loaded?

use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};
use tomcheck_diagnosis::ForeignFailure;

use super::looked;
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
}

impl CardModule {
    /// The Cryptolib CPS, or the module at this path.
    pub(super) fn new(examined: Option<&Path>) -> Self {
        let examined = examined.map(|path| path.canonicalize().unwrap_or_else(|_| path.to_owned()));
        Self { examined }
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
        let path = Path::new(library);
        if self.is(path) {
            return ModuleKind::OfTheCard {
                file: LibraryFile::at(path),
            };
        }
        match file_name(library).starts_with("p11-kit-proxy") {
            true => ModuleKind::P11Kit,
            false => ModuleKind::Other,
        }
    }

    /// Whether it is the card's module, there or not.
    pub(super) fn is(&self, library: &Path) -> bool {
        let is_examined = || {
            let canonical = library.canonicalize();
            let path = canonical.as_deref().unwrap_or(library);
            self.examined.as_deref() == Some(path)
        };
        is_cryptolib(file_name(&library.to_string_lossy())) || is_examined()
    }
}

const MOST_BYTES: u64 = 256 << 10;

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
            Self::Searched => true,
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
}
