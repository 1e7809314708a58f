//! Which questions does a worker answer, and where does it hold the module?

use std::ffi::OsString;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use serde::de::DeserializeOwned;
use tomcheck_diagnosis::{Deadline, ForeignFailure};

use super::line::{Line, Patience};
use super::protocol::{Instead, LoadRefusal, Request};
use super::serve::lost;
use super::{child, inside};
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

/// A worker process that has not been told yet which module it is for: starting it takes as long as
/// finding that out. It ends with this value.
#[derive(Debug)]
pub struct EarlyWorker(Worker);

impl EarlyWorker {
    /// Starts the process. Blocks as [`Worker::start`] does.
    ///
    /// # Errors
    ///
    /// When the program cannot be started or is no worker.
    pub fn start(command: &WorkerCommand) -> Result<Self, WorkerFailure> {
        Worker::start(command, Path::new(""), FAREWELL).map(Self)
    }

    /// The worker of this module; nothing is loaded yet. `module` and `per_call` are as for
    /// [`Worker::start`].
    #[must_use]
    pub fn for_module(self, module: &Path, per_call: Duration) -> Worker {
        let Self(mut worker) = self;
        module.clone_into(&mut worker.module);
        worker.per_call = per_call;
        worker
    }
}

/// Holds the module: a process, or a thread of this one. It ends with this value: the module
/// is finalised, the card left as it is, and a process that does not end in time is killed.
#[derive(Debug)]
pub struct Worker {
    home: Home,
    module: PathBuf,
    per_call: Duration,
    whole: Mutex<Option<Deadline>>,
    // one request at a time: a card computes one signature at a time
    line: Mutex<Line>,
    /// What came of loading the module, where that was done ahead.
    loaded: Mutex<Option<Loaded>>,
}

/// None: it is loaded.
pub(crate) type Loaded = Result<Option<LoadRefusal>, CallFailure>;

/// Where the module is loaded.
#[derive(Debug)]
enum Home {
    Process {
        command: WorkerCommand,
        instead: Vec<Instead>,
    },
    /// Ours.
    Here,
}

impl Home {
    fn open_line(&self, module: &Path) -> Result<Line, WorkerFailure> {
        match self {
            Self::Process { command, instead } => {
                child::open_line(command, instead).map_err(|unlike| unlike.of(command))
            }
            Self::Here => inside::open_line(module),
        }
    }
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
    /// Another [`Worker::in_process`] of this process has the module, or left a call in it that
    /// has not returned yet.
    #[error("{} is in use in this process", module.display())]
    InUse {
        /// The module's file.
        module: PathBuf,
    },
    /// The system gives this process no further thread.
    #[error("cannot start a thread")]
    Thread {
        /// What it said.
        source: io::Error,
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
        let line = child::open_line(command, &instead)?;
        let command = command.clone();
        let home = Home::Process { command, instead };
        Ok(Self::at(home, line, module, per_call))
    }

    /// No process: the module will be loaded into **this** one, by a thread that serves the same
    /// requests. For programs that sign often and know their module.
    ///
    /// What a process of its own keeps away is this program's then:
    ///
    /// - a crash of the module ends this program, and whatever it does to memory, files, threads
    ///   or signal handlers it does to them here;
    /// - a call that does not return is reported at its deadline as from a process
    ///   ([`CallFailure::Hung`]), but its thread stays behind, and the code porteur with it if the
    ///   call is `C_Login`. It begins no other call when it returns, except to leave the card in
    ///   order; until then the module is [`WorkerFailure::InUse`];
    /// - a module that does not return from being *loaded* keeps the lock of the system's loader:
    ///   this program can then load no library, may not start a thread, nor end by itself;
    /// - the module sees this program's whole environment: `PKCS11SPY` and `OPENSC_DEBUG` make
    ///   some write the code porteur into a file. Memory is neither limited nor hidden.
    ///
    /// One module has one such worker at a time. If another part of the program has initialised
    /// it before (`CKR_CRYPTOKI_ALREADY_INITIALIZED`), it is used as it is found, and left so: not
    /// finalised, nor logged out of where it was logged in. Whoever initialises it *after* this
    /// worker loses it when this worker ends. The file stays loaded until the program ends.
    ///
    /// `module`, `per_call` and the other deadlines: as for [`Worker::start`]. Does not block.
    ///
    /// # Errors
    ///
    /// When the module has such a worker already, or no thread can be started.
    ///
    /// Source: PKCS#11 v2.40 §5.4, `C_Initialize`, `C_Finalize`.
    pub fn in_process(module: &Path, per_call: Duration) -> Result<Self, WorkerFailure> {
        let line = inside::open_line(module)?;
        Ok(Self::at(Home::Here, line, module, per_call))
    }

    fn at(home: Home, line: Line, module: &Path, per_call: Duration) -> Self {
        Self {
            home,
            module: module.to_owned(),
            per_call,
            whole: Mutex::new(None),
            line: Mutex::new(line),
            loaded: Mutex::new(None),
        }
    }

    /// Loads the module into the worker now, and keeps what came of it for
    /// [`crate::InitialiseProbe`]: the system's loader takes its time, which others may use. Makes
    /// no call into the module. Blocks for at most the deadline per call.
    pub fn load_ahead(&self) {
        let answer = self.load_now();
        *self.ahead() = Some(answer);
    }

    /// Loads it, unless that was done ahead.
    pub(crate) fn load(&self) -> Loaded {
        let ahead = self.ahead().take();
        ahead.unwrap_or_else(|| self.load_now())
    }

    fn load_now(&self) -> Loaded {
        let path = process::bytes_of(&self.module);
        let patience = self.patience();
        self.line().ask(&Request::Load, Some(&path), patience)
    }

    fn ahead(&self) -> MutexGuard<'_, Option<Loaded>> {
        self.loaded.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Ends the process, whatever state it is in, and starts a fresh one that has not loaded the
    /// module: after a crash or a hang, the one way to ask more. Blocks as long as both take.
    /// [`Worker::in_process`]: the same with a thread, once a call that hung has returned.
    ///
    /// # Errors
    ///
    /// When it cannot be started: the old one is ended all the same.
    pub fn restart(&self) -> Result<(), WorkerFailure> {
        let mut line = self.line();
        let _ = line.close(self.farewell());
        *line = self.home.open_line(&self.module)?;
        *self.ahead() = None;
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
    pub fn with_deadline(self, whole: Deadline) -> Self {
        self.set_deadline(whole);
        self
    }

    pub(crate) fn is_in_process(&self) -> bool {
        matches!(self.home, Home::Here)
    }

    /// Another deadline than that of [`Worker::with_deadline`] from the next question on: the clock
    /// stands still while a person types.
    pub fn set_deadline(&self, whole: Deadline) {
        let mut set = self.whole.lock().unwrap_or_else(PoisonError::into_inner);
        *set = Some(whole);
    }

    /// The module it holds.
    pub fn module(&self) -> &Path {
        &self.module
    }

    /// The process that holds the module, as the system numbers it: [`Worker::in_process`], this
    /// one.
    pub fn id(&self) -> u32 {
        self.line().process_id()
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
        self.line().ask(
            &Request::Login { slot },
            Some(pin.reveal()),
            self.patience(),
        )
    }

    /// The same with a code that is typed on the reader, within `limit`.
    pub(crate) fn login_on_pin_pad<T: DeserializeOwned>(
        &self,
        slot: u64,
        limit: Duration,
    ) -> Result<T, CallFailure> {
        let patience = Patience {
            per_call: limit,
            whole: self.at_most(limit.saturating_add(self.per_call)),
        };
        self.line()
            .ask(&Request::LoginOnPinPad { slot }, None, patience)
    }

    fn patience(&self) -> Patience {
        Patience {
            per_call: self.per_call,
            whole: self.at_most(self.per_call.saturating_mul(CALLS_WORTH)),
        }
    }

    /// The deadline of all questions together, or `limit` from now.
    fn at_most(&self, limit: Duration) -> Deadline {
        match self.whole() {
            Some(whole) => whole.at_most(limit),
            None => Deadline::after(limit),
        }
    }

    fn whole(&self) -> Option<Deadline> {
        *self.whole.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn line(&self) -> MutexGuard<'_, Line> {
        // a panic elsewhere leaves the line as it was: each request is one whole
        self.line.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Worker {
    fn farewell(&self) -> Duration {
        let left = self.whole().map_or(FAREWELL, |whole| whole.remaining());
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
pub(super) const FAREWELL: Duration = Duration::from_secs(3);
/// What of it is left when all time is up: a card that nobody takes leave of is reset.
pub(super) const LEAST_FAREWELL: Duration = Duration::from_secs(2);

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
