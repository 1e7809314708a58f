//! Which entry of macOS' list of hosts without proxy applies?
//!
//! Source: SystemConfiguration `kSCPropNetProxiesExceptionsList`; Chromium
//! `net/docs/proxy.md` for how browsers read it. Not held against macOS itself.

use std::borrow::Cow;

use super::chromium;
use crate::SiteUrl;

/// The first entry that applies; commas or blanks stand between two. Networks may be cut short,
/// as in `169.254/16`.
pub(crate) fn entry_for<'a>(list: &'a str, site: &SiteUrl) -> Option<&'a str> {
    let mut entries = list
        .split(|it: char| it == ',' || it.is_whitespace())
        .filter(|entry| !entry.is_empty());
    entries.find(|entry| {
        let whole = completed(entry);
        chromium::entry_for(&whole, site).is_some_and(|applied| applied == whole)
    })
}

fn completed(entry: &str) -> Cow<'_, str> {
    match entry.split_once('/') {
        Some((network, bits)) if !network.contains(':') => {
            let missing = 3_usize.saturating_sub(network.matches('.').count());
            Cow::Owned(format!("{network}{}/{bits}", ".0".repeat(missing)))
        }
        _ => Cow::Borrowed(entry),
    }
}

#[test]
fn entries_apply_as_macos_has_it() {
    super::tests::tried(
        crate::Dialect::Macos,
        &[
            ("tom.example", "tom.example", true),
            ("tom.example", "www.tom.example", false),
            ("*.local, *.example", "tom.example", true),
            ("169.254/16", "169.254.1.2", true),
            ("10/8", "10.1.2.3", true),
            ("10.0.0.0/8", "11.1.2.3", false),
            ("", "localhost", false),
        ],
    );
}
