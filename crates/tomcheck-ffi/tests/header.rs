//! Is the committed header the one the sources make, and does the library export what it says?
//!
//! `TOMCHECK_REGENERATE=1 cargo test -p tomcheck-ffi --test header` writes it anew.
#![expect(
    clippy::unwrap_used,
    reason = "a test ends at the first thing that is not as it should"
)]

mod common;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

#[test]
fn the_header_is_up_to_date() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let config = cbindgen::Config::from_file(root.join("cbindgen.toml")).unwrap();
    let header = cbindgen::Builder::new()
        .with_crate(root)
        .with_config(config)
        .generate()
        .unwrap();
    let mut made = Vec::new();
    header.write(&mut made);
    let path = root.join("include/tomcheck.h");
    if std::env::var_os("TOMCHECK_REGENERATE").is_some() {
        fs::write(&path, &made).unwrap();
    }
    let committed = fs::read(&path).unwrap_or_default();
    assert!(
        committed == made,
        "include/tomcheck.h is not what the sources make"
    );
}

/// Beside this test.
fn library() -> PathBuf {
    let test = std::env::current_exe().unwrap();
    test.with_file_name("libtomcheck_ffi.so")
}

fn printed(program: &str, arguments: &[&str]) -> String {
    let output = Command::new(program)
        .args(arguments)
        .arg(library())
        .output()
        .unwrap();
    assert!(output.status.success(), "{program}");
    String::from_utf8(output.stdout).unwrap()
}

/// A symbol that goes away, or that nobody meant to export, is a line that differs.
#[cfg(target_os = "linux")]
#[test]
fn the_library_exports_the_functions_of_the_header_and_nothing_else() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let listed = printed("nm", &["--dynamic", "--defined-only", "--format=posix"]);
    let mut names: Vec<&str> = listed
        .lines()
        .filter_map(|line| line.split(' ').next())
        .collect();
    names.sort_unstable();
    let exported = names.join("\n") + "\n";
    let path = root.join("symbols.txt");
    if std::env::var_os("TOMCHECK_REGENERATE").is_some() {
        fs::write(&path, &exported).unwrap();
    }
    assert_eq!(fs::read_to_string(&path).unwrap_or_default(), exported);
    let header = fs::read_to_string(root.join("include/tomcheck.h")).unwrap();
    for name in names {
        assert!(
            header.contains(&format!("{name}(")),
            "{name} is in no header"
        );
    }
}

#[cfg(target_os = "linux")]
#[test]
fn programs_ask_for_the_library_by_its_interface_and_it_stays_loaded() {
    let dynamic = printed("readelf", &["--dynamic", "--wide"]);
    assert!(
        dynamic.contains(&format!("Library soname: [{}]", common::SONAME)),
        "{dynamic}"
    );
    assert!(dynamic.contains("NODELETE"), "{dynamic}");
}
