//! What does a script mean for the site?

use tomcheck_diagnosis::{Evidence, Finding, Severity, Text, Value};

use super::evaluate::differs;
use super::findings::{
    PAC_ADDRESS_DIFFERS, PAC_INVALID, PAC_TIMEOUT, PAC_UNREACHABLE, PAC_UNTRUSTED,
};
use super::{PacSeen, ScriptFault, ScriptFaultKind};
use crate::Route;
use crate::SiteUrl;
use crate::findings::PAC_NOT_EVALUATED;

const SCRIPT: Text = Text {
    fr: "script",
    en: "script",
};
const WHERE: Text = Text {
    fr: "réglage",
    en: "setting",
};
const WHY: Text = Text {
    fr: "raison",
    en: "reason",
};
const LINE: Text = Text {
    fr: "ligne",
    en: "line",
};
const COLUMN: Text = Text {
    fr: "colonne",
    en: "column",
};
const SAID: Text = Text {
    fr: "message",
    en: "message",
};
const ANSWER: Text = Text {
    fr: "réponse",
    en: "answer",
};
const WAY: Text = Text {
    fr: "ce qui en est suivi d'abord",
    en: "what of it is followed first",
};
const NAMES: Text = Text {
    fr: "noms cherchés",
    en: "names looked up",
};
const TOOK: Text = Text {
    fr: "temps de cette recherche",
    en: "time that took",
};
const SERVER: Text = Text {
    fr: "serveur du script",
    en: "the script's server",
};
const HOST: Text = Text {
    fr: "site",
    en: "site",
};
const MISSING: Text = Text {
    fr: "adresses envoyées au proxy",
    en: "addresses sent to the proxy",
};
const DHCP: Text = Text {
    fr: "DHCP (option 252)",
    en: "DHCP (option 252)",
};
const NOT_ASKED: Text = Text {
    fr: "non interrogé",
    en: "not asked",
};
const NONE_DETECTED: Text = Text {
    fr: "La détection automatique (WPAD) est demandée, et aucun nom du réseau n'offre de script : c'est le cas de la plupart des réseaux. Seul un script annoncé par DHCP échapperait à ce diagnostic.",
    en: "Automatic detection (WPAD) is asked for, and no name of the network offers a script: so it is in most networks. Only a script announced by DHCP would escape this diagnosis.",
};
const PAGE: Text = Text {
    fr: "c'est une page web, pas un script",
    en: "it is a web page, not a script",
};
const NO_WAY: Text = Text {
    fr: "sa réponse ne nomme aucun proxy lisible",
    en: "its answer names no proxy that can be read",
};
const PASSED_OVER: Text = Text {
    fr: "une partie de sa réponse est illisible",
    en: "a part of its answer cannot be read",
};
const SLOW: Text = Text {
    fr: "il attend des noms que le DNS ne trouve pas, ou lentement",
    en: "it waits for names that DNS does not find, or slowly",
};

const DETECTED: Text = Text {
    fr: "détection automatique, http://wpad/wpad.dat",
    en: "automatic detection, http://wpad/wpad.dat",
};

/// A script that was not there or fails warns: browsers go on without a proxy then, and whether
/// that leads to the site the next step tells.
pub(super) fn judge(seen: &PacSeen) -> Vec<Finding> {
    let of_script = match (&seen.found, &seen.fault) {
        (_, Some(fault)) => Some(stopped(seen, fault)),
        (None, None) => Some(unreachable(seen)),
        (Some(_), None) => unreadable(seen).or_else(|| slow(seen)),
    };
    of_script.into_iter().chain(address_differs(seen)).collect()
}

fn about(finding: Finding, seen: &PacSeen) -> Finding {
    let script = match &seen.found {
        Some(found) => Value::from(found.url.as_str()),
        None if seen.url == super::WPAD => Value::from(DETECTED),
        None => Value::from(seen.url.as_str()),
    };
    finding
        .with(Evidence::new("script", SCRIPT, script))
        .with(Evidence::new("where", WHERE, seen.location.as_str()))
}

fn unreachable(seen: &PacSeen) -> Finding {
    if seen.is_beyond_us() {
        return Finding::of(&PAC_NOT_EVALUATED)
            .with(Evidence::new("url", SCRIPT, seen.url.as_str()))
            .with(Evidence::new("where", WHERE, seen.location.as_str()));
    }
    if let Some(finding) = untrusted(seen) {
        return finding;
    }
    let failures = seen.not_fetched.iter().map(|one| Evidence {
        value: one.failure.to_string().into(),
        ..Evidence::raw(one.url.clone(), "")
    });
    let finding = about(Finding::of(&PAC_UNREACHABLE), seen).with_all(failures);
    match seen.url == super::WPAD {
        // Most networks offer none, and whoever looks for one goes on without it.
        true => finding
            .at(Severity::Info)
            .with(Evidence::new("dhcp", DHCP, NOT_ASKED))
            .noting(NONE_DETECTED),
        false => finding,
    }
}

/// The server is there, and nobody this machine trusts says that it is the one.
fn untrusted(seen: &PacSeen) -> Option<Finding> {
    let (not_fetched, note) = seen
        .not_fetched
        .iter()
        .find_map(|one| Some((one, one.insecure?.of_certificate()?)))?;
    let server = SiteUrl::parse(&not_fetched.url).ok()?.host;
    let said = not_fetched.failure.name.as_deref().unwrap_or_default();
    let finding = about(Finding::of(&PAC_UNTRUSTED), seen)
        .with(Evidence::new("server", SERVER, server))
        .with(Evidence::raw("TLS", said))
        .noting(note);
    Some(finding)
}

fn stopped(seen: &PacSeen, fault: &ScriptFault) -> Finding {
    let kind = match fault.kind {
        ScriptFaultKind::Time => &PAC_TIMEOUT,
        _ => &PAC_INVALID,
    };
    let is_page = seen.found.as_ref().is_some_and(|found| found.is_page);
    let why = match is_page {
        true => PAGE,
        false => fault.kind.text(),
    };
    let place = [("line", LINE, fault.line), ("column", COLUMN, fault.column)];
    let place = place
        .into_iter()
        .filter_map(|(key, label, at)| Some(Evidence::new(key, label, at?.to_string())));
    let said = Some(&fault.text).filter(|text| !text.is_empty());
    let said = said.map(|text| Evidence::new("message", SAID, text.as_str()));
    about(Finding::of(kind), seen)
        .with(Evidence::new("why", WHY, why))
        .with_all(place)
        .with_all(said)
}

fn unreadable(seen: &PacSeen) -> Option<Finding> {
    let answer = seen.answer.as_ref()?;
    if answer.passed_over.is_empty() {
        return None;
    }
    let why = match answer.names_a_way {
        true => PASSED_OVER,
        false => NO_WAY,
    };
    let taken = answer.routes.first().filter(|_| answer.names_a_way);
    let taken = taken.map(|way| Evidence::new("way", WAY, way.to_string()));
    let finding = about(Finding::of(&PAC_INVALID), seen)
        .with(Evidence::new("why", WHY, why))
        .with(Evidence::new("answer", ANSWER, answer.text.as_str()))
        .with_all(taken);
    Some(finding)
}

fn slow(seen: &PacSeen) -> Option<Finding> {
    (seen.names_ms >= SLOW_MS).then(|| {
        about(Finding::of(&PAC_TIMEOUT), seen)
            .with(Evidence::new("why", WHY, SLOW))
            .with(Evidence::new("names", NAMES, seen.names.to_string()))
            .with(Evidence::new("took", TOOK, format!("{} ms", seen.names_ms)))
    })
}

/// The one half of it that harms: the site is let through directly by its name, and a program that
/// asks by the address is sent to the proxy.
fn address_differs(seen: &PacSeen) -> Option<Finding> {
    let name = seen.answer.as_ref()?.first();
    let missing = seen.by_address.iter().filter(|one| differs(name, one));
    let missing: Vec<String> = missing.map(|one| one.address.to_string()).collect();
    if *name != Route::Direct || missing.is_empty() {
        return None;
    }
    let tests: Vec<String> = missing
        .iter()
        .map(|address| format!("host == \"{address}\""))
        .collect();
    let rule = format!("if ({}) return \"DIRECT\";", tests.join(" || "));
    let finding = about(Finding::of(&PAC_ADDRESS_DIFFERS), seen)
        .with(Evidence::new("host", HOST, seen.host.as_str()))
        .with(Evidence::new("missing", MISSING, missing.join(", ")))
        .with(Evidence::new("rule", RULE, rule));
    Some(finding)
}

const RULE: Text = Text {
    fr: "règle à ajouter",
    en: "rule to add",
};
/// A page of thirty parts waits for it thirty times.
const SLOW_MS: u64 = 1500;

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use tomcheck_diagnosis::{Deadline, ForeignFailure, Lang, Observation};

    use super::*;
    use crate::{Insecure, NotFetched, PacProbe, SiteUrl};

    fn not_fetched(insecure: Insecure) -> Finding {
        let site = SiteUrl::https("tom.example", 443);
        let late = Deadline::after(Duration::ZERO);
        let url = "https://pac.example/p.pac";
        let seen = PacSeen {
            not_fetched: vec![NotFetched {
                url: url.to_owned(),
                failure: ForeignFailure::decimal("TLS", 0).named("UnknownIssuer"),
                is_beyond_us: false,
                insecure: Some(insecure),
            }],
            ..PacProbe::new(url, "list", site, late).nothing()
        };
        seen.findings().remove(0)
    }

    #[test]
    fn a_server_that_is_not_trusted_is_told_from_one_that_is_not_there() {
        for insecure in [Insecure::Untrusted, Insecure::Expired, Insecure::WrongName] {
            let finding = not_fetched(insecure);
            assert_eq!(finding.kind.code, "proxy.pac-untrusted");
            assert_eq!(finding.note, insecure.of_certificate());
            let steps = finding.steps(Lang::Fr, "linux");
            assert!(steps[0].contains("(pac.example)"), "{steps:?}");
        }
        let finding = not_fetched(Insecure::NotTls);
        assert_eq!(finding.kind.code, "proxy.pac-unreachable");
    }

    #[test]
    fn a_script_that_no_network_offers_is_no_fault_of_the_setting() {
        let judged = |url: &str| {
            let site = SiteUrl::https("tom.example", 443);
            let late = Deadline::after(Duration::ZERO);
            let seen = PacSeen {
                fault: None,
                ..PacProbe::new(url, "list", site, late).nothing()
            };
            seen.findings().remove(0)
        };
        let named = judged("http://a.example/p.pac");
        assert_eq!((named.severity, named.note), (Severity::Warning, None));
        let detected = judged(super::super::WPAD);
        assert_eq!(detected.severity, Severity::Info);
        assert_eq!(detected.note, Some(NONE_DETECTED));
        assert!(detected.evidence.iter().any(|one| one.key == "dhcp"));
        let steps = detected.steps(Lang::Fr, "linux");
        assert!(steps[0].contains("http://wpad/wpad.dat)"), "{steps:?}");
        let title = detected.title(Lang::Fr);
        assert!(title.contains("(détection automatique, "), "{title}");
        let title = named.title(Lang::Fr);
        assert!(title.contains("(http://a.example/p.pac)"), "{title}");
    }
}
