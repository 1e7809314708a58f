//! Does PC/SC see what the kit does to card, reader and pcscd?
#![cfg(unix)]
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::print_stderr,
    reason = "a test fails by panicking"
)]

mod common;

use std::{
    ffi::{CStr, CString},
    path::{Path, PathBuf},
    process::Command,
    thread,
    time::{Duration, Instant},
};

use pcsc::{Card, Context, Disposition, Error, Protocols, ReaderState, Scope, ShareMode, State};
use tomcheck_testkit::{
    CardHolder, CardOptions, Profile, VirtualCard, Workstation, atr, isolated, modules,
};

fn context() -> Context {
    Context::establish(Scope::User).unwrap()
}

fn insert(station: &Workstation) -> VirtualCard {
    station.insert(Profile::Piv, CardOptions::new()).unwrap()
}

fn name(station: &Workstation) -> CString {
    CString::new(station.reader()).unwrap()
}

/// What PC/SC says of the first reader now.
fn seen(station: &Workstation) -> (State, Vec<u8>) {
    let mut states = [ReaderState::new(name(station), State::UNAWARE)];
    context()
        .get_status_change(Duration::ZERO, &mut states)
        .unwrap();
    (states[0].event_state(), states[0].atr().to_vec())
}

fn connect(context: &Context, reader: &CStr, share: ShareMode) -> Result<Card, Error> {
    context.connect(reader, share, Protocols::ANY)
}

fn leave(card: Card) {
    card.disconnect(Disposition::LeaveCard)
        .map_err(|(_, error)| error)
        .unwrap();
}

fn transmit(card: &Card, command: &[u8]) -> Result<Vec<u8>, Error> {
    let mut answer = [0; 300];
    card.transmit(command, &mut answer).map(<[u8]>::to_vec)
}

const ASK_TRIES: &[u8] = b"\x00\x20\x00\x80";
const SELECT_PIV: &[u8] = b"\x00\xa4\x04\x00\x05\xa0\x00\x00\x03\x08";

#[test]
fn a_card_is_absent_present_and_absent_again() {
    isolated(|station| {
        assert!(seen(&station).0.contains(State::EMPTY));
        let card = insert(&station);
        let (state, answer) = seen(&station);
        assert!(
            state.contains(State::PRESENT) && !state.contains(State::MUTE),
            "{state:?}"
        );
        assert_eq!(answer, atr::CPS3);
        card.remove();
        assert!(seen(&station).0.contains(State::EMPTY));
        card.insert().unwrap();
        assert!(seen(&station).0.contains(State::PRESENT));
        drop(card);
    });
}

#[test]
fn a_mute_card_is_present_without_an_answer_to_reset() {
    isolated(|station| {
        let card = insert(&station);
        card.mute().unwrap();
        let (state, answer) = seen(&station);
        assert!(state.contains(State::PRESENT | State::MUTE), "{state:?}");
        assert_eq!(answer, b"");
        let refused = connect(&context(), &name(&station), ShareMode::Shared).err();
        assert_eq!(refused, Some(Error::UnpoweredCard));
        card.behave();
        card.remove();
        card.insert().unwrap();
        assert!(!seen(&station).0.contains(State::MUTE));
    });
}

#[test]
fn a_vitale_and_a_foreign_card_show_their_own_answer_to_reset() {
    isolated(|station| {
        let card = insert(&station);
        for other in [atr::VITALE, atr::FOREIGN, atr::CPS3] {
            card.set_atr(other).unwrap();
            assert_eq!(seen(&station).1, other);
        }
    });
}

#[test]
fn looking_spends_no_try_and_resets_nothing() {
    isolated(|station| {
        let card = insert(&station);
        let context = context();
        let connected = connect(&context, &name(&station), ShareMode::Shared).unwrap();
        assert_eq!(transmit(&connected, ASK_TRIES).unwrap(), b"\x63\xc3");
        assert_eq!(
            (card.presentations(), card.tries_left(), card.resets()),
            (0, 3, 0)
        );
        let verify = |pin: &[u8]| [b"\x00\x20\x00\x80\x08", pin].concat();
        transmit(&connected, &verify(b"1234\xff\xff\xff\xff")).unwrap();
        assert!(card.pin_verified());
        assert_eq!(card.presentations(), 1);
        connected
            .disconnect(Disposition::ResetCard)
            .map_err(|(_, error)| error)
            .unwrap();
        assert_eq!(card.resets(), 1);
        assert!(!card.pin_verified());
    });
}

#[test]
fn another_program_keeps_the_card_until_it_ends() {
    isolated(|station| {
        let card = insert(&station);
        let context = context();
        let holder = CardHolder::exclusive(&station).unwrap();
        assert!(seen(&station).0.contains(State::PRESENT | State::EXCLUSIVE));
        let refused = connect(&context, &name(&station), ShareMode::Shared).err();
        assert_eq!(refused, Some(Error::SharingViolation));
        drop(holder);
        leave(connect(&context, &name(&station), ShareMode::Shared).unwrap());
        assert_eq!(card.resets(), 0);
    });
}

#[test]
fn a_transaction_makes_others_wait() {
    isolated(|station| {
        let _card = insert(&station);
        let holder = CardHolder::transaction(&station).unwrap();
        let start = Instant::now();
        let release = thread::spawn(move || {
            thread::sleep(Duration::from_millis(500));
            drop(holder);
        });
        // pcscd makes even SCardConnect wait
        let context = context();
        let connected = connect(&context, &name(&station), ShareMode::Shared).unwrap();
        assert!(
            start.elapsed() >= Duration::from_millis(400),
            "{:?}",
            start.elapsed()
        );
        release.join().unwrap();
        leave(connected);
    });
}

#[test]
fn wrong_answers_reach_the_program_until_the_card_behaves() {
    isolated(|station| {
        let card = insert(&station);
        let context = context();
        let connected = connect(&context, &name(&station), ShareMode::Shared).unwrap();
        card.forced_status(0xA4, 0x6F00, Some(1));
        assert_eq!(transmit(&connected, SELECT_PIV).unwrap(), b"\x6f\x00");
        let good = transmit(&connected, SELECT_PIV).unwrap();
        assert_eq!(good[0], 0x61);
        card.garbage();
        assert_ne!(transmit(&connected, SELECT_PIV), Ok(good.clone()));
        card.behave();
        card.truncate();
        assert_ne!(transmit(&connected, SELECT_PIV), Ok(good.clone()));
        card.behave();
        card.slow(Duration::from_millis(200));
        let start = Instant::now();
        assert_eq!(transmit(&connected, SELECT_PIV), Ok(good));
        assert!(start.elapsed() >= Duration::from_millis(200));
        leave(connected);
    });
}

#[test]
fn a_stalled_card_answers_only_when_it_is_pulled_out() {
    isolated(|station| {
        let card = insert(&station);
        let context = context();
        let connected = connect(&context, &name(&station), ShareMode::Shared).unwrap();
        card.stall();
        let start = Instant::now();
        let pull = thread::spawn(move || {
            thread::sleep(Duration::from_millis(500));
            card.remove();
        });
        let answer = transmit(&connected, SELECT_PIV);
        assert!(start.elapsed() >= Duration::from_millis(500));
        // vpcd gives an empty answer for a success
        assert!(answer.is_err() || answer == Ok(Vec::new()), "{answer:?}");
        pull.join().unwrap();
    });
}

#[test]
fn a_card_torn_out_is_gone_at_the_command_named() {
    isolated(|station| {
        let card = insert(&station);
        let context = context();
        let connected = connect(&context, &name(&station), ShareMode::Shared).unwrap();
        card.tear_at(0xA4, 2);
        assert!(!transmit(&connected, SELECT_PIV).unwrap().is_empty());
        transmit(&connected, ASK_TRIES).unwrap();
        let torn = transmit(&connected, SELECT_PIV);
        assert!(torn.is_err() || torn == Ok(Vec::new()), "{torn:?}");
        assert!(!card.is_inserted());
        let after = transmit(&connected, SELECT_PIV);
        assert!(
            matches!(after, Err(Error::RemovedCard | Error::NotTransacted)),
            "{after:?}"
        );
    });
}

#[test]
fn pcscd_stops_dies_and_comes_back_with_the_card() {
    isolated(|station| {
        let card = insert(&station);
        station.stop_pcscd(false);
        assert!(!station.socket().exists());
        assert_eq!(
            Context::establish(Scope::User).err(),
            Some(Error::NoService)
        );
        station.restart_pcscd().unwrap();
        assert!(seen(&station).0.contains(State::PRESENT));

        station.stop_pcscd(true);
        assert!(
            station.socket().exists(),
            "a killed pcscd leaves its socket"
        );
        assert_eq!(
            Context::establish(Scope::User).err(),
            Some(Error::NoService)
        );
        station.restart_pcscd().unwrap();
        assert!(seen(&station).0.contains(State::PRESENT) && card.is_inserted());
    });
}

#[test]
fn a_workstation_has_no_reader_or_several() {
    isolated(|station| {
        station.without_readers().unwrap();
        assert!(context().list_readers_owned().unwrap().is_empty());
        assert!(station.insert(Profile::Piv, CardOptions::new()).is_err());

        station.with_readers(2).unwrap();
        let listed = context().list_readers_owned().unwrap();
        let listed: Vec<_> = listed.iter().map(|name| name.to_str().unwrap()).collect();
        assert_eq!(listed, station.readers());
        let card = station
            .insert_into(2, Profile::Piv, CardOptions::new())
            .unwrap();
        assert!(
            seen(&station).0.contains(State::EMPTY),
            "the card is in the second reader"
        );
        let second = CString::new(station.readers()[2].as_str()).unwrap();
        leave(connect(&context(), &second, ShareMode::Shared).unwrap());
        drop(card);
    });
}

#[test]
fn workstations_live_side_by_side_and_end_with_their_values() {
    let directory = tempfile::tempdir().unwrap();
    let scan = |station: &Workstation| {
        let mut command = Command::new("pkcs11-tool");
        command
            .args(["-L", "--module"])
            .arg(modules::opensc().unwrap())
            .envs(station.environment());
        common::run(&mut command)
    };
    let first = Workstation::start(directory.path().join("1")).unwrap();
    let second = Workstation::start(directory.path().join("2")).unwrap();
    let _card = second
        .insert(Profile::Piv, common::two_keys(directory.path()))
        .unwrap();
    assert!(scan(&first).contains("(empty)"));
    assert!(scan(&second).contains("token label"));

    let processes = ["1", "2"].map(|name| pcscd_of(&directory.path().join(name)).unwrap());
    assert!(processes.iter().all(|process| process.exists()));
    drop((first, second));
    assert!(!processes.iter().any(|process| process.exists()));
}

/// The entry in `/proc` of the pcscd of a workstation, as soon as it has written its number.
fn pcscd_of(station: &Path) -> Option<PathBuf> {
    let file = std::fs::read_to_string(station.join("run/pcscd.pid")).ok()?;
    let number: String = file.chars().filter(char::is_ascii_digit).collect();
    (!number.is_empty()).then(|| Path::new("/proc").join(number))
}

#[test]
fn a_killed_program_leaves_no_pcscd() {
    let directory = tempfile::tempdir().unwrap();
    if std::env::var_os("TOMCHECK_TESTKIT_KILLED").is_some() {
        let _station =
            Workstation::start(std::env::var("TOMCHECK_TESTKIT_KILLED").unwrap()).unwrap();
        thread::sleep(Duration::from_secs(60));
    }
    let mut program = Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "a_killed_program_leaves_no_pcscd"])
        .env("TOMCHECK_TESTKIT_KILLED", directory.path())
        .spawn()
        .unwrap();
    let deadline = Instant::now() + Duration::from_secs(20);
    let pcscd = loop {
        assert!(Instant::now() < deadline, "pcscd did not start");
        match pcscd_of(directory.path()) {
            Some(process) => break process,
            None => thread::sleep(Duration::from_millis(20)),
        }
    };
    assert!(pcscd.exists());
    program.kill().unwrap();
    program.wait().unwrap();
    while pcscd.exists() {
        assert!(Instant::now() < deadline, "pcscd outlives its test");
        thread::sleep(Duration::from_millis(20));
    }
}

#[test]
#[should_panic(expected = "exit status: 101")]
fn a_scenario_that_fails_fails_its_test() {
    isolated(|station| assert_eq!(station.reader(), "no such reader"));
}

#[test]
fn a_card_leaves_with_its_value() {
    isolated(|station| {
        drop(insert(&station));
        let deadline = Instant::now() + Duration::from_secs(3);
        while !seen(&station).0.contains(State::EMPTY) {
            assert!(Instant::now() < deadline, "the card is still there");
            thread::sleep(Duration::from_millis(20));
        }
    });
}
