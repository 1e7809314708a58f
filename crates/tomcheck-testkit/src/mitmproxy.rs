//! What does a proxy do that opens every secure connection, to look inside?
//!
//! mitmproxy, started for one test with an authority of its own in a temporary directory; nothing
//! of the user's own mitmproxy is touched. What it is told about sites it does not verify.

use std::net::{Ipv4Addr, SocketAddr};
use std::path::PathBuf;

use crate::kept::{Failure, Kept, folder, free_port, until_a_port_is_free};

/// How the proxy behaves. The default opens everybody's connections to every site.
#[derive(Clone, Debug, Default)]
pub struct MitmproxyOptions {
    /// User and password it demands, Basic; none: it demands nothing.
    pub auth: Option<(String, String)>,
}

/// A running mitmproxy; dropped or orphaned, it is killed.
#[derive(Debug)]
pub struct Mitmproxy {
    kept: Kept,
    address: SocketAddr,
}

impl Mitmproxy {
    /// Starts and waits until it listens: a second or two.
    ///
    /// # Panics
    ///
    /// When mitmproxy (Debian package mitmproxy) is not installed or does not listen within twenty
    /// seconds; what it wrote is in the message.
    pub fn start(options: &MitmproxyOptions) -> Self {
        until_a_port_is_free(|| Self::attempt(options))
    }

    fn attempt(options: &MitmproxyOptions) -> Result<Self, Failure> {
        let directory = folder("mitmproxy")?;
        let address = SocketAddr::from((Ipv4Addr::LOCALHOST, free_port()?));
        let mut arguments = vec![
            // written at once, though it is no terminal
            "PYTHONUNBUFFERED=1".to_owned(),
            "mitmdump".to_owned(),
            "--listen-host".to_owned(),
            address.ip().to_string(),
            "--listen-port".to_owned(),
            address.port().to_string(),
            "--set".to_owned(),
            format!("confdir={}", directory.path().display()),
            "--ssl-insecure".to_owned(),
        ];
        if let Some((user, password)) = &options.auth {
            arguments.extend(["--proxyauth".to_owned(), format!("{user}:{password}")]);
        }
        let kept = Kept::start(directory, "env", arguments)?;
        kept.wait_until(|kept| kept.output().contains("listening at"))?;
        Ok(Self { kept, address })
    }

    /// Where it listens.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// `http://127.0.0.1:PORT`.
    pub fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// The certificate of its authority, which a workstation may have been told to trust.
    pub fn authority(&self) -> PathBuf {
        self.kept.path().join("mitmproxy-ca-cert.pem")
    }
}
