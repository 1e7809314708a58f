//! Does the Cryptolib CPS take the virtual card for a CPS3?
//!
//! Only where it is installed or `TOMCHECK_TEST_CRYPTOLIB` names its module. It keeps certificates by
//! card number: each test has its own.
#![cfg(unix)]
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::print_stderr,
    reason = "a test fails by panicking"
)]

mod common;

use std::{fs, path::Path, process::Command};

use common::{outcome, run, two_keys};
use tomcheck_testkit::{CachedCard, Profile, UpdateTrace, atr, cryptolib, isolated};

fn tool(module: &Path, arguments: &[&str]) -> Command {
    let mut command = Command::new("timeout");
    command
        .args(["60", "pkcs11-tool", "--module"])
        .arg(module)
        .args(arguments);
    command
}

fn sign(module: &Path, directory: &Path, pin: &str, id: &str, mechanism: &str) -> (bool, String) {
    let path = |name: &str| directory.join(name).to_str().unwrap().to_owned();
    let (input, output) = (path("message"), path("signature"));
    let what = [
        "--login", "--pin", pin, "--sign", "--id", id, "-m", mechanism, "-i", &input, "-o", &output,
    ];
    outcome(&mut tool(module, &what))
}

fn verify(directory: &Path, name: &str) {
    let public = format!("{name}.pub");
    let verify = [
        "dgst",
        "-sha256",
        "-verify",
        &public,
        "-signature",
        "signature",
        "original",
    ];
    run(Command::new("openssl").args(verify).current_dir(directory));
}

const AUTHENTICATION: &str = "e828bd080f8025000001ff001002";
const SIGNATURE: &str = "e828bd080f8025000001ff001001";

#[test]
fn it_lists_logs_in_and_signs() {
    let Some(module) = cryptolib() else { return };
    isolated(move |station| {
        let serial = "26910001";
        let _cached = CachedCard::new(serial);
        let directory = station.directory();
        let card = station
            .insert(Profile::Cps3, two_keys(directory).serial(serial))
            .unwrap();
        let listed = run(&mut tool(&module, &["-L", "-O"]));
        for expected in [
            "IAS ECC",
            serial,
            "Certificat d'Authentification CPS",
            SIGNATURE,
        ] {
            assert!(listed.contains(expected), "{expected} in {listed}");
        }

        // a long message, so that the module hands the card a hash begun elsewhere
        fs::write(directory.join("original"), [0x54; 500]).unwrap();
        fs::copy(directory.join("original"), directory.join("message")).unwrap();
        let (signed, output) = sign(&module, directory, "1234", SIGNATURE, "SHA256-RSA-PKCS");
        assert!(signed, "{output}");
        verify(directory, "sign");

        let hashing = ["dgst", "-sha256", "-binary", "-out", "digest", "original"];
        run(Command::new("openssl").args(hashing).current_dir(directory));
        let prefix =
            b"\x30\x31\x30\x0d\x06\x09\x60\x86\x48\x01\x65\x03\x04\x02\x01\x05\x00\x04\x20";
        let digest = fs::read(directory.join("digest")).unwrap();
        fs::write(directory.join("message"), [&prefix[..], &digest].concat()).unwrap();
        let (signed, output) = sign(&module, directory, "1234", AUTHENTICATION, "RSA-PKCS");
        assert!(signed, "{output}");
        verify(directory, "auth");
        assert_eq!((card.tries_left(), card.resets()), (3, 0));
    });
}

#[test]
fn a_wrong_code_is_counted_and_shown_in_the_token_flags() {
    let Some(module) = cryptolib() else { return };
    isolated(move |station| {
        let serial = "26910002";
        let _cached = CachedCard::new(serial);
        let options = two_keys(station.directory()).serial(serial);
        let card = station.insert(Profile::Cps3, options).unwrap();
        let login = |pin| outcome(&mut tool(&module, &["--login", "--pin", pin, "-O"]));
        assert!(login("9999").1.contains("CKR_PIN_INCORRECT"));
        assert_eq!((card.tries_left(), card.presentations()), (2, 1));
        assert!(login("99999").1.contains("CKR_PIN_INCORRECT"));
        assert!(run(&mut tool(&module, &["-L"])).contains("final user PIN try"));
        card.block_pin();
        assert!(run(&mut tool(&module, &["-L"])).contains("user PIN locked"));
        assert!(login("1234").1.contains("CKR_PIN_LOCKED"));
    });
}

#[test]
fn another_answer_to_reset_and_a_broken_update_are_refused() {
    let Some(module) = cryptolib() else { return };
    isolated(move |station| {
        let serial = "26910003";
        let _cached = CachedCard::new(serial);
        let options = two_keys(station.directory()).serial(serial);
        let card = station.insert(Profile::Cps3, options).unwrap();
        card.set_update_trace(UpdateTrace::Empty);
        let (listed, output) = outcome(&mut tool(&module, &["-O"]));
        assert!(!listed && output.contains("0x80000001"), "{output}");
        card.set_update_trace(UpdateTrace::Finished);
        run(&mut tool(&module, &["-O"]));

        let before = card.commands();
        card.set_atr(atr::FOREIGN).unwrap();
        assert!(run(&mut tool(&module, &["-L"])).contains("(empty)"));
        assert_eq!(
            card.commands(),
            before,
            "the module looks at the answer to reset alone"
        );
    });
}
