//! What takes the place of the session's own login where none can be asked for?

use crate::Withheld;

/// None.
pub(crate) struct Session(std::convert::Infallible);

impl Session {
    pub(crate) const KNOWS_NTLM: bool = false;

    /// None: this version asks no library here.
    pub(crate) fn begin(_scheme: &str, _host: &str) -> Result<(Self, Vec<u8>), Withheld> {
        Err(Withheld::NoLibrary)
    }

    pub(crate) fn go_on(&mut self, _challenge: &[u8]) -> Option<Vec<u8>> {
        match self.0 {}
    }
}
