//! Does the comparison of clients run, and does it say what it did not do?
#![cfg(unix)]

use std::process::Command;

#[test]
fn one_round_runs_every_client_that_is_here() {
    let output = Command::new(env!("CARGO_BIN_EXE_clients"))
        .args(["--rounds", "1"])
        .output()
        .unwrap();
    let both = [&output.stdout[..], &output.stderr[..]].concat();
    let said = String::from_utf8_lossy(&both);
    println!("{said}");
    assert!(output.status.success(), "{said}");
    if said.starts_with("skipped, nothing measured: ") {
        return;
    }
    let lines = |name: &str| said.lines().filter(|line| line.contains(name)).count();
    // TLS 1.2 and TLS 1.3, RSA and P-256
    assert_eq!(lines("the ideal  "), 4, "{said}");
    for ours in ["module in this process", "signature by the token alone"] {
        // one thread and two
        assert_eq!(lines(ours), 8, "{ours}: {said}");
    }
    for peer in ["OpenSSL + libp11", "  GnuTLS  ", "NSS (", "Java ("] {
        assert_eq!(lines(peer), 4, "{peer}: {said}");
    }
}
