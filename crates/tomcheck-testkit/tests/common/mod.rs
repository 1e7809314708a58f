//! What every test here needs: a key pair made by openssl, and programs run to their end.
#![allow(dead_code, reason = "each test file uses its part")]

use std::{fs, path::Path, process::Command};

use tomcheck_testkit::CardOptions;

/// A key and its self-signed certificate, in PEM and DER, under `directory`.
pub(crate) fn key_pair(directory: &Path, name: &str) -> (Vec<u8>, Vec<u8>) {
    let path = |ending: &str| directory.join(format!("{name}.{ending}"));
    let script = format!(
        "openssl req -x509 -newkey rsa:2048 -nodes -subj '/C=FR/CN=TEST {name}' -days 10 \
         -keyout '{key}' -out '{pem}' && openssl x509 -in '{pem}' -outform DER -out '{der}' \
         && openssl x509 -in '{pem}' -noout -pubkey -out '{public}'",
        key = path("key").display(),
        pem = path("pem").display(),
        der = path("der").display(),
        public = path("pub").display(),
    );
    run(Command::new("sh").args(["-c", &script]));
    (
        fs::read(path("key")).unwrap(),
        fs::read(path("der")).unwrap(),
    )
}

/// A card with an authentication and a signature pair, made under `directory`.
pub(crate) fn two_keys(directory: &Path) -> CardOptions {
    let (key, certificate) = key_pair(directory, "auth");
    let (sign_key, sign_certificate) = key_pair(directory, "sign");
    CardOptions::new()
        .authentication(&key, &certificate)
        .unwrap()
        .signature(&sign_key, &sign_certificate)
        .unwrap()
}

/// Runs a program that must succeed; what it wrote on both streams.
pub(crate) fn run(command: &mut Command) -> String {
    let (success, output) = outcome(command);
    assert!(success, "{command:?}: {output}");
    output
}

/// Whether the program succeeded, and what it wrote on both streams.
pub(crate) fn outcome(command: &mut Command) -> (bool, String) {
    let output = command.output().unwrap();
    let text = [output.stdout, output.stderr].concat();
    (
        output.status.success(),
        String::from_utf8_lossy(&text).into_owned(),
    )
}
