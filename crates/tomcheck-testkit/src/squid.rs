//! What does a real proxy answer?
//!
//! squid, started for one test with a configuration of its own in a temporary
//! directory; nothing of the machine's squid is touched.

use std::net::SocketAddr;

/// How the proxy behaves. The default lets everything through.
#[derive(Clone, Debug, Default)]
pub struct SquidOptions {
    /// User and password it demands (Basic); none: it demands nothing.
    pub auth: Option<(String, String)>,
    /// Hosts it answers 403 for, while others pass.
    pub deny: Vec<String>,
    /// Names it resolves to 127.0.0.1.
    pub local_names: Vec<String>,
}

/// A running squid; dropped or orphaned, it is killed.
#[derive(Debug)]
pub struct Squid {
    address: SocketAddr,
}

impl Squid {
    /// Starts and waits until it listens.
    ///
    /// # Panics
    ///
    /// When squid is not installed or does not listen within ten seconds; its log is in the message.
    pub fn start(_options: &SquidOptions) -> Self {
        todo!()
    }

    /// Where it listens.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// `http://127.0.0.1:PORT`.
    pub fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// Its access log so far.
    pub fn access_log(&self) -> String {
        todo!()
    }
}
