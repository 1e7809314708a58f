//! What do the lines mean, all together?

use std::collections::BTreeSet;

use tomcheck_diagnosis::{Evidence, Finding, FindingKind, Layer, Severity, Text, Value};

use super::hit::{Facts, Format, Hit};
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
            .with_all(named(&facts, &wanted(self.kind)))
            .with_all(told_by(&facts))
            .with_all(quoted.map(place_and_words).into_iter().flatten())
            .with_all(about.evidence())
            .with_all(listed("clients", CLIENTS, &clients))
            .with_all(listed("other_sites", OTHER_SITES, &others));
        let format = quoted.map(|hit| seen.format(hit.file));
        filled(finding, format.unwrap_or_default())
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
        facts
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

/// Under the keys that titles and steps of all layers use; what two keys tell is told twice only
/// where a sentence needs it.
fn named(facts: &Facts, wanted: &BTreeSet<&str>) -> Vec<Evidence> {
    let with_port = |host: &String, port: Option<u16>| match port {
        Some(port) => format!("{host}:{port}"),
        None => host.clone(),
    };
    let proxy = facts.proxy.as_ref();
    let host = facts.host.as_ref();
    let port = facts.port.map(|port| port.to_string());
    let proxy_port = facts.proxy_port.map(|port| port.to_string());
    let said = facts.said.as_ref().map(|(_, said)| said.as_str());
    let builds = said.and_then(builds);
    let rows = [
        (
            "proxy",
            PROXY,
            proxy.map(|proxy| with_port(proxy, facts.proxy_port)),
        ),
        ("proxy_host", PROXY_HOST, proxy.cloned()),
        ("proxy_address", PROXY_ADDRESS, facts.proxy_address.clone()),
        ("proxy_port", PROXY_PORT, proxy_port),
        ("site", SITE, host.map(|host| with_port(host, facts.port))),
        ("host", HOST, host.cloned()),
        ("server", SERVER, host.cloned()),
        ("port", PORT, port),
        // a log tells the name where a probe tells what it resolves to
        ("addresses", HOST, host.cloned()),
        ("status", STATUS, status(facts)),
        (
            "module",
            MODULE,
            builds.map(|(module, _)| module.to_owned()),
        ),
        (
            "process",
            PROCESS,
            builds.map(|(_, process)| process.to_owned()),
        ),
    ];

    let is_told = |key: &str| wanted.contains(key) || ALWAYS.contains(&key);
    let rows = rows.into_iter().filter(|(key, ..)| is_told(key));
    rows.filter_map(|(key, label, value)| Some(Evidence::new(key, label, value?)))
        .collect()
}

/// `403` of `403 Forbidden` and of `HTTP/1.1 403`.
fn status(facts: &Facts) -> Option<String> {
    let (_, said) = facts.said.as_ref().filter(|(name, _)| *name == "HTTP")?;
    said.split(' ')
        .find(|word| is_status(word))
        .map(str::to_owned)
}

fn is_status(word: &str) -> bool {
    word.len() == 3 && word.bytes().all(|byte| byte.is_ascii_digit())
}

/// What a library was made for, and the program: `Can't load AMD 64-bit .dll on a IA 32-bit platform`.
fn builds(said: &str) -> Option<(&str, &str)> {
    let (_, rest) = said.split_once("Can't load ")?;
    let (module, rest) = rest.split_once(" .")?;
    let (_, process) = rest.split_once(" on a ")?;
    Some((module, process.split_once(" platform")?.0))
}

const ALWAYS: [&str; 5] = ["proxy", "proxy_address", "proxy_port", "site", "host"];

/// The keys of its sentences.
fn wanted(kind: &'static FindingKind) -> BTreeSet<&'static str> {
    let steps = kind.remedy.steps.iter().map(|step| step.text);
    let texts = steps.chain([kind.title]);
    texts.flat_map(|text| keys(text.fr)).collect()
}

fn told_by(facts: &Facts) -> Option<Evidence> {
    let (name, value) = facts.said.as_ref()?;
    Some(match *name {
        "alert" => Evidence::new("alert", ALERT, value.as_str()),
        // names of programs and of what they write
        name => Evidence::raw(name, value.as_str()),
    })
}

fn place_and_words(hit: &Hit) -> [Evidence; 2] {
    let place = format!("{}:{}", hit.path, hit.line);
    [
        Evidence::new("line", LINE, place),
        Evidence::new("excerpt", EXCERPT, hit.excerpt.as_str()),
    ]
}

fn listed(hosts: &[&str]) -> String {
    let shown: Vec<&str> = hosts.iter().take(NAMED).copied().collect();
    let more = hosts.len().saturating_sub(NAMED);
    match more {
        0 => shown.join(", "),
        more => format!("{} (+{more})", shown.join(", ")),
    }
}

/// A log does not tell all that a probe sees: what a sentence needs all the same says so.
fn filled(mut finding: Finding, format: Format) -> Finding {
    for key in wanted(finding.kind) {
        if !finding.evidence.iter().any(|evidence| evidence.key == key) {
            finding
                .evidence
                .push(Evidence::new(key, NOT_TOLD, filler(key, format)));
        }
    }
    finding
}

fn keys(pattern: &'static str) -> impl Iterator<Item = &'static str> {
    let parts = pattern.split('{').skip(1);
    parts.filter_map(|part| Some(part.split_once('}')?.0))
}

fn filler(key: &str, format: Format) -> Value {
    let is_proxys = matches!(format, Format::Squid | Format::SquidCombined);
    Value::from(match key {
        "proxy" | "proxy_host" if is_proxys => ITSELF,
        "interceptor" if is_proxys => OF_LOG,
        "why" | "how" | "module" | "process" | "path" | "status" => SEE_LINE,
        _ => NOT_NAMED,
    })
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

const fn t(fr: &'static str, en: &'static str) -> Text {
    Text { fr, en }
}

const ALERT: Text = t("alerte", "alert");
const PROXY: Text = t("proxy", "proxy");
const PROXY_HOST: Text = t("nom du proxy", "the proxy's name");
const PROXY_ADDRESS: Text = t("adresse du proxy", "the proxy's address");
const PROXY_PORT: Text = t("port du proxy", "the proxy's port");
const SITE: Text = t("demandé", "asked for");
const HOST: Text = t("site", "site");
const SERVER: Text = t("serveur", "server");
const PORT: Text = t("port", "port");
const STATUS: Text = t("statut HTTP", "HTTP status");
const MODULE: Text = t("module", "module");
const PROCESS: Text = t("programme", "program");
const LINE: Text = t("ligne", "line");
const EXCERPT: Text = t("passage", "excerpt");
const COUNT: Text = t("lignes qui le disent", "lines that say so");
const FIRST: Text = t("la première", "first");
const LAST: Text = t("la dernière", "last");
const OTHER_SITES: Text = t("autres sites", "other sites");
const CODE: Text = t("constat", "finding");
const WHY: Text = t("raison", "reason");
const REACHED_AT: Text = t("site joint", "site reached");
const FILES: Text = t("fichiers", "files");
const LINES: Text = t("lignes", "lines");
const NOT_TOLD: Text = t("non précisé", "not told");
const NOT_NAMED: Text = t("(non nommé)", "(not named)");
const ITSELF: Text = t("qui a écrit ce journal", "that wrote this log");
const OF_LOG: Text = t("le proxy de ce journal", "this log's proxy");
const SEE_LINE: Text = t("voir la ligne citée", "see the line quoted");
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
