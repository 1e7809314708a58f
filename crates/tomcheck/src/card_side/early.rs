//! What is begun before it is known whether it will be needed, and what ends after it was?
//!
//! A process that starts and a system's store that is read each take some milliseconds, in which
//! the readers can be asked.

use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel, sync_channel};
use std::thread::{Builder, JoinHandle};
use std::time::Duration;

use tomcheck_cert::{AuthorityStores, EarlyWorker, Worker, WorkerCommand, WorkerFailure};
use tomcheck_diagnosis::Deadline;

/// Whether a worker that nobody came to need ends by itself. Under Windows one that has lost its
/// parent goes on, and holds the streams that it inherited: only those that somebody takes leave of
/// are started there. Seen under Wine; an actual Windows was not tried.
pub(super) const STARTS_WORKERS: bool = !cfg!(windows);

/// Where the system gives no thread, nothing is begun early.
#[derive(Debug, Default)]
pub(super) struct Early {
    system: Option<JoinHandle<AuthorityStores>>,
    worker: Option<Beginning>,
}

/// A worker that is being started.
#[derive(Debug)]
struct Beginning {
    program: PathBuf,
    started: Receiver<Result<Worker, WorkerFailure>>,
    tell: Sender<Job>,
}

/// What a worker is told once it is known.
struct Job {
    module: PathBuf,
    per_call: Duration,
    whole: Deadline,
}

impl Early {
    pub(super) fn read_system(&mut self) {
        let reading = Builder::new().name("tomcheck-stores".to_owned());
        let read = || AuthorityStores::new().with_system();
        self.system = reading.spawn(read).ok();
    }

    /// Waits for what is read since the look began; where nothing is, reads it now.
    pub(super) fn system(&mut self) -> impl FnOnce() -> AuthorityStores + Send + use<> {
        let reading = self.system.take();
        move || {
            let read = reading.and_then(|reading| reading.join().ok());
            read.unwrap_or_else(|| AuthorityStores::new().with_system())
        }
    }

    pub(super) fn start_worker(&mut self, command: &WorkerCommand) {
        let program = command.program.clone();
        let command = command.clone();
        let (tell, told) = channel();
        let (ready, started) = sync_channel(1);
        let starting = Builder::new().name("tomcheck-start".to_owned());
        let start = move || {
            if let Some(worker) = start(&command, &told) {
                // Nobody listens any more once time is up.
                let _ = ready.send(worker);
            }
        };
        self.worker = starting.spawn(start).ok().map(|_| Beginning {
            program,
            started,
            tell,
        });
    }

    /// The worker loads this module now, in which no call is made yet.
    pub(super) fn load(&self, module: &Path, per_call: Duration, whole: Deadline) {
        let module = module.to_owned();
        let job = Job {
            module,
            per_call,
            whole,
        };
        if let Some(beginning) = &self.worker {
            // a worker that could not be started is told so by whoever takes it
            let _ = beginning.tell.send(job);
        }
    }

    /// Once [`Self::load`] was called; waits until `deadline` for a system that starts no program.
    /// None: it has to be started now.
    pub(super) fn worker(&mut self, deadline: Deadline) -> Option<Result<Worker, WorkerFailure>> {
        let beginning = self.worker.take()?;
        match beginning.started.recv_timeout(deadline.remaining()) {
            Ok(worker) => Some(worker),
            Err(RecvTimeoutError::Disconnected) => None,
            Err(RecvTimeoutError::Timeout) => Some(Err(WorkerFailure::Start {
                program: beginning.program,
                source: ErrorKind::TimedOut.into(),
            })),
        }
    }
}

/// None: nobody needs it any more.
fn start(command: &WorkerCommand, told: &Receiver<Job>) -> Option<Result<Worker, WorkerFailure>> {
    let early = EarlyWorker::start(command);
    let job = told.recv().ok()?;
    Some(early.map(|early| {
        let worker = early.for_module(&job.module, job.per_call);
        let worker = worker.with_deadline(job.whole);
        worker.load_ahead();
        worker
    }))
}

/// A worker that takes its leave while others go on. The end of this value is the end of the worker
/// too, unless somebody else still holds it.
#[derive(Debug, Default)]
pub(crate) struct Farewell(Option<JoinHandle<()>>);

impl Farewell {
    /// Lets go of the worker, or of what holds it.
    pub(crate) fn of(holder: impl Send + 'static) -> Self {
        let leaving = Builder::new().name("tomcheck-leave".to_owned());
        Self(leaving.spawn(move || drop(holder)).ok())
    }
}

impl Drop for Farewell {
    fn drop(&mut self) {
        if let Some(leaving) = self.0.take() {
            let _ = leaving.join();
        }
    }
}
