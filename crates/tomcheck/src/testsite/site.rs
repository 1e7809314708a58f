//! How does the site open, hold its connections and close?

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{Semaphore, SemaphorePermit, watch};
use tokio::time::{sleep, timeout};
use tomcheck_tls::server::{AcceptFailure, Acceptor, Secured, ServerIdentity, ServerOptions};
use tomcheck_tls::{DistinguishedName, Trust};

use super::routes::Routes;
use super::{Limits, SiteError, TestSiteOptions, connection, own_certificate, plain};

/// A site whose ports are open, and which answers nobody yet.
pub struct TestSite {
    secure: TcpListener,
    address: SocketAddr,
    plain: Option<(TcpListener, SocketAddr)>,
    fingerprint: String,
    acceptor: Acceptor,
    routes: Routes,
    limits: Limits,
}

/// One line of the log, masked: who issued the certificate that came and what became of it, never
/// whose it is.
#[derive(Clone, Debug)]
pub struct Told(pub(super) String);

impl Told {
    /// The line, without its end.
    pub fn line(&self) -> &str {
        &self.0
    }
}

impl std::fmt::Debug for TestSite {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "TestSite({})", self.address)
    }
}

impl TestSite {
    /// Reads the files, makes a certificate where none is named, opens the ports.
    ///
    /// # Errors
    ///
    /// When a file or an address is not to be had.
    pub async fn open(options: TestSiteOptions) -> Result<Self, SiteError> {
        let mut issuers = Trust::none();
        for file in &options.issuers {
            issuers = issuers.with_file(file).map_err(SiteError::Issuers)?;
        }
        let authorities = issuers.names().into_iter().map(short_name).collect();
        let identity = identity(&options)?;
        let fingerprint = in_pairs(&tomcheck_cert::sha256(identity.certificate()));
        let acceptor = Acceptor::new(ServerOptions {
            identity,
            demand: options.demand,
            issuers,
            versions: options.versions,
            patience: options.limits.patience,
        });
        let (secure, address) = listen(options.listen).await?;
        let plain = match options.plain {
            Some(address) => Some(listen(address).await?),
            None => None,
        };
        Ok(Self {
            secure,
            address,
            plain,
            fingerprint,
            acceptor: acceptor.map_err(SiteError::Tls)?,
            routes: Routes::new(authorities, options.lang),
            limits: options.limits,
        })
    }

    /// Where it speaks HTTPS.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// `https://127.0.0.1:8443/`; `localhost` where it listens on every address.
    pub fn url(&self) -> String {
        url("https", self.address)
    }

    /// The same of the plain port.
    pub fn plain_url(&self) -> Option<String> {
        let plain = self.plain.as_ref();
        plain.map(|(_, address)| url("http", *address))
    }

    /// Of its own certificate: SHA-256 as browsers show it, `AB:CD:…`.
    pub fn fingerprint(&self) -> &str {
        &self.fingerprint
    }

    /// Answers until `end` comes; then what is under way has [`Limits::parting`]. `tell` gets a line for
    /// each connection, from any thread; none: nothing is put together.
    pub async fn serve<F>(self, end: F, tell: Option<Box<dyn Fn(Told) + Send + Sync>>)
    where
        F: Future<Output = ()>,
    {
        let (stop, ending) = watch::channel(false);
        let shared = Arc::new(Shared {
            without_http2: self.acceptor.without_http2(),
            acceptor: self.acceptor,
            routes: Arc::new(self.routes),
            room: Arc::new(Semaphore::new(self.limits.connections.max(1))),
            http2: Semaphore::new(self.limits.http2),
            limits: self.limits,
            tell,
        });
        let secure = accept_secure(self.secure, shared, Ending(ending.clone()));
        let plain = accept_plain(self.plain, self.address, Ending(ending));
        tokio::select! {
            () = end => {}
            ((), ()) = async { tokio::join!(secure, plain) } => {}
        }
        let _ = stop.send(true);
        // closed once nobody listens for the end any more
        let _ = timeout(self.limits.parting, stop.closed()).await;
    }
}

/// What all connections share.
pub(super) struct Shared {
    acceptor: Acceptor,
    without_http2: Acceptor,
    http2: Semaphore,
    pub(super) routes: Arc<Routes>,
    pub(super) limits: Limits,
    room: Arc<Semaphore>,
    tell: Option<Box<dyn Fn(Told) + Send + Sync>>,
}

impl Shared {
    /// One handshake; with it the seat among those that speak HTTP/2, where it does.
    pub(super) async fn accept(
        &self,
        stream: &mut Option<TcpStream>,
    ) -> Result<(Secured<TcpStream>, Option<SemaphorePermit<'_>>), AcceptFailure> {
        let seat = self.http2.try_acquire().ok();
        let acceptor = match seat {
            Some(_) => &self.acceptor,
            None => &self.without_http2,
        };
        let secured = acceptor.accept(stream).await?;
        let seat = seat.filter(|_| secured.is_h2());
        Ok((secured, seat))
    }

    /// Puts the line together only where somebody reads it.
    pub(super) fn tell(&self, line: impl FnOnce() -> Told) {
        if let Some(tell) = &self.tell {
            tell(line());
        }
    }
}

/// Says when everything is to end.
#[derive(Clone)]
pub(super) struct Ending(watch::Receiver<bool>);

impl Ending {
    /// Returns once it is; at once where it was before.
    pub(super) async fn begun(&mut self) {
        // a sender that is gone is an end too
        let _ = self.0.wait_for(|ends| *ends).await;
    }
}

async fn accept_secure(listener: TcpListener, shared: Arc<Shared>, ending: Ending) {
    loop {
        // those for whom there is no room wait in the system's queue
        let Ok(seat) = shared.room.clone().acquire_owned().await else {
            return;
        };
        let stream = accepted(&listener).await;
        let (shared, ending) = (shared.clone(), ending.clone());
        tokio::spawn(async move {
            connection::serve(stream, &shared, ending).await;
            drop(seat);
        });
    }
}

async fn accept_plain(
    listener: Option<(TcpListener, SocketAddr)>,
    secure: SocketAddr,
    ending: Ending,
) {
    let Some((listener, _)) = listener else {
        return std::future::pending().await;
    };
    let room = Arc::new(Semaphore::new(MOST_PLAIN));
    while let Ok(seat) = room.clone().acquire_owned().await {
        let stream = accepted(&listener).await;
        let mut ending = ending.clone();
        tokio::spawn(async move {
            plain::serve(stream, secure, &mut ending).await;
            drop(seat);
        });
    }
}

/// A connection that is gone already, or no file descriptor left: the next one may be fine.
async fn accepted(listener: &TcpListener) -> TcpStream {
    loop {
        match listener.accept().await {
            Ok((stream, _)) => return stream,
            Err(_) => sleep(BREATH).await,
        }
    }
}

async fn listen(address: SocketAddr) -> Result<(TcpListener, SocketAddr), SiteError> {
    let refused = |source| SiteError::Listen { address, source };
    let listener = TcpListener::bind(address).await.map_err(refused)?;
    let bound = listener.local_addr().map_err(refused)?;
    Ok((listener, bound))
}

fn identity(options: &TestSiteOptions) -> Result<ServerIdentity, SiteError> {
    match &options.identity {
        Some((certificate, key)) => {
            ServerIdentity::from_files(certificate, key).map_err(SiteError::Identity)
        }
        None => own_certificate::make(options.listen.ip()).map_err(SiteError::OwnCertificate),
    }
}

/// The common name, as people know an authority; all of the name where it has none.
fn short_name(name: DistinguishedName) -> String {
    let parts = name.text.split(", ");
    let common = parts.filter_map(|part| part.strip_prefix("CN=")).next();
    common.map_or_else(|| name.text.clone(), str::to_owned)
}

fn in_pairs(hexadecimal: &str) -> String {
    let digits: Vec<char> = hexadecimal.to_ascii_uppercase().chars().collect();
    let pairs = digits.chunks(2).map(|pair| pair.iter().collect::<String>());
    pairs.collect::<Vec<_>>().join(":")
}

fn url(scheme: &str, address: SocketAddr) -> String {
    match address.ip().is_unspecified() {
        true => format!("{scheme}://localhost:{}/", address.port()),
        false => format!("{scheme}://{address}/"),
    }
}

const BREATH: Duration = Duration::from_millis(50);
const MOST_PLAIN: usize = 256;
