//! What is so on this workstation, live, in the browser of whoever sits before it?
//!
//! The readers and cards as they change, the verdict, and what to do about it. Only this machine
//! reaches it, and only who knows its address: see `lock`.

mod answer;
mod dropped;
mod error;
mod events;
mod form;
mod live;
mod lock;
mod opening;
mod readers;
mod routes;
mod run;
mod seats;
mod site;
mod view;
mod words;

use std::time::Duration;

pub use self::error::PageError;
pub use self::opening::{Opening, open_in_browser};
pub use self::site::StatusPage;
use crate::config::Support;
use crate::{Clock, Options};

/// How the page behaves.
#[derive(Debug)]
pub struct PageOptions {
    /// Its TCP port on 127.0.0.1; 0: one that is free.
    pub port: u16,
    /// Whether it is on the same port of `::1` too.
    pub also_v6: bool,
    /// Whether the code porteur may be typed on it.
    pub allows_pin: bool,
    /// What each diagnosis looks at, and with what; its code porteur is never used, nor the last
    /// try of one spent. Its language is the page's.
    pub diagnosis: Options,
    /// Whom the bundle is for.
    pub support: Support,
    /// What the clock on the wall shows.
    pub clock: Clock,
    /// What browsers may take of it.
    pub limits: PageLimits,
}

impl PageOptions {
    /// On a free port, without code porteur.
    pub fn new(diagnosis: Options) -> Self {
        Self {
            port: 0,
            also_v6: false,
            allows_pin: false,
            diagnosis,
            support: Support::default(),
            clock: Clock::default(),
            limits: PageLimits::default(),
        }
    }
}

/// What browsers may take of a page that every program of this machine reaches.
#[derive(Clone, Copy, Debug)]
pub struct PageLimits {
    /// Connections held at once of those who have shown the token; more wait. As many newcomers,
    /// the oldest of which makes room for the next.
    pub connections: usize,
    /// How many of them may hear of changes as they come.
    pub streams: usize,
    /// For the head of a request.
    pub head: Duration,
    /// For a request and its answer; a stream of changes has no end. A file is read no longer than
    /// five sixths of it, so that this can be said.
    pub exchange: Duration,
    /// Bytes of a file that is sent to be read.
    pub file: usize,
    /// Bytes it may come to once it is unpacked.
    pub unpacked: u64,
    /// How often something is said on a stream where nothing changes.
    pub alive: Duration,
}

impl Default for PageLimits {
    fn default() -> Self {
        Self {
            connections: 64,
            streams: 32,
            head: Duration::from_secs(2),
            exchange: Duration::from_secs(60),
            file: 32 << 20,
            unpacked: 512 << 20,
            alive: Duration::from_secs(15),
        }
    }
}
