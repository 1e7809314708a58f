//! What does it mean that a proxy does not come through to the site?

use std::net::IpAddr;

use tomcheck_diagnosis::{Finding, Text};

use super::judge::about;
use super::{ComparedBy, Reply, TunnelSeen};
use crate::findings::{UPSTREAM_DNS, UPSTREAM_FAILED};
use crate::site::split_port;

pub(super) fn failure(seen: &TunnelSeen, reply: &Reply) -> Finding {
    if says_dns(reply) {
        return about(&UPSTREAM_DNS, seen);
    }
    match says(reply, "x-squid-error", CANNOT_FORWARD) {
        true => cannot_forward(seen),
        false => about(&UPSTREAM_FAILED, seen),
    }
}

/// squid says so of a name that it cannot resolve, and of any site where the proxy behind it is
/// dead; an address takes no resolving. Seen with squid 5.7.
fn cannot_forward(seen: &TunnelSeen) -> Finding {
    let is_address = split_port(&seen.target).0.parse::<IpAddr>().is_ok();
    let of = |by| seen.compared.iter().find(move |one| one.by == by);
    let (by_address, other) = (of(ComparedBy::Address), of(ComparedBy::OtherSite));
    match (by_address, other) {
        _ if is_address => about(&UPSTREAM_FAILED, seen).noting(NO_PATH),
        (Some(one), _) if one.answer.contains(CANNOT_FORWARD) => {
            about(&UPSTREAM_FAILED, seen).noting(NO_PATH)
        }
        (Some(_), _) => about(&UPSTREAM_DNS, seen),
        (None, Some(one)) if one.answer.contains(CANNOT_FORWARD) => {
            about(&UPSTREAM_FAILED, seen).noting(DNS_OR_PATH)
        }
        (None, Some(one)) if one.opens => about(&UPSTREAM_DNS, seen),
        (None, _) => about(&UPSTREAM_DNS, seen).noting(DNS_OR_PATH),
    }
}

/// Squid names DNS in its own header, others in the reason phrase or the page's title.
/// Source: RFC 9209 §2.3.2 for `Proxy-Status`.
pub(super) fn says_dns(reply: &Reply) -> bool {
    if says(reply, "x-squid-error", "ERR_DNS_FAIL") || says(reply, "proxy-status", "dns_") {
        return true;
    }
    let title = reply.title.as_deref().unwrap_or_default();
    let words = format!("{} {title}", reply.status_line).to_lowercase();
    PHRASES.iter().any(|phrase| words.contains(phrase))
}

fn says(reply: &Reply, name: &str, what: &str) -> bool {
    reply.values(name).any(|value| value.contains(what))
}

const PHRASES: &[&str] = &[
    "dns",
    "host was not found",
    "host not found",
    "unknown host",
    "unresolved",
];
const CANNOT_FORWARD: &str = "ERR_CANNOT_FORWARD";
const NO_PATH: Text = Text {
    fr: "Il n'a pas de chemin vers le site, même par son adresse : le proxy parent auquel il confie ses demandes ne répond sans doute pas.",
    en: "It has no path to the site, even by its address: the parent proxy that it hands its requests to probably does not answer.",
};
const DNS_OR_PATH: Text = Text {
    fr: "Sa réponse ne dit pas si son DNS ne trouve pas le site ou si son proxy parent ne répond pas : vérifiez les deux.",
    en: "Its answer does not tell whether its DNS does not find the site or its parent proxy does not answer: check both.",
};
