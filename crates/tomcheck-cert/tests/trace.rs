//! Does the module's own log come out, masked, with nothing left behind?
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "a test fails by panicking"
)]
#![cfg(target_os = "linux")]

mod common;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use common::{command, identity, two_pairs};
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
    let command = command();
    let what = ModuleTrace {
        command: &command,
        module,
        per_call: PER_CALL,
        places,
    };
    trace_module(&what, use_it)
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

#[test]
fn where_the_switch_may_not_be_written_nothing_is_changed() {
    let desk = Desk::new();
    let conf = desk.at("cps3_pkcs11.conf");
    fs::create_dir(&conf).unwrap();
    let failure = trace(&desk.module, desk.places()).unwrap_err();
    assert_eq!(failure.to_string(), "cannot turn on the trace");
    assert!(conf.is_dir() && !desk.at("state/journal").exists());
}

/// What the run that is killed says when the switch is on.
const READY: &str = "TOMCHECK_TEST_READY";

#[test]
fn a_run_that_is_killed_leaves_the_switch_as_it_was() {
    let this = "a_run_that_is_killed_leaves_the_switch_as_it_was";
    if let Some(folder) = std::env::var_os(READY) {
        // the run that will be killed
        let folder = PathBuf::from(folder);
        let command = command();
        let module = folder.join("trace-in-C_Initialize.so");
        let what = ModuleTrace {
            command: &command,
            module: &module,
            per_call: PER_CALL,
            places: places(&folder),
        };
        let _ = trace_module(&what, |_| {
            fs::write(folder.join("ready"), "").unwrap();
            std::thread::sleep(Duration::from_secs(60));
        });
        return;
    }
    let desk = Desk::new();
    fs::write(desk.at("cps3_pkcs11.conf"), AS_SHIPPED).unwrap();
    let mut run = Command::new(std::env::current_exe().unwrap())
        .args(["--exact", this])
        .env(READY, desk.folder.path())
        .stdout(Stdio::null())
        .spawn()
        .unwrap();
    until(|| desk.at("ready").exists());
    assert!(desk.configuration().unwrap().contains("active = true"));
    run.kill().unwrap();
    run.wait().unwrap();
    until(|| desk.configuration().as_deref() == Some(AS_SHIPPED));
    until(|| !desk.at("state/journal").exists());
    restore_trace(&desk.places()).unwrap();
    assert_eq!(desk.configuration().as_deref(), Some(AS_SHIPPED));
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
