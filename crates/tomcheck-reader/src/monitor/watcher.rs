//! How does one thread watch all readers without missing any, and without turning in circles?

use std::sync::Arc;
use std::time::{Duration, Instant};

use tomcheck_diagnosis::{Deadline, Observation};

use super::HEARTBEAT_SECONDS;
use super::orders::{Order, Orders};
use super::snapshot::{Snapshot, View};
use crate::pcsc::{CancelWait, EstablishFailure, Known, Pcsc, PcscContext, Wake};
use crate::rows::REFUSED;
use crate::scard::{self, ESTABLISH, LIST_READERS, RELEASE, STATUS_CHANGE};
use crate::within::within;
use crate::{Look, ReaderSeen, ReadersSeen, ServiceSeen, StateFlag, Surroundings};

/// Watches until it is told to end.
pub(super) struct Watcher<P> {
    pcsc: P,
    orders: Arc<Orders>,
    /// Whether the next look answers somebody who asked.
    is_asked: bool,
    /// Whether the service refused us the last time it was asked.
    was_refused: bool,
    told: Option<Told>,
    /// Whether nobody has come back yet, since the last order, to one that hung while it was left.
    may_come_back: bool,
}

/// A service that is not to be had, of which the listener knows.
struct Told {
    failure: EstablishFailure,
    at: Instant,
    is_refused: bool,
}

impl Told {
    /// Whether there is nothing to add to it yet.
    fn still_holds(&self, failure: &EstablishFailure) -> bool {
        self.failure == *failure && self.at.elapsed() < HEARTBEAT
    }

    /// A service that refuses may write each time into the system's log.
    fn until_tried_again(&self) -> Duration {
        match self.is_refused {
            true => HEARTBEAT,
            false => UNTIL_TRIED_AGAIN,
        }
    }
}

/// Why a context is given up, or never was.
enum Parting {
    End,
    /// The service went away under it, or hung: another one may be there already.
    Lost,
    /// There was no service to begin with, or none that answers.
    NotHad(EstablishFailure),
    /// Without a wait nothing needs to stay open.
    Rest,
}

impl<P: Pcsc> Watcher<P> {
    pub(super) fn new(pcsc: P, orders: Arc<Orders>) -> Self {
        Self {
            pcsc,
            orders,
            is_asked: false,
            was_refused: false,
            told: None,
            may_come_back: true,
        }
    }

    pub(super) fn watch(mut self) {
        let _end = End(Arc::clone(&self.orders));
        loop {
            let goes_on = match self.with_one_context() {
                Parting::End => false,
                Parting::Rest => self.may_go_on(Duration::ZERO),
                Parting::Lost => self.tries_again_after(WITHOUT_CHANGE),
                Parting::NotHad(failure) => match self.not_had(failure) {
                    Some(pause) => self.may_go_on(pause),
                    None => self.tries_again_after(UNTIL_TRIED_AGAIN),
                },
            };
            if !goes_on {
                break;
            }
        }
    }

    /// Waits for an order, or in automatic mode for `pause`.
    fn may_go_on(&mut self, pause: Duration) -> bool {
        loop {
            match self.orders.pause(pause) {
                Order::End => return false,
                Order::Refresh => self.is_asked = true,
                Order::Watch => {}
                Order::Rest => continue,
            }
            self.may_come_back = true;
            return true;
        }
    }

    /// Whatever the mode: what was begun is not told yet.
    fn tries_again_after(&self, pause: Duration) -> bool {
        self.orders.breathe(pause);
        !self.orders.is_to_end()
    }

    /// When to ask again, once it was told: a service that starts between our question and the look
    /// around seems to refuse us, so it must do so twice.
    fn not_had(&mut self, failure: EstablishFailure) -> Option<Duration> {
        let known = self.told.as_ref().filter(|_| !self.is_asked);
        if let Some(told) = known.filter(|told| told.still_holds(&failure)) {
            return Some(told.until_tried_again());
        }
        let service = self.service_after(failure.clone());
        let findings = service.findings();
        let is_refused = findings
            .iter()
            .any(|finding| finding.kind.code == REFUSED.code);
        let was_refused = std::mem::replace(&mut self.was_refused, is_refused);
        if is_refused && !was_refused {
            return None;
        }
        self.tell(View::NoService(Box::new(service)));
        let told = self.told.insert(Told {
            failure,
            at: Instant::now(),
            is_refused,
        });
        Some(told.until_tried_again())
    }

    fn service_after(&self, failure: EstablishFailure) -> ServiceSeen {
        let copy = failure.clone();
        let looked = self.look_around(move |pcsc| ServiceSeen::after(copy, pcsc));
        looked.unwrap_or_else(|| ServiceSeen::of(failure, Surroundings::default))
    }

    /// What the system says around PC/SC. That it does not answer in time is not the service's
    /// fault: then nothing was looked at.
    fn look_around<T: Send + 'static>(
        &self,
        look: impl FnOnce(&P) -> T + Send + 'static,
    ) -> Option<T> {
        let pcsc = self.pcsc.clone();
        within(Deadline::after(ANSWER), move |_| look(&pcsc)).ok()
    }

    fn tell(&mut self, view: View) {
        let asked = std::mem::take(&mut self.is_asked);
        self.orders.tell(Snapshot { asked, view });
    }

    fn with_one_context(&mut self) -> Parting {
        let (pcsc, orders) = (self.pcsc.clone(), Arc::clone(&self.orders));
        let establish = || orders.calls.make(ESTABLISH, || pcsc.establish());
        let context = match orders.ask(ANSWER, establish) {
            Ok(context) => context,
            Err(failure) => return Parting::NotHad(failure),
        };
        let parting = self.follow(context.as_ref());
        let release = || orders.calls.make(RELEASE, || drop(context));
        orders.ask(ANSWER, release);
        match parting {
            // Whoever was told that it hangs is told everything now that it does not; once, for a
            // service that is always slow to be left.
            Parting::Rest if orders.is_told_hung() && self.may_come_back => {
                self.may_come_back = false;
                Parting::Lost
            }
            parting => parting,
        }
    }

    fn follow(&mut self, context: &dyn PcscContext) -> Parting {
        let cancel: Arc<dyn CancelWait> = Arc::from(context.canceller());
        let mut seen = match self.read(context) {
            Ok(seen) => seen,
            Err(failure) => return Parting::NotHad(failure),
        };
        self.was_refused = false;
        self.told = None;
        self.tell(View::Readers(Box::new(seen.clone())));
        loop {
            let waited = match self.orders.order_now() {
                Order::End => return Parting::End,
                Order::Rest => return Parting::Rest,
                Order::Refresh => {
                    self.is_asked = true;
                    Waited::Quiet
                }
                Order::Watch => self.wait(context, &cancel, &seen),
            };
            let was_woken = matches!(waited, Waited::Woken | Waited::Changed(_));
            let now = match waited {
                Waited::Lost => return Parting::Lost,
                Waited::Changed(wake) => Ok(updated(&seen, &wake)),
                Waited::Quiet | Waited::Ordered | Waited::Woken => self.read(context),
            };
            let Ok(now) = now else {
                return Parting::Lost;
            };
            // A wait that ends at once without anything new would turn in circles.
            if !self.show(&mut seen, now) && was_woken {
                self.orders.breathe(WITHOUT_CHANGE);
            }
        }
    }

    /// Whether there was anything to tell.
    fn show(&mut self, known: &mut ReadersSeen, seen: ReadersSeen) -> bool {
        let is_new = *known != seen || self.is_asked || self.orders.is_told_hung();
        *known = seen;
        if is_new {
            self.tell(View::Readers(Box::new(known.clone())));
        }
        is_new
    }

    fn read(&self, context: &dyn PcscContext) -> Result<ReadersSeen, EstablishFailure> {
        let calls = &self.orders.calls;
        let read = || {
            let names = calls.make(LIST_READERS, || context.readers())?;
            let readers = ReaderSeen::all(context, names, calls);
            // A service that ends between two calls leaves readers without a state.
            match readers.iter().find_map(gone_with_service) {
                Some(failure) => Err(EstablishFailure::from(failure)),
                None => Ok(readers),
            }
        };
        let readers = self.orders.ask(ANSWER, read)?;
        Ok(self.with_what_is_beside(readers))
    }

    /// Where no reader is listed, one may be plugged in all the same.
    fn with_what_is_beside(&self, readers: Vec<ReaderSeen>) -> ReadersSeen {
        let around = match readers.is_empty() {
            true => self.look_around(P::beside_the_service),
            false => None,
        };
        let around = around.unwrap_or_default();
        ReadersSeen {
            wanted: None,
            listing: around.into(),
            readers,
        }
    }

    fn wait(
        &self,
        context: &dyn PcscContext,
        cancel: &Arc<dyn CancelWait>,
        seen: &ReadersSeen,
    ) -> Waited {
        let known: Vec<_> = seen.readers.iter().filter_map(known).collect();
        let calls = &self.orders.calls;
        let wait = || calls.make(STATUS_CHANGE, || context.wait(&known, HEARTBEAT));
        match self.orders.wait(HEARTBEAT, cancel, wait) {
            None => Waited::Ordered,
            Some(Ok(None)) => Waited::Quiet,
            Some(Ok(Some(wake))) if is_whole(&wake) => Waited::Changed(wake),
            Some(Err(failure)) if scard::is_service_gone(&failure) => Waited::Lost,
            // The list changed, a reader went just now, the wait was ended, or an answer came
            // that nobody knows: reading shows.
            Some(Ok(Some(_)) | Err(_)) => Waited::Woken,
        }
    }
}

/// Whatever ends the watch, even a defect of ours: nobody waits for it any more.
struct End(Arc<Orders>);

impl Drop for End {
    fn drop(&mut self) {
        self.0.end();
    }
}

/// What became of a wait.
enum Waited {
    /// An order came first.
    Ordered,
    /// Nothing is told to have changed. What nobody tells is read all the same: a reader that
    /// came between two waits, a card that another program took for itself (pcsc-lite does not
    /// count that as a change).
    Quiet,
    /// This changed.
    Changed(Wake),
    /// Something else happened.
    Woken,
    /// The service is gone.
    Lost,
}

fn gone_with_service(reader: &ReaderSeen) -> Option<tomcheck_diagnosis::ForeignFailure> {
    match &reader.look {
        Look::Failed { failure } if scard::is_service_gone(failure) => Some(failure.clone()),
        _ => None,
    }
}

/// A reader without a state cannot be waited for; the heartbeat looks at it.
fn known(reader: &ReaderSeen) -> Option<Known> {
    let state = reader.state()?;
    Some(Known {
        reader: reader.name.clone(),
        state,
    })
}

/// Whether the wake tells all there is to know: the same readers, each of them known.
fn is_whole(wake: &Wake) -> bool {
    let gone = |state: crate::ReaderState| state.has(StateFlag::Unknown);
    !wake.list_changed && !wake.readers.iter().any(|status| gone(status.state))
}

/// The readers with what woke us; those that did not change stay as they were.
fn updated(seen: &ReadersSeen, wake: &Wake) -> ReadersSeen {
    let mut now = seen.clone();
    let waited_for = now.readers.iter_mut().filter(|one| one.state().is_some());
    for (reader, status) in waited_for.zip(&wake.readers) {
        if status.state.has(StateFlag::Changed) {
            reader.look = Look::Seen(status.clone());
        }
    }
    now
}

const HEARTBEAT: Duration = Duration::from_secs(HEARTBEAT_SECONDS);
/// How long the service may take for what it answers at once.
const ANSWER: Duration = Duration::from_secs(2);
/// Until a service that does not answer is asked again.
const UNTIL_TRIED_AGAIN: Duration = Duration::from_millis(500);
/// Between two waits when the first told nothing.
const WITHOUT_CHANGE: Duration = Duration::from_millis(100);
