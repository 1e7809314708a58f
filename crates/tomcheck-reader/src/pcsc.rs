//! What does this crate need of the outside world?

use serde::{Deserialize, Serialize};
use tomcheck_diagnosis::ForeignFailure;

use crate::{AtrBytes, Programs, ReaderState, Surroundings};

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
}

/// An open card. Dropping it leaves the card as found (`SCARD_LEAVE_CARD`), on every path.
pub trait PcscCard {
    /// What the card answered when it was powered up.
    ///
    /// # Errors
    ///
    /// The answer of `SCardStatus`.
    fn status(&self) -> Result<CardStatus, ForeignFailure>;
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
