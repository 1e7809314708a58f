//! Is there a PKCS#11 module that this process can load?

mod findings;
mod header;
mod imports;
mod outdated;
mod places;
mod rows;

use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize, Serializer};
use tomcheck_diagnosis::{Finding, ForeignFailure, Observation, Probe};

pub use self::header::{Architecture, Format, Header};
pub(crate) use self::imports::missing_imports;
pub use self::imports::{Import, ImportPlace};
pub(crate) use self::outdated::OUTDATED;
pub(crate) use self::places::is_cryptolib;
pub(crate) use self::rows::{
    DUPLICATE, NOT_INSTALLED, NOT_PKCS11, PATH_MISSING, READ_FAILED, UNREADABLE, WRONG_ARCHITECTURE,
};
use crate::sys::process;

/// What the file at this path is, without loading it. Reads it whole, at most 64 MiB.
pub(crate) fn state_of(path: &Path) -> FileState {
    header::read(path)
}

/// Looks for the module's file and reads its header, without loading it.
///
/// Reads files only: no card, no network, nothing is run. Blocks as long as the disk does.
/// `TOMCHECK_MODULE_DIRS`, a list of folders as PATH is one, replaces the places where the
/// Cryptolib CPS installs itself.
#[derive(Clone, Debug, Default)]
pub struct ModuleProbe {
    /// The module to use; none: the places where the Cryptolib CPS is installed.
    pub explicit: Option<PathBuf>,
}

impl Probe for ModuleProbe {
    type Seen = ModuleSeen;
    const ID: &'static str = "module.file";

    fn observe(&self) -> ModuleSeen {
        let places = places::to_look_in(self.explicit.as_deref());
        let files = places
            .iter()
            .map(|(path, origin)| ModuleFile::look(path, *origin));
        ModuleSeen {
            asked: self.explicit.is_some(),
            process: Architecture::of_this_process(),
            package: process::declared_package(),
            candidates: places::without_copies(files.collect()),
        }
    }
}

/// The files that were looked for.
#[derive(Clone, Debug, Eq, PartialEq, Serialize, Deserialize)]
pub struct ModuleSeen {
    /// Whether one path was asked for; else the usual places were looked in.
    pub asked: bool,
    /// What this process can load.
    pub process: Architecture,
    /// What the installer left elsewhere than in files.
    pub package: Package,
    /// One for each path looked at, the one to prefer first; absent ones too.
    pub candidates: Vec<ModuleFile>,
}

impl ModuleSeen {
    /// The module to load: a PKCS#11 module of this process's architecture. Whether the
    /// system's loader finds all that it needs, only loading tells.
    pub fn usable(&self) -> Option<&Path> {
        let mut candidates = self.candidates.iter();
        let usable = candidates.find(|file| file.origin != Origin::Leftover && self.can_load(file));
        usable.map(|file| file.path.as_path())
    }

    fn can_load(&self, file: &ModuleFile) -> bool {
        file.header().is_some_and(|header| {
            header.is_module() && header.architectures.contains(&self.process)
        })
    }
}

impl Observation for ModuleSeen {
    fn findings(&self) -> Vec<Finding> {
        findings::judge(self)
    }
}

/// What the installer of the Cryptolib CPS left in the registry of Windows.
#[derive(Clone, Debug, Eq, PartialEq, Serialize, Deserialize)]
#[serde(tag = "state", rename_all = "kebab-case")]
pub enum Package {
    /// This system has no registry.
    NotAsked,
    /// No trace of it.
    NotDeclared,
    /// It says that it is installed.
    Declared {
        /// `InstallDir`.
        directory: Option<String>,
        /// `Version`: `5.2.2`.
        version: Option<String>,
    },
}

/// A file that is, or is taken for, a module.
#[derive(Clone, Debug, Eq, PartialEq, Serialize, Deserialize)]
pub struct ModuleFile {
    /// Where it stands, or would.
    #[serde(serialize_with = "as_text")]
    pub path: PathBuf,
    /// Why it was looked at.
    pub origin: Origin,
    /// What it is.
    #[serde(flatten)]
    pub state: FileState,
}

impl ModuleFile {
    fn look(path: &Path, origin: Origin) -> Self {
        Self {
            path: path.to_owned(),
            origin,
            state: header::read(path),
        }
    }

    fn is_there(&self) -> bool {
        !matches!(
            self.state,
            FileState::Absent | FileState::DanglingLink { .. }
        )
    }

    fn header(&self) -> Option<&Header> {
        match &self.state {
            FileState::Library(header) => Some(header),
            _ => None,
        }
    }
}

/// Why a file was looked at.
#[derive(Clone, Copy, Debug, Eq, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Origin {
    /// It was asked for by its path.
    Asked,
    /// It stands where the Cryptolib CPS installs it.
    Installed,
    /// It bears the name of a module that the Cryptolib CPS replaces.
    Leftover,
}

/// What a file is.
#[derive(Clone, Debug, Eq, PartialEq, Serialize, Deserialize)]
#[serde(tag = "file", rename_all = "kebab-case")]
#[non_exhaustive]
pub enum FileState {
    /// There is nothing at this path.
    Absent,
    /// There is a link, and nothing where it leads.
    DanglingLink {
        /// What the link holds, as it stands there.
        target: String,
    },
    /// Something is there, or on the way to it, and cannot be read.
    Unreadable {
        /// What the system answered.
        failure: ForeignFailure,
    },
    /// It is a folder.
    Folder,
    /// It is a device, a pipe, a socket: neither a folder nor an ordinary file.
    NotAFile,
    /// It has no content.
    Empty,
    /// It is no library: text, or bytes of another kind.
    NotALibrary {
        /// Its first bytes, in hexadecimal.
        begins: String,
        /// Why it is none, in one line, as the header's reader says it.
        reason: String,
    },
    /// Its header promises more than the file holds; loading it would crash.
    CutShort {
        /// In bytes, as the header promises.
        expected: u64,
        /// In bytes, as the file is.
        length: u64,
    },
    /// A library.
    Library(Header),
}

/// Paths need not be text, reports must be.
fn as_text<S: Serializer>(path: &Path, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(&path.to_string_lossy())
}
