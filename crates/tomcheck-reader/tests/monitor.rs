//! Does the monitor tell what happens at a real pcscd, and end when told?

#![cfg(target_os = "linux")]
#![expect(
    clippy::unwrap_used,
    clippy::panic,
    reason = "clippy knows the functions marked #[test] only, not those they share"
)]

use std::collections::BTreeSet;
use std::sync::mpsc::{Receiver, channel};
use std::time::{Duration, Instant};

use tomcheck_reader::{
    Cause, Event, Generation, Happening, Mode, Monitor, MonitorHandle, ReaderNow, SlotState,
    SystemPcsc,
};
use tomcheck_testkit::{CardHolder, CardOptions, Profile, VirtualCard, Workstation, atr, isolated};

/// A monitor whose events are waited for with a limit.
struct Watched {
    handle: MonitorHandle,
    events: Receiver<Event>,
}

impl Watched {
    fn start(mode: Mode) -> Self {
        let (sender, events) = channel();
        let monitor = Monitor::start(SystemPcsc::new(), mode);
        let handle = monitor.for_each_event(move |event| {
            let _ = sender.send(event);
        });
        Self {
            handle: handle.unwrap(),
            events,
        }
    }

    fn next(&self) -> Event {
        let next = self.events.recv_timeout(Duration::from_secs(10));
        next.unwrap_or_else(|_| panic!("no event within ten seconds"))
    }

    /// The next event, as `N state` with the number of the slot: `0 present`.
    fn said(&self) -> String {
        said(&self.next())
    }

    fn is_silent_for(&self, time: Duration) -> bool {
        self.events.recv_timeout(time).is_err()
    }
}

fn said(event: &Event) -> String {
    let slot = event.reader().map_or("-", |name| &name[name.len() - 1..]);
    match &event.what {
        Happening::Reader(now) if now.reinserted => format!("{slot} {} again", now.state.name()),
        Happening::NoService(_) => event.finding().unwrap().kind.code.to_owned(),
        Happening::ServiceBack => "back".to_owned(),
        Happening::NoReader(_) => "none".to_owned(),
        Happening::ReaderGone { .. } => format!("{slot} gone"),
        _ => format!("{slot} {}", event.state().unwrap().name()),
    }
}

fn insert(station: &Workstation) -> VirtualCard {
    let options = CardOptions::new().atr(atr::CPS3);
    station.insert(Profile::Piv, options).unwrap()
}

#[test]
fn every_reader_is_told_first_and_then_each_change() {
    isolated(|station| {
        let watched = Watched::start(Mode::Automatic);
        let first = watched.next();
        assert_eq!(
            (said(&first).as_str(), first.cause),
            ("0 absent", Cause::Start)
        );
        assert_eq!(watched.said(), "1 absent");
        let card = insert(&station);
        let inserted = watched.next();
        assert_eq!(
            (said(&inserted).as_str(), inserted.cause),
            ("0 present", Cause::Change)
        );
        let Happening::Reader(ReaderNow {
            card: Some(seen), ..
        }) = &inserted.what
        else {
            panic!("{inserted:?}");
        };
        assert_eq!(seen.kind.cpx().unwrap().generation, Generation::Cps3);
        card.remove();
        assert_eq!(watched.said(), "0 absent");
        card.mute().unwrap();
        card.insert().unwrap();
        assert_eq!(watched.said(), "0 mute");
    });
}

#[test]
fn a_card_held_by_another_program_is_told_and_its_release_too() {
    isolated(|station| {
        let _card = insert(&station);
        let watched = Watched::start(Mode::Automatic);
        assert_eq!([watched.said(), watched.said()], ["0 present", "1 absent"]);
        let holder = CardHolder::exclusive(&station).unwrap();
        let held = watched.next();
        assert_eq!(held.state(), Some(SlotState::InUse));
        assert_eq!(held.finding().unwrap().kind.code, "card.in-exclusive-use");
        drop(holder);
        assert_eq!(watched.said(), "0 present");
        let _shared = CardHolder::shared(&station).unwrap();
        assert!(watched.is_silent_for(Duration::from_secs(1)));
    });
}

#[test]
fn a_card_out_and_in_again_faster_than_the_service_looks_is_told_or_seen() {
    isolated(|station| {
        let card = insert(&station);
        let watched = Watched::start(Mode::Automatic);
        assert_eq!([watched.said(), watched.said()], ["0 present", "1 absent"]);
        let mut told = Vec::new();
        for _ in 0..5 {
            card.remove();
            card.insert().unwrap();
            let first = watched.said();
            if first == "0 absent" {
                assert_eq!(watched.said(), "0 present");
            } else {
                assert_eq!(first, "0 present again");
            }
            told.push(first);
        }
        assert!(watched.is_silent_for(Duration::from_secs(1)), "{told:?}");
    });
}

#[test]
fn started_before_the_service_it_waits_for_it_and_survives_its_end() {
    isolated(|station| {
        let _card = insert(&station);
        station.stop_pcscd(false);
        let watched = Watched::start(Mode::Automatic);
        assert_eq!(watched.said(), "reader.service-stopped");
        station.restart_pcscd().unwrap();
        for hard in [false, true] {
            assert_eq!(watched.said(), "back");
            // pcscd looks into its slots once it is up
            while watched.said() != "0 present" {}
            station.stop_pcscd(hard);
            while watched.said() != "reader.service-stopped" {}
            station.restart_pcscd().unwrap();
        }
        assert_eq!(watched.said(), "back");
    });
}

#[test]
fn a_service_that_hangs_is_told_and_that_it_goes_on_too() {
    isolated(|station| {
        let watched = Watched::start(Mode::Automatic);
        assert_eq!([watched.said(), watched.said()], ["0 absent", "1 absent"]);
        station.freeze_pcscd().unwrap();
        assert_eq!(watched.said(), "reader.service-hung");
        watched.handle.control().refresh();
        assert_eq!(watched.said(), "reader.service-hung");
        station.thaw_pcscd().unwrap();
        assert_eq!(watched.said(), "back");
        assert_eq!([watched.said(), watched.said()], ["0 absent", "1 absent"]);
    });
}

#[test]
fn a_monitor_of_a_hanging_service_ends_at_once_all_the_same() {
    isolated(|station| {
        let mut monitor = Monitor::start(SystemPcsc::new(), Mode::Automatic);
        assert_eq!(said(&monitor.next().unwrap()), "0 absent");
        station.freeze_pcscd().unwrap();
        let asked = Instant::now();
        let control = monitor.control();
        control.stop();
        assert!(monitor.next().is_none());
        assert!(asked.elapsed() < Duration::from_millis(100));
        drop(monitor);
        assert!(asked.elapsed() < Duration::from_secs(2));
        station.thaw_pcscd().unwrap();
    });
}

#[test]
fn readers_that_go_and_come_with_a_restart_are_told() {
    isolated(|station| {
        let watched = Watched::start(Mode::Automatic);
        assert_eq!([watched.said(), watched.said()], ["0 absent", "1 absent"]);
        station.without_readers().unwrap();
        while watched.said() != "none" {}
        station.with_readers(2).unwrap();
        // the service may answer before it has all its readers
        let mut known = BTreeSet::new();
        while known.len() < 4 {
            known.extend(watched.next().reader().map(str::to_owned));
        }
        assert!(known.iter().eq(&station.readers()), "{known:?}");
    });
}

/// Sixteen readers leave no room for the pseudo reader in what `SCardGetStatusChange` takes.
#[test]
fn as_many_readers_as_the_service_can_have_are_watched() {
    isolated(|station| {
        station.with_readers(8).unwrap();
        let watched = Watched::start(Mode::Automatic);
        for _ in 0..16 {
            assert_eq!(watched.next().state(), Some(SlotState::Absent));
        }
        let last = station.readers().len() - 1;
        let options = CardOptions::new();
        let _card = station.insert_into(last, Profile::Piv, options).unwrap();
        let inserted = watched.next();
        assert_eq!(inserted.state(), Some(SlotState::Present));
        assert_eq!(
            inserted.reader(),
            station.readers().last().map(String::as_str)
        );
    });
}

#[test]
fn by_hand_nothing_is_told_until_somebody_asks() {
    isolated(|station| {
        let watched = Watched::start(Mode::Manual);
        let first = watched.next();
        assert_eq!((first.cause, first.mode), (Cause::Start, Mode::Manual));
        assert_eq!(watched.said(), "1 absent");
        let _card = insert(&station);
        assert!(watched.is_silent_for(Duration::from_secs(1)));
        let control = watched.handle.control();
        control.refresh();
        let asked = watched.next();
        assert_eq!(
            (said(&asked).as_str(), asked.cause),
            ("0 present", Cause::Refresh)
        );
        assert_eq!(watched.said(), "1 absent");
        control.set_mode(Mode::Automatic);
        assert_eq!([watched.said(), watched.said()], ["0 present", "1 absent"]);
        drop(_card);
        assert_eq!(watched.said(), "0 absent");
    });
}

#[test]
fn refreshed_while_it_waits_it_answers_at_once() {
    isolated(|_station| {
        let watched = Watched::start(Mode::Automatic);
        assert_eq!([watched.said(), watched.said()], ["0 absent", "1 absent"]);
        for _ in 0..20 {
            let asked = Instant::now();
            watched.handle.control().refresh();
            assert_eq!(watched.next().cause, Cause::Refresh);
            assert_eq!(watched.said(), "1 absent");
            assert!(
                asked.elapsed() < Duration::from_secs(1),
                "{:?}",
                asked.elapsed()
            );
        }
    });
}

#[test]
fn told_to_end_it_ends_at_once_and_leaves_no_thread() {
    isolated(|_station| {
        // the library keeps what it loaded once
        drop(Monitor::start(SystemPcsc::new(), Mode::Automatic));
        std::thread::sleep(Duration::from_secs(1));
        let (files, threads) = (count("fd"), count("task"));
        for _ in 0..20 {
            let mut monitor = Monitor::start(SystemPcsc::new(), Mode::Automatic);
            assert!(monitor.next().is_some());
            let asked = Instant::now();
            drop(monitor);
            assert!(
                asked.elapsed() < Duration::from_millis(450),
                "{:?}",
                asked.elapsed()
            );
        }
        let deadline = Instant::now() + Duration::from_secs(5);
        while (count("fd"), count("task")) != (files, threads) {
            assert!(
                Instant::now() < deadline,
                "{} {}",
                count("fd"),
                count("task")
            );
            std::thread::sleep(Duration::from_millis(20));
        }
    });
}

fn count(what: &str) -> usize {
    std::fs::read_dir(format!("/proc/self/{what}"))
        .unwrap()
        .count()
}

#[cfg(feature = "tokio")]
#[test]
fn a_stream_tells_the_same_and_dropping_it_ends_the_watch() {
    isolated(|station| {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .build()
            .unwrap();
        let monitor = Monitor::start(SystemPcsc::new(), Mode::Automatic);
        let mut stream = monitor.into_stream().unwrap();
        runtime.block_on(async {
            assert_eq!(said(&stream.next().await.unwrap()), "0 absent");
            assert_eq!(said(&stream.next().await.unwrap()), "1 absent");
            let _card = insert(&station);
            assert_eq!(said(&stream.next().await.unwrap()), "0 present");
            let control = stream.control().clone();
            drop(stream);
            assert_eq!(control.mode(), Mode::Automatic);
        });
    });
}
