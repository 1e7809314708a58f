//! Does it all work with the Cryptolib CPS itself and a virtual CPS3?
//!
//! Only where the variable TOMCHECK_TEST_CRYPTOLIB names the module's file; it says aloud
//! when it does not.
#![allow(
    clippy::unwrap_used,
    clippy::print_stderr,
    reason = "a test fails by panicking"
)]
#![cfg(target_os = "linux")]

mod common;

use std::path::PathBuf;

use common::{codes, identity, pin, started, token_of, two_pairs};
use tomcheck_cert::{
    FinalTry, LoginProbe, LoginSeen, PrivateKeys, SignMechanism, SignatureCheck, TokenAnswer,
    TokenProbe,
};
use tomcheck_diagnosis::Probe;
use tomcheck_testkit::{Profile, Purpose, UpdateTrace, Workstation, isolated};

fn cryptolib() -> Option<PathBuf> {
    let named = std::env::var_os("TOMCHECK_TEST_CRYPTOLIB");
    if named.is_none() {
        eprintln!("skipped: TOMCHECK_TEST_CRYPTOLIB names no Cryptolib CPS");
    }
    named.map(PathBuf::from)
}

/// Its cache keeps certificates by serial number: each test has a card of its own.
fn with_card(
    serial: &str,
    scenario: impl FnOnce(Workstation, tomcheck_testkit::VirtualCard, PathBuf),
) {
    with_card_of(Profile::Cps3, serial, scenario);
}

fn with_card_of(
    profile: Profile,
    serial: &str,
    scenario: impl FnOnce(Workstation, tomcheck_testkit::VirtualCard, PathBuf),
) {
    let Some(module) = cryptolib() else { return };
    isolated(|station| {
        let serial = format!("{serial}{:05}", std::process::id() % 100_000);
        let card = station
            .insert(profile, two_pairs().serial(&serial))
            .unwrap();
        scenario(station, card, module);
    });
}

#[test]
fn a_cps3_is_read_then_opened_then_signs() {
    with_card("101", |station, card, module| {
        let worker = started(&module);
        let seen = TokenProbe::new(&worker, Some(station.reader())).observe();
        assert_eq!(codes(&seen), Vec::<&str>::new(), "{seen:?}");
        let token = seen.token().unwrap();
        assert_eq!(token.model, "IAS ECC", "padded with NUL");
        assert!(
            token.has_mechanism(0x1) && !token.has_mechanism(0xD),
            "a CPS3 has no PSS"
        );
        let holder = identity(Purpose::Authentication);
        let ours = token
            .certificates
            .iter()
            .find(|it| it.der == holder.certificate_der())
            .unwrap();
        let seen = LoginProbe::new(&worker, token, pin("1234"), FinalTry::Refuse)
            .signing(&ours.id, &ours.der)
            .observe();
        let LoginSeen::LoggedIn {
            signature,
            further,
            keys,
        } = &seen
        else {
            panic!("{seen:?}")
        };
        let mechanism = SignMechanism::RsaPkcs;
        assert_eq!(signature, &SignatureCheck::Verified { mechanism });
        assert_eq!(further, &[], "a CPS3 has no other way");
        assert!(
            matches!(keys, PrivateKeys::Listed(keys) if keys.len() == 2),
            "{keys:?}"
        );
        drop(worker);
        assert_eq!((card.tries_left(), card.resets()), (3, 0));
    });
}

#[test]
fn wrong_codes_are_counted_and_the_last_try_is_kept() {
    with_card("102", |_, card, module| {
        let worker = started(&module);
        let token = token_of(&worker);
        let wrong = |last| LoginProbe::new(&worker, &token, pin("9999"), last).observe();
        assert_eq!(codes(&wrong(FinalTry::Refuse)), ["token.pin-incorrect"]);
        let seen = TokenProbe::new(&worker, None).observe();
        assert_eq!(codes(&seen), ["token.pin-count-low"]);
        assert_eq!(codes(&wrong(FinalTry::Refuse)), ["token.pin-incorrect"]);
        assert_eq!(codes(&wrong(FinalTry::Refuse)), ["token.pin-final-try"]);
        assert_eq!(card.tries_left(), 1, "the last try is kept");
        assert_eq!(codes(&wrong(FinalTry::Spend)), ["token.pin-locked"]);
        assert_eq!(codes(&wrong(FinalTry::Spend)), ["token.pin-locked"]);
        assert_eq!(card.presentations(), 3);
    });
}

#[test]
fn a_card_whose_update_broke_off_says_so() {
    with_card("103", |_, card, module| {
        card.set_update_trace(UpdateTrace::Empty);
        let worker = started(&module);
        let seen = TokenProbe::new(&worker, None).observe();
        assert_eq!(codes(&seen), ["token.unreadable"], "{seen:?}");
    });
}

#[test]
fn a_card_the_cryptolib_does_not_know_is_seen_as_such() {
    with_card("104", |_, card, module| {
        card.remove();
        card.set_atr(&[0x3B, 0x65, 0x00, 0x00, 0x9C, 0x02, 0x02, 0x01, 0x02])
            .unwrap();
        card.insert().unwrap();
        let worker = started(&module);
        let seen = TokenProbe::new(&worker, None).observe();
        assert_eq!(seen.token, TokenAnswer::Absent, "{seen:?}");
        assert!(seen.holds_unrecognised_token());
    });
}

/// The card pads no block itself: what the module does for PKCS#1 and for PSS both verify.
#[test]
fn a_cps4_signs_both_ways_and_counts_its_tries() {
    with_card_of(Profile::Cps4, "105", |station, card, module| {
        let worker = started(&module);
        let seen = TokenProbe::new(&worker, Some(station.reader())).observe();
        assert_eq!(codes(&seen), Vec::<&str>::new(), "{seen:?}");
        let token = seen.token().unwrap();
        assert!(
            token.has_mechanism(0x1) && token.has_mechanism(0xD),
            "{token:?}"
        );
        let wrong = LoginProbe::new(&worker, token, pin("9999"), FinalTry::Refuse).observe();
        assert_eq!(codes(&wrong), ["token.pin-incorrect"]);
        assert_eq!(card.tries_left(), 2);
        let holder = identity(Purpose::Authentication);
        let ours = token
            .certificates
            .iter()
            .find(|it| it.der == holder.certificate_der())
            .unwrap();
        let seen = LoginProbe::new(&worker, token, pin("1234"), FinalTry::Refuse)
            .signing(&ours.id, &ours.der)
            .observe();
        let LoginSeen::LoggedIn {
            signature, keys, ..
        } = &seen
        else {
            panic!("{seen:?}")
        };
        assert!(
            matches!(signature, SignatureCheck::Verified { .. }),
            "{signature:?}"
        );
        assert!(
            matches!(keys, PrivateKeys::Listed(keys) if keys.len() == 2),
            "{keys:?}"
        );
        drop(worker);
        assert_eq!((card.tries_left(), card.resets()), (3, 0));
    });
}

#[test]
fn over_the_air_a_cps3_shows_its_technical_certificate_and_asks_for_no_code() {
    with_card_of(Profile::Cps3Contactless, "106", |station, _, module| {
        let worker = started(&module);
        let seen = TokenProbe::new(&worker, Some(station.reader())).observe();
        let token = seen.token().unwrap();
        let labels: Vec<_> = token
            .certificates
            .iter()
            .map(|it| it.label.as_str())
            .collect();
        assert_eq!(labels, ["Certificat Technique CPS"], "{seen:?}");
        assert!(!token.flags.login_required(), "{token:?}");
    });
}
