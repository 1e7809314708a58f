//! What takes the place of Windows' registry elsewhere?

use serde_json::Value;
use tomcheck_diagnosis::ForeignFailure;

use crate::{SourceKind, WinInet};

/// Nothing: there is no registry to ask.
pub(crate) fn wininet() -> Option<Result<WinInet, ForeignFailure>> {
    None
}

/// Nothing, likewise.
pub(crate) fn winhttp() -> Option<Result<Option<Vec<u8>>, ForeignFailure>> {
    None
}

/// None, likewise.
pub(crate) fn chromium_policies() -> Vec<(SourceKind, String, Value)> {
    Vec::new()
}

/// None, likewise.
pub(crate) fn firefox_policies() -> Vec<(String, Value)> {
    Vec::new()
}
