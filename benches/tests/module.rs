//! Does the comparison run?
#![cfg(unix)]

use std::process::Command;

#[test]
fn one_round_measures_everything() {
    let mut command = Command::new(env!("CARGO_BIN_EXE_module"));
    let output = command.args(["--rounds", "1"]).output().unwrap();
    let said = String::from_utf8_lossy(&output.stdout).into_owned();
    println!("{said}{}", String::from_utf8_lossy(&output.stderr));
    assert!(output.status.success());
    if said.starts_with("skipped, nothing measured: ") {
        return;
    }
    for line in [
        "a question and its answer",
        "a listing, whole process",
        "the same without a worker",
        "pkcs11-tool -O",
    ] {
        assert!(said.contains(line), "{said}");
    }
}
