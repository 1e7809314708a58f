//! A run in which any single probe breaks off, or takes all the time there is, still ends with a
//! report that says so.
//!
//! On the virtual workstation, where every probe of a whole diagnosis runs. Whoever hears of the
//! probes is called by each of them as it begins: there one panics, or waits.
#![cfg(target_os = "linux")]
#![expect(
    clippy::panic,
    clippy::unwrap_used,
    reason = "a test ends at the first thing that is not as it should"
)]

use std::env;
use std::process::{Command, Stdio};
use std::sync::Mutex;
use std::time::{Duration, Instant};

use tomcheck::{
    GivenPin, Lang, Options, Pin, ProbeStatus, Progress, Report, Scope, Setting, Target,
    VerdictStatus, WorkerCommand, diagnose,
};
use tomcheck_testkit::{Bench, Scenario};

/// What to do at which probe: `panic tls.handshake`.
const AT: &str = "TOMCHECK_TEST_BREAK_AT";

/// What happens to the probe of this id.
struct Saboteur {
    deed: &'static str,
    id: String,
    until: Instant,
    begun: Mutex<Vec<&'static str>>,
}

impl Progress for Saboteur {
    fn begins(&self, id: &'static str) {
        self.begun.lock().unwrap().push(id);
        if id != self.id {
            return;
        }
        match self.deed {
            "panic" => panic!("as the test wants it"),
            "wait" => std::thread::sleep(self.until.saturating_duration_since(Instant::now())),
            _ => {}
        }
    }

    fn ends(&self, _id: &'static str, _status: ProbeStatus) {}
}

/// The card service is found by the environment, which is a whole process's: each run has its own.
fn run(bench: &Bench, deed: &str, id: &str) -> (Report, Vec<String>) {
    let command = &bench.command;
    let child = Command::new(env::current_exe().unwrap())
        .args(["--ignored", "--exact", "inside", "--nocapture"])
        .envs(command.environment.iter().cloned())
        .env(AT, format!("{deed} {id}"))
        .env("TOMCHECK_TEST_TARGET", &command.target)
        .env("TOMCHECK_TEST_CA", &command.ca_file)
        .env("TOMCHECK_TEST_MODULE", command.module.clone().unwrap())
        .env("TOMCHECK_TEST_PROXY", &command.proxy)
        .stdin(Stdio::null())
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&child.stdout).into_owned();
    let line = |begin: &str| {
        let line = said.lines().find_map(|line| line.strip_prefix(begin));
        line.unwrap_or_else(|| {
            panic!(
                "{deed} {id}: {said}\n{}",
                String::from_utf8_lossy(&child.stderr)
            )
        })
    };
    let report = Report::from_json(line("report ").as_bytes()).unwrap();
    let begun = line("begun ").split(' ').map(str::to_owned).collect();
    (report, begun)
}

#[test]
#[ignore = "run by the other tests, in a process of its own"]
fn inside() {
    let given = |name: &str| env::var(name).unwrap();
    let deed = given(AT);
    let (deed, id) = deed.split_once(' ').unwrap();
    let target = Target::parse(&given("TOMCHECK_TEST_TARGET")).unwrap();
    let worker = WorkerCommand::of_program(env!("CARGO_BIN_EXE_tomcheck"));
    let mut options = Options::new(Scope::Check(target), worker);
    options.lang = Lang::En;
    options.ca_file = Some(given("TOMCHECK_TEST_CA").into());
    options.module = Some(given("TOMCHECK_TEST_MODULE").into());
    options.proxy = Some(Setting::parse(&given("TOMCHECK_TEST_PROXY")).unwrap());
    options.pin = Some(Box::new(GivenPin::new(
        Pin::parse(b"1234".to_vec()).unwrap(),
    )));
    if deed == "wait" {
        options.deadline = Duration::from_secs(2);
    }
    let saboteur = Saboteur {
        deed: if deed == "panic" {
            "panic"
        } else if deed == "wait" {
            "wait"
        } else {
            "none"
        },
        id: id.to_owned(),
        until: Instant::now() + options.deadline,
        begun: Mutex::default(),
    };
    let report = diagnose(&options, &saboteur).unwrap();
    let begun = saboteur.begun.lock().unwrap().join(" ");
    println!(
        "\nreport {}\nbegun {begun}",
        serde_json::to_string(&report).unwrap()
    );
}

fn probes(bench: &Bench) -> Vec<String> {
    let (report, mut begun) = run(bench, "none", "-");
    assert_eq!(report.verdict.status, VerdictStatus::Ok, "{report:#?}");
    begun.sort();
    begun.dedup();
    assert!(begun.len() >= 15, "{begun:?}");
    begun
}

#[test]
fn whichever_probe_breaks_off_the_report_says_which_and_tells_all_the_others() {
    let bench = Scenario::named("healthy").unwrap().bench().unwrap();
    for id in probes(&bench) {
        let (report, _) = run(&bench, "panic", &id);
        let probe = report.probes.iter().find(|probe| probe.id == *id);
        let probe = probe.unwrap_or_else(|| panic!("{id} has no line"));
        assert!(probe.could_not_look, "{id}: {probe:?}");
        assert!(
            probe.reason.as_ref().unwrap().contains("broke off"),
            "{id}: {probe:?}"
        );
        assert_eq!(report.verdict.status, VerdictStatus::Undetermined, "{id}");
        let others = report
            .probes
            .iter()
            .filter(|probe| probe.status == ProbeStatus::Ok);
        assert!(others.count() >= 5, "{id}: {:#?}", report.probes);
        let blocked = report
            .probes
            .iter()
            .filter_map(|probe| probe.blocked_by.as_deref());
        assert!(
            blocked.into_iter().all(|by| by == id),
            "{id}: {:#?}",
            report.probes
        );
    }
}

#[test]
fn whichever_probe_takes_all_the_time_the_report_comes_and_names_what_was_not_looked_at() {
    let bench = Scenario::named("healthy").unwrap().bench().unwrap();
    for id in probes(&bench) {
        let (report, _) = run(&bench, "wait", &id);
        assert!(
            report.probes.iter().any(|probe| probe.id == *id),
            "{id} has no line"
        );
        let is_open = report.probes.iter().any(|probe| probe.could_not_look);
        let is_told = report.verdict.status != VerdictStatus::Ok || !is_open;
        assert!(is_told, "{id}: {:?}", report.verdict);
        for probe in report.probes {
            let has_why = probe.reason.is_some() || probe.blocked_by.is_some();
            let unseen = matches!(probe.status, ProbeStatus::Skipped | ProbeStatus::Blocked);
            assert_eq!(unseen, has_why, "{id}: {probe:?}");
        }
    }
}
