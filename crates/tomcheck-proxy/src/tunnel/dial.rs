//! Does the proxy's name resolve, and does its port take a connection?

use std::io;
use std::net::{SocketAddr, ToSocketAddrs};
use std::time::{Duration, Instant};

use tokio::net::TcpStream;
use tokio::sync::oneshot;
use tokio::time::timeout;
use tomcheck_diagnosis::{Deadline, ForeignFailure};

use super::link::{Link, secured};
use super::{Attempt, AttemptEnd, Outcome, TunnelProbe};
use crate::{ProxyAddress, ProxyKind};

/// The connection, or how it failed, with every attempt.
pub(crate) struct Dialled {
    pub(crate) attempts: Vec<Attempt>,
    pub(crate) stream: Result<TcpStream, Outcome>,
}

/// Tries each address of the proxy in turn, each with its share of the time that is left.
pub(crate) async fn dial(proxy: &ProxyAddress, deadline: Deadline) -> Dialled {
    let addresses = match resolve(proxy, deadline).await {
        Ok(addresses) => addresses,
        Err(failure) => {
            return Dialled {
                attempts: Vec::new(),
                stream: Err(Outcome::Unresolved { failure }),
            };
        }
    };
    let mut attempts = Vec::new();
    let mut left = u32::try_from(addresses.len()).unwrap_or(u32::MAX);
    for address in addresses {
        let share = deadline.remaining() / left.max(1);
        left = left.saturating_sub(1);
        let (attempt, stream) = attempt(address, share).await;
        attempts.push(attempt);
        if let Some(stream) = stream {
            return Dialled {
                attempts,
                stream: Ok(stream),
            };
        }
    }
    Dialled {
        attempts,
        stream: Err(Outcome::Unreachable),
    }
}

/// The same, and TLS to the proxy where it wants that.
pub(super) async fn dial_and_secure(probe: &TunnelProbe) -> (Vec<Attempt>, Result<Link, Outcome>) {
    let dialled = dial(&probe.proxy, probe.deadline).await;
    let link = match dialled.stream {
        Ok(stream) if probe.proxy.kind == ProxyKind::Https => secured(stream, probe).await,
        Ok(stream) => Ok(Link::Plain(stream)),
        Err(outcome) => Err(outcome),
    };
    (dialled.attempts, link)
}

async fn attempt(address: SocketAddr, limit: Duration) -> (Attempt, Option<TcpStream>) {
    let start = Instant::now();
    let result = timeout(limit, TcpStream::connect(address)).await;
    let (end, failure, stream) = match result {
        Ok(Ok(stream)) => {
            // small messages follow one another in the tunnel: none waits for the one before it
            let _ = stream.set_nodelay(true);
            (AttemptEnd::Connected, None, Some(stream))
        }
        Ok(Err(error)) => {
            let failure = ForeignFailure::from_io("connect", &error);
            (end_of(&error), Some(failure), None)
        }
        Err(_) => (AttemptEnd::Silent, None, None),
    };
    let attempt = Attempt {
        address,
        waited_ms: milliseconds_since(start),
        end,
        failure,
    };
    (attempt, stream)
}

fn end_of(error: &io::Error) -> AttemptEnd {
    match error.kind() {
        io::ErrorKind::ConnectionRefused => AttemptEnd::Refused,
        io::ErrorKind::TimedOut => AttemptEnd::Silent,
        _ => AttemptEnd::Failed,
    }
}

/// Our own patience ended, not the system's: the kind says so and there is no number.
fn timed_out(call: &'static str) -> ForeignFailure {
    ForeignFailure::from_io(call, &io::Error::from(io::ErrorKind::TimedOut))
}

/// In a thread of its own: a resolver can hang for longer than anyone waits, and a runtime
/// that is shut down waits for its own blocking threads.
async fn resolve(
    proxy: &ProxyAddress,
    deadline: Deadline,
) -> Result<Vec<SocketAddr>, ForeignFailure> {
    if let Ok(address) = proxy.host.parse() {
        return Ok(vec![SocketAddr::new(address, proxy.port)]);
    }
    let (sender, receiver) = oneshot::channel();
    let (host, port) = (proxy.host.clone(), proxy.port);
    std::thread::spawn(move || {
        let found = (host.as_str(), port).to_socket_addrs();
        // Nobody listens any more once the deadline has passed.
        let _ = sender.send(found.map(Vec::from_iter));
    });
    match timeout(deadline.remaining(), receiver).await {
        Ok(Ok(Ok(addresses))) => Ok(addresses),
        Ok(Ok(Err(error))) => Err(resolver_failure(&error)),
        Ok(Err(_)) | Err(_) => Err(timed_out("getaddrinfo")),
    }
}

/// The standard library keeps the resolver's number on Windows; elsewhere only its sentence,
/// which on glibc stands for exactly one number.
fn resolver_failure(error: &io::Error) -> ForeignFailure {
    let said = error.to_string();
    if let Some(number) = error.raw_os_error() {
        return ForeignFailure::decimal("getaddrinfo", number).named(said);
    }
    let said = said.rsplit(": ").next().unwrap_or(&said);
    match GLIBC_EAI.iter().find(|(_, _, sentence)| *sentence == said) {
        Some((number, name, _)) => ForeignFailure::decimal("getaddrinfo", *number).named(*name),
        None => ForeignFailure::decimal("getaddrinfo", 0).named(said.to_owned()),
    }
}

/// Source: glibc `<netdb.h>` and `gai_strerror`.
const GLIBC_EAI: [(i64, &str, &str); 4] = [
    (-2, "EAI_NONAME", "Name or service not known"),
    (-3, "EAI_AGAIN", "Temporary failure in name resolution"),
    (-4, "EAI_FAIL", "Non-recoverable failure in name resolution"),
    (-5, "EAI_NODATA", "No address associated with hostname"),
];

pub(super) fn milliseconds_since(start: Instant) -> u64 {
    u64::try_from(start.elapsed().as_millis()).unwrap_or(u64::MAX)
}

#[test]
fn the_resolver_number_survives_where_it_is_known_and_is_not_invented_where_not() {
    let failed = |text: &str| resolver_failure(&io::Error::other(text.to_owned())).to_string();
    let known = "failed to lookup address information: Name or service not known";
    assert_eq!(failed(known), "getaddrinfo EAI_NONAME -2");
    assert_eq!(failed("quelque chose"), "getaddrinfo quelque chose 0");
}
