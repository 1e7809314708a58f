//! Which request of Chromium's net-export does an event belong to?
//!
//! One event stands on each line, after one line of names of all there is. What a source of events
//! asked for stands in another event than how that ended, and megabytes may lie between them.
//!
//! Source: Chromium, net/log/file_net_log_observer.h and net/log/net_log_util.cc.

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::ops::Range;

use memchr::{memchr, memmem, memrchr};

use super::encoding;
use super::line::{AROUND, host_and_port};

/// A site and its port.
pub(super) type Site = (String, Option<u16>);

/// What a source of events asked for.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(super) struct Request {
    pub(super) site: Site,
    /// Whether it was a proxy that was asked, for a way to the site.
    pub(super) is_tunnel: bool,
}

impl Request {
    pub(super) const fn of(site: Site) -> Self {
        Self {
            site,
            is_tunnel: false,
        }
    }

    /// What the event asks for, if anything.
    pub(super) fn on(event: &str) -> Option<Self> {
        let (begin, is_tunnel) = match event.split_once(CONNECT) {
            Some((_, target)) => (target, true),
            None => (event.split_once(URL)?.1, false),
        };
        let site = host_and_port(begin.split(['"', ' ']).next()?)?;
        Some(Self { site, is_tunnel })
    }

    /// What a refusal stands for that was read before anybody knew what was asked for; none: for
    /// nothing.
    pub(super) fn told(&self, code: &'static str) -> Option<&'static str> {
        match code {
            "proxy.host-not-allowed" | REFUSED if self.is_of_site() => Some(REFUSED),
            REFUSED => None,
            code if self.is_tunnel || !BY_PROXY.contains(&code) => Some(code),
            _ => None,
        }
    }

    /// Whether it went inside TLS to the site itself.
    pub(super) fn is_of_site(&self) -> bool {
        !self.is_tunnel && self.site.1 != Some(80)
    }
}

/// What a site says inside TLS, and nobody else.
pub(super) const REFUSED: &str = "tls.application-refused";
/// What a proxy says that is asked for a way; of a page, its status may be the site's.
const BY_PROXY: [&str; 3] = [
    "proxy.host-not-allowed",
    "proxy.upstream-failed",
    "proxy.upstream-dns",
];

/// What sources of events asked for; the oldest are forgotten first.
#[derive(Debug, Default)]
pub(super) struct Asked {
    requests: BTreeMap<u64, Request>,
    order: VecDeque<u64>,
    /// To which sites a proxy said why it opens no way.
    refused: BTreeSet<String>,
}

/// In the place of a source: the site that was spoken of last, by whomever.
pub(super) const LAST: u64 = u64::MAX;
/// Requests that are remembered, and sites.
const MOST: usize = 10_000;
/// Requests of one window that are looked at.
const MOST_OF_WINDOW: usize = 4096;

impl Asked {
    pub(super) fn add(&mut self, requests: impl IntoIterator<Item = (u64, Request)>) {
        for (source, request) in requests {
            if self.requests.insert(source, request).is_none() {
                self.order.push_back(source);
            }
            if self.order.len() > MOST
                && let Some(oldest) = self.order.pop_front()
            {
                self.requests.remove(&oldest);
            }
        }
    }

    pub(super) fn request(&self, source: u64) -> Option<Request> {
        self.requests.get(&source).cloned()
    }

    /// A proxy opened the way to a site, or said why it does not.
    pub(super) fn told(&mut self, host: &str, is_refused: bool) {
        match is_refused {
            true if self.refused.len() < MOST => self.refused.insert(host.to_owned()),
            _ => self.refused.remove(host),
        };
    }

    pub(super) fn is_refused(&self, host: &str) -> bool {
        self.refused.contains(host)
    }
}

/// What the events of the body ask for.
pub(super) fn requests(bytes: &[u8], body: &Range<usize>) -> Vec<(u64, Request)> {
    let text = bytes.get(body.clone()).unwrap_or_default();
    let places = |mark: &'static str| memmem::find_iter(text, mark).take(MOST_OF_WINDOW);
    let places = places(URL).chain(places(CONNECT));
    let requests = places.filter_map(|at| request(bytes, body.start + at));
    requests.collect()
}

const URL: &str = "\"url\":\"";
const CONNECT: &str = "\"line\":\"CONNECT ";

/// What the event around `at` asks for, and who asks.
fn request(bytes: &[u8], at: usize) -> Option<(u64, Request)> {
    let latest = bytes.len().min(at + AROUND);
    let rest = bytes.get(at..latest)?;
    let begin = at.saturating_sub(AROUND);
    let begin = begin + memrchr(b'\n', bytes.get(begin..at)?).map_or(0, |end| end + 1);
    let end = memchr(b'\n', rest).unwrap_or(rest.len());
    let event = encoding::text(bytes.get(begin..at + end)?);
    Some((source(&event)?, Request::on(&event)?))
}

/// Milliseconds between 1970 and where its ticks begin, as the names of all there is end with.
pub(super) fn begin_of_ticks(head: &[u8]) -> Option<i64> {
    let at = memmem::find(head, TICKS)? + TICKS.len();
    let rest = encoding::text(head.get(at..head.len().min(at + 32))?);
    leading_number(rest.trim_start_matches([' ', '"']))
}

const TICKS: &[u8] = b"\"timeTickOffset\":";

/// `"time":"16430854"` of an event: milliseconds of its own clock.
pub(super) fn ticks(event: &str) -> Option<i64> {
    let (_, ticks) = event.rsplit_once("\"time\":\"")?;
    leading_number(ticks)
}

fn leading_number(text: &str) -> Option<i64> {
    text.split(|c: char| !c.is_ascii_digit())
        .next()?
        .parse()
        .ok()
}

/// `"source":{"id":7,…}` of an event.
pub(super) fn source(event: &str) -> Option<u64> {
    let (_, source) = event.split_once("\"source\":{\"id\":")?;
    source.split([',', '}']).next()?.trim().parse().ok()
}

#[test]
fn a_request_is_known_by_its_source_and_the_oldest_is_forgotten() {
    let event = |id: usize| {
        format!(
            "{{\"params\":{{\"url\":\"https://a{id}.example/\"}},\"source\":{{\"id\":{id},\"type\":1}}}},\n"
        )
    };
    let mut asked = Asked::default();
    for number in 0..=MOST {
        let text = event(number);
        asked.add(requests(text.as_bytes(), &(0..text.len())));
    }
    let site = |source| asked.request(source).map(|request| request.site);
    assert_eq!(site(0), None);
    assert_eq!(site(1), Some(("a1.example".to_owned(), Some(443))));
}

#[test]
fn who_asks_a_proxy_for_a_way_asks_for_that_site() {
    let event = r#"{"params":{"headers":["Host: tom.example:443"],"line":"CONNECT tom.example:443 HTTP/1.1\r\n"},"source":{"id":50,"type":10}},"#;
    let requests = requests(event.as_bytes(), &(0..event.len()));
    let [(50, request)] = requests.as_slice() else {
        panic!("{requests:?}");
    };
    assert!(request.is_tunnel);
    assert_eq!(request.site, ("tom.example".to_owned(), Some(443)));
}
