//! What does a person get of `tomcheck explain`, and what does a script?
#![expect(
    clippy::unwrap_used,
    reason = "a test ends at the first thing that is not as it should"
)]

use std::io::Write;
use std::process::{Command, Output, Stdio};

use serde_json::Value;

fn explain(arguments: &[&str], pasted: &str) -> Output {
    let mut child = Command::new(env!("CARGO_BIN_EXE_tomcheck"))
        .arg("explain")
        .args(arguments)
        .env_remove("LC_ALL")
        .env_remove("LC_MESSAGES")
        .env_remove("TOMCHECK_LANG")
        .env("LANG", "C")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut stdin = child.stdin.take().unwrap();
    // one that does not read it is gone already
    let _ = stdin.write_all(pasted.as_bytes());
    drop(stdin);
    child.wait_with_output().unwrap()
}

fn text(arguments: &[&str]) -> String {
    let output = explain(arguments, "");
    assert_eq!(output.status.code(), Some(0), "{output:?}");
    String::from_utf8(output.stdout).unwrap()
}

fn objects(output: &Output) -> Vec<Value> {
    let text = String::from_utf8(output.stdout.clone()).unwrap();
    let lines = text.lines();
    lines
        .map(|line| serde_json::from_str(line).unwrap())
        .collect()
}

#[test]
fn a_code_comes_with_its_meaning_its_finding_and_the_remedy_in_both_languages() {
    let french = text(&["0x8010001D"]);
    for word in [
        "SCARD_E_NO_SERVICE (0x8010001D)",
        "Le service de carte à puce ne tourne pas",
        "Le plus souvent",
        "(reader.service-stopped)",
        "À faire (assistance informatique)",
        "(reader.service-refused)",
    ] {
        assert!(french.contains(word), "{word}: {french}");
    }
    let english = text(&["alert", "48", "--lang", "en"]);
    assert!(
        english.starts_with("unknown_ca (48) — TLS alert\n"),
        "{english}"
    );
    assert!(english.contains("Usually:") && english.contains("(tls.issuer-not-accepted)"));
    let page = text(&["Secure Connection Failed"]);
    let (title, _) = page.split_once('\n').unwrap();
    assert!(
        title.starts_with("«\u{a0}Échec de la connexion sécurisée\u{a0}» — "),
        "{title}"
    );
    let finding = text(&["proxy.authentication-required"]);
    assert!(finding.starts_with("proxy.authentication-required — "));
    assert!(!finding.contains("docs/"));
}

#[test]
fn a_page_pasted_on_standard_input_is_told_code_by_code() {
    let page = "Échec de la connexion sécurisée\n\nUne erreur est survenue pendant une connexion à \
        tom.example. Le pair SSL n’a pas réussi à négocier un jeu de paramètres de sécurité \
        acceptable.\nCode d’erreur : SSL_ERROR_HANDSHAKE_FAILURE_ALERT\n";
    let found = objects(&explain(&["-", "--json"], page));
    let names: Vec<&Value> = found.iter().map(|object| &object["name"]).collect();
    assert_eq!(
        names,
        ["nssFailure2-title", "SSL_ERROR_HANDSHAKE_FAILURE_ALERT"]
    );
    assert_eq!(found[1]["findings"][0]["remedy"]["for"], "technician");
}

#[test]
fn one_object_a_code_a_line_and_an_unknown_one_is_one_too() {
    let output = explain(&["--json", "HTTP 407", "CKR_PIN_LOKED", "-117"], "");
    assert_eq!(output.status.code(), Some(2));
    let found = objects(&output);
    assert_eq!(found[0]["number"], 407);
    assert_eq!(found[0]["family"], "http");
    assert_eq!(found[1]["family"], Value::Null);
    assert_eq!(found[1]["nearest"][0], "CKR_PIN_LOCKED");
    assert_eq!(found[2]["name"], "ERR_BAD_SSL_CLIENT_AUTH_CERT");
    assert_eq!(found.len(), 3);
}

#[test]
fn an_unknown_code_is_one_line_that_proposes_and_the_known_ones_are_told_all_the_same() {
    let output = explain(&["CKR_PIN_LOKED", "CKR_CANCEL"], "");
    assert_eq!(output.status.code(), Some(2));
    let complaint = String::from_utf8(output.stderr).unwrap();
    assert_eq!(
        complaint,
        "tomcheck: « CKR_PIN_LOKED » : code inconnu, peut-être CKR_PIN_LOCKED\n"
    );
    let told = String::from_utf8(output.stdout).unwrap();
    assert!(told.starts_with("CKR_CANCEL (0x1)"), "{told}");
    let nothing = explain(&[], "");
    assert_eq!(nothing.status.code(), Some(2));
    let complaint = String::from_utf8(nothing.stderr).unwrap();
    assert!(complaint.contains("--all") && complaint.lines().count() == 1);
}

#[test]
fn all_are_listed_for_people_and_for_programs() {
    let list = text(&["--all", "--lang", "en"]);
    for word in [
        "PC/SC, the smart card service\n",
        "  CKR_PIN_LOCKED (0xA4): ",
        "ERR_DNS_FAIL: ",
    ] {
        assert!(list.contains(word), "{word}");
    }
    let objects = objects(&explain(&["--all", "--json"], ""));
    assert!(objects.len() > 800, "{}", objects.len());
    assert!(objects.iter().all(|object| object["family"].is_string()));
}
