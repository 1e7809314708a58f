//! Which entry of `http.nonProxyHosts` applies, as Java has it?
//!
//! `*` counts at the beginning and at the end of an entry only; the property is the same for
//! http and https; ports are not looked at. Source: Java "Networking Properties" and
//! `sun.net.spi.DefaultProxySelector` (JDK 17); held against Java itself in `tests/owners.rs`.

use super::url_host;
use crate::SiteUrl;

/// The first entry that applies; `<loopback>` where Java adds the machine itself to a list that
/// is not empty.
pub(crate) fn entry_for<'a>(list: &'a str, site: &SiteUrl) -> Option<&'a str> {
    let host = url_host(site).to_lowercase();
    let mut entries = list.split('|').filter(|entry| !entry.is_empty());
    let entry = entries.find(|entry| applies(&entry.to_lowercase(), &host));
    let added = || OF_ITS_OWN.iter().any(|entry| applies(entry, &host));
    entry.or_else(|| (!list.is_empty() && added()).then_some("<loopback>"))
}

const OF_ITS_OWN: &[&str] = &["localhost", "127.*", "[::1]", "0.0.0.0", "[::0]"];

fn applies(entry: &str, host: &str) -> bool {
    let inner = entry.strip_prefix('*');
    match (inner, inner.unwrap_or(entry).strip_suffix('*')) {
        _ if entry == "*" => true,
        (Some(_), Some(middle)) => host.contains(middle),
        (Some(tail), None) => host.ends_with(tail),
        (None, Some(head)) => host.starts_with(head),
        (None, None) => host == entry,
    }
}

#[test]
fn entries_apply_as_java_has_it() {
    super::tests::tried(
        crate::Dialect::Java,
        &[
            ("tom.example", "tom.example", true),
            ("TOM.Example", "tom.example", true),
            ("example", "tom.example", false),
            (".example", "tom.example", false),
            ("*.example", "tom.example", true),
            ("*.tom.example", "tom.example", false),
            ("tom.*", "tom.example", true),
            ("*om.ex*", "tom.example", true),
            ("t*m.example", "tom.example", false),
            ("*", "tom.example", true),
            ("a|tom.example", "tom.example", true),
            ("a,tom.example", "tom.example", false),
            ("a| tom.example", "tom.example", false),
            ("tom.example:443", "tom.example", false),
            ("tom.example.", "tom.example", false),
            ("10.*", "10.1.2.3", true),
            ("10.0.0.0/8", "10.1.2.3", false),
            ("2001:db8::1", "[2001:db8::1]", false),
            ("[2001:db8::1]", "[2001:db8::1]", true),
            ("[2001:db8:*", "[2001:db8::1]", true),
            ("a", "localhost", true),
            ("a", "127.0.0.9", true),
            ("a", "[::1]", true),
            ("", "localhost", false),
        ],
    );
}
