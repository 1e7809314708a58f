//! What can C have looked at?

use std::ffi::c_char;

use tomcheck::{Error, Progress, Quiet, Report};

use crate::guard::{Refusal, bad_value, blocking, cancelled, failed, tomcheck_status};
use crate::handle;
use crate::options::tomcheck_options;
use crate::report::{Kept, tomcheck_report};
use crate::strings::{borrowed, place};
use crate::told::{Taken, Told, Wanted};

/// Runs the whole diagnosis. Blocks until its deadline at most, and as long as the code porteur is
/// typed; touches the card, and presents the code porteur once if there is one. On success
/// `*report` must be freed with `tomcheck_report_free`. That something blocks is a success: see
/// `tomcheck_report_verdict`.
///
/// # Safety
///
/// `report` is NULL or may be written to.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tomcheck_diagnose(
    options: *mut tomcheck_options,
    report: *mut *mut tomcheck_report,
) -> tomcheck_status {
    // SAFETY: the caller promises what `run` demands.
    unsafe { run(options, report, || Ok(Wanted::Check)) }
}

/// Reads the card in the reader: what it is, whose, its tries left; no site, no code porteur.
/// Blocks until the deadline at most; touches the card. Its facts are the key `/card` of the
/// report.
///
/// # Safety
///
/// `report` is NULL or may be written to.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tomcheck_card(
    options: *mut tomcheck_options,
    report: *mut *mut tomcheck_report,
) -> tomcheck_status {
    // SAFETY: the caller promises what `run` demands.
    unsafe { run(options, report, || Ok(Wanted::Card)) }
}

/// Lists the certificates: those of the card, where each is on this machine, and under which
/// authorities. Blocks until the deadline at most; touches the card. They are the key `/certs` of
/// the report.
///
/// # Safety
///
/// `report` is NULL or may be written to.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tomcheck_certs(
    options: *mut tomcheck_options,
    report: *mut *mut tomcheck_report,
) -> tomcheck_status {
    // SAFETY: the caller promises what `run` demands.
    unsafe { run(options, report, || Ok(Wanted::Certs)) }
}

/// Says which proxy applies to `url` (or a name, as `tomcheck_options_set_target` takes one), by which
/// setting, and what it answers. Blocks until the deadline at most; touches no card. The proxy is the
/// value `/proxy/effective` of the report.
///
/// # Safety
///
/// `url` is NULL or ends with NUL; `report` is NULL or may be written to.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tomcheck_proxy(
    options: *mut tomcheck_options,
    url: *const c_char,
    report: *mut *mut tomcheck_report,
) -> tomcheck_status {
    // SAFETY: the caller promises what both demand.
    unsafe {
        run(options, report, || {
            Ok(Wanted::Proxy(borrowed(url, "url")?.to_owned()))
        })
    }
}

/// Examines the handshake with `url` (or a name, as `tomcheck_options_set_target` takes one), with the
/// card where the options themselves name something of it: its reader, its module, its code porteur.
/// Blocks until the deadline at most; touches the card in that case only. Its facts are the key `/tls` of the report.
///
/// # Safety
///
/// `url` is NULL or ends with NUL; `report` is NULL or may be written to.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tomcheck_tls(
    options: *mut tomcheck_options,
    url: *const c_char,
    report: *mut *mut tomcheck_report,
) -> tomcheck_status {
    // SAFETY: the caller promises what both demand.
    unsafe {
        run(options, report, || {
            Ok(Wanted::Tls(borrowed(url, "url")?.to_owned()))
        })
    }
}

/// # Safety
///
/// `report` is NULL or may be written to.
unsafe fn run(
    options: *mut tomcheck_options,
    report: *mut *mut tomcheck_report,
    wanted: impl FnOnce() -> Result<Wanted, Refusal>,
) -> tomcheck_status {
    blocking(|| {
        let told = handle::find::<Told>(options)?;
        // SAFETY: NULL or writable, as promised.
        let out = unsafe { place(report, "report") }?;
        let made = diagnose(&told.take(wanted()?)?)?;
        *out = handle::give(Kept::new(made))?;
        Ok(())
    })
}

fn diagnose(taken: &Taken) -> Result<Report, Refusal> {
    let progress: &dyn Progress = match &taken.progress {
        Some(progress) => progress,
        None => &Quiet,
    };
    let made = tomcheck::diagnose(&taken.options, progress);
    if taken
        .asked
        .as_ref()
        .is_some_and(|asked| asked.was_no_code())
    {
        return Err(bad_value("pin: four to eight digits"));
    }
    made.map_err(|error| match error {
        Error::Cancelled => cancelled(),
        error => failed(error.say(taken.options.lang)),
    })
}
