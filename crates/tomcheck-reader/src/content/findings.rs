//! What does a card mean that told, or broke off?

use tomcheck_diagnosis::{
    Evidence, Finding, FindingKind, Identity, IdentityKind, Observation, Text,
};

use super::{Broken, ContentSeen, ContentState, Purpose};
use crate::card_findings::BROKE_OFF;
use crate::reader::{reader_evidence, serial};
use crate::rows::{HELD, MUTE, REMOVED, UNAVAILABLE};
use crate::scard::{self, BEGIN_TRANSACTION, CONNECT, TRANSMIT};
use crate::within::NoAnswer;

impl Observation for ContentSeen {
    fn findings(&self) -> Vec<Finding> {
        match &self.state {
            ContentState::NotAsked { .. } | ContentState::InUse { .. } | ContentState::Read(_) => {
                Vec::new()
            }
            ContentState::NoService { service } => service.findings(),
            ContentState::NoAnswer { silent } => {
                vec![self.about(no_answer(silent)).with(silent)]
            }
            ContentState::BrokenOff { purpose, broken } => {
                let asked = purpose.map(|purpose| Evidence::new("asked", ASKED, said(purpose)));
                vec![self.about(broken.finding()).with(broken).with_all(asked)]
            }
        }
    }

    fn identities(&self) -> Vec<Identity> {
        let number = self.content().and_then(|content| content.number.value());
        let number = number.map(|number| number.identity(IdentityKind::Serial));
        let reader = self.reader.as_deref().and_then(serial);
        number.into_iter().chain(reader).collect()
    }
}

impl ContentSeen {
    fn about(&self, finding: Finding) -> Finding {
        finding.with_all(self.reader.as_deref().map(reader_evidence))
    }
}

impl Broken {
    pub(crate) fn finding(&self) -> Finding {
        match self {
            Self::TooShort { length: 0 } => Finding::of(&REMOVED),
            Self::TooShort { .. } => Finding::of(&MUTE).noting(BROKE_OFF),
            Self::Failed { failure } => {
                let among = |codes: &[u32]| codes.iter().any(|code| scard::is(failure, *code));
                Finding::of(match () {
                    () if among(GONE) => &REMOVED,
                    () if among(SILENT) => &MUTE,
                    () if among(&[scard::SHARING_VIOLATION]) => &HELD,
                    () => &UNAVAILABLE,
                })
            }
        }
    }
}

impl Broken {
    /// Whether the contact between card and reader can be the cause. A reset is some program's
    /// doing, unless the reader counted a card that came and went.
    pub(crate) fn is_between_card_and_reader(&self) -> bool {
        match self {
            Self::TooShort { .. } => true,
            Self::Failed { failure } => {
                let mut codes = GONE.iter().chain(SILENT);
                !scard::is(failure, scard::RESET) && codes.any(|code| scard::is(failure, *code))
            }
        }
    }
}

/// Numbers of a card that was there a moment ago, or was reset meanwhile.
const GONE: &[u32] = &[
    scard::NO_SMARTCARD,
    scard::NOT_TRANSACTED,
    scard::RESET,
    scard::REMOVED,
];
const SILENT: &[u32] = &[scard::UNRESPONSIVE, scard::UNPOWERED];

/// What it means that this call does not return.
pub(crate) fn no_answer(silent: &NoAnswer) -> Finding {
    let kind: &'static FindingKind = match silent.call.as_ref() {
        TRANSMIT => &MUTE,
        CONNECT | BEGIN_TRANSACTION => &HELD,
        _ => &UNAVAILABLE,
    };
    Finding::of(kind)
}

const fn said(purpose: Purpose) -> Text {
    match purpose {
        Purpose::Number => Text {
            fr: "le numéro de la carte",
            en: "the card's number",
        },
        Purpose::Tries => Text {
            fr: "le nombre d'essais restants",
            en: "the number of tries left",
        },
        Purpose::Application => Text {
            fr: "les applications présentes",
            en: "the applications present",
        },
        Purpose::SignOfLife => Text {
            fr: "un signe de vie",
            en: "a sign of life",
        },
    }
}

const ASKED: Text = Text {
    fr: "demandé à la carte",
    en: "asked of the card",
};
#[cfg(test)]
mod tests {
    use std::time::Duration;

    use tomcheck_diagnosis::{Deadline, ForeignFailure, Probe};

    use super::*;
    use crate::content::{NotAsked, Presence, Told};
    use crate::fake::{Answers, CPS3, World, codes};
    use crate::{CardProbe, ContentProbe, ReadersProbe};

    const CPS4: &str = "3B9B188001001225006480040100009044";

    fn soon() -> Deadline {
        Deadline::after(Duration::from_secs(2))
    }

    fn seen(atr: &str, state: u32, answers: Answers) -> ContentSeen {
        let world = World {
            answers,
            ..World::with(&[("Twin 00 00", state, Some(atr))])
        };
        let readers = ReadersProbe::new(&world, None, soon()).observe();
        let card = CardProbe::new(&world, &readers, soon()).observe();
        ContentProbe::new(&world, &card, soon()).observe()
    }

    /// No test may send a command to a card that is to be left alone.
    fn never(command: &[u8]) -> Result<Vec<u8>, ForeignFailure> {
        panic!("{command:02X?}");
    }

    #[test]
    fn a_card_that_is_in_use_foreign_vitale_or_obsolete_is_sent_nothing() {
        for state in [0x122, 0xA2] {
            let seen = seen(CPS3, state, never);
            assert!(matches!(seen.state, ContentState::InUse { .. }), "{seen:?}");
            assert!(seen.findings().is_empty());
        }
        let others = [
            ("3B6500002063CB6600", NotAsked::NotCpx),
            ("3B751300004709EA9000", NotAsked::NotCpx),
            ("3BAC00402A001225006480820212009000", NotAsked::Unknown),
        ];
        for (atr, why) in others {
            let seen = seen(atr, 0x22, never);
            assert_eq!(seen.state, ContentState::NotAsked { why });
        }
    }

    /// The real stack resets no card within a transaction of ours: only a recorded world shows
    /// these numbers here.
    #[test]
    fn a_card_that_goes_or_is_reset_in_the_midst_was_removed_and_the_number_is_told() {
        let worlds: [(Answers, &str); 4] = [
            (
                |_| Err(scard::failure(TRANSMIT, 0x8010_0068)),
                "SCARD_W_RESET_CARD 0x80100068",
            ),
            (
                |_| Err(scard::failure(TRANSMIT, 0x8010_0069)),
                "SCARD_W_REMOVED_CARD 0x80100069",
            ),
            (
                |_| Err(scard::failure(TRANSMIT, 0x8010_0016)),
                "SCARD_E_NOT_TRANSACTED 0x80100016",
            ),
            (|_| Ok(Vec::new()), "SCARD_S_SUCCESS 0x0, 0 / 2 bytes"),
        ];
        for (answers, number) in worlds {
            let seen = seen(CPS3, 0x22, answers);
            assert_eq!(codes(&seen), ["card.removed-during-use"]);
            let evidence = &seen.findings()[0].evidence;
            let told = evidence.iter().find(|e| e.key == "SCardTransmit").unwrap();
            assert_eq!(told.machine(Default::default()), number);
        }
    }

    #[test]
    fn half_an_answer_is_a_bad_contact_and_a_strange_number_leaves_the_reader_unavailable() {
        assert_eq!(codes(&seen(CPS3, 0x22, |_| Ok(vec![0x90]))), ["card.mute"]);
        let strange = |_: &[u8]| Err(scard::failure(TRANSMIT, 0x8010_002F));
        assert_eq!(codes(&seen(CPS3, 0x22, strange)), ["reader.unavailable"]);
        let stopped = |_: &[u8]| Err(scard::failure(TRANSMIT, 0x8010_001D));
        assert_eq!(
            codes(&seen(CPS3, 0x22, stopped)),
            ["reader.service-stopped"]
        );
    }

    #[test]
    fn a_card_that_refuses_everything_tells_nothing_and_is_no_finding() {
        let seen = seen(CPS4, 0x22, |_| Ok(vec![0x6D, 0x00]));
        assert!(seen.findings().is_empty());
        let content = seen.content().unwrap();
        assert_eq!(content.tries, Told::NotAsked);
        let untold = content.applications.iter();
        assert!(untold.clone().all(|one| one.presence == Presence::Untold));
    }

    /// A VERIFY would go to whatever is selected there.
    #[test]
    fn a_cps4_without_its_application_is_asked_for_no_tries() {
        let seen = seen(CPS4, 0x22, |command| match command {
            [0x01, 0xA4, 0x04, ..] => Ok(vec![0x6A, 0x82]),
            [_, 0x20, ..] => panic!("{command:02X?}"),
            _ => Ok(vec![0x90, 0x00]),
        });
        assert_eq!(seen.content().unwrap().tries, Told::NotAsked, "{seen:?}");
    }

    #[test]
    fn an_observation_survives_json_and_its_number_is_personal() {
        let number = |command: &[u8]| match command {
            [_, 0xB0, ..] => {
                Ok(b"\x5A\x0A\x80\x25\x00\x00\x01\x26\x00\x00\x01\x0F\x90\x00".to_vec())
            }
            _ => Ok(vec![0x90, 0x00]),
        };
        let seen = seen(CPS3, 0x22, number);
        let json = serde_json::to_string(&seen).unwrap();
        assert!(json.contains("26000001"));
        assert_eq!(serde_json::from_str::<ContentSeen>(&json).unwrap(), seen);
        assert_eq!(seen.identities().len(), 1);
        assert!(!format!("{seen:?}").contains("26000001"));
    }
}
