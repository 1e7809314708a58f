//! What does a proxy auto-configuration script say about the site?

mod addresses;
mod answer;
mod engine;
mod evaluate;
mod fault;
mod fetch;
pub(crate) mod findings;
mod functions;
mod glob;
mod judge;
mod lines;
mod resolver;
mod seen;
#[cfg(test)]
mod tests;
mod text;
mod wpad;

pub use self::answer::PacAnswer;
pub use self::engine::{PacEngine, PacLimits};
pub use self::fault::{ScriptFault, ScriptFaultKind};
pub use self::fetch::NotFetched;
pub use self::resolver::{PacResolver, SystemResolver};
pub use self::seen::{AddressAnswer, PacFound, PacLine, PacProbe, PacSeen};

/// In the place of an address: the script is to be found by automatic detection.
pub(crate) const WPAD: &str = "wpad:";
