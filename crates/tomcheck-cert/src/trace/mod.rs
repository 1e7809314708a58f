//! What does the module itself write down of what it does?
//!
//! The Cryptolib CPS keeps a log where it is told to. Where the system lets the worker have files
//! of its own, it finds the switch on and nobody else does; elsewhere the switch is turned on for
//! all, and put back as it was found: at the end, by a keeper if this process dies before, and at
//! the next start if both do.

mod apart;
mod keeper;
mod lock;
mod logs;
mod mask;
mod places;
mod replace;
mod scratch;
mod shapes;
mod switch;

use std::io;
use std::path::Path;
use std::time::Duration;

use tomcheck_diagnosis::ForeignFailure;

use self::keeper::Guard;
pub(crate) use self::keeper::keep;
use self::lock::Lock;
pub use self::logs::TraceLog;
pub use self::places::TracePlaces;
pub use self::shapes::without_personal;
pub(crate) use self::switch::Switch;
use crate::worker::Unlike;
use crate::{Worker, WorkerCommand, WorkerFailure};

/// What to trace.
#[derive(Debug)]
pub struct ModuleTrace<'a> {
    /// How to start the worker, and the keeper.
    pub command: &'a WorkerCommand,
    /// The module.
    pub module: &'a Path,
    /// How long each call into it may take.
    pub per_call: Duration,
    /// Where the module looks for its switch, and where it writes.
    pub places: TracePlaces,
}

/// What was traced.
#[derive(Debug)]
#[non_exhaustive]
pub struct Traced<T> {
    /// What was seen meanwhile.
    pub seen: T,
    /// What the module wrote. Empty: it wrote nothing, as another module than the Cryptolib CPS.
    pub logs: Vec<TraceLog>,
    /// Who found the switch on.
    pub way: TraceWay,
}

/// How the switch was turned on.
#[derive(Clone, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub enum TraceWay {
    /// For this one worker only; nothing was changed, and its cache was empty.
    Apart,
    /// For every program, as it was not possible otherwise; it was put back as it was found.
    ForAll {
        /// Why not for one worker.
        refused: ForeignFailure,
        /// Whether it was turned on so before, for whatever reason: it was left on.
        was_on: bool,
    },
}

/// Why there is no trace.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum TraceFailure {
    /// There is no worker.
    #[error("no worker to trace")]
    Worker(#[from] WorkerFailure),
    /// The switch could not be turned on; `turn on`: nothing was changed. Most often the account
    /// may not write there.
    #[error("cannot {what} the trace")]
    Switch {
        /// `turn on`, or `turn off`.
        what: &'static str,
        /// What the system said.
        source: io::Error,
    },
    /// Another run takes a trace, of this account or another, and turns the switch itself.
    #[error("another run is taking a trace")]
    UnderWay,
    /// Another program changed the switch meanwhile: it was left as that one wants it.
    #[error("another program changed the switch of the trace meanwhile")]
    ChangedMeanwhile,
}

/// Runs `run` with a worker whose module writes down what it does, and collects that.
///
/// The worker has not loaded the module yet. Its logs are deleted after they were read; those of
/// other programs that were started meanwhile are not ours and stay. One run at a time turns the
/// switch for all, on the whole machine. Blocks as long as `run` does. Call [`restore_trace`]
/// first: it puts right what a run that was killed left.
///
/// # Errors
///
/// When the switch cannot be turned on, or not be put back; when another run turns it; when there
/// is no worker.
pub fn trace_module<T>(
    what: &ModuleTrace<'_>,
    run: impl FnOnce(&Worker) -> T,
) -> Result<Traced<T>, TraceFailure> {
    match apart::start(what) {
        Ok((worker, folder)) => {
            let (seen, _) = finish(worker, run);
            let logs = logs::take(&folder.folder, logs::names(&folder.folder));
            let way = TraceWay::Apart;
            Ok(Traced { seen, logs, way })
        }
        Err(Unlike::Worker(failure)) => Err(failure.into()),
        Err(Unlike::Refused(refused)) => for_all(what, run, refused),
    }
}

/// Puts right what a run of this account left that was killed, and its keeper with it: a switch
/// that is still on, and logs. Whether the switch was. Asks the system two or three questions
/// where nothing was left; what a run holds that is under way is not touched.
///
/// # Errors
///
/// As [`trace_module`].
pub fn restore_trace(places: &TracePlaces) -> Result<bool, TraceFailure> {
    scratch::sweep();
    if !keeper::has_journal(places) {
        return Ok(false);
    }
    let _lock = Lock::take(places)?;
    keeper::restore(&places.journal, &places.switch)
}

fn for_all<T>(
    what: &ModuleTrace<'_>,
    run: impl FnOnce(&Worker) -> T,
    refused: ForeignFailure,
) -> Result<Traced<T>, TraceFailure> {
    let guard = Guard::turn_on(what.command, &what.places)?;
    let folder = &what.places.logs;
    let there = logs::names(folder);
    let worker = Worker::start(what.command, what.module, what.per_call)?;
    let (seen, id) = finish(worker, run);
    let logs = logs::take(folder, logs::new_of(id, &there, logs::names(folder)));
    let was_on = guard.turn_off()?;
    let way = TraceWay::ForAll { refused, was_on };
    Ok(Traced { seen, logs, way })
}

fn finish<T>(worker: Worker, run: impl FnOnce(&Worker) -> T) -> (T, u32) {
    let (seen, id) = (run(&worker), worker.id());
    drop(worker);
    (seen, id)
}
