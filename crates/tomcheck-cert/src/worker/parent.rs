//! How is the worker started, asked, waited for and ended?

use std::ffi::{OsStr, OsString};
use std::io;
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, Command, ExitStatus, Stdio};
use std::sync::mpsc::{Receiver, RecvTimeoutError, sync_channel};
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use serde::de::DeserializeOwned;
use tomcheck_diagnosis::{Deadline, ForeignFailure};

use super::frame;
use super::protocol::{INSTEAD, Instead, MODULE, Message, Request, VERSION};
use crate::sys::process;
use crate::{CallFailure, Pin, SignMechanism};

/// The argument that makes a program of ours the worker.
pub const WORKER_ARGUMENT: &str = "pkcs11-worker";

/// How to start the worker process.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct WorkerCommand {
    /// The program, an absolute path.
    pub program: PathBuf,
    /// Its arguments.
    pub arguments: Vec<OsString>,
    /// Variables of this process's environment that are passed on beside the usual ones.
    pub variables: Vec<OsString>,
}

impl WorkerCommand {
    /// `program` with [`WORKER_ARGUMENT`]: `tomcheck`, `tomcheck-worker`, or any program that
    /// calls [`crate::serve_worker`] when it is given that argument.
    pub fn of_program(program: impl Into<PathBuf>) -> Self {
        Self {
            program: program.into(),
            arguments: vec![WORKER_ARGUMENT.into()],
            variables: vec![],
        }
    }

    /// The same, passing these variables on too, where they are set. None that makes a module
    /// write down what it is given (`PKCS11SPY`, `OPENSC_DEBUG`) is passed on unasked: the
    /// code porteur would stand in that file.
    #[must_use]
    pub fn passing(mut self, variables: &[&str]) -> Self {
        self.variables.extend(variables.iter().map(OsString::from));
        self
    }
}

/// A process that holds the module. It ends with this value: the module is finalised, the
/// card left as it is, and what does not end in time is killed.
#[derive(Debug)]
pub struct Worker {
    command: WorkerCommand,
    module: PathBuf,
    instead: Vec<Instead>,
    per_call: Duration,
    whole: Option<Deadline>,
    // one request at a time: a card computes one signature at a time
    line: Mutex<Line>,
}

/// Why there is no worker.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum WorkerFailure {
    /// The program could not be started.
    #[error("cannot start {}", program.display())]
    Start {
        /// The program.
        program: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// It started and did not say what a worker says.
    #[error("{} is no worker: {reason}", program.display())]
    NoWorker {
        /// The program.
        program: PathBuf,
        /// In one line.
        reason: String,
    },
}

impl Worker {
    /// Starts the process; the module is not loaded yet.
    ///
    /// `module`: an absolute path. `per_call` is how long each call into the module may
    /// take; all the calls of one question may take four times as long, and
    /// [`Worker::with_deadline`] bounds all questions together. Blocks until the process says
    /// that it is one of ours, at most ten seconds. Its environment holds only what PC/SC and
    /// the modules document.
    ///
    /// # Errors
    ///
    /// When the program cannot be started or is no worker.
    pub fn start(
        command: &WorkerCommand,
        module: &Path,
        per_call: Duration,
    ) -> Result<Self, WorkerFailure> {
        let started = Self::start_apart(command, module, per_call, vec![]);
        started.map_err(|unlike| unlike.of(command))
    }

    /// The same, for a module that finds `instead` of what is there. Where the system does not
    /// allow it, nothing is started.
    pub(crate) fn start_apart(
        command: &WorkerCommand,
        module: &Path,
        per_call: Duration,
        instead: Vec<Instead>,
    ) -> Result<Self, Unlike> {
        let line = open_line(command, module, &instead)?;
        Ok(Self {
            command: command.clone(),
            module: module.to_owned(),
            instead,
            per_call,
            whole: None,
            line: Mutex::new(line),
        })
    }

    /// Ends the process, whatever state it is in, and starts a fresh one that has not loaded the
    /// module: after a crash or a hang, the one way to ask more. Blocks as long as both take.
    ///
    /// # Errors
    ///
    /// When it cannot be started: the old one is ended all the same.
    pub fn restart(&self) -> Result<(), WorkerFailure> {
        let mut line = self.line();
        let _ = line.close(self.farewell());
        let fresh = open_line(&self.command, &self.module, &self.instead);
        *line = fresh.map_err(|unlike| unlike.of(&self.command))?;
        Ok(())
    }

    /// Ends it as dropping does, and tells how that went: some modules fail in `C_Finalize`.
    ///
    /// # Errors
    ///
    /// What the last calls answered, or that one of them crashed or hung; what ended the worker
    /// before.
    pub fn finish(self) -> Result<(), CallFailure> {
        self.line().close(self.farewell())
    }

    /// The same, answering nothing after `whole`: a call under way then is given up, and no
    /// other is begun. Only the farewell, that leaves the card in order, may take two seconds
    /// more.
    #[must_use]
    pub fn with_deadline(mut self, whole: Deadline) -> Self {
        self.whole = Some(whole);
        self
    }

    /// The module it holds.
    pub fn module(&self) -> &Path {
        &self.module
    }

    /// The process, as the system numbers it.
    pub fn id(&self) -> u32 {
        self.line().child.id()
    }

    /// Signs with the private key of CKA_ID `key_id` in `slot`, after a login where the
    /// token demands one.
    ///
    /// What `data` must be depends on the mechanism, see [`SignMechanism`]. Two calls into
    /// the module, a few more the first time for a key. Talks to the card. Each call blocks
    /// for at most the deadline per call; threads wait for each other.
    ///
    /// # Errors
    ///
    /// What the module answered, with the call; a crash or a hang of the worker.
    pub fn sign(
        &self,
        slot: u64,
        key_id: &[u8],
        mechanism: SignMechanism,
        data: &[u8],
    ) -> Result<Vec<u8>, CallFailure> {
        let (key_id, data) = (key_id.to_vec(), data.to_vec());
        let signature: String = self.ask(&Request::Sign {
            slot,
            key_id,
            mechanism,
            data,
        })?;
        crate::hexadecimal::decode(&signature)
            .ok_or_else(|| lost("the signature is not hexadecimal"))
    }

    /// Whether it answers at all. Makes no call into the module.
    ///
    /// # Errors
    ///
    /// What ended it before; that it does not answer.
    pub fn ping(&self) -> Result<(), CallFailure> {
        self.ask(&Request::Ping)
    }

    /// Asks, and waits until the answer or the deadline of one of the calls it takes.
    pub(crate) fn ask<T: DeserializeOwned>(&self, request: &Request) -> Result<T, CallFailure> {
        self.line().ask(request, None, self.patience())
    }

    /// Presents the code: a wrong one costs the holder one of very few tries.
    pub(crate) fn login_spending_a_try<T: DeserializeOwned>(
        &self,
        slot: u64,
        pin: &Pin,
    ) -> Result<T, CallFailure> {
        self.line()
            .ask(&Request::Login { slot }, Some(pin), self.patience())
    }

    /// The same with a code that is typed on the reader, within `limit`.
    pub(crate) fn login_on_pin_pad<T: DeserializeOwned>(
        &self,
        slot: u64,
        limit: Duration,
    ) -> Result<T, CallFailure> {
        let whole = Deadline::after(limit.saturating_add(self.per_call));
        let whole = self
            .whole
            .map_or(whole, |all| all.at_most(whole.remaining()));
        let patience = Patience {
            per_call: limit,
            whole,
        };
        self.line()
            .ask(&Request::LoginOnPinPad { slot }, None, patience)
    }

    fn patience(&self) -> Patience {
        let whole = Deadline::after(self.per_call.saturating_mul(CALLS_WORTH));
        Patience {
            per_call: self.per_call,
            whole: self
                .whole
                .map_or(whole, |limit| limit.at_most(whole.remaining())),
        }
    }

    fn line(&self) -> std::sync::MutexGuard<'_, Line> {
        // a panic elsewhere leaves the line as it was: each request is one whole
        self.line.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Worker {
    fn farewell(&self) -> Duration {
        let left = self.whole.map_or(FAREWELL, |whole| whole.remaining());
        left.clamp(LEAST_FAREWELL, FAREWELL).min(self.per_call)
    }
}

impl Drop for Worker {
    fn drop(&mut self) {
        let limit = self.farewell();
        let _ = self.line().close(limit);
    }
}

/// One request takes many quick calls, or a few slow ones: no more time than this many of the
/// slowest.
const CALLS_WORTH: u32 = 4;
/// How long `C_Finalize` and the end of the process may take, each.
const FAREWELL: Duration = Duration::from_secs(3);
/// What of it is left when all time is up: a card that nobody takes leave of is reset.
const LEAST_FAREWELL: Duration = Duration::from_secs(2);
/// How long a program may take until it says that it is a worker.
const GREETING: Duration = Duration::from_secs(10);

/// Why there is no worker such as was wanted.
#[derive(Debug)]
pub(crate) enum Unlike {
    /// There is none at all.
    Worker(WorkerFailure),
    /// The module would find what everybody finds: what the system refused.
    Refused(ForeignFailure),
}

impl Unlike {
    pub(crate) fn of(self, command: &WorkerCommand) -> WorkerFailure {
        match self {
            Self::Worker(failure) => failure,
            Self::Refused(failure) => WorkerFailure::NoWorker {
                program: command.program.clone(),
                reason: failure.to_string(),
            },
        }
    }
}

fn open_line(command: &WorkerCommand, module: &Path, instead: &[Instead]) -> Result<Line, Unlike> {
    let program = || command.program.clone();
    let child = spawn(command, module, instead).map_err(|source| {
        Unlike::Worker(WorkerFailure::Start {
            program: program(),
            source,
        })
    })?;
    let (mut line, refused) = Line::to(child).map_err(|reason| {
        Unlike::Worker(WorkerFailure::NoWorker {
            program: program(),
            reason,
        })
    })?;
    match refused {
        None => Ok(line),
        Some(failure) => {
            let _ = line.close(LEAST_FAREWELL);
            Err(Unlike::Refused(failure))
        }
    }
}

fn spawn(command: &WorkerCommand, module: &Path, instead: &[Instead]) -> io::Result<Child> {
    let usual = process::ENVIRONMENT.iter().map(OsStr::new);
    let wanted = command.variables.iter().map(OsString::as_os_str);
    let kept = usual.chain(wanted);
    let kept = kept.filter_map(|name| Some((name, std::env::var_os(name)?)));
    let mut prepared = Command::new(&command.program);
    prepared
        .args(&command.arguments)
        .env_clear()
        .envs(kept)
        .env(MODULE, module)
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

/// How long a question may take: each call, and all of them.
#[derive(Clone, Copy)]
struct Patience {
    per_call: Duration,
    whole: Deadline,
}

/// The line to the worker: whoever holds it may ask.
#[derive(Debug)]
struct Line {
    child: Child,
    to: Option<ChildStdin>,
    from: Receiver<Message>,
    /// The call under way, if a request is.
    call: Option<String>,
    /// Why there is nobody at the other end any more.
    ended: Option<CallFailure>,
}

impl Line {
    /// The line, and what the worker could not do of what it was to do first.
    fn to(mut child: Child) -> Result<(Self, Option<ForeignFailure>), String> {
        let to = child.stdin.take();
        let from = child.stdout.take().map(listen);
        let Some(Ok(from)) = from else {
            end(&mut child);
            return Err("cannot listen to it".to_owned());
        };
        let mut line = Self {
            child,
            to,
            from,
            call: None,
            ended: None,
        };
        let reason = match line.from.recv_timeout(GREETING) {
            Ok(Message::Hello {
                version: VERSION,
                refused,
            }) => return Ok((line, refused)),
            Ok(Message::Hello { version, .. }) => {
                format!("it speaks version {version}, not {VERSION}")
            }
            Ok(_) => "it does not greet".to_owned(),
            Err(RecvTimeoutError::Timeout) => "it says nothing".to_owned(),
            Err(RecvTimeoutError::Disconnected) => "it ended at once".to_owned(),
        };
        end(&mut line.child);
        Err(reason)
    }

    fn ask<T: DeserializeOwned>(
        &mut self,
        request: &Request,
        pin: Option<&Pin>,
        patience: Patience,
    ) -> Result<T, CallFailure> {
        if let Some(ended) = &self.ended {
            return Err(ended.clone());
        }
        if patience.whole.has_passed() {
            return Err(CallFailure::OutOfTime);
        }
        self.call = None;
        if self.send(request, pin).is_err() {
            return Err(self.bury());
        }
        let Patience { per_call, whole } = patience;
        loop {
            let since = Instant::now();
            match self.hear(whole.remaining().min(per_call)) {
                Ok(Message::Enter { call }) => self.call = Some(call),
                Ok(Message::Answer(value)) => return serde_json::from_value(value).map_err(lost),
                Ok(Message::Failed(failure)) => return Err(failure),
                Ok(Message::Hello { .. }) => {}
                Err(RecvTimeoutError::Disconnected) => return Err(self.bury()),
                Err(RecvTimeoutError::Timeout) => {
                    let waited = since.elapsed();
                    let is_hung = waited >= per_call / 2;
                    return Err(self.abandon(waited, is_hung));
                }
            }
        }
    }

    /// Waits for a message. A worker that ended may have left processes of its module behind that
    /// hold its end of the line open: it is looked at now and then.
    fn hear(&mut self, limit: Duration) -> Result<Message, RecvTimeoutError> {
        let until = Deadline::after(limit);
        loop {
            match self.from.recv_timeout(until.remaining().min(LOOK_AFTER)) {
                Err(RecvTimeoutError::Timeout) if self.has_ended() => {
                    // what it said last may be under way
                    let last = self.from.recv_timeout(LAST_WORDS);
                    return last.map_err(|_| RecvTimeoutError::Disconnected);
                }
                Err(RecvTimeoutError::Timeout) if !until.has_passed() => {}
                other => return other,
            }
        }
    }

    fn has_ended(&mut self) -> bool {
        !matches!(self.child.try_wait(), Ok(None))
    }

    fn send(&mut self, request: &Request, pin: Option<&Pin>) -> io::Result<()> {
        let text = serde_json::to_vec(request)?;
        let to = self.to.as_mut().ok_or(io::ErrorKind::BrokenPipe)?;
        frame::write(to, &text)?;
        pin.map_or(Ok(()), |pin| frame::write(to, pin.reveal()))
    }

    /// The worker has gone: by the call it was in, if it was in one.
    fn bury(&mut self) -> CallFailure {
        let since = Instant::now();
        let status = reap(&mut self.child, FAREWELL);
        let failure = match (self.call.take(), status) {
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
        end(&mut self.child);
        self.ended = Some(failure.clone());
        failure
    }

    /// `is_hung`: the call had time enough; else the time for everything ended under it, which
    /// says nothing of the module.
    fn abandon(&mut self, waited: Duration, is_hung: bool) -> CallFailure {
        end(&mut self.child);
        let waited_ms = millis(waited);
        let failure = match self.call.take() {
            Some(call) if is_hung => CallFailure::Hung { call, waited_ms },
            Some(_) => CallFailure::OutOfTime,
            None => lost(format!("it says nothing for {waited_ms} ms")),
        };
        self.ended = Some(failure.clone());
        failure
    }

    /// A worker that is killed leaves its card connection to PC/SC, which then resets the
    /// card: it is asked to finish first.
    fn close(&mut self, limit: Duration) -> Result<(), CallFailure> {
        let patience = Patience {
            per_call: limit,
            whole: Deadline::after(limit),
        };
        let finished = self.ask(&Request::Finish, None, patience);
        self.ended.get_or_insert_with(|| lost("it was told to end"));
        self.to = None;
        reap(&mut self.child, limit);
        end(&mut self.child);
        finished
    }
}

/// How often a worker that says nothing is looked at.
const LOOK_AFTER: Duration = Duration::from_millis(100);
/// How long what an ended worker said may take to arrive.
const LAST_WORDS: Duration = Duration::from_millis(50);

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

fn millis(time: Duration) -> u64 {
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
        pause = (pause * 2).min(LONGEST_PAUSE);
    }
}

/// Most end at once.
const SHORTEST_PAUSE: Duration = Duration::from_micros(100);
const LONGEST_PAUSE: Duration = Duration::from_millis(5);

fn lost(reason: impl ToString) -> CallFailure {
    CallFailure::WorkerLost {
        reason: reason.to_string(),
    }
}
