//! Where are all the codes, and how is one found at once?

use std::collections::HashMap;
use std::sync::LazyLock;

use aho_corasick::AhoCorasick;

use super::fold::folded;
use super::row::{Entry, Family, Row};
use super::{alerts, chromium, curl, events, http, java, nss, openssl, pcsc, pkcs11, squid};
use super::{windows, winhttp};

/// Every code there is, by family, in the order of its table.
pub(super) static CATALOGUE: LazyLock<Catalogue> = LazyLock::new(Catalogue::new);

pub(super) struct Catalogue {
    pub(super) rows: Vec<Row>,
    /// Every name and sentence; none where they could not be compiled, which a test excludes.
    pub(super) words: Option<AhoCorasick>,
    /// For each of those, which rows say it.
    pub(super) said_by: Vec<Vec<usize>>,
    numbers: HashMap<i64, Vec<usize>>,
}

impl Catalogue {
    fn new() -> Self {
        let rows: Vec<Row> = findings()
            .chain(pcsc::rows())
            .chain(pkcs11::rows())
            .chain(alerts::rows())
            .chain(tables())
            .collect();
        let (patterns, said_by) = patterns(&rows);
        let mut numbers: HashMap<i64, Vec<usize>> = HashMap::new();
        for (index, row) in rows.iter().enumerate() {
            if let Some(number) = row.number {
                numbers.entry(number).or_default().push(index);
            }
        }
        Self {
            words: AhoCorasick::new(&patterns).ok(),
            rows,
            said_by,
            numbers,
        }
    }

    /// The codes that have this number, as their owners count.
    pub(super) fn numbered(&self, number: i64) -> impl Iterator<Item = &Row> {
        let all = self.numbers.get(&number).into_iter().flatten();
        all.filter_map(|index| self.rows.get(*index))
    }
}

fn findings() -> impl Iterator<Item = Row> {
    let mut kinds: Vec<_> = crate::findings().collect();
    kinds.sort_by_key(|kind| kind.layer());
    kinds.into_iter().map(|kind| Row {
        family: Family::Finding,
        name: kind.code,
        number: None,
        sentences: &[],
        meaning: kind.title,
        findings: &[],
    })
}

fn tables() -> impl Iterator<Item = Row> {
    let tables: [(Family, &'static [Entry]); 10] = [
        (Family::Http, http::ROWS),
        (Family::Squid, squid::ROWS),
        (Family::Chromium, chromium::ROWS),
        (Family::Nss, nss::ROWS),
        (Family::Java, java::ROWS),
        (Family::Windows, windows::ROWS),
        (Family::Winhttp, winhttp::ROWS),
        (Family::WindowsEvent, events::ROWS),
        (Family::Openssl, openssl::ROWS),
        (Family::Curl, curl::ROWS),
    ];
    let rows = |(family, entries): (Family, &'static [Entry])| {
        entries.iter().map(move |entry| entry.row(family))
    };
    tables.into_iter().flat_map(rows)
}

/// Every name and sentence once, folded, and the rows that say it.
fn patterns(rows: &[Row]) -> (Vec<String>, Vec<Vec<usize>>) {
    let mut places: HashMap<String, usize> = HashMap::new();
    let (mut patterns, mut said_by) = (Vec::new(), Vec::<Vec<usize>>::new());
    for (index, row) in rows.iter().enumerate() {
        for text in row.sentences.iter().chain([&row.name]) {
            let pattern = folded(text);
            let place = *places.entry(pattern.clone()).or_insert_with(|| {
                patterns.push(pattern);
                said_by.push(Vec::new());
                patterns.len() - 1
            });
            if let Some(rows) = said_by.get_mut(place)
                && !rows.contains(&index)
            {
                rows.push(index);
            }
        }
    }
    (patterns, said_by)
}
