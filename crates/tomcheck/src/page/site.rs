//! How does the page open, hold its connections and close?

use std::convert::Infallible;
use std::future::pending;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;

use hyper::server::conn::http1::Builder;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::net::{TcpListener, TcpStream};
use tokio::pin;
use tokio::task::JoinSet;
use tokio::time::{sleep, timeout};

use super::live::Live;
use super::lock::{self, Lock};
use super::routes::Routes;
use super::seats::{Guest, Seats, ShownOut};
use super::{PageError, PageLimits, PageOptions};

/// A page whose port is open, and which answers nobody yet.
pub struct StatusPage {
    listeners: Vec<TcpListener>,
    port: u16,
    routes: Arc<Routes>,
    live: Live,
    limits: PageLimits,
}

impl std::fmt::Debug for StatusPage {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        // never the token
        write!(f, "StatusPage({})", self.port)
    }
}

impl StatusPage {
    /// Opens the port.
    ///
    /// # Errors
    ///
    /// When the address is not to be had, or the system has no random numbers.
    pub async fn open(options: PageOptions) -> Result<Self, PageError> {
        let first = listen(Ipv4Addr::LOCALHOST.into(), options.port).await?;
        let port = first.1;
        let mut listeners = vec![first.0];
        let mut names = lock::names("127.0.0.1", port);
        names.extend(lock::names("localhost", port));
        if options.also_v6 {
            listeners.push(listen(Ipv6Addr::LOCALHOST.into(), port).await?.0);
            names.extend(lock::names("[::1]", port));
        }
        let lock = Lock::new(names).map_err(PageError::Random)?;
        let (limits, live) = (options.limits, Live::new(&options));
        Ok(Self {
            listeners,
            port,
            routes: Arc::new(Routes::new(lock, live.clone(), options)),
            live,
            limits,
        })
    }

    /// `http://127.0.0.1:41061/…/`: whoever knows it all sees the page, and nobody else.
    pub fn url(&self) -> String {
        let token = self.routes.lock.token();
        format!("http://127.0.0.1:{}/{token}/", self.port)
    }

    /// Answers, watches the readers and begins a first diagnosis, until `end` comes. Then it ends at
    /// once; only a command to the card that is under way is waited for, ten seconds at most: broken
    /// off, it would have the card reset.
    ///
    /// # Errors
    ///
    /// When the system has no room for the thread that watches the readers.
    pub async fn serve<F>(self, end: F) -> Result<(), PageError>
    where
        F: Future<Output = ()>,
    {
        let events = self.live.watch().map_err(PageError::Monitor)?;
        self.live.begin_first();
        let seats = Seats::new(self.limits.connections);
        let mut doors = JoinSet::new();
        for listener in self.listeners {
            let (routes, seats) = (self.routes.clone(), seats.clone());
            doors.spawn(accept(listener, routes, seats, self.limits));
        }
        tokio::select! {
            () = end => {}
            () = self.live.learn(events) => {}
        }
        // whatever is under way ends with those who answer
        drop(doors);
        self.live.stop();
        self.live.card_is_left().await;
        Ok(())
    }
}

async fn listen(ip: IpAddr, port: u16) -> Result<(TcpListener, u16), PageError> {
    let address = SocketAddr::new(ip, port);
    let refused = |source| PageError::Listen { address, source };
    let listener = TcpListener::bind(address).await.map_err(refused)?;
    let bound = listener.local_addr().map_err(refused)?;
    Ok((listener, bound.port()))
}

async fn accept(listener: TcpListener, routes: Arc<Routes>, seats: Arc<Seats>, limits: PageLimits) {
    let mut connections = JoinSet::new();
    loop {
        let stream = accepted(&listener, &mut connections).await;
        let (routes, (guest, shown_out)) = (routes.clone(), seats.enter());
        connections.spawn(async move {
            let served = serve(stream, routes, Arc::new(guest), limits);
            until_shown_out(served, shown_out).await;
        });
    }
}

async fn until_shown_out(served: impl Future<Output = ()>, shown_out: ShownOut) {
    tokio::select! {
        () = served => {}
        () = shown_out.wait() => {}
    }
}

/// A connection that is gone already, or no file descriptor left: the next one may be fine.
async fn accepted(listener: &TcpListener, connections: &mut JoinSet<()>) -> TcpStream {
    loop {
        let ended = async {
            if connections.join_next().await.is_none() {
                pending::<()>().await;
            }
        };
        tokio::select! {
            accepted = listener.accept() => match accepted {
                Ok((stream, _)) => return stream,
                Err(_) => sleep(BREATH).await,
            },
            () = ended => {}
        }
    }
}

/// One connection, one request: on the way back to the same machine a new one costs nothing, and none
/// is held for nothing.
async fn serve(stream: TcpStream, routes: Arc<Routes>, guest: Arc<Guest>, limits: PageLimits) {
    let _ = stream.set_nodelay(true);
    let service = service_fn(|request| {
        let (routes, guest) = (routes.clone(), guest.clone());
        async move { Ok::<_, Infallible>(routes.answer(request, &guest).await) }
    });
    let connection = Builder::new()
        .keep_alive(false)
        .timer(TokioTimer::new())
        .header_read_timeout(limits.head)
        .max_headers(MOST_HEADERS)
        .max_buf_size(LONGEST_HEAD)
        .serve_connection(TokioIo::new(stream), service);
    pin!(connection);
    let ended = timeout(limits.exchange, connection.as_mut()).await;
    if ended.is_err() && guest.is_to_stay() {
        let _ = connection.await;
    }
}

const BREATH: Duration = Duration::from_millis(50);
/// hyper's least is 8 KiB.
const LONGEST_HEAD: usize = 16 * 1024;
const MOST_HEADERS: usize = 64;
