//! Which of a site's addresses accept a TCP connection?

use std::io::{self, ErrorKind};
use std::net::{IpAddr, SocketAddr};
use std::time::{Duration, Instant};

use serde::{Deserialize, Serialize};
use tokio::net::TcpStream;
use tokio::task::JoinSet;
use tokio::time::timeout;
use tomcheck_diagnosis::{Deadline, Finding, ForeignFailure, Observation};

use crate::network_findings;
use crate::resolve::micros;

/// Tries every address at once, each to its own outcome. Sends nothing. Ends by the
/// deadline, and a second after the first success: an address silent until then is a black
/// hole, browsers give up on it after a quarter of that.
#[derive(Clone, Debug)]
pub struct ConnectProbe {
    addresses: Vec<IpAddr>,
    port: u16,
    deadline: Deadline,
}

const GRACE: Duration = Duration::from_secs(1);

impl ConnectProbe {
    /// The probe's id in reports.
    pub const ID: &'static str = "network.tcp";

    /// `addresses` in order of preference.
    pub fn new(addresses: &[IpAddr], port: u16, deadline: Deadline) -> Self {
        Self {
            addresses: addresses.to_vec(),
            port,
            deadline,
        }
    }

    /// Looks; the stream is that of the first address, in the order given, that accepted.
    pub async fn observe(&self) -> (ConnectSeen, Option<TcpStream>) {
        let begun = Instant::now();
        let mut trials = self.begin(begun);
        let mut ends: Vec<Option<End>> = self.addresses.iter().map(|_| None).collect();
        let mut limit = self.deadline;
        while let Ok(Some(ended)) = timeout(limit.remaining(), trials.join_next()).await {
            let Ok((index, end)) = ended else {
                continue;
            };
            if end.answer.is_ok() {
                limit = limit.at_most(GRACE);
            }
            if let Some(place) = ends.get_mut(index) {
                *place = Some(end);
            }
        }
        self.conclude(ends, micros(begun))
    }

    fn begin(&self, begun: Instant) -> JoinSet<(usize, End)> {
        let mut trials = JoinSet::new();
        for (index, address) in self.addresses.iter().enumerate() {
            let to = SocketAddr::new(*address, self.port);
            trials.spawn(async move {
                let answer = TcpStream::connect(to).await;
                // else what is sent after our Finished waits for its acknowledgement, which the
                // other side holds back: 40 ms and more
                let _ = answer.as_ref().map(|stream| stream.set_nodelay(true));
                let elapsed_us = micros(begun);
                (index, End { answer, elapsed_us })
            });
        }
        trials
    }

    fn conclude(&self, ends: Vec<Option<End>>, waited: u64) -> (ConnectSeen, Option<TcpStream>) {
        let mut stream = None;
        let mut attempts = Vec::new();
        for (address, end) in self.addresses.iter().zip(ends) {
            let (outcome, elapsed_us) = match &end {
                Some(end) => (end.outcome(), end.elapsed_us),
                None => (TcpOutcome::silent_for(waited), waited),
            };
            let connected = end.and_then(|end| end.answer.ok());
            stream = stream.or(connected);
            attempts.push(Attempt {
                address: *address,
                outcome,
                elapsed_us,
            });
        }
        let port = self.port;
        (ConnectSeen { port, attempts }, stream)
    }
}

/// How one attempt ended.
struct End {
    answer: io::Result<TcpStream>,
    elapsed_us: u64,
}

/// What each address answered.
#[derive(Clone, Debug, Eq, PartialEq, Serialize, Deserialize)]
pub struct ConnectSeen {
    /// The port asked for.
    pub port: u16,
    /// In the order given; empty: there was no address to try.
    pub attempts: Vec<Attempt>,
}

/// What one address answered.
#[derive(Clone, Debug, Eq, PartialEq, Serialize, Deserialize)]
pub struct Attempt {
    /// The address.
    pub address: IpAddr,
    /// Its answer.
    pub outcome: TcpOutcome,
    /// Microseconds it took.
    pub elapsed_us: u64,
}

/// How a TCP connection began or did not.
#[derive(Clone, Debug, Eq, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", tag = "outcome")]
pub enum TcpOutcome {
    /// It is open.
    Connected,
    /// RST: nobody listens there, or a firewall says no.
    Refused {
        /// `connect` and its errno.
        failure: ForeignFailure,
    },
    /// No answer at all.
    TimedOut {
        /// How long we, or the system, waited.
        waited_ms: u64,
    },
    /// A router says that it has no way there (ICMP).
    HostUnreachable {
        /// `connect` and its errno.
        failure: ForeignFailure,
    },
    /// This machine has no way there: no such network, no such family.
    NetworkUnreachable {
        /// `connect` and its errno.
        failure: ForeignFailure,
    },
    /// Any other answer.
    Failed {
        /// `connect` and its errno.
        failure: ForeignFailure,
    },
}

impl End {
    fn outcome(&self) -> TcpOutcome {
        let Err(error) = &self.answer else {
            return TcpOutcome::Connected;
        };
        let failure = ForeignFailure::from_io("connect", error);
        match error.kind() {
            ErrorKind::ConnectionRefused | ErrorKind::ConnectionReset => {
                TcpOutcome::Refused { failure }
            }
            // the system was less patient than we are
            ErrorKind::TimedOut => TcpOutcome::silent_for(self.elapsed_us),
            ErrorKind::HostUnreachable => TcpOutcome::HostUnreachable { failure },
            ErrorKind::NetworkUnreachable
            | ErrorKind::NetworkDown
            | ErrorKind::AddrNotAvailable
            | ErrorKind::Unsupported => TcpOutcome::NetworkUnreachable { failure },
            _ => TcpOutcome::Failed { failure },
        }
    }
}

impl TcpOutcome {
    fn silent_for(us: u64) -> Self {
        let waited_ms = us / 1000;
        Self::TimedOut { waited_ms }
    }
}

impl Observation for ConnectSeen {
    fn findings(&self) -> Vec<Finding> {
        network_findings::of_connection(self)
    }
}

#[cfg(test)]
mod tests {
    use std::net::TcpListener;

    use super::*;

    fn probe(addresses: &[&str], port: u16) -> ConnectProbe {
        let addresses: Vec<IpAddr> = addresses.iter().map(|a| a.parse().unwrap()).collect();
        ConnectProbe::new(&addresses, port, Deadline::after(Duration::from_secs(5)))
    }

    #[tokio::test]
    async fn every_address_has_its_own_outcome_and_the_first_that_accepts_is_taken() {
        let listener = TcpListener::bind("127.0.0.2:0").unwrap();
        let port = listener.local_addr().unwrap().port();
        let (seen, stream) = probe(&["127.0.0.3", "127.0.0.2"], port).observe().await;
        assert!(
            matches!(seen.attempts[0].outcome, TcpOutcome::Refused { .. }),
            "{seen:?}"
        );
        assert_eq!(seen.attempts[1].outcome, TcpOutcome::Connected);
        let stream = stream.unwrap();
        assert_eq!(stream.peer_addr().unwrap().ip().to_string(), "127.0.0.2");
        assert!(stream.nodelay().unwrap());
        assert!(seen.findings().is_empty());
    }

    #[tokio::test]
    async fn a_closed_port_is_refused_with_its_errno() {
        let port = TcpListener::bind("127.0.0.1:0")
            .unwrap()
            .local_addr()
            .unwrap()
            .port();
        let (seen, stream) = probe(&["127.0.0.1"], port).observe().await;
        assert!(stream.is_none());
        let findings = seen.findings();
        assert_eq!(findings[0].kind.code, "network.refused");
        #[cfg(target_os = "linux")]
        assert!(
            matches!(&seen.attempts[0].outcome, TcpOutcome::Refused { failure } if failure.code == 111)
        );
    }

    #[tokio::test]
    async fn no_address_is_no_attempt_and_ends_at_once() {
        let (seen, stream) = probe(&[], 443).observe().await;
        assert!(seen.attempts.is_empty() && stream.is_none() && seen.findings().is_empty());
    }
}
