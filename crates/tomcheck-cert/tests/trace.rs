//! Does the module's own log come out, masked, with nothing left behind?
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "a test fails by panicking"
)]
#![cfg(target_os = "linux")]

mod common;

use std::fs::{self, Permissions};
use std::os::unix::fs::{PermissionsExt, symlink};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use common::{bound_by_modes, command, identity, two_pairs};
use tomcheck_cert::{
    InitialiseProbe, ModuleTrace, TokenProbe, TokenSeen, TraceFailure, TracePlaces, TraceWay,
    Traced, Worker, restore_trace, trace_module,
};
use tomcheck_diagnosis::{Observation, Probe, Pseudonyms};
use tomcheck_testkit::modules::HostileModules;
use tomcheck_testkit::{CachedCard, Profile, Purpose, cryptolib, isolated};

const PER_CALL: Duration = Duration::from_secs(20);
const AS_SHIPPED: &str = "Traces \n{\n\tactive = false;\n\tdebug = 0;\n}\n";

fn use_it(worker: &Worker) -> TokenSeen {
    InitialiseProbe::new(worker).observe();
    TokenProbe::new(worker, None).observe()
}

fn trace(module: &Path, places: TracePlaces) -> Result<Traced<TokenSeen>, TraceFailure> {
    trace_while(module, places, use_it)
}

fn trace_while<T>(
    module: &Path,
    places: TracePlaces,
    run: impl FnOnce(&Worker) -> T,
) -> Result<Traced<T>, TraceFailure> {
    let command = command();
    let what = ModuleTrace {
        command: &command,
        module,
        per_call: PER_CALL,
        places,
    };
    trace_module(&what, run)
}

fn masked(traced: &Traced<TokenSeen>) -> String {
    let mut pseudonyms = Pseudonyms::new("key");
    pseudonyms.extend(traced.seen.identities());
    let texts = traced.logs.iter().map(|log| log.masked(&pseudonyms));
    texts.collect()
}

/// A module that looks beside itself whether to write.
struct Desk {
    folder: tempfile::TempDir,
    module: PathBuf,
}

impl Desk {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let holder = identity(Purpose::Authentication);
        let modules = HostileModules::build(folder.path(), holder.certificate_der()).unwrap();
        let module = modules.that("trace", "C_Initialize").unwrap();
        fs::create_dir(folder.path().join("log")).unwrap();
        Self { folder, module }
    }

    fn at(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn places(&self) -> TracePlaces {
        places(self.folder.path())
    }

    fn logs(&self) -> Vec<String> {
        let entries = fs::read_dir(self.at("log")).unwrap().flatten();
        let names = entries.map(|entry| entry.file_name().into_string().unwrap());
        names.collect()
    }

    /// With a folder that nothing may be put into, for an account that this binds.
    fn closed<T: Send>(&self, test: impl FnOnce() -> T + Send) -> T {
        let folder = self.folder.path();
        fs::set_permissions(folder, Permissions::from_mode(0o555)).unwrap();
        let outcome = bound_by_modes(test);
        fs::set_permissions(folder, Permissions::from_mode(0o755)).unwrap();
        outcome
    }

    fn is_on(&self) -> bool {
        self.configuration()
            .is_some_and(|text| text.starts_with(ON))
    }

    fn configuration(&self) -> Option<String> {
        fs::read_to_string(self.at("cps3_pkcs11.conf")).ok()
    }
}

fn places(folder: &Path) -> TracePlaces {
    let at = |name| folder.join(name);
    TracePlaces::of(at("cps3_pkcs11.conf"), at("log"), at("state/journal"))
}

#[test]
fn the_log_comes_out_masked_and_everything_is_as_it_was() {
    for before in [Some(AS_SHIPPED), None] {
        let desk = Desk::new();
        if let Some(before) = before {
            fs::write(desk.at("cps3_pkcs11.conf"), before).unwrap();
        }
        fs::write(desk.at("log/cps3p11_1_1.log"), "another program's").unwrap();
        let traced = trace(&desk.module, desk.places()).unwrap();
        assert!(matches!(traced.way, TraceWay::ForAll { .. }), "{traced:?}");
        assert_eq!(traced.logs.len(), 1);
        let text = masked(&traced);
        assert!(
            text.contains("C_Initialize") && text.contains("'serial#"),
            "{text}"
        );
        assert!(text.contains("00 20 00 01 … (8 bytes)"), "{text}");
        for gone in ["26000000", "1234", "31 32"] {
            assert!(!text.contains(gone), "{gone} in {text}");
        }
        assert!(!format!("{traced:?}").contains("26000000"));
        assert_eq!(desk.configuration().as_deref(), before);
        assert_eq!(desk.logs(), ["cps3p11_1_1.log"], "ours is gone");
        assert!(!desk.at("state/journal").exists());
        // and nothing is written any more
        common::started(&desk.module);
        assert_eq!(desk.logs().len(), 1);
    }
}

/// As the switch stands once it is on.
const ON: &str = "Traces\n{\n\tactive = true;\n\tdebug = 10;\n}\n";

#[test]
fn a_switch_that_is_no_file_is_left_alone() {
    let desk = Desk::new();
    let conf = desk.at("cps3_pkcs11.conf");
    fs::create_dir(&conf).unwrap();
    let failure = trace(&desk.module, desk.places()).unwrap_err();
    assert_eq!(failure.to_string(), "cannot turn on the trace");
    assert!(conf.is_dir() && !desk.at("state/journal").exists());
}

#[test]
fn where_the_switch_may_not_be_written_nothing_is_changed() {
    let desk = Desk::new();
    let conf = desk.at("cps3_pkcs11.conf");
    fs::write(&conf, AS_SHIPPED).unwrap();
    fs::set_permissions(&conf, Permissions::from_mode(0o444)).unwrap();
    fs::create_dir(desk.at("state")).unwrap();
    let failure = desk.closed(|| trace(&desk.module, desk.places()).unwrap_err());
    let TraceFailure::Switch { what, source } = failure else {
        panic!("{failure}")
    };
    assert_eq!(what, "turn on");
    assert_eq!(source.kind(), std::io::ErrorKind::PermissionDenied);
    assert_eq!(desk.configuration().as_deref(), Some(AS_SHIPPED));
    assert!(!desk.at("state/journal").exists());
}

#[test]
fn where_nothing_may_be_put_beside_the_switch_it_is_written_into() {
    let desk = Desk::new();
    fs::write(desk.at("cps3_pkcs11.conf"), AS_SHIPPED).unwrap();
    fs::create_dir(desk.at("state")).unwrap();
    let traced = desk.closed(|| trace(&desk.module, desk.places()).unwrap());
    assert_eq!(traced.logs.len(), 1);
    assert_eq!(desk.configuration().as_deref(), Some(AS_SHIPPED));
}

/// Two accounts have a journal each, and one switch.
#[test]
fn a_second_run_is_refused_and_turns_nothing() {
    let desk = Desk::new();
    fs::write(desk.at("cps3_pkcs11.conf"), AS_SHIPPED).unwrap();
    let at = |name| desk.at(name);
    let others = || TracePlaces::of(at("cps3_pkcs11.conf"), at("log"), at("other/journal"));
    let traced = trace_while(&desk.module, desk.places(), |worker| {
        for places in [others(), desk.places()] {
            let refused = trace(&desk.module, places).unwrap_err();
            assert!(matches!(refused, TraceFailure::UnderWay), "{refused}");
        }
        assert!(!restore_trace(&others()).unwrap());
        let refused = restore_trace(&desk.places()).unwrap_err();
        assert!(matches!(refused, TraceFailure::UnderWay), "{refused}");
        assert!(desk.is_on());
        use_it(worker)
    });
    assert_eq!(traced.unwrap().logs.len(), 1);
    assert_eq!(desk.configuration().as_deref(), Some(AS_SHIPPED));
    assert!(!desk.at("other/journal").exists());
    trace(&desk.module, others()).unwrap();
    assert_eq!(desk.configuration().as_deref(), Some(AS_SHIPPED));
}

#[test]
fn a_trace_that_somebody_else_turned_on_stays_on() {
    let desk = Desk::new();
    fs::write(desk.at("cps3_pkcs11.conf"), ON).unwrap();
    let traced = trace_while(&desk.module, desk.places(), |worker| {
        assert!(!desk.at("state/journal").exists(), "nothing to put back");
        use_it(worker)
    });
    let way = traced.unwrap().way;
    assert!(
        matches!(way, TraceWay::ForAll { was_on: true, .. }),
        "{way:?}"
    );
    assert!(desk.is_on());
}

#[test]
fn a_link_in_the_place_of_a_log_is_not_followed() {
    let desk = Desk::new();
    let secret = desk.at("secret");
    fs::write(&secret, "another's").unwrap();
    let traced = trace_while(&desk.module, desk.places(), |worker| {
        let planted = format!("log/cps3p11_{}_0.log", worker.id());
        symlink(&secret, desk.at(&planted)).unwrap();
        use_it(worker)
    });
    let traced = traced.unwrap();
    assert_eq!(traced.logs.len(), 1, "{traced:?}");
    assert!(!masked(&traced).contains("another's"));
    assert!(secret.exists());
}

#[test]
fn of_a_card_that_was_not_read_nothing_stands_in_the_log_either() {
    let desk = Desk::new();
    let traced = trace_while(&desk.module, desk.places(), |worker| {
        InitialiseProbe::new(worker).observe();
    });
    let traced = traced.unwrap();
    let text = traced.logs[0].masked(&Pseudonyms::new("key"));
    assert!(
        text.contains("C_Initialize") && text.contains("'serial#"),
        "{text}"
    );
    assert!(!text.contains("26000000"), "{text}");
}

/// What the run that is killed says when the switch is on.
const READY: &str = "TOMCHECK_TEST_READY";

#[test]
fn a_run_that_is_killed_leaves_the_switch_as_it_was() {
    let this = "a_run_that_is_killed_leaves_the_switch_as_it_was";
    let Some((desk, mut run)) = run_to_be_killed(this) else {
        return;
    };
    run.kill().unwrap();
    run.wait().unwrap();
    until(|| desk.configuration().as_deref() == Some(AS_SHIPPED));
    until(|| !desk.at("state/journal").exists());
    assert!(!restore_trace(&desk.places()).unwrap());
    assert_eq!(desk.configuration().as_deref(), Some(AS_SHIPPED));
}

#[test]
fn a_run_that_is_killed_with_its_keeper_is_put_right_at_the_next_start() {
    let this = "a_run_that_is_killed_with_its_keeper_is_put_right_at_the_next_start";
    let Some((desk, mut run)) = run_to_be_killed(this) else {
        return;
    };
    let all = children(run.id());
    assert_eq!(all.len(), 2, "keeper and worker");
    // none may see the others end
    for signal in ["-STOP", "-KILL"] {
        let numbers = all.iter().copied().chain([run.id()]);
        let numbers = numbers.map(|id| id.to_string());
        let kill = Command::new("kill").arg(signal).args(numbers).status();
        assert!(kill.unwrap().success());
    }
    run.wait().unwrap();
    let is_gone = |id: &u32| state(*id).is_none_or(|(state, _)| state == "Z");
    until(|| all.iter().all(is_gone));
    assert!(desk.is_on());
    assert!(restore_trace(&desk.places()).unwrap());
    assert_eq!(desk.configuration().as_deref(), Some(AS_SHIPPED));
    assert!(!desk.at("state/journal").exists());
}

/// A run of this test alone that has turned the switch on, and waits; none: this is that run.
fn run_to_be_killed(this: &str) -> Option<(Desk, Child)> {
    if let Some(folder) = std::env::var_os(READY) {
        let folder = PathBuf::from(folder);
        let module = folder.join("trace-in-C_Initialize.so");
        let _ = trace_while(&module, places(&folder), |_| {
            fs::write(folder.join("ready"), "").unwrap();
            std::thread::sleep(Duration::from_secs(60));
        });
        return None;
    }
    let desk = Desk::new();
    fs::write(desk.at("cps3_pkcs11.conf"), AS_SHIPPED).unwrap();
    let run = Command::new(std::env::current_exe().unwrap())
        .args(["--exact", this])
        .env(READY, desk.folder.path())
        .stdout(Stdio::null())
        .spawn()
        .unwrap();
    until(|| desk.at("ready").exists());
    assert!(desk.is_on());
    Some((desk, run))
}

fn children(parent: u32) -> Vec<u32> {
    let entries = fs::read_dir("/proc").unwrap().flatten();
    let ids = entries.filter_map(|entry| entry.file_name().to_str()?.parse().ok());
    ids.filter(|id| state(*id).is_some_and(|(_, above)| above == parent))
        .collect()
}

/// The state of a process, and its parent.
///
/// Source: `proc_pid_stat(5)`.
fn state(id: u32) -> Option<(String, u32)> {
    let text = fs::read_to_string(format!("/proc/{id}/stat")).ok()?;
    let mut fields = text.rsplit_once(") ")?.1.split(' ');
    Some((fields.next()?.to_owned(), fields.next()?.parse().ok()?))
}

fn until(is_so: impl Fn() -> bool) {
    let began = Instant::now();
    while !is_so() {
        assert!(began.elapsed() < Duration::from_secs(20), "never");
        std::thread::sleep(Duration::from_millis(10));
    }
}

#[test]
fn the_cryptolib_s_own_logs_come_out_and_name_nobody() {
    let Some(module) = cryptolib() else { return };
    isolated(|station| {
        let serial = format!("106{:05}", std::process::id() % 100_000);
        let _cached = CachedCard::new(&serial);
        let card = station.insert(Profile::Cps3, two_pairs().serial(&serial));
        let _card = card.unwrap();
        let logs = Path::new("/var/opt/santesocial/CPS/log");
        let count = || fs::read_dir(logs).map_or(0, Iterator::count);
        let before = count();
        let traced = trace(&module, TracePlaces::usual()).unwrap();
        assert!(traced.seen.token().is_some(), "{traced:?}");
        assert_eq!(traced.logs.len(), 2, "calls and card: {traced:?}");
        let text = masked(&traced);
        for said in ["C_GetSlotList", "Returned:  0 CKR_OK", "90 00", "00 A4"] {
            assert!(text.contains(said), "{said}");
        }
        assert!(!text.contains(&serial));
        if traced.way == TraceWay::Apart {
            assert_eq!(count(), before, "nobody else's folder was written to");
        }
    });
}
