//! Which entry of `no_proxy` applies, as curl has it?
//!
//! Names and all under them, addresses, networks; commas or blanks between. No ports, no `*`
//! but alone. Source: curl `lib/noproxy.c`, curl(1) "NO_PROXY"; held against curl itself in
//! `tests/owners.rs`. An IPv6 network applies as documented; curl 7.88 forgets it.

use std::net::IpAddr;

use super::network::Network;
use super::{address, ascii_host, is_or_is_under};
use crate::SiteUrl;

/// The first entry that applies.
pub(crate) fn entry_for<'a>(list: &'a str, site: &SiteUrl) -> Option<&'a str> {
    if list.trim() == "*" {
        return Some("*");
    }
    let mut entries = list
        .split([',', ' ', '\t'])
        .filter(|entry| !entry.is_empty());
    entries.find(|entry| applies(entry, site))
}

fn applies(entry: &str, site: &SiteUrl) -> bool {
    match address(&site.host) {
        Some(ip) => address_applies(entry, ip),
        None => name_applies(entry, &ascii_host(&site.host)),
    }
}

/// Without brackets; no bits at all are taken for all of them.
fn address_applies(entry: &str, ip: IpAddr) -> bool {
    match Network::parse(entry) {
        Some(network) if network.bits > 0 => network.holds(ip),
        Some(network) => network.address == ip,
        None => entry.parse() == Ok(ip),
    }
}

fn name_applies(entry: &str, host: &str) -> bool {
    let host = host.strip_suffix('.').unwrap_or(host);
    let entry = entry.strip_suffix('.').unwrap_or(entry);
    let entry = entry.strip_prefix('.').unwrap_or(entry);
    !entry.is_empty() && is_or_is_under(host, entry)
}

#[cfg(test)]
mod tests {
    use super::super::tests::{Row, tried};
    use super::*;
    use crate::Dialect;

    const ROWS: &[Row] = &[
        ("tom.example", "tom.example", true),
        ("example", "tom.example", true),
        (".example", "tom.example", true),
        (".tom.example", "tom.example", true),
        ("*.example", "tom.example", false),
        ("*example", "tom.example", false),
        ("TOM.Example.", "tom.example", true),
        ("tom.example", "tom.example.", true),
        ("om.example", "tom.example", false),
        ("tom.example.org", "tom.example", false),
        ("*", "tom.example", true),
        (" * ", "tom.example", true),
        ("a,*", "tom.example", false),
        ("", "tom.example", false),
        (".", "tom.example", false),
        ("a, b  example", "tom.example", true),
        ("tom.example:443", "tom.example", false),
        ("10.1.2.3", "10.1.2.3", true),
        ("10.1.2.3.", "10.1.2.3", false),
        ("10.1.2.3:443", "10.1.2.3", false),
        ("10.*", "10.1.2.3", false),
        ("2.3", "10.1.2.3", false),
        ("10.0.0.0/8", "10.1.2.3", true),
        ("10.0.0.0/16", "10.1.2.3", false),
        ("0.0.0.0/0", "10.1.2.3", false),
        ("10.0.0.0/33", "10.1.2.3", false),
        ("10.0.0.0/8", "tom.example", false),
        ("::1", "[::1]", true),
        ("[::1]", "[::1]", false),
        ("2001:db8::/32", "[2001:db8:1::5]", true),
        ("2001:db8::/32", "[2001:db9::5]", false),
        ("xn--hpital-ixa.example", "hôpital.example", true),
        ("hôpital.example", "hôpital.example", false),
    ];

    #[test]
    fn entries_apply_as_curl_has_it() {
        tried(Dialect::NoProxy, ROWS);
    }

    #[test]
    fn the_entry_that_applies_is_named_as_it_stands() {
        let site = SiteUrl::https("www.tom.example", 443);
        assert_eq!(
            entry_for("lan, .Tom.example ,x", &site),
            Some(".Tom.example")
        );
    }
}
