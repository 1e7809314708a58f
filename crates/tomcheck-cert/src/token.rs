//! What does the module show of the card?

use serde::{Deserialize, Serialize};
use tomcheck_diagnosis::{
    Finding, ForeignFailure, Identity, IdentityKind, Observation, Personal, Probe,
};

use crate::{CallFailure, Worker};

/// Lists the module's slots, and reads the token of the wanted one, or of the first that
/// has one.
///
/// Talks to the card through the module: reads only, no login. Each call blocks for at most
/// the worker's deadline per call. The module must be initialised.
#[derive(Debug)]
pub struct TokenProbe<'a> {
    worker: &'a Worker,
    wanted: Option<String>,
}

impl<'a> TokenProbe<'a> {
    /// `wanted`: the PC/SC name of the reader, which modules show as the slot's description
    /// (cut after 64 bytes, or shortened in its middle).
    pub fn new(worker: &'a Worker, wanted: Option<String>) -> Self {
        Self { worker, wanted }
    }
}

impl Probe for TokenProbe<'_> {
    type Seen = TokenSeen;
    const ID: &'static str = "token.state";

    fn observe(&self) -> TokenSeen {
        let _ = (&self.worker, &self.wanted);
        TokenSeen { wanted: self.wanted.clone(), slots: vec![], token: TokenAnswer::Absent }
    }
}

/// The slots, and the token of one of them.
#[derive(Clone, Debug, Eq, PartialEq, Serialize, Deserialize)]
pub struct TokenSeen {
    /// The reader that was asked for.
    pub wanted: Option<String>,
    /// Every slot the module lists.
    pub slots: Vec<SlotSeen>,
    /// The token that was read.
    pub token: TokenAnswer,
}

impl TokenSeen {
    /// The token, if it could be read.
    pub fn token(&self) -> Option<&TokenFacts> {
        match &self.token {
            TokenAnswer::Read(facts) => Some(facts),
            TokenAnswer::Absent | TokenAnswer::Failed(_) => None,
        }
    }

    /// Whether the module says of a slot that a card it does not know is in it.
    pub fn holds_unrecognised_token(&self) -> bool {
        self.slots.iter().any(|slot| slot.refusal.as_ref().is_some_and(|f| f.code == 0xE1))
    }
}

/// What came of reading the token.
#[derive(Clone, Debug, Eq, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum TokenAnswer {
    /// No slot (or not the wanted one) has a token that the module shows.
    Absent,
    /// It was read.
    Read(Box<TokenFacts>),
    /// A call failed under way.
    Failed(CallFailure),
}

/// A slot of the module.
#[derive(Clone, Debug, Eq, PartialEq, Serialize, Deserialize)]
pub struct SlotSeen {
    /// The module's number for it.
    pub id: u64,
    /// Usually the reader's PC/SC name; padding cut.
    pub description: String,
    /// `CK_SLOT_INFO.flags`, raw.
    pub flags: u64,
    /// `CKF_TOKEN_PRESENT`.
    pub token_present: bool,
    /// What `C_GetSlotInfo` or `C_GetTokenInfo` refused with: `CKR_TOKEN_NOT_RECOGNIZED` for
    /// a card the module does not know.
    pub refusal: Option<ForeignFailure>,
}

/// What the module shows of a token. Text has its padding cut, NUL or blank.
#[derive(Clone, Debug, Eq, PartialEq, Serialize, Deserialize)]
pub struct TokenFacts {
    /// The slot it is in.
    pub slot: u64,
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
        self.mechanisms.iter().any(|mechanism| mechanism.number == number)
    }
}

/// `CK_TOKEN_INFO.flags`.
///
/// Source: PKCS#11 v2.40 §3.2, `CK_TOKEN_INFO`.
#[derive(Clone, Copy, Debug, Eq, PartialEq, Serialize, Deserialize)]
#[serde(from = "u64", into = "DecodedFlags")]
pub struct TokenFlags {
    /// As the module gave them.
    pub raw: u64,
}

#[derive(Serialize)]
struct DecodedFlags {
    raw: u64,
    names: Vec<&'static str>,
}

impl From<u64> for TokenFlags {
    fn from(raw: u64) -> Self {
        Self { raw }
    }
}

impl From<TokenFlags> for DecodedFlags {
    fn from(flags: TokenFlags) -> Self {
        Self { raw: flags.raw, names: vec![] }
    }
}

impl TokenFlags {
    /// `CKF_LOGIN_REQUIRED`.
    pub fn login_required(self) -> bool {
        self.raw & 0x4 != 0
    }

    /// `CKF_PROTECTED_AUTHENTICATION_PATH`: the code is typed on the reader.
    pub fn pin_pad(self) -> bool {
        self.raw & 0x100 != 0
    }

    /// `CKF_USER_PIN_COUNT_LOW`: at least one wrong try since the last right one.
    pub fn pin_count_low(self) -> bool {
        self.raw & 0x1_0000 != 0
    }

    /// `CKF_USER_PIN_FINAL_TRY`: one try left.
    pub fn pin_final_try(self) -> bool {
        self.raw & 0x2_0000 != 0
    }

    /// `CKF_USER_PIN_LOCKED`.
    pub fn pin_locked(self) -> bool {
        self.raw & 0x4_0000 != 0
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

/// A private key object of the token.
#[derive(Clone, Debug, Eq, PartialEq, Serialize, Deserialize)]
pub struct KeySeen {
    /// CKA_ID, which its certificate shares.
    #[serde(with = "crate::hexadecimal")]
    pub id: Vec<u8>,
    /// CKA_LABEL.
    pub label: String,
}

impl Observation for TokenSeen {
    fn findings(&self) -> Vec<Finding> {
        vec![]
    }

    fn identities(&self) -> Vec<Identity> {
        let Some(token) = self.token() else {
            return vec![];
        };
        let der = |certificate: &TokenCertificate| {
            let text = crate::hexadecimal::encode(&certificate.der);
            Identity::new(IdentityKind::Identifier, text)
        };
        let serials = [&token.label, &token.serial];
        let serials = serials.map(|text| text.identity(IdentityKind::Serial));
        serials.into_iter().chain(token.certificates.iter().map(der)).collect()
    }
}
