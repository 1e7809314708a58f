//! Which of the modules registered with p11-kit are the card's, and in which programs?

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use super::library::{CardModule, LibraryFile};
use super::looked;

/// The card's module, registered with p11-kit.
#[derive(Clone, Debug, Eq, PartialEq, Serialize, Deserialize)]
pub struct P11KitModule {
    /// The file that registers it.
    pub path: String,
    /// Its library, as it is written there.
    pub library: String,
    /// What that is.
    #[serde(flatten)]
    pub file: LibraryFile,
    /// The only programs that load it (`enable-in`); none: no list.
    #[serde(default)]
    pub enable_in: Option<Vec<String>>,
    /// The programs that do not (`disable-in`); none: no list.
    #[serde(default)]
    pub disable_in: Option<Vec<String>>,
}

impl P11KitModule {
    /// Whether a program that loads `p11-kit-proxy`, as browsers do, gets the module by it; of
    /// several names it may run under, one is enough. Where both lists are there, the second is
    /// not asked.
    ///
    /// Source: pkcs11.conf(5); p11-kit 0.24, which does as it says but for `p11-kit-proxy` alone
    /// under `enable-in`, where it loads nothing.
    pub(super) fn is_loaded_in(&self, programs: &[&str]) -> bool {
        let names = |list: &[String]| {
            let mut list = list.iter();
            list.any(|one| one == PROXY || programs.contains(&one.as_str()))
        };
        match (&self.enable_in, &self.disable_in) {
            (Some(only), _) => names(only),
            (None, Some(not)) => !names(not),
            (None, None) => true,
        }
    }

    /// The line that keeps it from programs, as one would write it.
    pub(super) fn limits(&self) -> Option<String> {
        match (&self.enable_in, &self.disable_in) {
            (Some(only), _) => Some(format!("enable-in: {}", only.join(", "))),
            (None, Some(not)) => Some(format!("disable-in: {}", not.join(", "))),
            (None, None) => None,
        }
    }
}

/// The modules registered with p11-kit that are the card's. Of files of one name the first folder
/// with a setting decides it: the user's own first, then the machine's.
///
/// Source: pkcs11.conf(5), as p11-kit 0.24 does it. A bare name is sought in p11-kit's own folder
/// and known by its name.
pub(super) fn registered(folders: &[PathBuf], card_module: &CardModule) -> Vec<P11KitModule> {
    let mut files: BTreeMap<OsString, Vec<PathBuf>> = BTreeMap::new();
    for path in folders.iter().flat_map(|folder| modules_in(folder)) {
        let name = path.file_name().unwrap_or_default().to_owned();
        files.entry(name).or_default().push(path);
    }
    let read = files
        .values()
        .filter_map(|paths| merged(paths, card_module));
    read.collect()
}

fn modules_in(folder: &Path) -> impl Iterator<Item = PathBuf> + use<> {
    let files = folder.read_dir().into_iter().flatten().flatten();
    let files = files.map(|entry| entry.path());
    let files = files.filter(|path| path.extension().is_some_and(|end| end == "module"));
    files.take(MOST_FILES)
}

fn merged(paths: &[PathBuf], card_module: &CardModule) -> Option<P11KitModule> {
    let texts = paths.iter().filter_map(|path| {
        let text = looked::text(path, MOST_BYTES);
        Some((path, text.found()?.clone()))
    });
    let texts: Vec<_> = texts.collect();
    let setting = |name: &str| {
        let mut set = texts
            .iter()
            .filter_map(|(path, text)| Some((path, value(text, name)?)));
        set.next()
    };
    let (path, library) = setting("module")?;
    let programs = |name: &str| setting(name).map(|(_, list)| listed(list));
    card_module.is(Path::new(library)).then(|| P11KitModule {
        path: path.display().to_string(),
        file: LibraryFile::at(Path::new(library)),
        library: library.to_owned(),
        enable_in: programs("enable-in"),
        disable_in: programs("disable-in"),
    })
}

fn value<'a>(text: &'a str, name: &str) -> Option<&'a str> {
    let mut lines = text.lines().filter_map(|line| line.split_once(':'));
    let (_, value) = lines.find(|(key, _)| key.trim() == name)?;
    Some(value.trim())
}

/// Names between commas or white space.
fn listed(value: &str) -> Vec<String> {
    let names = value.split(|character: char| character == ',' || character.is_whitespace());
    let names = names.filter(|name| !name.is_empty());
    names.take(MOST_PROGRAMS).map(str::to_owned).collect()
}

/// By this name the lists mean every program that comes through `p11-kit-proxy.so`.
const PROXY: &str = "p11-kit-proxy";
const MOST_BYTES: u64 = 64 << 10;
const MOST_FILES: usize = 128;
const MOST_PROGRAMS: usize = 256;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_p11_kit_leads_to_is_found_by_its_module_line() {
        let folder = tempfile::tempdir().unwrap();
        let write =
            |name: &str, text: &str| std::fs::write(folder.path().join(name), text).unwrap();
        write(
            "cps.module",
            "# CPS\nmodule: /nowhere/libcps3_pkcs11_lux.so\ncritical: no\n",
        );
        write("other.module", "module: opensc-pkcs11.so\n");
        write("cps.bak", "module: libcps3_pkcs11_lux.so\n");
        let folders = [folder.path().to_owned(), folder.path().join("absent")];
        let found = registered(&folders, &CardModule::default());
        assert_eq!(found.len(), 1);
        assert_eq!(found[0].library, "/nowhere/libcps3_pkcs11_lux.so");
        assert_eq!(found[0].file, LibraryFile::Absent);
        assert_eq!(found[0].limits(), None);
    }

    fn with(lines: &str) -> P11KitModule {
        let folder = tempfile::tempdir().unwrap();
        let text = format!("module: libcps3_pkcs11_lux.so\n{lines}\n");
        std::fs::write(folder.path().join("cps.module"), text).unwrap();
        registered(&[folder.path().to_owned()], &CardModule::default()).remove(0)
    }

    #[test]
    fn it_is_loaded_in_the_programs_that_its_file_lets() {
        let loaded = |lines: &str| with(lines).is_loaded_in(&["firefox", "firefox-bin"]);
        for lines in [
            "",
            "enable-in: seahorse firefox",
            "enable-in: ssh,firefox-bin",
            "enable-in: p11-kit-proxy",
            "disable-in: chrome",
            "enable-in: firefox\ndisable-in: firefox",
        ] {
            assert!(loaded(lines), "{lines}");
        }
        for lines in [
            "enable-in:",
            "enable-in: seahorse, firefox-esr",
            "disable-in: ssh, firefox",
            "disable-in: p11-kit-proxy",
        ] {
            assert!(!loaded(lines), "{lines}");
        }
    }

    #[test]
    fn what_the_user_s_own_file_sets_goes_over_the_machine_s_and_no_further() {
        let folder = tempfile::tempdir().unwrap();
        let [own, machine] = ["own", "machine"].map(|name| folder.path().join(name));
        for (folder, text) in [
            (&own, "disable-in: firefox\n"),
            (&machine, "module: libcps3_pkcs11_lux.so\ndisable-in: ssh\n"),
        ] {
            std::fs::create_dir(folder).unwrap();
            std::fs::write(folder.join("cps.module"), text).unwrap();
        }
        let found = registered(&[own, machine.clone()], &CardModule::default());
        assert_eq!(found[0].limits().as_deref(), Some("disable-in: firefox"));
        assert!(found[0].path.starts_with(&*machine.display().to_string()));
    }
}
