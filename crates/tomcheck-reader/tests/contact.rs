//! Does the stress test of a card tell a good contact from a bad one, on a real pcscd?

#![cfg(target_os = "linux")]
#![expect(
    clippy::unwrap_used,
    reason = "clippy knows the functions marked #[test] only, not those they share"
)]

use std::cell::RefCell;
use std::time::{Duration, Instant};

use tomcheck_diagnosis::{Deadline, Lang, Observation, Probe};
use tomcheck_reader::{
    Broken, CardProbe, CardSeen, CardState, ContactProbe, ContactSeen, End, ReadersProbe,
    SystemPcsc,
};
use tomcheck_testkit::{CardHolder, CardOptions, Profile, VirtualCard, Workstation, atr, isolated};

fn soon() -> Deadline {
    Deadline::after(Duration::from_secs(20))
}

fn card() -> CardSeen {
    let readers = ReadersProbe::new(&SystemPcsc::new(), None, soon()).observe();
    CardProbe::new(&SystemPcsc::new(), &readers, soon()).observe()
}

fn insert(station: &Workstation) -> VirtualCard {
    station.insert(Profile::Cps3, CardOptions::new()).unwrap()
}

/// `after` does something to the card after each round.
fn stressed(rounds: u32, after: &dyn Fn(u32)) -> ContactSeen {
    ContactProbe::new(&SystemPcsc::new(), &card(), rounds, soon(), after).observe()
}

fn codes(seen: &ContactSeen) -> Vec<&'static str> {
    seen.findings()
        .iter()
        .map(|finding| finding.kind.code)
        .collect()
}

#[test]
fn a_good_contact_answers_each_time_with_one_command_a_round() {
    isolated(|station| {
        let inserted = insert(&station);
        let before = (inserted.resets(), inserted.commands());
        let seen = stressed(50, &|_| ());
        assert_eq!(codes(&seen), [""; 0]);
        assert_eq!(
            (seen.made, seen.answered, seen.without_command),
            (50, 50, 0)
        );
        assert_eq!((seen.events, seen.atrs.len()), (0, 1));
        assert!(seen.median_us.unwrap() <= seen.worst_us.unwrap());
        assert_eq!(
            (inserted.resets(), inserted.commands()),
            (before.0, before.1 + 50)
        );
        assert_eq!((inserted.tries_left(), inserted.presentations()), (3, 0));
    });
}

#[test]
fn answers_that_break_off_at_times_are_a_bad_contact() {
    isolated(|station| {
        let inserted = insert(&station);
        let seen = stressed(10, &|made| match made {
            3 => inserted.truncate(),
            6 => inserted.behave(),
            _ => {}
        });
        assert_eq!(codes(&seen), ["card.contact-intermittent"]);
        assert_eq!((seen.made, seen.answered), (10, 7));
        assert_eq!(seen.failures.len(), 1);
        assert_eq!(seen.failures[0].broken, Broken::TooShort { length: 1 });
        let evidence = &seen.findings()[0].evidence;
        let told = evidence.iter().find(|e| e.key == "SCardTransmit").unwrap();
        assert!(told.render(Lang::Fr).starts_with("3 × "), "{told:?}");
    });
}

#[test]
fn a_card_torn_out_that_comes_back_is_a_bad_contact_with_its_numbers() {
    isolated(|station| {
        let inserted = insert(&station);
        let seen = stressed(8, &|made| match made {
            2 => inserted.tear(1),
            3 => back_in(&inserted),
            _ => {}
        });
        assert_eq!(codes(&seen), ["card.contact-intermittent"]);
        assert!(seen.failed() >= 1 && seen.answered >= 5, "{seen:?}");
        assert!(seen.events >= 1, "{seen:?}");
    });
}

/// A card put back before pcscd has missed it would not be powered: it looks every 400 ms.
fn back_in(torn: &VirtualCard) {
    while !matches!(card().state, CardState::Absent { .. }) {
        std::thread::sleep(Duration::from_millis(20));
    }
    torn.insert().unwrap();
}

#[test]
fn a_card_that_comes_and_goes_between_two_rounds_is_a_bad_contact_though_none_failed() {
    isolated(|station| {
        let inserted = insert(&station);
        let seen = stressed(4, &|made| {
            if made == 2 {
                inserted.remove();
                inserted.insert().unwrap();
            }
        });
        assert_eq!(codes(&seen), ["card.contact-intermittent"]);
        assert_eq!((seen.failed(), seen.atrs.len()), (0, 1));
        assert!(seen.events >= 1, "{seen:?}");
    });
}

#[test]
fn an_answer_to_reset_that_varies_is_a_bad_contact() {
    isolated(|station| {
        let inserted = insert(&station);
        let seen = stressed(4, &|made| {
            if made == 2 {
                inserted.set_atr(atr::CPS3_CONTACTLESS).unwrap();
            }
        });
        assert_eq!(codes(&seen), ["card.contact-intermittent"]);
        assert_eq!(seen.atrs.len(), 2);
        assert_eq!(
            seen.findings()[0]
                .evidence
                .iter()
                .filter(|e| e.key == "ATR")
                .count(),
            2
        );
    });
}

#[test]
fn a_card_taken_out_for_good_was_removed() {
    isolated(|station| {
        let inserted = insert(&station);
        let seen = stressed(6, &|made| {
            if made == 2 {
                inserted.remove();
            }
        });
        assert_eq!(codes(&seen), ["card.removed-during-use"]);
        let failed = seen
            .failures
            .iter()
            .find_map(|failures| match &failures.broken {
                Broken::Failed { failure } => Some(failure.code),
                Broken::TooShort { .. } => None,
            });
        assert_eq!(failed, Some(0x8010_000C));
    });
}

#[test]
fn a_card_that_never_answers_is_the_ordinary_fault() {
    isolated(|station| {
        let inserted = insert(&station);
        let there = card();
        inserted.truncate();
        let seen = ContactProbe::new(&SystemPcsc::new(), &there, 5, soon(), &|_| ()).observe();
        assert_eq!(codes(&seen), ["card.mute"]);
    });
}

#[test]
fn a_card_that_another_program_uses_is_sent_no_command() {
    isolated(|station| {
        let inserted = insert(&station);
        let _other = CardHolder::shared(&station).unwrap();
        let before = inserted.commands();
        let seen = stressed(5, &|_| ());
        assert_eq!((seen.answered, seen.without_command), (5, 5));
        assert_eq!(inserted.commands(), before);
    });
}

#[test]
fn the_deadline_is_kept_and_told_and_progress_heard() {
    isolated(|station| {
        let inserted = insert(&station);
        let there = card();
        inserted.slow(Duration::from_millis(60));
        let heard = RefCell::new(0);
        let hear = |made| *heard.borrow_mut() = made;
        let (begun, deadline) = (Instant::now(), Deadline::after(Duration::from_millis(400)));
        let seen = ContactProbe::new(&SystemPcsc::new(), &there, 10_000, deadline, &hear).observe();
        assert!(
            begun.elapsed() < Duration::from_millis(1500),
            "{:?}",
            begun.elapsed()
        );
        assert_eq!(seen.end, End::Deadline);
        assert!(
            (1..20).contains(&seen.made) && *heard.borrow() == seen.made,
            "{seen:?}"
        );
        assert!(seen.median_us.unwrap() >= 60_000);
    });
}
