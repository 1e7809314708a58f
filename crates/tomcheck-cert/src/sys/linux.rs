//! How does the module find other files than everybody else?
#![allow(unsafe_code)]

use std::fs;
use std::io;
use std::path::Path;

use rustix::mount::{MountFlags, MountPropagationFlags, mount, mount_bind, mount_change};
use rustix::process::{getgid, getuid};
use rustix::thread::{UnshareFlags, unshare_unsafe};
use tomcheck_diagnosis::ForeignFailure;

use crate::worker::Instead;

/// Gives this process a view of the file system of its own, where `instead` holds; it ends with
/// the process, and nothing on the disk changes. Where an account may not do that itself, it
/// needs user namespaces, which some distributions forbid. Must be called while there is but one
/// thread.
///
/// # Errors
///
/// What the system refused, with the call.
pub(crate) fn find_instead(instead: &[Instead]) -> Result<(), ForeignFailure> {
    leave().map_err(|error| refused("unshare", &error))?;
    keep_to_ourselves().map_err(|error| refused("mount", &error))?;
    for one in instead {
        let put = match one {
            Instead::Nothing { at } => empty(at),
            Instead::Other { at, what } => mount_bind(what, at).map_err(io::Error::from),
        };
        put.map_err(|error| refused("mount", &error))?;
    }
    Ok(())
}

fn leave() -> io::Result<()> {
    // SAFETY: nothing of this process, which has one thread, relies on shared mounts.
    if unsafe { unshare_unsafe(UnshareFlags::NEWNS) }.is_ok() {
        return Ok(());
    }
    let (user, group) = (getuid().as_raw(), getgid().as_raw());
    // SAFETY: as above; who we are is told again below.
    unsafe { unshare_unsafe(UnshareFlags::NEWUSER | UnshareFlags::NEWNS) }?;
    fs::write("/proc/self/setgroups", "deny")?;
    fs::write("/proc/self/uid_map", format!("{user} {user} 1"))?;
    fs::write("/proc/self/gid_map", format!("{group} {group} 1"))
}

/// What is mounted from here on is not passed on to anybody.
fn keep_to_ourselves() -> io::Result<()> {
    let flags = MountPropagationFlags::PRIVATE | MountPropagationFlags::REC;
    Ok(mount_change("/", flags)?)
}

fn empty(folder: &Path) -> io::Result<()> {
    let flags = MountFlags::NODEV | MountFlags::NOSUID | MountFlags::NOEXEC;
    Ok(mount(
        "tmpfs",
        folder,
        "tmpfs",
        flags,
        c"mode=0777,size=16m",
    )?)
}

fn refused(call: &'static str, error: &io::Error) -> ForeignFailure {
    ForeignFailure::from_io(call, error)
}
