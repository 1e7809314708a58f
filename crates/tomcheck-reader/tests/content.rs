//! What does a card tell a real pcscd without a code, and is it left as found?

#![cfg(target_os = "linux")]
#![expect(
    clippy::unwrap_used,
    clippy::panic,
    reason = "clippy knows the functions marked #[test] only, not those they share"
)]

use std::time::Duration;

use tomcheck_diagnosis::{Deadline, ForeignFailure, Lang, Observation, Probe};
use tomcheck_reader::{
    CardContent, CardProbe, CardSeen, CardState, ContentProbe, ContentSeen, ContentState, NotAsked,
    Pcsc, PcscCard, Presence, Purpose, ReadersProbe, SystemPcsc, Told,
};
use tomcheck_testkit::{CardHolder, CardOptions, Profile, VirtualCard, Workstation, atr, isolated};

fn soon() -> Deadline {
    Deadline::after(Duration::from_secs(10))
}

fn card() -> CardSeen {
    let readers = ReadersProbe::new(&SystemPcsc::new(), None, soon()).observe();
    CardProbe::new(&SystemPcsc::new(), &readers, soon()).observe()
}

fn asked(card: &CardSeen) -> ContentSeen {
    ContentProbe::new(&SystemPcsc::new(), card, soon()).observe()
}

fn told(seen: &ContentSeen) -> &CardContent {
    assert!(seen.findings().is_empty(), "{seen:?}");
    seen.content().unwrap_or_else(|| panic!("{seen:?}"))
}

/// The purposes of the commands, each with how many there were.
fn counted(content: &CardContent) -> Vec<(Purpose, usize)> {
    let mut counted: Vec<(Purpose, usize)> = Vec::new();
    for command in &content.commands {
        match counted
            .iter_mut()
            .find(|(purpose, _)| *purpose == command.purpose)
        {
            Some((_, count)) => *count += 1,
            None => counted.push((command.purpose, 1)),
        }
    }
    counted
}

fn applications(content: &CardContent) -> Vec<(&str, Presence, String)> {
    let all = content.applications.iter();
    all.map(|one| (one.name.as_str(), one.presence, one.status.to_string()))
        .collect()
}

fn insert(station: &Workstation, profile: Profile) -> VirtualCard {
    let options = CardOptions::new().serial("26123456");
    station.insert(profile, options).unwrap()
}

/// Asks, and holds the card against what it was before: no try spent, no code presented, no reset,
/// and no command beside those the observation names.
fn left_as_found(inserted: &VirtualCard) -> ContentSeen {
    let card = card();
    let counted = || {
        (
            inserted.tries_left(),
            inserted.presentations(),
            inserted.resets(),
        )
    };
    let (before, commands) = (counted(), inserted.commands());
    let seen = asked(&card);
    assert_eq!(counted(), before);
    let sent = told(&seen).commands.len();
    assert_eq!(inserted.commands() - commands, u64::try_from(sent).unwrap());
    seen
}

#[test]
fn a_cps3_tells_number_tries_and_application_in_five_commands() {
    isolated(|station| {
        let inserted = insert(&station, Profile::Cps3);
        for left in [3, 2, 1, 0] {
            inserted.set_tries(left);
            let seen = left_as_found(&inserted);
            let content = told(&seen);
            assert_eq!(content.number.value().unwrap().reveal(), "26123456");
            let tries = content.tries.value().unwrap();
            assert_eq!((tries.left, tries.of), (left, Some(3)));
            let own = ("ASIP CPS", Presence::Present, "9000".to_owned());
            assert_eq!(applications(content), [own]);
            let purposes = [
                (Purpose::Number, 2),
                (Purpose::Tries, 2),
                (Purpose::Application, 1),
            ];
            assert_eq!(counted(content), purposes);
        }
    });
}

#[test]
fn a_cps4_tells_as_much_on_its_own_channel_in_five_commands() {
    isolated(|station| {
        let inserted = insert(&station, Profile::Cps4);
        for left in [3, 1, 0] {
            inserted.set_tries(left);
            let seen = left_as_found(&inserted);
            let content = told(&seen);
            assert_eq!(content.number.value().unwrap().reveal(), "26123456");
            let tries = content.tries.value().unwrap();
            assert_eq!((tries.left, tries.of), (left, Some(3)));
            let there = |name| (name, Presence::Present, "9000".to_owned());
            assert_eq!(applications(content), [there("CPS2ter"), there("CPS4")]);
            let purposes = [
                (Purpose::Number, 2),
                (Purpose::Application, 2),
                (Purpose::Tries, 1),
            ];
            assert_eq!(counted(content), purposes);
        }
    });
}

#[test]
fn a_cps3_by_its_answer_alone_is_found_to_be_something_else() {
    isolated(|station| {
        let inserted = insert(&station, Profile::Piv);
        inserted.set_tries(2);
        let seen = left_as_found(&inserted);
        let content = told(&seen);
        let piv = ("PIV", Presence::Present);
        let found: Vec<_> = content
            .applications
            .iter()
            .map(|a| (a.name.as_str(), a.presence))
            .collect();
        assert_eq!(found, [("ASIP CPS", Presence::Absent), piv]);
        assert!(matches!(content.number, Told::Refused { .. }));
        let tries = content.tries.value().unwrap();
        assert_eq!((tries.left, tries.of), (2, None));
    });
}

#[test]
fn a_contactless_card_is_not_asked_for_tries_it_does_not_have() {
    isolated(|station| {
        let inserted = insert(&station, Profile::Cps3);
        inserted.set_atr(atr::CPS3_CONTACTLESS).unwrap();
        let seen = left_as_found(&inserted);
        assert_eq!(told(&seen).tries, Told::NotAsked);
        assert_eq!(told(&seen).applications[0].name, "ASIP CPS CL");
    });
}

#[test]
fn other_cards_are_sent_nothing_at_all() {
    isolated(|station| {
        let inserted = insert(&station, Profile::Piv);
        let others = [
            (atr::VITALE, NotAsked::NotCpx),
            (atr::FOREIGN, NotAsked::NotCpx),
            (atr::CPS2TER, NotAsked::Unknown),
        ];
        for (other, why) in others {
            inserted.set_atr(other).unwrap();
            let before = inserted.commands();
            assert_eq!(asked(&card()).state, ContentState::NotAsked { why });
            assert_eq!(inserted.commands(), before);
        }
    });
}

#[test]
fn a_card_another_program_uses_is_sent_nothing_and_that_is_said() {
    isolated(|station| {
        let inserted = insert(&station, Profile::Cps3);
        let free = card();
        for hold in [
            CardHolder::shared,
            CardHolder::exclusive,
            CardHolder::transaction,
        ] {
            let holder = hold(&station).unwrap();
            let before = inserted.commands();
            let seen = asked(&free);
            assert!(matches!(seen.state, ContentState::InUse { .. }), "{seen:?}");
            assert_eq!(inserted.commands(), before);
            drop(holder);
        }
        assert!(asked(&free).content().is_some());
    });
}

#[test]
fn a_card_torn_out_at_any_command_was_removed() {
    isolated(|station| {
        let inserted = insert(&station, Profile::Cps3);
        for command in 1..=5 {
            let there = card();
            inserted.tear(command);
            let seen = asked(&there);
            let findings = seen.findings();
            assert_eq!(findings.len(), 1, "{command}: {seen:?}");
            assert_eq!(
                findings[0].kind.code, "card.removed-during-use",
                "{command}"
            );
            let evidence = findings[0]
                .evidence
                .iter()
                .find(|e| e.key == "SCardTransmit");
            let evidence = evidence.unwrap().render(Lang::En);
            assert!(evidence.contains("0x"), "{evidence}");
            back_in(&inserted);
        }
        assert!(asked(&card()).content().is_some());
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
fn half_answers_are_a_bad_contact() {
    isolated(|station| {
        let inserted = insert(&station, Profile::Cps3);
        let there = card();
        inserted.truncate();
        assert_eq!(asked(&there).findings()[0].kind.code, "card.mute");
    });
}

#[test]
fn arbitrary_answers_neither_panic_nor_tell_tries() {
    isolated(|station| {
        let inserted = insert(&station, Profile::Cps3);
        let there = card();
        inserted.garbage();
        let seen = asked(&there);
        let content = told(&seen);
        assert_eq!(content.tries.value(), None);
        assert_eq!(inserted.presentations(), 0);
    });
}

#[test]
fn a_card_that_does_not_answer_a_command_is_told_within_the_deadline() {
    isolated(|station| {
        let inserted = insert(&station, Profile::Cps3);
        let there = card();
        inserted.stall();
        let deadline = Deadline::after(Duration::from_millis(300));
        let seen = ContentProbe::new(&SystemPcsc::new(), &there, deadline).observe();
        let finding = &seen.findings()[0];
        assert_eq!(finding.kind.code, "card.mute");
        let silent = finding
            .evidence
            .iter()
            .find(|e| e.key == "no_answer")
            .unwrap();
        assert!(silent.render(Lang::En).starts_with("SCardTransmit ("));
    });
}

/// A probe of ours is never between two calls while somebody else has the card open: it looks first.
/// What the port answers then is shown here, what the probe makes of it in a recorded world.
#[test]
fn a_reset_by_another_program_is_told_with_its_number() {
    isolated(|station| {
        let inserted = insert(&station, Profile::Cps3);
        let mut other = CardHolder::shared(&station).unwrap();
        let context = SystemPcsc::new().establish().unwrap();
        let card = context.connect(&station.reader()).unwrap();
        assert!(card.status().is_ok());
        let resets = inserted.resets();
        other.reset().unwrap();
        assert_eq!(inserted.resets(), resets + 1);
        let refused = begun(card.as_ref()).unwrap_err();
        assert_eq!(refused.code, 0x8010_0068, "{refused}");
        assert_eq!(refused.name.as_deref(), Some("SCARD_W_RESET_CARD"));
    });
}

fn begun(card: &dyn PcscCard) -> Result<(), ForeignFailure> {
    card.transaction().map(|_| ())
}
