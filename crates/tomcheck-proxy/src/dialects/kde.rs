//! Which entry of `NoProxyFor` applies, as KDE has it?
//!
//! An entry is the end of a name, wherever it begins. Source: KIO `kprotocolmanager.cpp`
//! (`revmatch`, `shouldIgnoreProxyFor`). Not held against KDE itself.

use super::network::Network;
use super::{address, ascii_host, ends_with, has_default_port};
use crate::SiteUrl;

/// The first entry that applies; commas or blanks stand between two.
pub(crate) fn entry_for<'a>(list: &'a str, site: &SiteUrl) -> Option<&'a str> {
    let host = ascii_host(&site.host).into_owned();
    let with_port = (!has_default_port(site)).then(|| format!("{host}:{}", site.port));
    let mut entries = list.split([',', ' ']).filter(|entry| !entry.is_empty());
    entries.find(|entry| {
        if let Some(network) = Network::parse(entry) {
            return address(&host).is_some_and(|ip| network.holds(ip));
        }
        let local = !host.contains('.') && entry.eq_ignore_ascii_case("<local>");
        let with_port = with_port.as_deref().is_some_and(|it| ends_with(it, entry));
        local || with_port || is_end_of(&host, entry)
    })
}

/// The settings' window takes addresses of pages too: `http://` before a whole name is skipped.
fn is_end_of(host: &str, entry: &str) -> bool {
    let page = entry.rsplit_once('/').map(|(_, name)| name);
    ends_with(host, entry) || page.is_some_and(|name| name.eq_ignore_ascii_case(host))
}

#[test]
fn entries_apply_as_kde_has_it() {
    super::tests::tried(
        crate::Dialect::Kde,
        &[
            ("tom.example", "tom.example", true),
            ("example", "tom.example", true),
            ("om.example", "tom.example", true),
            (".example", "tom.example", true),
            (".tom.example", "tom.example", false),
            ("*.example", "tom.example", false),
            ("a, TOM.Example", "tom.example", true),
            ("https://tom.example", "tom.example", true),
            ("tom.example:8443", "tom.example:8443", true),
            ("tom.example:443", "tom.example", false),
            ("10.0.0.0/8", "10.1.2.3", true),
            ("10.1.2.3", "10.1.2.3", true),
            ("2001:db8::/32", "[2001:db8::1]", true),
            ("<local>", "intranet", true),
            ("<local>", "tom.example", false),
            ("xn--hpital-ixa.example", "hôpital.example", true),
        ],
    );
}
