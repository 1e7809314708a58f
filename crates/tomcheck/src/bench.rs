//! How many handshakes a second does this site make with this card?

use std::num::NonZeroUsize;
use std::time::{Duration, Instant as Clock};

use serde::Serialize;
use tomcheck_diagnosis::{Deadline, Instant, Report};
use tomcheck_tls::{ThroughputRun, ThroughputSeen, TlsVersion, Versions, histogram, percentile};

use crate::diagnosis::{Assembly, reach};
use crate::progress::Progress;
use crate::site_trust::SiteTrust;
use crate::{Error, Options};

/// How to load the site.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Load {
    /// How many connections, all together.
    pub connections: usize,
    /// How many at a time.
    pub threads: NonZeroUsize,
    /// Whether sessions are resumed.
    pub resumes: bool,
    /// Which versions to offer.
    pub versions: Versions,
}

/// What [`bench()`] came to.
#[derive(Debug)]
pub enum Bench {
    /// The site was loaded.
    Ran(Box<BenchRecord>),
    /// Card or site cannot be reached: what is in the way.
    Blocked(Box<Report>),
}

/// The figures, as `--json` prints them.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct BenchRecord {
    /// The site.
    pub url: String,
    /// Whether a certificate and its key were at hand for a server that asks.
    pub with_card: bool,
    /// How many connections were wanted.
    pub connections: usize,
    /// How many at a time.
    pub threads: usize,
    /// Whether sessions were to be resumed.
    pub resumes: bool,
    /// Handshakes that were answered.
    pub made: usize,
    /// Those of them that resumed a session.
    pub resumed: usize,
    /// Those that were not answered.
    pub failed: Vec<Failed>,
    /// The version agreed on.
    pub version: Option<TlsVersion>,
    /// The cipher suite agreed on, as IANA names it.
    pub cipher: Option<String>,
    /// The whole run, in microseconds.
    pub wall_us: u64,
    /// Answered handshakes a second.
    pub per_second: f64,
    /// From the ClientHello to the first byte of the answer: what a user waits for once the way
    /// is open.
    pub total: Option<Latency>,
    /// Opening the way: TCP, or the proxy's tunnel.
    pub open: Option<Latency>,
    /// From the ClientHello to our Finished, the signature included.
    pub handshake: Option<Latency>,
    /// From the request to the first byte of its answer.
    pub answer: Option<Latency>,
    /// How many totals fell between which times.
    pub histogram: Vec<Bin>,
}

/// One way to fail.
#[derive(Clone, Debug, Eq, PartialEq, Serialize)]
pub struct Failed {
    /// As the system or rustls says it.
    pub reason: String,
    /// How often.
    pub times: usize,
}

/// Microseconds; percentiles are values that were measured (nearest rank).
#[derive(Clone, Copy, Debug, Eq, PartialEq, Serialize)]
pub struct Latency {
    /// The shortest.
    pub min_us: u64,
    /// Half of them took no longer.
    pub p50_us: u64,
    /// Nine in ten.
    pub p90_us: u64,
    /// Ninety-nine in a hundred.
    pub p99_us: u64,
    /// The longest.
    pub max_us: u64,
}

/// One bar of the histogram.
#[derive(Clone, Copy, Debug, Eq, PartialEq, Serialize)]
pub struct Bin {
    /// Longer than this (the first bar: as long as this at least).
    pub from_us: u64,
    /// No longer than this.
    pub to_us: u64,
    /// How many.
    pub count: usize,
}

/// Loads the site of `options.scope`, which names one, with handshakes. Blocks until all are
/// made, or `options.deadline` has passed.
///
/// First looks at card and network as [`crate::diagnose`] does, and goes no further where
/// something is in the way. With `options.pin` presents the code porteur once; each full
/// handshake then asks the card for a signature, for which it needs none.
///
/// # Errors
///
/// When tomcheck cannot do its own job.
pub fn bench(options: &Options, load: Load, progress: &dyn Progress) -> Result<Bench, Error> {
    let (started_at, begun) = (Instant::now(), Clock::now());
    let trust = SiteTrust::begin(options)?;
    let deadline = Deadline::after(options.deadline);
    let (mut card, network) = reach(options, progress, deadline, &trust)?;
    let deadline = deadline.later_by(card.typing);
    let is_blocked = card.journal.first_fault().or(network.journal.first_fault());
    let (Some(target), Some(door), None) = (options.scope.target(), network.door(), is_blocked)
    else {
        let assembly = Assembly {
            options,
            started_at,
            begun,
            card,
            network,
        };
        return Ok(Bench::Blocked(Box::new(assembly.report())));
    };
    let trust = trust.get(deadline).map_err(|_| Error::NoAuthorities)?;
    let run = ThroughputRun {
        host: target.host().to_owned(),
        port: target.port(),
        path: target.path().to_owned(),
        trust: trust.clone(),
        credential: card.credential.take(),
        versions: load.versions,
        resumes: load.resumes,
        connections: load.connections,
        threads: load.threads,
        deadline,
    };
    let with_card = card.silent.is_none() && run.credential.is_some();
    progress.begins(ID);
    let open = move || door.clone().open(deadline.remaining().min(OPEN_LIMIT));
    let seen = run.run(open).map_err(Error::Runtime)?;
    Ok(Bench::Ran(Box::new(record(
        &target.url(),
        load,
        with_card,
        &seen,
    ))))
}

/// As progress shows it.
const ID: &str = "tls.handshake";
const OPEN_LIMIT: Duration = Duration::from_secs(15);
const BINS: usize = 12;

fn record(url: &str, load: Load, with_card: bool, seen: &ThroughputSeen) -> BenchRecord {
    let total = seen.sorted_us();
    let sorted = |part: fn(&tomcheck_tls::HandshakeTime) -> u64| {
        let mut times: Vec<u64> = seen.made.iter().map(part).collect();
        times.sort_unstable();
        times
    };
    let bin = |(from_us, to_us, count)| Bin {
        from_us,
        to_us,
        count,
    };
    BenchRecord {
        url: url.to_owned(),
        with_card,
        connections: load.connections,
        threads: load.threads.get(),
        resumes: load.resumes,
        made: seen.made.len(),
        resumed: seen.made.iter().filter(|time| time.resumed).count(),
        failed: failed(seen),
        version: seen.version,
        cipher: seen.cipher.clone(),
        wall_us: seen.wall_us,
        per_second: seen.per_second(),
        open: latency(&sorted(|time| time.open_us)),
        handshake: latency(&sorted(|time| time.handshake_us)),
        answer: latency(&sorted(|time| time.answer_us)),
        histogram: histogram(&total, BINS).into_iter().map(bin).collect(),
        total: latency(&total),
    }
}

/// The most frequent first.
fn failed(seen: &ThroughputSeen) -> Vec<Failed> {
    let failed = seen.failed.iter().map(|(reason, times)| Failed {
        reason: reason.clone(),
        times: *times,
    });
    let mut failed: Vec<_> = failed.collect();
    failed.sort_by_key(|failed| std::cmp::Reverse(failed.times));
    failed
}

fn latency(sorted: &[u64]) -> Option<Latency> {
    let at = |percent| percentile(sorted, percent);
    Some(Latency {
        min_us: at(0)?,
        p50_us: at(50)?,
        p90_us: at(90)?,
        p99_us: at(99)?,
        max_us: at(100)?,
    })
}
