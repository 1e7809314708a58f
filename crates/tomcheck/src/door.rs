//! How is the way to a site opened again, as often as wanted?

use std::io;
use std::net::SocketAddr;
use std::time::Duration;

use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::TcpStream;
use tomcheck_diagnosis::Deadline;
use tomcheck_proxy::TunnelProbe;

/// The way that was found open once.
#[derive(Clone, Debug)]
pub(crate) enum Door {
    /// To this address.
    Direct(SocketAddr),
    /// By the proxy's tunnel.
    Proxied(TunnelProbe),
}

/// A way that is open.
pub(crate) trait Open: AsyncRead + AsyncWrite + Unpin {}

impl<S: AsyncRead + AsyncWrite + Unpin> Open for S {}

impl Door {
    /// Opens it once more, within `limit`.
    pub(crate) async fn open(self, limit: Duration) -> io::Result<Box<dyn Open>> {
        match self {
            Self::Direct(address) => {
                let opened = tokio::time::timeout(limit, TcpStream::connect(address)).await;
                let stream = opened.map_err(|_| io::ErrorKind::TimedOut)??;
                stream.set_nodelay(true)?;
                Ok(Box::new(stream))
            }
            Self::Proxied(probe) => {
                let deadline = Deadline::after(limit);
                let (_, tunnel) = TunnelProbe { deadline, ..probe }.observe().await;
                let tunnel = tunnel.ok_or_else(|| io::Error::other("CONNECT"))?;
                Ok(Box::new(tunnel))
            }
        }
    }
}
