//! Are the manual pages and the completions made from the table of commands those that are
//! committed, and do the programs they are made for take them?
//!
//! `TOMCHECK_REGENERATE=1 cargo test -p tomcheck-cli --test generated` writes them anew.
#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::print_stderr,
    reason = "a test ends at the first thing that is not as it should"
)]

use std::fs;
use std::io::Write;
use std::path::PathBuf;
use std::process::{Command, Output, Stdio};

/// File below docs/, what it is, its language.
const FILES: &[(&str, &str, &str)] = &[
    ("man/tomcheck.1", "man", "en"),
    ("man/fr/tomcheck.1", "man", "fr"),
    ("completions/tomcheck.bash", "bash", "fr"),
    ("completions/_tomcheck", "zsh", "fr"),
    ("completions/tomcheck.fish", "fish", "fr"),
    ("completions/_tomcheck.ps1", "powershell", "fr"),
    ("completions/tomcheck.elv", "elvish", "fr"),
];

fn document(name: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
        .join("../../docs")
        .join(name)
}

fn generated(what: &str, lang: &str) -> String {
    let output = Command::new(env!("CARGO_BIN_EXE_tomcheck"))
        .args(["generate", what, "--lang", lang])
        .output()
        .unwrap();
    assert_eq!(output.status.code(), Some(0), "{output:?}");
    String::from_utf8(output.stdout).unwrap()
}

#[test]
fn what_is_committed_is_what_the_program_makes() {
    for (name, what, lang) in FILES {
        let (path, made) = (document(name), generated(what, lang));
        if std::env::var_os("TOMCHECK_REGENERATE").is_some() {
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(&path, &made).unwrap();
        }
        let committed = fs::read_to_string(&path).unwrap_or_default();
        assert!(
            committed == made,
            "docs/{name} is not what the program makes; run \
             TOMCHECK_REGENERATE=1 cargo test -p tomcheck-cli --test generated"
        );
    }
}

#[test]
fn the_schema_is_printed_as_ever() {
    assert!(generated("schema", "fr").contains("\"$schema\""));
}

/// Some of the machines this runs on lack some of them: said aloud.
fn is_there(program: &str) -> bool {
    let there = Command::new(program)
        .arg("--version")
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status()
        .is_ok();
    if !there {
        eprintln!("no {program} here: not tried with it");
    }
    there
}

/// What `program` makes of `script` on its standard input.
fn fed(program: &str, arguments: &[&str], script: &str) -> Output {
    let mut child = Command::new(program)
        .args(arguments)
        .env("LC_ALL", "C.UTF-8")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    child
        .stdin
        .take()
        .unwrap()
        .write_all(script.as_bytes())
        .unwrap();
    child.wait_with_output().unwrap()
}

#[test]
fn groff_takes_the_manual_pages_without_a_warning() {
    if !is_there("groff") {
        return;
    }
    for lang in ["fr", "en"] {
        let output = fed(
            "groff",
            &["-man", "-Kutf8", "-Tutf8", "-ww", "-z"],
            &generated("man", lang),
        );
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        assert!(output.status.success() && said.is_empty(), "{said}");
    }
}

#[test]
fn mandoc_takes_the_manual_pages_without_an_error() {
    if !is_there("mandoc") {
        return;
    }
    for lang in ["fr", "en"] {
        let output = fed("mandoc", &["-Tlint", "-Werror"], &generated("man", lang));
        let said = String::from_utf8_lossy(&output.stdout).into_owned();
        assert!(output.status.success(), "{said}");
    }
}

/// What bash proposes after `line`, with the script we make for it.
fn proposed(line: &str) -> String {
    let words: Vec<_> = line.split(' ').collect();
    let script = format!(
        "{}\nCOMP_WORDS=({})\nCOMP_CWORD={}\n_tomcheck tomcheck \"{}\" \"{}\"\nprintf '%s\\n' \"${{COMPREPLY[@]}}\"\n",
        generated("bash", "fr"),
        words
            .iter()
            .map(|word| format!("'{word}'"))
            .collect::<Vec<_>>()
            .join(" "),
        words.len() - 1,
        words[words.len() - 1],
        words[words.len().saturating_sub(2)],
    );
    let output = fed("bash", &["--norc"], &script);
    assert!(
        output.status.success() && output.stderr.is_empty(),
        "{output:?}"
    );
    String::from_utf8(output.stdout).unwrap()
}

#[test]
fn a_real_bash_proposes_commands_options_and_values() {
    if !is_there("bash") {
        return;
    }
    assert_eq!(proposed("tomcheck expl"), "explain\n");
    assert_eq!(proposed("tomcheck card --str"), "--stress\n--strict\n");
    assert_eq!(proposed("tomcheck generate po"), "powershell\n");
    assert_eq!(proposed("tomcheck check --color al"), "always\n");
    assert_eq!(proposed("tomcheck check --ht"), "--html\n");
    for refused in ["tomcheck inventory --ht", "tomcheck serve --with"] {
        assert_eq!(proposed(refused), "\n", "{refused}");
    }
}

#[test]
fn zsh_and_fish_read_their_scripts() {
    for (shell, what) in [("zsh", "zsh"), ("fish", "fish")] {
        if !is_there(shell) {
            continue;
        }
        let output = fed(shell, &["-n"], &generated(what, "fr"));
        assert!(
            output.status.success() && output.stderr.is_empty(),
            "{shell}: {output:?}"
        );
    }
}
