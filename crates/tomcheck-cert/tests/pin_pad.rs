//! Is the code left to a reader that has keys of its own?
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test fails by panicking"
)]
#![cfg(target_os = "linux")]

mod common;

use std::time::{Duration, Instant};

use common::{codes, identity, pin, started, token_of};
use tomcheck_cert::{FinalTry, LoginProbe, LoginSeen, NotTried, TokenFacts, Worker};
use tomcheck_diagnosis::Probe;
use tomcheck_testkit::{Purpose, modules::HostileModules};

/// What the holder does at the keys, and a token that says it has them.
fn with_reader<T>(holder_does: &str, test: impl FnOnce(&Worker, &TokenFacts) -> T) -> T {
    let folder = tempfile::tempdir().unwrap();
    let holder = identity(Purpose::Authentication);
    let modules = HostileModules::build(folder.path(), holder.certificate_der()).unwrap();
    let worker = started(&modules.that("pinpad", holder_does).unwrap());
    let token = token_of(&worker);
    assert!(token.flags.pin_pad());
    test(&worker, &token)
}

fn on_reader(worker: &Worker, token: &TokenFacts, limit: Duration) -> LoginSeen {
    LoginProbe::on_pin_pad(worker, token, limit, FinalTry::Refuse).observe()
}

const LONG: Duration = Duration::from_secs(20);

#[test]
fn the_module_gets_no_code_and_the_holder_is_logged_in() {
    let seen = with_reader("OK", |worker, token| on_reader(worker, token, LONG));
    assert!(matches!(seen, LoginSeen::LoggedIn { .. }), "{seen:?}");
}

#[test]
fn a_code_typed_here_is_not_given_to_such_a_reader() {
    let seen = with_reader("OK", |worker, token| {
        LoginProbe::new(worker, token, pin("1234"), FinalTry::Refuse).observe()
    });
    let reason = NotTried::OnPinPad;
    assert_eq!(seen, LoginSeen::NotTried { reason });
}

#[test]
fn giving_up_at_the_keys_is_no_wrong_code() {
    let seen = with_reader("CANCELED", |worker, token| on_reader(worker, token, LONG));
    assert_eq!(codes(&seen), ["token.pin-cancelled"], "{seen:?}");
}

#[test]
fn a_holder_who_types_nothing_is_waited_for_so_long_and_no_longer() {
    let began = Instant::now();
    let limit = Duration::from_millis(700);
    let seen = with_reader("NOBODY", |worker, token| on_reader(worker, token, limit));
    assert!(matches!(seen, LoginSeen::NotTyped { .. }), "{seen:?}");
    assert_eq!(codes(&seen), ["token.pin-cancelled"]);
    assert!(began.elapsed() < Duration::from_secs(15));
}
