//! How do several threads sign at once with one key?
//!
//! Through a module of this process: a worker process has one line, and serves one request
//! after the other.

use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};

use super::driver::{IN_USE, Key, find_key, is_about_the_session, signed_with};
use super::parent::Worker;
use super::serve::lost;
use crate::sys::pkcs11::{Session, Threaded};
use crate::{CallFailure, SignMechanism};

/// Signs from any number of threads with one private key, each thread in a session of its own
/// that stays open for the next.
///
/// The login is the [`Worker::in_process`]'s: with PKCS#11 it holds for every session this
/// program has with the token.
pub struct SigningPool {
    module: Threaded,
    slot: u64,
    key_id: Vec<u8>,
    idle: Mutex<Vec<Open>>,
    /// Ends the module when the last of us goes.
    worker: Arc<Worker>,
}

/// A session and the key as it is called there.
struct Open {
    session: Session,
    key: Key,
}

impl SigningPool {
    /// `worker`: one of [`Worker::in_process`] that is initialised and, where the token demands
    /// it, logged in. `key_id`: the CKA_ID. Opens nothing yet.
    ///
    /// The module must take calls from several threads: ours are told so to `C_Initialize`
    /// (`CKF_OS_LOCKING_OK`); if another part of this program initialised it, that part must
    /// have asked for it too.
    ///
    /// # Errors
    ///
    /// When the worker is a process, whose module nobody here can call; what `C_GetFunctionList`
    /// answers.
    ///
    /// Source: PKCS#11 v2.40 §5.4 (`C_Initialize`), §5.6 (`C_Login`).
    pub fn new(worker: Arc<Worker>, slot: u64, key_id: &[u8]) -> Result<Self, CallFailure> {
        if !worker.is_in_process() {
            return Err(lost("the module is in another process"));
        }
        Ok(Self {
            module: Threaded::load(worker.module())?,
            slot,
            key_id: key_id.to_vec(),
            idle: Mutex::default(),
            worker,
        })
    }

    /// Signs; what `data` must be depends on the mechanism, see [`SignMechanism`]. Two calls into
    /// the module; a few more for a thread that finds no session open, and once more where the
    /// session or the key was lost, as when the card was taken out or reset meanwhile.
    ///
    /// **Blocks as long as the module does**: in this process nobody can end a call that hangs, as
    /// `C_Sign` of OpenSC 0.23 does once the card was taken out.
    ///
    /// # Errors
    ///
    /// What the module answered; [`CallFailure::NoSuchKey`] also where a card that came back
    /// wants its code porteur again.
    pub fn sign(&self, mechanism: SignMechanism, data: &[u8]) -> Result<Vec<u8>, CallFailure> {
        let _inside = IN_USE.read().unwrap_or_else(PoisonError::into_inner);
        let open = match self.taken() {
            Some(open) => open,
            None => self.open()?,
        };
        match self.sign_in(open, mechanism, data) {
            Err(failure) if is_about_the_session(&failure) => {
                self.sign_in(self.open()?, mechanism, data)
            }
            signed => signed,
        }
    }

    /// The session stays for the next, unless it failed: something may be left unfinished in it.
    fn sign_in(
        &self,
        open: Open,
        mechanism: SignMechanism,
        data: &[u8],
    ) -> Result<Vec<u8>, CallFailure> {
        let signed = signed_with(&self.module, open.session, open.key, mechanism, data);
        match signed.is_ok() {
            true => self.keep(open),
            false => self.forget(open),
        }
        signed
    }

    fn open(&self) -> Result<Open, CallFailure> {
        let session = self.module.open_session(self.slot)?;
        match find_key(&self.module, session, &self.key_id) {
            Ok(key) => Ok(Open { session, key }),
            Err(failure) => {
                let _ = self.module.close_session(session);
                Err(failure)
            }
        }
    }

    fn taken(&self) -> Option<Open> {
        self.idle().pop()
    }

    fn keep(&self, open: Open) {
        self.idle().push(open);
    }

    /// It is dead already, or dies with this.
    fn forget(&self, open: Open) {
        let _ = self.module.close_session(open.session);
    }

    fn idle(&self) -> std::sync::MutexGuard<'_, Vec<Open>> {
        // whatever panicked, each change is one whole
        self.idle.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for SigningPool {
    fn drop(&mut self) {
        let _inside = IN_USE.read().unwrap_or_else(PoisonError::into_inner);
        let idle = std::mem::take(&mut *self.idle());
        idle.into_iter().for_each(|open| self.forget(open));
    }
}

impl fmt::Debug for SigningPool {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let idle = self.idle().len();
        write!(
            f,
            "SigningPool(slot {}, {idle} idle, {:?})",
            self.slot,
            self.worker.module()
        )
    }
}
