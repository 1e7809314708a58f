//! What does a diagnosis give back to C?

use std::ffi::{CString, c_char};
use std::ptr;

use tomcheck::{Plain, Quiet, Report, TextStyle, VerdictStatus};

use crate::guard::{Refusal, failed, guarded, null, tomcheck_status};
use crate::options::tomcheck_options;

/// A report. Opaque.
pub struct tomcheck_report {
    verdict: tomcheck_verdict,
    root_cause: Option<CString>,
    json: CString,
    text: CString,
}

/// Whether something blocks. Numbers are forever.
#[repr(C)]
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum tomcheck_verdict {
    /// Nothing to say.
    TOMCHECK_VERDICT_OK = 0,
    /// Nothing blocks, something will bite.
    TOMCHECK_VERDICT_WARNING = 1,
    /// Something blocks.
    TOMCHECK_VERDICT_BLOCKED = 2,
    /// What had to be looked at could not be.
    TOMCHECK_VERDICT_UNDETERMINED = 3,
}

impl tomcheck_report {
    fn new(report: &Report) -> Result<Self, Refusal> {
        let json = serde_json::to_string(report).map_err(failed)?;
        let text = tomcheck::text(report, TextStyle::default(), &Plain);
        let root_cause = report
            .verdict
            .root_cause
            .as_deref()
            .map(c_string)
            .transpose()?;
        Ok(Self {
            verdict: verdict(report.verdict.status),
            root_cause,
            json: c_string(&json)?,
            text: c_string(&text)?,
        })
    }
}

/// JSON escapes NUL and the text replaces it: neither can hold one.
fn c_string(text: &str) -> Result<CString, Refusal> {
    CString::new(text).map_err(failed)
}

const fn verdict(status: VerdictStatus) -> tomcheck_verdict {
    match status {
        VerdictStatus::Ok => tomcheck_verdict::TOMCHECK_VERDICT_OK,
        VerdictStatus::Warning => tomcheck_verdict::TOMCHECK_VERDICT_WARNING,
        VerdictStatus::Blocked => tomcheck_verdict::TOMCHECK_VERDICT_BLOCKED,
        VerdictStatus::Undetermined => tomcheck_verdict::TOMCHECK_VERDICT_UNDETERMINED,
    }
}

/// Runs the whole diagnosis. Blocks until its deadline at most; touches the card, and presents
/// the code porteur once if one was set. On success `*report` must be freed with
/// `tomcheck_report_free`. That something blocks is a success: see `tomcheck_report_verdict`.
///
/// # Safety
///
/// `options` is NULL or valid and not used by another thread; `report` is NULL or may be
/// written to.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tomcheck_diagnose(
    options: *mut tomcheck_options,
    report: *mut *mut tomcheck_report,
) -> tomcheck_status {
    guarded(|| {
        // SAFETY: valid or NULL, as promised.
        let options = unsafe { options.as_mut() }.ok_or_else(|| null("options"))?;
        // SAFETY: writable or NULL, as promised.
        let out = unsafe { report.as_mut() }.ok_or_else(|| null("report"))?;
        let lang = options.lang();
        let told = options.take()?;
        let made = tomcheck::diagnose(&told, &Quiet).map_err(|error| failed(error.say(lang)))?;
        *out = Box::into_raw(Box::new(tomcheck_report::new(&made)?));
        Ok(())
    })
}

/// Frees a report and every string asked of it.
///
/// # Safety
///
/// `report` is NULL or came from this library and was not freed yet.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tomcheck_report_free(report: *mut tomcheck_report) {
    if !report.is_null() {
        // SAFETY: it came from Box::into_raw and is freed once, as promised.
        drop(unsafe { Box::from_raw(report) });
    }
}

/// Whether something blocks.
///
/// # Safety
///
/// `report` is NULL or valid; `verdict` is NULL or may be written to.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tomcheck_report_verdict(
    report: *const tomcheck_report,
    verdict: *mut tomcheck_verdict,
) -> tomcheck_status {
    guarded(|| {
        // SAFETY: valid or NULL, as promised.
        let report = unsafe { report.as_ref() }.ok_or_else(|| null("report"))?;
        // SAFETY: writable or NULL, as promised.
        let out = unsafe { verdict.as_mut() }.ok_or_else(|| null("verdict"))?;
        *out = report.verdict;
        Ok(())
    })
}

/// The code of the one root cause, `card.absent`; NULL when nothing blocks or `report` is NULL.
///
/// # Safety
///
/// `report` is NULL or valid.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tomcheck_report_root_cause(
    report: *const tomcheck_report,
) -> *const c_char {
    // SAFETY: valid or NULL, as promised.
    let cause = unsafe { report.as_ref() }.and_then(|report| report.root_cause.as_ref());
    cause.map_or(ptr::null(), |cause| cause.as_ptr())
}

/// The whole report as JSON (`tomcheck-report/1`); NULL when `report` is NULL.
///
/// # Safety
///
/// `report` is NULL or valid.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tomcheck_report_json(report: *const tomcheck_report) -> *const c_char {
    // SAFETY: valid or NULL, as promised.
    unsafe { report.as_ref() }.map_or(ptr::null(), |report| report.json.as_ptr())
}

/// The report as a person reads it; NULL when `report` is NULL.
///
/// # Safety
///
/// `report` is NULL or valid.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tomcheck_report_text(report: *const tomcheck_report) -> *const c_char {
    // SAFETY: valid or NULL, as promised.
    unsafe { report.as_ref() }.map_or(ptr::null(), |report| report.text.as_ptr())
}
