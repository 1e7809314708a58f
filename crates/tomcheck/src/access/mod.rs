//! What is to be asked of whoever looks after the network, and with which lines?

mod lines;

use std::net::IpAddr;
use std::time::Duration;

use serde::Serialize;
use serde_json::Value;
use tomcheck_diagnosis::{Deadline, Instant, Lang, Report, Text};
use tomcheck_tls::{AddressesSeen, ResolveProbe};

pub use lines::ReadyLines;

use crate::{Options, Target};

/// What must be let through, to whom, and the lines that do it; made from what a diagnosis of
/// the way to the site saw.
#[derive(Clone, Debug, Serialize)]
pub struct AccessRequest {
    /// When the addresses were looked up.
    pub at: Instant,
    /// The site first, then what its card needs beside it.
    pub sites: Vec<SiteAccess>,
    /// What stands in the way as this machine saw it; none: nothing does.
    pub seen: Option<Obstacle>,
    /// Ready to be pasted, product by product.
    pub lines: Vec<ReadyLines>,
}

/// One site that must be reached.
#[derive(Clone, Debug, Serialize)]
pub struct SiteAccess {
    /// Its name, or its address where it has none.
    pub host: String,
    /// TCP port.
    pub port: u16,
    /// Every address this machine found; empty: it found none.
    pub addresses: Vec<IpAddr>,
    /// Whether the card goes through this connection, which nobody may then open.
    pub is_for_card: bool,
    /// What it is for.
    pub why: String,
    /// Whether a published source says that it is (still) needed.
    pub is_confirmed: bool,
}

/// The root cause of the diagnosis.
#[derive(Clone, Debug, Serialize)]
pub struct Obstacle {
    /// Its code.
    pub code: String,
    /// One sentence.
    pub title: String,
    /// What proves it: label and value.
    pub evidence: Vec<(String, String)>,
}

impl AccessRequest {
    /// From a report of the proxy on the way to the options' site; none: no site is named.
    /// Names beside the site's own are looked up now: blocks for five seconds at most.
    pub fn of(options: &Options, report: &Report) -> Option<Self> {
        let target = options.scope.target()?;
        let (lang, at) = (options.lang, report.started_at);
        let mut sites = vec![SiteAccess {
            host: target.host().to_owned(),
            port: target.port(),
            addresses: addresses(target, report),
            is_for_card: true,
            why: THE_SITE.get(lang).to_owned(),
            is_confirmed: target.is_confirmed() && !is_tom(target),
        }];
        if is_tom(target) {
            sites.extend(beside_tom(lang));
        }
        let lines = lines::all(&sites, lang);
        Some(Self {
            at,
            seen: obstacle(report),
            sites,
            lines,
        })
    }
}

fn is_tom(target: &Target) -> bool {
    let tom = Target::parse("tom");
    target.is_tom() || tom.is_ok_and(|tom| tom.host() == target.host())
}

/// Those somebody set, then those this machine found.
fn addresses(target: &Target, report: &Report) -> Vec<IpAddr> {
    let mut addresses = target.addresses().to_vec();
    let found = addresses_in(report).into_iter();
    addresses.extend(found.filter(|found| !target.addresses().contains(found)));
    addresses
}

fn addresses_in(report: &Report) -> Vec<IpAddr> {
    let mut probes = report.probes.iter();
    let seen = probes.find(|probe| probe.id == ResolveProbe::ID);
    let seen = seen.map(|probe| Value::Object(probe.observation.clone()));
    let seen = seen.and_then(|seen| serde_json::from_value::<AddressesSeen>(seen).ok());
    seen.map(|seen| seen.addresses().to_vec())
        .unwrap_or_default()
}

fn obstacle(report: &Report) -> Option<Obstacle> {
    let code = report.verdict.root_cause.as_deref()?;
    let finding = report.findings.iter().find(|it| it.code == code)?;
    let evidence = finding.evidence.iter();
    Some(Obstacle {
        code: code.to_owned(),
        title: finding.title.clone(),
        evidence: evidence
            .map(|it| (it.label.clone(), it.value.clone()))
            .collect(),
    })
}

/// What every certificate of IGC-Santé names, and the test page of the questions and answers.
fn beside_tom(lang: Lang) -> Vec<SiteAccess> {
    let deadline = Deadline::after(LOOKUP_LIMIT);
    let hosts = BESIDE_TOM.iter().map(|row| row.host);
    let addresses = looked_up(hosts.collect(), deadline);
    let rows = BESIDE_TOM.iter().zip(addresses);
    rows.map(|(row, addresses)| SiteAccess {
        host: row.host.to_owned(),
        port: row.port,
        addresses,
        is_for_card: row.is_for_card,
        why: row.why.get(lang).to_owned(),
        is_confirmed: row.is_confirmed,
    })
    .collect()
}

/// In the order of the names; empty for each where nothing can be looked up.
fn looked_up(hosts: Vec<&'static str>, deadline: Deadline) -> Vec<Vec<IpAddr>> {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build();
    let Ok(runtime) = runtime else {
        return vec![Vec::new(); hosts.len()];
    };
    runtime.block_on(async {
        let tasks: Vec<_> = hosts
            .into_iter()
            .map(|host| {
                let probe = ResolveProbe::new(host, deadline);
                tokio::spawn(async move { probe.observe().await.addresses().to_vec() })
            })
            .collect();
        let mut found = Vec::new();
        for task in tasks {
            found.push(task.await.unwrap_or_default());
        }
        found
    })
}

const LOOKUP_LIMIT: Duration = Duration::from_secs(5);

const THE_SITE: Text = Text {
    fr: "le site que la carte ouvre",
    en: "the site that the card opens",
};

struct Beside {
    host: &'static str,
    port: u16,
    is_for_card: bool,
    is_confirmed: bool,
    why: Text,
}

/// Source: the distribution points and OCSP addresses of the certificates of IGC-Santé, all
/// plain HTTP; the questions and answers of TOM for the test page.
const BESIDE_TOM: &[Beside] = &[
    Beside {
        host: "ocsp.esante.gouv.fr",
        port: 80,
        is_for_card: false,
        is_confirmed: true,
        why: Text {
            fr: "dit si un certificat de carte est révoqué",
            en: "says whether a card's certificate is revoked",
        },
    },
    Beside {
        host: "igc-sante.esante.gouv.fr",
        port: 80,
        is_for_card: false,
        is_confirmed: true,
        why: Text {
            fr: "listes de révocation et certificats des autorités des cartes",
            en: "revocation lists and authority certificates of the cards",
        },
    },
    Beside {
        host: "testssl.asipsante.fr",
        port: 443,
        is_for_card: true,
        is_confirmed: false,
        why: Text {
            fr: "page d'essai de la carte, et extension de Firefox",
            en: "test page of the card, and Firefox's extension",
        },
    },
];
