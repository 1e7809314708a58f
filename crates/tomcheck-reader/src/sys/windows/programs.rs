//! Which programs of this machine have loaded the library of PC/SC?
//!
//! Who holds the card the service keeps to itself. Any user may list the libraries of their
//! own programs; those of services and of other users stay closed, and are counted.

#![allow(unsafe_code)]

use windows_sys::Win32::Foundation::{CloseHandle, HANDLE, INVALID_HANDLE_VALUE};
use windows_sys::Win32::System::Diagnostics::ToolHelp::{
    CreateToolhelp32Snapshot, MODULEENTRY32W, Module32FirstW, Module32NextW, PROCESSENTRY32W,
    Process32FirstW, Process32NextW, TH32CS_SNAPMODULE, TH32CS_SNAPMODULE32, TH32CS_SNAPPROCESS,
};

use super::until_zero;
use crate::programs::{Process, Programs, SeenBy};

/// The programs with winscard.dll in their memory, without this one.
pub(in super::super) fn programs() -> Programs {
    let Some(all) = Snapshot::of(TH32CS_SNAPPROCESS, 0) else {
        return Programs::NotLooked;
    };
    let own = std::process::id();
    let (mut processes, mut closed) = (Vec::new(), 0);
    for process in all.processes() {
        // the idle process and the system are no programs
        if process.pid <= SYSTEM || process.pid == own {
            continue;
        }
        match Snapshot::of(TH32CS_SNAPMODULE | TH32CS_SNAPMODULE32, process.pid) {
            Some(modules) if modules.has(WINSCARD) => processes.push(process),
            Some(_) => {}
            None => closed += 1,
        }
    }
    processes.sort_by_key(|process| process.pid);
    Programs::Seen {
        processes,
        closed,
        by: SeenBy::Library,
    }
}

/// A list of processes or libraries as it was at one moment.
struct Snapshot(HANDLE);

impl Snapshot {
    fn of(what: u32, pid: u32) -> Option<Self> {
        // SAFETY: the call has no precondition; its handle is closed when dropped.
        let handle = unsafe { CreateToolhelp32Snapshot(what, pid) };
        (handle != INVALID_HANDLE_VALUE).then_some(Self(handle))
    }

    fn processes(&self) -> Vec<Process> {
        let mut entry = PROCESSENTRY32W {
            dwSize: size_of_u32::<PROCESSENTRY32W>(),
            ..Default::default()
        };
        let mut processes = Vec::new();
        // SAFETY: the handle is a snapshot with processes, the entry knows its own size.
        let mut more = unsafe { Process32FirstW(self.0, &raw mut entry) };
        while more != 0 {
            let name = until_zero(&entry.szExeFile);
            processes.push(Process::new(entry.th32ProcessID, &name));
            // SAFETY: as above.
            more = unsafe { Process32NextW(self.0, &raw mut entry) };
        }
        processes
    }

    fn has(&self, library: &str) -> bool {
        let mut entry = MODULEENTRY32W {
            dwSize: size_of_u32::<MODULEENTRY32W>(),
            ..Default::default()
        };
        // SAFETY: the handle is a snapshot with modules, the entry knows its own size.
        let mut more = unsafe { Module32FirstW(self.0, &raw mut entry) };
        while more != 0 {
            if until_zero(&entry.szModule).eq_ignore_ascii_case(library) {
                return true;
            }
            // SAFETY: as above.
            more = unsafe { Module32NextW(self.0, &raw mut entry) };
        }
        false
    }
}

impl Drop for Snapshot {
    fn drop(&mut self) {
        // SAFETY: the handle is ours and is not used afterwards.
        unsafe { CloseHandle(self.0) };
    }
}

fn size_of_u32<T>() -> u32 {
    u32::try_from(size_of::<T>()).unwrap_or(0)
}

const WINSCARD: &str = "winscard.dll";
/// The process of the kernel; 0 is the idle process.
const SYSTEM: u32 = 4;
