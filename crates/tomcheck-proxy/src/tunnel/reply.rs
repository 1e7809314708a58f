//! What did the proxy answer, to the letter?

use hyper::Response;
use hyper::ext::ReasonPhrase;
use hyper::header::HeaderValue;
use serde::{Deserialize, Serialize};

use super::echo::Echo;
use super::page::{lines_of, title_of};
use super::product;
use crate::credentials::MASK;
use crate::login::Challenge;

/// An HTTP answer to `CONNECT`.
#[derive(Clone, Debug, Eq, PartialEq, Serialize, Deserialize)]
pub struct Reply {
    /// The status code.
    pub status: u16,
    /// The first line, with the reason phrase as sent.
    pub status_line: String,
    /// Every header; those of one name in the order sent.
    pub headers: Vec<Header>,
    /// The title of the page that came with a refusal.
    pub title: Option<String>,
    /// The first lines of that page that people see, each cut short.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub page: Vec<String>,
}

/// One header; the name in lower case, the value as sent.
#[derive(Clone, Debug, Eq, PartialEq, Serialize, Deserialize)]
pub struct Header {
    /// `proxy-authenticate`.
    pub name: String,
    /// As sent; bytes that are no UTF-8 are read as Latin-1.
    pub value: String,
}

impl Reply {
    pub(super) fn of<B>(response: &Response<B>) -> Self {
        let headers = response.headers().iter().map(|(name, value)| Header {
            name: name.as_str().to_owned(),
            value: text_of(HeaderValue::as_bytes(value)),
        });
        Self {
            status: response.status().as_u16(),
            status_line: status_line(response),
            headers: headers.collect(),
            title: None,
            page: Vec::new(),
        }
    }

    pub(super) fn read_page(&mut self, page: &[u8], echo: &Echo) {
        let page = text_of(page);
        self.title = title_of(&page, echo);
        self.page = lines_of(&page, echo);
    }

    /// Keeps nothing of what the proxy was shown and gives back.
    pub(super) fn forget(&mut self, echo: &Echo) {
        if echo.is_in(&self.status_line) {
            let kept: Vec<&str> = self.status_line.split(' ').take(2).collect();
            self.status_line = kept.join(" ");
        }
        let echoing = |header: &&mut Header| echo.is_in(&header.value);
        for header in self.headers.iter_mut().filter(echoing) {
            MASK.clone_into(&mut header.value);
        }
    }

    /// Source: RFC 9112 §9.6; `Proxy-Connection` is what old proxies write.
    pub(super) fn says_close(&self) -> bool {
        let values = self
            .values("connection")
            .chain(self.values("proxy-connection"));
        values
            .flat_map(|value| value.split(','))
            .any(|word| word.trim().eq_ignore_ascii_case("close"))
    }

    /// Whether it opened the tunnel. Source: RFC 9110 §9.3.6.
    pub fn opens(&self) -> bool {
        (200..300).contains(&self.status)
    }

    /// The values of a header, in the order sent.
    pub fn values<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a str> {
        let headers = self.headers.iter();
        let named = headers.filter(move |header| header.name.eq_ignore_ascii_case(name));
        named.map(|header| header.value.as_str())
    }

    /// The authentication schemes of every `Proxy-Authenticate`, as spelt, each once.
    pub fn schemes(&self) -> Vec<String> {
        let mut schemes: Vec<String> = Vec::new();
        for value in self.values("proxy-authenticate") {
            for challenge in Challenge::all_of(value) {
                if !schemes.iter().any(|known| challenge.is(known)) {
                    schemes.push(challenge.scheme);
                }
            }
        }
        schemes
    }

    /// The product it is, by what it says; none known: its own words.
    pub fn product(&self) -> Option<String> {
        let known = self.known_product();
        known.map(str::to_owned).or_else(|| self.own_words())
    }

    /// The product, where a table knows it.
    pub fn known_product(&self) -> Option<&'static str> {
        product::of(self)
    }

    fn own_words(&self) -> Option<String> {
        let named = ["proxy-agent", "server", "via"];
        let value = named.iter().find_map(|name| self.values(name).next())?;
        Some(value.to_owned())
    }

    /// Whether a header says that a proxy, and not a plain web server, wrote this.
    pub fn is_from_a_proxy(&self) -> bool {
        let telling = [
            "via",
            "proxy-authenticate",
            "proxy-connection",
            "proxy-agent",
        ];
        let telling = telling
            .into_iter()
            .chain(["proxy-status", "x-squid-error", "x-cache"]);
        telling
            .into_iter()
            .any(|name| self.values(name).next().is_some())
    }
}

/// hyper keeps the phrase only where it is not the standard's own.
fn status_line<B>(response: &Response<B>) -> String {
    let status = response.status();
    let reason = match response.extensions().get::<ReasonPhrase>() {
        Some(reason) => text_of(reason.as_bytes()),
        None => status.canonical_reason().unwrap_or_default().to_owned(),
    };
    let line = format!("{:?} {} {reason}", response.version(), status.as_u16());
    line.trim_end().to_owned()
}

/// Old proxies write French in Latin-1.
fn text_of(bytes: &[u8]) -> String {
    match std::str::from_utf8(bytes) {
        Ok(text) => text.to_owned(),
        Err(_) => bytes.iter().copied().map(char::from).collect(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn reply(headers: &[(&str, &str)]) -> Reply {
        let mut response = Response::builder().status(407);
        for (name, value) in headers {
            response = response.header(*name, *value);
        }
        Reply::of(&response.body(()).unwrap())
    }

    #[test]
    fn schemes_are_read_from_every_challenge_and_no_parameter_is_taken_for_one() {
        let table: [(&[&str], &[&str]); 6] = [
            (&[r#"Basic realm="Squid""#], &["Basic"]),
            (
                &["Negotiate", "NTLM", r#"Basic realm="a, b c""#],
                &["Negotiate", "NTLM", "Basic"],
            ),
            (
                &[r#"Digest realm="x", qop="auth", nonce = "n", Basic realm="x""#],
                &["Digest", "Basic"],
            ),
            (&["NTLM TlRMTVNTUAAC="], &["NTLM"]),
            (&["basic realm=x", "BASIC realm=y"], &["basic"]),
            (&["", ",,"], &[]),
        ];
        for (values, schemes) in table {
            let headers: Vec<_> = values.iter().map(|v| ("Proxy-Authenticate", *v)).collect();
            assert_eq!(reply(&headers).schemes(), schemes, "{values:?}");
        }
    }

    #[test]
    fn a_product_is_named_by_its_headers_or_its_page() {
        let with_page = |page: &str| {
            let mut reply = reply(&[("Via", "1.1 box (squid/5.7)")]);
            reply.read_page(page.as_bytes(), &Echo::default());
            reply.product().unwrap()
        };
        assert_eq!(with_page("<p>Refused"), "Squid");
        assert_eq!(with_page("<h1>Olfeo : accès refusé"), "Olfeo");
        assert_eq!(
            with_page("FortiGuard Intrusion Prevention"),
            "Fortinet FortiGate"
        );
        let location = (
            "Location",
            "http://192.0.2.1:15871/cgi-bin/blockpage.cgi?ws-session=1",
        );
        assert_eq!(
            reply(&[location]).product().unwrap(),
            "Forcepoint (Websense)"
        );
        assert_eq!(
            reply(&[("X-Squid-Error", "ERR_X 0")]).product().unwrap(),
            "Squid"
        );
        assert_eq!(reply(&[]).product(), None);
    }

    #[test]
    fn a_proxy_is_told_from_a_web_server_by_its_headers() {
        assert!(reply(&[("Via", "1.1 proxy (squid/5.7)")]).is_from_a_proxy());
        assert!(!reply(&[("Server", "nginx")]).is_from_a_proxy());
        assert_eq!(
            reply(&[("Server", "nginx/1.22")]).product().unwrap(),
            "nginx/1.22"
        );
    }
}
