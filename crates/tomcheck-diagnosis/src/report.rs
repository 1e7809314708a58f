//! How is a diagnosis carried away?

use std::borrow::Cow;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::{Audience, Evidence, Finding, Instant, Lang, Layer, ProbeStatus, Severity};

/// The value of a report's `schema` key.
pub const SCHEMA: &str = "tomcheck-report/1";

/// All that was seen, then what it means, worst first. Codes, ids, statuses and keys are
/// never translated.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Report {
    /// [`SCHEMA`].
    pub schema: Cow<'static, str>,
    /// Which tomcheck wrote it.
    pub tomcheck: Version,
    /// The language of its sentences.
    pub lang: Lang,
    /// When the diagnosis began, RFC 3339 in UTC.
    #[cfg_attr(feature = "schema", schemars(with = "String"))]
    pub started_at: Instant,
    /// How long it took.
    pub duration_ms: u64,
    /// The machine.
    pub host: Host,
    /// What was to be reached; none where the command looks at no site.
    pub target: Option<Target>,
    /// Whether personal values are masked.
    pub redacted: bool,
    /// The answer.
    pub verdict: Verdict,
    /// In the order of dependence.
    pub probes: Vec<ProbeRecord>,
    /// Worst first; the root cause at index 0.
    pub findings: Vec<FindingRecord>,
    /// One more key, named after the command, with its details.
    #[serde(flatten)]
    pub details: Map<String, Value>,
}

/// Which tomcheck wrote the report.
#[derive(Clone, Debug, Eq, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Version {
    /// Semantic version.
    pub version: String,
}

/// The machine the diagnosis ran on.
#[derive(Clone, Debug, Eq, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Host {
    /// `linux`, `windows`, `macos`.
    pub os: String,
    /// `Debian GNU/Linux 12 (bookworm)`, `Windows 10.0.19045`.
    pub os_version: String,
    /// `x86_64`, `x86`, `aarch64`.
    pub arch: String,
}

/// What was to be reached.
#[derive(Clone, Debug, Eq, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Target {
    /// `tom`, or the URL's host.
    pub name: String,
    /// The URL.
    pub url: String,
}

/// The answer.
#[derive(Clone, Debug, Eq, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Verdict {
    /// Whether something blocks.
    pub status: VerdictStatus,
    /// The code of the one root cause.
    pub root_cause: Option<String>,
}

/// Whether something blocks.
#[derive(Clone, Copy, Debug, Eq, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "lowercase")]
pub enum VerdictStatus {
    /// Nothing to say.
    Ok,
    /// Nothing blocks, something will bite.
    Warning,
    /// Something blocks.
    Blocked,
    /// What had to be looked at could not be.
    Undetermined,
}

/// One probe, as it ended.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct ProbeRecord {
    /// `layer.thing`.
    pub id: Cow<'static, str>,
    /// The layer its id names.
    pub layer: Layer,
    /// How it ended.
    pub status: ProbeStatus,
    /// The probe whose fault left it nothing to look at.
    pub blocked_by: Option<Cow<'static, str>>,
    /// Why it was skipped, in the report's language.
    pub reason: Option<String>,
    /// Whether it should have looked and could not: what it would have shown is open. Left out
    /// where it is not so.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub could_not_look: bool,
    /// How long it took.
    pub duration_ms: u64,
    /// The facts; empty when it did not look.
    pub observation: Map<String, Value>,
}

/// One finding, in the report's language.
#[derive(Clone, Debug, Eq, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct FindingRecord {
    /// Stable code.
    pub code: Cow<'static, str>,
    /// The layer its code names.
    pub layer: Layer,
    /// How much it matters.
    pub severity: Severity,
    /// The code of the finding it merely follows from.
    pub consequence_of: Option<Cow<'static, str>>,
    /// One sentence.
    pub title: String,
    /// One more sentence, where the kind has several faces.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
    /// What proves it.
    pub evidence: Vec<EvidenceRecord>,
    /// What to do.
    pub remedy: RemedyRecord,
    /// Where the documentation explains it.
    pub doc: String,
}

/// One piece of evidence, in the report's language.
#[derive(Clone, Debug, Eq, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct EvidenceRecord {
    /// What it is to a program, never translated; none in reports of the first versions.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub key: Option<String>,
    /// What it is to people; the key itself where that is a foreign name.
    pub label: String,
    /// As seen; moments in RFC 3339.
    pub value: String,
}

/// A remedy, in the report's language, for the report's system.
#[derive(Clone, Debug, Eq, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct RemedyRecord {
    /// Who can do it.
    #[serde(rename = "for")]
    pub audience: Audience,
    /// In order.
    pub steps: Vec<String>,
}

impl FindingRecord {
    /// The finding written in `lang`, with the steps that apply on `os`.
    pub fn new(finding: &Finding, lang: Lang, os: &str) -> Self {
        Self {
            code: Cow::Borrowed(finding.kind.code),
            layer: finding.kind.layer(),
            severity: finding.severity,
            consequence_of: finding.consequence_of.map(Cow::Borrowed),
            title: finding.title(lang),
            note: finding.note.map(|note| note.get(lang).to_owned()),
            evidence: finding
                .evidence
                .iter()
                .map(|e| EvidenceRecord::new(e, lang))
                .collect(),
            remedy: RemedyRecord {
                audience: finding.kind.remedy.audience,
                steps: finding.steps(lang, os),
            },
            doc: finding.kind.doc(),
        }
    }
}

impl EvidenceRecord {
    fn new(evidence: &Evidence, lang: Lang) -> Self {
        Self {
            key: Some(evidence.key.to_string()),
            label: evidence.label(lang).to_owned(),
            value: evidence.machine(lang),
        }
    }
}
