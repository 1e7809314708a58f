//! Is what tomcheck says is installed what the system says?
#![cfg(unix)]
#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a test ends at the first thing that is not as it should"
)]

use std::process::{Command, Output};

use serde_json::Value;

fn inventory(arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_tomcheck"))
        .arg("inventory")
        .args(arguments)
        .env("LC_ALL", "fr_FR.UTF-8")
        .output()
        .unwrap()
}

fn of(id: &str) -> Value {
    let output = inventory(&["--json"]);
    assert_eq!(output.status.code(), Some(0), "{output:?}");
    let inventory: Value = serde_json::from_slice(&output.stdout).unwrap();
    let components = inventory["components"].as_array().unwrap();
    components.iter().find(|it| it["id"] == id).unwrap().clone()
}

/// The version dpkg says is installed.
fn dpkg(package: &str) -> Option<String> {
    let output = Command::new("dpkg-query")
        .args(["-W", "-f", "${db:Status-Status} ${Version}", package])
        .output()
        .ok()?;
    let said = String::from_utf8(output.stdout).unwrap();
    said.strip_prefix("installed ").map(str::to_owned)
}

#[test]
fn the_versions_are_those_of_the_packages() {
    for (package, id) in [
        ("pcscd", "pcsc"),
        ("libccid", "ccid"),
        ("firefox-esr", "firefox"),
        ("chromium", "chromium"),
    ] {
        let Some(version) = dpkg(package) else {
            eprintln!("no {package} here: not compared");
            continue;
        };
        let found = of(id);
        let found = found["found"].as_array().unwrap();
        assert!(
            found.iter().any(|it| it["version"] == version),
            "{package} {version} in {found:?}"
        );
    }
}

#[test]
fn a_person_reads_a_line_a_program_and_what_to_do_below() {
    let output = inventory(&["-v"]);
    let text = String::from_utf8(output.stdout).unwrap();
    assert!(
        text.starts_with("Contrôle et mise à jour du poste\n"),
        "{text}"
    );
    assert!(
        text.contains("Cryptolib CPS") && text.contains("source :"),
        "{text}"
    );
    let english = inventory(&["--lang", "en", "--ascii"]);
    let text = String::from_utf8(english.stdout).unwrap();
    assert!(text.is_ascii() || !text.contains('✓'), "{text}");
}

#[test]
fn what_lacks_is_an_exit_status_for_those_who_ask_for_one() {
    let lacks = of("cryptolib")["state"] == "missing";
    let status = inventory(&["--strict"]).status.code();
    if lacks {
        assert_eq!(status, Some(1));
    } else {
        eprintln!("a Cryptolib is here: {status:?}");
    }
}
