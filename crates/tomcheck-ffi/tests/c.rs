//! A C program built from the header alone gets a verdict.
#![cfg(target_os = "linux")]
#![expect(
    clippy::unwrap_used,
    reason = "a test ends at the first thing that is not as it should"
)]

use std::path::{Path, PathBuf};
use std::process::{Command, Output};

/// Where cargo leaves the libraries of this build: beside the folder of this test.
fn libraries() -> PathBuf {
    let exe = std::env::current_exe().unwrap();
    exe.ancestors().nth(2).unwrap().to_owned()
}

/// Builds `source` with every warning an error.
fn compiled(source: &Path, folder: &Path) -> PathBuf {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let program = folder.join("program");
    let output = Command::new("gcc")
        .args(["-std=c99", "-Wall", "-Wextra", "-Werror", "-pedantic", "-I"])
        .arg(root.join("include"))
        .arg(source)
        .arg("-o")
        .arg(&program)
        .arg(libraries().join("libtomcheck_ffi.so"))
        .arg(format!("-Wl,-rpath,{}", libraries().display()))
        .output()
        .unwrap();
    assert!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
    program
}

/// On a machine without any card stack: no socket, no module, no proxy.
fn run(program: &Path, folder: &Path, arguments: &[&str]) -> Output {
    Command::new(program)
        .args(arguments)
        .env_clear()
        .env("PCSCLITE_CSOCK_NAME", folder.join("pcscd.comm"))
        .env("TOMCHECK_MODULE_DIRS", folder)
        .output()
        .unwrap()
}

#[test]
fn the_example_tells_the_cause_and_its_status() {
    let folder = tempfile::tempdir().unwrap();
    let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../examples/c/diagnose.c");
    let program = compiled(&source, folder.path());
    let worker = "/bin/false";
    let url = "https://absent.test.invalid/";
    let output = run(&program, folder.path(), &[url, "-", "-", "direct", worker]);
    let text = String::from_utf8(output.stdout).unwrap();
    assert_eq!(output.status.code(), Some(1), "{text}");
    assert!(
        text.starts_with("root cause: reader.service-stopped\n"),
        "{text}"
    );
    assert!(text.contains("BLOQUÉ"), "{text}");
}

/// The whole way through C on a healthy workstation: card, module in its worker, proxy, site.
#[test]
fn the_example_finds_a_healthy_workstation_in_order() {
    let folder = tempfile::tempdir().unwrap();
    let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../examples/c/diagnose.c");
    let program = compiled(&source, folder.path());
    let bench = tomcheck_testkit::Scenario::named("healthy")
        .unwrap()
        .bench()
        .unwrap();
    let command = &bench.command;
    let output = Command::new(program)
        .arg(&command.target)
        .arg(command.module.as_ref().unwrap())
        .arg(&command.ca_file)
        .arg(&command.proxy)
        .arg(worker())
        .envs(
            command
                .environment
                .iter()
                .map(|(name, value)| (name, value)),
        )
        .envs(bench.station.environment())
        .output()
        .unwrap();
    let text = String::from_utf8(output.stdout).unwrap();
    assert_eq!(
        output.status.code(),
        Some(0),
        "{text}{}",
        String::from_utf8_lossy(&output.stderr)
    );
    assert!(text.starts_with("root cause: none\n"), "{text}");
}

/// The worker of this build, made when only this crate was built.
fn worker() -> PathBuf {
    let worker = libraries().join("tomcheck-worker");
    if !worker.is_file() {
        let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
        let built = Command::new(cargo)
            .args([
                "build",
                "-p",
                "tomcheck-cert",
                "--bin",
                "tomcheck-worker",
                "--target-dir",
            ])
            .arg(libraries().parent().unwrap())
            .status()
            .unwrap();
        assert!(built.success());
    }
    worker
}

#[test]
fn a_bad_value_is_a_status_with_its_reason() {
    let folder = tempfile::tempdir().unwrap();
    let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../examples/c/diagnose.c");
    let program = compiled(&source, folder.path());
    let output = run(&program, folder.path(), &["http://exemple/"]);
    assert_eq!(output.status.code(), Some(2));
    let complaint = String::from_utf8(output.stderr).unwrap();
    assert!(complaint.contains("https://"), "{complaint}");
}

#[test]
fn null_is_an_error_and_never_a_crash() {
    let folder = tempfile::tempdir().unwrap();
    let source = folder.path().join("null.c");
    std::fs::write(&source, NULLS).unwrap();
    let program = compiled(&source, folder.path());
    let output = run(&program, folder.path(), &[]);
    assert_eq!(
        output.status.code(),
        Some(0),
        "{}",
        String::from_utf8_lossy(&output.stdout)
    );
}

const NULLS: &str = r#"
#include <stdio.h>
#include <string.h>
#include "tomcheck.h"

#define EXPECT(is) do { if (!(is)) { printf("not: %s\n", #is); return 1; } } while (0)

int main(void) {
    struct tomcheck_report *report = NULL;
    enum tomcheck_verdict verdict = TOMCHECK_VERDICT_WARNING;
    struct tomcheck_options *options = tomcheck_options_new();
    tomcheck_options_free(NULL);
    tomcheck_report_free(NULL);
    EXPECT(tomcheck_options_set_target(NULL, "tom") == TOMCHECK_NULL_POINTER);
    EXPECT(tomcheck_options_set_target(options, NULL) == TOMCHECK_NULL_POINTER);
    EXPECT(strcmp(tomcheck_last_error(), "target is NULL") == 0);
    EXPECT(tomcheck_options_set_reader(options, "\xff") == TOMCHECK_NOT_UTF8);
    EXPECT(tomcheck_options_set_pin(options, "123") == TOMCHECK_BAD_VALUE);
    EXPECT(strstr(tomcheck_last_error(), "123") == NULL);
    EXPECT(tomcheck_options_set_proxy(options, "http://:3128") == TOMCHECK_BAD_VALUE);
    EXPECT(tomcheck_options_set_deadline(options, 0) == TOMCHECK_BAD_VALUE);
    EXPECT(tomcheck_options_set_lang(options, 7) == TOMCHECK_BAD_VALUE);
    EXPECT(tomcheck_options_set_lang(options, TOMCHECK_EN) == TOMCHECK_OK);
    EXPECT(tomcheck_diagnose(NULL, &report) == TOMCHECK_NULL_POINTER && report == NULL);
    EXPECT(tomcheck_diagnose(options, NULL) == TOMCHECK_NULL_POINTER);
    EXPECT(tomcheck_report_verdict(NULL, &verdict) == TOMCHECK_NULL_POINTER);
    EXPECT(verdict == TOMCHECK_VERDICT_WARNING);
    EXPECT(tomcheck_report_json(NULL) == NULL && tomcheck_report_text(NULL) == NULL);
    EXPECT(tomcheck_report_root_cause(NULL) == NULL);
    EXPECT(strchr(tomcheck_version(), '.') != NULL);
    tomcheck_options_free(options);
    return 0;
}
"#;
