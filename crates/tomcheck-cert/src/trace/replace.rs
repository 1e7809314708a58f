//! How does a file get other content, without ever being half of it?

use std::fs::{self, File, Metadata, OpenOptions};
use std::io::{self, Write};
use std::path::Path;

/// The file holds all of `content` afterwards, or what it held before; owner and rights stay.
///
/// Where no file can be put beside it (its folder may not be written to, it has another owner, it
/// is a link) it is written into, and may be cut short when the machine stops under way.
pub(super) fn replace(path: &Path, content: &str) -> io::Result<()> {
    exchange(path, content).or_else(|_| fs::write(path, content))
}

fn exchange(path: &Path, content: &str) -> io::Result<()> {
    let now = match fs::symlink_metadata(path) {
        Ok(about) if is_alone(&about) => Some(about),
        Ok(_) => return Err(io::ErrorKind::Unsupported.into()),
        Err(error) if error.kind() == io::ErrorKind::NotFound => None,
        Err(error) => return Err(error),
    };
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    let beside = path.with_file_name(format!(".{name}.tomcheck"));
    // what a run left that was killed here
    let _ = fs::remove_file(&beside);
    let exchanged = write_new(&beside, content, now.as_ref());
    let exchanged = exchanged.and_then(|()| fs::rename(&beside, path));
    if exchanged.is_err() {
        let _ = fs::remove_file(&beside);
        return exchanged;
    }
    keep_the_name(path);
    Ok(())
}

fn write_new(path: &Path, content: &str, like: Option<&Metadata>) -> io::Result<()> {
    let mut options = OpenOptions::new();
    let mut file = options.write(true).create_new(true).open(path)?;
    file.write_all(content.as_bytes())?;
    if let Some(like) = like {
        take_after(&file, like)?;
    }
    file.sync_all()
}

/// Under another name, or as a link, the old content would live on.
#[cfg(unix)]
fn is_alone(about: &Metadata) -> bool {
    use std::os::unix::fs::MetadataExt;
    about.is_file() && about.nlink() == 1
}

#[cfg(unix)]
fn take_after(file: &File, like: &Metadata) -> io::Result<()> {
    use std::os::unix::fs::{MetadataExt, fchown};
    let own = file.metadata()?;
    if (own.uid(), own.gid()) != (like.uid(), like.gid()) {
        fchown(file, Some(like.uid()), Some(like.gid()))?;
    }
    file.set_permissions(like.permissions())
}

/// A name is written to the disk with its folder.
#[cfg(unix)]
fn keep_the_name(path: &Path) {
    let folder = path.parent().map(File::open);
    let _ = folder.map(|folder| folder.and_then(|folder| folder.sync_all()));
}

#[cfg(windows)]
fn is_alone(about: &Metadata) -> bool {
    about.is_file()
}

#[cfg(windows)]
fn take_after(file: &File, like: &Metadata) -> io::Result<()> {
    file.set_permissions(like.permissions())
}

#[cfg(windows)]
fn keep_the_name(_path: &Path) {}

#[cfg(test)]
#[cfg(unix)]
mod tests {
    use super::*;
    use std::fs::Permissions;
    use std::os::unix::fs::{MetadataExt, PermissionsExt};

    #[test]
    fn another_file_takes_its_place_with_its_rights() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("conf");
        fs::write(&path, "before").unwrap();
        fs::set_permissions(&path, Permissions::from_mode(0o664)).unwrap();
        let mut reading = File::open(&path).unwrap();
        fs::write(folder.path().join(".conf.tomcheck"), "half").unwrap();
        replace(&path, "after").unwrap();
        let about = path.metadata().unwrap();
        assert_eq!(about.mode() & 0o777, 0o664);
        assert_ne!(about.ino(), reading.metadata().unwrap().ino());
        let seen = io::read_to_string(&mut reading).unwrap();
        assert_eq!(seen, "before", "nobody reads half of either");
        assert_eq!(fs::read_to_string(&path).unwrap(), "after");
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
    }

    #[test]
    fn a_link_stays_one_and_what_it_leads_to_is_written() {
        let folder = tempfile::tempdir().unwrap();
        let (file, link) = (folder.path().join("file"), folder.path().join("link"));
        fs::write(&file, "before").unwrap();
        std::os::unix::fs::symlink("file", &link).unwrap();
        replace(&link, "after").unwrap();
        assert!(link.is_symlink());
        assert_eq!(fs::read_to_string(&file).unwrap(), "after");
    }
}
