//! How does a call from C go wrong without taking its program down?

use std::cell::{Cell, RefCell};
use std::ffi::{CStr, CString, c_char};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Once;
use std::thread;

use crate::sys;

/// How a call ended. Numbers are forever; a later version may add some.
#[repr(i32)]
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum tomcheck_status {
    /// As asked.
    TOMCHECK_OK = 0,
    /// A pointer that must not be NULL is.
    TOMCHECK_NULL_POINTER = 1,
    /// A string is no UTF-8.
    TOMCHECK_NOT_UTF8 = 2,
    /// A value is out of its range or form; `tomcheck_last_error` says which.
    TOMCHECK_BAD_VALUE = 3,
    /// tomcheck could not do its job; `tomcheck_last_error` says why.
    TOMCHECK_FAILED = 4,
    /// A bug in tomcheck; the handles of the call must only be freed.
    TOMCHECK_PANICKED = 5,
    /// A handle was freed, or never came from this library, or is one of something else.
    TOMCHECK_BAD_HANDLE = 6,
    /// `tomcheck_cancel` ended it; there is no result.
    TOMCHECK_CANCELLED = 7,
    /// A function that blocks was called by one of the library's own calls back.
    TOMCHECK_REENTERED = 8,
    /// This process is the child of a fork of one that used the library: only a program that
    /// it executes may use it.
    TOMCHECK_FORKED = 9,
}

pub(crate) use tomcheck_status::{
    TOMCHECK_BAD_HANDLE, TOMCHECK_BAD_VALUE, TOMCHECK_CANCELLED, TOMCHECK_FAILED, TOMCHECK_FORKED,
    TOMCHECK_NOT_UTF8, TOMCHECK_NULL_POINTER, TOMCHECK_OK, TOMCHECK_PANICKED, TOMCHECK_REENTERED,
};

/// Why a call could not do as asked: the status, and one line for a person.
pub(crate) type Refusal = (tomcheck_status, String);

thread_local! {
    static LAST_ERROR: RefCell<CString> = RefCell::default();
    /// How many calls into the library are under way on this thread.
    static INSIDE: Cell<u32> = const { Cell::new(0) };
    /// Whether this thread is in a call back into C.
    static CALLED_BACK: Cell<bool> = const { Cell::new(false) };
}

/// Runs the body of a function; keeps its refusal for `tomcheck_last_error` and a panic from
/// crossing into C.
pub(crate) fn guarded(body: impl FnOnce() -> Result<(), Refusal>) -> tomcheck_status {
    match entered(body) {
        Ok(()) => TOMCHECK_OK,
        Err((status, line)) => {
            remember(line);
            status
        }
    }
}

/// The same for a function that blocks: a call back that waits would have its own caller wait.
pub(crate) fn blocking(body: impl FnOnce() -> Result<(), Refusal>) -> tomcheck_status {
    guarded(|| match is_called_back() {
        true => Err((TOMCHECK_REENTERED, "called by a call back".to_owned())),
        false => {
            let _quiet = sys::WithoutPipeSignal::begin();
            body()
        }
    })
}

/// The same for a function that answers with a value, `otherwise` where it cannot.
pub(crate) fn answered<T>(otherwise: T, body: impl FnOnce() -> Result<T, Refusal>) -> T {
    entered(body).unwrap_or_else(|(_, line)| {
        remember(line);
        otherwise
    })
}

/// The same for a function that frees: what is not there need not be freed.
pub(crate) fn quietly(body: impl FnOnce()) {
    let _ = entered(|| {
        body();
        Ok(())
    });
}

fn entered<T>(body: impl FnOnce() -> Result<T, Refusal>) -> Result<T, Refusal> {
    prepare();
    if sys::is_forked() {
        let line = "a child of a fork cannot use the library";
        return Err((TOMCHECK_FORKED, line.to_owned()));
    }
    INSIDE.set(INSIDE.get().saturating_add(1));
    let ended = catch_unwind(AssertUnwindSafe(body));
    INSIDE.set(INSIDE.get().saturating_sub(1));
    ended.unwrap_or_else(|_| Err((TOMCHECK_PANICKED, "tomcheck panicked".to_owned())))
}

/// Whether this thread is in a call back: whoever waits there may be waited for.
pub(crate) fn is_called_back() -> bool {
    CALLED_BACK.get()
}

/// Marks this thread as being in C's hands meanwhile.
pub(crate) fn call_back<T>(call: impl FnOnce() -> T) -> T {
    let before = CALLED_BACK.replace(true);
    let nothing_is_thrown = EndsTheProgram;
    let answer = call();
    std::mem::forget(nothing_is_thrown);
    CALLED_BACK.set(before);
    answer
}

/// Dropped by an exception of C++ on its way out of a call back. Rust could neither tell what it is nor
/// keep what it holds, and whoever waits for the call would go on as if it had been answered.
struct EndsTheProgram;

impl Drop for EndsTheProgram {
    fn drop(&mut self) {
        std::process::abort();
    }
}

/// What is done once, before anything else.
fn prepare() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        sys::watch_forks();
        keep_panics_quiet();
    });
}

/// A library writes nothing on its program's standard error. A Rust program that links this crate
/// keeps what it set up for its own threads.
fn keep_panics_quiet() {
    let before = std::panic::take_hook();
    std::panic::set_hook(Box::new(move |panic| {
        let thread = thread::current();
        let is_ours = thread
            .name()
            .is_none_or(|name| name.starts_with("tomcheck"));
        if INSIDE.get() == 0 && !is_ours {
            before(panic);
        }
    }));
}

fn remember(line: String) {
    let line = CString::new(line.replace('\0', " ")).unwrap_or_default();
    // a destructor of the thread may come after ours: then the line is forgotten
    let _ = LAST_ERROR.try_with(|last| last.replace(line));
}

pub(crate) fn null(what: &str) -> Refusal {
    (TOMCHECK_NULL_POINTER, format!("{what} is NULL"))
}

pub(crate) fn bad_handle(what: &str) -> Refusal {
    let line = format!("{what} was freed, or is no such handle");
    (TOMCHECK_BAD_HANDLE, line)
}

pub(crate) fn bad_value(why: impl ToString) -> Refusal {
    (TOMCHECK_BAD_VALUE, why.to_string())
}

pub(crate) fn failed(why: impl ToString) -> Refusal {
    (TOMCHECK_FAILED, why.to_string())
}

pub(crate) fn cancelled() -> Refusal {
    (TOMCHECK_CANCELLED, "cancelled".to_owned())
}

/// Why the last call of this thread failed, one line in French or English; empty when none
/// did, and where the thread is ending. The string lives until this thread's next failing call.
/// Never NULL.
#[unsafe(no_mangle)]
pub extern "C" fn tomcheck_last_error() -> *const c_char {
    let line = LAST_ERROR.try_with(|last| last.borrow().as_ptr());
    line.unwrap_or(c"".as_ptr())
}

/// The library's version, `0.1.0`. Static. Never NULL.
#[unsafe(no_mangle)]
pub extern "C" fn tomcheck_version() -> *const c_char {
    const VERSION: &CStr =
        match CStr::from_bytes_with_nul(concat!(env!("CARGO_PKG_VERSION"), "\0").as_bytes()) {
            Ok(version) => version,
            Err(_) => c"",
        };
    VERSION.as_ptr()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_panic_becomes_a_status() {
        assert_eq!(guarded(|| panic!("on purpose")), TOMCHECK_PANICKED);
        assert_eq!(guarded(|| Err(null("x"))), TOMCHECK_NULL_POINTER);
        assert_eq!(answered(7, || panic!("on purpose")), 7);
        assert_eq!(INSIDE.get(), 0);
    }

    #[test]
    fn only_what_blocks_is_refused_to_a_call_back() {
        let inside = call_back(|| (guarded(|| Ok(())), blocking(|| Ok(()))));
        assert_eq!(inside, (TOMCHECK_OK, TOMCHECK_REENTERED));
        assert_eq!(blocking(|| Ok(())), TOMCHECK_OK);
    }
}
