//! Where does this library lie?

use std::path::PathBuf;

/// The folder of the file this code was loaded from: the library, or the program it is
/// linked into.
#[cfg(unix)]
pub(crate) fn own_folder() -> Option<PathBuf> {
    use std::ffi::{CStr, OsStr};
    use std::mem::MaybeUninit;
    use std::os::unix::ffi::OsStrExt;

    let mut info = MaybeUninit::<libc::Dl_info>::zeroed();
    let address = own_folder as fn() -> Option<PathBuf> as *const libc::c_void;
    // SAFETY: the address is one of this library's own, and `info` has room for the answer.
    let found = unsafe { libc::dladdr(address, info.as_mut_ptr()) };
    // SAFETY: zeroed above, and all-zero is a valid Dl_info.
    let info = unsafe { info.assume_init() };
    if found == 0 || info.dli_fname.is_null() {
        return None;
    }
    // SAFETY: dladdr gave a string that lives as long as the library is loaded.
    let name = unsafe { CStr::from_ptr(info.dli_fname) };
    let file = std::fs::canonicalize(OsStr::from_bytes(name.to_bytes())).ok()?;
    file.parent().map(Into::into)
}

/// The program's own folder: beside it is where a library of an application lies.
#[cfg(not(unix))]
pub(crate) fn own_folder() -> Option<PathBuf> {
    std::env::current_exe().ok()?.parent().map(Into::into)
}
