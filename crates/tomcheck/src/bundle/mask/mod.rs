//! What of a text may leave the machine?
//!
//! Everything that goes into a bundle passes here, whatever was masked before. Names are learnt
//! first, wherever a mark stands before one, then replaced wherever they stand; what has the shape
//! of an identifier, an address, a path or a secret goes in any case. Rather too much goes: who
//! reads a bundle looks for what failed and where.

mod hosts;
mod labels;
mod numbers;
mod paths;
mod words;

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;
use tomcheck_diagnosis::{Identity, IdentityKind, Pseudonyms, Report};

use crate::redact;
use crate::trace::{without_persons, without_secrets};

/// Hides what names somebody or opens something; the same value always in the same way.
pub(super) struct Masker {
    pseudonyms: Pseudonyms,
    kept: Kept,
    /// What reports are written with, in lower case: « Nom : Service de carte à puce » is not to
    /// take « service » out of every sentence.
    words: BTreeSet<String>,
}

/// What names nobody, in lower case.
#[derive(Default)]
pub(super) struct Kept {
    /// Hosts that end so: the service itself.
    pub(super) hosts: Vec<String>,
    /// Addresses of those who are to help.
    pub(super) emails: Vec<String>,
}

/// How often a kind of value was hidden.
#[derive(Clone, Debug, Default, Eq, PartialEq, Serialize)]
pub struct Masked {
    /// `name`, `id`, `serial`, `organisation`, `host`, `user`, `credential`, `email`, `path`,
    /// `secret`.
    pub kind: String,
    /// How often it stands in the bundle.
    pub count: usize,
    /// Of how many different values; of secrets it is not told.
    pub distinct: Option<usize>,
}

impl Masker {
    /// Knows these, and leaves those.
    pub(super) fn new(identities: impl IntoIterator<Item = Identity>, kept: Kept) -> Self {
        let mut pseudonyms = redact::pseudonyms();
        pseudonyms.extend(identities);
        Self {
            pseudonyms,
            kept,
            words: redact::words().map(str::to_lowercase).collect(),
        }
    }

    /// Remembers the names that `text` gives away.
    pub(super) fn learn(&mut self, text: &str) {
        let mut learnt = Vec::new();
        for line in text.lines() {
            let line = without_secrets(line);
            learnt.extend(labels::names(&line));
            learnt.extend(paths::users(&line));
        }
        let learnt = learnt.into_iter();
        let names = learnt.filter(|(_, name)| !self.is_said(name));
        let variants = names.flat_map(|(kind, name)| {
            variants(&name)
                .into_iter()
                .map(move |name| Identity::new(kind, name))
        });
        self.pseudonyms.extend(variants.collect::<Vec<_>>());
    }

    /// Whether reports are written with these very words.
    fn is_said(&self, name: &str) -> bool {
        let lower = name.to_lowercase();
        let mut words = lower.split(|c: char| !c.is_alphanumeric());
        words.all(|word| word.chars().count() < 3 || self.words.contains(word))
    }

    /// The text, line by line.
    pub(super) fn text(&self, text: &str) -> String {
        let lines = text.split_inclusive('\n');
        lines.map(|line| self.line(line)).collect()
    }

    fn line(&self, line: &str) -> String {
        let (line, end) = match line.strip_suffix('\n') {
            Some(line) => (line, "\n"),
            None => (line, ""),
        };
        let line = words::without_bytes(&without_secrets(line));
        // whole numbers first: a label would take the first group of one for all of it
        let line = self.shapes(&line);
        let line = labels::hidden(&line, self);
        let line = without_persons(&line, &self.pseudonyms);
        self.pseudonyms.mask_text(&line) + end
    }

    /// What is known by its shape alone.
    fn shapes(&self, line: &str) -> String {
        let line = words::without_tokens(line);
        let line = words::without_emails(&line, self);
        let line = paths::hidden(&line, self);
        let line = hosts::hidden(&line, self);
        numbers::hidden(&line, self)
    }

    /// Remembers what the subjects of certificates name in a report that was saved in clear.
    pub(super) fn learn_report(&mut self, report: &mut Report) {
        let found = RefCell::new(Vec::new());
        redact::each_text(report, &|text| {
            found.borrow_mut().extend(labels::attributes(text));
            text.to_owned()
        });
        let found = found.into_inner().into_iter();
        self.pseudonyms
            .extend(found.map(|(kind, name)| Identity::new(kind, name)));
    }

    /// Every text of the report but its codes.
    pub(super) fn report(&self, report: &mut Report) {
        let is_clear = !report.redacted;
        redact::redact(report, &self.pseudonyms);
        redact::each_text(report, &|text| {
            let text = self.shapes(&without_secrets(text));
            match is_clear {
                true => without_persons(&text, &self.pseudonyms),
                false => text,
            }
        });
        if let Some(target) = &mut report.target {
            target
                .url
                .truncate(target.url.find(['?', '#']).unwrap_or(target.url.len()));
        }
    }

    fn pseudonym(&self, kind: IdentityKind, value: &str) -> String {
        self.pseudonyms.pseudonym(&Identity::new(kind, value))
    }

    /// A host stays one to whoever reads the address it stands in: `host-3fa29c`.
    fn host(&self, value: &str) -> String {
        let host = value.to_lowercase();
        self.pseudonym(IdentityKind::Host, &host).replace('#', "-")
    }

    fn is_kept(&self, host: &str) -> bool {
        let host = host.to_lowercase();
        let mut kept = self.kept.hosts.iter();
        kept.any(|kept| host.strip_suffix(kept.as_str()).is_some_and(is_begin))
    }
}

/// Of a name below it, or of itself.
fn is_begin(rest: &str) -> bool {
    rest.is_empty() || rest.ends_with('.')
}

/// As it stands, and as others would write it.
fn variants(name: &str) -> Vec<String> {
    let lower = name.to_lowercase();
    let mut letters = lower.chars();
    let first = letters.next().map(|first| first.to_uppercase().to_string());
    let capital = first.unwrap_or_default() + letters.as_str();
    vec![name.to_owned(), name.to_uppercase(), lower, capital]
}

/// What stands in the place of what was hidden, kind by kind.
pub(super) fn counted<'a>(texts: impl Iterator<Item = &'a str>) -> Vec<Masked> {
    let mut seen: BTreeMap<&str, (usize, BTreeSet<&str>)> = BTreeMap::new();
    for text in texts {
        for (kind, digits) in pseudonyms_in(text) {
            let (count, values) = seen.entry(kind).or_default();
            *count += 1;
            values.insert(digits);
        }
        let secrets = text.matches("***").count();
        if secrets > 0 {
            seen.entry("secret").or_default().0 += secrets;
        }
    }
    let all = seen.into_iter().map(|(kind, (count, values))| Masked {
        kind: kind.to_owned(),
        count,
        distinct: (!values.is_empty()).then_some(values.len()),
    });
    all.collect()
}

const KINDS: [&str; 9] = [
    "name",
    "id",
    "serial",
    "organisation",
    "host",
    "user",
    "credential",
    "email",
    "path",
];

/// `host#3fa29c`, `host-3fa29c`.
fn pseudonyms_in(text: &str) -> impl Iterator<Item = (&'static str, &str)> {
    let marks = text.match_indices(['#', '-']);
    marks.filter_map(|(at, _)| {
        let (head, tail) = (text.get(..at)?, text.get(at + 1..)?);
        let kind = KINDS.into_iter().find(|kind| {
            let before = head.strip_suffix(kind);
            before.is_some_and(|before| !before.ends_with(|c: char| c.is_alphanumeric()))
        })?;
        let digits = tail.get(..6)?;
        let is_hex = digits.bytes().all(|byte| byte.is_ascii_hexdigit());
        let ends = !tail.get(6..)?.starts_with(|c: char| c.is_alphanumeric());
        (is_hex && ends).then_some((kind, digits))
    })
}

#[cfg(test)]
mod tests;
