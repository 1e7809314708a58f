//! Which readers does PC/SC see, and what is in each?

mod findings;
#[cfg(test)]
mod tests;

use serde::{Deserialize, Serialize};
use tomcheck_diagnosis::{Deadline, Probe};

pub(crate) use self::findings::READERS;
use crate::galss::{Galss, SerialPorts};
use crate::pcsc::{EstablishFailure, Pcsc};
use crate::reader::{Look, ReaderKind, ReaderSeen, is_meant_by};
use crate::scard::{ESTABLISH, LIST_READERS};
use crate::service::ServiceSeen;
use crate::session::Session;
use crate::surroundings::Surroundings;
use crate::usb::UsbReaders;
use crate::within::{Calls, NoAnswer, within};

/// Lists the readers and the state of each.
///
/// Blocks until its deadline at most. Does not touch the card: the states are those the
/// service already knows.
#[derive(Debug)]
pub struct ReadersProbe<'a, P> {
    pcsc: &'a P,
    wanted: Option<String>,
    deadline: Deadline,
}

impl<'a, P: Pcsc> ReadersProbe<'a, P> {
    /// Looks at `pcsc`, until `deadline`. `wanted`: the reader somebody asked for, by its
    /// name or a part of it.
    pub fn new(pcsc: &'a P, wanted: Option<String>, deadline: Deadline) -> Self {
        Self {
            pcsc,
            wanted,
            deadline,
        }
    }
}

impl<P: Pcsc> Probe for ReadersProbe<'_, P> {
    type Seen = ReadersSeen;
    const ID: &'static str = "reader.readers";

    fn observe(&self) -> ReadersSeen {
        let pcsc = self.pcsc.clone();
        let looked = within(self.deadline, move |calls| look(&pcsc, calls));
        let (listing, readers) = looked.unwrap_or_else(|no| (Listing::NoAnswer(no), Vec::new()));
        ReadersSeen {
            wanted: self.wanted.clone(),
            listing,
            readers,
        }
    }
}

fn look(pcsc: &impl Pcsc, calls: &Calls) -> (Listing, Vec<ReaderSeen>) {
    match list(pcsc, calls) {
        Ok(readers) => {
            let listing = pcsc.beside_the_service().into();
            (listing, readers)
        }
        Err(failure) => {
            let service = ServiceSeen::after(failure, pcsc);
            (Listing::NoService { service }, Vec::new())
        }
    }
}

fn list(pcsc: &impl Pcsc, calls: &Calls) -> Result<Vec<ReaderSeen>, EstablishFailure> {
    let context = calls.make(ESTABLISH, || pcsc.establish())?;
    let names = calls.make(LIST_READERS, || context.readers())?;
    Ok(ReaderSeen::all(context.as_ref(), names, calls))
}

/// The readers PC/SC sees.
#[derive(Clone, Debug, Eq, PartialEq, Serialize, Deserialize)]
pub struct ReadersSeen {
    /// The reader that was asked for, by its name or a part of it; none: nobody asked.
    pub wanted: Option<String>,
    /// How the listing went.
    pub listing: Listing,
    /// In the order PC/SC lists them.
    pub readers: Vec<ReaderSeen>,
}

/// How listing the readers went.
#[non_exhaustive]
#[derive(Clone, Debug, Eq, PartialEq, Serialize, Deserialize)]
#[serde(tag = "listing", rename_all = "kebab-case")]
pub enum Listing {
    /// They are listed; there may be none.
    Listed {
        /// What is on USB.
        usb: UsbReaders,
        /// From where this session is used.
        #[serde(default)]
        session: Session,
        /// By what the GALSS reaches its readers.
        #[serde(default)]
        galss: Galss,
        /// The serial ports.
        #[serde(default)]
        serial: SerialPorts,
    },
    /// The service did not answer as it should.
    NoService {
        /// What it did.
        service: ServiceSeen,
    },
    /// No answer in time.
    NoAnswer(NoAnswer),
}

/// Readers are listed, beside which this was seen.
impl From<Surroundings> for Listing {
    fn from(around: Surroundings) -> Self {
        Self::Listed {
            usb: around.usb,
            session: around.session,
            galss: around.galss,
            serial: around.serial,
        }
    }
}

impl ReadersSeen {
    /// Whether a reader was asked for that is not there.
    pub fn wanted_is_missing(&self) -> bool {
        self.wanted.is_some() && self.candidates().is_empty()
    }

    /// Whether a reader other than this one holds a card.
    pub fn holds_another_card(&self, chosen: Option<&str>) -> bool {
        let others = self.readers.iter().filter(|it| Some(&*it.name) != chosen);
        let mut seen = others.filter(|it| it.kind == ReaderKind::Ordinary);
        seen.any(|it| matches!(&it.look, Look::Seen(status) if status.state.holds_card()))
    }

    /// The reader whose card is to be examined: the one asked for, else the one that holds
    /// a CPx, else one that holds a card, else the first.
    pub fn chosen(&self) -> Option<&ReaderSeen> {
        self.candidates()
            .into_iter()
            .min_by_key(|reader| reader.rank())
    }

    /// Those that were asked for: by the whole name, else by a part of it in any case.
    /// Where nobody asked, those a card can be put in.
    fn candidates(&self) -> Vec<&ReaderSeen> {
        let Some(wanted) = &self.wanted else {
            return self.readers.iter().filter(|r| r.is_ordinary()).collect();
        };
        let exact: Vec<_> = self.readers.iter().filter(|r| r.name == *wanted).collect();
        if !exact.is_empty() {
            return exact;
        }
        let readers = self.readers.iter();
        readers
            .filter(|reader| is_meant_by(wanted, &reader.name))
            .collect()
    }
}
