//! What does a proxy auto-configuration script say about the site?

mod addresses;
mod answer;
mod engine;
mod fault;
mod functions;
mod glob;
mod lines;
mod resolver;
#[cfg(test)]
mod tests;

pub use self::answer::PacAnswer;
pub use self::engine::{PacEngine, PacLimits};
pub use self::fault::{ScriptFault, ScriptFaultKind};
pub use self::resolver::{PacResolver, SystemResolver};
