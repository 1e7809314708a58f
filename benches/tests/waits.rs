//! Does the comparison run?
#![cfg(unix)]

use std::process::Command;

#[test]
fn one_round_measures_everything() {
    let tomcheck = std::path::Path::new(env!("CARGO_BIN_EXE_waits")).with_file_name("tomcheck");
    if !tomcheck.exists() {
        eprintln!("skipped: {} is not built", tomcheck.display());
        return;
    }
    let mut command = Command::new(env!("CARGO_BIN_EXE_waits"));
    let output = command.args(["--rounds", "1"]).output().unwrap();
    let said = String::from_utf8_lossy(&output.stdout).into_owned();
    println!("{said}{}", String::from_utf8_lossy(&output.stderr));
    assert!(output.status.success());
    // how long it takes is the machine's affair; that something is measured is ours
    assert_eq!(said.matches(" to ").count(), 8, "{said}");
}
