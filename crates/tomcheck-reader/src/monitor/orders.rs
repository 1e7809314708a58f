//! How do the thread that watches, the one that listens and those who give orders meet?

use std::collections::VecDeque;
use std::fmt;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use super::event::Mode;
use super::snapshot::{Snapshot, View};
use crate::ServiceSeen;
use crate::pcsc::CancelWait;
use crate::within::{Calls, NoAnswer};

/// The one place they share.
pub(super) struct Orders {
    state: Mutex<State>,
    changed: Condvar,
    /// The call into PC/SC under way.
    pub(super) calls: Calls,
}

struct State {
    mode: Mode,
    is_to_end: bool,
    has_ended: bool,
    is_to_refresh: bool,
    /// What ends the wait under way; none while nobody waits in PC/SC.
    wait: Option<Wait>,
    waits: u64,
    /// Since when PC/SC is asked something, and how long an answer may take.
    asking: Option<Asking>,
    is_told_hung: bool,
    snapshots: VecDeque<Snapshot>,
}

/// A wait in PC/SC, with its number.
#[derive(Clone)]
struct Wait {
    number: u64,
    cancel: Arc<dyn CancelWait>,
}

#[derive(Clone, Copy, Eq, PartialEq)]
struct Asking {
    since: Instant,
    limit: Duration,
}

impl fmt::Debug for Orders {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Orders")
            .field("mode", &self.mode())
            .finish_non_exhaustive()
    }
}

/// For those who give orders.
impl Orders {
    pub(super) fn new(mode: Mode) -> Self {
        let state = State {
            mode,
            is_to_end: false,
            has_ended: false,
            is_to_refresh: false,
            wait: None,
            waits: 0,
            asking: None,
            is_told_hung: false,
            snapshots: VecDeque::new(),
        };
        Self {
            state: Mutex::new(state),
            changed: Condvar::new(),
            calls: Calls::none_yet(),
        }
    }

    pub(super) fn mode(&self) -> Mode {
        self.state().mode
    }

    pub(super) fn is_to_end(&self) -> bool {
        self.state().is_to_end
    }

    pub(super) fn order_end(this: &Arc<Self>) {
        this.order(|state| state.is_to_end = true);
    }

    pub(super) fn order_refresh(this: &Arc<Self>) {
        this.order(|state| state.is_to_refresh = true);
    }

    pub(super) fn order_mode(this: &Arc<Self>, mode: Mode) {
        this.order(|state| {
            state.is_to_refresh |= mode == Mode::Automatic && state.mode == Mode::Manual;
            state.mode = mode;
        });
    }

    fn order(self: &Arc<Self>, change: impl FnOnce(&mut State)) {
        let mut state = self.state();
        change(&mut state);
        let wait = state.wait.clone();
        drop(state);
        self.changed.notify_all();
        if let Some(wait) = wait {
            self.end_wait(wait);
        }
    }

    /// A service that hangs would keep even this call: it has a thread of its own. A wait that
    /// was not begun yet when it was ended is ended again; failing all, the heartbeat ends it.
    fn end_wait(self: &Arc<Self>, wait: Wait) {
        let orders = Arc::clone(self);
        let is_under_way = move || {
            let now = orders.state().wait.as_ref().map(|wait| wait.number);
            now == Some(wait.number)
        };
        let cancel = move || {
            for _ in 0..CANCELS {
                if !is_under_way() {
                    return;
                }
                wait.cancel.cancel();
                thread::sleep(BETWEEN_CANCELS);
            }
        };
        let _ = thread::Builder::new()
            .name("tomcheck-cancel".to_owned())
            .spawn(cancel);
    }

    /// Waits a moment for the watching thread to have released what it held.
    pub(super) fn wait_for_end(&self) {
        let state = self.state();
        let _ = self
            .changed
            .wait_timeout_while(state, PARTING, |state| !state.has_ended);
    }
}

/// For the one who listens.
impl Orders {
    /// Blocks until there is a look to tell of; none when the watch ends. A service that lets
    /// a call wait longer than it may is a look of its own.
    pub(super) fn next_snapshot(&self) -> Option<(Snapshot, Mode)> {
        let mut suspicion = None;
        let mut state = self.state();
        loop {
            if state.is_to_end {
                return None;
            }
            if let Some(snapshot) = state.snapshots.pop_front() {
                return Some((snapshot, state.mode));
            }
            if state.has_ended {
                return None;
            }
            if state.is_asked_while_it_hangs() {
                let silent = self.calls.unanswered();
                return Some((hung(true, silent), state.mode));
            }
            suspicion = Suspicion::about(state.overdue(), suspicion);
            if suspicion.is_some_and(Suspicion::is_sure) {
                state.is_told_hung = true;
                return Some((hung(false, self.calls.unanswered()), state.mode));
            }
            let patience = state.patience();
            let waited = self.changed.wait_timeout(state, patience);
            state = waited.unwrap_or_else(PoisonError::into_inner).0;
        }
    }
}

/// After a sleep of the whole machine every limit has passed: the thread that asks must have
/// its turn before anybody says that the service hangs.
#[derive(Clone, Copy)]
struct Suspicion {
    asking: Asking,
    since: Instant,
}

impl Suspicion {
    fn about(overdue: Option<Asking>, before: Option<Self>) -> Option<Self> {
        let asking = overdue?;
        let same = before.filter(|before| before.asking == asking);
        let since = Instant::now();
        Some(same.unwrap_or(Self { asking, since }))
    }

    fn is_sure(self) -> bool {
        self.since.elapsed() >= SECOND_LOOK
    }
}

fn hung(asked: bool, silent: NoAnswer) -> Snapshot {
    Snapshot {
        asked,
        view: View::NoService(Box::new(ServiceSeen::NoAnswer(silent))),
    }
}

/// For the one who watches.
impl Orders {
    /// Tells the listener of a look.
    pub(super) fn tell(&self, snapshot: Snapshot) {
        let mut state = self.state();
        // A listener that does not listen finds the newest looks when it does.
        if state.snapshots.len() >= MOST_KEPT {
            state.snapshots.pop_back();
        }
        state.snapshots.push_back(snapshot);
        state.is_told_hung = false;
        drop(state);
        self.changed.notify_all();
    }

    /// Asks PC/SC something that may take `limit`.
    pub(super) fn ask<T>(&self, limit: Duration, ask: impl FnOnce() -> T) -> T {
        self.begin(&mut self.state(), limit);
        let answer = ask();
        self.finish();
        answer
    }

    /// Waits in PC/SC for `limit` at most; none when there is an order to follow first.
    pub(super) fn wait<T>(
        &self,
        limit: Duration,
        cancel: &Arc<dyn CancelWait>,
        wait: impl FnOnce() -> T,
    ) -> Option<T> {
        let mut state = self.state();
        if state.has_order() {
            return None;
        }
        state.waits += 1;
        state.wait = Some(Wait {
            number: state.waits,
            cancel: Arc::clone(cancel),
        });
        self.begin(&mut state, limit);
        drop(state);
        let answer = wait();
        self.finish();
        Some(answer)
    }

    fn begin(&self, state: &mut State, limit: Duration) {
        state.asking = Some(Asking {
            since: Instant::now(),
            limit: limit + LATENESS,
        });
        self.changed.notify_all();
    }

    fn finish(&self) {
        let mut state = self.state();
        state.wait = None;
        state.asking = None;
    }

    /// Whether the listener was told that the service hangs: then everything is to be told
    /// when it does not.
    pub(super) fn is_told_hung(&self) -> bool {
        self.state().is_told_hung
    }

    /// Rests for `pause`, less when there is an order.
    pub(super) fn breathe(&self, pause: Duration) {
        let no_order = |state: &mut State| !state.has_order();
        let _ = self
            .changed
            .wait_timeout_while(self.state(), pause, no_order);
    }

    /// Waits for an order without asking PC/SC anything: in automatic mode `pause` at most.
    /// What is to be done then.
    pub(super) fn pause(&self, pause: Duration) -> Order {
        let state = self.state();
        let limit = match state.mode {
            Mode::Automatic => pause,
            Mode::Manual => A_LONG_TIME,
        };
        let no_order = |state: &mut State| !state.has_order() && state.keeps_waiting(limit);
        let waited = self.changed.wait_timeout_while(state, limit, no_order);
        let mut state = waited.unwrap_or_else(PoisonError::into_inner).0;
        state.take_order()
    }

    /// What is to be done now.
    pub(super) fn order_now(&self) -> Order {
        self.state().take_order()
    }

    pub(super) fn end(&self) {
        let mut state = self.state();
        state.has_ended = true;
        state.wait = None;
        state.asking = None;
        drop(state);
        self.changed.notify_all();
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// What the watching thread is to do.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Order {
    /// End.
    End,
    /// Read everything and tell it.
    Refresh,
    /// Go on watching.
    Watch,
    /// Wait for the next order.
    Rest,
}

impl State {
    fn has_order(&self) -> bool {
        self.is_to_end || self.is_to_refresh
    }

    /// Until when there is nothing to do for the listener but to wait.
    fn patience(&self) -> Duration {
        match self.asking {
            Some(_) if self.is_told_hung => A_LONG_TIME,
            Some(asking) => asking.left().max(SECOND_LOOK),
            None => A_LONG_TIME,
        }
    }

    fn overdue(&self) -> Option<Asking> {
        self.asking
            .filter(|asking| asking.left().is_zero() && !self.is_told_hung)
    }

    /// Whoever asks again while the service hangs is told that it still does.
    fn is_asked_while_it_hangs(&mut self) -> bool {
        let hangs = self.is_told_hung && self.asking.is_some();
        hangs && std::mem::take(&mut self.is_to_refresh)
    }

    /// A wait without end is not for an automatic watch.
    fn keeps_waiting(&self, limit: Duration) -> bool {
        limit < A_LONG_TIME || self.mode == Mode::Manual
    }

    fn take_order(&mut self) -> Order {
        match self.mode {
            _ if self.is_to_end => Order::End,
            _ if std::mem::take(&mut self.is_to_refresh) => Order::Refresh,
            Mode::Automatic => Order::Watch,
            Mode::Manual => Order::Rest,
        }
    }
}

impl Asking {
    fn left(self) -> Duration {
        self.limit.saturating_sub(self.since.elapsed())
    }
}

/// How much longer than its limit a call may take before the service counts as hanging.
const LATENESS: Duration = Duration::from_secs(2);
/// Until a call that is overdue is looked at again.
const SECOND_LOOK: Duration = Duration::from_millis(500);
const A_LONG_TIME: Duration = Duration::from_secs(3600);
/// How long somebody who ends a monitor waits for its context to be released.
const PARTING: Duration = Duration::from_millis(500);
const CANCELS: u32 = 50;
const BETWEEN_CANCELS: Duration = Duration::from_millis(10);
/// Looks kept for a listener that is busy.
const MOST_KEPT: usize = 256;
