//! What is in a file that another program wrote?

use std::io::{self, Read};
use std::path::Path;

use serde::{Deserialize, Serialize};
use tomcheck_diagnosis::ForeignFailure;

use crate::sys::files::{self, Opened, READ};

/// What came of looking somewhere.
#[derive(Clone, Debug, Default, Eq, PartialEq, Serialize, Deserialize)]
#[serde(tag = "state", rename_all = "kebab-case")]
pub enum Looked<T> {
    /// Nobody looked: the question does not arise here.
    #[default]
    NotAsked,
    /// It is not there.
    Absent,
    /// It is there, or on the way to it, and cannot be read.
    Failed {
        /// What the system or the format's reader answered.
        failure: ForeignFailure,
    },
    /// It was read.
    Seen {
        /// What it says.
        found: T,
    },
}

impl<T> Looked<T> {
    /// What was read, if anything was.
    pub fn found(&self) -> Option<&T> {
        match self {
            Self::Seen { found } => Some(found),
            Self::NotAsked | Self::Absent | Self::Failed { .. } => None,
        }
    }

    /// Why it could not be read, if that is so.
    pub fn failure(&self) -> Option<&ForeignFailure> {
        match self {
            Self::Failed { failure } => Some(failure),
            Self::NotAsked | Self::Absent | Self::Seen { .. } => None,
        }
    }

    pub(super) fn map<U>(self, of: impl FnOnce(T) -> U) -> Looked<U> {
        self.and_then(|found| Ok(of(found)))
    }

    /// The same of what is made of it; what cannot be made of it is a failure to look.
    pub(super) fn and_then<U>(self, of: impl FnOnce(T) -> Result<U, ForeignFailure>) -> Looked<U> {
        match self {
            Self::NotAsked => Looked::NotAsked,
            Self::Absent => Looked::Absent,
            Self::Failed { failure } => Looked::Failed { failure },
            Self::Seen { found } => match of(found) {
                Ok(found) => Looked::Seen { found },
                Err(failure) => Looked::Failed { failure },
            },
        }
    }
}

/// The text of an ordinary file of at most `most` bytes; what is not UTF-8 in it becomes U+FFFD.
/// A longer one is not read at all.
pub(super) fn text(path: &Path, most: u64) -> Looked<String> {
    text_of(Owner::Us, path, most)
}

/// Whose files are looked at, which decides what is followed.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub(super) enum Owner {
    /// The machine, or the session's user.
    #[default]
    Us,
    /// Another user, who may have set a trap for the administrator: no link of theirs is followed.
    Another,
}

/// The same, in the files of somebody.
pub(super) fn text_of(owner: Owner, path: &Path, most: u64) -> Looked<String> {
    match bytes(path, most, owner) {
        Ok(bytes) => {
            let text = String::from_utf8_lossy(&bytes);
            let found = text.strip_prefix('\u{feff}').unwrap_or(&text).to_owned();
            Looked::Seen { found }
        }
        Err((call, error)) => match error.kind() {
            io::ErrorKind::NotFound | io::ErrorKind::NotADirectory => Looked::Absent,
            _ => Looked::Failed {
                failure: ForeignFailure::from_io(call, &error),
            },
        },
    }
}

fn bytes(path: &Path, most: u64, owner: Owner) -> Result<Vec<u8>, files::Refusal> {
    let (file, length) = match files::open(path, owner == Owner::Us)? {
        Opened::File(file, length) => (file, length),
        Opened::Other(_) => return Err((READ, io::ErrorKind::InvalidInput.into())),
    };
    if length > most {
        return Err((READ, io::ErrorKind::FileTooLarge.into()));
    }
    let mut bytes = Vec::new();
    let read = file.take(most).read_to_end(&mut bytes);
    read.map_err(|error| (READ, error))?;
    Ok(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_read_as_text_and_what_is_no_ordinary_small_file_is_told() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("file");
        assert_eq!(text(&path, 10), Looked::Absent);
        assert_eq!(text(&path.join("below"), 10), Looked::Absent);
        std::fs::write(&path, b"\xef\xbb\xbfa\xe9").unwrap();
        let found = "a\u{fffd}".to_owned();
        assert_eq!(text(&path, 10), Looked::Seen { found });
        assert_eq!(
            text(&path, 3)
                .failure()
                .unwrap()
                .to_string()
                .split(' ')
                .next(),
            Some(READ)
        );
        assert!(text(folder.path(), 10).failure().is_some());
    }
}
