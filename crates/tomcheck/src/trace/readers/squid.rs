//! squid's access.log, in its own form and in Apache's combined one.
//!
//! Source: squid.conf, directive `logformat` (formats `squid` and `combined`).

use super::super::codes;
use super::super::hit::{Facts, Format, Reading};
use super::super::line::{Line, host_and_port};

/// `1795729459.160 0 127.0.0.1 TCP_DENIED/407 3579 CONNECT tom:443 - HIER_NONE/- text/html`.
pub(super) fn native(line: &Line<'_>) -> Option<Reading> {
    let mut words = line.text.split_ascii_whitespace();
    let mut client = "";
    // an administrator may have put a date before it
    let result = loop {
        match words.next()? {
            result if is_result(result) => break result,
            other => client = other,
        }
    };
    let (tag, status) = result.split_once('/')?;
    let request = Request {
        format: Format::Squid,
        client,
        tag,
        status: status.parse().ok()?,
        bytes: words.next()?.parse().unwrap_or(0),
        method: words.next()?,
        url: words.next()?,
        user: words.next()?,
        peer: words.next()?,
    };
    request.reading()
}

/// `… - - [26/Nov/2026:21:44:19 +0000] "CONNECT tom:443 HTTP/1.1" 407 3579 "-" "curl" TCP_DENIED:HIER_NONE`.
pub(super) fn combined(line: &Line<'_>) -> Option<Reading> {
    let mut quoted = line.text.split('"');
    let head = quoted.next()?;
    let mut request = quoted.next()?.split(' ');
    let mut answer = quoted.next()?.split_ascii_whitespace();
    let mut head = head.split_ascii_whitespace();
    let last = line.text.rsplit(' ').next()?;
    let (tag, peer) = last.split_once(':')?;
    is_tag(tag).then_some(())?;
    let request = Request {
        format: Format::SquidCombined,
        client: head.next()?,
        tag,
        status: answer.next()?.parse().ok()?,
        bytes: answer.next()?.parse().unwrap_or(0),
        method: request.next()?,
        url: request.next()?,
        user: head.nth(1)?,
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

/// Bytes that squid may answer by itself to CONNECT.
const OWN_ANSWER: u64 = 500;

struct Request<'a> {
    format: Format,
    client: &'a str,
    tag: &'a str,
    status: u16,
    bytes: u64,
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
            let reached = || Reading::reached(self.format, host, port).by(self.client);
            return (is_tunnel && self.was_open()).then(reached);
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
        let reading = reading.by(self.client).saying("squid", said);
        Some(Reading { user, ..reading })
    }

    /// Where squid opens TLS itself, it writes 200 for what it denies, and for a tunnel that has not
    /// begun: what passed a tunnel was more than squid's own answer. Before squid 3.5 tunnels were
    /// misses.
    fn was_open(&self) -> bool {
        let is_of_tunnel = |begin| self.tag.starts_with(begin);
        let is_of_tunnel = ["TCP_TUNNEL", "TCP_MISS"].into_iter().any(is_of_tunnel);
        is_of_tunnel && !self.peer.starts_with("HIER_NONE") && self.bytes > OWN_ANSWER
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
    fn a_tunnel_that_carried_nothing_reached_nothing() {
        let line = |tag, bytes, peer| {
            format!("1795729459.191 8 10.0.0.5 {tag}/200 {bytes} CONNECT a.example:443 - {peer} -")
        };
        for (tag, bytes, peer, is_open) in [
            ("TCP_TUNNEL", 5120, "HIER_DIRECT/192.0.2.1", true),
            ("TCP_MISS", 5120, "DIRECT/192.0.2.1", true),
            ("TCP_TUNNEL", 39, "HIER_DIRECT/192.0.2.1", false),
            ("TCP_DENIED", 3579, "HIER_NONE/-", false),
            ("NONE_NONE", 0, "HIER_NONE/-", false),
        ] {
            let line = line(tag, bytes, peer);
            assert_eq!(said(&line, native).is_some(), is_open, "{line}");
        }
        let line = "10.0.0.5 - - [26/Nov/2026:21:44:19 +0000] \"CONNECT a.example:443 HTTP/1.1\" 200 3579 \"-\" \"curl\" TCP_TUNNEL:HIER_DIRECT";
        let reading = combined(&Line::around(line.as_bytes(), 10..11)).unwrap();
        assert_eq!(reading.client.as_deref(), Some("10.0.0.5"));
        assert_eq!(reading.code, None);
    }

    #[test]
    fn what_a_site_refuses_by_itself_is_no_word_of_the_proxys() {
        let line = "1795729459.160 10 127.0.0.1 TCP_MISS/403 3579 GET http://a.example/x - HIER_DIRECT/192.0.2.1 text/html";
        assert_eq!(said(line, native), None);
        let line = "127.0.0.1 - - [26/Nov/2026:21:44:19 +0000] \"GET /x HTTP/1.1\" 403 35 \"-\" \"curl/7.88.1\"";
        assert_eq!(said(line, combined), None);
    }
}
