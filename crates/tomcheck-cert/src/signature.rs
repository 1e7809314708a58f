//! Does the key of the card sign, and does its certificate verify it?

use ring::digest;
use ring::signature::{
    self, ECDSA_P256_SHA256_FIXED, ECDSA_P384_SHA384_FIXED, RSA_PSS_2048_8192_SHA256,
    UnparsedPublicKey, VerificationAlgorithm,
};
use serde::{Deserialize, Serialize};
use tomcheck_diagnosis::{Audience, Evidence, Finding, FindingKind, Remedy, Severity, Step, Text};
use x509_parser::prelude::{FromDer, X509Certificate};
use x509_parser::public_key::PublicKey;

use crate::{CallFailure, Hash, SignMechanism, TokenFacts, Worker};

/// What the key said after the login.
#[derive(Clone, Debug, Eq, PartialEq, Serialize, Deserialize)]
#[serde(tag = "check", rename_all = "kebab-case")]
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

impl SignatureCheck {
    pub(crate) fn finding(&self) -> Option<Finding> {
        match self {
            Self::NotAsked | Self::Verified { .. } | Self::CannotTell => None,
            Self::Failed {
                failure: CallFailure::OutOfTime,
                ..
            } => None,
            Self::Wrong { mechanism } => Some(
                Finding::of(&SIGN_FAILED)
                    .with(spelt(*mechanism))
                    .noting(NOT_VERIFIED),
            ),
            Self::Failed { mechanism, failure } => Some(failed(*mechanism, failure)),
        }
    }
}

impl SignatureCheck {
    /// What one of several ways to sign comes to, where another works: that the token refuses it
    /// or does it wrong is no fault, that the module dies of it is.
    pub(crate) fn finding_of_further(&self) -> Option<Finding> {
        match self {
            Self::Failed { failure, .. } if failure.ends_the_worker() => self.finding(),
            _ => None,
        }
    }

    /// Whether no other way is tried after this one: none answers any more, or it was enough.
    fn ends(&self, ways: Ways) -> bool {
        match self {
            Self::Failed { failure, .. } => !matches!(
                failure,
                CallFailure::Answered(_) | CallFailure::Nonsense { .. }
            ),
            Self::Verified { .. } => ways == Ways::UntilOneWorks,
            _ => false,
        }
    }
}

fn failed(mechanism: SignMechanism, failure: &CallFailure) -> Finding {
    let finding = match failure {
        CallFailure::NoSuchKey { .. } => Finding::of(&SIGN_FAILED).noting(NO_KEY),
        CallFailure::Answered(failure) => Finding::of(&SIGN_FAILED).with(failure),
        other => other.finding().unwrap_or_else(|| Finding::of(&SIGN_FAILED)),
    };
    finding.with(spelt(mechanism))
}

fn spelt(mechanism: SignMechanism) -> Evidence {
    Evidence::raw("CK_MECHANISM", mechanism.name())
}

/// How many ways to sign are tried.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Ways {
    /// All that TLS may want and the token lists, the one every card has first.
    Each,
    /// From the one TLS 1.3 wants on, until one works.
    UntilOneWorks,
}

/// Signs one sentence with the key of CKA_ID `key_id` in the `ways` that TLS may want and the token
/// lists, and verifies each signature with the key of `certificate` (DER). Talks to the card,
/// once for each way.
///
/// The first of the answer is the one that decides whether the key signs: the way every card has,
/// or the one that was tried last. A token that lists another and does not sign so, as a CPS4 does
/// for PSS with a hash other than SHA-256, can be used all the same.
pub(crate) fn check(
    worker: &Worker,
    token: &TokenFacts,
    key_id: &[u8],
    certificate: &[u8],
    ways: Ways,
) -> (SignatureCheck, Vec<SignatureCheck>) {
    let mut trials = Trial::fitting(token, certificate).unwrap_or_default();
    if ways == Ways::UntilOneWorks {
        trials.reverse();
    }
    let mut checks = Vec::new();
    for trial in trials {
        let check = trial.check(worker, token.slot, key_id);
        let is_over = check.ends(ways);
        checks.push(check);
        if is_over {
            break;
        }
    }
    let deciding = match ways {
        Ways::Each => (!checks.is_empty()).then(|| checks.remove(0)),
        Ways::UntilOneWorks => checks.pop(),
    };
    (deciding.unwrap_or(SignatureCheck::CannotTell), checks)
}

/// One way to sign that the token has and that we can verify.
struct Trial {
    mechanism: SignMechanism,
    /// What the mechanism wants to be given.
    data: Vec<u8>,
    algorithm: &'static dyn VerificationAlgorithm,
    key: Vec<u8>,
}

impl Trial {
    fn fitting(token: &TokenFacts, certificate: &[u8]) -> Option<Vec<Self>> {
        let (_, certificate) = X509Certificate::from_der(certificate).ok()?;
        let spki = certificate.public_key();
        let ways = match spki.parsed().ok()? {
            PublicKey::RSA(_) => rsa(token),
            PublicKey::EC(point) if token.has_mechanism(ECDSA) => {
                ecdsa(point.key_size()).into_iter().collect()
            }
            _ => return None,
        };
        let trial = |(mechanism, data, algorithm): Way| Self {
            mechanism,
            data,
            algorithm,
            key: spki.subject_public_key.data.to_vec(),
        };
        Some(ways.into_iter().map(trial).collect())
    }

    fn check(&self, worker: &Worker, slot: u64, key_id: &[u8]) -> SignatureCheck {
        let mechanism = self.mechanism;
        match worker.sign(slot, key_id, mechanism, &self.data) {
            Err(failure) => SignatureCheck::Failed { mechanism, failure },
            Ok(signature) if self.verifies(&signature) => SignatureCheck::Verified { mechanism },
            Ok(_) => SignatureCheck::Wrong { mechanism },
        }
    }

    fn verifies(&self, signature: &[u8]) -> bool {
        let key = UnparsedPublicKey::new(self.algorithm, &self.key);
        key.verify(SENTENCE, signature).is_ok()
    }
}

type Way = (SignMechanism, Vec<u8>, &'static dyn VerificationAlgorithm);

/// PKCS#1 first: a CPS3 has nothing else. TLS 1.3 wants PSS.
fn rsa(token: &TokenFacts) -> Vec<Way> {
    let digest = digest::digest(&digest::SHA256, SENTENCE);
    let data = [SHA256_INFO, digest.as_ref()].concat();
    let algorithm = &signature::RSA_PKCS1_1024_8192_SHA256_FOR_LEGACY_USE_ONLY;
    let pkcs1 = (SignMechanism::RsaPkcs, data, algorithm as _);
    let pss = SignMechanism::RsaPkcsPss {
        hash: Hash::Sha256,
        salt: 32,
    };
    let data = digest.as_ref().to_vec();
    let pss = (pss, data, &RSA_PSS_2048_8192_SHA256 as _);
    let ways = [(RSA_PKCS, pkcs1), (RSA_PKCS_PSS, pss)].into_iter();
    let listed = ways.filter(|(number, _)| token.has_mechanism(*number));
    listed.map(|(_, way)| way).collect()
}

fn ecdsa(bits: usize) -> Option<Way> {
    let (hash, algorithm): (_, &'static dyn VerificationAlgorithm) = match bits {
        256 => (&digest::SHA256, &ECDSA_P256_SHA256_FIXED),
        384 => (&digest::SHA384, &ECDSA_P384_SHA384_FIXED),
        _ => return None,
    };
    let data = digest::digest(hash, SENTENCE).as_ref().to_vec();
    Some((SignMechanism::Ecdsa, data, algorithm))
}

/// Nobody can use a signature of this sentence for anything.
const SENTENCE: &[u8] = b"tomcheck: this signature shows that the key of this card signs";

/// Source: RFC 8017 §9.2, note 1.
const SHA256_INFO: &[u8] = &[
    0x30, 0x31, 0x30, 0x0d, 0x06, 0x09, 0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x02, 0x01, 0x05,
    0x00, 0x04, 0x20,
];

const RSA_PKCS: u64 = 0x1;
const RSA_PKCS_PSS: u64 = 0xD;
const ECDSA: u64 = 0x1041;

const NOT_VERIFIED: Text = Text {
    fr: "La carte a rendu une signature que la clé de son certificat ne vérifie pas.",
    en: "The card gave a signature that the key of its certificate does not verify.",
};
const NO_KEY: Text = Text {
    fr: "La clé privée du certificat n'est pas sur la carte.",
    en: "The private key of the certificate is not on the card.",
};

pub(crate) static SIGN_FAILED: FindingKind = FindingKind {
    code: "token.sign-failed",
    severity: Severity::Fault,
    title: Text {
        fr: "Le code porteur est accepté, mais la carte ne signe pas",
        en: "The code is accepted, but the card does not sign",
    },
    remedy: Remedy {
        audience: Audience::Technician,
        steps: &[
            Step::anywhere(
                "Retirez la carte, remettez-la et recommencez ; essayez-la aussi sur un autre poste.",
                "Take the card out, put it back and try again; try it on another machine too.",
            ),
            Step::anywhere(
                "Si elle signe ailleurs, installez la dernière version de la Cryptolib CPS depuis https://esante.gouv.fr.",
                "If it signs elsewhere, install the latest version of the Cryptolib CPS from https://esante.gouv.fr.",
            ),
            Step::anywhere(
                "Si elle ne signe nulle part, demandez son remplacement au service client de l'ANS.",
                "If it signs nowhere, ask the client service of the ANS to replace it.",
            ),
        ],
    },
};

#[cfg(test)]
mod tests {
    use super::*;
    use crate::names::answered;

    #[test]
    fn a_key_that_does_not_sign_is_judged_with_the_number_it_gave() {
        let failure = CallFailure::Answered(answered("C_Sign", 0x54));
        let mechanism = SignMechanism::RsaPkcs;
        let finding = SignatureCheck::Failed { mechanism, failure }
            .finding()
            .unwrap();
        assert_eq!(finding.kind.code, "token.sign-failed");
        assert_eq!(
            finding.evidence[0].machine(tomcheck_diagnosis::Lang::En),
            "CKR_FUNCTION_NOT_SUPPORTED 0x54"
        );
    }

    #[test]
    fn a_signature_that_does_not_verify_is_as_bad_as_none() {
        let finding = SignatureCheck::Wrong {
            mechanism: SignMechanism::Ecdsa,
        }
        .finding()
        .unwrap();
        assert_eq!(
            (finding.kind.code, finding.note),
            ("token.sign-failed", Some(NOT_VERIFIED))
        );
    }

    #[test]
    fn what_the_module_answers_leaves_another_way_to_be_tried_and_its_silence_does_not() {
        let failed = |failure| SignatureCheck::Failed {
            mechanism: SignMechanism::RsaPkcs,
            failure,
        };
        let nonsense = CallFailure::Nonsense {
            call: "C_Sign".to_owned(),
            said: 4_294_967_295,
            most: 512,
        };
        for ways in [Ways::Each, Ways::UntilOneWorks] {
            assert!(!failed(nonsense.clone()).ends(ways));
            assert!(!failed(CallFailure::Answered(answered("C_SignInit", 0x70))).ends(ways));
            assert!(failed(CallFailure::OutOfTime).ends(ways));
        }
    }

    #[test]
    fn a_hang_while_signing_is_a_hang() {
        let failure = CallFailure::Hung {
            call: "C_Sign".to_owned(),
            waited_ms: 10,
        };
        let mechanism = SignMechanism::RsaPkcs;
        let finding = SignatureCheck::Failed { mechanism, failure }
            .finding()
            .unwrap();
        assert_eq!(finding.kind.code, "module.hung");
    }

    #[test]
    fn a_good_signature_and_an_unasked_one_are_no_finding() {
        let good = SignatureCheck::Verified {
            mechanism: SignMechanism::RsaPkcs,
        };
        assert_eq!(
            (good.finding(), SignatureCheck::NotAsked.finding()),
            (None, None)
        );
    }
}
