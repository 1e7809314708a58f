//! Does the proxy open a tunnel to the site?

pub(crate) mod dial;
mod exchange;
mod judge;
mod recorder;
mod reply;
mod seen;
mod stream;
mod words;

use tomcheck_diagnosis::{Deadline, Personal};

pub use self::reply::{Header, Reply};
pub use self::seen::{Attempt, AttemptEnd, Outcome, Speaks, TunnelSeen};
pub use self::stream::Tunnel;
use crate::site::authority;
use crate::{Credentials, ProxyAddress};

/// Asks the proxy for a tunnel: resolves its name, connects, sends one `CONNECT`.
#[derive(Clone, Debug)]
pub struct TunnelProbe {
    /// Where the proxy listens.
    pub proxy: ProxyAddress,
    /// The site's name or address, without brackets; given to the proxy as it is.
    pub host: String,
    /// The site's port.
    pub port: u16,
    /// Sent with the first request when given (Basic), asked of nobody when not.
    pub credentials: Option<Credentials>,
    /// When all of it must have ended.
    pub deadline: Deadline,
}

impl TunnelProbe {
    /// The probe's name.
    pub const ID: &'static str = "proxy.connect";

    /// Looks, until the deadline at the latest. The tunnel is there when the answer is 2xx,
    /// and ready for the site's first byte.
    pub async fn observe(&self) -> (TunnelSeen, Option<Tunnel>) {
        let limit = self.deadline.remaining();
        let dialled = dial::dial(&self.proxy, self.deadline).await;
        let (outcome, tunnel) = match dialled.stream {
            Ok(stream) => exchange::connect(stream, self).await,
            Err(outcome) => (outcome, None),
        };
        let seen = TunnelSeen {
            proxy: self.proxy.clone(),
            target: self.target(),
            user: self
                .credentials
                .as_ref()
                .map(|known| Personal::new(known.user())),
            limit_ms: u64::try_from(limit.as_millis()).unwrap_or(u64::MAX),
            attempts: dialled.attempts,
            outcome,
        };
        (seen, tunnel)
    }

    fn target(&self) -> String {
        authority(&self.host, self.port)
    }
}
