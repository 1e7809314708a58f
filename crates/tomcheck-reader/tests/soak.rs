//! Does the monitor tell the truth after each of many faults, and lose nothing on the way?
//!
//! `make soak` provokes 2,000; the tests some dozens. `TOMCHECK_SOAK=N` asks for N,
//! `TOMCHECK_SOAK_SEED=N` for other ones; the seed is printed.

#![cfg(target_os = "linux")]
#![expect(
    clippy::unwrap_used,
    reason = "clippy knows the functions marked #[test] only, not those they share"
)]

use std::collections::BTreeMap;
use std::fs;
use std::path::PathBuf;
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::{Duration, Instant};

use tomcheck_reader::{
    CardKind, Event, Happening, Mode, Monitor, MonitorHandle, Pcsc, SlotState, SystemPcsc,
};
use tomcheck_testkit::{
    CardHolder, CardOptions, Profile, VirtualCard, Workstation, atr, isolated_for,
};

const READERS: usize = 4;
const FEW: usize = 64;
/// How long a picture may stay untrue.
const PATIENCE: Duration = Duration::from_secs(15);

#[test]
fn after_each_fault_the_truth_is_told_and_nothing_is_lost() {
    let faults = number("TOMCHECK_SOAK").unwrap_or(FEW);
    let seed = number("TOMCHECK_SOAK_SEED").unwrap_or(20_261_126);
    isolated_for(Duration::from_secs(100 + faults as u64), |station| {
        station.with_readers(READERS).unwrap();
        let mut world = World::new(station, seed);
        world.settle();
        world.empty();
        // threads that have ended leave the system's list a little later
        thread::sleep(Duration::from_secs(1));
        let before = held();
        while world.provoked.values().sum::<usize>() < faults {
            world.spoil();
            world.settle();
        }
        world.empty();
        await_that(
            "what was opened is closed",
            || held() == before,
            || format!("{before:#?} became {:#?}", held()),
        );
        println!("seed {seed}: {:?}", world.provoked);
    });
}

fn number<T: std::str::FromStr>(variable: &str) -> Option<T> {
    std::env::var(variable).ok()?.parse().ok()
}

/// Open files and threads of this process: a context of PC/SC is an open socket.
fn held() -> Vec<String> {
    let under = |what: &str| {
        let entries = fs::read_dir(format!("/proc/self/{what}")).unwrap();
        entries.map(|entry| entry.unwrap().path())
    };
    let files = under("fd").filter_map(|entry| fs::read_link(entry).ok());
    let kind = |file: PathBuf| file.to_string_lossy().split(':').next().map(str::to_owned);
    let threads = under("task").filter_map(|entry| fs::read_to_string(entry.join("comm")).ok());
    let mut held: Vec<_> = files.filter_map(kind).chain(threads).collect();
    held.sort();
    held
}

fn await_that(what: &str, holds: impl Fn() -> bool, otherwise: impl Fn() -> String) {
    let deadline = Instant::now() + PATIENCE;
    while !holds() {
        let late = Instant::now() > deadline;
        assert!(!late, "not within {PATIENCE:?}: {what}\n{}", otherwise());
        thread::sleep(Duration::from_millis(5));
    }
}

/// What the monitor told last of each reader; none while the service is gone.
type Picture = Option<BTreeMap<String, String>>;

struct World {
    station: Workstation,
    slots: Vec<Slot>,
    holder: Option<CardHolder>,
    is_frozen: bool,
    told: Arc<Mutex<Picture>>,
    monitor: MonitorHandle,
    dice: Dice,
    provoked: BTreeMap<&'static str, usize>,
}

struct Slot {
    reader: String,
    card: VirtualCard,
    is_in: bool,
    is_mute: bool,
    family: &'static str,
}

impl World {
    fn new(station: Workstation, seed: u64) -> Self {
        let readers = station.readers().into_iter().enumerate();
        let slots = readers.map(|(place, reader)| {
            let options = CardOptions::new().atr(atr::CPS3);
            Slot {
                card: station.insert_into(place, Profile::Piv, options).unwrap(),
                reader,
                is_in: true,
                is_mute: false,
                family: "cpx",
            }
        });
        let slots = slots.collect();
        let told = Arc::<Mutex<Picture>>::default();
        let picture = Arc::clone(&told);
        let monitor = Monitor::start(SystemPcsc::new(), Mode::Automatic);
        let monitor =
            monitor.for_each_event(move |event| draw(&mut picture.lock().unwrap(), &event));
        Self {
            station,
            slots,
            holder: None,
            is_frozen: false,
            told,
            monitor: monitor.unwrap(),
            dice: Dice(seed),
            provoked: BTreeMap::new(),
        }
    }

    /// One fault of the service, or one of each card at once.
    fn spoil(&mut self) {
        self.release();
        match self.dice.roll(24) {
            0 => self.service("pcscd ended", false),
            1 => self.service("pcscd killed", true),
            2 => self.restart(),
            3 => self.freeze(),
            4 | 5 => self.hold(),
            6 => {
                self.count("refreshed");
                self.monitor.control().refresh();
            }
            _ => self.cards(),
        }
    }

    fn count(&mut self, what: &'static str) {
        *self.provoked.entry(what).or_default() += 1;
    }

    fn release(&mut self) {
        self.holder = None;
        if std::mem::take(&mut self.is_frozen) {
            self.station.thaw_pcscd().unwrap();
        }
    }

    fn service(&mut self, what: &'static str, hard: bool) {
        self.count(what);
        self.station.stop_pcscd(hard);
        self.await_picture(&None);
        self.restart();
    }

    fn restart(&mut self) {
        self.count("pcscd restarted");
        self.station.restart_pcscd().unwrap();
    }

    fn freeze(&mut self) {
        self.count("pcscd hung");
        self.station.freeze_pcscd().unwrap();
        self.is_frozen = true;
    }

    /// The first slot's card, where another program can have it.
    fn hold(&mut self) {
        if self.first().is_in && !self.first().is_mute {
            self.count("card taken exclusively");
            self.holder = Some(CardHolder::exclusive(&self.station).unwrap());
        }
    }

    fn first(&self) -> &Slot {
        self.slots.first().unwrap()
    }

    fn cards(&mut self) {
        let faults: Vec<_> = self.slots.iter().map(|_| self.dice.roll(9)).collect();
        let done = thread::scope(|scope| {
            let slots = self.slots.iter_mut().zip(faults);
            let threads = slots.map(|(slot, fault)| scope.spawn(move || slot.spoil(fault)));
            let threads: Vec<_> = threads.collect();
            let done = threads.into_iter().map(|thread| thread.join().unwrap());
            done.collect::<Vec<_>>()
        });
        done.into_iter().for_each(|what| self.count(what));
    }

    /// Waits for the monitor to tell what is so.
    fn settle(&self) {
        self.await_picture(&self.truth());
    }

    fn await_picture(&self, wanted: &Picture) {
        let told = || self.told.lock().unwrap().clone();
        let is_so = || told() == *wanted;
        await_that("the truth is told", is_so, || {
            let provoked = &self.provoked;
            format!("{provoked:?}: {:#?} instead of {wanted:#?}", told())
        });
    }

    fn truth(&self) -> Picture {
        if self.is_frozen {
            return None;
        }
        let mut truth: BTreeMap<_, _> = self.slots.iter().map(Slot::truth).collect();
        if self.holder.is_some() {
            truth.insert(self.first().reader.clone(), "in-use".to_owned());
        }
        Some(truth)
    }

    /// No card anywhere, the service as it should be.
    fn empty(&mut self) {
        self.release();
        thread::scope(|scope| {
            for slot in &mut self.slots {
                scope.spawn(|| slot.spoil(TAKE_OUT));
            }
        });
        self.settle();
    }
}

const TAKE_OUT: u64 = 0;

impl Slot {
    fn spoil(&mut self, fault: u64) -> &'static str {
        match fault {
            TAKE_OUT => {
                self.card.remove();
                self.is_in = false;
                "card out"
            }
            1 | 2 => {
                self.put_in();
                "card in"
            }
            3 => {
                self.is_mute = true;
                self.card.mute().unwrap();
                self.put_in();
                "card mute"
            }
            4 => {
                self.is_mute = false;
                self.card.behave();
                self.put_in();
                self.card.remove();
                self.put_in();
                "card out and in"
            }
            5 => self.exchange(atr::VITALE, "vitale"),
            6 => self.exchange(atr::CPS3, "cpx"),
            7 => {
                self.card.garbage();
                self.send_something();
                "garbage"
            }
            _ => {
                self.card.slow(Duration::from_millis(300));
                self.send_something();
                "slow"
            }
        }
    }

    fn put_in(&mut self) {
        self.card.insert().unwrap();
        self.is_in = true;
    }

    fn exchange(&mut self, atr: &[u8], family: &'static str) -> &'static str {
        self.card.set_atr(atr).unwrap();
        self.family = family;
        "another card"
    }

    /// Another program of the workstation, with whom the card does not get on.
    fn send_something(&self) {
        let Ok(context) = SystemPcsc::new().establish() else {
            return;
        };
        let Ok(card) = context.connect(&self.reader) else {
            return;
        };
        if let Ok(transaction) = card.transaction() {
            let _ = transaction.transmit(&[0x00, 0xA4, 0x00, 0x00]);
        }
    }

    fn truth(&self) -> (String, String) {
        let state = match (self.is_in, self.is_mute) {
            (false, _) => "absent".to_owned(),
            (true, true) => "mute".to_owned(),
            (true, false) => format!("present {}", self.family),
        };
        (self.reader.clone(), state)
    }
}

fn draw(picture: &mut Picture, event: &Event) {
    match &event.what {
        Happening::NoService(_) => *picture = None,
        Happening::Reader(now) => {
            let family = now.card.as_ref().map(|card| family(&card.kind));
            let state = match (now.state, family) {
                (SlotState::Present, Some(family)) => format!("present {family}"),
                (state, _) => state.name().to_owned(),
            };
            let readers = picture.get_or_insert_default();
            readers.insert(now.reader.clone(), state);
        }
        Happening::ReaderGone { reader } => {
            picture.get_or_insert_default().remove(reader);
        }
        _ => *picture = Some(BTreeMap::new()),
    }
}

fn family(kind: &CardKind) -> &'static str {
    match kind {
        CardKind::Cpx(_) => "cpx",
        CardKind::Vitale => "vitale",
        CardKind::Foreign { .. } => "foreign",
    }
}

/// Numbers that look random and come again with the seed (xorshift).
struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0 % sides
    }
}
