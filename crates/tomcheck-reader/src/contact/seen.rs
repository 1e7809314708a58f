//! How did the card answer, over and over?

use serde::{Deserialize, Serialize};

use super::round::Round;
use crate::pcsc::ReaderStatus;
use crate::within::NoAnswer;
use crate::{AtrBytes, Broken, ServiceSeen};

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
    /// Whether it answered in the last round that was made.
    #[serde(default)]
    pub answered_last: bool,
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
    /// The service did not answer as it should.
    NoService {
        /// What it did.
        service: ServiceSeen,
    },
}

impl ContactSeen {
    pub(super) fn new(reader: Option<String>, asked: u32) -> Self {
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
            answered_last: false,
            is_absent_at_the_end: false,
            end: End::Done,
        }
    }

    /// In how many rounds it did not answer.
    pub fn failed(&self) -> u32 {
        self.made.saturating_sub(self.answered)
    }

    pub(super) fn count(&mut self, round: &Round, events: &mut Option<u16>) {
        self.made += 1;
        if let Some(before) = &round.before {
            self.count_events(before, events);
        }
        self.answered_last = round.result.is_ok();
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

    /// It ends the rounds.
    pub(super) fn count_silence(&mut self, silent: NoAnswer) {
        self.made += 1;
        self.answered_last = false;
        self.end = End::NoAnswer { silent };
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
    pub(super) fn count_events(&mut self, status: &ReaderStatus, last: &mut Option<u16>) {
        let [high, low, ..] = status.state.raw().to_be_bytes();
        let now = u16::from_be_bytes([high, low]);
        let rise = last.map_or(0, |last| now.wrapping_sub(last));
        self.events += u32::from(rise);
        *last = Some(now);
    }

    pub(super) fn measure(&mut self, mut times: Vec<u32>) {
        times.sort_unstable();
        self.worst_us = times.last().copied();
        self.median_us = times.get(times.len() / 2).copied();
    }
}

/// Different failures or answers worth a line: a card in pieces could give thousands.
const MOST_KINDS: usize = 16;
