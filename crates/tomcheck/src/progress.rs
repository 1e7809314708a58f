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

/// Whether a process that ends in the midst of `id` leaves something behind, a card that is reset
/// or the trace of a module: it is wise to wait for its end, seconds mostly.
pub fn leaves_traces_when_broken_off(id: &str) -> bool {
    [ContentProbe::<SystemPcsc>::ID, MODULE_TRACE].contains(&id)
}

/// What [`module_trace`](crate::module_trace()) is called while it is under way.
pub(crate) const MODULE_TRACE: &str = "module.trace";

/// Hears nothing.
#[derive(Clone, Copy, Debug)]
pub struct Quiet;

impl Progress for Quiet {
    fn begins(&self, _id: &'static str) {}
    fn ends(&self, _id: &'static str, _status: ProbeStatus) {}
}
