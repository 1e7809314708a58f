//! Is the card's certificate revoked, asked by the way this machine takes?
//!
//! The certificate layer knows what to ask and how to judge it, the proxy layer how to get there:
//! neither knows the other.

use std::io::Read;
use std::thread::{Scope as Threads, ScopedJoinHandle};
use std::time::Duration;

use tomcheck_cert::{
    ChainSeen, Fetch, FetchFailure, FetchPhase, FetchRequest, RevocationProbe, RevocationSeen,
};
use tomcheck_diagnosis::{Deadline, Instant, Layer, Probe, Text};
use tomcheck_proxy::{
    Credentials, Environment, Memory, PacProbe, PlainFailure, PlainPhase, PlainRequest,
    ProxyPlaces, ProxyTls, Route, Setting, SiteUrl, SourcesProbe,
};

use crate::Options;
use crate::card_side::{CardSide, LEFT_OUT, NO_CARD};
use crate::contained::apart;
use crate::journal::{OUT_OF_TIME, Timed};
use crate::network_side::NetworkSide;
use crate::progress::Progress;

/// What is needed to ask; the handshake goes on meanwhile.
pub(crate) struct Inquiry {
    certificate: Vec<u8>,
    issuer: Option<Vec<u8>>,
    fetch: Through,
}

/// What was answered, or why nothing was.
pub(crate) type Answer = Result<Timed<RevocationSeen>, Text>;

/// A question under way.
pub(crate) type Asked<'scope> = ScopedJoinHandle<'scope, Answer>;

impl Inquiry {
    /// None where it is not to be asked: the card's journal then says why.
    pub(crate) fn of(
        options: &Options,
        card: &mut CardSide,
        network: &NetworkSide,
        deadline: Deadline,
    ) -> Option<Self> {
        if !options.scope.layers().contains(&Layer::Cert) {
            return None;
        }
        let chosen = card
            .certificates
            .as_ref()
            .and_then(|seen| seen.authentication());
        let certificate = chosen.map(|chosen| chosen.der.clone());
        if let Some(why) = Silent::of(options, card, network, certificate.as_deref(), deadline) {
            why.write(card);
            return None;
        }
        Some(Self {
            certificate: certificate?,
            issuer: card
                .chain
                .as_ref()
                .and_then(ChainSeen::issuer)
                .map(<[u8]>::to_vec),
            fetch: Through {
                proxy: options.proxy.clone(),
                environment: options.environment.clone(),
                places: options.proxy_places.that_decide(),
                login: options.proxy_login.clone(),
                memory: network.memory.clone(),
                tls: network.tls(),
                deadline: deadline.at_most(LIMIT),
            },
        })
    }

    /// Asks on a thread of its own, for some seconds at most.
    pub(crate) fn ask<'scope>(
        self,
        threads: &'scope Threads<'scope, '_>,
        progress: &'scope dyn Progress,
    ) -> Asked<'scope> {
        threads.spawn(move || {
            progress.begins(RevocationProbe::ID);
            let until = self.fetch.deadline.later_by(GRACE);
            apart(until, move || Timed::of(|| self.observe()))
        })
    }

    fn observe(&self) -> RevocationSeen {
        let probe = RevocationProbe {
            certificate: &self.certificate,
            issuer: self.issuer.as_deref(),
            fetch: &self.fetch,
            now: Instant::now(),
        };
        probe.observe()
    }
}

/// Why nobody is asked.
enum Silent {
    For(Text),
    Because(&'static str),
}

impl Silent {
    fn of(
        options: &Options,
        card: &CardSide,
        network: &NetworkSide,
        certificate: Option<&[u8]>,
        deadline: Deadline,
    ) -> Option<Self> {
        if !options.looks_at(Layer::Cert) {
            return Some(Self::For(LEFT_OUT));
        }
        // What keeps the site away keeps these addresses away too: it is said once.
        // A browser's fault does not: the card may be revoked all the same.
        let on_the_way = card.journal.first_fault();
        let on_the_way = on_the_way.filter(|id| Layer::of(id) != Some(Layer::Browser));
        let faults = [on_the_way, network.journal.first_fault()];
        if let Some(fault) = faults.into_iter().flatten().next() {
            return Some(Self::Because(fault));
        }
        let route = network.sources.as_ref().map(|sources| &sources.effective);
        if let Some(Route::Pac { .. } | Route::Unusable(_)) = route {
            return Some(Self::For(NO_WAY));
        }
        match certificate {
            None => Some(Self::For(NO_CARD)),
            Some(der) if !RevocationProbe::has_addresses(der) => Some(Self::For(NO_ADDRESS)),
            Some(_) if deadline.has_passed() => Some(Self::For(OUT_OF_TIME)),
            Some(_) => None,
        }
    }

    fn write(self, card: &mut CardSide) {
        match self {
            Self::For(why) => card.journal.skip(RevocationProbe::ID, why),
            Self::Because(fault) => card.journal.block(RevocationProbe::ID, fault),
        }
    }
}

/// The network as the certificate layer needs it.
struct Through {
    proxy: Option<Setting>,
    environment: Environment,
    places: ProxyPlaces,
    /// Given for the proxy, whichever it is.
    login: Option<Credentials>,
    /// What the proxy wanted when the site was asked for.
    memory: Memory,
    /// How the server of a script was verified then.
    tls: Option<ProxyTls>,
    deadline: Deadline,
}

impl Fetch for Through {
    fn fetch(&self, request: &FetchRequest<'_>) -> Result<Box<dyn Read + Send>, FetchFailure> {
        let site = SiteUrl::parse(request.url).map_err(|error| unusable(&error))?;
        let sources = SourcesProbe {
            explicit: self.proxy.clone(),
            environment: self.environment.clone(),
            places: self.places.clone(),
            url: site.clone(),
        }
        .observe();
        let credentials = self.login.as_ref().or(sources.credentials()).cloned();
        let (route, is_vouched_for) = self.followed(sources.effective, &site);
        let posted = request.body.map(|(kind, body)| (kind, body.to_vec()));
        let plain = PlainRequest {
            url: request.url.to_owned(),
            posted,
            credentials,
            is_vouched_for,
            memory: self.memory.clone(),
            tls: None,
            route,
            // A responder that says nothing must leave time for the list, which is longer.
            deadline: match request.body {
                Some(_) => self.deadline.at_most(RESPONDER_LIMIT),
                None => self.deadline,
            },
        };
        let body = plain.open().map_err(translated)?;
        Ok(Box::new(body))
    }
}

impl Through {
    /// Where a script decides, the first way it answers for this address; and whether nobody else
    /// could have named it.
    fn followed(&self, route: Route, site: &SiteUrl) -> (Route, bool) {
        let Route::Pac { url } = &route else {
            return (route, true);
        };
        let limit = self.deadline.at_most(RESPONDER_LIMIT);
        let probe = PacProbe {
            tls: self.tls.clone(),
            ..PacProbe::new(url, "", site.clone(), limit)
        };
        let seen = probe.observe_blocking();
        let ways = seen.ways().into_iter().flatten();
        (
            ways.into_iter().next().unwrap_or(route),
            seen.came_protected(),
        )
    }
}

fn unusable(error: &dyn std::error::Error) -> FetchFailure {
    FetchFailure {
        phase: FetchPhase::Address,
        failure: tomcheck_diagnosis::ForeignFailure::decimal("GET", 0).named(error.to_string()),
        proxy: None,
    }
}

fn translated(failure: PlainFailure) -> FetchFailure {
    let phase = match failure.phase {
        PlainPhase::Address => FetchPhase::Address,
        PlainPhase::Route => FetchPhase::Route,
        PlainPhase::Dns => FetchPhase::Dns,
        // no address of theirs is asked over TLS
        PlainPhase::Tcp | PlainPhase::Tls => FetchPhase::Tcp,
        PlainPhase::Proxy => FetchPhase::Proxy,
        _ => FetchPhase::Http,
    };
    FetchFailure {
        phase,
        failure: failure.failure,
        proxy: failure.proxy,
    }
}

/// Long enough for a list of some megabytes, short enough to wait for.
const LIMIT: Duration = Duration::from_secs(8);
/// Who asks keeps the limit by itself; this is for a file that is read first and does not answer.
const GRACE: Duration = Duration::from_secs(1);
const RESPONDER_LIMIT: Duration = Duration::from_secs(3);
pub(crate) const NO_WAY: Text = Text {
    fr: "le proxy à prendre n'est pas connu",
    en: "which proxy to take is not known",
};
pub(crate) const NO_ADDRESS: Text = Text {
    fr: "le certificat n'indique aucune adresse où demander s'il est révoqué",
    en: "the certificate names no address to ask whether it is revoked",
};
