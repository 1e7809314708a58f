//! What do the readers and their cards look like now, and what happened lately?

use std::collections::{BTreeMap, VecDeque};

use tomcheck_diagnosis::{Lang, ProbeStatus};
use tomcheck_reader::{Cause, Event, Happening, Mode, SlotState};

use crate::render::{addressed_step, told};
use crate::{Clock, Known};

/// All that the page shows of them.
#[derive(Clone, Debug, Default)]
pub(super) struct Readers {
    pub(super) mode: Mode,
    /// What stands for all of them, where there is none or no service.
    pub(super) instead: Option<Shown>,
    pub(super) each: BTreeMap<String, Shown>,
    /// What changed, the last first.
    pub(super) changes: VecDeque<Change>,
    /// How many changes there were in all.
    pub(super) count: u64,
}

/// One of them, as people see it.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(super) struct Shown {
    pub(super) icon: Icon,
    /// Whether it is a reader that waits for a card.
    pub(super) is_empty: bool,
    pub(super) mark: ProbeStatus,
    /// As PC/SC names it, without control characters; empty where it is none.
    pub(super) name: String,
    pub(super) sentence: String,
    /// The first thing to do, and by whom where that is not the holder.
    pub(super) step: Option<String>,
    /// The time of day it was seen at.
    pub(super) at: String,
}

/// The picture of a reader.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Icon {
    /// A card in it.
    Card,
    /// No card in it.
    Empty,
    /// No reader.
    Nothing,
}

/// Something that changed.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(super) struct Change {
    pub(super) mark: ProbeStatus,
    pub(super) at: String,
    pub(super) line: String,
}

impl Readers {
    /// Remembers what an event tells; whether anything is other than it was.
    pub(super) fn learn(
        &mut self,
        event: &Event,
        known: &mut Known,
        clock: Clock,
        lang: Lang,
    ) -> bool {
        let is_news = known.learn(event);
        self.mode = event.mode;
        let finding = event.finding();
        let told = told(event, finding.as_ref(), lang);
        let at = clock.shows(event.at, lang);
        let shown = Shown {
            icon: icon(event),
            is_empty: event.state() == Some(SlotState::Absent),
            mark: told.mark,
            name: told.reader.clone().unwrap_or_default(),
            sentence: told.sentence.clone(),
            step: finding.and_then(|finding| addressed_step(&finding, lang)),
            at: at.clone(),
        };
        self.place(event, shown);
        let is_change = is_news && event.cause != Cause::Start;
        if is_change {
            let line = told.line(lang);
            self.note(Change {
                mark: told.mark,
                at,
                line,
            });
        }
        is_change
    }

    /// Whether a card that could be used is in one of them: then the others may be empty.
    pub(super) fn has_card(&self) -> bool {
        let mut each = self.each.values();
        each.any(|shown| shown.icon == Icon::Card && shown.mark == ProbeStatus::Ok)
    }

    fn place(&mut self, event: &Event, shown: Shown) {
        match &event.what {
            Happening::Reader(now) => {
                self.instead = None;
                self.each.insert(now.reader.clone(), shown);
            }
            Happening::ReaderGone { reader } => {
                self.each.remove(reader);
            }
            Happening::ServiceBack => self.instead = None,
            _ => {
                self.each.clear();
                self.instead = Some(shown);
            }
        }
    }

    fn note(&mut self, change: Change) {
        self.count += 1;
        self.changes.push_front(change);
        self.changes.truncate(MOST_CHANGES);
    }
}

fn icon(event: &Event) -> Icon {
    match (&event.what, event.state()) {
        (Happening::Reader(_), Some(SlotState::Absent | SlotState::Unavailable)) => Icon::Empty,
        (Happening::Reader(_), _) => Icon::Card,
        _ => Icon::Nothing,
    }
}

const MOST_CHANGES: usize = 12;

#[cfg(test)]
mod tests {
    use tomcheck_diagnosis::{ForeignFailure, Instant};
    use tomcheck_reader::{ReaderNow, ServiceSeen};

    use super::*;

    fn of(readers: &mut Readers, known: &mut Known, cause: Cause, state: SlotState) -> bool {
        let now = ReaderNow {
            reader: "Lecteur 00 00".to_owned(),
            state,
            raw: None,
            card: None,
            reinserted: false,
        };
        let at = Instant::from_unix(1_768_000_000);
        let event = Event::new(at, Mode::Automatic, cause, Happening::Reader(now));
        readers.learn(&event, known, Clock::default(), Lang::Fr)
    }

    #[test]
    fn what_was_so_at_first_or_stays_so_is_no_change() {
        let (mut readers, mut known) = (Readers::default(), Known::default());
        let mut tell = |cause, state| of(&mut readers, &mut known, cause, state);
        assert!(!tell(Cause::Start, SlotState::Absent));
        assert!(!tell(Cause::Refresh, SlotState::Absent));
        assert!(tell(Cause::Change, SlotState::Present));
        assert_eq!(readers.count, 1);
        let change = readers.changes.front().unwrap();
        assert_eq!(change.line, "Lecteur 00 00 : carte présente");
        let shown = readers.each.get("Lecteur 00 00").unwrap();
        assert_eq!((shown.icon, shown.mark), (Icon::Card, ProbeStatus::Ok));
    }

    #[test]
    fn what_is_to_be_done_by_others_says_by_whom() {
        let (mut readers, mut known) = (Readers::default(), Known::default());
        let at = Instant::from_unix(1_768_000_000);
        let event = Event::new(
            at,
            Mode::Automatic,
            Cause::Start,
            Happening::NoService(Box::new(ServiceSeen::Stopped {
                failure: ForeignFailure::new("SCardEstablishContext", 0x8010_001D_u32),
                around: Box::default(),
            })),
        );
        readers.learn(&event, &mut known, Clock::default(), Lang::Fr);
        let step = readers.instead.unwrap().step.unwrap();
        assert!(step.starts_with("(assistance informatique) "), "{step}");
    }

    #[test]
    fn the_last_changes_are_kept_and_no_more() {
        let (mut readers, mut known) = (Readers::default(), Known::default());
        for _ in 0..MOST_CHANGES {
            of(&mut readers, &mut known, Cause::Change, SlotState::Present);
            of(&mut readers, &mut known, Cause::Change, SlotState::Absent);
        }
        assert_eq!(readers.changes.len(), MOST_CHANGES);
        assert_eq!(readers.count, 2 * MOST_CHANGES as u64);
        assert!(
            readers
                .changes
                .front()
                .unwrap()
                .line
                .ends_with("carte absente")
        );
    }
}
