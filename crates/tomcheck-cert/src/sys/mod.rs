//! What only a foreign library or an operating system can do.

pub(crate) mod pkcs11;

#[cfg(target_os = "linux")]
mod linux;
#[cfg(unix)]
pub(crate) mod unix;
#[cfg(windows)]
pub(crate) mod windows;

#[cfg(unix)]
pub(crate) use unix as process;
#[cfg(windows)]
pub(crate) use windows as process;
