//! What do all pages show, and what makes it change?

use std::sync::{Arc, OnceLock};
use std::thread;
use std::time::Duration;

use tokio::sync::watch::{Receiver, Sender};
use tokio::time::timeout;
use tomcheck_reader::{EventStream, Mode, Monitor, MonitorControl, SystemPcsc};

use super::PageOptions;
use super::readers::Readers;
use super::run::{Heard, Last, Run, UnderWay, Wanted, letter, pack};
use crate::config::Support;
use crate::{Cancellation, Clock, FinalTry, GivenPin, Known, Lang, Options, Pin};

/// The readers as they are, and the diagnosis as it goes; the same for every page.
#[derive(Clone)]
pub(super) struct Live(Arc<Inner>);

struct Inner {
    readers: Sender<Readers>,
    run: Sender<Run>,
    control: OnceLock<MonitorControl>,
    diagnosis: Options,
    support: Support,
    clock: Clock,
}

/// A diagnosis is under way already.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) struct Busy;

impl Live {
    pub(super) fn new(options: &PageOptions) -> Self {
        Self(Arc::new(Inner {
            readers: Sender::default(),
            run: Sender::default(),
            control: OnceLock::new(),
            diagnosis: options.diagnosis.again(),
            support: options.support.clone(),
            clock: options.clock,
        }))
    }

    pub(super) fn lang(&self) -> Lang {
        self.0.diagnosis.lang
    }

    pub(super) fn clock(&self) -> Clock {
        self.0.clock
    }

    /// What diagnoses look at.
    pub(super) fn diagnosis(&self) -> &Options {
        &self.0.diagnosis
    }

    pub(super) fn readers(&self) -> Receiver<Readers> {
        self.0.readers.subscribe()
    }

    pub(super) fn run(&self) -> Receiver<Run> {
        self.0.run.subscribe()
    }

    /// Begins to watch the readers.
    pub(super) fn watch(&self) -> std::io::Result<EventStream> {
        let events = Monitor::start(SystemPcsc::new(), Mode::Automatic).into_stream()?;
        // a page watches once
        let _ = self.0.control.set(events.control().clone());
        Ok(events)
    }

    /// Remembers what the monitor tells, until nothing watches any more.
    pub(super) async fn learn(&self, mut events: EventStream) {
        let mut known = Known::default();
        while let Some(event) = events.next().await {
            let (clock, lang) = (self.clock(), self.lang());
            self.0.readers.send_modify(|readers| {
                readers.learn(&event, &mut known, clock, lang);
            });
        }
    }

    /// Watches from now on in this way; what is read again is waited for.
    pub(super) async fn set_mode(&self, mode: Mode) {
        self.0.readers.send_modify(|readers| readers.mode = mode);
        let readers = self.readers();
        if let Some(control) = self.0.control.get() {
            control.set_mode(mode);
        }
        if mode == Mode::Automatic {
            settled(readers).await;
        }
    }

    /// Has every reader read again, and waits for that: a page without script shows it then.
    pub(super) async fn refresh(&self) {
        let readers = self.readers();
        if let Some(control) = self.0.control.get() {
            control.refresh();
        }
        settled(readers).await;
    }

    /// What there is to see when somebody comes.
    pub(super) fn begin_first(&self) {
        // nothing else has begun yet
        let _ = self.begin(Wanted::Everything, None);
    }

    /// Begins a diagnosis on a thread of its own. The code porteur is presented once, and never for
    /// the last try.
    ///
    /// # Errors
    ///
    /// When one is under way.
    pub(super) fn begin(&self, wanted: Wanted, pin: Option<Pin>) -> Result<(), Busy> {
        let mut options = wanted.options(&self.0.diagnosis);
        options.pin = pin.map(|pin| Box::new(GivenPin::new(pin)) as _);
        options.final_try = FinalTry::Refuse;
        let stop = Arc::new(Cancellation::new());
        options.cancellation = Some(stop.clone());
        let is_begun = self.0.run.send_if_modified(|run| {
            let is_free = run.under_way.is_none();
            if is_free {
                run.under_way = Some(UnderWay::new(options.deadline, stop.clone()));
            }
            is_free
        });
        if !is_begun {
            return Err(Busy);
        }
        let changes = self.0.readers.borrow().count;
        let end = End::of(self);
        // without room for one more thread, what was to run there ends, and that is told
        let _ = thread::Builder::new()
            .name("tomcheck-diagnosis".to_owned())
            .spawn(move || end.diagnose(&options, wanted, changes));
        Ok(())
    }

    /// Ends the diagnosis that is under way, if one is; the call to the card that is under way is
    /// waited for, but not here.
    pub(super) fn stop(&self) {
        if let Some(under_way) = &self.0.run.borrow().under_way {
            under_way.stop.cancel();
        }
    }

    /// It comes a moment after its report: names are looked up for it, and programs asked for their
    /// versions.
    fn add_more(&self, last: &Arc<Last>, options: &Options) {
        let letter = letter(options, &last.report);
        let packed = pack(&last.report, &self.0.support, options.lang);
        self.0.run.send_if_modified(|run| {
            let is_last = run.last.as_ref().is_some_and(|it| Arc::ptr_eq(it, last));
            if is_last {
                run.last = Some(Arc::new(last.with_more(letter.clone(), packed.clone())));
            }
            is_last
        });
    }

    /// Waits until no command to the card is under way, for ten seconds at most.
    pub(super) async fn card_is_left(&self) {
        let mut run = self.run();
        let _ = timeout(LONGEST_COMMAND, run.wait_for(|run| !run.holds_the_card())).await;
    }
}

/// Waits until the readers were told anew; a service that does not answer is not waited for long.
async fn settled(mut readers: Receiver<Readers>) {
    if timeout(FIRST_TOLD, readers.changed()).await.is_ok() {
        // all that one look saw is told at once
        while timeout(QUIET, readers.changed()).await.is_ok() {}
    }
}

/// Tells how a diagnosis ended, however its thread does.
struct End {
    live: Live,
    came_to: Result<Arc<Last>, String>,
}

impl End {
    fn of(live: &Live) -> Self {
        let badly = super::words::ENDED_BADLY.get(live.lang()).to_owned();
        Self {
            live: live.clone(),
            came_to: Err(badly),
        }
    }

    fn diagnose(mut self, options: &Options, wanted: Wanted, changes: u64) {
        let heard = Heard(&self.live.0.run);
        let report = crate::diagnose(options, &heard);
        let last = report.map(|report| Arc::new(Last::new(report, wanted, changes)));
        self.came_to = last.map_err(|error| error.say(options.lang));
        let (live, last) = (self.live.clone(), self.came_to.clone().ok());
        drop(self);
        if let Some(last) = last {
            live.add_more(&last, options);
        }
    }
}

impl Drop for End {
    fn drop(&mut self) {
        self.live.0.run.send_modify(|run| {
            run.under_way = None;
            run.failure = self.came_to.clone().err();
            if let Ok(last) = &self.came_to {
                run.last = Some(last.clone());
            }
        });
    }
}

const FIRST_TOLD: Duration = Duration::from_secs(2);
const QUIET: Duration = Duration::from_millis(50);
/// More than what a probe of the card may take.
const LONGEST_COMMAND: Duration = Duration::from_secs(10);
