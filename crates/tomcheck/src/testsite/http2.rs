//! How is one connection of HTTP/2 served?

use std::convert::Infallible;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use hyper::server::conn::http2::Builder;
use hyper::service::service_fn;
use hyper_util::rt::{TokioExecutor, TokioIo, TokioTimer};
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::time::{sleep, timeout};
use tomcheck_diagnosis::Instant;
use tomcheck_tls::server::Secured;

use super::client::Client;
use super::http1::has_begun;
use super::site::{Ending, Shared};

/// Answers until the client leaves, asks nothing for too long, or everything ends.
pub(super) async fn serve<S>(mut stream: Secured<S>, shared: &Shared, ending: &mut Ending)
where
    S: AsyncRead + AsyncWrite + Unpin + Send + 'static,
{
    if has_begun(&mut stream, shared.limits.idle, ending).await {
        Box::pin(converse(stream, shared, ending)).await;
    }
}

async fn converse<S>(stream: Secured<S>, shared: &Shared, ending: &mut Ending)
where
    S: AsyncRead + AsyncWrite + Unpin + Send + 'static,
{
    let client = Arc::new(Client::new(stream.seen(), Instant::now()));
    let routes = shared.routes.clone();
    let served = Arc::new(AtomicUsize::new(0));
    let counted = served.clone();
    let service = service_fn(move |request| {
        counted.fetch_add(1, Ordering::Relaxed);
        let response = routes.answer(&request, &client);
        async move { Ok::<_, Infallible>(response) }
    });
    let connection = builder().serve_connection(TokioIo::new(stream), service);
    let mut connection = std::pin::pin!(connection);
    let mut before = usize::MAX;
    loop {
        tokio::select! {
            _ = connection.as_mut() => return,
            () = ending.begun() => break,
            () = sleep(shared.limits.idle) => {
                let now = served.load(Ordering::Relaxed);
                if now == before {
                    break;
                }
                before = now;
            }
        }
    }
    connection.as_mut().graceful_shutdown();
    let _ = timeout(PARTING, connection).await;
}

fn builder() -> Builder<TokioExecutor> {
    let mut builder = Builder::new(TokioExecutor::new());
    builder
        .timer(TokioTimer::new())
        .max_concurrent_streams(MOST_STREAMS)
        .max_header_list_size(LONGEST_HEAD)
        .initial_stream_window_size(WINDOW)
        .initial_connection_window_size(WINDOW)
        .max_send_buf_size(MOST_QUEUED)
        .keep_alive_interval(Some(PING))
        .keep_alive_timeout(PING);
    builder
}

/// For what is under way when it ends.
const PARTING: Duration = Duration::from_secs(4);
/// A client that is gone is noticed.
const PING: Duration = Duration::from_secs(20);
const MOST_STREAMS: u32 = 16;
const LONGEST_HEAD: u32 = 16 * 1024;
/// The least there is: nobody sends us anything.
const WINDOW: u32 = 65_535;
const MOST_QUEUED: usize = 64 * 1024;
