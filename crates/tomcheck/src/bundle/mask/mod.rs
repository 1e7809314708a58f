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
mod renewed;
mod roots;
mod urls;
mod words;

use std::collections::{BTreeMap, BTreeSet};
use std::net::IpAddr;
use std::sync::LazyLock;

use serde::Serialize;
use tomcheck_diagnosis::{Identity, IdentityKind, Pseudonyms, Report};

use self::renewed::Renewed;
use crate::redact;
use crate::trace::{without_persons, without_secrets};

/// Hides what names somebody or opens something; the same value always in the same way.
pub(super) struct Masker {
    pseudonyms: Pseudonyms,
    renewed: Renewed,
    kept: Kept,
    /// What reports are written with, in lower case: « Nom : Service de carte à puce » is not to
    /// take « service » out of every sentence.
    words: &'static BTreeSet<String>,
    /// Addresses that remedies tell of.
    links: &'static BTreeSet<&'static str>,
    /// What findings say to everybody.
    sentences: &'static BTreeSet<&'static str>,
}

static WORDS: LazyLock<BTreeSet<String>> =
    LazyLock::new(|| redact::words().map(str::to_lowercase).collect());
static LINKS: LazyLock<BTreeSet<&str>> = LazyLock::new(|| redact::links().collect());
static SENTENCES: LazyLock<BTreeSet<&str>> =
    LazyLock::new(|| redact::texts_of_findings().collect());

/// Where a line stands.
#[derive(Clone, Copy)]
enum Place {
    Log,
    /// What is written byte by byte is a certificate's.
    Report,
}

/// What is longer is no name.
const LONGEST_NAME: usize = 200;

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
        let mut masker = Self {
            pseudonyms: redact::pseudonyms_of_one_use().in_any_spelling(),
            renewed: Renewed::default(),
            kept,
            words: &WORDS,
            links: &LINKS,
            sentences: &SENTENCES,
        };
        masker.know(identities);
        masker
    }

    /// Remembers whom somebody else found.
    pub(super) fn know(&mut self, identities: impl IntoIterator<Item = Identity>) {
        let identities = identities.into_iter();
        let all = identities.flat_map(|identity| {
            let parts = labels::parts(identity.kind(), identity.value());
            let parts = parts.into_iter().filter(|part| !self.is_said(part));
            let parts = parts.map(|part| Identity::new(IdentityKind::Name, part));
            parts.chain([identity.clone()]).collect::<Vec<_>>()
        });
        let all: Vec<_> = all.collect();
        self.pseudonyms.extend(all);
        self.renewed = Renewed::of(&self.pseudonyms);
    }

    /// Remembers the names that the texts give away.
    pub(super) fn learn(&mut self, texts: &[String]) {
        let mut learnt = BTreeSet::new();
        let foreign = texts
            .iter()
            .filter(|text| !self.sentences.contains(text.as_str()));
        for line in foreign.flat_map(|text| text.lines()) {
            let line = without_secrets(line);
            learnt.extend(labels::names(&line));
            learnt.extend(paths::users(&line));
        }
        let names = learnt.into_iter().filter(|(_, name)| {
            let is_short = name.len() <= LONGEST_NAME;
            is_short && !self.is_said(name) && !self.is_open(name)
        });
        let names = names.map(|(kind, name)| Identity::new(kind, name));
        self.pseudonyms.extend(names.collect::<Vec<_>>());
        self.renewed = Renewed::of(&self.pseudonyms);
    }

    /// Whether reports are written with these very words.
    fn is_said(&self, name: &str) -> bool {
        let lower = name.to_lowercase();
        let mut words = lower.split(|c: char| !c.is_alphanumeric());
        words.all(|word| word.chars().count() < 3 || self.words.contains(word))
    }

    /// Whether it is the site, a public service, an address in numbers.
    fn is_open(&self, host: &str) -> bool {
        let name = host.split(':').next().unwrap_or_default();
        let is_number = !host.contains(char::is_alphabetic) || host.parse::<IpAddr>().is_ok();
        is_number || self.is_kept(name) || hosts::is_public(name)
    }

    /// The text, line by line.
    pub(super) fn text(&self, text: &str) -> String {
        let lines = text.split_inclusive('\n');
        lines
            .map(|line| self.line(&self.renewed(line), Place::Log))
            .collect()
    }

    fn line(&self, line: &str, place: Place) -> String {
        let (line, end) = match line.strip_suffix('\n') {
            Some(line) => (line, "\n"),
            None => (line, ""),
        };
        let line = without_secrets(line);
        let line = match place {
            Place::Log => words::without_bytes(&line),
            Place::Report => line,
        };
        let line = labels::columns_hidden(&line, self);
        // whole numbers first: a label would take the first group of one for all of it
        let line = self.shapes(&line);
        let line = labels::hidden(&line, self);
        let is_name = line.to_ascii_lowercase().contains("cn=");
        let line = match place {
            // who issued a certificate may be said there: its maker tells who sits in between
            Place::Report if is_name => line,
            _ => without_persons(&line, &self.pseudonyms),
        };
        self.pseudonyms.mask_text(&line) + end
    }

    /// What is known by its shape alone.
    fn shapes(&self, line: &str) -> String {
        let line = words::without_tokens(line);
        let line = words::without_emails(&line, self);
        let line = urls::hidden(&line, self);
        let line = paths::hidden(&line, self);
        let line = hosts::hidden(&line, self);
        numbers::hidden(&line, self)
    }

    /// Every text of the report but its codes.
    pub(super) fn report(&self, report: &mut Report) {
        redact::each_text(report, &|text| self.renewed(text));
        redact::redact(report, &self.pseudonyms);
        redact::each_text(report, &|text| self.said(text));
        for finding in &mut report.findings {
            for evidence in &mut finding.evidence {
                if let Some(kind) = labels::announced(&evidence.label, &evidence.value)
                    && !self.is_open(&evidence.value)
                    && !self.is_said(&evidence.value)
                {
                    evidence.value = self.pseudonym(kind, &evidence.value);
                }
            }
        }
        if let Some(target) = &mut report.target {
            target
                .url
                .truncate(target.url.find(['?', '#']).unwrap_or(target.url.len()));
        }
    }

    /// A fingerprint tells a certificate, and the reader of a report compares it; what findings
    /// say to everybody names nobody.
    fn said(&self, text: &str) -> String {
        if is_fingerprint(text) || self.sentences.contains(text) {
            return text.to_owned();
        }
        if labels::is_authority(text) {
            return self.pseudonyms.mask_text(text);
        }
        let lines = text.split_inclusive('\n');
        lines.map(|line| self.line(line, Place::Report)).collect()
    }

    /// The pseudonyms of this machine, which are the same in all its reports, as those of this
    /// bundle alone.
    fn renewed(&self, text: &str) -> String {
        self.renewed.text(text, &self.pseudonyms)
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

/// SHA-1 or SHA-256, as a whole; a number has no letter.
fn is_fingerprint(text: &str) -> bool {
    let is_hex = text.bytes().all(|byte| byte.is_ascii_hexdigit());
    let has_letter = text.bytes().any(|byte| byte.is_ascii_alphabetic());
    matches!(text.len(), 40 | 64) && is_hex && has_letter
}

/// Of a name below it, or of itself.
fn is_begin(rest: &str) -> bool {
    rest.is_empty() || rest.ends_with('.')
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
