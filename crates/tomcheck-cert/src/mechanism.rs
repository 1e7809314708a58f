//! How shall the card sign?

use serde::{Deserialize, Serialize};

/// A signature mechanism of PKCS#11, with its parameters.
///
/// Source: PKCS#11 v2.40 mechanisms §2.1 (RSA), §2.3 (elliptic curves).
#[derive(Clone, Copy, Debug, Eq, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum SignMechanism {
    /// `CKM_RSA_PKCS`. The data is a DER DigestInfo; the token adds the PKCS#1 v1.5 padding.
    RsaPkcs,
    /// `CKM_SHA256_RSA_PKCS`. The data is the whole message.
    Sha256RsaPkcs,
    /// `CKM_RSA_PKCS_PSS`. The data is the digest by `hash`, which also drives MGF1.
    RsaPkcsPss {
        /// The hash the data was made with.
        hash: Hash,
        /// In bytes.
        salt: u32,
    },
    /// `CKM_ECDSA`. The data is the digest; the signature is r ‖ s, each as long as the
    /// curve's order, not DER.
    Ecdsa,
}

impl SignMechanism {
    /// `CKM_RSA_PKCS`.
    pub fn name(self) -> &'static str {
        match self {
            Self::RsaPkcs => "CKM_RSA_PKCS",
            Self::Sha256RsaPkcs => "CKM_SHA256_RSA_PKCS",
            Self::RsaPkcsPss { .. } => "CKM_RSA_PKCS_PSS",
            Self::Ecdsa => "CKM_ECDSA",
        }
    }
}

/// A hash function.
#[derive(Clone, Copy, Debug, Eq, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Hash {
    /// SHA-256.
    Sha256,
    /// SHA-384.
    Sha384,
    /// SHA-512.
    Sha512,
}
