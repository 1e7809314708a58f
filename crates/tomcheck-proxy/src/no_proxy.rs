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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn entries_apply_as_curl_and_go_have_it() {
        let table = [
            ("tom.example", "tom.example", true),
            ("example", "tom.example", true),
            (".example", "tom.example", true),
            (".tom.example", "tom.example", true),
            ("*.example", "tom.example", true),
            ("*.tom.example", "tom.example", false),
            ("TOM.Example.", "tom.example", true),
            ("om.example", "tom.example", false),
            ("tom.example.org", "tom.example", false),
            ("*", "tom.example", true),
            ("", "tom.example", false),
            (".", "tom.example", false),
            ("a, b  example", "tom.example", true),
            ("tom.example:443", "tom.example", true),
            ("tom.example:8443", "tom.example", false),
            ("tom.example:x", "tom.example", false),
            ("10.1.2.3", "10.1.2.3", true),
            ("10.1.2.3:443", "10.1.2.3", true),
            ("10.1.2.3:80", "10.1.2.3", false),
            ("2.3", "10.1.2.3", false),
            ("10.0.0.0/8", "10.1.2.3", true),
            ("10.0.0.0/16", "10.1.2.3", false),
            ("0.0.0.0/0", "10.1.2.3", true),
            ("10.0.0.0/33", "10.1.2.3", false),
            ("10.0.0.0/", "10.1.2.3", false),
            ("10.0.0.0/+8", "10.1.2.3", false),
            ("10.0.0.0/8", "tom.example", false),
            ("::1", "::1", true),
            ("[::1]", "::1", true),
            ("[::1]:443", "::1", true),
            ("[::1]:80", "::1", false),
            ("2001:db8::/32", "2001:db8:1::5", true),
            ("2001:db8::/32", "2001:db9::5", false),
            ("::/0", "2001:db8::1", true),
            ("::/0", "10.1.2.3", false),
            ("::ffff:10.1.2.3", "10.1.2.3", true),
        ];
        for (list, host, applies) in table {
            let site = SiteUrl::https(host, 443);
            assert_eq!(
                entry_for(list, &site).is_some(),
                applies,
                "{list} for {host}"
            );
        }
    }

    #[test]
    fn the_entry_that_applies_is_named_as_it_stands() {
        let site = SiteUrl::https("www.tom.example", 443);
        assert_eq!(
            entry_for("lan, .Tom.example ,*", &site),
            Some(".Tom.example")
        );
    }

    proptest::proptest! {
        #[test]
        fn any_list_is_read(list in "[0-9a-f.:/*\\[\\], é-]{0,60}", host in "[0-9a-f.:]{0,30}") {
            let site = SiteUrl::https(&host, 443);
            if let Some(entry) = entry_for(&list, &site) {
                proptest::prop_assert!(list.contains(entry));
            }
        }
    }
}
