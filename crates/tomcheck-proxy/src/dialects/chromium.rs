//! Which entry of a `ProxyBypassList` applies, as Chromium, Chrome and Edge have it?
//!
//! Source: Chromium `net/docs/proxy.md` and `net/proxy_resolution/proxy_bypass_rules.cc`; held
//! against Chromium itself in `tests/owners.rs`.

use super::glob::glob;
use super::network::Network;
use super::{address, is_loopback, url_host};
use crate::site::{port_number, split_port};
use crate::{Scheme, SiteUrl};

/// The entry that applies; `<loopback>` for the machine itself and link-local addresses, unless
/// the list says `<-loopback>`. The last entry goes first.
pub(crate) fn entry_for<'a>(list: &'a str, site: &SiteUrl) -> Option<&'a str> {
    let entries = list.split([';', ',']).map(str::trim);
    let entries = entries.rev().filter(|entry| !entry.is_empty());
    let implicit = is_implicit(&site.host);
    for entry in entries {
        if entry.eq_ignore_ascii_case("<-loopback>") {
            if implicit {
                return None;
            }
        } else if applies(entry, site) {
            return Some(entry);
        }
    }
    implicit.then_some("<loopback>")
}

fn is_implicit(host: &str) -> bool {
    let link_local = ["169.254.0.0/16", "fe80::/10"].into_iter();
    let networks = link_local.filter_map(Network::parse);
    let ip = address(host);
    let ours = ip.is_some_and(|ip| networks.into_iter().any(|network| network.holds(ip)));
    ours || is_loopback(host)
}

fn applies(entry: &str, site: &SiteUrl) -> bool {
    if entry.eq_ignore_ascii_case("<local>") {
        return !site.host.contains(['.', ':']);
    }
    let place = match entry.split_once("://") {
        None => entry,
        Some((scheme, place)) if is_scheme(scheme, site.scheme) => place,
        Some(_) => return false,
    };
    let ip = address(&site.host);
    if let Some(network) = Network::parse(place) {
        return ip.is_some_and(|ip| network.holds(ip));
    }
    let (host, port) = split_port(place);
    if port.is_some_and(|port| port_number(port) != Some(site.port)) {
        return false;
    }
    match (host.parse::<std::net::IpAddr>(), ip) {
        (Ok(entry), Some(ip)) => entry == ip,
        _ => name_applies(place, host, site),
    }
}

fn is_scheme(text: &str, scheme: Scheme) -> bool {
    let name = match scheme {
        Scheme::Https => "https",
        Scheme::Http => "http",
    };
    text.eq_ignore_ascii_case(name)
}

/// `*` fits an address too, as it is written. `.example.fr` is `*.example.fr`.
fn name_applies(place: &str, host: &str, site: &SiteUrl) -> bool {
    let pattern = match host.starts_with('.') {
        true => format!("*{host}"),
        false if place.starts_with('[') => format!("[{host}]"),
        false => host.to_owned(),
    };
    let pattern = pattern.to_ascii_lowercase();
    glob(pattern.as_bytes(), url_host(site).as_bytes())
}

#[test]
fn entries_apply_as_chromium_has_it() {
    super::tests::tried(
        crate::Dialect::Chromium,
        &[
            ("tom.example", "tom.example", true),
            ("tom.example", "www.tom.example", false),
            ("example", "tom.example", false),
            (".example", "tom.example", true),
            (".tom.example", "tom.example", false),
            ("*.example", "tom.example", true),
            ("*tom.example", "www.tom.example", true),
            ("*", "tom.example", true),
            ("t*m.exam*", "tom.example", true),
            ("TOM.Example", "tom.example", true),
            ("a;tom.example", "tom.example", true),
            ("a, tom.example", "tom.example", true),
            ("a tom.example", "tom.example", false),
            ("https://tom.example", "tom.example", true),
            ("http://tom.example", "tom.example", false),
            ("tom.example:443", "tom.example", true),
            ("tom.example:80", "tom.example", false),
            ("10.1.2.3", "10.1.2.3", true),
            ("10.0.0.0/8", "10.1.2.3", true),
            ("10.*", "10.1.2.3", true),
            ("2.3", "10.1.2.3", false),
            ("[2001:db8::1]", "[2001:db8::1]", true),
            ("[2001:DB8:0::1]:443", "[2001:db8::1]", true),
            ("2001:db8::/32", "[2001:db8::1]", true),
            ("[2001:db8::]/32", "[2001:db8::1]", false),
            ("<local>", "intranet", true),
            ("<local>", "tom.example", false),
            ("<local>", "[2001:db8::1]", false),
            ("", "localhost", true),
            ("", "127.0.0.9", true),
            ("", "169.254.1.2", true),
            ("<-loopback>", "localhost", false),
            ("<-loopback>;localhost", "localhost", true),
            ("localhost;<-loopback>", "localhost", false),
            ("xn--hpital-ixa.example", "hôpital.example", true),
        ],
    );
}
