//! What do the keys and the end of the input do?

use std::process::{Command, Stdio};
use std::thread;
use std::time::Duration;

use tomcheck_testkit::isolated;

use crate::watching::{ABSENT, OTHER_ABSENT, PRESENT, PUT_IT_IN, Watching, insert, program};

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
