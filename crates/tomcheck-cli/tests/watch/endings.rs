//! How does a watch end, and how soon?

use std::io::{BufRead, BufReader, Read, Write};
use std::process::Stdio;
use std::sync::mpsc::channel;
use std::thread;
use std::time::{Duration, Instant};

use rustix::process::Signal;
use tomcheck_testkit::isolated;

use crate::watching::{OTHER_ABSENT, Watching, program};

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
