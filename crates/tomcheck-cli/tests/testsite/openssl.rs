//! What does `openssl s_client` see, and what does a session that it takes up again show?

use std::io::Write;
use std::process::{Command, Stdio};

use serde_json::Value;
use tomcheck_testkit::Variant;

use crate::site::{Site, card};

/// One request by `s_client`: all it printed.
fn s_client(site: &Site, arguments: &[&str]) -> String {
    let own = card(Variant::Valid);
    let mut child = Command::new("timeout")
        .args(["30", "openssl", "s_client", "-ign_eof", "-connect"])
        .arg(site.address().to_string())
        .arg("-cert")
        .arg(own.certificate_pem())
        .arg("-cert_chain")
        .arg(own.chain_pem())
        .arg("-key")
        .arg(own.key_pem())
        .args(arguments)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let mut input = child.stdin.take().unwrap();
    input
        .write_all(b"GET /api/me HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n")
        .unwrap();
    let output = child.wait_with_output().unwrap();
    drop(input);
    String::from_utf8_lossy(&output.stdout).into_owned()
}

fn me(printed: &str) -> Value {
    let line = printed
        .lines()
        .find(|line| line.starts_with("{\"tomcheck\""));
    let line = line.unwrap_or_else(|| panic!("no answer in {printed}"));
    serde_json::from_str(line.trim_end_matches("closed")).unwrap()
}

#[test]
fn it_is_shown_the_authorities_and_shows_its_certificate_in_both_versions() {
    let site = Site::judging(&[]);
    for (option, version) in [("-tls1_2", "TLS 1.2"), ("-tls1_3", "TLS 1.3")] {
        let printed = s_client(&site, &[option]);
        assert!(
            printed.contains("Acceptable client certificate CA names"),
            "{printed}"
        );
        assert!(
            printed.contains("TEST AC IGC-SANTE FORT PERSONNES"),
            "{printed}"
        );
        let me = me(&printed);
        assert_eq!(me["outcome"], "accepted", "{me}");
        assert_eq!(me["tls"]["version"], version);
        assert!(me["tls"]["scheme"].is_object(), "{me}");
    }
}

#[test]
fn a_card_that_knows_pkcs1_alone_is_taken_in_tls_1_2() {
    let site = Site::judging(&[]);
    let me = me(&s_client(
        &site,
        &["-tls1_2", "-sigalgs", "RSA+SHA256:ECDSA+SHA256"],
    ));
    assert_eq!(me["tls"]["scheme"]["name"], "rsa_pkcs1_sha256", "{me}");
}

#[test]
fn a_resumed_session_still_shows_who_it_is() {
    let site = Site::judging(&[]);
    for option in ["-tls1_2", "-tls1_3"] {
        let folder = tempfile::tempdir().unwrap();
        let session = folder.path().join("session");
        let session = session.to_str().unwrap();
        let first = me(&s_client(&site, &[option, "-sess_out", session]));
        assert_eq!(first["tls"]["resumed"], false);
        let second = me(&s_client(&site, &[option, "-sess_in", session]));
        assert_eq!(second["tls"]["resumed"], true, "{option} {second}");
        assert_eq!(second["tls"]["scheme"], Value::Null);
        assert_eq!(second["outcome"], "accepted");
        assert_eq!(
            second["client"]["certificate"]["sha256"],
            first["client"]["certificate"]["sha256"]
        );
    }
}
