//! Is another run turning the same switch?

use std::fs::File;
use std::io;
use std::process::Stdio;

#[cfg(unix)]
use super::Switch;
use super::{TraceFailure, TracePlaces};

/// Held by whoever turns the switch, and by the keeper that inherits it: free again when the last
/// of them has ended, however it ended.
///
/// One for the whole machine where the switch is: two accounts have a journal each, and the
/// second would take what the first turned on for what it found.
#[derive(Debug)]
pub(super) struct Lock(Option<File>);

impl Lock {
    /// Does not wait.
    ///
    /// # Errors
    ///
    /// [`TraceFailure::UnderWay`] where another run holds it.
    pub(super) fn take(places: &TracePlaces) -> Result<Self, TraceFailure> {
        match hold(places) {
            Ok(held) => Ok(Self(Some(held))),
            // nothing to turn is there, and nothing to disagree about
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(Self(None)),
            Err(error) if error.kind() == io::ErrorKind::WouldBlock => Err(TraceFailure::UnderWay),
            Err(source) => Err(TraceFailure::Switch {
                what: "turn on",
                source,
            }),
        }
    }

    /// What a process inherits it by.
    pub(super) fn to_inherit(&self) -> io::Result<Stdio> {
        let held = self.0.as_ref().map(File::try_clone).transpose()?;
        Ok(held.map_or_else(Stdio::null, Stdio::from))
    }
}

#[cfg(unix)]
fn hold(places: &TracePlaces) -> io::Result<File> {
    use crate::sys::folder::Folder;
    let Switch::File { path } = &places.switch;
    // nobody needs to write to it, and nothing is left in it
    let folder = path.parent().unwrap_or(path);
    Folder::open(folder, true)?.hold()
}

/// The switch is the account's own there, as the journal is. A keeper does not inherit a lock
/// from its parent, and puts back what another run may put back too: the same.
#[cfg(windows)]
fn hold(places: &TracePlaces) -> io::Result<File> {
    let path = places.journal.with_extension("lock");
    if let Some(folder) = path.parent() {
        std::fs::create_dir_all(folder)?;
    }
    let file = File::create(path)?;
    file.try_lock()?;
    Ok(file)
}
