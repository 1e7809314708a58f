//! Does the real pcscd, with a virtual reader and card, lead to the right finding?

#![cfg(target_os = "linux")]
#![expect(
    clippy::unwrap_used,
    clippy::panic,
    reason = "clippy knows the functions marked #[test] only, not those they share"
)]

use std::fs;
use std::os::unix::fs::{MetadataExt as _, PermissionsExt as _};
use std::panic;
use std::process::Command;
use std::time::{Duration, Instant};

use tomcheck_diagnosis::{Deadline, Finding, Lang, Observation, Probe};
use tomcheck_reader::{
    CardProbe, CardSeen, CardState, Generation, Pcsc, Programs, ReadersProbe, ReadersSeen, SeenBy,
    ServiceProbe, ServiceSeen, StateFlag, SystemPcsc,
};
use tomcheck_testkit::{CardHolder, CardOptions, Profile, VirtualCard, Workstation, atr, isolated};

fn soon() -> Deadline {
    Deadline::after(Duration::from_secs(10))
}

fn service() -> ServiceSeen {
    ServiceProbe::new(&SystemPcsc::new(), soon()).observe()
}

fn readers(wanted: Option<&str>) -> ReadersSeen {
    ReadersProbe::new(&SystemPcsc::new(), wanted.map(str::to_owned), soon()).observe()
}

fn card() -> CardSeen {
    CardProbe::new(&SystemPcsc::new(), &readers(None), soon()).observe()
}

fn codes(seen: &impl Observation) -> Vec<&'static str> {
    seen.findings().iter().map(|f| f.kind.code).collect()
}

fn only(seen: &impl Observation) -> Finding {
    let [finding] = <[Finding; 1]>::try_from(seen.findings()).unwrap();
    finding
}

fn evidence(finding: &Finding, key: &str) -> String {
    let found = finding.evidence.iter().find(|e| e.key == key);
    found
        .unwrap_or_else(|| panic!("no {key} in {finding:?}"))
        .render(Lang::En)
}

fn insert(station: &Workstation, atr: &[u8]) -> VirtualCard {
    let options = CardOptions::new().atr(atr);
    station.insert(Profile::Piv, options).unwrap()
}

#[test]
fn a_service_that_was_stopped_is_told_with_its_absent_socket() {
    isolated(|station| {
        assert_eq!(service(), ServiceSeen::Running);
        station.stop_pcscd(false);
        let finding = only(&service());
        assert_eq!(finding.kind.code, "reader.service-stopped");
        let answer = "SCARD_E_NO_SERVICE 0x8010001D";
        assert_eq!(evidence(&finding, "SCardEstablishContext"), answer);
        assert!(evidence(&finding, "connect").ends_with(" 2"));
    });
}

#[test]
fn a_service_that_was_killed_is_told_with_its_left_socket() {
    isolated(|station| {
        station.stop_pcscd(true);
        let finding = only(&service());
        assert_eq!(finding.kind.code, "reader.service-stopped");
        assert!(evidence(&finding, "socket_state").starts_with("left behind"));
        assert!(evidence(&finding, "connect").ends_with(" 111"));
    });
}

/// Set in the process that runs as somebody else.
const AS_SOMEBODY_ELSE: &str = "TOMCHECK_TEST_AS_SOMEBODY_ELSE";

/// The three answers of `SCardEstablishContext` are one number: what the socket says decides.
#[test]
fn a_service_whose_socket_is_closed_to_this_user_refuses_and_is_not_stopped() {
    if std::env::var_os(AS_SOMEBODY_ELSE).is_some() {
        let finding = only(&service());
        println!("judged {}", finding.kind.code);
        println!("socket {}", evidence(&finding, "socket_state"));
        println!("errno {}", evidence(&finding, "connect"));
        return;
    }
    isolated(|station| {
        let socket = station.directory().join("run/pcscd.comm");
        // root keeps others out; another user shuts the door on themselves
        let mode = if is_root() { 0o600 } else { 0 };
        fs::set_permissions(socket, fs::Permissions::from_mode(mode)).unwrap();
        let said = as_somebody_else(
            &station,
            "a_service_whose_socket_is_closed_to_this_user_refuses_and_is_not_stopped",
        );
        assert!(said.contains("judged reader.service-refused"), "{said}");
        assert!(said.contains("socket closed to this user"), "{said}");
        assert!(said.contains("EACCES 13"), "{said}");
    });
}

fn is_root() -> bool {
    fs::metadata("/proc/self").unwrap().uid() == 0
}

/// What this test says when another user than root runs it; it is copied to where they may.
fn as_somebody_else(station: &Workstation, test: &str) -> String {
    let folder = tempfile::tempdir().unwrap();
    let program = folder.path().join("test");
    fs::copy(std::env::current_exe().unwrap(), &program).unwrap();
    // on the way to the socket nothing else may be closed
    for open in [folder.path(), &program, station.directory()] {
        fs::set_permissions(open, fs::Permissions::from_mode(0o755)).unwrap();
    }
    let nobody: &[&str] = if is_root() {
        &["--reuid", "65534", "--regid", "65534", "--clear-groups"]
    } else {
        &["--no-new-privs"]
    };
    let output = Command::new("setpriv")
        .args(nobody)
        .arg(program)
        .args(["--exact", test, "--nocapture"])
        .envs(station.environment())
        .env(AS_SOMEBODY_ELSE, "1")
        .output()
        .unwrap();
    String::from_utf8_lossy(&output.stdout).into_owned()
}

#[test]
fn a_service_that_hangs_is_told_within_the_deadline_and_naming_the_call() {
    isolated(|station| {
        station.freeze_pcscd().unwrap();
        let asked = Instant::now();
        let deadline = Deadline::after(Duration::from_millis(300));
        let seen = ServiceProbe::new(&SystemPcsc::new(), deadline).observe();
        let waited = asked.elapsed();
        station.thaw_pcscd().unwrap();
        assert_eq!(codes(&seen), ["reader.service-hung"]);
        assert!(waited < Duration::from_secs(2), "{waited:?}");
        assert!(evidence(&only(&seen), "no_answer").starts_with("SCardEstablishContext ("));
    });
}

#[test]
fn a_library_that_is_not_there_is_told_without_any_service() {
    let pcsc = SystemPcsc::with_library("libpcsclite-of-nowhere.so.1");
    let finding = only(&ServiceProbe::new(&pcsc, soon()).observe());
    assert_eq!(finding.kind.code, "reader.service-not-installed");
    assert!(evidence(&finding, "libpcsclite-of-nowhere.so.1").contains("No such file"));
}

#[test]
fn no_reader_is_told_by_the_running_service() {
    isolated(|station| {
        station.without_readers().unwrap();
        assert_eq!(service(), ServiceSeen::Running);
        let seen = readers(None);
        assert!(seen.readers.is_empty());
        assert_eq!(codes(&seen), ["reader.none"]);
        assert_eq!(
            CardProbe::new(&SystemPcsc::new(), &seen, soon())
                .observe()
                .reader(),
            None
        );
    });
}

#[test]
fn every_slot_is_a_reader_and_one_can_be_asked_for() {
    isolated(|station| {
        let all = readers(None);
        let names: Vec<_> = all.readers.iter().map(|r| r.name.clone()).collect();
        assert_eq!(names, station.readers());
        assert_eq!(codes(&all), ["reader.several"]);
        let second = names.last().unwrap();
        let part = second.to_lowercase();
        assert_eq!(readers(Some(&part)).chosen().unwrap().name, *second);
        let missing = readers(Some("Gemalto"));
        assert!(missing.wanted_is_missing());
        let finding = only(&missing);
        assert_eq!(finding.kind.code, "reader.wanted-missing");
        assert!(finding.title(Lang::Fr).contains(&names.join(", ")));
    });
}

#[test]
fn an_empty_reader_is_told() {
    isolated(|_| {
        let finding = only(&card());
        assert_eq!(finding.kind.code, "card.absent");
        assert_eq!(evidence(&finding, "dwEventState"), "0x12");
    });
}

#[test]
fn a_mute_card_is_told_with_the_state_and_the_answer() {
    isolated(|station| {
        let inserted = insert(&station, atr::CPS3);
        inserted.mute().unwrap();
        let finding = only(&card());
        assert_eq!(finding.kind.code, "card.mute");
        assert!(evidence(&finding, "dwEventState").ends_with("222"));
        let answer = "SCARD_W_UNPOWERED_CARD 0x80100067";
        assert_eq!(evidence(&finding, "SCardConnect"), answer);
    });
}

#[test]
fn each_kind_of_card_is_told_by_its_answer_to_reset() {
    isolated(|station| {
        let inserted = insert(&station, atr::FOREIGN);
        let judged = |atr| {
            inserted.set_atr(atr).unwrap();
            codes(&card())
        };
        assert_eq!(codes(&card()), ["card.foreign"]);
        assert_eq!(judged(atr::VITALE), ["card.vitale"]);
        assert_eq!(judged(atr::CPS3_CONTACTLESS), ["card.contactless-only"]);
        assert_eq!(judged(CPS2TER), ["card.generation-obsolete"]);
        assert_eq!(judged(atr::CPS4), [""; 0]);
        assert_eq!(card().cpx().unwrap().generation, Generation::Cps4);
    });
}

const CPS2TER: &[u8] = b"\x3B\xAC\x00\x40\x2A\x00\x12\x25\x00\x64\x80\x82\x02\x12\x00\x90\x00";

#[test]
fn the_card_of_the_second_slot_is_found_beside_an_empty_first() {
    isolated(|station| {
        let options = CardOptions::new();
        let _card = station.insert_into(1, Profile::Cps3, options).unwrap();
        let seen = card();
        assert_eq!(seen.reader(), station.readers().get(1).map(String::as_str));
        assert_eq!(seen.cpx().unwrap().generation, Generation::Cps3);
    });
}

#[test]
fn a_card_held_by_another_program_names_that_program() {
    isolated(|station| {
        let _card = insert(&station, atr::CPS3);
        let holder = CardHolder::exclusive(&station).unwrap();
        let seen = card();
        let finding = only(&seen);
        assert_eq!(finding.kind.code, "card.in-exclusive-use");
        let answer = "SCARD_E_SHARING_VIOLATION 0x8010000B";
        assert_eq!(evidence(&finding, "SCardConnect"), answer);
        assert!(evidence(&finding, "dwEventState").ends_with("A2"));
        let CardState::InExclusiveUse { programs, .. } = &seen.state else {
            panic!("{seen:?}");
        };
        assert_eq!(names(programs), ["card-holder"]);
        let first = finding.steps(Lang::Fr, "linux").remove(0);
        assert!(first.contains("card-holder ("), "{first}");
        drop(holder);
        assert_eq!(codes(&card()), [""; 0]);
    });
}

/// Those connected to the service; nobody is hidden.
fn names(programs: &Programs) -> Vec<&str> {
    let Programs::Seen {
        processes,
        closed: 0,
        by: SeenBy::Connection,
    } = programs
    else {
        panic!("{programs:?}");
    };
    processes.iter().map(|p| p.name.as_str()).collect()
}

#[test]
fn a_program_of_another_service_or_without_a_connection_is_not_accused() {
    isolated(|station| {
        let other = Workstation::start(station.directory().join("other")).unwrap();
        let _elsewhere = other.insert(Profile::Piv, CardOptions::new()).unwrap();
        let _card = insert(&station, atr::CPS3);
        let _other_holder = CardHolder::shared(&other).unwrap();
        assert_eq!(names(&SystemPcsc::new().programs()), [""; 0]);
        let ours = [CardHolder::shared(&station), CardHolder::shared(&station)];
        let seen = SystemPcsc::new().programs();
        assert_eq!(names(&seen), ["card-holder", "card-holder"]);
        drop(ours);
    });
}

#[test]
fn a_known_program_is_called_by_what_it_is_and_its_remedy_comes_first() {
    isolated(|station| {
        let _card = insert(&station, atr::CPS3);
        let _holder = CardHolder::exclusive_as(&station, "scdaemon").unwrap();
        let finding = only(&card());
        let said = finding.evidence.last().unwrap();
        assert!(said.key.starts_with("scdaemon ("), "{said:?}");
        assert!(said.render(Lang::Fr).contains("GnuPG"));
        let first = finding.steps(Lang::Fr, "linux").remove(0);
        assert!(first.contains("gpgconf --kill scdaemon"), "{first}");
    });
}

#[test]
fn a_service_that_ends_between_two_probes_is_stopped() {
    isolated(|station| {
        let _card = insert(&station, atr::CPS3);
        let before = readers(None);
        station.stop_pcscd(false);
        let seen = CardProbe::new(&SystemPcsc::new(), &before, soon()).observe();
        assert_eq!(codes(&seen), ["reader.service-stopped"]);
    });
}

#[test]
fn the_card_is_left_as_found() {
    isolated(|station| {
        let inserted = insert(&station, atr::CPS3);
        // Keeps it powered, as the software of the workstation does all day.
        let _other = CardHolder::shared(&station).unwrap();
        let counted = || (inserted.resets(), inserted.power_ons(), inserted.commands());
        let before = counted();
        let state = || {
            readers(None)
                .chosen()
                .and_then(|reader| reader.state())
                .unwrap()
        };
        let found = state();
        for _ in 0..3 {
            assert_eq!(service(), ServiceSeen::Running);
            assert!(card().cpx().is_some());
        }
        assert_eq!(counted(), before);
        assert_eq!(state(), found);
        assert_eq!((inserted.tries_left(), inserted.presentations()), (3, 0));
    });
}

#[test]
fn a_card_in_the_midst_of_another_programs_transaction_is_left_as_found() {
    isolated(|station| {
        let inserted = insert(&station, atr::CPS3);
        let counted = || (inserted.resets(), inserted.power_ons());
        let other = CardHolder::transaction(&station).unwrap();
        let before = counted();
        let deadline = Deadline::after(Duration::from_millis(300));
        let seen = CardProbe::new(&SystemPcsc::new(), &readers(None), deadline).observe();
        let finding = only(&seen);
        assert_eq!(finding.kind.code, "card.in-exclusive-use");
        assert!(evidence(&finding, "no_answer").starts_with("SCardConnect ("));
        assert!(evidence(&finding, "programs").contains("card-holder"));
        drop(other);
        assert_eq!(codes(&card()), [""; 0]);
        assert_eq!(counted(), before);
    });
}

#[test]
fn a_panic_while_a_card_is_open_leaves_it_as_found_too() {
    isolated(|station| {
        let inserted = insert(&station, atr::CPS3);
        let reader = station.reader();
        let before = inserted.resets();
        let panicked = panic::catch_unwind(|| {
            let context = SystemPcsc::new().establish().unwrap();
            let _card = context.connect(&reader).unwrap();
            panic!("on purpose");
        });
        assert!(panicked.is_err());
        assert_eq!(inserted.resets(), before);
        let state = readers(None)
            .chosen()
            .and_then(|reader| reader.state())
            .unwrap();
        assert!(
            state.has(StateFlag::Present) && !state.has(StateFlag::InUse),
            "{state:?}"
        );
    });
}
