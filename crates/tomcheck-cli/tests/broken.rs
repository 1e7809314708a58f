//! A run in which any single probe breaks off, hangs, or is refused what it asks of the system,
//! still ends with a report that says so.
//!
//! On the virtual workstation, where every probe of a whole diagnosis runs. Whoever hears of the
//! probes is called by each of them as it begins and ends: there one panics, or has the system
//! treat what asks on its behalf badly until it has ended. The kernel itself then refuses, or
//! never answers.
#![cfg(target_os = "linux")]
#![expect(
    clippy::panic,
    clippy::unwrap_used,
    reason = "a test ends at the first thing that is not as it should"
)]

use std::env;
use std::fs;
use std::path::PathBuf;
use std::process::{Command, Output, Stdio};
use std::sync::Mutex;
use std::time::{Duration, Instant};

use tomcheck::{
    GivenPin, Lang, Options, Pin, ProbeRecord, ProbeStatus, Progress, Report, Scope, Setting,
    Target, VerdictStatus, WorkerCommand, diagnose,
};
use tomcheck_testkit::{Bench, Scenario, Treatment, Warden};

/// What to do at which probe: `panic tls.handshake`.
const AT: &str = "TOMCHECK_TEST_BREAK_AT";
/// The file by which the warden is told what to do.
const ORDER: &str = "TOMCHECK_TEST_ORDER";
/// How long the whole of a diagnosis may take where something hangs.
const DEADLINE: Duration = Duration::from_secs(4);
/// And how much longer the report may take: what is under way is given up, and the module's worker
/// is ended.
const AFTERWARDS: Duration = Duration::from_secs(9);

/// What happens to the probe of this id.
struct Saboteur {
    deed: String,
    id: String,
    order: PathBuf,
    begun: Mutex<Vec<(&'static str, u32)>>,
}

impl Saboteur {
    /// Threads on which other probes are looked at: those of the other side, and its helpers.
    fn others(&self) -> Vec<String> {
        let own = thread();
        let begun = self.begun.lock().unwrap();
        // the browsers' files are read on a thread of their own, while the card is looked at
        let is_of_browsers = self.id.starts_with("browser.");
        let others = begun.iter().map(|(_, thread)| *thread);
        let others = others.filter(|thread| *thread != own);
        let others = others.chain(is_of_browsers.then_some(own));
        let is_of_network =
            ["network", "proxy", "tls"].contains(&self.id.split('.').next().unwrap());
        let helpers = match (is_of_network, is_of_browsers) {
            (true, _) => [OF_CARD, OF_BROWSERS].concat(),
            (_, true) => [OF_CARD, OF_NETWORK, &["tomcheck-apart"]].concat(),
            // who of both sides reads the file, reads it for both
            _ if self.id == "module.file" => OF_NETWORK.to_vec(),
            _ => [OF_NETWORK, OF_BROWSERS].concat(),
        };
        // a loader of libraries that hangs keeps every program from ending
        let libraries = (self.id == "reader.service").then_some(&".so");
        let helpers = helpers
            .iter()
            .chain(libraries)
            .map(|name| (*name).to_owned());
        others
            .map(|thread| thread.to_string())
            .chain(helpers)
            .collect()
    }
}

impl Progress for Saboteur {
    fn begins(&self, id: &'static str) {
        let others = self.others();
        self.begun.lock().unwrap().push((id, thread()));
        if id != self.id {
            return;
        }
        match &*self.deed {
            "panic" => panic!("as the test wants it"),
            "refuse" => Warden::begin(&self.order, Treatment::Refuse, &others).unwrap(),
            "hang" => Warden::begin(&self.order, Treatment::Hang, &others).unwrap(),
            _ => {}
        }
    }

    fn ends(&self, id: &'static str, _status: ProbeStatus) {
        if id == self.id {
            Warden::end(&self.order).unwrap();
        }
    }
}

/// What helps on the card's side, the worker process among it, on the browsers', and on the
/// network's.
const OF_CARD: &[&str] = &[
    "tomcheck",
    "tomcheck-reader",
    "tomcheck-start",
    "tomcheck-stores",
    "tomcheck-worker",
];
const OF_BROWSERS: &[&str] = &["tomcheck-browse"];
const OF_NETWORK: &[&str] = &["tokio-rt-worker", "tokio-runtime-w", "tomcheck-author"];

/// The number the kernel gave the calling thread.
fn thread() -> u32 {
    let own = fs::read_link("/proc/thread-self").unwrap();
    own.file_name().unwrap().to_str().unwrap().parse().unwrap()
}

/// What came of one diagnosis.
struct Ran {
    report: Report,
    begun: Vec<String>,
    took: Duration,
}

impl Ran {
    fn probe(&self, id: &str) -> &ProbeRecord {
        let mut probes = self.report.probes.iter();
        let found = probes.find(|probe| probe.id == id);
        found.unwrap_or_else(|| panic!("{id} has no line: {:#?}", self.report.probes))
    }
}

/// The card service is found by the environment, which is a whole process's: each run has its own.
fn run(bench: &Bench, deed: &str, id: &str) -> Ran {
    let folder = tempfile::tempdir().unwrap();
    let warden = Warden::build(folder.path()).unwrap();
    let command = &bench.command;
    let begun = Instant::now();
    let child = warden
        .command(&env::current_exe().unwrap())
        .args(["--ignored", "--exact", "inside", "--nocapture"])
        .envs(command.environment.iter().cloned())
        .env(AT, format!("{deed} {id}"))
        .env(ORDER, warden.order())
        .env("TOMCHECK_TEST_TARGET", &command.target)
        .env("TOMCHECK_TEST_CA", &command.ca_file)
        .env("TOMCHECK_TEST_MODULE", command.module.clone().unwrap())
        .env("TOMCHECK_TEST_PROXY", &command.proxy)
        .stdin(Stdio::null())
        .output()
        .unwrap();
    let took = begun.elapsed();
    let report = Report::from_json(line(&child, "report ").as_bytes());
    let report = report.unwrap_or_else(|error| panic!("{deed} {id}: {error}"));
    let said = line(&child, "begun ");
    let begun = said.split(' ').map(str::to_owned).collect();
    ends_as_the_verdict_says(&report, &format!("{deed} {id}"));
    Ran {
        report,
        begun,
        took,
    }
}

/// What follows this on a line of its standard output.
fn line(child: &Output, begin: &str) -> String {
    let said = String::from_utf8_lossy(&child.stdout).into_owned();
    let mut lines = said.lines().filter_map(|line| line.strip_prefix(begin));
    let found = lines.next().map(str::to_owned);
    let messages = String::from_utf8_lossy(&child.stderr);
    found.unwrap_or_else(|| panic!("no {begin}: {}\n{said}\n{messages}", child.status))
}

/// The program's exit status, of this report.
fn ends_as_the_verdict_says(report: &Report, what: &str) {
    let file = tempfile::NamedTempFile::new().unwrap();
    serde_json::to_writer(&file, report).unwrap();
    let judged = Command::new(env!("CARGO_BIN_EXE_tomcheck"))
        .args(["judge", "--json"])
        .arg(file.path())
        .output()
        .unwrap();
    let expected = match report.verdict.status {
        VerdictStatus::Ok | VerdictStatus::Warning => 0,
        VerdictStatus::Blocked => 1,
        _ => 2,
    };
    assert_eq!(judged.status.code(), Some(expected), "{what}");
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
    if deed == "hang" {
        options.deadline = DEADLINE;
    }
    let saboteur = Saboteur {
        deed: deed.to_owned(),
        id: id.to_owned(),
        order: given(ORDER).into(),
        begun: Mutex::default(),
    };
    let report = diagnose(&options, &saboteur).unwrap();
    let begun = saboteur.begun.lock().unwrap();
    let begun: Vec<_> = begun.iter().map(|(id, _)| *id).collect();
    println!(
        "\nreport {}\nbegun {}",
        serde_json::to_string(&report).unwrap(),
        begun.join(" ")
    );
}

fn probes(bench: &Bench) -> Vec<String> {
    let ran = run(bench, "none", "-");
    let mut begun = ran.begun;
    assert_eq!(
        ran.report.verdict.status,
        VerdictStatus::Ok,
        "{:#?}",
        ran.report
    );
    begun.sort();
    begun.dedup();
    assert!(begun.len() >= 15, "{begun:?}");
    begun
}

#[test]
fn whichever_probe_breaks_off_the_report_says_which_and_tells_all_the_others() {
    let bench = bench();
    for id in probes(&bench) {
        let ran = run(&bench, "panic", &id);
        let (report, probe) = (&ran.report, ran.probe(&id));
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

/// These open nothing and talk to nobody: they judge what others brought, or have nothing to try
/// where all goes well.
const ASK_NOTHING: &[&str] = &[
    "cert.authentication",
    "proxy.exceptions",
    "tls.differential",
];

#[test]
fn whichever_probe_hangs_the_report_comes_in_time_and_says_so() {
    each_tells("hang", &[], |ran| {
        let is_late = ran.took > DEADLINE + AFTERWARDS;
        is_late.then(|| format!("after {:?}", ran.took))
    });
}

#[test]
fn whichever_probe_is_refused_what_it_asks_for_the_report_says_so() {
    // the proxy that was asked for goes over every setting that cannot be read
    each_tells("refuse", &["proxy.sources"], |_| None);
}

fn each_tells(deed: &str, passed_over: &[&str], complaint: impl Fn(&Ran) -> Option<String>) {
    let bench = bench();
    let mut complaints = Vec::new();
    for id in probes(&bench) {
        let ran = run(&bench, deed, &id);
        let told = complaint(&ran)
            .into_iter()
            .chain(untold(&ran, &id, passed_over));
        complaints.extend(told.map(|what| format!("{id}: {what}")));
    }
    assert_eq!(complaints, [""; 0]);
}

/// The probe is not in order, and neither is all; whatever was not looked at has its reason.
fn untold(ran: &Ran, id: &str, passed_over: &[&str]) -> Vec<String> {
    let (probe, verdict) = (ran.probe(id), ran.report.verdict.status);
    let asks = !ASK_NOTHING.contains(&id) && !passed_over.contains(&id);
    let without_reason = ran.report.probes.iter().filter(|probe| {
        let has_why = probe.reason.is_some() || probe.blocked_by.is_some();
        let unseen = matches!(probe.status, ProbeStatus::Skipped | ProbeStatus::Blocked);
        unseen != has_why
    });
    let mut untold: Vec<_> = without_reason
        .map(|probe| format!("{} has no reason", probe.id))
        .collect();
    let mut codes = ran.report.findings.iter().map(|finding| &*finding.code);
    let told = match IN_PASSING.iter().find(|(passing, _)| *passing == id) {
        Some((_, code)) => codes.any(|it| it == *code),
        None => probe.status != ProbeStatus::Ok && verdict != VerdictStatus::Ok,
    };
    if told != asks && !SHARED.contains(&id) {
        untold.push(format!("{:?}, and all is {verdict:?}", probe.status));
    }
    untold
}

/// Examined once for the card's side and the browsers' side: whoever comes first, and it may be the
/// other one who is refused what it asks for.
const SHARED: &[&str] = &["module.file"];

/// What goes wrong and is in nobody's way: the proxy resolves the name.
const IN_PASSING: &[(&str, &str)] = &[("network.dns", "network.dns-failure")];

/// Both browsers were opened and have the card's module, so that there is something to be read.
fn bench() -> Bench {
    let bench = Scenario::named("healthy").unwrap().bench().unwrap();
    let module = bench.command.module.as_ref().unwrap().display().to_string();
    let modules = format!("{BUILTIN_MODULE}library={module}\nname=OpenSC\n\n");
    let home = bench.home();
    for (file, text) in [
        (".mozilla/firefox/profiles.ini", FIREFOX_PROFILES),
        (".mozilla/firefox/a.default/compatibility.ini", FIREFOX_USE),
        (".mozilla/firefox/a.default/pkcs11.txt", &modules),
        (".config/chromium/Local State", "{}"),
        (".pki/nssdb/pkcs11.txt", &modules),
    ] {
        let path = home.join(file);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }
    bench
}

/// As Firefox and NSS write them.
const FIREFOX_PROFILES: &str = "[Profile0]\nName=default\nIsRelative=1\nPath=a.default\n\n\
    [General]\nStartWithLastProfile=1\nVersion=2\n";
const FIREFOX_USE: &str = "[Compatibility]\nLastVersion=128.5.0_20241120144033/20241120144033\n\
    LastOSABI=Linux_x86_64-gcc3\nLastPlatformDir=/usr/lib/firefox-esr\n";
const BUILTIN_MODULE: &str = "library=\nname=NSS Internal PKCS #11 Module\n\
    NSS=Flags=internal,critical\n\n";
