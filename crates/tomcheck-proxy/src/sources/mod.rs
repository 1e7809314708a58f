//! Which proxy settings are there, and what does each say about the site?

pub(crate) mod blob;
mod chromium;
mod environment;
mod firefox;
mod gnome;
mod ini;
mod java;
mod kde;
mod macos;
mod places;
mod prefs;
mod properties;
mod reading;
pub(crate) mod winhttp;
mod wininet;

use serde::{Deserialize, Serialize};
use tomcheck_diagnosis::{Finding, ForeignFailure, Observation, Probe};

pub use self::environment::{Environment, Program, ProgramAnswer};
pub use self::places::ProxyPlaces;
pub use self::wininet::WinInet;
use crate::credentials::masked_url;
use crate::judge::judge_sources;
use crate::site::authority;
use crate::{Credentials, ExceptionList, PacProbe, Route, Setting, SiteUrl, sys};

/// Reads every proxy setting of this session. Blocks for the time of some files or registry
/// reads, and for three seconds at most where the desktop's own program is asked; touches no
/// network.
#[derive(Clone, Debug)]
pub struct SourcesProbe {
    /// What the command line asks for; it wins over every setting.
    pub explicit: Option<Setting>,
    /// The environment variables.
    pub environment: Environment,
    /// Where programs keep their settings; the default looks nowhere.
    pub places: ProxyPlaces,
    /// The site to be reached.
    pub url: SiteUrl,
}

/// Every setting with its answer, in the order of precedence.
#[derive(Clone, Debug, Eq, PartialEq, Serialize, Deserialize)]
pub struct SourcesSeen {
    /// The site that was asked about.
    pub url: SiteUrl,
    /// The settings, in the order of precedence.
    pub sources: Vec<SourceSeen>,
    /// The way this program takes, which on Windows is the browsers' way.
    pub effective: Route,
    #[serde(skip)]
    credentials: Option<Credentials>,
}

/// One setting and what it answers.
#[derive(Clone, Debug, Eq, PartialEq, Serialize, Deserialize)]
pub struct SourceSeen {
    /// Who keeps it.
    pub source: SourceKind,
    /// The option, variable, registry value, or file with line or key.
    #[serde(rename = "where")]
    pub location: String,
    /// As it stands there, user information masked; none: nothing is set.
    pub value: Option<String>,
    /// The way it leads the site.
    pub answer_for_url: Route,
    /// The exception that applies to the site, as it stands in the list.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub excepted_by: Option<String>,
    /// The list of exceptions that goes with its proxy.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub exceptions: Option<ExceptionList>,
    /// Whether it has a script looked for in the network (WPAD). Windows does so unless told
    /// otherwise: its answer is what holds where none is found.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub auto_detect: bool,
    /// Programs that read the same and take another way.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub otherwise: Vec<ProgramAnswer>,
    /// Why it could not be read; its answer then means nothing.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub failure: Option<ForeignFailure>,
}

/// Who keeps a proxy setting.
#[derive(Clone, Copy, Debug, Eq, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum SourceKind {
    /// The command line of this program.
    Explicit,
    /// Windows' Internet options, which Edge and Chrome obey.
    Wininet,
    /// GNOME's network settings, which browsers obey on desktops like it.
    Gnome,
    /// KDE's network settings.
    Kde,
    /// macOS' network settings.
    Macos,
    /// Environment variables, which curl and most scripts obey.
    Environment,
    /// The setting of Windows' services.
    Winhttp,
    /// A profile of Firefox, a policy or an autoconfiguration file for it.
    Firefox,
    /// Policies of Chromium.
    Chromium,
    /// Policies of Google Chrome.
    Chrome,
    /// Policies of Microsoft Edge.
    Edge,
    /// Java's control panel, a runtime's `net.properties`, or options for it.
    Java,
}

impl SourceKind {
    /// The program's name, for a setting that only it obeys.
    pub const fn program(self) -> Option<&'static str> {
        match self {
            Self::Explicit | Self::Wininet | Self::Gnome | Self::Kde => None,
            Self::Macos | Self::Environment => None,
            Self::Winhttp => Some("WinHTTP"),
            Self::Firefox => Some("Firefox"),
            Self::Chromium => Some("Chromium"),
            Self::Chrome => Some("Chrome"),
            Self::Edge => Some("Edge"),
            Self::Java => Some("Java"),
        }
    }
}

/// A setting with what must not be in the observation.
pub(crate) struct Found {
    pub(crate) seen: SourceSeen,
    pub(crate) credentials: Option<Credentials>,
}

impl From<SourceSeen> for Found {
    fn from(seen: SourceSeen) -> Self {
        Self {
            seen,
            credentials: None,
        }
    }
}

impl Probe for SourcesProbe {
    type Seen = SourcesSeen;
    const ID: &'static str = "proxy.sources";

    fn observe(&self) -> SourcesSeen {
        let wininet = sys::wininet().map(|read| wininet_source(read, &self.url));
        let services = sys::winhttp().map(|read| winhttp_source(read, &self.url));
        self.seen_with(wininet.map(Found::from), services)
    }
}

impl SourcesProbe {
    /// What Windows' registry says: none where this system has no such thing.
    fn seen_with(&self, wininet: Option<Found>, services: Option<Found>) -> SourcesSeen {
        let (places, url) = (&self.places, &self.url);
        let explicit = self.explicit.iter().map(explicit_source);
        let desktop = macos::source(places, url)
            .or_else(|| gnome::source(places, url))
            .or_else(|| kde::source(places, url));
        let found: Vec<Found> = explicit
            .chain(wininet)
            .chain(desktop)
            .chain(self.environment.sources(url))
            .chain(services)
            .chain(firefox::sources(places, url))
            .chain(chromium::sources(places, url))
            .chain(java::sources(places, &self.environment, url))
            .collect();
        let deciding = found.iter().find(|found| found.seen.decides());
        let effective = deciding.map_or(Route::Direct, |found| found.seen.answer_for_url.clone());
        let credentials = deciding.and_then(|found| found.credentials.clone());
        SourcesSeen {
            url: self.url.clone(),
            sources: found.into_iter().map(|found| found.seen).collect(),
            effective,
            credentials,
        }
    }
}

fn wininet_source(read: Result<WinInet, ForeignFailure>, site: &SiteUrl) -> SourceSeen {
    match read {
        Ok(settings) => settings.source(site),
        Err(failure) => SourceSeen {
            failure: Some(failure),
            ..SourceSeen::unset(SourceKind::Wininet, WinInet::KEY.to_owned())
        },
    }
}

fn winhttp_source(read: Result<Option<Vec<u8>>, ForeignFailure>, site: &SiteUrl) -> Found {
    match read {
        Ok(bytes) => winhttp::source(bytes.as_deref(), site),
        Err(failure) => SourceSeen {
            failure: Some(failure),
            ..SourceSeen::unset(SourceKind::Winhttp, winhttp::KEY.to_owned())
        }
        .into(),
    }
}

/// A host and a port that stand apart: as shown, and as a way. `kind` is the scheme that says
/// what the proxy speaks; a host may bring its own.
fn of_parts(kind: &str, host: &str, port: &str) -> (String, Route) {
    let host = host.trim();
    let (kind, host) = host.split_once("://").unwrap_or((kind, host));
    let bare = host.trim_end_matches('/').trim_matches(['[', ']']);
    let kind = if kind == "socks" { "socks5" } else { kind };
    let place = match port.parse() {
        Ok(port) => authority(bare, port),
        Err(_) => format!("{bare}:{port}"),
    };
    let setting = Setting::parse(&format!("{kind}://{place}"));
    let route = setting.map_or_else(|error| Route::Unusable(error.fault), |it| it.route());
    (crate::credentials::masked(&place), route)
}

fn explicit_source(setting: &Setting) -> Found {
    let unset = SourceSeen::unset(SourceKind::Explicit, "--proxy".to_owned());
    Found {
        seen: unset.leading(setting.to_string(), setting.route()),
        credentials: setting.credentials().cloned(),
    }
}

impl SourcesSeen {
    /// What the deciding setting holds to show its proxy; never in JSON, so none in an
    /// observation read back.
    pub fn credentials(&self) -> Option<&Credentials> {
        self.credentials.as_ref()
    }

    /// The setting whose answer is [`Self::effective`].
    pub fn deciding(&self) -> Option<&SourceSeen> {
        self.sources.iter().find(|source| source.decides())
    }
}

impl SourceSeen {
    pub(crate) fn unset(source: SourceKind, location: String) -> Self {
        Self {
            source,
            location,
            value: None,
            answer_for_url: Route::Direct,
            excepted_by: None,
            exceptions: None,
            auto_detect: false,
            otherwise: Vec::new(),
            failure: None,
        }
    }

    fn leading(self, value: String, route: Route) -> Self {
        Self {
            value: Some(value),
            answer_for_url: route,
            ..self
        }
    }

    /// Led by the script at this address.
    fn scripted(self, url: &str) -> Self {
        let url = url.to_owned();
        self.leading(masked_url(&url), Route::Pac { url })
    }

    /// Told to look for a script in the network, and to take nothing else.
    fn detecting(self, value: &str) -> Self {
        let url = PacProbe::WPAD.to_owned();
        Self {
            auto_detect: true,
            ..self.leading(value.to_owned(), Route::Pac { url })
        }
    }

    /// With the list that goes with its proxy: what it excepts goes direct.
    fn unless(self, list: ExceptionList, site: &SiteUrl) -> Self {
        let excepted_by = list.entry_for(site);
        let route = match excepted_by {
            Some(_) => Route::Direct,
            None => self.answer_for_url,
        };
        Self {
            answer_for_url: route,
            excepted_by,
            exceptions: Some(list),
            ..self
        }
    }

    /// With a list of what alone takes the proxy.
    fn only_for(self, list: &ExceptionList, site: &SiteUrl) -> Self {
        match list.entry_for(site) {
            Some(_) => self,
            None => Self {
                answer_for_url: Route::Direct,
                ..self
            },
        }
    }

    /// Browsers obey Windows' and macOS' settings even where these say nothing. What one
    /// program alone obeys decides for nobody else.
    fn decides(&self) -> bool {
        let always = [SourceKind::Wininet, SourceKind::Macos].contains(&self.source);
        let for_all = self.source.program().is_none();
        self.failure.is_none() && for_all && (self.value.is_some() || always)
    }
}

impl Observation for SourcesSeen {
    fn findings(&self) -> Vec<Finding> {
        judge_sources(self)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn probe(explicit: Option<&str>, variables: &[(&str, &str)]) -> SourcesProbe {
        SourcesProbe {
            explicit: explicit.map(|text| Setting::parse(text).unwrap()),
            environment: Environment::of(variables.iter().copied()),
            places: ProxyPlaces::default(),
            url: SiteUrl::https("tom.example", 443),
        }
    }

    fn windows(server: &str) -> Option<Found> {
        let settings = WinInet {
            hive: "HKCU".into(),
            enabled: Some(u32::from(!server.is_empty())),
            server: Some(server.into()),
            ..WinInet::default()
        };
        Some(settings.source(&SiteUrl::https("tom.example", 443)).into())
    }

    fn codes(seen: &SourcesSeen) -> Vec<&'static str> {
        seen.findings()
            .iter()
            .map(|finding| finding.kind.code)
            .collect()
    }

    #[test]
    fn the_command_line_wins_then_windows_then_the_environment() {
        let variables = [("https_proxy", "env:1")];
        let explicit = probe(Some("cli:1"), &variables).seen_with(windows("win:1"), None);
        assert_eq!(explicit.effective.to_string(), "PROXY cli:1");
        let system = probe(None, &variables).seen_with(windows("win:1"), None);
        assert_eq!(system.effective.to_string(), "PROXY win:1");
        let off = probe(None, &variables).seen_with(windows(""), None);
        assert_eq!(off.effective, Route::Direct);
        let environment = probe(None, &variables).seen_with(None, None);
        assert_eq!(environment.effective.to_string(), "PROXY env:1");
        assert_eq!(
            probe(None, &[]).seen_with(None, None).effective,
            Route::Direct
        );
        assert_eq!(explicit.sources.len(), 3);
    }

    #[test]
    fn a_registry_that_cannot_be_read_decides_nothing_and_says_why() {
        let failure = ForeignFailure::decimal("RegGetValueW", 5);
        let site = SiteUrl::https("tom.example", 443);
        let unread = wininet_source(Err(failure.clone()), &site).into();
        let seen = probe(None, &[("https_proxy", "env:1")]).seen_with(Some(unread), None);
        assert_eq!(seen.effective.to_string(), "PROXY env:1");
        assert_eq!(seen.sources[0].failure, Some(failure));
        assert_eq!(codes(&seen), Vec::<&str>::new());
    }

    #[test]
    fn settings_that_contradict_one_another_are_told_one_by_one() {
        let seen = probe(None, &[("https_proxy", "env:1")]).seen_with(windows("win:1"), None);
        let finding = seen.findings().remove(0);
        assert_eq!(finding.kind.code, "proxy.settings-disagree");
        let table: Vec<_> = finding.evidence.iter().map(|e| e.key.to_string()).collect();
        assert!(
            table[0].ends_with(r"\ProxyServer") && table[1] == "https_proxy",
            "{table:?}"
        );
        let cases = probe(None, &[("https_proxy", "a:1"), ("HTTPS_PROXY", "b:1")]);
        assert_eq!(
            codes(&cases.seen_with(None, None)),
            ["proxy.settings-disagree"]
        );
    }

    #[test]
    fn a_contradiction_with_a_setting_that_cannot_be_used_says_so_in_words() {
        let seen =
            probe(None, &[("https_proxy", "http://a:1/x")]).seen_with(windows("win:1"), None);
        let finding = seen.findings().remove(0);
        let told = finding.evidence[1].render(tomcheck_diagnosis::Lang::Fr);
        let fault = Route::Unusable(crate::SettingFault::Path);
        assert_eq!(told, fault.say(tomcheck_diagnosis::Lang::Fr));
    }

    #[test]
    fn settings_that_agree_or_are_not_there_contradict_nobody() {
        let agreeing = probe(None, &[("https_proxy", "win:1")]).seen_with(windows("win:1"), None);
        assert_eq!(codes(&agreeing), Vec::<&str>::new());
        let alone = probe(None, &[]).seen_with(windows("win:1"), None);
        assert_eq!(codes(&alone), Vec::<&str>::new());
        let wished = probe(Some("cli:1"), &[("https_proxy", "env:1")]).seen_with(None, None);
        assert_eq!(codes(&wished), Vec::<&str>::new());
    }

    /// The variables are one setting, read by several programs: no browser errs by it.
    #[test]
    fn programs_that_read_one_setting_in_two_ways_are_told_of_in_passing() {
        use tomcheck_diagnosis::{Lang, Severity};
        let variables = [("https_proxy", "a:1"), ("no_proxy", "*.example")];
        let finding = probe(None, &variables)
            .seen_with(None, None)
            .findings()
            .remove(0);
        assert_eq!(finding.kind.code, "proxy.settings-disagree");
        assert_eq!(finding.severity, Severity::Info);
        let table = finding.evidence.iter();
        let table: Vec<_> = table
            .map(|it| (it.label(Lang::Fr), it.render(Lang::Fr)))
            .collect();
        let expected = [
            ("https_proxy", "par le proxy a:1"),
            ("Go (https_proxy)", "sans proxy (DIRECT)"),
            ("ce diagnostic est passé", "par le proxy a:1"),
        ];
        assert_eq!(table, expected.map(|(who, way)| (who, way.to_owned())));
    }

    #[test]
    fn what_one_program_alone_obeys_decides_for_nobody_and_is_told_once() {
        let folder = tempfile::tempdir().unwrap();
        let mut list = String::new();
        for (name, port) in [("a", 1), ("b", 1), ("c", 2)] {
            let profile = folder.path().join(name);
            std::fs::create_dir(&profile).unwrap();
            let prefs = format!(
                "user_pref(\"network.proxy.type\", 1);\n\
                 user_pref(\"network.proxy.ssl\", \"own\");\n\
                 user_pref(\"network.proxy.ssl_port\", {port});\n"
            );
            std::fs::write(profile.join("prefs.js"), prefs).unwrap();
            list += &format!("[Profile{name}]\nPath={name}\n");
        }
        std::fs::write(folder.path().join("profiles.ini"), list).unwrap();
        let probe = SourcesProbe {
            places: ProxyPlaces {
                firefox_roots: vec![folder.path().to_owned()],
                ..ProxyPlaces::default()
            },
            ..probe(None, &[("https_proxy", "env:1")])
        };
        let seen = probe.seen_with(None, None);
        assert_eq!(seen.effective.to_string(), "PROXY env:1");
        assert_eq!(seen.sources.len(), 4);
        let finding = seen.findings().remove(0);
        let labels: Vec<_> = finding.evidence.iter().map(|it| it.key.as_ref()).collect();
        assert_eq!(labels.len(), 4, "{labels:?}");
        assert!(labels[1].starts_with("Firefox (") && labels[1].ends_with("prefs.js:2, + 1)"));
        assert!(labels[2].starts_with("Firefox (") && labels[2].ends_with("prefs.js:2)"));
        let step = &finding.steps(tomcheck_diagnosis::Lang::Fr, "linux")[0];
        assert!(step.starts_with("Firefox : menu"), "{step}");
    }

    #[test]
    fn a_setting_that_cannot_be_used_is_never_taken_for_no_proxy() {
        let seen = probe(None, &[("https_proxy", "http://u:hunter2@:1")]).seen_with(None, None);
        let finding = seen.findings().remove(0);
        assert_eq!(finding.kind.code, "proxy.setting-invalid");
        let title = finding.title(tomcheck_diagnosis::Lang::En);
        assert_eq!(
            title,
            "The proxy setting https_proxy cannot be used: it has no host"
        );
        assert!(!format!("{finding:?}").contains("hunter2"));
    }

    #[test]
    fn credentials_follow_the_setting_that_decides_and_stay_out_of_json_and_debug() {
        let variables = [("https_proxy", "http://user:hunter2@env:1")];
        let seen = probe(None, &variables).seen_with(None, None);
        assert_eq!(seen.credentials().unwrap().user(), "user");
        let json = serde_json::to_string(&seen).unwrap();
        let shown = format!("{json} {seen:?} {:?}", seen.findings());
        assert!(
            !shown.contains("hunter2") && !shown.contains("user"),
            "{shown}"
        );
        let read_back: SourcesSeen = serde_json::from_str(&json).unwrap();
        assert!(read_back.credentials().is_none());
        assert_eq!(read_back.sources, seen.sources);
        let explicit = probe(Some("cli:1"), &variables).seen_with(None, None);
        assert!(explicit.credentials().is_none());
    }

    #[test]
    fn a_script_is_recognised_and_left_to_its_own_probe() {
        let seen = probe(Some("pac:http://wpad/wpad.dat"), &[]).seen_with(None, None);
        assert_eq!(seen.effective.to_string(), "PAC http://wpad/wpad.dat");
        assert_eq!(codes(&seen), Vec::<&str>::new());
        assert_eq!(crate::ProxyDetail::new(&seen, None, None).pac, None);
    }
}
