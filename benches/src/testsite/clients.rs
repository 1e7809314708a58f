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

    /// The same ones, which would speak HTTP/2, as browsers do.
    pub(super) fn like_browsers(mut self) -> Self {
        let offered = [&b"h2"[..], b"http/1.1"].map(<[u8]>::to_vec);
        Arc::make_mut(&mut self.config).alpn_protocols = offered.into();
        self
    }

    /// Connections that have asked once and stay open.
    pub(super) fn idle(&self, server: SocketAddr, count: usize) -> anyhow::Result<Vec<Idle>> {
        let one = || {
            let mut stream = self.connect(server)?;
            // what is agreed on is known once something came
            while stream.conn.is_handshaking() {
                stream.conn.complete_io(&mut stream.sock)?;
            }
            match stream.conn.alpn_protocol() {
                Some(b"h2") => ask_over_http2(&mut stream)?,
                _ => ask(&mut stream)?,
            }
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

fn ask(stream: &mut (impl Read + Write)) -> anyhow::Result<()> {
    stream.write_all(REQUEST)?;
    let mut some = [0; 4096];
    ensure!(stream.read(&mut some)? > 0, "no answer");
    Ok(())
}

/// Reads until the answer's last frame.
///
/// Source: RFC 9113 §3.4, §4.1, §6.1, §6.2, §6.5; RFC 7541 §6.1, §6.2.2.
fn ask_over_http2(stream: &mut (impl Read + Write)) -> anyhow::Result<()> {
    let fields = [&[0x82, 0x87, 4, 7][..], b"/api/me", &[1, 9], b"localhost"].concat();
    let length = u8::try_from(fields.len())?;
    let headers = [&[0, 0, length, 1, 0x5, 0, 0, 0, 1][..], &fields].concat();
    stream.write_all(b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n")?;
    stream.write_all(&[NO_SETTINGS, &headers].concat())?;
    loop {
        let mut head = [0; 9];
        stream.read_exact(&mut head)?;
        let [a, b, c, kind, flags, ..] = head;
        let mut content = vec![0; u32::from_be_bytes([0, a, b, c]) as usize];
        stream.read_exact(&mut content)?;
        match (kind, flags & 1) {
            (SETTINGS, 0) => stream.write_all(SETTINGS_TAKEN)?,
            (DATA, 1) => return Ok(()),
            _ => {}
        }
    }
}

const DATA: u8 = 0;
const SETTINGS: u8 = 4;
const NO_SETTINGS: &[u8] = &[0, 0, 0, SETTINGS, 0, 0, 0, 0, 0];
const SETTINGS_TAKEN: &[u8] = &[0, 0, 0, SETTINGS, 1, 0, 0, 0, 0];

/// Held, no more.
pub(super) struct Idle(
    #[expect(dead_code, reason = "it is held")] StreamOwned<ClientConnection, TcpStream>,
);

const REQUEST: &[u8] = b"GET /api/me HTTP/1.1\r\nHost: localhost\r\n\r\n";
const LAST_REQUEST: &[u8] = b"GET /api/me HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n";
const AT_ONCE: usize = 4;
const PATIENCE: Duration = Duration::from_secs(30);
