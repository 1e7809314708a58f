//! When the first messages fail: by which ways can one try again, and what does it explain?

use std::net::{IpAddr, SocketAddr};
use std::time::Duration;

use tokio::io::{AsyncRead, AsyncWrite};
use tomcheck_diagnosis::{Deadline, Finding, Observation};
use tomcheck_proxy::TunnelProbe;
use tomcheck_tls::{
    DifferentialProbe, DifferentialSeen, HandshakeSeen, NoWay, Way, Ways, WhyNot,
    connect_in_segments,
};

/// The ways from this machine to the site.
pub(crate) struct SiteWays {
    /// The proxy in use.
    pub(crate) proxy: Option<TunnelProbe>,
    /// Those that take connections, the one in use first; behind a proxy, all that are known.
    pub(crate) addresses: Vec<IpAddr>,
    pub(crate) port: u16,
}

impl SiteWays {
    /// Tries what may explain `handshake`, or everything when told to. None: there is nothing to
    /// explain. Opens connections, [`LIMIT`] at most and never past `deadline`.
    pub(crate) fn probe(
        &self,
        handshake: &HandshakeSeen,
        is_thorough: bool,
        deadline: Deadline,
    ) -> Option<DifferentialProbe> {
        let probe = DifferentialProbe::new(handshake, deadline.at_most(LIMIT));
        let probe = probe.thorough(is_thorough);
        let probe = match &self.proxy {
            Some(_) => probe.proxied(),
            None => probe.with_addresses(&self.in_order()),
        };
        probe.is_wanted().then_some(probe)
    }

    /// The one in use, then those of the other family: they tell more.
    fn in_order(&self) -> Vec<IpAddr> {
        let mut addresses = self.addresses.clone();
        let used = addresses.first().copied();
        let key = |address: &IpAddr| {
            (
                Some(*address) != used,
                used.map(|it| it.is_ipv6() == address.is_ipv6()),
            )
        };
        addresses.sort_by_key(key);
        addresses
    }

    async fn direct(
        &self,
        to: Option<IpAddr>,
        mss: Option<u16>,
        deadline: Deadline,
    ) -> Result<Box<dyn Connection>, NoWay> {
        let to = to.or(self.addresses.first().copied());
        let to = to.ok_or(NoWay::NotTried(WhyNot::NoSuchWay))?;
        let to = SocketAddr::new(to, self.port);
        Ok(Box::new(connect_in_segments(to, mss, deadline).await?))
    }

    async fn tunnel(
        &self,
        proxy: &TunnelProbe,
        deadline: Deadline,
    ) -> Result<Box<dyn Connection>, NoWay> {
        let probe = TunnelProbe {
            deadline,
            ..proxy.clone()
        };
        let tunnel = probe.observe().await.1;
        let tunnel = tunnel.ok_or(NoWay::NotTried(WhyNot::ProxyRefused))?;
        Ok(Box::new(tunnel))
    }
}

impl Ways for SiteWays {
    type Stream = Box<dyn Connection>;

    async fn open(&self, way: Way, deadline: Deadline) -> Result<Self::Stream, NoWay> {
        match (way, &self.proxy) {
            (Way::Usual, Some(proxy)) => self.tunnel(proxy, deadline).await,
            (Way::SmallSegments { .. }, Some(_)) => Err(NoWay::NotTried(WhyNot::NoSuchWay)),
            (Way::Usual | Way::Direct, _) => self.direct(None, None, deadline).await,
            (Way::Address { address }, _) => self.direct(Some(address), None, deadline).await,
            (Way::SmallSegments { mss }, None) => self.direct(None, Some(mss), deadline).await,
        }
    }
}

/// What a trial goes over: TCP or a tunnel.
pub(crate) trait Connection: AsyncRead + AsyncWrite + Unpin + Send {}

impl<S: AsyncRead + AsyncWrite + Unpin + Send> Connection for S {}

/// A handshake, judged together with the trials made after it.
pub(crate) struct Explained<'a> {
    pub(crate) seen: &'a HandshakeSeen,
    pub(crate) by: &'a DifferentialSeen,
}

impl serde::Serialize for Explained<'_> {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.seen.serialize(serializer)
    }
}

impl Observation for Explained<'_> {
    fn findings(&self) -> Vec<Finding> {
        self.seen.findings_given(self.by)
    }
}

/// For all trials together.
const LIMIT: Duration = Duration::from_secs(25);
