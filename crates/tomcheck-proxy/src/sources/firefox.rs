//! What does Firefox, in each of its profiles, say?
//!
//! Source: Firefox `modules/libpref/init/all.js` (`network.proxy.*`), `profiles.ini`; Mozilla
//! policy templates, `Proxy`; "Customizing Firefox Using AutoConfig".

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use serde_json::Value;
use tomcheck_diagnosis::ForeignFailure;

use super::prefs::{Does, prefs};
use super::{Found, ProxyPlaces, SourceKind, SourceSeen, ini, of_parts, reading};
use crate::{Dialect, ExceptionList, Route, Scheme, SiteUrl};

const START: &str = "network.proxy.";
/// More profiles than anybody has.
const MOST_PROFILES: usize = 64;

/// What each profile answers where it, a policy or an autoconfiguration file says anything but
/// "as the system does"; each answer from the same place once.
pub(super) fn sources(places: &ProxyPlaces, site: &SiteUrl) -> Vec<Found> {
    let mut common = Layers::default();
    let mut failures = Vec::new();
    for (file, failure) in common.read_common(places) {
        failures.push(failed(&file, failure));
    }
    let profiles = places.firefox_roots.iter().flat_map(|root| profiles(root));
    let profiles: Vec<PathBuf> = profiles.take(MOST_PROFILES).collect();
    let mut seen: Vec<SourceSeen> = Vec::new();
    let mut tell = |layers: &Layers| {
        let one = layers.judged(site).filter(|one| !seen.contains(one));
        seen.extend(one);
    };
    if profiles.is_empty() {
        tell(&common);
    }
    for profile in &profiles {
        let mut layers = common.clone();
        for name in ["prefs.js", "user.js"] {
            let file = profile.join(name);
            match reading::text_of(&file) {
                Ok(text) => layers.add_file(&file, &text.unwrap_or_default(), false),
                Err(failure) => failures.push(failed(&file, failure)),
            }
        }
        tell(&layers);
    }
    seen.into_iter().chain(failures).map(Found::from).collect()
}

fn failed(file: &Path, failure: ForeignFailure) -> SourceSeen {
    SourceSeen {
        failure: Some(failure),
        ..SourceSeen::unset(SourceKind::Firefox, file.display().to_string())
    }
}

/// Those that `profiles.ini` lists.
fn profiles(root: &Path) -> Vec<PathBuf> {
    let listed = reading::text_of(&root.join("profiles.ini"));
    let listed = listed.ok().flatten().unwrap_or_default();
    let paths =
        ini::values(&listed).filter(|it| it.name == "Path" && it.heading.starts_with("Profile"));
    // an absolute one stays, joined or not
    let paths = paths.map(|it| match Path::new(it.value).is_absolute() {
        true => PathBuf::from(it.value),
        false => below(root, it.value),
    });
    paths.collect()
}

/// With the separators of this system, which people read.
fn below(folder: &Path, path: &str) -> PathBuf {
    let parts = path.split('/').filter(|part| !part.is_empty());
    parts.fold(folder.to_owned(), |folder, part| folder.join(part))
}

/// A value and where it stands.
type Placed = (String, String);

/// From the weakest to the strongest: what is proposed, the user's own, what is locked.
#[derive(Clone, Debug, Default)]
struct Layers {
    proposed: BTreeMap<String, Placed>,
    own: BTreeMap<String, Placed>,
    locked: BTreeMap<String, Placed>,
}

impl Layers {
    fn read_common(&mut self, places: &ProxyPlaces) -> Vec<(PathBuf, ForeignFailure)> {
        let mut failures = Vec::new();
        for folder in &places.firefox_installations {
            for (file, text) in autoconfiguration(folder) {
                self.add_file(&file, &text, true);
            }
        }
        let installed = places.firefox_installations.iter();
        let installed = installed.map(|folder| folder.join("distribution").join("policies.json"));
        let files = installed.chain(places.firefox_policies.iter().cloned());
        for file in files {
            match reading::text_of(&file) {
                Ok(Some(text)) => self.add_policies(&file.display().to_string(), &text),
                Ok(None) => {}
                Err(failure) => failures.push((file, failure)),
            }
        }
        for (key, policy) in crate::sys::firefox_policies() {
            self.add_policy(&key, &policy);
        }
        failures
    }

    /// `pref` in a file of everybody's proposes; in a profile it is the user's own.
    fn add_file(&mut self, file: &Path, text: &str, is_common: bool) {
        for pref in prefs(text, START) {
            let place = format!("{}:{}", file.display(), pref.line);
            let layer = match pref.does {
                Does::Locks => &mut self.locked,
                Does::Proposes => &mut self.proposed,
                Does::Sets if is_common => &mut self.proposed,
                Does::Sets => &mut self.own,
            };
            layer.insert(pref.name, (pref.value, place));
        }
    }

    fn add_policies(&mut self, place: &str, text: &str) {
        let whole: Option<Value> = serde_json::from_str(text).ok();
        let policy = whole.as_ref().and_then(|it| it.pointer("/policies/Proxy"));
        if let Some(policy) = policy {
            self.add_policy(place, policy);
        }
    }

    fn add_policy(&mut self, place: &str, policy: &Value) {
        let is_locked = policy.get("Locked").is_some_and(is_true);
        let layer = if is_locked {
            &mut self.locked
        } else {
            &mut self.proposed
        };
        for (name, key, value) in translated(policy) {
            let place = format!("{place} Proxy.{key}");
            layer.insert(format!("{START}{name}"), (value, place));
        }
    }

    fn get(&self, name: &str) -> Option<&Placed> {
        let name = format!("{START}{name}");
        let layers = [&self.locked, &self.own, &self.proposed];
        layers.into_iter().find_map(|layer| layer.get(&name))
    }

    fn value(&self, name: &str) -> &str {
        self.get(name).map_or("", |(value, _)| value)
    }

    /// Where a value stands; where the kind of proxy does, for one that stands nowhere.
    fn unset(&self, name: &str) -> SourceSeen {
        let place = self.get(name).or_else(|| self.get("type"));
        let place = place.map_or_else(String::new, |(_, place)| place.clone());
        SourceSeen::unset(SourceKind::Firefox, place)
    }

    /// None where the proxy is the system's, which is the default (5).
    fn judged(&self, site: &SiteUrl) -> Option<SourceSeen> {
        match self.value("type") {
            "0" | "3" => Some(
                self.unset("type")
                    .leading("type=0".to_owned(), Route::Direct),
            ),
            "1" => Some(self.manual(site)),
            "2" => {
                let unset = self.unset("autoconfig_url");
                Some(unset.scripted(self.value("autoconfig_url")))
            }
            "4" => Some(self.unset("type").detecting("type=4")),
            _ => None,
        }
    }

    fn manual(&self, site: &SiteUrl) -> SourceSeen {
        let socks = match self.value("socks_version") {
            "4" => "socks4",
            _ => "socks5",
        };
        let own = match site.scheme {
            Scheme::Https => "ssl",
            Scheme::Http => "http",
        };
        let shared = (self.value("share_proxy_settings") == "true").then_some(("http", "http"));
        let named = [(own, "http")].into_iter().chain(shared);
        let mut named = named.chain([("socks", socks)]);
        let set = named.find(|(name, _)| !self.value(name).is_empty() && self.has_port(name));
        let Some((name, kind)) = set else {
            return self
                .unset("type")
                .leading("type=1".to_owned(), Route::Direct);
        };
        let port = self.value(&format!("{name}_port"));
        let (shown, route) = of_parts(kind, self.value(name), port);
        let unset = self.unset("no_proxies_on");
        let list = ExceptionList {
            dialect: Dialect::Firefox,
            location: unset.location,
            raw: self.value("no_proxies_on").to_owned(),
        };
        self.unset(name).leading(shown, route).unless(list, site)
    }

    /// Without a port a proxy does not count.
    fn has_port(&self, name: &str) -> bool {
        let port = self.value(&format!("{name}_port"));
        !["", "0"].contains(&port)
    }
}

/// The files of an installation that set preferences for everybody: those of defaults, and the
/// one they name, whose bytes may be moved by 13.
fn autoconfiguration(folder: &Path) -> Vec<(PathBuf, String)> {
    let mut files = Vec::new();
    let (mut named, mut moved) = (None, MOVED);
    for defaults in ["defaults/pref", "browser/defaults/preferences"] {
        let defaults = below(folder, defaults);
        for name in reading::names_in(&defaults, |name| name.ends_with(".js")) {
            let file = defaults.join(name);
            let Ok(Some(text)) = reading::text_of(&file) else {
                continue;
            };
            for pref in prefs(&text, "general.config.") {
                match pref.name.as_str() {
                    "general.config.filename" => named = Some(pref.value),
                    "general.config.obscure_value" => moved = pref.value.parse().unwrap_or(MOVED),
                    _ => {}
                }
            }
            files.push((file, text));
        }
    }
    let is_plain = |name: &String| !name.contains(['/', '\\']) && name != "..";
    if let Some(file) = named.filter(is_plain).map(|name| folder.join(name))
        && let Ok(Some(bytes)) = reading::bytes_of(&file)
    {
        let bytes: Vec<u8> = bytes.iter().map(|byte| byte.wrapping_sub(moved)).collect();
        files.push((file, reading::text(&bytes)));
    }
    files
}

/// What Firefox moves the bytes by, unless told otherwise.
const MOVED: u8 = 13;

/// The policy's keys as the preferences they set: name, key, value.
fn translated(policy: &Value) -> Vec<(&'static str, &'static str, String)> {
    let text = |key: &str| {
        let value = policy.get(key)?;
        let number = || value.as_u64().map(|number| number.to_string());
        value.as_str().map(str::to_owned).or_else(number)
    };
    let mode = text("Mode").and_then(|mode| {
        let modes = ["none", "manual", "autoConfig", "", "autoDetect", "system"];
        let at = modes.iter().position(|known| *known == mode)?;
        Some(("type", "Mode", at.to_string()))
    });
    let shares = policy
        .get("UseHTTPProxyForAllProtocols")
        .is_some_and(is_true);
    let shared = shares.then(|| {
        (
            "share_proxy_settings",
            "UseHTTPProxyForAllProtocols",
            "true".to_owned(),
        )
    });
    let plain = [
        ("autoconfig_url", "AutoConfigURL"),
        ("no_proxies_on", "Passthrough"),
        ("socks_version", "SOCKSVersion"),
    ];
    let plain = plain
        .into_iter()
        .filter_map(|(name, key)| Some((name, key, text(key)?)));
    // one proxy for all: Firefox sets, and locks, the others to it too that are not named
    let own = |key| match shares && policy.get(key).is_none() {
        true => "HTTPProxy",
        false => key,
    };
    let places = [
        ("http", "http_port", "HTTPProxy"),
        ("ssl", "ssl_port", own("SSLProxy")),
        ("socks", "socks_port", own("SOCKSProxy")),
    ];
    let places = places.into_iter().flat_map(|(name, port, key)| {
        let place = text(key).unwrap_or_default();
        let bare = place
            .split_once("://")
            .map_or(place.as_str(), |(_, rest)| rest);
        let (host, number) = crate::site::split_port(bare.trim_end_matches('/'));
        let number = number.unwrap_or("80");
        let set = (!host.is_empty())
            .then(|| [(name, key, host.to_owned()), (port, key, number.to_owned())]);
        set.into_iter().flatten().collect::<Vec<_>>()
    });
    mode.into_iter()
        .chain(shared)
        .chain(plain)
        .chain(places)
        .collect()
}

/// The registry has numbers where JSON has claims.
fn is_true(value: &Value) -> bool {
    value == &Value::Bool(true) || value.as_u64() == Some(1)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn layers(own: &str, common: &str, policies: &str) -> Layers {
        let mut layers = Layers::default();
        layers.add_file(Path::new("mozilla.cfg"), common, true);
        layers.add_policies("policies.json", policies);
        layers.add_file(Path::new("prefs.js"), own, false);
        layers
    }

    fn answer(own: &str, common: &str, policies: &str) -> Option<(String, String)> {
        let site = SiteUrl::https("www.tom.example", 443);
        let seen = layers(own, common, policies).judged(&site)?;
        Some((seen.location, seen.answer_for_url.to_string()))
    }

    const OWN: &str = "user_pref(\"network.proxy.ssl\", \"own\");\n\
        user_pref(\"network.proxy.ssl_port\", 3128);\n\
        user_pref(\"network.proxy.autoconfig_url\", \"http://wpad/p.pac\");\n";

    fn own(kind: u8, more: &str) -> String {
        format!("{OWN}user_pref(\"network.proxy.type\", {kind});\n{more}")
    }

    #[test]
    fn the_kind_of_proxy_decides_which_preferences_count() {
        assert_eq!(answer(OWN, "", ""), None);
        assert_eq!(answer(&own(5, ""), "", ""), None);
        let of = |kind| answer(&own(kind, ""), "", "").unwrap();
        assert_eq!(of(0), ("prefs.js:4".into(), "DIRECT".into()));
        assert_eq!(of(1), ("prefs.js:1".into(), "PROXY own:3128".into()));
        assert_eq!(of(2), ("prefs.js:3".into(), "PAC http://wpad/p.pac".into()));
        assert_eq!(of(4), ("prefs.js:4".into(), "PAC wpad:".into()));
        let excepted = "user_pref(\"network.proxy.no_proxies_on\", \".tom.example\");\n";
        assert_eq!(answer(&own(1, excepted), "", "").unwrap().1, "DIRECT");
    }

    #[test]
    fn what_is_locked_goes_first_and_what_is_proposed_last() {
        let policy = |locked: bool| {
            format!(
                r#"{{"policies":{{"Proxy":{{"Mode":"manual","Locked":{locked},
                "SSLProxy":"policy:1","Passthrough":"<local>"}}}}}}"#
            )
        };
        let locked = answer(&own(1, ""), "", &policy(true)).unwrap();
        assert_eq!(locked.0, "policies.json Proxy.SSLProxy");
        assert_eq!(locked.1, "PROXY policy:1");
        assert_eq!(answer(&own(0, ""), "", &policy(false)).unwrap().1, "DIRECT");
        assert_eq!(answer("", "", &policy(false)).unwrap().1, "PROXY policy:1");
        let cfg = "// first\nlockPref(\"network.proxy.type\", 0);\n";
        assert_eq!(
            answer(&own(1, ""), cfg, ""),
            Some(("mozilla.cfg:2".into(), "DIRECT".into()))
        );
    }

    #[test]
    fn one_proxy_for_all_schemes_and_socks_are_read() {
        let shared = r#"{"policies":{"Proxy":{"Mode":"manual","HTTPProxy":"http://all:8080/",
            "UseHTTPProxyForAllProtocols":true}}}"#;
        assert_eq!(answer("", "", shared).unwrap().1, "PROXY all:8080");
        let locked = shared.replace("\"Mode\"", "\"Locked\":true,\"Mode\"");
        let seen = answer(&own(1, ""), "", &locked).unwrap();
        assert_eq!(seen.1, "PROXY all:8080", "whatever the user's own says");
        let http_only = r#"{"policies":{"Proxy":{"Mode":"manual","HTTPProxy":"http:8080"}}}"#;
        assert_eq!(answer("", "", http_only).unwrap().1, "DIRECT");
        let socks = r#"{"policies":{"Proxy":{"Mode":"manual","SOCKSProxy":"s:1080"}}}"#;
        assert_eq!(answer("", "", socks).unwrap().1, "SOCKS5 s:1080");
    }

    #[test]
    fn profiles_are_those_of_the_list() {
        let root = tempfile::tempdir().unwrap();
        let other = tempfile::tempdir().unwrap();
        let list = format!(
            "[General]\nPath=no\n[Profile0]\nPath=Profiles/a.default\nIsRelative=1\n\
             [Profile1]\nPath={}\nIsRelative=0\n",
            other.path().display()
        );
        std::fs::write(root.path().join("profiles.ini"), list).unwrap();
        let found = profiles(root.path());
        assert_eq!(found[0], root.path().join("Profiles").join("a.default"));
        #[cfg(unix)]
        assert_eq!(found[1], other.path());
        assert_eq!(found.len(), 2);
    }

    #[test]
    fn an_autoconfiguration_file_is_found_by_the_defaults_that_name_it() {
        let folder = tempfile::tempdir().unwrap();
        let defaults = folder.path().join("defaults").join("pref");
        std::fs::create_dir_all(&defaults).unwrap();
        let named = "pref(\"general.config.filename\", \"site.cfg\");\n";
        std::fs::write(defaults.join("autoconfig.js"), named).unwrap();
        let plain = b"// \nlockPref(\"network.proxy.type\", 0);\n";
        let moved: Vec<u8> = plain.iter().map(|byte| byte.wrapping_add(13)).collect();
        std::fs::write(folder.path().join("site.cfg"), moved).unwrap();
        let places = ProxyPlaces {
            firefox_installations: vec![folder.path().to_owned()],
            ..ProxyPlaces::default()
        };
        let seen = sources(&places, &SiteUrl::https("tom.example", 443));
        assert!(
            seen[0].seen.location.ends_with("site.cfg:2"),
            "{:?}",
            seen[0].seen
        );
    }
}
