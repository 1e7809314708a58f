//! `tomcheck certs`: what a person and a program read of the certificates, on the real stack.
#![cfg(target_os = "linux")]
#![expect(
    clippy::unwrap_used,
    reason = "a test ends at the first thing that is not as it should"
)]

use std::fs;
use std::path::Path;
use std::process::{Command, Output, Stdio};

use serde_json::Value;
use tempfile::TempDir;
use tomcheck_testkit::{
    CardOptions, Holder, Pki, Profile, Purpose, Variant, VirtualCard, Workstation, modules,
};

/// A workstation with OpenSC's module and a card with both certificates.
struct Desk {
    card: VirtualCard,
    station: Workstation,
    folder: TempDir,
}

impl Desk {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let station = Workstation::start(folder.path().join("station")).unwrap();
        let card = station.insert(Profile::Piv, both()).unwrap();
        Self {
            card,
            station,
            folder,
        }
    }

    fn certs(&self, arguments: &[&str]) -> Output {
        Command::new(env!("CARGO_BIN_EXE_tomcheck"))
            .args(["certs", "--lang", "fr", "--module"])
            .arg(modules::opensc().unwrap())
            .args(arguments)
            .envs(self.station.environment())
            .env("COLUMNS", "120")
            .stdin(Stdio::null())
            .output()
            .unwrap()
    }

    fn export(&self, folder: &Path) -> Output {
        self.certs(&["--export", folder.to_str().unwrap()])
    }
}

fn both() -> CardOptions {
    let pair = |purpose| Pki::shared().person(Holder::Cpe, purpose, Variant::Valid);
    let authentication = pair(Purpose::Authentication);
    let signature = pair(Purpose::Signature);
    CardOptions::new()
        .authentication_pair(
            authentication.key().clone(),
            authentication.certificate_der(),
        )
        .signature_pair(signature.key().clone(), signature.certificate_der())
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8(bytes.to_vec()).unwrap()
}

#[test]
fn each_certificate_is_shown_by_whom_it_was_delivered_to_and_by() {
    let desk = Desk::new();
    let shown = text(&desk.certs(&[]).stdout);
    assert!(
        shown.contains("Délivré à") && shown.contains("Délivré par"),
        "{shown}"
    );
    let report: Value = serde_json::from_slice(&desk.certs(&["--json"]).stdout).unwrap();
    let certs = report["certs"].as_array().unwrap();
    assert_eq!(certs.len(), 2, "{report}");
    assert_eq!(
        certs
            .iter()
            .filter(|one| one["opens_the_site"] == true)
            .count(),
        1
    );
    assert_eq!((desk.card.tries_left(), desk.card.resets()), (3, 0));
}

#[test]
fn exported_certificates_are_those_of_the_card_and_replace_nothing() {
    let desk = Desk::new();
    let folder = desk.folder.path().join("certificats");
    let output = desk.export(&folder);
    assert_eq!(output.status.code(), Some(0), "{}", text(&output.stderr));
    let mut names: Vec<_> = fs::read_dir(&folder).unwrap().collect();
    assert_eq!(names.len(), 2);
    let first = names.pop().unwrap().unwrap().path();
    assert!(text(&output.stderr).contains(first.to_str().unwrap()));
    let told = Command::new("openssl")
        .args(["x509", "-noout", "-subject", "-in"])
        .arg(&first)
        .output()
        .unwrap();
    assert!(
        text(&told.stdout).contains("TEST"),
        "{}",
        text(&told.stderr)
    );
    fs::write(&first, "mine").unwrap();
    let again = desk.export(&folder);
    assert_eq!(again.status.code(), Some(2));
    assert!(
        text(&again.stderr).contains("existe déjà"),
        "{}",
        text(&again.stderr)
    );
    assert_eq!(fs::read_to_string(&first).unwrap(), "mine");
}

#[test]
fn without_a_certificate_nothing_is_written_and_said_so() {
    let desk = Desk::new();
    desk.card.remove();
    let folder = desk.folder.path().join("certificats");
    let output = desk.export(&folder);
    assert_eq!(output.status.code(), Some(1));
    assert!(text(&output.stderr).contains("aucun certificat à écrire"));
    assert!(!folder.exists());
}
