//! What is begun before it is known whether it will be needed, and what ends after it was?
//!
//! A process that starts and a system's store that is read each take some milliseconds, in which
//! the readers can be asked.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::mpsc::{Receiver, Sender, channel};
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
    thread: JoinHandle<Option<Result<Worker, WorkerFailure>>>,
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

    /// None: it has to be read now.
    pub(super) fn system(&mut self) -> Option<AuthorityStores> {
        self.system.take()?.join().ok()
    }

    pub(super) fn start_worker(&mut self, command: &WorkerCommand) {
        let command = command.clone();
        let (tell, told) = channel();
        let starting = Builder::new().name("tomcheck-start".to_owned());
        let thread = starting.spawn(move || start(&command, &told)).ok();
        self.worker = thread.map(|thread| Beginning { thread, tell });
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

    /// Once [`Self::load`] was called. None: it has to be started now.
    pub(super) fn worker(&mut self) -> Option<Result<Worker, WorkerFailure>> {
        self.worker.take()?.thread.join().ok()?
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

/// A worker that takes its leave while the report is written. The end of this value is the end of
/// the worker too, unless somebody else still holds it.
#[derive(Debug, Default)]
pub(crate) struct Farewell(Option<JoinHandle<()>>);

impl Farewell {
    pub(super) fn of(worker: Arc<Worker>) -> Self {
        let leaving = Builder::new().name("tomcheck-leave".to_owned());
        Self(leaving.spawn(move || drop(worker)).ok())
    }
}

impl Drop for Farewell {
    fn drop(&mut self) {
        if let Some(leaving) = self.0.take() {
            let _ = leaving.join();
        }
    }
}
