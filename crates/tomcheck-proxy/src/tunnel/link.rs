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

use super::dial::milliseconds_since;
use super::{Outcome, TunnelProbe};

/// A connection to the proxy.
#[derive(Debug)]
pub(crate) enum Link {
    /// In the clear.
    Plain(TcpStream),
    /// Over TLS to the proxy itself.
    Secure(Box<TlsStream<TcpStream>>),
}

/// Why there is no secure connection to the proxy.
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

/// The handshake with the proxy itself, until the deadline at the latest.
pub(super) async fn secured(stream: TcpStream, probe: &TunnelProbe) -> Result<Link, Outcome> {
    let Some(config) = &probe.tls else {
        return Err(unsent(
            "no authorities were handed over to verify the proxy with",
        ));
    };
    let name = name_of(&probe.proxy.host).map_err(|error| unsent(&error.to_string()))?;
    let begun = Instant::now();
    let connecting = TlsConnector::from(Arc::clone(config)).connect(name, stream);
    match timeout(probe.deadline.remaining(), connecting).await {
        Ok(Ok(stream)) => Ok(Link::Secure(Box::new(stream))),
        Ok(Err(error)) => Err(Outcome::Insecure {
            insecure: insecure(&error),
            why: error.to_string(),
        }),
        Err(_) => Err(Outcome::NoAnswer {
            waited_ms: milliseconds_since(begun),
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
