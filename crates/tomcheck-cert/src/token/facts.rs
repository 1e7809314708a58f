//! What is known of a token, once it was read?

use serde::{Deserialize, Serialize};
use tomcheck_diagnosis::{ForeignFailure, Identity, IdentityKind, Personal};

use super::TokenFlags;

/// What the module shows of a token. Text has its padding cut, NUL or blank.
#[derive(Clone, Debug, Eq, PartialEq, Serialize, Deserialize)]
pub struct TokenFacts {
    /// The slot it is in.
    pub slot: u64,
    /// The slot's description, usually the reader's PC/SC name: by it the card is found again.
    #[serde(default)]
    pub reader: Option<String>,
    /// `CPS3v3-2900995266`: holds the card's serial number.
    pub label: Personal,
    /// As the module names it.
    pub manufacturer: String,
    /// `IAS ECC`.
    pub model: String,
    /// The card's serial number.
    pub serial: Personal,
    /// State of the code porteur among others.
    pub flags: TokenFlags,
    /// Fewest characters of a PIN.
    pub pin_min: u64,
    /// Most characters of a PIN.
    pub pin_max: u64,
    /// What it can compute.
    pub mechanisms: Vec<MechanismSeen>,
    /// Its X.509 certificates, in the module's order.
    pub certificates: Vec<TokenCertificate>,
    /// Its private keys, as far as they show.
    pub private_keys: PrivateKeys,
}

impl TokenFacts {
    /// The CKA_ID of each private key; none where keys do not show before login, or could
    /// not be listed.
    pub fn key_ids(&self) -> Option<Vec<Vec<u8>>> {
        match &self.private_keys {
            PrivateKeys::Listed(keys) => Some(keys.iter().map(|key| key.id.clone()).collect()),
            PrivateKeys::HiddenUntilLogin | PrivateKeys::Unknown(_) => None,
        }
    }

    /// Whether it lists the mechanism of this number (`CKM_…`).
    pub fn has_mechanism(&self, number: u64) -> bool {
        self.mechanisms
            .iter()
            .any(|mechanism| mechanism.number == number)
    }
}

/// A mechanism the token lists.
#[derive(Clone, Debug, Eq, PartialEq, Serialize, Deserialize)]
pub struct MechanismSeen {
    /// `CKM_…`, raw.
    pub number: u64,
    /// Its name in the standard, if it has one.
    pub name: Option<String>,
}

/// A certificate object of the token.
#[derive(Clone, Debug, Eq, PartialEq, Serialize, Deserialize)]
pub struct TokenCertificate {
    /// CKA_ID, which its private key shares.
    #[serde(with = "crate::hexadecimal")]
    pub id: Vec<u8>,
    /// CKA_LABEL.
    pub label: String,
    /// CKA_VALUE: the certificate, DER.
    #[serde(with = "crate::hexadecimal")]
    pub der: Vec<u8>,
}

/// The private keys of a token, as far as they show.
#[derive(Clone, Debug, Eq, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum PrivateKeys {
    /// The module lists these.
    Listed(Vec<KeySeen>),
    /// The module lists none, and does not before login.
    HiddenUntilLogin,
    /// Listing them failed.
    Unknown(ForeignFailure),
}

impl PrivateKeys {
    /// Their fingerprints: a key is as personal as its certificate.
    pub(crate) fn identities(&self) -> Vec<Identity> {
        let Self::Listed(keys) = self else {
            return vec![];
        };
        let shown = keys.iter().filter_map(|key| key.sha256.as_ref());
        shown
            .map(|key| key.identity(IdentityKind::Serial))
            .collect()
    }
}

/// A private key object of the token.
#[derive(Clone, Debug, Eq, PartialEq, Serialize, Deserialize)]
pub struct KeySeen {
    /// CKA_ID, which its certificate shares.
    #[serde(with = "crate::hexadecimal")]
    pub id: Vec<u8>,
    /// CKA_LABEL.
    pub label: String,
    /// SHA-256 of its modulus or its point, as in
    /// [`PublicKey::sha256`](crate::identify::PublicKey::sha256); none: it does not show them.
    #[serde(default)]
    pub sha256: Option<Personal>,
}
