//! Does the whole comparison run, and does it say what it did not do?
#![cfg(unix)]

use std::process::{Command, Output};

fn handshakes(arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_handshakes"));
    command.args(arguments);
    command
}

fn said(output: &Output) -> String {
    let both = [&output.stdout[..], &output.stderr[..]].concat();
    String::from_utf8_lossy(&both).into_owned()
}

#[test]
fn one_round_runs_every_peer_that_is_here() {
    let output = handshakes(&["--rounds", "1"]).output().unwrap();
    let said = said(&output);
    println!("{said}");
    assert!(output.status.success(), "{said}");
    if said.starts_with("skipped, nothing measured: ") {
        return;
    }
    let lines = |name: &str| {
        let with_name = said.lines().filter(|line| line.contains(name));
        with_name.filter(|line| line.contains(" ms  ")).count()
    };
    // TLS 1.2 and TLS 1.3
    assert_eq!(lines("rustls, key in memory"), 2, "{said}");
    assert_eq!(lines("client_config, token key"), 2, "{said}");
    assert_eq!(lines("HandshakeProbe, token key"), 2, "{said}");
    for program in ["libp11", "tomcheck check", "gnutls-cli", "key in a file"] {
        let skipped = said.matches("skipped: ").count() > 0;
        assert!(lines(program) == 2 || skipped, "{program}: {said}");
    }
}

#[test]
fn without_softhsm_it_says_so_and_is_no_failure() {
    let output = handshakes(&["--rounds", "1"]).env("PATH", "").output();
    let output = output.unwrap();
    let said = said(&output);
    assert!(output.status.success(), "{said}");
    assert!(said.starts_with("skipped, nothing measured: "), "{said}");
    assert_eq!(said.lines().count(), 1, "{said}");
}

#[test]
fn a_wrong_argument_is_said_with_the_usage() {
    let output = handshakes(&["--rounds", "none"]).output().unwrap();
    assert_eq!(output.status.code(), Some(2));
    assert!(said(&output).contains("`none` is no number from 1 to 10000"));
}
