//! Does the unit of the documentation hold before systemd, and its command line before the program?

use std::fs;
use std::path::Path;
use std::process::Command;

fn unit() -> String {
    let document = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/testsite.md");
    let text = fs::read_to_string(document).unwrap();
    let (_, after) = text.split_once("```ini\n").unwrap();
    after.split_once("```").unwrap().0.to_owned()
}

#[test]
fn systemd_has_nothing_to_say_of_the_unit_in_the_documentation() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("tomcheck-testsite.service");
    // systemd looks whether the program is there
    let program = env!("CARGO_BIN_EXE_tomcheck");
    fs::write(&file, unit().replace("/usr/bin/tomcheck", program)).unwrap();
    let verified = Command::new("systemd-analyze")
        .arg("verify")
        .arg(&file)
        .output();
    let Ok(verified) = verified else {
        eprintln!("SKIPPED: there is no systemd-analyze here");
        return;
    };
    let said = String::from_utf8_lossy(&verified.stderr);
    // what it says of the machine's own units is none of ours
    let of_ours: Vec<_> = said.lines().filter(|it| it.contains("testsite")).collect();
    assert_eq!(of_ours, [""; 0], "{said}");
    assert!(verified.status.success(), "{said}");
}

#[test]
fn the_program_knows_every_option_of_the_unit() {
    let unit = unit().replace("\\\n", " ");
    let mut lines = unit.lines();
    let command = lines.find_map(|it| it.strip_prefix("ExecStart=")).unwrap();
    let mut words = command.split_whitespace();
    assert_eq!(words.next(), Some("/usr/bin/tomcheck"));
    let output = Command::new(env!("CARGO_BIN_EXE_tomcheck"))
        .args(words)
        .arg("--help")
        .output()
        .unwrap();
    let messages = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{messages}");
}
