//! What is answered to a request?

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use http_body_util::Full;
use hyper::body::Bytes;
use hyper::header::{
    ACCEPT_LANGUAGE, ALLOW, CACHE_CONTROL, CONTENT_LANGUAGE, CONTENT_LENGTH,
    CONTENT_SECURITY_POLICY, CONTENT_TYPE, HeaderName, HeaderValue, REFERRER_POLICY, USER_AGENT,
    X_CONTENT_TYPE_OPTIONS,
};
use hyper::{Method, Request, Response, StatusCode};
use tomcheck_diagnosis::{Lang, Text};

use super::client::Client;
use super::language;
use super::me::Me;
use super::page::{self, Page};
use super::words;

/// What all requests are answered with.
#[derive(Debug)]
pub(super) struct Routes {
    /// Names of the authorities the site announces.
    pub(super) authorities: Vec<String>,
    /// The language of those who ask for none.
    pub(super) usual: Lang,
    policy: HeaderValue,
}

/// What of a request is shown.
#[derive(Debug)]
pub(super) struct Asked {
    /// `HTTP/1.1`.
    pub(super) version: String,
    pub(super) user_agent: Option<String>,
    pub(super) accept_language: Option<String>,
}

impl Routes {
    pub(super) fn new(authorities: Vec<String>, usual: Lang) -> Self {
        Self {
            authorities,
            usual,
            policy: policy(),
        }
    }

    pub(super) fn answer<B>(&self, request: &Request<B>, client: &Client) -> Response<Full<Bytes>> {
        let lang = language::of(request.uri().query(), request.headers(), self.usual);
        let reply = self.reply(request, client, lang);
        self.response(reply, lang, request.method() == Method::HEAD)
    }

    fn reply<B>(&self, request: &Request<B>, client: &Client, lang: Lang) -> Reply {
        if ![Method::GET, Method::HEAD].contains(request.method()) {
            return short(StatusCode::METHOD_NOT_ALLOWED, words::NOT_ALLOWED, lang);
        }
        let asked = Asked::of(request);
        match request.uri().path() {
            "/" => Reply::html(
                StatusCode::OK,
                Page {
                    client,
                    asked: &asked,
                    authorities: &self.authorities,
                    lang,
                }
                .html(),
            ),
            "/api/me" => json(&Me::of(client, &asked, lang)),
            _ => short(StatusCode::NOT_FOUND, words::NOT_FOUND, lang),
        }
    }

    fn response(&self, reply: Reply, lang: Lang, is_head: bool) -> Response<Full<Bytes>> {
        let code = match lang {
            Lang::Fr => "fr",
            Lang::En => "en",
        };
        let length = HeaderValue::from(reply.body.len());
        let body = match is_head {
            true => Bytes::new(),
            false => Bytes::from(reply.body),
        };
        let mut response = Response::new(Full::new(body));
        *response.status_mut() = reply.status;
        let headers = response.headers_mut();
        headers.insert(CONTENT_LENGTH, length);
        headers.insert(CONTENT_TYPE, HeaderValue::from_static(reply.media));
        headers.insert(CONTENT_LANGUAGE, HeaderValue::from_static(code));
        headers.insert(CONTENT_SECURITY_POLICY, self.policy.clone());
        for (name, value) in EVERYWHERE {
            headers.insert(name, HeaderValue::from_static(value));
        }
        if reply.status == StatusCode::METHOD_NOT_ALLOWED {
            headers.insert(ALLOW, HeaderValue::from_static("GET, HEAD"));
        }
        response
    }
}

/// It names a person: nobody keeps it, nobody frames it.
const EVERYWHERE: [(HeaderName, &str); 3] = [
    (CACHE_CONTROL, "no-store"),
    (REFERRER_POLICY, "no-referrer"),
    (X_CONTENT_TYPE_OPTIONS, "nosniff"),
];

/// Nothing but the page's own style, known by its hash (CSP 3 §2.3.1).
fn policy() -> HeaderValue {
    let hash = STANDARD.encode(bytes_of(&tomcheck_cert::sha256(page::STYLE.as_bytes())));
    let policy = format!(
        "default-src 'none'; style-src 'sha256-{hash}'; base-uri 'none'; form-action 'none'; \
         frame-ancestors 'none'"
    );
    // it is ASCII: the other way is never taken
    HeaderValue::try_from(policy).unwrap_or(HeaderValue::from_static("default-src 'none'"))
}

fn bytes_of(hexadecimal: &str) -> Vec<u8> {
    let digits: Vec<u8> = hexadecimal
        .chars()
        .filter_map(|digit| digit.to_digit(16))
        .filter_map(|digit| u8::try_from(digit).ok())
        .collect();
    digits
        .chunks_exact(2)
        .map(|pair| pair.iter().fold(0, |byte, digit| byte << 4 | digit))
        .collect()
}

struct Reply {
    status: StatusCode,
    media: &'static str,
    body: String,
}

impl Reply {
    fn html(status: StatusCode, body: String) -> Self {
        Self {
            status,
            media: "text/html; charset=utf-8",
            body,
        }
    }
}

fn short(status: StatusCode, text: Text, lang: Lang) -> Reply {
    Reply::html(status, page::short(text, lang))
}

fn json(me: &Me) -> Reply {
    // a type of ours always serialises
    let body = serde_json::to_string(me).unwrap_or_default();
    Reply {
        status: StatusCode::OK,
        media: "application/json",
        body: body + "\n",
    }
}

impl Asked {
    fn of<B>(request: &Request<B>) -> Self {
        let header = |name| {
            let value: Option<&HeaderValue> = request.headers().get(name);
            let value = value.map(|value| String::from_utf8_lossy(value.as_bytes()));
            value.map(|value| value.chars().take(MOST_SHOWN).collect())
        };
        Self {
            version: format!("{:?}", request.version()),
            user_agent: header(USER_AGENT),
            accept_language: header(ACCEPT_LANGUAGE),
        }
    }
}

/// Longer than any browser's name for itself.
const MOST_SHOWN: usize = 512;

#[test]
fn the_policy_names_the_style_by_its_hash() {
    let policy = policy();
    let policy = policy.to_str().unwrap();
    assert!(
        policy.starts_with("default-src 'none'; style-src 'sha256-"),
        "{policy}"
    );
    assert_eq!(STANDARD.encode(bytes_of("00FF10")), "AP8Q");
}
