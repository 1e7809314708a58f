//! Does a module in this very process answer as one in a worker process does?
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "a test fails by panicking"
)]
#![cfg(target_os = "linux")]

mod common;

use std::path::Path;
use std::time::{Duration, Instant};

use common::softhsm::token_with;
use common::{codes, identity, initialised, pin, token_of, two_pairs};
use tomcheck_cert::{
    CallFailure, FinalTry, InitialiseProbe, InitialiseSeen, ListingProbe, ListingSeen, LoginProbe,
    LoginSeen, SignMechanism, SignatureCheck, TokenAnswer, TokenFacts, TokenProbe, Worker,
    WorkerFailure,
};
use tomcheck_diagnosis::{Deadline, Observation, Probe};
use tomcheck_testkit::modules::{self, HostileModules};
use tomcheck_testkit::{Profile, Purpose, isolated};

const ID: &[u8] = &[0x01];

fn here(module: &Path) -> Worker {
    Worker::in_process(module, Duration::from_secs(20)).unwrap()
}

fn impatient(module: &Path) -> Worker {
    Worker::in_process(module, Duration::from_millis(700)).unwrap()
}

fn open(worker: &Worker, token: &TokenFacts, certificate: &[u8]) {
    let id = &token.certificates.iter().find(|it| it.der == certificate);
    let login = LoginProbe::new(worker, token, pin("1234"), FinalTry::Refuse);
    let seen = login.signing(&id.unwrap().id, certificate).observe();
    let LoginSeen::LoggedIn { signature, .. } = &seen else {
        panic!("{seen:?}")
    };
    assert!(
        matches!(signature, SignatureCheck::Verified { .. }),
        "{signature:?}"
    );
}

fn signs(worker: &Worker, slot: u64) -> Result<Vec<u8>, CallFailure> {
    worker.sign(slot, ID, SignMechanism::RsaPkcs, b"a digest")
}

fn lists(worker: &Worker) -> usize {
    match ListingProbe::new(worker).observe() {
        ListingSeen::Slots(slots) => slots.len(),
        other => panic!("{other:?}"),
    }
}

#[test]
fn softhsm_is_read_then_opened_then_signs_and_can_be_had_again() {
    isolated(|station| {
        let holder = identity(Purpose::Authentication);
        let module = token_with(&station, &holder);
        for _ in 0..2 {
            let worker = initialised(here(&module));
            assert_eq!(worker.id(), std::process::id());
            assert!(lists(&worker) >= 1);
            let token = token_of(&worker);
            open(&worker, &token, holder.certificate_der());
            assert_eq!(signs(&worker, token.slot).unwrap().len(), 256);
            worker.restart().unwrap();
            let worker = initialised(worker);
            let signed = signs(&worker, token_of(&worker).slot);
            assert!(signed.is_err(), "it was logged out");
            worker.finish().unwrap();
        }
    });
}

#[test]
fn a_card_is_read_then_opened_then_signs_and_is_left_as_it_was() {
    isolated(|station| {
        let card = station.insert(Profile::Piv, two_pairs()).unwrap();
        let worker = initialised(here(&modules::opensc().unwrap()));
        assert!(lists(&worker) >= 1);
        let token = token_of(&worker);
        let holder = identity(Purpose::Authentication);
        open(&worker, &token, holder.certificate_der());
        assert_eq!((card.presentations(), card.tries_left()), (1, 3));
        assert_eq!(signs(&worker, token.slot).unwrap().len(), 256);
        worker.finish().unwrap();
        assert_eq!(card.resets(), 0);
        let began = Instant::now();
        while card.pin_verified() {
            assert!(began.elapsed() < Duration::from_secs(5), "still open");
            std::thread::sleep(Duration::from_millis(20));
        }
    });
}

#[test]
fn a_module_has_one_worker_in_this_process_at_a_time() {
    isolated(|station| {
        let module = token_with(&station, &identity(Purpose::Authentication));
        let first = initialised(here(&module));
        let link = station.directory().join("link.so");
        std::os::unix::fs::symlink(&module, &link).unwrap();
        for path in [&module, &link] {
            let second = Worker::in_process(path, Duration::from_secs(20)).unwrap_err();
            assert!(matches!(second, WorkerFailure::InUse { .. }), "{second}");
        }
        drop(initialised(common::worker(&module)));
        first.finish().unwrap();
        drop(initialised(here(&link)));
    });
}

/// A hard link is another path to the same library: the system loads it once.
#[test]
fn a_module_that_another_part_of_the_program_runs_is_used_and_left_running() {
    isolated(|station| {
        let holder = identity(Purpose::Authentication);
        let (module, same) = (
            station.directory().join("a.so"),
            station.directory().join("b.so"),
        );
        std::fs::copy(token_with(&station, &holder), &module).unwrap();
        std::fs::hard_link(&module, &same).unwrap();
        let owner = initialised(here(&module));
        let token = token_of(&owner);

        let guest = initialised(here(&same));
        // a second start of the same worker changes nothing
        let guest = initialised(guest);
        assert_eq!(token_of(&guest).slot, token.slot);
        guest.finish().unwrap();
        open(&owner, &token, holder.certificate_der());

        // already logged in, and so still after the guest has gone
        let guest = initialised(here(&same));
        open(&guest, &token_of(&guest), holder.certificate_der());
        guest.finish().unwrap();
        assert_eq!(signs(&owner, token.slot).unwrap().len(), 256);
        owner.finish().unwrap();

        let alone = initialised(here(&same));
        assert!(signs(&alone, token.slot).is_err(), "nobody is logged in");
    });
}

#[test]
fn a_call_that_does_not_return_ends_at_its_deadline_and_is_named() {
    let folder = tempfile::tempdir().unwrap();
    let holder = identity(Purpose::Authentication);
    let hostile = HostileModules::build(folder.path(), holder.certificate_der()).unwrap();
    // not `dlopen`: it would hold the lock of the system's loader, without which no process ends
    for call in ["C_GetFunctionList", "C_Initialize", "C_GetInfo"] {
        // the system would load one file once, under whatever name
        let module = own_copy(&hostile.that("hang", call).unwrap());
        let (worker, began) = (impatient(&module), Instant::now());
        let seen = InitialiseProbe::new(&worker).observe();
        let InitialiseSeen::Hung { call: named, .. } = &seen else {
            panic!("{call}: {seen:?}")
        };
        assert_eq!((named.as_str(), codes(&seen)), (call, vec!["module.hung"]));
        let again = InitialiseProbe::new(&worker).observe();
        assert_eq!(again, seen, "whoever asks again is told at once");
        let refused = worker.restart().unwrap_err();
        assert!(matches!(refused, WorkerFailure::InUse { .. }), "{refused}");
        drop(worker);
        let refused = Worker::in_process(&module, Duration::from_secs(1)).unwrap_err();
        assert!(matches!(refused, WorkerFailure::InUse { .. }), "{refused}");
        assert!(began.elapsed() < Duration::from_secs(4));
    }
}

#[test]
fn a_signature_that_never_comes_is_a_hang_in_c_sign() {
    let folder = tempfile::tempdir().unwrap();
    let worker = impatient(&modules::hanging(folder.path(), "C_Sign").unwrap());
    let worker = initialised(worker);
    let token = token_of(&worker);
    LoginProbe::new(&worker, &token, pin("1234"), FinalTry::Refuse).observe();
    let failure = signs(&worker, token.slot).unwrap_err();
    assert_eq!(failure.call(), Some("C_Sign"), "{failure}");
    assert!(matches!(failure, CallFailure::Hung { .. }));
    assert_eq!(failure.finding().unwrap().kind.code, "module.hung");
}

#[test]
fn a_call_that_hung_and_returns_at_last_gives_the_module_back() {
    isolated(|station| {
        let card = station.insert(Profile::Piv, two_pairs()).unwrap();
        let module = modules::opensc().unwrap();
        let worker = Worker::in_process(&module, Duration::from_secs(2)).unwrap();
        let worker = initialised(worker);
        let token = token_of(&worker);
        card.slow(Duration::from_secs(3));
        let failure = LoginProbe::new(&worker, &token, pin("1234"), FinalTry::Refuse).observe();
        assert_eq!(codes(&failure), ["module.hung"], "{failure:?}");
        card.slow(Duration::ZERO);
        let limit = Deadline::after(Duration::from_secs(30));
        while let Err(refused) = worker.restart() {
            assert!(matches!(refused, WorkerFailure::InUse { .. }), "{refused}");
            assert!(!limit.has_passed(), "the call returned long ago");
            std::thread::sleep(Duration::from_millis(50));
        }
        let worker = initialised(worker);
        let seen = TokenProbe::new(&worker, None).observe();
        assert!(matches!(seen.token, TokenAnswer::Read(_)), "{seen:?}");
    });
}

#[test]
fn what_the_loader_refuses_is_told_as_from_a_process() {
    let folder = tempfile::tempdir().unwrap();
    let module = modules::missing_dependency(folder.path()).unwrap();
    let seen = InitialiseProbe::new(&here(&module)).observe();
    assert_eq!(codes(&seen), ["module.dependency-missing"]);
    let seen = InitialiseProbe::new(&here(Path::new("/nowhere/x.so"))).observe();
    assert_eq!(seen.findings().len(), 1, "{seen:?}");
}

fn own_copy(link: &Path) -> std::path::PathBuf {
    let copy = std::fs::read(link).unwrap();
    std::fs::remove_file(link).unwrap();
    std::fs::write(link, copy).unwrap();
    link.to_owned()
}
