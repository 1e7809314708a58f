//! How is it told?

use std::fmt::Write as _;

use crate::race::{Absence, Lane, Race};
use crate::{Spread, ratios};

/// A table per race, then what it means. English, some thirty lines.
pub fn render(races: &[Race]) -> String {
    let mut text = String::from(HEAD);
    for race in races {
        text.push('\n');
        text.push_str(&table(race));
    }
    text.push_str(MEANING);
    if cfg!(debug_assertions) {
        text.push_str(DEBUG);
    }
    text
}

const HEAD: &str = "\
Full handshakes with a client certificate, RSA 2048, over loopback; one server for all peers of
a table; peers in turn (A B C A B C …). Ratio: how many times as long as the first line with a
time took in the same turn; median, and between brackets where the middle half lies.
";

const MEANING: &str = "
In one process, session and key are opened once: what a token adds to the ideal is its own
computing and the way to the worker process.
A whole process also pays for its start: libraries, module, login. The programs do no more than
one handshake, ours by open_card with the module in its own process, which lets the key sign
once before it trusts it. `tomcheck check` does more there than the others: it examines the
module's file, reads token and certificates, lets the key sign once in each way before the
handshake, and judges. Its ratio is the price of a diagnosis.
Calls go into the PKCS#11 module: for one more handshake where the process stays, from start to
end where it does not. C_SignInit and C_Sign are the fewest.
Only ratios of one run can be compared: the machine's speed is not the same tomorrow.
";

const DEBUG: &str = "
This is a build without optimisation: the ratios of our own lines mean nothing.
Build with --release, or run `make bench`.
";

fn table(race: &Race) -> String {
    let what = match race.whole_process {
        true => "one process per handshake",
        false => "all in one process",
    };
    let turns = race.lanes.iter().map(|lane| lane.micros.len()).max();
    let title = format!(
        "{}, {what}, {} each",
        race.version.name(),
        turns.unwrap_or(0)
    );
    let mut text = format!(
        "{title:<44}{:>10}  {:<22}{:>6}\n",
        "median", "ratio", "calls"
    );
    let baseline = race.lanes.iter().find(|lane| !lane.micros.is_empty());
    for lane in &race.lanes {
        text.push_str(&line(lane, baseline));
    }
    text
}

fn line(lane: &Lane, baseline: Option<&Lane>) -> String {
    let mut text = String::new();
    if let Some(median) = Spread::of(&lane.micros).map(|spread| spread.median) {
        let ratio = baseline.and_then(|base| ratios(&lane.micros, &base.micros));
        let ratio = ratio.map(told).unwrap_or_default();
        let calls = lane.calls.map(|calls| calls.to_string());
        let calls = calls.unwrap_or_else(|| "-".to_owned());
        let name = lane.name;
        // writing to a String cannot fail
        let _ = writeln!(
            text,
            "  {name:<42}{:>7.2} ms  {ratio:<22}{calls:>6}",
            median / 1000.0
        );
    }
    match &lane.absent {
        Some(Absence::Skipped(reason)) => {
            let _ = writeln!(text, "  {:<42}skipped: {reason}", lane.name);
        }
        Some(Absence::Failed(reason)) => {
            let _ = writeln!(text, "  {:<42}FAILED: {reason}", lane.name);
        }
        None => {}
    }
    text
}

fn told(ratio: Spread) -> String {
    format!("{:.2} [{:.2} – {:.2}]", ratio.median, ratio.low, ratio.high)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Version;

    fn lane(name: &'static str, micros: &[f64]) -> Lane {
        Lane {
            name,
            micros: micros.to_vec(),
            calls: None,
            absent: None,
        }
    }

    fn text(lanes: Vec<Lane>) -> String {
        render(&[Race {
            version: Version::Tls13,
            whole_process: true,
            lanes,
        }])
    }

    #[test]
    fn the_first_line_is_the_measure_of_the_others() {
        let mut slow = lane("slow", &[3000.0, 3000.0]);
        slow.calls = Some(2);
        let text = text(vec![lane("base", &[1000.0, 2000.0]), slow]);
        let line = |name| text.lines().find(|line| line.contains(name)).unwrap();
        assert!(
            line("base").contains("1.50 ms  1.00 [1.00 – 1.00]"),
            "{text}"
        );
        assert!(
            line("slow").contains("3.00 ms  2.25 [1.88 – 2.62]"),
            "{text}"
        );
        assert!(line("slow").ends_with(" 2"), "{text}");
    }

    #[test]
    fn a_peer_that_is_not_there_is_said_and_is_no_measure() {
        let mut absent = lane("absent", &[]);
        absent.absent = Some(Absence::Skipped("x is missing: apt install x".to_owned()));
        let text = text(vec![absent, lane("present", &[1000.0])]);
        assert!(
            text.contains("skipped: x is missing: apt install x"),
            "{text}"
        );
        assert!(text.contains("1.00 ms  1.00"), "{text}");
    }
}
