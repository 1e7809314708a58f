//! Does a program's NSS load the modules that are listed for the whole machine?
//!
//! Red Hat and Fedora build theirs to read a list of crypto-policies(7), whose folder then stands
//! in the library. Mozilla's own archives and packages bring an NSS that reads none.

use std::path::{Path, PathBuf};

use super::library::{CardModule, RegisteredModule};
use super::looked::{self, Owner};
use super::places::BrowserPlaces;

impl BrowserPlaces {
    /// What every program with the system's own NSS loads.
    pub(super) fn nss_modules_for_all(&self, card_module: &CardModule) -> Vec<RegisteredModule> {
        let libraries = self.nss_libraries.iter();
        let mut reads = libraries.filter_map(|path| reads(Owner::Us, path, &self.nss_lists));
        match reads.next() {
            Some(false) => Vec::new(),
            Some(true) | None => card_module.registered_for_all(&self.nss_lists),
        }
    }
}

/// Whether the program in this folder brings an NSS that reads none of the lists.
pub(super) fn is_deaf_to(lists: &[PathBuf], program: &Path, owner: Owner) -> bool {
    let are_there = lists.iter().any(|list| list.exists());
    are_there && reads(owner, &program.join(NSS), lists) == Some(false)
}

/// None: there is no such library, or it could not be looked into.
fn reads(owner: Owner, library: &Path, lists: &[PathBuf]) -> Option<bool> {
    let seen = looked::text_of(owner, library, MOST_BYTES);
    let text = seen.found()?;
    let folders = lists.iter().filter_map(|list| list.parent());
    let mut folders = folders.map(|folder| folder.to_string_lossy().into_owned());
    Some(folders.any(|folder| text.contains(&folder)))
}

/// Its file on Linux, the only system with such a list.
pub(super) const NSS: &str = "libnss3.so";
/// It has some two megabytes.
const MOST_BYTES: u64 = 64 << 20;
