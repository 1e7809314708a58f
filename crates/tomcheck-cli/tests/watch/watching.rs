//! How is a running `tomcheck watch` read, typed to and ended?

use std::collections::BTreeSet;
use std::io::{BufRead, BufReader, Read, Write};
use std::process::{Child, ChildStdin, Command, ExitStatus, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::thread;
use std::time::{Duration, Instant};

use rustix::process::{Pid, Signal, kill_process};
use serde_json::Value;
use tomcheck_testkit::{CardOptions, Profile, VirtualCard, Workstation, atr};

/// A watch under way, with a limit on everything that is waited for.
pub(crate) struct Watching {
    pub(crate) child: Child,
    pub(crate) keys: Option<ChildStdin>,
    pub(crate) lines: Receiver<String>,
    pub(crate) complaints: Receiver<String>,
}

pub(crate) fn program(arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_tomcheck"));
    command
        .arg("watch")
        .args(arguments)
        .env("LC_ALL", "fr_FR.UTF-8")
        .env("COLUMNS", "120");
    command
}

impl Watching {
    pub(crate) fn start(arguments: &[&str]) -> Self {
        Self::of(&mut program(arguments))
    }

    pub(crate) fn of(command: &mut Command) -> Self {
        let piped = command.stdin(Stdio::piped()).stdout(Stdio::piped());
        let mut child = piped.stderr(Stdio::piped()).spawn().unwrap();
        Self {
            keys: child.stdin.take(),
            lines: lines_of(child.stdout.take().unwrap()),
            complaints: lines_of(child.stderr.take().unwrap()),
            child,
        }
    }

    pub(crate) fn next(&self) -> String {
        let next = self.lines.recv_timeout(Duration::from_secs(10));
        next.unwrap_or_else(|_| {
            let complaints: Vec<_> = self.complaints.try_iter().collect();
            panic!("no line within ten seconds; {complaints:?}")
        })
    }

    /// The next line without its time.
    pub(crate) fn said(&self) -> String {
        let line = self.next();
        let (time, rest) = line.split_at_checked(10).unwrap();
        let is_time = time
            .bytes()
            .zip(*b"00:00:00  ")
            .all(|(byte, like)| match like {
                b'0' => byte.is_ascii_digit(),
                _ => byte == like,
            });
        if is_time { rest.to_owned() } else { line }
    }

    /// Reads on until this is said.
    pub(crate) fn waits_for(&self, said: &str) {
        while !self.said().contains(said) {}
    }

    pub(crate) fn json(&self) -> Value {
        let event: Value = serde_json::from_str(&self.next()).unwrap();
        follows_the_contract(&event);
        event
    }

    pub(crate) fn complaint(&self) -> String {
        let next = self.complaints.recv_timeout(Duration::from_secs(10));
        next.unwrap_or_else(|_| panic!("no complaint within ten seconds"))
    }

    pub(crate) fn is_silent_for(&self, time: Duration) -> bool {
        self.lines.recv_timeout(time).is_err()
    }

    pub(crate) fn types(&mut self, keys: &str) {
        self.keys
            .as_mut()
            .unwrap()
            .write_all(keys.as_bytes())
            .unwrap();
    }

    /// Sends the signal; how it ended, and how long that took.
    pub(crate) fn signalled(&mut self, signal: Signal) -> (ExitStatus, Duration) {
        kill_process(Pid::from_child(&self.child), signal).unwrap();
        self.ends()
    }

    pub(crate) fn ends(&mut self) -> (ExitStatus, Duration) {
        let began = Instant::now();
        while began.elapsed() < Duration::from_secs(10) {
            if let Some(status) = self.child.try_wait().unwrap() {
                return (status, began.elapsed());
            }
            thread::sleep(Duration::from_millis(2));
        }
        panic!("it does not end");
    }
}

impl Drop for Watching {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn lines_of(output: impl Read + Send + 'static) -> Receiver<String> {
    let (sender, lines) = channel();
    thread::spawn(move || {
        for line in BufReader::new(output).lines().map_while(Result::ok) {
            let _ = sender.send(line);
        }
    });
    lines
}

/// The keys and words of the interface.
fn follows_the_contract(event: &Value) {
    let keys: BTreeSet<_> = event
        .as_object()
        .unwrap()
        .keys()
        .map(String::as_str)
        .collect();
    let promised = [
        "at",
        "reader",
        "state",
        "card",
        "mode",
        "cause",
        "reinserted",
        "code",
    ];
    assert_eq!(keys, BTreeSet::from(promised), "{event}");
    let is_one_of = |key: &str, words: &[&str]| {
        let word = event[key].as_str().unwrap();
        assert!(words.contains(&word), "{key}: {event}");
    };
    is_one_of(
        "state",
        &["absent", "present", "mute", "in-use", "unavailable"],
    );
    is_one_of("mode", &["automatic", "manual"]);
    is_one_of("cause", &["start", "change", "refresh"]);
    assert!(
        event["reader"].is_string() || event["reader"].is_null(),
        "{event}"
    );
    assert!(event["at"].as_str().unwrap().ends_with('Z'), "{event}");
    if event["state"] == "present" {
        let card: BTreeSet<_> = event["card"]
            .as_object()
            .unwrap()
            .keys()
            .map(String::as_str)
            .collect();
        assert_eq!(
            card,
            BTreeSet::from(["family", "generation", "atr"]),
            "{event}"
        );
    } else {
        assert!(event["card"].is_null(), "{event}");
    }
}

pub(crate) fn insert(station: &Workstation) -> VirtualCard {
    let options = CardOptions::new().atr(atr::CPS3);
    station.insert(Profile::Piv, options).unwrap()
}

pub(crate) const CPS3: &str = "3B AC 00 40 2A 00 12 25 00 64 80 00 03 10 00 90 00";
pub(crate) const ABSENT: &str = "✗ Virtual PCD 00 00 : carte absente";
pub(crate) const OTHER_ABSENT: &str = "✗ Virtual PCD 00 01 : carte absente";
pub(crate) const PRESENT: &str = "✓ Virtual PCD 00 00 : carte CPS3 présente";
pub(crate) const PUT_IT_IN: &str =
    "            → Mettez la carte dans le lecteur, la puce en premier, jusqu'au fond.";
