//! Does the whole comparison run, and are the bounds kept that do not hang on the machine?
#![cfg(unix)]

use std::process::Command;

#[test]
fn one_round_measures_everything_and_tomcheck_sends_the_fewest_commands() {
    let mut command = Command::new(env!("CARGO_BIN_EXE_readers"));
    let output = command.args(["--rounds", "1"]).output().unwrap();
    let said = String::from_utf8_lossy(&output.stdout).into_owned();
    println!("{said}{}", String::from_utf8_lossy(&output.stderr));
    assert!(output.status.success());
    if said.starts_with("skipped, nothing measured: ") {
        return;
    }
    assert!(said.contains("tomcheck watch"), "{said}");
    let count = |name: &str| -> u64 {
        let line = said.lines().find(|line| line.contains(name)).unwrap();
        line.split_whitespace().last().unwrap().parse().unwrap()
    };
    assert_eq!(count("check --only card"), 0);
    let all = count("with OpenSC's module");
    let peers = count("opensc-tool -a -n") + count("pkcs11-tool -L");
    assert!(all < peers, "{said}");
}

#[test]
fn a_wrong_argument_is_said_with_the_usage() {
    let mut command = Command::new(env!("CARGO_BIN_EXE_readers"));
    let output = command.args(["--rounds", "0"]).output().unwrap();
    assert_eq!(output.status.code(), Some(2));
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(said.contains("`0` is no number") && said.contains("usage: readers"));
}
