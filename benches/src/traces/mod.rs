//! What does it cost to read a large log for all that says something?

mod mix;
mod patterns;

use std::fmt::Write as _;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Instant as Clock;

use anyhow::{Context, Result, ensure};
use serde_json::Value;

use self::mix::{Telling, write_mix};
use self::patterns::patterns;
use crate::{Spread, ratios};

/// Who reads, and how long each turn took, in seconds.
pub type Reading = (&'static str, Vec<f64>);

/// Lets each peer read the same log of `bytes` in turn; the first is the baseline. Who is not
/// there is left out.
///
/// # Errors
///
/// When the log cannot be written, a peer fails, or one finds other lines than the others.
pub fn measure_traces(tomcheck: &Path, rounds: usize, bytes: u64) -> Result<Vec<Reading>> {
    let folder = tempfile::tempdir()?;
    let log = folder.path().join("mix.log");
    let telling = write_mix(&log, bytes)?;
    let [lines, anchors] = ["lines", "anchors"].map(|name| folder.path().join(name));
    std::fs::write(&lines, patterns().join("\n"))?;
    let literals: Vec<&str> = tomcheck::trace::literals().collect();
    std::fs::write(&anchors, literals.join("\n"))?;
    let mut peers = peers(tomcheck, &log, [&lines, &anchors]);
    peers.retain(Peer::is_there);
    for peer in &peers {
        peer.check(&telling)?;
    }
    let mut readings: Vec<Reading> = Vec::new();
    readings.extend(peers.iter().map(|peer| (peer.name, Vec::new())));
    for _ in 0..rounds {
        for (peer, (_, seconds)) in peers.iter().zip(&mut readings) {
            let begun = Clock::now();
            peer.run()?;
            seconds.push(begun.elapsed().as_secs_f64());
        }
    }
    Ok(readings)
}

struct Peer {
    name: &'static str,
    program: String,
    arguments: Vec<String>,
    /// How it tells how many lines it found.
    found: fn(&[u8]) -> Result<Found>,
}

/// How many lines a peer found.
enum Found {
    All(u64),
    /// Those that tell of a failure: of tunnels the last ones are told, not their number.
    Failures(u64),
}

fn peers(tomcheck: &Path, log: &Path, [lines, anchors]: [&Path; 2]) -> Vec<Peer> {
    let [tomcheck, log, lines, anchors] =
        [tomcheck, log, lines, anchors].map(|path| path.to_string_lossy().into_owned());
    let owned = |arguments: &[&str]| arguments.iter().map(|word| (*word).to_owned()).collect();
    let counting = |name, program: &str, arguments: &[&str]| Peer {
        name,
        program: program.to_owned(),
        arguments: owned(arguments),
        found: counted,
    };
    let of_tomcheck = |name, threads| Peer {
        name,
        program: tomcheck.clone(),
        arguments: owned(&["trace", "--json", "-q", "--threads", threads, &log]),
        found: traced,
    };
    vec![
        counting(
            "rg -c -j1, the lines we look for",
            "rg",
            &["-c", "-j1", "-f", &lines, &log],
        ),
        of_tomcheck("tomcheck trace, one thread", "1"),
        of_tomcheck("tomcheck trace, two threads", "2"),
        counting(
            "rg -c -j1 -F, our anchors alone",
            "rg",
            &["-c", "-j1", "-F", "-f", &anchors, &log],
        ),
        counting(
            "grep -cF, our anchors alone",
            "grep",
            &["-cF", "-f", &anchors, &log],
        ),
    ]
}

fn counted(output: &[u8]) -> Result<Found> {
    let count = std::str::from_utf8(output)?.trim();
    Ok(Found::All(count.parse().context("no count")?))
}

fn traced(output: &[u8]) -> Result<Found> {
    let report: Value = serde_json::from_slice(output)?;
    let hits = report.pointer("/trace/hits_seen").and_then(Value::as_u64);
    Ok(Found::Failures(hits.context("no trace in the report")?))
}

impl Peer {
    fn is_there(&self) -> bool {
        let version = Command::new(&self.program)
            .arg("--version")
            .stdout(Stdio::null())
            .status();
        version.is_ok()
    }

    /// Whoever reads faster because it finds less is no peer.
    fn check(&self, telling: &Telling) -> Result<()> {
        let (found, there) = match (self.found)(&self.run()?)? {
            Found::All(lines) => (lines, telling.failures + telling.tunnels),
            Found::Failures(lines) => (lines, telling.failures),
        };
        ensure!(found == there, "{}: {found} lines of {there}", self.name);
        Ok(())
    }

    fn run(&self) -> Result<Vec<u8>> {
        let mut command = Command::new(&self.program);
        let command = command.args(&self.arguments).env("LC_ALL", "C");
        let ran = command.stdin(Stdio::null()).output().context(self.name)?;
        // 1 tells that something was found to block
        ensure!(
            matches!(ran.status.code(), Some(0 | 1)) && !ran.stdout.is_empty(),
            "{}: {}",
            self.name,
            String::from_utf8_lossy(&ran.stderr)
        );
        Ok(ran.stdout)
    }
}

/// Speed and the ratio to the baseline's: more is better.
pub fn render_traces(readings: &[Reading], bytes: u64) -> String {
    let mut text = format!("a mix of logs of {} MiB\n", bytes >> 20);
    let Some((_, baseline)) = readings.first() else {
        return text;
    };
    for (name, seconds) in readings {
        let (Some(spread), Some(ratio)) = (Spread::of(seconds), ratios(baseline, seconds)) else {
            continue;
        };
        #[expect(clippy::cast_precision_loss, reason = "no log is that large")]
        let speed = bytes as f64 / spread.median / 1e9;
        let _ = writeln!(text, "  {name:34} {speed:6.2} GB/s   x{:.2}", ratio.median);
    }
    text
}
