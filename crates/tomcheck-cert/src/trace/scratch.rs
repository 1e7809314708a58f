//! Where are files of ours that hold what nobody else may read, and who clears up after a kill?

use std::ffi::OsStr;
use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};

/// A folder of ours, gone when dropped.
#[derive(Debug)]
pub(super) struct Scratch {
    /// Where the module writes.
    pub(super) folder: PathBuf,
    whole: PathBuf,
    /// As long as this is held, nobody takes the folder for one that was left behind.
    _held: Option<File>,
}

impl Scratch {
    /// A new folder that nobody else may enter.
    pub(super) fn new() -> io::Result<Self> {
        for attempt in 0..ATTEMPTS {
            let name = format!("{BEGIN}{}-{attempt}", std::process::id());
            let whole = std::env::temp_dir().join(name);
            match crate::sys::process::create_own_folder(&whole) {
                Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
                Err(error) => return Err(error),
                Ok(()) => {
                    return Ok(Self {
                        folder: whole.clone(),
                        _held: hold(&whole),
                        whole,
                    });
                }
            }
        }
        Err(io::ErrorKind::AlreadyExists.into())
    }

    /// All of it.
    pub(super) fn whole(&self) -> &Path {
        &self.whole
    }
}

const BEGIN: &str = "tomcheck-trace-";
const ATTEMPTS: u32 = 100;

impl Drop for Scratch {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.whole);
    }
}

/// Removes what runs of this account left behind that were killed: logs that name the holder.
/// Never what a run holds, what is not ours alone, or what a link leads to.
pub(super) fn sweep() {
    sweep_in(&std::env::temp_dir());
}

fn sweep_in(folder: &Path) {
    let entries = fs::read_dir(folder).into_iter().flatten().flatten();
    let is_ours = |name: &OsStr| name.to_str().is_some_and(|name| name.starts_with(BEGIN));
    for entry in entries.take(MOST_ENTRIES) {
        if is_ours(&entry.file_name()) && is_left(&entry.path()) {
            let _ = fs::remove_dir_all(entry.path());
        }
    }
}

/// A folder for what is temporary may hold anything.
const MOST_ENTRIES: usize = 10_000;

#[cfg(unix)]
fn is_left(path: &Path) -> bool {
    use crate::sys::folder::Folder;
    let folder = Folder::open(path, false);
    folder.is_ok_and(|folder| folder.is_private_since(FRESH) && folder.hold().is_ok())
}

/// One that is this young may not be held yet.
#[cfg(unix)]
const FRESH: std::time::Duration = std::time::Duration::from_secs(60);

#[cfg(unix)]
fn hold(path: &Path) -> Option<File> {
    let folder = crate::sys::folder::Folder::open(path, false);
    folder.and_then(|folder| folder.hold()).ok()
}

/// No module is given files of its own there.
#[cfg(windows)]
fn is_left(_path: &Path) -> bool {
    false
}

#[cfg(windows)]
fn hold(_path: &Path) -> Option<File> {
    None
}

#[cfg(test)]
#[cfg(unix)]
mod tests {
    use super::*;
    use std::fs::{FileTimes, Permissions};
    use std::os::unix::fs::PermissionsExt;
    use std::time::{Duration, SystemTime};

    /// A folder as a run leaves it, of this mode, made so many seconds ago.
    fn left(within: &Path, name: &str, mode: u32, age: u64) -> PathBuf {
        let path = within.join(format!("{BEGIN}{name}"));
        fs::create_dir_all(path.join("logs")).unwrap();
        fs::write(path.join("logs/cps3p11_1_1.log"), "26000000").unwrap();
        fs::set_permissions(&path, Permissions::from_mode(mode)).unwrap();
        let made = SystemTime::now() - Duration::from_secs(age);
        let folder = File::open(&path).unwrap();
        folder
            .set_times(FileTimes::new().set_modified(made))
            .unwrap();
        path
    }

    #[test]
    fn what_a_killed_run_left_is_swept_and_nothing_else() {
        let folder = tempfile::tempdir().unwrap();
        let within = folder.path();
        let old = left(within, "1-0", 0o700, 3600);
        let fresh = left(within, "2-0", 0o700, 0);
        let open_to_all = left(within, "3-0", 0o755, 3600);
        let live = left(within, "4-0", 0o700, 3600);
        let _held = hold(&live).unwrap();
        let elsewhere = left(&within.join("elsewhere"), "5-0", 0o700, 3600);
        let link = within.join(format!("{BEGIN}6-0"));
        std::os::unix::fs::symlink(&elsewhere, &link).unwrap();
        fs::write(within.join(format!("{BEGIN}7-0")), "a file").unwrap();
        sweep_in(within);
        assert!(!old.exists());
        for kept in [fresh, open_to_all, live, elsewhere, link] {
            assert!(kept.symlink_metadata().is_ok(), "{}", kept.display());
        }
        assert!(within.join(format!("{BEGIN}7-0")).exists());
    }

    #[test]
    fn a_scratch_folder_is_held_while_it_is_used_and_gone_after() {
        let scratch = Scratch::new().unwrap();
        let whole = scratch.whole().to_owned();
        assert!(whole.is_dir() && hold(&whole).is_none());
        drop(scratch);
        assert!(!whole.exists());
    }
}
