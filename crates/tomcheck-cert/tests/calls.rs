//! How many calls into the module does a question take?
//!
//! Counted by OpenSC's `pkcs11-spy.so` over SoftHSM, as they are made.
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "a test fails by panicking"
)]
#![cfg(target_os = "linux")]

mod common;

use std::ffi::OsString;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use common::identity;
use tomcheck_cert::{
    Certificates, InitialiseProbe, InitialiseSeen, ListingProbe, ListingSeen, TokenProbe,
    WORKER_ARGUMENT, Worker, WorkerCommand,
};
use tomcheck_diagnosis::Probe;
use tomcheck_testkit::{Purpose, Workstation, isolated};

#[test]
fn two_slots_and_two_certificates_are_listed_by_fifteen_calls() {
    isolated(|station| {
        let token = Token::new(&station);
        let calls = token.spied(&station, |worker| {
            let ListingSeen::Slots(slots) = ListingProbe::new(worker).observe() else {
                panic!("not listed")
            };
            let [one, blank] = slots.as_slice() else {
                panic!("{slots:?}")
            };
            let Certificates::Read(certificates) = &one.certificates else {
                panic!("{one:?}")
            };
            assert_eq!(certificates.len(), 2);
            assert_eq!(blank.certificates, Certificates::NoCard);
        });
        assert_eq!(calls.len(), 15, "{calls:?}");
        let tool = token.tool_calls(&station);
        assert!(
            calls.len() * 2 < tool.len(),
            "pkcs11-tool -O: {}",
            tool.len()
        );
    });
}

#[test]
fn the_token_with_its_keys_and_mechanisms_takes_four_more() {
    isolated(|station| {
        let token = Token::new(&station);
        let calls = token.spied(&station, |worker| {
            let seen = TokenProbe::new(worker, None).observe();
            assert_eq!(seen.token().unwrap().certificates.len(), 2);
        });
        assert_eq!(calls.len(), 19, "{calls:?}");
    });
}

/// A token with two certificates, and the slot SoftHSM always adds.
struct Token {
    module: PathBuf,
    spy: PathBuf,
}

impl Token {
    fn new(station: &Workstation) -> Self {
        let module = first(&[
            "/usr/lib/softhsm/libsofthsm2.so",
            "/usr/lib64/pkcs11/libsofthsm2.so",
        ]);
        let spy = first(&[
            "/usr/lib/x86_64-linux-gnu/pkcs11-spy.so",
            "/usr/lib/aarch64-linux-gnu/pkcs11-spy.so",
            "/usr/lib64/pkcs11-spy.so",
        ]);
        let init = "--init-token --free --label TEST --pin 1234 --so-pin 123456";
        run(Command::new("softhsm2-util").args(init.split(' ')));
        for (id, purpose) in [("01", Purpose::Authentication), ("02", Purpose::Signature)] {
            let file = station.directory().join(id);
            fs::write(&file, identity(purpose).certificate_der()).unwrap();
            let write = format!("--login --pin 1234 --id {id} --label TEST --type cert");
            let mut command = Command::new("pkcs11-tool");
            command.arg("--module").arg(&module).args(write.split(' '));
            run(command.arg("--write-object").arg(file));
        }
        Self { module, spy }
    }

    /// The calls that `ask` takes, with those that start and end the module.
    fn spied(&self, station: &Workstation, ask: impl FnOnce(&Worker)) -> Vec<String> {
        let log = station.directory().join("calls.log");
        let settings = [("PKCS11SPY", &self.module), ("PKCS11SPY_OUTPUT", &log)];
        let settings = settings.map(|(name, value)| {
            let mut setting = OsString::from(name);
            setting.push("=");
            setting.push(value);
            setting
        });
        let worker = [env!("CARGO_BIN_EXE_tomcheck-worker"), WORKER_ARGUMENT];
        let command = WorkerCommand {
            program: "/usr/bin/env".into(),
            arguments: settings
                .into_iter()
                .chain(worker.map(OsString::from))
                .collect(),
            variables: vec![],
        };
        let worker = Worker::start(&command, &self.spy, Duration::from_secs(20)).unwrap();
        let seen = InitialiseProbe::new(&worker).observe();
        assert!(matches!(seen, InitialiseSeen::Ready { .. }), "{seen:?}");
        ask(&worker);
        worker.finish().unwrap();
        calls_in(&log)
    }

    fn tool_calls(&self, station: &Workstation) -> Vec<String> {
        let log = station.directory().join("tool.log");
        run(Command::new("pkcs11-tool")
            .arg("--module")
            .arg(&self.spy)
            .arg("-O")
            .env("PKCS11SPY", &self.module)
            .env("PKCS11SPY_OUTPUT", &log));
        calls_in(&log)
    }
}

/// The log has a line `12: C_Sign` for each call.
fn calls_in(log: &Path) -> Vec<String> {
    let log = fs::read_to_string(log).unwrap();
    let calls = log.lines().filter_map(|line| line.split_once(": C_"));
    let is_number = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    let calls = calls.filter(|(number, _)| is_number(number));
    calls.map(|(_, call)| format!("C_{call}")).collect()
}

fn first(places: &[&str]) -> PathBuf {
    let found = places.iter().map(PathBuf::from).find(|path| path.exists());
    found.unwrap_or_else(|| panic!("install softhsm2 and opensc-pkcs11: {places:?}"))
}

fn run(command: &mut Command) {
    let output = command.output().unwrap();
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(output.status.success(), "{command:?}: {said}");
}
