//! `tomcheck testsite` before the clients of this world: what each of them is shown, and that none
//! of them can take it down.
#![cfg(target_os = "linux")]
#![expect(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test ends at the first thing that is not as it should"
)]

mod browsers;
mod curl;
mod ending;
mod hostile;
mod java;
mod openssl;
mod site;
mod unit;
