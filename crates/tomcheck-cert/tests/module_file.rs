//! Are the files that are taken for modules told apart, without loading any?
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a test fails by panicking"
)]
#![cfg(target_os = "linux")]

mod common;

use std::fs;
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};
use std::process::Command;

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
    let pipe = directory.join("pipe.so");
    let made = Command::new("mkfifo").arg(&pipe).status().unwrap();
    assert!(made.success());
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
        (PathBuf::from("/dev/null"), "not to an ordinary file"),
        (PathBuf::from("/dev/zero"), "not to an ordinary file"),
        (pipe, "not to an ordinary file"),
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
fn nothing_at_the_path_given_is_a_wrong_path_that_is_named() {
    let folder = tempfile::tempdir().unwrap();
    let dangling = folder.path().join("dangling.so");
    symlink("gone.so", &dangling).unwrap();
    for path in [
        Path::new("/nowhere/module.so"),
        Path::new("/etc/hostname/module.so"),
        &dangling,
    ] {
        let seen = look(path);
        assert_eq!(codes(&seen), ["module.path-missing"], "{}", path.display());
        let line = line(&seen);
        assert!(line.contains(path.to_str().unwrap()), "{line}");
    }
    assert!(line(&look(dangling)).contains("is a link"));
    let nothing = look("");
    assert_eq!(codes(&nothing), ["module.path-missing"]);
    let title = nothing.findings()[0].title(Lang::Fr);
    assert!(title.ends_with(" : chemin vide"), "{title}");
}

#[test]
fn a_file_that_the_system_fails_to_read_keeps_its_answer_and_blames_no_right() {
    let folder = tempfile::tempdir().unwrap();
    let circle = folder.path().join("circle.so");
    symlink(&circle, &circle).unwrap();
    // nothing is mapped at address 0: a read error from an ordinary file
    let memory = PathBuf::from("/proc/self/mem");
    for (path, call, answer) in [
        (circle, "stat", "Too many levels of symbolic links 40"),
        (memory, "read", "Input/output error 5"),
    ] {
        let seen = look(path);
        assert_eq!(codes(&seen), ["module.read-failed"]);
        let finding = &seen.findings()[0];
        assert_eq!(finding.evidence[0].key, call);
        assert_eq!(finding.evidence[0].render(Lang::En), answer);
        let steps = finding.steps(Lang::En, "linux").join(" ");
        assert!(!steps.contains("chmod"), "{steps}");
    }
}

#[test]
fn an_observation_of_any_path_can_be_serialised() {
    use std::os::unix::ffi::OsStrExt;
    let foreign = Path::new(std::ffi::OsStr::from_bytes(b"/nowhere/\xff.so"));
    let json = serde_json::to_value(look(foreign)).unwrap();
    assert_eq!(json["candidates"][0]["file"], "absent");
    let seen: ModuleSeen = serde_json::from_value(json).unwrap();
    assert_eq!(codes(&seen), ["module.path-missing"]);
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
