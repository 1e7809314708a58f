//! Which files did the Cryptolib CPS write about one card?

use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::time::{SystemTime, UNIX_EPOCH};

use serde::{Deserialize, Serialize};
use tomcheck_diagnosis::{ForeignFailure, Instant, Personal};

use crate::sys::folder::Folder;
use crate::sys::process;

/// The folders of the cache.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct CardCache {
    folders: Vec<PathBuf>,
}

/// A file of the cache.
#[derive(Clone, Debug, Eq, PartialEq, Serialize, Deserialize)]
pub struct CacheFile {
    /// Where it is. Its name holds the card's number.
    pub path: PathBuf,
    /// The card's number, by which the file was found.
    pub serial: Personal,
    /// In bytes.
    pub length: u64,
    /// When it was written, if the system tells.
    pub modified: Option<Instant>,
    /// It is a link: the module wrote none, and reads what it leads to. Length and date are those
    /// of the link; what it leads to is not looked at.
    #[serde(default)]
    pub is_link: bool,
}

impl CardCache {
    /// Where the Cryptolib CPS has it.
    ///
    /// Source: its published sources (`common/sys_config.c`), 5.2.
    pub fn usual() -> Self {
        Self {
            folders: vec![process::cache_folder()],
        }
    }

    /// In these folders.
    pub fn of(folders: Vec<PathBuf>) -> Self {
        Self { folders }
    }

    /// Those that are there.
    pub(super) fn folders(&self) -> impl Iterator<Item = &Path> {
        let folders = self.folders.iter().map(PathBuf::as_path);
        folders.filter(|folder| folder.is_dir())
    }

    /// The files about the card of this number, the oldest first, and the links that stand for
    /// some: everybody may write to the folder. Reads names and dates only.
    ///
    /// # Errors
    ///
    /// When a folder is there and cannot be read.
    pub fn files_of(&self, serial: &Personal) -> Result<Vec<CacheFile>, ForeignFailure> {
        let mut files = Vec::new();
        for folder in &self.folders {
            match files_in(folder, serial) {
                Ok(found) => files.extend(found),
                Err(error) if is_nothing_there(&error) => {}
                Err(error) => return Err(ForeignFailure::from_io("readdir", &error)),
            }
        }
        files.sort_by(|a, b| a.modified.cmp(&b.modified).then(a.path.cmp(&b.path)));
        Ok(files)
    }
}

impl CacheFile {
    /// Removes it from its folder: of a link, the link itself; not through a link in the place of
    /// the folder.
    pub(super) fn delete(&self) -> Result<(), ForeignFailure> {
        let nowhere = || io::Error::from(io::ErrorKind::NotFound);
        let told = |call| move |error: io::Error| ForeignFailure::from_io(call, &error);
        let (folder, name) = (self.path.parent(), self.path.file_name());
        let (folder, name) = folder
            .zip(name)
            .ok_or_else(nowhere)
            .map_err(told("unlink"))?;
        let folder = Folder::open(folder, false).map_err(told("open"))?;
        folder.unlink(name).map_err(told("unlink"))
    }
}

fn is_nothing_there(error: &io::Error) -> bool {
    matches!(
        error.kind(),
        io::ErrorKind::NotFound | io::ErrorKind::NotADirectory
    )
}

fn files_in(folder: &Path, serial: &Personal) -> io::Result<Vec<CacheFile>> {
    let mut files = Vec::new();
    for entry in fs::read_dir(folder)?.take(MOST_ENTRIES) {
        let entry = entry?;
        let name = entry.file_name();
        // never through a link
        let Ok(facts) = entry.metadata() else {
            continue;
        };
        if (facts.is_file() || facts.is_symlink())
            && name
                .to_str()
                .is_some_and(|name| is_about(name, serial.reveal()))
        {
            files.push(CacheFile {
                path: entry.path(),
                serial: serial.clone(),
                length: facts.len(),
                modified: facts.modified().ok().and_then(moment),
                is_link: facts.is_symlink(),
            });
        }
    }
    Ok(files)
}

/// A card has some dozens, a workplace some hundreds of cards.
const MOST_ENTRIES: usize = 100_000;

/// `<serial>_<path>` and `<serial>_s_<path>`, the path of a file of the card in hexadecimal.
fn is_about(name: &str, serial: &str) -> bool {
    let is_number = serial.len() >= 6 && serial.bytes().all(|byte| byte.is_ascii_alphanumeric());
    let rest = name
        .strip_prefix(serial)
        .and_then(|rest| rest.strip_prefix('_'));
    let Some(rest) = rest.filter(|_| is_number) else {
        return false;
    };
    let path = rest.strip_prefix("s_").unwrap_or(rest);
    !path.is_empty() && path.bytes().all(|byte| byte.is_ascii_hexdigit())
}

fn moment(time: SystemTime) -> Option<Instant> {
    let seconds = time.duration_since(UNIX_EPOCH).ok()?.as_secs();
    i64::try_from(seconds).ok().map(Instant::from_unix)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_files_named_after_the_card_are_about_it() {
        for name in ["12345678_50314401", "12345678_s_3F00D003"] {
            assert!(is_about(name, "12345678"), "{name}");
        }
        for name in [
            "12345678",
            "12345678_",
            "12345678_s_",
            "123456789_5031",
            "912345678_5031",
            "12345678_..",
            "12345678_5031.bak",
            "passwd",
        ] {
            assert!(!is_about(name, "12345678"), "{name}");
        }
        assert!(!is_about("_5031", ""), "a card without number has no files");
        assert!(!is_about("1_5031", "1"));
    }

    #[test]
    fn a_folder_is_no_file_of_the_cache_and_no_folder_is_no_failure() {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join("12345678_5031"), "x").unwrap();
        fs::create_dir(folder.path().join("12345678_5032")).unwrap();
        let cache = CardCache::of(vec![folder.path().to_owned(), "/nowhere".into()]);
        let files = cache.files_of(&Personal::new("12345678")).unwrap();
        assert_eq!(files.len(), 1, "{files:?}");
        assert_eq!((files[0].length, files[0].is_link), (1, false));
        assert!(files[0].modified.is_some());
    }

    #[cfg(unix)]
    #[test]
    fn a_link_is_told_and_deleting_it_leaves_what_it_leads_to() {
        let folder = tempfile::tempdir().unwrap();
        let (cached, target) = (folder.path().join("cache"), folder.path().join("target"));
        fs::create_dir(&cached).unwrap();
        fs::write(&target, "another's").unwrap();
        std::os::unix::fs::symlink(&target, cached.join("12345678_5031")).unwrap();
        std::os::unix::fs::symlink("nowhere", cached.join("12345678_5032")).unwrap();
        let files_in = |folder: &Path| {
            let cache = CardCache::of(vec![folder.to_owned()]);
            cache.files_of(&Personal::new("12345678")).unwrap()
        };
        let files = files_in(&cached);
        assert!(
            files.len() == 2 && files.iter().all(|file| file.is_link),
            "{files:?}"
        );
        for file in files {
            file.delete().unwrap();
        }
        assert_eq!(fs::read_to_string(&target).unwrap(), "another's");
        assert_eq!(files_in(&cached), vec![]);
    }

    #[cfg(unix)]
    #[test]
    fn nothing_is_deleted_through_a_link_to_a_folder() {
        let folder = tempfile::tempdir().unwrap();
        let (elsewhere, link) = (folder.path().join("elsewhere"), folder.path().join("cache"));
        fs::create_dir(&elsewhere).unwrap();
        fs::write(elsewhere.join("12345678_5031"), "another's").unwrap();
        std::os::unix::fs::symlink(&elsewhere, &link).unwrap();
        let files = CardCache::of(vec![link]).files_of(&Personal::new("12345678"));
        let refused = files.unwrap()[0].delete().unwrap_err();
        assert_eq!(refused.call, "open");
        assert!(elsewhere.join("12345678_5031").exists());
    }
}
