//! Where does this library lie, and is this still the process that began to use it?

use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, Ordering};

static FORKED: AtomicBool = AtomicBool::new(false);

/// Whether this process was forked from one that used the library: the threads that other calls
/// wait for, and whatever they held, are in the other one.
pub(crate) fn is_forked() -> bool {
    FORKED.load(Ordering::Relaxed)
}

/// Notes every fork from now on, in the child.
#[cfg(unix)]
pub(crate) fn watch_forks() {
    extern "C" fn in_child() {
        FORKED.store(true, Ordering::Relaxed);
    }
    // SAFETY: the function does what may be done in a child of many threads: it sets a flag.
    // The library stays loaded to the end of its process, see build.rs.
    let registered = unsafe { libc::pthread_atfork(None, None, Some(in_child)) };
    // no memory for it: forks are not noticed, and all else works
    let _ = registered;
}

/// There are no forks.
#[cfg(not(unix))]
pub(crate) const fn watch_forks() {}

/// Keeps SIGPIPE, which ends a program that has not heard of it, from this thread and those that it
/// starts meanwhile: a worker that dies closes the pipe that it is asked through. Dropped, the mask
/// is as before, and a signal that came meanwhile is gone.
#[cfg(unix)]
pub(crate) struct WithoutPipeSignal {
    before: libc::sigset_t,
    was_pending: bool,
}

#[cfg(unix)]
impl WithoutPipeSignal {
    pub(crate) fn begin() -> Self {
        let pipe = pipe_signal();
        let was_pending = is_pipe_pending();
        let mut before = pipe;
        // SAFETY: both sets are valid, and only this thread's mask changes.
        unsafe { libc::pthread_sigmask(libc::SIG_BLOCK, &raw const pipe, &raw mut before) };
        Self {
            before,
            was_pending,
        }
    }
}

#[cfg(unix)]
impl Drop for WithoutPipeSignal {
    fn drop(&mut self) {
        if is_pipe_pending() && !self.was_pending {
            take_pipe_signal();
        }
        // SAFETY: the set is the one this thread had.
        unsafe {
            libc::pthread_sigmask(
                libc::SIG_SETMASK,
                &raw const self.before,
                std::ptr::null_mut(),
            );
        }
    }
}

/// What is pending may be the whole process's, and another thread's a moment later: then there is
/// nothing left to take, and nothing is waited for.
#[cfg(target_os = "linux")]
fn take_pipe_signal() {
    let at_once = libc::timespec {
        tv_sec: 0,
        tv_nsec: 0,
    };
    let pipe = pipe_signal();
    // SAFETY: the set and the time are valid, and nobody asks what the signal says of itself.
    unsafe { libc::sigtimedwait(&raw const pipe, std::ptr::null_mut(), &raw const at_once) };
}

/// There is no `sigtimedwait`; a write to a broken pipe leaves the signal to the thread that wrote.
#[cfg(all(unix, not(target_os = "linux")))]
fn take_pipe_signal() {
    let (pipe, mut number) = (pipe_signal(), 0);
    // SAFETY: the signal is pending and blocked in this thread.
    unsafe { libc::sigwait(&raw const pipe, &raw mut number) };
}

#[cfg(unix)]
fn pipe_signal() -> libc::sigset_t {
    let mut set = std::mem::MaybeUninit::uninit();
    // SAFETY: sigemptyset makes the set that sigaddset adds to.
    unsafe {
        libc::sigemptyset(set.as_mut_ptr());
        libc::sigaddset(set.as_mut_ptr(), libc::SIGPIPE);
        set.assume_init()
    }
}

#[cfg(unix)]
fn is_pipe_pending() -> bool {
    let mut pending = pipe_signal();
    // SAFETY: the set is valid, and written over.
    unsafe {
        libc::sigpending(&raw mut pending) == 0
            && libc::sigismember(&raw const pending, libc::SIGPIPE) == 1
    }
}

/// There is no such signal.
#[cfg(not(unix))]
pub(crate) struct WithoutPipeSignal;

#[cfg(not(unix))]
impl WithoutPipeSignal {
    pub(crate) const fn begin() -> Self {
        Self
    }
}

/// The folder of the file this code was loaded from: the library, or the program it is
/// linked into.
#[cfg(unix)]
pub(crate) fn own_folder() -> Option<PathBuf> {
    use std::ffi::{CStr, OsStr};
    use std::mem::MaybeUninit;
    use std::os::unix::ffi::OsStrExt;

    let mut info = MaybeUninit::<libc::Dl_info>::zeroed();
    let address = own_folder as fn() -> Option<PathBuf> as *const libc::c_void;
    // SAFETY: the address is one of this library's own, and `info` has room for the answer.
    let found = unsafe { libc::dladdr(address, info.as_mut_ptr()) };
    // SAFETY: zeroed above, and all-zero is a valid Dl_info.
    let info = unsafe { info.assume_init() };
    if found == 0 || info.dli_fname.is_null() {
        return None;
    }
    // SAFETY: dladdr gave a string that lives as long as the library is loaded.
    let name = unsafe { CStr::from_ptr(info.dli_fname) };
    let file = std::fs::canonicalize(OsStr::from_bytes(name.to_bytes())).ok()?;
    file.parent().map(Into::into)
}

/// The program's own folder: beside it is where a library of an application lies.
#[cfg(not(unix))]
pub(crate) fn own_folder() -> Option<PathBuf> {
    std::env::current_exe().ok()?.parent().map(Into::into)
}

#[cfg(test)]
mod tests {
    /// It would wait for ever for a signal that another thread took meanwhile.
    #[cfg(target_os = "linux")]
    #[test]
    fn a_signal_that_is_gone_is_not_waited_for() {
        let quiet = super::WithoutPipeSignal::begin();
        super::take_pipe_signal();
        drop(quiet);
    }
}
