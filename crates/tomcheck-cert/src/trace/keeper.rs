//! Who puts the switch back, whatever happens to us?

use std::fs;
use std::io;
use std::path::Path;
use std::process::{Child, Command, Stdio};

use serde::{Deserialize, Serialize};

use super::lock::Lock;
use super::switch::{State, Switch};
use super::{TraceFailure, TracePlaces};
use crate::WorkerCommand;
use crate::sys::process;

/// The environment variable that makes the worker's program a keeper: JSON, a [`Charge`].
pub(crate) const KEEPER: &str = "TOMCHECK_WORKER_KEEPER";

/// What a keeper looks after.
#[derive(Debug, Serialize, Deserialize)]
struct Charge {
    journal: std::path::PathBuf,
    switch: Switch,
}

/// How the switch was found, and how we set it.
#[derive(Debug, Serialize, Deserialize)]
struct Journal {
    before: State,
    ours: State,
}

/// The switch is on as long as this lives.
#[derive(Debug)]
pub(super) struct Guard<'a> {
    places: &'a TracePlaces,
    lock: Lock,
    was_on: bool,
    keeper: Option<Child>,
}

impl<'a> Guard<'a> {
    /// First the lock, then the journal, then the keeper, then the switch: nothing is on that
    /// nobody would turn off.
    pub(super) fn turn_on(
        command: &WorkerCommand,
        places: &'a TracePlaces,
    ) -> Result<Self, TraceFailure> {
        let lock = Lock::take(places)?;
        restore(&places.journal, &places.switch)?;
        let before = places.switch.state().map_err(not_on)?;
        let ours = places.switch.on(&before);
        let mut guard = Self {
            places,
            lock,
            was_on: ours == before,
            keeper: None,
        };
        if !guard.was_on {
            guard
                .turn(command, Journal { before, ours })
                .map_err(not_on)?;
        }
        Ok(guard)
    }

    fn turn(&mut self, command: &WorkerCommand, journal: Journal) -> io::Result<()> {
        write(&self.places.journal, &journal)?;
        self.keeper = Some(start(command, self.places, &self.lock)?);
        self.places.switch.set(&journal.ours)
    }

    /// Whether it was on before, and is so still.
    pub(super) fn turn_off(mut self) -> Result<bool, TraceFailure> {
        self.end()?;
        Ok(self.was_on)
    }

    fn end(&mut self) -> Result<(), TraceFailure> {
        let restored = restore(&self.places.journal, &self.places.switch);
        if let Some(mut keeper) = self.keeper.take() {
            // its input ends, it finds nothing to do, and goes
            drop(keeper.stdin.take());
            let _ = keeper.wait();
        }
        restored.map(|_| ())
    }
}

impl Drop for Guard<'_> {
    fn drop(&mut self) {
        let _ = self.end();
    }
}

fn not_on(source: io::Error) -> TraceFailure {
    TraceFailure::Switch {
        what: "turn on",
        source,
    }
}

fn not_off(source: io::Error) -> TraceFailure {
    TraceFailure::Switch {
        what: "turn off",
        source,
    }
}

/// Whether a run is under way, or was when it was killed.
pub(super) fn has_journal(places: &TracePlaces) -> bool {
    places.journal.symlink_metadata().is_ok()
}

/// Puts the switch back as the journal says, where it still stands as we set it; whether it did.
/// Whoever calls it has the lock, or inherited it.
pub(super) fn restore(journal: &Path, switch: &Switch) -> Result<bool, TraceFailure> {
    let text = match fs::read(journal) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(false),
        other => other.map_err(not_off)?,
    };
    let Ok(Journal { before, ours }) = serde_json::from_slice(&text) else {
        // cut short while it was written: the switch had not been touched yet
        return forget(journal).map(|()| false);
    };
    let now = switch.state().map_err(not_off)?;
    // a write of ours that was cut short
    let is_ours = now == ours || now.is_beginning_of(&ours) || now.is_beginning_of(&before);
    let is_to_turn = is_ours && now != before;
    if is_to_turn {
        switch.set(&before).map_err(not_off)?;
    }
    if is_ours || now == before {
        return forget(journal).map(|()| is_to_turn);
    }
    // the only copy of what was there before stays with us
    fs::rename(journal, journal.with_extension("orig")).map_err(not_off)?;
    Err(TraceFailure::ChangedMeanwhile)
}

/// Gone already: on Windows the keeper of a killed run and the next run may both be here.
fn forget(journal: &Path) -> Result<(), TraceFailure> {
    match fs::remove_file(journal) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
        other => other.map_err(not_off),
    }
}

fn write(path: &Path, journal: &Journal) -> io::Result<()> {
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder)?;
    }
    let file = fs::File::create(path)?;
    serde_json::to_writer(&file, journal)?;
    file.sync_all()
}

/// A program of its own, which does not die of what kills us.
fn start(command: &WorkerCommand, places: &TracePlaces, lock: &Lock) -> io::Result<Child> {
    let charge = serde_json::to_string(&Charge {
        journal: places.journal.clone(),
        switch: places.switch.clone(),
    })?;
    let mut prepared = Command::new(&command.program);
    prepared
        .args(&command.arguments)
        .env(KEEPER, charge)
        .stdin(Stdio::piped())
        // says nothing there: it is what it inherits the lock by
        .stdout(lock.to_inherit()?)
        .stderr(Stdio::null());
    process::set_apart(&mut prepared);
    prepared.spawn()
}

/// What the keeper does: waits until whoever started it ends, then puts the switch back. None:
/// this process is no keeper.
pub(crate) fn keep() -> Option<io::Result<()>> {
    let charge = std::env::var_os(KEEPER)?;
    let charge: Charge = match serde_json::from_str(&charge.to_string_lossy()) {
        Ok(charge) => charge,
        Err(error) => return Some(Err(error.into())),
    };
    let waited = io::copy(&mut io::stdin(), &mut io::sink());
    let restored = restore(&charge.journal, &charge.switch);
    Some(waited.and(restored.map(|_| ()).map_err(io::Error::other)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn places(folder: &Path) -> TracePlaces {
        let at = |name| folder.join(name);
        TracePlaces::of(at("conf"), at("log"), at("state/journal.json"))
    }

    fn left_on(places: &TracePlaces) -> State {
        let before = places.switch.state().unwrap();
        let ours = places.switch.on(&before);
        let journal = Journal {
            before: before.clone(),
            ours: ours.clone(),
        };
        write(&places.journal, &journal).unwrap();
        places.switch.set(&ours).unwrap();
        before
    }

    #[test]
    fn what_a_killed_run_left_is_put_back_once() {
        let folder = tempfile::tempdir().unwrap();
        let places = places(folder.path());
        fs::write(folder.path().join("conf"), "Traces { active = false; }").unwrap();
        let before = left_on(&places);
        restore(&places.journal, &places.switch).unwrap();
        assert_eq!(places.switch.state().unwrap(), before);
        assert!(!places.journal.exists());
        restore(&places.journal, &places.switch).unwrap();
    }

    #[test]
    fn what_somebody_else_set_meanwhile_stays() {
        let folder = tempfile::tempdir().unwrap();
        let places = places(folder.path());
        left_on(&places);
        fs::write(folder.path().join("conf"), "theirs").unwrap();
        let restored = restore(&places.journal, &places.switch);
        assert!(matches!(restored, Err(TraceFailure::ChangedMeanwhile)));
        let theirs = fs::read_to_string(folder.path().join("conf")).unwrap();
        assert_eq!(
            (theirs.as_str(), places.journal.exists()),
            ("theirs", false)
        );
    }

    #[test]
    fn a_journal_cut_short_changes_nothing() {
        let folder = tempfile::tempdir().unwrap();
        let places = places(folder.path());
        fs::create_dir(folder.path().join("state")).unwrap();
        fs::write(&places.journal, "{\"before\":").unwrap();
        restore(&places.journal, &places.switch).unwrap();
        assert!(!places.journal.exists() && !folder.path().join("conf").exists());
    }
}
