//! What do the lines mean, all together?

use std::collections::BTreeSet;

use tomcheck_diagnosis::{
    Evidence, Finding, FindingKind, Instant, Severity, Step, System, Text, Value,
};

use super::hit::{Facts, Format, Hit};
use super::seen::TraceSeen;
use super::tally::{OfCode, Place, Seen, fullest};
use crate::findings::{STALE, UNRECOGNISED, all};

/// What was seen last so long before the newest failure decides nothing any more.
const OLD: i64 = 24 * 3600;

/// Other sites that are named.
const NAMED: usize = 5;

/// One finding for each code; what is about other sites than the ones that matter is only worth
/// knowing, and what is void or old is told as such.
pub(super) fn findings(seen: &TraceSeen) -> Vec<Finding> {
    let tally = &seen.tally;
    if tally.codes.is_empty() && tally.reached.is_empty() {
        return unrecognised(seen).into_iter().collect();
    }
    let sites = Sites::of(seen);
    let newest = tally
        .codes
        .values()
        .filter_map(|of_code| sites.last_open(of_code)?.at)
        .max();
    let mut told: Vec<(Place, Finding)> = Vec::new();
    for (code, of_code) in &tally.codes {
        let Some(kind) = all().find(|kind| kind.code == *code) else {
            continue;
        };
        told.push(
            Judgement {
                kind,
                of_code,
                sites: &sites,
                seen,
                newest,
            }
            .made(),
        );
    }
    // of the same layer, the last to fail is what people stand before
    told.sort_by(|(a, _), (b, _)| b.cmp(a));
    told.into_iter().map(|(_, finding)| finding).collect()
}

/// Which sites matter: the one that was named, else those of TOM if a log speaks of them, else
/// all.
struct Sites<'a> {
    seen: &'a TraceSeen,
    is_family: bool,
}

impl<'a> Sites<'a> {
    fn of(seen: &'a TraceSeen) -> Self {
        let codes = seen.tally.codes.values();
        let mut hosts = codes.flat_map(|of_code| of_code.sites.keys().flatten());
        let is_mine = |host: &String| seen.interest.is_mine(Some(host));
        let is_family = hosts.any(is_mine) || seen.tally.reached.keys().any(is_mine);
        Self { seen, is_family }
    }

    fn matters(&self, host: Option<&str>) -> bool {
        let interest = &self.seen.interest;
        let matters_most = self.is_family || interest.target.is_some();
        host.is_none() || !matters_most || interest.is_mine(host)
    }

    /// Whether the site was reached afterwards.
    fn is_void(&self, host: Option<&str>, seen: &Seen) -> Option<Place> {
        let reached = self.seen.tally.reached.get(host?)?;
        reached.is_after(&seen.last).then_some(*reached)
    }

    /// Where a failure that matters and is not void was seen last.
    fn last_open(&self, of_code: &OfCode) -> Option<Place> {
        let sites = of_code.sites.iter();
        let open = sites.filter(|(host, seen)| {
            self.matters(host.as_deref()) && self.is_void(host.as_deref(), seen).is_none()
        });
        open.map(|(_, seen)| seen.last).max()
    }
}

struct Judgement<'a> {
    kind: &'static FindingKind,
    of_code: &'a OfCode,
    sites: &'a Sites<'a>,
    seen: &'a TraceSeen,
    newest: Option<Instant>,
}

impl Judgement<'_> {
    /// The finding, and where what it is about was seen last.
    fn made(&self) -> (Place, Finding) {
        let matters = |host: Option<&str>| self.sites.matters(host);
        let about = Summary::of(self.of_code, matters);
        let Some(last) = self.sites.last_open(self.of_code) else {
            return match about.count {
                0 => self.of_others(),
                _ => (about.last, self.stale(&about)),
            };
        };
        let is_old = match (last.at, self.newest) {
            (Some(at), Some(newest)) => newest.unix() - at.unix() > OLD,
            _ => false,
        };
        match is_old {
            true => (last, self.stale(&about)),
            false => (last, self.finding(&about, matters)),
        }
    }

    fn of_others(&self) -> (Place, Finding) {
        let about = Summary::of(self.of_code, |_| true);
        let finding = self.finding(&about, |_| true).at(Severity::Info);
        (about.last, finding.noting(OTHERS))
    }

    fn finding(&self, about: &Summary, matters: impl Fn(Option<&str>) -> bool) -> Finding {
        let hits = self
            .of_code
            .hits()
            .filter(|hit| matters(hit.host.as_deref()));
        let hits: Vec<&Hit> = hits.collect();
        let mut facts = fullest(&hits);
        if facts.host.is_none() {
            facts.host.clone_from(&self.seen.interest.target);
        }
        let others = about
            .hosts
            .iter()
            .filter(|host| Some(*host) != facts.host.as_ref());
        let others: Vec<&str> = others.map(String::as_str).collect();
        let mut finding = Finding::of(self.kind);
        finding.evidence.extend(named(&facts, &wanted(self.kind)));
        finding.evidence.extend(told_by(&facts));
        finding.evidence.extend(quoted(&hits));
        finding.evidence.extend(about.evidence());
        if !others.is_empty() {
            finding = finding.with(Evidence::new("other_sites", OTHER_SITES, listed(&others)));
        }
        let format = hits.last().map(|hit| self.seen.format(hit.file));
        filled(finding, format.unwrap_or_default())
    }

    fn stale(&self, about: &Summary) -> Finding {
        let reached = self.of_code.sites.iter();
        let reached = reached.filter_map(|(host, seen)| self.sites.is_void(host.as_deref(), seen));
        let reached = reached.max();
        let why = if reached.is_some() { REACHED } else { LONG_AGO };
        let at = reached.and_then(|place| place.at);
        Finding::of(&STALE)
            .with(Evidence::new("code", CODE, self.kind.code))
            .with(Evidence::new("why", WHY, why))
            .with_all(at.map(|at| Evidence::new("reached", REACHED_AT, at)))
            .with_all(about.evidence())
    }
}

/// All that was seen of one finding about the sites that matter.
struct Summary {
    count: u64,
    first: Place,
    last: Place,
    hosts: Vec<String>,
}

impl Summary {
    fn of(of_code: &OfCode, matters: impl Fn(Option<&str>) -> bool) -> Self {
        let mut all: Vec<_> = of_code
            .sites
            .iter()
            .filter(|(host, _)| matters(host.as_deref()))
            .collect();
        // the most frequent first
        all.sort_by_key(|(_, seen)| std::cmp::Reverse(seen.count));
        Self {
            count: all.iter().map(|(_, seen)| seen.count).sum(),
            first: all
                .iter()
                .map(|(_, seen)| seen.first)
                .min()
                .unwrap_or_default(),
            last: all
                .iter()
                .map(|(_, seen)| seen.last)
                .max()
                .unwrap_or_default(),
            hosts: all.iter().filter_map(|(host, _)| (*host).clone()).collect(),
        }
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
    ];
    let is_told = |key: &str| wanted.contains(key) || ALWAYS.contains(&key);
    let rows = rows.into_iter().filter(|(key, ..)| is_told(key));
    rows.filter_map(|(key, label, value)| Some(Evidence::new(key, label, value?)))
        .collect()
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
    Some(Evidence::raw(*name, value.as_str()))
}

/// The last line that says it, and where it stands.
fn quoted(hits: &[&Hit]) -> Vec<Evidence> {
    let Some(hit) = hits.last() else {
        return Vec::new();
    };
    let place = format!("{}:{}", hit.path, hit.line);
    vec![
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
        "why" | "how" => SEE_LINE,
        _ => NOT_NAMED,
    })
}

/// Nothing in any file says anything.
fn unrecognised(seen: &TraceSeen) -> Option<Finding> {
    let files: Vec<&str> = seen.read().map(|file| file.path.as_str()).collect();
    (!files.is_empty()).then_some(())?;
    let finding = Finding::of(&UNRECOGNISED)
        .with(Evidence::new("files", FILES, listed(&files)))
        .with(Evidence::new("lines", LINES, seen.lines().to_string()));
    let has_evtx = seen.read().any(|file| file.format == Format::Evtx);
    Some(match has_evtx {
        true => finding.beginning_with(EXPORT_FIRST),
        false => finding,
    })
}

const EXPORT_FIRST: [Step; 1] = [Step {
    on: System::Any,
    text: Text {
        fr: "Un fichier .evtx doit d'abord être exporté, sur un poste Windows : `wevtutil qe FICHIER.evtx /lf /f:xml > evenements.xml`, puis `tomcheck trace evenements.xml`.",
        en: "An .evtx file has to be exported first, on a Windows machine: `wevtutil qe FILE.evtx /lf /f:xml > events.xml`, then `tomcheck trace events.xml`.",
    },
}];

const fn t(fr: &'static str, en: &'static str) -> Text {
    Text { fr, en }
}

const PROXY: Text = t("proxy", "proxy");
const PROXY_HOST: Text = t("nom du proxy", "the proxy's name");
const PROXY_ADDRESS: Text = t("adresse du proxy", "the proxy's address");
const PROXY_PORT: Text = t("port du proxy", "the proxy's port");
const SITE: Text = t("demandé", "asked for");
const HOST: Text = t("site", "site");
const SERVER: Text = t("serveur", "server");
const PORT: Text = t("port", "port");
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
const SEE_LINE: Text = t("voir la ligne citée", "see the line quoted");
const REACHED: Text = t(
    "le site a été joint depuis",
    "the site has been reached since",
);
const LONG_AGO: Text = t(
    "plus d'un jour avant la dernière panne de ces journaux",
    "more than a day before the last failure in these logs",
);
const OTHERS: Text = t(
    "Ces lignes concernent d'autres sites que celui de la carte.",
    "These lines are about other sites than the card's.",
);
