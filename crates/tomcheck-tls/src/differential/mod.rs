//! Which difference makes the difference? One ClientHello after another, each unlike the
//! usual one in one thing.
//!
//! Nothing but a ClientHello is ever sent, no certificate, no signature, no request; each
//! connection is hung up on after the server's first message.

mod answer;
mod direct;
mod hello;
mod judge;
mod names;
mod plan;
mod seen;
mod trial;
mod words;

use std::future::Future;
use std::net::IpAddr;
use std::time::{Duration, Instant};

use tokio::io::{AsyncRead, AsyncWrite};
use tokio::time::sleep;
use tomcheck_diagnosis::{Deadline, Finding, ForeignFailure, Observation, Severity};

use crate::resolve::micros;
use crate::seen::HandshakeSeen;

use self::plan::{Trial, Wishes};

pub use self::answer::{Answer, ServerHello};
pub use self::direct::connect_in_segments;
pub use self::names::Numbered;
pub use self::seen::{
    DifferentialSeen, Ended, HelloKind, Outcome, Symptom, TrialSeen, Way, WhyNot,
};

/// Opens the ways a trial may take. Whoever knows proxies and addresses implements it.
pub trait Ways: Sync {
    /// An open connection.
    type Stream: AsyncRead + AsyncWrite + Unpin + Send;

    /// A new connection this way, by `deadline`.
    fn open(
        &self,
        way: Way,
        deadline: Deadline,
    ) -> impl Future<Output = Result<Self::Stream, NoWay>> + Send;
}

/// Why there is no connection.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum NoWay {
    /// The system says so.
    Failed(ForeignFailure),
    /// It could not be tried at all.
    NotTried(WhyNot),
}

impl From<NoWay> for Outcome {
    fn from(no: NoWay) -> Self {
        match no {
            NoWay::Failed(failure) => Self::Unopened { failure },
            NoWay::NotTried(why) => Self::NotTried { why },
        }
    }
}

/// Sends one ClientHello after another, [`DifferentialSeen::MOST_TRIALS`] at most, a tenth of
/// a second apart, until the verdict is sure; where nothing failed and not everything is asked
/// for, one, as large as a browser's. Each waits [`DifferentialProbe::PATIENCE`] for
/// the connection and as long for the answer. Ends by the deadline.
#[derive(Clone, Debug)]
pub struct DifferentialProbe {
    seen: DifferentialSeen,
    wishes: Wishes,
    /// Whether the handshake had no fault that explains what people complain of.
    is_sound: bool,
    patience: Duration,
    deadline: Deadline,
}

impl DifferentialProbe {
    /// The probe's id in reports.
    pub const ID: &'static str = "tls.differential";

    /// How long one trial waits for an answer.
    pub const PATIENCE: Duration = Duration::from_millis(2500);

    /// What is to be explained, and by when.
    pub fn new(handshake: &HandshakeSeen, deadline: Deadline) -> Self {
        let seen = DifferentialSeen {
            server_name: handshake.server_name.clone(),
            port: handshake.port,
            symptom: Symptom::of(handshake),
            offered: handshake.offered.clone(),
            is_proxied: false,
            address: None,
            trials: Vec::new(),
            ended: Ended::Enough,
        };
        let is_fault = |finding: &Finding| finding.severity == Severity::Fault;
        Self {
            seen,
            wishes: Wishes::default(),
            is_sound: !handshake.findings().iter().any(is_fault),
            patience: Self::PATIENCE,
            deadline,
        }
    }

    /// The same probe, asking all that may be asked, also where nothing failed.
    #[must_use]
    pub fn thorough(mut self, is_thorough: bool) -> Self {
        self.wishes.is_thorough = is_thorough;
        self
    }

    /// The same probe for a way through a proxy; past it there may be a direct one.
    #[must_use]
    pub fn proxied(mut self) -> Self {
        self.seen.is_proxied = true;
        self.wishes.other_ways = vec![Way::Direct];
        self
    }

    /// The same probe for a direct way; the first of the site's addresses is the usual one.
    #[must_use]
    pub fn with_addresses(mut self, addresses: &[IpAddr]) -> Self {
        self.seen.address = addresses.first().copied();
        let others = addresses.iter().skip(1);
        let ways = others.map(|address| Way::Address { address: *address });
        self.wishes.other_ways = ways.collect();
        self
    }

    /// The same probe, waiting so long for each answer: for networks known to be quicker or
    /// slower than the internet.
    #[must_use]
    pub fn patient_for(mut self, patience: Duration) -> Self {
        self.patience = patience;
        self
    }

    /// Whether there is anything to find out: why the first messages failed, or, where the whole
    /// handshake was sound, whether a browser's would fare as well. What failed later needs no
    /// other first message.
    pub fn is_wanted(&self) -> bool {
        self.wishes.is_thorough || self.seen.symptom != Symptom::Passed || self.is_sound
    }

    /// Looks.
    pub async fn observe<W: Ways>(&self, ways: &W) -> DifferentialSeen {
        let mut seen = self.seen.clone();
        while let Some(trial) = plan::next(&seen, &self.wishes) {
            if !seen.trials.is_empty() {
                sleep(PAUSE.min(self.deadline.remaining())).await;
            }
            if self.deadline.remaining() < LEAST {
                seen.ended = Ended::OutOfTime;
                break;
            }
            let tried = self.make(trial, ways).await;
            seen.trials.push(tried);
        }
        seen
    }

    async fn make<W: Ways>(&self, trial: Trial, ways: &W) -> TrialSeen {
        let begun = Instant::now();
        let hello = hello::client_hello(trial.hello, &self.seen.server_name);
        let limit = || self.deadline.at_most(self.patience);
        let to_the_end = self.seen.symptom == Symptom::Stalled;
        let (outcome, received) = match ways.open(trial.way, limit()).await {
            Err(no) => (no.into(), 0),
            Ok(stream) => trial::try_hello(stream, &hello, to_the_end, limit()).await,
        };
        TrialSeen {
            hello: trial.hello,
            way: trial.way,
            length: hello.len(),
            outcome,
            received,
            elapsed_us: micros(begun),
        }
    }
}

/// Between two connections: nobody shall take us for an attack.
const PAUSE: Duration = Duration::from_millis(100);
/// With less left, silence would say nothing.
const LEAST: Duration = Duration::from_secs(1);
