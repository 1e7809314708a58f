//! How does a call from C go wrong without taking its program down?

use std::cell::RefCell;
use std::ffi::{CStr, CString, c_char};
use std::panic::{AssertUnwindSafe, catch_unwind};

/// How a call ended. Numbers are forever.
#[repr(C)]
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
    /// A bug in tomcheck; the handle must only be freed.
    TOMCHECK_PANICKED = 5,
}

pub(crate) use tomcheck_status::{
    TOMCHECK_BAD_VALUE, TOMCHECK_FAILED, TOMCHECK_NOT_UTF8, TOMCHECK_NULL_POINTER, TOMCHECK_OK,
    TOMCHECK_PANICKED,
};

/// Why a call could not do as asked: the status, and one line for a person.
pub(crate) type Refusal = (tomcheck_status, String);

thread_local! {
    static LAST_ERROR: RefCell<CString> = RefCell::default();
}

/// Runs the body of a function; keeps its refusal for `tomcheck_last_error` and a panic from
/// crossing into C.
pub(crate) fn guarded(body: impl FnOnce() -> Result<(), Refusal>) -> tomcheck_status {
    match catch_unwind(AssertUnwindSafe(body)) {
        Ok(Ok(())) => TOMCHECK_OK,
        Ok(Err((status, line))) => {
            remember(line);
            status
        }
        Err(_) => {
            remember("tomcheck panicked".to_owned());
            TOMCHECK_PANICKED
        }
    }
}

fn remember(line: String) {
    let line = CString::new(line.replace('\0', " ")).unwrap_or_default();
    LAST_ERROR.with(|last| last.replace(line));
}

pub(crate) fn null(what: &str) -> Refusal {
    (TOMCHECK_NULL_POINTER, format!("{what} is NULL"))
}

pub(crate) fn bad_value(why: impl ToString) -> Refusal {
    (TOMCHECK_BAD_VALUE, why.to_string())
}

pub(crate) fn failed(why: impl ToString) -> Refusal {
    (TOMCHECK_FAILED, why.to_string())
}

/// A string of the caller's.
///
/// # Safety
///
/// `text` is NULL or points to a string that ends with NUL and outlives the result.
pub(crate) unsafe fn borrowed<'a>(text: *const c_char, what: &str) -> Result<&'a str, Refusal> {
    if text.is_null() {
        return Err(null(what));
    }
    // SAFETY: not NULL, and the caller promises the rest.
    let text = unsafe { CStr::from_ptr(text) };
    text.to_str()
        .map_err(|_| (TOMCHECK_NOT_UTF8, format!("{what} is no UTF-8")))
}

/// Why the last call of this thread failed, one line in French or English; empty when none
/// did. The string lives until this thread's next failing call. Never NULL.
#[unsafe(no_mangle)]
pub extern "C" fn tomcheck_last_error() -> *const c_char {
    LAST_ERROR.with_borrow(|last| last.as_ptr())
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

#[test]
fn a_panic_becomes_a_status() {
    assert_eq!(guarded(|| panic!("on purpose")), TOMCHECK_PANICKED);
    assert_eq!(guarded(|| Err(null("x"))), TOMCHECK_NULL_POINTER);
}
