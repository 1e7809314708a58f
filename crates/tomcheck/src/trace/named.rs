//! What does a finding carry of what the lines name, and what stands where they do not name it?

use std::collections::BTreeSet;

use tomcheck_diagnosis::{Evidence, Finding, FindingKind, Text, Value};

use super::hit::{Facts, Format, Hit};

/// Under the keys that titles and steps of all layers use; what two keys tell is told twice only
/// where a sentence needs it.
pub(super) fn all(facts: &Facts, kind: &'static FindingKind) -> Vec<Evidence> {
    let wanted = wanted(kind);
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
        ("path", PATH, said.and_then(library).map(str::to_owned)),
        ("missing_issuer", AUTHORITY, facts.issuer.clone()),
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

/// Where it stands: `UnsatisfiedLinkError: C:\\x\\cps3_pkcs11_w64.dll: Can't load …`.
fn library(said: &str) -> Option<&str> {
    let (_, rest) = said.split_once("LinkError: ")?;
    Some(rest.split_once(": Can't ")?.0)
}

const ALWAYS: [&str; 5] = ["proxy", "proxy_address", "proxy_port", "site", "host"];

/// The keys of its sentences.
fn wanted(kind: &'static FindingKind) -> BTreeSet<&'static str> {
    let steps = kind.remedy.steps.iter().map(|step| step.text);
    let texts = steps.chain([kind.title]);
    texts.flat_map(|text| keys(text.fr)).collect()
}

pub(super) fn told_by(facts: &Facts) -> Option<Evidence> {
    let (name, value) = facts.said.as_ref()?;
    Some(match *name {
        "alert" => Evidence::new("alert", ALERT, value.as_str()),
        // names of programs and of what they write
        name => Evidence::raw(name, value.as_str()),
    })
}

pub(super) fn place_and_words(hit: &Hit) -> [Evidence; 2] {
    let place = format!("{}:{}", hit.path, hit.line);
    [
        Evidence::new("line", LINE, place),
        Evidence::new("excerpt", EXCERPT, hit.excerpt.as_str()),
    ]
}

/// A log does not tell all that a probe sees: what a sentence needs all the same says so.
pub(super) fn filled(mut finding: Finding, format: Format) -> Finding {
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
        "interceptor" => NO_DEVICE,
        "proxy" | "proxy_host" | "site" | "host" | "server" | "addresses" | "port" => NO_NAME,
        "missing" | "schemes" => NO_FEMININE,
        "readers" => NO_READERS,
        "module" => ONE_ARCHITECTURE,
        "process" => THE_OTHER,
        "issuer" | "missing_issuer" => NO_AUTHORITY,
        "now" => DAY_OF_LOG,
        "version" => TLS,
        _ if IN_LINE.contains(&key) => SEE_LINE,
        _ => NOT_NAMED,
    })
}

/// What a line shows in its own words.
const IN_LINE: [&str; 6] = ["why", "how", "path", "status", "presented", "offered"];

pub(super) const fn t(fr: &'static str, en: &'static str) -> Text {
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
const NOT_TOLD: Text = t("non précisé", "not told");
const PATH: Text = t("fichier", "file");
const AUTHORITY: Text = t("autorité", "authority");
const NO_NAME: Text = t("(non nommé)", "(not named)");
const NOT_NAMED: Text = t("non nommé par ce journal", "not named by this log");
const NO_AUTHORITY: Text = t("non nommée par ce journal", "not named by this log");
const NO_FEMININE: Text = t("(non nommée)", "(not named)");
const NO_READERS: Text = t("(non nommés)", "(not named)");
const ONE_ARCHITECTURE: Text = t(
    "une architecture (32 ou 64 bits)",
    "one architecture (32 or 64 bits)",
);
const THE_OTHER: Text = t("l'autre", "the other");
const NO_DEVICE: Text = t("un équipement non nommé", "an unnamed device");
const DAY_OF_LOG: Text = t("jour de ce journal", "the day of this log");
const TLS: Text = t("TLS", "TLS");
const ITSELF: Text = t("qui a écrit ce journal", "that wrote this log");
const OF_LOG: Text = t("le proxy de ce journal", "this log's proxy");
const SEE_LINE: Text = t("voir la ligne citée", "see the line quoted");
