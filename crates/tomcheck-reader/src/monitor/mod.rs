//! What do the readers and their cards do, from now on?

mod event;
mod orders;
mod snapshot;
#[cfg(feature = "tokio")]
mod stream;
mod teller;
#[cfg(test)]
mod tests;
mod watcher;

use std::collections::VecDeque;
use std::sync::Arc;
use std::thread::{self, JoinHandle};

use self::orders::Orders;
use self::teller::Teller;
use self::watcher::Watcher;
use crate::Pcsc;

pub use self::event::{CardNow, Cause, Event, Happening, Mode, ReaderNow, SlotState};
#[cfg(feature = "tokio")]
pub use self::stream::EventStream;

/// Tells every reader and card as they are, then each change as it comes.
///
/// Three forms of the same thing: an [`Iterator`] that blocks between two events,
/// [`Monitor::for_each_event`] that calls back from a thread of its own, and, with the feature
/// `tokio`, [`Monitor::into_stream`].
///
/// Waits in PC/SC itself (`SCardGetStatusChange`, with its pseudo reader for readers that come
/// and go). What PC/SC tells nobody of is looked for every [two seconds](HEARTBEAT_SECONDS): a
/// card that another program takes for itself. A card taken out and put back faster than the
/// service looks is told by the service's count of events. A service that stops, hangs or is
/// not there yet is told, and gone back to when it answers again: within a second.
///
/// Touches no card. Its thread ends at once when told, unless it is inside a call that the
/// service does not answer: then it ends with that call, and nobody waits for it.
///
/// ```no_run
/// use tomcheck_reader::{Mode, Monitor, SystemPcsc};
///
/// for event in Monitor::start(SystemPcsc::new(), Mode::Automatic) {
///     println!("{event:?}");
/// }
/// ```
#[derive(Debug)]
pub struct Monitor {
    orders: Arc<Orders>,
    teller: Teller,
    told: VecDeque<Event>,
}

impl Monitor {
    /// Begins to watch. The first events tell every reader as it is now.
    pub fn start(pcsc: impl Pcsc, mode: Mode) -> Self {
        let orders = Arc::new(Orders::new(mode));
        let watcher = Watcher::new(pcsc, Arc::clone(&orders));
        let spawned = thread::Builder::new()
            .name("tomcheck-monitor".to_owned())
            .spawn(move || watcher.watch());
        if spawned.is_err() {
            // A system without room for one more thread: there is nothing to tell.
            orders.end();
        }
        Self {
            orders,
            teller: Teller::default(),
            told: VecDeque::new(),
        }
    }

    /// What tells the monitor to read again, to change its mode, or to end; from any thread.
    pub fn control(&self) -> MonitorControl {
        MonitorControl {
            orders: Arc::clone(&self.orders),
        }
    }

    /// Calls back for each event, on a thread of its own, until the handle is dropped.
    ///
    /// # Errors
    ///
    /// When the system has no room for one more thread.
    pub fn for_each_event(
        self,
        mut each: impl FnMut(Event) + Send + 'static,
    ) -> std::io::Result<MonitorHandle> {
        let control = self.control();
        let thread = thread::Builder::new()
            .name("tomcheck-events".to_owned())
            .spawn(move || self.for_each(&mut each))?;
        Ok(MonitorHandle {
            control,
            thread: Some(thread),
        })
    }
}

/// Blocks until something happens; none once the monitor was told to end.
impl Iterator for Monitor {
    type Item = Event;

    fn next(&mut self) -> Option<Event> {
        loop {
            if self.orders.is_to_end() {
                return None;
            }
            if let Some(event) = self.told.pop_front() {
                return Some(event);
            }
            let (snapshot, mode) = self.orders.next_snapshot()?;
            self.told.extend(self.teller.tell(snapshot, mode));
        }
    }
}

/// Ends the watch, and waits a moment for its context to be released.
impl Drop for Monitor {
    fn drop(&mut self) {
        Orders::order_end(&self.orders);
        self.orders.wait_for_end();
    }
}

/// Tells a [`Monitor`] what to do, from any thread. None of its calls waits for PC/SC.
#[derive(Clone, Debug)]
pub struct MonitorControl {
    orders: Arc<Orders>,
}

impl MonitorControl {
    /// Reads everything again: the monitor tells every reader as it is now.
    pub fn refresh(&self) {
        Orders::order_refresh(&self.orders);
    }

    /// Watches from now on in the other way. Going over to automatic reads everything again.
    pub fn set_mode(&self, mode: Mode) {
        Orders::order_mode(&self.orders, mode);
    }

    /// In which way it watches now.
    pub fn mode(&self) -> Mode {
        self.orders.mode()
    }

    /// Ends the watch: whoever waits for the next event gets none, at once.
    pub fn stop(&self) {
        Orders::order_end(&self.orders);
    }
}

/// The thread that calls back. Dropping it ends the watch and waits for the call back that is
/// under way; not when dropped by that call back itself.
#[derive(Debug)]
pub struct MonitorHandle {
    control: MonitorControl,
    thread: Option<JoinHandle<()>>,
}

impl MonitorHandle {
    /// What tells the monitor to read again, to change its mode, or to end.
    pub fn control(&self) -> &MonitorControl {
        &self.control
    }

    /// Ends the watch and waits for nothing: a call back may be under way still, and one more come
    /// that had begun. For whoever is in a call back of another watch, which may be waiting for him.
    pub fn end_without_waiting(mut self) {
        drop(self.thread.take());
    }
}

impl Drop for MonitorHandle {
    fn drop(&mut self) {
        self.control.stop();
        if let Some(thread) = self.thread.take()
            && thread.thread().id() != thread::current().id()
        {
            // A call back that panicked has said so already.
            let _ = thread.join();
        }
    }
}

/// How often everything is looked at although nothing was told; as often as the Cryptolib's
/// own certificate manager does.
pub const HEARTBEAT_SECONDS: u64 = 2;
