//! Where does a script (PAC) send the site, and which of its ways is open?

use std::time::{Duration, Instant as Clock};

use serde::Serialize;
use tomcheck_diagnosis::{Finding, Layer, Observation, Severity, Text};
use tomcheck_proxy::{
    Outcome, PacProbe, PacSeen, ProxyAddress, Route, SiteUrl, SourceSeen, SourcesSeen, Speaks,
    TunnelProbe, TunnelSeen,
};
use tomcheck_tls::{ConnectProbe, ConnectSeen};

use super::{NO_ROUTE, Network, NetworkSide};

/// The ways of a script's answer that were tried in vain before the one that was taken.
#[derive(Debug, Serialize)]
struct PassedOver {
    attempts: Vec<Attempt>,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "kebab-case")]
enum Attempt {
    Direct(ConnectSeen),
    Proxy(Box<TunnelSeen>),
}

/// The probe's id in reports.
const ID: &str = "proxy.pac-attempts";

/// A proxy that does not answer costs time, and every program behind this script waits for it.
impl Observation for PassedOver {
    fn findings(&self) -> Vec<Finding> {
        let findings = self.attempts.iter().flat_map(|attempt| match attempt {
            Attempt::Direct(seen) => seen.findings(),
            Attempt::Proxy(seen) => seen.findings(),
        });
        findings
            .map(|finding| finding.at(Severity::Warning))
            .collect()
    }
}

impl Network<'_> {
    /// What automatic detection finds, where the setting that decides asks for it: it goes before
    /// all else there. None where it finds nothing, which is how most networks are, and the setting
    /// has something else to go by.
    pub(super) async fn detect(&self, side: &NetworkSide, route: &Route) -> Option<PacSeen> {
        let deciding = side.sources.as_ref().and_then(SourcesSeen::deciding);
        deciding.filter(|source| source.auto_detect)?;
        let is_all = matches!(route, Route::Pac { url } if url == PacProbe::WPAD);
        let limit = if is_all {
            SCRIPT_LIMIT
        } else {
            DETECTION_LIMIT
        };
        let seen = self.script(side, PacProbe::WPAD, limit).await;
        (is_all || seen.found.is_some()).then_some(seen)
    }

    /// Asks the script at `url` about the site.
    pub(super) async fn script(&self, side: &NetworkSide, url: &str, limit: Duration) -> PacSeen {
        let deciding = side.sources.as_ref().and_then(SourcesSeen::deciding);
        let location = deciding.map_or(String::new(), |source| source.location.clone());
        let site = SiteUrl::https(self.target.host(), self.target.port());
        let probe = PacProbe {
            addresses: side.addresses.clone(),
            tls: self.tls(side),
            ..PacProbe::new(url, location, site, self.deadline.at_most(limit))
        };
        self.progress.begins(PacProbe::ID);
        probe.observe().await
    }

    /// Takes the first of the script's ways that takes a connection, as browsers do.
    pub(super) async fn follow(&self, side: &mut NetworkSide, url: &str, seen: PacSeen) {
        let ways = seen.ways();
        let why = match seen.fault {
            Some(_) => TOO_SLOW,
            None => NO_ROUTE,
        };
        answered(side, url, ways.as_deref());
        self.note_sources(side);
        if self.wants(Layer::Proxy) {
            let took = Duration::from_millis(seen.fetched_ms + seen.names_ms);
            side.journal
                .record(self.progress, PacProbe::ID, took, &seen);
        }
        side.script = Some(seen);
        self.exceptions(side);
        match ways {
            Some(ways) => self.first_open(side, ways).await,
            None => side.journal.could_not_look(ConnectProbe::ID, why),
        }
    }

    async fn first_open(&self, side: &mut NetworkSide, ways: Vec<Route>) {
        let mut attempts = Vec::new();
        let mut ways = ways.into_iter().peekable();
        while let Some(way) = ways.next() {
            if let Some(sources) = &mut side.sources {
                sources.effective = way.clone();
            }
            if ways.peek().is_none() {
                self.passed_over(side, attempts);
                return self.take(side, way).await;
            }
            match self.attempt(side, way).await {
                Some(attempt) => attempts.push(attempt),
                None => return self.passed_over(side, attempts),
            }
        }
    }

    /// Tries a way after which there is another; none: it is open, and taken.
    async fn attempt(&self, side: &mut NetworkSide, way: Route) -> Option<Attempt> {
        match way {
            Route::Direct => {
                let limit = self.deadline.at_most(ATTEMPT_LIMIT);
                let probe = ConnectProbe::new(&side.addresses, self.target.port(), limit);
                let (seen, stream) = probe.observe().await;
                if stream.is_none() {
                    return Some(Attempt::Direct(seen));
                }
                self.connect(side).await;
                None
            }
            Route::Proxy(proxy) => self.attempt_through(side, proxy).await,
            Route::Pac { .. } | Route::Unusable(_) => None,
        }
    }

    async fn attempt_through(
        &self,
        side: &mut NetworkSide,
        proxy: ProxyAddress,
    ) -> Option<Attempt> {
        let probe = TunnelProbe {
            deadline: self.deadline.at_most(ATTEMPT_LIMIT),
            ..self.tunnel_probe(side, proxy)
        };
        self.progress.begins(TunnelProbe::ID);
        let begun = Clock::now();
        let observed = probe.observe().await;
        if is_closed(&observed.0) {
            return Some(Attempt::Proxy(Box::new(observed.0)));
        }
        self.tunnelled(side, probe, begun, observed).await;
        None
    }

    fn passed_over(&self, side: &mut NetworkSide, attempts: Vec<Attempt>) {
        if attempts.is_empty() || !self.wants(Layer::Proxy) {
            return;
        }
        let seen = PassedOver { attempts };
        side.journal
            .record(self.progress, ID, Duration::ZERO, &seen);
    }
}

/// A setting that leads to this script answers what the script does.
fn answered(side: &mut NetworkSide, script: &str, ways: Option<&[Route]>) {
    let (Some(sources), Some(first)) = (&mut side.sources, ways.and_then(<[_]>::first)) else {
        return;
    };
    let of_script = |source: &SourceSeen| match &source.answer_for_url {
        _ if script == PacProbe::WPAD && source.auto_detect => true,
        Route::Pac { url } => url == script,
        _ => false,
    };
    for source in &mut sources.sources {
        if of_script(source) {
            source.answer_for_url = first.clone();
        }
    }
    sources.effective = first.clone();
}

/// A proxy that answers, even to refuse, is the way: browsers look no further. So is one that was
/// shown a password: the next one is not to get it too.
fn is_closed(seen: &TunnelSeen) -> bool {
    let says_nothing = match &seen.outcome {
        Outcome::Unresolved { .. }
        | Outcome::Unreachable
        | Outcome::NoAnswer { .. }
        | Outcome::Insecure { .. } => true,
        Outcome::NotHttp { speaks, .. } => *speaks == Speaks::Nothing,
        _ => false,
    };
    says_nothing && seen.user.is_none()
}

/// For a script to come, and to look up what it asks about.
pub(super) const SCRIPT_LIMIT: Duration = Duration::from_secs(15);
/// Where nobody offers a script, a resolver says so at once, or never.
const DETECTION_LIMIT: Duration = Duration::from_secs(4);
/// There is another way, and no reason to wait for long.
const ATTEMPT_LIMIT: Duration = Duration::from_secs(5);
const TOO_SLOW: Text = Text {
    fr: "le script qui choisit le proxy n'a pas répondu à temps",
    en: "the script that chooses the proxy did not answer in time",
};
