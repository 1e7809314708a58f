//! Who ends a watch from outside?

use std::io::{self, IsTerminal, Write};

use crate::output::Output;

/// The terminal shows `^C`: what the shell writes next belongs below it.
pub(super) fn leave_the_line() {
    if io::stderr().is_terminal() && io::stdin().is_terminal() {
        let _ = writeln!(io::stderr());
    }
}

/// Waits until whoever read standard output has gone: `tomcheck watch | grep -m1 …` ends with
/// `grep`, not at the next event. Windows tells at the next event only.
pub(super) async fn readers_of(output: &Output) {
    if output.file().is_some() || !sys::have_gone().await {
        std::future::pending().await
    }
}

pub(super) use sys::is_in_foreground;

#[cfg(unix)]
mod sys {
    use std::io;
    use std::thread;

    use rustix::event::{PollFd, PollFlags, poll};
    use tokio::sync::oneshot;

    /// Whether they have; false where nobody can tell.
    pub(super) async fn have_gone() -> bool {
        let (sender, receiver) = oneshot::channel();
        let spawned = thread::Builder::new()
            .name("tomcheck-stdout".to_owned())
            .spawn(move || sender.send(wait_for_readers_to_go()));
        spawned.is_ok() && receiver.await.unwrap_or(false)
    }

    /// Blocks. The system reports a pipe without readers, or a terminal that hung up, also to
    /// those who ask for nothing.
    fn wait_for_readers_to_go() -> bool {
        let stdout = io::stdout();
        let mut fds = [PollFd::new(&stdout, PollFlags::empty())];
        loop {
            match poll(&mut fds, None) {
                Err(rustix::io::Errno::INTR) => {}
                Err(_) => return false,
                Ok(_) => {
                    let gone = PollFlags::ERR | PollFlags::HUP;
                    return fds.iter().any(|fd| fd.revents().intersects(gone));
                }
            }
        }
    }

    /// Whether the terminal's input is ours: who reads it from the background is stopped.
    pub(in super::super) fn is_in_foreground() -> bool {
        let group = rustix::termios::tcgetpgrp(io::stdin());
        group.is_ok_and(|group| group == rustix::process::getpgrp())
    }
}

#[cfg(windows)]
mod sys {
    /// Nobody can tell.
    pub(super) async fn have_gone() -> bool {
        false
    }

    /// Every program of a console may read from it.
    pub(in super::super) fn is_in_foreground() -> bool {
        true
    }
}
