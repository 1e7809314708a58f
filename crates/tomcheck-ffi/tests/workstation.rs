//! Does C get from the virtual workstation what the command gets, under everybody's eyes?
#![cfg(target_os = "linux")]
#![expect(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test ends at the first thing that is not as it should"
)]

mod common;

use std::io::{BufRead, BufReader, Write};
use std::process::{Child, ChildStdin, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::time::{Duration, Instant};

use common::{
    Under, Watcher, all_have_their_turn, arguments, environment, example, program, told, turns,
    worker,
};
use tomcheck_testkit::{Bench, Scenario, Shape, Shaper};

/// The healthy one, then ten faults from the reader to the handshake.
const CODES: [&str; 11] = [
    "healthy",
    "card.absent",
    "reader.service-stopped",
    "card.mute",
    "module.crashed",
    "module.not-installed",
    "token.pin-incorrect",
    "cert.expired",
    "network.refused",
    "proxy.authentication-required",
    "tls.certificate-rejected",
];

fn bench(code: &str) -> Bench {
    let scenario = Scenario::named(code).unwrap_or_else(|| panic!("no scenario {code}"));
    scenario.bench().unwrap()
}

fn diagnosed(under: Under, bench: &Bench, threads: &str, rounds: &str) -> String {
    let built = under.build(&program("scenario.c"));
    let output = built
        .command(90)
        .args(arguments(bench))
        .args([&*bench.command.pin, threads, rounds])
        .envs(environment(bench))
        .env("TOMCHECK_TEST_APART", apart(under))
        .output()
        .unwrap();
    told(&output)
}

/// Valgrind lets one thread run at a time: where eight diagnoses begin in the same instant, the
/// card service has not its turn within the seconds it is given. They go on for half a minute.
fn apart(under: Under) -> &'static str {
    match under.watcher {
        Watcher::Valgrind => "2",
        _ => "0",
    }
}

fn each_is_told(codes: &[&str]) {
    for under in turns() {
        for code in codes {
            let cause = if *code == "healthy" { "none" } else { code };
            let said = diagnosed(under, &bench(code), "1", "1");
            assert_eq!(said.trim(), cause, "{under:?}");
        }
    }
}

#[test]
fn the_healthy_workstation_and_two_faults_are_told() {
    each_is_told(&CODES[..3]);
}

#[test]
fn eight_more_faults_are_told() {
    if all_have_their_turn() {
        each_is_told(&CODES[3..]);
    }
}

#[test]
fn the_examples_find_a_healthy_workstation_in_order() {
    let bench = bench("healthy");
    for name in ["c/diagnose.c", "cpp/diagnose.cpp"] {
        let output = Under::plain()
            .build(&example(name))
            .command(60)
            .args(arguments(&bench))
            .envs(environment(&bench))
            .output()
            .unwrap();
        let text = told(&output);
        assert!(text.starts_with("root cause: none\n"), "{text}");
    }
}

/// Without the code porteur, which eight at once would present eight times.
#[test]
fn eight_threads_diagnose_at_once() {
    for under in turns() {
        let rounds = if under.watcher == Watcher::Valgrind {
            "1"
        } else {
            "2"
        };
        let said = diagnosed(under, &bench("healthy"), "8", rounds);
        assert_eq!(said.trim(), "none", "{under:?}");
    }
}

#[test]
fn what_is_no_code_porteur_reaches_no_card() {
    for under in turns() {
        let bench = bench("healthy");
        let built = under.build(&program("pin.c"));
        let mut command = built.command(120);
        command
            .arg("typed")
            .arg(bench.command.module.as_ref().unwrap());
        let output = command.arg(worker()).envs(environment(&bench)).output();
        told(&output.unwrap());
        // the one that is right, which came last
        assert_eq!(bench.card.presentations(), 1, "{under:?}");
        assert_eq!(bench.card.tries_left(), 3, "{under:?}");
    }
}

/// The site says nothing for a minute, the handshake itself would give up after ten seconds.
#[test]
fn what_waits_for_a_silent_site_is_cancelled() {
    let bench = bench("healthy");
    let site = Shaper::start(bench.server.address(), Shape::SilentAfterHello);
    let target = format!("https://localhost:{}/", site.port());
    cancelled(
        &bench,
        &[("target", target), ("proxy", "direct".to_owned())],
        "tls.handshake",
    );
}

#[test]
fn what_waits_for_a_module_that_hangs_is_cancelled() {
    cancelled(&bench("module.hung"), &[], "token.state");
}

#[test]
fn what_waits_for_a_card_service_that_hangs_is_cancelled() {
    let bench = bench("healthy");
    bench.station.freeze_pcscd().unwrap();
    cancelled(&bench, &[], "reader.service");
    bench.station.thaw_pcscd().unwrap();
}

/// Seconds, a second mostly; a call to the card that is under way may take three.
const CANCELLED_WITHIN: u32 = 4;
/// Whoever watches: less than the ten seconds after which a handshake gives up by itself.
const LONGEST_CANCELLED: u32 = 8;

fn cancelled(bench: &Bench, instead: &[(&str, String)], probe: &str) {
    let mut words = arguments(bench);
    for (name, value) in instead {
        let place = if *name == "target" { 0 } else { 3 };
        *words.get_mut(place).unwrap() = value.into();
    }
    for under in turns() {
        let built = under.build(&program("cancel.c"));
        let mut command = built.command(60);
        let seconds = LONGEST_CANCELLED.min(CANCELLED_WITHIN * under.watcher.slowness());
        command.args(&words).arg(probe).arg(seconds.to_string());
        command.envs(environment(bench));
        told(&command.output().unwrap());
    }
}

/// The program that watches, and what it says.
struct Watch {
    child: Child,
    to: ChildStdin,
    said: Receiver<String>,
    patience: Duration,
}

impl Watch {
    fn start(under: Under, built: &common::Built, bench: &Bench) -> Self {
        let mut command = built.command(600);
        command.envs(environment(bench));
        let mut child = command
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let (to, from) = (child.stdin.take().unwrap(), child.stdout.take().unwrap());
        let (say, said) = channel();
        std::thread::spawn(move || {
            for line in BufReader::new(from).lines().map_while(Result::ok) {
                let _ = say.send(line);
            }
        });
        Self {
            child,
            to,
            said,
            patience: Duration::from_secs(30) * under.watcher.slowness(),
        }
    }

    fn tell(&mut self, key: &str) {
        self.to.write_all(key.as_bytes()).unwrap();
        self.to.flush().unwrap();
    }

    /// The next line that begins so; every other one is passed over.
    fn until(&self, begin: &str) -> String {
        let until = Instant::now() + self.patience;
        loop {
            let left = until.saturating_duration_since(Instant::now());
            let line = self.said.recv_timeout(left);
            let line = line.unwrap_or_else(|_| panic!("no line begins with {begin}"));
            if line.starts_with(begin) {
                return line;
            }
        }
    }

    fn end(mut self) {
        self.tell("q");
        drop(self.to);
        assert!(self.child.wait().unwrap().success());
        // whoever was called back last was heard
        while self.said.recv_timeout(self.patience).is_ok() {}
    }
}

/// State and cause as numbers: 1 is absent, 2 present; 2 is a change, 3 was asked for.
#[test]
fn the_monitor_tells_each_card_that_comes_and_goes() {
    let count = if all_have_their_turn() { 200 } else { 5 };
    // at once: what they do most is wait for the card service
    std::thread::scope(|scope| {
        for under in turns() {
            scope.spawn(move || watched(under, count));
        }
    });
}

fn watched(under: Under, count: usize) {
    let bench = bench("healthy");
    let built = under.build(&program("monitor.c"));
    let mut watch = Watch::start(under, &built, &bench);
    let first = watch.until("2 1 ");
    assert!(first.contains("|3b") || first.contains("|3B"), "{first}");
    for _ in 0..count {
        bench.card.remove();
        watch.until("1 2 ");
        bench.card.insert().unwrap();
        watch.until("2 2 ");
    }
    watch.tell("r");
    watch.until("2 3 ");
    watch.tell("m");
    watch.end();
}
