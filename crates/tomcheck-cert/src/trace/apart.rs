//! How does one worker find the trace turned on, and nobody else?

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use tomcheck_diagnosis::ForeignFailure;

use super::scratch::Scratch;
use super::switch::with_traces;
use super::{ModuleTrace, Switch};
use crate::Worker;
use crate::worker::{Instead, Unlike};

/// The worker, and where its module writes.
pub(super) fn start(what: &ModuleTrace<'_>) -> Result<(Worker, Scratch), Unlike> {
    if !what.places.may_be_apart {
        return Err(refused("unshare", "these places are for all"));
    }
    let configuration = match &what.places.switch {
        Switch::File { path } => path,
        #[cfg(windows)]
        Switch::Registry => return Err(refused("unshare", "not on this system")),
    };
    let stage = stage(configuration, &what.places.logs);
    let (instead, logs) =
        stage.map_err(|error| Unlike::Refused(ForeignFailure::from_io("mkdir", &error)))?;
    let worker = Worker::start_apart(what.command, what.module, what.per_call, instead)?;
    Ok((worker, logs))
}

fn refused(call: &'static str, why: &'static str) -> Unlike {
    Unlike::Refused(ForeignFailure::decimal(call, 0).named(why))
}

/// Folders of ours for the one of the configuration and the one of the logs.
fn stage(configuration: &Path, logs: &Path) -> io::Result<(Vec<Instead>, Scratch)> {
    let mut scratch = Scratch::new()?;
    let whole = scratch.whole().to_owned();
    let folder = configuration.parent().unwrap_or(configuration);
    let (first, inside) = stand_in(folder, &whole.join("configuration"))?;
    let name = configuration.file_name().unwrap_or_default();
    let now = super::switch::content(configuration)?;
    fs::write(inside.join(name), with_traces(now.as_deref()))?;
    let (second, inside) = stand_in(logs, &whole.join("logs"))?;
    scratch.folder = inside;
    Ok((vec![first, second], scratch))
}

/// What stands for the nearest folder above `wanted` that is there, and `wanted` inside of that.
fn stand_in(wanted: &Path, what: &Path) -> io::Result<(Instead, PathBuf)> {
    let at = wanted.ancestors().find(|folder| folder.is_dir());
    // a folder that programs need must not seem empty: /etc, /var
    let at = at.filter(|at| at.components().count() > 2);
    let at = at.ok_or(io::ErrorKind::NotFound)?;
    let rest = wanted.strip_prefix(at).map_err(io::Error::other)?;
    let inside = what.join(rest);
    fs::create_dir_all(&inside)?;
    let instead = Instead::Other {
        at: at.to_owned(),
        what: what.to_owned(),
    };
    Ok((instead, inside))
}

#[test]
fn what_is_not_there_yet_stands_below_what_is() {
    let root = tempfile::tempdir().unwrap();
    let whole = tempfile::tempdir().unwrap();
    let wanted = root.path().join("santesocial").join("log");
    let what = whole.path().join("logs");
    let (instead, inside) = stand_in(&wanted, &what).unwrap();
    let at = root.path().to_owned();
    assert_eq!(inside, what.join("santesocial/log"));
    assert!(inside.is_dir());
    assert_eq!(instead, Instead::Other { at, what });
}

#[test]
fn no_folder_of_the_system_is_hidden() {
    let whole = tempfile::tempdir().unwrap();
    for wanted in ["/etc/nowhere/CPS", "/nowhere"] {
        assert!(
            stand_in(Path::new(wanted), whole.path()).is_err(),
            "{wanted}"
        );
    }
}
