//! Who writes, while the watch goes on?

use std::io;
use std::thread;

use tokio::sync::mpsc::{self, Sender};
use tokio::sync::oneshot::{self, Receiver};

use crate::output::Lines;

/// Writes on a thread of its own: a terminal that is held, or a pipe nobody empties, keeps
/// nobody from ending the watch. How it ended comes when the sender is dropped, or before when
/// it cannot write.
pub(super) fn start(mut lines: Lines) -> io::Result<(Sender<String>, Receiver<io::Result<()>>)> {
    let (sender, mut receiver) = mpsc::channel::<String>(ROOM);
    let (end, ended) = oneshot::channel();
    let mut write = move || {
        while let Some(text) = receiver.blocking_recv() {
            if !lines.write(&text)? {
                break;
            }
        }
        Ok(())
    };
    thread::Builder::new()
        .name("tomcheck-lines".to_owned())
        .spawn(move || {
            let _ = end.send(write());
        })?;
    Ok((sender, ended))
}

/// Lines kept for a terminal that is held; then the watch waits, and keeps the newest looks.
const ROOM: usize = 64;
