//! Who may ask the page anything?
//!
//! Any site that a browser of this workstation has open can send requests to a port of this
//! workstation. So: a name of our own (against a foreign name that was made to lead here), a token
//! in the address that no site knows, and for whatever changes something the browser's own word
//! that it was asked for by this page.

use std::io;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use hyper::header::{HOST, HeaderMap, ORIGIN};
use hyper::{Method, Uri};
use subtle::ConstantTimeEq as _;

/// What opens the page: the names it goes by, and its token.
pub(super) struct Lock {
    names: Vec<String>,
    token: String,
}

/// Why a request is turned away.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Refusal {
    /// It was meant for another host, as far as it says.
    OtherHost,
    /// There is nothing at this address; a wrong token is no other answer.
    Unknown,
    /// Another site has the browser ask for it.
    OtherSite,
}

impl Lock {
    /// With a token made for this run.
    ///
    /// # Errors
    ///
    /// When the system has no random numbers.
    pub(super) fn new(names: Vec<String>) -> io::Result<Self> {
        let token = random_word()?;
        Ok(Self { names, token })
    }

    /// The part of the address that nobody can guess.
    pub(super) fn token(&self) -> &str {
        &self.token
    }

    /// The address below the token, where the request may be answered.
    pub(super) fn opens<'a>(
        &self,
        method: &Method,
        uri: &'a Uri,
        headers: &HeaderMap,
    ) -> Result<&'a str, Refusal> {
        let host = self.own_host(uri, headers).ok_or(Refusal::OtherHost)?;
        let path = uri.path().strip_prefix('/').unwrap_or_default();
        let (token, below) = path.split_once('/').ok_or(Refusal::Unknown)?;
        if !bool::from(token.as_bytes().ct_eq(self.token.as_bytes())) {
            return Err(Refusal::Unknown);
        }
        match *method {
            Method::GET | Method::HEAD => Ok(below),
            _ if is_of_this_page(host, headers) => Ok(below),
            _ => Err(Refusal::OtherSite),
        }
    }

    /// The host that was asked for, where it is a name of ours, said once and everywhere the same.
    fn own_host<'a>(&self, uri: &Uri, headers: &'a HeaderMap) -> Option<&'a str> {
        let mut said = headers.get_all(HOST).iter();
        let host = said.next()?.to_str().ok()?;
        let is_ours = self.names.iter().any(|name| name == host);
        let agrees = uri.authority().is_none_or(|asked| asked.as_str() == host);
        (is_ours && agrees && said.next().is_none()).then_some(host)
    }
}

/// What a request calls `host` at this port. Clients leave the port of HTTP away, and browsers
/// always do.
///
/// Source: RFC 9110 §7.2; URL Standard §4.2 for the default port.
pub(super) fn names(host: &str, port: u16) -> Vec<String> {
    let whole = format!("{host}:{port}");
    match port {
        HTTP => vec![whole, host.to_owned()],
        _ => vec![whole],
    }
}

/// 192 bits that nobody can guess, as they may stand in an address or a file's name.
///
/// # Errors
///
/// When the system has no random numbers.
pub(super) fn random_word() -> io::Result<String> {
    let mut random = [0; 24];
    let filled = getrandom::fill(&mut random);
    filled.map_err(|error| io::Error::other(error.to_string()))?;
    Ok(URL_SAFE_NO_PAD.encode(random))
}

/// A browser that is told to send no referrer sends `Origin: null` with a form, from whichever site:
/// then `Sec-Fetch-Site`, which no script can write, must say whose the form was.
///
/// Source: Fetch §3.2 (append a request `Origin` header); Fetch Metadata §2.3.
fn is_of_this_page(host: &str, headers: &HeaderMap) -> bool {
    let mut origins = headers.get_all(ORIGIN).iter();
    let origin = origins.next().map(|origin| origin.as_bytes());
    if origins.next().is_some() {
        return false;
    }
    let site = headers.get("sec-fetch-site").map(|site| site.as_bytes());
    // an origin never tells the port of HTTP
    let own = format!("http://{}", host.strip_suffix(":80").unwrap_or(host));
    match (origin, site) {
        (Some(origin), None | Some(b"same-origin")) if origin == own.as_bytes() => true,
        (Some(b"null"), Some(b"same-origin")) => true,
        _ => false,
    }
}

const HTTP: u16 = 80;

#[cfg(test)]
mod tests {
    use super::*;

    const HOST_OF_OURS: &str = "127.0.0.1:4100";

    fn lock() -> Lock {
        Lock::new(vec![HOST_OF_OURS.to_owned(), "localhost:4100".to_owned()]).unwrap()
    }

    fn headers(lines: &[(&'static str, &str)]) -> HeaderMap {
        let lines = lines.iter().map(|(name, value)| {
            let value = value.parse().unwrap();
            (hyper::header::HeaderName::from_static(name), value)
        });
        let mut headers = HeaderMap::new();
        lines.for_each(|(name, value)| {
            headers.append(name, value);
        });
        headers
    }

    fn asked(
        lock: &Lock,
        method: Method,
        path: &str,
        lines: &[(&'static str, &str)],
    ) -> Result<String, Refusal> {
        let uri: Uri = path.parse().unwrap();
        let below = lock.opens(&method, &uri, &headers(lines));
        below.map(str::to_owned)
    }

    #[test]
    fn a_token_is_long_and_never_the_same() {
        let (one, other) = (lock(), lock());
        assert_eq!(one.token().len(), 32);
        assert_ne!(one.token(), other.token());
    }

    #[test]
    fn a_wrong_token_is_answered_as_any_unknown_address() {
        let lock = lock();
        let host = [("host", HOST_OF_OURS)];
        let right = format!("/{}/events", lock.token());
        assert_eq!(asked(&lock, Method::GET, &right, &host).unwrap(), "events");
        let longer = format!("/{}x/", lock.token());
        let upper = format!("/{}/", lock.token().to_ascii_uppercase());
        let open = format!("/{}", lock.token());
        for wrong in ["/", "/x", "/x/", "//", &longer, &upper, &open] {
            let answer = asked(&lock, Method::GET, wrong, &host);
            assert_eq!(answer, Err(Refusal::Unknown), "{wrong}");
        }
    }

    #[test]
    fn a_foreign_name_that_leads_here_opens_nothing() {
        let lock = lock();
        let path = format!("/{}/", lock.token());
        let foreign = [
            "attacker.example:4100",
            "127.0.0.1",
            "127.0.0.1:4101",
            "localhost:4100.attacker.example",
            "LOCALHOST:4100",
        ];
        for host in foreign {
            let answer = asked(&lock, Method::GET, &path, &[("host", host)]);
            assert_eq!(answer, Err(Refusal::OtherHost), "{host}");
        }
        let twice = [("host", HOST_OF_OURS), ("host", "attacker.example")];
        assert_eq!(
            asked(&lock, Method::GET, &path, &twice),
            Err(Refusal::OtherHost)
        );
        assert_eq!(
            asked(&lock, Method::GET, &path, &[]),
            Err(Refusal::OtherHost)
        );
        let whole = format!("http://attacker.example{path}");
        let answer = asked(&lock, Method::GET, &whole, &[("host", HOST_OF_OURS)]);
        assert_eq!(answer, Err(Refusal::OtherHost));
        let other = [("host", "localhost:4100")];
        assert!(asked(&lock, Method::GET, &path, &other).is_ok());
    }

    #[test]
    fn the_port_of_http_is_told_by_nobody() {
        let lock = Lock::new(names("127.0.0.1", 80)).unwrap();
        let path = format!("/{}/run", lock.token());
        for host in ["127.0.0.1", "127.0.0.1:80"] {
            let lines = [("host", host), ("origin", "http://127.0.0.1")];
            let answer = asked(&lock, Method::POST, &path, &lines);
            assert_eq!(answer.unwrap(), "run", "{host}");
        }
        let other = [("host", "localhost"), ("origin", "http://localhost")];
        let refused = asked(&lock, Method::POST, &path, &other);
        assert_eq!(refused, Err(Refusal::OtherHost));
        assert_eq!(names("localhost", 8080), ["localhost:8080"]);
    }

    #[test]
    fn only_this_page_has_anything_done() {
        let lock = lock();
        let path = format!("/{}/run", lock.token());
        let answer = |origin: Option<&str>, site: Option<&str>| {
            let mut lines = vec![("host", HOST_OF_OURS)];
            lines.extend(origin.map(|origin| ("origin", origin)));
            lines.extend(site.map(|site| ("sec-fetch-site", site)));
            asked(&lock, Method::POST, &path, &lines)
        };
        let own = "http://127.0.0.1:4100";
        for (origin, site) in [
            (Some(own), None),
            (Some(own), Some("same-origin")),
            (Some("null"), Some("same-origin")),
        ] {
            assert!(answer(origin, site).is_ok(), "{origin:?} {site:?}");
        }
        for (origin, site) in [
            (None, None),
            (None, Some("same-origin")),
            (Some("null"), None),
            (Some("null"), Some("cross-site")),
            (Some("null"), Some("same-site")),
            (Some(own), Some("cross-site")),
            (Some("http://attacker.example"), Some("same-origin")),
            (Some("http://attacker.example"), None),
            (Some("http://localhost:4100"), None),
            (Some("https://127.0.0.1:4100"), None),
            (Some("http://127.0.0.1:4101"), Some("same-site")),
        ] {
            let refused = answer(origin, site);
            assert_eq!(refused, Err(Refusal::OtherSite), "{origin:?} {site:?}");
        }
    }
}
