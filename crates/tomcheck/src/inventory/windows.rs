//! What is installed on Windows?
//!
//! Compiled; tried under Wine only.

use std::path::PathBuf;

use super::Installed;
use crate::sys;

/// Everything of [`super::rows`] that this machine has: from the list of « Programmes et
/// fonctionnalités », and the certificate manager's file.
pub(super) fn installed() -> Vec<(&'static str, Installed)> {
    let programs = sys::programs().into_iter();
    let mut found: Vec<_> = programs
        .filter_map(|(name, version)| {
            Some((
                id_of(&name)?,
                Installed {
                    version,
                    seen_in: name,
                },
            ))
        })
        .collect();
    found.extend(ccm());
    found
}

/// What a program's name begins with. Source: ANS, functional specification of the installer
/// 3.3.4 for the Cryptolib; the others as they stand on a Windows.
const NAMES: &[(&str, &str)] = &[
    ("Composants Cryptographiques CPS", "cryptolib"),
    ("Mozilla Firefox", "firefox"),
    ("Google Chrome", "chrome"),
    ("Microsoft Edge", "edge"),
    ("Java ", "java"),
    ("Eclipse Temurin", "java"),
    ("GALSS", "galss"),
];

fn id_of(name: &str) -> Option<&'static str> {
    let is_edge_itself = !name.starts_with("Microsoft Edge ");
    let mut rows = NAMES.iter();
    let row = rows.find(|(begin, _)| name.starts_with(begin))?;
    (row.1 != "edge" || is_edge_itself).then_some(row.1)
}

fn ccm() -> Option<(&'static str, Installed)> {
    let folder = PathBuf::from(std::env::var_os("ProgramFiles")?);
    let path = folder.join(r"santesocial\CPS\CCM.exe");
    let seen_in = path.display().to_string();
    path.is_file().then_some((
        "ccm",
        Installed {
            version: None,
            seen_in,
        },
    ))
}
