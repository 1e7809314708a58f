//! What does this crate need of the outside world?

use std::time::Duration;

use serde::{Deserialize, Serialize};
use tomcheck_diagnosis::ForeignFailure;

use crate::{AtrBytes, Programs, ReaderState, Session, Surroundings};

/// PC/SC, and what the system knows around it. [`SystemPcsc`](crate::SystemPcsc) is this
/// machine; a test brings its own world.
///
/// Each probe clones it into a thread of its own, see [`NoAnswer`](crate::NoAnswer).
pub trait Pcsc: Clone + Send + 'static {
    /// Opens a context, released when dropped. Blocks.
    ///
    /// # Errors
    ///
    /// What refused: the library's loader, or `SCardEstablishContext`.
    fn establish(&self) -> Result<Box<dyn PcscContext>, EstablishFailure>;

    /// What the system says around PC/SC. Unless told otherwise nothing was looked at.
    fn surroundings(&self) -> Surroundings {
        Surroundings::default()
    }

    /// What the system says around the readers, without looking for the service, which has
    /// answered already.
    fn beside_the_service(&self) -> Surroundings {
        self.surroundings()
    }

    /// From where this session is used: a part of [`Pcsc::surroundings`], for those who need no
    /// more of it.
    fn session(&self) -> Session {
        self.surroundings().session
    }

    /// The programs that use PC/SC now. Unless told otherwise nobody looked.
    fn programs(&self) -> Programs {
        Programs::default()
    }
}

/// An open context. Its calls block.
pub trait PcscContext {
    /// The readers' names; no reader is an empty list, not a failure.
    ///
    /// # Errors
    ///
    /// Any other answer of `SCardListReaders`.
    fn readers(&self) -> Result<Vec<String>, ForeignFailure>;

    /// The state of one reader now, without waiting for a change and without touching the
    /// card.
    ///
    /// # Errors
    ///
    /// The answer of `SCardGetStatusChange`.
    fn reader_status(&self, reader: &str) -> Result<ReaderStatus, ForeignFailure>;

    /// Opens the card in shared mode, with T=0 or T=1. Powers a sleeping card up; never
    /// resets a waking one.
    ///
    /// # Errors
    ///
    /// The answer of `SCardConnect`.
    fn connect(&self, reader: &str) -> Result<Box<dyn PcscCard + '_>, ForeignFailure>;

    /// Waits until one of these readers is in another state than the one known, or until a
    /// reader comes or goes; none: nothing did within `limit`. Does not touch the card.
    ///
    /// # Errors
    ///
    /// The answer of `SCardGetStatusChange`; `SCARD_E_CANCELLED` after
    /// [`CancelWait::cancel`].
    fn wait(&self, known: &[Known], limit: Duration) -> Result<Option<Wake>, ForeignFailure>;

    /// Ends a wait of this context from another thread.
    fn canceller(&self) -> Box<dyn CancelWait>;
}

/// Ends a wait that is under way. One that begins later is not ended: whoever must be sure
/// repeats it.
pub trait CancelWait: Send + Sync {
    /// Ends the wait. Does nothing when there is none, or when the context is closed.
    ///
    /// Source: `SCardCancel`.
    fn cancel(&self);
}

/// The state a reader was last seen in.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Known {
    /// As PC/SC names it.
    pub reader: String,
    /// `dwCurrentState`, the count of events in its upper half included.
    pub state: ReaderState,
}

/// Why a wait ended.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Wake {
    /// Each reader now, in the order they were named; where the system takes fewer at once,
    /// the first ones only.
    pub readers: Vec<ReaderStatus>,
    /// Whether a reader came or went.
    pub list_changed: bool,
}

/// An open card. Dropping it leaves the card as found (`SCARD_LEAVE_CARD`), on every path.
pub trait PcscCard {
    /// What the card answered when it was powered up.
    ///
    /// # Errors
    ///
    /// The answer of `SCardStatus`.
    fn status(&self) -> Result<CardStatus, ForeignFailure>;

    /// Keeps other programs waiting until the transaction is dropped, which leaves the card
    /// as found. Waits itself while another program is in the midst of one. The service resets
    /// the card of a program that ends within its transaction.
    ///
    /// # Errors
    ///
    /// The answer of `SCardBeginTransaction`.
    fn transaction(&self) -> Result<Box<dyn PcscTransaction + '_>, ForeignFailure>;

    /// Sends one command as [`PcscTransaction::transmit`] does, between those of other programs:
    /// no harm is done to the card when this program ends meanwhile.
    ///
    /// # Errors
    ///
    /// The answer of `SCardTransmit`.
    fn transmit(&self, command: &[u8]) -> Result<Vec<u8>, ForeignFailure>;
}

/// The card, without anybody between two commands.
pub trait PcscTransaction {
    /// Sends one command and hands back what the card answered, status word last (ISO/IEC
    /// 7816-4 §5.1). Blocks as long as the card computes.
    ///
    /// # Errors
    ///
    /// The answer of `SCardTransmit`.
    fn transmit(&self, command: &[u8]) -> Result<Vec<u8>, ForeignFailure>;
}

/// One reader, as `SCardGetStatusChange` describes it.
#[derive(Clone, Debug, Eq, PartialEq, Serialize, Deserialize)]
pub struct ReaderStatus {
    /// `dwEventState`.
    pub state: ReaderState,
    /// `rgbAtr`; none when the reader gives none.
    pub atr: Option<AtrBytes>,
}

/// One open card, as `SCardStatus` describes it.
#[derive(Clone, Debug, Eq, PartialEq, Serialize, Deserialize)]
pub struct CardStatus {
    /// The protocol in use: 1 is T=0, 2 is T=1.
    pub protocol: u32,
    /// The answer to reset; none when the card gives none.
    pub atr: Option<AtrBytes>,
}

/// Why no context opened.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
pub enum EstablishFailure {
    /// The library of PC/SC is not on this machine, or cannot be loaded.
    #[error("cannot load {library}: {reason}")]
    LibraryAbsent {
        /// The name it was asked for by.
        library: String,
        /// The loader's own sentence.
        reason: String,
    },
    /// The service answered with a number, or the library could not reach it.
    #[error(transparent)]
    Failed(#[from] ForeignFailure),
}
