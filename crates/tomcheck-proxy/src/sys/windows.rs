//! What do Windows' Internet options say, in the registry?

#![allow(unsafe_code)]

use std::ptr;

use tomcheck_diagnosis::ForeignFailure;
use windows_sys::Win32::Foundation::{ERROR_FILE_NOT_FOUND, ERROR_SUCCESS};
use windows_sys::Win32::System::Registry::{
    HKEY, HKEY_CURRENT_USER, HKEY_LOCAL_MACHINE, RRF_RT_REG_DWORD, RRF_RT_REG_SZ, RegGetValueW,
};

use crate::WinInet;

/// Group policy "Make proxy settings per-machine" writes 0 here.
const POLICY: &str = r"Software\Policies\Microsoft\Windows\CurrentVersion\Internet Settings";

/// The session's settings, or the machine's where a policy says so. Blocks for a few
/// registry reads.
pub(crate) fn wininet() -> Option<Result<WinInet, ForeignFailure>> {
    Some(read())
}

fn read() -> Result<WinInet, ForeignFailure> {
    let per_user = number(HKEY_LOCAL_MACHINE, POLICY, "ProxySettingsPerUser")?;
    let (hive, root) = match per_user {
        Some(0) => ("HKLM", HKEY_LOCAL_MACHINE),
        Some(_) | None => ("HKCU", HKEY_CURRENT_USER),
    };
    Ok(WinInet {
        hive: hive.to_owned(),
        enabled: number(root, WinInet::KEY, "ProxyEnable")?,
        server: text(root, WinInet::KEY, "ProxyServer")?,
        exceptions: text(root, WinInet::KEY, "ProxyOverride")?,
        script: text(root, WinInet::KEY, "AutoConfigURL")?,
    })
}

fn number(root: HKEY, key: &str, value: &str) -> Result<Option<u32>, ForeignFailure> {
    let (key, value) = (wide(key), wide(value));
    let mut number = 0_u32;
    let mut size = 4_u32;
    // SAFETY: both strings end with a zero and outlive the call; the buffer is a u32 and its
    // size is given as 4.
    let status = unsafe {
        RegGetValueW(
            root,
            key.as_ptr(),
            value.as_ptr(),
            RRF_RT_REG_DWORD,
            ptr::null_mut(),
            (&raw mut number).cast(),
            &raw mut size,
        )
    };
    answer(status).map(|found| found.map(|()| number))
}

fn text(root: HKEY, key: &str, value: &str) -> Result<Option<String>, ForeignFailure> {
    let (key, value) = (wide(key), wide(value));
    let mut size = 0_u32;
    // SAFETY: both strings end with a zero and outlive the call; without a buffer only the
    // size is written.
    let status = unsafe {
        RegGetValueW(
            root,
            key.as_ptr(),
            value.as_ptr(),
            RRF_RT_REG_SZ,
            ptr::null_mut(),
            ptr::null_mut(),
            &raw mut size,
        )
    };
    if answer(status)?.is_none() {
        return Ok(None);
    }
    let mut buffer = vec![0_u16; size.div_ceil(2) as usize];
    let mut size = u32::try_from(buffer.len() * 2).unwrap_or(0);
    // SAFETY: as above; the buffer holds `size` bytes.
    let status = unsafe {
        RegGetValueW(
            root,
            key.as_ptr(),
            value.as_ptr(),
            RRF_RT_REG_SZ,
            ptr::null_mut(),
            buffer.as_mut_ptr().cast(),
            &raw mut size,
        )
    };
    Ok(answer(status)?.map(|()| until_zero(&buffer)))
}

/// A value that is not there is an answer, not a failure.
fn answer(status: u32) -> Result<Option<()>, ForeignFailure> {
    match status {
        ERROR_SUCCESS => Ok(Some(())),
        ERROR_FILE_NOT_FOUND => Ok(None),
        other => Err(ForeignFailure::decimal("RegGetValueW", other)),
    }
}

fn wide(text: &str) -> Vec<u16> {
    text.encode_utf16().chain([0]).collect()
}

fn until_zero(buffer: &[u16]) -> String {
    let text = buffer.split(|unit| *unit == 0).next().unwrap_or_default();
    String::from_utf16_lossy(text)
}

#[test]
fn a_value_that_is_there_is_read_and_one_that_is_not_is_no_failure() {
    let version = r"Software\Microsoft\Windows NT\CurrentVersion";
    let name = text(HKEY_LOCAL_MACHINE, version, "ProductName").unwrap();
    assert!(name.is_some_and(|name| name.contains("Windows")));
    assert_eq!(text(HKEY_LOCAL_MACHINE, version, "Absent"), Ok(None));
    assert_eq!(
        number(HKEY_CURRENT_USER, r"Software\Absent", "Absent"),
        Ok(None)
    );
    assert!(wininet().is_some_and(|read| read.is_ok()));
}
