//! What do the connections of a capture say?

use std::collections::{HashMap, VecDeque};
use std::net::SocketAddr;

use super::super::codes::{self, ALERTS, OWN_ALERTS};
use super::super::hit::{Facts, Format, Reading};
use super::super::line::host_and_port;
use super::Said;
use super::segment::Segment;
use super::tls::{self, Next, Record};

/// Connections that are remembered; the oldest is forgotten first.
const MOST: usize = 2048;
/// Bytes of one direction that wait for what is to come.
const WAITING: usize = 20 << 10;
/// Bytes of all connections that wait; the oldest connection is forgotten first.
const MOST_WAITING: usize = 16 << 20;

type Key = (SocketAddr, SocketAddr);

#[derive(Default)]
pub(super) struct Flows {
    /// By who opened it, and to whom.
    flows: HashMap<Key, Flow>,
    order: VecDeque<Key>,
    /// Room for bytes that all of them hold.
    waiting: usize,
}

/// One connection, as far as it speaks in clear.
#[derive(Default)]
struct Flow {
    sent: Direction,
    received: Direction,
    /// Whom a proxy was asked for.
    tunnel: Option<String>,
    /// The requests for it so far that brought a password or a ticket.
    authorised: u32,
    /// Whom the ClientHello asks for.
    name: Option<String>,
    greeted: bool,
    /// Whether the other side spoke TLS.
    was_understood: bool,
    /// Whether the client showed that it has no certificate.
    showed_none: bool,
    was_answered: bool,
    was_told: bool,
}

#[derive(Default)]
struct Direction {
    /// Whether its first segment was seen.
    is_opened: bool,
    next: Option<u32>,
    bytes: Vec<u8>,
    /// Something was lost, or the rest is encrypted.
    is_over: bool,
}

impl Flows {
    /// What the segment adds.
    pub(super) fn take(&mut self, segment: &Segment<'_>) -> Vec<Said> {
        let (there, back) = ((segment.from, segment.to), (segment.to, segment.from));
        let is_new = segment.is_syn && !segment.is_ack;
        let (key, is_back) = match (is_new, self.flows.contains_key(&back)) {
            (false, true) => (back, true),
            _ => (there, false),
        };
        if is_new || !self.flows.contains_key(&key) {
            self.open(key);
        }
        let Some(flow) = self.flows.get_mut(&key) else {
            return Vec::new();
        };
        let before = flow.waiting();
        let said = flow.take(segment, key, is_back);
        self.waiting = (self.waiting + flow.waiting()).saturating_sub(before);
        while self.waiting > MOST_WAITING && self.order.len() > 1 {
            self.forget_oldest();
        }
        said
    }

    /// A connection that was under way before the capture has no first segment.
    fn open(&mut self, key: Key) {
        match self.flows.insert(key, Flow::default()) {
            Some(before) => self.waiting = self.waiting.saturating_sub(before.waiting()),
            None => self.order.push_back(key),
        }
        if self.order.len() > MOST {
            self.forget_oldest();
        }
    }

    fn forget_oldest(&mut self) {
        let oldest = self.order.pop_front();
        if let Some(flow) = oldest.and_then(|key| self.flows.remove(&key)) {
            self.waiting = self.waiting.saturating_sub(flow.waiting());
        }
    }
}

impl Flow {
    const fn waiting(&self) -> usize {
        self.sent.bytes.capacity() + self.received.bytes.capacity()
    }

    fn take(&mut self, segment: &Segment<'_>, key: Key, is_back: bool) -> Vec<Said> {
        let direction = if is_back {
            &mut self.received
        } else {
            &mut self.sent
        };
        direction.add(segment);
        if segment.is_reset {
            return self.reset(key, is_back).into_iter().collect();
        }
        self.was_answered |= is_back && self.greeted && !segment.payload.is_empty();
        let mut said = Vec::new();
        while let Some(more) = self.step(key, is_back) {
            said.extend(more);
        }
        self.sent.give_back();
        self.received.give_back();
        said
    }

    /// Reads one more thing; none: there is nothing more to read yet.
    fn step(&mut self, key: Key, is_back: bool) -> Option<Option<Said>> {
        match (
            is_back,
            self.tunnel.is_some() && !self.was_told && !self.greeted,
        ) {
            (false, false) if self.sent.bytes.starts_with(b"CONNECT ") => self.request(),
            (true, true) => self.answer(key),
            _ => self.record(key, is_back),
        }
    }

    /// `CONNECT tom.example:443 HTTP/1.1`, up to the empty line.
    fn request(&mut self) -> Option<Option<Said>> {
        let head = self.sent.head()?;
        let target = head.split(' ').nth(1)?;
        self.tunnel = Some(target.to_owned());
        self.authorised += weight(&head);
        Some(None)
    }

    /// What the proxy says to it.
    fn answer(&mut self, key: Key) -> Option<Option<Said>> {
        let head = self.received.head()?;
        let line = head.lines().next()?.to_owned();
        let status = line.split(' ').nth(1)?.parse().ok()?;
        self.was_told = true;
        let client = key.0.ip().to_string();
        if (200..300).contains(&status) {
            let reached = self.tunnel.as_deref().and_then(host_and_port);
            let reached = reached.map(|(host, port)| Reading::reached(CAPTURE, host, port));
            return Some(reached.map(|reading| (reading.by(client), line)));
        }
        let Some(code) = codes::proxy_status(status) else {
            return Some(None);
        };
        let code = match code {
            "proxy.authentication-required" if self.authorised >= WHOLE => {
                "proxy.authentication-rejected"
            }
            code => code,
        };
        // the next request on this connection is another one
        self.was_told = false;
        let target = self.tunnel.take().unwrap_or_default();
        let (host, port) = host_and_port(&target).unzip();
        let facts = Facts {
            proxy: Some(key.1.ip().to_string()),
            proxy_port: Some(key.1.port()),
            host,
            port: port.flatten(),
            ..Facts::default()
        };
        let reading = Reading::of(code, CAPTURE).about(facts).by(client);
        let shown = format!("CONNECT {target} → {line}");
        Some(Some((reading.saying("HTTP", line), shown)))
    }

    fn record(&mut self, key: Key, is_back: bool) -> Option<Option<Said>> {
        if is_back && self.is_no_tls() {
            return Some(Some(self.not_tls(key)));
        }
        let direction = if is_back {
            &mut self.received
        } else {
            &mut self.sent
        };
        let record = direction.record()?;
        self.was_understood |= is_back;
        match record {
            Record::Hello(name) => {
                self.greeted = true;
                self.name = name;
                Some(None)
            }
            Record::Alert(number) => Some(self.alert(key, is_back, number)),
            Record::Hidden => {
                let direction = if is_back {
                    &mut self.received
                } else {
                    &mut self.sent
                };
                direction.is_over = true;
                direction.bytes = Vec::new();
                None
            }
            Record::NoCertificate => {
                self.showed_none |= !is_back;
                Some(None)
            }
            Record::Other => Some(None),
        }
    }

    /// Whether the first thing that answers a ClientHello is something else.
    fn is_no_tls(&self) -> bool {
        let is_first = self.greeted && !self.was_understood && self.received.is_opened;
        is_first
            && !self.received.is_over
            && matches!(tls::next(&self.received.bytes), Next::NotTls)
    }

    fn not_tls(&mut self, key: Key) -> Said {
        let answer = String::from_utf8_lossy(&self.received.bytes).into_owned();
        let first: String = answer.lines().next().unwrap_or_default().into();
        self.received.is_over = true;
        self.received.bytes = Vec::new();
        let reading = Reading::of("tls.not-tls", CAPTURE).about(self.facts(key));
        let reading = reading.by(key.0.ip().to_string());
        let first: String = first.chars().take(FIRST).collect();
        let shown = format!("{} → {}: {first}", key.1, key.0);
        (reading.saying("TLS", first), shown)
    }

    fn alert(&self, key: Key, is_back: bool, number: u8) -> Option<Said> {
        let table = if is_back { ALERTS } else { OWN_ALERTS };
        let (name, number, code) = codes::find(table, &number.to_string())?;
        let wanted = codes::for_want(number).filter(|_| is_back && self.showed_none);
        let reading = Reading::of(wanted.unwrap_or(code), CAPTURE).about(self.facts(key));
        let reading = reading.by(key.0.ip().to_string());
        let sender = if is_back { key.1 } else { key.0 };
        let shown = format!("{sender}: alert {number} {name}");
        Some((reading.saying("alert", format!("{number} {name}")), shown))
    }

    /// A connection that is refused, or cut behind the first message.
    fn reset(&mut self, key: Key, is_back: bool) -> Option<Said> {
        let code = match (self.greeted, self.was_answered) {
            (true, false) if is_back => "tls.reset-by-middlebox",
            // of a connection that was under way before the capture nobody knows
            (false, false) if is_back && self.sent.is_opened && self.received.next.is_none() => {
                "network.refused"
            }
            _ => return None,
        };
        // one reset is enough
        self.was_answered = true;
        let reading = Reading::of(code, CAPTURE).about(self.facts(key));
        let reading = reading.by(key.0.ip().to_string());
        let shown = format!("{} → {}: RST", key.1, key.0);
        Some((reading.saying("TCP", "RST"), shown))
    }

    fn facts(&self, key: Key) -> Facts {
        let tunnel = self.tunnel.as_deref().and_then(host_and_port);
        let (host, port) = match (&self.name, tunnel) {
            (Some(name), Some((_, port))) => (name.clone(), port),
            (None, Some((host, port))) => (host, port),
            (Some(name), None) => (name.clone(), Some(key.1.port())),
            (None, None) => (key.1.ip().to_string(), Some(key.1.port())),
        };
        let proxy = self.tunnel.is_some();
        Facts {
            proxy: proxy.then(|| key.1.ip().to_string()),
            proxy_port: proxy.then(|| key.1.port()),
            host: Some(host),
            port,
            ..Facts::default()
        }
    }
}

const CAPTURE: Format = Format::Capture;

/// Letters of an answer that are shown.
const FIRST: usize = 60;

/// What a refusal after it means: the first message of NTLM and Negotiate holds no answer yet.
fn weight(head: &str) -> u32 {
    let lines = head.lines().filter_map(|line| line.split_once(':'));
    let mut values = lines.filter(|(name, _)| name.eq_ignore_ascii_case("Proxy-Authorization"));
    let scheme = values.next().map(|(_, value)| value.trim_start());
    let scheme = scheme.and_then(|value| value.split(' ').next());
    match scheme.map(str::to_ascii_lowercase).as_deref() {
        None => 0,
        Some("ntlm" | "negotiate") => WHOLE / 2,
        Some(_) => WHOLE,
    }
}

/// Who was refused after it has shown all he has.
const WHOLE: u32 = 2;

impl Direction {
    /// What comes twice is taken once; what is missing ends the reading.
    fn add(&mut self, segment: &Segment<'_>) {
        if segment.is_syn {
            self.is_opened = true;
            self.next = Some(segment.sequence.wrapping_add(1));
            return;
        }
        if segment.is_reset || segment.payload.is_empty() || self.is_over {
            return;
        }
        let next = self.next.unwrap_or(segment.sequence);
        let known = next.wrapping_sub(segment.sequence);
        let known = usize::try_from(known).unwrap_or(usize::MAX);
        match segment.payload.get(known..) {
            Some(new) => {
                let length = u32::try_from(new.len()).unwrap_or(0);
                self.next = Some(next.wrapping_add(length));
                self.bytes.extend_from_slice(new);
            }
            // sent again as a whole, or from behind a gap
            None if known < HALF => {}
            None => self.is_over = true,
        }
        if self.bytes.len() > WAITING {
            self.is_over = true;
            self.bytes = Vec::new();
        }
    }

    /// A buffer that was read holds no room.
    fn give_back(&mut self) {
        if self.bytes.is_empty() && self.bytes.capacity() > 0 {
            self.bytes = Vec::new();
        }
    }

    /// The head of a request or an answer, taken out; its body, if one follows at once, goes too.
    fn head(&mut self) -> Option<String> {
        let end = memchr::memmem::find(&self.bytes, b"\r\n\r\n")?;
        let head: Vec<u8> = self.bytes.drain(..end + 4).collect();
        if !matches!(tls::next(&self.bytes), Next::Record(..)) {
            self.bytes.clear();
        }
        Some(String::from_utf8_lossy(&head).into_owned())
    }

    /// The next record, taken out. What is no TLS is not read any further: pages of proxies, other
    /// protocols.
    fn record(&mut self) -> Option<Record> {
        match tls::next(&self.bytes) {
            Next::Record(record, length) => {
                self.bytes.drain(..length.min(self.bytes.len()));
                Some(record)
            }
            Next::More => None,
            Next::NotTls
                if self.bytes.starts_with(b"HTTP/") || b"CONNECT ".starts_with(&self.bytes) =>
            {
                None
            }
            Next::NotTls => {
                self.bytes.clear();
                None
            }
        }
    }
}

/// Sequence numbers go round: what is further back than half of them is ahead.
const HALF: usize = 1 << 31;

#[test]
fn what_waits_in_many_connections_stays_within_one_bound() {
    let mut flows = Flows::default();
    let request = [&b"CONNECT "[..], &[b'x'; 15_000]].concat();
    for port in 1..=2000 {
        let client = SocketAddr::from(([10, 0, 0, 1], port));
        flows.take(&Segment {
            from: client,
            to: SocketAddr::from(([10, 0, 0, 2], 3128)),
            sequence: 1,
            is_syn: false,
            is_ack: true,
            is_reset: false,
            payload: &request,
        });
        let all = flows.flows.values().map(Flow::waiting).sum::<usize>();
        assert_eq!(all, flows.waiting);
        assert!(all <= MOST_WAITING, "{all}");
    }
    assert!(flows.flows.len() > 500, "most are remembered");
}
