//! What do KDE's network settings say?
//!
//! Source: KIO `kprotocolmanager.cpp` and its settings module (`kioslaverc`, group `Proxy
//! Settings`). Chromium reads the same file on this desktop.

use std::collections::BTreeMap;
use std::path::Path;

use super::ini;
use super::{Found, ProxyPlaces, SourceKind, SourceSeen, reading};
use crate::credentials::masked;
use crate::{Dialect, ExceptionList, Route, Scheme, Setting, SiteUrl};

/// None on another desktop, or without a file. Of several the first that says a kind of proxy.
pub(super) fn source(places: &ProxyPlaces, site: &SiteUrl) -> Option<Found> {
    let mut names = places.desktop.split(':');
    names.find(|name| name.eq_ignore_ascii_case("kde"))?;
    let read = places.kioslaverc.iter();
    let mut read: Vec<Found> = read.filter_map(|path| of_file(path, site)).collect();
    let says = |found: &Found| found.seen.value.is_some() || found.seen.failure.is_some();
    let at = read.iter().position(says).unwrap_or(0);
    (at < read.len()).then(|| read.swap_remove(at))
}

fn of_file(path: &Path, site: &SiteUrl) -> Option<Found> {
    match reading::text_of(path) {
        Ok(text) => Some(judged(&text?, path, site)),
        Err(failure) => Some(
            SourceSeen {
                failure: Some(failure),
                ..SourceSeen::unset(SourceKind::Kde, path.display().to_string())
            }
            .into(),
        ),
    }
}

struct Settings<'a> {
    path: &'a Path,
    values: BTreeMap<&'a str, ini::IniValue<'a>>,
}

impl Settings<'_> {
    fn value(&self, name: &str) -> &str {
        self.values.get(name).map_or("", |found| found.value)
    }

    fn location(&self, name: &str) -> String {
        let line = self.values.get(name).map_or(1, |found| found.line);
        format!("{}:{line}", self.path.display())
    }

    fn unset(&self, name: &str) -> SourceSeen {
        SourceSeen::unset(SourceKind::Kde, self.location(name))
    }
}

/// `ProxyType`: 0 none, 1 by hand, 2 a script, 3 a script looked for in the network, 4 by the
/// environment's variables, which are looked at anyway.
fn judged(text: &str, path: &Path, site: &SiteUrl) -> Found {
    let values = ini::values(text).filter(|it| it.heading == "Proxy Settings");
    let settings = Settings {
        path,
        values: values.map(|it| (it.name, it)).collect(),
    };
    match settings.value("ProxyType") {
        "1" => manual(&settings, site),
        "2" => {
            let name = "Proxy Config Script";
            settings.unset(name).scripted(settings.value(name)).into()
        }
        "3" => settings.unset("ProxyType").detecting("ProxyType=3").into(),
        _ => settings.unset("ProxyType").into(),
    }
}

fn manual(settings: &Settings<'_>, site: &SiteUrl) -> Found {
    let own = match site.scheme {
        Scheme::Https => "httpsProxy",
        Scheme::Http => "httpProxy",
    };
    let mut names = [own, "socksProxy"].into_iter();
    let Some(name) = names.find(|name| !settings.value(name).is_empty()) else {
        let unset = settings.unset("ProxyType");
        return unset
            .leading("ProxyType=1".to_owned(), Route::Direct)
            .into();
    };
    // a blank stands before the port in files of KDE's own window
    let place = settings.value(name).trim().replace(' ', ":");
    let place = place.replace("socks://", "socks5://");
    let setting = Setting::parse(&place);
    let credentials = setting
        .as_ref()
        .ok()
        .and_then(Setting::credentials)
        .cloned();
    let route = setting.map_or_else(|error| Route::Unusable(error.fault), |it| it.route());
    let seen = settings
        .unset(name)
        .leading(masked(settings.value(name)), route);
    let list = ExceptionList {
        dialect: Dialect::Kde,
        location: settings.location("NoProxyFor"),
        raw: settings.value("NoProxyFor").to_owned(),
    };
    let seen = match settings.value("ReversedException") {
        "true" => seen.only_for(&list, site),
        _ => seen.unless(list, site),
    };
    Found { seen, credentials }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn answer(text: &str) -> (String, String) {
        let site = SiteUrl::https("www.tom.example", 443);
        let text = format!("[Proxy Settings][$Version]\nupdate=1\n[Proxy Settings]\n{text}");
        let seen = judged(&text, Path::new("kioslaverc"), &site).seen;
        (seen.location.clone(), seen.answer_for_url.to_string())
    }

    #[test]
    fn the_kind_decides_which_values_count() {
        let rest = "httpsProxy=http://proxy 3128\nNoProxyFor=lan\n\
            Proxy Config Script=http://wpad/p.pac\n";
        let by_hand = answer(&format!("ProxyType=1\n{rest}"));
        assert_eq!(by_hand, ("kioslaverc:5".into(), "PROXY proxy:3128".into()));
        assert_eq!(
            answer(&format!("ProxyType=2\n{rest}")).1,
            "PAC http://wpad/p.pac"
        );
        assert_eq!(answer(&format!("ProxyType=0\n{rest}")).1, "DIRECT");
        assert_eq!(answer(rest).1, "DIRECT");
    }

    #[test]
    fn the_list_excepts_or_when_turned_round_admits() {
        let text = "ProxyType=1\nhttpsProxy=http://proxy:3128\nNoProxyFor=tom.example\n";
        assert_eq!(answer(text).1, "DIRECT");
        let reversed = format!("{text}ReversedException=true\n");
        assert_eq!(answer(&reversed).1, "PROXY proxy:3128");
        let other = reversed.replace("tom.example", "lan");
        assert_eq!(answer(&other).1, "DIRECT");
    }

    #[test]
    fn a_password_in_the_file_is_kept_for_the_proxy_and_shown_nowhere() {
        let text = "[Proxy Settings]\nProxyType=1\nhttpsProxy=http://u:hunter2@proxy 3128\n";
        let found = judged(text, Path::new("f"), &SiteUrl::https("tom.example", 443));
        assert_eq!(found.seen.value.as_deref(), Some("http://***@proxy 3128"));
        assert_eq!(found.credentials.unwrap().user(), "u");
    }
}
