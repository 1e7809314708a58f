//! `tomcheck watch` on a real pcscd: what it tells, to whom, and how it ends.
#![cfg(target_os = "linux")]
#![expect(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test ends at the first thing that is not as it should"
)]

use std::collections::BTreeSet;
use std::io::{BufRead, BufReader, Read, Write};
use std::path::Path;
use std::process::{Child, ChildStdin, Command, ExitStatus, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::thread;
use std::time::{Duration, Instant};

use rustix::process::{Pid, Signal, kill_process};
use serde_json::Value;
use tomcheck_testkit::{CardHolder, CardOptions, Profile, VirtualCard, Workstation, atr, isolated};

/// A watch under way, with a limit on everything that is waited for.
struct Watching {
    child: Child,
    keys: Option<ChildStdin>,
    lines: Receiver<String>,
    complaints: Receiver<String>,
}

fn program(arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_tomcheck"));
    command
        .arg("watch")
        .args(arguments)
        .env("LC_ALL", "fr_FR.UTF-8")
        .env("COLUMNS", "120");
    command
}

impl Watching {
    fn start(arguments: &[&str]) -> Self {
        Self::of(&mut program(arguments))
    }

    fn of(command: &mut Command) -> Self {
        let piped = command.stdin(Stdio::piped()).stdout(Stdio::piped());
        let mut child = piped.stderr(Stdio::piped()).spawn().unwrap();
        Self {
            keys: child.stdin.take(),
            lines: lines_of(child.stdout.take().unwrap()),
            complaints: lines_of(child.stderr.take().unwrap()),
            child,
        }
    }

    fn next(&self) -> String {
        let next = self.lines.recv_timeout(Duration::from_secs(10));
        next.unwrap_or_else(|_| {
            let complaints: Vec<_> = self.complaints.try_iter().collect();
            panic!("no line within ten seconds; {complaints:?}")
        })
    }

    /// The next line without its time.
    fn said(&self) -> String {
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
    fn waits_for(&self, said: &str) {
        while !self.said().contains(said) {}
    }

    fn json(&self) -> Value {
        let event: Value = serde_json::from_str(&self.next()).unwrap();
        follows_the_contract(&event);
        event
    }

    fn complaint(&self) -> String {
        let next = self.complaints.recv_timeout(Duration::from_secs(10));
        next.unwrap_or_else(|_| panic!("no complaint within ten seconds"))
    }

    fn is_silent_for(&self, time: Duration) -> bool {
        self.lines.recv_timeout(time).is_err()
    }

    fn types(&mut self, keys: &str) {
        self.keys
            .as_mut()
            .unwrap()
            .write_all(keys.as_bytes())
            .unwrap();
    }

    /// Sends the signal; how it ended, and how long that took.
    fn signalled(&mut self, signal: Signal) -> (ExitStatus, Duration) {
        kill_process(Pid::from_child(&self.child), signal).unwrap();
        self.ends()
    }

    fn ends(&mut self) -> (ExitStatus, Duration) {
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

fn insert(station: &Workstation) -> VirtualCard {
    let options = CardOptions::new().atr(atr::CPS3);
    station.insert(Profile::Piv, options).unwrap()
}

const CPS3: &str = "3B AC 00 40 2A 00 12 25 00 64 80 00 03 10 00 90 00";
const ABSENT: &str = "✗ Virtual PCD 00 00 : carte absente";
const OTHER_ABSENT: &str = "✗ Virtual PCD 00 01 : carte absente";
const PRESENT: &str = "✓ Virtual PCD 00 00 : carte CPS3 présente";
const PUT_IT_IN: &str =
    "            → Mettez la carte dans le lecteur, la puce en premier, jusqu'au fond.";

#[test]
fn every_reader_is_shown_at_once_and_then_each_change_with_what_to_do() {
    isolated(|station| {
        let mut watching = Watching::start(&[]);
        assert_eq!(watching.said(), ABSENT);
        assert_eq!(watching.next(), PUT_IT_IN);
        assert_eq!(watching.said(), OTHER_ABSENT);
        let card = insert(&station);
        assert_eq!(watching.said(), PRESENT);
        let holder = CardHolder::exclusive(&station).unwrap();
        let held = "⚠ Virtual PCD 00 00 : carte prise par un autre programme";
        assert_eq!(watching.said(), held);
        assert!(
            watching
                .next()
                .contains("→ Fermez les logiciels qui lisent la carte")
        );
        drop(holder);
        assert_eq!(watching.said(), PRESENT);
        card.remove();
        assert_eq!([watching.said(), watching.next()], [ABSENT, PUT_IT_IN]);
        card.mute().unwrap();
        card.insert().unwrap();
        let mute = "✗ Virtual PCD 00 00 : carte muette (à l'envers, sale ou défectueuse)";
        assert_eq!(watching.said(), mute);
        assert!(watching.next().contains("→ Vérifiez son sens"));
        assert!(watching.signalled(Signal::INT).0.success());
        assert_eq!(watching.complaints.try_iter().count(), 0);
    });
}

#[test]
fn it_waits_for_a_service_that_is_not_there_and_survives_its_end() {
    isolated(|station| {
        let _card = insert(&station);
        station.stop_pcscd(false);
        let watching = Watching::start(&[]);
        assert_eq!(watching.said(), "✗ Le service de carte à puce est arrêté");
        assert!(watching.next().contains("(assistance informatique)"));
        for hard in [true, false] {
            station.restart_pcscd().unwrap();
            watching.waits_for("✓ Le service de carte à puce répond de nouveau");
            watching.waits_for(PRESENT);
            station.stop_pcscd(hard);
            watching.waits_for("✗ Le service de carte à puce est arrêté");
        }
        station.without_readers().unwrap();
        watching.waits_for("✗ Aucun lecteur de carte n'est branché");
    });
}

#[test]
fn by_hand_it_reads_once_and_again_at_each_line_typed() {
    isolated(|station| {
        let mut watching = Watching::start(&["--manual", "--reader", "00 00"]);
        assert_eq!([watching.said(), watching.next()], [ABSENT, PUT_IT_IN]);
        let _card = insert(&station);
        assert!(watching.is_silent_for(Duration::from_secs(1)));
        watching.types("\n");
        assert_eq!(watching.said(), PRESENT);
        watching.types("r\n");
        assert_eq!(watching.said(), PRESENT);
        watching.types("relire\n");
        assert!(watching.complaint().contains("Entrée ou r"));
        watching.types("q\n");
        assert!(watching.ends().0.success());
    });
}

#[test]
fn the_end_of_the_input_ends_a_watch_by_hand_when_everything_is_told() {
    isolated(|_station| {
        let mut watching = Watching::start(&["--manual", "--json-lines"]);
        watching.types("r\nr\n");
        watching.keys = None;
        assert!(watching.ends().0.success());
        let causes: Vec<_> = (0..6).map(|_| watching.json()["cause"].clone()).collect();
        assert_eq!(
            causes,
            ["start", "start", "refresh", "refresh", "refresh", "refresh"]
        );
        assert!(watching.is_silent_for(Duration::ZERO));
        let output = program(&["--manual"])
            .stdin(Stdio::null())
            .output()
            .unwrap();
        let said = String::from_utf8(output.stdout).unwrap();
        assert!(
            output.status.success() && said.lines().count() == 3,
            "{said}"
        );
    });
}

#[test]
fn programs_get_one_object_a_line() {
    isolated(|station| {
        let watching = Watching::start(&["--json-lines"]);
        let first = watching.json();
        assert_eq!(first["reader"], "Virtual PCD 00 00");
        assert_eq!(
            (&first["cause"], &first["code"]),
            (&"start".into(), &"card.absent".into())
        );
        assert_eq!(watching.json()["reader"], "Virtual PCD 00 01");
        let card = insert(&station);
        let present = watching.json();
        assert_eq!(present["card"]["family"], "cpx");
        assert_eq!(present["card"]["generation"], "CPS3");
        assert_eq!(present["card"]["atr"], CPS3);
        assert_eq!(
            (&present["code"], &present["mode"]),
            (&Value::Null, &"automatic".into())
        );
        card.remove();
        assert_eq!(watching.json()["state"], "absent");
        station.stop_pcscd(false);
        let mut event = watching.json();
        while event["reader"].is_string() {
            event = watching.json();
        }
        assert_eq!(event["code"], "reader.service-stopped");
        station.restart_pcscd().unwrap();
        // that the service is back is no line of its own
        assert_eq!(watching.json()["reader"], "Virtual PCD 00 00");
    });
}

/// A script that writes what it is given behind what the file holds.
fn record(file: &Path) -> String {
    let file = file.display();
    format!(
        "read -r line; echo \"$TOMCHECK_READER|$TOMCHECK_STATE|$TOMCHECK_CODE|$TOMCHECK_GENERATION|$TOMCHECK_ATR|$line\" >> '{file}'; echo vu"
    )
}

fn wait_for_lines(file: &Path, count: usize) -> Vec<String> {
    let began = Instant::now();
    loop {
        let text = std::fs::read_to_string(file).unwrap_or_default();
        let lines: Vec<_> = text.lines().map(str::to_owned).collect();
        if lines.len() >= count {
            return lines;
        }
        assert!(began.elapsed() < Duration::from_secs(10), "{lines:?}");
        thread::sleep(Duration::from_millis(10));
    }
}

#[test]
fn a_command_runs_on_each_change_and_learns_of_it_from_its_environment_and_its_input() {
    isolated(|station| {
        let file = station.directory().join("seen.txt");
        let watching = Watching::start(&["--json-lines", "--exec", &record(&file)]);
        assert_eq!(
            [watching.json(), watching.json()].map(|event| event["cause"].clone()),
            ["start", "start"]
        );
        let card = insert(&station);
        let line = watching.next();
        let seen = wait_for_lines(&file, 1);
        assert_eq!(
            seen[0],
            format!("Virtual PCD 00 00|present||CPS3|{CPS3}|{line}")
        );
        // its output is kept apart from the events
        assert_eq!(watching.complaint(), "vu");
        card.remove();
        let line = watching.next();
        let seen = wait_for_lines(&file, 2);
        assert_eq!(
            seen[1],
            format!("Virtual PCD 00 00|absent|card.absent|||{line}")
        );
    });
}

#[test]
fn by_hand_a_command_runs_where_something_changed_since() {
    isolated(|station| {
        let file = station.directory().join("seen.txt");
        let mut watching = Watching::start(&["--manual", "--json-lines", "--exec", &record(&file)]);
        assert_eq!(
            (
                watching.json()["cause"].clone(),
                watching.json()["cause"].clone()
            ),
            ("start".into(), "start".into())
        );
        watching.types("\n");
        assert_eq!(
            (
                watching.json()["state"].clone(),
                watching.json()["state"].clone()
            ),
            ("absent".into(), "absent".into())
        );
        let _card = insert(&station);
        watching.types("\n");
        assert_eq!(watching.json()["state"], "present");
        assert!(wait_for_lines(&file, 1)[0].starts_with("Virtual PCD 00 00|present|"));
        thread::sleep(Duration::from_millis(200));
        assert_eq!(wait_for_lines(&file, 1).len(), 1);
    });
}

#[test]
fn a_command_that_fails_or_hangs_holds_nothing_up() {
    isolated(|station| {
        let command = "case $TOMCHECK_STATE in present) exit 3 ;; *) sleep 60 & wait ;; esac";
        let mut watching =
            Watching::start(&["--exec", command, "--exec-limit", "1", "--reader", "00 00"]);
        watching.waits_for(ABSENT);
        let card = insert(&station);
        watching.waits_for(PRESENT);
        let failed = watching.complaint();
        assert!(
            failed.contains("--exec") && failed.contains("état de sortie 3"),
            "{failed}"
        );
        assert!(failed.contains("Virtual PCD 00 00, present"), "{failed}");
        card.remove();
        watching.waits_for(ABSENT);
        card.insert().unwrap();
        // told while the command of the change before still hangs
        watching.waits_for(PRESENT);
        let hung = watching.complaint();
        assert!(
            hung.contains("après 1 s") && hung.contains("absent"),
            "{hung}"
        );
        assert!(watching.complaint().contains("état de sortie 3"));
        assert!(watching.signalled(Signal::TERM).0.success());
    });
}

#[test]
fn the_end_gives_a_command_a_moment_and_leaves_nothing_of_it_behind() {
    isolated(|station| {
        let file = station.directory().join("pids.txt");
        let command = format!(
            "sleep 61 & echo $! >> '{0}'; trap 'echo fini >> {0}' TERM; wait; wait",
            file.display()
        );
        let mut watching = Watching::start(&["--exec", &command]);
        watching.waits_for(OTHER_ABSENT);
        let _card = insert(&station);
        let sleeper = wait_for_lines(&file, 1)[0].clone();
        // the shell has to come to its trap
        thread::sleep(Duration::from_millis(200));
        let (status, time) = watching.signalled(Signal::INT);
        assert!(
            status.success() && time < Duration::from_millis(300),
            "{status} {time:?}"
        );
        assert_eq!(wait_for_lines(&file, 2)[1], "fini");
        thread::sleep(Duration::from_millis(50));
        let state = std::fs::read_to_string(format!("/proc/{sleeper}/stat")).unwrap_or_default();
        assert!(state.is_empty() || state.contains(") Z"), "{state}");
    });
}

#[test]
fn told_to_end_it_ends_at_once_also_while_the_service_hangs() {
    isolated(|station| {
        for signal in [Signal::INT, Signal::TERM] {
            let mut watching = Watching::start(&[]);
            watching.waits_for(OTHER_ABSENT);
            station.freeze_pcscd().unwrap();
            thread::sleep(Duration::from_millis(100));
            let (status, time) = watching.signalled(signal);
            assert_eq!(status.code(), Some(0));
            assert!(time < Duration::from_millis(200), "{time:?}");
            station.thaw_pcscd().unwrap();
        }
    });
}

#[test]
fn a_service_that_hangs_is_told_and_a_key_typed_then_is_answered() {
    isolated(|station| {
        let mut watching = Watching::start(&["--manual", "--reader", "00 00"]);
        assert_eq!([watching.said(), watching.next()], [ABSENT, PUT_IT_IN]);
        station.freeze_pcscd().unwrap();
        watching.types("\n");
        watching.waits_for("✗ Le service de carte à puce ne répond plus");
        watching.types("\n");
        watching.waits_for("✗ Le service de carte à puce ne répond plus");
        station.thaw_pcscd().unwrap();
        watching.waits_for(ABSENT);
    });
}

#[test]
fn whoever_stops_reading_ends_it_without_a_word() {
    isolated(|_station| {
        let mut child = program(&[])
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
        assert!(lines.next().unwrap().unwrap().contains("carte absente"));
        // nothing happens any more, as behind `grep -m1`
        thread::sleep(Duration::from_millis(300));
        drop(lines);
        let mut complaints = child.stderr.take().unwrap();
        let mut watching = Watching {
            child,
            keys: None,
            lines: channel().1,
            complaints: channel().1,
        };
        assert_eq!(watching.ends().0.code(), Some(0));
        let mut said = String::new();
        complaints.read_to_string(&mut said).unwrap();
        assert_eq!(said, "");
    });
}

#[test]
fn whoever_holds_the_pipe_full_does_not_keep_it_from_ending() {
    isolated(|_station| {
        let mut child = program(&["--manual"])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let mut keys = child.stdin.take().unwrap();
        // more than a pipe takes, and nobody reads
        thread::spawn(move || keys.write_all(&[b'\n'; 4096]));
        let stdout = child.stdout.take();
        thread::sleep(Duration::from_secs(1));
        let mut watching = Watching {
            child,
            keys: None,
            lines: channel().1,
            complaints: channel().1,
        };
        let (status, time) = watching.signalled(Signal::INT);
        assert!(
            status.success() && time < Duration::from_millis(400),
            "{status} {time:?}"
        );
        drop(stdout);
    });
}

#[test]
fn a_reader_that_is_not_there_is_named_with_those_that_are_and_waited_for() {
    isolated(|station| {
        let watching = Watching::start(&["--reader", "pcd 01"]);
        let said = watching.complaint();
        assert!(said.contains("« pcd 01 »"), "{said}");
        assert!(
            said.contains("Virtual PCD 00 00, Virtual PCD 00 01"),
            "{said}"
        );
        assert!(watching.is_silent_for(Duration::from_millis(500)));
        let names = station.readers();
        station.with_readers(2).unwrap();
        let new = station
            .readers()
            .into_iter()
            .find(|name| !names.contains(name));
        let new = new.unwrap();
        let watching = Watching::start(&["--reader", &new.to_uppercase()]);
        assert_eq!(watching.said(), format!("✗ {new} : carte absente"));
    });
}

#[test]
fn a_deadline_ends_it_with_success() {
    isolated(|_station| {
        let began = Instant::now();
        let mut watching = Watching::start(&["--deadline", "1", "--lang", "en", "--ascii"]);
        assert_eq!(watching.said(), "[XX] Virtual PCD 00 00: no card");
        assert!(watching.next().contains("-> Put the card into the reader"));
        assert!(watching.ends().0.success());
        assert!(began.elapsed() > Duration::from_millis(900));
    });
}

#[test]
fn lines_for_a_file_are_dated_and_stand_behind_what_it_holds() {
    isolated(|station| {
        let file = station.directory().join("journal.txt");
        std::fs::write(&file, "avant\n").unwrap();
        let path = file.to_str().unwrap();
        let output = program(&["-o", path, "--deadline", "1", "--lang", "en"])
            .env("TZ", "Europe/Paris")
            .output()
            .unwrap();
        assert!(output.status.success() && output.stdout.is_empty());
        let text = std::fs::read_to_string(&file).unwrap();
        let lines: Vec<_> = text.lines().collect();
        assert_eq!(lines[0], "avant");
        assert!(
            lines[1].starts_with("20") && lines[1].ends_with(":00  ✗ Virtual PCD 00 00: no card"),
            "{text}"
        );
        assert!(!text.contains('\u{1b}'));
        let output = program(&["-o", "/absent/journal"]).output().unwrap();
        assert_eq!(output.status.code(), Some(2));
        assert!(
            String::from_utf8(output.stderr)
                .unwrap()
                .contains("/absent/journal")
        );
    });
}

/// `script` gives it a terminal: what is typed comes through that, Ctrl-C too.
#[test]
fn at_a_terminal_enter_reads_again_and_ctrl_c_ends_it_with_success() {
    isolated(|_station| {
        let program = env!("CARGO_BIN_EXE_tomcheck");
        let command = format!(
            "trap : INT; stty cols 60; {program} watch --lang fr --color never; echo \"état $?\"; stty -a"
        );
        let mut script = Command::new("script");
        script
            .args(["-qc", &command, "/dev/null"])
            .env("SHELL", "/bin/sh")
            .env_remove("COLUMNS");
        let mut watching = Watching::of(&mut script);
        let line = |watching: &Watching| watching.next().trim_end().to_owned();
        assert_eq!(line(&watching), "Entrée ou r : relire ; q : quitter");
        assert!(line(&watching).ends_with(ABSENT));
        assert!(line(&watching).ends_with("→ Mettez la carte dans le lecteur, la puce en"));
        assert!(line(&watching).ends_with(" premier, jusqu'au fond."));
        assert!(line(&watching).ends_with(OTHER_ABSENT));
        thread::sleep(Duration::from_millis(500));
        watching.types("\n");
        assert_eq!(line(&watching), "");
        assert!(line(&watching).ends_with(ABSENT));
        assert!(line(&watching).ends_with(OTHER_ABSENT));
        watching.types("\u{3}");
        assert_eq!([line(&watching), line(&watching)], ["^C", "état 0"]);
        let mut settings = String::new();
        while !settings.contains("echoctl") {
            settings += &line(&watching);
        }
        assert!(
            settings.contains(" icanon ") && settings.contains(" echo "),
            "{settings}"
        );
    });
}

#[test]
fn a_usage_error_is_one_line_that_names_the_option() {
    let cases: &[(&[&str], &[&str])] = &[
        (&["--exec", " "], &["--exec", "vide"]),
        (&["--exec"], &["--exec", "manque"]),
        (
            &["--exec", "true", "--exec-limit", "0"],
            &["--exec-limit", "« 0 »"],
        ),
        (&["--deadline", "demain"], &["--deadline", "demain"]),
        (&["--interval", "3"], &["--interval", "n'existe pas"]),
        (&["maintenant"], &["maintenant"]),
    ];
    for (arguments, said) in cases {
        let output = program(arguments).output().unwrap();
        let line = String::from_utf8(output.stderr).unwrap();
        assert_eq!(output.status.code(), Some(2), "{line}");
        assert!(
            output.stdout.is_empty() && line.lines().count() == 1,
            "{line}"
        );
        assert!(said.iter().all(|word| line.contains(word)), "{line}");
    }
}
