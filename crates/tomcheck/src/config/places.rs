//! Where do the files of settings lie?

use std::path::PathBuf;

use super::Origin;

/// The files to read.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct Places {
    /// The machine's, written by who looks after it.
    pub system: Option<PathBuf>,
    /// The user's.
    pub user: Option<PathBuf>,
    /// The one that was asked for by name: read instead of the two.
    pub asked: Option<PathBuf>,
    /// Whether the machine's counts only where none but the administrator can write to it (Unix).
    pub guarded: bool,
}

/// The file's name, in a folder of our own.
const NAME: [&str; 2] = ["tomcheck", "config.toml"];

impl Places {
    /// Where this system keeps settings.
    ///
    /// | system | machine | user |
    /// |---|---|---|
    /// | Linux | `/etc/tomcheck/config.toml` | `$XDG_CONFIG_HOME` or `~/.config`, `tomcheck/config.toml` |
    /// | Windows | `%ProgramData%\tomcheck\config.toml` | `%APPDATA%\tomcheck\config.toml` |
    /// | macOS | `/Library/Application Support/tomcheck/config.toml` | the same below `~` |
    ///
    /// Source: Filesystem Hierarchy Standard 3.0 §3.7, XDG Base Directory Specification 0.8;
    /// Microsoft, KNOWNFOLDERID; Apple, File System Programming Guide.
    pub fn of_this_machine() -> Self {
        let in_folder = |folder: PathBuf| NAME.iter().fold(folder, |path, name| path.join(name));
        Self {
            system: system_folder().map(in_folder),
            user: user_folder().map(in_folder),
            asked: None,
            guarded: true,
        }
    }

    /// That file alone.
    pub fn asked(path: impl Into<PathBuf>) -> Self {
        Self {
            asked: Some(path.into()),
            ..Self::default()
        }
    }

    pub(super) const fn is_asked(&self) -> bool {
        self.asked.is_some()
    }

    /// The one that wins comes last.
    pub(super) fn in_order(&self) -> Vec<(PathBuf, FileOrigin)> {
        if let Some(path) = &self.asked {
            return vec![(path.clone(), Origin::Asked)];
        }
        let system = self
            .system
            .clone()
            .map(|path| (path, Origin::System as FileOrigin));
        let user = self
            .user
            .clone()
            .map(|path| (path, Origin::User as FileOrigin));
        system.into_iter().chain(user).collect()
    }
}

/// What said it, once the line is known.
pub(super) type FileOrigin = fn(PathBuf, usize) -> Origin;

/// What is not absolute is not used (XDG Base Directory Specification).
fn folder(variable: &str) -> Option<PathBuf> {
    let folder = PathBuf::from(std::env::var_os(variable)?);
    folder.is_absolute().then_some(folder)
}

#[cfg(windows)]
fn system_folder() -> Option<PathBuf> {
    folder("ProgramData")
}

#[cfg(windows)]
fn user_folder() -> Option<PathBuf> {
    folder("APPDATA")
}

#[cfg(target_os = "macos")]
fn system_folder() -> Option<PathBuf> {
    Some(PathBuf::from("/").join(MAC_FOLDER))
}

#[cfg(target_os = "macos")]
fn user_folder() -> Option<PathBuf> {
    folder("HOME").map(|home| home.join(MAC_FOLDER))
}

#[cfg(target_os = "macos")]
const MAC_FOLDER: &str = "Library/Application Support";

#[cfg(not(any(windows, target_os = "macos")))]
fn system_folder() -> Option<PathBuf> {
    Some(PathBuf::from("/etc"))
}

#[cfg(not(any(windows, target_os = "macos")))]
fn user_folder() -> Option<PathBuf> {
    let own = folder("XDG_CONFIG_HOME");
    own.or_else(|| folder("HOME").map(|home| home.join(".config")))
}
