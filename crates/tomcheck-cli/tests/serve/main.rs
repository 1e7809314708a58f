//! `tomcheck serve` before browsers, and before those who should not reach it.
#![cfg(target_os = "linux")]
#![expect(
    clippy::unwrap_used,
    clippy::panic,
    clippy::print_stderr,
    clippy::indexing_slicing,
    reason = "a test ends at the first thing that is not as it should"
)]

mod chromium;
mod files;
mod firefox;
mod live;
mod locked;
mod pin;
mod serving;
