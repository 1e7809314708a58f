//! Does the proxy's name resolve, and does its port take a connection?

use std::io;
use std::net::{SocketAddr, ToSocketAddrs};
use std::time::{Duration, Instant};

use tokio::net::TcpStream;
use tokio::sync::oneshot;
use tokio::time::timeout;
use tomcheck_diagnosis::{Deadline, ForeignFailure};

use super::{Attempt, AttemptEnd, Outcome};
use crate::ProxyAddress;

/// The connection, or how it failed, with every attempt.
pub(super) struct Dialled {
    pub(super) attempts: Vec<Attempt>,
    pub(super) stream: Result<TcpStream, Outcome>,
}

/// Tries each address of the proxy in turn, each with its share of the time that is left.
pub(super) async fn dial(proxy: &ProxyAddress, deadline: Deadline) -> Dialled {
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

async fn attempt(address: SocketAddr, limit: Duration) -> (Attempt, Option<TcpStream>) {
    let start = Instant::now();
    let result = timeout(limit, TcpStream::connect(address)).await;
    let (end, failure, stream) = match result {
        Ok(Ok(stream)) => (AttemptEnd::Connected, None, Some(stream)),
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

/// The standard library keeps the resolver's sentence and, on some systems, its number.
fn resolver_failure(error: &io::Error) -> ForeignFailure {
    let number = error.raw_os_error().unwrap_or(0);
    ForeignFailure::decimal("getaddrinfo", number).named(error.to_string())
}

pub(super) fn milliseconds_since(start: Instant) -> u64 {
    u64::try_from(start.elapsed().as_millis()).unwrap_or(u64::MAX)
}
