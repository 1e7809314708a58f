//! Which entry of `NO_PROXY` applies, as programs written in Go have it?
//!
//! Source: `golang.org/x/net/http/httpproxy`, "Config.NoProxy" and `init`/`useProxy`. Not held
//! against Go itself.

use std::borrow::Cow;

use super::network::Network;
use super::{address, ascii_host, ends_with, is_loopback};
use crate::SiteUrl;

/// The first entry that applies; `<loopback>` for the machine itself, which Go never proxies.
pub(crate) fn entry_for<'a>(list: &'a str, site: &SiteUrl) -> Option<&'a str> {
    if site.host == "localhost" || (address(&site.host).is_some() && is_loopback(&site.host)) {
        return Some("<loopback>");
    }
    let mut entries = list.split(',').map(str::trim).filter(|it| !it.is_empty());
    entries.find(|entry| applies(entry, site))
}

fn applies(entry: &str, site: &SiteUrl) -> bool {
    if entry == "*" {
        return true;
    }
    let ip = address(&site.host);
    if let Some(network) = Network::parse(entry) {
        return ip.is_some_and(|ip| network.holds(ip));
    }
    let (host, port) = split(entry);
    if host.is_empty() || port.is_some_and(|port| port != site.port.to_string()) {
        return false;
    }
    match host.parse::<std::net::IpAddr>() {
        Ok(entry) => ip == Some(entry.to_canonical()),
        Err(_) => name_applies(host, &ascii_host(&site.host)),
    }
}

/// As `net.SplitHostPort`: brackets go only where a port follows them.
fn split(entry: &str) -> (&str, Option<&str>) {
    match entry.rsplit_once(':') {
        Some((host, port)) if !host.contains(':') => (host, Some(port)),
        Some((host, port)) => {
            let inner = host.strip_prefix('[').and_then(|it| it.strip_suffix(']'));
            inner.map_or((entry, None), |inner| (inner, Some(port)))
        }
        None => (entry, None),
    }
}

/// `example.fr` is the name and all under it; `.example.fr` and `*.example.fr` only what is
/// under it.
fn name_applies(entry: &str, host: &str) -> bool {
    let entry = match entry.strip_prefix("*.") {
        Some(rest) => Cow::Owned(format!(".{}", ascii_host(rest))),
        None => ascii_host(entry),
    };
    match entry.starts_with('.') {
        true => ends_with(host, &entry),
        false => super::is_or_is_under(host, &entry),
    }
}

#[test]
fn entries_apply_as_go_has_it() {
    super::tests::tried(
        crate::Dialect::Go,
        &[
            ("tom.example", "tom.example", true),
            ("example", "tom.example", true),
            (".example", "tom.example", true),
            (".tom.example", "tom.example", false),
            ("*.example", "tom.example", true),
            ("*.tom.example", "tom.example", false),
            ("TOM.example", "tom.example", true),
            ("tom.example.", "tom.example", false),
            ("om.example", "tom.example", false),
            ("a,*", "tom.example", true),
            ("a b tom.example", "tom.example", false),
            (" a , tom.example ", "tom.example", true),
            ("tom.example:443", "tom.example", true),
            ("tom.example:8443", "tom.example", false),
            (":443", "tom.example", false),
            ("10.1.2.3", "10.1.2.3", true),
            ("10.1.2.3:443", "10.1.2.3", true),
            ("10.1.2.3:80", "10.1.2.3", false),
            ("10.0.0.0/8", "10.1.2.3", true),
            ("0.0.0.0/0", "10.1.2.3", true),
            ("10.0.0.0/8", "tom.example", false),
            ("2.3", "10.1.2.3", true),
            ("2001:db8::1", "[2001:db8::1]", true),
            ("[2001:db8::1]", "[2001:db8::1]", false),
            ("[2001:db8::1]:443", "[2001:db8::1]", true),
            ("[2001:db8::1]:80", "[2001:db8::1]", false),
            ("2001:db8::/32", "[2001:db8:1::5]", true),
            ("", "localhost", true),
            ("", "127.0.0.1", true),
            ("", "[::1]", true),
            ("hôpital.example", "hôpital.example", true),
            ("xn--hpital-ixa.example", "hôpital.example", true),
        ],
    );
}
