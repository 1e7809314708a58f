//! How does C read what was found, one after the other?

use std::ffi::{CString, c_char};
use std::ptr;

use tomcheck::{Audience, FindingRecord, Severity};

use crate::guard::{Refusal, answered, bad_value};
use crate::handle;
use crate::report::{Kept, tomcheck_report};
use crate::strings::{c_string, pointer};

/// How much a finding matters. Numbers are forever.
#[repr(i32)]
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum tomcheck_severity {
    /// There is no such finding.
    TOMCHECK_SEVERITY_NONE = 0,
    /// It blocks.
    TOMCHECK_SEVERITY_FAULT = 1,
    /// It will bite.
    TOMCHECK_SEVERITY_WARNING = 2,
    /// It is worth knowing.
    TOMCHECK_SEVERITY_INFO = 3,
}

/// Who can do something about a finding. Numbers are forever; a later version may add some.
#[repr(i32)]
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum tomcheck_audience {
    /// There is no such finding.
    TOMCHECK_FOR_NOBODY = 0,
    /// The person whose card it is.
    TOMCHECK_FOR_HOLDER = 1,
    /// Who looks after the workstation.
    TOMCHECK_FOR_TECHNICIAN = 2,
    /// Who looks after the network and its proxy.
    TOMCHECK_FOR_NETWORK_ADMIN = 3,
    /// Who delivers the cards, or runs the service they open.
    TOMCHECK_FOR_ISSUER = 4,
}

use tomcheck_audience::{
    TOMCHECK_FOR_HOLDER, TOMCHECK_FOR_ISSUER, TOMCHECK_FOR_NETWORK_ADMIN, TOMCHECK_FOR_NOBODY,
    TOMCHECK_FOR_TECHNICIAN,
};
use tomcheck_severity::{
    TOMCHECK_SEVERITY_FAULT, TOMCHECK_SEVERITY_INFO, TOMCHECK_SEVERITY_NONE,
    TOMCHECK_SEVERITY_WARNING,
};

/// A finding in C's strings.
pub(crate) struct Said {
    severity: tomcheck_severity,
    audience: tomcheck_audience,
    code: CString,
    layer: CString,
    title: CString,
    note: Option<CString>,
    consequence_of: Option<CString>,
    doc: CString,
    evidence: Vec<Piece>,
    steps: Vec<CString>,
}

struct Piece {
    key: Option<CString>,
    label: CString,
    value: CString,
}

impl Said {
    pub(crate) fn of(finding: &FindingRecord) -> Self {
        let evidence = finding.evidence.iter();
        Self {
            severity: severity(finding.severity),
            audience: audience(finding.remedy.audience),
            code: c_string(&finding.code),
            layer: c_string(finding.layer.name()),
            title: c_string(&finding.title),
            note: finding.note.as_deref().map(c_string),
            consequence_of: finding.consequence_of.as_deref().map(c_string),
            doc: c_string(&finding.doc),
            evidence: evidence
                .map(|one| Piece {
                    key: one.key.as_deref().map(c_string),
                    label: c_string(&one.label),
                    value: c_string(&one.value),
                })
                .collect(),
            steps: finding
                .remedy
                .steps
                .iter()
                .map(|step| c_string(step))
                .collect(),
        }
    }
}

const fn severity(severity: Severity) -> tomcheck_severity {
    match severity {
        Severity::Fault => TOMCHECK_SEVERITY_FAULT,
        Severity::Warning => TOMCHECK_SEVERITY_WARNING,
        Severity::Info => TOMCHECK_SEVERITY_INFO,
    }
}

const fn audience(audience: Audience) -> tomcheck_audience {
    match audience {
        Audience::Holder => TOMCHECK_FOR_HOLDER,
        Audience::Technician => TOMCHECK_FOR_TECHNICIAN,
        Audience::NetworkAdmin => TOMCHECK_FOR_NETWORK_ADMIN,
        Audience::Issuer => TOMCHECK_FOR_ISSUER,
    }
}

impl Said {
    fn piece(&self, evidence: usize) -> Result<&Piece, Refusal> {
        let piece = self.evidence.get(evidence);
        piece.ok_or_else(|| absent("evidence", evidence))
    }
}

/// Asks one finding; `otherwise` for a bad handle and for a finding that is not there.
fn ask<T>(
    report: *const tomcheck_report,
    finding: usize,
    otherwise: T,
    ask: impl FnOnce(&Said) -> Result<T, Refusal>,
) -> T {
    answered(otherwise, || {
        let report = handle::find::<Kept>(report)?;
        let said = report.findings().get(finding);
        ask(said.ok_or_else(|| absent("finding", finding))?)
    })
}

fn absent(what: &str, index: usize) -> Refusal {
    bad_value(format!("there is no {what} {index}"))
}

/// How many findings there are, worst first, the root cause at index 0; 0 for a bad handle. The
/// functions below are told which by its index, and answer NULL or 0 where there is none. None of
/// them blocks.
#[unsafe(no_mangle)]
pub extern "C" fn tomcheck_finding_count(report: *const tomcheck_report) -> usize {
    answered(0, || Ok(handle::find::<Kept>(report)?.findings().len()))
}

/// Its stable code, `proxy.authentication-required`. Codes are forever.
#[unsafe(no_mangle)]
pub extern "C" fn tomcheck_finding_code(
    report: *const tomcheck_report,
    finding: usize,
) -> *const c_char {
    ask(report, finding, ptr::null(), |said| Ok(said.code.as_ptr()))
}

/// The part of the path it is about: `reader`, `card`, `module`, `token`, `cert`, `clock`, `browser`,
/// `network`, `proxy`, `tls` or `trace`.
#[unsafe(no_mangle)]
pub extern "C" fn tomcheck_finding_layer(
    report: *const tomcheck_report,
    finding: usize,
) -> *const c_char {
    ask(report, finding, ptr::null(), |said| Ok(said.layer.as_ptr()))
}

/// How much it matters.
#[unsafe(no_mangle)]
pub extern "C" fn tomcheck_finding_severity(
    report: *const tomcheck_report,
    finding: usize,
) -> tomcheck_severity {
    ask(report, finding, TOMCHECK_SEVERITY_NONE, |said| {
        Ok(said.severity)
    })
}

/// One sentence, in the language of the report.
#[unsafe(no_mangle)]
pub extern "C" fn tomcheck_finding_title(
    report: *const tomcheck_report,
    finding: usize,
) -> *const c_char {
    ask(report, finding, ptr::null(), |said| Ok(said.title.as_ptr()))
}

/// One more sentence; NULL: there is none.
#[unsafe(no_mangle)]
pub extern "C" fn tomcheck_finding_note(
    report: *const tomcheck_report,
    finding: usize,
) -> *const c_char {
    ask(report, finding, ptr::null(), |said| {
        Ok(pointer(said.note.as_ref()))
    })
}

/// The code of the finding it merely follows from; NULL: of none.
#[unsafe(no_mangle)]
pub extern "C" fn tomcheck_finding_consequence_of(
    report: *const tomcheck_report,
    finding: usize,
) -> *const c_char {
    ask(report, finding, ptr::null(), |said| {
        Ok(pointer(said.consequence_of.as_ref()))
    })
}

/// Where the documentation explains it.
#[unsafe(no_mangle)]
pub extern "C" fn tomcheck_finding_doc(
    report: *const tomcheck_report,
    finding: usize,
) -> *const c_char {
    ask(report, finding, ptr::null(), |said| Ok(said.doc.as_ptr()))
}

/// How many pieces of evidence prove it.
#[unsafe(no_mangle)]
pub extern "C" fn tomcheck_finding_evidence_count(
    report: *const tomcheck_report,
    finding: usize,
) -> usize {
    ask(report, finding, 0, |said| Ok(said.evidence.len()))
}

/// What a piece of evidence is to a program, never translated; NULL in reports saved by the first
/// versions.
#[unsafe(no_mangle)]
pub extern "C" fn tomcheck_finding_evidence_key(
    report: *const tomcheck_report,
    finding: usize,
    evidence: usize,
) -> *const c_char {
    ask(report, finding, ptr::null(), |said| {
        Ok(pointer(said.piece(evidence)?.key.as_ref()))
    })
}

/// What a piece of evidence is to people, in the language of the report.
#[unsafe(no_mangle)]
pub extern "C" fn tomcheck_finding_evidence_label(
    report: *const tomcheck_report,
    finding: usize,
    evidence: usize,
) -> *const c_char {
    ask(report, finding, ptr::null(), |said| {
        Ok(said.piece(evidence)?.label.as_ptr())
    })
}

/// A piece of evidence as it was seen; moments in RFC 3339.
#[unsafe(no_mangle)]
pub extern "C" fn tomcheck_finding_evidence_value(
    report: *const tomcheck_report,
    finding: usize,
    evidence: usize,
) -> *const c_char {
    ask(report, finding, ptr::null(), |said| {
        Ok(said.piece(evidence)?.value.as_ptr())
    })
}

/// Who can do something about it.
#[unsafe(no_mangle)]
pub extern "C" fn tomcheck_finding_audience(
    report: *const tomcheck_report,
    finding: usize,
) -> tomcheck_audience {
    ask(report, finding, TOMCHECK_FOR_NOBODY, |said| {
        Ok(said.audience)
    })
}

/// How many steps its remedy has.
#[unsafe(no_mangle)]
pub extern "C" fn tomcheck_finding_step_count(
    report: *const tomcheck_report,
    finding: usize,
) -> usize {
    ask(report, finding, 0, |said| Ok(said.steps.len()))
}

/// A step of its remedy, in order, in the language of the report.
#[unsafe(no_mangle)]
pub extern "C" fn tomcheck_finding_step(
    report: *const tomcheck_report,
    finding: usize,
    step: usize,
) -> *const c_char {
    ask(report, finding, ptr::null(), |said| {
        let text = said.steps.get(step).ok_or_else(|| absent("step", step))?;
        Ok(text.as_ptr())
    })
}
