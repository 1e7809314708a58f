//! What does a diagnosis give back to C?

use std::ffi::{CString, c_char};
use std::ptr;
use std::sync::OnceLock;

use serde_json::Value;
use tomcheck::{Plain, Report, TextStyle, VerdictStatus};

use crate::document::Document;
use crate::finding::Said;
use crate::guard::{Refusal, answered, bad_value, guarded, quietly, tomcheck_status};
use crate::handle::{self, Held};
use crate::options::lang;
use crate::strings::{borrowed, bytes, c_string, place, pointer};

/// A report. Opaque.
///
/// It does not change, so any number of threads may read it; the strings asked of it live until
/// it is freed.
pub struct tomcheck_report(());

/// Whether something blocks. Numbers are forever.
#[repr(i32)]
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

/// A report, and what C was given of it: each text is made when somebody asks for it first.
pub(crate) struct Kept {
    report: Report,
    root_cause: Option<CString>,
    document: OnceLock<Document>,
    text: OnceLock<CString>,
    html: OnceLock<CString>,
    findings: OnceLock<Vec<Said>>,
}

impl Held for Kept {
    type Opaque = tomcheck_report;
    const NAME: &'static str = "report";
}

impl Kept {
    pub(crate) fn new(report: Report) -> Self {
        Self {
            root_cause: report.verdict.root_cause.as_deref().map(c_string),
            report,
            document: OnceLock::new(),
            text: OnceLock::new(),
            html: OnceLock::new(),
            findings: OnceLock::new(),
        }
    }

    pub(crate) fn findings(&self) -> &[Said] {
        self.findings
            .get_or_init(|| self.report.findings.iter().map(Said::of).collect())
    }

    fn document(&self) -> &Document {
        let value = || serde_json::to_value(&self.report).unwrap_or(Value::Null);
        self.document.get_or_init(|| Document::new(value()))
    }

    fn text(&self) -> *const c_char {
        let made = || c_string(&tomcheck::text(&self.report, TextStyle::default(), &Plain));
        self.text.get_or_init(made).as_ptr()
    }

    fn html(&self) -> *const c_char {
        let made = || c_string(&tomcheck::html(&self.report));
        self.html.get_or_init(made).as_ptr()
    }
}

const fn verdict(status: VerdictStatus) -> tomcheck_verdict {
    match status {
        VerdictStatus::Ok => tomcheck_verdict::TOMCHECK_VERDICT_OK,
        VerdictStatus::Warning => tomcheck_verdict::TOMCHECK_VERDICT_WARNING,
        VerdictStatus::Blocked => tomcheck_verdict::TOMCHECK_VERDICT_BLOCKED,
        VerdictStatus::Undetermined => tomcheck_verdict::TOMCHECK_VERDICT_UNDETERMINED,
    }
}

/// Reads a report that was saved (`tomcheck_report_json`, or `tomcheck --json` into a file) and
/// judges it by the rules of this version, in `lang`, one of `tomcheck_lang`, without the machine it
/// was taken on. `TOMCHECK_BAD_VALUE` when it is none. Does not block, touches no card. On success
/// `*report` must be freed with `tomcheck_report_free`.
///
/// # Safety
///
/// `json` is NULL or points to `length` bytes; `report` is NULL or may be written to.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tomcheck_judge(
    json: *const u8,
    length: usize,
    lang: i32,
    report: *mut *mut tomcheck_report,
) -> tomcheck_status {
    guarded(|| {
        // SAFETY: as promised.
        let (json, out) = unsafe { (bytes(json, length, "json")?, place(report, "report")?) };
        let lang = self::lang(lang)?;
        let saved = Report::from_json(json).map_err(|error| bad_value(error.say(lang)))?;
        *out = handle::give(Kept::new(tomcheck::judge(&saved, lang)))?;
        Ok(())
    })
}

/// Frees a report and every string asked of it. NULL and a handle that was freed do nothing.
#[unsafe(no_mangle)]
pub extern "C" fn tomcheck_report_free(report: *mut tomcheck_report) {
    quietly(|| drop(handle::free::<Kept>(report)));
}

/// Whether something blocks. Does not block.
///
/// # Safety
///
/// `verdict` is NULL or may be written to.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tomcheck_report_verdict(
    report: *const tomcheck_report,
    verdict: *mut tomcheck_verdict,
) -> tomcheck_status {
    guarded(|| {
        let report = handle::find::<Kept>(report)?;
        // SAFETY: NULL or writable, as promised.
        *unsafe { place(verdict, "verdict") }? = self::verdict(report.report.verdict.status);
        Ok(())
    })
}

/// Asks a report for a string that lives as long as it does.
fn ask(
    report: *const tomcheck_report,
    ask: impl FnOnce(&Kept) -> Result<*const c_char, Refusal>,
) -> *const c_char {
    answered(ptr::null(), || ask(handle::find::<Kept>(report)?.as_ref()))
}

/// The code of the one root cause, `card.absent`; NULL when nothing blocks, or for a bad handle.
#[unsafe(no_mangle)]
pub extern "C" fn tomcheck_report_root_cause(report: *const tomcheck_report) -> *const c_char {
    ask(report, |report| Ok(pointer(report.root_cause.as_ref())))
}

/// The whole report as JSON (`tomcheck-report/1`); NULL for a bad handle.
#[unsafe(no_mangle)]
pub extern "C" fn tomcheck_report_json(report: *const tomcheck_report) -> *const c_char {
    ask(report, |report| Ok(report.document().json()))
}

/// The report as a person reads it; NULL for a bad handle.
#[unsafe(no_mangle)]
pub extern "C" fn tomcheck_report_text(report: *const tomcheck_report) -> *const c_char {
    ask(report, |report| Ok(report.text()))
}

/// The report as a page of HTML that needs nothing else; NULL for a bad handle.
#[unsafe(no_mangle)]
pub extern "C" fn tomcheck_report_html(report: *const tomcheck_report) -> *const c_char {
    ask(report, |report| Ok(report.html()))
}

/// One value of the report, by a JSON pointer (RFC 6901: `/host/os`, `/probes/0/id`): a string as
/// it is, all else as JSON. NULL where there is nothing or null, for a pointer that is NULL or no
/// UTF-8, and for a bad handle.
///
/// # Safety
///
/// `pointer` is NULL or ends with NUL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tomcheck_report_value(
    report: *const tomcheck_report,
    pointer: *const c_char,
) -> *const c_char {
    ask(report, |report| {
        // SAFETY: as promised.
        let pointer = unsafe { borrowed(pointer, "pointer") }?;
        Ok(report.document().text(pointer))
    })
}

/// How many elements the array or object has that stands there; else 0.
///
/// # Safety
///
/// `pointer` is NULL or ends with NUL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tomcheck_report_count(
    report: *const tomcheck_report,
    pointer: *const c_char,
) -> usize {
    answered(0, || {
        let report = handle::find::<Kept>(report)?;
        // SAFETY: as promised.
        let pointer = unsafe { borrowed(pointer, "pointer") }?;
        Ok(report.document().count(pointer))
    })
}
