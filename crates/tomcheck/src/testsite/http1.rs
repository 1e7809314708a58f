//! How is one connection of HTTP/1.1 served, and what does it cost while it says nothing?
//!
//! hyper holds 16 KiB for each connection as long as that lasts. Between two requests the stream
//! is taken back, and only TLS is left of it.

use std::convert::Infallible;
use std::future::{Ready, poll_fn, ready};
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::task::Poll;
use std::time::Duration;

use http_body_util::Full;
use hyper::body::{Body, Bytes, Incoming};
use hyper::header::CONNECTION;
use hyper::server::conn::http1::{Builder, Connection};
use hyper::service::Service;
use hyper::{Request, Response, Version};
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::io::{AsyncBufReadExt, AsyncRead, AsyncWrite};
use tokio::time::timeout;
use tomcheck_diagnosis::Instant;
use tomcheck_tls::server::{Secured, part_with};

use super::client::Client;
use super::routes::Routes;
use super::site::{Ending, Shared};

/// Answers until the client leaves, says nothing for too long, or everything ends.
pub(super) async fn serve<S>(mut stream: Secured<S>, shared: &Shared, ending: &mut Ending)
where
    S: AsyncRead + AsyncWrite + Unpin + Send + 'static,
{
    let limits = shared.limits;
    while has_begun(&mut stream, limits.idle, ending).await {
        let client = Client::new(stream.seen(), Instant::now());
        let answering = Answering::new(client, shared.routes.clone());
        // only while it is answered does it need so much
        let exchange = Box::pin(exchange(stream, answering, limits.head, ending));
        match timeout(limits.exchange, exchange).await {
            Ok(Some(again)) => stream = again,
            Ok(None) | Err(_) => return,
        }
    }
    part_with(stream).await;
}

/// Waits for the first byte of a request without room for it.
pub(super) async fn has_begun<S>(
    stream: &mut Secured<S>,
    idle: Duration,
    ending: &mut Ending,
) -> bool
where
    S: AsyncRead + AsyncWrite + Unpin,
{
    tokio::select! {
        begun = timeout(idle, stream.fill_buf()) => {
            matches!(begun, Ok(Ok(bytes)) if !bytes.is_empty())
        }
        () = ending.begun() => false,
    }
}

/// One request, or some that came at once. The stream where it may go on.
async fn exchange<S>(
    stream: Secured<S>,
    answering: Answering,
    head: Duration,
    ending: &mut Ending,
) -> Option<Secured<S>>
where
    S: AsyncRead + AsyncWrite + Unpin + Send + 'static,
{
    let state = answering.state.clone();
    let mut connection = builder(head).serve_connection(TokioIo::new(stream), answering);
    let ended = tokio::select! {
        ended = until_answered(&mut connection, &state) => ended,
        () = ending.begun() => {
            Pin::new(&mut connection).graceful_shutdown();
            state.keep.store(false, Ordering::Relaxed);
            poll_fn(|context| connection.poll_without_shutdown(context)).await
        }
    };
    let count = state.count.load(Ordering::Relaxed);
    let parts = connection.into_parts();
    let stream = parts.io.into_inner();
    let goes_on = ended.is_ok() && state.keep.load(Ordering::Relaxed) && parts.read_buf.is_empty();
    if goes_on && count > 0 {
        return Some(stream);
    }
    part_with(stream).await;
    None
}

/// hyper would write `Connection: close` were it told before its answer that this is the last.
async fn until_answered<S>(
    connection: &mut Connection<TokioIo<Secured<S>>, Answering>,
    state: &State,
) -> hyper::Result<()>
where
    S: AsyncRead + AsyncWrite + Unpin + Send + 'static,
{
    let mut is_told = false;
    poll_fn(|context| {
        if let Poll::Ready(ended) = connection.poll_without_shutdown(context) {
            return Poll::Ready(ended);
        }
        if is_told || state.count.load(Ordering::Relaxed) == 0 {
            return Poll::Pending;
        }
        is_told = true;
        Pin::new(&mut *connection).graceful_shutdown();
        connection.poll_without_shutdown(context)
    })
    .await
}

fn builder(head: Duration) -> Builder {
    let mut builder = Builder::new();
    builder
        .timer(TokioTimer::new())
        .header_read_timeout(head)
        .max_headers(MOST_HEADERS)
        .max_buf_size(LONGEST_HEAD);
    builder
}

/// Answers the requests of one exchange.
struct Answering {
    client: Client,
    routes: Arc<Routes>,
    state: Arc<State>,
}

/// What became of it.
struct State {
    count: AtomicUsize,
    /// Whether the client expects the connection to go on, and nothing unread is in the way.
    keep: AtomicBool,
}

impl Answering {
    fn new(client: Client, routes: Arc<Routes>) -> Self {
        let state = State {
            count: 0.into(),
            keep: true.into(),
        };
        Self {
            client,
            routes,
            state: Arc::new(state),
        }
    }
}

impl Service<Request<Incoming>> for Answering {
    type Response = Response<Full<Bytes>>;
    type Error = Infallible;
    type Future = Ready<Result<Self::Response, Infallible>>;

    fn call(&self, request: Request<Incoming>) -> Self::Future {
        if !keeps_alive(&request) {
            self.state.keep.store(false, Ordering::Relaxed);
        }
        let response = self.routes.answer(&request, &self.client);
        self.state.count.fetch_add(1, Ordering::Relaxed);
        ready(Ok(response))
    }
}

/// A body that nobody reads would be taken for the next request.
fn keeps_alive(request: &Request<Incoming>) -> bool {
    let says_close = request.headers().get_all(CONNECTION).iter().any(|value| {
        let words = value.as_bytes().split(|byte| *byte == b',');
        words.into_iter().any(|word| {
            let word = word.trim_ascii();
            word.eq_ignore_ascii_case(b"close") || word.eq_ignore_ascii_case(b"upgrade")
        })
    });
    request.version() == Version::HTTP_11 && !says_close && request.body().is_end_stream()
}

/// hyper's least is 8 KiB.
const LONGEST_HEAD: usize = 16 * 1024;
const MOST_HEADERS: usize = 64;
