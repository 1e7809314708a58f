//! Whose word holds, where a file, a variable and an option say different things?
#![cfg(unix)]
#![expect(
    clippy::unwrap_used,
    reason = "a test ends at the first thing that is not as it should"
)]

use std::fs;
use std::path::Path;
use std::process::{Command, Output, Stdio};

use serde_json::Value;
use tempfile::TempDir;

/// A user's home with this file of settings.
fn home(settings: &str) -> TempDir {
    let home = tempfile::tempdir().unwrap();
    let folder = home.path().join(".config/tomcheck");
    fs::create_dir_all(&folder).unwrap();
    fs::write(folder.join("config.toml"), settings).unwrap();
    home
}

fn tomcheck(home: &Path, arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_tomcheck"));
    command
        .args(arguments)
        .env_clear()
        .env("HOME", home)
        .env("LC_ALL", "fr_FR.UTF-8")
        .stdin(Stdio::null());
    command
}

fn shown(output: &Output) -> Value {
    assert_eq!(output.status.code(), Some(0), "{output:?}");
    serde_json::from_slice(&output.stdout).unwrap()
}

fn of<'a>(shown: &'a Value, key: &str) -> &'a Value {
    let rows = shown["settings"].as_array().unwrap();
    rows.iter().find(|row| row["key"] == key).unwrap()
}

#[test]
fn the_option_wins_over_the_variable_over_the_file() {
    let home = home("deadline = 10\nreader = \"A\"\nlang = \"en\"\n");
    let arguments = ["--deadline", "30", "config", "show", "--json"];
    let mut command = tomcheck(home.path(), &arguments);
    command
        .env("TOMCHECK_READER", "B")
        .env("TOMCHECK_DEADLINE", "20");
    let shown = shown(&command.output().unwrap());
    assert_eq!(of(&shown, "deadline")["value"], "30");
    assert_eq!(of(&shown, "deadline")["source"], "option");
    assert_eq!(of(&shown, "reader")["where"], "TOMCHECK_READER");
    let lang = of(&shown, "lang");
    assert_eq!(
        (&lang["value"], &lang["source"]),
        (&"en".into(), &"user".into())
    );
    assert!(lang["where"].as_str().unwrap().ends_with("config.toml:3"));
}

#[test]
fn colours_that_a_file_wants_do_not_go_where_nobody_sees_them() {
    let home = home("color = \"always\"\n");
    let is_coloured = |variable: Option<&str>| {
        let mut command = tomcheck(home.path(), &["explain", "CKR_PIN_LOCKED"]);
        command.envs(variable.map(|value| ("TOMCHECK_COLOR", value)));
        let output = command.env("NO_COLOR", "1").output().unwrap();
        output.stdout.contains(&0x1b)
    };
    assert!(!is_coloured(None));
    assert!(is_coloured(Some("always")));
}

#[test]
fn the_language_of_the_file_is_that_of_the_help_and_of_the_errors() {
    let home = home("lang = \"en\"\n");
    let output = tomcheck(home.path(), &["--help"]).output().unwrap();
    assert!(String::from_utf8_lossy(&output.stdout).contains("Usage:"));
    let output = tomcheck(home.path(), &["--nonsense"]).output().unwrap();
    assert!(String::from_utf8_lossy(&output.stderr).contains("does not exist"));
}

#[test]
fn a_setting_nobody_knows_ends_everything_but_the_help_with_its_place() {
    let home = home("# mine\ndedline = 10\n");
    for arguments in [&["card"][..], &["config", "show"], &["identify", "1"]] {
        let output = tomcheck(home.path(), arguments).output().unwrap();
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        assert_eq!(output.status.code(), Some(2), "{said}");
        assert!(
            said.contains("config.toml:2 : « dedline » n'existe pas, peut-être deadline"),
            "{said}"
        );
        assert_eq!(said.lines().count(), 1, "{said}");
    }
    for arguments in ["--help", "--version"] {
        let output = tomcheck(home.path(), &[arguments]).output().unwrap();
        assert_eq!(output.status.code(), Some(0));
    }
}

#[test]
fn the_file_that_is_asked_for_is_read_instead() {
    let (home, other) = (home("nonsense = 1\n"), home("strict = true\n"));
    let path = other.path().join(".config/tomcheck/config.toml");
    let path = path.to_str().unwrap();
    let arguments = ["config", "show", "--json", "--config", path];
    let output = tomcheck(home.path(), &arguments).output().unwrap();
    assert_eq!(of(&shown(&output), "strict")["source"], "file");
    let mut command = tomcheck(home.path(), &["config", "show", "--json"]);
    let output = command.env("TOMCHECK_CONFIG", path).output().unwrap();
    assert_eq!(of(&shown(&output), "strict")["source"], "file");
}

#[test]
fn a_service_of_the_file_is_a_target_and_others_are_told() {
    let home = home("[targets.recette]\nurl = \"https://recette.invalid/\"\n");
    let arguments = [
        "check",
        "--target",
        "recette",
        "--only",
        "browser",
        "--json",
        "--deadline",
        "1",
    ];
    let output = tomcheck(home.path(), &arguments).output().unwrap();
    let report: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(report["target"]["url"], "https://recette.invalid/");
    assert_eq!(report["target"]["name"], "recette");
    let output = tomcheck(home.path(), &["--target", "ameli"])
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(said.contains("recette, tom, testssl, dmp, psc"), "{said}");
}

#[test]
fn what_is_set_is_told_before_a_diagnosis_that_tells_all() {
    let home = home("only = [\"browser\"]\n");
    let output = tomcheck(home.path(), &["-v", "--deadline", "1"])
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(said.contains("only = browser (utilisateur : "), "{said}");
    assert!(said.contains("deadline = 1 (ligne de commande)"), "{said}");
}

#[test]
fn what_is_set_for_the_diagnosis_leaves_commands_alone_that_do_not_take_it() {
    let home = home("only = [\"browser\"]\nskip = [\"reader\"]\n");
    let output = tomcheck(home.path(), &["card", "--json", "--deadline", "5"])
        .output()
        .unwrap();
    let report: Value = serde_json::from_slice(&output.stdout).unwrap();
    let probes = report["probes"].as_array().unwrap();
    assert_ne!(
        probes[0]["status"], "skipped",
        "the reader is looked at: {}",
        probes[0]
    );
}

#[test]
fn no_code_and_no_password_is_ever_shown() {
    let home = home("\n");
    let mut command = tomcheck(
        home.path(),
        &["--proxy", "http://luc:S3CRET@proxy:1", "config", "show"],
    );
    command.env("TOMCHECK_PIN", "4711");
    let output = command.output().unwrap();
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(
        text.contains("TOMCHECK_PIN") && !text.contains("4711"),
        "{text}"
    );
    assert!(
        text.contains("…@proxy:1") && !text.contains("S3CRET"),
        "{text}"
    );
    let mut command = tomcheck(home.path(), &["config", "show"]);
    let output = command
        .env("TOMCHECK_PROXY", "http://luc:S3CRET@proxy:1")
        .output()
        .unwrap();
    assert_eq!(output.status.code(), Some(2));
    assert!(!String::from_utf8_lossy(&output.stderr).contains("S3CRET"));
}

#[test]
fn the_example_that_is_committed_is_the_one_that_is_printed() {
    let home = home("\n");
    for (lang, name) in [("fr", "config.exemple.toml"), ("en", "config.example.toml")] {
        let output = tomcheck(home.path(), &["config", "example", "--lang", lang])
            .output()
            .unwrap();
        let path = Path::new(env!("CARGO_MANIFEST_DIR"))
            .join("../../docs")
            .join(name);
        if std::env::var_os("TOMCHECK_REGENERATE").is_some() {
            fs::write(&path, &output.stdout).unwrap();
        }
        assert_eq!(
            fs::read(&path).unwrap_or_default(),
            output.stdout,
            "docs/{name}"
        );
    }
}
