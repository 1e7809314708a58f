//! How does a call that cannot be interrupted keep a deadline?

use std::borrow::Cow;
use std::panic;
use std::sync::mpsc::{self, RecvTimeoutError};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use serde::{Deserialize, Serialize};
use tomcheck_diagnosis::{Deadline, Evidence, Text};

use crate::scard::{CONNECT, Call, STATUS};

/// A call of PC/SC that had not answered when the deadline passed.
///
/// Its thread waits on: when the call returns at last, the card is left as found, the
/// context is released and the thread ends.
#[derive(Clone, Debug, Eq, PartialEq, Serialize, Deserialize)]
pub struct NoAnswer {
    /// The call, as its standard spells it.
    pub call: Cow<'static, str>,
    /// How long it was waited for, in milliseconds.
    pub waited_ms: u64,
}

impl NoAnswer {
    /// Whether it is the card that was waited for, or who holds it.
    pub(crate) fn is_of_card(&self) -> bool {
        [CONNECT, STATUS].contains(&self.call.as_ref())
    }
}

impl From<&NoAnswer> for Evidence {
    fn from(silent: &NoAnswer) -> Self {
        const LABEL: Text = Text {
            fr: "appel sans réponse",
            en: "call without an answer",
        };
        let value = format!("{} ({} ms)", silent.call, silent.waited_ms);
        Self::new("no_answer", LABEL, value)
    }
}

/// The call under way, for whoever waits outside its thread.
#[derive(Clone)]
pub(crate) struct Calls(Arc<Mutex<(Call, Instant)>>);

impl Calls {
    pub(crate) fn none_yet() -> Self {
        Self(Arc::new(Mutex::new((
            Call::Borrowed("thread"),
            Instant::now(),
        ))))
    }

    /// Notes the call, then makes it.
    pub(crate) fn make<T>(&self, call: &'static str, make: impl FnOnce() -> T) -> T {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) =
            (Call::Borrowed(call), Instant::now());
        make()
    }

    /// The call under way, as one that does not answer.
    pub(crate) fn unanswered(&self) -> NoAnswer {
        let (call, since) = self
            .0
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clone();
        let waited_ms = u64::try_from(since.elapsed().as_millis()).unwrap_or(u64::MAX);
        NoAnswer { call, waited_ms }
    }
}

/// Runs a sequence of calls on its own thread and waits for it until the deadline, at least
/// for a moment.
///
/// # Panics
///
/// When the sequence panics, with its panic.
pub(crate) fn within<T: Send + 'static>(
    deadline: Deadline,
    sequence: impl FnOnce(&Calls) -> T + Send + 'static,
) -> Result<T, NoAnswer> {
    let (sender, receiver) = mpsc::sync_channel(1);
    let calls = Calls::none_yet();
    let inside = calls.clone();
    let spawned = thread::Builder::new()
        .name("tomcheck-reader".to_owned())
        .spawn(move || {
            // Nobody receives once the deadline has passed.
            let _ = sender.send(sequence(&inside));
        });
    // A system without room for one more thread is a system that does not answer.
    let thread = spawned.map_err(|_| calls.unanswered())?;
    match answer(&receiver, deadline) {
        Ok(seen) => Ok(seen),
        Err(RecvTimeoutError::Timeout) => Err(calls.unanswered()),
        Err(RecvTimeoutError::Disconnected) => match thread.join() {
            Err(payload) => panic::resume_unwind(payload),
            Ok(()) => Err(calls.unanswered()),
        },
    }
}

fn answer<T>(receiver: &mpsc::Receiver<T>, deadline: Deadline) -> Result<T, RecvTimeoutError> {
    let until = Deadline::after(deadline.remaining().max(GRACE));
    loop {
        match receiver.recv_timeout(until.remaining().min(LOOK)) {
            Err(RecvTimeoutError::Timeout) if !until.has_passed() && !deadline.is_cancelled() => {}
            other => return other,
        }
    }
}

/// How often somebody who waits looks whether it was cancelled.
const LOOK: Duration = Duration::from_millis(100);
/// A service that answers at once is not silent, however late it was asked.
const GRACE: Duration = Duration::from_millis(100);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_call_that_does_not_return_is_named() {
        let deadline = Deadline::after(Duration::from_millis(30));
        let silent = within(deadline, |calls| {
            calls.make("SCardListReaders", || ());
            calls.make("SCardConnect", || thread::sleep(Duration::from_secs(5)));
        });
        let silent = silent.unwrap_err();
        assert_eq!(silent.call, "SCardConnect");
        assert!((50..2000).contains(&silent.waited_ms), "{silent:?}");
    }

    #[test]
    fn a_late_question_still_gets_a_prompt_answer() {
        let passed = Deadline::after(Duration::ZERO);
        assert_eq!(within(passed, |_| 1), Ok(1));
    }

    #[test]
    #[should_panic(expected = "its own bug")]
    fn a_bug_in_the_sequence_is_not_taken_for_silence() {
        let deadline = Deadline::after(Duration::from_secs(5));
        let _ = within(deadline, |_| panic!("its own bug"));
    }
}
