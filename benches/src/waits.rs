//! How long does a person wait, and how much room does it take?

mod inside;
mod page;
mod terminal;

use std::fmt::Write as _;
use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Instant;

use anyhow::{Context as _, Result, ensure};
use tomcheck_testkit::{Bench, Form, Scenario};

pub use self::inside::{INSIDE, diagnose_inside};
use self::page::Page;
use crate::Spread;
use crate::tools::tomcheck;

/// One thing a person waits for, or that takes room.
#[derive(Clone, Debug)]
pub struct Wait {
    /// What it is.
    pub name: &'static str,
    /// In this unit.
    pub unit: &'static str,
    /// As often as it was measured; empty: what is needed to see it is not there.
    pub values: Vec<f64>,
    /// What it is to stay below.
    pub limit: f64,
}

impl Wait {
    const fn new(name: &'static str, unit: &'static str, limit: f64) -> Self {
        Self {
            name,
            unit,
            values: Vec::new(),
            limit,
        }
    }
}

/// Measures all of them in `rounds` turns, on a virtual workstation where nothing is wrong.
///
/// # Errors
///
/// When `tomcheck` is not beside this program, the workstation does not start, or something is
/// wrong on it.
pub fn measure_waits(rounds: usize) -> Result<Vec<Wait>> {
    let program = tomcheck()?;
    let bench = Scenario::named("healthy").context("no healthy scenario")?;
    let bench = bench.bench()?;
    let mut waits = Waits::default();
    waits.size.values.push(megabytes(&program)?);
    for _ in 0..rounds {
        waits.version.values.push(version(&program)?);
        let seen = terminal::watch(&program, &bench)?;
        waits.first_line.values.push(seen.first_line);
        waits.memory.values.push(seen.memory);
        waits.diagnose(&program, &bench)?;
    }
    waits.page(&program, &bench, rounds)?;
    Ok(waits.all())
}

struct Waits {
    version: Wait,
    first_line: Wait,
    whole: Wait,
    over_chain: Wait,
    memory: Wait,
    first_paint: Wait,
    event: Wait,
    size: Wait,
}

impl Default for Waits {
    fn default() -> Self {
        Self {
            version: Wait::new("tomcheck --version", "ms", 3.0),
            first_line: Wait::new("first sign on the terminal", "ms", 50.0),
            whole: Wait::new("a whole diagnosis", "ms", f64::INFINITY),
            over_chain: Wait::new("  over its longest chain", "x", 1.2),
            memory: Wait::new("  memory at its peak", "MB", 40.0),
            first_paint: Wait::new("first paint of the page", "ms", 200.0),
            event: Wait::new("a card, until the page shows it", "ms", 100.0),
            size: Wait::new("size of the program", "MB", 12.0),
        }
    }
}

impl Waits {
    fn diagnose(&mut self, program: &Path, bench: &Bench) -> Result<()> {
        let run = bench.command.run(program, Form::Json)?;
        ensure!(run.status == Some(0), "{}{}", run.report, run.messages);
        self.whole.values.push(run.duration.as_secs_f64() * 1e3);
        self.over_chain.values.push(inside::over_chain(bench)?);
        Ok(())
    }

    /// Nothing where there is no Chromium.
    fn page(&mut self, program: &Path, bench: &Bench, rounds: usize) -> Result<()> {
        let Some(page) = Page::open(program, bench)? else {
            return Ok(());
        };
        for _ in 0..rounds {
            self.first_paint.values.push(page.first_paint()?);
            self.event.values.push(page.event(&bench.card)?);
        }
        Ok(())
    }

    fn all(self) -> Vec<Wait> {
        vec![
            self.version,
            self.first_line,
            self.whole,
            self.over_chain,
            self.memory,
            self.first_paint,
            self.event,
            self.size,
        ]
    }
}

fn version(program: &Path) -> Result<f64> {
    let since = Instant::now();
    let mut command = Command::new(program);
    let status = command.arg("--version").stdout(Stdio::null()).status()?;
    ensure!(status.success(), "--version: {status}");
    Ok(since.elapsed().as_secs_f64() * 1e3)
}

fn megabytes(file: &Path) -> Result<f64> {
    #[expect(clippy::cast_precision_loss, reason = "no file is that large")]
    let bytes = fs::metadata(file)?.len() as f64;
    Ok(bytes / 1e6)
}

/// The table; what is above its limit is marked.
pub fn render_waits(waits: &[Wait]) -> String {
    let mut text = String::from("What a person waits for (a virtual workstation, all is well)\n");
    for wait in waits {
        // writing into a String cannot fail
        let _ = writeln!(text, "{}", line(wait));
    }
    text
}

fn line(wait: &Wait) -> String {
    let Wait { name, unit, .. } = wait;
    let Some(Spread { low, median, high }) = Spread::of(&wait.values) else {
        return format!("  {name:<32}        -  (no Chromium here)");
    };
    let limit = match (wait.limit.is_finite(), median > wait.limit) {
        (false, _) => String::new(),
        (true, false) => format!("  below {}", wait.limit),
        (true, true) => format!("  ABOVE {}", wait.limit),
    };
    format!("  {name:<32} {median:8.2} {unit:<2}  ({low:.2} to {high:.2}){limit}")
}
