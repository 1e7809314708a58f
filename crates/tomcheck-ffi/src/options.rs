//! What is a diagnosis asked from C told?

use std::ffi::c_char;
use std::path::PathBuf;
use std::time::Duration;

use tomcheck::{GivenPin, Lang, Options, Pin, Scope, Setting, Target, WorkerCommand};

use crate::guard::{Refusal, bad_value, borrowed, guarded, null, tomcheck_status};
use crate::sys;

/// What a diagnosis is told. Opaque.
#[derive(Default)]
pub struct tomcheck_options {
    target: Option<Target>,
    module: Option<PathBuf>,
    reader: Option<String>,
    ca_file: Option<PathBuf>,
    proxy: Option<Setting>,
    pin: Option<Pin>,
    deadline: Option<Duration>,
    lang: Lang,
    worker: Option<PathBuf>,
}

/// The language of sentences.
#[repr(C)]
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum tomcheck_lang {
    /// French, the default.
    TOMCHECK_FR = 0,
    /// English.
    TOMCHECK_EN = 1,
}

impl tomcheck_options {
    /// The options of one diagnosis. The code porteur, if any, is handed over: a second
    /// diagnosis needs it set again.
    pub(crate) fn take(&mut self) -> Result<Options, Refusal> {
        let target = match &self.target {
            Some(target) => target.clone(),
            None => Target::parse("tom").map_err(bad_value)?,
        };
        let mut options = Options::new(Scope::Check(target), self.worker_command()?);
        options.lang = self.lang;
        options.module.clone_from(&self.module);
        options.reader.clone_from(&self.reader);
        options.ca_file.clone_from(&self.ca_file);
        options.proxy.clone_from(&self.proxy);
        options.deadline = self.deadline.unwrap_or(options.deadline);
        if let Some(pin) = self.pin.take() {
            options.pin = Some(Box::new(GivenPin::new(pin)));
        }
        Ok(options)
    }

    /// The process that loads the module: named, or `tomcheck-worker` beside this library.
    fn worker_command(&self) -> Result<WorkerCommand, Refusal> {
        let name = format!("tomcheck-worker{}", std::env::consts::EXE_SUFFIX);
        let beside = || Some(sys::own_folder()?.join(name)).filter(|path| path.is_file());
        let program = self.worker.clone().or_else(beside);
        let program = program.ok_or_else(|| {
            bad_value(
                "no tomcheck-worker beside the library; name one: tomcheck_options_set_worker",
            )
        })?;
        Ok(WorkerCommand::of_program(program))
    }

    pub(crate) const fn lang(&self) -> Lang {
        self.lang
    }

    fn set_target(&mut self, value: &str) -> Result<(), Refusal> {
        let target = Target::parse(value).map_err(|error| bad_value(error.say(self.lang)))?;
        self.target = Some(target);
        Ok(())
    }

    fn set_module(&mut self, value: &str) -> Result<(), Refusal> {
        self.module = Some(value.into());
        Ok(())
    }

    fn set_reader(&mut self, value: &str) -> Result<(), Refusal> {
        self.reader = Some(value.to_owned());
        Ok(())
    }

    fn set_ca_file(&mut self, value: &str) -> Result<(), Refusal> {
        self.ca_file = Some(value.into());
        Ok(())
    }

    fn set_proxy(&mut self, value: &str) -> Result<(), Refusal> {
        let setting = Setting::parse(value).map_err(|error| bad_value(error.say(self.lang)))?;
        self.proxy = Some(setting);
        Ok(())
    }

    fn set_worker(&mut self, value: &str) -> Result<(), Refusal> {
        self.worker = Some(value.into());
        Ok(())
    }

    fn set_pin(&mut self, value: &str) -> Result<(), Refusal> {
        let pin = Pin::parse(value.as_bytes().to_vec());
        self.pin = Some(pin.map_err(|shape| bad_value(format!("pin: {shape}")))?);
        Ok(())
    }
}

/// Everything at its default. Free with `tomcheck_options_free`.
#[unsafe(no_mangle)]
pub extern "C" fn tomcheck_options_new() -> *mut tomcheck_options {
    Box::into_raw(Box::default())
}

/// Frees the options and wipes their code porteur.
///
/// # Safety
///
/// `options` is NULL or came from `tomcheck_options_new` and was not freed yet.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tomcheck_options_free(options: *mut tomcheck_options) {
    if !options.is_null() {
        // SAFETY: it came from Box::into_raw and is freed once, as promised.
        drop(unsafe { Box::from_raw(options) });
    }
}

/// Runs a setter on valid options and a valid string.
///
/// # Safety
///
/// `options` is NULL or valid and not used by another thread; `text` is NULL or ends with NUL.
unsafe fn set(
    options: *mut tomcheck_options,
    text: *const c_char,
    what: &str,
    setter: fn(&mut tomcheck_options, &str) -> Result<(), Refusal>,
) -> tomcheck_status {
    guarded(|| {
        // SAFETY: valid or NULL, as promised.
        let options = unsafe { options.as_mut() }.ok_or_else(|| null("options"))?;
        // SAFETY: NULL or ends with NUL, as promised.
        setter(options, unsafe { borrowed(text, what) }?)
    })
}

/// The service to reach: `tom`, or an `https://` URL. Default `tom`.
///
/// # Safety
///
/// `options` is NULL or valid and not used by another thread; `target` is NULL or ends with NUL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tomcheck_options_set_target(
    options: *mut tomcheck_options,
    target: *const c_char,
) -> tomcheck_status {
    // SAFETY: the caller promises what `set` demands.
    unsafe { set(options, target, "target", tomcheck_options::set_target) }
}

/// The PKCS#11 module, instead of the one in the standard places.
///
/// # Safety
///
/// `options` is NULL or valid and not used by another thread; `module` is NULL or ends with NUL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tomcheck_options_set_module(
    options: *mut tomcheck_options,
    module: *const c_char,
) -> tomcheck_status {
    // SAFETY: the caller promises what `set` demands.
    unsafe { set(options, module, "module", tomcheck_options::set_module) }
}

/// The reader, by its name or a part of it.
///
/// # Safety
///
/// `options` is NULL or valid and not used by another thread; `reader` is NULL or ends with NUL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tomcheck_options_set_reader(
    options: *mut tomcheck_options,
    reader: *const c_char,
) -> tomcheck_status {
    // SAFETY: the caller promises what `set` demands.
    unsafe { set(options, reader, "reader", tomcheck_options::set_reader) }
}

/// A file of further trusted authorities, PEM or DER. Read when the diagnosis runs.
///
/// # Safety
///
/// `options` is NULL or valid and not used by another thread; `ca_file` is NULL or ends with NUL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tomcheck_options_set_ca_file(
    options: *mut tomcheck_options,
    ca_file: *const c_char,
) -> tomcheck_status {
    // SAFETY: the caller promises what `set` demands.
    unsafe { set(options, ca_file, "ca_file", tomcheck_options::set_ca_file) }
}

/// The proxy: `http://host:port`, `direct`, `pac:URL` or `wpad:`; default: what the system says.
///
/// # Safety
///
/// `options` is NULL or valid and not used by another thread; `proxy` is NULL or ends with NUL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tomcheck_options_set_proxy(
    options: *mut tomcheck_options,
    proxy: *const c_char,
) -> tomcheck_status {
    // SAFETY: the caller promises what `set` demands.
    unsafe { set(options, proxy, "proxy", tomcheck_options::set_proxy) }
}

/// The program that loads the module, instead of `tomcheck-worker` beside the library.
///
/// # Safety
///
/// `options` is NULL or valid and not used by another thread; `worker` is NULL or ends with NUL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tomcheck_options_set_worker(
    options: *mut tomcheck_options,
    worker: *const c_char,
) -> tomcheck_status {
    // SAFETY: the caller promises what `set` demands.
    unsafe { set(options, worker, "worker", tomcheck_options::set_worker) }
}

/// The code porteur, four to eight digits, copied and wiped after use. **The next diagnosis
/// presents it to the card once**; without it the card signs nothing.
///
/// # Safety
///
/// `options` is NULL or valid and not used by another thread; `pin` is NULL or ends with NUL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tomcheck_options_set_pin(
    options: *mut tomcheck_options,
    pin: *const c_char,
) -> tomcheck_status {
    // SAFETY: the caller promises what `set` demands.
    unsafe { set(options, pin, "pin", tomcheck_options::set_pin) }
}

/// How long a diagnosis may take, 1 to 86400 seconds. Default 60.
///
/// # Safety
///
/// `options` is NULL or valid and not used by another thread.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tomcheck_options_set_deadline(
    options: *mut tomcheck_options,
    seconds: u32,
) -> tomcheck_status {
    guarded(|| {
        // SAFETY: valid or NULL, as promised.
        let options = unsafe { options.as_mut() }.ok_or_else(|| null("options"))?;
        if !(1..=86_400).contains(&seconds) {
            return Err(bad_value("deadline: 1 to 86400 seconds"));
        }
        options.deadline = Some(Duration::from_secs(seconds.into()));
        Ok(())
    })
}

/// The language of sentences, one of `tomcheck_lang`. Taken as a number, so that a value C
/// made up is an error and nothing worse.
///
/// # Safety
///
/// `options` is NULL or valid and not used by another thread.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tomcheck_options_set_lang(
    options: *mut tomcheck_options,
    lang: i32,
) -> tomcheck_status {
    guarded(|| {
        // SAFETY: valid or NULL, as promised.
        let options = unsafe { options.as_mut() }.ok_or_else(|| null("options"))?;
        options.lang = match lang {
            value if value == tomcheck_lang::TOMCHECK_FR as i32 => Lang::Fr,
            value if value == tomcheck_lang::TOMCHECK_EN as i32 => Lang::En,
            _ => return Err(bad_value("lang: TOMCHECK_FR or TOMCHECK_EN")),
        };
        Ok(())
    })
}
