//! What is a diagnosis asked from C told?

use std::collections::BTreeSet;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tomcheck::config::Settings;
use tomcheck::{
    Cancellation, Credentials, FinalTry, GivenPin, Lang, Layer, Options, Pin, Scope, Setting,
    WorkerCommand,
};

use crate::callbacks::{AskedPin, PinCallback, ProgressCallback};
use crate::guard::{Refusal, bad_value};
use crate::handle::Held;
use crate::options::tomcheck_options;
use crate::sys;

/// Each option as it was set last, and the settings that hold where none was. Any thread may set one at
/// any time: a diagnosis takes what it finds when it begins.
#[derive(Default)]
pub(crate) struct Told(Mutex<Values>);

#[derive(Default)]
pub(crate) struct Values {
    pub(crate) settings: Settings,
    /// As it was written: what a name means is for the settings to say.
    pub(crate) target: Option<String>,
    pub(crate) only: Option<BTreeSet<Layer>>,
    pub(crate) skip: Option<BTreeSet<Layer>>,
    pub(crate) module: Option<PathBuf>,
    pub(crate) reader: Option<String>,
    pub(crate) ca_file: Option<PathBuf>,
    pub(crate) proxy: Option<Setting>,
    pub(crate) proxy_login: Option<Credentials>,
    pub(crate) pin: Option<Pin>,
    pub(crate) pin_callback: Option<PinCallback>,
    pub(crate) progress: Option<ProgressCallback>,
    pub(crate) cancellation: Option<Arc<Cancellation>>,
    pub(crate) spends_final_try: bool,
    pub(crate) deadline: Option<Duration>,
    pub(crate) lang: Option<Lang>,
    pub(crate) worker: Option<PathBuf>,
    pub(crate) in_process: bool,
    pub(crate) thorough: Option<bool>,
    pub(crate) refresh: bool,
    pub(crate) show_identity: Option<bool>,
}

impl Held for Told {
    type Opaque = tomcheck_options;
    const NAME: &'static str = "options";
}

/// What one diagnosis takes with it.
pub(crate) struct Taken {
    pub(crate) options: Options,
    pub(crate) progress: Option<ProgressCallback>,
    /// The one that asks for the code porteur, where there is one.
    pub(crate) asked: Option<AskedPin>,
}

/// What C wants to be looked at.
#[derive(Clone, Debug)]
pub(crate) enum Wanted {
    Check,
    Card,
    Certs,
    Tls(String),
    Proxy(String),
}

impl Told {
    pub(crate) fn values(&self) -> MutexGuard<'_, Values> {
        // whatever panicked, each option is one whole
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The options of one diagnosis. A code porteur that was set is handed over: a second
    /// diagnosis needs it set again.
    pub(crate) fn take(&self, wanted: Wanted) -> Result<Taken, Refusal> {
        let mut values = self.values();
        let mut options = Options::new(values.scope(&wanted)?, values.worker_command()?);
        values.fill(&mut options)?;
        options.show_identity = values
            .show_identity
            .unwrap_or(matches!(wanted, Wanted::Card | Wanted::Certs));
        let asked = values.pin_callback.map(AskedPin::new);
        if let Some(pin) = values.pin.take() {
            options.pin = Some(Box::new(GivenPin::new(pin)));
        } else if let Some(asked) = &asked {
            options.pin = Some(Box::new(asked.clone()));
        }
        Ok(Taken {
            options,
            progress: values.progress.clone(),
            asked,
        })
    }
}

impl Values {
    fn scope(&self, wanted: &Wanted) -> Result<Scope, Refusal> {
        Ok(match wanted {
            Wanted::Check => Scope::Check(self.target(self.site())?),
            Wanted::Card => Scope::Card,
            Wanted::Certs => Scope::Certs,
            Wanted::Tls(url) => Scope::Tls {
                target: self.target(url)?,
                with_card: self.names_the_card(),
            },
            Wanted::Proxy(url) => Scope::Proxy(self.target(url)?),
        })
    }

    /// A site can be examined without any card: one is looked at when something of it is named.
    const fn names_the_card(&self) -> bool {
        let has_pin = self.pin.is_some() || self.pin_callback.is_some();
        has_pin || self.module.is_some() || self.reader.is_some()
    }

    fn fill(&self, options: &mut Options) -> Result<(), Refusal> {
        let (only, skip) = (self.only()?, self.skip()?);
        options.layers = options.scope.layers_among(only.as_ref(), &skip);
        options.lang = self.lang();
        options.module = self.module();
        options.reader = self.reader();
        options.ca_file = self.ca_file();
        options.proxy = self.proxy()?;
        options.proxy_login.clone_from(&self.proxy_login);
        options.cancellation.clone_from(&self.cancellation);
        options.deadline = self.deadline().unwrap_or(options.deadline);
        options.in_process = self.in_process;
        options.thorough = self.is_thorough();
        options.refresh = self.refresh;
        if self.spends_final_try {
            options.final_try = FinalTry::Spend;
        }
        Ok(())
    }

    /// The process that loads the module: named, or `tomcheck-worker` beside this library, or
    /// where an installation puts it.
    fn worker_command(&self) -> Result<WorkerCommand, Refusal> {
        let program = self.worker.clone().or_else(installed_worker);
        match program {
            Some(program) => Ok(WorkerCommand::of_program(program)),
            // never started
            None if self.in_process => Ok(WorkerCommand::of_program(worker_name())),
            None => Err(bad_value(
                "no tomcheck-worker beside the library; name one: tomcheck_options_set_worker",
            )),
        }
    }
}

fn installed_worker() -> Option<PathBuf> {
    let folder = sys::own_folder()?;
    let places = [
        "",
        "tomcheck",
        "../libexec/tomcheck",
        "../../libexec/tomcheck",
    ];
    let files = places.map(|place| folder.join(place).join(worker_name()));
    files.into_iter().find(|file| file.is_file())
}

fn worker_name() -> String {
    format!("tomcheck-worker{}", std::env::consts::EXE_SUFFIX)
}
