//! Is the test hierarchy shaped like IGC-Santé, in the eyes of OpenSSL and x509-parser?
#![cfg(unix)]
#![expect(clippy::unwrap_used, reason = "this is how a test fails")]

use std::path::Path;
use std::process::Command;

use tomcheck_testkit::{Ca, Domaine, Gamme, Holder, Pki, Purpose, ServerCertificate, Variant};
use x509_parser::prelude::{FromDer, X509Certificate};

#[test]
fn openssl_verifies_every_valid_card_certificate_for_tls_clients() {
    for holder in [Holder::Cpe, Holder::Cps] {
        let identity = Pki::shared().person(holder, Purpose::Authentication, Variant::Valid);
        verify(&["-purpose", "sslclient"], &identity.chain_pem()).unwrap();
    }
}

#[test]
fn openssl_verifies_the_servers_of_the_house_and_no_other() {
    let check = |certificate: ServerCertificate, host: &str| {
        let identity = Pki::shared().server(certificate);
        let arguments = ["-purpose", "sslserver", "-verify_hostname", host];
        verify(&arguments, &identity.chain_pem())
    };
    check(ServerCertificate::Localhost, "localhost").unwrap();
    check(ServerCertificate::Tom, "tom.test.invalid").unwrap();
    let refused = |certificate, host| check(certificate, host).unwrap_err();
    assert!(refused(ServerCertificate::Tom, "localhost").contains("error 62"));
    assert!(refused(ServerCertificate::Expired, "localhost").contains("error 10"));
    assert!(refused(ServerCertificate::SelfSigned, "localhost").contains("error 18"));
    assert!(refused(ServerCertificate::UnknownRoot, "localhost").contains("error 20"));
}

#[test]
fn openssl_names_what_is_wrong_with_each_variant() {
    let refused = |variant| {
        let identity = Pki::shared().person(Holder::Cpe, Purpose::Authentication, variant);
        verify(&["-purpose", "sslclient"], &identity.chain_pem()).unwrap_err()
    };
    assert!(refused(Variant::Expired).contains("error 10"));
    assert!(refused(Variant::NotYetValid).contains("error 9"));
    assert!(refused(Variant::WrongUsage).contains("error 26"));
    assert!(refused(Variant::WrongCa).contains("error 20"));
}

#[test]
fn a_revoked_certificate_stands_in_its_authoritys_list_and_a_good_one_does_not() {
    let list = Pki::shared()
        .authority(Ca::Issuing(Gamme::Standard, Domaine::Personnes))
        .crl_pem();
    let arguments = ["-crl_check", "-CRLfile", list.to_str().unwrap()];
    let check = |variant| {
        let identity = Pki::shared().person(Holder::Cpe, Purpose::Authentication, variant);
        verify(&arguments, &identity.chain_pem())
    };
    check(Variant::Valid).unwrap();
    assert!(check(Variant::Revoked).unwrap_err().contains("error 23"));
}

#[test]
fn a_holders_name_has_one_rdn_of_three_values() {
    let identity = Pki::shared().person(Holder::Cpe, Purpose::Authentication, Variant::Valid);
    let (_, certificate) = X509Certificate::from_der(identity.certificate_der()).unwrap();
    let last = certificate.subject().iter_rdn().last().unwrap();
    let mut values: Vec<_> = last.iter().map(|it| it.as_str().unwrap()).collect();
    values.sort_unstable();
    assert_eq!(values, ["3620100842/01417", "KIT", "TEST DOC0001417"]);
    assert_eq!(certificate.subject().iter_rdn().count(), 4);
}

#[test]
fn a_card_certificate_carries_the_private_extensions_and_a_principal_name() {
    let identity = Pki::shared().person(Holder::Cps, Purpose::Authentication, Variant::Valid);
    let (_, certificate) = X509Certificate::from_der(identity.certificate_der()).unwrap();
    let value = |number: &str| {
        let mut all = certificate.extensions().iter();
        let found = all.find(|extension| extension.oid.to_id_string() == number);
        found.unwrap_or_else(|| panic!("{number}")).value.to_vec()
    };
    assert_eq!(value("1.2.250.1.71.1.2.5"), [0x04, 0x01, 0x80]);
    assert_eq!(value("1.2.250.1.71.1.2.2"), [0x02, 0x01, 0x00]);
    assert_eq!(value("1.2.250.1.71.1.2.7"), [0x02, 0x01, 0x0A]);
    assert_eq!(value("1.2.250.1.71.4.2.5"), b"\x30\x06\x0C\x04SM26");
    assert_eq!(
        value("1.2.250.1.71.1.2.3"),
        b"\x13\x158025000001/9900014178"
    );
    let text = openssl(
        &["x509", "-noout", "-ext", "subjectAltName,keyUsage", "-in"],
        &identity.certificate_pem(),
    );
    assert!(
        text.contains("Key Usage: critical\n    Digital Signature\n"),
        "{text}"
    );
    assert!(text.contains("othername: UPN"), "{text}");
}

#[test]
fn every_name_says_test() {
    let pki = Pki::shared();
    for entry in std::fs::read_dir(pki.directory()).unwrap().flatten() {
        let path = entry.path();
        let name = path.file_name().unwrap().to_str().unwrap().to_owned();
        if name.ends_with(".pem") && !name.ends_with(".chain.pem") {
            let names = openssl(&["x509", "-noout", "-subject", "-issuer", "-in"], &path);
            assert!(
                names.lines().all(|line| line.contains("TEST")),
                "{name}: {names}"
            );
        }
    }
}

#[test]
fn a_second_look_finds_the_same_hierarchy() {
    let identity = |pki: &Pki| pki.server(ServerCertificate::Localhost).key_der();
    assert_eq!(identity(Pki::shared()), identity(Pki::shared()));
    let key = Pki::shared().server(ServerCertificate::Localhost).key_pem();
    assert!(openssl(&["pkey", "-noout", "-check", "-in"], &key).contains("valid"));
}

/// What `openssl verify` finds wrong with the chain in `pem`.
fn verify(arguments: &[&str], pem: &Path) -> Result<(), String> {
    let output = Command::new("openssl")
        .args(["verify", "-no-CApath", "-no-CAstore", "-CAfile"])
        .arg(Pki::shared().roots_pem())
        .args(arguments)
        .arg("-untrusted")
        .arg(pem)
        .arg(pem)
        .output()
        .unwrap();
    let text = String::from_utf8_lossy(&output.stderr).into_owned();
    output.status.success().then_some(()).ok_or(text)
}

fn openssl(arguments: &[&str], file: &Path) -> String {
    let output = Command::new("openssl")
        .args(arguments)
        .arg(file)
        .output()
        .unwrap();
    assert!(output.status.success(), "{output:?}");
    String::from_utf8(output.stdout).unwrap()
}
