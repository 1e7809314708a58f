//! What PC/SC says about the card readers of this machine, and which card is in them.
//!
//! The questions, in the order a technician asks them, and one for whoever stays to see:
//!
//! | question                                   | asked of         | what comes back |
//! |--------------------------------------------|------------------|-----------------|
//! | Does the card service answer this session? | [`ServiceProbe`] | [`ServiceSeen`] |
//! | Which readers does it see?                 | [`ReadersProbe`] | [`ReadersSeen`] |
//! | Which card is in the reader?               | [`CardProbe`]    | [`CardSeen`]    |
//! | What does it tell everybody?               | [`ContentProbe`] | [`ContentSeen`] |
//! | Does it answer each time?                  | [`ContactProbe`] | [`ContactSeen`] |
//! | What do they do from now on?               | [`Monitor`]      | [`Event`]s      |
//!
//! [`AtrExplanation`] explains an answer to reset byte by byte, without any card.
//!
//! # What this crate does not do
//!
//! It looks and changes nothing: no reset, no exclusive access, no code porteur. The first
//! three probes send the card no command; the last two send the few that `content::command`
//! lists, to a CPx alone, and none while another program uses it. What is protected on the
//! card, and its certificates, `tomcheck-cert` knows. It links against nothing: a machine
//! without PC/SC gets a verdict, not a loader's error.
//!
//! # Deadlines
//!
//! Calls to PC/SC block, and nothing can interrupt them. Each probe therefore makes its
//! calls on a thread of its own and stops waiting at its deadline; what it saw is then
//! [`NoAnswer`], naming the call. The thread stays behind until the call returns: it then
//! leaves the card as found, releases its context and ends. Should the process end before,
//! the service does that in its place. pcscd resets the card of a program that ends within a
//! transaction: of ours that is a card that leaves a command without an answer.
//!
//! # Example
//!
//! ```
//! use std::time::Duration;
//!
//! use tomcheck_diagnosis::{Deadline, ForeignFailure, Observation, Probe};
//! use tomcheck_reader::{EstablishFailure, Pcsc, PcscContext, ServiceProbe};
//!
//! /// A machine whose card service refuses this session.
//! #[derive(Clone)]
//! struct Refusing;
//!
//! impl Pcsc for Refusing {
//!     fn establish(&self) -> Result<Box<dyn PcscContext>, EstablishFailure> {
//!         Err(ForeignFailure::new("SCardEstablishContext", 0x8010_006A_u32).into())
//!     }
//! }
//!
//! let deadline = Deadline::after(Duration::from_secs(2));
//! let findings = ServiceProbe::new(&Refusing, deadline).observe().findings();
//! assert_eq!(findings[0].kind.code, "reader.service-refused");
//! ```

mod atr;
mod card;
mod card_findings;
mod contact;
mod content;
mod explain;
mod galss;
mod kind;
mod monitor;
mod pcsc;
mod programs;
mod reader;
mod readers;
mod rows;
mod scard;
mod service;
mod session;
mod state;
mod surroundings;
mod suspects;
mod sys;
mod usb;
mod within;

#[cfg(test)]
mod fake;

// The public interface is:
pub use crate::atr::{Atr, AtrBytes, AtrError, InterfaceByte};
pub use crate::card::{CardProbe, CardSeen, CardState};
pub use crate::contact::{ContactProbe, ContactSeen, End, Failures};
pub use crate::content::{
    ApplicationSeen, Broken, CardContent, CommandSeen, ContentProbe, ContentSeen, ContentState,
    NotAsked, Presence, Purpose, StatusWord, Told, Tries,
};
pub use crate::explain::{AtrExplanation, AtrPart};
pub use crate::galss::{
    Channel, GALSS_ERRORS, Galss, GalssError, Link, SerialPorts, galss_error, read_galss_ini,
};
pub use crate::kind::{CardKind, CpxFacts, Generation};
#[cfg(feature = "tokio")]
pub use crate::monitor::EventStream;
pub use crate::monitor::{
    CardNow, Cause, Event, HEARTBEAT_SECONDS, Happening, Mode, Monitor, MonitorControl,
    MonitorHandle, ReaderNow, SlotState,
};
pub use crate::pcsc::{
    CancelWait, CardStatus, EstablishFailure, Known, Pcsc, PcscCard, PcscContext, PcscTransaction,
    ReaderStatus, Wake,
};
pub use crate::programs::{Process, Programs, SeenBy};
pub use crate::reader::{Look, ReaderKind, ReaderSeen, is_meant_by};
pub use crate::readers::{Listing, ReadersProbe, ReadersSeen};
pub use crate::rows::FINDINGS;
pub use crate::scard::{answers, name_of};
pub use crate::service::{ServiceProbe, ServiceSeen};
pub use crate::session::{Session, SessionPlace};
pub use crate::state::{ReaderState, StateFlag};
pub use crate::surroundings::{Listening, SocketState, Surroundings};
pub use crate::sys::SystemPcsc;
pub use crate::usb::{BundleSeen, DriverSeen, NodeSeen, UsbReader, UsbReaders};
pub use crate::within::NoAnswer;
