//! What does the worker process need of Windows?
#![allow(unsafe_code)]

use std::ffi::OsString;
use std::fs::File;
use std::io;
use std::os::windows::ffi::{OsStrExt, OsStringExt};
use std::os::windows::io::{FromRawHandle, RawHandle};
use std::os::windows::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitStatus};

use serde::{Deserialize, Serialize};
use windows_sys::Win32::Foundation::ERROR_FILE_NOT_FOUND;
use windows_sys::Win32::System::Console::{
    GetStdHandle, STD_ERROR_HANDLE, STD_HANDLE, STD_INPUT_HANDLE, STD_OUTPUT_HANDLE, SetStdHandle,
};
use windows_sys::Win32::System::Diagnostics::Debug::{
    SEM_FAILCRITICALERRORS, SEM_NOGPFAULTERRORBOX, SEM_NOOPENFILEERRORBOX, SetErrorMode,
};
use windows_sys::Win32::System::JobObjects::{
    AssignProcessToJobObject, CreateJobObjectW, JOB_OBJECT_LIMIT_KILL_ON_JOB_CLOSE,
    JOB_OBJECT_LIMIT_PROCESS_MEMORY, JOBOBJECT_EXTENDED_LIMIT_INFORMATION,
    JobObjectExtendedLimitInformation, SetInformationJobObject,
};
use windows_sys::Win32::System::Registry::{
    HKEY, HKEY_CURRENT_USER, HKEY_LOCAL_MACHINE, KEY_QUERY_VALUE, KEY_SET_VALUE, REG_DWORD,
    RRF_RT_REG_SZ, RRF_SUBKEY_WOW6464KEY, RegCloseKey, RegCreateKeyW, RegDeleteKeyW,
    RegDeleteValueW, RegGetValueW, RegOpenKeyExW, RegQueryInfoKeyW, RegQueryValueExW,
    RegSetValueExW,
};
use windows_sys::Win32::System::Threading::{
    CREATE_NEW_PROCESS_GROUP, CREATE_NO_WINDOW, GetCurrentProcess,
};

use crate::Crash;
use crate::module::Package;
use crate::trace::Switch;

/// A path as the UTF-16 that it is, little end first.
pub(crate) fn bytes_of(path: &Path) -> Vec<u8> {
    let units = path.as_os_str().encode_wide();
    units.flat_map(u16::to_le_bytes).collect()
}

/// The reverse.
pub(crate) fn path_of(bytes: &[u8]) -> PathBuf {
    let (units, _) = bytes.as_chunks();
    let units: Vec<u16> = units.iter().map(|unit| u16::from_le_bytes(*unit)).collect();
    PathBuf::from(OsString::from_wide(&units))
}

/// Moves the protocol away from the standard handles, where a module that prints or reads
/// would meet it: its C runtime takes them as they are when it is loaded.
///
/// # Errors
///
/// What the system said.
pub(crate) fn take_streams() -> io::Result<(File, File)> {
    let from = take(STD_INPUT_HANDLE)?;
    let to = take(STD_OUTPUT_HANDLE)?;
    // SAFETY: a plain look-up; no handle is a value too.
    let error = unsafe { GetStdHandle(STD_ERROR_HANDLE) };
    // SAFETY: only replaces entries of this process's table of standard handles.
    unsafe {
        SetStdHandle(STD_OUTPUT_HANDLE, error);
        SetStdHandle(STD_INPUT_HANDLE, std::ptr::null_mut());
    }
    Ok((from, to))
}

fn take(which: STD_HANDLE) -> io::Result<File> {
    // SAFETY: a plain look-up.
    let handle: RawHandle = unsafe { GetStdHandle(which) };
    if handle.is_null() || handle as isize == -1 {
        return Err(io::Error::last_os_error());
    }
    // SAFETY: the handle is open, and from here on nobody else uses it: this runs once,
    // first of all in the worker, and the table's entry is replaced at once.
    Ok(unsafe { File::from_raw_handle(handle) })
}

/// Has Windows end this process when its module crashes or cannot be loaded, instead of opening
/// a dialog box that waits for a click: a crash would be taken for a hang.
///
/// A job object bounds the memory its module can take, and ends with this process whatever the
/// module started. A system that refuses it leaves the deadline per call.
pub(crate) fn limit() {
    let silent = SEM_FAILCRITICALERRORS | SEM_NOGPFAULTERRORBOX | SEM_NOOPENFILEERRORBOX;
    // SAFETY: only replaces this process's error mode.
    unsafe { SetErrorMode(silent) };
    enter_job();
}

fn enter_job() {
    let mut limits = JOBOBJECT_EXTENDED_LIMIT_INFORMATION::default();
    limits.BasicLimitInformation.LimitFlags =
        JOB_OBJECT_LIMIT_PROCESS_MEMORY | JOB_OBJECT_LIMIT_KILL_ON_JOB_CLOSE;
    limits.ProcessMemoryLimit = MOST_MEMORY;
    let size = u32::try_from(size_of_val(&limits)).unwrap_or_default();
    // SAFETY: no name and no rights are asked for; a null answer is looked at.
    let job = unsafe { CreateJobObjectW(std::ptr::null(), std::ptr::null()) };
    if job.is_null() {
        return;
    }
    // SAFETY: `limits` has the type this class of information has, and its size stands beside it.
    // The job's handle is never closed: it lives as long as this process, and the job with it.
    unsafe {
        let at = (&raw const limits).cast();
        if SetInformationJobObject(job, JobObjectExtendedLimitInformation, at, size) != 0 {
            AssignProcessToJobObject(job, GetCurrentProcess());
        }
    }
}

/// What the module may take; in bytes.
const MOST_MEMORY: usize = 512 << 20;

/// What the module started ends with the job of [`limit`].
pub(crate) fn end_group(_id: u32) {}

/// Windows asks for a right of its own before one process may read another's memory.
pub(crate) fn hide_memory() {}

/// Keeps a Ctrl-C at the console from the worker: its parent ends it, and it then finalises
/// the module instead of dying with the card in its hands. No window flashes up.
pub(crate) fn set_apart(command: &mut Command) {
    command.creation_flags(CREATE_NEW_PROCESS_GROUP | CREATE_NO_WINDOW);
}

/// Only Linux lets a process see other files than its neighbours.
pub(crate) fn find_instead(
    _instead: &[crate::worker::Instead],
) -> Result<(), tomcheck_diagnosis::ForeignFailure> {
    Err(tomcheck_diagnosis::ForeignFailure::decimal("unshare", 0).named("not on this system"))
}

/// The environment that Windows, PC/SC and the modules need.
pub(crate) const ENVIRONMENT: &[&str] = &[
    "ALLUSERSPROFILE",
    "APPDATA",
    "CommonProgramFiles",
    "LOCALAPPDATA",
    "OPENSC_CONF",
    "ProgramData",
    "ProgramFiles",
    "ProgramFiles(x86)",
    "SOFTHSM2_CONF",
    "SystemDrive",
    "SystemRoot",
    "TEMP",
    "TMP",
    "USERPROFILE",
    "windir",
];

/// How a process ended that should not have: exceptions are statuses from 0xC0000000 up.
pub(crate) fn crash(status: ExitStatus) -> Crash {
    let code = status.code().unwrap_or_default();
    let number = code.cast_unsigned();
    if number >= 0xC000_0000 {
        Crash::Exception(number)
    } else {
        Crash::Exit(code)
    }
}

/// What the Cryptolib's installer left in the registry.
///
/// Source: installer of the Cryptolib CPS 5.2.2, `HKLM\SOFTWARE\ASIP\Cryptolib CPS`.
pub(crate) fn declared_package() -> Package {
    match (registry_text("InstallDir"), registry_text("Version")) {
        (None, None) => Package::NotDeclared,
        (directory, version) => Package::Declared { directory, version },
    }
}

fn registry_text(name: &str) -> Option<String> {
    let key = wide(r"SOFTWARE\ASIP\Cryptolib CPS");
    let name = wide(name);
    let mut text = [0_u16; 1024];
    let mut bytes = u32::try_from(size_of_val(&text)).ok()?;
    // SAFETY: both names end with NUL, `text` is `bytes` long and ours to write to.
    let status = unsafe {
        RegGetValueW(
            HKEY_LOCAL_MACHINE,
            key.as_ptr(),
            name.as_ptr(),
            RRF_RT_REG_SZ | RRF_SUBKEY_WOW6464KEY,
            std::ptr::null_mut(),
            text.as_mut_ptr().cast(),
            &raw mut bytes,
        )
    };
    let characters = text.iter().take_while(|character| **character != 0);
    let characters: Vec<u16> = characters.copied().collect();
    (status == 0).then(|| String::from_utf16_lossy(&characters))
}

fn wide(text: &str) -> Vec<u16> {
    text.encode_utf16().chain([0]).collect()
}

/// Where the Cryptolib CPS keeps what it read of cards.
pub(crate) fn cache_folder() -> PathBuf {
    let data = std::env::var_os("ProgramData").unwrap_or_else(|| r"C:\ProgramData".into());
    PathBuf::from(data).join(r"santesocial\cps\cache")
}

/// Where the Cryptolib CPS looks whether to write a trace.
pub(crate) fn trace_switch() -> Switch {
    Switch::Registry
}

/// Where the Cryptolib CPS writes it.
pub(crate) fn log_folder() -> PathBuf {
    let data = std::env::var_os("ProgramData").unwrap_or_else(|| r"C:\ProgramData".into());
    PathBuf::from(data).join(r"santesocial\cps\log")
}

/// Where programs keep what must outlive them.
pub(crate) fn state_folder() -> PathBuf {
    let local = std::env::var_os("LOCALAPPDATA").map(PathBuf::from);
    local.unwrap_or_else(std::env::temp_dir).join("tomcheck")
}

/// A new folder; the folder for what is temporary is the account's own already.
pub(crate) fn create_own_folder(path: &Path) -> io::Result<()> {
    std::fs::create_dir(path)
}

/// The values that turn the trace on, as the registry has them.
#[derive(Clone, Debug, Eq, PartialEq, Serialize, Deserialize)]
pub(crate) struct TraceValues {
    /// None: there is no such key.
    values: Option<[TraceValue; 2]>,
}

/// The type of a value and its bytes; none: there is no such value.
type TraceValue = Option<(u32, Vec<u8>)>;

/// Under `HKEY_CURRENT_USER`, which the Cryptolib CPS asks first.
///
/// Source: `activation_traces.reg`, installed with the Cryptolib CPS 5.2.2.
const TRACE_KEY: &str = r"SOFTWARE\ASIP Sante\PKCS11";
const TRACE_KEY_ABOVE: &str = r"SOFTWARE\ASIP Sante";
const TRACE_NAMES: [&str; 2] = ["Traces", "Debug"];

pub(crate) fn trace_values_on() -> TraceValues {
    let number = |number: u32| Some((REG_DWORD, number.to_le_bytes().to_vec()));
    TraceValues {
        values: Some([number(1), number(10)]),
    }
}

pub(crate) fn trace_values() -> io::Result<TraceValues> {
    let Some(key) = open_key(TRACE_KEY)? else {
        return Ok(TraceValues { values: None });
    };
    let [traces, debug] = TRACE_NAMES.map(|name| key.value(name));
    Ok(TraceValues {
        values: Some([traces?, debug?]),
    })
}

/// Creates the key where it is missing, and removes it where it is to be: unless somebody else
/// put something in it.
pub(crate) fn set_trace_values(wanted: &TraceValues) -> io::Result<()> {
    let Some(values) = &wanted.values else {
        if let Some(key) = open_key(TRACE_KEY)? {
            TRACE_NAMES
                .iter()
                .try_for_each(|name| key.set(name, &None))?;
        }
        for key in [TRACE_KEY, TRACE_KEY_ABOVE] {
            remove_if_empty(key)?;
        }
        return Ok(());
    };
    let key = create_key(TRACE_KEY)?;
    let pairs = TRACE_NAMES.iter().zip(values);
    pairs
        .into_iter()
        .try_for_each(|(name, value)| key.set(name, value))
}

/// An open key of this account; closed when dropped.
struct Key(HKEY);

impl Drop for Key {
    fn drop(&mut self) {
        // SAFETY: the handle is open and ours.
        unsafe { RegCloseKey(self.0) };
    }
}

impl Key {
    fn value(&self, name: &str) -> io::Result<TraceValue> {
        let name = wide(name);
        let (mut kind, mut bytes, mut length) = (0, [0_u8; 256], 256);
        // SAFETY: the name ends with NUL, `bytes` is `length` long and ours to write to.
        let status = unsafe {
            RegQueryValueExW(
                self.0,
                name.as_ptr(),
                std::ptr::null(),
                &raw mut kind,
                bytes.as_mut_ptr(),
                &raw mut length,
            )
        };
        if status == ERROR_FILE_NOT_FOUND {
            return Ok(None);
        }
        succeeded(status)?;
        let length = usize::try_from(length).unwrap_or_default();
        let bytes = bytes.get(..length).unwrap_or_default();
        Ok(Some((kind, bytes.to_vec())))
    }

    fn set(&self, name: &str, value: &TraceValue) -> io::Result<()> {
        let name = wide(name);
        let Some((kind, bytes)) = value else {
            // SAFETY: the name ends with NUL.
            let status = unsafe { RegDeleteValueW(self.0, name.as_ptr()) };
            return match status {
                ERROR_FILE_NOT_FOUND => Ok(()),
                status => succeeded(status),
            };
        };
        let length = u32::try_from(bytes.len()).unwrap_or_default();
        // SAFETY: the name ends with NUL, `bytes` is `length` long.
        succeeded(unsafe {
            RegSetValueExW(self.0, name.as_ptr(), 0, *kind, bytes.as_ptr(), length)
        })
    }
}

fn open_key(path: &str) -> io::Result<Option<Key>> {
    let path = wide(path);
    let mut key = std::ptr::null_mut();
    let rights = KEY_QUERY_VALUE | KEY_SET_VALUE;
    // SAFETY: the path ends with NUL, and `key` is ours to write to.
    let status =
        unsafe { RegOpenKeyExW(HKEY_CURRENT_USER, path.as_ptr(), 0, rights, &raw mut key) };
    match status {
        ERROR_FILE_NOT_FOUND => Ok(None),
        status => succeeded(status).map(|()| Some(Key(key))),
    }
}

fn create_key(path: &str) -> io::Result<Key> {
    let path = wide(path);
    let mut key = std::ptr::null_mut();
    // SAFETY: the path ends with NUL, and `key` is ours to write to.
    let status = unsafe { RegCreateKeyW(HKEY_CURRENT_USER, path.as_ptr(), &raw mut key) };
    succeeded(status).map(|()| Key(key))
}

fn remove_if_empty(path: &str) -> io::Result<()> {
    let Some(key) = open_key(path)? else {
        return Ok(());
    };
    let (mut keys, mut values) = (0, 0);
    let (no_text, no_number) = (std::ptr::null_mut(), std::ptr::null_mut());
    // SAFETY: what is not asked for is null; the two numbers are ours to write to.
    let status = unsafe {
        RegQueryInfoKeyW(
            key.0,
            no_text,
            no_number,
            std::ptr::null(),
            &raw mut keys,
            no_number,
            no_number,
            &raw mut values,
            no_number,
            no_number,
            no_number,
            std::ptr::null_mut(),
        )
    };
    succeeded(status)?;
    drop(key);
    if (keys, values) != (0, 0) {
        return Ok(());
    }
    let path = wide(path);
    // SAFETY: the path ends with NUL; a key that has keys is not deleted.
    succeeded(unsafe { RegDeleteKeyW(HKEY_CURRENT_USER, path.as_ptr()) })
}

fn succeeded(status: u32) -> io::Result<()> {
    match i32::try_from(status) {
        Ok(0) => Ok(()),
        Ok(status) => Err(io::Error::from_raw_os_error(status)),
        Err(error) => Err(io::Error::other(error)),
    }
}

/// The folder of Windows.
pub(crate) fn system_root() -> Option<PathBuf> {
    let root = std::env::var_os("SystemRoot").unwrap_or_else(|| r"C:\Windows".into());
    Some(PathBuf::from(root))
}
