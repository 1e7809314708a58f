//! What does the module itself write down of what it does?
//!
//! The Cryptolib CPS keeps a log where it is told to. Where the system lets the worker have files
//! of its own, it finds the switch on and nobody else does; elsewhere the switch is turned on for
//! all, and put back as it was found: at the end, by a keeper if this process dies before, and at
//! the next start if both do.

mod apart;
mod keeper;
mod mask;
mod places;
mod switch;

use std::io;
use std::path::{Path, PathBuf};
use std::time::Duration;

use tomcheck_diagnosis::{ForeignFailure, Pseudonyms};

use self::keeper::Guard;
pub(crate) use self::keeper::keep;
pub use self::places::TracePlaces;
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
    /// Another program changed the switch meanwhile: it was left as that one wants it.
    #[error("another program changed the switch of the trace meanwhile")]
    ChangedMeanwhile,
}

/// Runs `run` with a worker whose module writes down what it does, and collects that.
///
/// The worker has not loaded the module yet. Its logs are deleted after they were read; those of
/// other programs that were started meanwhile are not ours and stay. Blocks as long as `run` does.
/// Call [`restore_trace`] first: it puts right what a run that was killed left.
///
/// # Errors
///
/// When the switch cannot be turned on, or not be put back; when there is no worker.
pub fn trace_module<T>(
    what: &ModuleTrace<'_>,
    run: impl FnOnce(&Worker) -> T,
) -> Result<Traced<T>, TraceFailure> {
    match apart::start(what) {
        Ok((worker, logs)) => {
            let (seen, _) = finish(worker, run);
            let logs = read(&logs.folder, |_| true);
            let way = TraceWay::Apart;
            Ok(Traced { seen, logs, way })
        }
        Err(Unlike::Worker(failure)) => Err(failure.into()),
        Err(Unlike::Refused(refused)) => for_all(what, run, refused),
    }
}

/// Puts back a switch that a run left on which was killed. None was left: nothing is done.
///
/// # Errors
///
/// As [`trace_module`].
pub fn restore_trace(places: &TracePlaces) -> Result<(), TraceFailure> {
    keeper::restore(&places.journal, &places.switch)
}

fn for_all<T>(
    what: &ModuleTrace<'_>,
    run: impl FnOnce(&Worker) -> T,
    refused: ForeignFailure,
) -> Result<Traced<T>, TraceFailure> {
    let guard = Guard::turn_on(what.command, &what.places)?;
    let worker = Worker::start(what.command, what.module, what.per_call)?;
    let (seen, id) = finish(worker, run);
    let logs = read(&what.places.logs, |name| is_of(name, id));
    guard.turn_off()?;
    let way = TraceWay::ForAll { refused };
    Ok(Traced { seen, logs, way })
}

fn finish<T>(worker: Worker, run: impl FnOnce(&Worker) -> T) -> (T, u32) {
    let (seen, id) = (run(&worker), worker.id());
    drop(worker);
    (seen, id)
}

/// `cps3p11_<pid>_<tid>.log`, `cps3opsc_<pid>_<tid>.log`; hexadecimal on Windows, decimal seen on
/// Linux.
fn is_of(name: &str, id: u32) -> bool {
    let mut parts = name.split('_').skip(1);
    let part = parts.next().unwrap_or_default();
    part == id.to_string() || part.eq_ignore_ascii_case(&format!("{id:x}"))
}

/// Reads the logs and deletes them. What cannot be read is left out.
fn read(folder: &Path, is_ours: impl Fn(&str) -> bool) -> Vec<TraceLog> {
    let entries = std::fs::read_dir(folder).into_iter().flatten().flatten();
    let is_log = |name: &str| LOGS.iter().any(|begin| name.starts_with(begin));
    let mut logs: Vec<_> = entries
        .filter_map(|entry| {
            let name = entry.file_name().into_string().ok()?;
            let is_file = entry.metadata().is_ok_and(|facts| facts.is_file());
            (is_file && is_log(&name) && is_ours(&name))
                .then(|| TraceLog::take(&entry.path(), name))
        })
        .flatten()
        .collect();
    logs.sort_by(|a, b| a.name.cmp(&b.name));
    logs
}

const LOGS: [&str; 2] = ["cps3p11_", "cps3opsc_"];
/// A reading writes some hundred kilobytes.
const LONGEST: u64 = 8 << 20;

/// A log of the module. It names the holder: only what is masked comes out of it.
pub struct TraceLog {
    name: String,
    text: String,
    is_whole: bool,
}

impl std::fmt::Debug for TraceLog {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "TraceLog({}, {} bytes)", self.name, self.text.len())
    }
}

impl TraceLog {
    fn take(path: &Path, name: String) -> io::Result<Self> {
        use std::io::Read;
        let mut bytes = Vec::new();
        std::fs::File::open(path)?
            .take(LONGEST + 1)
            .read_to_end(&mut bytes)?;
        let is_whole = bytes.len() as u64 <= LONGEST;
        // its name is all that is lost if it cannot be deleted
        let _ = std::fs::remove_file(path);
        Ok(Self {
            name,
            text: String::from_utf8_lossy(&bytes).into_owned(),
            is_whole,
        })
    }

    /// The file's name: `cps3p11_4711_1.log` for the calls, `cps3opsc_…` for the card.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Whether it was read to its end; it is cut after 8 MiB.
    pub fn is_whole(&self) -> bool {
        self.is_whole
    }

    /// Its text, without what passes between module and card but for the head of each command
    /// and the status of each answer, and with `pseudonyms` in the place of what they know: give
    /// them the identities of the token and of its certificates.
    pub fn masked(&self, pseudonyms: &Pseudonyms) -> String {
        pseudonyms.mask_text(&mask::without_data(&self.text))
    }
}

/// A folder of ours, gone when dropped.
#[derive(Debug)]
pub(super) struct Scratch {
    pub(super) folder: PathBuf,
    whole: PathBuf,
}

impl Drop for Scratch {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.whole);
    }
}

#[test]
fn a_log_is_known_by_the_number_of_its_process() {
    assert!(is_of("cps3p11_4711_32c1bc00.log", 4711));
    assert!(is_of("cps3opsc_1267_9c4.log", 4711), "hexadecimal");
    assert!(!is_of("cps3p11_4712_32c1bc00.log", 4711));
    assert!(!is_of("cps3p11", 4711));
}
