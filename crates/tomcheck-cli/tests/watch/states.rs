//! Is every state told, to people, to programs and to a file?

use std::io::{Read, Write};
use std::os::unix::net::{UnixListener, UnixStream};
use std::path::PathBuf;
use std::thread;
use std::time::Duration;

use rustix::process::Signal;
use serde_json::Value;
use tomcheck_testkit::{CardHolder, Workstation, isolated};

use crate::watching::{ABSENT, CPS3, OTHER_ABSENT, PRESENT, PUT_IT_IN, Watching, insert, program};

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

/// A card service that takes its time over its first three answers: each comes before it would
/// count as hanging, and together they come later than a person waits without a word.
fn slow(station: &Workstation) -> PathBuf {
    let path = station.directory().join("slow.comm");
    let service = station.socket();
    let listener = UnixListener::bind(&path).unwrap();
    thread::spawn(move || {
        for client in listener.incoming().map_while(Result::ok) {
            let answers = UnixStream::connect(&service).unwrap();
            let (questions, to) = (client.try_clone().unwrap(), answers.try_clone().unwrap());
            thread::spawn(move || pass_on(questions, to, &[]));
            thread::spawn(move || pass_on(answers, client, &[1_600, 1_600, 3_200]));
        }
    });
    path
}

/// Each of the first pieces is held back for so many milliseconds.
fn pass_on(mut from: UnixStream, mut to: UnixStream, held: &[u64]) {
    let mut held = held.iter().copied().map(Duration::from_millis);
    let mut piece = [0; 1 << 16];
    while let Ok(length @ 1..) = from.read(&mut piece) {
        thread::sleep(held.next().unwrap_or_default());
        if to.write_all(piece.get(..length).unwrap()).is_err() {
            break;
        }
    }
}

#[test]
fn a_service_that_is_slow_is_said_not_to_answer_yet_and_is_told_when_it_does() {
    isolated(|station| {
        let socket = slow(&station);
        let watching = Watching::of(program(&[]).env("PCSCLITE_CSOCK_NAME", socket));
        let said = watching.complaint();
        assert!(said.contains("ne répond pas encore"), "{said}");
        assert_eq!([watching.said(), watching.next()], [ABSENT, PUT_IT_IN]);
    });
}
