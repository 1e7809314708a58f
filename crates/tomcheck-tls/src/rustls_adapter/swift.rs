//! How is one handshake made without looking at it?

use std::io;
use std::sync::Arc;

use rustls::HandshakeKind;
use rustls::client::Resumption;
use rustls::pki_types::ServerName;
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio_rustls::TlsConnector;
use tokio_rustls::client::TlsStream;

use super::{client_config, suite_name, version_seen};
use crate::credential::Credential;
use crate::handshake::Versions;
use crate::scheme::TlsVersion;
use crate::trust::Trust;

/// Makes one handshake after the other with one server. Its key signs on the thread that waits.
pub(crate) struct Shaker {
    connector: TlsConnector,
    name: ServerName<'static>,
}

/// What was agreed on.
#[derive(Clone, Debug)]
pub(crate) struct Shaken {
    pub(crate) version: Option<TlsVersion>,
    pub(crate) cipher: Option<String>,
    pub(crate) resumed: bool,
}

/// A connection whose handshake is made.
pub(crate) struct Connection<S>(TlsStream<S>);

impl Shaker {
    pub(crate) fn new(
        credential: Option<Credential>,
        trust: &Trust,
        versions: Versions,
        resumes: bool,
        host: &str,
    ) -> io::Result<Self> {
        let name = ServerName::try_from(host.to_owned()).map_err(io::Error::other)?;
        let mut config = client_config(credential, trust, versions).map_err(io::Error::other)?;
        if resumes {
            config.resumption = Resumption::in_memory_sessions(SESSIONS);
        }
        Ok(Self {
            connector: TlsConnector::from(Arc::new(config)),
            name,
        })
    }

    pub(crate) async fn shake<S>(&self, stream: S) -> io::Result<Connection<S>>
    where
        S: AsyncRead + AsyncWrite + Unpin,
    {
        let connecting = self.connector.connect(self.name.clone(), stream);
        connecting.await.map(Connection)
    }
}

impl<S: AsyncRead + AsyncWrite + Unpin> Connection<S> {
    /// Sends `request`, and waits for the first of the answer.
    pub(crate) async fn exchange(&mut self, request: &[u8]) -> io::Result<()> {
        self.0.write_all(request).await?;
        self.0.flush().await?;
        let mut first = [0; 2048];
        match self.0.read(&mut first).await? {
            0 => Err(io::ErrorKind::UnexpectedEof.into()),
            _ => Ok(()),
        }
    }

    pub(crate) fn shaken(&self) -> Shaken {
        let (_, tls) = self.0.get_ref();
        Shaken {
            version: tls.protocol_version().and_then(version_seen),
            cipher: tls
                .negotiated_cipher_suite()
                .and_then(|suite| suite_name(suite.suite())),
            resumed: tls.handshake_kind() == Some(HandshakeKind::Resumed),
        }
    }
}

/// One server's tickets: TLS 1.3 servers give two at a time.
const SESSIONS: usize = 8;
