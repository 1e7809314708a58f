//! What did tomcheck answer, and is it what had to come?

use std::fs::File;
use std::io::{Read as _, Seek as _, Write as _};
use std::path::Path;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use serde_json::Value;

use super::{Bench, CommandLine, Ending, Scenario};
use crate::KitError;

/// Which report is asked for.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Form {
    /// `--json`.
    Json,
    /// The text people read.
    Text,
}

/// One run of tomcheck.
#[derive(Clone, Debug)]
pub struct Run {
    /// Exit status; none when a signal or our patience ended it.
    pub status: Option<i32>,
    /// Standard output.
    pub report: String,
    /// Standard error.
    pub messages: String,
    /// From start to end.
    pub duration: Duration,
}

/// One run judged.
#[derive(Clone, Debug)]
pub struct Outcome {
    /// The run.
    pub run: Run,
    /// The verdict's root cause, where there is one.
    pub root_cause: Option<String>,
    /// The verdict's status; empty when there is no report.
    pub verdict: String,
    /// Everything that is not as it had to be; empty when all is well.
    pub complaints: Vec<String>,
}

/// What of the card a diagnosis must leave alone.
struct CardBefore {
    tries: u8,
    resets: u64,
    presentations: u64,
}

impl Scenario {
    /// Runs `tomcheck check --json` on the bench and judges what came out.
    ///
    /// Blocks as long as tomcheck does, at most its deadline and twenty seconds.
    ///
    /// # Errors
    ///
    /// When tomcheck cannot be started.
    pub fn judge(&self, program: &Path, bench: &Bench) -> Result<Outcome, KitError> {
        let before = CardBefore::of(bench);
        let run = bench.command.run(program, "fr", Form::Json)?;
        let report: Value = serde_json::from_str(&run.report).unwrap_or_default();
        let verdict = text_at(&report, "/verdict/status").unwrap_or_default();
        let root_cause = text_at(&report, "/verdict/root_cause");
        let mut complaints = self.complaints(&run, &report);
        complaints.extend(self.card_complaints(&before, bench));
        if self.ending == Ending::Healthy && bench.server.last_client_certificate().is_none() {
            complaints.push("the site never saw the card's certificate".to_owned());
        }
        Ok(Outcome {
            run,
            root_cause: root_cause.map(str::to_owned),
            verdict: verdict.to_owned(),
            complaints,
        })
    }

    fn complaints(&self, run: &Run, report: &Value) -> Vec<String> {
        let (status, verdict) = self.ending.wanted();
        let cause = (self.ending != Ending::Healthy).then_some(self.code);
        // the root cause is the one finding people read: it stands first
        let first = cause.and(text_at(report, "/findings/0/code"));
        let mut complaints = vec![
            differs("exit status", &run.status, &Some(status)),
            differs(
                "schema",
                &text_at(report, "/schema"),
                &Some("tomcheck-report/1"),
            ),
            differs(
                "verdict",
                &text_at(report, "/verdict/status"),
                &Some(verdict),
            ),
            differs("first finding", &first, &cause),
        ];
        // a warning is no cause of anything: whether it is named as one is left open
        if self.ending != Ending::Warned {
            let root = text_at(report, "/verdict/root_cause");
            complaints.push(differs("root cause", &root, &cause));
        }
        complaints.into_iter().flatten().collect()
    }

    /// The card is as it was; only a wrong code porteur costs a try, and one only.
    fn card_complaints(&self, before: &CardBefore, bench: &Bench) -> Vec<String> {
        let spent = u8::from(self.code == "token.pin-incorrect");
        let after = CardBefore::of(bench);
        let shown = after.presentations - before.presentations;
        let complaints = [
            differs(
                "tries left",
                &after.tries,
                &before.tries.saturating_sub(spent),
            ),
            differs("resets of the card", &after.resets, &before.resets),
            (shown > 1).then(|| format!("the code porteur was presented {shown} times")),
            (self.ending == Ending::Warned && shown > 0)
                .then(|| "the final try was spent".to_owned()),
        ];
        complaints.into_iter().flatten().collect()
    }
}

impl Ending {
    fn wanted(self) -> (i32, &'static str) {
        match self {
            Self::Healthy => (0, "ok"),
            Self::Warned => (0, "warning"),
            Self::Blocked => (1, "blocked"),
        }
    }
}

impl CardBefore {
    fn of(bench: &Bench) -> Self {
        Self {
            tries: bench.card.tries_left(),
            resets: bench.card.resets(),
            presentations: bench.card.presentations(),
        }
    }
}

impl CommandLine {
    /// The arguments after the program's name.
    pub fn arguments(&self) -> Vec<String> {
        let mut arguments = vec!["check".to_owned()];
        let mut add = |name: &str, value: String| arguments.extend([name.to_owned(), value]);
        add("--target", self.target.clone());
        add("--ca-file", self.ca_file.display().to_string());
        if let Some(module) = &self.module {
            add("--module", module.display().to_string());
        }
        add("--proxy", self.proxy.clone());
        add("--pin-fd", "0".to_owned());
        add("--deadline", self.deadline.to_string());
        arguments
    }

    /// Runs tomcheck as this line says, the code porteur on its standard input.
    ///
    /// # Errors
    ///
    /// When it cannot be started.
    pub fn run(&self, program: &Path, lang: &str, form: Form) -> Result<Run, KitError> {
        let name = program.display().to_string();
        let file = || tempfile::tempfile().map_err(KitError::file(std::env::temp_dir()));
        let (mut output, mut messages) = (file()?, file()?);
        let copy = |file: &File| file.try_clone().map_err(KitError::start(&name));
        let mut command = Command::new(program);
        for variable in FOREIGN_SETTINGS {
            command
                .env_remove(variable)
                .env_remove(variable.to_ascii_uppercase());
        }
        let started = Instant::now();
        let mut child = command
            .args(self.arguments())
            .args(["--quiet", "--lang", lang])
            .args((form == Form::Json).then_some("--json"))
            .envs(self.environment.iter().cloned())
            .stdin(Stdio::piped())
            .stdout(copy(&output)?)
            .stderr(copy(&messages)?)
            .spawn()
            .map_err(KitError::start(&name))?;
        if let Some(mut input) = child.stdin.take() {
            // one that ended before it read has said why
            let _ = writeln!(input, "{}", self.pin);
        }
        let patience = Duration::from_secs(u64::from(self.deadline)) + GRACE;
        let status = wait(&mut child, patience);
        let duration = started.elapsed();
        Ok(Run {
            status: status.and_then(|status| status.code()),
            report: whole(&mut output),
            messages: whole(&mut messages),
            duration,
        })
    }
}

fn wait(child: &mut Child, patience: Duration) -> Option<ExitStatus> {
    let started = Instant::now();
    while started.elapsed() < patience {
        if let Ok(Some(status)) = child.try_wait() {
            return Some(status);
        }
        thread::sleep(Duration::from_millis(5));
    }
    // gone already is as good
    let _ = child.kill();
    let _ = child.wait();
    None
}

fn whole(file: &mut File) -> String {
    let mut bytes = Vec::new();
    let _ = file.rewind().and_then(|()| file.read_to_end(&mut bytes));
    String::from_utf8_lossy(&bytes).into_owned()
}

fn text_at<'a>(report: &'a Value, pointer: &str) -> Option<&'a str> {
    report.pointer(pointer).and_then(Value::as_str)
}

fn differs<T: PartialEq + std::fmt::Debug>(what: &str, seen: &T, wanted: &T) -> Option<String> {
    (seen != wanted).then(|| format!("{what}: {seen:?} instead of {wanted:?}"))
}

/// How long after its own deadline tomcheck may take to end.
const GRACE: Duration = Duration::from_secs(20);
/// What the person who runs the scenario may have set for other programs.
const FOREIGN_SETTINGS: [&str; 6] = [
    "http_proxy",
    "https_proxy",
    "all_proxy",
    "no_proxy",
    "tomcheck_lang",
    "tomcheck_module_dirs",
];
