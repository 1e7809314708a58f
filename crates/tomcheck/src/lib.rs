//! Finds the one cause why a CPS, CPF, CPE or CPA card does not open its service, and says
//! what to do about it, in French and English.
//!
//! | question                                       | answered by                            |
//! |------------------------------------------------|----------------------------------------|
//! | Why does the card not open the site?           | [`diagnose`], [`diagnose_async`]       |
//! | What follows from what?                        | [`rules()`]                            |
//! | What changed between two reports?              | [`compare()`]                          |
//! | What does a fleet watch?                       | [`metrics()`]                          |
//! | What does a saved report say?                 | [`Report::from_json`], [`judge()`]     |
//! | What can be found, and what helps?             | [`findings()`]                         |
//! | How does a person read the report?             | [`text()`]; as a page, [`html()`]      |
//! | What does the report look like to a program?   | [`schema()`]                           |
//! | What does this identifier or certificate say?  | [`identify`]                           |
//! | What does this answer to reset say?            | [`ExplainedAtr`]                       |
//! | What must the network let through?             | [`access`]                             |
//! | What does this code or this error message mean? | [`explain`]                            |
//! | What do readers and cards do from now on?      | [`Monitor`]; in words, [`EventText`]   |
//! | What does a site that asks for a card receive? | [`testsite`]                           |
//! | What is installed, and what is to be updated?  | [`inventory`]                          |
//! | What is sent to whoever is to help?            | [`bundle`]                             |
//! | Which settings hold here, and who said so?     | [`config`]                             |
//! | How does it all look in a browser, live?       | [`page`]                               |
//! | What do log files say of the cause?            | [`trace`]                              |
//!
//! # What this crate does not do
//!
//! It changes nothing on the machine: no card is reset, no setting touched, no file written. It
//! presents the code porteur at most once, only when told to, and never for the last try unless
//! told that too.
//!
//! # Feature
//!
//! `legacy-tls`: follows a site by the system's OpenSSL 3 where rustls will not (the card asked for
//! once the connection is open, TLS 1.0 and 1.1). Off by default.
//!
//! # Example
//!
//! ```no_run
//! use tomcheck::{Options, Quiet, Scope, Target, WorkerCommand, diagnose};
//!
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! // The module of the card is loaded by another process, which must be there.
//! let worker = WorkerCommand::of_program("/usr/bin/tomcheck");
//! let options = Options::new(Scope::Check(Target::parse("tom")?), worker);
//! let report = diagnose(&options, &Quiet)?;
//! if let Some(cause) = report.verdict.root_cause {
//!     eprintln!("{cause}: {}", report.findings[0].title);
//! }
//! # Ok(())
//! # }
//! ```

#![deny(unsafe_code)]

pub mod access;
mod adapter;
mod atr;
mod bench;
mod browser_side;
pub mod bundle;
mod card_side;
mod certs;
mod compare;
pub mod config;
mod contained;
mod details;
mod diagnosis;
mod differential_side;
mod door;
mod error;
pub mod explain;
mod findings;
mod host;
mod interception;
pub mod inventory;
mod journal;
mod judge;
mod known;
mod metrics;
mod module_knows;
mod module_trace;
mod network_side;
mod options;
mod own_client;
pub mod page;
mod progress;
mod redact;
mod render;
mod retell;
mod revocation_side;
mod rules;
mod schema;
mod shared_module;
mod site_trust;
mod sys;
mod target;
pub mod testsite;
pub mod trace;
mod verdict;
mod works_here;

// The public interface is:
pub use tomcheck_cert::{FinalTry, Pin, WORKER_ARGUMENT, WorkerCommand, identify, serve_worker};
pub use tomcheck_diagnosis::{
    Audience, Cancellation, Evidence, Finding, FindingKind, FindingRecord, Instant, Lang, Layer,
    MOST_REPORT_BYTES, Personal, ProbeRecord, ProbeStatus, Report, ReportError, Severity, Text,
    VerdictStatus, spoken, tell_time_of_place,
};
pub use tomcheck_proxy::{Control, Credentials, Environment, ProxyPlaces, Setting, SettingError};
pub use tomcheck_reader::{
    CardNow, Cause, Event, EventStream, Happening, Mode, Monitor, MonitorControl, MonitorHandle,
    ReaderNow, SlotState, SystemPcsc, is_meant_by,
};

pub use tomcheck_tls::{Canary, Credential, Trust, TrustError, Versions, client_config};

pub use crate::atr::{AtrDetail, AtrPartDetail, ExplainedAtr};
pub use crate::bench::{Bench, BenchRecord, Bin, Failed, Latency, Load, bench};
pub use crate::compare::{
    Change, Comparison, FactChange, FindingChange, Likeness, Taken, Trend, compare,
};
pub use crate::diagnosis::{diagnose, diagnose_async};
pub use crate::error::Error;
pub use crate::findings::{FINDINGS, all as findings};
pub use crate::judge::judge;
pub use crate::known::Known;
pub use crate::metrics::metrics;
pub use crate::module_trace::{MaskedLog, MaskedTrace, module_trace, restore_module_trace};
pub use crate::options::{GivenPin, Options, PinEntry, Scope};
pub use crate::own_client::{OpenCard, open_card};
pub use crate::progress::{Progress, Quiet, leaves_traces_when_broken_off};
pub use crate::render::{
    Clock, EventText, HTML_STYLE, HtmlParts, Paint, Plain, TextStyle, Tone, access_text,
    bench_text, compared_html, compared_text, explained_list, explained_text, finding_lines,
    hit_line, html, layer_name, probe_name, text,
};
pub use crate::rules::{Rule, rules};
pub use crate::schema::schema;
pub use crate::target::{Issuers, Target, TargetError};
