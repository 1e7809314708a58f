//! How does C say what a diagnosis is to look at, and with what?

use std::collections::BTreeSet;
use std::ffi::{c_char, c_void};
use std::sync::Arc;
use std::time::Duration;

use tomcheck::{Credentials, Lang, Layer, Pin};

use crate::callbacks::{
    PinCallback, ProgressCallback, Userdata, tomcheck_pin_fn, tomcheck_pin_pad_fn,
    tomcheck_progress_fn,
};
use crate::cancellation::{Cancel, tomcheck_cancellation};
use crate::guard::{Refusal, answered, bad_value, guarded, quietly, tomcheck_status};
use crate::handle;
use crate::strings::borrowed;
use crate::told::{Told, Values};

/// What a diagnosis is told. Opaque.
///
/// Any thread may use it at any time, calls back too: a diagnosis takes what it finds when it
/// begins, and what is set or freed later changes nothing for it.
pub struct tomcheck_options(());

/// The language of sentences.
#[repr(i32)]
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum tomcheck_lang {
    /// French, the default.
    TOMCHECK_FR = 0,
    /// English.
    TOMCHECK_EN = 1,
}

/// The language that C's number means.
pub(crate) fn lang(number: i32) -> Result<Lang, Refusal> {
    match number {
        value if value == tomcheck_lang::TOMCHECK_FR as i32 => Ok(Lang::Fr),
        value if value == tomcheck_lang::TOMCHECK_EN as i32 => Ok(Lang::En),
        _ => Err(bad_value("lang: TOMCHECK_FR or TOMCHECK_EN")),
    }
}

/// Everything at its default. Free with `tomcheck_options_free`; NULL where there is no room for
/// it. Does not block.
#[unsafe(no_mangle)]
pub extern "C" fn tomcheck_options_new() -> *mut tomcheck_options {
    answered(std::ptr::null_mut(), || handle::give(Told::default()))
}

/// Frees the options and wipes their code porteur. NULL and a handle that was freed do nothing.
#[unsafe(no_mangle)]
pub extern "C" fn tomcheck_options_free(options: *mut tomcheck_options) {
    quietly(|| drop(handle::free::<Told>(options)));
}

fn set(
    options: *mut tomcheck_options,
    setter: impl FnOnce(&mut Values) -> Result<(), Refusal>,
) -> tomcheck_status {
    guarded(|| setter(&mut handle::find::<Told>(options)?.values()))
}

/// Runs a setter on a string.
///
/// # Safety
///
/// `text` is NULL or ends with NUL.
unsafe fn set_text(
    options: *mut tomcheck_options,
    text: *const c_char,
    what: &str,
    setter: impl FnOnce(&mut Values, &str) -> Result<(), Refusal>,
) -> tomcheck_status {
    set(options, |values| {
        // SAFETY: NULL or ends with NUL, as promised.
        setter(values, unsafe { borrowed(text, what) }?)
    })
}

/// The service to reach: an `https://` URL, or a name that is built in (`tom`, `testssl`, `dmp`, `psc`)
/// or that settings loaded before give it. Default `tom`.
///
/// # Safety
///
/// `target` is NULL or ends with NUL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tomcheck_options_set_target(
    options: *mut tomcheck_options,
    target: *const c_char,
) -> tomcheck_status {
    // SAFETY: the caller promises what `set_text` demands.
    unsafe {
        set_text(options, target, "target", |values, text| {
            values.target(text)?;
            values.target = Some(text.to_owned());
            Ok(())
        })
    }
}

/// The parts to look at, separated by commas (`reader,card`), and what those need. Default: all.
/// The names: `reader`, `card`, `module`, `token`, `cert`, `clock`, `browser`, `network`, `proxy`,
/// `tls`.
///
/// # Safety
///
/// `only` is NULL or ends with NUL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tomcheck_options_set_only(
    options: *mut tomcheck_options,
    only: *const c_char,
) -> tomcheck_status {
    // SAFETY: the caller promises what `set_text` demands.
    unsafe {
        set_text(options, only, "only", |values, text| {
            values.only = Some(looked_at(text)?);
            Ok(())
        })
    }
}

/// The parts not to look at, separated by commas. Default: none.
///
/// # Safety
///
/// `skip` is NULL or ends with NUL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tomcheck_options_set_skip(
    options: *mut tomcheck_options,
    skip: *const c_char,
) -> tomcheck_status {
    // SAFETY: the caller promises what `set_text` demands.
    unsafe {
        set_text(options, skip, "skip", |values, text| {
            values.skip = Some(layers("skip", text)?);
            Ok(())
        })
    }
}

/// The PKCS#11 module, instead of the one in the standard places.
///
/// # Safety
///
/// `module` is NULL or ends with NUL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tomcheck_options_set_module(
    options: *mut tomcheck_options,
    module: *const c_char,
) -> tomcheck_status {
    // SAFETY: the caller promises what `set_text` demands.
    unsafe {
        set_text(options, module, "module", |values, text| {
            values.module = Some(text.into());
            Ok(())
        })
    }
}

/// The reader, by its name or a part of it.
///
/// # Safety
///
/// `reader` is NULL or ends with NUL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tomcheck_options_set_reader(
    options: *mut tomcheck_options,
    reader: *const c_char,
) -> tomcheck_status {
    // SAFETY: the caller promises what `set_text` demands.
    unsafe {
        set_text(options, reader, "reader", |values, text| {
            values.reader = Some(text.to_owned());
            Ok(())
        })
    }
}

/// A file of further trusted authorities, PEM or DER. Read when the diagnosis runs.
///
/// # Safety
///
/// `ca_file` is NULL or ends with NUL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tomcheck_options_set_ca_file(
    options: *mut tomcheck_options,
    ca_file: *const c_char,
) -> tomcheck_status {
    // SAFETY: the caller promises what `set_text` demands.
    unsafe {
        set_text(options, ca_file, "ca_file", |values, text| {
            values.ca_file = Some(text.into());
            Ok(())
        })
    }
}

/// The proxy: `http://host:port`, `direct`, `pac:URL` or `wpad:`; default: what the system says.
///
/// # Safety
///
/// `proxy` is NULL or ends with NUL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tomcheck_options_set_proxy(
    options: *mut tomcheck_options,
    proxy: *const c_char,
) -> tomcheck_status {
    // SAFETY: the caller promises what `set_text` demands.
    unsafe {
        set_text(options, proxy, "proxy", |values, text| {
            values.proxy = Some(values.setting(text)?);
            Ok(())
        })
    }
}

/// The program that loads the module, instead of `tomcheck-worker` beside the library, in
/// `tomcheck/` beside it, or in `../libexec/tomcheck/`.
///
/// # Safety
///
/// `worker` is NULL or ends with NUL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tomcheck_options_set_worker(
    options: *mut tomcheck_options,
    worker: *const c_char,
) -> tomcheck_status {
    // SAFETY: the caller promises what `set_text` demands.
    unsafe {
        set_text(options, worker, "worker", |values, text| {
            values.worker = Some(text.into());
            Ok(())
        })
    }
}

/// The code porteur, four to eight digits, copied and wiped after use. **The next diagnosis
/// presents it to the card once**; without it the card signs nothing.
///
/// # Safety
///
/// `pin` is NULL or ends with NUL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tomcheck_options_set_pin(
    options: *mut tomcheck_options,
    pin: *const c_char,
) -> tomcheck_status {
    // SAFETY: the caller promises what `set_text` demands.
    unsafe {
        set_text(options, pin, "pin", |values, text| {
            let pin = Pin::parse(text.as_bytes().to_vec());
            values.pin = Some(pin.map_err(|shape| bad_value(format!("pin: {shape}")))?);
            Ok(())
        })
    }
}

/// Parts that can be looked at by themselves.
pub(crate) fn looked_at(list: &str) -> Result<BTreeSet<Layer>, Refusal> {
    let only = layers("only", list)?;
    match only.iter().find(|layer| !layer.has_probes()) {
        None => Ok(only),
        Some(layer) => {
            let why = format!("only: `{}` has no probe of its own", layer.name());
            Err(bad_value(why))
        }
    }
}

pub(crate) fn layers(option: &str, list: &str) -> Result<BTreeSet<Layer>, Refusal> {
    let layers = list.split(',').map(|word| {
        let layer = Layer::named(word.trim());
        layer.ok_or_else(|| bad_value(format!("{option}: `{word}` is no part")))
    });
    layers.collect()
}

/// Whom to log in to the proxy as, where it asks; the password is copied and wiped after use.
///
/// # Safety
///
/// `user` and `password` are NULL or end with NUL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tomcheck_options_set_proxy_login(
    options: *mut tomcheck_options,
    user: *const c_char,
    password: *const c_char,
) -> tomcheck_status {
    set(options, |values| {
        // SAFETY: NULL or ends with NUL, as promised.
        let user = unsafe { borrowed(user, "user") }?;
        // SAFETY: as above.
        let password = unsafe { borrowed(password, "password") }?;
        let password = password.to_owned().into();
        values.proxy_login = Some(Credentials::new(user, password));
        Ok(())
    })
}

/// Who has the code porteur when the card is ready for it, instead of `tomcheck_options_set_pin`:
/// **each diagnosis then presents it to the card once, at most**. `typed` and `on_reader` may be
/// NULL, each: then nobody has it in that way. Both are called by threads of the library while a
/// diagnosis runs, and never after it; so long must `userdata` be good. They must return: an
/// exception that leaves one ends the program (`SIGABRT`).
///
/// # Safety
///
/// `typed` and `on_reader` may be called with `userdata` by any thread.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tomcheck_options_set_pin_callback(
    options: *mut tomcheck_options,
    typed: tomcheck_pin_fn,
    on_reader: tomcheck_pin_pad_fn,
    userdata: *mut c_void,
) -> tomcheck_status {
    let userdata = Userdata(userdata);
    set(options, |values| {
        let has_one = typed.is_some() || on_reader.is_some();
        values.pin_callback = has_one.then_some(PinCallback {
            typed,
            on_reader,
            userdata,
        });
        Ok(())
    })
}

/// Who hears how far a diagnosis is; NULL: nobody. Called as `tomcheck_progress_fn` says, while a
/// diagnosis runs, and never after it; so long must `userdata` be good. It must return: an
/// exception that leaves it ends the program (`SIGABRT`).
///
/// # Safety
///
/// `progress` may be called with `userdata` by any thread.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tomcheck_options_set_progress(
    options: *mut tomcheck_options,
    progress: tomcheck_progress_fn,
    userdata: *mut c_void,
) -> tomcheck_status {
    let userdata = Userdata(userdata);
    set(options, |values| {
        values.progress = progress.map(|call| ProgressCallback::new(call, userdata));
        Ok(())
    })
}

/// What ends a diagnosis before it is done; NULL: nothing. The cancellation may be freed at any
/// time.
#[unsafe(no_mangle)]
pub extern "C" fn tomcheck_options_set_cancellation(
    options: *mut tomcheck_options,
    cancellation: *const tomcheck_cancellation,
) -> tomcheck_status {
    set(options, |values| {
        values.cancellation = match cancellation.is_null() {
            true => None,
            false => Some(Arc::clone(&handle::find::<Cancel>(cancellation)?.0)),
        };
        Ok(())
    })
}

/// How long a diagnosis may take, 1 to 86400 seconds. Default 60.
#[unsafe(no_mangle)]
pub extern "C" fn tomcheck_options_set_deadline(
    options: *mut tomcheck_options,
    seconds: u32,
) -> tomcheck_status {
    set(options, |values| {
        if !(1..=86_400).contains(&seconds) {
            return Err(bad_value("deadline: 1 to 86400 seconds"));
        }
        values.deadline = Some(Duration::from_secs(seconds.into()));
        Ok(())
    })
}

/// The language of sentences, one of `tomcheck_lang`. Taken as a number, so that a value C
/// made up is an error and nothing worse.
#[unsafe(no_mangle)]
pub extern "C" fn tomcheck_options_set_lang(
    options: *mut tomcheck_options,
    lang: i32,
) -> tomcheck_status {
    set(options, |values| {
        values.lang = Some(self::lang(lang)?);
        Ok(())
    })
}

/// Whether this process loads the module itself (1), or a process of its own does (0, the
/// default). What a module breaks it breaks here then: a crash ends the program, a call that hangs
/// leaves its thread behind.
#[unsafe(no_mangle)]
pub extern "C" fn tomcheck_options_set_in_process(
    options: *mut tomcheck_options,
    value: i32,
) -> tomcheck_status {
    set(options, |values| {
        values.in_process = is_on(value)?;
        Ok(())
    })
}

/// Whether the last try of the code porteur may be spent (1). Default 0: a card that has one try
/// left is not asked. A wrong code locks it then.
#[unsafe(no_mangle)]
pub extern "C" fn tomcheck_options_set_final_try(
    options: *mut tomcheck_options,
    value: i32,
) -> tomcheck_status {
    set(options, |values| {
        values.spends_final_try = is_on(value)?;
        Ok(())
    })
}

/// Whether the site is tried with further first messages also where nothing failed (1). Default 0.
#[unsafe(no_mangle)]
pub extern "C" fn tomcheck_options_set_thorough(
    options: *mut tomcheck_options,
    value: i32,
) -> tomcheck_status {
    set(options, |values| {
        values.thorough = Some(is_on(value)?);
        Ok(())
    })
}

/// Whether `tomcheck_certs` reads the card past what the module keeps of it on disk, which it
/// deletes for that (1). Default 0.
#[unsafe(no_mangle)]
pub extern "C" fn tomcheck_options_set_refresh(
    options: *mut tomcheck_options,
    value: i32,
) -> tomcheck_status {
    set(options, |values| {
        values.refresh = is_on(value)?;
        Ok(())
    })
}

/// Whether names, numbers and serial numbers stay in clear (1), or are masked (0). Default: in
/// clear for `tomcheck_card` and `tomcheck_certs`, whose purpose is to show them, masked elsewhere.
#[unsafe(no_mangle)]
pub extern "C" fn tomcheck_options_set_show_identity(
    options: *mut tomcheck_options,
    value: i32,
) -> tomcheck_status {
    set(options, |values| {
        values.show_identity = Some(is_on(value)?);
        Ok(())
    })
}

fn is_on(value: i32) -> Result<bool, Refusal> {
    match value {
        0 => Ok(false),
        1 => Ok(true),
        _ => Err(bad_value("value: 0 or 1")),
    }
}
