//! The C library `libtomcheck`: run a diagnosis, read its verdict, carry its JSON away.
//!
//! Conventions, the same for every function:
//!
//! - Handles are opaque; what `_new` or an out-parameter gives, the matching `_free` takes back.
//!   `_free(NULL)` does nothing.
//! - Functions that can fail return a [`tomcheck_status`]; out-parameters come last and are
//!   written only on success. `NULL` where a pointer is demanded is an error, never a crash.
//! - Strings are UTF-8 and end with NUL. Strings that come back belong to the handle they were
//!   asked of, and live as long as it does.
//! - A panic never crosses: it becomes [`tomcheck_status::TOMCHECK_PANICKED`].
//! - A handle may be moved between threads, not used by two at once. Two handles may be used by
//!   two threads.
//!
//! # What this library does not do
//!
//! It prints nothing, sets no signal handler, changes neither locale nor working directory. No
//! sentence is written here: they all come from the crate `tomcheck`.
#![allow(unsafe_code)]
#![allow(non_camel_case_types)]

mod guard;
mod options;
mod report;
mod sys;

// The public interface is:
pub use crate::guard::{tomcheck_last_error, tomcheck_status, tomcheck_version};
pub use crate::options::{
    tomcheck_lang, tomcheck_options, tomcheck_options_free, tomcheck_options_new,
    tomcheck_options_set_ca_file, tomcheck_options_set_deadline, tomcheck_options_set_lang,
    tomcheck_options_set_module, tomcheck_options_set_pin, tomcheck_options_set_proxy,
    tomcheck_options_set_reader, tomcheck_options_set_target, tomcheck_options_set_worker,
};
pub use crate::report::{
    tomcheck_diagnose, tomcheck_report, tomcheck_report_free, tomcheck_report_json,
    tomcheck_report_root_cause, tomcheck_report_text, tomcheck_report_verdict, tomcheck_verdict,
};
