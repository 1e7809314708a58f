//! What does an ELF file promise?

use goblin::container::{Container, Ctx};
use goblin::elf::dynamic::{DT_RPATH, DT_RUNPATH, Dynamic};
use goblin::elf::header::{self, Header};
use goblin::elf::program_header::{PT_LOAD, ProgramHeader};
use goblin::elf::sym::Symtab;
use goblin::elf::{Elf, Sym};
use goblin::strtab::Strtab;

use super::{Anatomy, Architecture, FUNCTION_LIST, Format};

/// Reads what the loader reads: the program headers and the dynamic section. Sections are
/// for linkers; a stripped or shortened table of them harms nobody.
pub(super) fn dissect(bytes: &[u8]) -> Result<Anatomy, String> {
    let header = Elf::parse_header(bytes).map_err(|error| error.to_string())?;
    let context = context(&header)?;
    let offset = usize::try_from(header.e_phoff).unwrap_or(usize::MAX);
    let count = usize::from(header.e_phnum);
    let table = offset.saturating_add(count.saturating_mul(ProgramHeader::size(context)));
    let mut anatomy = Anatomy {
        architectures: vec![architecture(&header, context)],
        is_shared: header.e_type == header::ET_DYN,
        expected: table as u64,
        ..Anatomy::default()
    };
    if table > bytes.len() {
        return Ok(anatomy);
    }
    let parts = ProgramHeader::parse(bytes, offset, count, context);
    let parts = parts.map_err(|error| error.to_string())?;
    let ends = parts.iter().filter(|part| part.p_type == PT_LOAD);
    let ends = ends.map(|part| part.p_offset.saturating_add(part.p_filesz));
    anatomy.expected = ends.fold(anatomy.expected, u64::max);
    if anatomy.expected <= bytes.len() as u64 {
        read_dynamic(bytes, &parts, context, &mut anatomy);
    }
    Ok(anatomy)
}

fn context(header: &Header) -> Result<Ctx, String> {
    let container = header.container().map_err(|error| error.to_string())?;
    let endianness = header.endianness().map_err(|error| error.to_string())?;
    Ok(Ctx::new(container, endianness))
}

fn architecture(header: &Header, context: Ctx) -> Architecture {
    let is_big = matches!(context.container, Container::Big);
    let machine = match header.e_machine {
        header::EM_X86_64 => "x86_64".to_owned(),
        header::EM_386 => "x86".to_owned(),
        header::EM_AARCH64 => "aarch64".to_owned(),
        header::EM_ARM => "arm".to_owned(),
        header::EM_RISCV if is_big => "riscv64".to_owned(),
        header::EM_PPC64 => "powerpc64".to_owned(),
        header::EM_S390 => "s390x".to_owned(),
        other => format!("e_machine {other}"),
    };
    Architecture {
        format: Format::Elf,
        machine,
        bits: if is_big { 64 } else { 32 },
    }
}

fn read_dynamic(bytes: &[u8], parts: &[ProgramHeader], context: Ctx, anatomy: &mut Anatomy) {
    let Ok(Some(dynamic)) = Dynamic::parse(bytes, parts, context) else {
        return;
    };
    let info = &dynamic.info;
    let Ok(names) = Strtab::parse(bytes, info.strtab, info.strsz, 0) else {
        return;
    };
    let needed = dynamic.get_libraries(&names);
    anatomy.needed = needed.into_iter().map(str::to_owned).collect();
    let folders = |tag| {
        let entries = dynamic.dyns.iter().filter(move |entry| entry.d_tag == tag);
        let texts = entries.filter_map(|entry| names.get_at(usize::try_from(entry.d_val).ok()?));
        texts
            .flat_map(|text| text.split(':'))
            .map(str::to_owned)
            .collect()
    };
    anatomy.rpath = folders(DT_RPATH);
    anatomy.runpath = folders(DT_RUNPATH);
    let names = bytes.get(info.strtab..info.strtab.saturating_add(info.strsz));
    let names = names.unwrap_or_default();
    anatomy.exports_function_list = exports_function_list(bytes, info.symtab, context, names);
}

/// How many symbols there are, only their hash table says; the name looked for is exact, so
/// that looking at what follows the table does no harm.
fn exports_function_list(bytes: &[u8], at: usize, context: Ctx, names: &[u8]) -> bool {
    let each = if context.container.is_big() { 24 } else { 16 };
    let room = bytes.len().saturating_sub(at) / each;
    let wanted = FUNCTION_LIST.as_bytes();
    let symbols = Symtab::parse(bytes, at, room.min(MOST_SYMBOLS), context);
    let is_named = |at: usize| {
        let rest = names.get(at..).and_then(|name| name.strip_prefix(wanted));
        rest.and_then(<[u8]>::first) == Some(&0)
    };
    let is_it = |symbol: Sym| !symbol.is_import() && is_named(symbol.st_name);
    symbols.is_ok_and(|symbols| symbols.iter().any(is_it))
}

const MOST_SYMBOLS: usize = 1 << 16;
