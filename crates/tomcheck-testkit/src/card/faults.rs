//! What does the card do wrong just now?

use std::{collections::HashMap, time::Duration};

/// Misbehaviour asked for by the test; the default is none.
#[derive(Default)]
pub(crate) struct Faults {
    pub(super) mute_at_power_on: bool,
    pub(super) stall: bool,
    pub(super) delay: Duration,
    pub(super) garbage: bool,
    pub(super) truncate: bool,
    /// instruction -> status word, times (None: for ever)
    forced: HashMap<u8, (u16, Option<u32>)>,
    tear: Option<(u32, Option<u8>)>,
    /// one answer in so many breaks off; answers since the last that did
    break_off: Option<(u32, u32)>,
}

impl Faults {
    pub(super) fn tear(&mut self, count: u32, instruction: Option<u8>) {
        self.tear = (count > 0).then_some((count, instruction));
    }

    pub(super) fn force(&mut self, instruction: u8, status: u16, times: Option<u32>) {
        self.forced.insert(instruction, (status, times));
    }

    pub(super) fn break_off_every(&mut self, every: u32) {
        self.break_off = (every > 0).then_some((every, 0));
    }

    /// Whether this answer is cut to one byte.
    pub(super) fn breaks_off_now(&mut self) -> bool {
        let Some((every, count)) = &mut self.break_off else {
            return self.truncate;
        };
        *count = (*count + 1) % *every;
        self.truncate || *count == 0
    }

    /// Whether the card leaves the reader instead of answering this command.
    pub(super) fn tears_now(&mut self, instruction: u8) -> bool {
        let Some((count, only)) = &mut self.tear else {
            return false;
        };
        if only.is_some_and(|only| only != instruction) {
            return false;
        }
        *count -= 1;
        let now = *count == 0;
        if now {
            self.tear = None;
        }
        now
    }

    /// The status word to answer instead of obeying, which is then counted.
    pub(super) fn forced_status(&mut self, instruction: u8) -> Option<u16> {
        let (status, times) = self.forced.get_mut(&instruction)?;
        match times {
            None => return Some(*status),
            Some(0) => {}
            Some(times) => {
                *times -= 1;
                return Some(*status);
            }
        }
        self.forced.remove(&instruction);
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tearing_counts_only_the_named_instruction() {
        let mut faults = Faults::default();
        faults.tear(2, Some(0x88));
        assert_eq!(
            [0xA4, 0x88, 0xA4, 0x88, 0x88].map(|i| faults.tears_now(i)),
            [false, false, false, true, false]
        );
    }

    #[test]
    fn a_forced_status_ends_after_its_count() {
        let mut faults = Faults::default();
        faults.force(0xA4, 0x6F00, Some(2));
        let seen = [0xA4, 0xB0, 0xA4, 0xA4].map(|i| faults.forced_status(i));
        assert_eq!(seen, [Some(0x6F00), None, Some(0x6F00), None]);
    }
}
