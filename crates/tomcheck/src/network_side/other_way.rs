//! What does the site show by the way that was not taken?
//!
//! A certificate that does not verify may be the site's own or that of a box on the way: the same
//! question asked by another way tells which. The card has no part in it.

use std::time::{Duration, Instant as Clock};

use serde::Serialize;
use tomcheck_diagnosis::{Finding, Observation};
use tomcheck_proxy::{Memory, ProxyAddress, Route, TunnelProbe};
use tomcheck_tls::{ConnectProbe, HandshakeSeen, Requested, ServerVerdict};

use super::{Network, NetworkSide, Way};
use crate::interception;

/// The probe's id in reports.
pub(super) const ID: &str = "tls.other-way";

/// What came of the other way.
#[derive(Debug, Serialize)]
pub(crate) struct OtherWay {
    /// The proxy, `host:port`; none: without any.
    pub(crate) proxy: Option<String>,
    /// None: it is closed.
    pub(crate) seen: Option<HandshakeSeen>,
}

/// It is there to be compared with: what it means by itself, nobody asked.
impl Observation for OtherWay {
    fn findings(&self) -> Vec<Finding> {
        Vec::new()
    }
}

impl Network<'_> {
    /// Asks by the other way where the site's certificate raises a doubt, and judges both; what that
    /// comes to is told under the probe that made the handshake.
    pub(super) async fn suspect(&self, side: &mut NetworkSide, probe: &str) {
        let Some(seen) = &side.handshake else {
            return;
        };
        let doubtful = is_doubtful(seen, side.is_proxied());
        let other = match doubtful {
            true => self.by_the_other_way(side).await,
            false => None,
        };
        let proxied = side.is_proxied();
        let handshake = side.handshake.as_ref();
        let found = handshake.and_then(|seen| interception::of(seen, proxied, other.as_ref()));
        if let Some(finding) = found {
            side.journal.add_finding(probe, finding);
        }
    }

    async fn by_the_other_way(&self, side: &mut NetworkSide) -> Option<OtherWay> {
        let proxy = match side.is_proxied() {
            true => None,
            false => Some(side.unused_proxy()?),
        };
        self.progress.begins(ID);
        let begun = Clock::now();
        let way = match &proxy {
            None => self.direct(side).await,
            Some(proxy) => self.through(side, proxy.clone()).await,
        };
        let limit = self.deadline.at_most(LIMIT);
        let probe = self.handshake(None).ok()?.ending_by(limit);
        let seen = match way {
            Some(way) => Some(way.examine(&probe).await),
            None => None,
        };
        let proxy = proxy.map(|proxy| proxy.to_string());
        let other = OtherWay { proxy, seen };
        side.journal
            .record(self.progress, ID, begun.elapsed(), &other);
        Some(other)
    }

    async fn direct(&self, side: &NetworkSide) -> Option<Way> {
        let limit = self.deadline.at_most(LIMIT);
        let probe = ConnectProbe::new(&side.addresses, self.target.port(), limit);
        probe.observe().await.1.map(Way::Direct)
    }

    async fn through(&self, side: &NetworkSide, proxy: ProxyAddress) -> Option<Way> {
        let probe = TunnelProbe {
            // those of another setting are not for this proxy
            credentials: None,
            memory: Memory::default(),
            deadline: self.deadline.at_most(LIMIT),
            ..self.tunnel_probe(side, proxy)
        };
        probe.observe().await.1.map(Way::Proxied)
    }
}

impl NetworkSide {
    fn is_proxied(&self) -> bool {
        self.tunnel.is_some()
    }

    /// A proxy that some setting names for this site, while another one decided.
    fn unused_proxy(&self) -> Option<ProxyAddress> {
        let sources = self.sources.iter().flat_map(|seen| &seen.sources);
        let mut routes = sources.map(|source| &source.answer_for_url);
        routes.find_map(|route| match route {
            Route::Proxy(proxy) => Some(proxy.clone()),
            _ => None,
        })
    }
}

/// Also where it verifies by the proxy's way, and the card is never asked for: an establishment
/// makes its workstations trust the authority it looks inside with.
fn is_doubtful(seen: &HandshakeSeen, proxied: bool) -> bool {
    let is_untrusted = matches!(seen.server_verdict, ServerVerdict::Untrusted { .. });
    let never_asked = seen.client_auth.requested == Requested::Never;
    is_untrusted || (proxied && never_asked)
}

const LIMIT: Duration = Duration::from_secs(5);
