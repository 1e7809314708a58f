//! What can C ask that needs neither card nor network?

use std::ffi::{CString, c_char};
use std::fmt::Write as _;
use std::ptr;
use std::sync::{Arc, OnceLock};

use serde_json::Value;
use tomcheck::explain::{self, Explained};
use tomcheck::identify::{self, Identified};
use tomcheck::trace::{self, Input, Unwatched};
use tomcheck::{Instant, Lang, Plain, Quiet, TextStyle};

use crate::document::Document;
use crate::guard::{
    Refusal, answered, bad_value, blocking, failed, guarded, quietly, tomcheck_status,
};
use crate::handle::{self, Held};
use crate::options::lang;
use crate::report::{Kept, tomcheck_report};
use crate::strings::{borrowed, bytes, c_string, place};

/// An answer: JSON, and the same for a person. Opaque.
///
/// It does not change, so any number of threads may read it; the strings asked of it live until
/// it is freed.
pub struct tomcheck_answer(());

pub(crate) struct Answer {
    document: Document,
    text: CString,
}

impl Held for Answer {
    type Opaque = tomcheck_answer;
    const NAME: &'static str = "answer";
}

/// What a code or an error message means, whoever shows it: `0x8010001D`, `CKR_PIN_LOCKED`,
/// `alert 48`, `HTTP 407`, a code of tomcheck's own, or a text that holds some. The answer is an
/// array of what `tomcheck explain --json` prints; for a code that nobody knows, one element whose
/// `family` is null and whose `nearest` names those that look like it. `lang` is one of
/// `tomcheck_lang`. Does not block, touches no card.
///
/// # Safety
///
/// `input` is NULL or ends with NUL; `answer` is NULL or may be written to.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tomcheck_explain(
    input: *const c_char,
    lang: i32,
    answer: *mut *mut tomcheck_answer,
) -> tomcheck_status {
    guarded(|| {
        // SAFETY: as promised.
        let (input, out) = unsafe { (borrowed(input, "input")?, place(answer, "answer")?) };
        *out = handle::give(explained(input, self::lang(lang)?)?)?;
        Ok(())
    })
}

fn explained(input: &str, lang: Lang) -> Result<Answer, Refusal> {
    let rows = explain::explain(input);
    let mut all: Vec<Explained> = rows
        .iter()
        .map(|row| Explained::of(Some(input), row, lang))
        .collect();
    if all.is_empty() {
        all.push(Explained::unknown(input));
    }
    let style = TextStyle::default();
    let texts = rows
        .iter()
        .map(|row| tomcheck::explained_text(row, lang, style, &Plain));
    let text = texts.collect::<Vec<_>>().join("\n");
    answer_of(&all, &text)
}

fn answer_of(value: &impl serde::Serialize, text: &str) -> Result<Answer, Refusal> {
    let value: Value = serde_json::to_value(value).map_err(failed)?;
    Ok(Answer {
        document: Document::new(value),
        text: c_string(text),
    })
}

/// What an identifier says (`3620100842/01417`, as certificates and cards bear it). The answer is
/// an array of one object, as `tomcheck identify --json` prints it. Does not block, touches no
/// card.
///
/// # Safety
///
/// `value` is NULL or ends with NUL; `answer` is NULL or may be written to.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tomcheck_identify(
    value: *const c_char,
    lang: i32,
    answer: *mut *mut tomcheck_answer,
) -> tomcheck_status {
    guarded(|| {
        // SAFETY: as promised.
        let (value, out) = unsafe { (borrowed(value, "value")?, place(answer, "answer")?) };
        let lang = self::lang(lang)?;
        *out = handle::give(identified(&[Identified::text(value, lang)], lang)?)?;
        Ok(())
    })
}

/// What the certificates of a file say: DER, PEM or PKCS#7, as its bytes. The answer is an array
/// of one object each. `TOMCHECK_BAD_VALUE` when they hold none. Does not block, touches no card.
///
/// # Safety
///
/// `file` is NULL or points to `length` bytes; `answer` is NULL or may be written to.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tomcheck_identify_file(
    file: *const u8,
    length: usize,
    lang: i32,
    answer: *mut *mut tomcheck_answer,
) -> tomcheck_status {
    guarded(|| {
        // SAFETY: as promised.
        let (file, out) = unsafe { (bytes(file, length, "file")?, place(answer, "answer")?) };
        let lang = self::lang(lang)?;
        let holders = identify::read_file(file);
        let holders = holders.map_err(|failure| bad_value(failure.text(lang)))?;
        let now = Instant::now();
        let all: Vec<Identified> = holders
            .into_iter()
            .map(|holder| Identified::certificate("", holder, now, lang))
            .collect();
        *out = handle::give(identified(&all, lang)?)?;
        Ok(())
    })
}

fn identified(all: &[Identified], lang: Lang) -> Result<Answer, Refusal> {
    let now = Instant::now();
    let mut text = String::new();
    for one in all {
        for line in one.lines(now, lang) {
            let colon = lang.colon();
            // a string takes everything
            let _ = writeln!(text, "{}{colon} {}", line.label, line.value);
        }
        text += &tomcheck::finding_lines(&one.findings, lang, TextStyle::default(), &Plain);
    }
    answer_of(&all, &text)
}

/// What a log says of the cause, as its bytes: of Java, squid, the Cryptolib, curl, browsers,
/// Windows, in any encoding, compressed or not, or a capture. `name` is what the report calls it;
/// NULL: `log`. Blocks as long as it takes to read it; touches neither card nor network. On
/// success `*report` must be freed with `tomcheck_report_free`.
///
/// # Safety
///
/// `log` is NULL or points to `length` bytes; `name` is NULL or ends with NUL; `report` is NULL or
/// may be written to.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tomcheck_trace(
    log: *const u8,
    length: usize,
    name: *const c_char,
    lang: i32,
    report: *mut *mut tomcheck_report,
) -> tomcheck_status {
    blocking(|| {
        // SAFETY: as promised.
        let (log, out) = unsafe { (bytes(log, length, "log")?, place(report, "report")?) };
        let name = match name.is_null() {
            true => "log",
            // SAFETY: not NULL, and as promised.
            false => unsafe { borrowed(name, "name") }?,
        };
        *out = handle::give(traced(log, name, self::lang(lang)?)?)?;
        Ok(())
    })
}

/// What a log of the caller's may come to where it is compressed.
const MOST_UNPACKED: u64 = 1 << 30;

fn traced(log: &[u8], name: &str, lang: Lang) -> Result<Kept, Refusal> {
    let mut options = trace::Options::new([Input::Memory {
        name: name.to_owned(),
        bytes: Arc::from(log),
        unpacked: MOST_UNPACKED,
    }]);
    options.lang = lang;
    let traced = trace::trace(&options, &Quiet, &Unwatched);
    match traced.unread.into_iter().next() {
        None => Ok(Kept::new(traced.report)),
        Some((_, error)) => Err(bad_value(format!("log: {error}"))),
    }
}

/// The whole answer as JSON; NULL for a bad handle.
#[unsafe(no_mangle)]
pub extern "C" fn tomcheck_answer_json(answer: *const tomcheck_answer) -> *const c_char {
    answered(ptr::null(), || {
        Ok(handle::find::<Answer>(answer)?.document.json())
    })
}

/// The answer as a person reads it; empty where there is nothing to say; NULL for a bad handle.
#[unsafe(no_mangle)]
pub extern "C" fn tomcheck_answer_text(answer: *const tomcheck_answer) -> *const c_char {
    answered(ptr::null(), || {
        Ok(handle::find::<Answer>(answer)?.text.as_ptr())
    })
}

/// One value of the answer, as `tomcheck_report_value` tells one of a report.
///
/// # Safety
///
/// `pointer` is NULL or ends with NUL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tomcheck_answer_value(
    answer: *const tomcheck_answer,
    pointer: *const c_char,
) -> *const c_char {
    answered(ptr::null(), || {
        let answer = handle::find::<Answer>(answer)?;
        // SAFETY: as promised.
        Ok(answer
            .document
            .text(unsafe { borrowed(pointer, "pointer") }?))
    })
}

/// How many elements the array or object has that stands there; else 0.
///
/// # Safety
///
/// `pointer` is NULL or ends with NUL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tomcheck_answer_count(
    answer: *const tomcheck_answer,
    pointer: *const c_char,
) -> usize {
    answered(0, || {
        let answer = handle::find::<Answer>(answer)?;
        // SAFETY: as promised.
        Ok(answer
            .document
            .count(unsafe { borrowed(pointer, "pointer") }?))
    })
}

/// Frees an answer and every string asked of it. NULL and a handle that was freed do nothing.
#[unsafe(no_mangle)]
pub extern "C" fn tomcheck_answer_free(answer: *mut tomcheck_answer) {
    quietly(|| drop(handle::free::<Answer>(answer)));
}

/// How many codes of findings there are.
#[unsafe(no_mangle)]
pub extern "C" fn tomcheck_code_count() -> usize {
    answered(0, || Ok(codes().len()))
}

/// A code of a finding, by its index; NULL: there is none. Static. Codes are forever, their
/// indices are not. `tomcheck_explain` says what one means.
#[unsafe(no_mangle)]
pub extern "C" fn tomcheck_code(index: usize) -> *const c_char {
    answered(ptr::null(), || {
        let code = codes().get(index);
        Ok(code.map_or(ptr::null(), |code| code.as_ptr()))
    })
}

fn codes() -> &'static [CString] {
    static CODES: OnceLock<Vec<CString>> = OnceLock::new();
    CODES.get_or_init(|| {
        tomcheck::findings()
            .map(|kind| c_string(kind.code))
            .collect()
    })
}
