//! What comes of one `CONNECT` over one connection?
//!
//! Written over hyper's own connection and not over a client's: a client keeps of a refusal
//! that it was one, and the status line, the schemes and the proxy's own error are lost.

use std::error::Error;
use std::future::{Future, poll_fn};
use std::pin::pin;
use std::time::{Duration, Instant};

use http_body_util::{BodyExt, Empty};
use hyper::body::{Bytes, Incoming};
use hyper::client::conn::http1::{Builder, Connection, SendRequest};
use hyper::header::{HOST, HeaderValue, PROXY_AUTHORIZATION, USER_AGENT};
use hyper::{Request, Response};
use hyper_util::rt::TokioIo;
use tokio::net::TcpStream;
use tokio::time::timeout;
use tomcheck_diagnosis::Deadline;

use super::dial::milliseconds_since;
use super::recorder::{FirstBytes, Recorder};
use super::{Outcome, Reply, Speaks, Tunnel, TunnelProbe};

type Wire = Connection<TokioIo<Recorder>, Empty<Bytes>>;

/// How much of the page that comes with a refusal is read.
const PAGE_LIMIT: usize = 64 * 1024;
/// How long the page is waited for: the verdict stands without it.
const PAGE_WAIT: Duration = Duration::from_secs(2);
/// Some filters refuse a client without a name before they look at the site.
const AGENT: &str = concat!("tomcheck/", env!("CARGO_PKG_VERSION"));

/// Sends the request and reads the answer, until the probe's deadline at the latest.
pub(super) async fn connect(stream: TcpStream, probe: &TunnelProbe) -> (Outcome, Option<Tunnel>) {
    let request = match request(probe) {
        Ok(request) => request,
        Err(error) => return (Outcome::NotSent { why: chain(&error) }, None),
    };
    let start = Instant::now();
    let (recorder, first) = Recorder::new(stream);
    let talk = talk(recorder, request, probe.deadline);
    match timeout(probe.deadline.remaining(), talk).await {
        Ok(Ok((reply, tunnel))) => (Outcome::Replied(reply), tunnel),
        Ok(Err(error)) => (not_http(&first, chain(&error)), None),
        Err(_) => (late(&first, milliseconds_since(start)), None),
    }
}

/// Who began an HTTP answer speaks HTTP, and is slow; any other beginning shows what it is.
fn late(first: &FirstBytes, waited_ms: u64) -> Outcome {
    let bytes = first.get();
    match Speaks::of(&bytes) {
        Speaks::Nothing | Speaks::BrokenHttp => Outcome::NoAnswer {
            waited_ms,
            begun: first_line(&bytes),
        },
        _ => not_http(first, "the rest did not come in time".to_owned()),
    }
}

/// What came of the status line; none: not one byte came.
fn first_line(bytes: &[u8]) -> Option<String> {
    let line = bytes.split(|byte| matches!(byte, b'\r' | b'\n')).next()?;
    let text: String = line.iter().map(|byte| printable(*byte)).collect();
    (!text.is_empty()).then_some(text)
}

/// Source: RFC 9110 §9.3.6 (authority form), RFC 9112 §3.2 (`Host`).
fn request(probe: &TunnelProbe) -> Result<Request<Empty<Bytes>>, hyper::http::Error> {
    let target = probe.target();
    let mut request = Request::connect(target.as_str())
        .header(HOST, target.as_str())
        .header(USER_AGENT, AGENT);
    if let Some(credentials) = &probe.credentials {
        let mut value = HeaderValue::from_bytes(credentials.basic().as_bytes())?;
        value.set_sensitive(true);
        request = request.header(PROXY_AUTHORIZATION, value);
    }
    request.body(Empty::new())
}

async fn talk(
    recorder: Recorder,
    request: Request<Empty<Bytes>>,
    deadline: Deadline,
) -> Result<(Reply, Option<Tunnel>), hyper::Error> {
    let (mut sender, mut wire) = Builder::new()
        .ignore_invalid_headers_in_responses(true)
        .allow_obsolete_multiline_headers_in_responses(true)
        .max_buf_size(PAGE_LIMIT)
        .handshake(TokioIo::new(recorder))
        .await?;
    let reply = alongside(exchange(&mut sender, request, deadline), &mut wire).await?;
    let tunnel = reply.opens().then(|| tunnel(wire));
    Ok((reply, tunnel))
}

/// hyper's connection does the reading and writing, and only while it is polled.
async fn alongside<F: Future>(work: F, wire: &mut Wire) -> F::Output {
    let mut work = pin!(work);
    let mut wire_ended = false;
    poll_fn(|context| {
        if !wire_ended {
            // Its failure reaches the request that waits on it.
            wire_ended = wire.poll_without_shutdown(context).is_ready();
        }
        work.as_mut().poll(context)
    })
    .await
}

async fn exchange(
    sender: &mut SendRequest<Empty<Bytes>>,
    request: Request<Empty<Bytes>>,
    deadline: Deadline,
) -> Result<Reply, hyper::Error> {
    let response = sender.send_request(request).await?;
    let mut reply = Reply::of(&response);
    if !reply.opens() {
        let page = page(response, deadline.at_most(PAGE_WAIT)).await;
        reply.title = super::reply::title_of(&page);
    }
    Ok(reply)
}

/// As much of the page as comes in time and under the limit.
async fn page(response: Response<Incoming>, deadline: Deadline) -> Vec<u8> {
    let mut body = response.into_body();
    let mut page = Vec::new();
    while page.len() < PAGE_LIMIT {
        let Ok(Some(Ok(frame))) = timeout(deadline.remaining(), body.frame()).await else {
            break;
        };
        let data = frame.into_data().unwrap_or_default();
        let room = PAGE_LIMIT.saturating_sub(page.len());
        page.extend(data.iter().take(room));
    }
    page
}

fn tunnel(wire: Wire) -> Tunnel {
    let parts = wire.into_parts();
    Tunnel::new(parts.io.into_inner().stream, parts.read_buf)
}

fn not_http(first: &FirstBytes, why: String) -> Outcome {
    let bytes = first.get();
    Outcome::NotHttp {
        speaks: Speaks::of(&bytes),
        bytes: bytes.iter().map(|byte| format!("{byte:02x}")).collect(),
        text: bytes.iter().map(|byte| printable(*byte)).collect(),
        why,
    }
}

fn printable(byte: u8) -> char {
    match byte {
        b' '..=b'~' => char::from(byte),
        _ => '.',
    }
}

/// The error and all its causes, on one line.
fn chain(error: &dyn Error) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(error) = cause {
        text = format!("{text}: {error}");
        cause = error.source();
    }
    text
}
