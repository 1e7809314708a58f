//! What was seen in all the files?

use std::sync::Arc;

use serde::ser::SerializeMap;
use serde::{Serialize, Serializer};
use serde_json::{Value, json};
use tomcheck_diagnosis::{Finding, Identity, Observation, Text};

use super::hit::{Format, Hit};
use super::interest::Interest;
use super::judge;
use super::live::Live;
use super::mask::Mask;
use super::standing::Ways;
use super::tally::{Seen, Tally};

/// A file that was named.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct FileSeen {
    pub(crate) path: String,
    pub(crate) format: Format,
    pub(crate) encoding: &'static str,
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub(crate) compressed: bool,
    pub(crate) lines: u64,
    pub(crate) bytes: u64,
    /// Lines that say something.
    pub(crate) hits: u64,
    /// Why it could not be read, or not to its end.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) error: Option<String>,
}

/// What was seen in all the files.
#[derive(Debug, Default)]
pub(crate) struct TraceSeen {
    pub(crate) files: Vec<FileSeen>,
    pub(crate) tally: Tally,
    pub(crate) interest: Interest,
    /// What this machine's probes say now.
    pub(crate) live: Option<Live>,
    /// For lines that are not masked yet.
    pub(crate) mask: Option<Arc<Mask>>,
}

const UNREAD: Text = Text {
    fr: "un journal n'a pas pu être lu, ou pas jusqu'à sa fin",
    en: "a log could not be read, or not to its end",
};
const UNKNOWN: Text = Text {
    fr: "aucun journal que tomcheck connaisse",
    en: "no log that tomcheck knows",
};
const UNEXPLAINED: Text = Text {
    fr: "un journal parle d'une panne que tomcheck ne sait pas expliquer",
    en: "a log tells of a failure that tomcheck cannot explain",
};

/// Hits a report carries.
const MOST_HITS: usize = 1000;

impl TraceSeen {
    /// The files that could be read.
    pub(crate) fn read(&self) -> impl Iterator<Item = &FileSeen> {
        self.files.iter().filter(|file| file.error.is_none())
    }

    /// The system to be set right, where all that was read is of another one than this machine's.
    pub(crate) fn system(&self) -> Option<&'static str> {
        let is_of_windows =
            |file: &FileSeen| matches!(file.format, Format::WindowsEvents | Format::Evtx);
        let is_read = self.read().next().is_some();
        (is_read && self.read().all(is_of_windows)).then_some("windows/")
    }

    /// What may be shown of a line.
    pub(crate) fn shown(&self, hit: &Hit) -> Option<Hit> {
        let mut hit = hit.clone();
        let file = self.files.get(hit.file)?;
        hit.show(self.mask.as_ref()?, &file.path);
        Some(hit)
    }

    pub(crate) fn lines(&self) -> u64 {
        self.files.iter().map(|file| file.lines).sum()
    }

    pub(crate) fn format(&self, file: usize) -> Format {
        self.files
            .get(file)
            .map(|file| file.format)
            .unwrap_or_default()
    }

    /// Why nothing of what was read says that all is well.
    pub(crate) fn lack(&self) -> Option<Text> {
        if self.files.iter().any(|file| file.error.is_some()) {
            return Some(UNREAD);
        }
        let is_known = |file: &FileSeen| file.format != Format::Unknown;
        let is_known = self.files.iter().any(is_known);
        if !is_known && self.tally.codes.is_empty() {
            return Some(UNKNOWN);
        }
        self.unexplained().next().map(|_| UNEXPLAINED)
    }

    /// The last line of each failure that stands for no finding, and that nothing voids.
    fn unexplained(&self) -> impl Iterator<Item = String> {
        let ways = Ways::of(self);
        let failed = self.tally.unexplained.ways.iter();
        let open = failed.filter(move |(way, seen)| ways.leaves_open(way, seen));
        open.filter_map(|(_, Seen { last, .. })| {
            let file = self.files.get(last.file)?;
            Some(format!("{}:{}", file.path, last.line))
        })
    }

    /// On one line of time: a line that tells no moment stands behind the one before it in its
    /// file.
    fn hits(&self) -> Vec<&Hit> {
        let codes = self.tally.codes.values();
        let mut hits: Vec<&Hit> = codes.flat_map(|of_code| of_code.hits()).collect();
        hits.sort_by_key(|hit| (hit.file, hit.line));
        let mut moment = (0, None);
        let keyed = hits.into_iter().map(|hit| {
            let before = if moment.0 == hit.file { moment.1 } else { None };
            moment = (hit.file, hit.at.or(before));
            ((moment.1, hit.file, hit.line), hit)
        });
        let mut keyed: Vec<_> = keyed.collect();
        keyed.sort_by_key(|(key, _)| *key);
        keyed.into_iter().map(|(_, hit)| hit).collect()
    }

    /// The key `trace` of the report.
    pub(crate) fn details(&self) -> Value {
        let hits = self.hits();
        let shown = hits.get(hits.len().saturating_sub(MOST_HITS)..);
        let all: u64 = self.files.iter().map(|file| file.hits).sum();
        let mut details = json!({
            "files": self.files,
            "hits": shown.unwrap_or_default(),
            "hits_seen": all,
        });
        let unexplained: Vec<String> = self.unexplained().take(MOST_HITS).collect();
        if let (false, Some(details)) = (unexplained.is_empty(), details.as_object_mut()) {
            details.insert("unexplained".to_owned(), json!(unexplained));
        }
        if let (Some(live), Some(details)) = (&self.live, details.as_object_mut()) {
            details.insert("live".to_owned(), live.details());
        }
        details
    }
}

impl Serialize for TraceSeen {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry("files", &self.files.len())?;
        map.serialize_entry("lines", &self.lines())?;
        let codes = self.tally.codes.iter();
        let counts: std::collections::BTreeMap<&str, u64> = codes
            .map(|(code, of_code)| (*code, of_code.count()))
            .collect();
        map.serialize_entry("findings", &counts)?;
        map.end()
    }
}

impl Observation for TraceSeen {
    fn findings(&self) -> Vec<Finding> {
        judge::findings(self)
    }

    fn identities(&self) -> Vec<Identity> {
        self.tally.identities()
    }
}
