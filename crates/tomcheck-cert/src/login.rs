//! Does the code porteur open the key?

use std::sync::Mutex;

use serde::{Deserialize, Serialize};
use tomcheck_diagnosis::{
    Audience, Finding, FindingKind, ForeignFailure, Observation, Probe, Remedy, Severity, Step,
    Text,
};

use crate::{CallFailure, Pin, SignMechanism, TokenFacts, TokenFlags, Worker};

/// Presents the code porteur once, and signs with the key it opens.
///
/// **Spends a try of the code porteur.** Looks at the token's flags again just before, and
/// does not present a code of a wrong shape, to a locked card, or for the last try unless
/// told to. A second `observe` presents nothing: a wrong code is never tried twice.
/// Talks to the card; each call blocks for at most the worker's deadline per call.
pub struct LoginProbe<'a> {
    worker: &'a Worker,
    token: &'a TokenFacts,
    pin: Mutex<Option<Pin>>,
    final_try: FinalTry,
    signing: Option<(&'a [u8], &'a [u8])>,
}

/// What to do when a wrong code would lock the card.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum FinalTry {
    /// Present nothing.
    Refuse,
    /// Present it all the same: the holder was asked and wants to.
    Spend,
}

impl<'a> LoginProbe<'a> {
    /// `token`: as [`crate::TokenProbe`] saw it.
    pub fn new(worker: &'a Worker, token: &'a TokenFacts, pin: Pin, final_try: FinalTry) -> Self {
        Self { worker, token, pin: Mutex::new(Some(pin)), final_try, signing: None }
    }

    /// After login, also signs with the private key of CKA_ID `key_id` and verifies with
    /// the key of `certificate` (DER): some modules say `CKR_OK` to a login the card refused.
    #[must_use]
    pub fn signing(mut self, key_id: &'a [u8], certificate: &'a [u8]) -> Self {
        self.signing = Some((key_id, certificate));
        self
    }
}

impl std::fmt::Debug for LoginProbe<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "LoginProbe(slot {}, {:?})", self.token.slot, self.final_try)
    }
}

impl Probe for LoginProbe<'_> {
    type Seen = LoginSeen;
    const ID: &'static str = "token.login";

    fn observe(&self) -> LoginSeen {
        let _ = (self.worker, &self.pin, &self.signing);
        LoginSeen::NotTried { reason: NotTried::AlreadyUsed }
    }
}

/// What came of presenting the code porteur. The code itself is in none of it.
#[derive(Clone, Debug, Eq, PartialEq, Serialize, Deserialize)]
#[serde(tag = "login", rename_all = "kebab-case")]
#[non_exhaustive]
pub enum LoginSeen {
    /// Nothing was presented: no try was spent.
    NotTried {
        /// Why.
        reason: NotTried,
    },
    /// The module says the code is right.
    LoggedIn {
        /// What the key said after it.
        signature: SignatureCheck,
    },
    /// The module refused.
    Refused {
        /// What `C_Login` answered.
        failure: ForeignFailure,
        /// The token's flags after it, if they could be read.
        flags: Option<TokenFlags>,
    },
    /// A call failed before, or crashed, or hung; whether a try was spent is not known if it
    /// was `C_Login`.
    Failed(CallFailure),
}

/// Why no code was presented.
#[derive(Clone, Debug, Eq, PartialEq, Serialize, Deserialize)]
#[serde(tag = "why", rename_all = "kebab-case")]
#[non_exhaustive]
pub enum NotTried {
    /// The code has a length no card accepts, or holds something else than digits: an input
    /// error, not a fault of the workstation.
    Shape {
        /// Fewest digits.
        min: u64,
        /// Most digits.
        max: u64,
    },
    /// The card says it is locked.
    Locked {
        /// As read just before.
        flags: TokenFlags,
    },
    /// One try is left.
    FinalTry {
        /// As read just before.
        flags: TokenFlags,
    },
    /// This probe has presented its code already.
    AlreadyUsed,
}

/// What the key said after the login.
#[derive(Clone, Debug, Eq, PartialEq, Serialize, Deserialize)]
#[serde(tag = "signature", rename_all = "kebab-case")]
#[non_exhaustive]
pub enum SignatureCheck {
    /// It was not asked.
    NotAsked,
    /// It signed, and the certificate's key verifies the signature.
    Verified {
        /// How it signed.
        mechanism: SignMechanism,
    },
    /// It signed, and the certificate's key does not verify the signature.
    Wrong {
        /// How it signed.
        mechanism: SignMechanism,
    },
    /// It did not sign.
    Failed {
        /// How it was to sign.
        mechanism: SignMechanism,
        /// Why it did not.
        failure: CallFailure,
    },
    /// The token lists no mechanism tomcheck can verify, or the certificate's key is of an
    /// unknown kind.
    CannotTell,
}

impl Observation for LoginSeen {
    fn findings(&self) -> Vec<Finding> {
        vec![]
    }
}

const STEP: Remedy = Remedy {
    audience: Audience::Holder,
    steps: &[Step::anywhere("Ouvrez CPS Gestion.", "Open CPS Gestion.")],
};

pub(crate) static PIN_LOCKED: FindingKind = FindingKind {
    code: "token.pin-locked",
    severity: Severity::Fault,
    title: Text {
        fr: "La carte est bloquée : trop de codes porteur faux",
        en: "The card is locked: too many wrong codes",
    },
    remedy: STEP,
};
pub(crate) static PIN_FINAL_TRY: FindingKind = FindingKind {
    code: "token.pin-final-try",
    severity: Severity::Warning,
    title: Text {
        fr: "Il ne reste qu’un essai du code porteur avant blocage",
        en: "One try of the code is left before the card locks",
    },
    remedy: STEP,
};
pub(crate) static PIN_COUNT_LOW: FindingKind = FindingKind {
    code: "token.pin-count-low",
    severity: Severity::Warning,
    title: Text {
        fr: "Un code porteur faux a été saisi récemment",
        en: "A wrong code was typed recently",
    },
    remedy: STEP,
};
pub(crate) static PIN_INCORRECT: FindingKind = FindingKind {
    code: "token.pin-incorrect",
    severity: Severity::Fault,
    title: Text {
        fr: "Le code porteur est faux",
        en: "The code is wrong",
    },
    remedy: STEP,
};
pub(crate) static PIN_CANCELLED: FindingKind = FindingKind {
    code: "token.pin-cancelled",
    severity: Severity::Warning,
    title: Text {
        fr: "La saisie du code porteur a été abandonnée",
        en: "Typing the code was given up",
    },
    remedy: STEP,
};
pub(crate) static SIGN_FAILED: FindingKind = FindingKind {
    code: "token.sign-failed",
    severity: Severity::Fault,
    title: Text {
        fr: "La carte ne signe pas",
        en: "The card does not sign",
    },
    remedy: STEP,
};
