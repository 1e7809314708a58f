//! What does a key of the registry of Windows hold?
#![allow(unsafe_code)]

use std::ptr;

use tomcheck_diagnosis::ForeignFailure;
use windows_sys::Win32::Foundation::{ERROR_FILE_NOT_FOUND, ERROR_PATH_NOT_FOUND, ERROR_SUCCESS};
use windows_sys::Win32::System::Registry::{
    HKEY, KEY_ENUMERATE_SUB_KEYS, KEY_QUERY_VALUE, REG_EXPAND_SZ, REG_SZ, RRF_RT_REG_DWORD,
    RRF_RT_REG_SZ, RegCloseKey, RegEnumKeyExW, RegEnumValueW, RegGetValueW, RegOpenKeyExW,
};

/// A text, its variables expanded; none: there is no such key or value. The empty name is the
/// key's own value. One longer than [`LONGEST`] characters is a failure.
pub(crate) fn text(root: HKEY, key: &str, name: &str) -> Result<Option<String>, ForeignFailure> {
    let mut buffer = vec![0_u16; LONGEST];
    let mut size = u32::try_from(LONGEST * 2).unwrap_or(u32::MAX);
    let (key, name) = (wide(key), wide(name));
    // SAFETY: both names end with a zero and outlive the call; the buffer is `size` bytes long.
    let status = unsafe {
        RegGetValueW(
            root,
            key.as_ptr(),
            name.as_ptr(),
            RRF_RT_REG_SZ,
            ptr::null_mut(),
            buffer.as_mut_ptr().cast(),
            &raw mut size,
        )
    };
    Ok(answer(status)?.map(|()| until_zero(&buffer)))
}

/// A number; none: there is no such key or value.
pub(crate) fn number(root: HKEY, key: &str, name: &str) -> Result<Option<u32>, ForeignFailure> {
    let (key, name) = (wide(key), wide(name));
    let mut number = 0_u32;
    let mut size = 4_u32;
    // SAFETY: both names end with a zero and outlive the call; the buffer is a u32, 4 bytes long.
    let status = unsafe {
        RegGetValueW(
            root,
            key.as_ptr(),
            name.as_ptr(),
            RRF_RT_REG_DWORD,
            ptr::null_mut(),
            (&raw mut number).cast(),
            &raw mut size,
        )
    };
    Ok(answer(status)?.map(|()| number))
}

/// The texts of a key, by their names, variables expanded: at most 256, those of at most 4096
/// characters.
pub(crate) fn texts(root: HKEY, key: &str) -> Vec<(String, String)> {
    let Some(key) = OpenKey::of(root, key, KEY_QUERY_VALUE) else {
        return Vec::new();
    };
    let values = (0..MOST_VALUES).filter_map(|index| value(key.0, index));
    values.collect()
}

/// The names of the keys below a key: at most 1024.
pub(crate) fn keys(root: HKEY, key: &str) -> Vec<String> {
    let Some(key) = OpenKey::of(root, key, KEY_ENUMERATE_SUB_KEYS) else {
        return Vec::new();
    };
    let names = (0..MOST_KEYS).map_while(|index| key.below(index));
    names.collect()
}

struct OpenKey(HKEY);

impl OpenKey {
    fn of(root: HKEY, key: &str, rights: u32) -> Option<Self> {
        let path = wide(key);
        let mut key: HKEY = ptr::null_mut();
        // SAFETY: the path ends with a zero and outlives the call, which writes one handle.
        let status = unsafe { RegOpenKeyExW(root, path.as_ptr(), 0, rights, &raw mut key) };
        (status == ERROR_SUCCESS).then_some(Self(key))
    }

    fn below(&self, index: u32) -> Option<String> {
        let (mut name, mut length) = ([0_u16; 256], 256_u32);
        // SAFETY: the key is open; the buffer has the length given, in characters.
        let status = unsafe {
            RegEnumKeyExW(
                self.0,
                index,
                name.as_mut_ptr(),
                &raw mut length,
                ptr::null(),
                ptr::null_mut(),
                ptr::null_mut(),
                ptr::null_mut(),
            )
        };
        (status == ERROR_SUCCESS).then(|| until_zero(&name))
    }
}

impl Drop for OpenKey {
    fn drop(&mut self) {
        // SAFETY: the key is open and is not used afterwards.
        unsafe { RegCloseKey(self.0) };
    }
}

fn value(key: HKEY, index: u32) -> Option<(String, String)> {
    let (mut name, mut data) = ([0_u16; 256], [0_u16; 4096]);
    let (mut name_length, mut size, mut kind) = (256_u32, 8192_u32, 0_u32);
    // SAFETY: the key is open; both buffers have the lengths given, in characters and bytes.
    let status = unsafe {
        RegEnumValueW(
            key,
            index,
            name.as_mut_ptr(),
            &raw mut name_length,
            ptr::null(),
            &raw mut kind,
            data.as_mut_ptr().cast(),
            &raw mut size,
        )
    };
    let name = until_zero(&name);
    match (status, kind) {
        (ERROR_SUCCESS, REG_SZ) => Some((name, until_zero(&data))),
        // asked for again by its name: only that call expands
        (ERROR_SUCCESS, REG_EXPAND_SZ) => {
            let expanded = text(key, "", &name).ok().flatten()?;
            Some((name, expanded))
        }
        _ => None,
    }
}

/// A value that is not there is an answer, not a failure.
fn answer(status: u32) -> Result<Option<()>, ForeignFailure> {
    match status {
        ERROR_SUCCESS => Ok(Some(())),
        ERROR_FILE_NOT_FOUND | ERROR_PATH_NOT_FOUND => Ok(None),
        other => Err(ForeignFailure::decimal("RegGetValueW", other)),
    }
}

pub(crate) fn wide(text: &str) -> Vec<u16> {
    text.encode_utf16().chain([0]).collect()
}

pub(crate) fn until_zero(buffer: &[u16]) -> String {
    let text = buffer.split(|unit| *unit == 0).next().unwrap_or_default();
    String::from_utf16_lossy(text)
}

const LONGEST: usize = 32 << 10;
const MOST_VALUES: u32 = 256;
const MOST_KEYS: u32 = 1024;

#[cfg(test)]
mod tests {
    use super::*;
    use windows_sys::Win32::System::Registry::{HKEY_CURRENT_USER, HKEY_LOCAL_MACHINE};

    #[test]
    fn a_value_that_is_there_is_read_and_one_that_is_not_is_no_failure() {
        let version = r"Software\Microsoft\Windows NT\CurrentVersion";
        let name = text(HKEY_LOCAL_MACHINE, version, "ProductName").unwrap();
        assert!(name.is_some_and(|name| name.contains("Windows")));
        assert_eq!(text(HKEY_LOCAL_MACHINE, version, "Absent"), Ok(None));
        assert_eq!(number(HKEY_CURRENT_USER, r"Software\Absent", "x"), Ok(None));
        let all = texts(HKEY_LOCAL_MACHINE, version);
        assert!(all.iter().any(|(name, _)| name == "ProductName"), "{all:?}");
        assert_eq!(texts(HKEY_LOCAL_MACHINE, r"Software\Absent"), []);
        assert!(keys(HKEY_LOCAL_MACHINE, "Software").contains(&"Microsoft".to_owned()));
        assert_eq!(keys(HKEY_LOCAL_MACHINE, r"Software\Absent"), [""; 0]);
        let environment = r"SYSTEM\CurrentControlSet\Control\Session Manager\Environment";
        let set = texts(HKEY_LOCAL_MACHINE, environment);
        assert!(set.iter().all(|(_, text)| !text.contains("%SystemRoot%")));
    }
}
