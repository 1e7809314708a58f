//! What does the header of a file promise, before anyone loads it?

mod elf;
mod mach;
mod pe;

use std::io::{self, Read};
use std::path::Path;

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use tomcheck_diagnosis::ForeignFailure;

use super::FileState;
use super::imports::{self, Import};
use crate::sys::files::{self, Opened, READ};

/// What the header of a library says.
#[derive(Clone, Debug, Eq, PartialEq, Serialize, Deserialize)]
pub struct Header {
    /// One, or several in a universal Mach-O file.
    pub architectures: Vec<Architecture>,
    /// Whether it is a library, not a program or an object file.
    pub is_shared: bool,
    /// Whether it exports `C_GetFunctionList`, which makes a library a PKCS#11 module.
    pub exports_function_list: bool,
    /// The libraries it needs itself; what those need is not followed here.
    pub imports: Vec<Import>,
    /// In bytes.
    pub length: u64,
    /// Of the whole file, in hexadecimal.
    pub sha256: String,
}

impl Header {
    /// Whether it is a PKCS#11 module, for whatever machine.
    pub fn is_module(&self) -> bool {
        self.is_shared && self.exports_function_list
    }
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
            bits: if cfg!(target_pointer_width = "64") {
                64
            } else {
                32
            },
        }
    }
}

/// `Linux x86_64, 64 bits`
impl std::fmt::Display for Architecture {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let system = match self.format {
            Format::Elf => "Linux",
            Format::Pe => "Windows",
            Format::MachO => "macOS",
        };
        write!(f, "{system} {}, {} bits", self.machine, self.bits)
    }
}

/// What the reader of one format finds; the libraries needed are not looked for yet.
#[derive(Debug, Default)]
pub(super) struct Anatomy {
    pub(super) architectures: Vec<Architecture>,
    pub(super) is_shared: bool,
    pub(super) exports_function_list: bool,
    pub(super) needed: Vec<String>,
    /// Folders that the file itself names for the search, `$ORIGIN` unresolved.
    pub(super) rpath: Vec<String>,
    pub(super) runpath: Vec<String>,
    /// Where the last loaded part ends, in bytes.
    pub(super) expected: u64,
}

/// A symbol that makes a library a PKCS#11 module. Source: PKCS#11 v2.40 §5.4.
const FUNCTION_LIST: &str = "C_GetFunctionList";
/// Modules have a few megabytes; more is no module, and not worth the memory.
const MOST: u64 = 64 << 20;

/// Reads the file whole, at most 64 MiB, and runs none of it.
pub(super) fn read(path: &Path) -> FileState {
    match bytes_of(path, MOST) {
        Ok(Content::Bytes(bytes)) => state_of(&bytes, path),
        Ok(Content::Folder) => FileState::Folder,
        Ok(Content::NotAFile) => FileState::NotAFile,
        Ok(Content::TooLong(length)) => FileState::NotALibrary {
            begins: String::new(),
            reason: format!("{length} bytes are too many for a module"),
        },
        Err(refused) => refused.state(path),
    }
}

/// The anatomy of a file that may be a library; none when it cannot be had.
pub(super) fn anatomy_of(path: &Path) -> Option<Anatomy> {
    anatomy_in(path, MOST)
}

/// What an ELF file is made for: its first bytes say it, however long the library is.
pub(super) fn architectures_of(path: &Path) -> Vec<Architecture> {
    let anatomy = anatomy_in(path, BEGINNING);
    anatomy.map_or_else(Vec::new, |anatomy| anatomy.architectures)
}

fn anatomy_in(path: &Path, most: u64) -> Option<Anatomy> {
    match bytes_of(path, most) {
        Ok(Content::Bytes(bytes)) => dissect(&bytes).ok(),
        _ => None,
    }
}

/// More than the header has.
const BEGINNING: u64 = 4096;

enum Content {
    Bytes(Vec<u8>),
    Folder,
    NotAFile,
    TooLong(u64),
}

/// The first `most` bytes of a file that is not too long to be a module.
fn bytes_of(path: &Path, most: u64) -> Result<Content, Refused> {
    let refused = |(call, error)| Refused { call, error };
    let (file, length) = match files::open(path, true).map_err(refused)? {
        Opened::File(file, length) => (file, length),
        Opened::Other(about) if about.is_dir() => return Ok(Content::Folder),
        Opened::Other(_) => return Ok(Content::NotAFile),
    };
    if length > MOST {
        return Ok(Content::TooLong(length));
    }
    let expected = usize::try_from(length.min(most)).unwrap_or(0);
    let mut bytes = Vec::with_capacity(expected);
    let read = file.take(most).read_to_end(&mut bytes);
    read.map_err(|error| refused((READ, error)))?;
    Ok(Content::Bytes(bytes))
}

/// What the system answered to a call.
struct Refused {
    call: &'static str,
    error: io::Error,
}

impl Refused {
    fn state(self, path: &Path) -> FileState {
        match self.error.kind() {
            // a path through something that is no folder leads to nothing either
            io::ErrorKind::NotFound | io::ErrorKind::NotADirectory => match path.read_link() {
                Ok(target) => FileState::DanglingLink {
                    target: target.to_string_lossy().into_owned(),
                },
                Err(_) => FileState::Absent,
            },
            _ => FileState::Unreadable {
                failure: self.failure(),
            },
        }
    }

    /// With the system's own words, in its language: they say more than the few kinds of
    /// errors that the standard library knows.
    fn failure(&self) -> ForeignFailure {
        let said = self.error.to_string();
        let number = self.error.raw_os_error().unwrap_or_default();
        let words = said.split(" (os error ").next().unwrap_or_default();
        ForeignFailure::decimal(self.call, number).named(words.to_owned())
    }
}

fn state_of(bytes: &[u8], path: &Path) -> FileState {
    if bytes.is_empty() {
        return FileState::Empty;
    }
    let length = bytes.len() as u64;
    match dissect(bytes) {
        Err(reason) => {
            let begins = bytes.get(..16).unwrap_or(bytes);
            FileState::NotALibrary {
                begins: crate::hexadecimal::encode(begins),
                reason,
            }
        }
        Ok(anatomy) if anatomy.expected > length => FileState::CutShort {
            expected: anatomy.expected,
            length,
        },
        Ok(anatomy) => FileState::Library(Header {
            imports: imports::look_for(&anatomy, path),
            architectures: anatomy.architectures,
            is_shared: anatomy.is_shared,
            exports_function_list: anatomy.exports_function_list,
            length,
            sha256: crate::hexadecimal::encode(&Sha256::digest(bytes)),
        }),
    }
}

/// Tells the formats apart by their first bytes.
fn dissect(bytes: &[u8]) -> Result<Anatomy, String> {
    let reader = match bytes {
        [0x7f, b'E', b'L', b'F', ..] => elf::dissect,
        [b'M', b'Z', ..] => pe::dissect,
        [0xfe, 0xed, 0xfa, 0xce | 0xcf, ..]
        | [0xce | 0xcf, 0xfa, 0xed, 0xfe, ..]
        | [0xca, 0xfe, 0xba, 0xbe, ..] => mach::dissect,
        _ if bytes.iter().take(512).all(|byte| is_text(*byte)) => return Err("text".to_owned()),
        _ => return Err("neither ELF nor PE nor Mach-O".to_owned()),
    };
    reader(bytes)
}

fn is_text(byte: u8) -> bool {
    byte.is_ascii_graphic() || byte.is_ascii_whitespace() || byte >= 0x80
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::sync::LazyLock;

    /// This very program: a real file of this system's format.
    static PROGRAM: LazyLock<Vec<u8>> = LazyLock::new(|| {
        let program = std::env::current_exe().unwrap();
        let mut bytes = Vec::new();
        std::fs::File::open(program)
            .unwrap()
            .take(1 << 20)
            .read_to_end(&mut bytes)
            .unwrap();
        bytes
    });

    #[test]
    fn this_program_is_of_this_process_s_architecture() {
        let anatomy = dissect(&PROGRAM).unwrap();
        assert_eq!(anatomy.architectures, [Architecture::of_this_process()]);
        assert!(!anatomy.exports_function_list);
    }

    #[test]
    #[cfg(target_os = "linux")]
    fn the_beginning_of_a_library_says_what_it_is_made_for() {
        let program = std::env::current_exe().unwrap();
        assert!(program.metadata().unwrap().len() > BEGINNING);
        let process = Architecture::of_this_process();
        assert_eq!(architectures_of(&program), [process]);
        assert!(architectures_of(Path::new("/dev/null")).is_empty());
    }

    #[test]
    fn text_and_noise_are_told_apart() {
        assert_eq!(dissect("#!/bin/sh\n".as_bytes()).unwrap_err(), "text");
        assert_eq!(
            dissect(&[0, 1, 2]).unwrap_err(),
            "neither ELF nor PE nor Mach-O"
        );
    }

    proptest! {
        #[test]
        fn a_damaged_header_never_panics(
            damage in prop::collection::vec((0_usize..4096, any::<u8>()), 1..24),
            length in 0_usize..16384,
        ) {
            for original in [PROGRAM.as_slice(), &pe::tests::tiny(), &mach::tests::tiny()] {
                let mut bytes = original.get(..length.min(original.len())).unwrap().to_vec();
                for (at, value) in &damage {
                    if let Some(byte) = bytes.get_mut(*at) {
                        *byte = *value;
                    }
                }
                let _ = dissect(&bytes);
            }
        }
    }
}
