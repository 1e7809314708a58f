//! What comes of one `CONNECT` over one connection?
//!
//! Written over hyper's own connection and not over a client's: a client keeps of a refusal
//! that it was one, and the status line, the schemes and the proxy's own error are lost.

use std::error::Error;
use std::future::{Future, poll_fn};
use std::pin::pin;
use std::task::Poll;
use std::time::Duration;

use http_body_util::{BodyExt, Empty};
use hyper::body::{Bytes, Incoming};
use hyper::client::conn::http1::{Builder, Connection, SendRequest};
use hyper::header::{HOST, HeaderValue, PROXY_AUTHORIZATION, USER_AGENT};
use hyper::{Request, Response};
use hyper_util::rt::TokioIo;
use tokio::time::timeout;
use tomcheck_diagnosis::Deadline;

use super::echo::Echo;
use super::link::Link;
use super::recorder::{FirstBytes, Recorder};
use super::{Outcome, Reply, Speaks, Tunnel};
use crate::login::Sent;

type Wire = Connection<TokioIo<Recorder>, Empty<Bytes>>;

/// How much of the page that comes with a refusal is read.
const PAGE_LIMIT: usize = 64 * 1024;
/// How much of it is passed over, so that the connection can be used again.
const PASSED_OVER_LIMIT: usize = 1024 * 1024;
/// How long the page is waited for: the verdict stands without it.
const PAGE_WAIT: Duration = Duration::from_secs(2);
/// Some filters refuse a client without a name before they look at the site.
const AGENT: &str = concat!("tomcheck/", env!("CARGO_PKG_VERSION"));

/// Source: RFC 9110 §9.3.6 (authority form), RFC 9112 §3.2 (`Host`).
pub(super) fn request(
    target: &str,
    shown: Option<&Sent>,
) -> Result<Request<Empty<Bytes>>, hyper::http::Error> {
    let mut request = Request::connect(target)
        .header(HOST, target)
        .header(USER_AGENT, AGENT);
    if let Some(sent) = shown {
        let mut value = HeaderValue::from_bytes(sent.value.as_bytes())?;
        value.set_sensitive(true);
        request = request.header(PROXY_AUTHORIZATION, value);
    }
    request.body(Empty::new())
}

/// For the page that the proxy shows to who takes it for a site, at `place`: each answers it itself,
/// most by saying that it is none.
///
/// Source: RFC 9112 §3.2.1.
pub(super) fn own_page(place: &str) -> Result<Request<Empty<Bytes>>, hyper::http::Error> {
    Request::get("/")
        .header(HOST, place)
        .header(USER_AGENT, AGENT)
        .body(Empty::new())
}

/// One connection to the proxy, over which one request after the other goes.
pub(super) struct Talk {
    sender: SendRequest<Empty<Bytes>>,
    wire: Wire,
    /// Whether the connection has ended; nobody polls it any more.
    has_ended: bool,
    first: FirstBytes,
}

impl Talk {
    /// `first` gets the first bytes of each answer.
    pub(super) async fn over(link: Link, first: &FirstBytes) -> Result<Self, hyper::Error> {
        let (sender, wire) = Builder::new()
            .ignore_invalid_headers_in_responses(true)
            .allow_obsolete_multiline_headers_in_responses(true)
            .max_buf_size(PAGE_LIMIT)
            .handshake(TokioIo::new(Recorder::new(link, first.clone())))
            .await?;
        Ok(Self {
            sender,
            wire,
            has_ended: false,
            first: first.clone(),
        })
    }

    /// Sends one request; the answer, without what is an echo of it, and whether another one can
    /// go over this connection.
    pub(super) async fn ask(
        &mut self,
        request: Request<Empty<Bytes>>,
        echo: &Echo,
        deadline: Deadline,
    ) -> Result<(Reply, bool), hyper::Error> {
        self.first.clear();
        let work = exchange(&mut self.sender, request, echo, deadline);
        let (reply, is_whole) = alongside(work, &mut self.wire, &mut self.has_ended).await?;
        let may_stay = reply.status == 407 && is_whole && !reply.says_close();
        let stays = may_stay && self.is_ready(deadline.at_most(PAGE_WAIT)).await;
        Ok((reply, stays))
    }

    /// Whether the connection takes another request, or has ended.
    async fn is_ready(&mut self, deadline: Deadline) -> bool {
        let ready = poll_fn(|context| {
            if self.has_ended || self.wire.poll_without_shutdown(context).is_ready() {
                return Poll::Ready(false);
            }
            self.sender.poll_ready(context).map(|ready| ready.is_ok())
        });
        timeout(deadline.remaining(), ready).await.unwrap_or(false)
    }

    /// What lies behind a 2xx.
    pub(super) fn into_tunnel(self) -> Tunnel {
        let parts = self.wire.into_parts();
        Tunnel::new(parts.io.into_inner().link, parts.read_buf)
    }
}

/// hyper's connection does the reading and writing, and only while it is polled.
async fn alongside<F: Future>(work: F, wire: &mut Wire, has_ended: &mut bool) -> F::Output {
    let mut work = pin!(work);
    poll_fn(|context| {
        if !*has_ended {
            // Its failure reaches the request that waits on it.
            *has_ended = wire.poll_without_shutdown(context).is_ready();
        }
        work.as_mut().poll(context)
    })
    .await
}

async fn exchange(
    sender: &mut SendRequest<Empty<Bytes>>,
    request: Request<Empty<Bytes>>,
    echo: &Echo,
    deadline: Deadline,
) -> Result<(Reply, bool), hyper::Error> {
    let response = sender.send_request(request).await?;
    let mut reply = Reply::of(&response);
    reply.forget(echo);
    if reply.opens() {
        return Ok((reply, false));
    }
    let (page, is_whole) = page(response, deadline.at_most(PAGE_WAIT)).await;
    reply.read_page(&page, echo);
    Ok((reply, is_whole))
}

/// As much of the page as comes in time and under the limit, and whether it came to its end.
async fn page(response: Response<Incoming>, deadline: Deadline) -> (Vec<u8>, bool) {
    let mut body = response.into_body();
    let mut page = Vec::new();
    let mut passed = 0_usize;
    while passed < PASSED_OVER_LIMIT {
        let data = match timeout(deadline.remaining(), body.frame()).await {
            Ok(Some(Ok(frame))) => frame.into_data().unwrap_or_default(),
            Ok(None) => return (page, true),
            Ok(Some(Err(_))) | Err(_) => break,
        };
        passed = passed.saturating_add(data.len());
        let room = PAGE_LIMIT.saturating_sub(page.len());
        page.extend(data.iter().take(room));
    }
    (page, false)
}

/// Who began an HTTP answer speaks HTTP, and is slow; any other beginning shows what it is.
pub(super) fn late(bytes: &[u8], waited_ms: u64) -> Outcome {
    match Speaks::of(bytes) {
        Speaks::Nothing | Speaks::Http => Outcome::NoAnswer {
            waited_ms,
            begun: first_line(bytes),
        },
        speaks => foreign(bytes, speaks, "the rest did not come in time".to_owned()),
    }
}

/// What came of the status line; none: not one byte came.
fn first_line(bytes: &[u8]) -> Option<String> {
    let line = bytes.split(|byte| matches!(byte, b'\r' | b'\n')).next()?;
    let text: String = line.iter().map(|byte| printable(*byte)).collect();
    (!text.is_empty()).then_some(text)
}

/// Bytes that are no answer of the protocol that was spoken.
pub(super) fn foreign(bytes: &[u8], speaks: Speaks, why: String) -> Outcome {
    Outcome::NotHttp {
        speaks,
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
pub(super) fn chain(error: &dyn Error) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(error) = cause {
        text = format!("{text}: {error}");
        cause = error.source();
    }
    text
}
