//! Does the virtual card work through the real pcscd and OpenSC?
#![cfg(unix)]
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::print_stderr,
    reason = "a test fails by panicking"
)]

mod common;

use std::{fs, path::Path, process::Command, time::Duration};

use common::{outcome, run, two_keys};
use tomcheck_testkit::{Profile, VirtualCard, Workstation, isolated};

const OPENSC: &str = "/usr/lib/x86_64-linux-gnu/opensc-pkcs11.so";

fn tool(arguments: &[&str]) -> Command {
    let mut command = Command::new("timeout");
    command
        .args(["30", "pkcs11-tool", "--module", OPENSC])
        .args(arguments);
    command
}

fn card_of(station: &Workstation) -> VirtualCard {
    station
        .insert(Profile::Piv, two_keys(station.directory()))
        .unwrap()
}

fn sign(directory: &Path, pin: &str, id: &str, mechanism: &str) -> (bool, String) {
    fs::write(directory.join("message"), b"TEST message").unwrap();
    let output = directory.join("signature");
    let input = directory.join("message");
    let (input, output) = (input.to_str().unwrap(), output.to_str().unwrap());
    let what = [
        "--login", "--pin", pin, "--sign", "--id", id, "-m", mechanism, "-i", input, "-o", output,
    ];
    outcome(&mut tool(&what))
}

#[test]
fn opensc_lists_logs_in_and_signs_and_openssl_agrees() {
    isolated(|station| {
        let card = card_of(&station);
        let listed = run(&mut tool(&["-O"]));
        assert!(
            listed.contains("Certificate for PIV Authentication"),
            "{listed}"
        );
        assert!(
            !listed.contains("PIV AUTH key"),
            "private keys wait for the login: {listed}"
        );

        let directory = station.directory();
        for (id, name, mechanism) in [
            ("01", "auth", "SHA256-RSA-PKCS"),
            ("02", "sign", "SHA256-RSA-PKCS"),
        ] {
            let (signed, output) = sign(directory, "1234", id, mechanism);
            assert!(signed, "{output}");
            let public = directory.join(format!("{name}.pub"));
            let verify = [
                "dgst",
                "-sha256",
                "-verify",
                public.to_str().unwrap(),
                "-signature",
            ];
            run(Command::new("openssl")
                .args(verify)
                .args(["signature", "message"])
                .current_dir(directory));
        }
        assert!(card.commands() > 10);
        assert_eq!((card.presentations() >= 2, card.tries_left()), (true, 3));
    });
}

#[test]
fn a_wrong_code_spends_one_try_until_the_card_is_blocked() {
    isolated(|station| {
        let card = card_of(&station);
        for (left, code) in [
            (2, "CKR_PIN_INCORRECT"),
            (1, "CKR_PIN_INCORRECT"),
            (0, "CKR_PIN_"),
        ] {
            let (signed, output) = sign(station.directory(), "9999", "01", "SHA256-RSA-PKCS");
            assert!(!signed && output.contains(code), "{output}");
            assert_eq!((card.tries_left(), card.pin_verified()), (left, false));
        }
        let (signed, output) = sign(station.directory(), "1234", "01", "SHA256-RSA-PKCS");
        assert!(!signed && output.contains("CKR_PIN_LOCKED"), "{output}");
        card.unblock_pin();
        assert!(sign(station.directory(), "1234", "01", "SHA256-RSA-PKCS").0);
    });
}

#[test]
fn a_forced_status_reaches_the_module() {
    isolated(|station| {
        let card = card_of(&station);
        card.forced_status(0x87, 0x6F00, None);
        let (signed, output) = sign(station.directory(), "1234", "01", "SHA256-RSA-PKCS");
        assert!(!signed && output.contains("C_Sign"), "{output}");
        card.behave();
        assert!(sign(station.directory(), "1234", "01", "SHA256-RSA-PKCS").0);
    });
}

#[test]
fn a_slow_card_is_slow() {
    isolated(|station| {
        let card = card_of(&station);
        let before = card.commands();
        card.slow(Duration::from_millis(30));
        let start = std::time::Instant::now();
        run(&mut tool(&["-L"]));
        let spent = Duration::from_millis(30) * u32::try_from(card.commands() - before).unwrap();
        assert!(spent > Duration::from_millis(100) && start.elapsed() >= spent);
    });
}
