//! The words tomcheck speaks: probe, observation, finding, remedy, evidence, report.
//!
//! | word          | what it is                                                  | type            |
//! |---------------|-------------------------------------------------------------|-----------------|
//! | probe         | looks: asks the world one question, has no opinion           | [`Probe`]       |
//! | observation   | holds the facts the probe saw                                | [`Observation`] |
//! | finding       | judges: what the facts mean, with the evidence               | [`Finding`]     |
//! | remedy        | tells: what to do, and who can do it                         | [`Remedy`]      |
//! | report        | carries: all of it, as JSON                                  | [`Report`]      |
//!
//! Four layers and two doors share these words without knowing each other.
//!
//! # What this crate does not do
//!
//! No input, no output, no constant of the field: what a card, a module or a proxy answers
//! is known to the layer that asks it.
//!
//! # Example
//!
//! ```
//! use tomcheck_diagnosis::{
//!     Audience, Finding, FindingKind, ForeignFailure, Lang, Remedy, Severity, Step, Text,
//! };
//!
//! static STOPPED: FindingKind = FindingKind {
//!     code: "reader.service-stopped",
//!     severity: Severity::Fault,
//!     title: Text { fr: "Le service de carte à puce est arrêté", en: "The card service is stopped" },
//!     remedy: Remedy {
//!         audience: Audience::Technician,
//!         steps: &[Step::anywhere("Démarrez-le.", "Start it.")],
//!     },
//! };
//!
//! let failure = ForeignFailure::new("SCardEstablishContext", 0x8010_001D_u32);
//! let finding = Finding::of(&STOPPED).with(failure);
//! assert_eq!(finding.title(Lang::Fr), "Le service de carte à puce est arrêté");
//! assert_eq!(finding.evidence[0].render(Lang::Fr), "0x8010001D");
//! ```
//!
//! # Features
//!
//! - `schema`: [`Report`] derives its JSON Schema.

#![forbid(unsafe_code)]

mod deadline;
mod evidence;
mod finding;
mod fold;
mod foreign;
mod instant;
mod layer;
mod probe;
mod redaction;
mod report;
mod saved;
mod search;
mod spoken;
mod table;
mod text;

// The public interface is:
pub use crate::deadline::{Cancellation, Deadline};
pub use crate::evidence::{Evidence, Value};
pub use crate::finding::{Finding, FindingKind, Severity};
pub use crate::foreign::{ForeignFailure, Radix};
pub use crate::instant::{Instant, tell_time_of_place};
pub use crate::layer::Layer;
pub use crate::probe::{Observation, Probe, ProbeStatus};
pub use crate::redaction::{Identity, IdentityKind, Personal, Pseudonyms};
pub use crate::report::{
    EvidenceRecord, FindingRecord, Host, ProbeRecord, RemedyRecord, Report, SCHEMA, Target,
    Verdict, VerdictStatus, Version,
};
pub use crate::saved::{MOST_REPORT_BYTES, ReportError};
pub use crate::spoken::spoken;
pub use crate::table::faults_of;
pub use crate::text::{Audience, Lang, Remedy, Sentence, Step, System, Text};
