//! Windows, from its registry and environment.
#![allow(unsafe_code)]

use std::ffi::OsStr;
use std::io;
use std::os::windows::ffi::OsStrExt;
use std::ptr;

use windows_sys::Win32::System::Registry::{
    HKEY, HKEY_LOCAL_MACHINE, KEY_READ, KEY_WOW64_32KEY, KEY_WOW64_64KEY, RRF_RT_REG_SZ,
    RRF_SUBKEY_WOW6432KEY, RRF_SUBKEY_WOW6464KEY, RegCloseKey, RegEnumKeyExW, RegGetValueW,
    RegOpenKeyExW,
};
use windows_sys::Win32::UI::Shell::ShellExecuteW;
use windows_sys::Win32::UI::WindowsAndMessaging::SW_SHOWNORMAL;

const CURRENT_VERSION: &str = r"SOFTWARE\Microsoft\Windows NT\CurrentVersion";

/// `Windows 11 Pro 10.0.22631`, from the registry, which manifests and shims do not bend.
pub(crate) fn os_version() -> String {
    let product = local_machine(CURRENT_VERSION, "ProductName").unwrap_or_else(|| "Windows".into());
    let build = local_machine(CURRENT_VERSION, "CurrentBuildNumber").unwrap_or_default();
    format!("{product} {build}").trim().to_owned()
}

/// The NetBIOS name.
pub(crate) fn host_name() -> Option<String> {
    std::env::var("COMPUTERNAME")
        .ok()
        .filter(|name| !name.is_empty())
}

/// The session's user.
pub(crate) fn user_name() -> Option<String> {
    std::env::var("USERNAME")
        .ok()
        .filter(|name| !name.is_empty())
}

/// The identifier Windows gave this installation.
pub(crate) fn machine_id() -> Option<String> {
    local_machine(r"SOFTWARE\Microsoft\Cryptography", "MachineGuid")
}

/// Name and version of each program that can be uninstalled, of either word size.
///
/// Source: Microsoft, Uninstall Registry Key.
pub(crate) fn programs() -> Vec<(String, Option<String>)> {
    let views = [RRF_SUBKEY_WOW6464KEY, RRF_SUBKEY_WOW6432KEY];
    let all = views.into_iter().flat_map(|view| {
        let keys = subkeys(UNINSTALL, view).into_iter();
        keys.filter_map(move |key| {
            let key = format!("{UNINSTALL}\\{key}");
            let name = local_machine_in(view, &key, "DisplayName")?;
            Some((name, local_machine_in(view, &key, "DisplayVersion")))
        })
    });
    let mut all: Vec<_> = all.collect();
    all.sort();
    all.dedup();
    all
}

const UNINSTALL: &str = r"SOFTWARE\Microsoft\Windows\CurrentVersion\Uninstall";
/// More programs than any machine has.
const MOST_KEYS: u32 = 4096;

fn subkeys(key: &str, view: u32) -> Vec<String> {
    let key = wide(key);
    let view = match view {
        RRF_SUBKEY_WOW6432KEY => KEY_WOW64_32KEY,
        _ => KEY_WOW64_64KEY,
    };
    let mut handle: HKEY = ptr::null_mut();
    // SAFETY: the name ends with NUL; the handle is written on success only, and closed below.
    let status = unsafe {
        RegOpenKeyExW(
            HKEY_LOCAL_MACHINE,
            key.as_ptr(),
            0,
            KEY_READ | view,
            &mut handle,
        )
    };
    if status != 0 {
        return Vec::new();
    }
    let names = (0..MOST_KEYS)
        .map_while(|index| subkey(handle, index))
        .collect();
    // SAFETY: the handle was opened above, and is not used any more.
    unsafe { RegCloseKey(handle) };
    names
}

fn subkey(handle: HKEY, index: u32) -> Option<String> {
    let mut buffer = [0u16; 256];
    let mut length = u32::try_from(buffer.len()).ok()?;
    // SAFETY: the buffer and its length in characters belong together; what else could be told is
    // not asked for.
    let status = unsafe {
        RegEnumKeyExW(
            handle,
            index,
            buffer.as_mut_ptr(),
            &mut length,
            ptr::null(),
            ptr::null_mut(),
            ptr::null_mut(),
            ptr::null_mut(),
        )
    };
    let name = buffer.get(..usize::try_from(length).ok()?)?;
    (status == 0).then(|| String::from_utf16_lossy(name))
}

/// Has the user's program for it open a file or an address. Does not wait for that program.
///
/// Source: Microsoft, ShellExecuteW: no more than 32 is a failure.
pub(crate) fn open(what: &OsStr) -> io::Result<()> {
    let what: Vec<u16> = what.encode_wide().chain([0]).collect();
    let verb = wide("open");
    // SAFETY: both texts end with NUL and outlive the call; all else may be null.
    let opened = unsafe {
        ShellExecuteW(
            ptr::null_mut(),
            verb.as_ptr(),
            what.as_ptr(),
            ptr::null(),
            ptr::null(),
            SW_SHOWNORMAL,
        )
    };
    match opened as usize {
        0..=32 => Err(io::Error::last_os_error()),
        _ => Ok(()),
    }
}

fn local_machine(key: &str, value: &str) -> Option<String> {
    local_machine_in(RRF_SUBKEY_WOW6464KEY, key, value)
}

fn local_machine_in(view: u32, key: &str, value: &str) -> Option<String> {
    let (key, value) = (wide(key), wide(value));
    let mut buffer = [0u16; 256];
    let mut bytes = u32::try_from(size_of_val(&buffer)).ok()?;
    // SAFETY: both names end with NUL, the buffer and its size in bytes belong together, and
    // the call writes no more than that size.
    let status = unsafe {
        RegGetValueW(
            HKEY_LOCAL_MACHINE,
            key.as_ptr(),
            value.as_ptr(),
            RRF_RT_REG_SZ | view,
            ptr::null_mut(),
            buffer.as_mut_ptr().cast(),
            &mut bytes,
        )
    };
    let length = usize::try_from(bytes).ok()? / 2;
    let text = String::from_utf16_lossy(buffer.get(..length)?);
    (status == 0)
        .then(|| text.trim_end_matches('\0').to_owned())
        .filter(|text| !text.is_empty())
}

fn wide(text: &str) -> Vec<u16> {
    text.encode_utf16().chain([0]).collect()
}
