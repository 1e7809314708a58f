//! What takes the place of Windows' Internet options elsewhere?

use tomcheck_diagnosis::ForeignFailure;

use crate::WinInet;

/// Nothing: there is no registry to ask.
pub(crate) fn wininet() -> Option<Result<WinInet, ForeignFailure>> {
    None
}
