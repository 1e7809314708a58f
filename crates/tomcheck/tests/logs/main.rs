//! What does a log come to?
#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a test ends at the first thing that is not as it should"
)]

mod authorities;
mod curl;
mod evtx;
mod live;
mod net_exports;
mod order;
mod programs;
mod squid;
mod traced;
mod unexplained;
mod unread;
mod windows;
