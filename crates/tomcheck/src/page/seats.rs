//! Who has a seat on the page: whoever has shown its token, and for a moment whoever may yet.
//!
//! Every account of this machine reaches the port. Who says nothing takes nothing from those who
//! know the token: the oldest of the newcomers makes room for the next one.

use std::collections::VecDeque;
use std::future::pending;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::sync::oneshot::{self, Receiver, Sender};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::time::Instant;

/// The seats of one page, whatever its addresses.
pub(super) struct Seats {
    known: Arc<Semaphore>,
    newcomers: Mutex<Newcomers>,
    most: usize,
}

#[derive(Default)]
struct Newcomers {
    count: u64,
    /// The oldest first, each with what shows it out.
    waiting: VecDeque<(u64, Sender<()>)>,
}

/// One connection. Its seat is free again when it is dropped.
pub(super) struct Guest {
    seats: Arc<Seats>,
    number: u64,
    seat: Mutex<Option<OwnedSemaphorePermit>>,
    lasts: AtomicBool,
    pub(super) since: Instant,
}

/// Ends when the guest must leave, so that another finds room.
pub(super) struct ShownOut(Receiver<()>);

impl Seats {
    /// So many for those who have shown the token, and as many for those who have not.
    pub(super) fn new(most: usize) -> Arc<Self> {
        Arc::new(Self {
            known: Arc::new(Semaphore::new(most.max(1))),
            newcomers: Mutex::default(),
            most: most.max(1),
        })
    }

    /// A newcomer; where there are too many the oldest is shown out.
    pub(super) fn enter(self: &Arc<Self>) -> (Guest, ShownOut) {
        let (show_out, shown_out) = oneshot::channel();
        let mut newcomers = self.newcomers();
        newcomers.count += 1;
        let number = newcomers.count;
        newcomers.waiting.push_back((number, show_out));
        let is_full = newcomers.waiting.len() > self.most;
        if let Some((_, oldest)) = is_full.then(|| newcomers.waiting.pop_front()).flatten() {
            // it may be leaving by itself
            let _ = oldest.send(());
        }
        drop(newcomers);
        let guest = Guest {
            seats: Arc::clone(self),
            number,
            seat: Mutex::default(),
            lasts: AtomicBool::new(false),
            since: Instant::now(),
        };
        (guest, ShownOut(shown_out))
    }

    fn newcomers(&self) -> MutexGuard<'_, Newcomers> {
        self.newcomers
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
    }

    fn is_no_newcomer(&self, number: u64) {
        self.newcomers().waiting.retain(|(one, _)| *one != number);
    }
}

impl Guest {
    /// It has shown the token: nobody shows it out any more. Waits until one of the seats is free.
    pub(super) async fn is_known(&self) {
        self.seats.is_no_newcomer(self.number);
        // nobody closes it
        let seat = Arc::clone(&self.seats.known).acquire_owned().await.ok();
        *self.seat.lock().unwrap_or_else(PoisonError::into_inner) = seat;
    }

    /// Its answer has no end.
    pub(super) fn stays(&self) {
        self.lasts.store(true, Ordering::Relaxed);
    }

    pub(super) fn is_to_stay(&self) -> bool {
        self.lasts.load(Ordering::Relaxed)
    }
}

impl Drop for Guest {
    fn drop(&mut self) {
        self.seats.is_no_newcomer(self.number);
    }
}

impl ShownOut {
    pub(super) async fn wait(self) {
        if self.0.await.is_err() {
            // it is no newcomer any more
            pending::<()>().await;
        }
    }
}
