//! What goes with every answer of the page?

use http_body_util::{Either, Full};
use hyper::body::Bytes;
use hyper::header::{
    ALLOW, CACHE_CONTROL, CONTENT_DISPOSITION, CONTENT_SECURITY_POLICY, CONTENT_TYPE, HeaderName,
    HeaderValue, LOCATION, REFERRER_POLICY, X_CONTENT_TYPE_OPTIONS, X_FRAME_OPTIONS,
};
use hyper::{Response, StatusCode};

use super::events::Events;

/// To one request.
pub(super) type Answer = Response<Either<Full<Bytes>, Events>>;

pub(super) fn html(status: StatusCode, page: String) -> Answer {
    of(status, "text/html; charset=utf-8", page)
}

pub(super) fn of(status: StatusCode, media: &'static str, body: impl Into<Bytes>) -> Answer {
    let mut answer = Response::new(Either::Left(Full::new(body.into())));
    *answer.status_mut() = status;
    dressed(answer, media)
}

pub(super) fn stream(events: Events) -> Answer {
    dressed(Response::new(Either::Right(events)), "text/event-stream")
}

/// A file that browsers save and never show: what is in it stays out of this page's origin.
pub(super) fn saved(media: &'static str, name: &str, body: impl Into<Bytes>) -> Answer {
    let mut answer = of(StatusCode::OK, media, body);
    let place = format!("attachment; filename=\"{name}\"");
    if let Ok(place) = HeaderValue::try_from(place) {
        answer.headers_mut().insert(CONTENT_DISPOSITION, place);
    }
    answer
}

/// It is done; here is the page. To a script, only the former.
pub(super) fn done(is_script: bool, place: &'static str) -> Answer {
    let status = match is_script {
        true => StatusCode::NO_CONTENT,
        false => StatusCode::SEE_OTHER,
    };
    let mut answer = of(status, "text/plain; charset=utf-8", "");
    if !is_script {
        let place = HeaderValue::from_static(place);
        answer.headers_mut().insert(LOCATION, place);
    }
    answer
}

pub(super) fn not_allowed(page: String, allowed: &'static str) -> Answer {
    let mut answer = html(StatusCode::METHOD_NOT_ALLOWED, page);
    let allowed = HeaderValue::from_static(allowed);
    answer.headers_mut().insert(ALLOW, allowed);
    answer
}

fn dressed(mut answer: Answer, media: &'static str) -> Answer {
    let headers = answer.headers_mut();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static(media));
    for (name, value) in EVERYWHERE {
        headers.insert(name, HeaderValue::from_static(value));
    }
    answer
}

/// It may name a person, and its address opens it: nobody keeps it, frames it or learns where it is.
///
/// Source: CSP 3; Fetch §3.7 (`Cross-Origin-Resource-Policy`).
const EVERYWHERE: [(HeaderName, &str); 7] = [
    (CACHE_CONTROL, "no-store"),
    (REFERRER_POLICY, "no-referrer"),
    (X_CONTENT_TYPE_OPTIONS, "nosniff"),
    (X_FRAME_OPTIONS, "DENY"),
    (
        HeaderName::from_static("cross-origin-resource-policy"),
        "same-origin",
    ),
    (
        HeaderName::from_static("cross-origin-opener-policy"),
        "same-origin",
    ),
    (CONTENT_SECURITY_POLICY, POLICY),
];

/// Files of this page, and nothing else.
const POLICY: &str = "default-src 'none'; style-src 'self'; script-src 'self'; \
                      connect-src 'self'; img-src 'self'; form-action 'self'; base-uri 'none'; \
                      frame-ancestors 'none'";
