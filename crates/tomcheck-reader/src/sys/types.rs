//! How does each system lay PC/SC out in memory?
//!
//! Source: `winscard.h` of the Windows SDK; `wintypes.h` and `pcsclite.h` of pcsc-lite
//! 1.9.9; the same of the macOS SDK.

use std::ffi::{c_char, c_void};

/// `LONG`: what every call returns.
#[cfg(target_os = "linux")]
pub(super) type Long = std::ffi::c_long;
/// `DWORD`.
#[cfg(target_os = "linux")]
pub(super) type Dword = std::ffi::c_ulong;
/// `SCARDCONTEXT` and `SCARDHANDLE`.
#[cfg(target_os = "linux")]
pub(super) type Handle = std::ffi::c_long;

/// `LONG`: what every call returns.
#[cfg(not(target_os = "linux"))]
pub(super) type Long = i32;
/// `DWORD`.
#[cfg(not(target_os = "linux"))]
pub(super) type Dword = u32;
/// `SCARDCONTEXT` and `SCARDHANDLE`.
#[cfg(target_os = "macos")]
pub(super) type Handle = i32;
/// `SCARDCONTEXT` and `SCARDHANDLE`: `ULONG_PTR`.
#[cfg(windows)]
pub(super) type Handle = usize;

/// `MAX_ATR_SIZE`; Windows pads it to 36.
#[cfg(windows)]
pub(super) const ATR_SIZE: usize = 36;
/// `MAX_ATR_SIZE`.
#[cfg(not(windows))]
pub(super) const ATR_SIZE: usize = 33;

/// How many records `SCardGetStatusChange` takes: `MAXIMUM_SMARTCARD_READERS`.
#[cfg(windows)]
pub(super) const MOST_RECORDS: usize = 10;
/// How many records `SCardGetStatusChange` takes: `PCSCLITE_MAX_READERS_CONTEXTS`.
#[cfg(not(windows))]
pub(super) const MOST_RECORDS: usize = 16;

/// `SCARD_READERSTATE`; macOS packs it.
#[cfg_attr(target_os = "macos", repr(C, packed))]
#[cfg_attr(not(target_os = "macos"), repr(C))]
pub(super) struct ReaderStateRecord {
    pub(super) reader: *const c_char,
    pub(super) user_data: *mut c_void,
    pub(super) current_state: Dword,
    pub(super) event_state: Dword,
    pub(super) atr_length: Dword,
    pub(super) atr: [u8; ATR_SIZE],
}

/// `SCARD_IO_REQUEST` without any protocol's own part.
#[repr(C)]
pub(super) struct IoRequest {
    pub(super) protocol: Dword,
    pub(super) length: Dword,
}

/// Declares the functions with the calling convention of the system: `stdcall` on 32-bit
/// Windows, C elsewhere.
macro_rules! functions {
    ($($name:ident($($argument:ty),*);)*) => {
        $(pub(super) type $name = unsafe extern "system" fn($($argument),*) -> Long;)*
    };
}

functions! {
    EstablishContext(Dword, *const c_void, *const c_void, *mut Handle);
    ReleaseContext(Handle);
    ListReaders(Handle, *const c_char, *mut c_char, *mut Dword);
    GetStatusChange(Handle, Dword, *mut ReaderStateRecord, Dword);
    Connect(Handle, *const c_char, Dword, Dword, *mut Handle, *mut Dword);
    Disconnect(Handle, Dword);
    Status(Handle, *mut c_char, *mut Dword, *mut Dword, *mut Dword, *mut u8, *mut Dword);
    Cancel(Handle);
    BeginTransaction(Handle);
    EndTransaction(Handle, Dword);
    Transmit(Handle, *const IoRequest, *const u8, Dword, *mut IoRequest, *mut u8, *mut Dword);
}

#[cfg(target_os = "linux")]
pub(super) const LIBRARY: &str = "libpcsclite.so.1";
#[cfg(target_os = "macos")]
pub(super) const LIBRARY: &str = "/System/Library/Frameworks/PCSC.framework/PCSC";
#[cfg(windows)]
pub(super) const LIBRARY: &str = "winscard.dll";

/// Windows has two of each function that takes a text. Reader names are plain ASCII, so
/// the narrow ones serve, and the code is one for all systems.
#[cfg(windows)]
pub(super) mod symbol {
    pub(crate) const LIST_READERS: &str = "SCardListReadersA";
    pub(crate) const GET_STATUS_CHANGE: &str = "SCardGetStatusChangeA";
    pub(crate) const CONNECT: &str = "SCardConnectA";
    pub(crate) const STATUS: &str = "SCardStatusA";
}
#[cfg(not(windows))]
pub(super) mod symbol {
    pub(crate) const LIST_READERS: &str = "SCardListReaders";
    pub(crate) const GET_STATUS_CHANGE: &str = "SCardGetStatusChange";
    pub(crate) const CONNECT: &str = "SCardConnect";
    pub(crate) const STATUS: &str = "SCardStatus";
}
