//! How do text and bytes cross between C and Rust?

use std::ffi::{CStr, CString, c_char};

use crate::guard::{Refusal, TOMCHECK_NOT_UTF8, null};

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

/// Bytes of the caller's. NULL is good for none of them.
///
/// # Safety
///
/// `bytes` is NULL or points to `length` bytes that outlive the result.
pub(crate) unsafe fn bytes<'a>(
    bytes: *const u8,
    length: usize,
    what: &str,
) -> Result<&'a [u8], Refusal> {
    match (bytes.is_null(), length) {
        (true, 0) => Ok(&[]),
        (true, _) => Err(null(what)),
        // SAFETY: not NULL, and the caller promises the rest.
        (false, _) => Ok(unsafe { std::slice::from_raw_parts(bytes, length) }),
    }
}

/// The place for an answer, checked before anything is done for it.
///
/// # Safety
///
/// `out` is NULL or may be written to.
pub(crate) unsafe fn place<'a, T>(out: *mut T, what: &str) -> Result<&'a mut T, Refusal> {
    // SAFETY: NULL or writable, as the caller promises.
    unsafe { out.as_mut() }.ok_or_else(|| null(what))
}

/// Text for C, which takes NUL for the end: one inside becomes a space.
pub(crate) fn c_string(text: &str) -> CString {
    CString::new(text.replace('\0', " ")).unwrap_or_default()
}

/// A text that lives as long as what it belongs to, or NULL.
pub(crate) fn pointer(text: Option<&CString>) -> *const c_char {
    text.map_or(std::ptr::null(), |text| text.as_ptr())
}
