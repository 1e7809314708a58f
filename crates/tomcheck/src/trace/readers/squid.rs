//! squid's access.log, in its own form and in Apache's combined one.
//!
//! Source: squid.conf, directive `logformat` (formats `squid` and `combined`).

use std::ops::Range;

use memchr::{memchr, memrchr, memrchr3};

use super::super::codes;
use super::super::hit::{Facts, Format, Glance, Reading};
use super::super::line::{Line, host_and_port};

/// `1795729459.160 0 127.0.0.1 TCP_DENIED/407 3579 CONNECT tom:443 - HIER_NONE/- text/html`.
pub(super) fn native(line: &Line<'_>) -> Option<Reading> {
    of_native(line)?.reading()
}

/// A request inside TLS for the very site that the line is known by: the proxy opened it.
pub(super) fn opened_tls(line: &Line<'_>) -> Option<Reading> {
    let request = of_native(line).or_else(|| of_combined(line))?;
    let (host, _) = host_and_port(request.url)?;
    let is_known_by = host.as_bytes().ends_with(line.anchor());
    let is_proof = is_known_by && request.was_opened();
    is_proof.then(|| request.failed(INTERCEPTS))?
}

fn of_native<'l>(line: &'l Line<'_>) -> Option<Request<'l>> {
    let mut words = line.text.split_ascii_whitespace();
    let (mut duration, mut client) = ("", "");
    // an administrator may have put a date before it
    let result = loop {
        match words.next()? {
            result if is_result(result) => break result,
            other => (duration, client) = (client, other),
        }
    };
    let (tag, status) = result.split_once('/')?;
    Some(Request {
        format: Format::Squid,
        duration: duration.parse().unwrap_or(0),
        client,
        tag,
        status: status.parse().ok()?,
        bytes: words.next()?.parse().unwrap_or(0),
        method: words.next()?,
        url: words.next()?,
        user: words.next()?,
        peer: words.next()?,
    })
}

/// How far from the anchor a line that one look is enough for begins, and ends.
pub(super) const NEAR: (usize, usize) = (512, 1024);

/// What `native` makes of a line in the form that squid itself gives it: lines without a blank too
/// many, of a CONNECT to a plain name, that nobody logged in for.
// apart, as `squid_tunnel::opening_at`
#[inline(never)]
pub(super) fn glance<'a>(bytes: &'a [u8], anchor: &Range<usize>) -> Option<Glance<'a>> {
    let (before, after) = NEAR;
    let earliest = anchor.start.saturating_sub(before);
    let slash = anchor.end.checked_sub(5)?;
    let head = bytes.get(earliest..slash)?;
    let tag = memrchr(b' ', head)? + 1;
    let client = memrchr(b' ', head.get(..tag - 1)?)? + 1;
    // a word that looks like a result may stand before it, or an event begin
    let begin = memrchr3(b'\n', b'/', b'<', head.get(..client)?)?;
    (head.get(begin) == Some(&b'\n')).then_some(())?;
    let (begin, tail) = (earliest + begin + 1, bytes.get(anchor.end..)?);
    let end = memchr(b'\n', tail.get(..after).unwrap_or(tail))?;
    let place = begin..anchor.end + end;
    let line = ascii(bytes.get(place.clone())?)?;
    let at = |place: usize| earliest + place - begin;
    let mut words = line.get(anchor.end - begin..)?.split(' ');
    let mut word = || words.next().filter(|word| is_word(word));
    let status = line.get(slash + 1 - begin..anchor.end - 1 - begin)?;
    let mut request = Request {
        format: Format::Squid,
        // nothing that was given up is looked at here
        duration: 0,
        client: line
            .get(at(client)..at(tag) - 1)
            .filter(|word| is_word(word) && !word.contains('/'))?,
        tag: line.get(at(tag)..slash - begin).filter(|tag| is_tag(tag))?,
        status: status.parse().ok()?,
        bytes: word()?.parse().ok()?,
        method: word().filter(|method| *method == "CONNECT")?,
        url: word()?,
        user: word()?,
        peer: word()?,
    };
    request.url = plain_host(request.url)?;
    let code = match request.was_told(true)? {
        Told::Reached => None,
        Told::Failed(code) => (request.user == "-").then_some(Some(code))?,
    };
    Some(Glance {
        code,
        format: request.format,
        host: request.url,
        client: request.client,
        place,
    })
}

fn ascii(bytes: &[u8]) -> Option<&str> {
    let text = std::str::from_utf8(bytes).ok()?;
    text.is_ascii().then_some(text)
}

/// Whether it holds no blank of another kind than those it was cut at.
fn is_word(word: &str) -> bool {
    !word.is_empty() && word.bytes().all(|byte| byte > b' ')
}

/// The name of `tom.example:443`, where it has no letter that is written in another way elsewhere.
fn plain_host(url: &str) -> Option<&str> {
    let (host, port) = url.split_once(':')?;
    port.parse::<u16>().ok()?;
    let is_host = (1..=255).contains(&host.len()) && host.bytes().all(is_of_host);
    is_host.then_some(host)
}

pub(super) const fn is_of_host(byte: u8) -> bool {
    matches!(byte, b'a'..=b'z' | b'0'..=b'9' | b'.' | b'-')
}

/// `… - - [26/Nov/2026:21:44:19 +0000] "CONNECT tom:443 HTTP/1.1" 407 3579 "-" "curl" TCP_DENIED:HIER_NONE`.
pub(super) fn combined(line: &Line<'_>) -> Option<Reading> {
    of_combined(line)?.reading()
}

fn of_combined<'l>(line: &'l Line<'_>) -> Option<Request<'l>> {
    let mut quoted = line.text.split('"');
    let head = quoted.next()?;
    let mut request = quoted.next()?.split(' ');
    let mut answer = quoted.next()?.split_ascii_whitespace();
    let mut head = head.split_ascii_whitespace();
    let last = line.text.rsplit(' ').next()?;
    let (tag, peer) = last.split_once(':')?;
    is_tag(tag).then_some(())?;
    Some(Request {
        format: Format::SquidCombined,
        duration: 0,
        client: head.next()?,
        tag,
        status: answer.next()?.parse().ok()?,
        bytes: answer.next()?.parse().unwrap_or(0),
        method: request.next()?,
        url: request.next()?,
        user: head.nth(1)?,
        peer,
    })
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
pub(super) const OWN_ANSWER: u64 = 500;

const INTERCEPTS: &str = "proxy.intercepts-tls";

/// Milliseconds after which who gives up has waited for a site that did not answer.
const PATIENCE: u64 = 10_000;

struct Request<'a> {
    format: Format,
    /// Milliseconds; 0: the log does not tell.
    duration: u64,
    client: &'a str,
    tag: &'a str,
    status: u16,
    bytes: u64,
    method: &'a str,
    url: &'a str,
    user: &'a str,
    peer: &'a str,
}

/// What became of a request.
enum Told {
    Reached,
    Failed(&'static str),
}

impl Request<'_> {
    fn reading(&self) -> Option<Reading> {
        let (host, port) = host_and_port(self.url)?;
        let code = match self.was_told(self.method == "CONNECT")? {
            Told::Reached => {
                return Some(Reading::reached(self.format, host, port).by(self.client));
            }
            Told::Failed(code) => code,
        };
        self.failed(code)
    }

    fn failed(&self, code: &'static str) -> Option<Reading> {
        let (host, port) = host_and_port(self.url)?;
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

    fn was_told(&self, is_tunnel: bool) -> Option<Told> {
        if is_tunnel && self.was_given_up() {
            return Some(Told::Failed("proxy.upstream-failed"));
        }
        if (200..300).contains(&self.status) {
            return (is_tunnel && self.was_open()).then_some(Told::Reached);
        }
        self.code(is_tunnel).map(Told::Failed)
    }

    /// Where squid opens TLS itself, it writes 200 for what it denies, and for a tunnel that has not
    /// begun: what passed a tunnel was more than squid's own answer. Before squid 3.5 tunnels were
    /// misses.
    fn was_open(&self) -> bool {
        let is_of_tunnel = |begin| self.tag.starts_with(begin);
        let is_of_tunnel = ["TCP_TUNNEL", "TCP_MISS"].into_iter().any(is_of_tunnel);
        is_of_tunnel && !self.peer.starts_with("HIER_NONE") && self.bytes > OWN_ANSWER
    }

    /// Before anything came, and not at once: whoever leaves a page does so sooner.
    fn was_given_up(&self) -> bool {
        let is_open = self.status == 0 || (200..300).contains(&self.status);
        let is_empty = is_open && self.bytes == 0;
        is_empty && self.tag.ends_with("_ABORTED") && self.duration >= PATIENCE
    }

    /// What is asked for inside TLS only who opens it can tell; what he denies he may have opened for
    /// nothing but a page that says so.
    fn was_opened(&self) -> bool {
        let is_inside = self.method != "CONNECT" && self.url.starts_with("https://");
        is_inside && !self.tag.contains("DENIED")
    }

    /// A site may refuse a page by itself: that is no word of the proxy's.
    fn code(&self, is_tunnel: bool) -> Option<&'static str> {
        let is_denied = self.tag.contains("DENIED");
        let is_of_proxy = is_denied || is_tunnel || self.tag.starts_with("NONE");
        match self.status {
            407 if self.user != "-" => Some("proxy.authentication-rejected"),
            403 if !is_denied => None,
            500.. if is_of_proxy && self.was_opened() => Some(INTERCEPTS),
            status if is_of_proxy => codes::proxy_status(status),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::squid_tunnel::opening;
    use super::*;
    use proptest::prelude::*;

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
    fn who_asks_for_a_page_inside_tls_has_opened_it() {
        let said = |result: &str, request: &str| {
            let line = format!(
                "1795729459.191 8 10.0.0.5 {result} 512 {request} - HIER_DIRECT/192.0.2.1 -"
            );
            let at = line.find("gip-cps.fr")?;
            let line = Line::around(line.as_bytes(), at..at + 10);
            let reading = opened_tls(&line).or_else(|| native(&line))?;
            Some((reading.code?, reading.facts.host?))
        };
        let tom = || "tom.gip-cps.fr".to_owned();
        let [get, post] = ["GET", "POST"].map(|word| format!("{word} https://tom.gip-cps.fr/x"));
        for (result, request, code) in [
            ("TCP_MISS/200", &get, Some(INTERCEPTS)),
            ("TCP_MISS/403", &post, Some(INTERCEPTS)),
            ("NONE_NONE/503", &get, Some(INTERCEPTS)),
            ("TCP_DENIED/403", &get, Some("proxy.host-not-allowed")),
            (
                "NONE_NONE/200",
                &"CONNECT tom.gip-cps.fr:443".to_owned(),
                None,
            ),
            (
                "TCP_MISS/200",
                &"GET http://tom.gip-cps.fr/".to_owned(),
                None,
            ),
            (
                "TCP_MISS/200",
                &"GET https://a.example/?tom.gip-cps.fr".to_owned(),
                None,
            ),
        ] {
            let expected = code.map(|code| (code, tom()));
            assert_eq!(said(result, request), expected, "{result} {request}");
        }
        let line = "10.0.0.5 - - [26/Nov/2026:21:44:19 +0000] \"GET https://tom.gip-cps.fr/ HTTP/1.1\" 200 35 \"-\" \"-\" TCP_MISS:HIER_DIRECT";
        let at = line.find("gip-cps.fr").unwrap();
        let reading = opened_tls(&Line::around(line.as_bytes(), at..at + 10)).unwrap();
        assert_eq!(reading.code, Some(INTERCEPTS));
    }

    #[test]
    fn who_waited_long_for_nothing_waited_for_the_site() {
        let said = |duration: u32, result: &str, bytes: u32| {
            let line = format!(
                "1795729459.191 {duration} 10.0.0.5 {result} {bytes} CONNECT a.example:443 - HIER_NONE/- -"
            );
            native(&Line::around(line.as_bytes(), 10..11)).and_then(|reading| reading.code)
        };
        let failed = Some("proxy.upstream-failed");
        assert_eq!(said(60_034, "NONE_NONE_ABORTED/000", 0), failed);
        assert_eq!(said(60_034, "TCP_TUNNEL_ABORTED/200", 0), failed);
        assert_eq!(said(120, "NONE_NONE_ABORTED/000", 0), None);
        assert_eq!(said(60_034, "TCP_TUNNEL_ABORTED/200", 39), None);
    }

    #[test]
    fn what_a_site_refuses_by_itself_is_no_word_of_the_proxys() {
        let line = "1795729459.160 10 127.0.0.1 TCP_MISS/403 3579 GET http://a.example/x - HIER_DIRECT/192.0.2.1 text/html";
        assert_eq!(said(line, native), None);
        let line = "127.0.0.1 - - [26/Nov/2026:21:44:19 +0000] \"GET /x HTTP/1.1\" 403 35 \"-\" \"curl/7.88.1\"";
        assert_eq!(said(line, combined), None);
    }

    /// What one look says, where it says anything, beside what the reader says.
    fn glanced(text: &str, anchor: &str) -> Option<bool> {
        let at = text.find(anchor)?;
        let place = at..at + anchor.len();
        if let Some(opening) = opening(text.as_bytes(), &place).filter(|_| anchor == "L/200 ") {
            let glance = glance(text.as_bytes(), &place).unwrap();
            assert_eq!((glance.code, glance.place), (None, opening.place), "{text}");
            assert_eq!(glance.host.as_bytes(), opening.host, "{text}");
            assert_eq!(glance.client.as_bytes(), opening.client, "{text}");
        }
        let glance = glance(text.as_bytes(), &place)?;
        let line = Line::around(text.as_bytes(), place);
        let reading = native(&line).unwrap();
        assert_eq!(glance.place, line.place(), "{text}");
        assert_eq!((glance.code, glance.format), (reading.code, reading.format));
        assert_eq!(Some(glance.host), reading.facts.host.as_deref(), "{text}");
        assert_eq!(Some(glance.client), reading.client.as_deref(), "{text}");
        assert_eq!(
            (reading.user, reading.source, reading.when),
            (None, None, None)
        );
        Some(glance.code.is_none())
    }

    #[test]
    fn one_look_is_enough_for_the_lines_that_fill_a_log() {
        for (result, peer, is_open) in [
            ("TCP_TUNNEL/200 5120", "HIER_DIRECT/192.0.2.1", true),
            ("TCP_DENIED/407 3579", "HIER_NONE/-", false),
            ("TCP_DENIED/403 3579", "HIER_NONE/-", false),
            ("NONE_NONE/503 0", "HIER_DIRECT/192.0.2.1", false),
        ] {
            let line =
                format!("\n1795729459.191 8 10.0.0.5 {result} CONNECT a.example:443 - {peer} -\n");
            let at = line.find('/').unwrap();
            let anchor = line.get(at..at + 5).unwrap();
            assert_eq!(glanced(&line, anchor), Some(is_open), "{line}");
            let at = line.find("L/200 ").unwrap_or_default();
            let opening = opening(line.as_bytes(), &(at..at + 6));
            assert_eq!(opening.is_some(), is_open, "{line}");
        }
    }

    const WORDS: &[&str] = &[
        "1795729459.160",
        "8",
        "10.0.0.5",
        "::1",
        "TCP_TUNNEL/200",
        "TCP_MISS/200",
        "TCP_DENIED/407",
        "TCP_DENIED/403",
        "NONE_NONE/503",
        "X/407",
        "5120",
        "39",
        "-",
        "+7",
        "CONNECT",
        "GET",
        "a.example:443",
        "A.example:443",
        "a.example:",
        "[::1]:443",
        "u@a.example:443",
        "é.example:443",
        "http://a.example/",
        "luc",
        "HIER_NONE/-",
        "HIER_DIRECT/192.0.2.1",
        "DIRECT/-",
        "text/html",
        "\t",
        "\r",
        "<Event ",
        "",
    ];

    proptest! {
        #[test]
        fn whatever_stands_in_a_line_one_look_says_what_the_reader_does_or_nothing(
            words in prop::collection::vec(prop::sample::select(WORDS), 0..6),
            rest in prop::collection::vec(prop::sample::select(WORDS), 0..8),
            usual in prop::bool::ANY,
        ) {
            let middle = match usual {
                true => "10.0.0.5 TCP_TUNNEL/200 5120 CONNECT a.example:443",
                false => "",
            };
            let text = format!("x\n{} {middle} {}\ny", words.join(" "), rest.join(" "));
            for text in [text.replace("  ", " "), text] {
                for anchor in ["L/200 ", "/407 ", "/403 ", "/503 "] {
                    let _ = glanced(&text, anchor);
                }
            }
        }
    }
}
