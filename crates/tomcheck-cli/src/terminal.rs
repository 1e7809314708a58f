//! Where does a person type who is asked, and how is that place left?

#[cfg(unix)]
pub(crate) use self::unix::{keep, open, restore};
#[cfg(windows)]
pub(crate) use self::windows::{keep, open, restore};

#[cfg(unix)]
mod unix {
    use std::fs::{File, OpenOptions};
    use std::io;
    use std::sync::{Mutex, MutexGuard, PoisonError};

    use rustix::termios::{OptionalActions, Termios, tcgetattr, tcsetattr};

    /// The terminal, whatever the streams are.
    pub(crate) fn open() -> io::Result<File> {
        OpenOptions::new().read(true).write(true).open("/dev/tty")
    }

    /// Remembers how the terminal is set, as long as what is answered lives.
    pub(crate) fn keep() -> Kept {
        let set = open().and_then(|terminal| Ok(tcgetattr(terminal)?));
        *as_it_was() = set.ok();
        Kept
    }

    /// For a process that ends while it asks: what is typed after it is to be seen again.
    pub(crate) fn restore() {
        if let (Some(set), Ok(terminal)) = (as_it_was().take(), open()) {
            let _ = tcsetattr(terminal, OptionalActions::Now, &set);
        }
    }

    pub(crate) struct Kept;

    impl Drop for Kept {
        fn drop(&mut self) {
            *as_it_was() = None;
        }
    }

    fn as_it_was() -> MutexGuard<'static, Option<Termios>> {
        AS_IT_WAS.lock().unwrap_or_else(PoisonError::into_inner)
    }

    static AS_IT_WAS: Mutex<Option<Termios>> = Mutex::new(None);
}

/// Not tried on a Windows: nothing is put back there.
#[cfg(windows)]
mod windows {
    use std::fs::{File, OpenOptions};
    use std::io;

    /// The console, whatever the streams are.
    pub(crate) fn open() -> io::Result<File> {
        OpenOptions::new().read(true).write(true).open("CONIN$")
    }

    pub(crate) fn keep() -> Kept {
        Kept
    }

    pub(crate) fn restore() {}

    pub(crate) struct Kept;
}
