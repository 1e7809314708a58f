//! Does the card answer each time?

mod findings;
mod round;
mod seen;
#[cfg(test)]
mod tests;

use std::fmt;
use std::thread;
use std::time::Duration;

use tomcheck_diagnosis::{Deadline, Probe};

use self::round::Round;
pub use self::seen::{ContactSeen, End, Failures};
use crate::pcsc::Pcsc;
use crate::scard::{ESTABLISH, STATUS_CHANGE};
use crate::within::{NoAnswer, within};
use crate::{CardSeen, ServiceSeen, StateFlag};

/// Opens the card, reads its answer to reset, asks one sign of life of it and leaves it as
/// found, over and over.
///
/// Blocks until its deadline at most, each round five seconds at most. The sign of life, a
/// SELECT of the master file, is asked of a CPx alone, and not while another program uses it.
pub struct ContactProbe<'a, P> {
    pcsc: &'a P,
    card: &'a CardSeen,
    rounds: u32,
    deadline: Deadline,
    heard: &'a dyn Fn(u32),
}

impl<P> fmt::Debug for ContactProbe<'_, P> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ContactProbe")
            .field("rounds", &self.rounds)
            .finish_non_exhaustive()
    }
}

impl<'a, P: Pcsc> ContactProbe<'a, P> {
    /// `rounds`, until `deadline`. `heard` hears after each how many were made, on the thread
    /// that observes.
    pub fn new(
        pcsc: &'a P,
        card: &'a CardSeen,
        rounds: u32,
        deadline: Deadline,
        heard: &'a dyn Fn(u32),
    ) -> Self {
        Self {
            pcsc,
            card,
            rounds,
            deadline,
            heard,
        }
    }
}

impl<P: Pcsc> Probe for ContactProbe<'_, P> {
    type Seen = ContactSeen;
    const ID: &'static str = "card.contact";

    fn observe(&self) -> ContactSeen {
        let mut seen = ContactSeen::new(self.card.reader.clone(), self.rounds);
        let Some(reader) = &self.card.reader else {
            return seen;
        };
        let mut times = Vec::new();
        let mut events = None;
        while seen.made < self.rounds {
            if self.deadline.has_passed() {
                seen.end = End::Deadline;
                break;
            }
            match self.round(reader) {
                Ok(Ok(round)) => {
                    seen.count(&round, &mut events);
                    times.extend(round.took_us.filter(|_| round.result.is_ok()));
                }
                Ok(Err(service)) => {
                    seen.end = End::NoService { service };
                    break;
                }
                // Cut off by the deadline, a round says nothing of the card.
                Err(silent) if self.deadline.has_passed() && !is_out_of_step(&silent, &times) => {
                    seen.end = End::Deadline;
                    break;
                }
                Err(silent) => {
                    seen.count_silence(silent);
                    break;
                }
            }
            (self.heard)(seen.made);
        }
        seen.is_absent_at_the_end = self.last_look(reader, &mut seen, &mut events);
        seen.measure(times);
        seen
    }
}

impl<P: Pcsc> ContactProbe<'_, P> {
    /// The service may be gone instead.
    fn round(&self, reader: &str) -> Result<Result<Round, ServiceSeen>, NoAnswer> {
        let (pcsc, reader) = (self.pcsc.clone(), reader.to_owned());
        let deadline = self.deadline.at_most(ROUND_LIMIT);
        let round = within(deadline, move |calls| {
            Round::make(&pcsc, &reader, calls).map_err(|failure| ServiceSeen::after(failure, &pcsc))
        })?;
        if round.as_ref().is_ok_and(|round| round.result.is_err()) {
            // Time for a contact that bounces to come to rest.
            thread::sleep(PAUSE.min(self.deadline.remaining()));
        }
        Ok(round)
    }

    /// What happened during the last round shows after it. Not made where nothing answers.
    fn last_look(&self, reader: &str, seen: &mut ContactSeen, events: &mut Option<u16>) -> bool {
        if matches!(seen.end, End::NoAnswer { .. } | End::NoService { .. }) {
            return false;
        }
        let (pcsc, reader) = (self.pcsc.clone(), reader.to_owned());
        let status = within(Deadline::after(LAST_LOOK), move |calls| {
            let context = calls.make(ESTABLISH, || pcsc.establish()).ok()?;
            calls
                .make(STATUS_CHANGE, || context.reader_status(&reader))
                .ok()
        });
        let Ok(Some(status)) = status else {
            return false;
        };
        seen.count_events(&status, events);
        status.state.has(StateFlag::Empty)
    }
}

const ROUND_LIMIT: Duration = Duration::from_secs(5);
const PAUSE: Duration = Duration::from_millis(20);
const LAST_LOOK: Duration = Duration::from_millis(500);

/// Whether a card was waited for so much longer than it ever took that it hangs; one that never
/// answered does.
fn is_out_of_step(silent: &NoAnswer, times: &[u32]) -> bool {
    let longest = times.iter().max().map(|us| u64::from(*us) / 1000);
    longest.is_none_or(|longest| silent.waited_ms > (10 * longest).max(1000))
}
