//! Over what do the words for a proxy go?

use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Instant;

use serde::{Deserialize, Serialize};
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::TcpStream;
use tokio::time::timeout;
use tokio_rustls::TlsConnector;
use tokio_rustls::client::TlsStream;
use tokio_rustls::rustls::pki_types::{InvalidDnsNameError, ServerName};
use tokio_rustls::rustls::{CertificateError, Error};
use tomcheck_diagnosis::{Deadline, Text};

use super::dial::milliseconds_since;
use super::words::{EXPIRED, UNKNOWN_AUTHORITY, WRONG_NAME};
use super::{Outcome, ProxyTls, TunnelProbe};

/// A connection to the proxy.
#[derive(Debug)]
pub(crate) enum Link {
    /// In the clear.
    Plain(TcpStream),
    /// Over TLS to the proxy itself.
    Secure(Box<TlsStream<TcpStream>>),
}

/// Why there is no secure connection to the proxy, or to the server of a script.
#[derive(Clone, Copy, Debug, Eq, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum Insecure {
    /// Nobody this machine trusts vouches for its certificate.
    Untrusted,
    /// Its certificate has expired, or does not count yet.
    Expired,
    /// Its certificate is for another name.
    WrongName,
    /// It speaks no TLS.
    NotTls,
    /// The handshake failed otherwise.
    Failed,
}

impl Insecure {
    /// What is wrong with the certificate; none: it is not the certificate.
    pub(crate) const fn of_certificate(self) -> Option<Text> {
        match self {
            Self::Untrusted => Some(UNKNOWN_AUTHORITY),
            Self::Expired => Some(EXPIRED),
            Self::WrongName => Some(WRONG_NAME),
            Self::NotTls | Self::Failed => None,
        }
    }
}

/// Why a handshake did not come to its end.
pub(crate) enum Unsecured {
    /// It was not begun: no certificate can be for such a name.
    NoName(String),
    /// The TLS library ended it, in its words.
    Ended { insecure: Insecure, why: String },
    /// The deadline passed.
    Late { waited_ms: u64 },
}

/// The handshake with `host`, until the deadline at the latest.
pub(crate) async fn handshake(
    stream: TcpStream,
    host: &str,
    tls: &ProxyTls,
    deadline: Deadline,
) -> Result<TlsStream<TcpStream>, Unsecured> {
    let name = name_of(host).map_err(|error| Unsecured::NoName(error.to_string()))?;
    let begun = Instant::now();
    let connecting = TlsConnector::from(Arc::clone(tls)).connect(name, stream);
    match timeout(deadline.remaining(), connecting).await {
        Ok(Ok(stream)) => Ok(stream),
        Ok(Err(error)) => Err(Unsecured::Ended {
            insecure: insecure(&error),
            why: error.to_string(),
        }),
        Err(_) => Err(Unsecured::Late {
            waited_ms: milliseconds_since(begun),
        }),
    }
}

/// The handshake with the proxy itself, until the deadline at the latest.
pub(super) async fn secured(stream: TcpStream, probe: &TunnelProbe) -> Result<Link, Outcome> {
    let Some(tls) = &probe.tls else {
        return Err(unsent(
            "no authorities were handed over to verify the proxy with",
        ));
    };
    match handshake(stream, &probe.proxy.host, tls, probe.deadline).await {
        Ok(stream) => Ok(Link::Secure(Box::new(stream))),
        Err(Unsecured::NoName(why)) => Err(unsent(&why)),
        Err(Unsecured::Ended { insecure, why }) => Err(Outcome::Insecure { insecure, why }),
        Err(Unsecured::Late { waited_ms }) => Err(Outcome::NoAnswer {
            waited_ms,
            begun: None,
        }),
    }
}

fn name_of(host: &str) -> Result<ServerName<'static>, InvalidDnsNameError> {
    let host = host.strip_suffix('.').unwrap_or(host);
    ServerName::try_from(host.to_owned())
}

fn unsent(why: &str) -> Outcome {
    Outcome::NotSent {
        why: why.to_owned(),
    }
}

fn insecure(error: &io::Error) -> Insecure {
    let inner = error.get_ref().and_then(|inner| inner.downcast_ref());
    match inner {
        Some(Error::InvalidCertificate(error)) => of_certificate(error),
        Some(Error::InvalidMessage(_)) => Insecure::NotTls,
        _ => Insecure::Failed,
    }
}

const fn of_certificate(error: &CertificateError) -> Insecure {
    match error {
        CertificateError::Expired
        | CertificateError::ExpiredContext { .. }
        | CertificateError::NotValidYet
        | CertificateError::NotValidYetContext { .. } => Insecure::Expired,
        CertificateError::NotValidForName | CertificateError::NotValidForNameContext { .. } => {
            Insecure::WrongName
        }
        _ => Insecure::Untrusted,
    }
}

impl AsyncRead for Link {
    fn poll_read(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        match self.get_mut() {
            Self::Plain(stream) => Pin::new(stream).poll_read(context, buffer),
            Self::Secure(stream) => Pin::new(stream).poll_read(context, buffer),
        }
    }
}

impl AsyncWrite for Link {
    fn poll_write(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        match self.get_mut() {
            Self::Plain(stream) => Pin::new(stream).poll_write(context, bytes),
            Self::Secure(stream) => Pin::new(stream).poll_write(context, bytes),
        }
    }

    fn poll_flush(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        match self.get_mut() {
            Self::Plain(stream) => Pin::new(stream).poll_flush(context),
            Self::Secure(stream) => Pin::new(stream).poll_flush(context),
        }
    }

    fn poll_shutdown(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        match self.get_mut() {
            Self::Plain(stream) => Pin::new(stream).poll_shutdown(context),
            Self::Secure(stream) => Pin::new(stream).poll_shutdown(context),
        }
    }
}
