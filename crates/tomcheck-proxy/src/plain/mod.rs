//! What does a plain `http://` address answer, by the way this machine takes, or an `https://` one
//! without a proxy?
//!
//! Revocation lists and responders are published over plain HTTP: through a proxy they are asked
//! for by their whole address, without a tunnel, which many proxies refuse to port 80.

mod body;
mod exchange;
mod login;
mod place;

use std::sync::mpsc::{RecvTimeoutError, sync_channel};
use std::thread;

use serde::{Deserialize, Serialize};
use tomcheck_diagnosis::{Deadline, ForeignFailure};

pub use self::body::PlainBody;
use crate::{Credentials, Insecure, Memory, ProxyTls, Route};

/// One question to an `http://` address: GET, or POST where there is something to send.
#[derive(Clone, Debug)]
pub struct PlainRequest {
    /// The address.
    pub url: String,
    /// What is posted, with its media type.
    pub posted: Option<(&'static str, Vec<u8>)>,
    /// The way there.
    pub route: Route,
    /// Shown to the proxy once it has asked.
    pub credentials: Option<Credentials>,
    /// Whether the settings themselves name that proxy: see [`crate::TunnelProbe`].
    pub is_vouched_for: bool,
    /// How this proxy wanted to be asked before; kept through a run.
    pub memory: Memory,
    /// How the server of an `https://` address is verified, which is then asked directly alone;
    /// none: it is no address to ask.
    pub tls: Option<ProxyTls>,
    /// When the whole answer must have come.
    pub deadline: Deadline,
}

/// Why there is no answer, or none of status 200.
#[derive(Clone, Debug, Eq, PartialEq, Serialize, Deserialize)]
pub struct PlainFailure {
    /// How far it came.
    pub phase: PlainPhase,
    /// What was answered there.
    pub failure: ForeignFailure,
    /// The proxy it went through, `host:port`.
    pub proxy: Option<String>,
    /// Where the answer sends to instead; none: nowhere.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub location: Option<String>,
    /// What kept a secure connection from being made; none: there was to be none, or it was.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub insecure: Option<Insecure>,
}

/// A step on the way to an address.
#[derive(Clone, Copy, Debug, Eq, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum PlainPhase {
    /// It is no address that can be asked.
    Address,
    /// This version cannot follow the setting.
    Route,
    /// Its name, or the proxy's, has no address.
    Dns,
    /// It, or the proxy, takes no connection.
    Tcp,
    /// No secure connection to it was made.
    Tls,
    /// The proxy itself refused.
    Proxy,
    /// The answer is no HTTP, or its status is not 200.
    Http,
}

impl PlainRequest {
    /// A question by this way, nothing to be shown there.
    pub fn get(url: impl Into<String>, route: Route, deadline: Deadline) -> Self {
        Self {
            url: url.into(),
            posted: None,
            route,
            credentials: None,
            is_vouched_for: true,
            memory: Memory::default(),
            tls: None,
            deadline,
        }
    }

    /// Asks. Blocks until the answer begins, until the deadline at the latest; the body is then
    /// read as it comes. Redirections are not followed.
    ///
    /// # Errors
    ///
    /// The step that failed, with what was answered there.
    pub fn open(self) -> Result<PlainBody, PlainFailure> {
        let deadline = self.deadline;
        let proxy = self.proxy();
        let (begun, head) = sync_channel(1);
        let (parts, body) = sync_channel(body::AHEAD);
        thread::spawn(move || exchange::run(&self, &begun, &parts));
        match head.recv_timeout(deadline.remaining()) {
            Ok(Ok(())) => Ok(PlainBody::new(body, deadline)),
            Ok(Err(failure)) => Err(failure),
            Err(RecvTimeoutError::Timeout | RecvTimeoutError::Disconnected) => Err(PlainFailure {
                phase: PlainPhase::Http,
                failure: timed_out("GET"),
                proxy,
                location: None,
                insecure: None,
            }),
        }
    }

    fn proxy(&self) -> Option<String> {
        match &self.route {
            Route::Proxy(address) => Some(address.to_string()),
            _ => None,
        }
    }
}

/// Our own patience ended, not the system's.
fn timed_out(call: &'static str) -> ForeignFailure {
    ForeignFailure::from_io(call, &std::io::Error::from(std::io::ErrorKind::TimedOut))
}
