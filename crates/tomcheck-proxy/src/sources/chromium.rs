//! What do the policies of Chromium, Chrome and Edge say of the proxy?
//!
//! Source: Chrome Enterprise policy list, `ProxySettings`, `ProxyMode`, `ProxyServer`,
//! `ProxyBypassList`, `ProxyPacUrl`; Chromium `proxy_policy_handler.cc`.

use std::collections::BTreeMap;
use std::path::Path;

use serde_json::Value;

use super::{Found, ProxyPlaces, SourceKind, SourceSeen, reading, wininet};
use crate::credentials::masked;
use crate::{Dialect, ExceptionList, Route, SiteUrl, sys};

/// What each browser's policies answer, where they say anything but "as the system does".
pub(super) fn sources(places: &ProxyPlaces, site: &SiteUrl) -> Vec<Found> {
    let folders = places.chromium_policies.iter();
    let of_files = folders.flat_map(|(kind, folder)| of_folder(*kind, folder, site));
    let of_registry = sys::chromium_policies()
        .into_iter()
        .filter_map(|(kind, key, values)| {
            let mut policies = Policies::default();
            policies.add(&key, &values);
            policies.judged(kind, site)
        });
    of_files.chain(of_registry).map(Found::from).collect()
}

/// Of several files the last by name counts for what two of them say.
fn of_folder(kind: SourceKind, folder: &Path, site: &SiteUrl) -> Vec<SourceSeen> {
    let mut policies = Policies::default();
    let mut seen = Vec::new();
    for name in reading::names_in(folder, |name| name.ends_with(".json")) {
        let file = folder.join(name);
        let place = file.display().to_string();
        match reading::text_of(&file) {
            Ok(text) => policies.add_text(&place, &text.unwrap_or_default()),
            Err(failure) => seen.push(SourceSeen {
                failure: Some(failure),
                ..SourceSeen::unset(kind, place)
            }),
        }
    }
    seen.extend(policies.judged(kind, site));
    seen
}

/// The policies of the proxy, each with where it stands.
#[derive(Debug, Default)]
struct Policies(BTreeMap<&'static str, (Value, String)>);

const ALONE: &[&str] = &[
    "ProxyMode",
    "ProxyServerMode",
    "ProxyServer",
    "ProxyBypassList",
    "ProxyPacUrl",
];
const TOGETHER: &str = "ProxySettings";

impl Policies {
    fn add_text(&mut self, place: &str, text: &str) {
        if let Ok(values) = serde_json::from_str::<Value>(text) {
            self.add(place, &values);
        }
    }

    /// `ProxySettings` is a value of its own in JSON, and text of JSON in the registry.
    fn add(&mut self, place: &str, values: &Value) {
        for name in ALONE.iter().copied().chain([TOGETHER]) {
            let Some(value) = values.get(name) else {
                continue;
            };
            let of_text = value.as_str().filter(|_| name == TOGETHER);
            let of_text = of_text.and_then(|text| serde_json::from_str(text).ok());
            let value = of_text.unwrap_or_else(|| value.clone());
            self.0.insert(name, (value, place.to_owned()));
        }
    }

    /// What stands together goes before what stands alone.
    fn get(&self, name: &str) -> Option<(&Value, String)> {
        match self.0.get(TOGETHER) {
            Some((together, place)) => {
                let value = together.get(name)?;
                Some((value, format!("{place} {TOGETHER}.{name}")))
            }
            None => {
                let (value, place) = self.0.get(name)?;
                Some((value, format!("{place} {name}")))
            }
        }
    }

    fn text(&self, name: &str) -> &str {
        self.get(name)
            .and_then(|(value, _)| value.as_str())
            .unwrap_or_default()
    }

    /// The former policy has a number where the present one has a word.
    fn mode(&self) -> (&str, String) {
        let numbers = ["direct", "auto_detect", "fixed_servers", "system"];
        let (value, place) = self
            .get("ProxyMode")
            .or_else(|| self.get("ProxyServerMode"))
            .unzip();
        let number = value
            .and_then(Value::as_u64)
            .and_then(|it| usize::try_from(it).ok());
        let number = number.and_then(|it| numbers.get(it)).copied();
        let word = value.and_then(Value::as_str).or(number).unwrap_or_default();
        (word, place.unwrap_or_default())
    }

    fn judged(&self, kind: SourceKind, site: &SiteUrl) -> Option<SourceSeen> {
        let (mode, place) = self.mode();
        let unset = |name: &str| {
            let place = self
                .get(name)
                .map_or_else(|| place.clone(), |(_, place)| place);
            SourceSeen::unset(kind, place)
        };
        match mode {
            "direct" => Some(unset("ProxyMode").leading(mode.to_owned(), Route::Direct)),
            "auto_detect" => Some(unset("ProxyMode").detecting(mode)),
            "pac_script" => Some(unset("ProxyPacUrl").scripted(self.text("ProxyPacUrl"))),
            "fixed_servers" => {
                let server = self.text("ProxyServer");
                let list = ExceptionList {
                    dialect: Dialect::Chromium,
                    location: unset("ProxyBypassList").location,
                    raw: self.text("ProxyBypassList").to_owned(),
                };
                let seen = unset("ProxyServer")
                    .leading(masked(server), wininet::route_of(server, site.scheme));
                Some(seen.unless(list, site))
            }
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn judged(files: &[(&str, &str)]) -> Option<SourceSeen> {
        let mut policies = Policies::default();
        for (place, text) in files {
            policies.add_text(place, text);
        }
        policies.judged(SourceKind::Edge, &SiteUrl::https("www.tom.example", 443))
    }

    fn answer(text: &str) -> Option<(String, String)> {
        let seen = judged(&[("a.json", text)])?;
        Some((seen.location, seen.answer_for_url.to_string()))
    }

    #[test]
    fn the_mode_decides_which_policies_count() {
        let rest = r#""ProxyServer":"proxy:3128","ProxyPacUrl":"http://wpad/p.pac""#;
        let of = |mode: &str| answer(&format!(r#"{{"ProxyMode":{mode},{rest}}}"#));
        let placed = |name: &str, route: &str| Some((format!("a.json {name}"), route.to_owned()));
        assert_eq!(
            of("\"fixed_servers\""),
            placed("ProxyServer", "PROXY proxy:3128")
        );
        assert_eq!(
            of("\"pac_script\""),
            placed("ProxyPacUrl", "PAC http://wpad/p.pac")
        );
        assert_eq!(of("\"direct\""), placed("ProxyMode", "DIRECT"));
        assert_eq!(of("\"system\""), None);
        assert_eq!(answer("{}"), None);
        assert_eq!(answer("no JSON"), None);
        let socks = answer(r#"{"ProxyMode":"fixed_servers","ProxyServer":"socks5://s:1"}"#);
        assert_eq!(socks, placed("ProxyServer", "SOCKS5 s:1"));
        let former = answer(r#"{"ProxyServerMode":2,"ProxyServer":"http=a:1;https=b:2"}"#);
        assert_eq!(former.unwrap().1, "PROXY b:2");
    }

    #[test]
    fn what_stands_together_goes_first_as_json_or_as_text_of_it() {
        let together = r#"{"ProxyMode":"direct","ProxySettings":{"ProxyMode":"fixed_servers",
            "ProxyServer":"http://t:1","ProxyBypassList":"*.lan"}}"#;
        let place = "a.json ProxySettings.ProxyServer".to_owned();
        assert_eq!(answer(together), Some((place, "PROXY t:1".into())));
        let text = r#"{"ProxySettings":"{\"ProxyMode\":\"direct\"}"}"#;
        assert_eq!(answer(text).unwrap().1, "DIRECT");
    }

    #[test]
    fn a_list_excepts_and_a_later_file_goes_over_an_earlier_one() {
        let first = r#"{"ProxyMode":"fixed_servers","ProxyServer":"a:1"}"#;
        let second = r#"{"ProxyServer":"b:2","ProxyBypassList":"*.tom.example"}"#;
        let seen = judged(&[("a.json", first), ("b.json", second)]).unwrap();
        assert_eq!(seen.location, "b.json ProxyServer");
        assert_eq!(seen.excepted_by.as_deref(), Some("*.tom.example"));
        assert_eq!(seen.answer_for_url, Route::Direct);
    }
}
