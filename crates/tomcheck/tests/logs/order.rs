//! Does what comes later make void what came before, and nothing else, wherever in a log both stand?

use std::collections::{BTreeMap, BTreeSet};
use std::num::NonZeroUsize;

use proptest::prelude::*;
use tomcheck::Report;

use crate::traced::{proof, traced_with};

const CLIENTS: &[&str] = &["10.0.0.5", "10.0.0.6", "poste-12"];
const HOSTS: &[&str] = &["tom.gip-cps.fr", "igc-sante.esante.gouv.fr"];

/// What squid writes of one request.
#[derive(Clone, Copy, Debug)]
enum Told {
    Asked,
    Denied,
    Open,
    /// For somebody who logged in.
    OpenTo(&'static str),
}

#[derive(Clone, Debug)]
struct Entry {
    client: &'static str,
    host: &'static str,
    told: Told,
    /// Letters of a line before it that say nothing: they push the others over the pieces' ends.
    noise: usize,
}

impl Told {
    const fn code(self) -> Option<&'static str> {
        match self {
            Self::Asked => Some("proxy.authentication-required"),
            Self::Denied => Some("proxy.host-not-allowed"),
            Self::Open | Self::OpenTo(_) => None,
        }
    }
}

impl Entry {
    fn lines(&self, number: usize) -> String {
        let (result, user, peer) = match self.told {
            Told::Asked => ("TCP_DENIED/407 3579", "-", "HIER_NONE/-"),
            Told::Denied => ("TCP_DENIED/403 3481", "-", "HIER_NONE/-"),
            Told::Open => ("TCP_TUNNEL/200 5120", "-", "HIER_DIRECT/192.0.2.1"),
            Told::OpenTo(user) => ("TCP_TUNNEL/200 5120", user, "HIER_DIRECT/192.0.2.1"),
        };
        let (client, host, at) = (self.client, self.host, 1_795_729_000 + number);
        let line = format!(
            "{at}.160    812 {client} {result} CONNECT {host}:443 {user} {peer} text/html\n"
        );
        match self.noise {
            0 => line,
            letters => format!("{}\n{line}", "x".repeat(letters)),
        }
    }
}

fn entries() -> impl Strategy<Value = Vec<Entry>> {
    let told = prop_oneof![
        Just(Told::Asked),
        Just(Told::Denied),
        Just(Told::Open),
        Just(Told::OpenTo("luc")),
    ];
    let noise = prop_oneof![
        6 => Just(0_usize),
        3 => 1_usize..200,
        1 => 100_000_usize..600_000,
    ];
    let entry = (
        prop::sample::select(CLIENTS),
        prop::sample::select(HOSTS),
        told,
        noise,
    );
    let entry = entry.prop_map(|(client, host, told, noise)| Entry {
        client,
        host,
        told,
        noise,
    });
    prop::collection::vec(entry, 1..40)
}

type Standing = BTreeMap<&'static str, BTreeSet<String>>;

/// Of each finding, the workstations that were not let through afterwards.
fn standing(entries: &[Entry]) -> Standing {
    let mut standing = Standing::new();
    for (number, entry) in entries.iter().enumerate() {
        let Some(code) = entry.told.code() else {
            continue;
        };
        let is_over = entries.iter().skip(number).any(|later| {
            let is_way = (later.client, later.host) == (entry.client, entry.host);
            is_way && later.told.code().is_none()
        });
        if !is_over {
            standing
                .entry(code)
                .or_default()
                .insert(entry.client.to_owned());
        }
    }
    standing
}

fn traced(logs: &[&str], threads: usize) -> Report {
    let names: Vec<String> = (0..logs.len())
        .map(|number| format!("access.log.{number}"))
        .collect();
    let names = names.iter().map(String::as_str);
    let files: Vec<(&str, &[u8])> = names.zip(logs.iter().map(|log| log.as_bytes())).collect();
    let threads = NonZeroUsize::new(threads).unwrap();
    traced_with(&files, |options| options.threads = threads).report
}

fn told(report: &Report) -> Standing {
    let codes = ["proxy.authentication-required", "proxy.host-not-allowed"];
    let told = codes.into_iter().filter_map(|code| {
        let finding = report.findings.iter().find(|one| one.code == code)?;
        let clients = proof(finding, "workstations");
        Some((code, clients.split(", ").map(str::to_owned).collect()))
    });
    told.collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn a_failure_stands_where_its_way_did_not_lead_to_the_site_afterwards(entries in entries()) {
        let lines = entries.iter().enumerate();
        let log: String = lines.map(|(number, entry)| entry.lines(number)).collect();
        for threads in [1, 3] {
            let report = traced(&[&log], threads);
            prop_assert_eq!(told(&report), standing(&entries), "{} threads", threads);
        }
    }

    /// What was written last stands in the file that is named first, as the shell sorts them.
    #[test]
    fn of_two_files_the_moments_tell_what_came_later(entries in entries(), cut in 0_usize..40) {
        let lines: Vec<String> = entries.iter().enumerate().map(|(number, entry)| entry.lines(number)).collect();
        let (older, newer) = lines.split_at(cut.min(lines.len()));
        let report = traced(&[&newer.concat(), &older.concat()], 1);
        prop_assert_eq!(told(&report), standing(&entries));
    }
}
