//! Does the worker work on Windows, and is what its loader refuses told apart?
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a test fails by panicking"
)]
#![cfg(windows)]

use std::fs;
use std::path::{Path, PathBuf};
use std::time::Duration;

use tomcheck_cert::{
    FileState, InitialiseProbe, InitialiseSeen, ModuleProbe, Worker, WorkerCommand,
};
use tomcheck_diagnosis::{Observation, Probe};

fn initialise(module: &Path) -> InitialiseSeen {
    let command = WorkerCommand::of_program(env!("CARGO_BIN_EXE_tomcheck-worker"));
    let worker = Worker::start(&command, module, Duration::from_secs(20)).unwrap();
    InitialiseProbe::new(&worker).observe()
}

fn system_dll() -> PathBuf {
    let root = std::env::var_os("SystemRoot").unwrap();
    Path::new(&root).join("System32").join("version.dll")
}

/// The loader's number for a module it refuses.
fn refusal_of(module: &Path) -> (String, i64) {
    match initialise(module) {
        InitialiseSeen::LoaderRefused { failure, .. } => (failure.call.into_owned(), failure.code),
        other => panic!("{other:?}"),
    }
}

#[test]
fn the_loader_s_numbers_reach_the_parent() {
    let folder = tempfile::tempdir().unwrap();
    let text = folder.path().join("text.dll");
    fs::write(&text, "a note, not a library\r\n").unwrap();
    let absent = folder.path().join("absent.dll");
    assert_eq!(refusal_of(&absent), ("LoadLibraryExW".to_owned(), 126));
    assert_eq!(refusal_of(&text), ("LoadLibraryExW".to_owned(), 193));
    assert_eq!(
        refusal_of(&system_dll()),
        ("GetProcAddress".to_owned(), 127)
    );
}

#[test]
fn a_library_that_is_no_module_is_known_by_its_header() {
    let seen = ModuleProbe {
        explicit: Some(system_dll()),
    }
    .observe();
    assert_eq!(seen.findings()[0].kind.code, "module.not-pkcs11");
    let FileState::Library(header) = &seen.candidates[0].state else {
        panic!("{seen:?}")
    };
    assert!(header.architectures.contains(&seen.process), "{header:?}");
}

#[test]
fn nothing_installed_is_said_and_so_is_where_it_was_looked_for() {
    let seen = ModuleProbe::default().observe();
    assert_eq!(seen.findings()[0].kind.code, "module.not-installed");
    let first = seen.candidates[0].path.to_string_lossy().to_lowercase();
    assert!(first.ends_with(r"system32\cps3_pkcs11_w64.dll"), "{first}");
}

#[test]
fn a_program_that_never_greets_is_no_worker() {
    let command = WorkerCommand::of_program(system_dll().with_file_name("hostname.exe"));
    assert!(Worker::start(&command, Path::new("x.dll"), Duration::from_secs(1)).is_err());
}
