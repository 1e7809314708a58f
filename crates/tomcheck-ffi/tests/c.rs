//! Do programs of C and C++, built from the headers alone, get what is promised?
//!
//! Alone, on a machine without any card stack. Against the virtual workstation: workstation.rs.
#![cfg(target_os = "linux")]

mod common;

use std::ffi::OsStr;
use std::path::Path;
use std::process::Command;

use common::{Under, Watcher, example, libraries, program, told, turns_without_threads, worker};

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
