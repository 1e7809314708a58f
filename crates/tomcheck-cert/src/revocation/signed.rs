//! Did this key sign it?

use ring::digest::{Digest, SHA256, SHA384};
use rsa::pkcs1::DecodeRsaPublicKey;
use rsa::{Pkcs1v15Sign, RsaPublicKey};
use serde::{Deserialize, Serialize};
use sha2::{Sha256, Sha384, Sha512};
use x509_parser::der_parser::asn1_rs::BitString;
use x509_parser::error::X509Error;
use x509_parser::verify::verify_signature;
use x509_parser::x509::{AlgorithmIdentifier, SubjectPublicKeyInfo};

/// What came of verifying a signature.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(super) enum Verdict {
    /// It is this key's.
    Right,
    /// It is not.
    Wrong,
    /// The key is not at hand.
    #[default]
    NoKey,
    /// This algorithm is not verified here, or the list is too long for it.
    Unsupported,
}

/// RSA PKCS#1 v1.5 over a hash that was computed on the way: `ring` wants the whole message,
/// and a list can be longer than memory should be given for it.
///
/// Only public keys come here, so that what is known of the `rsa` crate's timing tells nothing.
pub(super) fn hash_by_rsa(
    key: &SubjectPublicKeyInfo<'_>,
    hash: &Digest,
    signature: &BitString<'_>,
) -> Verdict {
    let Ok(key) = RsaPublicKey::from_pkcs1_der(&key.subject_public_key.data) else {
        return Verdict::Wrong;
    };
    let scheme = match hash.algorithm() {
        it if *it == SHA256 => Pkcs1v15Sign::new::<Sha256>(),
        it if *it == SHA384 => Pkcs1v15Sign::new::<Sha384>(),
        _ => Pkcs1v15Sign::new::<Sha512>(),
    };
    match key.verify(scheme, hash.as_ref(), &signature.data) {
        Ok(()) => Verdict::Right,
        Err(_) => Verdict::Wrong,
    }
}

/// Any algorithm `ring` verifies, over what was signed.
pub(super) fn whole(
    key: &SubjectPublicKeyInfo<'_>,
    algorithm: &AlgorithmIdentifier<'_>,
    signature: &BitString<'_>,
    signed: &[u8],
) -> Verdict {
    match verify_signature(key, algorithm, signature, signed) {
        Ok(()) => Verdict::Right,
        Err(X509Error::SignatureUnsupportedAlgorithm) => Verdict::Unsupported,
        Err(_) => Verdict::Wrong,
    }
}
