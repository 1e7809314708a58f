//! What is being looked at right now?

use tomcheck_diagnosis::{Probe, ProbeStatus};
use tomcheck_reader::{ContentProbe, SystemPcsc};

/// Hears of each probe as it begins and ends; called from several threads.
pub trait Progress: Sync {
    /// The probe `id` begins.
    fn begins(&self, id: &'static str);
    /// The probe `id`, which does one thing many times, did it `done` times of `of`.
    fn advances(&self, _id: &'static str, _done: u32, _of: u32) {}
    /// The probe `id` ended so.
    fn ends(&self, id: &'static str, status: ProbeStatus);
}

/// Whether a process that ends in the midst of the probe `id` has the card reset: it is wise to
/// wait for its end, seconds at most.
pub fn resets_the_card_when_broken_off(id: &str) -> bool {
    id == ContentProbe::<SystemPcsc>::ID
}

/// Hears nothing.
#[derive(Clone, Copy, Debug)]
pub struct Quiet;

impl Progress for Quiet {
    fn begins(&self, _id: &'static str) {}
    fn ends(&self, _id: &'static str, _status: ProbeStatus) {}
}
