//! Does the command of `--exec` run on each change, and hold nothing up?

use std::path::Path;
use std::thread;
use std::time::{Duration, Instant};

use rustix::process::Signal;
use tomcheck_testkit::isolated;

use crate::watching::{ABSENT, CPS3, OTHER_ABSENT, PRESENT, Watching, insert};

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
