//! What addresses does a script get to see?

use std::cell::{Cell, RefCell};
use std::collections::HashMap;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr, ToSocketAddrs, UdpSocket};
use std::sync::Arc;
use std::sync::mpsc::sync_channel;
use std::thread;
use std::time::{Duration, Instant};

/// Who answers a script's questions about addresses: the only thing outside itself that a script
/// reaches.
pub trait PacResolver: Send + Sync {
    /// The addresses of a name, of both families, within `limit`; empty: none, or too late.
    fn resolve(&self, host: &str, limit: Duration) -> Vec<IpAddr>;

    /// This machine's own addresses, the one in use first.
    fn own_addresses(&self) -> Vec<IpAddr>;
}

/// The system's resolver, which may ask the network.
#[derive(Clone, Copy, Debug, Default)]
pub struct SystemResolver;

impl PacResolver for SystemResolver {
    /// In a thread of its own: a resolver can hang for longer than anyone waits.
    fn resolve(&self, host: &str, limit: Duration) -> Vec<IpAddr> {
        let (sender, receiver) = sync_channel(1);
        let host = host.to_owned();
        thread::spawn(move || {
            let found = (host.as_str(), 0).to_socket_addrs();
            let found = found.map(|found| found.map(|address| address.ip()).collect());
            // Nobody listens any more once the limit has passed.
            let _ = sender.send(found.unwrap_or_default());
        });
        receiver.recv_timeout(limit).unwrap_or_default()
    }

    /// The addresses from which the system would send to the Internet; nothing is sent.
    fn own_addresses(&self) -> Vec<IpAddr> {
        // TEST-NET-1 and the documentation prefix (RFC 5737, RFC 3849): only a route is looked up.
        let v4 = (Ipv4Addr::UNSPECIFIED.into(), [192, 0, 2, 1].into());
        let v6 = (
            Ipv6Addr::UNSPECIFIED.into(),
            Ipv6Addr::new(0x2001, 0xdb8, 0, 0, 0, 0, 0, 1).into(),
        );
        [v4, v6].into_iter().filter_map(source_towards).collect()
    }
}

fn source_towards((from, to): (IpAddr, IpAddr)) -> Option<IpAddr> {
    let socket = UdpSocket::bind(SocketAddr::new(from, 0)).ok()?;
    socket.connect(SocketAddr::new(to, 53)).ok()?;
    let own = socket.local_addr().ok()?.ip();
    (!own.is_unspecified()).then_some(own)
}

/// What one evaluation asked: each name once, all of them within one limit.
pub(super) struct Questions {
    resolver: Arc<dyn PacResolver>,
    limit: Duration,
    spent: Cell<Duration>,
    answers: RefCell<HashMap<String, Vec<IpAddr>>>,
}

impl Questions {
    pub(super) fn new(resolver: Arc<dyn PacResolver>, limit: Duration) -> Self {
        Self {
            resolver,
            limit,
            spent: Cell::default(),
            answers: RefCell::default(),
        }
    }

    /// The addresses of a name or of an address, empty when there are none.
    pub(super) fn resolve(&self, host: &str) -> Vec<IpAddr> {
        if let Ok(address) = host.parse() {
            return vec![address];
        }
        let known = self.answers.borrow().get(host).cloned();
        known.unwrap_or_else(|| self.ask(host))
    }

    fn ask(&self, host: &str) -> Vec<IpAddr> {
        let left = self.limit.saturating_sub(self.spent.get());
        let is_many = self.answers.borrow().len() >= MOST;
        if host.is_empty() || host.len() > LONGEST || left.is_zero() || is_many {
            return Vec::new();
        }
        let found = self.timed(|| self.resolver.resolve(host, left));
        let mut answers = self.answers.borrow_mut();
        answers.insert(host.to_owned(), found.clone());
        found
    }

    pub(super) fn own_addresses(&self) -> Vec<IpAddr> {
        self.timed(|| self.resolver.own_addresses())
    }

    fn timed<T>(&self, ask: impl FnOnce() -> T) -> T {
        let begun = Instant::now();
        let answer = ask();
        self.spent.set(self.spent.get() + begun.elapsed());
        answer
    }

    /// For the next evaluation: the same name has the same addresses, as long as there are few.
    pub(super) fn begin(&self) {
        let mut answers = self.answers.borrow_mut();
        if answers.len() >= MOST {
            answers.clear();
        }
        self.spent.set(Duration::ZERO);
    }

    pub(super) fn spent(&self) -> Duration {
        self.spent.get()
    }

    pub(super) fn count(&self) -> usize {
        self.answers.borrow().len()
    }
}

/// Names asked for in one evaluation; and the longest one (RFC 1035 §2.3.4).
const MOST: usize = 64;
const LONGEST: usize = 253;
