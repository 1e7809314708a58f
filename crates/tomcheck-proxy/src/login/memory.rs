//! What did this proxy ask for, when it asked?

use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};

use super::digest::Digest;
use crate::ProxyAddress;

/// What one run learnt of a proxy: how it wants to be asked, so that the next `CONNECT` need not
/// be refused first, and that it rejected the password, so that it is not shown again. Clones
/// share it; it holds no password.
#[derive(Clone, Default)]
pub struct Memory(Arc<Mutex<Vec<(ProxyAddress, Remembered)>>>);

#[derive(Clone)]
pub(super) enum Remembered {
    /// By the session itself, in this scheme.
    Session(&'static str),
    Ntlm,
    Digest(Digest),
    Basic,
    Rejected,
}

impl Memory {
    /// One proxy's is not another's.
    pub(super) fn of(&self, proxy: &ProxyAddress) -> Option<Remembered> {
        let kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let (_, remembered) = kept.iter().find(|(of, _)| of == proxy)?;
        Some(remembered.clone())
    }

    pub(super) fn keep(&self, proxy: &ProxyAddress, remembered: Remembered) {
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        kept.retain(|(of, _)| of != proxy);
        kept.push((proxy.clone(), remembered));
    }
}

impl fmt::Debug for Memory {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Memory(…)")
    }
}
