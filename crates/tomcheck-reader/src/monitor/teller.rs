//! What changed between two looks?

use tomcheck_diagnosis::{Instant, Observation};

use super::event::{Cause, Event, Happening, Mode, ReaderNow, SlotState};
use super::snapshot::{Snapshot, View};
use crate::{ReaderSeen, ReadersSeen, ServiceSeen};

/// Compares each look with the one before.
#[derive(Debug, Default)]
pub(super) struct Teller {
    last: Option<View>,
}

impl Teller {
    /// What this look tells that is new; everything at the first look and when asked.
    pub(super) fn tell(&mut self, snapshot: Snapshot, mode: Mode) -> Vec<Event> {
        let Snapshot { asked, view } = snapshot;
        let before = self.last.take();
        let cause = match &before {
            None => Cause::Start,
            Some(_) if asked => Cause::Refresh,
            Some(_) => Cause::Change,
        };
        let told = match (&before, &view) {
            (before, View::NoService(service)) => no_service(before.as_ref(), service, cause),
            (Some(View::Readers(before)), View::Readers(now)) => compare(before, now, cause),
            (Some(View::NoService(_)), View::Readers(now)) => [Happening::ServiceBack]
                .into_iter()
                .chain(all(now))
                .collect(),
            (None, View::Readers(now)) => all(now),
        };
        self.last = Some(view);
        let at = Instant::now();
        let event = |what| Event {
            at,
            mode,
            cause,
            what,
        };
        told.into_iter().map(event).collect()
    }
}

/// A failure that goes on is told once.
fn no_service(before: Option<&View>, service: &ServiceSeen, cause: Cause) -> Vec<Happening> {
    let is_known = match before {
        Some(View::NoService(before)) => code(before) == code(service),
        _ => false,
    };
    if is_known && cause == Cause::Change {
        return Vec::new();
    }
    vec![Happening::NoService(Box::new(service.clone()))]
}

fn code(service: &ServiceSeen) -> Option<&'static str> {
    let findings = service.findings();
    findings.first().map(|finding| finding.kind.code)
}

fn all(seen: &ReadersSeen) -> Vec<Happening> {
    let readers = seen.readers.iter().map(|seen| now(seen, false));
    let told: Vec<_> = readers.collect();
    if told.is_empty() {
        return vec![none(seen)];
    }
    told
}

fn now(seen: &ReaderSeen, reinserted: bool) -> Happening {
    Happening::Reader(ReaderNow::of(seen, reinserted))
}

fn none(seen: &ReadersSeen) -> Happening {
    Happening::NoReader(Box::new(seen.clone()))
}

fn compare(was: &ReadersSeen, is: &ReadersSeen, cause: Cause) -> Vec<Happening> {
    let (before, now_seen) = (&was.readers, &is.readers);
    let find = |list: &[ReaderSeen], name: &str| list.iter().position(|one| one.name == name);
    let gone = before
        .iter()
        .filter(|one| find(now_seen, &one.name).is_none());
    let gone = gone.map(|one| Happening::ReaderGone {
        reader: one.name.clone(),
    });
    let mut told: Vec<_> = gone.collect();
    for seen in now_seen {
        let old = find(before, &seen.name).and_then(|place| before.get(place));
        let reinserted = old.is_some_and(|old| was_reinserted(old, seen));
        if cause == Cause::Refresh || reinserted || old.is_none_or(|old| differs(old, seen)) {
            told.push(now(seen, reinserted));
        }
    }
    let is_new = || !before.is_empty() || is_judged_otherwise(was, is);
    if now_seen.is_empty() && (cause == Cause::Refresh || is_new()) {
        told.push(none(is));
    }
    told
}

/// Facts may change around the readers without anything to say of it.
fn is_judged_otherwise(was: &ReadersSeen, is: &ReadersSeen) -> bool {
    let said = |seen: &ReadersSeen| {
        let findings = seen.findings().into_iter();
        let said = findings.map(|finding| (finding.kind.code, finding.evidence));
        said.collect::<Vec<_>>()
    };
    was != is && said(was) != said(is)
}

fn differs(old: &ReaderSeen, new: &ReaderSeen) -> bool {
    SlotState::of(old) != SlotState::of(new) || old.atr() != new.atr()
}

/// The service counts each card that goes in or out: more than the one change that is seen,
/// or a change where none is seen.
fn was_reinserted(old: &ReaderSeen, new: &ReaderSeen) -> bool {
    let (Some(before), Some(after)) = (old.state(), new.state()) else {
        return false;
    };
    let moves = after.event_count().wrapping_sub(before.event_count());
    let seen = u16::from(before.holds_card() != after.holds_card());
    // A count that went back is another count: the reader was plugged in again.
    moves > seen && moves < u16::MAX / 2
}

#[cfg(test)]
mod tests {
    use tomcheck_diagnosis::ForeignFailure;

    use super::*;
    use crate::fake::CPS3;
    use crate::{
        Look, ReaderKind, ReaderState, ReaderStatus, SerialPorts, Surroundings, UsbReader,
        UsbReaders,
    };

    fn reader(name: &str, state: u32, atr: Option<&str>) -> ReaderSeen {
        ReaderSeen {
            name: name.to_owned(),
            kind: ReaderKind::Ordinary,
            look: Look::Seen(ReaderStatus {
                state: ReaderState::new(state),
                atr: atr.map(|atr| atr.parse().unwrap()),
            }),
        }
    }

    fn look(readers: &[ReaderSeen]) -> Snapshot {
        Snapshot {
            asked: false,
            view: View::Readers(Box::new(ReadersSeen {
                wanted: None,
                listing: Surroundings::default().into(),
                readers: readers.to_vec(),
            })),
        }
    }

    fn asked(mut snapshot: Snapshot) -> Snapshot {
        snapshot.asked = true;
        snapshot
    }

    fn stopped() -> Snapshot {
        let failure = ForeignFailure::new("SCardEstablishContext", 0x8010_001D_u32);
        Snapshot {
            asked: false,
            view: View::NoService(Box::new(ServiceSeen::Stopped {
                failure,
                around: Default::default(),
            })),
        }
    }

    /// The states told, with the reader: `A present`, `- unavailable` without one.
    fn told(teller: &mut Teller, snapshot: Snapshot) -> Vec<String> {
        let events = teller.tell(snapshot, Mode::Automatic);
        let words = events.iter().map(|event| {
            let state = event.state().map_or("back", SlotState::name);
            let again = match &event.what {
                Happening::Reader(now) if now.reinserted => " again",
                Happening::ReaderGone { .. } => " gone",
                _ => "",
            };
            format!("{} {state}{again}", event.reader().unwrap_or("-"))
        });
        words.collect()
    }

    #[test]
    fn everything_is_told_at_first_and_then_only_what_changed() {
        let teller = &mut Teller::default();
        let (a, b) = (
            reader("A", 0x12, None),
            reader("B", 0x0001_0022, Some(CPS3)),
        );
        let first = told(teller, look(&[a.clone(), b.clone()]));
        assert_eq!(first, ["A absent", "B present"]);
        assert!(told(teller, look(&[a.clone(), b.clone()])).is_empty());
        let taken = reader("B", 0x0002_0012, None);
        assert_eq!(told(teller, look(&[a, taken])), ["B absent"]);
    }

    #[test]
    fn a_card_that_is_used_by_others_is_no_other_card() {
        let teller = &mut Teller::default();
        told(teller, look(&[reader("A", 0x22, Some(CPS3))]));
        assert!(told(teller, look(&[reader("A", 0x122, Some(CPS3))])).is_empty());
        let alone = reader("A", 0xA2, Some(CPS3));
        assert_eq!(told(teller, look(&[alone])), ["A in-use"]);
    }

    #[test]
    fn a_card_taken_out_and_put_back_unseen_is_told_by_the_count() {
        let teller = &mut Teller::default();
        told(teller, look(&[reader("A", 0x0001_0022, Some(CPS3))]));
        let back = reader("A", 0x0003_0022, Some(CPS3));
        assert_eq!(told(teller, look(&[back])), ["A present again"]);
        let out = reader("A", 0x0006_0012, None);
        assert_eq!(told(teller, look(&[out])), ["A absent again"]);
    }

    #[test]
    fn the_count_may_go_round_and_a_new_one_is_no_change() {
        let teller = &mut Teller::default();
        told(teller, look(&[reader("A", 0xFFFF_0022, Some(CPS3))]));
        let round = reader("A", 0x0001_0022, Some(CPS3));
        assert_eq!(told(teller, look(&[round])), ["A present again"]);
        let restarted = reader("A", 0x0000_0022, Some(CPS3));
        assert!(told(teller, look(&[restarted])).is_empty());
    }

    #[test]
    fn readers_that_come_and_go_are_told_and_the_last_one_leaves_none() {
        let teller = &mut Teller::default();
        assert_eq!(told(teller, look(&[])), ["- unavailable"]);
        let a = reader("A", 0x12, None);
        assert_eq!(told(teller, look(&[a])), ["A absent"]);
        assert_eq!(
            told(teller, look(&[])),
            ["A unavailable gone", "- unavailable"]
        );
    }

    #[test]
    fn that_there_is_no_reader_is_told_again_only_when_there_is_more_to_say() {
        let without = |around: Surroundings| {
            let mut snapshot = look(&[]);
            if let View::Readers(seen) = &mut snapshot.view {
                seen.listing = around.into();
            }
            snapshot
        };
        let teller = &mut Teller::default();
        assert_eq!(told(teller, look(&[])), ["- unavailable"]);
        let serial = SerialPorts::Seen {
            ports: vec!["COM3".to_owned()],
        };
        let port = Surroundings {
            serial,
            ..Surroundings::default()
        };
        assert!(told(teller, without(port)).is_empty());
        let reader = UsbReader {
            place: "1-4".to_owned(),
            name: "PC Twin Reader".to_owned(),
            id: "08e6:3437".to_owned(),
            driver: Default::default(),
        };
        let readers = vec![reader];
        let usb = UsbReaders::Seen { readers };
        let plugged = Surroundings {
            usb,
            ..Surroundings::default()
        };
        assert_eq!(told(teller, without(plugged)), ["- unavailable"]);
    }

    #[test]
    fn a_stopped_service_is_told_once_and_everything_when_it_is_back() {
        let teller = &mut Teller::default();
        let a = reader("A", 0x12, None);
        told(teller, look(std::slice::from_ref(&a)));
        assert_eq!(told(teller, stopped()), ["- unavailable"]);
        assert!(told(teller, stopped()).is_empty());
        assert_eq!(told(teller, look(&[a])), ["- back", "A absent"]);
    }

    #[test]
    fn whoever_asks_is_told_everything_again() {
        let teller = &mut Teller::default();
        let a = reader("A", 0x12, None);
        told(teller, look(std::slice::from_ref(&a)));
        assert_eq!(told(teller, asked(look(&[a]))), ["A absent"]);
        told(teller, stopped());
        assert_eq!(told(teller, asked(stopped())), ["- unavailable"]);
    }

    #[test]
    fn an_event_is_written_as_promised() {
        let seen = reader("A", 0x22, Some(CPS3));
        let event = Teller::default()
            .tell(look(&[seen]), Mode::Manual)
            .remove(0);
        let json = serde_json::to_value(&event).unwrap();
        assert_eq!(json["reader"], "A");
        assert_eq!(json["state"], "present");
        assert_eq!(json["card"]["family"], "cpx");
        assert_eq!(json["card"]["generation"], "CPS3");
        assert_eq!(json["mode"], "manual");
        assert_eq!(json["code"], serde_json::Value::Null);
        let absent = reader("A", 0x12, None);
        let event = Teller::default()
            .tell(look(&[absent]), Mode::Manual)
            .remove(0);
        let json = serde_json::to_value(&event).unwrap();
        assert_eq!(
            (&json["card"], &json["code"]),
            (&serde_json::Value::Null, &"card.absent".into())
        );
    }
}
