//! What is on the card, as far as it tells everybody, without any code?

mod answer;
mod application;
pub(crate) mod command;
mod findings;
mod seen;

use tomcheck_diagnosis::{Deadline, ForeignFailure, Personal, Probe};

use self::answer::{Answer, counters, number};
pub use self::answer::{Broken, StatusWord};
use self::application::{Application, Counters, OTHERS, PIV, Plan};
pub use self::command::Purpose;
use self::command::{Channel, Code, Command};
pub(crate) use self::findings::no_answer;
pub use self::seen::{
    ApplicationSeen, CardContent, CommandSeen, ContentSeen, ContentState, NotAsked, Presence, Told,
    Tries,
};
use crate::pcsc::{EstablishFailure, Pcsc, PcscCard, PcscTransaction};
use crate::scard::{self, BEGIN_TRANSACTION, CONNECT, ESTABLISH, STATUS, STATUS_CHANGE, TRANSMIT};
use crate::service::ServiceSeen;
use crate::within::{Calls, within};
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
        let (mut has_own, mut is_selected) = (false, false);
        for application in plan.own {
            is_selected = self.application(application)?;
            has_own |= is_selected;
        }
        // Whatever else is selected there could have a code porteur of its own.
        if let (Some(Counters::Verify(code)), true) = (plan.counters, is_selected) {
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
        let answer = self.transmit(command);
        let answer = answer.map_err(|broken| (purpose, broken))?;
        let status = answer.status;
        self.content.commands.push(CommandSeen { purpose, status });
        Ok(answer)
    }

    fn transmit(&self, command: Command) -> Result<Answer, Broken> {
        let bytes = command.bytes(self.with_length);
        let transmit = || self.transaction.transmit(&bytes);
        let answer = self.calls.make(TRANSMIT, transmit)?;
        Answer::read(&answer)
    }
}

/// Whether the card answers one harmless command. Without a transaction, which one command does
/// not need: the service resets the card of a program that ends in the midst of one.
pub(crate) fn sign_of_life(card: &dyn PcscCard, calls: &Calls) -> Result<(), Broken> {
    let command = Command::SelectMaster.bytes(false);
    let answer = calls.make(TRANSMIT, || card.transmit(&command))?;
    Answer::read(&answer).map(|_| ())
}

/// Source: the published sources of the Cryptolib CPS 5.2, which take it for granted.
const MOST_OF_A_CPS4: u8 = 3;
