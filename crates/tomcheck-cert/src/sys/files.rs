//! How is an ordinary file opened, and nothing else?

use std::fs::{File, Metadata, OpenOptions};
use std::io;
use std::path::Path;

/// What stands at a path.
#[derive(Debug)]
pub(crate) enum Opened {
    /// An ordinary file, open for reading, of this length in bytes.
    File(File, u64),
    /// A folder, a pipe, a device: not opened, or closed again.
    Other(Metadata),
}

/// A refused call: its name, and what the system answered.
pub(crate) type Refusal = (&'static str, io::Error);

/// Opens it without waiting for anything. `follows`: whether it may be a link.
///
/// What is there is asked twice: before, because to open some devices is to set them going, and
/// of what was opened, because another program may have put something else there meanwhile.
///
/// # Errors
///
/// What the system answered, and to which call.
pub(crate) fn open(path: &Path, follows: bool) -> Result<Opened, Refusal> {
    let about = match follows {
        true => path.metadata(),
        false => path.symlink_metadata(),
    };
    let about = about.map_err(|error| (ABOUT, error))?;
    if !about.is_file() {
        return Ok(Opened::Other(about));
    }
    let file = options(follows).open(path).map_err(|error| (OPEN, error))?;
    let about = file.metadata().map_err(|error| (ABOUT, error))?;
    match about.is_file() {
        true => Ok(Opened::File(file, about.len())),
        false => Ok(Opened::Other(about)),
    }
}

/// To open a pipe is to wait for its other end, unless told not to.
#[cfg(unix)]
fn options(follows: bool) -> OpenOptions {
    use std::os::unix::fs::OpenOptionsExt;
    let follow = if follows { 0 } else { libc::O_NOFOLLOW };
    let mut options = OpenOptions::new();
    options.read(true);
    options.custom_flags(libc::O_NONBLOCK | libc::O_NOCTTY | follow);
    options
}

/// Source: CreateFileW, `FILE_FLAG_OPEN_REPARSE_POINT`. Not tried on a Windows.
#[cfg(windows)]
fn options(follows: bool) -> OpenOptions {
    use std::os::windows::fs::OpenOptionsExt;
    let mut options = OpenOptions::new();
    options.read(true);
    options.custom_flags(if follows { 0 } else { 0x0020_0000 });
    options
}

/// The system's calls by which the standard library asks.
const ABOUT: &str = if cfg!(windows) { "CreateFileW" } else { "stat" };
const OPEN: &str = if cfg!(windows) { "CreateFileW" } else { "open" };
pub(crate) const READ: &str = if cfg!(windows) { "ReadFile" } else { "read" };

#[cfg(all(test, unix))]
mod tests {
    use super::*;

    #[test]
    fn a_link_is_followed_only_where_that_was_asked_for() {
        let folder = tempfile::tempdir().unwrap();
        let (file, link) = (folder.path().join("file"), folder.path().join("link"));
        std::fs::write(&file, "text").unwrap();
        std::os::unix::fs::symlink(&file, &link).unwrap();
        assert!(matches!(open(&link, true), Ok(Opened::File(_, 4))));
        assert!(matches!(open(&link, false), Ok(Opened::Other(_))));
        assert!(matches!(open(&file, false), Ok(Opened::File(_, 4))));
        assert!(matches!(open(folder.path(), true), Ok(Opened::Other(_))));
        assert!(options(false).open(&link).is_err());
    }

    /// As if it had taken the place of a file between the two questions.
    #[test]
    fn to_open_a_pipe_nobody_writes_to_does_not_wait() {
        let folder = tempfile::tempdir().unwrap();
        let pipe = folder.path().join("pipe");
        let made = std::process::Command::new("mkfifo").arg(&pipe).status();
        assert!(made.unwrap().success());
        let opened = options(true).open(&pipe).unwrap();
        assert!(!opened.metadata().unwrap().is_file());
        assert!(matches!(open(&pipe, true), Ok(Opened::Other(_))));
    }
}
