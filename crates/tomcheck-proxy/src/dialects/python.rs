//! Which entry of `no_proxy` applies, as Python has it?
//!
//! Source: `urllib.request.proxy_bypass_environment`; held against Python itself in
//! `tests/owners.rs`. The library `requests` reads networks besides.

use super::{has_default_port, url_host};
use crate::SiteUrl;

/// The first entry that applies. Python compares the host as the URL writes it, so that a port
/// the URL need not name is none.
pub(crate) fn entry_for<'a>(list: &'a str, site: &SiteUrl) -> Option<&'a str> {
    if list == "*" {
        return Some(list);
    }
    let host = match site.host.contains(':') {
        true => url_host(site).into_owned(),
        false => site.host.clone(),
    };
    let with_port = match has_default_port(site) {
        true => host.clone(),
        false => format!("{host}:{}", site.port),
    };
    let mut entries = list.split(',').map(str::trim).filter(|it| !it.is_empty());
    entries.find(|entry| {
        let name = entry.trim_start_matches('.').to_lowercase();
        [&host, &with_port].into_iter().any(|place| {
            let head = place.strip_suffix(name.as_str());
            head.is_some_and(|head| head.is_empty() || head.ends_with('.'))
        })
    })
}

#[test]
fn entries_apply_as_python_has_it() {
    super::tests::tried(
        crate::Dialect::Python,
        &[
            ("tom.example", "tom.example", true),
            ("example", "tom.example", true),
            (".example", "tom.example", true),
            (".tom.example", "tom.example", true),
            ("*.example", "tom.example", false),
            ("TOM.Example", "tom.example", true),
            ("tom.example.", "tom.example", false),
            ("tom.example", "tom.example.", false),
            ("om.example", "tom.example", false),
            ("*", "tom.example", true),
            ("a,*", "tom.example", false),
            ("a b tom.example", "tom.example", false),
            ("a, tom.example", "tom.example", true),
            ("tom.example:443", "tom.example", false),
            ("tom.example:8443", "tom.example:8443", true),
            ("tom.example", "tom.example:8443", true),
            ("10.1.2.3", "10.1.2.3", true),
            ("10.0.0.0/8", "10.1.2.3", false),
            ("2.3", "10.1.2.3", true),
            ("2001:db8::1", "[2001:db8::1]", false),
            ("[2001:db8::1]", "[2001:db8::1]", true),
            ("hôpital.example", "hôpital.example", true),
            ("xn--hpital-ixa.example", "hôpital.example", false),
        ],
    );
}
