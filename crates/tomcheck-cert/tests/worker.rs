//! Does the worker turn crashes, hangs and refusals into observations that name the call?
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a test fails by panicking"
)]
#![cfg(target_os = "linux")]

mod common;

use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use common::{codes, command, pin, started, worker};
use tomcheck_cert::{
    CallFailure, Crash, FinalTry, InitialiseProbe, InitialiseSeen, LoginProbe, LoginSeen,
    PrivateKeys, SignMechanism, TokenAnswer, TokenProbe, Worker, WorkerCommand, WorkerFailure,
};
use tomcheck_diagnosis::{Deadline, Lang, Observation, Probe};
use tomcheck_testkit::modules::{self, FaultyModule, ModuleFault};

fn impatient(module: &Path) -> Worker {
    Worker::start(&command(), module, Duration::from_millis(700)).unwrap()
}

fn initialise(module: &Path) -> InitialiseSeen {
    InitialiseProbe::new(&worker(module)).observe()
}

#[test]
fn a_crash_names_the_call_and_the_signal() {
    let folder = tempfile::tempdir().unwrap();
    for call in ["dlopen", "C_GetFunctionList", "C_Initialize", "C_GetInfo"] {
        let seen = initialise(&modules::crashing(folder.path(), call).unwrap());
        let crashed = InitialiseSeen::Crashed {
            call: call.to_owned(),
            how: Crash::Signal(11),
        };
        assert_eq!(seen, crashed);
        assert_eq!(codes(&seen), ["module.crashed"]);
        assert!(seen.findings()[0].title(Lang::Fr).contains(call));
    }
    let seen = initialise(&modules::aborting(folder.path(), "C_Initialize").unwrap());
    assert!(
        matches!(
            seen,
            InitialiseSeen::Crashed {
                how: Crash::Signal(6),
                ..
            }
        ),
        "{seen:?}"
    );
}

#[test]
fn a_hang_names_the_call_and_ends_at_the_deadline() {
    let folder = tempfile::tempdir().unwrap();
    let worker = impatient(&modules::hanging(folder.path(), "C_Initialize").unwrap());
    let began = Instant::now();
    let seen = InitialiseProbe::new(&worker).observe();
    assert!(began.elapsed() < Duration::from_secs(5));
    let InitialiseSeen::Hung { call, waited_ms } = &seen else {
        panic!("{seen:?}")
    };
    assert_eq!(call, "C_Initialize");
    assert!((700..5000).contains(waited_ms), "{waited_ms}");
    assert_eq!(codes(&seen), ["module.hung"]);
    assert!(
        is_gone(worker.id()),
        "the process that hung was killed and reaped"
    );
}

#[test]
fn a_crash_or_a_hang_later_on_names_its_call_too() {
    let folder = tempfile::tempdir().unwrap();
    for call in [
        "C_GetSlotList",
        "C_GetTokenInfo",
        "C_OpenSession",
        "C_FindObjectsInit",
    ] {
        let worker = started(&modules::crashing(folder.path(), call).unwrap());
        let seen = TokenProbe::new(&worker, None).observe();
        let how = Crash::Signal(11);
        let crashed = CallFailure::Crashed {
            call: call.to_owned(),
            how,
        };
        assert_eq!(seen.token, TokenAnswer::Failed(crashed.clone()));
        assert_eq!(codes(&seen), ["module.crashed"]);
        // whoever asks again is told what happened, at once
        let again = TokenProbe::new(&worker, None).observe();
        assert_eq!(again.token, TokenAnswer::Failed(crashed));
    }
}

#[test]
fn a_signature_that_never_comes_is_a_hang_in_c_sign() {
    let folder = tempfile::tempdir().unwrap();
    let worker = impatient(&modules::hanging(folder.path(), "C_Sign").unwrap());
    InitialiseProbe::new(&worker).observe();
    let token = common::token_of(&worker);
    let login = LoginProbe::new(&worker, &token, pin("1234"), FinalTry::Refuse).observe();
    let LoginSeen::LoggedIn {
        keys: PrivateKeys::Listed(keys),
        ..
    } = login
    else {
        panic!("{login:?}")
    };
    let failure = worker
        .sign(token.slot, &keys[0].id, SignMechanism::RsaPkcs, b"digest")
        .unwrap_err();
    assert_eq!(failure.call(), Some("C_Sign"), "{failure}");
    assert!(matches!(failure, CallFailure::Hung { .. }));
}

#[test]
fn all_questions_together_end_at_the_deadline() {
    let folder = tempfile::tempdir().unwrap();
    let module = modules::hanging(folder.path(), "C_FindObjectsInit").unwrap();
    let worker = worker(&module).with_deadline(Deadline::after(Duration::from_secs(3)));
    let began = Instant::now();
    let seen = InitialiseProbe::new(&worker).observe();
    assert!(matches!(seen, InitialiseSeen::Ready { .. }), "{seen:?}");
    let seen = TokenProbe::new(&worker, None).observe();
    // three of the twenty seconds a call may take: nothing to reproach the module with
    assert_eq!(seen.token, TokenAnswer::Failed(CallFailure::OutOfTime));
    assert_eq!(codes(&seen), Vec::<&str>::new());
    let signed = worker.sign(0, &[1], SignMechanism::RsaPkcs, b"x");
    assert_eq!(signed, Err(CallFailure::OutOfTime));
    drop(worker);
    assert!(began.elapsed() < Duration::from_secs(8));
}

#[test]
fn a_worker_out_of_time_asks_nothing_more_but_leaves_the_module_in_order() {
    let folder = tempfile::tempdir().unwrap();
    let sound = FaultyModule::new(ModuleFault::None, "C_Sign")
        .build(folder.path())
        .unwrap();
    let worker = started(&sound).with_deadline(Deadline::after(Duration::ZERO));
    let seen = InitialiseProbe::new(&worker).observe();
    assert_eq!((codes(&seen), seen), (vec![], InitialiseSeen::OutOfTime));
    let id = worker.id();
    assert!(!is_gone(id), "it was not killed");
    drop(worker);
    assert!(is_gone(id));
}

#[test]
fn what_the_loader_refuses_is_kept_and_the_missing_library_named() {
    let folder = tempfile::tempdir().unwrap();
    let seen = initialise(&modules::missing_dependency(folder.path()).unwrap());
    assert_eq!(codes(&seen), ["module.dependency-missing"]);
    let finding = &seen.findings()[0];
    assert!(finding.title(Lang::Fr).contains("libtomcheck-absent.so"));
    let said = finding
        .evidence
        .iter()
        .find(|evidence| evidence.key == "dlopen")
        .unwrap();
    assert!(
        said.render(Lang::En).contains("libtomcheck-absent.so"),
        "{said:?}"
    );
}

#[test]
fn a_worker_whose_time_was_up_answers_when_it_is_given_more() {
    let folder = tempfile::tempdir().unwrap();
    let sound = FaultyModule::new(ModuleFault::None, "C_Sign")
        .build(folder.path())
        .unwrap();
    let worker = started(&sound).with_deadline(Deadline::after(Duration::ZERO));
    assert_eq!(worker.ping(), Err(CallFailure::OutOfTime));
    worker.set_deadline(Deadline::after(Duration::from_secs(20)));
    worker.ping().unwrap();
}

#[test]
fn a_worker_killed_from_outside_is_no_fault_of_the_module() {
    let folder = tempfile::tempdir().unwrap();
    let sound = FaultyModule::new(ModuleFault::None, "C_Sign")
        .build(folder.path())
        .unwrap();
    let worker = started(&sound);
    kill(worker.id());
    let seen = TokenProbe::new(&worker, None).observe();
    assert!(
        matches!(
            seen.token,
            TokenAnswer::Failed(CallFailure::WorkerLost { .. })
        ),
        "{seen:?}"
    );
    assert_eq!(codes(&seen), ["module.worker-lost"]);
}

#[test]
fn a_worker_leaves_nothing_behind() {
    let folder = tempfile::tempdir().unwrap();
    let sound = FaultyModule::new(ModuleFault::None, "C_Sign")
        .build(folder.path())
        .unwrap();
    let worker = started(&sound);
    let id = worker.id();
    assert!(Path::new(&format!("/proc/{id}")).exists());
    drop(worker);
    assert!(is_gone(id), "neither a process nor a zombie");
    let hanging = started(&modules::hanging(folder.path(), "C_Finalize").unwrap());
    let (id, began) = (hanging.id(), Instant::now());
    drop(hanging);
    assert!(is_gone(id) && began.elapsed() < Duration::from_secs(10));
}

#[test]
fn a_worker_ends_when_its_parent_does_even_within_a_call() {
    let folder = tempfile::tempdir().unwrap();
    let hanging = modules::hanging(folder.path(), "C_Initialize").unwrap();
    let path = hanging.to_str().unwrap();
    for frames in [&[][..], &["\"load\"", path, "\"initialise\""]] {
        let mut child = Command::new(env!("CARGO_BIN_EXE_tomcheck-worker"))
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut parent = child.stdin.take().unwrap();
        for frame in frames {
            let length = u32::try_from(frame.len()).unwrap();
            parent.write_all(&length.to_be_bytes()).unwrap();
            parent.write_all(frame.as_bytes()).unwrap();
        }
        drop(parent);
        let began = Instant::now();
        while child.try_wait().unwrap().is_none() {
            assert!(began.elapsed() < Duration::from_secs(10), "it lives on");
            std::thread::sleep(Duration::from_millis(5));
        }
    }
}

#[test]
fn the_worker_has_no_more_environment_than_its_job_needs() {
    for (name, _) in environment(&command()) {
        let of_the_shell = ["PWD", "SHLVL", "_", "OLDPWD"];
        let is_wanted = WANTED.contains(&name.as_str());
        assert!(is_wanted || of_the_shell.contains(&name.as_str()), "{name}");
    }
}

/// As PC/SC and the modules document them.
const WANTED: [&str; 10] = [
    "HOME",
    "LANG",
    "LD_LIBRARY_PATH",
    "DYLD_LIBRARY_PATH",
    "OPENSC_CONF",
    "PCSCLITE_CSOCK_NAME",
    "SOFTHSM2_CONF",
    "TMPDIR",
    "XDG_CACHE_HOME",
    "XDG_CONFIG_HOME",
];

/// What a worker is started with. It lets nobody look for itself.
fn environment(command: &WorkerCommand) -> Vec<(String, String)> {
    let folder = tempfile::tempdir().unwrap();
    let seen = folder.path().join("environment");
    let script = format!("env -0 > '{}'; exec \"$@\"", seen.display());
    let arguments = ["-c", &script, "sh", command.program.to_str().unwrap()];
    let told = WorkerCommand {
        program: "/bin/sh".into(),
        arguments: arguments
            .map(Into::into)
            .into_iter()
            .chain(command.arguments.clone())
            .collect(),
        variables: command.variables.clone(),
    };
    Worker::start(&told, Path::new("/x.so"), Duration::from_secs(9)).unwrap();
    let text = std::fs::read_to_string(seen).unwrap();
    let entries = text.split_terminator('\0');
    let pairs = entries.filter_map(|entry| entry.split_once('='));
    pairs
        .map(|(name, value)| (name.to_owned(), value.to_owned()))
        .collect()
}

#[test]
fn a_spy_in_the_environment_does_not_reach_the_worker_unless_it_is_named() {
    const OPEN: &str = "TOMCHECK_TEST_SPIED";
    const SPY: [&str; 3] = ["PKCS11SPY", "PKCS11SPY_OUTPUT", "OPENSC_DEBUG"];
    let this = "a_spy_in_the_environment_does_not_reach_the_worker_unless_it_is_named";
    if std::env::var_os(OPEN).is_none() {
        // the variables are set for another run of this test alone
        let again = Command::new(std::env::current_exe().unwrap())
            .args(["--exact", this])
            .env(OPEN, "1")
            .envs(SPY.map(|name| (name, "/nowhere")))
            .status();
        assert!(again.unwrap().success());
        return;
    }
    let passed = |command: &WorkerCommand| {
        let environment = environment(command);
        SPY.map(|name| environment.iter().any(|(passed, _)| passed == name))
    };
    assert_eq!(passed(&command()), [false; 3]);
    assert_eq!(passed(&command().passing(&SPY)), [true; 3]);
}

#[test]
fn a_program_that_is_no_worker_is_refused_with_its_name() {
    let program = |path: &str| WorkerCommand::of_program(PathBuf::from(path));
    let start = |path| Worker::start(&program(path), Path::new("/x.so"), Duration::from_secs(1));
    let error = start("/bin/true").unwrap_err();
    assert!(matches!(error, WorkerFailure::NoWorker { .. }), "{error}");
    assert!(
        error.to_string().starts_with("/bin/true is no worker"),
        "{error}"
    );
    let error = start("/nowhere/worker").unwrap_err();
    assert!(matches!(error, WorkerFailure::Start { .. }), "{error}");
    // echo prints what a promise of 1.8 GB looks like
    let error = start("/bin/echo").unwrap_err();
    assert!(matches!(error, WorkerFailure::NoWorker { .. }), "{error}");
}

fn is_gone(id: u32) -> bool {
    !Path::new(&format!("/proc/{id}")).exists()
}

fn kill(id: u32) {
    let status = Command::new("kill")
        .args(["-KILL", &id.to_string()])
        .status()
        .unwrap();
    assert!(status.success());
}
