//! What does the operating system say about itself, and how does it open something?

#[cfg(unix)]
mod unix;
#[cfg(windows)]
mod windows;

#[cfg(unix)]
pub(crate) use unix::{host_name, machine_id, open, os_version, user_name};
#[cfg(windows)]
pub(crate) use windows::{
    access, host_name, machine_id, open, os_version, programs, reader_drivers, user_name,
    version_resource,
};
