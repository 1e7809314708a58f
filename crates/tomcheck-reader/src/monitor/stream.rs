//! How does an async program hear of a change without blocking?

use std::pin::Pin;
use std::task::{Context, Poll};
use std::thread;

use futures_core::Stream;
use tokio::sync::mpsc::{Receiver, channel};

use super::{Event, Monitor, MonitorControl};

/// The events of a [`Monitor`], for async programs: a [`Stream`], and [`EventStream::next`] for
/// those who need no more. Dropping it ends the watch. Never blocks the executor: the monitor
/// waits on threads of its own.
#[derive(Debug)]
pub struct EventStream {
    control: MonitorControl,
    events: Receiver<Event>,
}

impl Monitor {
    /// The same events, as a stream.
    ///
    /// # Errors
    ///
    /// When the system has no room for one more thread.
    pub fn into_stream(self) -> std::io::Result<EventStream> {
        let (sender, events) = channel(ROOM);
        let control = self.control();
        thread::Builder::new()
            .name("tomcheck-events".to_owned())
            .spawn(move || {
                for event in self {
                    if sender.blocking_send(event).is_err() {
                        break;
                    }
                }
            })?;
        Ok(EventStream { control, events })
    }
}

impl EventStream {
    /// The next event; none once the monitor was told to end.
    pub async fn next(&mut self) -> Option<Event> {
        self.events.recv().await
    }

    /// What tells the monitor to read again, to change its mode, or to end.
    pub fn control(&self) -> &MonitorControl {
        &self.control
    }
}

impl Stream for EventStream {
    type Item = Event;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Event>> {
        self.events.poll_recv(context)
    }
}

impl Drop for EventStream {
    fn drop(&mut self) {
        self.control.stop();
    }
}

/// Events kept for a task that is busy; then the monitor waits, and keeps the newest looks.
const ROOM: usize = 64;
