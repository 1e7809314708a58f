//! A machine without any card stack gets a true verdict and a remedy one can follow.
#![cfg(unix)]
#![expect(
    clippy::unwrap_used,
    reason = "a test ends at the first thing that is not as it should"
)]

use std::process::{Command, Output, Stdio};

use serde_json::Value;

/// No service behind the socket, no module in any place, no proxy, a name nobody has.
fn bare(folder: &std::path::Path, arguments: &[&str]) -> Output {
    bare_command(folder, arguments).output().unwrap()
}

fn bare_command(folder: &std::path::Path, arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_tomcheck"));
    command
        .args(["check", "--target", "https://absent.test.invalid/"])
        .args(arguments)
        .env_clear()
        .env("HOME", folder)
        .env("PCSCLITE_CSOCK_NAME", folder.join("pcscd.comm"))
        .env("TOMCHECK_MODULE_DIRS", folder)
        .stdin(Stdio::null());
    command
}

#[test]
fn an_account_that_called_sudo_and_cannot_be_found_is_told() {
    if !rustix::process::geteuid().is_root() {
        eprintln!("skipped: only root is called by sudo");
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let mut command = bare_command(folder.path(), &["--json"]);
    let output = command.env("SUDO_USER", "nobody-of-this-name").output();
    let report: Value = serde_json::from_slice(&output.unwrap().stdout).unwrap();
    let probes = report["probes"].as_array().unwrap();
    for id in ["browser.firefox", "browser.chromium"] {
        let probe = probes.iter().find(|probe| probe["id"] == id).unwrap();
        let reason = probe["reason"].as_str().unwrap();
        assert!(reason.contains("SUDO_USER"), "{reason}");
        assert_eq!(probe["status"], "skipped");
    }
    let firefox = probes.iter().find(|probe| probe["id"] == "browser.firefox");
    let caller = firefox.unwrap()["observation"]["unknown_caller"].as_str();
    assert!(caller.unwrap().starts_with("user#"), "masked: {caller:?}");
}

/// As root's timer, or before anybody opened one: nothing was in order, since nothing was there.
#[test]
fn browsers_that_this_account_never_opened_are_not_in_order() {
    let folder = tempfile::tempdir().unwrap();
    let arguments = ["--only", "browser", "--json", "--lang", "fr"];
    let output = bare(folder.path(), &arguments);
    let report: Value = serde_json::from_slice(&output.stdout).unwrap();
    let probes = report["probes"].as_array().unwrap();
    let mut firefox = probes.iter().filter(|one| one["id"] == "browser.firefox");
    let firefox = firefox.next().unwrap();
    let codes = report["findings"].as_array().unwrap();
    if codes.iter().any(|one| one["code"] == "browser.none") {
        eprintln!("no browser here: not tried");
        return;
    }
    // of other people's profiles, whom root sees, something may have been found
    if codes.is_empty() {
        assert_eq!(firefox["status"], "skipped", "{firefox}");
        let reason = firefox["reason"].as_str().unwrap();
        assert!(reason.contains("aucun profil"), "{reason}");
    }
}

#[test]
fn the_card_service_is_the_cause_and_the_missing_module_is_told_too() {
    let folder = tempfile::tempdir().unwrap();
    let output = bare(folder.path(), &["--json"]);
    assert_eq!(
        output.status.code(),
        Some(1),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
    let report: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(report["verdict"]["root_cause"], "reader.service-stopped");
    assert_eq!(report["findings"][0]["code"], "reader.service-stopped");
    let codes: Vec<_> = report["findings"]
        .as_array()
        .unwrap()
        .iter()
        .map(|f| &f["code"])
        .collect();
    assert!(
        codes.contains(&&Value::from("module.not-installed")),
        "{codes:?}"
    );
    assert_eq!(report["redacted"], true);
}

#[test]
fn it_speaks_french_unless_the_locale_is_english() {
    let folder = tempfile::tempdir().unwrap();
    let french = String::from_utf8(bare(folder.path(), &[]).stdout).unwrap();
    assert!(
        french.contains("BLOQUÉ") && french.contains("À faire"),
        "{french}"
    );
    let english = String::from_utf8(bare(folder.path(), &["--lang", "en"]).stdout).unwrap();
    assert!(
        english.contains("BLOCKED") && english.contains("To do"),
        "{english}"
    );
}

#[test]
fn a_diagnosis_writes_nothing() {
    let folder = tempfile::tempdir().unwrap();
    bare(folder.path(), &[]);
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 0);
}

#[test]
fn what_was_left_out_says_so_and_blames_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let output = bare(folder.path(), &["--json", "--only", "network"]);
    let report: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(report["verdict"]["root_cause"], "network.dns-failure");
    let skipped = report["probes"].as_array().unwrap().iter();
    let reader = skipped
        .clone()
        .find(|probe| probe["id"] == "reader.service")
        .unwrap();
    assert_eq!(
        (&reader["status"], &reader["blocked_by"]),
        (&"skipped".into(), &Value::Null)
    );
    assert!(reader["reason"].as_str().unwrap().contains("à la demande"));
}
