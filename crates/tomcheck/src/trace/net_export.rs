//! Which request of Chromium's net-export does an event belong to?
//!
//! One event stands on each line, after one line of names of all there is. What a source of events
//! asked for stands in another event than how that ended, and megabytes may lie between them.
//!
//! Source: Chromium, net/log/file_net_log_observer.h and net/log/net_log_util.cc.

use std::collections::{BTreeMap, VecDeque};
use std::ops::Range;

use memchr::{memchr, memmem, memrchr};

use super::encoding;
use super::line::{AROUND, host_and_port};

/// A site and its port.
pub(super) type Site = (String, Option<u16>);

/// What sources of events asked for; the oldest are forgotten first.
#[derive(Debug, Default)]
pub(super) struct Asked {
    sites: BTreeMap<u64, Site>,
    order: VecDeque<u64>,
}

/// In the place of a source: the site that was spoken of last, by whomever.
pub(super) const LAST: u64 = u64::MAX;
/// Requests that are remembered.
const MOST: usize = 10_000;
/// Requests of one window that are looked at.
const MOST_OF_WINDOW: usize = 4096;

impl Asked {
    pub(super) fn add(&mut self, requests: impl IntoIterator<Item = (u64, Site)>) {
        for (source, site) in requests {
            if self.sites.insert(source, site).is_none() {
                self.order.push_back(source);
            }
            if self.order.len() > MOST
                && let Some(oldest) = self.order.pop_front()
            {
                self.sites.remove(&oldest);
            }
        }
    }

    pub(super) fn site(&self, source: u64) -> Option<Site> {
        self.sites.get(&source).cloned()
    }
}

/// What the events of the body ask for.
pub(super) fn requests(bytes: &[u8], body: &Range<usize>) -> Vec<(u64, Site)> {
    let text = bytes.get(body.clone()).unwrap_or_default();
    let places = memmem::find_iter(text, URL).take(MOST_OF_WINDOW);
    let requests = places.filter_map(|at| request(bytes, body.start + at + URL.len()));
    requests.collect()
}

const URL: &[u8] = b"\"url\":\"";

/// The URL at `at`, and who asks for it.
fn request(bytes: &[u8], at: usize) -> Option<(u64, Site)> {
    let latest = bytes.len().min(at + AROUND);
    let rest = bytes.get(at..latest)?;
    let url = rest.get(..memchr(b'"', rest)?)?;
    let site = host_and_port(&encoding::text(url))?;
    let begin = at.saturating_sub(AROUND);
    let begin = begin + memrchr(b'\n', bytes.get(begin..at)?).map_or(0, |end| end + 1);
    let end = memchr(b'\n', rest).unwrap_or(rest.len());
    let source = source(&encoding::text(bytes.get(begin..at + end)?))?;
    Some((source, site))
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
    assert_eq!(asked.site(0), None);
    assert_eq!(asked.site(1), Some(("a1.example".to_owned(), Some(443))));
}
