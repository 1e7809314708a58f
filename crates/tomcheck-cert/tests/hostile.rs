//! Can a module do anything to us, whatever it does in whichever call?
//!
//! Every misdeed in every call, by a module that does it: tomcheck answers in time, names the
//! call, and leaves no process behind.
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "a test fails by panicking"
)]
#![cfg(target_os = "linux")]

mod common;

use std::sync::Mutex;
use std::time::{Duration, Instant};

use common::{codes, command, identity, pin};
use tomcheck_cert::{
    FinalTry, InitialiseProbe, InitialiseSeen, LoginProbe, SignMechanism, TokenProbe,
    WORKER_ARGUMENT, Worker, WorkerCommand,
};
use tomcheck_diagnosis::{Finding, Lang, Observation, Probe};
use tomcheck_testkit::{Purpose, modules::HostileModules};

/// Every call that a diagnosis makes, in its order.
const CALLS: [&str; 18] = [
    "dlopen",
    "C_GetFunctionList",
    "C_Initialize",
    "C_GetInfo",
    "C_GetSlotList",
    "C_GetSlotInfo",
    "C_GetTokenInfo",
    "C_OpenSession",
    "C_GetMechanismList",
    "C_FindObjectsInit",
    "C_FindObjects",
    "C_FindObjectsFinal",
    "C_GetAttributeValue",
    "C_CloseSession",
    "C_Login",
    "C_SignInit",
    "C_Sign",
    "C_Finalize",
];

/// What the module does, and the code of the finding it must come to.
const DEEDS: [(&str, &[&str]); 10] = [
    ("crash", &["module.crashed"]),
    ("abort", &["module.crashed"]),
    ("exit", &["module.crashed"]),
    ("overflow", &["module.crashed"]),
    ("close", &["module.crashed"]),
    ("fork-and-crash", &["module.crashed"]),
    ("hang", &["module.hung"]),
    ("stop", &["module.hung"]),
    ("spin", &["module.hung"]),
    // the worker may notice that its line is closed, and end
    ("close-and-hang", &["module.hung", "module.crashed"]),
];

/// What the module does, in which call, and the code of the finding that names it.
const LIES: [(&str, &str); 8] = [
    ("huge", "C_GetSlotList"),
    ("many", "C_GetSlotList"),
    ("huge", "C_GetMechanismList"),
    ("many", "C_GetMechanismList"),
    ("huge", "C_FindObjects"),
    ("many", "C_FindObjects"),
    ("huge", "C_GetAttributeValue"),
    ("longer", "C_GetAttributeValue"),
];

#[test]
fn every_misdeed_in_every_call_is_told_with_the_call() {
    let bench = Bench::new();
    let all = CALLS
        .iter()
        .flat_map(|call| DEEDS.map(|deed| (deed, *call)));
    // it would leave no processor to the others
    let all = all.filter(|((deed, _), call)| *deed != "spin" || call.ends_with("e"));
    bench.each(all.collect(), |((deed, codes), call)| {
        let told = bench.diagnose(deed, call);
        is_told(&told, codes, deed, call);
    });
}

#[test]
fn a_module_that_takes_memory_without_end_is_ended_by_the_system() {
    let bench = Bench::new();
    for call in ["C_Initialize", "C_Sign"] {
        let module = bench.modules.lock().unwrap().that("eat", call).unwrap();
        let told = bench.drive(common::worker(&module)).0;
        is_told(&told, &["module.crashed"], "eat", call);
    }
}

fn is_told(told: &[Finding], codes: &[&str], deed: &str, call: &str) {
    let [.., last] = told else {
        panic!("{deed} in {call}: nothing")
    };
    let code = last.kind.code;
    assert!(codes.contains(&code), "{deed} in {call}: {code}");
    let named = last.evidence.iter().find(|it| it.key == "call");
    assert_eq!(named.unwrap().render(Lang::En), call, "{deed} in {call}");
}

#[test]
fn an_answer_that_cannot_be_is_told_with_the_call() {
    let bench = Bench::new();
    bench.each(LIES.to_vec(), |(lie, call)| {
        let told = bench.diagnose(lie, call);
        assert_eq!(
            told[0].kind.code, "module.answer-impossible",
            "{lie} in {call}: {told:?}"
        );
        let title = told[0].title(Lang::Fr);
        assert!(title.contains(call), "{title}");
    });
    let signed = bench.signature("huge", "C_Sign");
    assert!(signed.contains("C_Sign: announces 4294967296"), "{signed}");
}

#[test]
fn what_is_no_more_than_bad_manners_is_no_fault_of_the_module() {
    let bench = Bench::new();
    let deeds = ["none", "print", "fork", "open"];
    let all = CALLS
        .iter()
        .flat_map(|call| deeds.map(|deed| (deed, *call)));
    bench.each(all.collect(), |(deed, call)| {
        let told = bench.diagnose(deed, call);
        let codes: Vec<_> = told.iter().map(|finding| finding.kind.code).collect();
        assert_eq!(codes, Vec::<&str>::new(), "{deed} in {call}");
    });
}

#[test]
fn garbage_is_read_as_what_it_is() {
    let bench = Bench::new();
    let garbage = [
        "C_GetInfo",
        "C_GetSlotInfo",
        "C_GetTokenInfo",
        "C_GetAttributeValue",
    ];
    let lies = [
        ("unavailable", "C_GetAttributeValue"),
        ("shorter", "C_GetAttributeValue"),
        ("shifting", "C_GetSlotList"),
    ];
    let all = garbage
        .map(|call| ("garbage", call))
        .into_iter()
        .chain(lies);
    bench.each(all.collect(), |(lie, call)| {
        // whatever it is taken for, no worker is lost over it
        let told = bench.diagnose(lie, call);
        let lost = ["module.worker-lost", "module.crashed", "module.hung"];
        for finding in &told {
            assert!(
                !lost.contains(&finding.kind.code),
                "{lie} in {call}: {told:?}"
            );
        }
    });
}

#[test]
fn a_worker_that_crashed_can_be_started_again() {
    let bench = Bench::new();
    let worker = bench.worker("crash", "C_GetSlotList");
    InitialiseProbe::new(&worker).observe();
    assert_eq!(
        codes(&TokenProbe::new(&worker, None).observe()),
        ["module.crashed"]
    );
    let dead = worker.id();
    worker.restart().unwrap();
    assert_ne!(worker.id(), dead);
    let seen = InitialiseProbe::new(&worker).observe();
    assert_eq!(codes(&seen), Vec::<&str>::new());
    assert_eq!(
        codes(&TokenProbe::new(&worker, None).observe()),
        ["module.crashed"]
    );
}

#[test]
fn the_worker_is_held_to_limits_and_inherits_no_file() {
    use std::os::fd::AsRawFd;
    let bench = Bench::new();
    let held = std::fs::File::open("/etc/hostname").unwrap();
    let shared = rustix::io::dup(&held).unwrap();
    rustix::io::fcntl_setfd(&shared, rustix::io::FdFlags::empty()).unwrap();
    let worker = bench.worker("none", "C_Sign");
    let limits = std::fs::read_to_string(format!("/proc/{}/limits", worker.id())).unwrap();
    for (name, most) in [
        ("Max core file size", "0"),
        ("Max data size", "536870912"),
        ("Max open files", "256"),
    ] {
        let line = limits.lines().find(|line| line.starts_with(name)).unwrap();
        assert_eq!(line[name.len()..].split_whitespace().next(), Some(most));
    }
    // looked at by what becomes the worker: that one lets nobody look
    let seen = bench.folder.path().join("seen");
    let shared = shared.as_raw_fd();
    let script = format!(
        "for one in 0 {shared}; do readlink /proc/$$/fd/$one; done > '{}'; exec \"$@\"",
        seen.display()
    );
    let worker = command().program;
    let arguments = [
        "-c",
        &script,
        "sh",
        worker.to_str().unwrap(),
        WORKER_ARGUMENT,
    ];
    let command = WorkerCommand {
        program: "/bin/sh".into(),
        arguments: arguments.map(Into::into).into(),
        variables: vec![],
    };
    Worker::start(&command, std::path::Path::new("/x.so"), PER_CALL).unwrap();
    let seen = std::fs::read_to_string(seen).unwrap();
    assert!(
        seen.starts_with("pipe:") && !seen.contains("hostname"),
        "{seen}"
    );
}

/// It crashes where another process of this account could read what it holds.
#[test]
fn nobody_may_read_the_memory_of_the_worker_from_its_start() {
    let bench = Bench::new();
    let worker = bench.worker("readable", "C_Initialize");
    let seen = InitialiseProbe::new(&worker).observe();
    assert!(matches!(seen, InitialiseSeen::Ready { .. }), "{seen:?}");
}

/// The modules, and who drives them.
struct Bench {
    modules: Mutex<HostileModules>,
    folder: tempfile::TempDir,
}

impl Bench {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let holder = identity(Purpose::Authentication);
        let modules = HostileModules::build(folder.path(), holder.certificate_der()).unwrap();
        let modules = Mutex::new(modules);
        Self { modules, folder }
    }

    /// Some at a time: most of them only wait.
    fn each<T: Copy + Send>(&self, all: Vec<T>, test: impl Fn(T) + Sync) {
        let left = Mutex::new(all);
        let take = || left.lock().unwrap().pop();
        std::thread::scope(|scope| {
            for _ in 0..AT_ONCE {
                scope.spawn(|| {
                    while let Some(one) = take() {
                        test(one);
                    }
                });
            }
        });
        let name = self.folder.path().to_str().unwrap();
        assert_eq!(left_behind(name), Vec::<String>::new());
    }

    fn worker(&self, deed: &str, call: &str) -> Worker {
        let module = self.modules.lock().unwrap().that(deed, call).unwrap();
        Worker::start(&command(), &module, PER_CALL).unwrap()
    }

    /// All that is found, from loading to the end, within the time there is.
    fn diagnose(&self, deed: &str, call: &str) -> Vec<Finding> {
        let began = Instant::now();
        let (told, _) = self.drive(self.worker(deed, call));
        let took = began.elapsed();
        assert!(took < PER_CALL * 12, "{deed} in {call}: {took:?}");
        told
    }

    fn signature(&self, deed: &str, call: &str) -> String {
        self.drive(self.worker(deed, call)).1
    }

    /// The findings, and what came of signing: this module signs nothing.
    fn drive(&self, worker: Worker) -> (Vec<Finding>, String) {
        let mut told = InitialiseProbe::new(&worker).observe().findings();
        let mut signed = String::new();
        let seen = TokenProbe::new(&worker, None).observe();
        if told.is_empty() {
            told = seen.findings();
        }
        if let Some(token) = seen.token() {
            let login = LoginProbe::new(&worker, token, pin("1234"), FinalTry::Refuse).observe();
            told.extend(login.findings());
            let failure = worker.sign(token.slot, &[1], SignMechanism::RsaPkcs, b"x");
            let failure = failure.unwrap_err();
            signed = failure.to_string();
            told.extend(failure.finding().filter(|_| told.is_empty()));
        }
        if let Err(failure) = worker.finish() {
            told.extend(failure.finding().filter(|_| told.is_empty()));
        }
        (told, signed)
    }
}

/// Processes of the module that live on.
fn left_behind(folder: &str) -> Vec<String> {
    let processes = std::fs::read_dir("/proc").unwrap().flatten();
    let holds = |entry: &std::fs::DirEntry| {
        let maps = std::fs::read_to_string(entry.path().join("maps"));
        maps.is_ok_and(|maps| maps.contains(folder))
    };
    let held = processes.filter(holds);
    held.map(|entry| entry.path().display().to_string())
        .collect()
}

const AT_ONCE: usize = 8;
/// The machine may be busy.
const PER_CALL: Duration = Duration::from_millis(1500);
