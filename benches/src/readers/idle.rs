//! What does it cost to watch sixteen readers while nothing happens?

use std::fs;
use std::path::{Path, PathBuf};
use std::thread;
use std::time::Duration;

use anyhow::{Context as _, Result};
use tomcheck_testkit::Workstation;

use super::peer::Peer;
use super::{Cost, Idle};

/// As many as pcscd can have: eight virtual readers of two slots.
const READERS: usize = 8;
const QUIET: Duration = Duration::from_secs(10);

pub(super) fn measure(tomcheck: &Path) -> Result<Vec<Idle>> {
    let folder = tempfile::Builder::new().prefix("tomcheck-").tempdir()?;
    let station = Workstation::start(folder.path())?;
    station.with_readers(READERS)?;
    let ours = Peer::tomcheck(tomcheck, &station)?;
    let peers: Vec<_> = std::iter::once(ours)
        .chain(Peer::pcsc_scan(&station)?)
        .collect();
    peers.iter().for_each(Peer::settle);
    let before: Vec<_> = peers.iter().map(Use::of).collect();
    thread::sleep(QUIET);
    let rows = peers.iter().zip(before);
    Ok(rows.map(|(peer, before)| row(peer, before)).collect())
}

/// One that has ended meanwhile uses nothing any more: pcsc_scan gives up where there are more
/// than fifteen readers.
fn row(peer: &Peer, before: Result<Use>) -> Idle {
    let watched = before.and_then(|before| Ok((before, Use::of(peer)?)));
    let per_second = |more: u64| more as f64 / QUIET.as_secs_f64();
    let cost = watched.ok().map(|(before, after)| Cost {
        micros_per_second: per_second(after.nanoseconds - before.nanoseconds) / 1000.0,
        wakes_per_second: per_second(after.wakes - before.wakes),
        resident_kib: after.resident_kib,
    });
    Idle {
        name: peer.name,
        cost,
    }
}

/// What a process used so far.
struct Use {
    nanoseconds: u64,
    wakes: u64,
    resident_kib: u64,
}

impl Use {
    fn of(peer: &Peer) -> Result<Self> {
        let process = PathBuf::from(format!("/proc/{}", peer.process()));
        let mut used = Self {
            nanoseconds: 0,
            wakes: 0,
            resident_kib: field(&process.join("status"), "VmRSS:")?,
        };
        for thread in fs::read_dir(process.join("task"))? {
            let thread = thread?.path();
            // Source: Linux, Documentation/scheduler/sched-stats.rst
            let times = fs::read_to_string(thread.join("schedstat"))?;
            let first = times.split_whitespace().next().context("no schedstat")?;
            used.nanoseconds += first.parse::<u64>()?;
            used.wakes += field(&thread.join("status"), "voluntary_ctxt_switches:")?;
        }
        Ok(used)
    }
}

fn field(file: &Path, name: &str) -> Result<u64> {
    let text = fs::read_to_string(file)?;
    let line = text.lines().find_map(|line| line.strip_prefix(name));
    let number = line.and_then(|line| line.split_whitespace().next());
    Ok(number.context(name.to_owned())?.parse()?)
}
