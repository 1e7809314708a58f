//! Does it all work with a card, through the real pcscd and OpenSC's module?
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a test fails by panicking"
)]
#![cfg(target_os = "linux")]

mod common;

use std::time::{Duration, Instant};

use common::{codes, command, identity, pin, started, token_of, two_pairs};
use tomcheck_cert::{
    CallFailure, FinalTry, InitialiseProbe, KeySeen, LoginProbe, LoginSeen, NotTried, PrivateKeys,
    SignMechanism, SignatureCheck, TokenAnswer, TokenProbe, Worker,
};
use tomcheck_diagnosis::{Deadline, Probe};
use tomcheck_testkit::{CardHolder, Profile, Purpose, VirtualCard, Workstation, isolated, modules};

fn card(station: &Workstation) -> VirtualCard {
    station.insert(Profile::Piv, two_pairs()).unwrap()
}

fn opensc() -> Worker {
    started(&modules::opensc().unwrap())
}

#[test]
fn the_card_is_read_then_opened_then_signs_and_is_left_as_it_was() {
    isolated(|station| {
        let card = card(&station);
        let worker = opensc();
        let seen = TokenProbe::new(&worker, Some(station.reader())).observe();
        assert_eq!(codes(&seen), Vec::<&str>::new());
        let token = seen.token().unwrap();
        let holder = identity(Purpose::Authentication);
        let ours = token
            .certificates
            .iter()
            .find(|it| it.der == holder.certificate_der())
            .unwrap();
        assert_eq!(token.private_keys, PrivateKeys::HiddenUntilLogin);
        assert_eq!((card.presentations(), card.tries_left()), (0, 3));

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
        let is_good = |check: &SignatureCheck| matches!(check, SignatureCheck::Verified { .. });
        assert!(
            further.len() == 1 && further.iter().all(is_good),
            "{further:?}"
        );
        let has_ours = |keys: &[KeySeen]| keys.iter().any(|key| key.id == ours.id);
        assert!(
            matches!(keys, PrivateKeys::Listed(keys) if has_ours(keys)),
            "{keys:?}"
        );
        assert_eq!(card.tries_left(), 3);
        drop(worker);
        assert_eq!(card.resets(), 0);
        // pcscd takes the card's power once nobody uses it: the code is to be typed again
        let began = Instant::now();
        while card.pin_verified() {
            assert!(began.elapsed() < Duration::from_secs(5), "still open");
            std::thread::sleep(Duration::from_millis(20));
        }
    });
}

#[test]
fn many_slow_calls_together_end_at_the_deadline() {
    isolated(|station| {
        let card = card(&station);
        let worker = opensc().with_deadline(Deadline::after(Duration::from_secs(3)));
        card.slow(Duration::from_millis(900));
        let began = Instant::now();
        let seen = TokenProbe::new(&worker, Some(station.reader())).observe();
        assert_eq!(seen.token, TokenAnswer::Failed(CallFailure::OutOfTime));
        assert!(began.elapsed() < Duration::from_secs(6));
    });
}

#[test]
fn a_wrong_code_costs_one_try_and_no_more() {
    isolated(|station| {
        let card = card(&station);
        let worker = opensc();
        let token = token_of(&worker);
        let login = LoginProbe::new(&worker, &token, pin("9999"), FinalTry::Refuse);
        assert_eq!(codes(&login.observe()), ["token.pin-incorrect"]);
        assert_eq!(card.tries_left(), 2);
        login.observe();
        assert_eq!(card.tries_left(), 2, "never retried");
    });
}

#[test]
fn a_card_exchanged_while_the_holder_types_is_not_shown_the_code() {
    isolated(|station| {
        let first = card(&station);
        let worker = opensc();
        let token = token_of(&worker);
        first.remove();
        let other = two_pairs().serial("87654321");
        let other = station.insert(Profile::Piv, other).unwrap();
        let login = LoginProbe::new(&worker, &token, pin("1234"), FinalTry::Refuse);
        let seen = login.observe();
        let reason = NotTried::OtherCard;
        assert_eq!(seen, LoginSeen::NotTried { reason });
        assert_eq!(codes(&seen), ["token.exchanged"]);
        assert_eq!((other.presentations(), other.tries_left()), (0, 3));

        other.remove();
        first.insert().unwrap();
        let login = LoginProbe::new(&worker, &token, pin("1234"), FinalTry::Refuse);
        let seen = login.observe();
        assert!(matches!(seen, LoginSeen::LoggedIn { .. }), "{seen:?}");
        assert_eq!((first.presentations(), first.tries_left()), (1, 3));
    });
}

#[test]
fn the_last_try_is_not_spent_unless_told_to() {
    isolated(|station| {
        let card = card(&station);
        card.set_tries(1);
        let worker = opensc();
        let seen = TokenProbe::new(&worker, None).observe();
        assert_eq!(codes(&seen), ["token.pin-final-try"], "{seen:?}");
        let token = seen.token().unwrap();
        let refused = LoginProbe::new(&worker, token, pin("1234"), FinalTry::Refuse).observe();
        assert!(
            matches!(
                refused,
                LoginSeen::NotTried {
                    reason: NotTried::FinalTry { .. }
                }
            ),
            "{refused:?}"
        );
        assert_eq!(codes(&refused), ["token.pin-final-try"]);
        assert_eq!((card.tries_left(), card.presentations()), (1, 0));
        let spent = LoginProbe::new(&worker, token, pin("1234"), FinalTry::Spend).observe();
        assert!(matches!(spent, LoginSeen::LoggedIn { .. }), "{spent:?}");
        assert_eq!(card.tries_left(), 3);
    });
}

#[test]
fn a_locked_card_is_not_asked_again() {
    isolated(|station| {
        let card = card(&station);
        card.block_pin();
        let worker = opensc();
        let seen = TokenProbe::new(&worker, None).observe();
        assert_eq!(codes(&seen), ["token.pin-locked"], "{seen:?}");
        let token = seen.token().unwrap();
        let seen = LoginProbe::new(&worker, token, pin("1234"), FinalTry::Spend).observe();
        assert!(
            matches!(
                seen,
                LoginSeen::NotTried {
                    reason: NotTried::Locked { .. }
                }
            ),
            "{seen:?}"
        );
        assert_eq!(card.presentations(), 0);
    });
}

#[test]
fn a_code_of_a_length_the_card_refuses_never_reaches_it() {
    isolated(|station| {
        let card = card(&station);
        let worker = opensc();
        let mut token = token_of(&worker);
        token.pin_min = 6;
        let seen = LoginProbe::new(&worker, &token, pin("1234"), FinalTry::Refuse).observe();
        let shape = NotTried::Shape {
            min: 6,
            max: token.pin_max,
        };
        assert_eq!(seen, LoginSeen::NotTried { reason: shape });
        assert_eq!(card.presentations(), 0);
    });
}

#[test]
fn without_a_card_there_is_a_slot_and_no_token() {
    isolated(|station| {
        let worker = opensc();
        let seen = TokenProbe::new(&worker, Some(station.reader())).observe();
        assert_eq!(seen.token, TokenAnswer::Absent, "{seen:?}");
        assert!(
            seen.slots
                .iter()
                .any(|slot| slot.description == station.reader())
        );
        assert!(!seen.holds_unrecognised_token());
    });
}

#[test]
fn a_card_that_answers_no_more_is_a_hang_that_names_its_call() {
    isolated(|station| {
        let card = card(&station);
        let module = modules::opensc().unwrap();
        let worker = Worker::start(&command(), &module, Duration::from_secs(4)).unwrap();
        InitialiseProbe::new(&worker).observe();
        let token = token_of(&worker);
        let id = token.certificates[0].id.clone();
        LoginProbe::new(&worker, &token, pin("1234"), FinalTry::Refuse).observe();
        card.stall();
        let failure = worker
            .sign(token.slot, &id, SignMechanism::RsaPkcs, &[0; 51])
            .unwrap_err();
        assert!(matches!(failure, CallFailure::Hung { .. }), "{failure}");
        assert!(failure.call().unwrap().starts_with("C_Sign"), "{failure}");
    });
}

#[test]
fn a_card_another_program_holds_is_unreadable_not_absent() {
    isolated(|station| {
        let _card = card(&station);
        let holder = CardHolder::exclusive(&station).unwrap();
        let worker = opensc();
        let seen = TokenProbe::new(&worker, None).observe();
        let TokenAnswer::Failed(CallFailure::Answered(failure)) = &seen.token else {
            panic!("{seen:?}")
        };
        assert_ne!(failure.code, 0);
        assert_eq!(codes(&seen), ["token.unreadable"]);
        drop(holder);
    });
}
