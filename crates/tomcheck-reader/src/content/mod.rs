//! What is on the card, as far as it tells everybody, without any code?

mod answer;
mod application;
pub(crate) mod command;
mod findings;

use serde::{Deserialize, Serialize};
use tomcheck_diagnosis::{Deadline, ForeignFailure, Personal, Probe};

use self::answer::{Answer, counters, number};
pub use self::answer::{Broken, StatusWord};
use self::application::{Application, Counters, OTHERS, PIV, Plan};
pub use self::command::Purpose;
use self::command::{Channel, Code, Command};
pub(crate) use self::findings::no_answer;
use crate::pcsc::{EstablishFailure, Pcsc, PcscCard, PcscTransaction};
use crate::scard::{self, BEGIN_TRANSACTION, CONNECT, ESTABLISH, STATUS, STATUS_CHANGE, TRANSMIT};
use crate::service::ServiceSeen;
use crate::within::{Calls, NoAnswer, within};
use crate::{CardKind, CardSeen, CardState, ReaderState, StateFlag};

/// Asks the card for its number, its applications and the tries left of its code porteur.
///
/// Blocks until its deadline at most. Sends a CPS3 or a CPS4 five commands, in one shared
/// connection and one transaction, and leaves the card as found but for the application that
/// is selected; no code is presented and no try spent. Another program could rely on its own
/// selection: while one uses the card, no command is sent. One that opens it between our look
/// and our own opening, a millisecond later, is not seen. No command is sent either to a card
/// that is no CPx, nor to a CPS2ter.
///
/// Not tried on a genuine card: the commands are those the Cryptolib sends, with the reference
/// of the code porteur that its published sources begin with. A card that knows it by another
/// one tells no tries, and that is what is reported.
#[derive(Debug)]
pub struct ContentProbe<'a, P> {
    pcsc: &'a P,
    card: &'a CardSeen,
    deadline: Deadline,
}

impl<'a, P: Pcsc> ContentProbe<'a, P> {
    /// Looks at the card that was seen, until `deadline`.
    pub fn new(pcsc: &'a P, card: &'a CardSeen, deadline: Deadline) -> Self {
        Self {
            pcsc,
            card,
            deadline,
        }
    }
}

impl<P: Pcsc> Probe for ContentProbe<'_, P> {
    type Seen = ContentSeen;
    const ID: &'static str = "card.content";

    fn observe(&self) -> ContentSeen {
        let reader = self.card.reader.clone();
        let state = match (&self.card.state, &reader) {
            (CardState::Answers { .. }, Some(reader)) => self.look(reader.clone()),
            _ => ContentState::NotAsked {
                why: NotAsked::NoCard,
            },
        };
        ContentSeen { reader, state }
    }
}

impl<P: Pcsc> ContentProbe<'_, P> {
    fn look(&self, reader: String) -> ContentState {
        let pcsc = self.pcsc.clone();
        let looked = within(self.deadline, move |calls| {
            look(&pcsc, &reader, calls).unwrap_or_else(|failure| ContentState::NoService {
                service: ServiceSeen::after(failure, &pcsc),
            })
        });
        looked.unwrap_or_else(|silent| ContentState::NoAnswer { silent })
    }
}

fn look(pcsc: &impl Pcsc, reader: &str, calls: &Calls) -> Result<ContentState, EstablishFailure> {
    let context = calls.make(ESTABLISH, || pcsc.establish())?;
    let before = calls.make(STATUS_CHANGE, || context.reader_status(reader))?;
    let state = before.state;
    if is_in_use(state) {
        return Ok(ContentState::InUse { state });
    }
    let opened = calls.make(CONNECT, || context.connect(reader));
    match opened.and_then(|card| read(card.as_ref(), calls)) {
        Ok(read) => Ok(read),
        Err(failure) if scard::is_service_gone(&failure) => Err(failure.into()),
        // Between the look and the opening.
        Err(failure) if scard::is(&failure, scard::SHARING_VIOLATION) => {
            Ok(ContentState::InUse { state })
        }
        Err(failure) => Ok(ContentState::BrokenOff {
            purpose: None,
            broken: failure.into(),
        }),
    }
}

/// Whether another program uses the card: asked before we open it ourselves.
pub(crate) fn is_in_use(state: ReaderState) -> bool {
    [StateFlag::InUse, StateFlag::Exclusive]
        .into_iter()
        .any(|flag| state.has(flag))
}

fn read(card: &dyn PcscCard, calls: &Calls) -> Result<ContentState, ForeignFailure> {
    let status = calls.make(STATUS, || card.status())?;
    // The card may be another one by now.
    let kind = status.atr.as_ref().map(CardKind::of);
    let Some(facts) = kind.as_ref().and_then(CardKind::cpx) else {
        let why = NotAsked::NotCpx;
        return Ok(ContentState::NotAsked { why });
    };
    let Some(plan) = Plan::of(facts) else {
        let why = NotAsked::Unknown;
        return Ok(ContentState::NotAsked { why });
    };
    let transaction = calls.make(BEGIN_TRANSACTION, || card.transaction())?;
    let mut asking = Asking {
        transaction: transaction.as_ref(),
        calls,
        with_length: status.protocol == BLOCKS,
        content: CardContent::default(),
    };
    match asking.everything(&plan) {
        Ok(()) => Ok(ContentState::Read(asking.content)),
        Err((_, Broken::Failed { failure })) if scard::is_service_gone(&failure) => Err(failure),
        Err((purpose, broken)) => Ok(ContentState::BrokenOff {
            purpose: Some(purpose),
            broken,
        }),
    }
}

/// T=1, as PC/SC counts.
const BLOCKS: u32 = 2;

/// A card that is asked one thing after another.
struct Asking<'a> {
    transaction: &'a dyn PcscTransaction,
    calls: &'a Calls,
    with_length: bool,
    content: CardContent,
}

type Asked<T> = Result<T, (Purpose, Broken)>;

impl Asking<'_> {
    /// The number comes first: it leaves the master file selected, where a CPS3 keeps its
    /// counters.
    fn everything(&mut self, plan: &Plan) -> Asked<()> {
        self.content.number = self.number(plan.channel)?;
        if let Some(Counters::Data) = plan.counters {
            self.content.tries = self.counters()?;
        }
        let mut has_own = false;
        for application in plan.own {
            has_own |= self.application(application)?;
        }
        if let Some(Counters::Verify(code)) = plan.counters {
            self.content.tries = self.tries(code)?;
        }
        if has_own { Ok(()) } else { self.others() }
    }

    fn others(&mut self) -> Asked<()> {
        for application in OTHERS {
            if self.application(application)? {
                if *application == &PIV {
                    self.content.tries = self.tries(Code::Piv)?;
                }
                return Ok(());
            }
        }
        Ok(())
    }

    fn number(&mut self, channel: Channel) -> Asked<Told<Personal>> {
        let selected = self.send(Command::SelectNumber(channel))?;
        if !selected.is_good() {
            return Ok(Told::Refused {
                status: selected.status,
            });
        }
        let read = self.send(Command::ReadNumber(channel))?;
        Ok(Told::by(&read, number(&read.data)))
    }

    fn counters(&mut self) -> Asked<Told<Tries>> {
        let mut answer = self.send(Command::GetCounters)?;
        if let Some(length) = answer.waiting() {
            answer = self.send(Command::Fetch(length))?;
        }
        Ok(Told::by(&answer, counters(&answer.data)))
    }

    fn tries(&mut self, code: Code) -> Asked<Told<Tries>> {
        let answer = self.send(Command::AskTries(code))?;
        let of = match code {
            Code::Cps4 => Some(MOST_OF_A_CPS4),
            Code::Piv => None,
        };
        Ok(match answer.tries() {
            Some(left) => Told::Told {
                value: Tries { left, of },
            },
            None => Told::Refused {
                status: answer.status,
            },
        })
    }

    fn application(&mut self, application: &'static Application) -> Asked<bool> {
        let answer = self.send(Command::SelectApplication(application))?;
        let presence = match &answer {
            good if good.is_good() => Presence::Present,
            lacking if lacking.is_not_found() => Presence::Absent,
            _ => Presence::Untold,
        };
        self.content.applications.push(ApplicationSeen {
            name: application.name.to_owned(),
            aid: application
                .aid
                .iter()
                .map(|byte| format!("{byte:02X}"))
                .collect(),
            presence,
            status: answer.status,
        });
        Ok(presence == Presence::Present)
    }

    fn send(&mut self, command: Command) -> Asked<Answer> {
        let purpose = command.purpose();
        let answer = transmit(self.transaction, command, self.with_length, self.calls);
        let answer = answer.map_err(|broken| (purpose, broken))?;
        let status = answer.status;
        self.content.commands.push(CommandSeen { purpose, status });
        Ok(answer)
    }
}

fn transmit(
    transaction: &dyn PcscTransaction,
    command: Command,
    with_length: bool,
    calls: &Calls,
) -> Result<Answer, Broken> {
    let bytes = command.bytes(with_length);
    let answer = calls.make(TRANSMIT, || transaction.transmit(&bytes))?;
    Answer::read(&answer)
}

/// Whether the card answers one harmless command.
pub(crate) fn sign_of_life(card: &dyn PcscCard, calls: &Calls) -> Result<(), Broken> {
    let transaction = calls.make(BEGIN_TRANSACTION, || card.transaction())?;
    transmit(transaction.as_ref(), Command::SelectMaster, false, calls).map(|_| ())
}

/// Source: the published sources of the Cryptolib CPS 5.2, which take it for granted.
const MOST_OF_A_CPS4: u8 = 3;

/// The content of one card.
#[derive(Clone, Debug, Eq, PartialEq, Serialize, Deserialize)]
pub struct ContentSeen {
    /// The reader it is in; none when there was none to choose.
    pub reader: Option<String>,
    /// What became of asking.
    #[serde(flatten)]
    pub state: ContentState,
}

/// What became of asking a card.
#[non_exhaustive]
#[derive(Clone, Debug, Eq, PartialEq, Serialize, Deserialize)]
#[serde(tag = "content", rename_all = "kebab-case")]
pub enum ContentState {
    /// There was nothing to ask.
    NotAsked {
        /// Why.
        why: NotAsked,
    },
    /// Not looked: another program uses the card, and a command could disturb it.
    InUse {
        /// The reader's state.
        state: ReaderState,
    },
    /// The service did not answer as it should.
    NoService {
        /// What it did.
        service: ServiceSeen,
    },
    /// No answer in time.
    NoAnswer {
        /// The call.
        silent: NoAnswer,
    },
    /// The card could not be opened any more, or answered no further.
    BrokenOff {
        /// What was asked; none: it was being opened.
        purpose: Option<Purpose>,
        /// What came in place of an answer.
        broken: Broken,
    },
    /// It told.
    Read(CardContent),
}

/// Why a card was asked nothing.
#[derive(Clone, Copy, Debug, Eq, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum NotAsked {
    /// None answers.
    NoCard,
    /// It is no CPx: its own commands are none of our business.
    NotCpx,
    /// No command of this generation is known.
    Unknown,
}

/// What a card told.
#[derive(Clone, Debug, Default, Eq, PartialEq, Serialize, Deserialize)]
pub struct CardContent {
    /// The card's number (EF.SN.ICC).
    pub number: Told<Personal>,
    /// The tries left of the code porteur.
    pub tries: Told<Tries>,
    /// The applications asked for, in that order.
    pub applications: Vec<ApplicationSeen>,
    /// Each command, what for, and how its answer ended.
    pub commands: Vec<CommandSeen>,
}

/// What a card told of one thing.
#[derive(Clone, Debug, Default, Eq, PartialEq, Serialize, Deserialize)]
#[serde(tag = "state", rename_all = "kebab-case")]
pub enum Told<T> {
    /// It was not asked.
    #[default]
    NotAsked,
    /// It told.
    Told {
        /// What.
        value: T,
    },
    /// It did not tell.
    Refused {
        /// The status word.
        status: StatusWord,
    },
    /// Its answer is not what it should be.
    NotUnderstood,
}

impl<T> Told<T> {
    fn by(answer: &Answer, value: Option<T>) -> Self {
        match value {
            Some(value) if answer.is_good() => Self::Told { value },
            _ if answer.is_good() => Self::NotUnderstood,
            _ => Self::Refused {
                status: answer.status,
            },
        }
    }

    /// What it told.
    pub fn value(&self) -> Option<&T> {
        match self {
            Self::Told { value } => Some(value),
            _ => None,
        }
    }
}

/// The tries of a code.
#[derive(Clone, Copy, Debug, Eq, PartialEq, Serialize, Deserialize)]
pub struct Tries {
    /// How many are left.
    pub left: u8,
    /// How many there are when none was wrong; none: not known.
    pub of: Option<u8>,
}

/// One application that was asked for.
#[derive(Clone, Debug, Eq, PartialEq, Serialize, Deserialize)]
pub struct ApplicationSeen {
    /// As people call it.
    pub name: String,
    /// Its identifier, in hexadecimal.
    pub aid: String,
    /// Whether it is there.
    pub presence: Presence,
    /// How the card's answer ended.
    pub status: StatusWord,
}

/// Whether an application is on a card.
#[derive(Clone, Copy, Debug, Eq, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Presence {
    /// It is.
    Present,
    /// It is not.
    Absent,
    /// The card did not say.
    Untold,
}

/// One command that was answered.
#[derive(Clone, Copy, Debug, Eq, PartialEq, Serialize, Deserialize)]
pub struct CommandSeen {
    /// What it was sent for.
    pub purpose: Purpose,
    /// How the answer ended.
    pub status: StatusWord,
}

impl ContentSeen {
    /// What the card told.
    pub fn content(&self) -> Option<&CardContent> {
        match &self.state {
            ContentState::Read(content) => Some(content),
            _ => None,
        }
    }
}
