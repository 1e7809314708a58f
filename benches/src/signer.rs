//! How does the TLS layer sign with the token's key?

use std::sync::Arc;

use tomcheck_cert::{CallFailure, SignMechanism, SigningPool, Worker};
use tomcheck_diagnosis::ForeignFailure;
use tomcheck_tls::{Hash, SignWith, Signer};

use crate::room::KEY_ID;

/// Signs through the worker process, as the facade does.
pub(crate) struct TokenSigner {
    pub(crate) worker: Arc<Worker>,
    pub(crate) slot: u64,
}

impl Signer for TokenSigner {
    fn sign(&self, with: SignWith, data: &[u8]) -> Result<Vec<u8>, ForeignFailure> {
        let signed = self.worker.sign(self.slot, KEY_ID, mechanism(with), data);
        signed.map_err(as_foreign)
    }
}

/// Signs through the module in this process, as the facade does when told to.
pub(crate) struct PoolSigner(pub(crate) SigningPool);

impl Signer for PoolSigner {
    fn sign(&self, with: SignWith, data: &[u8]) -> Result<Vec<u8>, ForeignFailure> {
        self.0.sign(mechanism(with), data).map_err(as_foreign)
    }
}

fn as_foreign(failure: CallFailure) -> ForeignFailure {
    match failure {
        CallFailure::Answered(failure) => failure,
        other => ForeignFailure::decimal("C_Sign", 0).named(other.to_string()),
    }
}

fn mechanism(with: SignWith) -> SignMechanism {
    use tomcheck_cert::Hash as Of;
    // the salt is as long as the digest (RFC 8446 §4.2.3)
    let pss = |hash, salt| SignMechanism::RsaPkcsPss { hash, salt };
    match with {
        SignWith::RsaPkcs1 => SignMechanism::RsaPkcs,
        SignWith::RsaPss(Hash::Sha256) => pss(Of::Sha256, 32),
        SignWith::RsaPss(Hash::Sha384) => pss(Of::Sha384, 48),
        SignWith::RsaPss(Hash::Sha512) => pss(Of::Sha512, 64),
        SignWith::Ecdsa(_) => SignMechanism::Ecdsa,
    }
}
