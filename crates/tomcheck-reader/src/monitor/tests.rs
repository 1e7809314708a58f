//! What no virtual reader can do: be unplugged, sleep with its machine, or answer nonsense.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Condvar, Mutex};
use std::time::{Duration, Instant};

use tomcheck_diagnosis::ForeignFailure;

use super::{Event, Happening, Mode, Monitor};
use crate::fake::CPS3;
use crate::pcsc::{
    CancelWait, EstablishFailure, Known, Pcsc, PcscCard, PcscContext, ReaderStatus, Wake,
};
use crate::scard::{self, CONNECT, LIST_READERS, STATUS_CHANGE};
use crate::{ReaderState, StateFlag, Surroundings};

/// A service whose readers come and go as the test wants.
#[derive(Clone, Default)]
struct Service {
    world: Arc<World>,
}

#[derive(Default)]
struct World {
    readers: Mutex<Readers>,
    changed: Condvar,
    waits: AtomicUsize,
    contexts: AtomicUsize,
    /// How often the system was looked at around it.
    looks: AtomicUsize,
}

#[derive(Default)]
struct Readers {
    list: Vec<(&'static str, u32)>,
    version: u64,
    /// What every listing fails with.
    list_fails: Option<u32>,
    /// What the next wait fails with.
    wait_fails: Option<u32>,
    /// Whether a wait ends at once, with nothing new.
    never_waits: bool,
    /// Whether a context that is given back is kept until this ends.
    release_hangs: bool,
    /// How long it takes to give one back.
    release_takes: Duration,
    /// What becomes of a look around.
    around: Around,
}

#[derive(Clone, Copy, Default)]
enum Around {
    #[default]
    Nothing,
    Hangs,
    /// A defect of ours.
    Panics,
}

impl Service {
    fn with(list: &[(&'static str, u32)]) -> Self {
        let service = Self::default();
        service.change(|readers| readers.list = list.to_vec());
        service
    }

    fn change(&self, change: impl FnOnce(&mut Readers)) {
        let mut readers = self.world.readers.lock().unwrap();
        change(&mut readers);
        readers.version += 1;
        drop(readers);
        self.world.changed.notify_all();
    }

    fn monitor(&self) -> Monitor {
        Monitor::start(self.clone(), Mode::Automatic)
    }

    fn waits(&self) -> usize {
        self.world.waits.load(Ordering::Relaxed)
    }

    fn contexts(&self) -> usize {
        self.world.contexts.load(Ordering::Relaxed)
    }
}

impl Readers {
    fn status(&self, name: &str) -> Option<ReaderStatus> {
        let (_, state) = self.list.iter().find(|(reader, _)| *reader == name)?;
        let state = ReaderState::new(*state | StateFlag::Changed as u32);
        let atr = state.holds_card().then(|| CPS3.parse().unwrap());
        Some(ReaderStatus { state, atr })
    }
}

impl Pcsc for Service {
    fn establish(&self) -> Result<Box<dyn PcscContext>, EstablishFailure> {
        self.world.contexts.fetch_add(1, Ordering::Relaxed);
        Ok(Box::new(Context(self.clone())))
    }

    fn surroundings(&self) -> Surroundings {
        self.world.looks.fetch_add(1, Ordering::Relaxed);
        let around = self.world.readers.lock().unwrap().around;
        match around {
            Around::Nothing => {}
            Around::Hangs => std::thread::sleep(Duration::from_secs(10)),
            // no backtrace is written, which may take longer than the watch waits
            Around::Panics => std::panic::resume_unwind(Box::new("a defect made by a test")),
        }
        Surroundings::default()
    }
}

/// An open context of it.
struct Context(Service);

impl Drop for Context {
    fn drop(&mut self) {
        let readers = self.0.world.readers.lock().unwrap();
        let hangs = |now: &mut Readers| now.release_hangs;
        let readers = self.0.world.changed.wait_while(readers, hangs).unwrap();
        let takes = readers.release_takes;
        drop(readers);
        std::thread::sleep(takes);
    }
}

impl PcscContext for Context {
    fn readers(&self) -> Result<Vec<String>, ForeignFailure> {
        let readers = self.0.world.readers.lock().unwrap();
        if let Some(code) = readers.list_fails {
            return Err(scard::failure(LIST_READERS, code));
        }
        let names = readers.list.iter().map(|(name, _)| (*name).to_owned());
        Ok(names.collect())
    }

    fn reader_status(&self, reader: &str) -> Result<ReaderStatus, ForeignFailure> {
        let readers = self.0.world.readers.lock().unwrap();
        let status = readers.status(reader);
        status.ok_or_else(|| scard::failure(STATUS_CHANGE, 0x8010_0009))
    }

    fn connect(&self, _: &str) -> Result<Box<dyn PcscCard + '_>, ForeignFailure> {
        Err(scard::failure(CONNECT, scard::NO_SMARTCARD))
    }

    fn wait(&self, known: &[Known], limit: Duration) -> Result<Option<Wake>, ForeignFailure> {
        let is_look = limit.is_zero();
        let mut readers = self.0.world.readers.lock().unwrap();
        if !is_look {
            self.0.world.waits.fetch_add(1, Ordering::Relaxed);
            let version = readers.version;
            let is_same = |now: &mut Readers| {
                now.version == version && now.wait_fails.is_none() && !now.never_waits
            };
            let waited = self
                .0
                .world
                .changed
                .wait_timeout_while(readers, limit, is_same);
            readers = waited.unwrap().0;
            if let Some(code) = readers.wait_fails.take() {
                return Err(scard::failure(STATUS_CHANGE, code));
            }
            if readers.version == version && !readers.never_waits {
                return Ok(None);
            }
        }
        let statuses = known.iter().map(|known| readers.status(&known.reader));
        let gone = ReaderStatus {
            state: ReaderState::new(StateFlag::Unknown as u32 | StateFlag::Changed as u32),
            atr: None,
        };
        Ok(Some(Wake {
            readers: statuses
                .map(|it| it.unwrap_or_else(|| gone.clone()))
                .collect(),
            list_changed: readers.list.len() != known.len(),
        }))
    }

    fn canceller(&self) -> Box<dyn CancelWait> {
        Box::new(self.0.clone())
    }
}

impl CancelWait for Service {
    fn cancel(&self) {
        self.change(|readers| readers.wait_fails = Some(0x8010_0002));
    }
}

fn said(event: Option<Event>) -> String {
    let event = event.unwrap();
    match &event.what {
        Happening::NoService(_) => event.finding().unwrap().kind.code.to_owned(),
        Happening::ServiceBack => "back".to_owned(),
        Happening::NoReader(_) => "none".to_owned(),
        Happening::ReaderGone { reader } => format!("{reader} gone"),
        Happening::Reader(now) => format!("{} {}", now.reader, now.state.name()),
    }
}

#[test]
fn a_reader_unplugged_and_plugged_in_again_is_told() {
    let service = Service::with(&[("A", 0x10), ("B", 0x20)]);
    let mut monitor = service.monitor();
    assert_eq!(said(monitor.next()), "A absent");
    assert_eq!(said(monitor.next()), "B present");
    service.change(|readers| readers.list = vec![("A", 0x10)]);
    assert_eq!(said(monitor.next()), "B gone");
    service.change(|readers| readers.list = Vec::new());
    assert_eq!(said(monitor.next()), "A gone");
    assert_eq!(said(monitor.next()), "none");
    service.change(|readers| readers.list = vec![("C", 0x20)]);
    assert_eq!(said(monitor.next()), "C present");
}

#[test]
fn a_reader_exchanged_for_another_is_told_although_their_number_is_the_same() {
    let service = Service::with(&[("A", 0x10)]);
    let mut monitor = service.monitor();
    assert_eq!(said(monitor.next()), "A absent");
    service.change(|readers| readers.list = vec![("B", 0x10)]);
    assert_eq!(said(monitor.next()), "A gone");
    assert_eq!(said(monitor.next()), "B absent");
}

/// What Windows and the way to a remote session answer after a sleep or a lost connection:
/// cancelled by the system, a context nobody knows, a broken pipe.
#[test]
fn a_wait_that_a_sleeping_machine_ends_is_begun_anew() {
    for code in [
        0x8010_0012,
        0x8010_0003,
        0x0000_0006,
        0x0000_0109,
        0x8010_001E,
    ] {
        let service = Service::with(&[("A", 0x10)]);
        let mut monitor = service.monitor();
        assert_eq!(said(monitor.next()), "A absent");
        service.change(|readers| {
            readers.wait_fails = Some(code);
            readers.list = vec![("A", 0x20)];
        });
        assert_eq!(said(monitor.next()), "A present", "{code:x}");
    }
}

#[test]
fn a_service_that_lists_nothing_but_a_number_is_told_and_asked_again_in_time() {
    let service = Service::with(&[("A", 0x10)]);
    service.change(|readers| readers.list_fails = Some(0x1234));
    let mut monitor = service.monitor();
    assert_eq!(said(monitor.next()), "reader.service-refused");
    std::thread::sleep(Duration::from_millis(700));
    assert!(service.contexts() < 6, "{}", service.contexts());
    service.change(|readers| readers.list_fails = None);
    assert_eq!(said(monitor.next()), "back");
    assert_eq!(said(monitor.next()), "A absent");
}

#[test]
fn what_is_around_a_service_that_goes_on_refusing_is_not_looked_at_all_the_time() {
    let service = Service::with(&[]);
    service.change(|readers| readers.list_fails = Some(0x1234));
    let mut monitor = service.monitor();
    assert_eq!(said(monitor.next()), "reader.service-refused");
    let before = service.world.looks.load(Ordering::Relaxed);
    std::thread::sleep(Duration::from_millis(1500));
    let looks = service.world.looks.load(Ordering::Relaxed) - before;
    assert_eq!(looks, 0);
    monitor.control().refresh();
    assert_eq!(said(monitor.next()), "reader.service-refused");
    assert!(service.world.looks.load(Ordering::Relaxed) > before);
}

#[test]
fn a_system_that_does_not_answer_is_not_taken_for_a_service_that_hangs() {
    let service = Service::with(&[]);
    service.change(|readers| {
        readers.list_fails = Some(0x8010_001D);
        readers.around = Around::Hangs;
    });
    assert_eq!(said(service.monitor().next()), "reader.service-stopped");
}

#[test]
fn nobody_waits_for_a_watch_that_a_defect_has_ended() {
    let service = Service::with(&[]);
    service.change(|readers| readers.around = Around::Panics);
    let mut monitor = service.monitor();
    assert!(monitor.next().is_none());
}

#[test]
fn a_service_that_refuses_is_told_by_hand_too() {
    let service = Service::with(&[("A", 0x10)]);
    service.change(|readers| readers.list_fails = Some(0x1234));
    let mut monitor = Monitor::start(service.clone(), Mode::Manual);
    assert_eq!(said(monitor.next()), "reader.service-refused");
    service.change(|readers| readers.list_fails = None);
    monitor.control().refresh();
    assert_eq!(said(monitor.next()), "back");
}

#[test]
fn a_service_that_hangs_while_it_is_left_is_told_and_everything_when_it_is_back() {
    let service = Service::with(&[("A", 0x10)]);
    service.change(|readers| readers.release_hangs = true);
    let mut monitor = Monitor::start(service.clone(), Mode::Manual);
    assert_eq!(said(monitor.next()), "A absent");
    assert_eq!(said(monitor.next()), "reader.service-hung");
    service.change(|readers| readers.release_hangs = false);
    assert_eq!(said(monitor.next()), "back");
    assert_eq!(said(monitor.next()), "A absent");
}

#[test]
fn a_service_that_is_always_slow_to_be_left_is_not_asked_for_ever() {
    let service = Service::with(&[("A", 0x10)]);
    service.change(|readers| readers.release_takes = Duration::from_secs(5));
    let mut monitor = Monitor::start(service.clone(), Mode::Manual);
    for told in ["A absent", "reader.service-hung", "back", "A absent"] {
        assert_eq!(said(monitor.next()), told);
    }
    assert_eq!(said(monitor.next()), "reader.service-hung");
    std::thread::sleep(Duration::from_secs(2));
    assert_eq!(service.contexts(), 2);
    monitor.control().refresh();
    assert_eq!(said(monitor.next()), "back");
}

#[test]
fn a_wait_that_ends_at_once_for_nothing_does_not_turn_in_circles() {
    let service = Service::with(&[("A", 0x10)]);
    let mut monitor = service.monitor();
    assert_eq!(said(monitor.next()), "A absent");
    service.change(|readers| readers.never_waits = true);
    let before = service.waits();
    std::thread::sleep(Duration::from_secs(1));
    let waits = service.waits() - before;
    assert!((2..20).contains(&waits), "{waits}");
}

#[test]
fn a_wait_is_ended_by_the_order_to_end() {
    let service = Service::with(&[("A", 0x10)]);
    let mut monitor = service.monitor();
    assert_eq!(said(monitor.next()), "A absent");
    let control = monitor.control();
    let begun = Instant::now();
    std::thread::spawn(move || {
        std::thread::sleep(Duration::from_millis(100));
        control.stop();
    });
    assert!(monitor.next().is_none());
    drop(monitor);
    assert!(begun.elapsed() < Duration::from_millis(500));
}
