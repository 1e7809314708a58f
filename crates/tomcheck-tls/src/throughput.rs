//! How many handshakes a second does a site make with us, and how long does each take?
//!
//! Apart from the diagnosis: nothing is examined here but the time.

use std::collections::BTreeMap;
use std::future::Future;
use std::io;
use std::num::NonZeroUsize;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;
use std::time::Instant;

use serde::{Deserialize, Serialize};
use tokio::io::{AsyncRead, AsyncWrite};
use tomcheck_diagnosis::Deadline;

use crate::credential::Credential;
use crate::handshake::Versions;
use crate::rustls_adapter::{Shaken, Shaker};
use crate::scheme::TlsVersion;
use crate::trust::Trust;

/// Connects again and again, and lets each connection go once the server has answered one `GET`
/// with its first byte: by then it has judged our certificate, in TLS 1.3 too.
#[derive(Clone, Debug)]
pub struct ThroughputRun {
    /// The name in the URL.
    pub host: String,
    /// Its port.
    pub port: u16,
    /// With its leading slash and query.
    pub path: String,
    /// Whose word is taken for the server.
    pub trust: Trust,
    /// What the server is shown when it asks. **Each full handshake asks the key for a
    /// signature.**
    pub credential: Option<Credential>,
    /// Which versions to offer.
    pub versions: Versions,
    /// Whether sessions are resumed: each thread makes one full handshake, not counted, and
    /// resumes its session from then on.
    pub resumes: bool,
    /// How many connections to make, all threads together.
    pub connections: usize,
    /// How many to make at a time, each on a thread of its own.
    pub threads: NonZeroUsize,
    /// Ends before the connections are made if this passes; also bounds each of them.
    pub deadline: Deadline,
}

/// What a [`ThroughputRun`] came to.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct ThroughputSeen {
    /// Handshakes that were answered, in the order they ended.
    pub made: Vec<HandshakeTime>,
    /// Those that were not, by what was the matter.
    pub failed: BTreeMap<String, usize>,
    /// How long it took from the first connection to the end of the last, in microseconds.
    pub wall_us: u64,
    /// As agreed on with the server, in the last handshake.
    pub version: Option<TlsVersion>,
    /// The same, as IANA names it.
    pub cipher: Option<String>,
}

/// One connection's times, in microseconds.
#[derive(Clone, Copy, Debug, Eq, PartialEq, Serialize, Deserialize)]
pub struct HandshakeTime {
    /// Until the way to the server was open: TCP, or the proxy's tunnel.
    pub open_us: u64,
    /// From our ClientHello to our Finished.
    pub handshake_us: u64,
    /// From the request to the first byte of the answer.
    pub answer_us: u64,
    /// Whether a session was resumed.
    pub resumed: bool,
}

impl HandshakeTime {
    /// From the first byte of TLS to the first of the answer.
    pub const fn total_us(self) -> u64 {
        self.handshake_us + self.answer_us
    }
}

impl ThroughputRun {
    /// Runs; `open` opens one more way to the server. Blocks until all is made or the deadline
    /// has passed, or until ten have failed and none was made; a thread whose signer hangs is left
    /// behind.
    ///
    /// # Errors
    ///
    /// When the host is neither a name nor an address, or the system gives no thread.
    pub fn run<S, F, W>(&self, open: F) -> io::Result<ThroughputSeen>
    where
        S: AsyncRead + AsyncWrite + Unpin,
        W: Future<Output = io::Result<S>>,
        F: Fn() -> W + Clone + Send + 'static,
    {
        let begun = Instant::now();
        let common = Arc::new(Common {
            left: AtomicUsize::new(self.connections),
            seen: Mutex::default(),
        });
        let (done, ended) = std::sync::mpsc::channel();
        for _ in 0..self.threads.get() {
            let runner = self.runner(open.clone(), Arc::clone(&common))?;
            let done = done.clone();
            let body = move || {
                let ran = runner.run();
                // nobody waits any more when it took too long
                let _ = done.send(ran);
            };
            let thread = thread::Builder::new().name("tomcheck-bench".to_owned());
            thread.spawn(body).inspect_err(|_| common.stop())?;
        }
        drop(done);
        while let Ok(ran) = ended.recv_timeout(self.deadline.remaining()) {
            ran.inspect_err(|_| common.stop())?;
        }
        common.stop();
        let mut seen = std::mem::take(&mut *common.seen());
        seen.wall_us = crate::resolve::micros(begun);
        Ok(seen)
    }

    fn runner<F>(&self, open: F, common: Arc<Common>) -> io::Result<Runner<F>> {
        let shaker = Shaker::new(
            self.credential.clone(),
            &self.trust,
            self.versions,
            self.resumes,
            &self.host,
        )?;
        Ok(Runner {
            shaker,
            request: crate::http::request(&self.host, self.port, &self.path),
            open,
            resumes: self.resumes,
            deadline: self.deadline,
            common,
        })
    }
}

/// What the threads share.
struct Common {
    left: AtomicUsize,
    seen: Mutex<ThroughputSeen>,
}

impl Common {
    /// Whether one more is to be made.
    fn takes_one(&self) -> bool {
        let one_less = |left: usize| left.checked_sub(1);
        let taken = self
            .left
            .fetch_update(Ordering::Relaxed, Ordering::Relaxed, one_less);
        taken.is_ok()
    }

    /// What is under way ends; nothing more is begun.
    fn stop(&self) {
        self.left.store(0, Ordering::Relaxed);
    }

    /// Nothing but failures: one more would only cost the server, and the card.
    fn is_hopeless(&self) -> bool {
        let seen = self.seen();
        seen.made.is_empty() && seen.failed.values().sum::<usize>() >= MOST_FAILURES
    }

    fn note(&self, outcome: io::Result<(Shaken, HandshakeTime)>) {
        let mut seen = self.seen();
        match outcome {
            Ok((shaken, time)) => {
                seen.made.push(time);
                seen.version = shaken.version;
                seen.cipher = shaken.cipher;
            }
            Err(error) => *seen.failed.entry(error.to_string()).or_default() += 1,
        }
    }

    fn seen(&self) -> std::sync::MutexGuard<'_, ThroughputSeen> {
        // whatever panicked, each change is one whole
        self.seen.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

const MOST_FAILURES: usize = 10;

/// One thread's work.
struct Runner<F> {
    shaker: Shaker,
    request: Vec<u8>,
    open: F,
    resumes: bool,
    deadline: Deadline,
    common: Arc<Common>,
}

impl<S, F, W> Runner<F>
where
    S: AsyncRead + AsyncWrite + Unpin,
    W: Future<Output = io::Result<S>>,
    F: Fn() -> W,
{
    fn run(&self) -> io::Result<()> {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()?;
        runtime.block_on(async {
            if self.resumes
                && let Err(error) = self.once().await
            {
                self.common.note(Err(error));
            }
            while self.goes_on() && self.common.takes_one() {
                let made = self.once().await;
                // cut short by the end of the run, it says nothing of the site
                if made.is_ok() || !self.deadline.has_passed() {
                    self.common.note(made);
                }
            }
        });
        // a call into the system that never returns must not keep the thread
        runtime.shutdown_background();
        Ok(())
    }

    fn goes_on(&self) -> bool {
        !self.deadline.has_passed() && !self.common.is_hopeless()
    }

    async fn once(&self) -> io::Result<(Shaken, HandshakeTime)> {
        let limit = self.deadline.remaining();
        let made = tokio::time::timeout(limit, self.connect()).await;
        made.unwrap_or_else(|_| Err(io::ErrorKind::TimedOut.into()))
    }

    async fn connect(&self) -> io::Result<(Shaken, HandshakeTime)> {
        let begun = Instant::now();
        let stream = (self.open)().await?;
        let opened = Instant::now();
        let mut connection = self.shaker.shake(stream).await?;
        let shaken = Instant::now();
        connection.exchange(&self.request).await?;
        let answered = Instant::now();
        let between = |from: Instant, to: Instant| {
            u64::try_from(to.duration_since(from).as_micros()).unwrap_or(u64::MAX)
        };
        let shaken_as = connection.shaken();
        let time = HandshakeTime {
            open_us: between(begun, opened),
            handshake_us: between(opened, shaken),
            answer_us: between(shaken, answered),
            resumed: shaken_as.resumed,
        };
        Ok((shaken_as, time))
    }
}

impl ThroughputSeen {
    /// Answered handshakes a second; 0 where there was none.
    pub fn per_second(&self) -> f64 {
        let made = u32::try_from(self.made.len()).unwrap_or(u32::MAX);
        match self.wall_us {
            0 => 0.0,
            #[expect(clippy::cast_precision_loss, reason = "a rate, not an account")]
            wall => f64::from(made) * 1e6 / wall as f64,
        }
    }

    /// [`HandshakeTime::total_us`] of them all, shortest first.
    pub fn sorted_us(&self) -> Vec<u64> {
        let mut times: Vec<u64> = self.made.iter().map(|time| time.total_us()).collect();
        times.sort_unstable();
        times
    }
}

/// The value that `percent` of a hundred do not exceed (nearest rank); `sorted`: shortest first.
/// None where there is nothing.
pub fn percentile(sorted: &[u64], percent: u32) -> Option<u64> {
    let rank = (sorted.len() * percent.min(100) as usize).div_ceil(100);
    sorted.get(rank.max(1) - 1).copied()
}

/// How many fall into each of `bins` ranges, as (from, to, count) in microseconds: each is wider
/// than the one before by the same factor, because latencies spread that way. The ends are the
/// shortest and the longest.
pub fn histogram(sorted: &[u64], bins: usize) -> Vec<(u64, u64, usize)> {
    let (Some(first), Some(last)) = (sorted.first(), sorted.last()) else {
        return Vec::new();
    };
    let mut edges = edges((*first).max(1), (*last).max(1), bins.max(1));
    edges.dedup();
    let mut from = *first;
    let mut left = sorted;
    let bin = |to: u64| {
        let count = left.partition_point(|time| *time <= to);
        left = left.get(count..).unwrap_or_default();
        let range = (from, to, count);
        from = to;
        range
    };
    edges.into_iter().map(bin).collect()
}

#[expect(
    clippy::cast_precision_loss,
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "edges of a picture, all positive"
)]
fn edges(first: u64, last: u64, bins: usize) -> Vec<u64> {
    let factor = last as f64 / first as f64;
    let edge = |n: usize| (first as f64 * factor.powf(n as f64 / bins as f64)).ceil() as u64;
    (1..=bins)
        .map(|n| if n == bins { last } else { edge(n).min(last) })
        .collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_percentile_is_a_value_that_was_measured() {
        let sorted = [10, 20, 30, 40];
        assert_eq!(percentile(&sorted, 50), Some(20));
        assert_eq!(percentile(&sorted, 99), Some(40));
        assert_eq!(percentile(&sorted, 0), Some(10));
        assert_eq!(percentile(&[], 50), None);
    }

    proptest! {
        #[test]
        fn a_histogram_counts_each_value_once(
            mut times in proptest::collection::vec(0_u64..10_000_000, 1..200),
            bins in 0_usize..40,
        ) {
            times.sort_unstable();
            let histogram = histogram(&times, bins);
            let counted: usize = histogram.iter().map(|(.., count)| count).sum();
            prop_assert_eq!(counted, times.len());
            prop_assert!(histogram.iter().all(|(from, to, _)| from <= to));
        }
    }
}
