//! What does this operating system keep as proxy settings, and as the session's own login?

#[cfg(windows)]
mod windows;
#[cfg(windows)]
pub(crate) use self::windows::{chromium_policies, firefox_policies, winhttp, wininet};

#[cfg(not(windows))]
mod other;
#[cfg(not(windows))]
pub(crate) use self::other::{chromium_policies, firefox_policies, winhttp, wininet};

#[cfg(target_os = "linux")]
mod gssapi;
#[cfg(target_os = "linux")]
pub(crate) use self::gssapi::Session;

#[cfg(windows)]
mod sspi;
#[cfg(windows)]
pub(crate) use self::sspi::Session;

#[cfg(not(any(target_os = "linux", windows)))]
mod no_session;
#[cfg(not(any(target_os = "linux", windows)))]
pub(crate) use self::no_session::Session;
