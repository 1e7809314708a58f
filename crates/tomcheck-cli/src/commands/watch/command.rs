//! How does a command run on each change without holding the watch up?

use std::io::{self, Write};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::Context;
use serde_json::Value;
use tokio::sync::oneshot;
use tomcheck::{Event, Lang, spoken};

/// Runs one command after the other, on a thread of its own.
pub(super) struct Runner {
    queue: SyncSender<Job>,
    is_to_end: Arc<AtomicBool>,
    ended: oneshot::Receiver<()>,
    lang: Lang,
}

/// How long a command may take, unless `--exec-limit` says otherwise.
pub(super) const LIMIT: Duration = Duration::from_secs(30);

impl Runner {
    /// `command` is for the system's shell. What it writes goes to standard error: standard
    /// output is for events.
    pub(super) fn start(command: String, limit: Duration, lang: Lang) -> io::Result<Self> {
        let (queue, jobs) = sync_channel(MOST_WAITING);
        let is_to_end = Arc::<AtomicBool>::default();
        let (end, ended) = oneshot::channel();
        let shell = Shell {
            command,
            limit,
            lang,
            is_to_end: Arc::clone(&is_to_end),
        };
        thread::Builder::new()
            .name("tomcheck-command".to_owned())
            .spawn(move || {
                shell.run_all(&jobs);
                let _ = end.send(());
            })?;
        Ok(Self {
            queue,
            is_to_end,
            ended,
            lang,
        })
    }

    /// Lets the command run on this event, when those before it are done. `line` is the event
    /// as JSON. Does not wait.
    pub(super) fn run(&self, event: &Event, line: String) -> anyhow::Result<()> {
        let job = Job::new(event, line).context("--exec")?;
        if self.queue.try_send(job).is_err() {
            crate::complain(&match self.lang {
                Lang::Fr => format!(
                    "--exec : {MOST_WAITING} commandes attendent déjà, celle-ci n'est pas lancée"
                ),
                Lang::En => {
                    format!("--exec: {MOST_WAITING} commands wait already, this one is not run")
                }
            });
        }
        Ok(())
    }

    /// Gives the command that runs a moment, then ends it; those that wait are not run.
    pub(super) async fn end(self) {
        self.is_to_end.store(true, Ordering::Relaxed);
        drop(self.queue);
        let _ = self.ended.await;
    }
}

/// Commands that may wait for one that takes long.
const MOST_WAITING: usize = 32;

/// One run of the command. What is foreign (a reader's name) never stands on its command line.
struct Job {
    line: String,
    variables: Vec<(&'static str, String)>,
}

impl Job {
    fn new(event: &Event, line: String) -> serde_json::Result<Self> {
        let written = serde_json::to_value(event)?;
        let value = |place| {
            let value = written.pointer(place).and_then(Value::as_str);
            value.unwrap_or_default().to_owned()
        };
        let variables = VARIABLES.iter().map(|(name, place)| (*name, value(place)));
        Ok(Self {
            line,
            variables: variables.collect(),
        })
    }

    fn about(&self) -> String {
        let mut values = self.variables.iter().map(|(_, value)| value.as_str());
        let (reader, state) = (values.next(), values.next());
        let words = [reader, state].into_iter().flatten();
        let words: Vec<_> = words.filter(|word| !word.is_empty()).collect();
        words.join(", ")
    }
}

/// What the command finds in its environment, and where it stands in the event; empty where
/// there is none.
const VARIABLES: [(&str, &str); 5] = [
    ("TOMCHECK_READER", "/reader"),
    ("TOMCHECK_STATE", "/state"),
    ("TOMCHECK_CODE", "/code"),
    ("TOMCHECK_GENERATION", "/card/generation"),
    ("TOMCHECK_ATR", "/card/atr"),
];

struct Shell {
    command: String,
    limit: Duration,
    lang: Lang,
    is_to_end: Arc<AtomicBool>,
}

/// How a run ended.
enum Outcome {
    Exited(ExitStatus),
    TooLong,
    /// The watch ended first.
    Ended,
}

impl Shell {
    fn run_all(&self, jobs: &Receiver<Job>) {
        for job in jobs {
            if self.is_to_end.load(Ordering::Relaxed) {
                break;
            }
            let line = match self.run(&job) {
                Ok(outcome) => self.complaint(&outcome),
                Err(error) => Some(self.not_run(&error)),
            };
            if let Some(line) = line {
                crate::complain(&format!("{line} ({})", job.about()));
            }
        }
    }

    fn run(&self, job: &Job) -> io::Result<Outcome> {
        let mut command = shell(&self.command);
        command
            .envs(job.variables.iter().map(|(name, value)| (name, value)))
            .stdin(Stdio::piped())
            .stdout(io::stderr());
        let mut child = command.spawn()?;
        if let Some(mut input) = child.stdin.take() {
            let line = job.line.clone();
            // A command that does not read must not hold us up.
            thread::spawn(move || input.write_all(line.as_bytes()));
        }
        self.wait(&mut child)
    }

    fn wait(&self, child: &mut Child) -> io::Result<Outcome> {
        let began = Instant::now();
        loop {
            if let Some(status) = child.try_wait()? {
                return Ok(Outcome::Exited(status));
            }
            if self.is_to_end.load(Ordering::Relaxed) {
                return part(child).map(|()| Outcome::Ended);
            }
            if began.elapsed() >= self.limit {
                kill(child);
                child.wait()?;
                return Ok(Outcome::TooLong);
            }
            thread::sleep(BETWEEN_LOOKS);
        }
    }

    fn complaint(&self, outcome: &Outcome) -> Option<String> {
        let seconds = self.limit.as_secs();
        Some(match (outcome, self.lang) {
            (Outcome::Exited(status), _) if status.success() => return None,
            (Outcome::Ended, _) => return None,
            (Outcome::Exited(status), lang) => failed(*status, lang),
            (Outcome::TooLong, Lang::Fr) => {
                format!("--exec : commande arrêtée, elle n'avait pas fini après {seconds} s")
            }
            (Outcome::TooLong, Lang::En) => {
                format!("--exec: command stopped, it was not done after {seconds} s")
            }
        })
    }

    fn not_run(&self, error: &io::Error) -> String {
        let error = spoken(error, self.lang);
        match self.lang {
            Lang::Fr => format!("--exec : commande impossible à lancer : {error}"),
            Lang::En => format!("--exec: command cannot be run: {error}"),
        }
    }
}

fn failed(status: ExitStatus, lang: Lang) -> String {
    match (status.code(), lang) {
        (Some(code), Lang::Fr) => format!("--exec : la commande a échoué, état de sortie {code}"),
        (Some(code), Lang::En) => format!("--exec: the command failed, exit status {code}"),
        (None, Lang::Fr) => format!("--exec : la commande a été tuée, {status}"),
        (None, Lang::En) => format!("--exec: the command was killed, {status}"),
    }
}

/// Done within 150 ms: a command that is nearly done may finish, one that can tidy up may.
fn part(child: &mut Child) -> io::Result<()> {
    if is_done_within(child, MOMENT)? {
        return Ok(());
    }
    ask_to_end(child);
    if !is_done_within(child, MOMENT)? {
        kill(child);
        child.wait()?;
    }
    Ok(())
}

fn is_done_within(child: &mut Child, time: Duration) -> io::Result<bool> {
    let until = Instant::now() + time;
    while Instant::now() < until {
        if child.try_wait()?.is_some() {
            return Ok(true);
        }
        thread::sleep(BETWEEN_LOOKS);
    }
    Ok(false)
}

const MOMENT: Duration = Duration::from_millis(60);
const BETWEEN_LOOKS: Duration = Duration::from_millis(10);

/// A group of its own: Ctrl-C at our terminal is for us to pass on, and what the command
/// started ends with it.
#[cfg(unix)]
fn shell(command: &str) -> Command {
    use std::os::unix::process::CommandExt;
    let mut shell = Command::new("sh");
    shell.args(["-c", command]).process_group(0);
    shell
}

#[cfg(unix)]
fn ask_to_end(child: &Child) {
    signal(child, rustix::process::Signal::TERM);
}

#[cfg(unix)]
fn kill(child: &mut Child) {
    signal(child, rustix::process::Signal::KILL);
}

/// Before it is waited for, its number is nobody else's.
#[cfg(unix)]
fn signal(child: &Child, signal: rustix::process::Signal) {
    let group = rustix::process::Pid::from_child(child);
    // Gone already is as good.
    let _ = rustix::process::kill_process_group(group, signal);
}

/// `cmd` takes its command as it was typed, quotes and all.
#[cfg(windows)]
fn shell(command: &str) -> Command {
    use std::os::windows::process::CommandExt;
    let mut shell = Command::new("cmd");
    shell.raw_arg(format!("/D /S /C \"{command}\""));
    shell
}

/// Windows has no gentle way that reaches every program.
#[cfg(windows)]
fn ask_to_end(_child: &Child) {}

#[cfg(windows)]
fn kill(child: &mut Child) {
    // What the command started ends with it.
    let tree = ["/T", "/F", "/PID"];
    let _ = Command::new("taskkill")
        .args(tree)
        .arg(child.id().to_string())
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status();
    // Gone already is as good.
    let _ = child.kill();
}
