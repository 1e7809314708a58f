//! Which card is in the reader, and does it answer?

use std::time::Duration;

use serde::{Deserialize, Serialize};
use tomcheck_diagnosis::{Deadline, ForeignFailure, Probe};

use crate::pcsc::{CardStatus, EstablishFailure, Pcsc, PcscContext, ReaderStatus};
use crate::programs::Programs;
use crate::scard::{self, CONNECT, ESTABLISH, STATUS, STATUS_CHANGE};
use crate::service::ServiceSeen;
use crate::within::{Calls, NoAnswer, within};
use crate::{
    AtrBytes, CardKind, CpxFacts, ReaderSeen, ReaderState, ReadersSeen, Session, StateFlag,
};

/// Opens the card of the chosen reader in shared mode, asks what it answered to reset, and
/// leaves it as found.
///
/// Blocks until its deadline at most, and a second more to see who holds a card that does
/// not answer. Touches the card no further than any program that
/// opens it: a sleeping card is powered up, no command is sent.
#[derive(Debug)]
pub struct CardProbe<'a, P> {
    pcsc: &'a P,
    readers: &'a ReadersSeen,
    deadline: Deadline,
}

impl<'a, P: Pcsc> CardProbe<'a, P> {
    /// Looks at the reader `readers` chooses, until `deadline`.
    pub fn new(pcsc: &'a P, readers: &'a ReadersSeen, deadline: Deadline) -> Self {
        Self {
            pcsc,
            readers,
            deadline,
        }
    }
}

impl<P: Pcsc> Probe for CardProbe<'_, P> {
    type Seen = CardSeen;
    const ID: &'static str = "card.present";

    fn observe(&self) -> CardSeen {
        let Some(chosen) = self.readers.chosen() else {
            let state = CardState::NoReader;
            return CardSeen {
                reader: None,
                state,
            };
        };
        let (pcsc, reader) = (self.pcsc.clone(), chosen.name.clone());
        let looked = within(self.deadline, move |calls| {
            look(&pcsc, &reader, calls).unwrap_or_else(|failure| CardState::NoService {
                service: ServiceSeen::after(failure, &pcsc),
            })
        });
        let state = looked.unwrap_or_else(|silent| CardState::NoAnswer {
            state: self.state_now(&silent, chosen),
            programs: self.programs(),
            silent,
        });
        CardSeen {
            reader: Some(chosen.name.clone()),
            state,
        }
    }
}

impl<P: Pcsc> CardProbe<'_, P> {
    /// Another program may have taken the card since the readers were looked at. To ask for the
    /// state waits for no card, only for the service.
    fn state_now(&self, silent: &NoAnswer, reader: &ReaderSeen) -> Option<ReaderState> {
        if !silent.is_of_card() {
            return reader.state();
        }
        let (pcsc, name) = (self.pcsc.clone(), reader.name.clone());
        let seen = within(Deadline::after(LOOK_AROUND), move |_| {
            let context = pcsc.establish().ok()?;
            context.reader_status(&name).ok()
        });
        let now = seen.ok().flatten().map(|status| status.state);
        now.or(reader.state())
    }

    /// The system may keep even this waiting: a process stuck in a driver holds its own maps.
    fn programs(&self) -> Programs {
        let pcsc = self.pcsc.clone();
        let seen = within(Deadline::after(LOOK_AROUND), move |_| pcsc.programs());
        seen.unwrap_or_default()
    }
}

const LOOK_AROUND: Duration = Duration::from_millis(500);

fn look(pcsc: &impl Pcsc, reader: &str, calls: &Calls) -> Result<CardState, EstablishFailure> {
    let context = calls.make(ESTABLISH, || pcsc.establish())?;
    let before = calls.make(STATUS_CHANGE, || context.reader_status(reader))?;
    if before.state.has(StateFlag::Empty) {
        let state = before.state;
        let session = pcsc.session();
        return Ok(CardState::Absent { state, session });
    }
    match open(context.as_ref(), reader, calls) {
        Ok(status) => Ok(answered(status, before)),
        Err(failure) if scard::is_service_gone(&failure) => Err(failure.into()),
        Err(failure) => Ok(refused(failure, before, pcsc)),
    }
}

/// The card is left as found here, whatever it answered.
fn open(
    context: &dyn PcscContext,
    reader: &str,
    calls: &Calls,
) -> Result<CardStatus, ForeignFailure> {
    let card = calls.make(CONNECT, || context.connect(reader))?;
    calls.make(STATUS, || card.status())
}

fn answered(status: CardStatus, before: ReaderStatus) -> CardState {
    match status.atr.or(before.atr) {
        Some(atr) => CardState::Answers {
            kind: CardKind::of(&atr),
            protocol: status.protocol,
            atr,
        },
        None => CardState::Mute {
            state: before.state,
            failure: None,
        },
    }
}

fn refused(failure: ForeignFailure, before: ReaderStatus, pcsc: &impl Pcsc) -> CardState {
    let state = before.state;
    let is = |code| scard::is(&failure, code);
    if is(scard::SHARING_VIOLATION) {
        let programs = pcsc.programs();
        return CardState::InExclusiveUse {
            state,
            failure,
            programs,
        };
    }
    if is(scard::UNRESPONSIVE) || is(scard::UNPOWERED) {
        let failure = Some(failure);
        return CardState::Mute { state, failure };
    }
    // It was there a moment ago.
    if is(scard::NO_SMARTCARD) || is(scard::REMOVED) || is(scard::RESET) {
        return CardState::RemovedDuringUse { state, failure };
    }
    CardState::Unavailable {
        state,
        failure,
        atr: before.atr,
    }
}

/// The card of one reader.
#[derive(Clone, Debug, Eq, PartialEq, Serialize, Deserialize)]
pub struct CardSeen {
    /// The reader that was chosen; none when there was none to choose.
    pub reader: Option<String>,
    /// What became of opening the card.
    #[serde(flatten)]
    pub state: CardState,
}

/// What became of opening a card.
#[non_exhaustive]
#[derive(Clone, Debug, Eq, PartialEq, Serialize, Deserialize)]
#[serde(tag = "card", rename_all = "kebab-case")]
pub enum CardState {
    /// There was no reader to look at.
    NoReader,
    /// The service did not answer as it should.
    NoService {
        /// What it did.
        service: ServiceSeen,
    },
    /// No answer in time.
    NoAnswer {
        /// The call.
        silent: NoAnswer,
        /// The reader's state after that, else when the readers were listed.
        state: Option<ReaderState>,
        /// Among them, perhaps, the one that is waited for.
        programs: Programs,
    },
    /// The reader is empty.
    Absent {
        /// The reader's state.
        state: ReaderState,
        /// From where this session is used: the card may be in a reader somewhere else.
        #[serde(default)]
        session: Session,
    },
    /// A card is there and does not answer.
    Mute {
        /// The reader's state.
        state: ReaderState,
        /// The answer to opening it; none where it opened and gave no answer to reset.
        failure: Option<ForeignFailure>,
    },
    /// Another program keeps the card for itself.
    InExclusiveUse {
        /// The reader's state.
        state: ReaderState,
        /// The answer to opening it.
        failure: ForeignFailure,
        /// Among them, the one that keeps it.
        programs: Programs,
    },
    /// The card was there, and was pulled out or reset while it was looked at.
    RemovedDuringUse {
        /// The reader's state just before.
        state: ReaderState,
        /// The answer to opening it.
        failure: ForeignFailure,
    },
    /// The card cannot be opened, for any other reason.
    Unavailable {
        /// The reader's state.
        state: ReaderState,
        /// The answer to opening it.
        failure: ForeignFailure,
        /// What the card answered to reset, where the reader knows.
        atr: Option<AtrBytes>,
    },
    /// The card answers.
    Answers {
        /// Its answer to reset.
        atr: AtrBytes,
        /// The card that answers so.
        kind: CardKind,
        /// 1 is T=0, 2 is T=1.
        protocol: u32,
    },
}

impl CardSeen {
    /// The reader that was chosen.
    pub fn reader(&self) -> Option<&str> {
        self.reader.as_deref()
    }

    /// What is known of the card when it answers and is a CPx.
    pub fn cpx(&self) -> Option<&CpxFacts> {
        match &self.state {
            CardState::Answers { kind, .. } => kind.cpx(),
            _ => None,
        }
    }

    /// The card's answer to reset, where it is known.
    pub fn atr(&self) -> Option<&AtrBytes> {
        match &self.state {
            CardState::Answers { atr, .. } => Some(atr),
            CardState::Unavailable { atr, .. } => atr.as_ref(),
            _ => None,
        }
    }
}
