//! Does the code porteur open the key?

use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use serde::{Deserialize, Serialize};
use tomcheck_diagnosis::{
    Audience, Evidence, Finding, FindingKind, ForeignFailure, Identity, Observation, Probe, Remedy,
    Severity, Step, Text,
};

use crate::signature::Ways;
use crate::worker::{Approached, Request};
use crate::{
    CallFailure, Pin, PrivateKeys, SignatureCheck, TokenFacts, TokenFlags, Worker, pin, signature,
    token,
};

/// Presents the code porteur once, from here or from the reader's own keys, and signs with the key it opens.
///
/// **Spends a try of the code porteur.** Looks at the token again just before, and does not
/// present a code to another card than that seen before, of a wrong shape, to a locked card, or
/// for the last try unless told to. A second `observe` presents nothing: a wrong code is never tried twice.
/// Talks to the card; each call blocks for at most the worker's deadline per call.
pub struct LoginProbe<'a> {
    worker: &'a Worker,
    token: &'a TokenFacts,
    code: Mutex<Option<Code>>,
    final_try: FinalTry,
    signing: Option<Signing<'a>>,
}

/// With which key to sign after the login, and in how many ways.
struct Signing<'a> {
    key_id: &'a [u8],
    certificate: &'a [u8],
    ways: Ways,
}

/// Where the code comes from.
enum Code {
    Typed(Pin),
    /// On the keys of the reader, within this time.
    OnPinPad(Duration),
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
        Self::with(worker, token, Code::Typed(pin), final_try)
    }

    /// The code is typed on the reader, as a token with [`TokenFlags::pin_pad`] demands. Tell the
    /// holder first. Blocks for at most `limit`; readers give up by themselves after some thirty
    /// seconds.
    ///
    /// Source: PKCS#11 v2.40 §5.6, `C_Login`. Not tried with a real reader of this kind.
    pub fn on_pin_pad(
        worker: &'a Worker,
        token: &'a TokenFacts,
        limit: Duration,
        final_try: FinalTry,
    ) -> Self {
        Self::with(worker, token, Code::OnPinPad(limit), final_try)
    }

    fn with(worker: &'a Worker, token: &'a TokenFacts, code: Code, final_try: FinalTry) -> Self {
        Self {
            worker,
            token,
            code: Mutex::new(Some(code)),
            final_try,
            signing: None,
        }
    }

    /// After login, also signs with the private key of CKA_ID `key_id` and verifies with
    /// the key of `certificate` (DER): some modules say `CKR_OK` to a login the card refused.
    #[must_use]
    pub fn signing(self, key_id: &'a [u8], certificate: &'a [u8]) -> Self {
        self.signing_in(Ways::Each, key_id, certificate)
    }

    /// As [`Self::signing`], but one way that works is enough, PSS before PKCS#1: for who is
    /// about to sign with the key, and waits half a second of a card's for each signature.
    #[must_use]
    pub fn signing_once(self, key_id: &'a [u8], certificate: &'a [u8]) -> Self {
        self.signing_in(Ways::UntilOneWorks, key_id, certificate)
    }

    fn signing_in(mut self, ways: Ways, key_id: &'a [u8], certificate: &'a [u8]) -> Self {
        self.signing = Some(Signing {
            key_id,
            certificate,
            ways,
        });
        self
    }
}

impl std::fmt::Debug for LoginProbe<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(
            f,
            "LoginProbe(slot {}, {:?})",
            self.token.slot, self.final_try
        )
    }
}

impl Probe for LoginProbe<'_> {
    type Seen = LoginSeen;
    const ID: &'static str = "token.login";

    fn observe(&self) -> LoginSeen {
        let taken = self
            .code
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .take();
        let Some(code) = taken else {
            return NotTried::AlreadyUsed.into();
        };
        let slot = self.token.slot;
        let token: Approached = match self.worker.ask(&Request::Approach { slot }) {
            Ok(token) => token,
            Err(failure) => return LoginSeen::Failed(failure),
        };
        match self.objection(&code, &token) {
            Some(reason) => reason.into(),
            None => self.present_spending_a_try(&code),
        }
    }
}

impl LoginProbe<'_> {
    fn flags(&self) -> Result<TokenFlags, CallFailure> {
        self.worker.ask(&Request::Flags {
            slot: self.token.slot,
        })
    }

    fn objection(&self, code: &Code, token: &Approached) -> Option<NotTried> {
        let flags = token.flags;
        let (min, max) = (self.token.pin_min, self.token.pin_max);
        let has_shape = match code {
            Code::Typed(pin) => (min..=max).contains(&(pin.reveal().len() as u64)),
            Code::OnPinPad(_) => true,
        };
        if token.serial != self.token.serial {
            Some(NotTried::OtherCard)
        } else if !flags.login_required() {
            Some(NotTried::NotRequired { flags })
        } else if flags.pin_locked() {
            Some(NotTried::Locked { flags })
        } else if flags.pin_pad() && matches!(code, Code::Typed(_)) {
            Some(NotTried::OnPinPad)
        } else if !has_shape {
            Some(NotTried::Shape { min, max })
        } else if flags.pin_final_try() && self.final_try == FinalTry::Refuse {
            Some(NotTried::FinalTry { flags })
        } else {
            None
        }
    }

    fn present_spending_a_try(&self, code: &Code) -> LoginSeen {
        let slot = self.token.slot;
        let answer = match code {
            Code::Typed(pin) => self.worker.login_spending_a_try(slot, pin),
            Code::OnPinPad(limit) => self.worker.login_on_pin_pad(slot, *limit),
        };
        match answer {
            Ok(keys) => {
                let (signature, further) = self.sign();
                LoginSeen::LoggedIn {
                    signature,
                    further,
                    keys,
                }
            }
            Err(CallFailure::Answered(failure)) if failure.call == "C_Login" => {
                LoginSeen::Refused {
                    failure,
                    flags: self.flags().ok(),
                }
            }
            Err(CallFailure::Hung { call, waited_ms })
                if call == "C_Login" && matches!(code, Code::OnPinPad(_)) =>
            {
                LoginSeen::NotTyped { waited_ms }
            }
            Err(failure) => LoginSeen::Failed(failure),
        }
    }

    fn sign(&self) -> (SignatureCheck, Vec<SignatureCheck>) {
        let Some(signing) = &self.signing else {
            return (SignatureCheck::NotAsked, vec![]);
        };
        let (key_id, certificate) = (signing.key_id, signing.certificate);
        signature::check(self.worker, self.token, key_id, certificate, signing.ways)
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
        /// The same for each other way to sign that the token lists and TLS may want: PSS, for
        /// TLS 1.3. What the token refuses here is no fault; that the module dies of it is. With
        /// [`LoginProbe::signing_once`] only those that were tried before one worked.
        #[serde(default)]
        further: Vec<SignatureCheck>,
        /// The private keys, as they show now.
        keys: PrivateKeys,
    },
    /// The module refused.
    Refused {
        /// What `C_Login` answered.
        failure: ForeignFailure,
        /// The token's flags after it, if they could be read.
        flags: Option<TokenFlags>,
    },
    /// Nobody typed the code on the reader in time: the worker was ended.
    NotTyped {
        /// How long it was waited for.
        waited_ms: u64,
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
    /// The code has a length this card does not accept.
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
    /// The token asks for no code, as on the contactless side of a CPS.
    NotRequired {
        /// As read just before.
        flags: TokenFlags,
    },
    /// The code is to be typed on the reader, not here: see [`LoginProbe::on_pin_pad`].
    OnPinPad,
    /// Another card is in the slot than the one the probe was given, by its serial number.
    OtherCard,
    /// This probe has presented its code already.
    AlreadyUsed,
}

impl From<NotTried> for LoginSeen {
    fn from(reason: NotTried) -> Self {
        Self::NotTried { reason }
    }
}

impl Observation for LoginSeen {
    fn findings(&self) -> Vec<Finding> {
        match self {
            Self::NotTried { reason } => not_tried(reason),
            Self::LoggedIn {
                signature, further, ..
            } => {
                let further = further
                    .iter()
                    .filter_map(SignatureCheck::finding_of_further);
                signature.finding().into_iter().chain(further).collect()
            }
            Self::Refused { failure, flags } => vec![refused(failure, *flags)],
            Self::NotTyped { waited_ms } => {
                vec![Finding::of(&pin::PIN_CANCELLED).with(Evidence::new(
                    "waited",
                    WAITED,
                    format!("{waited_ms} ms"),
                ))]
            }
            Self::Failed(CallFailure::Answered(refusal)) => vec![token::unreadable(refusal)],
            Self::Failed(failure) => failure.finding().into_iter().collect(),
        }
    }

    fn identities(&self) -> Vec<Identity> {
        match self {
            Self::LoggedIn { keys, .. } => keys.identities(),
            _ => vec![],
        }
    }
}

fn not_tried(reason: &NotTried) -> Vec<Finding> {
    match reason {
        NotTried::Locked { flags } | NotTried::FinalTry { flags } => pin::state(*flags),
        NotTried::Shape { min, max } => {
            let accepted = Evidence::new("accepted", ACCEPTED, format!("{min} – {max}"));
            vec![
                Finding::of(&pin::PIN_INCORRECT)
                    .with(accepted)
                    .noting(NO_TRY_SPENT),
            ]
        }
        NotTried::OtherCard => vec![Finding::of(&EXCHANGED)],
        NotTried::NotRequired { .. } | NotTried::OnPinPad | NotTried::AlreadyUsed => vec![],
    }
}

fn refused(failure: &ForeignFailure, flags: Option<TokenFlags>) -> Finding {
    let is_locked = flags.is_some_and(TokenFlags::pin_locked);
    let finding = match failure.code {
        PIN_LOCKED => Finding::of(&pin::PIN_LOCKED),
        PIN_INCORRECT if is_locked => Finding::of(&pin::PIN_LOCKED).noting(WRONG_AND_LOCKED),
        PIN_INCORRECT | PIN_INVALID | PIN_LEN_RANGE => Finding::of(&pin::PIN_INCORRECT),
        FUNCTION_CANCELED | CANCEL => Finding::of(&pin::PIN_CANCELLED),
        _ => Finding::of(&LOGIN_FAILED),
    };
    let last = flags.is_some_and(|flags| flags.pin_final_try() && !is_locked);
    let finding = if last {
        finding.noting(ONE_LEFT)
    } else {
        finding
    };
    finding.with(failure).with_all(flags.map(pin::evidence))
}

const WAITED: Text = Text {
    fr: "attente du code sur le lecteur",
    en: "waited for the code on the reader",
};
const ACCEPTED: Text = Text {
    fr: "longueur acceptée par la carte",
    en: "length the card accepts",
};
const NO_TRY_SPENT: Text = Text {
    fr: "Ce code n'a pas la longueur attendue : il n'a pas été présenté à la carte, aucun essai n'est perdu.",
    en: "This code has not the expected length: it was not shown to the card, no try is lost.",
};
const WRONG_AND_LOCKED: Text = Text {
    fr: "Le code saisi était faux et c'était le dernier essai.",
    en: "The code typed was wrong, and it was the last try.",
};
const ONE_LEFT: Text = Text {
    fr: "Il ne reste qu'un essai : un code faux de plus bloque la carte.",
    en: "One try is left: one more wrong code locks the card.",
};

const CANCEL: i64 = 0x1;
const FUNCTION_CANCELED: i64 = 0x50;
const PIN_INCORRECT: i64 = 0xA0;
const PIN_INVALID: i64 = 0xA1;
const PIN_LEN_RANGE: i64 = 0xA2;
const PIN_LOCKED: i64 = 0xA4;

pub(crate) static LOGIN_FAILED: FindingKind = FindingKind {
    code: "token.login-failed",
    severity: Severity::Fault,
    title: Text {
        fr: "La carte n'a pas pu vérifier le code porteur",
        en: "The card could not verify the code",
    },
    remedy: Remedy {
        audience: Audience::Holder,
        steps: &[
            Step::anywhere(
                "Fermez les autres logiciels qui utilisent la carte, retirez-la, remettez-la et recommencez.",
                "Close the other programs that use the card, take it out, put it back and try again.",
            ),
            Step::anywhere(
                "Si cela recommence, envoyez ce rapport à votre assistance informatique : le numéro ci-dessus dit ce que le module a répondu.",
                "If it happens again, send this report to your IT support: the number above is what the module answered.",
            ),
        ],
    },
};

pub(crate) static EXCHANGED: FindingKind = FindingKind {
    code: "token.exchanged",
    severity: Severity::Fault,
    title: Text {
        fr: "La carte a été échangée contre une autre avant la présentation du code porteur",
        en: "The card was exchanged for another one before the code was presented",
    },
    remedy: Remedy {
        audience: Audience::Holder,
        steps: &[Step::anywhere(
            "Le code n'a été présenté à aucune des deux cartes, aucun essai n'est perdu : laissez dans le lecteur la carte à utiliser, puis relancez `tomcheck --with-pin`.",
            "The code was presented to neither card, no try is lost: leave the card to be used in the reader, then run `tomcheck --with-pin` again.",
        )],
    },
};

#[cfg(test)]
mod tests {
    use super::*;
    use crate::names::answered;

    fn only(seen: &LoginSeen) -> Finding {
        let mut findings = seen.findings();
        assert_eq!(findings.len(), 1, "{findings:?}");
        findings.remove(0)
    }

    fn refused(rv: u64, flags: Option<u64>) -> Finding {
        let failure = answered("C_Login", rv);
        only(&LoginSeen::Refused {
            failure,
            flags: flags.map(TokenFlags::from),
        })
    }

    #[test]
    fn a_wrong_code_is_said_with_what_is_left() {
        let finding = refused(0xA0, Some(0x1_040D));
        assert_eq!(
            (finding.kind.code, finding.note),
            ("token.pin-incorrect", None)
        );
        let finding = refused(0xA0, Some(0x3_040D));
        assert_eq!(
            (finding.kind.code, finding.note),
            ("token.pin-incorrect", Some(ONE_LEFT))
        );
        assert_eq!(finding.evidence[0].key, "C_Login");
    }

    #[test]
    fn a_wrong_code_that_locks_the_card_is_a_locked_card() {
        let finding = refused(0xA0, Some(0x4_040D));
        assert_eq!(
            (finding.kind.code, finding.note),
            ("token.pin-locked", Some(WRONG_AND_LOCKED))
        );
        assert_eq!(refused(0xA4, None).kind.code, "token.pin-locked");
    }

    #[test]
    fn a_code_given_up_on_the_keypad_is_no_wrong_code() {
        assert_eq!(refused(0x50, None).kind.code, "token.pin-cancelled");
    }

    #[test]
    fn any_other_answer_to_the_login_keeps_its_number() {
        let finding = refused(0x32, None);
        assert_eq!(finding.kind.code, "token.login-failed");
        assert_eq!(
            finding.evidence[0].machine(tomcheck_diagnosis::Lang::En),
            "CKR_DEVICE_REMOVED 0x32"
        );
    }

    #[test]
    fn what_was_not_tried_is_judged_by_its_reason() {
        let code = |reason| only(&LoginSeen::NotTried { reason }).kind.code;
        let flags = |raw: u64| TokenFlags::from(raw);
        assert_eq!(
            code(NotTried::FinalTry {
                flags: flags(0x2_0000)
            }),
            "token.pin-final-try"
        );
        assert_eq!(
            code(NotTried::Locked {
                flags: flags(0x4_0000)
            }),
            "token.pin-locked"
        );
        assert_eq!(
            code(NotTried::Shape { min: 6, max: 8 }),
            "token.pin-incorrect"
        );
    }
}
