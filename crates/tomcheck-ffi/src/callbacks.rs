//! How does a diagnosis speak to C while it is under way?
//!
//! The functions are C's, and may be C++'s: "C-unwind" says that what one throws arrives, so that
//! [`call_back`] can end the program in a way that is defined.

use std::ffi::{CString, c_char, c_void};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use tomcheck::{Pin, PinEntry, ProbeStatus, Progress};
use zeroize::Zeroizing;

use crate::guard::call_back;

/// How a probe stands. Numbers are forever; a later version may add some.
#[repr(i32)]
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum tomcheck_probe_status {
    /// It begins.
    TOMCHECK_PROBE_BEGINS = 0,
    /// It did one of the many things it does.
    TOMCHECK_PROBE_ADVANCES = 1,
    /// It ended: in order.
    TOMCHECK_PROBE_OK = 2,
    /// It ended: something will bite.
    TOMCHECK_PROBE_WARNING = 3,
    /// It ended: something blocks.
    TOMCHECK_PROBE_FAULT = 4,
    /// It did not look.
    TOMCHECK_PROBE_SKIPPED = 5,
    /// A fault of another probe left it nothing to look at.
    TOMCHECK_PROBE_BLOCKED = 6,
}

use tomcheck_probe_status::{
    TOMCHECK_PROBE_ADVANCES, TOMCHECK_PROBE_BEGINS, TOMCHECK_PROBE_BLOCKED, TOMCHECK_PROBE_FAULT,
    TOMCHECK_PROBE_OK, TOMCHECK_PROBE_SKIPPED, TOMCHECK_PROBE_WARNING,
};

/// Hears of each probe as it begins and ends: `probe` is its id (`reader.service`), `status` one
/// of `tomcheck_probe_status`; `done` of `of` are counted where it advances, else 0. Called by
/// threads of the library, one call at a time; one of `tomcheck_pin_fn` may be under way on another
/// thread meanwhile. `probe` lives as long as the call.
pub type tomcheck_progress_fn = Option<
    unsafe extern "C-unwind" fn(
        userdata: *mut c_void,
        probe: *const c_char,
        status: i32,
        done: u32,
        of: u32,
    ),
>;

/// Hands the code porteur over: writes it to `pin`, ended by NUL, in `size` bytes at most
/// (`TOMCHECK_PIN_SIZE`), and returns 1; 0: the holder declined. Called once a diagnosis at most,
/// when the card is known to be ready for it, by a thread of the library, while another may be
/// telling of progress. May block as long as a person types: no deadline runs meanwhile. What is not
/// four to eight digits is not shown to the card, and has the function that looks answer
/// `TOMCHECK_BAD_VALUE`. The library wipes `pin`; the caller wipes its copies.
pub type tomcheck_pin_fn = Option<
    unsafe extern "C-unwind" fn(userdata: *mut c_void, pin: *mut c_char, size: usize) -> i32,
>;

/// Tells the holder to type the code porteur on the keys of the reader, within `seconds`, as soon
/// as this returns 1; 0: the holder declined. Called instead of `tomcheck_pin_fn`, by such a thread,
/// where the reader has keys.
pub type tomcheck_pin_pad_fn =
    Option<unsafe extern "C-unwind" fn(userdata: *mut c_void, seconds: u32) -> i32>;

/// How many bytes a code porteur may take, its NUL included.
pub const TOMCHECK_PIN_SIZE: usize = 16;

/// What C gave to be handed back with each call.
#[derive(Clone, Copy)]
pub(crate) struct Userdata(pub(crate) *mut c_void);

// SAFETY: the pointer is never followed here; whoever gave it says that threads of the library
// may hand it back.
unsafe impl Send for Userdata {}
// SAFETY: as above.
unsafe impl Sync for Userdata {}

type ProgressFn = unsafe extern "C-unwind" fn(*mut c_void, *const c_char, i32, u32, u32);
type PinFn = unsafe extern "C-unwind" fn(*mut c_void, *mut c_char, usize) -> i32;
type PinPadFn = unsafe extern "C-unwind" fn(*mut c_void, u32) -> i32;

/// C's ear. Two sides are looked at by two threads: it hears them one after the other.
#[derive(Clone)]
pub(crate) struct ProgressCallback {
    call: ProgressFn,
    userdata: Userdata,
    turn: Arc<Mutex<()>>,
}

impl ProgressCallback {
    pub(crate) fn new(call: ProgressFn, userdata: Userdata) -> Self {
        Self {
            call,
            userdata,
            turn: Arc::default(),
        }
    }

    fn tell(&self, id: &str, status: tomcheck_probe_status, done: u32, of: u32) {
        let Ok(id) = CString::new(id) else { return };
        let _turn = self.turn.lock();
        call_back(|| {
            // SAFETY: C gave the function for this, and the string outlives the call.
            unsafe { (self.call)(self.userdata.0, id.as_ptr(), status as i32, done, of) }
        });
    }
}

impl Progress for ProgressCallback {
    fn begins(&self, id: &'static str) {
        self.tell(id, TOMCHECK_PROBE_BEGINS, 0, 0);
    }

    fn advances(&self, id: &'static str, done: u32, of: u32) {
        self.tell(id, TOMCHECK_PROBE_ADVANCES, done, of);
    }

    fn ends(&self, id: &'static str, status: ProbeStatus) {
        self.tell(id, ended(status), 0, 0);
    }
}

const fn ended(status: ProbeStatus) -> tomcheck_probe_status {
    match status {
        ProbeStatus::Ok => TOMCHECK_PROBE_OK,
        ProbeStatus::Warning => TOMCHECK_PROBE_WARNING,
        ProbeStatus::Fault => TOMCHECK_PROBE_FAULT,
        ProbeStatus::Skipped => TOMCHECK_PROBE_SKIPPED,
        ProbeStatus::Blocked => TOMCHECK_PROBE_BLOCKED,
    }
}

/// The functions of C's that have the code porteur.
#[derive(Clone, Copy)]
pub(crate) struct PinCallback {
    pub(crate) typed: Option<PinFn>,
    pub(crate) on_reader: Option<PinPadFn>,
    pub(crate) userdata: Userdata,
}

/// Asks C once, and remembers what was no code at all.
#[derive(Clone)]
pub(crate) struct AskedPin {
    callback: PinCallback,
    was_no_code: Arc<AtomicBool>,
}

impl AskedPin {
    pub(crate) fn new(callback: PinCallback) -> Self {
        Self {
            callback,
            was_no_code: Arc::default(),
        }
    }

    /// Whether what C handed over could not be a code porteur: the card was asked nothing.
    pub(crate) fn was_no_code(&self) -> bool {
        self.was_no_code.load(Ordering::Relaxed)
    }
}

impl PinEntry for AskedPin {
    fn enter(&self) -> Option<Pin> {
        let call = self.callback.typed?;
        let mut typed = Zeroizing::new([0_u8; TOMCHECK_PIN_SIZE]);
        let (userdata, room) = (self.callback.userdata.0, typed.len());
        // SAFETY: C gave the function for this, and there is as much room as it is told.
        let is_given = call_back(|| unsafe { call(userdata, typed.as_mut_ptr().cast(), room) });
        if is_given == 0 {
            return None;
        }
        let length = typed.iter().position(|byte| *byte == 0).unwrap_or(room);
        let pin = Pin::parse(typed.get(..length)?.to_vec());
        self.was_no_code.store(pin.is_err(), Ordering::Relaxed);
        pin.ok()
    }

    fn enter_on_reader(&self, limit: Duration) -> bool {
        let seconds = u32::try_from(limit.as_secs()).unwrap_or(u32::MAX);
        let Some(call) = self.callback.on_reader else {
            return false;
        };
        // SAFETY: C gave the function for this.
        call_back(|| unsafe { call(self.callback.userdata.0, seconds) }) != 0
    }
}
