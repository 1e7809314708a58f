//! What does it cost to read a large log for all that says something?

use std::fmt::Write as _;
use std::fs::File;
use std::io::{BufWriter, Write as _};
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Instant as Clock;

use anyhow::{Context, Result, ensure};

use crate::{Spread, ratios};

/// Who reads, and how long each turn took, in seconds.
pub type Reading = (&'static str, Vec<f64>);

/// Lets each peer read the same log of `bytes` in turn; the first is the baseline. Who is not
/// there is left out.
///
/// # Errors
///
/// When the log cannot be written, or a peer fails.
pub fn measure_traces(tomcheck: &Path, rounds: usize, bytes: u64) -> Result<Vec<Reading>> {
    let folder = tempfile::tempdir()?;
    let log = folder.path().join("mix.log");
    write_mix(&log, bytes)?;
    let patterns = folder.path().join("patterns");
    let literals: Vec<&str> = tomcheck::trace::literals().collect();
    std::fs::write(&patterns, literals.join("\n"))?;
    let mut readings: Vec<Reading> = Vec::new();
    let mut peers = peers(tomcheck, &log, &patterns);
    peers.retain(|peer| peer.is_there());
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
}

fn peers(tomcheck: &Path, log: &Path, patterns: &Path) -> Vec<Peer> {
    let [tomcheck, log, patterns] =
        [tomcheck, log, patterns].map(|path| path.to_string_lossy().into_owned());
    let peer = |name, program: &str, arguments: &[&str]| Peer {
        name,
        program: program.to_owned(),
        arguments: arguments.iter().map(|word| (*word).to_owned()).collect(),
    };
    let of_tomcheck = |name, threads| {
        peer(
            name,
            &tomcheck,
            &["trace", "--json", "-q", "--threads", threads, &log],
        )
    };
    vec![
        peer(
            "rg -c -j1 (counts lines)",
            "rg",
            &["-c", "-j1", "-F", "-f", &patterns, &log],
        ),
        of_tomcheck("tomcheck trace, one thread", "1"),
        of_tomcheck("tomcheck trace, two threads", "2"),
        peer(
            "grep -cF (counts lines)",
            "grep",
            &["-cF", "-f", &patterns, &log],
        ),
    ]
}

impl Peer {
    fn is_there(&self) -> bool {
        let version = Command::new(&self.program)
            .arg("--version")
            .stdout(Stdio::null())
            .status();
        version.is_ok()
    }

    fn run(&self) -> Result<()> {
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
        Ok(())
    }
}

/// Half of it squid's log, a third Java's console; one line in forty says something.
fn write_mix(path: &Path, bytes: u64) -> Result<()> {
    let mut file = BufWriter::with_capacity(1 << 20, File::create(path)?);
    let (mut written, mut number, mut chance) = (0, 0_u64, Chance(7));
    let mut line = String::new();
    while written < bytes {
        number += 1;
        line.clear();
        write_line(&mut line, number, &mut chance)?;
        file.write_all(line.as_bytes())?;
        written += line.len() as u64;
    }
    file.flush()?;
    Ok(())
}

fn write_line(line: &mut String, number: u64, chance: &mut Chance) -> std::fmt::Result {
    let at = 1_795_700_000 + number / 100;
    let (host, other, kind) = (chance.below(900), chance.below(250), chance.below(1000));
    match kind {
        0..10 => writeln!(
            line,
            "{at}.160      0 10.0.{other}.1 TCP_DENIED/407 3579 CONNECT www{host}.example.fr:443 - HIER_NONE/- text/html"
        ),
        10..13 => writeln!(
            line,
            "{at}.172      1 10.0.{other}.1 TCP_DENIED/403 3481 CONNECT www{host}.example.fr:443 - HIER_NONE/- text/html"
        ),
        13..15 => writeln!(
            line,
            "{at}.191      1 10.0.{other}.1 NONE_NONE/503 0 CONNECT www{host}.example.fr:443 - HIER_DIRECT/192.0.2.{other} -"
        ),
        15..22 => writeln!(line, "java.io.IOException: Authentication failure"),
        22..25 => writeln!(
            line,
            "javax.net.ssl.SSLHandshakeException: Received fatal alert: handshake_failure"
        ),
        25..350 => writeln!(
            line,
            "{at}.191    {other} 10.0.{other}.7 TCP_TUNNEL/200 51{host} CONNECT www{host}.example.fr:443 - HIER_DIRECT/192.0.2.{other} -"
        ),
        350..550 => writeln!(
            line,
            "{at}.191    {other} 10.0.{other}.7 TCP_MISS/200 51{host} GET http://www{host}.example.fr/images/{other}/logo.png - HIER_DIRECT/192.0.2.{other} image/png"
        ),
        550..700 => writeln!(
            line,
            "network: Connexion de https://www{host}.example.fr/tom/resources/applet/lib-{other}.jar?version-id=0.0.0.3 avec proxy=HTTP @ proxy.xxx.yy/192.0.2.7:3128"
        ),
        700..800 => writeln!(
            line,
            "network: Réponse du serveur : 200 (longueur : {host}{other})"
        ),
        800..900 => writeln!(
            line,
            "security: Vérification du certificat {host} dans le magasin de certificats de session du Deployment"
        ),
        _ => writeln!(
            line,
            "\tat sun.net.www.protocol.http.HttpURLConnection.getInputStream0(HttpURLConnection.java:{host})"
        ),
    }
}

/// The same numbers in every run. Source: Knuth's MMIX generator.
struct Chance(u64);

impl Chance {
    fn below(&mut self, most: u64) -> u64 {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % most
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
        let _ = writeln!(text, "  {name:30} {speed:6.2} GB/s   x{:.2}", ratio.median);
    }
    text
}
