//! What comes of one plain request over one connection?

use std::borrow::Cow;
use std::io;
use std::sync::mpsc::SyncSender;

use http_body_util::{BodyExt, Full};
use hyper::body::{Bytes, Incoming};
use hyper::client::conn::http1::{Builder, SendRequest};
use hyper::header::{
    ACCEPT, CONNECTION, CONTENT_TYPE, HOST, HeaderValue, LOCATION, PROXY_AUTHORIZATION, USER_AGENT,
};
use hyper::{Method, Request, Response, StatusCode};
use hyper_util::rt::TokioIo;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::TcpStream;
use tokio::time::timeout;
use tomcheck_diagnosis::{ForeignFailure, Observation};

use super::place::Place;
use super::{PlainFailure, PlainPhase, PlainRequest, timed_out};
use crate::login::Sent;
use crate::tunnel::dial::dial;
use crate::tunnel::link::{Unsecured, handshake};
use crate::tunnel::{Attempt, Outcome};
use crate::{ProxyAddress, ProxyKind, Route, TunnelProbe};

pub(super) type Sender = SendRequest<Full<Bytes>>;

/// An open way to whom the request is for.
type Way = Box<dyn Stream>;

trait Stream: AsyncRead + AsyncWrite + Unpin + Send {}

impl<S: AsyncRead + AsyncWrite + Unpin + Send> Stream for S {}

/// Runs to the end of the body, or until nobody reads it any more. In a thread of its own.
pub(super) fn run(
    request: &PlainRequest,
    begun: &SyncSender<Result<(), PlainFailure>>,
    parts: &SyncSender<io::Result<Bytes>>,
) {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build();
    match runtime {
        Ok(runtime) => {
            runtime.block_on(talk(request, begun, parts));
            // A call into the system that never returns must not keep this thread.
            runtime.shutdown_background();
        }
        Err(error) => {
            let failure = ForeignFailure::from_io("tokio", &error);
            let _ = begun.send(Err(request.failed(PlainPhase::Http, failure)));
        }
    }
}

async fn talk(
    request: &PlainRequest,
    begun: &SyncSender<Result<(), PlainFailure>>,
    parts: &SyncSender<io::Result<Bytes>>,
) {
    match request.answer().await {
        Ok(response) => {
            // Nobody listens any more once the deadline has passed.
            if begun.send(Ok(())).is_ok() {
                request.forward(response, parts).await;
            }
        }
        Err(failure) => {
            let _ = begun.send(Err(failure));
        }
    }
}

impl PlainRequest {
    async fn answer(&self) -> Result<Response<Incoming>, PlainFailure> {
        let place = Place::of(&self.url).filter(|place| !place.is_secure || self.tls.is_some());
        let place = place.ok_or_else(|| {
            let failure = ForeignFailure::decimal("GET", 0).named("no http:// address");
            self.failed(PlainPhase::Address, failure)
        })?;
        let response = self.converse(&place).await?;
        match response.status() {
            StatusCode::OK => Ok(response),
            _ => Err(self.refused(&response)),
        }
    }

    pub(super) async fn connection(&self, place: &Place) -> Result<Sender, PlainFailure> {
        let stream = self.connect(place).await?;
        let (sender, wire) = Builder::new()
            .ignore_invalid_headers_in_responses(true)
            .handshake(TokioIo::new(stream))
            .await
            .map_err(|error| self.no_http(&error))?;
        // Reads and writes while the body is read; its failure reaches the body.
        tokio::spawn(wire);
        Ok(sender)
    }

    async fn connect(&self, place: &Place) -> Result<Way, PlainFailure> {
        let address = match &self.route {
            Route::Direct => place.address.clone(),
            Route::Proxy(proxy) if !place.is_secure => proxy.clone(),
            Route::Proxy(_) => {
                let failure = ForeignFailure::decimal("proxy", 0).named("https:// through a proxy");
                return Err(self.failed(PlainPhase::Route, failure));
            }
            Route::Pac { .. } | Route::Unusable(_) => {
                let failure = ForeignFailure::decimal("proxy", 0).named(self.route.to_string());
                return Err(self.failed(PlainPhase::Route, failure));
            }
        };
        match address.kind {
            ProxyKind::Http if place.is_secure => self.secured(&address).await,
            ProxyKind::Http => {
                let stream = self.dial(&address).await?;
                Ok(Box::new(stream))
            }
            ProxyKind::Socks4 | ProxyKind::Socks5 => self.tunnel(address, place).await,
            ProxyKind::Https => {
                let failure = ForeignFailure::decimal("proxy", 0).named(address.to_string());
                Err(self.failed(PlainPhase::Route, failure))
            }
        }
    }

    async fn dial(&self, address: &ProxyAddress) -> Result<TcpStream, PlainFailure> {
        let dialled = dial(address, self.deadline).await;
        dialled.stream.map_err(|outcome| match outcome {
            Outcome::Unresolved { failure } => self.failed(PlainPhase::Dns, failure),
            _ => self.failed(PlainPhase::Tcp, last_failure(&dialled.attempts)),
        })
    }

    async fn secured(&self, address: &ProxyAddress) -> Result<Way, PlainFailure> {
        let stream = self.dial(address).await?;
        let failed = |failure| self.failed(PlainPhase::Tls, failure);
        let Some(tls) = &self.tls else {
            return Err(failed(in_words("no authorities")));
        };
        match handshake(stream, &address.host, tls, self.deadline).await {
            Ok(stream) => Ok(Box::new(stream)),
            Err(Unsecured::NoName(why)) => Err(failed(in_words(why))),
            Err(Unsecured::Late { .. }) => Err(failed(timed_out("TLS"))),
            Err(Unsecured::Ended { insecure, why }) => Err(PlainFailure {
                insecure: Some(insecure),
                ..failed(in_words(why))
            }),
        }
    }

    /// A SOCKS proxy leads anywhere, to plain addresses as to others.
    async fn tunnel(&self, proxy: ProxyAddress, place: &Place) -> Result<Way, PlainFailure> {
        let (host, port) = (&place.address.host, place.address.port);
        let probe = TunnelProbe {
            credentials: self.credentials.clone(),
            is_vouched_for: self.is_vouched_for,
            memory: self.memory.clone(),
            ..TunnelProbe::new(proxy, host, port, self.deadline)
        };
        let (seen, tunnel) = probe.observe().await;
        let tunnel = tunnel.ok_or_else(|| {
            let kind = seen.findings().into_iter().next();
            let code = kind.map_or("proxy", |finding| finding.kind.code);
            self.failed(
                PlainPhase::Proxy,
                ForeignFailure::decimal("SOCKS", 0).named(code),
            )
        });
        tunnel.map(|tunnel| Box::new(tunnel) as Way)
    }

    /// Source: RFC 9112 §3.2.1 (origin form), §3.2.2 (absolute form, to a proxy).
    pub(super) fn message(
        &self,
        place: &Place,
        shown: Option<&Sent>,
    ) -> Result<Request<Full<Bytes>>, hyper::http::Error> {
        let target = match self.http_proxy() {
            Some(_) => place.absolute(),
            None => place.path.clone(),
        };
        let (method, kind, body) = match &self.posted {
            Some((kind, body)) => (Method::POST, Some(*kind), body.clone()),
            None => (Method::GET, None, Vec::new()),
        };
        let mut request = Request::builder()
            .method(method)
            .uri(target)
            .header(HOST, &place.authority)
            .header(USER_AGENT, AGENT)
            .header(ACCEPT, "*/*");
        // a proxy may ask for a login that goes over one connection
        if self.http_proxy().is_none() {
            request = request.header(CONNECTION, "close");
        }
        if let Some(kind) = kind {
            request = request.header(CONTENT_TYPE, kind);
        }
        if let Some(sent) = shown {
            let mut value = HeaderValue::from_bytes(sent.value.as_bytes())?;
            value.set_sensitive(true);
            request = request.header(PROXY_AUTHORIZATION, value);
        }
        request.body(Full::new(body.into()))
    }

    async fn forward(&self, response: Response<Incoming>, parts: &SyncSender<io::Result<Bytes>>) {
        let mut body = response.into_body();
        loop {
            let part = match timeout(self.deadline.remaining(), body.frame()).await {
                // What has come already is had without waiting, however late it is.
                _ if self.deadline.has_passed() => Err(io::ErrorKind::TimedOut.into()),
                Ok(None) => return,
                Ok(Some(Ok(frame))) => Ok(frame.into_data().unwrap_or_default()),
                Ok(Some(Err(error))) => Err(io::Error::other(error.to_string())),
                Err(_) => Err(io::ErrorKind::TimedOut.into()),
            };
            let ends = part.is_err();
            if parts.send(part).is_err() || ends {
                return;
            }
        }
    }

    /// A proxy's own refusal is told from the site's by what only proxies write.
    pub(super) fn refused(&self, response: &Response<Incoming>) -> PlainFailure {
        let status = response.status();
        let own = response.headers().get("x-squid-error");
        let own = own.and_then(|value| value.to_str().ok());
        let reason = status.canonical_reason().unwrap_or_default();
        let name = match own {
            Some(own) => format!("{reason} ({own})"),
            None => reason.to_owned(),
        };
        let by_proxy = own.is_some() || status == StatusCode::PROXY_AUTHENTICATION_REQUIRED;
        let phase = match by_proxy && matches!(self.route, Route::Proxy(_)) {
            true => PlainPhase::Proxy,
            false => PlainPhase::Http,
        };
        let failure = ForeignFailure::decimal("HTTP", i64::from(status.as_u16())).named(name);
        let location = response.headers().get(LOCATION);
        let location = location.and_then(|value| value.to_str().ok());
        PlainFailure {
            location: location
                .filter(|_| status.is_redirection())
                .map(str::to_owned),
            ..self.failed(phase, failure)
        }
    }

    /// The proxy that the request itself goes to.
    pub(super) fn http_proxy(&self) -> Option<&ProxyAddress> {
        match &self.route {
            Route::Proxy(proxy) if proxy.kind == ProxyKind::Http => Some(proxy),
            _ => None,
        }
    }

    pub(super) fn no_http(&self, error: &dyn std::error::Error) -> PlainFailure {
        let failure = ForeignFailure::decimal("HTTP", 0).named(error.to_string());
        self.failed(PlainPhase::Http, failure)
    }

    pub(super) fn failed(&self, phase: PlainPhase, failure: ForeignFailure) -> PlainFailure {
        PlainFailure {
            phase,
            failure,
            proxy: self.proxy(),
            location: None,
            insecure: None,
        }
    }
}

/// Of the TLS library, which has no numbers.
fn in_words(why: impl Into<Cow<'static, str>>) -> ForeignFailure {
    ForeignFailure::decimal("TLS", 0).named(why)
}

/// The last attempt that said something; none did: all were silent.
fn last_failure(attempts: &[Attempt]) -> ForeignFailure {
    let mut failures = attempts.iter().rev().filter_map(|one| one.failure.clone());
    failures.next().unwrap_or_else(|| timed_out("connect"))
}

/// As with `CONNECT`: some filters refuse a client without a name.
const AGENT: &str = concat!("tomcheck/", env!("CARGO_PKG_VERSION"));
