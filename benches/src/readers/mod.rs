//! What does it cost to watch readers, and how soon is a card seen?
//!
//! Everything on one virtual workstation, every peer at the same insertion, so that the daemon's
//! own poll is the same for all.

mod commands;
mod idle;
mod latency;
mod peer;
mod table;

use anyhow::Result;

pub use self::table::render_readers;
use crate::tools::{Missing, tomcheck};

/// What was measured.
#[derive(Clone, Debug)]
pub struct Readers {
    /// From pcscd's power-on of a card to each peer's word.
    pub latency: Vec<Watcher>,
    /// Sixteen readers, and nothing happens.
    pub idle: Vec<Idle>,
    /// Commands the card receives.
    pub commands: Vec<Commands>,
}

/// One who watches.
#[derive(Clone, Debug)]
pub struct Watcher {
    /// Who it is.
    pub name: &'static str,
    /// Microseconds from the card's power-on, one per insertion.
    pub micros: Vec<f64>,
}

/// One who watches while nothing happens.
#[derive(Clone, Debug)]
pub struct Idle {
    /// Who it is.
    pub name: &'static str,
    /// What it cost; none: it ended by itself.
    pub cost: Option<Cost>,
}

/// What watching costs.
#[derive(Clone, Copy, Debug)]
pub struct Cost {
    /// Time on a processor per second, in microseconds.
    pub micros_per_second: f64,
    /// How often it was woken per second.
    pub wakes_per_second: f64,
    /// Memory it holds, shared libraries included, in KiB.
    pub resident_kib: u64,
}

/// How many commands the card receives.
#[derive(Clone, Debug)]
pub struct Commands {
    /// What for.
    pub purpose: &'static str,
    /// Who sends them.
    pub name: &'static str,
    /// How many.
    pub count: u64,
}

/// Measures: `rounds` insertions, ten quiet seconds, one count per purpose.
///
/// # Errors
///
/// When the workstation cannot be started, or a peer that is there does not work.
pub fn measure_readers(rounds: usize) -> Result<Readers> {
    let tomcheck = tomcheck()?;
    Ok(Readers {
        latency: latency::measure(&tomcheck, rounds)?,
        idle: idle::measure(&tomcheck)?,
        commands: commands::count(&tomcheck)?,
    })
}

/// What keeps everything from being measured.
///
/// # Errors
///
/// When tomcheck is not beside this program.
pub fn can_measure_readers() -> Result<(), Missing> {
    tomcheck().map(drop)
}
