//! What does this operating system keep as proxy settings?

#[cfg(windows)]
mod windows;
#[cfg(windows)]
pub(crate) use self::windows::{chromium_policies, firefox_policies, winhttp, wininet};

#[cfg(not(windows))]
mod other;
#[cfg(not(windows))]
pub(crate) use self::other::{chromium_policies, firefox_policies, winhttp, wininet};
