//! Which entry of `ignore-hosts` applies, as GNOME's programs have it?
//!
//! Source: GLib "GSimpleProxyResolver:ignore-hosts" and `gio/gsimpleproxyresolver.c`. Not held
//! against GLib itself.

use std::net::IpAddr;

use super::network::Network;
use super::{address, ascii_host, is_or_is_under};
use crate::SiteUrl;
use crate::site::{port_number, split_port};

/// The first entry that applies. `list` is a list of GVariant text: `['localhost', '::1']`.
pub(crate) fn entry_for<'a>(list: &'a str, site: &SiteUrl) -> Option<&'a str> {
    strings(list).find(|entry| applies(entry, site))
}

/// What stands between quotes. A quote within one is of no host.
pub(crate) fn strings(list: &str) -> impl Iterator<Item = &str> {
    let mut rest = list;
    std::iter::from_fn(move || {
        let start = rest.find(['\'', '"'])?;
        let quote = rest.get(start..)?.chars().next()?;
        let inner = rest.get(start + 1..)?;
        let end = inner.find(quote)?;
        rest = inner.get(end + 1..)?;
        inner.get(..end)
    })
    .filter(|entry| !entry.is_empty())
}

fn applies(entry: &str, site: &SiteUrl) -> bool {
    let ip = address(&site.host);
    if let Some(network) = Network::parse(entry) {
        return ip.is_some_and(|ip| network.holds(ip));
    }
    let (host, port) = split_port(entry);
    if port.is_some_and(|port| port_number(port) != Some(site.port)) {
        return false;
    }
    match (host.parse::<IpAddr>(), ip) {
        (Ok(entry), ip) => ip == Some(entry.to_canonical()),
        (Err(_), Some(_)) => false,
        (Err(_), None) => name_applies(host, &ascii_host(&site.host)),
    }
}

fn name_applies(entry: &str, host: &str) -> bool {
    let domain = entry.strip_prefix('*').unwrap_or(entry);
    let domain = ascii_host(domain.strip_prefix('.').unwrap_or(domain));
    !domain.is_empty() && is_or_is_under(host, &domain)
}

#[test]
fn entries_apply_as_glib_has_it() {
    super::tests::tried(
        crate::Dialect::Gnome,
        &[
            ("['tom.example']", "tom.example", true),
            ("['example']", "tom.example", true),
            ("['.tom.example']", "tom.example", true),
            ("['*.tom.example']", "tom.example", true),
            ("['om.example']", "tom.example", false),
            ("['a', \"TOM.example\"]", "tom.example", true),
            ("['tom.example:443']", "tom.example", true),
            ("['tom.example:80']", "tom.example", false),
            ("['10.1.2.3']", "10.1.2.3", true),
            ("['10.0.0.0/8']", "10.1.2.3", true),
            ("['10.0.0.0/8']", "tom.example", false),
            ("['2.3']", "10.1.2.3", false),
            ("['::1']", "[::1]", true),
            ("['[::1]:443']", "[::1]", true),
            ("['2001:db8::/32']", "[2001:db8::1]", true),
            ("@as []", "tom.example", false),
            ("['hôpital.example']", "hôpital.example", true),
        ],
    );
}
