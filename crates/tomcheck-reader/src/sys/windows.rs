//! What stands around PC/SC on Windows?

#![allow(unsafe_code)]

#[path = "windows/programs.rs"]
mod programs;
#[path = "windows/usb.rs"]
mod usb;

use std::path::PathBuf;
use std::ptr;

use tomcheck_diagnosis::ForeignFailure;
use windows_sys::Win32::Foundation::{
    ERROR_FILE_NOT_FOUND, ERROR_NO_MORE_ITEMS, ERROR_SUCCESS, WIN32_ERROR,
};
use windows_sys::Win32::System::Registry::{
    HKEY, HKEY_LOCAL_MACHINE, KEY_QUERY_VALUE, RegCloseKey, RegEnumValueW, RegOpenKeyExW,
};
use windows_sys::Win32::UI::WindowsAndMessaging::{GetSystemMetrics, SM_REMOTESESSION};

pub(super) use self::programs::programs;
pub(super) use self::usb::usb_readers;
use crate::galss::SerialPorts;
use crate::surroundings::Listening;

/// `SCardSvr` is started by the first reader and stopped with the last.
pub(super) fn listening() -> Listening {
    Listening::StartsWithReader
}

/// Whether this is a session of Remote Desktop; Citrix and Horizon mostly say so too.
pub(super) fn is_remote() -> Option<bool> {
    // SAFETY: the call has no precondition.
    Some(unsafe { GetSystemMetrics(SM_REMOTESESSION) } != 0)
}

/// Source: several public scripts that install and remove the GALSS.
pub(super) fn galss_places() -> Vec<PathBuf> {
    let root = std::env::var_os("SystemRoot").unwrap_or_else(|| r"C:\Windows".into());
    vec![PathBuf::from(root).join("galss.ini")]
}

/// The ports the system has made: `COM3`, for readers on a serial line or that pretend to be.
pub(super) fn serial_ports() -> SerialPorts {
    match ports() {
        Ok(mut ports) => {
            ports.sort();
            SerialPorts::Seen { ports }
        }
        Err(failure) => SerialPorts::Failed { failure },
    }
}

/// The values of the key; without a port there is no key.
fn ports() -> Result<Vec<String>, ForeignFailure> {
    let path = wide(r"HARDWARE\DEVICEMAP\SERIALCOMM");
    let mut key: HKEY = ptr::null_mut();
    // SAFETY: the path ends with a zero and outlives the call, which writes one handle.
    let status = unsafe {
        RegOpenKeyExW(
            HKEY_LOCAL_MACHINE,
            path.as_ptr(),
            0,
            KEY_QUERY_VALUE,
            &raw mut key,
        )
    };
    match status {
        ERROR_SUCCESS => {}
        ERROR_FILE_NOT_FOUND => return Ok(Vec::new()),
        code => return Err(ForeignFailure::decimal("RegOpenKeyExW", code)),
    }
    let mut ports = Vec::new();
    for index in 0..MOST_PORTS {
        match value(key, index) {
            Ok(port) => ports.push(port),
            Err(ERROR_NO_MORE_ITEMS) => break,
            Err(_) => {}
        }
    }
    // SAFETY: the key was opened above and is not used afterwards.
    unsafe { RegCloseKey(key) };
    Ok(ports)
}

fn value(key: HKEY, index: u32) -> Result<String, WIN32_ERROR> {
    let (mut name, mut data) = ([0_u16; 256], [0_u16; 256]);
    let mut name_length = 256_u32;
    let mut size = 512_u32;
    // SAFETY: the key is open; both buffers have the lengths given, in characters and bytes.
    let status = unsafe {
        RegEnumValueW(
            key,
            index,
            name.as_mut_ptr(),
            &raw mut name_length,
            ptr::null(),
            ptr::null_mut(),
            data.as_mut_ptr().cast(),
            &raw mut size,
        )
    };
    match status {
        ERROR_SUCCESS => Ok(until_zero(&data)),
        code => Err(code),
    }
}

fn wide(text: &str) -> Vec<u16> {
    text.encode_utf16().chain([0]).collect()
}

fn until_zero(buffer: &[u16]) -> String {
    let text = buffer.split(|unit| *unit == 0).next().unwrap_or_default();
    String::from_utf16_lossy(text)
}

const MOST_PORTS: u32 = 256;

#[test]
fn a_machine_without_a_serial_port_is_told_from_one_that_cannot_be_looked_at() {
    assert!(matches!(serial_ports(), SerialPorts::Seen { .. }));
}
