//! What only a foreign library or an operating system can do.

pub(crate) mod files;
pub(crate) mod folder;
pub(crate) mod known_authorities;
pub(crate) mod pkcs11;
#[cfg(windows)]
pub(crate) mod registry;
#[cfg(windows)]
pub(crate) mod stores;

#[cfg(unix)]
#[path = "browsers/unix.rs"]
pub(crate) mod browsers;
#[cfg(windows)]
#[path = "browsers/windows.rs"]
pub(crate) mod browsers;

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
