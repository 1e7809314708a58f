//! Which of a site's addresses accept a TCP connection?

use std::io::{self, ErrorKind};
use std::net::{IpAddr, SocketAddr};
use std::time::{Duration, Instant};

use serde::{Deserialize, Serialize};
use tokio::net::TcpStream;
use tokio::task::JoinHandle;
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

    /// Looks; the stream is that of the first address in the order given that accepted.
    pub async fn observe(&self) -> (ConnectSeen, Option<TcpStream>) {
        let mut limit = self.deadline;
        let mut stream = None;
        let mut attempts = Vec::new();
        let trials: Vec<_> = self
            .addresses
            .iter()
            .map(|address| self.begin(*address))
            .collect();
        for (address, trial) in trials {
            let (outcome, connected, elapsed_us) = trial.end(limit).await;
            if connected.is_some() {
                limit = limit.at_most(GRACE);
            }
            stream = stream.or(connected);
            attempts.push(Attempt {
                address,
                outcome,
                elapsed_us,
            });
        }
        let port = self.port;
        (ConnectSeen { port, attempts }, stream)
    }

    fn begin(&self, address: IpAddr) -> (IpAddr, Trial) {
        let to = SocketAddr::new(address, self.port);
        let begun = Instant::now();
        let task = tokio::spawn(async move {
            let answer = TcpStream::connect(to).await;
            (answer, micros(begun))
        });
        (address, Trial { begun, task })
    }
}

/// A connection under way; dropped, it ends.
struct Trial {
    begun: Instant,
    task: JoinHandle<(io::Result<TcpStream>, u64)>,
}

impl Trial {
    async fn end(mut self, limit: Deadline) -> (TcpOutcome, Option<TcpStream>, u64) {
        match timeout(limit.remaining(), &mut self.task).await {
            Ok(Ok((Ok(stream), elapsed))) => (TcpOutcome::Connected, Some(stream), elapsed),
            Ok(Ok((Err(error), elapsed))) => (TcpOutcome::of(&error), None, elapsed),
            Ok(Err(_)) | Err(_) => {
                let waited = micros(self.begun);
                let waited_ms = waited / 1000;
                (TcpOutcome::TimedOut { waited_ms }, None, waited)
            }
        }
    }
}

impl Drop for Trial {
    fn drop(&mut self) {
        self.task.abort();
    }
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
        /// How long we waited.
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

impl TcpOutcome {
    fn of(error: &io::Error) -> Self {
        let failure = ForeignFailure::from_io("connect", error);
        match error.kind() {
            ErrorKind::ConnectionRefused | ErrorKind::ConnectionReset => Self::Refused { failure },
            // the system's own patience, shorter than ours
            ErrorKind::TimedOut => Self::Failed { failure },
            ErrorKind::HostUnreachable => Self::HostUnreachable { failure },
            ErrorKind::NetworkUnreachable
            | ErrorKind::NetworkDown
            | ErrorKind::AddrNotAvailable
            | ErrorKind::Unsupported => Self::NetworkUnreachable { failure },
            _ => Self::Failed { failure },
        }
    }
}

impl Observation for ConnectSeen {
    fn findings(&self) -> Vec<Finding> {
        network_findings::of_connection(self)
    }
}
