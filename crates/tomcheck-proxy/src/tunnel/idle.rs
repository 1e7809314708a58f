//! How long does the proxy leave a silent tunnel open?

use std::io;
use std::net::SocketAddr;
use std::time::{Duration, Instant};

use serde::{Deserialize, Serialize};
use tokio::io::{AsyncRead, AsyncReadExt};
use tokio::net::TcpStream;
use tokio::time::timeout;
use tomcheck_diagnosis::{Deadline, Evidence, Finding, Observation, Severity, Text};

use super::dial::milliseconds_since;
use super::{Tunnel, TunnelSeen};
use crate::ProxyAddress;
use crate::findings::CLOSES_IDLE_TUNNELS;

/// Holds an open tunnel without a word, and beside it a connection to the site without the proxy
/// where there is one: a site too may hang up on who says nothing.
#[derive(Debug)]
pub struct IdleProbe {
    /// The tunnel, to be given up.
    pub tunnel: Tunnel,
    /// The site without the proxy; none: no address is known.
    pub direct: Option<SocketAddr>,
    /// When holding ends.
    pub deadline: Deadline,
}

/// What became of a silent tunnel.
#[derive(Clone, Debug, Eq, PartialEq, Serialize, Deserialize)]
pub struct IdleSeen {
    /// The proxy.
    pub proxy: ProxyAddress,
    /// What the tunnel led to, `host:port`.
    pub target: String,
    /// The tunnel.
    pub tunnel: Held,
    /// The connection without the proxy; none: none was had.
    pub direct: Option<Held>,
}

/// A connection on which nobody said a word.
#[derive(Clone, Copy, Debug, Eq, PartialEq, Serialize, Deserialize)]
pub struct Held {
    /// How it ended.
    pub end: HeldEnd,
    /// After how long, in milliseconds.
    pub after_ms: u64,
}

/// How a silent connection ended.
#[derive(Clone, Copy, Debug, Eq, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum HeldEnd {
    /// It did not, as long as it was held.
    Open,
    /// Somebody closed it.
    Closed,
    /// Somebody broke it off.
    Reset,
    /// The site spoke first: it is not silent.
    Spoke,
}

impl IdleProbe {
    /// The probe's name.
    pub const ID: &'static str = "proxy.idle";

    /// Holds until one end hangs up, until the deadline at the latest. `seen` is what came of asking
    /// for the tunnel.
    pub async fn observe(self, seen: &TunnelSeen) -> IdleSeen {
        let deadline = self.deadline;
        let direct = async {
            let stream = connect(self.direct?, deadline).await?;
            Some(hold(stream, deadline).await)
        };
        let (tunnel, direct) = tokio::join!(hold(self.tunnel, deadline), direct);
        IdleSeen {
            proxy: seen.proxy.clone(),
            target: seen.target.clone(),
            tunnel,
            direct,
        }
    }
}

async fn connect(to: SocketAddr, deadline: Deadline) -> Option<TcpStream> {
    let limit = deadline.at_most(CONNECT_LIMIT).remaining();
    timeout(limit, TcpStream::connect(to)).await.ok()?.ok()
}

async fn hold(mut stream: impl AsyncRead + Unpin, deadline: Deadline) -> Held {
    let begun = Instant::now();
    let mut byte = [0];
    let end = match timeout(deadline.remaining(), stream.read(&mut byte)).await {
        Err(_) => HeldEnd::Open,
        Ok(Ok(0)) => HeldEnd::Closed,
        Ok(Ok(_)) => HeldEnd::Spoke,
        Ok(Err(error)) if error.kind() == io::ErrorKind::UnexpectedEof => HeldEnd::Closed,
        Ok(Err(_)) => HeldEnd::Reset,
    };
    Held {
        end,
        after_ms: milliseconds_since(begun),
    }
}

impl Held {
    const fn was_cut(&self) -> bool {
        matches!(self.end, HeldEnd::Closed | HeldEnd::Reset)
    }
}

impl Observation for IdleSeen {
    fn findings(&self) -> Vec<Finding> {
        let cut_soon = self.tunnel.was_cut() && self.tunnel.after_ms < ENOUGH_MS;
        if !cut_soon || self.is_the_sites_doing() {
            return Vec::new();
        }
        let finding = Finding::of(&CLOSES_IDLE_TUNNELS)
            .with(Evidence::new(
                "proxy",
                super::words::PROXY,
                self.proxy.to_string(),
            ))
            .with(Evidence::new(
                "site",
                super::words::SITE,
                self.target.as_str(),
            ))
            .with(Evidence::new("delay", DELAY, seconds(self.tunnel.after_ms)));
        vec![match self.direct {
            Some(direct) => finding.with(Evidence::new("direct", DIRECT, seconds(direct.after_ms))),
            None => finding.at(Severity::Info).noting(PERHAPS_THE_SITE),
        }]
    }
}

impl IdleSeen {
    /// Cut without the proxy as well, and no later than is due to chance.
    fn is_the_sites_doing(&self) -> bool {
        let by_site = self.direct.filter(Held::was_cut);
        by_site.is_some_and(|direct| direct.after_ms <= self.tunnel.after_ms + CHANCE_MS)
    }
}

fn seconds(milliseconds: u64) -> String {
    format!("{}.{} s", milliseconds / 1000, milliseconds % 1000 / 100)
}

/// A holder who looks for the card and types the code needs less.
const ENOUGH_MS: u64 = 120_000;
const CHANCE_MS: u64 = 2_000;
const CONNECT_LIMIT: Duration = Duration::from_secs(5);
const DELAY: Text = Text {
    fr: "coupée après",
    en: "cut after",
};
const DIRECT: Text = Text {
    fr: "sans proxy, encore ouverte après",
    en: "without the proxy, still open after",
};
const PERHAPS_THE_SITE: Text = Text {
    fr: "Sans accès direct pour comparer, ce peut être le site lui-même qui raccroche.",
    en: "Without a direct way to compare with, it may be the site itself that hangs up.",
};

#[test]
fn a_site_that_hangs_up_by_itself_is_no_fault_of_the_proxy() {
    let held = |end, after_ms| Held { end, after_ms };
    let seen = |tunnel, direct| IdleSeen {
        proxy: ProxyAddress::http("proxy.example", 3128),
        target: "tom.example:443".to_owned(),
        tunnel,
        direct,
    };
    let cut = held(HeldEnd::Closed, 30_000);
    let judged = |direct| seen(cut, direct).findings().len();
    assert_eq!(judged(Some(held(HeldEnd::Open, 60_000))), 1);
    assert_eq!(judged(Some(held(HeldEnd::Closed, 55_000))), 1);
    assert_eq!(judged(Some(held(HeldEnd::Reset, 30_500))), 0);
    assert_eq!(judged(Some(held(HeldEnd::Closed, 10_000))), 0);
    let alone = seen(cut, None).findings().remove(0);
    assert!(alone.note.is_some());
    assert_eq!(alone.severity, Severity::Info);
    let beside = seen(cut, Some(held(HeldEnd::Open, 60_000)));
    assert_eq!(beside.findings()[0].severity, Severity::Warning);
    for fine in [
        held(HeldEnd::Open, 60_000),
        held(HeldEnd::Spoke, 10),
        held(HeldEnd::Closed, 120_000),
    ] {
        assert_eq!(seen(fine, None).findings(), []);
    }
}
