//! `tomcheck watch` on a real pcscd: what it tells, to whom, and how it ends.
#![cfg(target_os = "linux")]
#![expect(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test ends at the first thing that is not as it should"
)]

mod commands;
mod endings;
mod keys;
mod states;
mod watching;
