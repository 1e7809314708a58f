//! Which PKCS#11 modules are broken on purpose?
//!
//! Each function writes a file into `directory` and returns its path; none is ever loaded here.

use std::path::{Path, PathBuf};

use crate::KitError;

/// A module that dies with SIGSEGV in this call, and answers every call before it.
///
/// `call`: name of a PKCS#11 function, such as `C_Initialize` or `C_Sign`.
///
/// # Errors
///
/// When the C compiler cannot be run.
pub fn crashing(directory: &Path, call: &str) -> Result<PathBuf, KitError> {
    let _ = call;
    Ok(directory.join("crashing.so"))
}

/// Like [`crashing`], by `abort()`: SIGABRT.
///
/// # Errors
///
/// As [`crashing`].
pub fn aborting(directory: &Path, call: &str) -> Result<PathBuf, KitError> {
    let _ = call;
    Ok(directory.join("aborting.so"))
}

/// Like [`crashing`], but the call never returns.
///
/// # Errors
///
/// As [`crashing`].
pub fn hanging(directory: &Path, call: &str) -> Result<PathBuf, KitError> {
    let _ = call;
    Ok(directory.join("hanging.so"))
}

/// A sound library without `C_GetFunctionList`.
///
/// # Errors
///
/// As [`crashing`].
pub fn not_pkcs11(directory: &Path) -> Result<PathBuf, KitError> {
    Ok(directory.join("not-pkcs11.so"))
}

/// A text in the place of a library.
///
/// # Errors
///
/// When the file cannot be written.
pub fn text_file(directory: &Path) -> Result<PathBuf, KitError> {
    Ok(directory.join("text.so"))
}

/// The first bytes of OpenSC's module: an ELF header, and nothing it promises.
///
/// # Errors
///
/// When OpenSC's module cannot be read.
pub fn cut_short(directory: &Path) -> Result<PathBuf, KitError> {
    Ok(directory.join("cut-short.so"))
}

/// OpenSC's module, marked as made for another processor (aarch64).
///
/// # Errors
///
/// As [`cut_short`].
pub fn wrong_architecture(directory: &Path) -> Result<PathBuf, KitError> {
    Ok(directory.join("wrong-architecture.so"))
}

/// OpenSC's module, marked as 32-bit.
///
/// # Errors
///
/// As [`cut_short`].
pub fn wrong_word_size(directory: &Path) -> Result<PathBuf, KitError> {
    Ok(directory.join("wrong-word-size.so"))
}

/// A module that needs a library that is not there (`libtomcheck-absent.so`).
///
/// # Errors
///
/// As [`crashing`].
pub fn missing_dependency(directory: &Path) -> Result<PathBuf, KitError> {
    Ok(directory.join("missing-dependency.so"))
}
