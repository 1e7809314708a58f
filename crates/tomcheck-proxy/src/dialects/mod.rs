//! Which entry of a list of exceptions applies to a site, as the program that owns it has it?
//!
//! No standard says what such a list means: each program has its own reading, and each has its
//! file here, with its source and a table of what it does.

pub(crate) mod chromium;
pub(crate) mod curl;
pub(crate) mod firefox;
pub(crate) mod glib;
mod glob;
pub(crate) mod go;
pub(crate) mod java;
pub(crate) mod kde;
pub(crate) mod macos;
mod network;
mod punycode;
pub(crate) mod python;
pub(crate) mod wget;
pub(crate) mod windows;

use std::borrow::Cow;
use std::net::IpAddr;

use crate::{Scheme, SiteUrl};

pub use self::punycode::ascii_host;

/// The address that a host is, with or without brackets; IPv4 within IPv6 counts as IPv4.
fn address(text: &str) -> Option<IpAddr> {
    let text = text.strip_prefix('[').unwrap_or(text);
    let text = text.strip_suffix(']').unwrap_or(text);
    text.parse::<IpAddr>().ok().map(|ip| ip.to_canonical())
}

/// The host as a URL writes it: an IPv6 address in brackets, a foreign name in ASCII.
fn url_host(site: &SiteUrl) -> Cow<'_, str> {
    match site.host.contains(':') {
        true => Cow::Owned(format!("[{}]", site.host)),
        false => ascii_host(&site.host),
    }
}

/// Whether the host is the machine itself, whose traffic most programs never send to a proxy.
pub(crate) fn is_loopback(host: &str) -> bool {
    let named = host == "localhost" || host.ends_with(".localhost");
    named || address(host).is_some_and(|ip| ip.is_loopback())
}

/// Whether the port is the one that a URL of this scheme need not name.
fn has_default_port(site: &SiteUrl) -> bool {
    let default = match site.scheme {
        Scheme::Https => 443,
        Scheme::Http => 80,
    };
    site.port == default
}

/// Whether `host` ends with `suffix`, whatever the case of ASCII letters.
fn ends_with(host: &str, suffix: &str) -> bool {
    let start = host.len().checked_sub(suffix.len());
    let tail = start.and_then(|start| host.get(start..));
    tail.is_some_and(|tail| tail.eq_ignore_ascii_case(suffix))
}

/// Whether `host` is `domain`, or a name under it.
fn is_or_is_under(host: &str, domain: &str) -> bool {
    let above = host.len().checked_sub(domain.len() + 1);
    let dotted = above.is_some_and(|dot| host.as_bytes().get(dot) == Some(&b'.'));
    host.eq_ignore_ascii_case(domain) || (dotted && ends_with(host, domain))
}

/// What every dialect is tried with: no list may make it panic, and what it names stands there.
#[cfg(test)]
mod tests {
    use crate::{Dialect, ExceptionList, SiteUrl};

    /// `(list, host or host:port, whether it applies)`.
    pub(super) type Row = (&'static str, &'static str, bool);

    pub(super) fn tried(dialect: Dialect, rows: &[Row]) {
        for (list, place, applies) in rows {
            let site = SiteUrl::parse(&format!("https://{place}/")).unwrap();
            let list = ExceptionList {
                dialect,
                location: "list".to_owned(),
                raw: (*list).to_owned(),
            };
            let entry = list.entry_for(&site);
            assert_eq!(entry.is_some(), *applies, "{} for {place}", list.raw);
        }
    }

    proptest::proptest! {
        #[test]
        fn any_list_is_read(
            raw in "([0-9a-f.:/*\\[\\], é;|<>'\"@-]|<local>|<-loopback>|https://|localhost){0,40}",
            host in "[0-9a-fé.:]{0,30}",
        ) {
            let site = SiteUrl::https(&host, 443);
            for dialect in Dialect::ALL {
                let list = ExceptionList { dialect, location: "list".to_owned(), raw: raw.clone() };
                if let Some(entry) = list.entry_for(&site) {
                    let implicit = entry == "<loopback>" || list.raw.contains(entry.as_str());
                    proptest::prop_assert!(implicit || dialect == Dialect::Gnome, "{entry}");
                }
                let pasted = dialect.pasted(&["192.0.2.1".to_owned(), host.clone()]);
                proptest::prop_assert!(pasted.contains("192.0.2.1"));
            }
        }
    }

    /// Twice the list may take a little more than twice as long, never four times: counted in
    /// what stands still, a list too long for anything but a linear reader.
    #[test]
    fn a_long_list_is_read_to_its_end() {
        let raw = "a*b*.invalid,x y;|".repeat(20_000) + "*z*";
        let site = SiteUrl::https("tom.example", 443);
        for dialect in Dialect::ALL {
            let list = ExceptionList {
                dialect,
                location: "list".to_owned(),
                raw: raw.clone(),
            };
            assert_eq!(list.entry_for(&site), None, "{dialect:?}");
        }
    }
}
