//! Which entry of `no_proxy` applies, as wget has it?
//!
//! Source: GNU wget `src/retr.c` (`no_proxy_match`) and `src/host.c` (`sufmatch`); held against
//! wget 1.21 itself in `tests/owners.rs`.

use super::{ascii_host, ends_with, is_or_is_under};
use crate::SiteUrl;

/// The first entry that applies. Blanks count only after a comma, where they are skipped.
pub(crate) fn entry_for<'a>(list: &'a str, site: &SiteUrl) -> Option<&'a str> {
    let host = ascii_host(&site.host);
    let mut entries = list.split(',').map(str::trim_start);
    entries.find(|entry| match entry.strip_prefix('.') {
        Some(_) => ends_with(&host, entry),
        None => !entry.is_empty() && is_or_is_under(&host, entry),
    })
}

#[test]
fn entries_apply_as_wget_has_it() {
    super::tests::tried(
        crate::Dialect::Wget,
        &[
            ("tom.example", "tom.example", true),
            ("example", "tom.example", true),
            (".example", "tom.example", true),
            (".tom.example", "tom.example", false),
            ("*.example", "tom.example", false),
            ("TOM.Example", "tom.example", true),
            ("tom.example.", "tom.example", false),
            ("om.example", "tom.example", false),
            ("*", "tom.example", false),
            ("a b tom.example", "tom.example", false),
            ("a, tom.example", "tom.example", true),
            ("tom.example:443", "tom.example", false),
            ("10.1.2.3", "10.1.2.3", true),
            ("10.0.0.0/8", "10.1.2.3", false),
            ("2.3", "10.1.2.3", true),
            ("2001:db8::1", "[2001:db8::1]", true),
            ("[2001:db8::1]", "[2001:db8::1]", false),
            ("xn--hpital-ixa.example", "hôpital.example", true),
        ],
    );
}
