//! What does the port without TLS say?
//!
//! Where HTTPS is, and the canary: a page of known content, which a captive portal cannot help
//! replacing.

use std::convert::Infallible;
use std::net::SocketAddr;
use std::time::Duration;

use http_body_util::Full;
use hyper::body::{Bytes, Incoming};
use hyper::header::{CACHE_CONTROL, CONTENT_TYPE, HOST, HeaderValue, LOCATION};
use hyper::server::conn::http1::Builder;
use hyper::service::service_fn;
use hyper::{Method, Request, Response, StatusCode};
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::net::TcpStream;
use tokio::time::timeout;

use super::site::Ending;

/// One connection, one request.
pub(super) async fn serve(stream: TcpStream, secure: SocketAddr, ending: &mut Ending) {
    let service =
        service_fn(move |request| async move { Ok::<_, Infallible>(answer(&request, secure)) });
    let connection = Builder::new()
        .keep_alive(false)
        .timer(TokioTimer::new())
        .header_read_timeout(PATIENCE)
        .max_headers(MOST_HEADERS)
        .max_buf_size(LONGEST_HEAD)
        .serve_connection(TokioIo::new(stream), service);
    tokio::select! {
        _ = timeout(PATIENCE, connection) => {}
        () = ending.begun() => {}
    }
}

fn answer(request: &Request<Incoming>, secure: SocketAddr) -> Response<Full<Bytes>> {
    let host = request.headers().get(HOST);
    let host = host.and_then(|host| host.to_str().ok());
    reply(request.method(), request.uri().path(), host, secure)
}

fn reply(
    method: &Method,
    path: &str,
    host: Option<&str>,
    secure: SocketAddr,
) -> Response<Full<Bytes>> {
    let mut response = Response::new(Full::default());
    let headers = response.headers_mut();
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    if ![Method::GET, Method::HEAD].contains(method) {
        *response.status_mut() = StatusCode::METHOD_NOT_ALLOWED;
        return response;
    }
    if let Some((_, text)) = CANARIES.iter().find(|(known, _)| *known == path) {
        headers.insert(CONTENT_TYPE, HeaderValue::from_static("text/plain"));
        match text {
            Some(text) => *response.body_mut() = Full::from(*text),
            None => *response.status_mut() = StatusCode::NO_CONTENT,
        }
        return response;
    }
    let place = host
        .and_then(name_in)
        .and_then(|name| HeaderValue::try_from(format!("https://{name}:{}/", secure.port())).ok());
    match place {
        Some(place) => {
            headers.insert(LOCATION, place);
            *response.status_mut() = StatusCode::TEMPORARY_REDIRECT;
        }
        None => *response.status_mut() = StatusCode::BAD_REQUEST,
    }
    response
}

/// The host without its port, where it is made like one.
fn name_in(host: &str) -> Option<&str> {
    let name = match host.find(']') {
        Some(end) => host.get(..=end)?,
        None => host.split([':', '[']).next()?,
    };
    let is_address = name.starts_with('[');
    let is_fit = |c: char| {
        c.is_ascii_alphanumeric() || "-.".contains(c) || (is_address && "[:]".contains(c))
    };
    let is_fine = !name.is_empty() && name.len() <= LONGEST_NAME && name.chars().all(is_fit);
    is_fine.then_some(name)
}

/// Of our own name, and of the names by which Firefox and Chromium look for a portal.
const CANARIES: [(&str, Option<&str>); 3] = [
    ("/canary", Some("tomcheck canary\n")),
    ("/success.txt", Some("success\n")),
    ("/generate_204", None),
];
const PATIENCE: Duration = Duration::from_secs(10);
const LONGEST_HEAD: usize = 8 * 1024;
const MOST_HEADERS: usize = 64;
/// Source: RFC 1035 §2.3.4.
const LONGEST_NAME: usize = 255;

#[cfg(test)]
mod tests {
    use super::*;

    fn place(host: Option<&str>) -> (u16, Option<String>) {
        let secure = SocketAddr::from(([0, 0, 0, 0], 8443));
        let response = reply(&Method::GET, "/a?b", host, secure);
        let place = response.headers().get(LOCATION);
        let place = place.map(|place| place.to_str().unwrap().to_owned());
        (response.status().as_u16(), place)
    }

    #[test]
    fn everybody_is_sent_to_the_same_name_by_https() {
        let to = |place: &str| (307, Some(place.to_owned()));
        assert_eq!(
            place(Some("essai.chu.fr:80")),
            to("https://essai.chu.fr:8443/")
        );
        assert_eq!(place(Some("[::1]:80")), to("https://[::1]:8443/"));
        for bad in [
            None,
            Some(""),
            Some("a b"),
            Some("a@b"),
            Some("a/b"),
            Some("[::1"),
            Some("a\r\nb"),
        ] {
            assert_eq!(place(bad), (400, None), "{bad:?}");
        }
    }

    #[test]
    fn the_canary_is_answered_here_and_nothing_is_taken() {
        let secure = SocketAddr::from(([0, 0, 0, 0], 8443));
        let status = |method, path| reply(&method, path, Some("a"), secure).status().as_u16();
        assert_eq!(status(Method::GET, "/canary"), 200);
        assert_eq!(status(Method::GET, "/generate_204"), 204);
        assert_eq!(status(Method::POST, "/canary"), 405);
    }
}
