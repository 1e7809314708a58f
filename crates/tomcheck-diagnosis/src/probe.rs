//! What looks, and what it saw?

use serde::{Deserialize, Serialize};

use crate::{Finding, Identity};

/// Asks the world one question. All input and output, no opinion.
///
/// It cannot fail: failing to look is something seen. Probes that wait on the network have
/// an `async fn observe` of their own, with the same name and the same rule.
pub trait Probe {
    /// What it sees.
    type Seen: Observation;
    /// `layer.thing`, never translated.
    const ID: &'static str;

    /// Looks. Says in its own documentation whether it blocks, for how long at most, and
    /// whether it touches the card.
    fn observe(&self) -> Self::Seen;
}

/// What a probe saw: typed, serialisable, with raw values.
///
/// "Not there", "could not look" and "was not asked" are three variants, never one `None`.
pub trait Observation: Serialize {
    /// Judges. Pure: same observation, same findings, on any machine, years later.
    fn findings(&self) -> Vec<Finding>;

    /// The personal values it holds, to be masked in a report.
    fn identities(&self) -> Vec<Identity> {
        Vec::new()
    }
}

/// How a probe ended.
#[derive(Clone, Copy, Debug, Eq, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "lowercase")]
pub enum ProbeStatus {
    /// It looked and found nothing to say.
    Ok,
    /// It found something that will bite.
    Warning,
    /// It found something that blocks.
    Fault,
    /// It did not apply, or was not asked; the reason says which.
    Skipped,
    /// Another probe's fault left it nothing to look at.
    Blocked,
}
