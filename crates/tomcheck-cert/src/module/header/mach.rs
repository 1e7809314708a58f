//! What does a Mach-O file promise?

use goblin::mach::constants::cputype::{CPU_TYPE_ARM64, CPU_TYPE_I386, CPU_TYPE_X86_64, CpuType};
use goblin::mach::header::{MH_BUNDLE, MH_DYLIB};
use goblin::mach::{Mach, MachO, SingleArch};

use super::{Anatomy, Architecture, FUNCTION_LIST, Format};

/// A universal file is as much a module as each of its parts.
pub(super) fn dissect(bytes: &[u8]) -> Result<Anatomy, String> {
    match Mach::parse(bytes).map_err(|error| error.to_string())? {
        Mach::Binary(binary) => Ok(anatomy(&binary)),
        Mach::Fat(several) => {
            let arches = several.arches().map_err(|error| error.to_string())?;
            let ends = arches
                .iter()
                .map(|arch| u64::from(arch.offset) + u64::from(arch.size));
            let expected = ends.fold(0, u64::max);
            if expected > bytes.len() as u64 {
                let architectures = arches.iter().map(|arch| architecture(arch.cputype));
                let architectures = architectures.collect();
                return Ok(Anatomy {
                    architectures,
                    expected,
                    ..Anatomy::default()
                });
            }
            let parts = (0..arches.len().min(MOST_PARTS)).filter_map(|at| several.get(at).ok());
            let parts = parts.filter_map(|part| match part {
                SingleArch::MachO(binary) => Some(anatomy(&binary)),
                SingleArch::Archive(_) => None,
            });
            parts
                .reduce(join)
                .ok_or_else(|| "a universal file without parts".to_owned())
        }
    }
}

fn anatomy(binary: &MachO<'_>) -> Anatomy {
    let ends = binary
        .segments
        .iter()
        .map(|part| part.fileoff.saturating_add(part.filesize));
    let exports = binary.exports().unwrap_or_default();
    // C names carry an underscore in front here
    let is_it = |name: &str| name.strip_prefix('_') == Some(FUNCTION_LIST);
    let needed = binary.libs.iter().filter(|name| **name != "self");
    Anatomy {
        architectures: vec![architecture(binary.header.cputype())],
        is_shared: matches!(binary.header.filetype, MH_DYLIB | MH_BUNDLE),
        exports_function_list: exports.iter().any(|export| is_it(&export.name)),
        needed: needed.map(|name| (*name).to_owned()).collect(),
        rpath: binary
            .rpaths
            .iter()
            .map(|path| (*path).to_owned())
            .collect(),
        runpath: vec![],
        expected: ends.fold(0, u64::max),
    }
}

fn join(mut one: Anatomy, other: Anatomy) -> Anatomy {
    one.architectures.extend(other.architectures);
    one.is_shared &= other.is_shared;
    one.exports_function_list &= other.exports_function_list;
    one
}

fn architecture(cpu: CpuType) -> Architecture {
    let (machine, bits) = match cpu {
        CPU_TYPE_X86_64 => ("x86_64".to_owned(), 64),
        CPU_TYPE_I386 => ("x86".to_owned(), 32),
        CPU_TYPE_ARM64 => ("aarch64".to_owned(), 64),
        other => (format!("cputype 0x{other:08X}"), 0),
    };
    Architecture {
        format: Format::MachO,
        machine,
        bits,
    }
}

const MOST_PARTS: usize = 8;

#[cfg(test)]
pub(super) mod tests {
    use super::*;

    /// A 64-bit library of one segment, without symbols.
    pub(in super::super) fn tiny() -> Vec<u8> {
        let segment = {
            let mut command = vec![0; 72];
            command[..4].copy_from_slice(&0x19_u32.to_le_bytes());
            command[4..8].copy_from_slice(&72_u32.to_le_bytes());
            command[48..56].copy_from_slice(&0x200_u64.to_le_bytes());
            command
        };
        let words = [0xfeed_facf_u32, CPU_TYPE_ARM64, 0, MH_DYLIB, 1, 72, 0, 0];
        let mut bytes: Vec<u8> = words.iter().flat_map(|word| word.to_le_bytes()).collect();
        bytes.extend(segment);
        bytes.resize(0x200, 0);
        bytes
    }

    #[test]
    fn a_library_for_macos_is_read() {
        let anatomy = dissect(&tiny()).unwrap();
        assert!(anatomy.is_shared);
        assert_eq!(anatomy.architectures[0].machine, "aarch64");
        assert_eq!(anatomy.expected, 0x200);
    }
}
