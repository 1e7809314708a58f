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
pub(crate) use self::gssapi::ticket;

#[cfg(not(target_os = "linux"))]
mod no_ticket;
#[cfg(not(target_os = "linux"))]
pub(crate) use self::no_ticket::ticket;
