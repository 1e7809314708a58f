//! Where does the Cryptolib CPS install its module, and where did its predecessors?

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use super::{ModuleFile, Origin};
use crate::sys::process;

/// The paths to look at, the one to prefer first.
pub(super) fn to_look_in(explicit: Option<&Path>) -> Vec<(PathBuf, Origin)> {
    if let Some(path) = explicit {
        // the worker's folder may be another one
        let path = std::path::absolute(path).unwrap_or_else(|_| path.to_owned());
        return vec![(path, Origin::Asked)];
    }
    let replaced = std::env::var_os(DIRECTORIES);
    let directories = replaced.map(|list| std::env::split_paths(&list).collect());
    let directories: Vec<PathBuf> = directories.unwrap_or_else(usual_directories);
    let within = |(names, origin): (&'static [&'static str], Origin)| {
        let paths = directories
            .iter()
            .flat_map(|directory| names.iter().map(|name| directory.join(name)));
        paths.map(|path| (path, origin)).collect::<Vec<_>>()
    };
    [(NAMES, Origin::Installed), (OLD_NAMES, Origin::Leftover)]
        .into_iter()
        .flat_map(within)
        .collect()
}

/// One file is often reached by several paths: links of the package, `/usr/lib` that is
/// `/lib`. Old modules that are not there are not worth a line.
pub(super) fn without_copies(files: Vec<ModuleFile>) -> Vec<ModuleFile> {
    let mut seen = BTreeSet::new();
    let is_new = |file: &ModuleFile| match file.path.canonicalize() {
        Ok(path) => seen.insert(path),
        Err(_) => file.origin != Origin::Leftover || file.is_there(),
    };
    let mut files = files;
    files.retain(is_new);
    files
}

/// Whether a file of this name, of whatever system, is the Cryptolib's module: the present one,
/// not one that it replaced.
pub(crate) fn is_cryptolib(file_name: &str) -> bool {
    let name = file_name.to_ascii_lowercase();
    let names = ["libcps3_pkcs11_lux.so", "libcps3_pkcs11_osx.dylib"];
    let is_dll = || name.starts_with("cps3_pkcs11_w") && name.ends_with(".dll");
    // Linux adds the version: libcps3_pkcs11_lux.so.3.1.0
    names.iter().any(|known| name.starts_with(known)) || is_dll()
}

/// Whether a file bears the name of a module of version 4.
pub(super) fn is_old_name(path: &Path) -> bool {
    let name = path.file_name().and_then(|name| name.to_str());
    name.is_some_and(|name| old_names().iter().any(|old| name.eq_ignore_ascii_case(old)))
}

pub(super) fn old_names() -> &'static [&'static str] {
    OLD_NAMES
}

/// Packagers and tests put the module elsewhere.
const DIRECTORIES: &str = "TOMCHECK_MODULE_DIRS";

/// Source: packages of the Cryptolib CPS 5.2.2 (Linux, Windows) and 5.2.1 (macOS).
fn usual_directories() -> Vec<PathBuf> {
    if let Some(root) = process::system_root() {
        // a 32-bit process sees the 64-bit folder by its third name only
        return ["System32", "Sysnative", "SysWOW64"]
            .map(|name| root.join(name))
            .to_vec();
    }
    let directories: &[&str] = if cfg!(target_vendor = "apple") {
        &["/usr/local/lib", "/usr/lib"]
    } else {
        &["/opt/santesocial/CPS/lib", "/usr/lib64", "/usr/lib"]
    };
    directories.iter().map(PathBuf::from).collect()
}

#[cfg(windows)]
const NAMES: &[&str] = if cfg!(target_pointer_width = "64") {
    &["cps3_pkcs11_w64.dll", "cps3_pkcs11_w32.dll"]
} else {
    &["cps3_pkcs11_w32.dll", "cps3_pkcs11_w64.dll"]
};
#[cfg(windows)]
const OLD_NAMES: &[&str] = &["cps_pkcs11_w32.dll", "cps_pkcs11_pcsc_w32.dll"];

#[cfg(target_vendor = "apple")]
const NAMES: &[&str] = &["libcps3_pkcs11_osx.dylib"];
#[cfg(target_vendor = "apple")]
const OLD_NAMES: &[&str] = &["libcps_pkcs11_osx.dylib", "libcps_pkcs11_pcsc_osx.dylib"];

#[cfg(not(any(windows, target_vendor = "apple")))]
const NAMES: &[&str] = &["libcps3_pkcs11_lux.so"];
#[cfg(not(any(windows, target_vendor = "apple")))]
const OLD_NAMES: &[&str] = &["libcps_pkcs11_lux.so", "libcps_pkcs11_pcsc_lux.so"];
