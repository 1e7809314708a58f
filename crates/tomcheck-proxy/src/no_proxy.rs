//! Which entry of a `no_proxy` variable applies to the site?
//!
//! No standard says; this follows curl (`lib/noproxy.c`) and, where it says more (ports,
//! `*.`), Go (`golang.org/x/net/http/httpproxy`).

use std::net::IpAddr;

use crate::SiteUrl;
use crate::site::{port_number, split_port};

/// The first entry of `list` that applies.
pub(crate) fn entry_for<'a>(list: &'a str, site: &SiteUrl) -> Option<&'a str> {
    let mut entries = list
        .split(|c: char| c == ',' || c.is_whitespace())
        .filter(|entry| !entry.is_empty());
    entries.find(|entry| applies(entry, site))
}

fn applies(entry: &str, site: &SiteUrl) -> bool {
    if entry == "*" {
        return true;
    }
    if let Some((network, bits)) = entry.split_once('/') {
        return in_network(site, network, bits);
    }
    let (host, port) = split_port(entry);
    if port.is_some_and(|port| port_number(port) != Some(site.port)) {
        return false;
    }
    match address(&site.host) {
        Some(ip) => address(host) == Some(ip),
        None => name_applies(host, &site.host),
    }
}

/// `example.fr` and `.example.fr` are the name and all under it, `*.example.fr` only what is
/// under it.
fn name_applies(entry: &str, host: &str) -> bool {
    let entry = entry.trim_end_matches('.').to_ascii_lowercase();
    let host = host.trim_end_matches('.').to_ascii_lowercase();
    let (only_under, suffix) = match entry.strip_prefix("*.") {
        Some(suffix) => (true, suffix),
        None => (false, entry.strip_prefix('.').unwrap_or(&entry)),
    };
    if suffix.is_empty() {
        return false;
    }
    let under = host
        .strip_suffix(suffix)
        .is_some_and(|head| head.ends_with('.'));
    under || (host == suffix && !only_under)
}

fn in_network(site: &SiteUrl, network: &str, bits: &str) -> bool {
    let bits = bits
        .bytes()
        .all(|b| b.is_ascii_digit())
        .then(|| bits.parse().ok());
    match (address(&site.host), address(network), bits.flatten()) {
        (Some(IpAddr::V4(ip)), Some(IpAddr::V4(network)), Some(bits)) => same_head(
            u128::from(ip.to_bits()),
            u128::from(network.to_bits()),
            32,
            bits,
        ),
        (Some(IpAddr::V6(ip)), Some(IpAddr::V6(network)), Some(bits)) => {
            same_head(ip.to_bits(), network.to_bits(), 128, bits)
        }
        _ => false,
    }
}

/// Whether the first `bits` of two numbers of `width` bits are the same.
fn same_head(a: u128, b: u128, width: u32, bits: u32) -> bool {
    width
        .checked_sub(bits)
        .is_some_and(|tail| (a ^ b).checked_shr(tail).unwrap_or(0) == 0)
}

fn address(text: &str) -> Option<IpAddr> {
    let text = text.trim_matches(['[', ']']);
    text.parse::<IpAddr>().ok().map(|ip| ip.to_canonical())
}
