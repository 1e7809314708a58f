//! What does a PE file promise?

use goblin::pe::PE;
use goblin::pe::header::{COFF_MACHINE_ARM64, COFF_MACHINE_X86, COFF_MACHINE_X86_64, Header};
use goblin::pe::options::ParseOptions;

use super::{Anatomy, Architecture, FUNCTION_LIST, Format};

pub(super) fn dissect(bytes: &[u8]) -> Result<Anatomy, String> {
    let header = Header::parse(bytes).map_err(|error| error.to_string())?;
    let mut anatomy = Anatomy {
        architectures: vec![architecture(&header)],
        expected: expected(bytes, &header),
        ..Anatomy::default()
    };
    if anatomy.expected > bytes.len() as u64 {
        return Ok(anatomy);
    }
    let mut options = ParseOptions::default();
    options.parse_attribute_certificates = false;
    options.parse_tls_data = false;
    options.parse_resources = false;
    let pe = PE::parse_with_opts(bytes, &options).map_err(|error| error.to_string())?;
    anatomy.is_shared = pe.is_lib;
    anatomy.exports_function_list = pe.exports.iter().any(|e| e.name == Some(FUNCTION_LIST));
    anatomy.needed = pe.libraries.iter().map(|name| (*name).to_owned()).collect();
    Ok(anatomy)
}

fn architecture(header: &Header<'_>) -> Architecture {
    let (machine, bits) = match header.coff_header.machine {
        COFF_MACHINE_X86_64 => ("x86_64".to_owned(), 64),
        COFF_MACHINE_X86 => ("x86".to_owned(), 32),
        COFF_MACHINE_ARM64 => ("aarch64".to_owned(), 64),
        other => (format!("machine 0x{other:04X}"), 0),
    };
    Architecture {
        format: Format::Pe,
        machine,
        bits,
    }
}

/// Where the last section ends in the file.
fn expected(bytes: &[u8], header: &Header<'_>) -> u64 {
    let fixed = 4 + 20;
    let start = u64::from(header.dos_header.pe_pointer) + fixed;
    let table = start + u64::from(header.coff_header.size_of_optional_header);
    let sections = u64::from(header.coff_header.number_of_sections);
    let end = table + 40 * sections;
    let Ok(mut offset) = usize::try_from(table) else {
        return end;
    };
    let sections = header
        .coff_header
        .sections(bytes, &mut offset)
        .unwrap_or_default();
    let ends = sections
        .iter()
        .filter(|section| section.size_of_raw_data > 0);
    let ends = ends.map(|s| u64::from(s.pointer_to_raw_data) + u64::from(s.size_of_raw_data));
    ends.fold(end, u64::max)
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;

    /// A 64-bit DLL that exports and imports nothing.
    pub(in super::super) fn tiny() -> Vec<u8> {
        let mut bytes = vec![0; 0x400];
        let mut put = |at: usize, what: &[u8]| bytes[at..at + what.len()].copy_from_slice(what);
        put(0, b"MZ");
        put(0x3c, &0x40_u32.to_le_bytes());
        put(0x40, b"PE\0\0");
        put(0x44, &COFF_MACHINE_X86_64.to_le_bytes());
        put(0x46, &1_u16.to_le_bytes());
        put(0x54, &0xf0_u16.to_le_bytes());
        put(0x56, &0x2022_u16.to_le_bytes());
        put(0x58, &0x20b_u16.to_le_bytes());
        put(0x58 + 108, &16_u32.to_le_bytes());
        let section = 0x58 + 0xf0;
        put(section, b".text\0\0\0");
        put(section + 16, &0x200_u32.to_le_bytes());
        put(section + 20, &0x200_u32.to_le_bytes());
        bytes
    }

    #[test]
    fn a_dll_is_read_and_one_cut_short_says_how_long_it_should_be() {
        let whole = dissect(&tiny()).unwrap();
        assert!(whole.is_shared && !whole.exports_function_list);
        assert_eq!((whole.architectures[0].bits, whole.expected), (64, 0x400));
        let cut = dissect(&tiny()[..0x300]).unwrap();
        assert_eq!(cut.expected, 0x400);
    }
}
