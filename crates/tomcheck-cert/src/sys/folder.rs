//! What is done in a folder that others may write to, whatever they put there meanwhile?

use std::ffi::OsStr;
use std::fs::File;
use std::io;
use std::path::Path;

pub(crate) use self::system::Folder;

#[cfg(unix)]
mod system {
    use super::*;
    use std::fs::{Metadata, OpenOptions};
    use std::os::unix::fs::{MetadataExt, OpenOptionsExt};
    use std::time::Duration;

    use rustix::fs::{AtFlags, FileType, Mode, OFlags, openat, statat, unlinkat};

    /// A folder held open: no other one is put in its place meanwhile.
    #[derive(Debug)]
    pub(crate) struct Folder(File);

    impl Folder {
        /// `follows`: whether it may be a link to one.
        pub(crate) fn open(path: &Path, follows: bool) -> io::Result<Self> {
            let follow = if follows { 0 } else { libc::O_NOFOLLOW };
            let mut options = OpenOptions::new();
            options.read(true);
            options.custom_flags(libc::O_DIRECTORY | follow);
            options.open(path).map(Self)
        }

        /// Opens an ordinary file of it that this account made, or the system's: neither a link,
        /// nor a second name of a file that is elsewhere, nor what another account put there.
        /// Waits for nothing.
        pub(crate) fn own_file(&self, name: &OsStr) -> io::Result<File> {
            // asked before too: to open some devices is to set them going
            let about = statat(&self.0, name, AtFlags::SYMLINK_NOFOLLOW)?;
            if !FileType::from_raw_mode(about.st_mode).is_file() {
                return Err(io::ErrorKind::InvalidInput.into());
            }
            let flags = OFlags::NOFOLLOW | OFlags::NONBLOCK | OFlags::NOCTTY | OFlags::CLOEXEC;
            let file = File::from(openat(&self.0, name, flags, Mode::empty())?);
            match is_own(&file.metadata()?) {
                true => Ok(file),
                false => Err(io::ErrorKind::PermissionDenied.into()),
            }
        }

        /// Removes this name from it: of a link, the link itself.
        pub(crate) fn unlink(&self, name: &OsStr) -> io::Result<()> {
            Ok(unlinkat(&self.0, name, AtFlags::empty())?)
        }

        /// Whether this account made it, for itself alone, at least so long ago.
        pub(crate) fn is_private_since(&self, age: Duration) -> bool {
            let is_old = |about: &Metadata| {
                let made = about.modified().ok();
                made.and_then(|made| made.elapsed().ok()) >= Some(age)
            };
            self.0.metadata().is_ok_and(|about| {
                about.uid() == own_id() && about.mode() & 0o077 == 0 && is_old(&about)
            })
        }

        /// Holds the folder for this process, and for those that inherit what is answered, until
        /// the last of them ends; [`io::ErrorKind::WouldBlock`]: somebody holds it. Its files are
        /// not concerned. Does not wait.
        ///
        /// Source: `flock(2)`.
        pub(crate) fn hold(self) -> io::Result<File> {
            self.0.try_lock()?;
            Ok(self.0)
        }
    }

    fn is_own(about: &Metadata) -> bool {
        about.is_file() && about.nlink() == 1 && [0, own_id()].contains(&about.uid())
    }

    fn own_id() -> u32 {
        rustix::process::geteuid().as_raw()
    }
}

/// The folders in question are the account's own there. Not tried on a Windows.
#[cfg(windows)]
mod system {
    use super::*;
    use std::path::PathBuf;

    use crate::sys::files::{self, Opened};

    /// Of a folder, where it is.
    #[derive(Debug)]
    pub(crate) struct Folder(PathBuf);

    impl Folder {
        /// `follows`: whether it may be a link to one.
        pub(crate) fn open(path: &Path, follows: bool) -> io::Result<Self> {
            let about = match follows {
                true => path.metadata()?,
                false => path.symlink_metadata()?,
            };
            match about.is_dir() {
                true => Ok(Self(path.to_owned())),
                false => Err(io::ErrorKind::NotADirectory.into()),
            }
        }

        /// Opens an ordinary file of it, no link.
        pub(crate) fn own_file(&self, name: &OsStr) -> io::Result<File> {
            match files::open(&self.0.join(name), false) {
                Ok(Opened::File(file, _)) => Ok(file),
                Ok(Opened::Other(_)) => Err(io::ErrorKind::InvalidInput.into()),
                Err((_, error)) => Err(error),
            }
        }

        /// Removes this name from it: of a link, the link itself.
        pub(crate) fn unlink(&self, name: &OsStr) -> io::Result<()> {
            std::fs::remove_file(self.0.join(name))
        }
    }
}

#[cfg(test)]
#[cfg(unix)]
mod tests {
    use super::*;
    use std::fs;

    #[test]
    fn only_an_ordinary_file_with_one_name_is_opened() {
        let folder = tempfile::tempdir().unwrap();
        let at = |name: &str| folder.path().join(name);
        fs::write(at("file"), "text").unwrap();
        fs::write(at("two names"), "text").unwrap();
        fs::hard_link(at("two names"), at("second")).unwrap();
        std::os::unix::fs::symlink("file", at("link")).unwrap();
        fs::create_dir(at("folder")).unwrap();
        let open = Folder::open(folder.path(), false).unwrap();
        open.own_file("file".as_ref()).unwrap();
        for other in ["two names", "second", "link", "folder", "nothing"] {
            assert!(open.own_file(other.as_ref()).is_err(), "{other}");
        }
    }

    #[test]
    fn a_link_is_removed_and_what_it_leads_to_stays() {
        let folder = tempfile::tempdir().unwrap();
        let at = |name: &str| folder.path().join(name);
        fs::create_dir(at("inside")).unwrap();
        fs::write(at("target"), "text").unwrap();
        std::os::unix::fs::symlink(at("target"), at("inside/link")).unwrap();
        let open = Folder::open(&at("inside"), false).unwrap();
        open.unlink("link".as_ref()).unwrap();
        assert!(at("target").exists() && at("inside/link").symlink_metadata().is_err());
    }

    #[test]
    fn a_link_to_a_folder_is_one_only_where_that_was_asked_for() {
        let folder = tempfile::tempdir().unwrap();
        let link = folder.path().join("link");
        std::os::unix::fs::symlink(folder.path(), &link).unwrap();
        assert!(Folder::open(&link, true).is_ok() && Folder::open(&link, false).is_err());
    }

    #[test]
    fn a_folder_is_held_by_one_at_a_time() {
        let folder = tempfile::tempdir().unwrap();
        let hold = || Folder::open(folder.path(), false).unwrap().hold();
        let held = hold().unwrap();
        assert_eq!(hold().unwrap_err().kind(), io::ErrorKind::WouldBlock);
        let inherited = held.try_clone().unwrap();
        drop(held);
        assert!(hold().is_err(), "whoever inherited it holds it");
        drop(inherited);
        hold().unwrap();
    }
}
