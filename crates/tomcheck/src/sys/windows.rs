//! Windows, from its registry and environment.
#![allow(unsafe_code)]

use std::collections::BTreeSet;
use std::ffi::{OsStr, c_void};
use std::io;
use std::os::windows::ffi::OsStrExt;
use std::path::Path;
use std::ptr;

use windows_sys::Win32::Foundation::LocalFree;
use windows_sys::Win32::Security::Authorization::{
    ConvertSidToStringSidW, GetNamedSecurityInfoW, SE_FILE_OBJECT,
};
use windows_sys::Win32::Security::{
    ACCESS_ALLOWED_ACE, ACE_HEADER, ACL, DACL_SECURITY_INFORMATION, GetAce, INHERIT_ONLY_ACE,
    OWNER_SECURITY_INFORMATION, PSECURITY_DESCRIPTOR, PSID,
};
use windows_sys::Win32::Storage::FileSystem::{GetFileVersionInfoSizeW, GetFileVersionInfoW};
use windows_sys::Win32::System::Registry::{
    HKEY, HKEY_CURRENT_USER, HKEY_LOCAL_MACHINE, KEY_READ, KEY_WOW64_32KEY, KEY_WOW64_64KEY,
    RRF_RT_REG_SZ, RRF_SUBKEY_WOW6432KEY, RRF_SUBKEY_WOW6464KEY, RegCloseKey, RegEnumKeyExW,
    RegGetValueW, RegOpenKeyExW,
};
use windows_sys::Win32::UI::Shell::ShellExecuteW;
use windows_sys::Win32::UI::WindowsAndMessaging::SW_SHOWNORMAL;

use crate::config::{Access, Allowed};
use crate::inventory::{Driver, Program, is_driver};

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

/// Each program that can be uninstalled, of either word size, for everybody or for this user alone.
///
/// Source: Microsoft, Uninstall Registry Key; Registry Keys Affected by WOW64.
pub(crate) fn programs() -> Vec<Program> {
    let lists = [
        (HKEY_LOCAL_MACHINE, RRF_SUBKEY_WOW6464KEY),
        (HKEY_LOCAL_MACHINE, RRF_SUBKEY_WOW6432KEY),
        (HKEY_CURRENT_USER, RRF_SUBKEY_WOW6464KEY),
    ];
    let all = lists.into_iter().flat_map(|(hive, view)| {
        let keys = subkeys(hive, UNINSTALL, view).into_iter();
        keys.filter_map(move |key| {
            let key = format!("{UNINSTALL}\\{key}");
            Some(Program {
                name: text(hive, view, &key, "DisplayName")?,
                version: text(hive, view, &key, "DisplayVersion"),
                is_of_user: hive == HKEY_CURRENT_USER,
            })
        })
    });
    in_order(all)
}

/// Each driver of a smart-card reader that was ever plugged in here.
///
/// Source: Microsoft, System-Defined Device Setup Classes (SmartCardReader); Registry Trees and
/// Keys for Devices and Drivers.
pub(crate) fn reader_drivers() -> Vec<Driver> {
    let (hive, view) = (HKEY_LOCAL_MACHINE, RRF_SUBKEY_WOW6464KEY);
    let keys = subkeys(hive, READERS, view).into_iter();
    let all = keys.filter(|key| is_driver(key)).filter_map(|key| {
        let key = format!("{READERS}\\{key}");
        Some(Driver {
            description: text(hive, view, &key, "DriverDesc")?,
            version: text(hive, view, &key, "DriverVersion"),
            provider: text(hive, view, &key, "ProviderName"),
        })
    });
    in_order(all)
}

fn in_order<T: Ord>(all: impl Iterator<Item = T>) -> Vec<T> {
    let all: BTreeSet<T> = all.collect();
    all.into_iter().collect()
}

const UNINSTALL: &str = r"SOFTWARE\Microsoft\Windows\CurrentVersion\Uninstall";
const READERS: &str =
    r"SYSTEM\CurrentControlSet\Control\Class\{50DD5230-BA8A-11D1-BF5D-0000F805F530}";
/// More programs than any machine has.
const MOST_KEYS: u32 = 4096;

/// The version resource of a program's file; none: it has none. Reads a local file.
///
/// Source: Microsoft, GetFileVersionInfoSizeW, GetFileVersionInfoW.
pub(crate) fn version_resource(path: &Path) -> Option<Vec<u8>> {
    let path: Vec<u16> = path.as_os_str().encode_wide().chain([0]).collect();
    // SAFETY: the path ends with NUL; the handle that could be told is not asked for.
    let size = unsafe { GetFileVersionInfoSizeW(path.as_ptr(), ptr::null_mut()) };
    if size == 0 || size > MOST_RESOURCE {
        return None;
    }
    let mut resource = vec![0u8; usize::try_from(size).ok()?];
    // SAFETY: the path ends with NUL; the buffer has as many bytes as are said.
    let read = unsafe { GetFileVersionInfoW(path.as_ptr(), 0, size, resource.as_mut_ptr().cast()) };
    (read != 0).then_some(resource)
}

/// A version resource has some thousand bytes.
const MOST_RESOURCE: u32 = 1 << 20;

fn subkeys(hive: HKEY, key: &str, view: u32) -> Vec<String> {
    let key = wide(key);
    let view = match view {
        RRF_SUBKEY_WOW6432KEY => KEY_WOW64_32KEY,
        _ => KEY_WOW64_64KEY,
    };
    let mut handle: HKEY = ptr::null_mut();
    // SAFETY: the name ends with NUL; the handle is written on success only, and closed below.
    let status = unsafe { RegOpenKeyExW(hive, key.as_ptr(), 0, KEY_READ | view, &mut handle) };
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
    text(HKEY_LOCAL_MACHINE, RRF_SUBKEY_WOW6464KEY, key, value)
}

fn text(hive: HKEY, view: u32, key: &str, value: &str) -> Option<String> {
    let (key, value) = (wide(key), wide(value));
    let mut buffer = [0u16; 256];
    let mut bytes = u32::try_from(size_of_val(&buffer)).ok()?;
    // SAFETY: both names end with NUL, the buffer and its size in bytes belong together, and
    // the call writes no more than that size.
    let status = unsafe {
        RegGetValueW(
            hive,
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

/// Who owns a file or a folder, and to whom its access list allows what. Follows links.
///
/// # Errors
///
/// What Windows answers, not found among it.
///
/// Source: Microsoft, GetNamedSecurityInfoW, GetAce, ACCESS_ALLOWED_ACE.
pub(crate) fn access(path: &Path) -> io::Result<Access> {
    let path: Vec<u16> = path.as_os_str().encode_wide().chain([0]).collect();
    let (mut owner, mut list): (PSID, *mut ACL) = (ptr::null_mut(), ptr::null_mut());
    let mut descriptor: PSECURITY_DESCRIPTOR = ptr::null_mut();
    // SAFETY: the path ends with NUL; owner and list are written on success and point into the
    // descriptor, which is freed below, when nothing points into it any more.
    let status = unsafe {
        GetNamedSecurityInfoW(
            path.as_ptr(),
            SE_FILE_OBJECT,
            OWNER_SECURITY_INFORMATION | DACL_SECURITY_INFORMATION,
            &mut owner,
            ptr::null_mut(),
            &mut list,
            ptr::null_mut(),
            &mut descriptor,
        )
    };
    if status != 0 {
        return Err(io::Error::from_raw_os_error(status.cast_signed()));
    }
    let access = Access {
        owner: written(owner).unwrap_or_default(),
        allowed: allowed(list),
    };
    // SAFETY: the descriptor was allocated by the call above, for its caller to free.
    unsafe { LocalFree(descriptor) };
    Ok(access)
}

/// None: there is no list, and everything is allowed to everybody.
fn allowed(list: *const ACL) -> Option<Vec<Allowed>> {
    if list.is_null() {
        return None;
    }
    // SAFETY: a list that is not null is a valid one, as Windows gave it.
    let count = u32::from(unsafe { (*list).AceCount });
    (0..count).filter_map(|index| entry(list, index)).collect()
}

/// None in it: an entry that allows something in a way that is not looked at, and may be anything.
fn entry(list: *const ACL, index: u32) -> Option<Option<Allowed>> {
    let mut entry: *mut c_void = ptr::null_mut();
    // SAFETY: the list is valid and has more entries than `index`.
    let got = unsafe { GetAce(list, index, &mut entry) };
    if got == 0 || entry.is_null() {
        return Some(None);
    }
    // SAFETY: every entry begins with its header.
    let header = unsafe { *entry.cast::<ACE_HEADER>() };
    let kind = u32::from(header.AceType);
    let is_for_children = u32::from(header.AceFlags) & INHERIT_ONLY_ACE != 0;
    if is_for_children || kind == ACCESS_DENIED {
        return None;
    }
    if kind != ACCESS_ALLOWED {
        return Some(None);
    }
    let entry = entry.cast::<ACCESS_ALLOWED_ACE>();
    // SAFETY: an entry of this type has a mask, and then the bytes of an identifier.
    let (mask, who) = unsafe { ((*entry).Mask, (&raw mut (*entry).SidStart).cast::<c_void>()) };
    Some(written(who).map(|who| Allowed { who, mask }))
}

/// `ACCESS_ALLOWED_ACE_TYPE`
const ACCESS_ALLOWED: u32 = 0;
/// `ACCESS_DENIED_ACE_TYPE`
const ACCESS_DENIED: u32 = 1;

/// `S-1-5-32-544`
fn written(who: PSID) -> Option<String> {
    let mut text: *mut u16 = ptr::null_mut();
    // SAFETY: `who` points to a valid identifier; the text is written on success only.
    let converted = unsafe { ConvertSidToStringSidW(who, &mut text) };
    if converted == 0 || text.is_null() {
        return None;
    }
    // SAFETY: the text ends with NUL.
    let length = (0..LONGEST).find(|at| unsafe { *text.add(*at) } == 0);
    // SAFETY: as many characters stand there.
    let told = length.map(|length| unsafe { std::slice::from_raw_parts(text, length) });
    let told = told.map(String::from_utf16_lossy);
    // SAFETY: the text was allocated by the call above, for its caller to free.
    unsafe { LocalFree(text.cast()) };
    told
}

/// An identifier has fifteen numbers at most, of ten digits each.
const LONGEST: usize = 256;
