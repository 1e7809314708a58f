//! How is a report put into its file?

use std::fs::{self, File, OpenOptions};
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

/// Writes a report where it was asked for: readable by its owner alone, whole or not at all, and
/// never through a link that somebody laid there. A device or a pipe (`/dev/stdout`) is written to.
pub(crate) fn report(path: &Path, text: &[u8]) -> io::Result<()> {
    // on Windows the folder's access list guards it, and may grant no more than writing
    if cfg!(windows) || is_no_file(path) {
        return fs::write(path, text);
    }
    replace(path, text, Readable::ByOwner)
}

/// Who may read what is written.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Readable {
    ByOwner,
    /// As the session has it (umask).
    AsUsual,
}

/// Who reads meanwhile finds the old text whole, or the new one.
pub(crate) fn replace(path: &Path, text: &[u8], readable: Readable) -> io::Result<()> {
    let beside = beside(path)?;
    let made = made(&beside, text, readable).and_then(|()| fs::rename(&beside, path));
    match &made {
        // another run's, which is at work on it
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
        // what is half written is of use to nobody, and may not be there
        Err(_) => drop(fs::remove_file(&beside)),
        Ok(()) => {}
    }
    made
}

/// A file that is added to, made where there is none.
pub(crate) fn added_to(path: &Path) -> io::Result<File> {
    let mut options = OpenOptions::new();
    owners_alone(options.append(true).create(true), Readable::ByOwner).open(path)
}

/// What is there and is no ordinary file; in `/dev` and `/proc` stand links to what a program has
/// open, which are followed and never replaced.
fn is_no_file(path: &Path) -> bool {
    let is_systems = ["/dev", "/proc"]
        .iter()
        .any(|folder| path.starts_with(folder));
    let seen = fs::symlink_metadata(path).map(|seen| seen.file_type());
    is_systems || seen.is_ok_and(|kind| !kind.is_file() && !kind.is_symlink())
}

fn made(path: &Path, text: &[u8], readable: Readable) -> io::Result<()> {
    let mut options = OpenOptions::new();
    let mut file = owners_alone(options.write(true).create_new(true), readable).open(path)?;
    file.write_all(text)?;
    file.sync_all()
}

#[cfg(unix)]
fn owners_alone(options: &mut OpenOptions, readable: Readable) -> &mut OpenOptions {
    use std::os::unix::fs::OpenOptionsExt;
    match readable {
        Readable::ByOwner => options.mode(0o600),
        Readable::AsUsual => options,
    }
}

/// The folder's access list holds.
#[cfg(not(unix))]
fn owners_alone(options: &mut OpenOptions, _: Readable) -> &mut OpenOptions {
    options
}

/// In the same folder, by a name that collectors pass over.
fn beside(path: &Path) -> io::Result<PathBuf> {
    let name = path.file_name().ok_or(io::ErrorKind::IsADirectory)?;
    let mut beside = name.to_owned();
    beside.push(format!(".{}.new", std::process::id()));
    Ok(path.with_file_name(beside))
}

#[cfg(all(test, unix))]
mod tests {
    use std::os::unix::fs::{PermissionsExt, symlink};

    use super::*;

    #[test]
    fn a_report_is_its_owners_and_goes_through_no_link() {
        let folder = tempfile::tempdir().unwrap();
        let (report_file, other) = (folder.path().join("r.json"), folder.path().join("other"));
        fs::write(&other, "untouched").unwrap();
        symlink(&other, &report_file).unwrap();
        report(&report_file, b"{}").unwrap();
        assert_eq!(fs::read_to_string(&other).unwrap(), "untouched");
        let seen = fs::symlink_metadata(&report_file).unwrap();
        assert!(seen.is_file());
        assert_eq!(seen.permissions().mode() & 0o777, 0o600);
        assert_eq!(fs::read(&report_file).unwrap(), b"{}");
        assert_eq!(
            fs::read_dir(folder.path()).unwrap().count(),
            2,
            "nothing is left beside"
        );
    }

    #[test]
    fn a_device_is_written_to_and_stays_one() {
        report(Path::new("/dev/null"), b"{}").unwrap();
        assert!(!fs::symlink_metadata("/dev/null").unwrap().is_file());
        assert!(is_no_file(Path::new("/dev/stdout")));
    }

    #[test]
    fn where_nothing_can_be_written_nothing_is_left() {
        let folder = tempfile::tempdir().unwrap();
        assert!(report(folder.path(), b"{}").is_err());
        assert!(report(&folder.path().join("absent/r.json"), b"{}").is_err());
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 0);
    }
}
