//! What do the lines mean, all together?

use std::collections::BTreeSet;

use tomcheck_diagnosis::{Evidence, Finding, FindingKind, Layer, Severity, Text};

use super::hit::{Facts, Format, Hit};
use super::named::{self, t};
use super::seen::{FileSeen, TraceSeen};
use super::standing::{Since, Ways};
use super::tally::{OfCode, Place, Seen};
use super::way::Way;
use crate::findings::{STALE, UNRECOGNISED, all};

/// Other sites that are named.
const NAMED: usize = 5;

/// One finding for each code; what is about other sites than the ones that matter is only worth
/// knowing, and what is void or old is told as such.
pub(super) fn findings(seen: &TraceSeen) -> Vec<Finding> {
    let ways = Ways::of(seen);
    let codes = seen.tally.codes.iter();
    let told = codes.filter_map(|(code, of_code)| {
        let judgement = Judgement {
            kind: kind(code)?,
            of_code,
            ways: &ways,
        };
        judgement.made()
    });
    let mut told: Vec<(Place, Finding)> = told.collect();
    // of the same layer, the last to fail is what people stand before
    told.sort_by(|(a, _), (b, _)| b.cmp(a));
    let told = told.into_iter().map(|(_, finding)| finding);
    told.chain(unrecognised(seen)).collect()
}

pub(super) fn kind(code: &str) -> Option<&'static FindingKind> {
    all().find(|kind| kind.code == code)
}

struct Judgement<'a> {
    kind: &'static FindingKind,
    of_code: &'a OfCode,
    ways: &'a Ways<'a>,
}

impl<'a> Judgement<'a> {
    /// The finding, and where what it is about was seen last.
    fn made(&self) -> Option<(Place, Finding)> {
        let all = || self.of_code.ways.iter();
        let stands = |way: &Way, seen: &Seen| self.since(way, seen).is_none();
        let standing = || Summary::of(all().filter(|(way, seen)| stands(way, seen)));
        let mine = Summary::of(all().filter(|(way, _)| self.ways.matters(way)));
        if mine.ways.is_empty() {
            let others = standing();
            let finding = self.finding(&others).at(Severity::Info).noting(OTHERS);
            return (!others.ways.is_empty()).then_some((others.last, finding));
        }
        let about = mine.ways.iter().copied();
        let about = Summary::of(about.filter(|(way, seen)| stands(way, seen)));
        Some(match about.ways.is_empty() {
            true => (mine.last, self.stale(&mine)),
            false => (about.last, self.finding(&about)),
        })
    }

    fn since(&self, way: &Way, seen: &Seen) -> Option<Since> {
        self.ways.since(self.kind, way, seen)
    }

    fn finding(&self, about: &Summary<'_>) -> Finding {
        let quoted = self.quoted(about).and_then(|hit| self.ways.seen.shown(hit));
        let quoted = quoted.as_ref();
        let seen = self.ways.seen;
        let mut facts = quoted.map(|hit| self.facts(hit)).unwrap_or_default();
        // a line that was only counted names its site all the same
        if let (None, Some(way)) = (&facts.host, about.last_way()) {
            facts.host.clone_from(&way.host);
        }
        let others = about.named(|way| way.host.as_ref());
        let others = others
            .into_iter()
            .filter(|host| Some(*host) != facts.host.as_deref());
        let others: Vec<&str> = others.collect();
        let clients = about.named(|way| way.client.as_ref());
        let listed = |key, label, names: &[&str]| {
            (!names.is_empty()).then(|| Evidence::new(key, label, listed(names)))
        };
        let finding = Finding::of(self.kind)
            .with_all(named::all(&facts, self.kind))
            .with_all(named::told_by(&facts))
            .with_all(quoted.map(named::place_and_words).into_iter().flatten())
            .with_all(about.evidence())
            .with_all(listed("clients", CLIENTS, &clients))
            .with_all(listed("other_sites", OTHER_SITES, &others));
        let format = quoted.map(|hit| seen.format(hit.file));
        named::filled(finding, format.unwrap_or_default())
    }

    /// The last line that says it of these ways.
    fn quoted(&self, about: &Summary<'a>) -> Option<&'a Hit> {
        let last = about.ways.iter().max_by_key(|(_, seen)| seen.last);
        if let Some(hit) = last.and_then(|(_, seen)| seen.hit.as_deref()) {
            return Some(hit);
        }
        let is_about = |hit: &&Hit| {
            let mut ways = about.ways.iter();
            ways.any(|(way, _)| way.host == hit.host && way.client == hit.client)
        };
        self.of_code.hits().filter(is_about).last()
    }

    /// What the line names, filled up by other lines about the same site.
    fn facts(&self, quoted: &Hit) -> Facts {
        let mut facts = quoted.facts.clone();
        let others = self.of_code.hits().filter(|hit| hit.host == quoted.host);
        for other in others.map(|hit| &hit.facts) {
            if facts.proxy.is_none() {
                facts.proxy.clone_from(&other.proxy);
                facts.proxy_address.clone_from(&other.proxy_address);
                facts.proxy_port = other.proxy_port;
            }
            facts.port = facts.port.or(other.port);
        }
        facts.issuer = facts.issuer.or_else(|| self.issuer(quoted));
        facts
    }

    /// Whom the certificate of that site came from the last time that a line named it.
    fn issuer(&self, quoted: &Hit) -> Option<String> {
        let host = quoted.host.as_ref()?;
        let hits = self.of_code.hits();
        let about =
            hits.filter(|hit| hit.host.as_ref() == Some(host) && hit.facts.issuer.is_some());
        let last = about.max_by_key(|hit| (hit.at, hit.file, hit.line))?;
        last.facts.issuer.clone()
    }

    fn stale(&self, about: &Summary<'_>) -> Finding {
        let since = || {
            about
                .ways
                .iter()
                .filter_map(|(way, seen)| self.since(way, seen))
        };
        let reached = since().filter_map(|since| match since {
            Since::Reached(place) => Some(place),
            Since::LongAgo | Since::Now(_) => None,
        });
        let now = since().find_map(|since| match since {
            Since::Now(at) => Some(at),
            Since::Reached(_) | Since::LongAgo => None,
        });
        let reached = reached.max();
        let is_of_card = self.kind.layer() < Layer::Network;
        let (why, label) = match (now, reached, is_of_card) {
            (Some(_), ..) => (NOW, TRIED_AT),
            (None, None, _) => (LONG_AGO, REACHED_AT),
            (None, Some(_), true) => (USED, USED_AT),
            (None, Some(_), false) => (REACHED, REACHED_AT),
        };
        let at = now.or_else(|| reached.and_then(|place| place.at));
        Finding::of(&STALE)
            .with(Evidence::new("code", CODE, self.kind.code))
            .with(Evidence::new("why", WHY, why))
            .with_all(at.map(|at| Evidence::new("reached", label, at)))
            .with_all(about.evidence())
    }
}

/// All that was seen of one finding on some ways.
struct Summary<'a> {
    /// The most frequent first.
    ways: Vec<(&'a Way, &'a Seen)>,
    count: u64,
    first: Place,
    last: Place,
}

impl<'a> Summary<'a> {
    fn of(ways: impl Iterator<Item = (&'a Way, &'a Seen)>) -> Self {
        let mut ways: Vec<_> = ways.collect();
        ways.sort_by_key(|(_, seen)| std::cmp::Reverse(seen.count));
        let all = || ways.iter().map(|(_, seen)| seen);
        Self {
            count: all().map(|seen| seen.count).sum(),
            first: all().map(|seen| seen.first).min().unwrap_or_default(),
            last: all().map(|seen| seen.last).max().unwrap_or_default(),
            ways,
        }
    }

    /// The one that was seen last.
    fn last_way(&self) -> Option<&'a Way> {
        let last = self.ways.iter().max_by_key(|(_, seen)| seen.last);
        last.map(|(way, _)| *way)
    }

    /// Each name once.
    fn named(&self, name: impl Fn(&'a Way) -> Option<&'a String>) -> Vec<&'a str> {
        let mut known = BTreeSet::new();
        let names = self.ways.iter().filter_map(|(way, _)| name(way));
        let names = names.map(String::as_str);
        names.filter(|name| known.insert(*name)).collect()
    }

    fn evidence(&self) -> Vec<Evidence> {
        let times = (self.count > 1).then(|| self.count.to_string());
        let times = times.map(|times| Evidence::new("count", COUNT, times));
        let first = self.first.at.map(|at| Evidence::new("first", FIRST, at));
        let last = self.last.at.map(|at| Evidence::new("last", LAST, at));
        let first = first.filter(|_| self.first.at != self.last.at);
        [times, first, last].into_iter().flatten().collect()
    }
}

fn listed(hosts: &[&str]) -> String {
    let shown: Vec<&str> = hosts.iter().take(NAMED).copied().collect();
    let more = hosts.len().saturating_sub(NAMED);
    match more {
        0 => shown.join(", "),
        more => format!("{} (+{more})", shown.join(", ")),
    }
}

/// None of the files is a log that tomcheck knows.
fn unrecognised(seen: &TraceSeen) -> Option<Finding> {
    let is_known = |file: &FileSeen| file.format != Format::Unknown;
    if seen.read().any(is_known) || !seen.tally.codes.is_empty() {
        return None;
    }
    let files: Vec<&FileSeen> = seen.read().collect();
    let names: Vec<&str> = files.iter().map(|file| file.path.as_str()).collect();
    (!files.is_empty()).then_some(())?;
    let lines: u64 = files.iter().map(|file| file.lines).sum();
    let finding = Finding::of(&UNRECOGNISED)
        .with(Evidence::new("files", FILES, listed(&names)))
        .with(Evidence::new("lines", LINES, lines.to_string()));
    Some(finding)
}

const COUNT: Text = t("lignes qui le disent", "lines that say so");
const FIRST: Text = t("la première", "first");
const LAST: Text = t("la dernière", "last");
const OTHER_SITES: Text = t("autres sites", "other sites");
const CODE: Text = t("constat", "finding");
const WHY: Text = t("raison", "reason");
const REACHED_AT: Text = t("site joint", "site reached");
const FILES: Text = t("fichiers", "files");
const LINES: Text = t("lignes", "lines");
const CLIENTS: Text = t("postes", "workstations");
const USED_AT: Text = t("carte utilisée", "card used");
const USED: Text = t("la carte a répondu depuis", "the card has answered since");
const REACHED: Text = t(
    "le site a été joint depuis",
    "the site has been reached since",
);
const TRIED_AT: Text = t("essayé", "tried");
const NOW: Text = t(
    "ce poste, essayé maintenant, ne la montre plus",
    "this machine, tried now, does not show it any more",
);
const LONG_AGO: Text = t(
    "une autre panne du même endroit est plus récente d'au moins un jour",
    "another failure of the same place is at least a day more recent",
);
const OTHERS: Text = t(
    "Ces lignes concernent d'autres sites que celui de la carte.",
    "These lines are about other sites than the card's.",
);
