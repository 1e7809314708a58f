//! How does a TLS handshake with a client certificate go, step by step?

use std::time::Duration;

use tokio::io::{AsyncRead, AsyncWrite};
use tomcheck_diagnosis::Deadline;

use crate::credential::Credential;
use crate::scheme::TlsVersion;
use crate::seen::HandshakeSeen;
use crate::trust::Trust;

/// Makes one handshake and one `GET`, and writes down all that passes.
///
/// Never sends a certificate, a signature or a request to a server whose own certificate
/// does not verify. Asks the key for at most one signature. Ends by the deadline, or by
/// [`HandshakeProbe::PATIENCE`]; what the signer does after it is left behind.
#[derive(Clone, Debug)]
pub struct HandshakeProbe {
    pub(crate) host: String,
    pub(crate) port: u16,
    pub(crate) path: String,
    pub(crate) trust: Trust,
    pub(crate) credential: Option<Credential>,
    pub(crate) versions: Versions,
    pub(crate) deadline: Deadline,
}

/// Which versions to offer.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub enum Versions {
    /// TLS 1.3 and TLS 1.2, as browsers do.
    #[default]
    Default,
    /// TLS 1.2 alone.
    Tls12Only,
    /// TLS 1.3 alone.
    Tls13Only,
}

impl Versions {
    /// Newest first.
    pub const fn offered(self) -> &'static [TlsVersion] {
        match self {
            Self::Default => &[TlsVersion::Tls13, TlsVersion::Tls12],
            Self::Tls12Only => &[TlsVersion::Tls12],
            Self::Tls13Only => &[TlsVersion::Tls13],
        }
    }
}

impl HandshakeProbe {
    /// The probe's id in reports.
    pub const ID: &'static str = "tls.handshake";

    /// How long the server may be silent before it has shown who it is: time is left then to
    /// find out what silences it. Afterwards the deadline alone counts.
    pub const PATIENCE: Duration = Duration::from_secs(10);

    /// `host`: the name or address in the URL; `path`: with its leading slash and query.
    pub fn new(
        host: impl Into<String>,
        port: u16,
        path: impl Into<String>,
        trust: Trust,
        deadline: Deadline,
    ) -> Self {
        Self {
            host: host.into(),
            port,
            path: path.into(),
            trust,
            credential: None,
            versions: Versions::Default,
            deadline,
        }
    }

    /// The same probe with a certificate to offer.
    #[must_use]
    pub fn with_credential(mut self, credential: Credential) -> Self {
        self.credential = Some(credential);
        self
    }

    /// The same probe, offering other versions.
    #[must_use]
    pub fn with_versions(mut self, versions: Versions) -> Self {
        self.versions = versions;
        self
    }

    /// The same probe with another deadline.
    #[must_use]
    pub fn ending_by(mut self, deadline: Deadline) -> Self {
        self.deadline = deadline;
        self
    }

    /// The same probe, asking the card for no signature.
    #[must_use]
    pub fn without_signer(mut self) -> Self {
        if let Some(credential) = &mut self.credential {
            credential.signer = None;
        }
        self
    }

    /// Looks, over a stream that is already open to the server (directly or by a tunnel).
    pub async fn observe<S>(&self, stream: S) -> HandshakeSeen
    where
        S: AsyncRead + AsyncWrite + Unpin + Send,
    {
        crate::drive::drive(self, stream).await
    }
}
