//! Which files did the module of one worker write, and what may be told of them?

use std::collections::BTreeSet;
use std::ffi::OsStr;
use std::io::{self, Read};
use std::path::Path;

use tomcheck_diagnosis::Pseudonyms;

use super::{mask, shapes};
use crate::sys::folder::Folder;

/// A log of the module. It names the holder: only what is masked comes out of it.
pub struct TraceLog {
    name: String,
    text: String,
    is_whole: bool,
}

impl TraceLog {
    /// The file's name: `cps3p11_4711_1.log` for the calls, `cps3opsc_…` for the card.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Whether it was read to its end; it is cut after 8 MiB.
    pub fn is_whole(&self) -> bool {
        self.is_whole
    }

    /// Its text, without what passes between module and card but for the head of each command
    /// and the status of each answer, and with `pseudonyms` in the place of what they know: give
    /// them the identities of the token and of its certificates. What has the shape of a personal
    /// value goes in any case: of a card that could not be read nothing is known.
    pub fn masked(&self, pseudonyms: &Pseudonyms) -> String {
        let known = pseudonyms.mask_text(&mask::without_data(&self.text));
        shapes::without_personal(&known, pseudonyms)
    }
}

impl std::fmt::Debug for TraceLog {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "TraceLog({}, {} bytes)", self.name, self.text.len())
    }
}

/// The logs that lie in `folder`, by their names.
pub(super) fn names(folder: &Path) -> BTreeSet<String> {
    let entries = std::fs::read_dir(folder).into_iter().flatten().flatten();
    let names = entries.filter_map(|entry| entry.file_name().into_string().ok());
    let is_log = |name: &String| LOGS.iter().any(|begin| name.starts_with(begin));
    names.filter(is_log).take(MOST_LOGS).collect()
}

/// The names of those that one process wrote: they were not `there` before it started.
pub(super) fn new_of(id: u32, there: &BTreeSet<String>, now: BTreeSet<String>) -> Vec<String> {
    let new = now.into_iter().filter(|name| !there.contains(name));
    new.filter(|name| is_of(name, id)).collect()
}

/// Reads the logs of these names and deletes them. What cannot be read is left out, and what
/// another account may have put there.
pub(super) fn take(folder: &Path, names: impl IntoIterator<Item = String>) -> Vec<TraceLog> {
    let Ok(folder) = Folder::open(folder, true) else {
        return Vec::new();
    };
    let logs = names.into_iter().map(|name| read(&folder, name));
    logs.filter_map(Result::ok).collect()
}

fn read(folder: &Folder, name: String) -> io::Result<TraceLog> {
    let at: &OsStr = name.as_ref();
    let mut bytes = Vec::new();
    let file = folder.own_file(at)?;
    file.take(LONGEST + 1).read_to_end(&mut bytes)?;
    // its name is all that is lost if it cannot be deleted
    let _ = folder.unlink(at);
    Ok(TraceLog {
        is_whole: bytes.len() as u64 <= LONGEST,
        text: String::from_utf8_lossy(&bytes).into_owned(),
        name,
    })
}

/// `cps3p11_<pid>_<tid>.log`, `cps3opsc_<pid>_<tid>.log`: decimal as seen on Linux; elsewhere
/// it may be hexadecimal.
///
/// Source: the published sources of the Cryptolib CPS, 5.2, for Windows.
fn is_of(name: &str, id: u32) -> bool {
    let mut parts = name.split('_').skip(1);
    let part = parts.next().unwrap_or_default();
    let is_hexadecimal = || part.eq_ignore_ascii_case(&format!("{id:x}"));
    part == id.to_string() || (!cfg!(target_os = "linux") && is_hexadecimal())
}

const LOGS: [&str; 2] = ["cps3p11_", "cps3opsc_"];
/// A reading writes some hundred kilobytes.
const LONGEST: u64 = 8 << 20;
/// A machine whose trace was left on may hold thousands.
const MOST_LOGS: usize = 100_000;

#[cfg(test)]
mod tests {
    use super::*;
    use std::fs;

    #[test]
    fn a_log_is_known_by_the_number_of_its_process() {
        assert!(is_of("cps3p11_4711_32c1bc00.log", 4711));
        assert!(!is_of("cps3p11_4712_32c1bc00.log", 4711));
        assert!(!is_of("cps3p11", 4711));
    }

    #[test]
    fn a_log_that_was_there_before_is_of_an_older_process_with_that_number() {
        let named = |names: &[&str]| names.iter().map(ToString::to_string).collect();
        let there = named(&["cps3p11_4711_1.log"]);
        let now = named(&[
            "cps3p11_4711_1.log",
            "cps3p11_4711_2.log",
            "cps3p11_4712_1.log",
        ]);
        assert_eq!(new_of(4711, &there, now), ["cps3p11_4711_2.log"]);
    }

    /// 0x1267 is 4711, and 1267 another process.
    #[cfg(target_os = "linux")]
    #[test]
    fn no_number_is_taken_for_a_hexadecimal_one_on_linux() {
        assert!(!is_of("cps3opsc_1267_9c4.log", 4711));
    }

    #[cfg(unix)]
    #[test]
    fn what_may_be_another_s_is_neither_read_nor_deleted() {
        let folder = tempfile::tempdir().unwrap();
        let at = |name: &str| folder.path().join(name);
        fs::write(at("elsewhere"), "another's").unwrap();
        std::os::unix::fs::symlink("elsewhere", at("cps3p11_1_1.log")).unwrap();
        fs::hard_link(at("elsewhere"), at("cps3p11_1_2.log")).unwrap();
        fs::create_dir(at("cps3p11_1_3.log")).unwrap();
        fs::write(at("cps3p11_1_4.log"), "ours").unwrap();
        let names = names(folder.path());
        assert_eq!(names.len(), 4);
        let logs = take(folder.path(), names);
        let texts: Vec<_> = logs.iter().map(|log| log.text.as_str()).collect();
        assert_eq!(texts, ["ours"]);
        let left = super::names(folder.path());
        assert_eq!(left.len(), 3, "{left:?}");
    }

    #[test]
    fn a_log_without_end_is_cut() {
        let folder = tempfile::tempdir().unwrap();
        let file = fs::File::create(folder.path().join("cps3p11_1_1.log")).unwrap();
        file.set_len(LONGEST + 9).unwrap();
        let logs = take(folder.path(), names(folder.path()));
        assert!(!logs[0].is_whole() && logs[0].text.len() as u64 == LONGEST + 1);
    }
}
