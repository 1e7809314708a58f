//! What does the world of a test answer?

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;
use std::time::Duration;

use tomcheck_diagnosis::{ForeignFailure, Observation};

use crate::pcsc::{
    CancelWait, CardStatus, EstablishFailure, Known, Pcsc, PcscCard, PcscContext, PcscTransaction,
    ReaderStatus, Wake,
};
use crate::scard::{self, CONNECT, ESTABLISH, TRANSMIT};
use crate::{Programs, ReaderState, Surroundings};

pub(crate) const CPS3: &str = "3BAC00402A001225006480000310009000";

/// A recorded machine.
#[derive(Clone)]
pub(crate) struct World {
    pub(crate) establish: Result<(), EstablishFailure>,
    pub(crate) list: Result<(), ForeignFailure>,
    pub(crate) readers: Vec<(String, ReaderStatus)>,
    pub(crate) connect: Result<(), ForeignFailure>,
    pub(crate) hangs_in: Option<&'static str>,
    pub(crate) around: Surroundings,
    pub(crate) programs: Programs,
    pub(crate) hides_programs: bool,
    pub(crate) opened: Arc<AtomicUsize>,
    /// What becomes of opening the card, by how often it was opened before.
    pub(crate) opens: fn(usize) -> Result<(), ForeignFailure>,
    /// What the card answers to a command.
    pub(crate) answers: Answers,
}

pub(crate) type Answers = fn(&[u8]) -> Result<Vec<u8>, ForeignFailure>;

/// No card: every command fails.
fn no_answer(_: &[u8]) -> Result<Vec<u8>, ForeignFailure> {
    Err(scard::failure(TRANSMIT, scard::REMOVED))
}

impl Default for World {
    fn default() -> Self {
        Self {
            establish: Ok(()),
            list: Ok(()),
            readers: Vec::new(),
            connect: Ok(()),
            hangs_in: None,
            around: Surroundings::default(),
            programs: Programs::default(),
            hides_programs: false,
            opened: Arc::default(),
            opens: |_| Ok(()),
            answers: no_answer,
        }
    }
}

impl World {
    /// Name, event state and answer to reset of each reader.
    pub(crate) fn with(readers: &[(&str, u32, Option<&str>)]) -> Self {
        let readers = readers.iter().map(|(name, state, atr)| {
            let state = ReaderState::new(*state);
            let atr = atr.map(|atr| atr.parse().unwrap());
            ((*name).to_owned(), ReaderStatus { state, atr })
        });
        Self {
            readers: readers.collect(),
            ..Self::default()
        }
    }

    /// How many cards were opened.
    pub(crate) fn opened(&self) -> usize {
        self.opened.load(Ordering::Relaxed)
    }

    fn maybe_hang(&self, call: &str) {
        if self.hangs_in == Some(call) {
            thread::sleep(Duration::from_secs(5));
        }
    }
}

/// The codes an observation is judged by.
pub(crate) fn codes(seen: &impl Observation) -> Vec<&'static str> {
    let findings = seen.findings();
    findings.iter().map(|finding| finding.kind.code).collect()
}

impl Pcsc for World {
    fn establish(&self) -> Result<Box<dyn PcscContext>, EstablishFailure> {
        self.maybe_hang(ESTABLISH);
        self.establish.clone()?;
        Ok(Box::new(self.clone()))
    }

    fn surroundings(&self) -> Surroundings {
        self.around.clone()
    }

    fn programs(&self) -> Programs {
        if self.hides_programs {
            thread::sleep(Duration::from_secs(5));
        }
        self.programs.clone()
    }
}

impl PcscContext for World {
    fn readers(&self) -> Result<Vec<String>, ForeignFailure> {
        self.list.clone()?;
        Ok(self.readers.iter().map(|(name, _)| name.clone()).collect())
    }

    fn reader_status(&self, reader: &str) -> Result<ReaderStatus, ForeignFailure> {
        let found = self.readers.iter().find(|(name, _)| name == reader);
        Ok(found.unwrap().1.clone())
    }

    fn connect(&self, reader: &str) -> Result<Box<dyn PcscCard + '_>, ForeignFailure> {
        self.maybe_hang(CONNECT);
        (self.opens)(self.opened.fetch_add(1, Ordering::Relaxed))?;
        self.connect.clone()?;
        let status = self.reader_status(reader)?;
        let answers = self.answers;
        Ok(Box::new(Card { status, answers }))
    }

    fn wait(&self, _: &[Known], limit: Duration) -> Result<Option<Wake>, ForeignFailure> {
        // nothing changes in a recorded world
        thread::sleep(limit);
        Ok(None)
    }

    fn canceller(&self) -> Box<dyn CancelWait> {
        Box::new(Nothing)
    }
}

struct Nothing;

impl CancelWait for Nothing {
    fn cancel(&self) {}
}

struct Card {
    status: ReaderStatus,
    answers: Answers,
}

impl PcscCard for Card {
    fn status(&self) -> Result<CardStatus, ForeignFailure> {
        Ok(CardStatus {
            protocol: 1,
            atr: self.status.atr.clone(),
        })
    }

    fn transaction(&self) -> Result<Box<dyn PcscTransaction + '_>, ForeignFailure> {
        Ok(Box::new(self.answers))
    }

    fn transmit(&self, command: &[u8]) -> Result<Vec<u8>, ForeignFailure> {
        (self.answers)(command)
    }
}

impl PcscTransaction for Answers {
    fn transmit(&self, command: &[u8]) -> Result<Vec<u8>, ForeignFailure> {
        self(command)
    }
}
