//! squid's access.log, in its own form and in Apache's combined one.
//!
//! Source: squid.conf, directive `logformat` (formats `squid` and `combined`).

use super::super::codes;
use super::super::hit::{Facts, Format, Reading};
use super::super::line::{Line, host_and_port};

/// `1795729459.160 0 127.0.0.1 TCP_DENIED/407 3579 CONNECT tom:443 - HIER_NONE/- text/html`.
pub(super) fn native(line: &Line<'_>) -> Option<Reading> {
    let mut words = line.text.split_ascii_whitespace();
    // an administrator may have put a date before it
    let result = words.find(|word| is_result(word))?;
    let (tag, status) = result.split_once('/')?;
    let mut rest = words.skip(1);
    let request = Request {
        format: Format::Squid,
        tag,
        status: status.parse().ok()?,
        method: rest.next()?,
        url: rest.next()?,
        user: rest.next()?,
        peer: rest.next()?,
    };
    request.reading()
}

/// `… - - [26/Nov/2026:21:44:19 +0000] "CONNECT tom:443 HTTP/1.1" 407 3579 "-" "curl" TCP_DENIED:HIER_NONE`.
pub(super) fn combined(line: &Line<'_>) -> Option<Reading> {
    let mut quoted = line.text.split('"');
    let head = quoted.next()?;
    let mut request = quoted.next()?.split(' ');
    let status = quoted.next()?.split_ascii_whitespace().next()?;
    let last = line.text.rsplit(' ').next()?;
    let (tag, peer) = last.split_once(':')?;
    is_tag(tag).then_some(())?;
    let request = Request {
        format: Format::SquidCombined,
        tag,
        status: status.parse().ok()?,
        method: request.next()?,
        url: request.next()?,
        user: head.split_ascii_whitespace().nth(2)?,
        peer,
    };
    request.reading()
}

fn is_result(word: &str) -> bool {
    let parts = word.split_once('/');
    parts.is_some_and(|(tag, status)| is_tag(tag) && status.len() == 3)
}

fn is_tag(tag: &str) -> bool {
    let begins = ["TCP_", "NONE", "TAG_", "UDP_"];
    let is_of_tag = |byte: u8| byte.is_ascii_uppercase() || byte == b'_';
    begins.iter().any(|begin| tag.starts_with(begin)) && tag.bytes().all(is_of_tag)
}

struct Request<'a> {
    format: Format,
    tag: &'a str,
    status: u16,
    method: &'a str,
    url: &'a str,
    user: &'a str,
    peer: &'a str,
}

impl Request<'_> {
    fn reading(&self) -> Option<Reading> {
        let (host, port) = host_and_port(self.url)?;
        let is_tunnel = self.method == "CONNECT";
        if (200..300).contains(&self.status) {
            return is_tunnel.then(|| Reading::reached(self.format, host, port));
        }
        let code = self.code(is_tunnel)?;
        let facts = Facts {
            host: Some(host),
            port,
            ..Facts::default()
        };
        let reading = Reading::of(code, self.format).about(facts);
        let user = (self.user != "-").then(|| self.user.to_owned());
        let said = format!("{}/{} {} {}", self.tag, self.status, self.method, self.peer);
        Some(Reading { user, ..reading }.saying("squid", said))
    }

    /// A site may refuse a page by itself: that is no word of the proxy's.
    fn code(&self, is_tunnel: bool) -> Option<&'static str> {
        let is_denied = self.tag.contains("DENIED");
        let is_of_proxy = is_denied || is_tunnel || self.tag.starts_with("NONE");
        match self.status {
            407 if self.user != "-" => Some("proxy.authentication-rejected"),
            403 if !is_denied => None,
            status if is_of_proxy => codes::proxy_status(status),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn said(
        line: &str,
        read: fn(&Line<'_>) -> Option<Reading>,
    ) -> Option<(Option<&'static str>, String)> {
        let reading = read(&Line::around(line.as_bytes(), 10..11))?;
        let facts = reading.facts;
        let port = facts.port.map(|port| format!(":{port}"));
        Some((reading.code, facts.host? + &port.unwrap_or_default()))
    }

    #[test]
    fn squid_itself_wrote_these_and_each_says_what_it_means() {
        let tom = || "tom.gip-cps.fr:443".to_owned();
        for (line, code) in [
            (
                "1795729459.160      0 127.0.0.1 TCP_DENIED/407 3579 CONNECT tom.gip-cps.fr:443 - HIER_NONE/- text/html",
                Some("proxy.authentication-required"),
            ),
            (
                "1795729459.217     19 127.0.0.1 TCP_DENIED/407 3579 CONNECT tom.gip-cps.fr:443 luc HIER_NONE/- text/html",
                Some("proxy.authentication-rejected"),
            ),
            (
                "1795729459.172      1 127.0.0.1 TCP_DENIED/403 3481 CONNECT tom.gip-cps.fr:443 - HIER_NONE/- text/html",
                Some("proxy.host-not-allowed"),
            ),
            (
                "1795729459.191      1 127.0.0.1 NONE_NONE/503 0 CONNECT tom.gip-cps.fr:443 - HIER_DIRECT/127.0.0.1 -",
                Some("proxy.upstream-failed"),
            ),
            (
                "1795729459.191    812 127.0.0.1 TCP_TUNNEL/200 5120 CONNECT tom.gip-cps.fr:443 - HIER_DIRECT/192.0.2.1 -",
                None,
            ),
        ] {
            assert_eq!(said(line, native), Some((code, tom())), "{line}");
        }
        let line = "127.0.0.1 - luc [26/Nov/2026:21:44:19 +0000] \"CONNECT tom.gip-cps.fr:443 HTTP/1.1\" 407 3579 \"-\" \"curl/7.88.1\" TCP_DENIED:HIER_NONE";
        assert_eq!(
            said(line, combined),
            Some((Some("proxy.authentication-rejected"), tom()))
        );
    }

    #[test]
    fn what_a_site_refuses_by_itself_is_no_word_of_the_proxys() {
        let line = "1795729459.160 10 127.0.0.1 TCP_MISS/403 3579 GET http://a.example/x - HIER_DIRECT/192.0.2.1 text/html";
        assert_eq!(said(line, native), None);
        let line = "127.0.0.1 - - [26/Nov/2026:21:44:19 +0000] \"GET /x HTTP/1.1\" 403 35 \"-\" \"curl/7.88.1\"";
        assert_eq!(said(line, combined), None);
    }
}
