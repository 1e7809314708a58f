//! How does the TLS layer sign with the certificate layer's key? Neither knows the other.

use std::sync::Arc;

use tomcheck_cert::{CallFailure, SignMechanism, TokenFacts, Worker};
use tomcheck_diagnosis::ForeignFailure;
use tomcheck_tls::{Curve, Hash, Mechanism, SignWith, Signer};

/// Signs with the card, through the worker process.
pub(crate) struct CardSigner {
    worker: Arc<Worker>,
    slot: u64,
    key_id: Vec<u8>,
}

impl CardSigner {
    pub(crate) fn new(worker: Arc<Worker>, slot: u64, key_id: Vec<u8>) -> Self {
        Self {
            worker,
            slot,
            key_id,
        }
    }
}

impl Signer for CardSigner {
    fn sign(&self, with: SignWith, data: &[u8]) -> Result<Vec<u8>, ForeignFailure> {
        self.worker
            .sign(self.slot, &self.key_id, mechanism(with), data)
            .map_err(as_foreign)
    }
}

fn mechanism(with: SignWith) -> SignMechanism {
    match with {
        SignWith::RsaPkcs1 => SignMechanism::RsaPkcs,
        SignWith::RsaPss(hash) => {
            let (hash, salt) = hash_of(hash);
            SignMechanism::RsaPkcsPss { hash, salt }
        }
        SignWith::Ecdsa(_) => SignMechanism::Ecdsa,
    }
}

/// The hash and its length in bytes, which is the salt's too (RFC 8446 §4.2.3).
const fn hash_of(hash: Hash) -> (tomcheck_cert::Hash, u32) {
    match hash {
        Hash::Sha256 => (tomcheck_cert::Hash::Sha256, 32),
        Hash::Sha384 => (tomcheck_cert::Hash::Sha384, 48),
        Hash::Sha512 => (tomcheck_cert::Hash::Sha512, 64),
    }
}

/// A crash or a hang has no number of the module's own: the call stays, the sentence is the
/// name.
fn as_foreign(failure: CallFailure) -> ForeignFailure {
    match failure {
        CallFailure::Answered(failure) => failure,
        other => {
            let call = other.call().unwrap_or("C_Sign").to_owned();
            ForeignFailure::decimal(call, 0).named(other.to_string())
        }
    }
}

/// What the token can do, in the TLS layer's words.
///
/// Source: PKCS#11 v2.40 §2.1 (mechanism numbers). A token that lists `CKM_RSA_PKCS_PSS` is
/// believed for SHA-256; for the longer hashes it must list the combined mechanism, because
/// the Cryptolib lists PSS for a CPS4 and refuses all but SHA-256.
pub(crate) fn mechanisms(token: &TokenFacts) -> Vec<Mechanism> {
    let has = |number| token.has_mechanism(number);
    let pss = [
        (CKM_RSA_PKCS_PSS, Hash::Sha256),
        (CKM_SHA384_RSA_PKCS_PSS, Hash::Sha384),
        (CKM_SHA512_RSA_PKCS_PSS, Hash::Sha512),
    ];
    let hashes: Vec<Hash> = match has(CKM_RSA_PKCS_PSS) {
        true => pss
            .into_iter()
            .filter(|(number, _)| has(*number))
            .map(|(_, hash)| hash)
            .collect(),
        false => Vec::new(),
    };
    let pkcs1 = has(CKM_RSA_PKCS).then_some(Mechanism::RsaPkcs1);
    let pss = (!hashes.is_empty()).then_some(Mechanism::RsaPss(hashes));
    let ecdsa = has(CKM_ECDSA).then_some([Curve::P256, Curve::P384].map(Mechanism::Ecdsa));
    pkcs1
        .into_iter()
        .chain(pss)
        .chain(ecdsa.into_iter().flatten())
        .collect()
}

const CKM_RSA_PKCS: u64 = 0x1;
const CKM_RSA_PKCS_PSS: u64 = 0xD;
const CKM_SHA384_RSA_PKCS_PSS: u64 = 0x44;
const CKM_SHA512_RSA_PKCS_PSS: u64 = 0x45;
const CKM_ECDSA: u64 = 0x1041;
