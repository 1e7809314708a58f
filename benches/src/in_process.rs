//! How do the peers in this process make a handshake?

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::sync::Arc;

use anyhow::ensure;
use rustls::client::Resumption;
use rustls::crypto::ring;
use rustls::pki_types::{PrivateKeyDer, ServerName};
use rustls::version::{TLS12, TLS13};
use rustls::{ClientConfig, ClientConnection, RootCertStore, Stream};
use tomcheck_diagnosis::Deadline;
use tomcheck_testkit::{Ca, Gamme, Pki};
use tomcheck_tls::{Credential, Ending, HandshakeProbe, Trust, Versions, client_config};

use crate::Version;
use crate::holder::Holder;
use crate::peer::{PATIENCE, Peer};
use crate::room::roots;

/// rustls over a plain socket.
pub(crate) struct Rustls {
    config: Arc<ClientConfig>,
    address: SocketAddr,
}

impl Rustls {
    /// The ideal: rustls alone, the key in memory.
    pub(crate) fn in_memory(
        holder: &Holder,
        version: Version,
        address: SocketAddr,
    ) -> anyhow::Result<Self> {
        let mut roots = RootCertStore::empty();
        let root = Pki::shared().authority(ROOT);
        roots.add(root.certificate_der().to_vec().into())?;
        let provider = Arc::new(ring::default_provider());
        let offered = match version {
            Version::Tls12 => &TLS12,
            Version::Tls13 => &TLS13,
        };
        let mut config = ClientConfig::builder_with_provider(provider)
            .with_protocol_versions(&[offered])?
            .with_root_certificates(roots)
            .with_client_auth_cert(
                vec![holder.certificate_der.clone().into()],
                PrivateKeyDer::Pkcs8(holder.key_der.clone().into()),
            )?;
        config.resumption = Resumption::disabled();
        Ok(Self {
            config: Arc::new(config),
            address,
        })
    }

    /// Our own configuration, made once, as a program that connects often would.
    pub(crate) fn with_credential(
        credential: Credential,
        version: Version,
        address: SocketAddr,
    ) -> anyhow::Result<Self> {
        let config = client_config(Some(credential), &trust()?, versions(version))?;
        Ok(Self {
            config: Arc::new(config),
            address,
        })
    }
}

impl Peer for Rustls {
    fn once(&mut self) -> anyhow::Result<()> {
        self.connect()
    }
}

impl Rustls {
    /// One handshake, one page.
    pub(crate) fn connect(&self) -> anyhow::Result<()> {
        let mut socket = TcpStream::connect(self.address)?;
        socket.set_nodelay(true)?;
        socket.set_read_timeout(Some(PATIENCE))?;
        let name = ServerName::try_from(HOST)?;
        let mut tls = ClientConnection::new(Arc::clone(&self.config), name)?;
        let mut stream = Stream::new(&mut tls, &mut socket);
        stream.write_all(REQUEST)?;
        let mut page = String::new();
        stream.read_to_string(&mut page)?;
        ensure!(page.starts_with("HTTP/1.1 200"), "{page}");
        Ok(())
    }
}

/// The diagnosis of one handshake, its records and moments written down.
pub(crate) struct Probing {
    credential: Credential,
    trust: Trust,
    version: Version,
    address: SocketAddr,
    runtime: tokio::runtime::Runtime,
}

impl Probing {
    pub(crate) fn new(
        credential: Credential,
        version: Version,
        address: SocketAddr,
    ) -> anyhow::Result<Self> {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()?;
        Ok(Self {
            credential,
            trust: trust()?,
            version,
            address,
            runtime,
        })
    }
}

impl Peer for Probing {
    fn once(&mut self) -> anyhow::Result<()> {
        let limit = Deadline::after(PATIENCE);
        let probe = HandshakeProbe::new(HOST, self.address.port(), "/", self.trust.clone(), limit)
            .with_versions(versions(self.version))
            .with_credential(self.credential.clone());
        let address = self.address;
        let seen = self.runtime.block_on(async {
            let stream = tokio::net::TcpStream::connect(address).await?;
            stream.set_nodelay(true)?;
            Ok::<_, std::io::Error>(probe.observe(stream).await)
        })?;
        let is_done = seen.ending == Ending::Complete && seen.is_authenticated();
        ensure!(is_done, "{:?}", seen.ending);
        Ok(())
    }
}

fn trust() -> anyhow::Result<Trust> {
    Ok(Trust::none().with_file(&roots())?)
}

const fn versions(version: Version) -> Versions {
    match version {
        Version::Tls12 => Versions::Tls12Only,
        // the server knows nothing older
        Version::Tls13 => Versions::Default,
    }
}

/// The servers'.
pub(crate) const ROOT: Ca = Ca::Root(Gamme::Elementaire);
const HOST: &str = "localhost";
pub(crate) const REQUEST: &[u8] = b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n";
