//! Which proxy settings are there, and what does each say about the site?

use serde::{Deserialize, Serialize};
use tomcheck_diagnosis::{Finding, ForeignFailure, Observation, Probe};

use crate::judge::judge_sources;
use crate::{Credentials, Environment, ExceptionList, Route, Setting, SiteUrl, WinInet, sys};

/// Reads every proxy setting of this session. Blocks for the time of a few registry reads on
/// Windows, not at all elsewhere; touches no network.
#[derive(Clone, Debug)]
pub struct SourcesProbe {
    /// What the command line asks for; it wins over every setting.
    pub explicit: Option<Setting>,
    /// The environment variables.
    pub environment: Environment,
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
    /// The option, variable or registry value.
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
    /// Environment variables, which curl and most scripts obey.
    Environment,
}

/// A setting with what must not be in the observation.
pub(crate) struct Found {
    pub(crate) seen: SourceSeen,
    pub(crate) credentials: Option<Credentials>,
}

impl Probe for SourcesProbe {
    type Seen = SourcesSeen;
    const ID: &'static str = "proxy.sources";

    fn observe(&self) -> SourcesSeen {
        self.seen_with(sys::wininet())
    }
}

impl SourcesProbe {
    /// `system`: none where this system keeps no such setting.
    fn seen_with(&self, system: Option<Result<WinInet, ForeignFailure>>) -> SourcesSeen {
        let explicit = self.explicit.iter().map(explicit_source);
        let system = system.into_iter().map(|read| match read {
            Ok(settings) => settings.source(&self.url),
            Err(failure) => SourceSeen {
                failure: Some(failure),
                ..SourceSeen::unset(SourceKind::Wininet, WinInet::KEY.to_owned())
            },
        });
        let system = system.map(|seen| Found {
            seen,
            credentials: None,
        });
        let found: Vec<Found> = explicit
            .chain(system)
            .chain(self.environment.sources(&self.url))
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

fn explicit_source(setting: &Setting) -> Found {
    let seen = SourceSeen {
        value: Some(setting.to_string()),
        answer_for_url: setting.route(),
        ..SourceSeen::unset(SourceKind::Explicit, "--proxy".to_owned())
    };
    Found {
        seen,
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
            failure: None,
        }
    }

    /// Browsers obey Windows' settings even where these say nothing.
    fn decides(&self) -> bool {
        let says_something = self.value.is_some() || self.source == SourceKind::Wininet;
        self.failure.is_none() && says_something
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
            url: SiteUrl::https("tom.example", 443),
        }
    }

    fn windows(server: &str) -> Option<Result<WinInet, ForeignFailure>> {
        Some(Ok(WinInet {
            hive: "HKCU".into(),
            enabled: Some(u32::from(!server.is_empty())),
            server: Some(server.into()),
            ..WinInet::default()
        }))
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
        let explicit = probe(Some("cli:1"), &variables).seen_with(windows("win:1"));
        assert_eq!(explicit.effective.to_string(), "PROXY cli:1");
        let system = probe(None, &variables).seen_with(windows("win:1"));
        assert_eq!(system.effective.to_string(), "PROXY win:1");
        let off = probe(None, &variables).seen_with(windows(""));
        assert_eq!(off.effective, Route::Direct);
        let environment = probe(None, &variables).seen_with(None);
        assert_eq!(environment.effective.to_string(), "PROXY env:1");
        assert_eq!(probe(None, &[]).seen_with(None).effective, Route::Direct);
        assert_eq!(explicit.sources.len(), 3);
    }

    #[test]
    fn a_registry_that_cannot_be_read_decides_nothing_and_says_why() {
        let failure = ForeignFailure::decimal("RegGetValueW", 5);
        let seen = probe(None, &[("https_proxy", "env:1")]).seen_with(Some(Err(failure.clone())));
        assert_eq!(seen.effective.to_string(), "PROXY env:1");
        assert_eq!(seen.sources[0].failure, Some(failure));
        assert_eq!(codes(&seen), Vec::<&str>::new());
    }

    #[test]
    fn settings_that_contradict_one_another_are_told_one_by_one() {
        let seen = probe(None, &[("https_proxy", "env:1")]).seen_with(windows("win:1"));
        let finding = seen.findings().remove(0);
        assert_eq!(finding.kind.code, "proxy.settings-disagree");
        let table: Vec<_> = finding.evidence.iter().map(|e| e.key.to_string()).collect();
        assert!(
            table[0].ends_with(r"\ProxyServer") && table[1] == "https_proxy",
            "{table:?}"
        );
        let cases = probe(None, &[("https_proxy", "a:1"), ("HTTPS_PROXY", "b:1")]);
        assert_eq!(codes(&cases.seen_with(None)), ["proxy.settings-disagree"]);
    }

    #[test]
    fn a_contradiction_with_a_setting_that_cannot_be_used_says_so_in_words() {
        let seen = probe(None, &[("https_proxy", "ftp://a:1")]).seen_with(windows("win:1"));
        let finding = seen.findings().remove(0);
        let told = finding.evidence[1].render(tomcheck_diagnosis::Lang::Fr);
        assert_eq!(
            told,
            "seuls http://, https://, socks4:// et socks5:// sont pris en charge"
        );
    }

    #[test]
    fn settings_that_agree_or_are_not_there_contradict_nobody() {
        let agreeing = probe(None, &[("https_proxy", "win:1")]).seen_with(windows("win:1"));
        assert_eq!(codes(&agreeing), Vec::<&str>::new());
        let alone = probe(None, &[]).seen_with(windows("win:1"));
        assert_eq!(codes(&alone), Vec::<&str>::new());
        let wished = probe(Some("cli:1"), &[("https_proxy", "env:1")]).seen_with(None);
        assert_eq!(codes(&wished), Vec::<&str>::new());
    }

    #[test]
    fn a_setting_that_cannot_be_used_is_never_taken_for_no_proxy() {
        let seen = probe(None, &[("https_proxy", "http://u:hunter2@:1")]).seen_with(None);
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
        let seen = probe(None, &variables).seen_with(None);
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
        let explicit = probe(Some("cli:1"), &variables).seen_with(None);
        assert!(explicit.credentials().is_none());
    }

    #[test]
    fn a_script_is_recognised_and_not_evaluated() {
        let seen = probe(Some("pac:http://wpad/wpad.dat"), &[]).seen_with(None);
        let detail = crate::ProxyDetail::new(&seen, None, None);
        let pac = detail.pac.unwrap();
        assert_eq!(
            (pac.url.as_str(), pac.result),
            ("http://wpad/wpad.dat", None)
        );
        assert!(pac.error.unwrap().contains("not evaluate"));
        let finding = seen.findings().remove(0);
        assert_eq!(finding.kind.code, "proxy.pac-not-evaluated");
        assert_eq!(finding.severity, tomcheck_diagnosis::Severity::Warning);
        let step = &finding.steps(tomcheck_diagnosis::Lang::En, "linux")[0];
        assert!(step.starts_with("Open http://wpad/wpad.dat:"), "{step}");
    }
}
