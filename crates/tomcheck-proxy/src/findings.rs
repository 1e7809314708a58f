//! What can be judged of a proxy, in both languages?

use tomcheck_diagnosis::{Finding, FindingKind};

use crate::{ExceptionsSeen, SourcesSeen};

/// Every finding of this layer, in the order a technician meets them.
pub static FINDINGS: &[&FindingKind] = &[];

pub(crate) fn judge_sources(_: &SourcesSeen) -> Vec<Finding> {
    Vec::new()
}

pub(crate) fn judge_exceptions(_: &ExceptionsSeen) -> Vec<Finding> {
    Vec::new()
}
