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
    // TLS 1.2 and TLS 1.3
    for ours in [
        "rustls, key in memory",
        "tomcheck-tls client_config",
        "HandshakeProbe",
    ] {
        assert_eq!(lines(&said, ours, " ms  "), 2, "{ours}: {said}");
    }
    for program in [
        "openssl s_client + libp11",
        "a program with OpenSSL",
        "a program with GnuTLS",
        "curl + libp11",
        "a program with open_card",
        "tomcheck check",
        "gnutls-cli",
        "key in a file",
    ] {
        let named = [" ms  ", "skipped: "].map(|what| lines(&said, program, what));
        assert!(named == [2, 0] || named == [0, 2], "{program}: {said}");
    }
}

/// How many lines of the tables name this peer and say that.
fn lines(said: &str, peer: &str, what: &str) -> usize {
    let of_table = said.lines().filter(|line| line.starts_with("  "));
    of_table
        .filter(|line| line.contains(peer) && line.contains(what))
        .count()
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
