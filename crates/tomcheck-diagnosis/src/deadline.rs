//! How long may it still take?

use std::time::{Duration, Instant};

/// A moment after which waiting ends.
#[derive(Clone, Copy, Debug)]
pub struct Deadline(Instant);

impl Deadline {
    /// The moment `limit` from now; a limit too long for the clock becomes a day.
    pub fn after(limit: Duration) -> Self {
        let now = Instant::now();
        let day = Duration::from_secs(86_400);
        Self(now.checked_add(limit.min(day)).unwrap_or(now))
    }

    /// What is left, zero once it has passed.
    pub fn remaining(&self) -> Duration {
        self.0.saturating_duration_since(Instant::now())
    }

    /// The earlier of this one and `limit` from now.
    #[must_use]
    pub fn at_most(&self, limit: Duration) -> Self {
        Self(self.0.min(Self::after(limit).0))
    }

    /// So much later: for a clock that stood still so long, because a person was waited for.
    #[must_use]
    pub fn later_by(&self, time: Duration) -> Self {
        Self(self.0.checked_add(time).unwrap_or(self.0))
    }

    /// Whether it has passed.
    pub fn has_passed(&self) -> bool {
        self.remaining().is_zero()
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
