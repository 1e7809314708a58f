//! Are the files that are taken for modules told apart, without loading any?
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a test fails by panicking"
)]
#![cfg(target_os = "linux")]

mod common;

use std::fs;
use std::path::{Path, PathBuf};

use common::codes;
use proptest::prelude::*;
use tomcheck_cert::{FileState, ImportPlace, ModuleProbe, ModuleSeen};
use tomcheck_diagnosis::{Lang, Observation, Probe};
use tomcheck_testkit::modules;

fn look(path: impl Into<PathBuf>) -> ModuleSeen {
    ModuleProbe {
        explicit: Some(path.into()),
    }
    .observe()
}

/// The title and the note: the one line a person reads.
fn line(seen: &ModuleSeen) -> String {
    let finding = &seen.findings()[0];
    let note = finding.note.map_or("", |note| note.get(Lang::En));
    format!("{} {note}", finding.title(Lang::En))
}

#[test]
fn opensc_is_a_module_and_its_libraries_are_found() {
    let seen = look(modules::opensc().unwrap());
    assert_eq!(codes(&seen), Vec::<&str>::new());
    assert!(seen.usable().is_some());
    let FileState::Library(header) = &seen.candidates[0].state else {
        panic!("{seen:?}")
    };
    assert!(
        header
            .imports
            .iter()
            .any(|import| import.name.starts_with("libopensc"))
    );
    let is_found = |place: &ImportPlace| matches!(place, ImportPlace::Found { .. });
    assert!(
        header.imports.iter().all(|import| is_found(&import.place)),
        "{header:?}"
    );
}

#[test]
fn what_is_no_module_is_said_in_one_line_that_names_it() {
    let folder = tempfile::tempdir().unwrap();
    let directory = folder.path();
    let empty = directory.join("empty.so");
    fs::write(&empty, "").unwrap();
    for (path, why) in [
        (
            modules::text_file(directory).unwrap(),
            "not a program library",
        ),
        (
            modules::not_pkcs11(directory).unwrap(),
            "no function C_GetFunctionList",
        ),
        (modules::cut_short(directory).unwrap(), "cut short"),
        (empty, "empty"),
        (directory.to_owned(), "leads to a folder"),
        (PathBuf::from("/dev/null"), "leads to a folder"),
        (PathBuf::from("/bin/true"), "no card module"),
    ] {
        let seen = look(&path);
        assert_eq!(codes(&seen), ["module.not-pkcs11"], "{}", path.display());
        assert!(seen.usable().is_none());
        let line = line(&seen);
        assert!(
            line.contains(why) && line.contains(path.to_str().unwrap()),
            "{line}"
        );
    }
}

#[test]
fn a_module_for_another_machine_is_named_on_both_sides() {
    let folder = tempfile::tempdir().unwrap();
    let other_machine = modules::wrong_architecture(folder.path()).unwrap();
    let other_size = modules::wrong_word_size(folder.path()).unwrap();
    for (path, made_for) in [
        (other_machine, "64 bits"),
        (other_size, "Linux x86, 32 bits"),
    ] {
        let seen = look(path);
        assert_eq!(codes(&seen), ["module.wrong-architecture"]);
        let title = seen.findings()[0].title(Lang::Fr);
        assert!(title.contains(made_for), "{title}");
        assert!(title.contains(std::env::consts::ARCH), "{title}");
    }
}

#[test]
fn a_library_that_is_missing_is_seen_before_loading() {
    let folder = tempfile::tempdir().unwrap();
    let seen = look(modules::missing_dependency(folder.path()).unwrap());
    let FileState::Library(header) = &seen.candidates[0].state else {
        panic!("{seen:?}")
    };
    let missing = header
        .imports
        .iter()
        .find(|import| import.place == ImportPlace::Missing);
    assert_eq!(missing.unwrap().name, "libtomcheck-absent.so");
}

#[test]
fn nothing_at_the_path_is_an_observation_not_a_panic() {
    for path in ["/nowhere/module.so", "/etc/hostname/module.so"] {
        assert_eq!(codes(&look(path)), ["module.not-installed"], "{path}");
    }
}

#[test]
fn an_observation_of_any_path_can_be_serialised() {
    use std::os::unix::ffi::OsStrExt;
    let foreign = Path::new(std::ffi::OsStr::from_bytes(b"/nowhere/\xff.so"));
    let json = serde_json::to_value(look(foreign)).unwrap();
    assert_eq!(json["candidates"][0]["file"], "absent");
    let seen: ModuleSeen = serde_json::from_value(json).unwrap();
    assert_eq!(codes(&seen), ["module.not-installed"]);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(150))]
    #[test]
    fn a_damaged_library_never_panics(
        damage in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..40),
    ) {
        let folder = tempfile::tempdir().unwrap();
        let mut bytes = LIBRARY.clone();
        for (at, value) in damage {
            // most of what a loader reads stands in the first pages
            let at = at.index(bytes.len().min(6000));
            bytes[at] = value;
        }
        let path = folder.path().join("damaged.so");
        fs::write(&path, bytes).unwrap();
        let _ = look(path).findings();
    }
}

/// A small sound library.
static LIBRARY: std::sync::LazyLock<Vec<u8>> = std::sync::LazyLock::new(|| {
    let folder = tempfile::tempdir().unwrap();
    fs::read(modules::hanging(folder.path(), "C_Sign").unwrap()).unwrap()
});
