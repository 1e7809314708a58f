//! How is it told?

use std::fmt::Write as _;

use super::{Commands, Idle, Readers, Watcher};
use crate::{Spread, ratios};

/// Three tables and what they mean. English, some thirty lines.
pub fn render_readers(readers: &Readers) -> String {
    let mut text = latency(&readers.latency);
    text.push('\n');
    text.push_str(&idle(&readers.idle));
    text.push('\n');
    text.push_str(&commands(&readers.commands));
    text.push_str(MEANING);
    text
}

// Writing to a String cannot fail.

fn latency(watchers: &[Watcher]) -> String {
    let mut text = format!(
        "{:<44}{:>10}  {:>10}  ratio\n",
        "From pcscd's power-on to the word", "median", "worst"
    );
    let base = watchers.last();
    for watcher in watchers {
        let median = Spread::of(&watcher.micros).map_or(0.0, |spread| spread.median);
        let worst = watcher.micros.iter().copied().fold(0.0, f64::max);
        let ratio = base.and_then(|base| ratios(&watcher.micros, &base.micros));
        let ratio = ratio.map_or(0.0, |ratio| ratio.median);
        let _ = writeln!(
            text,
            "  {:<42}{:>7.2} ms  {:>7.2} ms  {ratio:.2}",
            watcher.name,
            median / 1000.0,
            worst / 1000.0
        );
    }
    text
}

fn idle(rows: &[Idle]) -> String {
    let mut text = format!(
        "{:<44}{:>10}  {:>10}  {:>10}\n",
        "Sixteen readers, nothing happens", "CPU", "wakes/s", "memory"
    );
    for row in rows {
        let _ = match row.cost {
            Some(cost) => writeln!(
                text,
                "  {:<42}{:>8.4} %  {:>10.1}  {:>6.1} MiB",
                row.name,
                cost.micros_per_second / 10_000.0,
                cost.wakes_per_second,
                cost.resident_kib as f64 / 1024.0
            ),
            None => writeln!(text, "  {:<42}has given up by itself", row.name),
        };
    }
    text
}

fn commands(rows: &[Commands]) -> String {
    let mut text = format!("{:<44}{:>10}\n", "Commands the card receives", "count");
    for row in rows {
        let what = format!("{} ({})", row.name, row.purpose);
        let _ = writeln!(text, "  {what:<70}{:>4}", row.count);
    }
    text
}

const MEANING: &str = "
pcscd looks into a virtual reader every 400 ms; a genuine one tells by itself. What is measured
begins when pcscd has the card's answer to reset: before that nobody can know. Ratio: to the last
line, at the same insertion. Memory counts the pages of shared libraries too. A peer that is not
installed has no line.
";
