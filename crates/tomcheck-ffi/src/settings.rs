//! What holds where C said nothing: which settings does it want, and what do they say?

use std::collections::BTreeSet;
use std::ffi::c_char;
use std::path::PathBuf;
use std::time::Duration;

use tomcheck::config::{ConfigError, Settings};
use tomcheck::{Lang, Layer, Setting, Target};

use crate::guard::{Refusal, bad_value, failed, guarded, tomcheck_status};
use crate::handle;
use crate::options::{layers, looked_at, tomcheck_options};
use crate::strings::borrowed;
use crate::told::{Told, Values};

/// Takes what the settings say, as the command `tomcheck` does (docs/config.md): the user's file
/// and the machine's, or the one at `path` instead of both, then this process's variables
/// `TOMCHECK_…`, which win. `path` NULL or empty: the file that `TOMCHECK_CONFIG` names, else those
/// two. What the options say themselves wins in any case, and what only the command has (colours, …)
/// has no effect. Names of services are known from then on: `tomcheck_options_set_target` takes them.
/// Called again it reads everything anew.
///
/// `TOMCHECK_FAILED`: the file cannot be read. `TOMCHECK_BAD_VALUE`: something in it, or in a variable,
/// is not known or will not do; `tomcheck_last_error` names the place, and the nearest name. The
/// options stay as they were then. A file of the machine's that others than the administrator may
/// write to is not read. Blocks for two small files; runs and loads nothing, touches no card.
///
/// # Safety
///
/// `path` is NULL or ends with NUL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tomcheck_options_load_settings(
    options: *mut tomcheck_options,
    path: *const c_char,
) -> tomcheck_status {
    guarded(|| {
        let told = handle::find::<Told>(options)?;
        let asked = match path.is_null() {
            true => None,
            // SAFETY: not NULL, and as promised.
            false => Some(PathBuf::from(unsafe { borrowed(path, "path") }?)),
        };
        // read before the options are held: a file may lie on a disk that is slow
        let settings = load(asked, told.values().lang())?;
        told.values().settings = settings;
        Ok(())
    })
}

fn load(asked: Option<PathBuf>, lang: Lang) -> Result<Settings, Refusal> {
    let settings = Settings::of_this_process(asked).map_err(|error| match &error {
        ConfigError::Unreadable { .. } | ConfigError::TooLong { .. } => failed(error.say(lang)),
        _ => bad_value(error.say(lang)),
    })?;
    settings.set("only").map(looked_at).transpose()?;
    Ok(settings)
}

/// Each as C said it, else as the settings do.
impl Values {
    pub(crate) fn lang(&self) -> Lang {
        let set = || self.settings.lang();
        self.lang.or_else(set).unwrap_or_default()
    }

    /// The service to reach, by its name or its address.
    pub(crate) fn site(&self) -> &str {
        let set = || self.settings.value("target");
        self.target.as_deref().or_else(set).unwrap_or_default()
    }

    /// What `text` means, by the names that are set.
    pub(crate) fn target(&self, text: &str) -> Result<Target, Refusal> {
        let target = self.settings.target(text);
        target.map_err(|error| bad_value(error.say(self.lang())))
    }

    pub(crate) fn only(&self) -> Result<Option<BTreeSet<Layer>>, Refusal> {
        match &self.only {
            Some(only) => Ok(Some(only.clone())),
            None => self.settings.set("only").map(looked_at).transpose(),
        }
    }

    pub(crate) fn skip(&self) -> Result<BTreeSet<Layer>, Refusal> {
        match (&self.skip, self.settings.set("skip")) {
            (Some(skip), _) => Ok(skip.clone()),
            (None, Some(set)) => layers("skip", set),
            (None, None) => Ok(BTreeSet::new()),
        }
    }

    pub(crate) fn module(&self) -> Option<PathBuf> {
        self.path(self.module.as_ref(), "module")
    }

    pub(crate) fn ca_file(&self) -> Option<PathBuf> {
        self.path(self.ca_file.as_ref(), "ca-file")
    }

    fn path(&self, own: Option<&PathBuf>, key: &str) -> Option<PathBuf> {
        own.cloned()
            .or_else(|| Some(self.settings.set(key)?.into()))
    }

    pub(crate) fn reader(&self) -> Option<String> {
        let set = || Some(self.settings.set("reader")?.to_owned());
        self.reader.clone().or_else(set)
    }

    pub(crate) fn proxy(&self) -> Result<Option<Setting>, Refusal> {
        match (&self.proxy, self.settings.set("proxy")) {
            (Some(proxy), _) => Ok(Some(proxy.clone())),
            (None, Some(set)) => self.setting(set).map(Some),
            (None, None) => Ok(None),
        }
    }

    pub(crate) fn setting(&self, proxy: &str) -> Result<Setting, Refusal> {
        Setting::parse(proxy).map_err(|error| bad_value(error.say(self.lang())))
    }

    pub(crate) fn deadline(&self) -> Option<Duration> {
        let set = || {
            Some(Duration::from_secs(
                self.settings.set("deadline")?.parse().ok()?,
            ))
        };
        self.deadline.or_else(set)
    }

    pub(crate) fn is_thorough(&self) -> bool {
        let set = self.settings.set("thorough");
        self.thorough.unwrap_or(set == Some("true"))
    }
}
