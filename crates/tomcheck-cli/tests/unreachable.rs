//! A workstation without any network: the kernel's own answer, in a namespace of its own.
#![cfg(target_os = "linux")]
#![expect(
    clippy::unwrap_used,
    reason = "a test ends at the first thing that is not as it should"
)]

use std::process::{Command, Stdio};

use serde_json::Value;

/// `tomcheck tls` where there is no interface but a loopback that is down.
fn without_network(url: &str) -> Value {
    let home = tempfile::tempdir().unwrap();
    let output = Command::new("unshare")
        .args(["--user", "--map-root-user", "--net"])
        .arg(env!("CARGO_BIN_EXE_tomcheck"))
        .args(["tls", url, "--json", "--deadline", "20"])
        .env_clear()
        .env("HOME", home.path())
        .env("PATH", "/usr/bin:/bin")
        .stdin(Stdio::null())
        .output()
        .unwrap();
    let messages = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(1), "{messages}");
    serde_json::from_slice(&output.stdout).unwrap()
}

#[test]
fn without_any_network_the_site_is_out_of_reach() {
    for (address, answer) in [
        ("192.0.2.1", "ENETUNREACH 101"),
        ("[2001:db8::1]", "EADDRNOTAVAIL 99"),
    ] {
        let report = without_network(&format!("https://{address}/"));
        assert_eq!(report["verdict"]["root_cause"], "network.unreachable");
        let evidence = report["findings"][0]["evidence"].as_array().unwrap();
        let told = evidence.iter().any(|it| it["value"] == answer);
        assert!(told, "{evidence:#?}");
    }
}
