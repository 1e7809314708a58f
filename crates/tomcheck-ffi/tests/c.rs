//! Do programs of C and C++, built from the headers alone, get what is promised?
//!
//! Alone, on a machine without any card stack. Against the virtual workstation: workstation.rs.
#![cfg(target_os = "linux")]
#![expect(
    clippy::unwrap_used,
    reason = "a test ends at the first thing that is not as it should"
)]

mod common;

use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use std::process::Command;

use common::{Under, Watcher, example, libraries, program, told, turns_without_threads, worker};
use tempfile::TempDir;
use tomcheck_testkit::modules::{FaultyModule, HostileModules, ModuleFault};
use tomcheck_testkit::{Holder, Pki, Purpose, Variant};

const URL: &str = "https://absent.test.invalid/";

#[test]
fn each_example_tells_the_cause_and_its_status() {
    for name in ["c/diagnose.c", "cpp/diagnose.cpp"] {
        let built = Under::plain().build(&example(name));
        let words = [URL, "-", "-", "direct", "/bin/false"].map(OsStr::new);
        let output = built.run_alone(&words);
        let text = String::from_utf8(output.stdout).unwrap();
        assert_eq!(output.status.code(), Some(1), "{name}: {text}");
        let mut lines = text.lines();
        assert_eq!(lines.next(), Some("root cause: reader.service-stopped"));
        assert!(
            lines
                .next()
                .unwrap()
                .starts_with("reader.service-stopped (reader): "),
            "{text}"
        );
        let progress = String::from_utf8(output.stderr).unwrap();
        assert!(progress.contains("reader.service ...\n"), "{progress}");
    }
}

#[test]
fn a_bad_value_is_a_status_with_its_reason() {
    for name in ["c/diagnose.c", "cpp/diagnose.cpp"] {
        let output = Under::plain()
            .build(&example(name))
            .run_alone(&[OsStr::new("http://exemple/")]);
        assert_eq!(output.status.code(), Some(2));
        let complaint = String::from_utf8(output.stderr).unwrap();
        assert!(complaint.contains("https://"), "{complaint}");
    }
}

#[test]
fn the_python_example_tells_the_cause_and_its_status() {
    let folder = tempfile::tempdir().unwrap();
    let output = Command::new("timeout")
        .args(["60", "python3"])
        .arg(example("python/diagnose.py"))
        .arg(libraries().join("libtomcheck_ffi.so"))
        .args([URL, "-", "-", "direct", "/bin/false"])
        .env("PCSCLITE_CSOCK_NAME", folder.path().join("pcscd.comm"))
        .env("TOMCHECK_MODULE_DIRS", folder.path())
        .output()
        .unwrap();
    let text = String::from_utf8(output.stdout).unwrap();
    let complaint = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(1), "{text}{complaint}");
    assert!(
        text.starts_with("root cause: reader.service-stopped\n"),
        "{text}"
    );
}

/// Whoever watches what is no thread; AddressSanitizer in any case.
fn each_has_its_turn(program: &Path) {
    let address = Under {
        watcher: Watcher::Address,
        ..Under::plain()
    };
    let turns = turns_without_threads();
    let others = turns
        .into_iter()
        .filter(|under| under.watcher != Watcher::Address);
    for under in others.chain([address]) {
        told(&under.build(program).run_alone(&[]));
    }
}

/// NULL, bad UTF-8, values out of range, handles that were freed or made up; AddressSanitizer has
/// its turn in any case.
#[test]
fn what_is_no_handle_is_an_error_and_never_a_crash() {
    each_has_its_turn(&program("handles.c"));
}

/// AddressSanitizer has its turn in any case: what goes wrong here is memory that is gone.
#[test]
fn a_monitor_of_cpp_ends_wherever_it_is_destroyed() {
    each_has_its_turn(&program("moved.cpp"));
}

#[test]
fn a_library_that_is_unloaded_leaves_nothing_behind_and_a_fork_gets_errors() {
    let library = libraries().join("libtomcheck_ffi.so");
    for under in turns_without_threads() {
        if under.watcher == Watcher::Valgrind {
            // it keeps a thread of its own, which the program would count
            continue;
        }
        let output = under
            .build(&program("quiet.c"))
            .run_alone(&[library.as_os_str(), worker().as_os_str()]);
        assert_eq!(told(&output), "");
        assert_eq!(output.stderr, b"");
    }
}

#[test]
fn an_event_loop_is_woken_by_the_library_and_never_waits_for_it() {
    let built = Under::plain().build(&example("cpp/gui_loop.cpp"));
    let words = ["1", URL, "/bin/false"].map(OsStr::new);
    let text = told(&built.run_alone(&words));
    assert!(
        text.contains("event: Le service de carte à puce est arrêté"),
        "{text}"
    );
    assert!(text.contains("looking at reader.service\n"), "{text}");
    assert!(
        text.contains("diagnosis: reader.service-stopped\n"),
        "{text}"
    );
}

/// Two lines of a file, and what a name means in it.
fn settings_of(name: &str) -> String {
    format!(
        "target = \"{name}\"\nlang = \"en\"\nonly = [\"reader\", \"card\"]\n\
         [targets.{name}]\nurl = \"https://{name}.test.invalid/\"\n\
         [targets.tom]\nurl = \"https://tom.test.invalid/\"\n"
    )
}

#[test]
fn settings_hold_where_the_program_says_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let write = |name: &str, text: &str| {
        let file = folder.path().join(name);
        std::fs::create_dir_all(file.parent().unwrap()).unwrap();
        std::fs::write(&file, text).unwrap();
        file
    };
    let asked = write("asked.toml", &settings_of("recette"));
    let other = write("other.toml", &settings_of("other"));
    let wrong = write("wrong.toml", "lang = \"en\"\ndedline = 30\n");
    write("home/tomcheck/config.toml", &settings_of("users"));
    let words = [asked.as_os_str(), other.as_os_str(), wrong.as_os_str()];
    for under in turns_without_threads() {
        let built = under.build(&program("settings.c"));
        let mut command = built.alone(&words);
        command.env("XDG_CONFIG_HOME", folder.path().join("home"));
        told(&command.output().unwrap());
    }
}

/// Modules that know a card, without any card service.
struct Modules {
    folder: TempDir,
    certificate: Vec<u8>,
}

impl Modules {
    fn new() -> Self {
        let holder = Pki::shared().person(Holder::Cpe, Purpose::Authentication, Variant::Valid);
        Self {
            folder: tempfile::tempdir().unwrap(),
            certificate: holder.certificate_der().to_vec(),
        }
    }

    fn sound(&self) -> PathBuf {
        let module = FaultyModule::new(ModuleFault::None, "dlopen").certificate(&self.certificate);
        module.build(self.folder.path()).unwrap()
    }

    /// Of a reader with keys, on which the holder does this.
    fn with_keys(&self, holder_does: &str) -> PathBuf {
        let modules = HostileModules::build(self.folder.path(), &self.certificate).unwrap();
        modules.that("pinpad", holder_does).unwrap()
    }
}

#[test]
fn a_reader_with_keys_is_where_the_holder_is_told_to_type() {
    let modules = Modules::new();
    let worker = worker();
    let cases = [
        ("yes", "OK", "fault token.sign-failed"),
        ("yes", "CANCELED", "warning token.pin-cancelled"),
        ("no", "OK", "skipped nothing"),
    ];
    for under in turns_without_threads() {
        let built = under.build(&program("pin.c"));
        for (wants, does, ends) in cases {
            let module = modules.with_keys(does);
            let (kind, wants) = (OsStr::new("reader"), OsStr::new(wants));
            let words = [kind, wants, module.as_os_str(), worker.as_os_str()];
            let said = told(&built.run_alone(&words));
            assert_eq!(said.trim(), ends, "{under:?} {wants:?} {does}");
        }
    }
}

/// Not under ThreadSanitizer, as it forks.
#[test]
fn what_a_call_back_throws_is_caught_by_the_wrapper_and_ends_a_program_without_it() {
    let modules = Modules::new();
    let (worker, sound, with_keys) = (worker(), modules.sound(), modules.with_keys("OK"));
    let words = [&worker, &sound, &with_keys].map(|path| path.as_os_str());
    for under in turns_without_threads() {
        told(&under.build(&program("thrown.cpp")).run_alone(&words));
    }
}

/// Each header by itself, by both compilers, in every language it is for.
#[test]
fn the_headers_are_taken_by_both_compilers_in_every_standard() {
    let folder = tempfile::tempdir().unwrap();
    let languages = [
        (
            "tomcheck.h",
            "c",
            &["c99", "c11", "c17"][..],
            ["gcc", "clang"],
        ),
        (
            "tomcheck.h",
            "cpp",
            &["c++11", "c++17", "c++20"][..],
            ["g++", "clang++"],
        ),
        (
            "tomcheck.hpp",
            "cpp",
            &["c++17", "c++20"][..],
            ["g++", "clang++"],
        ),
    ];
    for (header, extension, standards, compilers) in languages {
        let source = folder.path().join(format!("{header}.{extension}"));
        std::fs::write(&source, format!("#include \"{header}\"\n")).unwrap();
        let is_there = |compiler: &&&str| common::all_have_their_turn() || is_installed(compiler);
        for compiler in compilers.iter().filter(is_there) {
            for standard in standards {
                let output = Command::new(compiler)
                    .arg(format!("-std={standard}"))
                    .args([
                        "-Wall",
                        "-Wextra",
                        "-Werror",
                        "-pedantic",
                        "-fsyntax-only",
                        "-I",
                    ])
                    .arg(common::crate_folder().join("include"))
                    .arg(&source)
                    .output()
                    .unwrap();
                let complaint = String::from_utf8_lossy(&output.stderr);
                assert!(
                    output.status.success(),
                    "{compiler} {standard}: {complaint}"
                );
            }
        }
    }
}

fn is_installed(program: &str) -> bool {
    Command::new(program).arg("--version").output().is_ok()
}
