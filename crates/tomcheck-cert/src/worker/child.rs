//! How is the worker process started, and how does it end?

use std::ffi::{OsStr, OsString};
use std::io;
use std::process::{Child, ChildStdin, Command, ExitStatus, Stdio};
use std::sync::mpsc::{Receiver, RecvTimeoutError, sync_channel};
use std::time::{Duration, Instant};

use tomcheck_diagnosis::ForeignFailure;

use super::frame;
use super::line::{Far, Line};
use super::parent::{FAREWELL, LEAST_FAREWELL, Unlike};
use super::protocol::{INSTEAD, Instead, Message, Request, VERSION};
use super::serve::lost;
use super::{WorkerCommand, WorkerFailure};
use crate::CallFailure;
use crate::sys::process;

/// Starts it, and waits until it greets.
pub(super) fn open_line(command: &WorkerCommand, instead: &[Instead]) -> Result<Line, Unlike> {
    let program = || command.program.clone();
    let child = spawn(command, instead).map_err(|source| {
        Unlike::Worker(WorkerFailure::Start {
            program: program(),
            source,
        })
    })?;
    let (mut process, from, refused) = Process::greeting(child).map_err(|reason| {
        Unlike::Worker(WorkerFailure::NoWorker {
            program: program(),
            reason,
        })
    })?;
    let Some(failure) = refused else {
        return Ok(Line::new(Far::Process(process), from));
    };
    // it has loaded nothing: there is nothing to take leave of
    process.leave(LEAST_FAREWELL);
    Err(Unlike::Refused(failure))
}

fn spawn(command: &WorkerCommand, instead: &[Instead]) -> io::Result<Child> {
    let usual = process::ENVIRONMENT.iter().map(OsStr::new);
    let wanted = command.variables.iter().map(OsString::as_os_str);
    let kept = usual.chain(wanted);
    let kept = kept.filter_map(|name| Some((name, std::env::var_os(name)?)));
    let mut prepared = Command::new(&command.program);
    prepared
        .args(&command.arguments)
        .env_clear()
        .envs(kept)
        .envs(asked_instead(instead)?)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::null());
    process::set_apart(&mut prepared);
    prepared.spawn()
}

fn asked_instead(instead: &[Instead]) -> io::Result<Option<(&'static str, String)>> {
    if instead.is_empty() {
        return Ok(None);
    }
    let text = serde_json::to_string(instead)?;
    Ok(Some((INSTEAD, text)))
}

/// The worker process.
#[derive(Debug)]
pub(super) struct Process {
    child: Child,
    to: Option<ChildStdin>,
    is_over: bool,
}

type Greeted = (Process, Receiver<Message>, Option<ForeignFailure>);

impl Process {
    /// What comes from it, and what it could not do of what it was to do first.
    fn greeting(mut child: Child) -> Result<Greeted, String> {
        let to = child.stdin.take();
        let from = child.stdout.take().map(listen);
        let Some(Ok(from)) = from else {
            end(&mut child);
            return Err("cannot listen to it".to_owned());
        };
        let reason = match from.recv_timeout(GREETING) {
            Ok(Message::Hello {
                version: VERSION,
                refused,
            }) => {
                let is_over = false;
                return Ok((Self { child, to, is_over }, from, refused));
            }
            Ok(Message::Hello { version, .. }) => {
                format!("it speaks version {version}, not {VERSION}")
            }
            Ok(_) => "it does not greet".to_owned(),
            Err(RecvTimeoutError::Timeout) => "it says nothing".to_owned(),
            Err(RecvTimeoutError::Disconnected) => "it ended at once".to_owned(),
        };
        end(&mut child);
        Err(reason)
    }

    pub(super) fn id(&self) -> u32 {
        self.child.id()
    }

    pub(super) fn send(&mut self, request: &Request, raw: Option<&[u8]>) -> io::Result<()> {
        let text = serde_json::to_vec(request)?;
        let to = self.to.as_mut().ok_or(io::ErrorKind::BrokenPipe)?;
        frame::write(to, &text)?;
        raw.map_or(Ok(()), |raw| frame::write(to, raw))
    }

    pub(super) fn has_ended(&mut self) -> bool {
        !matches!(self.child.try_wait(), Ok(None))
    }

    /// What became of it that closed its line, and of the call it was in.
    pub(super) fn bury(&mut self, call: Option<String>) -> CallFailure {
        let since = Instant::now();
        let status = reap(&mut self.child, FAREWELL);
        let failure = match (call, status) {
            (Some(call), Some(status)) => CallFailure::Crashed {
                call,
                how: process::crash(status),
            },
            (None, Some(status)) => lost(format!("it ended with {status}")),
            // a module that closes what is not its own, and goes on
            (Some(call), None) => CallFailure::Hung {
                call,
                waited_ms: millis(since.elapsed()),
            },
            (None, None) => lost("it closed its line and did not end"),
        };
        self.end();
        failure
    }

    /// Closes its line, and ends it if it does not end by itself.
    pub(super) fn leave(&mut self, limit: Duration) {
        self.to = None;
        reap(&mut self.child, limit);
        self.end();
    }

    /// Once: its number, and that of its group, may be another's after that.
    pub(super) fn end(&mut self) {
        if !std::mem::replace(&mut self.is_over, true) {
            end(&mut self.child);
        }
    }
}

/// How long a program may take until it says that it is a worker.
const GREETING: Duration = Duration::from_secs(10);

/// Reads on a thread of its own, so that waiting can have a deadline. A message that is none
/// ends the listening, as a closed pipe does. A worker that talks without being asked fills some
/// messages of memory, not all there is.
fn listen(mut from: impl io::Read + Send + 'static) -> io::Result<Receiver<Message>> {
    let (send, receive) = sync_channel(UNHEARD);
    let listener = move || {
        while let Ok(Some(frame)) = frame::read(&mut from) {
            let Ok(message) = serde_json::from_slice(&frame) else {
                return;
            };
            if send.send(message).is_err() {
                return;
            }
        }
    };
    std::thread::Builder::new()
        .name("tomcheck-worker".to_owned())
        .spawn(listener)?;
    Ok(receive)
}

const UNHEARD: usize = 16;

/// Kills the process if it lives, and what its module started. Not even that may end it in time,
/// as happens when it is inside a driver.
fn end(child: &mut Child) {
    process::end_group(child.id());
    let _ = child.kill();
    reap(child, FAREWELL);
}

pub(super) fn millis(time: Duration) -> u64 {
    u64::try_from(time.as_millis()).unwrap_or(u64::MAX)
}

fn reap(child: &mut Child, limit: Duration) -> Option<ExitStatus> {
    let started = Instant::now();
    let mut pause = SHORTEST_PAUSE;
    loop {
        if let Ok(Some(status)) = child.try_wait() {
            return Some(status);
        }
        if started.elapsed() >= limit {
            return None;
        }
        std::thread::sleep(pause);
        // what is slept too long is half of what it took at most
        pause = (pause * 3 / 2).min(LONGEST_PAUSE);
    }
}

/// Most end at once.
const SHORTEST_PAUSE: Duration = Duration::from_micros(50);
const LONGEST_PAUSE: Duration = Duration::from_millis(5);
