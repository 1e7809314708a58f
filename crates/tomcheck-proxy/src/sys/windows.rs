//! What does Windows' registry say of proxies?

#![allow(unsafe_code)]

use std::ptr;

use serde_json::{Map, Value};
use tomcheck_diagnosis::ForeignFailure;
use windows_sys::Win32::Foundation::{ERROR_FILE_NOT_FOUND, ERROR_SUCCESS};
use windows_sys::Win32::System::Registry::{
    HKEY, HKEY_CURRENT_USER, HKEY_LOCAL_MACHINE, RRF_RT_REG_BINARY, RRF_RT_REG_DWORD,
    RRF_RT_REG_SZ, RegGetValueW,
};

use crate::sources::winhttp;
use crate::{SourceKind, WinInet};

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
    let connections = format!(r"{}\Connections", WinInet::KEY);
    Ok(WinInet {
        hive: hive.to_owned(),
        enabled: number(root, WinInet::KEY, "ProxyEnable")?,
        server: text(root, WinInet::KEY, "ProxyServer")?,
        exceptions: text(root, WinInet::KEY, "ProxyOverride")?,
        script: text(root, WinInet::KEY, "AutoConfigURL")?,
        connection: bytes(root, &connections, "DefaultConnectionSettings")?,
    })
}

/// What services take. Blocks for one registry read.
pub(crate) fn winhttp() -> Option<Result<Option<Vec<u8>>, ForeignFailure>> {
    Some(bytes(HKEY_LOCAL_MACHINE, winhttp::KEY, winhttp::VALUE))
}

/// The policies of the proxy, the machine's before the user's, as the browsers have it.
pub(crate) fn chromium_policies() -> Vec<(SourceKind, String, Value)> {
    const BROWSERS: &[(SourceKind, &str)] = &[
        (SourceKind::Chromium, r"Software\Policies\Chromium"),
        (SourceKind::Chrome, r"Software\Policies\Google\Chrome"),
        (SourceKind::Edge, r"Software\Policies\Microsoft\Edge"),
    ];
    const NAMES: &[&str] = &[
        "ProxySettings",
        "ProxyMode",
        "ProxyServerMode",
        "ProxyServer",
        "ProxyBypassList",
        "ProxyPacUrl",
    ];
    let found = BROWSERS.iter().filter_map(|(kind, key)| {
        let (place, values) = policies(key, NAMES)?;
        Some((*kind, place, values))
    });
    found.collect()
}

/// The policy `Proxy`, likewise.
pub(crate) fn firefox_policies() -> Vec<(String, Value)> {
    const NAMES: &[&str] = &[
        "Mode",
        "Locked",
        "HTTPProxy",
        "UseHTTPProxyForAllProtocols",
        "SSLProxy",
        "SOCKSProxy",
        "SOCKSVersion",
        "AutoConfigURL",
        "Passthrough",
    ];
    let found = policies(r"Software\Policies\Mozilla\Firefox\Proxy", NAMES);
    found.into_iter().collect()
}

/// Of the first hive that has any of the values. What cannot be read is none: policies are
/// readable by everybody.
fn policies(key: &str, names: &[&str]) -> Option<(String, Value)> {
    let hives = [("HKLM", HKEY_LOCAL_MACHINE), ("HKCU", HKEY_CURRENT_USER)];
    hives.into_iter().find_map(|(hive, root)| {
        let values = names.iter().filter_map(|name| {
            let text = text(root, key, name).ok().flatten().map(Value::from);
            let value = text.or_else(|| number(root, key, name).ok().flatten().map(Value::from));
            Some(((*name).to_owned(), value?))
        });
        let values: Map<String, Value> = values.collect();
        (!values.is_empty()).then(|| (format!(r"{hive}\{key}"), Value::from(values)))
    })
}

fn bytes(root: HKEY, key: &str, value: &str) -> Result<Option<Vec<u8>>, ForeignFailure> {
    content(root, key, value, RRF_RT_REG_BINARY)
}

fn text(root: HKEY, key: &str, value: &str) -> Result<Option<String>, ForeignFailure> {
    let found = content(root, key, value, RRF_RT_REG_SZ)?;
    Ok(found.map(|bytes| {
        let (units, _) = bytes.as_chunks();
        let units: Vec<u16> = units.iter().map(|unit| u16::from_le_bytes(*unit)).collect();
        until_zero(&units)
    }))
}

/// What a value of this type holds. One that grows between the two questions answers
/// `ERROR_MORE_DATA`, which is told.
fn content(
    root: HKEY,
    key: &str,
    value: &str,
    of_type: u32,
) -> Result<Option<Vec<u8>>, ForeignFailure> {
    let (key, value) = (wide(key), wide(value));
    let mut size = 0_u32;
    // SAFETY: both strings end with a zero and outlive the call; without a buffer only the
    // size is written.
    let status = unsafe {
        RegGetValueW(
            root,
            key.as_ptr(),
            value.as_ptr(),
            of_type,
            ptr::null_mut(),
            ptr::null_mut(),
            &raw mut size,
        )
    };
    if answer(status)?.is_none() {
        return Ok(None);
    }
    // a text may have been written with an odd number of bytes
    size = size.saturating_add(size % 2);
    let mut buffer = vec![0_u8; size as usize];
    // SAFETY: as above; the buffer holds `size` bytes.
    let status = unsafe {
        RegGetValueW(
            root,
            key.as_ptr(),
            value.as_ptr(),
            of_type,
            ptr::null_mut(),
            buffer.as_mut_ptr().cast(),
            &raw mut size,
        )
    };
    let found = answer(status)?;
    buffer.truncate(size as usize);
    Ok(found.map(|()| buffer))
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
    assert_eq!(bytes(HKEY_LOCAL_MACHINE, version, "Absent"), Ok(None));
    assert!(wininet().is_some_and(|read| read.is_ok()));
    assert!(winhttp().is_some_and(|read| read.is_ok()));
    assert_eq!(policies(r"Software\Absent", &["Absent"]), None);
}
