//! How long may it still take?

use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

/// A moment after which waiting ends; sooner, where it is one of a [`Cancellation`].
#[derive(Clone, Copy, Debug)]
pub struct Deadline {
    at: Instant,
    ticket: Option<Ticket>,
}

impl Deadline {
    /// The moment `limit` from now; a limit too long for the clock becomes a day.
    pub fn after(limit: Duration) -> Self {
        let now = Instant::now();
        let day = Duration::from_secs(86_400);
        Self {
            at: now.checked_add(limit.min(day)).unwrap_or(now),
            ticket: None,
        }
    }

    /// What is left, zero once it has passed.
    pub fn remaining(&self) -> Duration {
        if self.is_cancelled() {
            return Duration::ZERO;
        }
        self.at.saturating_duration_since(Instant::now())
    }

    /// The earlier of this one and `limit` from now.
    #[must_use]
    pub fn at_most(&self, limit: Duration) -> Self {
        Self {
            at: self.at.min(Self::after(limit).at),
            ..*self
        }
    }

    /// So much later: for a clock that stood still so long, because a person was waited for.
    #[must_use]
    pub fn later_by(&self, time: Duration) -> Self {
        Self {
            at: self.at.checked_add(time).unwrap_or(self.at),
            ..*self
        }
    }

    /// Whether it has passed.
    pub fn has_passed(&self) -> bool {
        self.remaining().is_zero()
    }

    /// Whether somebody cancelled what it is for. Whoever waits long looks now and then.
    pub fn is_cancelled(&self) -> bool {
        self.ticket.is_some_and(Ticket::is_over)
    }
}

/// Lets somebody end early, from any thread, what was given deadlines of it. Dropping it ends
/// them too: nobody is left who could want the answer.
#[derive(Debug)]
pub struct Cancellation(Ticket);

/// One use of a counter: it lasts until the counter moves on.
#[derive(Clone, Copy, Debug)]
struct Ticket {
    counter: &'static AtomicU32,
    turn: u32,
}

/// Counters that nobody uses now. A deadline is copied about, so a counter outlives whoever
/// made it: it is kept for the next one.
static FREE: Mutex<Vec<&'static AtomicU32>> = Mutex::new(Vec::new());

impl Cancellation {
    /// Nobody cancelled yet.
    #[expect(clippy::new_without_default, reason = "each one is another one")]
    pub fn new() -> Self {
        let free = FREE.lock().unwrap_or_else(PoisonError::into_inner).pop();
        let counter = free.unwrap_or_else(|| Box::leak(Box::default()));
        let turn = counter.load(Ordering::Acquire);
        Self(Ticket { counter, turn })
    }

    /// Ends it. Does not block, nor wait until everything has ended.
    pub fn cancel(&self) {
        let Ticket { counter, turn } = self.0;
        let next = turn.wrapping_add(1);
        // the second time there is nothing left to do
        let _ = counter.compare_exchange(turn, next, Ordering::AcqRel, Ordering::Acquire);
    }

    /// Whether somebody did.
    pub fn is_cancelled(&self) -> bool {
        self.0.is_over()
    }

    /// A deadline that passes when this is cancelled, after `limit` at the latest.
    pub fn deadline(&self, limit: Duration) -> Deadline {
        Deadline {
            ticket: Some(self.0),
            ..Deadline::after(limit)
        }
    }
}

impl Drop for Cancellation {
    fn drop(&mut self) {
        self.cancel();
        let mut free = FREE.lock().unwrap_or_else(PoisonError::into_inner);
        free.push(self.0.counter);
    }
}

impl Ticket {
    fn is_over(self) -> bool {
        self.counter.load(Ordering::Acquire) != self.turn
    }
}

#[test]
fn a_deadline_whose_clock_stood_still_is_as_far_as_before() {
    let passed = Deadline::after(Duration::ZERO);
    let later = passed.later_by(Duration::from_secs(60));
    assert!(passed.has_passed() && !later.has_passed());
    assert!(later.remaining() <= Duration::from_secs(60));
    assert!(
        passed.later_by(Duration::MAX).has_passed(),
        "no moment there"
    );
}

#[test]
fn a_deadline_only_ever_gets_earlier() {
    let long = Deadline::after(Duration::MAX);
    assert!(!long.has_passed());
    assert!(long.at_most(Duration::ZERO).has_passed());
    let short = Deadline::after(Duration::ZERO);
    assert!(short.at_most(Duration::from_secs(5)).has_passed());
}

#[test]
fn a_cancelled_deadline_has_passed_and_so_have_those_made_of_it() {
    let cancellation = Cancellation::new();
    let deadline = cancellation.deadline(Duration::from_secs(60));
    let made = [
        deadline.at_most(Duration::from_secs(5)),
        deadline.later_by(Duration::from_secs(5)),
    ];
    assert!(!deadline.has_passed() && !deadline.is_cancelled());
    cancellation.cancel();
    cancellation.cancel();
    assert!(cancellation.is_cancelled() && deadline.is_cancelled());
    assert!(made.iter().all(Deadline::has_passed));
}

#[test]
fn a_counter_used_again_ends_nothing_of_the_next_and_nothing_of_the_last_lives_on() {
    let first = Cancellation::new();
    let of_first = first.deadline(Duration::from_secs(60));
    drop(first);
    assert!(of_first.is_cancelled(), "whoever waited for it is gone");
    let next = Cancellation::new();
    let of_next = next.deadline(Duration::from_secs(60));
    assert!(!of_next.has_passed() && of_first.has_passed());
}
