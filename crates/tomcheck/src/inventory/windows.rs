//! What is installed on Windows?
//!
//! Compiled; tried under Wine only.

use std::path::PathBuf;

use super::Installed;
use super::listed::{file_version, of_driver, of_program};
use crate::sys;

/// Everything of [`super::rows`] that this machine has: from the list of « Programmes et
/// fonctionnalités », this user's own among them, the drivers of readers, and the certificate
/// manager's file.
pub(super) fn installed() -> Vec<(&'static str, Installed)> {
    let drivers = sys::reader_drivers().into_iter().map(of_driver);
    let programs = sys::programs().into_iter().filter_map(of_program);
    drivers.chain(programs).chain(ccm()).collect()
}

/// The certificate manager, of either word size: it stands in no list.
///
/// Source: ANS, functional specification of the installer 3.3.4.
fn ccm() -> Option<(&'static str, Installed)> {
    let folders = ["ProgramW6432", "ProgramFiles", "ProgramFiles(x86)"];
    let folders = folders.iter().filter_map(std::env::var_os);
    let mut paths = folders.map(|folder| PathBuf::from(folder).join(r"santesocial\CPS\CCM.exe"));
    let path = paths.find(|path| path.is_file())?;
    let version = sys::version_resource(&path).and_then(|resource| file_version(&resource));
    let seen_in = path.display().to_string();
    Some(("ccm", Installed { version, seen_in }))
}
