//! Is there a PKCS#11 module that this process can load?

use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};
use tomcheck_diagnosis::{
    Audience, Finding, FindingKind, ForeignFailure, Observation, Probe, Remedy, Severity, Step,
    Text,
};

/// Looks for the module's file and reads its header, without loading it.
///
/// Reads files only: no card, no network. Blocks as long as the disk does.
#[derive(Clone, Debug, Default)]
pub struct ModuleProbe {
    /// The module to use; none: the places where the Cryptolib CPS is installed.
    pub explicit: Option<PathBuf>,
}

impl Probe for ModuleProbe {
    type Seen = ModuleSeen;
    const ID: &'static str = "module.file";

    fn observe(&self) -> ModuleSeen {
        ModuleSeen { asked: self.explicit.clone(), looked_in: vec![], process: Architecture::of_this_process(), candidates: vec![] }
    }
}

/// The files that were found, or that were asked for.
#[derive(Clone, Debug, Eq, PartialEq, Serialize, Deserialize)]
pub struct ModuleSeen {
    /// The path that was asked for; none: the usual places were looked in.
    pub asked: Option<PathBuf>,
    /// The folders that were looked in.
    pub looked_in: Vec<PathBuf>,
    /// What this process can load.
    pub process: Architecture,
    /// One for each file, the one to prefer first.
    pub candidates: Vec<ModuleFile>,
}

impl ModuleSeen {
    /// The module to load: a PKCS#11 module of this process's architecture.
    pub fn usable(&self) -> Option<&Path> {
        None
    }
}

impl Observation for ModuleSeen {
    fn findings(&self) -> Vec<Finding> {
        vec![]
    }
}

/// What the installer of the Cryptolib CPS left in the registry of Windows.
#[derive(Clone, Debug, Eq, PartialEq, Serialize, Deserialize)]
#[serde(tag = "package", rename_all = "kebab-case")]
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
    /// Where it stands.
    pub path: PathBuf,
    /// Why it was looked at.
    pub origin: Origin,
    /// What it is.
    #[serde(flatten)]
    pub state: FileState,
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
    /// It is there and cannot be read.
    Unreadable {
        /// What the system answered.
        failure: ForeignFailure,
    },
    /// It is a folder, or another thing that is no file.
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

/// What the header of a library says.
#[derive(Clone, Debug, Eq, PartialEq, Serialize, Deserialize)]
pub struct Header {
    /// One, or several in a universal Mach-O file.
    pub architectures: Vec<Architecture>,
    /// Whether it is a library, not a program or an object file.
    pub is_shared: bool,
    /// Whether it exports `C_GetFunctionList`, which makes a library a PKCS#11 module.
    pub exports_function_list: bool,
    /// The libraries it needs.
    pub imports: Vec<Import>,
    /// In bytes.
    pub length: u64,
    /// Of the whole file, in hexadecimal.
    pub sha256: String,
}

/// A library that another one needs.
#[derive(Clone, Debug, Eq, PartialEq, Serialize, Deserialize)]
pub struct Import {
    /// As the header names it.
    pub name: String,
    /// Where the loader will find it; none: nowhere.
    pub found: Option<PathBuf>,
}

/// What code is made for.
#[derive(Clone, Debug, Eq, PartialEq, Serialize, Deserialize)]
pub struct Architecture {
    /// The file format.
    pub format: Format,
    /// `x86_64`, `x86`, `aarch64`, as Rust names them, else the raw number.
    pub machine: String,
    /// 32 or 64.
    pub bits: u8,
}

/// A format of program files.
#[derive(Clone, Copy, Debug, Eq, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Format {
    /// Linux.
    Elf,
    /// Windows.
    Pe,
    /// macOS.
    MachO,
}

impl Architecture {
    /// What this process can load.
    pub fn of_this_process() -> Self {
        let format = if cfg!(windows) {
            Format::Pe
        } else if cfg!(target_vendor = "apple") {
            Format::MachO
        } else {
            Format::Elf
        };
        Self {
            format,
            machine: std::env::consts::ARCH.to_owned(),
            bits: if cfg!(target_pointer_width = "64") { 64 } else { 32 },
        }
    }
}

pub(crate) static NOT_INSTALLED: FindingKind = FindingKind {
    code: "module.not-installed",
    severity: Severity::Fault,
    title: Text {
        fr: "La Cryptolib CPS n’est pas installée sur ce poste",
        en: "The Cryptolib CPS is not installed on this machine",
    },
    remedy: Remedy {
        audience: Audience::Technician,
        steps: &[Step::anywhere("Installez la Cryptolib CPS.", "Install the Cryptolib CPS.")],
    },
};

pub(crate) static WRONG_ARCHITECTURE: FindingKind = FindingKind {
    code: "module.wrong-architecture",
    severity: Severity::Fault,
    title: Text {
        fr: "Le module {path} est fait pour {module}, ce programme pour {process}",
        en: "The module {path} is made for {module}, this program for {process}",
    },
    remedy: Remedy {
        audience: Audience::Technician,
        steps: &[Step::anywhere("Installez la Cryptolib CPS.", "Install the Cryptolib CPS.")],
    },
};

pub(crate) static NOT_PKCS11: FindingKind = FindingKind {
    code: "module.not-pkcs11",
    severity: Severity::Fault,
    title: Text {
        fr: "Le fichier {path} n’est pas un module de carte (PKCS#11)",
        en: "The file {path} is no card module (PKCS#11)",
    },
    remedy: Remedy {
        audience: Audience::Technician,
        steps: &[Step::anywhere("Corrigez le chemin.", "Correct the path.")],
    },
};

pub(crate) static DUPLICATE: FindingKind = FindingKind {
    code: "module.duplicate",
    severity: Severity::Warning,
    title: Text {
        fr: "Plusieurs versions du module de la carte sont installées",
        en: "Several versions of the card’s module are installed",
    },
    remedy: Remedy {
        audience: Audience::Technician,
        steps: &[Step::anywhere("Supprimez l’ancienne.", "Remove the old one.")],
    },
};

/// The libraries that `path` needs and that the loader will not find.
pub(crate) fn missing_imports(path: &Path) -> Vec<String> {
    let _ = path;
    vec![]
}
