//! What does PC/SC itself answer, to the number?

#![allow(unsafe_code)]

use std::ffi::{CStr, CString, c_char};
use std::fmt;
use std::ptr;
use std::sync::{Arc, Weak};
use std::time::Duration;

use tomcheck_diagnosis::ForeignFailure;

use super::types::{
    ATR_SIZE, BeginTransaction, Cancel, Connect, Disconnect, Dword, EndTransaction,
    EstablishContext, GetStatusChange, Handle, IoRequest, ListReaders, Long, MOST_RECORDS,
    ReaderStateRecord, ReleaseContext, Status, Transmit, symbol,
};
use crate::pcsc::{
    CancelWait, CardStatus, EstablishFailure, Known, PcscCard, PcscContext, PcscTransaction,
    ReaderStatus, Wake,
};
use crate::scard::{
    self, BEGIN_TRANSACTION, CONNECT, ESTABLISH, INSUFFICIENT_BUFFER, LIST_READERS, NO_READERS,
    STATUS, STATUS_CHANGE, SUCCESS, TIMEOUT, TRANSMIT,
};
use crate::{AtrBytes, ReaderState, StateFlag};

/// The functions of the library, valid as long as it stays loaded.
pub(super) struct Library {
    establish_context: EstablishContext,
    release_context: ReleaseContext,
    list_readers: ListReaders,
    get_status_change: GetStatusChange,
    connect: Connect,
    disconnect: Disconnect,
    status: Status,
    cancel: Cancel,
    begin_transaction: BeginTransaction,
    end_transaction: EndTransaction,
    transmit: Transmit,
    _loaded: libloading::Library,
}

impl fmt::Debug for Library {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Library")
    }
}

impl Library {
    pub(super) fn load(name: &str) -> Result<Self, EstablishFailure> {
        Self::try_load(name).map_err(|error| EstablishFailure::LibraryAbsent {
            library: name.to_owned(),
            reason: spelt_out(&error),
        })
    }

    fn try_load(name: &str) -> Result<Self, libloading::Error> {
        // SAFETY: loading runs the initialisers of the system's own PC/SC library, or of
        // the one the caller named; they have no precondition.
        let loaded = unsafe { libloading::Library::new(name)? };
        // SAFETY: each symbol has the type its header gives it on this system (types.rs),
        // and the pointers do not outlive `loaded`, which stands beside them.
        unsafe {
            Ok(Self {
                establish_context: *loaded.get::<EstablishContext>("SCardEstablishContext")?,
                release_context: *loaded.get::<ReleaseContext>("SCardReleaseContext")?,
                list_readers: *loaded.get::<ListReaders>(symbol::LIST_READERS)?,
                get_status_change: *loaded.get::<GetStatusChange>(symbol::GET_STATUS_CHANGE)?,
                connect: *loaded.get::<Connect>(symbol::CONNECT)?,
                disconnect: *loaded.get::<Disconnect>("SCardDisconnect")?,
                status: *loaded.get::<Status>(symbol::STATUS)?,
                cancel: *loaded.get::<Cancel>("SCardCancel")?,
                begin_transaction: *loaded.get::<BeginTransaction>("SCardBeginTransaction")?,
                end_transaction: *loaded.get::<EndTransaction>("SCardEndTransaction")?,
                transmit: *loaded.get::<Transmit>("SCardTransmit")?,
                _loaded: loaded,
            })
        }
    }
}

/// The loader's sentence stands in the source of the error.
fn spelt_out(error: &libloading::Error) -> String {
    let source = std::error::Error::source(error);
    source.map_or_else(|| error.to_string(), |cause| format!("{error}: {cause}"))
}

/// An open context.
pub(super) struct Context(Arc<Open>);

/// Released when dropped.
struct Open {
    library: Arc<Library>,
    handle: Handle,
}

impl Context {
    pub(super) fn establish(library: Arc<Library>) -> Result<Self, ForeignFailure> {
        let mut handle: Handle = 0;
        // SAFETY: the reserved arguments are null as documented; `handle` is written once.
        let answer = unsafe {
            (library.establish_context)(SCOPE_SYSTEM, ptr::null(), ptr::null(), &raw mut handle)
        };
        succeeded(ESTABLISH, answer)?;
        Ok(Self(Arc::new(Open { library, handle })))
    }

    /// The names as one text, each closed by a zero. Asked twice: for the length, then for
    /// the text, which may have grown meanwhile.
    fn reader_names(&self) -> Result<Vec<u8>, ForeignFailure> {
        let mut length: Dword = 0;
        // SAFETY: a null buffer asks for the length alone.
        let answer = unsafe {
            let (groups, buffer) = (ptr::null(), ptr::null_mut());
            (self.0.library.list_readers)(self.0.handle, groups, buffer, &raw mut length)
        };
        succeeded(LIST_READERS, answer)?;
        let mut names = vec![0_u8; as_usize(length) + ROOM_FOR_A_NEW_READER];
        length = as_dword(names.len());
        // SAFETY: the buffer has `length` bytes, and the call writes no more than that.
        let answer = unsafe {
            let buffer = names.as_mut_ptr().cast::<c_char>();
            (self.0.library.list_readers)(self.0.handle, ptr::null(), buffer, &raw mut length)
        };
        succeeded(LIST_READERS, answer)?;
        names.truncate(as_usize(length));
        Ok(names)
    }
}

impl Drop for Open {
    fn drop(&mut self) {
        // SAFETY: the handle is open, and nobody uses it after.
        let _ = unsafe { (self.library.release_context)(self.handle) };
    }
}

impl PcscContext for Context {
    fn readers(&self) -> Result<Vec<String>, ForeignFailure> {
        match self.reader_names() {
            Ok(names) => Ok(names
                .split(|byte| *byte == 0)
                .filter(|name| !name.is_empty())
                .map(|name| String::from_utf8_lossy(name).into_owned())
                .collect()),
            Err(failure) if scard::is(&failure, NO_READERS) => Ok(Vec::new()),
            Err(failure) => Err(failure),
        }
    }

    fn reader_status(&self, reader: &str) -> Result<ReaderStatus, ForeignFailure> {
        let name = c_name(reader, STATUS_CHANGE)?;
        let mut record = ReaderStateRecord::of(&name, ReaderState::new(0));
        // SAFETY: one record, whose name outlives the call; a wait of zero milliseconds.
        let answer =
            unsafe { (self.0.library.get_status_change)(self.0.handle, 0, &raw mut record, 1) };
        // Where nothing changed since « unknown », the state is written all the same.
        if masked(answer) != TIMEOUT {
            succeeded(STATUS_CHANGE, answer)?;
        }
        Ok(record.seen())
    }

    fn connect(&self, reader: &str) -> Result<Box<dyn PcscCard + '_>, ForeignFailure> {
        let name = c_name(reader, CONNECT)?;
        let (mut handle, mut protocol): (Handle, Dword) = (0, 0);
        // SAFETY: the name outlives the call; both results are written once.
        let answer = unsafe {
            (self.0.library.connect)(
                self.0.handle,
                name.as_ptr(),
                SHARE_SHARED,
                PROTOCOL_T0_OR_T1,
                &raw mut handle,
                &raw mut protocol,
            )
        };
        succeeded(CONNECT, answer)?;
        let library = &self.0.library;
        Ok(Box::new(Card {
            library,
            handle,
            protocol,
        }))
    }

    fn wait(&self, known: &[Known], limit: Duration) -> Result<Option<Wake>, ForeignFailure> {
        // The others are left to whoever reads everything now and then.
        let known = known.get(..MOST_RECORDS).unwrap_or(known);
        let names = known.iter().map(|it| c_name(&it.reader, STATUS_CHANGE));
        let names = names.collect::<Result<Vec<_>, _>>()?;
        let records = names.iter().zip(known);
        let records = records.map(|(name, known)| ReaderStateRecord::of(name, known.state));
        let list = ReaderStateRecord::of(NEW_READERS, reader_count(known.len()));
        let list = (known.len() < MOST_RECORDS).then_some(list);
        let mut records: Vec<_> = records.chain(list).collect();
        let count = as_dword(records.len());
        // SAFETY: `count` records, whose names outlive the call.
        let answer = unsafe {
            let first = records.as_mut_ptr();
            (self.0.library.get_status_change)(self.0.handle, milliseconds(limit), first, count)
        };
        if masked(answer) == TIMEOUT {
            return Ok(None);
        }
        succeeded(STATUS_CHANGE, answer)?;
        let mut readers: Vec<_> = records.iter().map(ReaderStateRecord::seen).collect();
        let list = readers.split_off(known.len());
        let has_changed = |seen: &ReaderStatus| seen.state.has(StateFlag::Changed);
        Ok(Some(Wake {
            list_changed: list.iter().any(has_changed),
            readers,
        }))
    }

    fn canceller(&self) -> Box<dyn CancelWait> {
        Box::new(Canceller(Arc::downgrade(&self.0)))
    }
}

/// The pseudo reader whose state changes when a reader comes or goes.
///
/// Source: `SCardGetStatusChange` (winscard.h; pcsc-lite since 1.6).
const NEW_READERS: &CStr = c"\\\\?PnP?\\Notification";

/// The state of that pseudo reader: on Windows its upper half counts the readers, and a wrong
/// count ends the wait at once; pcsc-lite counts by itself.
fn reader_count(readers: usize) -> ReaderState {
    let count = u16::try_from(readers).unwrap_or(u16::MAX);
    ReaderState::new(u32::from(count) << 16)
}

/// `INFINITE` is out of reach: every wait ends.
fn milliseconds(limit: Duration) -> Dword {
    Dword::try_from(limit.as_millis())
        .unwrap_or(Dword::MAX)
        .min(0x7FFF_FFFF)
}

impl ReaderStateRecord {
    fn of(name: &CStr, known: ReaderState) -> Self {
        Self {
            reader: name.as_ptr(),
            user_data: ptr::null_mut(),
            current_state: Dword::from(known.raw() & !(StateFlag::Changed as u32)),
            event_state: 0,
            atr_length: 0,
            atr: [0; ATR_SIZE],
        }
    }

    fn seen(&self) -> ReaderStatus {
        let (state, length, atr) = (self.event_state, self.atr_length, self.atr);
        ReaderStatus {
            state: ReaderState::new(low_half(state)),
            atr: AtrBytes::new(atr.get(..as_usize(length)).unwrap_or(&atr)),
        }
    }
}

/// Does not keep the context open.
struct Canceller(Weak<Open>);

impl CancelWait for Canceller {
    fn cancel(&self) {
        let Some(open) = self.0.upgrade() else {
            return;
        };
        // SAFETY: the handle is open as long as `open` is there; PC/SC allows this call, and
        // this one alone, from another thread than the one that waits.
        let _ = unsafe { (open.library.cancel)(open.handle) };
    }
}

/// An open card, left as found when dropped.
struct Card<'a> {
    library: &'a Library,
    handle: Handle,
    protocol: Dword,
}

impl Drop for Card<'_> {
    fn drop(&mut self) {
        // SAFETY: the handle is open, and nobody uses it after.
        let _ = unsafe { (self.library.disconnect)(self.handle, LEAVE_CARD) };
    }
}

impl PcscCard for Card<'_> {
    fn status(&self) -> Result<CardStatus, ForeignFailure> {
        let mut name = [0_u8; LONGEST_NAME];
        let mut atr = [0_u8; ATR_SIZE];
        let (mut name_length, mut atr_length) = (as_dword(name.len()), as_dword(atr.len()));
        let (mut state, mut protocol): (Dword, Dword) = (0, 0);
        // SAFETY: both buffers have the length beside them; the call writes no more.
        let answer = unsafe {
            (self.library.status)(
                self.handle,
                name.as_mut_ptr().cast(),
                &raw mut name_length,
                &raw mut state,
                &raw mut protocol,
                atr.as_mut_ptr(),
                &raw mut atr_length,
            )
        };
        // A longer reader name than there is room for leaves the rest written.
        if masked(answer) != INSUFFICIENT_BUFFER {
            succeeded(STATUS, answer)?;
        }
        Ok(CardStatus {
            protocol: low_half(protocol),
            atr: AtrBytes::new(atr.get(..as_usize(atr_length)).unwrap_or(&atr)),
        })
    }

    fn transaction(&self) -> Result<Box<dyn PcscTransaction + '_>, ForeignFailure> {
        // SAFETY: the handle is open.
        let answer = unsafe { (self.library.begin_transaction)(self.handle) };
        succeeded(BEGIN_TRANSACTION, answer)?;
        Ok(Box::new(Transaction { card: self }))
    }

    fn transmit(&self, command: &[u8]) -> Result<Vec<u8>, ForeignFailure> {
        let request = IoRequest {
            protocol: self.protocol,
            length: as_dword(size_of::<IoRequest>()),
        };
        let mut answer = [0_u8; LONGEST_ANSWER];
        let mut length = as_dword(answer.len());
        // SAFETY: command and answer have their lengths beside them; nothing is asked to be
        // written of the protocol used.
        let returned = unsafe {
            (self.library.transmit)(
                self.handle,
                &raw const request,
                command.as_ptr(),
                as_dword(command.len()),
                ptr::null_mut(),
                answer.as_mut_ptr(),
                &raw mut length,
            )
        };
        succeeded(TRANSMIT, returned)?;
        let answer = answer.get(..as_usize(length)).unwrap_or(&answer);
        Ok(answer.to_vec())
    }
}

/// Ended when dropped, the card left as found.
struct Transaction<'a> {
    card: &'a Card<'a>,
}

impl Drop for Transaction<'_> {
    fn drop(&mut self) {
        // SAFETY: the handle is open, and its transaction is ours.
        let _ = unsafe { (self.card.library.end_transaction)(self.card.handle, LEAVE_CARD) };
    }
}

impl PcscTransaction for Transaction<'_> {
    fn transmit(&self, command: &[u8]) -> Result<Vec<u8>, ForeignFailure> {
        self.card.transmit(command)
    }
}

fn succeeded(call: &'static str, answer: Long) -> Result<(), ForeignFailure> {
    match masked(answer) {
        SUCCESS => Ok(()),
        code => Err(scard::failure(call, code)),
    }
}

/// The 32 bits every system agrees on: `LONG` has 64 on Linux, and 32 with a sign elsewhere.
#[expect(
    clippy::allow_attributes,
    reason = "the casts are trivial on some systems only"
)]
#[allow(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    trivial_numeric_casts
)]
fn masked(answer: Long) -> u32 {
    answer as u32
}

fn low_half(word: Dword) -> u32 {
    u32::try_from(word & 0xFFFF_FFFF).unwrap_or(u32::MAX)
}

fn as_usize(length: Dword) -> usize {
    usize::try_from(length).unwrap_or(usize::MAX)
}

fn as_dword(length: usize) -> Dword {
    Dword::try_from(length).unwrap_or(Dword::MAX)
}

/// A name with a zero inside is no reader's name.
fn c_name(reader: &str, call: &'static str) -> Result<CString, ForeignFailure> {
    CString::new(reader).map_err(|_| scard::failure(call, UNKNOWN_READER))
}

/// Windows has a user and a system scope, pcsc-lite one; programs use this one on both.
const SCOPE_SYSTEM: Dword = 2;
const SHARE_SHARED: Dword = 2;
const PROTOCOL_T0_OR_T1: Dword = 3;
const LEAVE_CARD: Dword = 0;
const UNKNOWN_READER: u32 = 0x8010_0009;
/// `MAX_READERNAME` of pcsc-lite is 128; Windows names are shorter.
const LONGEST_NAME: usize = 256;
const ROOM_FOR_A_NEW_READER: usize = 256;
/// A short answer and its status word (ISO/IEC 7816-4 §5.1); no command of ours asks for more.
const LONGEST_ANSWER: usize = 258;
