//! What came of following a script?

use std::net::IpAddr;
use std::sync::Arc;
use std::time::{Duration, Instant};

use serde::{Deserialize, Serialize};
use tokio::sync::oneshot;
use tomcheck_diagnosis::{Deadline, Finding, Observation};

use super::evaluate::{Task, evaluate};
use super::fetch::{NotFetched, fetch, shown};
use super::judge::judge;
use super::{PacAnswer, PacLimits, PacResolver, ScriptFault, ScriptFaultKind, SystemResolver};
use crate::{ProxyTls, Route, SiteUrl};

/// Fetches the script that decides and asks it for the way to a site, by the site's name and by
/// each of its addresses.
#[derive(Clone)]
pub struct PacProbe {
    /// Where the script is, or [`PacProbe::WPAD`].
    pub url: String,
    /// The setting that says so.
    pub location: String,
    /// The site to be reached.
    pub site: SiteUrl,
    /// Its addresses; empty when it did not resolve.
    pub addresses: Vec<IpAddr>,
    /// How the server of a script at an `https://` address is verified; none: no such script is
    /// fetched.
    pub tls: Option<ProxyTls>,
    /// Who tells the script what addresses a name has.
    pub resolver: Arc<dyn PacResolver>,
    /// What the script may use.
    pub limits: PacLimits,
    /// When all of it must have ended.
    pub deadline: Deadline,
}

/// A script, and the way it leads the site.
#[derive(Clone, Debug, Eq, PartialEq, Serialize, Deserialize)]
pub struct PacSeen {
    /// Where the setting says it is.
    pub url: String,
    /// The setting.
    #[serde(rename = "where")]
    pub location: String,
    /// The site it was asked about.
    pub host: String,
    /// Where it was at last; none: nowhere.
    pub found: Option<PacFound>,
    /// Where it was looked for in vain.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub not_fetched: Vec<NotFetched>,
    /// What it answers for the site's name; none: see [`Self::fault`].
    pub answer: Option<PacAnswer>,
    /// The line that answered; none where that could not be told.
    pub winning_line: Option<PacLine>,
    /// Why there is no answer.
    pub fault: Option<ScriptFault>,
    /// What it answers for each address of the site.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub by_address: Vec<AddressAnswer>,
    /// What it gave to `alert`, at most 20 times.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub alerts: Vec<String>,
    /// How long the script itself ran, in microseconds.
    pub ran_us: u64,
    /// How many names it asked about.
    pub names: usize,
    /// How long that took, in milliseconds.
    pub names_ms: u64,
    /// How long it was fetched, in milliseconds.
    pub fetched_ms: u64,
}

/// A script that was there.
#[derive(Clone, Debug, Eq, PartialEq, Serialize, Deserialize)]
pub struct PacFound {
    /// Where it was, after redirections.
    pub url: String,
    /// How many characters it has.
    pub length: usize,
    /// Whether it is a page of the web, not a script.
    pub is_page: bool,
}

/// A line of a script.
#[derive(Clone, Debug, Eq, PartialEq, Serialize, Deserialize)]
pub struct PacLine {
    /// From 1.
    pub number: u32,
    /// Its text, cut after 160 characters.
    pub text: String,
}

/// What a script answers for an address.
#[derive(Clone, Debug, Eq, PartialEq, Serialize, Deserialize)]
pub struct AddressAnswer {
    /// One of the site's addresses.
    pub address: IpAddr,
    /// The first way; none: no answer.
    pub route: Option<Route>,
}

impl PacProbe {
    /// The probe's name.
    pub const ID: &'static str = "proxy.pac";

    /// In the place of an address: the script is to be found by automatic detection.
    pub const WPAD: &'static str = super::WPAD;

    /// A probe of the script at `url`, with the system's resolver and the usual limits.
    pub fn new(
        url: impl Into<String>,
        location: impl Into<String>,
        site: SiteUrl,
        deadline: Deadline,
    ) -> Self {
        Self {
            url: url.into(),
            location: location.into(),
            site,
            addresses: Vec::new(),
            tls: None,
            resolver: Arc::new(SystemResolver),
            limits: PacLimits::default(),
            deadline,
        }
    }

    /// Looks, until the deadline at the latest.
    pub async fn observe(&self) -> PacSeen {
        let (sender, receiver) = oneshot::channel();
        let probe = self.clone();
        std::thread::spawn(move || {
            // Nobody listens any more once the deadline has passed.
            let _ = sender.send(probe.observe_blocking());
        });
        match tokio::time::timeout(self.deadline.remaining(), receiver).await {
            Ok(Ok(seen)) => seen,
            Ok(Err(_)) | Err(_) => PacSeen {
                fault: Some(ScriptFault::new(ScriptFaultKind::Time, "")),
                ..self.nothing()
            },
        }
    }

    /// The same, in the caller's thread: blocks until the deadline at the latest.
    pub fn observe_blocking(&self) -> PacSeen {
        let begun = Instant::now();
        let fetched = fetch(&self.url, self.tls.as_ref(), self.deadline.at_most(FETCH));
        let seen = PacSeen {
            fetched_ms: milliseconds(begun.elapsed()),
            ..self.nothing()
        };
        match fetched {
            Err(not_fetched) => PacSeen {
                not_fetched,
                ..seen
            },
            Ok(found) => {
                let script = found.text.clone();
                let found = PacFound {
                    length: script.chars().count(),
                    is_page: script.trim_start().starts_with('<'),
                    url: found.url,
                };
                PacSeen {
                    found: Some(found),
                    ..self.evaluated(script, seen)
                }
            }
        }
    }

    fn evaluated(&self, script: String, seen: PacSeen) -> PacSeen {
        let task = Task {
            script,
            site: self.site.clone(),
            addresses: self.addresses.clone(),
            resolver: self.resolver.clone(),
            limits: self.limits,
        };
        let by = evaluate(task, self.deadline.at_most(EVALUATION));
        PacSeen {
            answer: by.answer.as_deref().ok().map(PacAnswer::parse),
            fault: by.answer.err(),
            winning_line: by.beside.line,
            by_address: by.beside.by_address,
            alerts: by.beside.alerts,
            ran_us: u64::try_from(by.took.as_micros()).unwrap_or(u64::MAX),
            names: by.names,
            names_ms: milliseconds(by.names_took),
            ..seen
        }
    }

    pub(super) fn nothing(&self) -> PacSeen {
        PacSeen {
            url: shown(&self.url),
            location: self.location.clone(),
            host: self.site.host.clone(),
            found: None,
            not_fetched: Vec::new(),
            answer: None,
            winning_line: None,
            fault: None,
            by_address: Vec::new(),
            alerts: Vec::new(),
            ran_us: 0,
            names: 0,
            names_ms: 0,
            fetched_ms: 0,
        }
    }
}

impl std::fmt::Debug for PacProbe {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("PacProbe")
            .field("url", &shown(&self.url))
            .field("site", &self.site)
            .finish_non_exhaustive()
    }
}

impl PacSeen {
    /// The ways a browser tries, in order: the answer's; `DIRECT` where there is no script, or one
    /// that fails. None where nobody can tell: a browser gives a script all the time it takes, and
    /// fetches one where this program does not.
    pub fn ways(&self) -> Option<Vec<Route>> {
        match (&self.answer, &self.fault) {
            (Some(answer), _) => Some(answer.routes.clone()),
            (None, Some(fault)) if fault.kind == ScriptFaultKind::Time => None,
            _ if self.is_beyond_us() => None,
            (None, _) => Some(vec![Route::Direct]),
        }
    }

    /// Whether nobody on the way could write what it says: it came over TLS, or from this machine.
    pub fn came_protected(&self) -> bool {
        let found = self.found.as_ref().map(|found| found.url.as_str());
        let mut places = std::iter::once(self.url.as_str()).chain(found);
        places.all(|url| {
            let scheme = url.split_once(':').map_or("", |(scheme, _)| scheme);
            let kept = ["https", "file", "data"];
            kept.iter().any(|kept| kept.eq_ignore_ascii_case(scheme))
        })
    }

    pub(super) fn is_beyond_us(&self) -> bool {
        self.not_fetched.iter().any(|one| one.is_beyond_us)
    }
}

impl Observation for PacSeen {
    fn findings(&self) -> Vec<Finding> {
        judge(self)
    }
}

fn milliseconds(duration: Duration) -> u64 {
    u64::try_from(duration.as_millis()).unwrap_or(u64::MAX)
}

/// Long enough for a server at the other end of a country, short enough to wait for.
const FETCH: Duration = Duration::from_secs(8);
/// Twice the time of names for one evaluation, and a little.
const EVALUATION: Duration = Duration::from_secs(7);
