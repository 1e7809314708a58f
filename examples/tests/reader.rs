//! Does each example of the reader layer do on a real pcscd what it says?
#![cfg(target_os = "linux")]
#![expect(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test ends at the first thing that is not as it should"
)]

use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Output, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::thread;
use std::time::{Duration, Instant};

use tomcheck_testkit::{CardOptions, Profile, VirtualCard, Workstation, atr, isolated};

fn insert(station: &Workstation) -> VirtualCard {
    let options = CardOptions::new().atr(atr::CPS3);
    station.insert(Profile::Piv, options).unwrap()
}

fn output(program: &str, arguments: &[&str]) -> Output {
    Command::new(program).args(arguments).output().unwrap()
}

fn text(bytes: &[u8]) -> &str {
    std::str::from_utf8(bytes).unwrap()
}

/// A program that goes on, and the lines it writes.
struct Running {
    child: Child,
    lines: Receiver<String>,
}

impl Running {
    fn start(program: &str) -> Self {
        let mut child = Command::new(program)
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let output = BufReader::new(child.stdout.take().unwrap());
        let (sender, lines) = channel();
        thread::spawn(move || {
            for line in output.lines().map_while(Result::ok) {
                let _ = sender.send(line);
            }
        });
        Self { child, lines }
    }

    fn waits_for(&self, wanted: &str) {
        loop {
            match self.lines.recv_timeout(Duration::from_secs(10)) {
                Ok(line) if line == wanted => return,
                Ok(_) => {}
                Err(_) => panic!("`{wanted}` was not said within ten seconds"),
            }
        }
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

#[test]
fn list_readers_lists_every_reader_and_the_card() {
    isolated(|station| {
        let _card = insert(&station);
        let listed = output(env!("CARGO_BIN_EXE_list_readers"), &[]);
        let listed = text(&listed.stdout);
        for reader in station.readers() {
            assert!(listed.contains(&reader), "{listed}");
        }
        assert!(listed.contains("Cps3"), "{listed}");
    });
}

#[test]
fn watch_readers_tells_states_and_changes() {
    isolated(|station| {
        let running = Running::start(env!("CARGO_BIN_EXE_watch_readers"));
        running.waits_for("Virtual PCD 00 00: absent");
        running.waits_for("Virtual PCD 00 01: absent");
        let card = insert(&station);
        running.waits_for("Virtual PCD 00 00: present");
        card.remove();
        running.waits_for("Virtual PCD 00 00: absent");
        station.stop_pcscd(false);
        running.waits_for("reader.service-stopped");
        station.without_readers().unwrap();
        running.waits_for("the card service answers again");
        running.waits_for("reader.none");
    });
}

#[test]
fn watch_async_tells_changes_and_lives_on_meanwhile() {
    isolated(|station| {
        let running = Running::start(env!("CARGO_BIN_EXE_watch_async"));
        running.waits_for("Virtual PCD 00 01 absent");
        running.waits_for("2 beats");
        let _card = insert(&station);
        running.waits_for("Virtual PCD 00 00 present");
    });
}

#[test]
fn wait_for_card_ends_when_one_is_in_or_nobody_puts_one_in() {
    isolated(|station| {
        let program = env!("CARGO_BIN_EXE_wait_for_card");
        let began = Instant::now();
        let nobody = output(program, &["1"]);
        assert_eq!((nobody.status.code(), text(&nobody.stdout)), (Some(1), ""));
        assert!(began.elapsed() < Duration::from_secs(3));
        assert_eq!(output(program, &["bientôt"]).status.code(), Some(2));
        let waiting = Command::new(program)
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        thread::sleep(Duration::from_millis(300));
        let _card = insert(&station);
        let ended = waiting.wait_with_output().unwrap();
        assert_eq!(
            (ended.status.code(), text(&ended.stdout)),
            (Some(0), "CPS3\n")
        );
    });
}

#[test]
fn explain_atr_explains_one_and_says_what_is_wrong_with_what_is_none() {
    let program = env!("CARGO_BIN_EXE_explain_atr");
    let explained = output(program, &["3BAC00402A001225006480000310009000"]);
    let said = text(&explained.stdout);
    assert!(
        explained.status.success() && said.contains("Cps3"),
        "{said}"
    );
    for wrong in ["", "3B", "bonjour", &"3B".repeat(34)] {
        let complaint = output(program, &[wrong]);
        assert_eq!(complaint.status.code(), Some(2), "{wrong}");
        assert_eq!(text(&complaint.stderr).lines().count(), 1, "{wrong}");
    }
}
