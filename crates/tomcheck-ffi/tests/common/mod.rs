//! How is a program of C's built, run and watched over?
#![allow(
    dead_code,
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "each file of tests uses its part; a test ends at the first thing that is not as it should"
)]

use std::ffi::{OsStr, OsString};
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use tempfile::TempDir;
use tomcheck_testkit::Bench;

/// Where cargo leaves the libraries of this build: beside this test.
pub(crate) fn libraries() -> PathBuf {
    std::env::current_exe()
        .unwrap()
        .parent()
        .unwrap()
        .to_owned()
}

pub(crate) fn crate_folder() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

/// `c/diagnose.c` of the examples.
pub(crate) fn example(name: &str) -> PathBuf {
    crate_folder().join("../../examples").join(name)
}

/// One of the programs beside this file.
pub(crate) fn program(name: &str) -> PathBuf {
    crate_folder().join("tests/programs").join(name)
}

/// Whether every compiler and every watcher has its turn (`make test-ffi`), or the quickest alone.
pub(crate) fn all_have_their_turn() -> bool {
    std::env::var_os("TOMCHECK_TEST_FFI").is_some_and(|value| value == "all")
}

/// Who watches over a program while it runs.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Watcher {
    Nobody,
    /// AddressSanitizer with its search for leaks, and UndefinedBehaviorSanitizer.
    Address,
    /// ThreadSanitizer. It sees what C does, not what Rust does.
    Threads,
    Valgrind,
}

impl Watcher {
    fn flags(self) -> &'static [&'static str] {
        match self {
            Self::Nobody | Self::Valgrind => &["-g"],
            Self::Address => &[
                "-g",
                "-fsanitize=address,undefined",
                "-fno-sanitize-recover=all",
            ],
            Self::Threads => &["-g", "-fsanitize=thread"],
        }
    }

    fn command(self, program: &Path, patience: u32) -> Command {
        let mut command = Command::new("timeout");
        command.args(["--kill-after=5", &patience.to_string()]);
        if self == Self::Valgrind {
            command.args([
                "valgrind",
                "--quiet",
                "--error-exitcode=99",
                "--leak-check=full",
            ]);
            command.args([
                "--errors-for-leak-kinds=definite",
                "--show-leak-kinds=definite",
                // one thread runs at a time, and without this the same ones for seconds
                "--fair-sched=try",
            ]);
            let blind = crate_folder().join("tests/programs/valgrind.supp");
            // deep enough to see who called
            command.args([
                "--num-callers=60".to_owned(),
                format!("--suppressions={}", blind.display()),
            ]);
        }
        if self == Self::Threads {
            let blind = crate_folder().join("tests/programs/threads.supp");
            let options = format!("suppressions={} halt_on_error=1", blind.display());
            command.env("TSAN_OPTIONS", options);
        }
        command.arg(program);
        command
    }

    /// How much longer than alone a program takes under its eyes.
    pub(crate) const fn slowness(self) -> u32 {
        match self {
            Self::Nobody => 1,
            Self::Address | Self::Threads => 2,
            Self::Valgrind => 6,
        }
    }
}

/// A compiler and a watcher.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Under {
    pub(crate) c: &'static str,
    pub(crate) cpp: &'static str,
    pub(crate) watcher: Watcher,
}

const GCC: (&str, &str) = ("gcc", "g++");
const CLANG: (&str, &str) = ("clang", "clang++");

/// Under whom the programs run: all, or gcc with nobody watching.
pub(crate) fn turns() -> Vec<Under> {
    use Watcher::{Address, Nobody, Threads, Valgrind};
    let all = [
        (GCC, Nobody),
        (GCC, Address),
        (CLANG, Address),
        (GCC, Threads),
        (CLANG, Threads),
        (GCC, Valgrind),
    ];
    let count = if all_have_their_turn() { all.len() } else { 1 };
    let turns = all.into_iter().take(count);
    let turns = turns.map(|((c, cpp), watcher)| Under { c, cpp, watcher });
    turns.collect()
}

/// The same without ThreadSanitizer, for a program that forks or that is alone.
pub(crate) fn turns_without_threads() -> Vec<Under> {
    let turns = turns().into_iter();
    turns
        .filter(|under| under.watcher != Watcher::Threads)
        .collect()
}

/// A program that was built, in a folder of its own, with the library as programs find it.
pub(crate) struct Built {
    pub(crate) folder: TempDir,
    pub(crate) program: PathBuf,
    under: Under,
}

impl Under {
    pub(crate) fn plain() -> Self {
        turns()[0]
    }

    /// Builds `source` with every warning an error.
    pub(crate) fn build(self, source: &Path) -> Built {
        let folder = tempfile::tempdir().unwrap();
        link_library(folder.path());
        let program = folder.path().join("program");
        let is_cpp = source.extension() == Some(OsStr::new("cpp"));
        let is_example = source
            .components()
            .any(|part| part.as_os_str() == "examples");
        let standard = match (is_cpp, is_example) {
            (true, _) => "-std=c++17",
            (false, true) => "-std=c99",
            (false, false) => "-std=c11",
        };
        let mut command = Command::new(if is_cpp { self.cpp } else { self.c });
        command.args([standard, "-Wall", "-Wextra", "-Werror", "-pedantic", "-O1"]);
        if !is_example {
            command.arg("-D_GNU_SOURCE");
        }
        command
            .args(self.watcher.flags())
            .arg("-I")
            .arg(crate_folder().join("include"))
            .arg(source)
            .arg("-o")
            .arg(&program)
            .arg("-L")
            .arg(folder.path())
            .args(["-ltomcheck", "-pthread", "-ldl"])
            .arg(format!("-Wl,-rpath,{}", folder.path().display()));
        let output = command.output().unwrap();
        let complaint = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "{self:?}: {complaint}");
        let under = self;
        Built {
            folder,
            program,
            under,
        }
    }
}

/// As long as the version is 0.x.
pub(crate) const SONAME: &str = concat!(
    "libtomcheck.so.",
    env!("CARGO_PKG_VERSION_MAJOR"),
    ".",
    env!("CARGO_PKG_VERSION_MINOR")
);

fn link_library(folder: &Path) {
    let library = libraries().join("libtomcheck_ffi.so");
    for name in ["libtomcheck.so", SONAME] {
        std::os::unix::fs::symlink(&library, folder.join(name)).unwrap();
    }
}

impl Built {
    /// To be run for `seconds` at most, more where somebody watches.
    pub(crate) fn command(&self, seconds: u32) -> Command {
        let watcher = self.under.watcher;
        watcher.command(&self.program, seconds * watcher.slowness())
    }

    /// On a machine without any card stack: no socket, no module, no proxy.
    pub(crate) fn run_alone(&self, arguments: &[&OsStr]) -> Output {
        self.alone(arguments).output().unwrap()
    }

    /// The same, to be run.
    pub(crate) fn alone(&self, arguments: &[&OsStr]) -> Command {
        let mut command = self.command(60);
        command
            .env_clear()
            .envs(path())
            .args(arguments)
            .env("PCSCLITE_CSOCK_NAME", self.folder.path().join("pcscd.comm"))
            .env("TOMCHECK_MODULE_DIRS", self.folder.path())
            .stdin(Stdio::null());
        command
    }
}

fn path() -> Option<(&'static str, OsString)> {
    Some(("PATH", std::env::var_os("PATH")?))
}

/// What a program sees of a workstation.
pub(crate) fn environment(bench: &Bench) -> Vec<(String, OsString)> {
    let of_command = bench.command.environment.iter().cloned();
    of_command.chain(bench.station.environment()).collect()
}

/// TARGET MODULE CA_FILE PROXY WORKER
pub(crate) fn arguments(bench: &Bench) -> Vec<OsString> {
    let command = &bench.command;
    let module = command.module.clone().map_or("-".into(), Into::into);
    vec![
        command.target.clone().into(),
        module,
        command.ca_file.clone().into(),
        command.proxy.clone().into(),
        worker().into(),
    ]
}

/// The worker of this build, made when only this crate was built.
pub(crate) fn worker() -> PathBuf {
    let target = libraries().parent().unwrap().to_owned();
    let worker = target.join("tomcheck-worker");
    if !worker.is_file() {
        let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
        let build = [
            "build",
            "-p",
            "tomcheck-cert",
            "--bin",
            "tomcheck-worker",
            "--target-dir",
        ];
        let built = Command::new(cargo)
            .args(build)
            .arg(target.parent().unwrap())
            .status();
        assert!(built.unwrap().success());
    }
    worker
}

/// Standard output of a program that ended with 0.
pub(crate) fn told(output: &Output) -> String {
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    let complaint = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(0), "{text}{complaint}");
    text
}
