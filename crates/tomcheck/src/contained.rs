//! What if a probe breaks off, or never comes back?
//!
//! A probe that panics is a defect of tomcheck's own; what all the others saw is told all the same,
//! and the report says which one broke off. One that hangs in the system (a file on a disk that does
//! not answer) cannot be interrupted: it is left to itself, on a thread of its own.

use std::future::{Future, poll_fn};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::pin;
use std::sync::mpsc::{self, Receiver, RecvTimeoutError};
use std::sync::{Mutex, PoisonError};
use std::thread;
use std::time::Duration;

use tomcheck_diagnosis::{Deadline, ProbeStatus, Text};

use crate::journal::{CRASHED, Journal, OUT_OF_TIME, Timed};
use crate::progress::Progress;

/// Knows which probes are under way on one side of a diagnosis.
pub(crate) struct UnderWay<'a> {
    progress: &'a dyn Progress,
    ids: Mutex<Vec<&'static str>>,
}

impl<'a> UnderWay<'a> {
    pub(crate) fn new(progress: &'a dyn Progress) -> Self {
        let ids = Mutex::default();
        Self { progress, ids }
    }

    fn change(&self, change: impl FnOnce(&mut Vec<&'static str>)) {
        change(&mut self.ids.lock().unwrap_or_else(PoisonError::into_inner));
    }

    fn taken(&self) -> Vec<&'static str> {
        let mut taken = Vec::new();
        self.change(|ids| taken = std::mem::take(ids));
        taken
    }
}

impl Progress for UnderWay<'_> {
    fn begins(&self, id: &'static str) {
        self.change(|ids| ids.push(id));
        self.progress.begins(id);
    }

    fn advances(&self, id: &'static str, done: u32, of: u32) {
        self.progress.advances(id, done, of);
    }

    fn ends(&self, id: &'static str, status: ProbeStatus) {
        self.change(|ids| ids.retain(|other| *other != id));
        self.progress.ends(id, status);
    }
}

/// How looking broke off: the probe that was begun last, and those that were to be written down
/// when it had ended.
#[derive(Debug)]
pub(crate) struct Broken {
    at: Option<&'static str>,
    with: Vec<&'static str>,
    why: Text,
}

impl Broken {
    fn new(under_way: &UnderWay<'_>, why: Text) -> Self {
        let mut with = under_way.taken();
        let at = with.pop();
        Self { at, with, why }
    }

    /// Writes it down: at the probe under way, else at the first of `probes` that has no line yet.
    /// Those that wait for it are blocked, `probes` too.
    pub(crate) fn note(self, journal: &mut Journal, probes: &[&'static str]) {
        let mut left = probes.iter().filter(|id| !journal.knows(id));
        let Some(at) = self.at.or_else(|| left.next().copied()) else {
            return;
        };
        if !journal.knows(at) {
            journal.break_off(at, self.why);
        }
        for id in self.with.iter().chain(probes) {
            if !journal.knows(id) {
                journal.block(id, at);
            }
        }
    }
}

/// Looks; says where it broke off, if it did.
pub(crate) fn contained<T>(
    under_way: &UnderWay<'_>,
    look: impl FnOnce() -> T,
) -> Result<T, Broken> {
    let looked = catch_unwind(AssertUnwindSafe(look));
    looked.map_err(|_| Broken::new(under_way, CRASHED))
}

/// The same for what waits on the network, which must moreover end by `deadline`, or as soon after
/// as what was under way needs to be written down.
pub(crate) async fn contained_until<T>(
    under_way: &UnderWay<'_>,
    deadline: Deadline,
    look: impl Future<Output = T>,
) -> Result<T, Broken> {
    let mut look = pin!(look);
    let looked = poll_fn(|context| {
        let polled = catch_unwind(AssertUnwindSafe(|| look.as_mut().poll(context)));
        match polled {
            Ok(polled) => polled.map(Ok),
            Err(_) => std::task::Poll::Ready(Err(CRASHED)),
        }
    });
    let looked = tokio::time::timeout(deadline.remaining() + GRACE, looked).await;
    let looked = looked.unwrap_or(Err(OUT_OF_TIME));
    looked.map_err(|why| Broken::new(under_way, why))
}

/// Every probe keeps its own limit; this is for one that does not.
const GRACE: Duration = Duration::from_secs(5);

/// Looks on a thread of its own, and waits for it as [`Apart::within`] does.
pub(crate) fn apart<T: Send + 'static>(
    deadline: Deadline,
    look: impl FnOnce() -> T + Send + 'static,
) -> Result<T, Text> {
    Apart::begin("tomcheck-apart", look).within(deadline)
}

impl Journal {
    /// Looks on a thread of its own, as [`apart`] does, and hands back what is still to be written
    /// down. None where nothing comes back by `deadline`, or nobody waits any more, or the look
    /// panics: that is written down as `lost` does, [`Journal::break_off`] or
    /// [`Journal::could_not_look`].
    pub(crate) fn begin_apart<S: Send + 'static>(
        &mut self,
        progress: &dyn Progress,
        id: &'static str,
        deadline: Deadline,
        lost: fn(&mut Self, &'static str, Text),
        look: impl FnOnce() -> S + Send + 'static,
    ) -> Option<Timed<S>> {
        progress.begins(id);
        match apart(deadline, move || Timed::of(look)) {
            Ok(timed) => Some(timed),
            Err(why) => {
                lost(self, id, why);
                progress.ends(id, ProbeStatus::Skipped);
                None
            }
        }
    }
}

/// A look on a thread of its own.
pub(crate) struct Apart<T>(Option<Receiver<T>>);

impl<T: Send + 'static> Apart<T> {
    /// Begins to look.
    pub(crate) fn begin(name: &str, look: impl FnOnce() -> T + Send + 'static) -> Self {
        let (sender, receiver) = mpsc::sync_channel(1);
        let thread = thread::Builder::new().name(name.to_owned());
        let spawned = thread.spawn(move || {
            // Nobody listens any more once time is up.
            let _ = sender.send(look());
        });
        Self(spawned.ok().map(|_| receiver))
    }

    /// What it saw. None of it is known where it does not come back by `deadline`: the thread is left
    /// to itself. What answers at once is heard, however late it was asked.
    pub(crate) fn within(self, deadline: Deadline) -> Result<T, Text> {
        let receiver = self.0.ok_or(CRASHED)?;
        let until = Deadline::after(deadline.remaining().max(AT_ONCE));
        loop {
            match receiver.recv_timeout(until.remaining().min(LOOK)) {
                Ok(seen) => return Ok(seen),
                Err(RecvTimeoutError::Disconnected) => return Err(CRASHED),
                Err(RecvTimeoutError::Timeout)
                    if !until.has_passed() && !deadline.is_cancelled() => {}
                Err(RecvTimeoutError::Timeout) => return Err(OUT_OF_TIME),
            }
        }
    }
}

/// A machine that answers at once is looked at, however late.
const AT_ONCE: Duration = Duration::from_secs(1);
/// How often somebody who waits looks whether it was cancelled.
const LOOK: Duration = Duration::from_millis(100);

#[cfg(test)]
mod tests {
    use super::*;
    use crate::progress::Quiet;

    #[test]
    fn the_probe_that_was_begun_last_is_the_one_that_broke_off() {
        let under_way = UnderWay::new(&Quiet);
        let broken: Result<(), _> = contained(&under_way, || {
            under_way.begins("network.dns");
            under_way.ends("network.dns", ProbeStatus::Ok);
            under_way.begins("proxy.sources");
            under_way.begins("network.tcp");
            panic!("as told");
        });
        let mut journal = Journal::default();
        broken.unwrap_err().note(&mut journal, &["tls.handshake"]);
        let records = journal.records(tomcheck_diagnosis::Lang::En);
        let told = records
            .iter()
            .map(|it| (&*it.id, it.could_not_look, it.blocked_by.as_deref()));
        assert_eq!(
            told.collect::<Vec<_>>(),
            [
                ("network.tcp", true, None),
                ("proxy.sources", false, Some("network.tcp")),
                ("tls.handshake", false, Some("network.tcp")),
            ]
        );
        assert!(journal.lacks_something());
    }

    #[test]
    fn what_never_comes_back_is_left_to_itself_and_what_panics_is_told_as_such() {
        let begun = std::time::Instant::now();
        let soon = || Deadline::after(Duration::from_millis(20));
        let (_open, forever) = mpsc::channel::<()>();
        let hung = apart(soon(), move || forever.recv().is_ok());
        assert_eq!(hung, Err(OUT_OF_TIME));
        let waited = begun.elapsed();
        assert!(waited >= AT_ONCE && waited < AT_ONCE * 5, "{waited:?}");
        assert_eq!(apart(soon(), || panic!("as told")), Err::<(), _>(CRASHED));
        assert_eq!(apart(soon(), || 7), Ok(7));
    }
}
