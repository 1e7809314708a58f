//! Which entry of a `ProxyOverride` applies, as Windows has it?
//!
//! Source: WinINET "INTERNET_PROXY_INFO", WinHTTP "WINHTTP_PROXY_INFO"; Chromium
//! `net/docs/proxy.md` for what browsers add (loopback, `.example.fr`). Not held against
//! Windows itself.

use super::glob::glob;
use super::{is_loopback, url_host};
use crate::site::{port_number, split_port};
use crate::{Scheme, SiteUrl};

/// The first entry that applies; `<loopback>` where browsers except the machine itself without
/// being told.
pub(crate) fn entry_for<'a>(list: &'a str, site: &SiteUrl) -> Option<&'a str> {
    let loopback = || {
        let told_not_to = separated(list).any(|entry| entry.eq_ignore_ascii_case("<-loopback>"));
        (is_loopback(&site.host) && !told_not_to).then_some("<loopback>")
    };
    entry_of_winhttp_for(list, site).or_else(loopback)
}

/// The same for services, which except nothing without being told.
pub(crate) fn entry_of_winhttp_for<'a>(list: &'a str, site: &SiteUrl) -> Option<&'a str> {
    separated(list).find(|entry| applies(entry, site))
}

/// Of a `ProxyServer` too.
pub(crate) fn separated(list: &str) -> impl Iterator<Item = &str> {
    list.split(|c: char| c == ';' || c.is_whitespace())
        .filter(|entry| !entry.is_empty())
}

fn applies(entry: &str, site: &SiteUrl) -> bool {
    if entry.eq_ignore_ascii_case("<local>") {
        return !site.host.contains(['.', ':']);
    }
    let place = match (entry.split_once("://"), site.scheme) {
        (None, _) => entry,
        (Some((scheme, place)), Scheme::Https) if scheme.eq_ignore_ascii_case("https") => place,
        (Some((scheme, place)), Scheme::Http) if scheme.eq_ignore_ascii_case("http") => place,
        (Some(_), _) => return false,
    };
    let (host, port) = split_port(place);
    if port.is_some_and(|port| port_number(port) != Some(site.port)) {
        return false;
    }
    let pattern = host.to_ascii_lowercase();
    let pattern = match pattern.strip_prefix('.') {
        Some(_) => format!("*{pattern}"),
        None => pattern,
    };
    let host = url_host(site);
    let bare = host.trim_matches(['[', ']']);
    glob(pattern.as_bytes(), bare.as_bytes())
}

#[cfg(test)]
mod tests {
    use super::super::tests::{Row, tried};
    use crate::Dialect;

    const BOTH: &[Row] = &[
        ("*.tom.example", "www.tom.example", true),
        ("*.TOM.example", "www.tom.example", true),
        ("*.tom.example", "tom.example", false),
        (".tom.example", "www.tom.example", true),
        ("tom.example", "www.tom.example", false),
        ("www.*", "www.tom.example", true),
        ("w*m.ex*le", "www.tom.example", true),
        ("w*m.ex*lx", "www.tom.example", false),
        ("*", "www.tom.example", true),
        ("https://*.tom.example", "www.tom.example", true),
        ("http://*.tom.example", "www.tom.example", false),
        ("*.tom.example:443", "www.tom.example", true),
        ("*.tom.example:80", "www.tom.example", false),
        ("10.*", "10.1.2.3", true),
        ("10.*", "110.1.2.3", false),
        ("10.0.0.0/8", "10.1.2.3", false),
        ("[2001:db8::1]", "[2001:db8::1]", true),
        ("<local>", "intranet", true),
        ("<LOCAL>", "intranet", true),
        ("<local>", "www.tom.example", false),
        ("<local>", "[2001:db8::1]", false),
        ("<-loopback>", "127.0.0.1", false),
        ("a;b  *.example", "www.tom.example", true),
        ("a,*.example", "www.tom.example", false),
        ("xn--hpital-ixa.example", "hôpital.example", true),
    ];

    #[test]
    fn proxy_override_applies_as_browsers_have_it() {
        tried(Dialect::Wininet, BOTH);
        tried(
            Dialect::Wininet,
            &[("", "localhost", true), ("", "127.0.0.1", true)],
        );
    }

    #[test]
    fn the_list_of_services_excepts_nothing_of_its_own() {
        tried(Dialect::Winhttp, BOTH);
        tried(Dialect::Winhttp, &[("", "localhost", false)]);
    }
}
