//! Does the comparison run?
#![cfg(unix)]

use std::process::Command;

#[test]
fn one_round_measures_everything_that_is_here() {
    let mut command = Command::new(env!("CARGO_BIN_EXE_testsite"));
    let output = command.args(["--rounds", "1"]).output().unwrap();
    let said = String::from_utf8_lossy(&output.stdout).into_owned();
    println!("{said}{}", String::from_utf8_lossy(&output.stderr));
    assert!(output.status.success());
    let waiting = said.matches("100 connections: ").count();
    assert_eq!(waiting, 4, "{said}");
    let lines = said.lines().filter(|line| line.contains("test site   "));
    assert!(
        lines.count() == 4 || said.contains("nginx is not here"),
        "{said}"
    );
}
