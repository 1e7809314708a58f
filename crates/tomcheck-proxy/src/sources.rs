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
