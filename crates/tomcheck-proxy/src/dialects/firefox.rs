//! Which entry of `network.proxy.no_proxies_on` applies, as Firefox has it?
//!
//! A name and all under it; after a leading dot only what is under it; a leading `*` says
//! nothing. Source: Firefox `netwerk/base/nsProtocolProxyService.cpp` (`LoadHostFilters`, `CanUseProxy`); held
//! against Firefox itself in `tests/owners.rs`.

use std::net::IpAddr;

use super::network::Network;
use super::{address, ascii_host, ends_with, is_loopback, is_or_is_under};
use crate::SiteUrl;

/// The first entry that applies; `<loopback>` for the machine itself, which Firefox sends to no
/// proxy unless `network.proxy.allow_hijacking_localhost` is set.
pub(crate) fn entry_for<'a>(list: &'a str, site: &SiteUrl) -> Option<&'a str> {
    let mut entries = list
        .split(|it: char| it == ',' || it.is_ascii_whitespace())
        .filter(|entry| !entry.is_empty());
    let entry = entries.find(|entry| applies(entry, site));
    entry.or_else(|| is_loopback(&site.host).then_some("<loopback>"))
}

fn applies(entry: &str, site: &SiteUrl) -> bool {
    let (host, bits, port) = parts(entry);
    let ip = address(&site.host);
    if host.eq_ignore_ascii_case("<local>") {
        return ip.is_none() && !site.host.contains('.');
    }
    let port: u16 = port.and_then(|port| port.parse().ok()).unwrap_or(0);
    if port != 0 && port != site.port {
        return false;
    }
    match (address(host), ip) {
        (Some(network), Some(ip)) => address_applies(network, bits, ip),
        (None, None) => name_applies(host, &ascii_host(&site.host)),
        _ => false,
    }
}

/// Bits without a meaning are those of one address; none at all make the entry void.
fn address_applies(network: IpAddr, bits: Option<&str>, ip: IpAddr) -> bool {
    let all = if network.is_ipv4() { 32 } else { 128 };
    let bits = bits.and_then(|bits| bits.parse().ok()).unwrap_or(all);
    let network = Network {
        address: network,
        bits: bits.min(all),
    };
    bits != 0 && network.holds(ip)
}

fn name_applies(entry: &str, host: &str) -> bool {
    let tail = entry.strip_prefix('*').unwrap_or(entry);
    match tail.starts_with('.') {
        true => ends_with(host, tail),
        false => !tail.is_empty() && is_or_is_under(host, tail),
    }
}

/// Host, bits after `/`, port after `:`. IPv6 counts in brackets only: without them its last
/// group would be a port.
fn parts(entry: &str) -> (&str, Option<&str>, Option<&str>) {
    let after = entry.rfind(']').map_or(0, |at| at + 1);
    let tail = entry.get(after..).unwrap_or_default();
    let colon = tail.rfind(':').map(|at| after + at);
    let (place, port) = match colon {
        Some(at) => (entry.get(..at).unwrap_or_default(), entry.get(at + 1..)),
        None => (entry, None),
    };
    match place.split_once('/') {
        Some((host, bits)) => (host, Some(bits), port),
        None => (bracketed_only(place), None, port),
    }
}

fn bracketed_only(host: &str) -> &str {
    let bare = host.contains(':') && !host.starts_with('[');
    if bare { "" } else { host }
}

#[test]
fn entries_apply_as_firefox_has_it() {
    super::tests::tried(
        crate::Dialect::Firefox,
        &[
            ("tom.example", "tom.example", true),
            ("tom.example", "www.tom.example", true),
            ("om.example", "tom.example", false),
            ("*om.example", "tom.example", false),
            (".example", "tom.example", true),
            (".tom.example", "tom.example", false),
            ("*.example", "tom.example", true),
            ("*", "tom.example", false),
            ("TOM.Example", "tom.example", true),
            ("tom.example.", "tom.example", false),
            ("a b, tom.example", "tom.example", true),
            ("a;tom.example", "tom.example", false),
            ("tom.example:443", "tom.example", true),
            ("tom.example:80", "tom.example", false),
            ("10.1.2.3", "10.1.2.3", true),
            ("10.0.0.0/8", "10.1.2.3", true),
            ("10.0.0.0/8:443", "10.1.2.3", true),
            ("10.0.0.0/8:80", "10.1.2.3", false),
            ("10.0.0.0/0", "10.1.2.3", false),
            ("10.*", "10.1.2.3", false),
            ("2.3", "10.1.2.3", false),
            ("[2001:db8::1]", "[2001:db8::1]", true),
            ("[2001:db8::1]:80", "[2001:db8::1]", false),
            ("2001:db8::1", "[2001:db8::1]", false),
            ("<local>", "intranet", true),
            ("<local>", "tom.example", false),
            ("", "localhost", true),
            ("", "127.0.0.1", true),
            ("xn--hpital-ixa.example", "hôpital.example", true),
            ("hôpital.example", "hôpital.example", false),
        ],
    );
}
