//! Do several threads sign at once with one key, and with a card that came back?
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "a test fails by panicking"
)]
#![cfg(target_os = "linux")]

mod common;

use std::path::Path;
use std::sync::Arc;
use std::thread;
use std::time::Duration;

use common::softhsm::{token_of_ec, token_with};
use common::{identity, initialised, pin, started, token_of};
use ring::signature::{ECDSA_P256_SHA256_FIXED, UnparsedPublicKey};
use tomcheck_cert::{
    CallFailure, FinalTry, InitialiseProbe, InitialiseSeen, LoginProbe, LoginSeen, SignMechanism,
    SigningPool, Worker,
};
use tomcheck_diagnosis::Probe;
use tomcheck_testkit::{Purpose, isolated};

const ID: &[u8] = &[0x01];

fn here(module: &Path) -> Arc<Worker> {
    let worker = Worker::in_process(module, Duration::from_secs(20)).unwrap();
    Arc::new(initialised(worker))
}

fn log_in(worker: &Worker) -> u64 {
    let token = token_of(worker);
    let login = LoginProbe::new(worker, &token, pin("1234"), FinalTry::Refuse).observe();
    assert!(matches!(login, LoginSeen::LoggedIn { .. }), "{login:?}");
    token.slot
}

#[test]
fn threads_sign_at_once_the_same_as_one_does() {
    isolated(|station| {
        let module = token_with(&station, &identity(Purpose::Authentication));
        let worker = here(&module);
        let slot = log_in(&worker);
        let pool = SigningPool::new(Arc::clone(&worker), slot, ID).unwrap();
        let wanted = worker.sign(slot, ID, SignMechanism::RsaPkcs, b"a digest");
        let wanted = wanted.unwrap();
        thread::scope(|scope| {
            for _ in 0..4 {
                scope.spawn(|| {
                    for _ in 0..20 {
                        let signed = pool.sign(SignMechanism::RsaPkcs, b"a digest");
                        assert_eq!(signed.unwrap(), wanted);
                    }
                });
            }
        });
        drop(worker);
        assert!(
            pool.sign(SignMechanism::RsaPkcs, b"a digest").is_ok(),
            "the pool keeps the module"
        );
        drop(pool);
        here(&module);
    });
}

#[test]
fn a_key_on_a_curve_signs_too() {
    isolated(|station| {
        let module = token_of_ec(&station);
        let worker = here(&module);
        let slot = log_in(&worker);
        let pool = SigningPool::new(worker, slot, ID).unwrap();
        let digest = ring::digest::digest(&ring::digest::SHA256, b"a message");
        let signed = pool.sign(SignMechanism::Ecdsa, digest.as_ref()).unwrap();
        let point = std::fs::read(station.directory().join("point")).unwrap();
        let key = UnparsedPublicKey::new(&ECDSA_P256_SHA256_FIXED, point);
        key.verify(b"a message", &signed).unwrap();
    });
}

/// What a card that is taken out does to every session, done here by ending the module: OpenSC
/// 0.23 never returns from the signature itself once its card is gone.
#[test]
fn lost_sessions_are_opened_again_but_nobody_logs_in_again_by_itself() {
    isolated(|station| {
        let module = token_with(&station, &identity(Purpose::Authentication));
        let worker = here(&module);
        let slot = log_in(&worker);
        let pool = SigningPool::new(Arc::clone(&worker), slot, ID).unwrap();
        let sign = || pool.sign(SignMechanism::RsaPkcs, b"a digest");
        let wanted = sign().unwrap();
        worker.restart().unwrap();
        assert!(
            matches!(sign(), Err(CallFailure::Answered(_))),
            "not initialised"
        );
        let seen = InitialiseProbe::new(&worker).observe();
        assert!(matches!(seen, InitialiseSeen::Ready { .. }), "{seen:?}");
        let refused = sign().unwrap_err();
        assert!(
            matches!(refused, CallFailure::NoSuchKey { .. }),
            "{refused:?}"
        );
        log_in(&worker);
        assert_eq!(sign().unwrap(), wanted);
    });
}

#[test]
fn a_module_in_another_process_is_no_pool() {
    isolated(|station| {
        let module = token_with(&station, &identity(Purpose::Authentication));
        let worker = Arc::new(started(&module));
        let refused = SigningPool::new(worker, 0, ID).unwrap_err();
        assert!(
            matches!(refused, CallFailure::WorkerLost { .. }),
            "{refused:?}"
        );
    });
}
