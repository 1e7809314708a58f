//! How does C read what a monitor tells?

use std::ffi::{CString, c_char};
use std::ptr;

use tomcheck::{Cause, Clock, Event, EventText, Happening, Lang, SlotState, TextStyle};

use crate::guard::{answered, failed, guarded, quietly, tomcheck_status};
use crate::handle::{self, Held};
use crate::strings::{c_string, place, pointer};

/// One thing that is so, or that became so. Opaque.
///
/// One that a call back was given is good until that returns; `tomcheck_event_keep` makes one
/// that is good until it is freed. It does not change, so any number of threads may read it.
pub struct tomcheck_event(());

/// What people know of a reader. Numbers are forever; a later version may add some.
#[repr(i32)]
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum tomcheck_state {
    /// The event says nothing of a state: the card service is back.
    TOMCHECK_STATE_NONE = 0,
    /// No card.
    TOMCHECK_STATE_ABSENT = 1,
    /// A card that answers.
    TOMCHECK_STATE_PRESENT = 2,
    /// A card that does not answer.
    TOMCHECK_STATE_MUTE = 3,
    /// A card that another program keeps for itself.
    TOMCHECK_STATE_IN_USE = 4,
    /// The reader cannot be used, or is gone; there is no reader, or no card service.
    TOMCHECK_STATE_UNAVAILABLE = 5,
}

/// Why an event is told. Numbers are forever; a later version may add some.
#[repr(i32)]
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum tomcheck_cause {
    /// The handle is none.
    TOMCHECK_CAUSE_NONE = 0,
    /// The present state, at the start.
    TOMCHECK_CAUSE_START = 1,
    /// It changed.
    TOMCHECK_CAUSE_CHANGE = 2,
    /// Somebody asked for the present state.
    TOMCHECK_CAUSE_REFRESH = 3,
}

use tomcheck_cause::{
    TOMCHECK_CAUSE_CHANGE, TOMCHECK_CAUSE_NONE, TOMCHECK_CAUSE_REFRESH, TOMCHECK_CAUSE_START,
};
use tomcheck_state::{
    TOMCHECK_STATE_ABSENT, TOMCHECK_STATE_IN_USE, TOMCHECK_STATE_MUTE, TOMCHECK_STATE_NONE,
    TOMCHECK_STATE_PRESENT, TOMCHECK_STATE_UNAVAILABLE,
};

/// An event in C's strings.
pub(crate) struct Heard {
    state: tomcheck_state,
    cause: tomcheck_cause,
    reader: Option<CString>,
    atr: Option<CString>,
    code: Option<CString>,
    sentence: CString,
    step: Option<CString>,
    json: CString,
}

impl Held for Heard {
    type Opaque = tomcheck_event;
    const NAME: &'static str = "event";
}

impl Heard {
    pub(crate) fn of(event: &Event, lang: Lang) -> Self {
        let finding = event.finding();
        let step = finding
            .as_ref()
            .and_then(|finding| finding.steps(lang, std::env::consts::OS).into_iter().next());
        let words = EventText::new(lang, TextStyle::default(), Clock::default());
        Self {
            state: event.state().map_or(TOMCHECK_STATE_NONE, state),
            cause: cause(event.cause),
            reader: event.reader().map(c_string),
            atr: atr(event).as_deref().map(c_string),
            code: finding.map(|finding| c_string(finding.kind.code)),
            sentence: c_string(&words.sentence(event)),
            step: step.as_deref().map(c_string),
            json: c_string(&serde_json::to_string(event).unwrap_or_default()),
        }
    }
}

fn atr(event: &Event) -> Option<String> {
    match &event.what {
        Happening::Reader(now) => now.card.as_ref().map(|card| card.atr.to_string()),
        _ => None,
    }
}

const fn state(state: SlotState) -> tomcheck_state {
    match state {
        SlotState::Absent => TOMCHECK_STATE_ABSENT,
        SlotState::Present => TOMCHECK_STATE_PRESENT,
        SlotState::Mute => TOMCHECK_STATE_MUTE,
        SlotState::InUse => TOMCHECK_STATE_IN_USE,
        SlotState::Unavailable => TOMCHECK_STATE_UNAVAILABLE,
    }
}

const fn cause(cause: Cause) -> tomcheck_cause {
    match cause {
        Cause::Start => TOMCHECK_CAUSE_START,
        Cause::Change => TOMCHECK_CAUSE_CHANGE,
        Cause::Refresh => TOMCHECK_CAUSE_REFRESH,
    }
}

fn ask(event: *const tomcheck_event, ask: impl FnOnce(&Heard) -> *const c_char) -> *const c_char {
    answered(ptr::null(), || {
        Ok(ask(handle::find::<Heard>(event)?.as_ref()))
    })
}

/// The reader's state. Does not block, nor does any of the functions below.
#[unsafe(no_mangle)]
pub extern "C" fn tomcheck_event_state(event: *const tomcheck_event) -> tomcheck_state {
    answered(TOMCHECK_STATE_NONE, || {
        Ok(handle::find::<Heard>(event)?.state)
    })
}

/// Why it is told.
#[unsafe(no_mangle)]
pub extern "C" fn tomcheck_event_cause(event: *const tomcheck_event) -> tomcheck_cause {
    answered(TOMCHECK_CAUSE_NONE, || {
        Ok(handle::find::<Heard>(event)?.cause)
    })
}

/// The reader it is about, as PC/SC names it; NULL: about the card service, or all of them.
#[unsafe(no_mangle)]
pub extern "C" fn tomcheck_event_reader(event: *const tomcheck_event) -> *const c_char {
    ask(event, |event| pointer(event.reader.as_ref()))
}

/// The answer to reset of the card that answers, in hexadecimal digits; NULL: there is none.
#[unsafe(no_mangle)]
pub extern "C" fn tomcheck_event_atr(event: *const tomcheck_event) -> *const c_char {
    ask(event, |event| pointer(event.atr.as_ref()))
}

/// The code of the finding it would be in a report, `card.absent`; NULL: all is well.
#[unsafe(no_mangle)]
pub extern "C" fn tomcheck_event_code(event: *const tomcheck_event) -> *const c_char {
    ask(event, |event| pointer(event.code.as_ref()))
}

/// What happened, in one sentence, in the monitor's language.
#[unsafe(no_mangle)]
pub extern "C" fn tomcheck_event_text(event: *const tomcheck_event) -> *const c_char {
    ask(event, |event| event.sentence.as_ptr())
}

/// The first thing to do about it, in the monitor's language; NULL: nothing.
#[unsafe(no_mangle)]
pub extern "C" fn tomcheck_event_step(event: *const tomcheck_event) -> *const c_char {
    ask(event, |event| pointer(event.step.as_ref()))
}

/// The event as `tomcheck watch --json-lines` prints it.
#[unsafe(no_mangle)]
pub extern "C" fn tomcheck_event_json(event: *const tomcheck_event) -> *const c_char {
    ask(event, |event| event.json.as_ptr())
}

/// The same event under a handle of one's own, for another thread or for later. On success
/// `*kept` must be freed with `tomcheck_event_free`.
///
/// # Safety
///
/// `kept` is NULL or may be written to.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tomcheck_event_keep(
    event: *const tomcheck_event,
    kept: *mut *mut tomcheck_event,
) -> tomcheck_status {
    guarded(|| {
        let event = handle::find::<Heard>(event)?;
        // SAFETY: NULL or writable, as promised.
        *unsafe { place(kept, "kept") }? = handle::share(event)?;
        Ok(())
    })
}

/// Frees an event that was kept. NULL and a handle that was freed do nothing.
#[unsafe(no_mangle)]
pub extern "C" fn tomcheck_event_free(event: *mut tomcheck_event) {
    quietly(|| drop(handle::free::<Heard>(event)));
}

impl Heard {
    /// Lends it to `call` by a handle that is good meanwhile.
    pub(crate) fn lent(self, call: impl FnOnce(*const tomcheck_event)) {
        match handle::give(self) {
            Ok(handle) => {
                call(handle);
                drop(handle::free::<Self>(handle));
            }
            // no room for one more: the next event tells what is so then
            Err(refusal) => drop(failed(refusal.1)),
        }
    }
}
