//! What do Java's settings say?
//!
//! Three places: the files of the Java control panel, which Web Start and the plug-in obeyed;
//! `net.properties` of each runtime; options in the environment. Source: Oracle "Deployment
//! Configuration File and Properties"; Java "Networking Properties"; java(1), JVM TI
//! "JAVA_TOOL_OPTIONS".

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use super::{Found, ProxyPlaces, SourceKind, SourceSeen, of_parts, properties, reading};
use crate::{Dialect, Environment, ExceptionList, Route, Scheme, SiteUrl};

/// What each of them answers, where it says anything.
pub(super) fn sources(
    places: &ProxyPlaces,
    environment: &Environment,
    site: &SiteUrl,
) -> Vec<Found> {
    let deployment = places.java_deployment.iter();
    let deployment = deployment.filter_map(|file| of_file(file, site, of_deployment));
    let runtimes = runtimes(places).into_iter();
    let runtimes = runtimes.filter_map(|home| of_runtime(&home, site));
    let options = OPTIONS.iter().filter_map(|name| {
        let value = environment.value(name)?;
        of_options(name, value).judged(site)
    });
    let all = deployment.chain(runtimes).chain(options);
    all.map(Found::from).collect()
}

/// In the order in which Java lets the later go over the earlier.
pub(super) const OPTIONS: &[&str] = &["JAVA_TOOL_OPTIONS", "JDK_JAVA_OPTIONS", "_JAVA_OPTIONS"];

/// Each runtime once, whatever links lead to it; 64 at most.
fn runtimes(places: &ProxyPlaces) -> Vec<PathBuf> {
    let below = places.java_folders.iter().flat_map(|folder| {
        let names = reading::names_in(folder, |name| !name.starts_with('.'));
        names.into_iter().map(|name| folder.join(name))
    });
    let mut known: Vec<PathBuf> = Vec::new();
    for home in below.chain(places.java_homes.iter().cloned()).take(64) {
        let home = home.canonicalize().unwrap_or(home);
        if !known.contains(&home) {
            known.push(home);
        }
    }
    known
}

fn of_runtime(home: &Path, site: &SiteUrl) -> Option<SourceSeen> {
    const INSIDE: &[&str] = &["", "jre", "Contents/Home", "Contents/Home/jre"];
    let files = INSIDE.iter().flat_map(|inside| {
        ["conf", "lib"].map(|folder| {
            let parts = inside.split('/').filter(|part| !part.is_empty());
            let home = parts.fold(home.to_owned(), |path, part| path.join(part));
            home.join(folder).join("net.properties")
        })
    });
    let mut found = files.filter_map(|file| of_file(&file, site, of_net_properties));
    found.next()
}

fn of_file(file: &Path, site: &SiteUrl, read: fn(&Path, &str) -> Properties) -> Option<SourceSeen> {
    match reading::text_of(file) {
        Ok(text) => read(file, &text?).judged(site),
        Err(failure) => Some(SourceSeen {
            failure: Some(failure),
            ..SourceSeen::unset(SourceKind::Java, file.display().to_string())
        }),
    }
}

/// What a place says, in the names of Java's own properties.
#[derive(Debug, Default)]
struct Properties {
    values: BTreeMap<String, Placed>,
    /// Of the control panel: a script, or a way without a proxy.
    mode: Option<(Mode, String)>,
}

#[derive(Clone, Debug)]
struct Placed {
    value: String,
    place: String,
}

#[derive(Clone, Debug)]
enum Mode {
    Direct,
    Script(String),
}

fn of_net_properties(file: &Path, text: &str) -> Properties {
    let found = properties::properties(text).into_iter();
    let values = found.map(|(name, (value, line))| {
        let place = format!("{}:{line}", file.display());
        (name, Placed { value, place })
    });
    Properties {
        values: values.collect(),
        mode: None,
    }
}

/// `deployment.proxy.type`: 0 none, 1 by hand, 2 a script, 3 as the browser (the default).
fn of_deployment(file: &Path, text: &str) -> Properties {
    let mut given = of_net_properties(file, text).values;
    let mut take = |name: &str| given.remove(&format!("deployment.proxy.{name}"));
    let kind = take("type");
    let place = kind
        .as_ref()
        .map_or_else(String::new, |kind| kind.place.clone());
    let script = take("auto.config.url");
    let kind = kind.map_or_else(String::new, |kind| kind.value);
    let mode = match (kind.as_str(), script) {
        ("0", _) => Some((Mode::Direct, place)),
        ("2", Some(script)) => Some((Mode::Script(script.value), script.place)),
        ("1", _) => None,
        _ => return Properties::default(),
    };
    let shared = take("same").is_some_and(|same| same.value == "true");
    let mut values = BTreeMap::new();
    for part in ["Host", "Port"] {
        let lower = part.to_lowercase();
        let http = take(&format!("http.{lower}"));
        let https = take(&format!("https.{lower}"));
        let https = if shared { http.clone() } else { https };
        values.extend(http.map(|it| (format!("http.proxy{part}"), it)));
        values.extend(https.map(|it| (format!("https.proxy{part}"), it)));
    }
    let simple = take("bypass.local").is_some_and(|it| it.value == "true");
    if let Some(mut list) = take("bypass.list") {
        let entries = list.value.split([',', ';', '|']).map(str::trim);
        list.value = entries.collect::<Vec<_>>().join("|");
        values.insert(NOT_PROXIED.to_owned(), list);
    }
    if simple {
        let yes = Placed {
            value: "true".to_owned(),
            place: file.display().to_string(),
        };
        values.insert(SIMPLE.to_owned(), yes);
    }
    Properties { values, mode }
}

/// `-Dname=value`, the only options that are looked at.
fn of_options(name: &str, value: &str) -> Properties {
    let mut values = BTreeMap::new();
    let options = value.split_whitespace();
    let options = options.filter_map(|it| it.trim_matches(['"', '\'']).strip_prefix("-D"));
    for (property, value) in options.filter_map(|it| it.split_once('=')) {
        let placed = Placed {
            value: value.trim_matches(['"', '\'']).to_owned(),
            place: name.to_owned(),
        };
        values.insert(property.to_owned(), placed);
    }
    Properties { values, mode: None }
}

/// Java has one list for both schemes.
const NOT_PROXIED: &str = "http.nonProxyHosts";
/// What the control panel excepts besides: names without a dot. A name of our own.
const SIMPLE: &str = "<local>";

impl Properties {
    fn value(&self, name: &str) -> &str {
        self.values.get(name).map_or("", |placed| &placed.value)
    }

    fn unset(&self, name: &str) -> SourceSeen {
        let place = self.values.get(name).map(|placed| placed.place.as_str());
        let location = match place {
            Some(place) => format!("{place} {name}"),
            None => name.to_owned(),
        };
        SourceSeen::unset(SourceKind::Java, location)
    }

    /// None where nothing is said of a proxy: Java then goes direct, unless its program asks for
    /// the system's way.
    fn judged(&self, site: &SiteUrl) -> Option<SourceSeen> {
        match &self.mode {
            Some((Mode::Direct, place)) => {
                let unset = SourceSeen::unset(SourceKind::Java, place.clone());
                Some(unset.leading("deployment.proxy.type=0".to_owned(), Route::Direct))
            }
            Some((Mode::Script(url), place)) => {
                let unset = SourceSeen::unset(SourceKind::Java, place.clone());
                Some(unset.scripted(url))
            }
            None => self.manual(site),
        }
    }

    /// A scheme without a proxy of its own takes that of SOCKS.
    fn manual(&self, site: &SiteUrl) -> Option<SourceSeen> {
        let own = match site.scheme {
            Scheme::Https => ("https.proxyHost", "https.proxyPort", "http", "443"),
            Scheme::Http => ("http.proxyHost", "http.proxyPort", "http", "80"),
        };
        let socks = match self.value("socksProxyVersion") {
            "4" => "socks4",
            _ => "socks5",
        };
        let socks = ("socksProxyHost", "socksProxyPort", socks, "1080");
        let mut named = [own, socks].into_iter();
        let (name, port, kind, usual) = named.find(|(name, ..)| !self.value(name).is_empty())?;
        let port = match self.value(port) {
            "" => usual,
            port => port,
        };
        let (shown, route) = of_parts(kind, self.value(name), port);
        let seen = self.unset(name).leading(shown, route);
        let simple = !self.value(SIMPLE).is_empty() && !site.host.contains(['.', ':']);
        Some(match simple {
            true => SourceSeen {
                answer_for_url: Route::Direct,
                excepted_by: Some(SIMPLE.to_owned()),
                ..seen
            },
            false => seen.unless(self.exceptions(), site),
        })
    }

    /// Java's own list counts where none is set.
    fn exceptions(&self) -> ExceptionList {
        let raw = self
            .values
            .get(NOT_PROXIED)
            .map(|placed| placed.value.clone());
        ExceptionList {
            dialect: Dialect::Java,
            location: self.unset(NOT_PROXIED).location,
            raw: raw.unwrap_or_else(|| "localhost|127.*|[::1]".to_owned()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn answer(read: fn(&Path, &str) -> Properties, text: &str) -> Option<(String, String)> {
        let site = SiteUrl::https("www.tom.example", 443);
        let seen = read(Path::new("f"), text).judged(&site)?;
        Some((seen.location, seen.answer_for_url.to_string()))
    }

    fn placed(place: &str, route: &str) -> Option<(String, String)> {
        Some((place.to_owned(), route.to_owned()))
    }

    #[test]
    fn a_runtime_as_it_is_installed_says_nothing() {
        let usual = "java.net.useSystemProxies=false\nhttp.nonProxyHosts=localhost|127.*|[::1]\n";
        assert_eq!(answer(of_net_properties, usual), None);
        let set = format!("{usual}https.proxyHost=proxy\n");
        let place = "f:3 https.proxyHost";
        assert_eq!(
            answer(of_net_properties, &set),
            placed(place, "PROXY proxy:443")
        );
        let set = format!("{set}https.proxyPort=3128\n");
        assert_eq!(
            answer(of_net_properties, &set),
            placed(place, "PROXY proxy:3128")
        );
        let excepted = set.replace("[::1]", "*.tom.example");
        assert_eq!(answer(of_net_properties, &excepted).unwrap().1, "DIRECT");
    }

    #[test]
    fn the_control_panels_kind_decides_which_values_count() {
        let rest = "deployment.proxy.https.host=proxy\ndeployment.proxy.https.port=3128\n\
            deployment.proxy.http.host=h\ndeployment.proxy.http.port=1\n\
            deployment.proxy.bypass.list=lan, *.clinique.example\n\
            deployment.proxy.auto.config.url=http\\://wpad/p.pac\n";
        let of = |kind: &str| {
            answer(
                of_deployment,
                &format!("{rest}deployment.proxy.type={kind}\n"),
            )
        };
        assert_eq!(of("1"), placed("f:1 https.proxyHost", "PROXY proxy:3128"));
        assert_eq!(of("0"), placed("f:7", "DIRECT"));
        assert_eq!(of("2"), placed("f:6", "PAC http://wpad/p.pac"));
        assert_eq!(of("3"), None);
        assert_eq!(answer(of_deployment, rest), None);
        assert_eq!(of("1\ndeployment.proxy.same=true").unwrap().1, "PROXY h:1");
        assert_eq!(
            of("1\ndeployment.proxy.bypass.list=*.tom.example")
                .unwrap()
                .1,
            "DIRECT"
        );
    }

    #[test]
    fn options_in_the_environment_are_read_and_nothing_else_of_them_is_shown() {
        let options = "-Xmx1g -Dhttps.proxyHost=proxy -Dhttps.proxyPort=3128 \
            -Dhttp.proxyPassword=hunter2";
        let environment = Environment::of([("JAVA_TOOL_OPTIONS", options)]);
        let site = SiteUrl::https("www.tom.example", 443);
        let found = sources(&ProxyPlaces::default(), &environment, &site);
        assert_eq!(found.len(), 1);
        let seen = &found[0].seen;
        assert_eq!(seen.location, "JAVA_TOOL_OPTIONS https.proxyHost");
        assert_eq!(seen.value.as_deref(), Some("proxy:3128"));
        assert!(!format!("{seen:?}").contains("hunter2"));
    }
}
