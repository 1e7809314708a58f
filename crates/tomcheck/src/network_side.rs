//! From this machine to the site: does the network let the connection through?

mod interceptor;
mod other_way;
mod portal;
mod script;

use std::net::{IpAddr, SocketAddr};
use std::sync::{Arc, OnceLock};
use std::time::{Duration, Instant as Clock};

use tokio::net::TcpStream;
use tomcheck_diagnosis::{Deadline, Finding, Layer, Observation, Probe, Severity, Text};
use tomcheck_proxy::{
    ExceptionsProbe, ExceptionsSeen, IdleProbe, Memory, PacProbe, PacSeen, ProxyAddress, ProxyKind,
    ProxyTls, Route, SiteUrl, SourcesProbe, SourcesSeen, Tunnel, TunnelProbe, TunnelSeen,
};
use tomcheck_tls::{
    AddressesSeen, ConnectProbe, ConnectSeen, Credential, DifferentialProbe, DifferentialSeen,
    Ended, HandshakeProbe, HandshakeSeen, Phase, PhaseName, ResolveProbe, TcpOutcome, TlsVersion,
    Versions, client_config,
};
#[cfg(feature = "legacy-tls")]
use tomcheck_tls::{LegacyProbe, LegacySeen};

pub(crate) use self::other_way::OtherWay;
use self::script::SCRIPT_LIMIT;
use crate::card_side::{Farewell, LEFT_OUT};
use crate::contained::{UnderWay, contained_until};
use crate::differential_side::{Explained, SiteWays};
use crate::door::Door;
use crate::journal::{Journal, OUT_OF_TIME, Timed};
use crate::progress::Progress;
use crate::site_trust::SiteTrust;
use crate::{Options, Scope, Target};

/// What the network's side came to.
#[derive(Debug, Default)]
pub(crate) struct NetworkSide {
    pub(crate) journal: Journal,
    pub(crate) sources: Option<SourcesSeen>,
    sources_took: Duration,
    /// The script that decides, where one does.
    pub(crate) script: Option<PacSeen>,
    pub(crate) exceptions: Option<ExceptionsSeen>,
    pub(crate) tunnel: Option<TunnelSeen>,
    pub(crate) handshake: Option<HandshakeSeen>,
    /// What was tried to explain that, or because all was to be tried.
    pub(crate) differential: Option<DifferentialSeen>,
    /// The steps before the handshake, as the `tls` key shows them.
    pub(crate) phases: Vec<Phase>,
    addresses: Vec<IpAddr>,
    /// How the tunnel was asked for, where one was.
    tunnel_door: Option<TunnelProbe>,
    /// How the proxy wants to be asked, once it has said so.
    pub(crate) memory: Memory,
    /// How a proxy that speaks TLS is verified, or the server of a script; empty: none was met.
    tls: OnceLock<Option<ProxyTls>>,
    /// Of these, those that took a connection, the one in use first.
    open: Vec<IpAddr>,
    /// The way to the site, and since when it is open.
    way: Option<(Way, Clock)>,
    /// Of the card, while what needs no card is looked at.
    farewell: Farewell,
}

impl NetworkSide {
    fn keep(&mut self, way: Option<Way>) {
        self.way = way.map(|way| (way, Clock::now()));
    }

    /// The way that was found open, to be opened again.
    pub(crate) fn door(&self) -> Option<Door> {
        match &self.way.as_ref()?.0 {
            Way::Direct(stream) => stream.peer_addr().ok().map(Door::Direct),
            Way::Proxied(_) => self.tunnel_door.clone().map(Door::Proxied),
        }
    }

    /// How a server was verified that led to the site; none: none was met that speaks TLS.
    pub(crate) fn tls(&self) -> Option<ProxyTls> {
        self.tls.get().cloned().flatten()
    }

    /// The network of a scope that has one, when none of it was to be looked at.
    pub(crate) fn left_out(options: &Options) -> Self {
        let mut side = Self::default();
        let probes = [ResolveProbe::ID, SourcesProbe::ID, HandshakeProbe::ID];
        let of_scope =
            |id: &str| Layer::of(id).is_some_and(|l| options.scope.layers().contains(&l));
        for id in probes.into_iter().filter(|id| of_scope(id)) {
            side.journal.skip(id, LEFT_OUT);
        }
        side
    }
}

/// An open way to the site, waiting for the card's side to be known.
#[derive(Debug)]
enum Way {
    Direct(TcpStream),
    Proxied(Tunnel),
}

/// The pieces every step needs.
pub(crate) struct Network<'a> {
    pub(crate) options: &'a Options,
    pub(crate) progress: &'a dyn Progress,
    pub(crate) target: &'a Target,
    pub(crate) trust: &'a SiteTrust,
    pub(crate) deadline: Deadline,
}

impl<'a> Network<'a> {
    /// None: nothing of the network is to be looked at.
    pub(crate) fn of(
        options: &'a Options,
        progress: &'a dyn Progress,
        trust: &'a SiteTrust,
        deadline: Deadline,
    ) -> Option<Self> {
        let target = options.scope.target();
        let target = target.filter(|_| options.looks_at_network())?;
        Some(Self {
            options,
            progress,
            target,
            trust,
            deadline,
        })
    }
}

impl Network<'_> {
    /// Name, exceptions, proxy or TCP: all that needs no card. Ends by the deadline.
    pub(crate) async fn reach(&self, side: &mut NetworkSide) {
        let Some(route) = self.route(side) else {
            return self.close(side, SourcesProbe::ID);
        };
        let by_others = route != Route::Direct;
        side.addresses = self.resolve(side, by_others).await;
        if let Some(seen) = self.detect(side, &route).await {
            self.follow(side, PacProbe::WPAD, seen).await;
            return;
        }
        match route {
            Route::Pac { url } => {
                let seen = self.script(side, &url, SCRIPT_LIMIT).await;
                self.follow(side, &url, seen).await;
            }
            route => {
                self.note_sources(side);
                self.exceptions(side);
                self.take(side, route).await;
            }
        }
    }

    /// What of the network is looked at in any case.
    pub(crate) fn probes(&self) -> Vec<&'static str> {
        let probes = [ResolveProbe::ID, SourcesProbe::ID, ExceptionsProbe::ID];
        let wanted = |id: &&str| Layer::of(id).is_some_and(|layer| self.wants(layer));
        probes.into_iter().filter(wanted).collect()
    }

    /// Which way to take is not known.
    fn close(&self, side: &mut NetworkSide, by: &'static str) {
        for id in self.probes() {
            if !side.journal.knows(id) {
                side.journal.block(id, by);
            }
        }
    }

    async fn take(&self, side: &mut NetworkSide, route: Route) {
        match route {
            Route::Direct => self.connect(side).await,
            Route::Proxy(proxy) => self.tunnel(side, proxy).await,
            // What the setting asks for cannot be done by this version; its finding says so.
            Route::Pac { .. } | Route::Unusable(_) => {
                side.journal.could_not_look(ConnectProbe::ID, NO_ROUTE);
            }
        }
    }

    /// The handshake over the way found, with what the card has; where it fails, what else is
    /// on the way.
    pub(crate) async fn shake_hands(&self, side: &mut NetworkSide, credential: Option<Credential>) {
        if let Scope::Proxy(_) = self.options.scope {
            return self.look_for_an_interceptor(side).await;
        }
        self.greet(side, credential).await;
        self.suspect(side, HandshakeProbe::ID).await;
        self.ask_for_a_portal(side).await;
    }

    async fn greet(&self, side: &mut NetworkSide, credential: Option<Credential>) {
        let Some((way, since)) = side.way.take() else {
            self.no_handshake(side);
            return;
        };
        if self.deadline.has_passed() {
            side.journal.could_not_look(HandshakeProbe::ID, OUT_OF_TIME);
            return;
        }
        let way = self.still_fresh(side, way, since).await;
        let probe = match self.handshake(credential.clone()) {
            Ok(probe) => probe,
            Err(why) => return side.journal.could_not_look(HandshakeProbe::ID, why),
        };
        self.progress.begins(HandshakeProbe::ID);
        let begun = Clock::now();
        let mut seen = way.examine(&probe).await;
        if lacks_a_scheme_in_tls13(&seen) {
            self.look_again_without_tls13(side, &probe, &mut seen).await;
        }
        let took = begun.elapsed();
        #[cfg(feature = "legacy-tls")]
        let second = self.go_on(side, credential.clone(), &mut seen).await;
        side.farewell = Farewell::of((probe, credential));
        self.explain(side, &seen, took).await;
        #[cfg(feature = "legacy-tls")]
        if let Some((took, second)) = second {
            side.journal
                .record(self.progress, LegacyProbe::ID, took, &second);
        }
        side.handshake = Some(seen);
    }

    /// Writes the handshake down, with what further trials say of it where some are made.
    async fn explain(&self, side: &mut NetworkSide, seen: &HandshakeSeen, took: Duration) {
        let id = HandshakeProbe::ID;
        let ways = self.ways(side);
        let Some(probe) = ways.probe(seen, self.options.thorough, self.deadline) else {
            side.journal.record(self.progress, id, took, seen);
            return;
        };
        if self.deadline.has_passed() {
            side.journal.record(self.progress, id, took, seen);
            side.journal.skip(DifferentialProbe::ID, OUT_OF_TIME);
            return;
        }
        let begun = Clock::now();
        let under_way = UnderWay::new(self.progress);
        let trying = async {
            under_way.begins(DifferentialProbe::ID);
            probe.observe(&ways).await
        };
        let by = match contained_until(&under_way, self.deadline, trying).await {
            Ok(by) => by,
            Err(broken) => {
                side.journal.record(self.progress, id, took, seen);
                broken.note(&mut side.journal, &[DifferentialProbe::ID]);
                return;
            }
        };
        let explained = Explained { seen, by: &by };
        side.journal.record(self.progress, id, took, &explained);
        let (id, took) = (DifferentialProbe::ID, begun.elapsed());
        if by.trials.is_empty() && by.ended == Ended::OutOfTime {
            side.journal.skip(id, OUT_OF_TIME);
        } else {
            side.journal.record(self.progress, id, took, &by);
        }
        side.differential = Some(by);
    }

    fn ways(&self, side: &NetworkSide) -> SiteWays {
        let route = side.sources.as_ref().map(|sources| &sources.effective);
        let proxy = match route {
            Some(Route::Proxy(proxy)) => Some(self.tunnel_probe(side, proxy.clone())),
            _ => None,
        };
        let addresses = match proxy {
            Some(_) => side.addresses.clone(),
            None => side.open.clone(),
        };
        SiteWays {
            proxy,
            addresses,
            port: self.target.port(),
        }
    }

    /// The way rustls would not go, over a connection of its own.
    #[cfg(feature = "legacy-tls")]
    async fn go_on(
        &self,
        side: &mut NetworkSide,
        credential: Option<Credential>,
        seen: &mut HandshakeSeen,
    ) -> Option<(Duration, LegacySeen)> {
        let probe = LegacyProbe::after(seen, self.handshake(credential).ok()?)?;
        let Some(way) = self.open_again(side).await else {
            side.journal.could_not_look(LegacyProbe::ID, OUT_OF_REACH);
            return None;
        };
        self.progress.begins(LegacyProbe::ID);
        let begun = Clock::now();
        let second = match way {
            Way::Direct(stream) => probe.observe(stream).await,
            Way::Proxied(tunnel) => probe.observe(tunnel).await,
        };
        seen.note_legacy(&second);
        Some((begun.elapsed(), second))
    }

    /// A slow card must not make a connection that waited too long look like one that was cut.
    async fn still_fresh(&self, side: &NetworkSide, way: Way, since: Clock) -> Way {
        if since.elapsed() < IDLE_LIMIT {
            return way;
        }
        self.open_again(side).await.unwrap_or(way)
    }

    /// Why it cannot be made: nobody is known whose word could be taken for who the site is.
    fn handshake(&self, credential: Option<Credential>) -> Result<HandshakeProbe, Text> {
        let limit = self.deadline.at_most(HANDSHAKE_LIMIT);
        let (host, port, path) = (self.target.host(), self.target.port(), self.target.path());
        let trust = self.trust.get(self.deadline)?.clone();
        let probe = HandshakeProbe::new(host, port, path, trust, limit);
        Ok(match credential {
            Some(credential) => probe.with_credential(credential),
            None => probe,
        })
    }

    /// TLS 1.3 asks for signatures that a CPS3 does not make: would TLS 1.2 do? The card is not
    /// asked to sign a second time: the server's demand says enough.
    async fn look_again_without_tls13(
        &self,
        side: &NetworkSide,
        probe: &HandshakeProbe,
        seen: &mut HandshakeSeen,
    ) {
        if let Some(way) = self.open_again(side).await {
            let probe = probe.clone().with_versions(Versions::Tls12Only);
            let probe = probe.without_signer();
            seen.note_without_tls13(&way.examine(&probe).await);
        }
    }

    async fn open_again(&self, side: &NetworkSide) -> Option<Way> {
        if let Some(proxy) = side.sources.as_ref().map(|sources| &sources.effective)
            && let Route::Proxy(proxy) = proxy
        {
            let probe = self.tunnel_probe(side, proxy.clone());
            return probe.observe().await.1.map(Way::Proxied);
        }
        let limit = self.deadline.at_most(TCP_LIMIT);
        let probe = ConnectProbe::new(&side.addresses, self.target.port(), limit);
        probe.observe().await.1.map(Way::Direct)
    }

    fn no_handshake(&self, side: &mut NetworkSide) {
        if !self.options.scope.layers().contains(&Layer::Tls) {
            return;
        }
        if !self.wants(Layer::Tls) {
            side.journal.skip(HandshakeProbe::ID, LEFT_OUT);
        } else if let Some(fault) = side.journal.first_fault() {
            side.journal.block(HandshakeProbe::ID, fault);
        } else {
            side.journal.skip(HandshakeProbe::ID, NO_ROUTE);
        }
    }

    /// Whether anybody asks who answers at the end of the way.
    fn goes_on(&self) -> bool {
        self.wants(Layer::Tls) || self.looks_for_an_interceptor()
    }

    fn wants(&self, layer: Layer) -> bool {
        self.options.looks_at(layer)
    }

    /// None where the files of the settings do not answer in time.
    fn route(&self, side: &mut NetworkSide) -> Option<Route> {
        let probe = SourcesProbe {
            explicit: self.options.proxy.clone(),
            environment: self.options.environment.clone(),
            places: self.options.proxy_places.clone(),
            url: SiteUrl::https(self.target.host(), self.target.port()),
        };
        // Left out of the report or not, it is the way this machine goes. It is written down once
        // it is known what a script answers, which is its setting's answer.
        let limit = self.deadline.at_most(self.deadline.remaining() / 2);
        let (lost, look) = (Journal::break_off, move || probe.observe());
        let Timed { seen, took } =
            side.journal
                .begin_apart(self.progress, SourcesProbe::ID, limit, lost, look)?;
        side.sources_took = took;
        let route = seen.effective.clone();
        side.sources = Some(seen);
        Some(route)
    }

    fn note_sources(&self, side: &mut NetworkSide) {
        let Some(sources) = side.sources.as_ref().filter(|_| self.wants(Layer::Proxy)) else {
            return;
        };
        let id = SourcesProbe::ID;
        side.journal
            .record(self.progress, id, side.sources_took, sources);
    }

    async fn resolve(&self, side: &mut NetworkSide, by_others: bool) -> Vec<IpAddr> {
        let probe = ResolveProbe::new(self.target.host(), self.deadline.at_most(DNS_LIMIT));
        self.progress.begins(ResolveProbe::ID);
        let begun = Clock::now();
        let seen = probe.observe().await;
        side.phases
            .push(phase(PhaseName::Dns, &side.phases, begun.elapsed()));
        let addresses = seen.addresses().to_vec();
        // left out, a failure is told all the same where nothing wanted goes on without the address
        let is_in_the_way = addresses.is_empty() && !by_others;
        if self.wants(Layer::Network) || is_in_the_way {
            let seen = Resolved {
                seen: &seen,
                by_others,
            };
            side.journal
                .record(self.progress, ResolveProbe::ID, begun.elapsed(), &seen);
        } else {
            side.journal.skip(ResolveProbe::ID, LEFT_OUT);
        }
        addresses
    }

    fn exceptions(&self, side: &mut NetworkSide) {
        if !self.wants(Layer::Proxy) {
            return;
        }
        let Some(sources) = side.sources.take() else {
            return;
        };
        let probe = ExceptionsProbe {
            sources: &sources,
            addresses: &side.addresses,
        };
        side.exceptions = Some(side.journal.observe(self.progress, &probe));
        side.sources = Some(sources);
    }

    async fn connect(&self, side: &mut NetworkSide) {
        if side.addresses.is_empty() {
            // whoever was to find it for this machine is not there: it is in the way after all
            side.journal.raise("network.dns-failure");
            let fault = side.journal.first_fault().unwrap_or(ResolveProbe::ID);
            side.journal.block(ConnectProbe::ID, fault);
            return;
        }
        let limit = self.deadline.at_most(TCP_LIMIT);
        self.progress.begins(ConnectProbe::ID);
        let begun = Clock::now();
        let probe = ConnectProbe::new(&side.addresses, self.target.port(), limit);
        let (seen, stream) = probe.observe().await;
        side.phases
            .push(phase(PhaseName::Tcp, &side.phases, begun.elapsed()));
        side.journal
            .record(self.progress, ConnectProbe::ID, begun.elapsed(), &seen);
        side.open = open(&seen);
        side.keep(stream.map(Way::Direct).filter(|_| self.goes_on()));
    }

    fn tunnel_probe(&self, side: &NetworkSide, proxy: ProxyAddress) -> TunnelProbe {
        let of_setting = side.sources.as_ref().and_then(SourcesSeen::credentials);
        let credentials = self.options.proxy_login.as_ref().or(of_setting);
        let deadline = self.deadline.at_most(PROXY_LIMIT);
        let (host, port) = (self.target.host(), self.target.port());
        TunnelProbe {
            credentials: credentials.cloned(),
            is_vouched_for: side.script.as_ref().is_none_or(PacSeen::came_protected),
            memory: side.memory.clone(),
            tls: match proxy.kind {
                ProxyKind::Https => self.tls(side),
                _ => None,
            },
            ..TunnelProbe::new(proxy, host, port, deadline)
        }
    }

    /// Proxies themselves and the servers of scripts are verified as the site is.
    fn tls(&self, side: &NetworkSide) -> Option<ProxyTls> {
        let made = side.tls.get_or_init(|| {
            let config =
                client_config(None, self.trust.get(self.deadline).ok()?, Versions::Default).ok()?;
            Some(Arc::new(config))
        });
        made.clone()
    }

    async fn tunnel(&self, side: &mut NetworkSide, proxy: ProxyAddress) {
        let probe = self.tunnel_probe(side, proxy);
        self.progress.begins(TunnelProbe::ID);
        let begun = Clock::now();
        let observed = probe.observe().await;
        self.tunnelled(side, probe, begun, observed).await;
    }

    /// Writes down what the proxy in use answered; where it refused, what else it refuses.
    async fn tunnelled(
        &self,
        side: &mut NetworkSide,
        probe: TunnelProbe,
        begun: Clock,
        (mut seen, tunnel): (TunnelSeen, Option<Tunnel>),
    ) {
        let took = begun.elapsed();
        let compared = TunnelProbe {
            deadline: self.deadline.at_most(COMPARED_LIMIT),
            ..probe.clone()
        };
        let control = self.options.control.as_ref();
        compared.compare(&mut seen, &side.addresses, control).await;
        side.tunnel_door = Some(probe);
        side.phases
            .push(phase(PhaseName::Proxy, &side.phases, took));
        side.journal
            .record(self.progress, TunnelProbe::ID, took, &seen);
        let tunnel = self.hold(side, &seen, tunnel).await;
        side.keep(tunnel.map(Way::Proxied).filter(|_| self.goes_on()));
        side.tunnel = Some(seen);
    }
}

impl Network<'_> {
    /// Gives the tunnel up where it was to be held; else it goes on.
    async fn hold(
        &self,
        side: &mut NetworkSide,
        seen: &TunnelSeen,
        tunnel: Option<Tunnel>,
    ) -> Option<Tunnel> {
        let (Some(limit), Scope::Proxy(target)) = (self.options.hold, &self.options.scope) else {
            return tunnel;
        };
        let address = side.addresses.first();
        let probe = IdleProbe {
            tunnel: tunnel?,
            direct: address.map(|address| SocketAddr::new(*address, target.port())),
            deadline: self.deadline.at_most(limit),
        };
        self.progress.begins(IdleProbe::ID);
        let begun = Clock::now();
        let idle = probe.observe(seen).await;
        let took = begun.elapsed();
        side.journal
            .record(self.progress, IdleProbe::ID, took, &idle);
        None
    }
}

impl Way {
    async fn examine(self, probe: &HandshakeProbe) -> HandshakeSeen {
        match self {
            Self::Direct(stream) => probe.observe(stream).await,
            Self::Proxied(tunnel) => probe.observe(tunnel).await,
        }
    }
}

fn open(seen: &ConnectSeen) -> Vec<IpAddr> {
    let attempts = seen.attempts.iter();
    let open = attempts.filter(|attempt| attempt.outcome == TcpOutcome::Connected);
    open.map(|attempt| attempt.address).collect()
}

fn lacks_a_scheme_in_tls13(seen: &HandshakeSeen) -> bool {
    let lacks = |finding: &Finding| finding.kind.code == "tls.signature-scheme-unavailable";
    seen.negotiated == Some(TlsVersion::Tls13) && seen.findings().iter().any(lacks)
}

/// A name that does not resolve here is harmless when a proxy, known or not, resolves it.
struct Resolved<'a> {
    seen: &'a AddressesSeen,
    by_others: bool,
}

impl serde::Serialize for Resolved<'_> {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.seen.serialize(serializer)
    }
}

impl Observation for Resolved<'_> {
    fn findings(&self) -> Vec<Finding> {
        let findings = self.seen.findings().into_iter();
        match self.by_others {
            true => findings.map(|finding| finding.at(Severity::Info)).collect(),
            false => findings.collect(),
        }
    }
}

/// A step that began when the ones before it ended.
fn phase(name: PhaseName, earlier: &[Phase], duration: Duration) -> Phase {
    let start_us = earlier
        .iter()
        .map(|phase| phase.start_us + phase.duration_us)
        .max()
        .unwrap_or(0);
    let duration_us = u64::try_from(duration.as_micros()).unwrap_or(u64::MAX);
    Phase {
        name,
        start_us,
        duration_us,
    }
}

const DNS_LIMIT: Duration = Duration::from_secs(5);
const TCP_LIMIT: Duration = Duration::from_secs(10);
const PROXY_LIMIT: Duration = Duration::from_secs(15);
const COMPARED_LIMIT: Duration = Duration::from_secs(5);
const IDLE_LIMIT: Duration = Duration::from_secs(2);
const HANDSHAKE_LIMIT: Duration = Duration::from_secs(30);
pub(crate) const OUT_OF_REACH: Text = Text {
    fr: "le site n'a pas pu être joint une seconde fois",
    en: "the site could not be reached a second time",
};
pub(crate) const NO_ROUTE: Text = Text {
    fr: "le réglage du proxy ne peut pas être suivi par cette version",
    en: "the proxy setting cannot be followed by this version",
};
