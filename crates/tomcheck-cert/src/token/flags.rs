//! What do the flags of a token say?

use serde::{Deserialize, Serialize};

/// `CK_TOKEN_INFO.flags`.
///
/// Source: PKCS#11 v2.40 §3.2, `CK_TOKEN_INFO`.
#[derive(Clone, Copy, Debug, Eq, PartialEq, Serialize, Deserialize)]
#[serde(from = "DecodedFlags", into = "DecodedFlags")]
pub struct TokenFlags {
    /// As the module gave them.
    pub raw: u64,
}

/// The flags as they stand in a report: the number, and its names for whoever reads it.
#[derive(Serialize, Deserialize)]
struct DecodedFlags {
    raw: u64,
    #[serde(default)]
    names: Vec<String>,
}

impl From<u64> for TokenFlags {
    fn from(raw: u64) -> Self {
        Self { raw }
    }
}

impl From<DecodedFlags> for TokenFlags {
    fn from(decoded: DecodedFlags) -> Self {
        Self { raw: decoded.raw }
    }
}

impl From<TokenFlags> for DecodedFlags {
    fn from(flags: TokenFlags) -> Self {
        let names = flags.names().into_iter().map(str::to_owned).collect();
        Self {
            raw: flags.raw,
            names,
        }
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

    /// The names of the flags that are set, those of the standard only.
    pub fn names(self) -> Vec<&'static str> {
        let set = FLAGS.iter().filter(|(bit, _)| self.raw & bit != 0);
        set.map(|(_, name)| *name).collect()
    }
}

/// Source: PKCS#11 v2.40 §3.2, flags of `CK_TOKEN_INFO`.
const FLAGS: &[(u64, &str)] = &[
    (0x1, "CKF_RNG"),
    (0x2, "CKF_WRITE_PROTECTED"),
    (0x4, "CKF_LOGIN_REQUIRED"),
    (0x8, "CKF_USER_PIN_INITIALIZED"),
    (0x20, "CKF_RESTORE_KEY_NOT_NEEDED"),
    (0x40, "CKF_CLOCK_ON_TOKEN"),
    (0x100, "CKF_PROTECTED_AUTHENTICATION_PATH"),
    (0x200, "CKF_DUAL_CRYPTO_OPERATIONS"),
    (0x400, "CKF_TOKEN_INITIALIZED"),
    (0x800, "CKF_SECONDARY_AUTHENTICATION"),
    (0x1_0000, "CKF_USER_PIN_COUNT_LOW"),
    (0x2_0000, "CKF_USER_PIN_FINAL_TRY"),
    (0x4_0000, "CKF_USER_PIN_LOCKED"),
    (0x8_0000, "CKF_USER_PIN_TO_BE_CHANGED"),
    (0x10_0000, "CKF_SO_PIN_COUNT_LOW"),
    (0x20_0000, "CKF_SO_PIN_FINAL_TRY"),
    (0x40_0000, "CKF_SO_PIN_LOCKED"),
    (0x80_0000, "CKF_SO_PIN_TO_BE_CHANGED"),
    (0x100_0000, "CKF_ERROR_STATE"),
];

#[test]
fn flags_keep_their_number_and_gain_names_in_a_report() {
    let flags = TokenFlags::from(0x2_040D);
    let json = serde_json::to_value(flags).unwrap();
    assert_eq!(json["raw"], 0x2_040D);
    assert!(
        json["names"]
            .as_array()
            .unwrap()
            .contains(&"CKF_USER_PIN_FINAL_TRY".into())
    );
    assert_eq!(serde_json::from_value::<TokenFlags>(json).unwrap(), flags);
}
