//! What does this operating system keep as proxy settings?

#[cfg(windows)]
mod windows;
#[cfg(windows)]
pub(crate) use self::windows::wininet;

#[cfg(not(windows))]
mod other;
#[cfg(not(windows))]
pub(crate) use self::other::wininet;
