//! What does the card that was seen, or not seen, mean?

use tomcheck_diagnosis::{
    Evidence, Finding, FindingKind, ForeignFailure, Identity, Observation, Text,
};

use crate::programs::Programs;
use crate::reader::{reader_evidence, serial};
use crate::rows::{
    ABSENT, CONTACTLESS_ONLY, FOREIGN, HELD, HUNG, MUTE, OBSOLETE, REMOVED, UNAVAILABLE, VITALE,
};
use crate::within::NoAnswer;
use crate::{
    Atr, AtrBytes, AtrError, CardKind, CardSeen, CardState, Generation, ReaderState, StateFlag,
};

impl Observation for CardSeen {
    fn findings(&self) -> Vec<Finding> {
        match &self.state {
            CardState::NoReader => Vec::new(),
            CardState::NoService { service } => service.findings(),
            CardState::NoAnswer {
                silent,
                state,
                programs,
            } => vec![self.silent(silent, *state, programs)],
            CardState::Absent { state, session } => {
                vec![session.without_card(self.finding(&ABSENT, *state, None))]
            }
            CardState::Mute { state, failure } => {
                vec![self.finding(&MUTE, *state, failure.as_ref())]
            }
            CardState::InExclusiveUse {
                state,
                failure,
                programs,
            } => {
                let held = self.finding(&HELD, *state, Some(failure));
                vec![programs.accuse(held)]
            }
            CardState::RemovedDuringUse { state, failure } => {
                vec![self.finding(&REMOVED, *state, Some(failure))]
            }
            CardState::Unavailable {
                state,
                failure,
                atr,
            } => vec![self.unavailable(*state, failure, atr.as_ref())],
            CardState::Answers { atr, kind, .. } => {
                let judged = judge(kind, atr).map(|finding| self.about(finding, atr));
                judged.into_iter().collect()
            }
        }
    }

    fn identities(&self) -> Vec<Identity> {
        self.reader().and_then(serial).into_iter().collect()
    }
}

impl CardSeen {
    fn finding(
        &self,
        kind: &'static FindingKind,
        state: ReaderState,
        failure: Option<&ForeignFailure>,
    ) -> Finding {
        Finding::of(kind)
            .with_all(self.reader().map(reader_evidence))
            .with(Evidence::raw(
                "dwEventState",
                format!("0x{:X}", state.raw()),
            ))
            .with_all(failure.map(Evidence::from))
    }

    /// A card that cannot be opened is first of all the wrong card, when it is one.
    fn unavailable(
        &self,
        state: ReaderState,
        failure: &ForeignFailure,
        atr: Option<&AtrBytes>,
    ) -> Finding {
        if let Some(atr) = atr
            && let Some(wrong) = judge(&CardKind::of(atr), atr)
        {
            return self.about(wrong, atr).with(failure);
        }
        self.finding(&UNAVAILABLE, state, Some(failure))
    }

    /// While another program is in the midst of a transaction, opening the card waits.
    fn silent(
        &self,
        silent: &NoAnswer,
        state: Option<ReaderState>,
        programs: &Programs,
    ) -> Finding {
        let is_shared = state.is_some_and(|state| state.has(StateFlag::InUse));
        let finding = match silent.is_of_card() {
            true if is_shared => Finding::of(&HELD),
            true => Finding::of(&UNAVAILABLE),
            false => return Finding::of(&HUNG).with(silent),
        };
        let finding = finding
            .with_all(self.reader().map(reader_evidence))
            .with(silent);
        programs.accuse(finding)
    }

    fn about(&self, finding: Finding, atr: &AtrBytes) -> Finding {
        let malformed = Atr::read(atr).err();
        finding
            .with_all(self.reader().map(reader_evidence))
            .with(Evidence::raw("ATR", atr.to_string()))
            .with_all(malformed.map(|error| malformation(&error)))
    }
}

fn malformation(error: &AtrError) -> Evidence {
    Evidence {
        value: error.sentence().into(),
        ..Evidence::raw("ISO/IEC 7816-3", "")
    }
}

pub(crate) fn judge(kind: &CardKind, atr: &AtrBytes) -> Option<Finding> {
    match kind {
        // Vitale or CPx by its first bytes: whose answer broke off is not known either.
        CardKind::Vitale | CardKind::Foreign { .. } if is_cut_short(atr) => {
            Some(Finding::of(&MUTE).noting(BROKE_OFF))
        }
        CardKind::Cpx(facts) if facts.generation == Generation::Cps2ter => {
            Some(Finding::of(&OBSOLETE))
        }
        CardKind::Cpx(facts) if facts.contactless => Some(Finding::of(&CONTACTLESS_ONLY)),
        CardKind::Cpx(_) => None,
        CardKind::Vitale => Some(Finding::of(&VITALE)),
        CardKind::Foreign {
            resembles_cpx: true,
        } => Some(Finding::of(&FOREIGN).noting(RESEMBLES)),
        CardKind::Foreign {
            resembles_cpx: false,
        } => Some(Finding::of(&FOREIGN)),
    }
}

/// No card is made so: its contacts fail while it answers.
fn is_cut_short(atr: &AtrBytes) -> bool {
    matches!(Atr::read(atr), Err(AtrError::CutShort { .. }))
}

pub(crate) const BROKE_OFF: Text = Text {
    fr: "Sa réponse s'interrompt avant la fin : le plus souvent un mauvais contact, la puce est sale ou mal en place.",
    en: "Its answer breaks off before the end: mostly a bad contact, the chip is dirty or not well in place.",
};
const RESEMBLES: Text = Text {
    fr: "Sa réponse ressemble à celle d'une carte CPx : si c'en est une, la Cryptolib CPS ne la connaît peut-être pas encore.",
    en: "Its answer resembles that of a CPx: if it is one, the Cryptolib CPS may not know it yet.",
};

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use tomcheck_diagnosis::{Deadline, Probe};

    use super::*;
    use crate::fake::{CPS3, World, codes};
    use crate::programs::{Process, SeenBy};
    use crate::scard::CONNECT;
    use crate::{CardProbe, ReadersProbe, Session, scard};

    const READER: &str = "Twin 00 00";

    fn soon() -> Deadline {
        Deadline::after(Duration::from_secs(2))
    }

    fn seen(world: &World) -> CardSeen {
        let readers = ReadersProbe::new(world, None, soon()).observe();
        CardProbe::new(world, &readers, soon()).observe()
    }

    fn card(atr: &str) -> World {
        World::with(&[(READER, 0x22, Some(atr))])
    }

    fn refusing(state: u32, atr: Option<&str>, code: u32) -> World {
        World {
            connect: Err(scard::failure(CONNECT, code)),
            ..World::with(&[(READER, state, atr)])
        }
    }

    #[test]
    fn a_cps3_is_nothing_to_speak_of() {
        let seen = seen(&card(CPS3));
        assert!(seen.findings().is_empty());
        assert_eq!(seen.cpx().unwrap().generation, Generation::Cps3);
        assert_eq!(seen.reader(), Some(READER));
    }

    #[test]
    fn an_empty_reader_is_not_opened() {
        let world = World::with(&[(READER, 0x12, None)]);
        assert_eq!(codes(&seen(&world)), ["card.absent"]);
        assert_eq!(world.opened(), 0);
    }

    #[test]
    fn over_ssh_the_card_is_missed_in_the_reader_of_the_other_machine() {
        let mut world = World::with(&[(READER, 0x12, None)]);
        world.around.session = Session::of(vec!["SSH_TTY=/dev/pts/1".to_owned()], None);
        let finding = seen(&world).findings().remove(0);
        let step = finding
            .steps(tomcheck_diagnosis::Lang::Fr, "linux")
            .remove(0);
        assert!(step.contains("l'ordinateur distant"), "{step}");
    }

    #[test]
    fn a_mute_card_keeps_both_its_state_and_the_answer() {
        let seen = seen(&refusing(0x222, None, 0x8010_0067));
        assert_eq!(codes(&seen), ["card.mute"]);
        let evidence = &seen.findings()[0].evidence;
        let keys: Vec<_> = evidence.iter().map(|e| e.key.as_ref()).collect();
        assert_eq!(keys, ["reader", "dwEventState", "SCardConnect"]);
    }

    #[test]
    fn vitale_foreign_obsolete_and_contactless_cards_are_told_apart() {
        assert_eq!(codes(&seen(&card("3B751300004709EA9000"))), ["card.vitale"]);
        assert_eq!(codes(&seen(&card("3B6500002063CB6600"))), ["card.foreign"]);
        let older = card("3BAC00402A001225006480820212009000");
        assert_eq!(codes(&seen(&older)), ["card.generation-obsolete"]);
        let antenna = card("3B8F80010031B86404B0ECC1739401808290000E");
        assert_eq!(codes(&seen(&antenna)), ["card.contactless-only"]);
    }

    #[test]
    fn a_garbled_answer_to_reset_says_what_is_wrong_with_it() {
        let seen = seen(&card("3B9B188001001225006480040100009045"));
        let finding = &seen.findings()[0];
        assert_eq!(finding.kind.code, "card.foreign");
        assert!(finding.note.is_some());
        let last = finding.evidence.last().unwrap();
        assert!(last.machine(Default::default()).contains("devrait être 44"));
    }

    #[test]
    fn an_answer_to_reset_cut_short_is_a_bad_contact_and_no_foreign_card() {
        for cut in ["3B", "3BAC00402A0012", "3B7513", "3B9B18800100122500"] {
            let seen = seen(&card(cut));
            assert_eq!(codes(&seen), ["card.mute"], "{cut}");
            let finding = &seen.findings()[0];
            assert!(finding.note.unwrap().fr.contains("mauvais contact"));
            let shown = finding.evidence.iter().find(|e| e.key == "ATR").unwrap();
            assert!(shown.machine(Default::default()).starts_with("3B"));
            assert!(finding.evidence.iter().any(|e| e.key == "ISO/IEC 7816-3"));
        }
        let refused = seen(&refusing(0x22, Some("3B"), 0x8010_000F));
        assert_eq!(codes(&refused), ["card.mute"]);
        let whole = seen(&card("3B6500002063CB6600"));
        assert_eq!(codes(&whole), ["card.foreign"]);
    }

    #[test]
    fn a_card_held_by_another_program_names_those_it_can_be() {
        let mut world = refusing(0xA2, Some(CPS3), 0x8010_000B);
        world.programs = Programs::Seen {
            processes: vec![Process {
                pid: 42,
                name: "lecteur-vitale".to_owned(),
            }],
            closed: 0,
            by: SeenBy::Connection,
        };
        let seen = seen(&world);
        assert_eq!(codes(&seen), ["card.in-exclusive-use"]);
        assert!(seen.cpx().is_none());
        let title = seen.findings()[0].title(tomcheck_diagnosis::Lang::Fr);
        assert!(title.contains("autre programme"), "{title}");
        let last = seen.findings()[0].evidence.last().cloned().unwrap();
        assert_eq!(last.machine(Default::default()), "lecteur-vitale (42)");
    }

    #[test]
    fn a_card_that_goes_while_it_is_looked_at_was_removed() {
        for code in [0x8010_000C, 0x8010_0069, 0x8010_0068] {
            let seen = seen(&refusing(0x22, Some(CPS3), code));
            assert_eq!(codes(&seen), ["card.removed-during-use"]);
        }
    }

    #[test]
    fn any_other_answer_leaves_the_reader_unavailable_unless_it_is_the_wrong_card() {
        let cps = seen(&refusing(0x22, Some(CPS3), 0x8010_0017));
        assert_eq!(codes(&cps), ["reader.unavailable"]);
        let other = seen(&refusing(0x22, Some("3B6500002063CB6600"), 0x8010_000F));
        assert_eq!(codes(&other), ["card.foreign"]);
        let stopped = seen(&refusing(0x22, Some(CPS3), 0x8010_001D));
        assert_eq!(codes(&stopped), ["reader.service-stopped"]);
    }

    #[test]
    fn a_card_that_never_answers_names_the_call() {
        let world = card(CPS3);
        let readers = ReadersProbe::new(&world, None, soon()).observe();
        let hanging = World {
            hangs_in: Some(CONNECT),
            ..world
        };
        let deadline = Deadline::after(Duration::from_millis(30));
        let seen = CardProbe::new(&hanging, &readers, deadline).observe();
        assert_eq!(codes(&seen), ["reader.unavailable"]);
        let finding = &seen.findings()[0];
        let silent = finding.evidence.iter().find(|e| e.key == "no_answer");
        let said = silent.unwrap().machine(Default::default());
        assert!(said.starts_with("SCardConnect ("), "{said}");
    }

    #[test]
    fn a_card_that_was_taken_since_the_readers_were_looked_at_is_in_use() {
        let before = World::with(&[(READER, 0x22, Some(CPS3))]);
        let readers = ReadersProbe::new(&before, None, soon()).observe();
        let now = World {
            hangs_in: Some(CONNECT),
            ..World::with(&[(READER, 0x122, Some(CPS3))])
        };
        let deadline = Deadline::after(Duration::from_millis(30));
        let seen = CardProbe::new(&now, &readers, deadline).observe();
        assert_eq!(codes(&seen), ["card.in-exclusive-use"]);
    }

    #[test]
    fn a_system_that_does_not_tell_who_holds_the_card_is_not_waited_for() {
        let world = World::with(&[(READER, 0x122, Some(CPS3))]);
        let readers = ReadersProbe::new(&world, None, soon()).observe();
        let hanging = World {
            hangs_in: Some(CONNECT),
            hides_programs: true,
            ..world
        };
        let begun = std::time::Instant::now();
        let deadline = Deadline::after(Duration::from_millis(30));
        let seen = CardProbe::new(&hanging, &readers, deadline).observe();
        assert!(begun.elapsed() < Duration::from_secs(3));
        assert_eq!(codes(&seen), ["card.in-exclusive-use"]);
        let CardState::NoAnswer { programs, .. } = seen.state else {
            panic!("{seen:?}");
        };
        assert_eq!(programs, Programs::NotLooked);
    }

    #[test]
    fn an_observation_survives_json() {
        for world in [card(CPS3), refusing(0xA2, None, 0x8010_000B)] {
            let seen = seen(&world);
            let json = serde_json::to_string(&seen).unwrap();
            assert_eq!(serde_json::from_str::<CardSeen>(&json).unwrap(), seen);
        }
    }
}
