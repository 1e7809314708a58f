//! Does the card answer each time?

use std::fmt;
use std::thread;
use std::time::{Duration, Instant};

use serde::{Deserialize, Serialize};
use tomcheck_diagnosis::{
    Deadline, Evidence, Finding, ForeignFailure, Identity, Observation, Probe, Text,
};

use crate::content::{is_in_use, no_answer, sign_of_life};
use crate::pcsc::{EstablishFailure, Pcsc, ReaderStatus};
use crate::reader::{reader_evidence, serial};
use crate::rows::{INTERMITTENT, REMOVED};
use crate::scard::{CONNECT, ESTABLISH, STATUS, STATUS_CHANGE};
use crate::within::{Calls, NoAnswer, within};
use crate::{AtrBytes, Broken, CardKind, CardSeen, StateFlag};

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
                Ok(round) => {
                    seen.count(&round, &mut events);
                    times.extend(round.took_us.filter(|_| round.result.is_ok()));
                }
                // Cut off by the deadline, a round says nothing of the card.
                Err(silent) if self.deadline.has_passed() && !is_out_of_step(&silent, &times) => {
                    seen.end = End::Deadline;
                    break;
                }
                Err(silent) => {
                    seen.made += 1;
                    seen.end = End::NoAnswer { silent };
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
    fn round(&self, reader: &str) -> Result<Round, NoAnswer> {
        let (pcsc, reader) = (self.pcsc.clone(), reader.to_owned());
        let deadline = self.deadline.at_most(ROUND_LIMIT);
        let round = within(deadline, move |calls| Round::make(&pcsc, &reader, calls))?;
        if round.result.is_err() {
            // Time for a contact that bounces to come to rest.
            thread::sleep(PAUSE.min(self.deadline.remaining()));
        }
        Ok(round)
    }

    /// What happened during the last round shows after it. Not made where nothing answers.
    fn last_look(&self, reader: &str, seen: &mut ContactSeen, events: &mut Option<u16>) -> bool {
        if matches!(seen.end, End::NoAnswer { .. }) {
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

/// One round.
struct Round {
    before: Option<ReaderStatus>,
    /// The answer to reset, and whether a sign of life was asked.
    result: Result<(Option<AtrBytes>, bool), Broken>,
    /// From opening to leaving; none: it did not come as far.
    took_us: Option<u32>,
}

impl Round {
    fn make(pcsc: &impl Pcsc, reader: &str, calls: &Calls) -> Self {
        let failed = |broken| Self {
            before: None,
            result: Err(broken),
            took_us: None,
        };
        let context = match calls.make(ESTABLISH, || pcsc.establish()) {
            Ok(context) => context,
            Err(failure) => return failed(established_not(failure)),
        };
        let before = match calls.make(STATUS_CHANGE, || context.reader_status(reader)) {
            Ok(before) => before,
            Err(failure) => return failed(failure.into()),
        };
        let is_free = !is_in_use(before.state);
        let begun = Instant::now();
        let result = (|| {
            let card = calls.make(CONNECT, || context.connect(reader))?;
            let atr = calls.make(STATUS, || card.status())?.atr;
            let is_cpx = atr
                .as_ref()
                .is_some_and(|atr| CardKind::of(atr).cpx().is_some());
            if is_free && is_cpx {
                sign_of_life(card.as_ref(), calls)?;
            }
            Ok((atr, is_free && is_cpx))
        })();
        Self {
            before: Some(before),
            result,
            took_us: u32::try_from(begun.elapsed().as_micros()).ok(),
        }
    }
}

fn established_not(failure: EstablishFailure) -> Broken {
    match failure {
        EstablishFailure::Failed(failure) => failure.into(),
        EstablishFailure::LibraryAbsent { reason, .. } => {
            ForeignFailure::new(ESTABLISH, 0).named(reason).into()
        }
    }
}

/// How a card answered over and over.
#[derive(Clone, Debug, Eq, PartialEq, Serialize, Deserialize)]
pub struct ContactSeen {
    /// The reader it is in; none when there was none to choose.
    pub reader: Option<String>,
    /// How many rounds were asked for.
    pub asked: u32,
    /// How many were made.
    pub made: u32,
    /// In how many the card answered.
    pub answered: u32,
    /// In how many of these it was asked no sign of life, because another program used it or it
    /// is no CPx.
    pub without_command: u32,
    /// The different answers to reset.
    pub atrs: Vec<AtrBytes>,
    /// How often the reader saw a card come or go meanwhile: by how much the count in the upper
    /// half of `dwEventState` rose.
    pub events: u32,
    /// What failed, each once.
    pub failures: Vec<Failures>,
    /// The middle one of the times from opening the card to leaving it, in microseconds; none:
    /// it never answered.
    pub median_us: Option<u32>,
    /// The longest.
    pub worst_us: Option<u32>,
    /// Whether the reader was empty at the end.
    pub is_absent_at_the_end: bool,
    /// Why it ended.
    pub end: End,
}

/// One way to fail.
#[derive(Clone, Debug, Eq, PartialEq, Serialize, Deserialize)]
pub struct Failures {
    /// What came in place of an answer.
    #[serde(flatten)]
    pub broken: Broken,
    /// In how many rounds.
    pub count: u32,
}

/// Why the rounds ended.
#[derive(Clone, Debug, Eq, PartialEq, Serialize, Deserialize)]
#[serde(tag = "why", rename_all = "kebab-case")]
#[non_exhaustive]
pub enum End {
    /// All were made.
    Done,
    /// The time allowed was over.
    Deadline,
    /// A call did not return.
    NoAnswer {
        /// The call.
        silent: NoAnswer,
    },
}

impl ContactSeen {
    fn new(reader: Option<String>, asked: u32) -> Self {
        Self {
            reader,
            asked,
            made: 0,
            answered: 0,
            without_command: 0,
            atrs: Vec::new(),
            events: 0,
            failures: Vec::new(),
            median_us: None,
            worst_us: None,
            is_absent_at_the_end: false,
            end: End::Done,
        }
    }

    /// In how many rounds it did not answer.
    pub fn failed(&self) -> u32 {
        self.made.saturating_sub(self.answered)
    }

    fn count(&mut self, round: &Round, events: &mut Option<u16>) {
        self.made += 1;
        if let Some(before) = &round.before {
            self.count_events(before, events);
        }
        match &round.result {
            Ok((atr, was_asked)) => {
                self.answered += 1;
                self.without_command += u32::from(!was_asked);
                let new = atr.iter().filter(|atr| !self.atrs.contains(atr)).cloned();
                let room = MOST_KINDS.saturating_sub(self.atrs.len());
                let new: Vec<_> = new.take(room).collect();
                self.atrs.extend(new);
            }
            Err(broken) => self.count_failure(broken),
        }
    }

    fn count_failure(&mut self, broken: &Broken) {
        let mut known = self.failures.iter_mut();
        if let Some(known) = known.find(|known| known.broken == *broken) {
            known.count += 1;
        } else if self.failures.len() < MOST_KINDS {
            self.failures.push(Failures {
                broken: broken.clone(),
                count: 1,
            });
        }
    }

    /// The count turns over after 65,535.
    fn count_events(&mut self, status: &ReaderStatus, last: &mut Option<u16>) {
        let [high, low, ..] = status.state.raw().to_be_bytes();
        let now = u16::from_be_bytes([high, low]);
        let rise = last.map_or(0, |last| now.wrapping_sub(last));
        self.events += u32::from(rise);
        *last = Some(now);
    }

    fn measure(&mut self, mut times: Vec<u32>) {
        times.sort_unstable();
        self.worst_us = times.last().copied();
        self.median_us = times.get(times.len() / 2).copied();
    }

    /// It answered at times, or as several cards, or came and went.
    fn is_intermittent(&self) -> bool {
        self.answered > 0 && (self.failed() > 0 || self.atrs.len() > 1 || self.events > 0)
    }

    fn told(&self) -> Vec<Evidence> {
        let count = |key, label, count: u32| Evidence::new(key, label, count.to_string());
        let failures = self.failures.iter().map(|failures| {
            let told = Evidence::from(&failures.broken);
            let times = format!(
                "{} × {}",
                failures.count,
                told.machine(tomcheck_diagnosis::Lang::En)
            );
            Evidence::raw(told.key, times)
        });
        let silent = match &self.end {
            End::NoAnswer { silent } => Some(Evidence::from(silent)),
            _ => None,
        };
        let atrs = self.atrs.iter().filter(|_| self.atrs.len() > 1);
        let atrs = atrs.map(|atr| Evidence::raw("ATR", atr.to_string()));
        [
            count("made", MADE, self.made),
            count("failed", FAILED, self.failed()),
            count("events", EVENTS, self.events),
        ]
        .into_iter()
        .chain(failures)
        .chain(atrs)
        .chain(silent)
        .collect()
    }

    /// What it means that the card never answered, or is gone.
    fn ordinary(&self) -> Option<Finding> {
        if self.made == 0 || self.failed() == 0 {
            return None;
        }
        if self.is_absent_at_the_end {
            return Some(Finding::of(&REMOVED));
        }
        let most = self.failures.iter().max_by_key(|failures| failures.count);
        match (&self.end, most) {
            (_, Some(most)) => Some(most.broken.finding()),
            (End::NoAnswer { silent }, None) => Some(no_answer(silent)),
            (_, None) => None,
        }
    }
}

impl Observation for ContactSeen {
    fn findings(&self) -> Vec<Finding> {
        let is_there = !self.is_absent_at_the_end;
        let finding = match self.is_intermittent() && is_there {
            true => Some(Finding::of(&INTERMITTENT)),
            false => self.ordinary(),
        };
        let reader = self.reader.as_deref().map(reader_evidence);
        let told = |finding: Finding| finding.with_all(reader).with_all(self.told());
        finding.map(told).into_iter().collect()
    }

    fn identities(&self) -> Vec<Identity> {
        self.reader
            .as_deref()
            .and_then(serial)
            .into_iter()
            .collect()
    }
}

/// Different failures or answers worth a line: a card in pieces could give thousands.
const MOST_KINDS: usize = 16;

const MADE: Text = Text {
    fr: "essais faits",
    en: "rounds made",
};
const FAILED: Text = Text {
    fr: "essais ratés",
    en: "rounds failed",
};
const EVENTS: Text = Text {
    fr: "entrées et sorties de carte vues par le lecteur",
    en: "times the reader saw a card come or go",
};

#[cfg(test)]
mod tests {
    use std::cell::RefCell;

    use super::*;
    use crate::fake::{CPS3, World, codes};
    use crate::{CardProbe, ReaderState, ReadersProbe, scard};

    fn soon() -> Deadline {
        Deadline::after(Duration::from_secs(5))
    }

    fn card(world: &World) -> CardSeen {
        let readers = ReadersProbe::new(world, None, soon()).observe();
        CardProbe::new(world, &readers, soon()).observe()
    }

    fn world() -> World {
        World {
            answers: |_| Ok(vec![0x90, 0x00]),
            ..World::with(&[("Twin 00 00", 0x22, Some(CPS3))])
        }
    }

    #[test]
    fn a_card_that_answers_each_time_is_no_finding_and_is_measured() {
        let world = world();
        let heard = RefCell::new(Vec::new());
        let hear = |made| heard.borrow_mut().push(made);
        let seen = ContactProbe::new(&world, &card(&world), 4, soon(), &hear).observe();
        assert!(seen.findings().is_empty(), "{seen:?}");
        assert_eq!((seen.made, seen.answered, seen.without_command), (4, 4, 0));
        assert!(seen.median_us <= seen.worst_us && seen.worst_us.is_some());
        assert_eq!(*heard.borrow(), [1, 2, 3, 4]);
    }

    #[test]
    fn a_card_that_never_answers_is_the_ordinary_fault() {
        let good = world();
        let mute = World {
            connect: Err(scard::failure(CONNECT, scard::UNRESPONSIVE)),
            ..good.clone()
        };
        let seen = ContactProbe::new(&mute, &card(&good), 3, soon(), &|_| ()).observe();
        assert_eq!(codes(&seen), ["card.mute"]);
        let evidence = &seen.findings()[0].evidence;
        let told = evidence.iter().find(|e| e.key == "SCardConnect").unwrap();
        assert_eq!(
            told.machine(Default::default()),
            "3 × SCARD_W_UNRESPONSIVE_CARD 0x80100066"
        );
    }

    #[test]
    fn a_foreign_card_and_one_in_use_are_asked_no_sign_of_life() {
        for (state, atr) in [(0x122, CPS3), (0x22, "3B6500002063CB6600")] {
            let world = World {
                answers: |command| panic!("{command:02X?}"),
                ..World::with(&[("Twin 00 00", state, Some(atr))])
            };
            let seen = ContactProbe::new(&world, &card(&world), 3, soon(), &|_| ()).observe();
            assert_eq!((seen.answered, seen.without_command), (3, 3));
        }
    }

    #[test]
    fn a_hanging_call_ends_it_and_is_named() {
        let good = world();
        let hanging = World {
            hangs_in: Some(CONNECT),
            ..good.clone()
        };
        let deadline = Deadline::after(Duration::from_millis(50));
        let seen = ContactProbe::new(&hanging, &card(&good), 9, deadline, &|_| ()).observe();
        assert_eq!(seen.made, 1);
        assert_eq!(codes(&seen), ["card.in-exclusive-use"]);
    }

    #[test]
    fn the_deadline_ends_it_and_is_told() {
        let world = world();
        let deadline = Deadline::after(Duration::from_millis(60));
        let slow = |_| thread::sleep(Duration::from_millis(30));
        let seen = ContactProbe::new(&world, &card(&world), 10_000, deadline, &slow).observe();
        assert_eq!(seen.end, End::Deadline);
        assert!((1..10).contains(&seen.made), "{seen:?}");
        assert!(seen.findings().is_empty());
    }

    #[test]
    fn a_round_the_deadline_cuts_off_is_no_silence_unless_it_is_far_too_long() {
        let silent = |waited_ms| NoAnswer {
            call: "SCardTransmit".into(),
            waited_ms,
        };
        assert!(!is_out_of_step(&silent(90), &[100_000, 104_000]));
        assert!(!is_out_of_step(&silent(900), &[500]));
        assert!(is_out_of_step(&silent(1100), &[100_000, 104_000]));
        assert!(is_out_of_step(&silent(50), &[]));
    }

    #[test]
    fn the_count_of_events_may_turn_over() {
        let status = |raw| ReaderStatus {
            state: ReaderState::new(raw),
            atr: None,
        };
        let (mut seen, mut last) = (ContactSeen::new(None, 2), None);
        seen.count_events(&status(0xFFFF_0022), &mut last);
        seen.count_events(&status(0x0001_0022), &mut last);
        assert_eq!(seen.events, 2);
    }

    #[test]
    fn an_observation_survives_json() {
        let world = world();
        let seen = ContactProbe::new(&world, &card(&world), 2, soon(), &|_| ()).observe();
        let json = serde_json::to_string(&seen).unwrap();
        assert_eq!(serde_json::from_str::<ContactSeen>(&json).unwrap(), seen);
    }
}
