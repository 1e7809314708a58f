//! What was typed, and what is set where nothing was?

use std::ffi::{OsStr, OsString};
use std::path::PathBuf;

use clap::ArgMatches;
use tomcheck::config::Settings;

/// What was typed, wherever the option stands: before or after the command's name; and what is
/// set where nothing was typed.
pub(crate) struct Typed<'a> {
    root: &'a ArgMatches,
    sub: Option<&'a ArgMatches>,
    settings: &'a Settings,
}

impl<'a> Typed<'a> {
    pub(crate) fn new(root: &'a ArgMatches, settings: &'a Settings) -> Self {
        Self {
            root,
            sub: root.subcommand().map(|(_, sub)| sub),
            settings,
        }
    }

    /// The command's name, `check` when none was typed.
    pub(crate) fn command(&self) -> &'a str {
        self.root.subcommand_name().unwrap_or("check")
    }

    /// What holds where nothing is typed.
    pub(crate) fn settings(&self) -> &'a Settings {
        self.settings
    }

    /// The value of an option or of the one argument.
    pub(crate) fn value(&self, name: &str) -> Option<&'a str> {
        self.typed_value(name).or_else(|| self.set(name))
    }

    /// The path an option names.
    pub(crate) fn path(&self, name: &str) -> Option<PathBuf> {
        self.typed_path(name)
            .or_else(|| self.set(name).map(PathBuf::from))
    }

    /// Whether a flag holds.
    pub(crate) fn has(&self, name: &str) -> bool {
        self.has_typed(name) || self.set(name) == Some("true")
    }

    /// Whether a file of settings says it, and nobody of this run.
    pub(crate) fn is_of_a_file(&self, name: &str) -> bool {
        let setting = self.settings.setting(name);
        self.typed_value(name).is_none() && setting.is_some_and(|setting| setting.origin.is_file())
    }

    pub(crate) fn typed_value(&self, name: &str) -> Option<&'a str> {
        self.places()
            .find_map(|m| m.try_get_one::<String>(name).ok().flatten())
            .map(String::as_str)
    }

    pub(crate) fn typed_path(&self, name: &str) -> Option<PathBuf> {
        let mut places = self.places();
        places
            .find_map(|m| m.try_get_one::<PathBuf>(name).ok().flatten())
            .cloned()
    }

    pub(crate) fn has_typed(&self, name: &str) -> bool {
        self.places().any(|m| {
            m.try_get_one::<bool>(name)
                .ok()
                .flatten()
                .is_some_and(|on| *on)
        })
    }

    /// What is set, where this command takes the option and means the same by it.
    fn set(&self, name: &str) -> Option<&'a str> {
        let own = self.sub.unwrap_or(self.root);
        let is_taken = own.try_contains_id(name).is_ok();
        let is_other = OF_ANOTHER_MEANING.contains(&(self.command(), name));
        self.settings.set(name).filter(|_| is_taken && !is_other)
    }

    /// Every path an option names, each time it is typed.
    pub(crate) fn paths(&self, name: &str) -> Vec<PathBuf> {
        let places = self.places();
        let all = places.filter_map(|m| m.try_get_many::<PathBuf>(name).ok().flatten());
        all.flatten().cloned().collect()
    }

    /// Every value of the argument.
    pub(crate) fn values(&self, name: &str) -> Vec<&'a OsStr> {
        self.places()
            .filter_map(|m| m.try_get_many::<OsString>(name).ok().flatten())
            .flatten()
            .map(OsString::as_os_str)
            .collect()
    }

    fn places(&self) -> impl Iterator<Item = &'a ArgMatches> + use<'a> {
        self.sub.into_iter().chain([self.root])
    }
}

/// Commands whose option of that name is another thing than what is set: how long `watch` runs,
/// of which sites `trace` tells.
const OF_ANOTHER_MEANING: [(&str, &str); 2] = [("watch", "deadline"), ("trace", "target")];
