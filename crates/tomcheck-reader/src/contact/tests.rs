//! Which rounds are the contact's fault, and which another's?

use std::cell::RefCell;
use std::sync::Arc;

use tomcheck_diagnosis::{ForeignFailure, Observation, Severity};

use super::*;
use crate::fake::{CPS3, World, codes};
use crate::pcsc::ReaderStatus;
use crate::scard::{CONNECT, TRANSMIT};
use crate::{CardProbe, ReaderState, ReadersProbe, scard};

fn soon() -> Deadline {
    Deadline::after(Duration::from_secs(5))
}

fn card(world: &World) -> CardSeen {
    let readers = ReadersProbe::new(world, None, soon()).observe();
    CardProbe::new(world, &readers, soon()).observe()
}

fn world() -> World {
    World {
        answers: |_| Ok(vec![0x90, 0x00]),
        ..World::with(&[("Twin 00 00", 0x22, Some(CPS3))])
    }
}

#[test]
fn a_card_that_answers_each_time_is_no_finding_and_is_measured() {
    let world = world();
    let heard = RefCell::new(Vec::new());
    let hear = |made| heard.borrow_mut().push(made);
    let seen = ContactProbe::new(&world, &card(&world), 4, soon(), &hear).observe();
    assert!(seen.findings().is_empty(), "{seen:?}");
    assert_eq!((seen.made, seen.answered, seen.without_command), (4, 4, 0));
    assert!(seen.median_us <= seen.worst_us && seen.worst_us.is_some());
    assert_eq!(*heard.borrow(), [1, 2, 3, 4]);
}

#[test]
fn a_card_that_never_answers_is_the_ordinary_fault() {
    let good = world();
    let mute = World {
        connect: Err(scard::failure(CONNECT, scard::UNRESPONSIVE)),
        ..good.clone()
    };
    let seen = ContactProbe::new(&mute, &card(&good), 3, soon(), &|_| ()).observe();
    assert_eq!(codes(&seen), ["card.mute"]);
    let evidence = &seen.findings()[0].evidence;
    let told = evidence.iter().find(|e| e.key == "SCardConnect").unwrap();
    assert_eq!(
        told.machine(Default::default()),
        "3 × SCARD_W_UNRESPONSIVE_CARD 0x80100066"
    );
}

#[test]
fn a_foreign_card_and_one_in_use_are_asked_no_sign_of_life() {
    for (state, atr) in [(0x122, CPS3), (0x22, "3B6500002063CB6600")] {
        let world = World {
            answers: |command| panic!("{command:02X?}"),
            ..World::with(&[("Twin 00 00", state, Some(atr))])
        };
        let seen = ContactProbe::new(&world, &card(&world), 3, soon(), &|_| ()).observe();
        assert_eq!((seen.answered, seen.without_command), (3, 3));
    }
}

#[test]
fn a_hanging_call_ends_it_and_is_named() {
    let good = world();
    let hanging = World {
        hangs_in: Some(CONNECT),
        ..good.clone()
    };
    let deadline = Deadline::after(Duration::from_millis(50));
    let seen = ContactProbe::new(&hanging, &card(&good), 9, deadline, &|_| ()).observe();
    assert_eq!(seen.made, 1);
    assert_eq!(codes(&seen), ["card.in-exclusive-use"]);
}

#[test]
fn the_deadline_ends_it_and_is_told() {
    let world = world();
    let deadline = Deadline::after(Duration::from_millis(60));
    let slow = |_| thread::sleep(Duration::from_millis(30));
    let seen = ContactProbe::new(&world, &card(&world), 10_000, deadline, &slow).observe();
    assert_eq!(seen.end, End::Deadline);
    assert!((1..10).contains(&seen.made), "{seen:?}");
    assert!(seen.findings().is_empty());
}

#[test]
fn a_round_the_deadline_cuts_off_is_no_silence_unless_it_is_far_too_long() {
    let silent = |waited_ms| NoAnswer {
        call: "SCardTransmit".into(),
        waited_ms,
    };
    assert!(!is_out_of_step(&silent(90), &[100_000, 104_000]));
    assert!(!is_out_of_step(&silent(900), &[500]));
    assert!(is_out_of_step(&silent(1100), &[100_000, 104_000]));
    assert!(is_out_of_step(&silent(50), &[]));
}

#[test]
fn the_count_of_events_may_turn_over() {
    let status = |raw| ReaderStatus {
        state: ReaderState::new(raw),
        atr: None,
    };
    let (mut seen, mut last) = (ContactSeen::new(None, 2), None);
    seen.count_events(&status(0xFFFF_0022), &mut last);
    seen.count_events(&status(0x0001_0022), &mut last);
    assert_eq!(seen.events, 2);
}

#[test]
fn an_observation_survives_json() {
    let world = world();
    let seen = ContactProbe::new(&world, &card(&world), 2, soon(), &|_| ()).observe();
    let json = serde_json::to_string(&seen).unwrap();
    assert_eq!(serde_json::from_str::<ContactSeen>(&json).unwrap(), seen);
}

/// What the rounds come to when the card is opened so.
fn judged(
    rounds: u32,
    opens: fn(usize) -> Result<(), ForeignFailure>,
) -> (ContactSeen, Vec<(&'static str, Severity)>) {
    let good = world();
    let bad = World {
        opens,
        opened: Arc::default(),
        ..good.clone()
    };
    let seen = ContactProbe::new(&bad, &card(&good), rounds, soon(), &|_| ()).observe();
    let findings = seen.findings();
    let judged = findings.iter().map(|one| (one.kind.code, one.severity));
    let judged = judged.collect();
    (seen, judged)
}

/// Answers but for the second time.
fn second_fails(place: usize, code: u32) -> Result<(), ForeignFailure> {
    match place {
        1 => Err(scard::failure(CONNECT, code)),
        _ => Ok(()),
    }
}

#[test]
fn a_card_that_is_silent_or_gone_for_a_moment_has_a_bad_contact() {
    let moments: [fn(usize) -> Result<(), ForeignFailure>; 5] = [
        |place| second_fails(place, scard::UNRESPONSIVE),
        |place| second_fails(place, scard::UNPOWERED),
        |place| second_fails(place, scard::REMOVED),
        |place| second_fails(place, scard::NO_SMARTCARD),
        |place| second_fails(place, scard::NOT_TRANSACTED),
    ];
    for opens in moments {
        let (seen, judged) = judged(4, opens);
        let expected = [("card.contact-intermittent", Severity::Warning)];
        assert_eq!(judged, expected, "{seen:?}");
        assert_eq!((seen.made, seen.answered), (4, 3));
    }
}

#[test]
fn what_another_program_does_to_the_card_for_a_moment_is_not_its_contact() {
    let (_, taken) = judged(4, |place| second_fails(place, scard::SHARING_VIOLATION));
    assert_eq!(taken, [("card.in-exclusive-use", Severity::Warning)]);
    let (_, reset) = judged(4, |place| second_fails(place, scard::RESET));
    assert_eq!(reset, [("card.removed-during-use", Severity::Warning)]);
}

#[test]
fn a_card_another_program_still_holds_at_the_end_is_in_use() {
    let (seen, judged) = judged(4, |place| match place {
        0 | 1 => Ok(()),
        _ => Err(scard::failure(CONNECT, scard::SHARING_VIOLATION)),
    });
    let expected = [("card.in-exclusive-use", Severity::Fault)];
    assert_eq!(judged, expected, "{seen:?}");
}

#[test]
fn both_are_told_where_both_were_seen() {
    let (_, judged) = judged(5, |place| match place {
        1 => Err(scard::failure(CONNECT, scard::UNRESPONSIVE)),
        2 => Err(scard::failure(CONNECT, scard::SHARING_VIOLATION)),
        _ => Ok(()),
    });
    let codes: Vec<_> = judged.iter().map(|(code, _)| *code).collect();
    assert_eq!(
        codes,
        ["card.in-exclusive-use", "card.contact-intermittent"]
    );
}

#[test]
fn a_service_that_ends_meanwhile_is_the_service() {
    let (seen, judged) = judged(9, |place| match place {
        0..=2 => Ok(()),
        _ => Err(scard::failure(CONNECT, scard::NO_SERVICE)),
    });
    assert_eq!(judged, [("reader.service-stopped", Severity::Fault)]);
    assert_eq!(seen.made, 3, "{seen:?}");
}

#[test]
fn a_card_that_stops_answering_has_a_bad_contact_and_one_that_cannot_be_opened_is_held() {
    let silent = |call: &'static str| {
        let mut seen = ContactSeen::new(None, 9);
        (seen.made, seen.answered) = (3, 3);
        seen.count_silence(NoAnswer {
            call: call.into(),
            waited_ms: 5000,
        });
        codes(&seen)
    };
    assert_eq!(silent(TRANSMIT), ["card.contact-intermittent"]);
    assert_eq!(silent(CONNECT), ["card.in-exclusive-use"]);
    assert_eq!(silent(ESTABLISH), ["reader.unavailable"]);
}
