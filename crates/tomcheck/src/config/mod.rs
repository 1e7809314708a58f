//! Which settings hold on this machine, and who said so?
//!
//! An option that is typed wins over the environment (`TOMCHECK_TARGET`), that over the user's
//! file, that over the machine's, that over what is built in. A file holds no code porteur, no
//! password and nothing to be run or loaded; what it does not know it refuses.
//!
//! ```
//! use tomcheck::config::{Places, Settings};
//!
//! # fn main() -> Result<(), tomcheck::config::ConfigError> {
//! let environment = [("TOMCHECK_DEADLINE".to_owned(), "30".to_owned())];
//! let settings = Settings::load(&Places::default(), environment)?;
//! assert_eq!(settings.value("deadline"), Some("30"));
//! assert_eq!(settings.value("target"), Some("tom"));
//! # Ok(())
//! # }
//! ```

mod environment;
mod error;
mod file;
mod guard;
mod keys;
mod places;
mod shown;

use std::collections::BTreeMap;
use std::path::PathBuf;

use tomcheck_diagnosis::Lang;

pub use self::error::ConfigError;
#[cfg(windows)]
pub(crate) use self::guard::{Access, Allowed};
pub use self::keys::{KEYS, Key, KeyKind};
pub use self::places::Places;
pub use self::shown::{example, settings_text};

use crate::target::{self, Target, TargetError};

/// Who said a value.
#[derive(Clone, Debug, Eq, Ord, PartialEq, PartialOrd)]
#[non_exhaustive]
pub enum Origin {
    /// Nobody: it is built in.
    Default,
    /// The file of the machine, at this line.
    System(PathBuf, usize),
    /// The user's file, at this line.
    User(PathBuf, usize),
    /// The file that `--config` names, at this line.
    Asked(PathBuf, usize),
    /// This variable.
    Environment(String),
    /// It was typed.
    Option,
}

impl Origin {
    /// Whether it holds for every run, not for this one alone.
    pub const fn is_file(&self) -> bool {
        matches!(self, Self::System(..) | Self::User(..) | Self::Asked(..))
    }
}

/// One value, as it was written.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Setting {
    /// As it would be typed; `true` for an option without value.
    pub value: String,
    /// Who said so.
    pub origin: Origin,
}

/// A service by its name.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct NamedTarget {
    /// The service.
    pub target: Target,
    /// Who said so.
    pub origin: Origin,
}

/// Whom a report is sent to.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Support {
    /// How they are called.
    pub name: String,
    /// Their address.
    pub email: String,
    /// Their number, as it is dialled; empty: none is told.
    pub phone: String,
    /// Who said so.
    pub origin: Origin,
}

/// Where the questions and answers of TOM send people who do not get on.
///
/// Source: ANS, questions and answers of TOM (10 June 2026) for the address; esante.gouv.fr,
/// assistance, for the number.
impl Default for Support {
    fn default() -> Self {
        Self {
            name: "Agence du Numérique en Santé".to_owned(),
            email: "monserviceclient.eservices@esante.gouv.fr".to_owned(),
            phone: "0 825 852 000".to_owned(),
            origin: Origin::Default,
        }
    }
}

/// A file that was looked for.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct LookedFor {
    /// Where.
    pub path: PathBuf,
    /// Whether it was there, and read.
    pub is_there: bool,
    /// Whether it is there and was not read, as others than the administrator may write to it.
    pub is_unguarded: bool,
}

/// All that was set, and by whom.
#[derive(Clone, Debug, Default)]
pub struct Settings {
    values: BTreeMap<&'static str, Setting>,
    targets: Vec<NamedTarget>,
    support: Support,
    files: Vec<LookedFor>,
    ignored: Vec<String>,
}

impl Settings {
    /// Those of this process: of the file that is `asked` for, else of the one that
    /// `TOMCHECK_CONFIG` names, else of the machine's and the user's; and of its variables. A name
    /// that is empty is none. Blocks for two small files; runs nothing.
    ///
    /// # Errors
    ///
    /// As [`Self::load`].
    pub fn of_this_process(asked: Option<PathBuf>) -> Result<Self, ConfigError> {
        let mut named = [asked, environment::named_file()].into_iter().flatten();
        let named = named.find(|path| !path.as_os_str().is_empty());
        let places = named.map_or_else(Places::of_this_machine, Places::asked);
        Self::load(&places, environment::of_this_process())
    }

    /// Reads the files and the environment. Blocks for two small files; runs nothing.
    ///
    /// # Errors
    ///
    /// A file that is there and cannot be read or understood, a value that will not do: with the
    /// line, and the nearest name.
    pub fn load(
        places: &Places,
        environment: impl IntoIterator<Item = (String, String)>,
    ) -> Result<Self, ConfigError> {
        let mut settings = Self::default();
        for (path, origin) in places.in_order() {
            let is_machines = places.guarded && places.system.as_ref() == Some(&path);
            let is_unguarded = is_machines && !guard::is_guarded(&path);
            let text = match is_unguarded {
                true => None,
                false => file::read(&path, places.is_asked())?,
            };
            settings.files.push(LookedFor {
                path: path.clone(),
                is_there: text.is_some(),
                is_unguarded,
            });
            if let Some(text) = text {
                file::take(&mut settings, &text, &path, origin)?;
            }
        }
        environment::take(&mut settings, environment)?;
        settings.target_is_known()?;
        Ok(settings)
    }

    /// What holds for `key`, unless it is typed; none: nothing is set and nothing is built in.
    pub fn value(&self, key: &str) -> Option<&str> {
        self.set(key).or_else(|| Key::named(key)?.default)
    }

    /// What somebody set for `key`; none: what is built in holds.
    pub fn set(&self, key: &str) -> Option<&str> {
        self.values.get(key).map(|setting| setting.value.as_str())
    }

    /// What somebody set for `key`, and who.
    pub fn setting(&self, key: &str) -> Option<&Setting> {
        self.values.get(key)
    }

    /// The language somebody set.
    pub fn lang(&self) -> Option<Lang> {
        match self.set("lang")? {
            "en" => Some(Lang::En),
            _ => Some(Lang::Fr),
        }
    }

    /// A service by a name that is set or built in, else by its `https://` address.
    ///
    /// # Errors
    ///
    /// [`TargetError`] says what is wrong with it.
    pub fn target(&self, text: &str) -> Result<Target, TargetError> {
        let named = self.targets.iter().map(|named| &named.target);
        let mut named = named.filter(|target| target.name().eq_ignore_ascii_case(text));
        match named.next_back() {
            Some(target) => Ok(target.clone()),
            None => Target::parse(text).map_err(|error| self.with_names(error)),
        }
    }

    /// Every service that has a name: those that are set, then those built in that were not set
    /// otherwise.
    pub fn targets(&self) -> Vec<NamedTarget> {
        let mut all = self.targets.clone();
        let own = target::built_in().filter(|target| {
            let is_set = |named: &NamedTarget| named.target.name() == target.name();
            !self.targets.iter().any(is_set)
        });
        all.extend(own.map(|target| NamedTarget {
            target,
            origin: Origin::Default,
        }));
        all
    }

    /// Whom a report is sent to.
    pub const fn support(&self) -> &Support {
        &self.support
    }

    /// The files that were looked for, the one that wins last.
    pub fn files(&self) -> &[LookedFor] {
        &self.files
    }

    /// Variables that begin as ours do and are none, by name alone: one of them may hold a secret
    /// that was not to be there.
    pub fn ignored(&self) -> &[String] {
        &self.ignored
    }

    fn put(&mut self, key: &'static str, value: String, origin: Origin) {
        self.values.insert(key, Setting { value, origin });
    }

    fn target_is_known(&self) -> Result<(), ConfigError> {
        let Some(setting) = self.values.get("target") else {
            return Ok(());
        };
        let known = self.target(&setting.value).map(drop);
        known.map_err(|source| ConfigError::Target {
            origin: setting.origin.clone(),
            source,
        })
    }

    fn with_names(&self, error: TargetError) -> TargetError {
        match error {
            TargetError::Unknown { text, .. } => TargetError::Unknown {
                text,
                known: self
                    .targets()
                    .into_iter()
                    .map(|it| it.target.name().to_owned())
                    .collect(),
            },
            other => other,
        }
    }
}

#[cfg(test)]
mod tests;
