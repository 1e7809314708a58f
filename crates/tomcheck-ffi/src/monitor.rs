//! How does C hear of readers and cards as they come and go?

use std::ffi::c_void;
use std::sync::{Mutex, PoisonError};

use tomcheck::{Mode, Monitor, MonitorControl, MonitorHandle, SystemPcsc};

use crate::callbacks::Userdata;
use crate::event::{Heard, tomcheck_event};
use crate::guard::{
    Refusal, bad_value, call_back, failed, guarded, is_called_back, null, quietly, tomcheck_status,
};
use crate::handle::{self, Held};
use crate::options::lang;
use crate::strings::place;
use crate::sys;

/// A watch under way. Opaque. Any thread may use it.
pub struct tomcheck_monitor(());

/// How a monitor watches.
#[repr(i32)]
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum tomcheck_mode {
    /// Each change is told as it comes.
    TOMCHECK_AUTOMATIC = 0,
    /// Nothing is looked at until `tomcheck_monitor_refresh`.
    TOMCHECK_MANUAL = 1,
}

/// Hears of each event, on a thread of the library, one at a time. `event` is good until it
/// returns.
pub type tomcheck_event_fn =
    Option<unsafe extern "C-unwind" fn(userdata: *mut c_void, event: *const tomcheck_event)>;

pub(crate) struct Watch {
    control: MonitorControl,
    /// Its end waits for the call back that is under way.
    handle: Mutex<Option<MonitorHandle>>,
}

impl Held for Watch {
    type Opaque = tomcheck_monitor;
    const NAME: &'static str = "monitor";
}

/// Begins to watch the readers: tells each as it is now, then, in automatic mode, each change as
/// it comes, also when the card service stops and starts. `mode` is one of `tomcheck_mode`, `lang`
/// one of `tomcheck_lang`. `call` is called with `userdata` until `tomcheck_monitor_free` returns
/// (from a call back it does not wait: see there);
/// it must return: an exception that leaves it ends the program (`SIGABRT`). Does not block, touches no card.
/// On success `*monitor` must be freed with `tomcheck_monitor_free`.
///
/// # Safety
///
/// `call` may be called with `userdata` by another thread; `monitor` is NULL or may be written to.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tomcheck_monitor_start(
    mode: i32,
    lang: i32,
    call: tomcheck_event_fn,
    userdata: *mut c_void,
    monitor: *mut *mut tomcheck_monitor,
) -> tomcheck_status {
    let userdata = Userdata(userdata);
    guarded(|| {
        let (mode, lang) = (self::mode(mode)?, self::lang(lang)?);
        let call = call.ok_or_else(|| null("call"))?;
        // SAFETY: NULL or writable, as promised.
        let out = unsafe { place(monitor, "monitor") }?;
        let _quiet = sys::WithoutPipeSignal::begin();
        let started = Monitor::start(SystemPcsc::new(), mode);
        let control = started.control();
        let tell = move |event| {
            let Userdata(userdata) = { userdata };
            // SAFETY: C gave the function for this.
            Heard::of(&event, lang).lent(|event| call_back(|| unsafe { call(userdata, event) }));
        };
        let handle = started.for_each_event(tell).map_err(failed)?;
        *out = handle::give(Watch {
            control,
            handle: Mutex::new(Some(handle)),
        })?;
        Ok(())
    })
}

fn mode(mode: i32) -> Result<Mode, Refusal> {
    match mode {
        value if value == tomcheck_mode::TOMCHECK_AUTOMATIC as i32 => Ok(Mode::Automatic),
        value if value == tomcheck_mode::TOMCHECK_MANUAL as i32 => Ok(Mode::Manual),
        _ => Err(bad_value("mode: TOMCHECK_AUTOMATIC or TOMCHECK_MANUAL")),
    }
}

/// Reads every reader again: each is told as it is now. Does not wait for that.
#[unsafe(no_mangle)]
pub extern "C" fn tomcheck_monitor_refresh(monitor: *mut tomcheck_monitor) -> tomcheck_status {
    guarded(|| {
        handle::find::<Watch>(monitor)?.control.refresh();
        Ok(())
    })
}

/// Watches from now on in the other way. Going over to automatic reads everything again.
#[unsafe(no_mangle)]
pub extern "C" fn tomcheck_monitor_set_mode(
    monitor: *mut tomcheck_monitor,
    mode: i32,
) -> tomcheck_status {
    guarded(|| {
        let mode = self::mode(mode)?;
        handle::find::<Watch>(monitor)?.control.set_mode(mode);
        Ok(())
    })
}

/// Ends the watch, and waits for the call back that is under way: none comes after this returns.
/// Called by that call back itself it does not wait, and the call is the last. Called by another
/// call back of the library it does not wait either, since two that free each other's monitors
/// would wait for ever: then the call under way goes on, and `userdata` must outlive it. NULL and
/// a handle that was freed do nothing.
#[unsafe(no_mangle)]
pub extern "C" fn tomcheck_monitor_free(monitor: *mut tomcheck_monitor) {
    quietly(|| {
        let Some(watch) = handle::free::<Watch>(monitor) else {
            return;
        };
        watch.control.stop();
        let mut handle = watch.handle.lock().unwrap_or_else(PoisonError::into_inner);
        // here, even where another thread is just using the same monitor
        match handle.take() {
            Some(handle) if is_called_back() => handle.end_without_waiting(),
            waited_for => drop(waited_for),
        }
    });
}
