//! What do GNOME's network settings say?
//!
//! Source: schema `org.gnome.system.proxy` of gsettings-desktop-schemas; gsettings(1). Chromium
//! (`proxy_config_service_linux.cc`) and Firefox (`nsUnixSystemProxySettings.cpp`) obey them on
//! the same desktops.

use std::collections::BTreeMap;
use std::path::Path;

use super::{Found, ProxyPlaces, SourceKind, SourceSeen, of_parts, reading};
use crate::dialects::glib::strings;
use crate::{Dialect, ExceptionList, Route, Scheme, SiteUrl};

const SCHEMA: &str = "org.gnome.system.proxy";

/// Desktops whose browsers obey these settings.
const DESKTOPS: &[&str] = &[
    "gnome",
    "unity",
    "cinnamon",
    "x-cinnamon",
    "pantheon",
    "ukui",
    "budgie",
];

/// None on another desktop, or without the program that tells. Runs `gsettings` once, three
/// seconds at most.
pub(super) fn source(places: &ProxyPlaces, site: &SiteUrl) -> Option<Found> {
    let mut names = places.desktop.split(':');
    let obeyed = names.any(|name| DESKTOPS.contains(&name.to_ascii_lowercase().as_str()));
    let program = places.gsettings.as_deref().filter(|_| obeyed)?;
    Some(asked(program, site))
}

fn asked(program: &Path, site: &SiteUrl) -> Found {
    match reading::answer_of(program, &["list-recursively", SCHEMA]) {
        Ok(listing) => judged(&listing, site).into(),
        Err(failure) => SourceSeen {
            failure: Some(failure),
            ..SourceSeen::unset(SourceKind::Gnome, SCHEMA.to_owned())
        }
        .into(),
    }
}

/// Mode `none` is what everybody has who set nothing, and then other settings count.
fn judged(listing: &str, site: &SiteUrl) -> SourceSeen {
    let settings = settings(listing);
    let value = |name: &str| settings.get(name).copied().unwrap_or_default();
    let unset = |name: &str| SourceSeen::unset(SourceKind::Gnome, format!("{SCHEMA} {name}"));
    match plain(value("mode")) {
        "manual" => manual(&settings, site, unset),
        "auto" => match plain(value("autoconfig-url")) {
            "" => unset("mode").detecting("auto"),
            url => unset("autoconfig-url").scripted(url),
        },
        _ => unset("mode"),
    }
}

/// A scheme without a proxy of its own takes that of SOCKS.
fn manual(
    settings: &BTreeMap<String, &str>,
    site: &SiteUrl,
    unset: impl Fn(&str) -> SourceSeen,
) -> SourceSeen {
    let own = match site.scheme {
        Scheme::Https => ("https", "http"),
        Scheme::Http => ("http", "http"),
    };
    let value = |name: &str, key: &str| {
        let value = settings.get(&format!("{name}.{key}")).copied();
        plain(value.unwrap_or_default()).to_owned()
    };
    let set = [own, ("socks", "socks")].into_iter();
    let mut set = set.filter(|(name, _)| !value(name, "host").is_empty());
    let list = ExceptionList {
        dialect: Dialect::Gnome,
        location: format!("{SCHEMA} ignore-hosts"),
        raw: settings
            .get("ignore-hosts")
            .copied()
            .unwrap_or_default()
            .to_owned(),
    };
    match set.next() {
        Some((name, kind)) => {
            let (shown, route) = of_parts(kind, &value(name, "host"), &value(name, "port"));
            unset(&format!("{name} host"))
                .leading(shown, route)
                .unless(list, site)
        }
        None => unset("mode").leading("manual".to_owned(), Route::Direct),
    }
}

/// `org.gnome.system.proxy.https host 'proxy'` is `https.host` and its text; what of the schema
/// itself, `mode`.
fn settings(listing: &str) -> BTreeMap<String, &str> {
    let lines = listing.lines().filter_map(|line| {
        let (schema, rest) = line.strip_prefix(SCHEMA)?.split_once(' ')?;
        let (key, value) = rest.split_once(' ')?;
        let child = schema.strip_prefix('.').map(|child| format!("{child}."));
        Some((child.unwrap_or_default() + key, value.trim()))
    });
    lines.collect()
}

/// Text without its quotes, a number as it is.
fn plain(value: &str) -> &str {
    strings(value).next().unwrap_or(match value {
        "''" | "\"\"" => "",
        number => number,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn answer(mode: &str, rest: &str) -> (String, String) {
        let listing = format!("{SCHEMA} mode '{mode}'\n{rest}");
        let site = SiteUrl::https("www.tom.example", 443);
        let seen = judged(&listing, &site);
        (seen.location.clone(), seen.answer_for_url.to_string())
    }

    #[test]
    fn the_mode_decides_which_keys_count() {
        let manual = "org.gnome.system.proxy.https host 'proxy'\n\
            org.gnome.system.proxy.https port 3128\n\
            org.gnome.system.proxy ignore-hosts ['localhost', '127.0.0.0/8', '::1']\n\
            org.gnome.system.proxy autoconfig-url 'http://wpad/p.pac'\n";
        let https = "org.gnome.system.proxy https host".to_owned();
        assert_eq!(answer("manual", manual), (https, "PROXY proxy:3128".into()));
        let excepted = manual.replace("'::1'", "'tom.example'");
        assert_eq!(answer("manual", &excepted).1, "DIRECT");
        assert_eq!(answer("auto", manual).1, "PAC http://wpad/p.pac");
        assert_eq!(answer("none", manual).1, "DIRECT");
        assert_eq!(answer("manual", "").1, "DIRECT");
    }

    #[test]
    fn an_automatic_mode_without_an_address_looks_in_the_network() {
        let listing = format!("{SCHEMA} mode 'auto'\n{SCHEMA} autoconfig-url ''\n");
        let seen = judged(&listing, &SiteUrl::https("tom.example", 443));
        assert!(seen.auto_detect);
        assert_eq!(seen.answer_for_url.to_string(), "PAC wpad:");
    }
}
