//! What does the worker process need of Windows?
#![allow(unsafe_code)]

use std::fs::File;
use std::io;
use std::os::windows::io::{FromRawHandle, RawHandle};
use std::os::windows::process::CommandExt;
use std::path::PathBuf;
use std::process::{Command, ExitStatus};

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
    HKEY_LOCAL_MACHINE, RRF_RT_REG_SZ, RRF_SUBKEY_WOW6464KEY, RegGetValueW,
};
use windows_sys::Win32::System::Threading::{
    CREATE_NEW_PROCESS_GROUP, CREATE_NO_WINDOW, GetCurrentProcess,
};

use crate::Crash;
use crate::module::Package;

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

/// The folder of Windows.
pub(crate) fn system_root() -> Option<PathBuf> {
    let root = std::env::var_os("SystemRoot").unwrap_or_else(|| r"C:\Windows".into());
    Some(PathBuf::from(root))
}
