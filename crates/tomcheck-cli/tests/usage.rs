//! Bad input gets one line that names what and where, and exit status 2; never a panic.
#![expect(
    clippy::unwrap_used,
    reason = "a test ends at the first thing that is not as it should"
)]

use std::io::Write;
use std::process::{Command, Output, Stdio};

fn tomcheck(arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_tomcheck"));
    command
        .args(arguments)
        .stdin(Stdio::null())
        .env("LC_ALL", "fr_FR.UTF-8");
    command
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8(bytes.to_vec()).unwrap()
}

/// Exit status 2, nothing on standard output, one line on standard error that says all of it.
fn assert_one_line(output: &Output, said: &[&str]) {
    let line = text(&output.stderr);
    assert_eq!(output.status.code(), Some(2), "{line}");
    assert_eq!(text(&output.stdout), "", "{line}");
    assert_eq!(line.lines().count(), 1, "{line}");
    assert!(line.starts_with("tomcheck: "), "{line}");
    assert!(
        said.iter().all(|words| line.contains(words)),
        "{line} lacks one of {said:?}"
    );
}

#[test]
fn a_usage_error_is_one_line_that_names_the_option() {
    let cases: &[(&[&str], &[&str])] = &[
        (&["--lang", "de"], &["--lang", "« de »", "--help"]),
        (
            &["check", "--color", "rouge"],
            &["--color", "« rouge »", "never"],
        ),
        (&["--deadline"], &["--deadline", "manque"]),
        (&["--deadline", "0"], &["--deadline", "« 0 »"]),
        (&["--deadline", "bientôt"], &["--deadline", "bientôt"]),
        (&["--frobnicate"], &["--frobnicate", "n'existe pas"]),
        (&["chek"], &["chek", "check"]),
        (&["--target", "ameli"], &["--target", "ameli"]),
        (
            &["--target", "https:///chemin"],
            &["--target", "https:///chemin"],
        ),
        (&["tls", "http://exemple/"], &["URL", "https://"]),
        (&["tls"], &["URL"]),
        (&["bench"], &["URL"]),
        (
            &["bench", "https://tom.example/", "--connections", "0"],
            &["--connections", "« 0 »", "1000000"],
        ),
        (&["--only", "lecteur"], &["--only", "lecteur", "reader"]),
        (&["--proxy", "http://:3128"], &["--proxy"]),
        (&["--pin-fd", "un"], &["--pin-fd", "« un »"]),
        (&["card", "--atr", "3B 0Z"], &["--atr", "« Z »", "--help"]),
        (&["card", "--atr", "3B0"], &["--atr", "3 chiffres"]),
        (&["card", "--atr", " "], &["--atr", "vide"]),
        (&["card", "--atr", "pas un ATR !"], &["--atr", "« p »"]),
        (&["card", "--stress", "0"], &["--stress", "« 0 »"]),
        (&["card", "--stress", "10001"], &["--stress", "10000"]),
        (&["check", "--stress", "5"], &["--stress", "n'existe pas"]),
        (&["generate", "poème"], &["poème", "schema"]),
    ];
    for (arguments, said) in cases {
        assert_one_line(&tomcheck(arguments).output().unwrap(), said);
    }
}

#[test]
fn the_line_is_english_for_those_who_read_english() {
    let output = tomcheck(&["--target", "ameli"])
        .env("LC_ALL", "en_GB.UTF-8")
        .output()
        .unwrap();
    assert_one_line(&output, &["--target", "neither a known service"]);
}

#[test]
fn a_file_of_authorities_that_is_none_is_named() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("autorités.pem");
    std::fs::write(&path, "-----BEGIN CERTIFICATE-----\npas du base64 !\n").unwrap();
    for name in [path.to_str().unwrap(), "/absent/autorites.pem"] {
        let output = tomcheck(&["check", "--ca-file", name]).output().unwrap();
        assert_one_line(&output, &["--ca-file", name]);
    }
}

/// A code of three characters never reaches the card, and is not repeated in the message.
#[cfg(unix)]
#[test]
fn a_code_porteur_of_a_wrong_shape_is_refused_before_anything_is_looked_at() {
    for code in ["123\n", "", "12345678901\n", "abcd\n"] {
        let mut child = tomcheck(&["--pin-fd", "0"])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        child
            .stdin
            .take()
            .unwrap()
            .write_all(code.as_bytes())
            .unwrap();
        let output = child.wait_with_output().unwrap();
        assert_one_line(&output, &["--pin-fd", "quatre à huit chiffres"]);
        assert!(code.trim().is_empty() || !text(&output.stderr).contains(code.trim()));
    }
    let output = tomcheck(&["--pin-fd", "77"]).output().unwrap();
    assert_one_line(&output, &["--pin-fd"]);
}

#[test]
fn a_report_that_cannot_be_written_names_its_place() {
    let output = tomcheck(&["identify", "899700218896", "-o", "/absent/rapport"])
        .output()
        .unwrap();
    assert_one_line(&output, &["/absent/rapport"]);
}

#[test]
fn a_certificate_file_that_is_none_is_named_and_loses_none_of_the_others() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("coupé.der");
    std::fs::write(&path, [0x30, 0x82, 0x05, 0x00, 0x30]).unwrap();
    let name = path.to_str().unwrap();
    let output = tomcheck(&["identify", name, "absent.pem", "620100842"])
        .output()
        .unwrap();
    let complaints = text(&output.stderr);
    assert_eq!(output.status.code(), Some(2), "{complaints}");
    assert_eq!(complaints.lines().count(), 2, "{complaints}");
    assert!(
        complaints.contains(name) && complaints.contains("absent.pem"),
        "{complaints}"
    );
    assert!(
        text(&output.stdout).contains("FINESS"),
        "{}",
        text(&output.stdout)
    );
}

#[cfg(unix)]
#[test]
fn a_folder_is_read_by_name_and_what_is_no_certificate_in_it_is_no_fault() {
    let folder = tempfile::tempdir().unwrap();
    let chain = tomcheck_testkit::Pki::shared().roots_pem();
    std::fs::copy(chain, folder.path().join("b.pem")).unwrap();
    std::fs::write(folder.path().join("a.txt"), "lisez-moi").unwrap();
    std::fs::create_dir(folder.path().join("c")).unwrap();
    let output = tomcheck(&["identify", "--json", folder.path().to_str().unwrap()])
        .output()
        .unwrap();
    assert_eq!(output.status.code(), Some(0), "{}", text(&output.stderr));
    assert_eq!(text(&output.stdout).lines().count(), 3);
    assert!(
        text(&output.stderr).contains("a.txt"),
        "{}",
        text(&output.stderr)
    );
}

#[test]
fn a_list_on_standard_input_gives_one_object_a_line() {
    let mut child = tomcheck(&["identify", "--json", "-"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let long = "1".repeat(20_000);
    let list = format!("3620100842/[R]01417\r\n\n{long}\n899700218896");
    let mut input = child.stdin.take().unwrap();
    input.write_all(list.as_bytes()).unwrap();
    drop(input);
    let output = child.wait_with_output().unwrap();
    let lines = text(&output.stdout);
    let kinds = lines.lines().map(|line| {
        let object: serde_json::Value = serde_json::from_str(line).unwrap();
        object["kind"].as_str().unwrap().to_owned()
    });
    let kinds: Vec<_> = kinds.collect();
    assert_eq!(kinds, ["finess-registre", "unknown", "rpps"]);
}

/// A path that is no Unicode is a path all the same.
#[cfg(target_os = "linux")]
#[test]
fn a_path_that_is_no_unicode_is_used_as_it_is() {
    use std::ffi::OsStr;
    use std::os::unix::ffi::OsStrExt;
    let folder = tempfile::tempdir().unwrap();
    let report = folder.path().join(OsStr::from_bytes(b"rapport-\xe9t\xe9"));
    let output = tomcheck(&["identify", "620100842", "-o"])
        .arg(&report)
        .output()
        .unwrap();
    assert_eq!(output.status.code(), Some(0), "{}", text(&output.stderr));
    assert!(std::fs::read_to_string(report).unwrap().contains("FINESS"));
}

fn help(command: &str, lang: &str) -> String {
    let arguments = [command, "--help", "--lang", lang];
    let output = tomcheck(&arguments).output().unwrap();
    assert_eq!(output.status.code(), Some(0), "{}", text(&output.stderr));
    text(&output.stdout).to_owned()
}

#[test]
fn what_a_command_refuses_is_not_in_its_help() {
    for (command, rest) in [
        ("inventory", None),
        ("config", Some("show")),
        ("explain", Some("407")),
        ("metrics", None),
        ("bundle", None),
        ("watch", None),
        ("serve", None),
        ("testsite", None),
        ("identify", Some("407")),
        ("generate", Some("man")),
        ("bench", Some("https://tom.example/")),
    ] {
        let arguments = [Some(command), rest, Some("--html"), Some("rapport.html")];
        let arguments: Vec<_> = arguments.into_iter().flatten().collect();
        let refused = tomcheck(&arguments).output().unwrap();
        assert_one_line(&refused, &["--html", "ne fait pas de rapport"]);
        assert!(!help(command, "fr").contains("--html"), "{command}");
    }
    for command in ["check", "card", "certs", "judge", "compare", "trace"] {
        assert!(help(command, "fr").contains("--html"), "{command}");
    }
    let serve = help("serve", "fr");
    for option in ["--with-pin", "--pin-fd", "--spend-final-try"] {
        assert!(!serve.contains(option), "{option}: {serve}");
    }
    assert!(!help("compare", "en").contains("..."));
}

#[test]
fn the_french_help_is_french() {
    for command in [
        "check", "watch", "certs", "judge", "compare", "identify", "config",
    ] {
        let help = help(command, "fr");
        for english in ["FILE", "NAME", "DIR>", "SECONDS", "REPORT", "WHAT", "s:\n"] {
            assert!(!help.contains(english), "{command}, {english}: {help}");
        }
    }
    let all = tomcheck(&["--help", "--lang", "fr"]).output().unwrap();
    let all = text(&all.stdout);
    assert!(
        all.contains("Commandes\u{202f}:") && all.contains("[COMMANDE]"),
        "{all}"
    );
    for layer in ["reader", "module", "token", "browser", "tls"] {
        assert!(all.contains(layer), "{layer}");
    }
}
