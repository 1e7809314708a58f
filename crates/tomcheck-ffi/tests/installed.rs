//! Do programs find the installed library as programs do: by pkg-config, by CMake?
#![cfg(target_os = "linux")]
#![expect(
    clippy::unwrap_used,
    reason = "a test ends at the first thing that is not as it should"
)]

mod common;

use std::ffi::OsStr;
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};
use std::process::Command;

use common::{crate_folder, example, worker};

/// Where `scripts/install-c` puts it, as `make install-c` does; of this build's profile, which is
/// there sooner.
fn install(folder: &Path) -> PathBuf {
    let prefix = folder.join("prefix");
    let script = crate_folder().join("../../scripts/install-c");
    printed(Command::new(script).arg(&prefix).arg("dev"));
    prefix
}

/// One installation for both: cargo-c builds the library anew for each prefix. It is part of what
/// `make test-ffi` installs, and nobody else waits for it to be compiled.
#[test]
fn programs_find_the_installed_library() {
    if !common::all_have_their_turn() {
        println!("skipped: without cargo-c (make test-ffi)");
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let prefix = install(folder.path());
    pkg_config_names_all_that_is_needed_shared_and_static(folder.path(), &prefix);
    cmake_finds_the_package(folder.path(), &prefix);
}

fn printed(command: &mut Command) -> String {
    let output = command.output().unwrap();
    let text = String::from_utf8(output.stdout).unwrap();
    let complaint = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{command:?}: {text}{complaint}");
    text
}

/// The worker is found where the installation put it: without one there would be no report.
fn finds_the_cause(program: &Path, folder: &Path) {
    let output = Command::new("timeout")
        .args([OsStr::new("60"), program.as_os_str()])
        .args(["https://absent.test.invalid/", "-", "-", "direct"])
        .env("PCSCLITE_CSOCK_NAME", folder.join("pcscd.comm"))
        .env("TOMCHECK_MODULE_DIRS", folder)
        .output()
        .unwrap();
    let text = String::from_utf8_lossy(&output.stdout);
    assert!(
        text.starts_with("root cause: reader.service-stopped\n"),
        "{output:?}"
    );
}

fn pkg_config_names_all_that_is_needed_shared_and_static(folder: &Path, prefix: &Path) {
    let flags = |kind: &[&str]| {
        let mut command = Command::new("pkg-config");
        command.args(kind).args(["--cflags", "--libs", "tomcheck"]);
        printed(command.env("PKG_CONFIG_PATH", prefix.join("lib/pkgconfig")))
    };
    let version = Command::new("pkg-config")
        .args(["--modversion", "tomcheck"])
        .env("PKG_CONFIG_PATH", prefix.join("lib/pkgconfig"))
        .output()
        .unwrap();
    assert_eq!(
        String::from_utf8(version.stdout).unwrap().trim(),
        env!("CARGO_PKG_VERSION")
    );
    let build = |flags: &str, name: &str| {
        let program = folder.join(name);
        let mut command = Command::new("gcc");
        command
            .arg("-std=c99")
            .arg(example("c/diagnose.c"))
            .arg("-o")
            .arg(&program);
        command.args(flags.split_whitespace());
        printed(command.arg(format!("-Wl,-rpath,{}", prefix.join("lib").display())));
        program
    };
    finds_the_cause(&build(&flags(&[]), "shared"), folder);
    // one that is linked into its program looks for the worker beside that
    let flags = flags(&["--static"]).replace("-ltomcheck", "-l:libtomcheck.a");
    let alone = build(&flags, "static");
    symlink(worker(), folder.join("tomcheck-worker")).unwrap();
    finds_the_cause(&alone, folder);
}

const CMAKE: &str = "cmake_minimum_required(VERSION 3.18)
project(example C CXX)
find_package(tomcheck 0.1 REQUIRED CONFIG)
set(CMAKE_CXX_STANDARD 17)
add_executable(example-c ${EXAMPLES}/c/diagnose.c)
target_link_libraries(example-c tomcheck::tomcheck)
add_executable(example-cpp ${EXAMPLES}/cpp/diagnose.cpp)
target_link_libraries(example-cpp tomcheck::tomcheck)
add_executable(example-static ${EXAMPLES}/c/diagnose.c)
target_link_libraries(example-static tomcheck::static)
";

fn cmake_finds_the_package(folder: &Path, prefix: &Path) {
    let (source, build) = (folder.join("source"), folder.join("build"));
    std::fs::create_dir(&source).unwrap();
    std::fs::write(source.join("CMakeLists.txt"), CMAKE).unwrap();
    let mut configure = Command::new("cmake");
    configure.arg("-S").arg(&source).arg("-B").arg(&build);
    configure.arg(format!("-DCMAKE_PREFIX_PATH={}", prefix.display()));
    printed(configure.arg(format!("-DEXAMPLES={}", example("").display())));
    printed(Command::new("cmake").arg("--build").arg(&build));
    symlink(worker(), build.join("tomcheck-worker")).unwrap();
    for program in ["example-c", "example-cpp", "example-static"] {
        finds_the_cause(&build.join(program), folder);
    }
}
