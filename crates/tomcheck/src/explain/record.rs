//! What does a program get of an explained code?

use serde::Serialize;
use tomcheck_diagnosis::{FindingRecord, Lang};

use super::row::{Family, Row};

/// One code, explained in one language.
#[derive(Clone, Debug, Serialize)]
pub struct Explained {
    /// What was typed; none in a list of all.
    pub input: Option<String>,
    /// Whose code it is; none: nobody knows it.
    pub family: Option<Family>,
    /// As its owner spells it.
    pub name: Option<&'static str>,
    /// As its owner counts.
    pub number: Option<i64>,
    /// The number as its owner writes it.
    pub written: Option<String>,
    /// What it means, in one sentence.
    pub meaning: Option<String>,
    /// What it mostly is, the likeliest first.
    pub findings: Vec<Likely>,
    /// For one that nobody knows: names that look like it.
    pub nearest: Vec<&'static str>,
}

/// A finding that a code mostly is.
#[derive(Clone, Debug, Serialize)]
pub struct Likely {
    /// Its code.
    pub code: &'static str,
    /// One sentence; what would be seen is left out (`…`).
    pub title: String,
    /// For whom its remedy is, and what it is on this system.
    pub remedy: tomcheck_diagnosis::RemedyRecord,
    /// Where the documentation explains it.
    pub doc: String,
}

impl Explained {
    /// A known code.
    pub fn of(input: Option<&str>, row: &Row, lang: Lang) -> Self {
        Self {
            input: input.map(str::to_owned),
            family: Some(row.family),
            name: Some(row.name),
            number: row.number,
            written: row.written(),
            meaning: Some(row.meaning(lang)),
            findings: likely(row, lang).into_iter().map(Likely::of).collect(),
            nearest: Vec::new(),
        }
    }

    /// One that nobody knows.
    pub fn unknown(input: &str) -> Self {
        Self {
            input: Some(input.to_owned()),
            family: None,
            name: None,
            number: None,
            written: None,
            meaning: None,
            findings: Vec::new(),
            nearest: super::nearest(input),
        }
    }
}

impl Likely {
    fn of((code, record): (&'static str, FindingRecord)) -> Self {
        Self {
            code,
            title: record.title,
            remedy: record.remedy,
            doc: record.doc,
        }
    }
}

/// The findings a row mostly is, as a report would tell them of nothing seen.
pub(crate) fn likely(row: &Row, lang: Lang) -> Vec<(&'static str, FindingRecord)> {
    let told = |kind| {
        let finding = tomcheck_diagnosis::Finding::of(kind);
        let record = FindingRecord::new(&finding, lang, std::env::consts::OS);
        (kind.code, record)
    };
    row.kinds().map(told).collect()
}
