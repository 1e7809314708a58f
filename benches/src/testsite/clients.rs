//! How do clients with a certificate load a server?

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::ensure;
use rustls::client::Resumption;
use rustls::crypto::ring;
use rustls::pki_types::{PrivateKeyDer, ServerName};
use rustls::version::{TLS12, TLS13};
use rustls::{ClientConfig, ClientConnection, HandshakeKind, RootCertStore, StreamOwned};
use tomcheck_testkit::{Ca, Gamme, Holder, Pki, Purpose, Variant};

use crate::Version;

/// Several clients of one kind.
pub(super) struct Clients {
    config: Arc<ClientConfig>,
    resumes: bool,
}

impl Clients {
    pub(super) fn new(version: Version, resumes: bool) -> anyhow::Result<Self> {
        let holder = Pki::shared().person(Holder::Cps, Purpose::Authentication, Variant::Valid);
        let mut roots = RootCertStore::empty();
        let root = Pki::shared().authority(Ca::Root(Gamme::Elementaire));
        roots.add(root.certificate_der().to_vec().into())?;
        let offered = match version {
            Version::Tls12 => &TLS12,
            Version::Tls13 => &TLS13,
        };
        let chain = holder.chain_der().into_iter().map(Into::into).collect();
        let mut config = ClientConfig::builder_with_provider(Arc::new(ring::default_provider()))
            .with_protocol_versions(&[offered])?
            .with_root_certificates(roots)
            .with_client_auth_cert(chain, PrivateKeyDer::Pkcs8(holder.key_der().into()))?;
        config.resumption = match resumes {
            true => Resumption::in_memory_sessions(64),
            false => Resumption::disabled(),
        };
        Ok(Self {
            config: Arc::new(config),
            resumes,
        })
    }

    /// Microseconds for each connection, `count` of them by four clients at once: handshake,
    /// request, answer, end. One that is to be resumed and is not is a failure, but for some
    /// that two clients wanted at once.
    pub(super) fn load(&self, server: SocketAddr, count: usize) -> anyhow::Result<f64> {
        let left = AtomicUsize::new(count);
        let resumed = AtomicUsize::new(0);
        let begun = Instant::now();
        let work = || -> anyhow::Result<()> {
            let take = |left: usize| left.checked_sub(1);
            while left
                .fetch_update(Ordering::Relaxed, Ordering::Relaxed, take)
                .is_ok()
            {
                if self.visit(server)? {
                    resumed.fetch_add(1, Ordering::Relaxed);
                }
            }
            Ok(())
        };
        thread::scope(|scope| {
            let all: Vec<_> = (0..AT_ONCE).map(|_| scope.spawn(work)).collect();
            all.into_iter().try_for_each(|one| match one.join() {
                Ok(outcome) => outcome,
                Err(_) => anyhow::bail!("a client panicked"),
            })
        })?;
        let took = begun.elapsed();
        let resumed = resumed.into_inner();
        ensure!(
            !self.resumes || resumed * 10 >= count * 8,
            "{resumed} of {count} sessions were resumed"
        );
        #[expect(clippy::cast_precision_loss, reason = "some hundred connections")]
        let each = took.as_secs_f64() * 1e6 / count as f64;
        Ok(each)
    }

    /// Whether the session was resumed.
    fn visit(&self, server: SocketAddr) -> anyhow::Result<bool> {
        let mut stream = self.connect(server)?;
        stream.write_all(LAST_REQUEST)?;
        let mut answer = Vec::new();
        // nginx ends TLS 1.2 without a goodbye
        let _ = stream.read_to_end(&mut answer);
        ensure!(answer.starts_with(b"HTTP/1.1 200"), "no answer");
        Ok(stream.conn.handshake_kind() == Some(HandshakeKind::Resumed))
    }

    /// Connections that have asked once and stay open.
    pub(super) fn idle(&self, server: SocketAddr, count: usize) -> anyhow::Result<Vec<Idle>> {
        let one = || {
            let mut stream = self.connect(server)?;
            stream.write_all(REQUEST)?;
            let mut some = [0; 4096];
            ensure!(stream.read(&mut some)? > 0, "no answer");
            Ok(Idle(stream))
        };
        std::iter::repeat_with(one).take(count).collect()
    }

    fn connect(
        &self,
        server: SocketAddr,
    ) -> anyhow::Result<StreamOwned<ClientConnection, TcpStream>> {
        let socket = TcpStream::connect(server)?;
        socket.set_nodelay(true)?;
        socket.set_read_timeout(Some(PATIENCE))?;
        let name = ServerName::try_from("localhost")?;
        let tls = ClientConnection::new(self.config.clone(), name)?;
        Ok(StreamOwned::new(tls, socket))
    }
}

/// Held, no more.
pub(super) struct Idle(
    #[expect(dead_code, reason = "it is held")] StreamOwned<ClientConnection, TcpStream>,
);

const REQUEST: &[u8] = b"GET /api/me HTTP/1.1\r\nHost: localhost\r\n\r\n";
const LAST_REQUEST: &[u8] = b"GET /api/me HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n";
const AT_ONCE: usize = 4;
const PATIENCE: Duration = Duration::from_secs(30);
