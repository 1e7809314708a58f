//! Is a trace that a killed run left on noticed by whatever is started next?
#![cfg(target_os = "linux")]
#![expect(
    clippy::unwrap_used,
    reason = "a test ends at the first thing that is not as it should"
)]

use std::fs;
use std::path::Path;
use std::process::{Command, Output, Stdio};

const CONFIGURATION: &str = "etc/santesocial/CPS/cps3_pkcs11.conf";
const JOURNAL: &str = "state/tomcheck/module-trace.json";

/// tomcheck, with root's places of the trace for itself alone.
fn with_places(folder: &Path, arguments: &[&str]) -> Output {
    let mut command = Command::new("unshare");
    if !rustix::process::geteuid().is_root() {
        command.args(["--user", "--map-root-user"]);
    }
    let script = r#"mount --bind "$1/etc" /etc/opt && mount --bind "$1/state" /var/lib && shift && exec "$@""#;
    command
        .args(["--mount", "--propagation", "private"])
        .args(["sh", "-c", script, "sh"])
        .args([folder, Path::new(env!("CARGO_BIN_EXE_tomcheck"))])
        .args(arguments)
        .env("PCSCLITE_CSOCK_NAME", folder.join("pcscd.comm"))
        .env("TOMCHECK_MODULE_DIRS", folder)
        .stdin(Stdio::null())
        .output()
        .unwrap()
}

/// The places as a run leaves them that was killed with its keeper.
fn left(now: &str) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    for name in [CONFIGURATION, JOURNAL] {
        fs::create_dir_all(folder.path().join(name).parent().unwrap()).unwrap();
    }
    fs::write(folder.path().join(CONFIGURATION), now).unwrap();
    let journal = r#"{"before":{"file":"as shipped"},"ours":{"file":"turned on"}}"#;
    fs::write(folder.path().join(JOURNAL), journal).unwrap();
    folder
}

fn said(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

#[test]
fn it_is_turned_off_and_told_once() {
    for command in ["check", "certs"] {
        let folder = left("turned on");
        let first = with_places(folder.path(), &[command, "--lang", "fr"]);
        assert!(said(&first).contains("désactivées"), "{}", said(&first));
        let now = fs::read_to_string(folder.path().join(CONFIGURATION)).unwrap();
        assert_eq!(now, "as shipped");
        assert!(!folder.path().join(JOURNAL).exists());
        let second = with_places(folder.path(), &[command, "--lang", "fr"]);
        assert!(!said(&second).contains("traces"), "{}", said(&second));
    }
}

#[test]
fn where_it_cannot_be_put_back_that_is_told_and_the_diagnosis_made() {
    let folder = left("somebody else's");
    let output = with_places(folder.path(), &["certs", "--lang", "en"]);
    let complaint = "tomcheck: a trace that was broken off did not put everything back";
    assert!(said(&output).contains(complaint), "{}", said(&output));
    assert_eq!(output.status.code(), Some(1), "no reader");
    let now = fs::read_to_string(folder.path().join(CONFIGURATION)).unwrap();
    assert_eq!(now, "somebody else's");
}
