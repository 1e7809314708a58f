//! What does a person at a terminal see, and when?

use std::fs::{self, File};
use std::io::{Read as _, Write as _};
use std::os::fd::OwnedFd;
use std::path::Path;
use std::process::{Child, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, ensure};
use rustix::pty::{OpenptFlags, grantpt, openpt, ptsname, unlockpt};
use tomcheck_testkit::Bench;

use crate::peer::PATIENCE;

/// What was seen of one diagnosis.
pub(super) struct Seen {
    /// When the first letter came, in milliseconds.
    pub(super) first_line: f64,
    /// What program and worker held at their peaks, in megabytes.
    pub(super) memory: f64,
}

/// Runs `tomcheck check` with a terminal of its own.
pub(super) fn watch(program: &Path, bench: &Bench) -> Result<Seen> {
    let (mut ours, theirs) = terminal()?;
    let mut command = bench.command.command(program);
    command
        .stdin(Stdio::piped())
        .stdout(theirs.try_clone()?)
        .stderr(theirs);
    let begun = Instant::now();
    let mut child = command.spawn()?;
    // its own copies of the terminal would keep it open
    drop(command);
    let mut input = child.stdin.take().context("no standard input")?;
    writeln!(input, "{}", bench.command.pin)?;
    drop(input);
    let mut first = [0_u8; 1];
    ours.read_exact(&mut first)?;
    let first_line = begun.elapsed().as_secs_f64() * 1e3;
    // somebody has to read what comes, or the terminal is full
    let reading = thread::spawn(move || read_to_the_end(&mut ours));
    let memory = peak(&mut child)?;
    let said = reading.join().unwrap_or_default();
    ensure!(child.wait()?.success(), "{said}");
    Ok(Seen { first_line, memory })
}

fn terminal() -> Result<(File, OwnedFd)> {
    let ours = openpt(OpenptFlags::RDWR | OpenptFlags::NOCTTY)?;
    grantpt(&ours)?;
    unlockpt(&ours)?;
    let name = ptsname(&ours, Vec::new())?;
    let theirs = File::options()
        .read(true)
        .write(true)
        .open(name.to_str()?)?;
    Ok((File::from(ours), theirs.into()))
}

/// The end of a terminal is an error of reading it (EIO).
fn read_to_the_end(terminal: &mut File) -> String {
    let mut said = Vec::new();
    let _ = terminal.read_to_end(&mut said);
    String::from_utf8_lossy(&said).into_owned()
}

/// The highest water mark, asked while it runs: what comes in the last millisecond is not seen.
fn peak(child: &mut Child) -> Result<f64> {
    let begun = Instant::now();
    let process = child.id();
    let mut most = 0;
    while child.try_wait()?.is_none() {
        ensure!(begun.elapsed() < PATIENCE, "no end");
        let own = high_water(process);
        let workers = children(process).into_iter().map(high_water);
        most = most.max(own + workers.sum::<u32>());
        thread::sleep(BETWEEN_LOOKS);
    }
    Ok(f64::from(most) * 1024.0 / 1e6)
}

const BETWEEN_LOOKS: Duration = Duration::from_millis(1);

/// In KiB; 0 for a process that is gone.
fn high_water(process: u32) -> u32 {
    let status = fs::read_to_string(format!("/proc/{process}/status")).unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    let number = line.and_then(|line| line.split_whitespace().next());
    number.and_then(|it| it.parse().ok()).unwrap_or_default()
}

/// Source: proc(5), `/proc/PID/task/TID/children`.
fn children(process: u32) -> Vec<u32> {
    let threads = fs::read_dir(format!("/proc/{process}/task"));
    let threads = threads.into_iter().flatten().flatten();
    let lists = threads.filter_map(|thread| {
        let list = thread.path().join("children");
        fs::read_to_string(list).ok()
    });
    let lists: Vec<String> = lists.collect();
    let ids = lists.iter().flat_map(|list| list.split_whitespace());
    ids.filter_map(|id| id.parse().ok()).collect()
}
