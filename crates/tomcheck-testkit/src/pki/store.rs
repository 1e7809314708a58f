//! Where does the hierarchy lie, and is the one there still good?

use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

use sha2::{Digest, Sha256};

use super::Failure;
use crate::target::target_directory;

/// The directory of this build's hierarchy; `make` fills it when there is none yet.
///
/// One process makes it, the others wait for its lock. A directory is only ever
/// complete: it is made under another name and renamed. An old one stays a while for
/// processes that still read it.
pub(super) fn directory(
    make: impl FnOnce(&Path) -> Result<(), Failure>,
) -> Result<PathBuf, Failure> {
    let room = target_directory().join("tomcheck-test-pki");
    at(&room, fs::create_dir_all(&room))?;
    let lock = room.join("lock");
    let file = at(&lock, File::create(&lock))?;
    at(&lock, file.lock())?;
    if let Some(found) = newest(&room) {
        return Ok(found);
    }
    let now = seconds_now();
    let (unfinished, finished) = (room.join(".making"), room.join(name_of(now)));
    // what a killed process left
    let _ = fs::remove_dir_all(&unfinished);
    at(&unfinished, fs::create_dir_all(&unfinished))?;
    make(&unfinished)?;
    at(&finished, fs::rename(&unfinished, &finished))?;
    remove_old(&room, now);
    Ok(finished)
}

fn newest(room: &Path) -> Option<PathBuf> {
    let oldest = seconds_now().saturating_sub(GOOD_FOR.as_secs());
    let entries = fs::read_dir(room).ok()?.flatten();
    let good = entries.filter_map(|entry| {
        let made = made_at(&entry.path(), &format_tag())?;
        (made >= oldest).then_some((made, entry.path()))
    });
    good.max().map(|(_, path)| path)
}

fn remove_old(room: &Path, now: u64) {
    let Ok(entries) = fs::read_dir(room) else {
        return;
    };
    for entry in entries.flatten() {
        let path = entry.path();
        let tag = file_name(&path)
            .split('-')
            .next()
            .unwrap_or_default()
            .to_owned();
        let made = made_at(&path, &tag);
        if made.is_some_and(|made| now.saturating_sub(made) > KEPT_FOR.as_secs()) {
            // another user's, perhaps: not worth failing for
            let _ = fs::remove_dir_all(path);
        }
    }
}

fn made_at(path: &Path, tag: &str) -> Option<u64> {
    let stamp = file_name(path).strip_prefix(tag)?.strip_prefix('-')?;
    stamp.parse().ok()
}

fn name_of(made_at: u64) -> String {
    format!("{}-{made_at}", format_tag())
}

/// Changes whenever the code that makes the certificates does.
fn format_tag() -> String {
    let sources = [
        include_str!("issue.rs"),
        include_str!("make.rs"),
        include_str!("names.rs"),
        include_str!("profiles.rs"),
    ];
    let digest = Sha256::digest(sources.concat());
    digest
        .iter()
        .take(4)
        .map(|byte| format!("{byte:02x}"))
        .collect()
}

fn file_name(path: &Path) -> &str {
    path.file_name()
        .and_then(|name| name.to_str())
        .unwrap_or_default()
}

fn seconds_now() -> u64 {
    let since = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH);
    since.unwrap_or_default().as_secs()
}

fn at<T>(path: &Path, result: io::Result<T>) -> Result<T, Failure> {
    result.map_err(|source| Failure::Io {
        path: path.to_owned(),
        source,
    })
}

const DAY: u64 = 86_400;
/// « Not yet valid » begins 30 days after the making: it must not become valid.
const GOOD_FOR: Duration = Duration::from_secs(3 * DAY);
const KEPT_FOR: Duration = Duration::from_secs(4 * DAY);
