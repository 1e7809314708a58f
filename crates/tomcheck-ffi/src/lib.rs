//! The C library `libtomcheck`: the whole product, for programs in C, C++ and whatever calls C.
//!
//! | question                                         | functions                               |
//! |--------------------------------------------------|-----------------------------------------|
//! | Why does the card not open the site?             | `tomcheck_diagnose`                     |
//! | With what, and who hears how far it is?          | `tomcheck_options_*`                    |
//! | What holds on this machine anyhow?               | `tomcheck_options_load_settings`        |
//! | How does it end early?                           | `tomcheck_cancel`                       |
//! | What was found, and what is to be done?          | `tomcheck_report_*`, `tomcheck_finding_*` |
//! | What card is it, with which certificates?        | `tomcheck_card`, `tomcheck_certs`       |
//! | Which proxy applies; how does a handshake go?    | `tomcheck_proxy`, `tomcheck_tls`        |
//! | What do readers and cards do from now on?        | `tomcheck_monitor_*`, `tomcheck_event_*` |
//! | What does this code, identifier, log say?        | `tomcheck_explain`, `tomcheck_identify`, `tomcheck_trace` |
//! | What does a saved report come to?                | `tomcheck_judge`                        |
//!
//! Conventions, the same for every function:
//!
//! - Handles are opaque; what `_new` or an out-parameter gives, the matching `_free` takes back.
//!   A handle that was freed, or never was one, is an error and never a crash; `_free` of it, or of
//!   `NULL`, does nothing.
//! - Functions that can fail return a [`tomcheck_status`]; out-parameters come last and are
//!   written only on success. Functions that read return `NULL`, or 0, where there is nothing.
//!   `NULL` where a pointer is demanded is an error, never a crash.
//! - Strings are UTF-8 and end with NUL. Strings that come back belong to the handle they were
//!   asked of, and live as long as it does.
//! - A panic never crosses: it becomes [`tomcheck_status::TOMCHECK_PANICKED`].
//! - Any thread may use any handle at any time; two threads may use the same one.
//! - Calls back come from threads of the library. They may call everything that does not block.
//!
//! # What this library does not do
//!
//! It prints nothing, sets no signal handler, changes neither locale nor working directory. No
//! sentence is written here: they all come from the crate `tomcheck`.
#![allow(unsafe_code)]
#![allow(non_camel_case_types)]

mod answer;
mod callbacks;
mod cancellation;
mod document;
mod event;
mod finding;
mod guard;
mod handle;
mod monitor;
mod options;
mod report;
mod run;
mod settings;
mod strings;
mod sys;
mod told;

// The public interface is:
pub use crate::answer::*;
pub use crate::callbacks::{
    TOMCHECK_PIN_SIZE, tomcheck_pin_fn, tomcheck_pin_pad_fn, tomcheck_probe_status,
    tomcheck_progress_fn,
};
pub use crate::cancellation::*;
pub use crate::event::*;
pub use crate::finding::*;
pub use crate::guard::{tomcheck_last_error, tomcheck_status, tomcheck_version};
pub use crate::monitor::*;
pub use crate::options::*;
pub use crate::report::*;
pub use crate::run::*;
pub use crate::settings::*;
