//! How does the TLS layer sign with the certificate layer's key? Neither knows the other.

use std::sync::Arc;
use std::time::Duration;

use tomcheck_cert::{CallFailure, SignMechanism, SignatureCheck, SigningPool, TokenFacts, Worker};
use tomcheck_diagnosis::{Deadline, ForeignFailure};
use tomcheck_tls::{Curve, Hash, Mechanism, SignWith, Signer};

/// Signs with the card, through the worker process.
struct CardSigner {
    worker: Arc<Worker>,
    slot: u64,
    key_id: Vec<u8>,
    /// How long each signature may take; none: as long as the worker has for all.
    each: Option<Duration>,
}

impl Signer for CardSigner {
    fn sign(&self, with: SignWith, data: &[u8]) -> Result<Vec<u8>, ForeignFailure> {
        if let Some(each) = self.each {
            self.worker.set_deadline(Deadline::after(each));
        }
        self.worker
            .sign(self.slot, &self.key_id, mechanism(with), data)
            .map_err(as_foreign)
    }
}

/// Signs with the card, through the module in this process, for several threads at once.
struct PoolSigner(SigningPool);

impl Signer for PoolSigner {
    fn sign(&self, with: SignWith, data: &[u8]) -> Result<Vec<u8>, ForeignFailure> {
        self.0.sign(mechanism(with), data).map_err(as_foreign)
    }
}

/// The key of CKA_ID `key_id`, wherever `worker` holds its module. Where a module in this process
/// gives no pool, its worker signs, one after the other; `each`: within what time, where the
/// worker's own deadline is not the signature's.
pub(crate) fn signer(
    worker: &Arc<Worker>,
    slot: u64,
    key_id: &[u8],
    each: Option<Duration>,
) -> Arc<dyn Signer> {
    match SigningPool::new(Arc::clone(worker), slot, key_id) {
        Ok(pool) => Arc::new(PoolSigner(pool)),
        Err(_) => Arc::new(CardSigner {
            worker: Arc::clone(worker),
            slot,
            key_id: key_id.to_vec(),
            each,
        }),
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

/// What the token can do, in the TLS layer's words; not what `tried` after the login saw it
/// refuse or do wrong.
///
/// Source: PKCS#11 v2.40 §2.1 (mechanism numbers). A token that lists `CKM_RSA_PKCS_PSS` is
/// believed for SHA-256; for the longer hashes it must list the combined mechanism, because
/// the Cryptolib lists PSS for a CPS4 and refuses all but SHA-256.
pub(crate) fn mechanisms(token: &TokenFacts, tried: &[SignatureCheck]) -> Vec<Mechanism> {
    let has = |number| token.has_mechanism(number);
    let pss = [
        (CKM_RSA_PKCS_PSS, Hash::Sha256),
        (CKM_SHA384_RSA_PKCS_PSS, Hash::Sha384),
        (CKM_SHA512_RSA_PKCS_PSS, Hash::Sha512),
    ];
    let signs_pss = has(CKM_RSA_PKCS_PSS) && !tried.iter().any(is_pss_that_failed);
    let hashes: Vec<Hash> = match signs_pss {
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

/// A trial that was not made says nothing of the key.
fn is_pss_that_failed(check: &SignatureCheck) -> bool {
    let mechanism = match check {
        SignatureCheck::Wrong { mechanism } => mechanism,
        SignatureCheck::Failed {
            mechanism,
            failure:
                CallFailure::Answered(_)
                | CallFailure::Nonsense { .. }
                | CallFailure::Crashed { .. }
                | CallFailure::Hung { .. },
        } => mechanism,
        _ => return false,
    };
    matches!(mechanism, SignMechanism::RsaPkcsPss { .. })
}

const CKM_RSA_PKCS: u64 = 0x1;
const CKM_RSA_PKCS_PSS: u64 = 0xD;
const CKM_SHA384_RSA_PKCS_PSS: u64 = 0x44;
const CKM_SHA512_RSA_PKCS_PSS: u64 = 0x45;
const CKM_ECDSA: u64 = 0x1041;

#[cfg(test)]
mod tests {
    use super::*;

    fn token() -> TokenFacts {
        let listed = [CKM_RSA_PKCS, CKM_RSA_PKCS_PSS, CKM_SHA384_RSA_PKCS_PSS];
        let listed = listed.map(|number| serde_json::json!({ "number": number, "name": null }));
        serde_json::from_value(serde_json::json!({
            "slot": 0, "reader": null, "label": "", "manufacturer": "", "model": "", "serial": "",
            "flags": { "raw": 0x40D }, "pin_min": 4, "pin_max": 8, "certificates": [],
            "mechanisms": listed,
            "private_keys": "hidden-until-login",
        }))
        .unwrap()
    }

    fn pss() -> SignMechanism {
        SignMechanism::RsaPkcsPss {
            hash: tomcheck_cert::Hash::Sha256,
            salt: 32,
        }
    }

    fn failed(failure: CallFailure) -> SignatureCheck {
        let mechanism = pss();
        SignatureCheck::Failed { mechanism, failure }
    }

    #[test]
    fn what_the_token_lists_is_offered_but_not_pss_that_failed() {
        let listed = [
            Mechanism::RsaPkcs1,
            Mechanism::RsaPss(vec![Hash::Sha256, Hash::Sha384]),
        ];
        assert_eq!(mechanisms(&token(), &[]), listed);
        let verified = SignatureCheck::Verified { mechanism: pss() };
        let refusal = ForeignFailure::new("C_SignInit", 0x70);
        let unanswered = failed(CallFailure::OutOfTime);
        assert_eq!(mechanisms(&token(), &[verified, unanswered]), listed);
        let wrong = SignatureCheck::Wrong { mechanism: pss() };
        let call = "C_Sign".to_owned();
        let hung = CallFailure::Hung { call, waited_ms: 9 };
        for check in [failed(CallFailure::Answered(refusal)), failed(hung), wrong] {
            assert_eq!(mechanisms(&token(), &[check]), [Mechanism::RsaPkcs1]);
        }
    }
}

#[cfg(all(test, target_os = "linux"))]
mod with_a_card {
    use tomcheck_cert::{FinalTry, InitialiseProbe, LoginProbe, LoginSeen, Pin, TokenProbe};
    use tomcheck_diagnosis::Probe;
    use tomcheck_testkit::{
        CardOptions, Holder, Pki, Profile, Purpose, Variant, isolated, modules,
    };

    use super::*;

    const PATIENCE: Duration = Duration::from_secs(20);

    fn digest_info() -> Vec<u8> {
        vec![7; 51]
    }

    #[test]
    fn a_client_s_signature_has_its_own_time_long_after_the_card_was_opened() {
        isolated(|station| {
            let holder = Pki::shared().person(Holder::Cpe, Purpose::Authentication, Variant::Valid);
            let options = CardOptions::new()
                .authentication_pair(holder.key().clone(), holder.certificate_der());
            let _card = station.insert(Profile::Piv, options).unwrap();
            let worker = Worker::in_process(&modules::opensc().unwrap(), PATIENCE).unwrap();
            let worker = Arc::new(worker);
            InitialiseProbe::new(&worker).observe();
            let seen = TokenProbe::new(&worker, None).observe();
            let token = seen.token().unwrap();
            let pin = Pin::parse("1234".to_owned().into()).unwrap();
            let login = LoginProbe::new(&worker, token, pin, FinalTry::Refuse).observe();
            assert!(matches!(login, LoginSeen::LoggedIn { .. }), "{login:?}");
            let key_id = token.certificates.first().unwrap().id.clone();
            let signed = |each| {
                worker.set_deadline(Deadline::after(Duration::ZERO));
                let signer = CardSigner {
                    worker: Arc::clone(&worker),
                    slot: token.slot,
                    key_id: key_id.clone(),
                    each,
                };
                signer.sign(SignWith::RsaPkcs1, &digest_info())
            };
            assert!(signed(None).is_err());
            assert_eq!(signed(Some(PATIENCE)).unwrap().len(), 256);
        });
    }
}
