//! Where will the loader find what a library needs?

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use super::header::{self, Anatomy, Architecture, Format};
use crate::sys::process;

/// A library that another one needs.
#[derive(Clone, Debug, Eq, PartialEq, Serialize, Deserialize)]
pub struct Import {
    /// As the header names it.
    pub name: String,
    /// Where the loader will find it.
    #[serde(flatten)]
    pub place: ImportPlace,
}

/// Where the loader will find a library.
#[derive(Clone, Debug, Eq, PartialEq, Serialize, Deserialize)]
#[serde(tag = "place", rename_all = "kebab-case")]
#[non_exhaustive]
pub enum ImportPlace {
    /// In this file.
    Found {
        /// Its path.
        path: String,
    },
    /// In the system itself, where no file need be: API sets of Windows, macOS's cache.
    System,
    /// Nowhere.
    Missing,
    /// It was not looked for: the library is not for this system.
    NotSearched,
}

/// Looks for what one library needs, as the loader of this system would.
pub(super) fn look_for(anatomy: &Anatomy, path: &Path) -> Vec<Import> {
    let process = Architecture::of_this_process();
    let is_ours = anatomy.architectures.contains(&process);
    let folders = if is_ours {
        folders(anatomy, path)
    } else {
        vec![]
    };
    let place = |name: &String| Import {
        name: name.clone(),
        place: if is_ours {
            place(name, &folders, &process)
        } else {
            ImportPlace::NotSearched
        },
    };
    anatomy.needed.iter().map(place).collect()
}

/// The libraries that the module, or a library it needs, needs and that the loader will not
/// find.
pub(crate) fn missing_imports(module: &Path) -> Vec<String> {
    let mut missing = BTreeSet::new();
    let mut seen = BTreeSet::new();
    let mut waiting = vec![module.to_owned()];
    while let Some(path) = waiting.pop().filter(|_| seen.len() < MOST_LIBRARIES) {
        if !seen.insert(path.clone()) {
            continue;
        }
        let Some(anatomy) = header::anatomy_of(&path) else {
            continue;
        };
        for import in look_for(&anatomy, &path) {
            match import.place {
                ImportPlace::Found { path } => waiting.push(path.into()),
                ImportPlace::Missing => {
                    missing.insert(import.name);
                }
                ImportPlace::System | ImportPlace::NotSearched => {}
            }
        }
    }
    missing.into_iter().collect()
}

/// No module needs this many.
const MOST_LIBRARIES: usize = 128;

fn place(name: &str, folders: &[PathBuf], process: &Architecture) -> ImportPlace {
    if is_of_the_system(name, process.format) {
        return ImportPlace::System;
    }
    let has_folder = name.contains('/');
    let direct = has_folder.then(|| PathBuf::from(name)).into_iter();
    let mut paths = direct.chain(folders.iter().map(|folder| folder.join(name)));
    let found = paths.find(|path| is_loadable(path, process));
    found.map_or(ImportPlace::Missing, |path| ImportPlace::Found {
        path: path.to_string_lossy().into_owned(),
    })
}

/// Windows resolves API sets by a table, macOS its own libraries from one cache file.
fn is_of_the_system(name: &str, format: Format) -> bool {
    match format {
        Format::Elf => false,
        Format::Pe => {
            let name = name.to_ascii_lowercase();
            name.starts_with("api-ms-") || name.starts_with("ext-ms-")
        }
        Format::MachO => ["/usr/lib/", "/System/", "@"]
            .iter()
            .any(|start| name.starts_with(start)),
    }
}

/// The loader passes over a library for another machine and goes on searching.
fn is_loadable(path: &Path, process: &Architecture) -> bool {
    if process.format != Format::Elf {
        return path.is_file();
    }
    header::architectures_of(path).contains(process)
}

/// The folders that are searched, in order.
fn folders(anatomy: &Anatomy, path: &Path) -> Vec<PathBuf> {
    let origin = path.canonicalize().unwrap_or_else(|_| path.to_owned());
    let origin = origin.parent().map(Path::to_owned).unwrap_or_default();
    if let Some(root) = process::system_root() {
        return vec![origin, root.join("System32"), root.join("System"), root];
    }
    let resolve = |folder: &String| {
        let origin = origin.to_string_lossy();
        PathBuf::from(
            folder
                .replace("$ORIGIN", &origin)
                .replace("${ORIGIN}", &origin),
        )
    };
    let environment = std::env::var_os("LD_LIBRARY_PATH").unwrap_or_default();
    let environment = std::env::split_paths(&environment);
    let environment = environment.filter(|folder| !folder.as_os_str().is_empty());
    // an old rpath counts only where there is no runpath (ld.so(8))
    let rpath = anatomy.rpath.iter().filter(|_| anatomy.runpath.is_empty());
    rpath
        .map(resolve)
        .chain(environment)
        .chain(anatomy.runpath.iter().map(resolve))
        .chain(configured(Path::new("/etc/ld.so.conf"), 0))
        .chain(USUAL.iter().map(PathBuf::from))
        .collect()
}

/// What the loader searches without being told (ld.so(8)), `lib64` on those systems that
/// have it.
const USUAL: &[&str] = &["/lib64", "/usr/lib64", "/lib", "/usr/lib"];

/// The folders that a file like `/etc/ld.so.conf` names, and those of the files it includes.
fn configured(file: &Path, depth: u8) -> Vec<PathBuf> {
    let text = fs::read_to_string(file).unwrap_or_default();
    let lines = text
        .lines()
        .map(|line| line.split('#').next().unwrap_or_default().trim());
    let folders = lines.filter(|line| !line.is_empty()).flat_map(|line| {
        match line
            .strip_prefix("include")
            .filter(|rest| rest.starts_with(char::is_whitespace))
        {
            Some(pattern) if depth < 4 => included(pattern.trim(), file, depth),
            Some(_) => vec![],
            None => vec![PathBuf::from(line)],
        }
    });
    folders.collect()
}

/// `include` takes a pattern; distributions only ever write `folder/*.conf`.
fn included(pattern: &str, by: &Path, depth: u8) -> Vec<PathBuf> {
    let pattern = by.parent().unwrap_or(Path::new("/")).join(pattern);
    let (Some(folder), Some(name)) = (pattern.parent(), pattern.file_name()) else {
        return vec![];
    };
    let name = name.to_string_lossy();
    let Some((start, end)) = name.split_once('*') else {
        return configured(&pattern, depth + 1);
    };
    let entries = fs::read_dir(folder).into_iter().flatten().flatten();
    let fits = |path: &PathBuf| {
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        name.len() >= start.len() + end.len() && name.starts_with(start) && name.ends_with(end)
    };
    let mut files: Vec<_> = entries.map(|entry| entry.path()).filter(fits).collect();
    files.sort();
    files
        .iter()
        .flat_map(|file| configured(file, depth + 1))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn folders_of_the_loader_s_configuration_are_read_with_what_it_includes() {
        let folder = tempfile::tempdir().unwrap();
        let write = |name: &str, text: &str| fs::write(folder.path().join(name), text).unwrap();
        fs::create_dir(folder.path().join("d")).unwrap();
        write("ld.so.conf", "# a comment\ninclude d/*.conf\n/last # why\n");
        write("d/b.conf", "/second\n");
        write("d/a.conf", "/first\ninclude ../ld.so.conf\n");
        write("d/ignored.txt", "/never\n");
        let folders = configured(&folder.path().join("ld.so.conf"), 0);
        assert!(folders.len() < 100, "including oneself ends");
        assert_eq!(folders.first().unwrap(), Path::new("/first"));
        assert_eq!(folders.last().unwrap(), Path::new("/last"));
        assert!(!folders.contains(&PathBuf::from("/never")));
    }
}
