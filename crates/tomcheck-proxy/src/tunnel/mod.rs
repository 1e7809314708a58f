//! Does the proxy open a tunnel to the site?

mod behind;
mod compare;
mod converse;
pub(crate) mod dial;
pub(crate) mod echo;
mod exchange;
mod idle;
mod judge;
mod judge_login;
mod judge_socks;
mod judge_upstream;
pub(crate) mod link;
mod names;
mod page;
mod product;
mod recorder;
mod reply;
mod seen;
mod socks;
mod stream;
mod words;

use std::sync::Arc;

use tokio_rustls::rustls::ClientConfig;
use tomcheck_diagnosis::{Deadline, Personal};

pub use self::compare::{Compared, ComparedBy, Control};
use self::converse::{Conversation, converse};
pub use self::converse::{Exchange, LeftAside};
pub use self::idle::{Held, HeldEnd, IdleProbe, IdleSeen};
pub use self::link::Insecure;
pub use self::reply::{Header, Reply};
pub use self::seen::{Attempt, AttemptEnd, Outcome, Speaks, TunnelSeen};
pub use self::socks::{SocksReply, SocksStep};
pub use self::stream::Tunnel;
use crate::site::authority;
use crate::{Credentials, Memory, ProxyAddress};

/// How a proxy that is spoken to over TLS is verified, and the server of a script.
pub type ProxyTls = Arc<ClientConfig>;

/// Asks the proxy for a tunnel: resolves its name, connects, over TLS where it wants that, asks
/// for the site, and logs in where the proxy asks for that.
#[derive(Clone, Debug)]
pub struct TunnelProbe {
    /// Where the proxy listens, and what it speaks.
    pub proxy: ProxyAddress,
    /// The site's name or address, without brackets; given to the proxy as it is.
    pub host: String,
    /// The site's port.
    pub port: u16,
    /// Shown once the proxy has asked.
    pub credentials: Option<Credentials>,
    /// Whether the settings themselves name it, or a script that nobody could change on its way:
    /// no other proxy is shown the password itself, as Basic and SOCKS do.
    pub is_vouched_for: bool,
    /// How this proxy wanted to be asked before; kept through a run.
    pub memory: Memory,
    /// How a proxy that speaks TLS is verified; none: such a one is not spoken to.
    pub tls: Option<ProxyTls>,
    /// When all of it must have ended.
    pub deadline: Deadline,
}

impl TunnelProbe {
    /// The probe's name.
    pub const ID: &'static str = "proxy.connect";

    /// Without credentials, and to a proxy in the clear that the settings name.
    pub fn new(
        proxy: ProxyAddress,
        host: impl Into<String>,
        port: u16,
        deadline: Deadline,
    ) -> Self {
        Self {
            proxy,
            host: host.into(),
            port,
            credentials: None,
            is_vouched_for: true,
            memory: Memory::default(),
            tls: None,
            deadline,
        }
    }

    /// Looks, until the deadline at the latest. The tunnel is there when the proxy granted it,
    /// and ready for the site's first byte.
    pub async fn observe(&self) -> (TunnelSeen, Option<Tunnel>) {
        let limit = self.deadline.remaining();
        let (attempts, link) = dial::dial_and_secure(self).await;
        let had = match link {
            Ok(link) => converse(link, self).await,
            Err(outcome) => Conversation::ended(outcome),
        };
        let seen = TunnelSeen {
            proxy: self.proxy.clone(),
            target: self.target(),
            user: had.user,
            offers_password: match self.proxy.kind.is_socks() {
                true => self.readable().is_some(),
                false => self.credentials.is_some(),
            },
            limit_ms: u64::try_from(limit.as_millis()).unwrap_or(u64::MAX),
            attempts,
            exchanges: had.exchanges,
            left_aside: had.left_aside,
            compared: Vec::new(),
            calls_itself: Vec::new(),
            outcome: had.outcome,
        };
        (seen, had.tunnel)
    }

    /// What it may be shown whole.
    fn readable(&self) -> Option<&Credentials> {
        let credentials = self.credentials.as_ref();
        credentials.filter(|_| self.is_vouched_for)
    }

    fn user(&self) -> Option<Personal> {
        let credentials = self.credentials.as_ref();
        credentials.map(|known| Personal::new(known.user()))
    }

    fn target(&self) -> String {
        authority(&self.host, self.port)
    }
}
