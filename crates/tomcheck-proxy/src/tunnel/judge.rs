//! What does the proxy's answer mean?

use tomcheck_diagnosis::Finding;

use super::TunnelSeen;

pub(super) fn judge(_: &TunnelSeen) -> Option<Finding> {
    None
}
