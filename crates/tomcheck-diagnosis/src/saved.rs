//! How does a saved report come back?
//!
//! A report travels: by mail, through ticket systems, out of PowerShell. What comes back is
//! untrusted; it is read with bounds, and a newer tomcheck's additions do no harm.

use std::borrow::Cow;

use serde_json::Value;

use crate::{Lang, Report, SCHEMA};

/// The largest report that is read, in bytes; the largest ever seen had a fiftieth of it.
pub const MOST_REPORT_BYTES: usize = 16 << 20;

/// The most probes, and the most findings, that are read.
const MOST_RECORDS: usize = 2000;

/// Why what was given is not a report that can be used.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ReportError {
    /// Larger than [`MOST_REPORT_BYTES`], or with more than 2,000 probes or findings.
    #[error("larger than any report is")]
    TooLarge,
    /// No JSON, or cut short; with the line, from 1, where that shows.
    #[error("not a JSON text, from line {line}")]
    NotJson {
        /// From 1.
        line: usize,
        /// What the parser says.
        #[source]
        source: serde_json::Error,
    },
    /// JSON, but no report of tomcheck.
    #[error("not a report of tomcheck: its `schema` is {found:?}")]
    NotAReport {
        /// The value of its key `schema`; none where there is none.
        found: Option<String>,
    },
    /// A report whose parts are not as they have to be.
    #[error("a report of tomcheck {version:?} that is not whole")]
    Malformed {
        /// Which tomcheck says it wrote it.
        version: Option<String>,
        /// What the parser says.
        #[source]
        source: serde_json::Error,
    },
}

impl Report {
    /// Reads a report that was saved with `--json`: UTF-8, or UTF-16 with a byte order mark as
    /// PowerShell's `>` writes it. Codes and probes that this version does not know are kept, keys
    /// it does not know are passed over; further keys of the report itself stay in
    /// [`Report::details`].
    ///
    /// # Errors
    ///
    /// When it is no report, or not a whole one.
    pub fn from_json(bytes: &[u8]) -> Result<Self, ReportError> {
        if bytes.len() > MOST_REPORT_BYTES {
            return Err(ReportError::TooLarge);
        }
        let value: Value =
            serde_json::from_str(&as_text(bytes)).map_err(|source| ReportError::NotJson {
                line: source.line(),
                source,
            })?;
        let found = value.get("schema").and_then(Value::as_str);
        if found != Some(SCHEMA) {
            let found = found.map(str::to_owned);
            return Err(ReportError::NotAReport { found });
        }
        let records = |key: &str| value.get(key).and_then(Value::as_array).map_or(0, Vec::len);
        if records("probes").max(records("findings")) > MOST_RECORDS {
            return Err(ReportError::TooLarge);
        }
        let version = value.pointer("/tomcheck/version").and_then(Value::as_str);
        let version = version.map(str::to_owned);
        serde_json::from_value(value).map_err(|source| ReportError::Malformed { version, source })
    }
}

/// Bytes that are no text stay visible as such: JSON will not have them.
fn as_text(bytes: &[u8]) -> Cow<'_, str> {
    match bytes {
        [0xEF, 0xBB, 0xBF, rest @ ..] => String::from_utf8_lossy(rest),
        [0xFF, 0xFE, rest @ ..] => Cow::Owned(utf16(rest, u16::from_le_bytes)),
        [0xFE, 0xFF, rest @ ..] => Cow::Owned(utf16(rest, u16::from_be_bytes)),
        _ => String::from_utf8_lossy(bytes),
    }
}

fn utf16(bytes: &[u8], unit: fn([u8; 2]) -> u16) -> String {
    let (pairs, _) = bytes.as_chunks::<2>();
    let units: Vec<u16> = pairs.iter().map(|pair| unit(*pair)).collect();
    String::from_utf16_lossy(&units)
}

impl ReportError {
    /// What is wrong, in one line of the reader's language, without the file's name.
    pub fn say(&self, lang: Lang) -> String {
        match (self, lang) {
            (Self::TooLarge, Lang::Fr) => "trop grand pour un rapport de tomcheck".to_owned(),
            (Self::TooLarge, Lang::En) => "too large for a report of tomcheck".to_owned(),
            (Self::NotJson { line, .. }, Lang::Fr) => format!(
                "ce n'est pas un rapport enregistré avec --json, ou il est coupé (ligne {line})"
            ),
            (Self::NotJson { line, .. }, Lang::En) => {
                format!("this is no report saved with --json, or it is cut short (line {line})")
            }
            (Self::NotAReport { found }, Lang::Fr) => match found {
                None => "ce fichier JSON n'est pas un rapport de tomcheck".to_owned(),
                Some(found) => format!("format « {found} » : cette version ne lit que {SCHEMA}"),
            },
            (Self::NotAReport { found }, Lang::En) => match found {
                None => "this JSON file is no report of tomcheck".to_owned(),
                Some(found) => format!("format `{found}`: this version reads {SCHEMA} only"),
            },
            (Self::Malformed { version, source }, lang) => malformed(version, source, lang),
        }
    }
}

fn malformed(version: &Option<String>, source: &serde_json::Error, lang: Lang) -> String {
    let version = version.as_deref().unwrap_or("?");
    let ours = env!("CARGO_PKG_VERSION");
    match lang {
        Lang::Fr => format!(
            "rapport de tomcheck {version} que cette version ({ours}) ne sait pas lire : {source}"
        ),
        Lang::En => {
            format!("report of tomcheck {version} that this version ({ours}) cannot read: {source}")
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Layer, VerdictStatus};

    const SAVED: &str = r#"{
      "schema": "tomcheck-report/1", "tomcheck": { "version": "9.0.0", "channel": "later" },
      "lang": "fr", "started_at": "2026-11-23T06:12:00Z", "duration_ms": 412,
      "host": { "os": "linux", "os_version": "Debian 12", "arch": "x86_64" },
      "target": null, "redacted": true,
      "verdict": { "status": "blocked", "root_cause": "card.of-tomorrow" },
      "probes": [ { "id": "card.tomorrow", "layer": "card", "status": "fault", "blocked_by": null,
                    "reason": null, "duration_ms": 3, "observation": {}, "more": 1 } ],
      "findings": [ { "code": "card.of-tomorrow", "layer": "card", "severity": "fault",
                      "consequence_of": null, "title": "Tiens", "more": [],
                      "evidence": [ { "label": "ATR", "value": "3B" } ],
                      "remedy": { "for": "holder", "steps": [ "Attendez." ] }, "doc": "d" } ],
      "check": { "card": {} } }"#;

    #[test]
    fn a_report_of_a_newer_version_is_read_with_what_is_unknown_in_it() {
        let report = Report::from_json(SAVED.as_bytes()).unwrap();
        assert_eq!(report.verdict.status, VerdictStatus::Blocked);
        assert_eq!(report.findings[0].code, "card.of-tomorrow");
        assert_eq!(report.findings[0].evidence[0].key, None);
        assert_eq!(report.probes[0].layer, Layer::Card);
        assert!(report.details.contains_key("check"));
    }

    #[test]
    fn what_is_written_is_read_back_the_same() {
        let report = Report::from_json(SAVED.as_bytes()).unwrap();
        let again = serde_json::to_vec_pretty(&report).unwrap();
        assert_eq!(Report::from_json(&again).unwrap(), report);
    }

    #[test]
    fn powershell_writes_utf_16_and_notepad_a_mark_before_utf_8() {
        let units = "\u{feff}".encode_utf16().chain(SAVED.encode_utf16());
        let little: Vec<u8> = units.clone().flat_map(u16::to_le_bytes).collect();
        let big: Vec<u8> = units.flat_map(u16::to_be_bytes).collect();
        let marked = [b"\xEF\xBB\xBF", SAVED.as_bytes()].concat();
        let plain = Report::from_json(SAVED.as_bytes()).unwrap();
        for bytes in [little, big, marked] {
            assert_eq!(Report::from_json(&bytes).unwrap(), plain);
        }
    }

    #[test]
    fn what_is_no_report_is_told_by_what_is_wrong_with_it() {
        let said = |text: &str| {
            Report::from_json(text.as_bytes())
                .unwrap_err()
                .say(Lang::Fr)
        };
        let cut = SAVED.split_at(600).0;
        assert!(said(cut).contains("il est coupé (ligne"), "{}", said(cut));
        assert!(said("bonjour").contains("(ligne 1)"));
        assert!(said("{}").contains("n'est pas un rapport"));
        let later = SAVED.replace("tomcheck-report/1", "tomcheck-report/2");
        assert!(said(&later).starts_with("format « tomcheck-report/2 »"));
        let broken = SAVED.replace(r#""layer": "card", "sev"#, r#""layer": "moon", "sev"#);
        assert!(
            said(&broken).contains("tomcheck 9.0.0"),
            "{}",
            said(&broken)
        );
    }

    #[test]
    fn a_report_without_end_is_refused_before_it_is_judged() {
        let huge = vec![b' '; MOST_REPORT_BYTES + 1];
        assert!(matches!(
            Report::from_json(&huge),
            Err(ReportError::TooLarge)
        ));
        let mut value: Value = serde_json::from_str(SAVED).unwrap();
        let finding = value["findings"][0].clone();
        value["findings"] = vec![finding; MOST_RECORDS + 1].into();
        let many = value.to_string();
        assert!(matches!(
            Report::from_json(many.as_bytes()),
            Err(ReportError::TooLarge)
        ));
    }
}
