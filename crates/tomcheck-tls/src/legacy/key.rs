//! How does the card's key sign for OpenSSL?

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Instant;

use openssl::nid::Nid;
use openssl::pkey::{PKey, Private};
use openssl::x509::X509;

use crate::credential::{Credential, Curve, Hash, SignWith, Signer};
use crate::rustls_adapter::{Shared, Signing};
use crate::scheme::{MD5_SHA1, number_of};
use crate::signing::{digest_info, ecdsa_der};
use crate::sys::{How, KeyElsewhere, key_elsewhere};

/// A certificate, its issuers and its key, as OpenSSL holds them.
pub(super) struct Identity {
    pub(super) leaf: X509,
    pub(super) issuers: Vec<X509>,
    pub(super) key: PKey<Private>,
}

impl Identity {
    /// None: there is no right to use the key, or OpenSSL cannot read the certificate.
    pub(super) fn of(credential: &Credential, ledger: &Shared) -> Option<Self> {
        let signer = credential.signer.clone()?;
        let (leaf, issuers) = credential.chain.split_first()?;
        let leaf = X509::from_der(leaf).ok()?;
        let key = CardKey {
            signer,
            asked: AtomicBool::new(false),
            ledger: ledger.clone(),
        };
        let key = key_elsewhere(&*leaf.public_key().ok()?, Box::new(key))?;
        let issuers = issuers.iter().filter_map(|der| X509::from_der(der).ok());
        Some(Self {
            leaf,
            issuers: issuers.collect(),
            key,
        })
    }
}

/// Asks the card once, whatever the server wants.
struct CardKey {
    signer: Arc<dyn Signer>,
    asked: AtomicBool,
    ledger: Shared,
}

impl KeyElsewhere for CardKey {
    /// Blocks as long as the card works.
    fn sign(&self, how: How, digest: &[u8]) -> Option<Vec<u8>> {
        let (number, with, data) = wanted(how, digest)?;
        if self.asked.swap(true, Ordering::SeqCst) {
            return None;
        }
        self.ledger
            .with(|ledger| ledger.signing = Some(Signing::begin(number)));
        let signed = self.signer.sign(with, &data);
        self.ledger.with(|ledger| {
            if let Some(signing) = &mut ledger.signing {
                let outcome = signed.as_ref().map(|_| ()).map_err(Clone::clone);
                signing.ended = Some((Instant::now(), outcome));
            }
        });
        let signature = signed.ok()?;
        Some(match with {
            SignWith::Ecdsa(_) => ecdsa_der(&signature),
            SignWith::RsaPkcs1 | SignWith::RsaPss(_) => signature,
        })
    }
}

/// The scheme's number, how the card makes it, and of what. None: no card makes it.
fn wanted(how: How, digest: &[u8]) -> Option<(u16, SignWith, Vec<u8>)> {
    // TLS 1.0 and 1.1 sign the two digests bare (RFC 4346 §7.4.3)
    if how == How::Pkcs1(Nid::MD5_SHA1) {
        return Some((MD5_SHA1, SignWith::RsaPkcs1, digest.to_vec()));
    }
    let (with, hash) = match how {
        How::Pkcs1(nid) => (SignWith::RsaPkcs1, hash_of(nid)?),
        How::Pss(nid) => (SignWith::RsaPss(hash_of(nid)?), hash_of(nid)?),
        How::Ecdsa(Nid::SHA256) => (SignWith::Ecdsa(Curve::P256), Hash::Sha256),
        How::Ecdsa(Nid::SHA384) => (SignWith::Ecdsa(Curve::P384), Hash::Sha384),
        How::Ecdsa(_) => return None,
    };
    let data = match with {
        SignWith::RsaPkcs1 => digest_info(hash, digest),
        SignWith::RsaPss(_) | SignWith::Ecdsa(_) => digest.to_vec(),
    };
    Some((number_of(with, hash)?, with, data))
}

fn hash_of(nid: Nid) -> Option<Hash> {
    match nid {
        Nid::SHA256 => Some(Hash::Sha256),
        Nid::SHA384 => Some(Hash::Sha384),
        Nid::SHA512 => Some(Hash::Sha512),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use openssl::ec::{EcGroup, EcKey};
    use openssl::ecdsa::EcdsaSig;
    use openssl::hash::MessageDigest;
    use openssl::rsa::{Padding, Rsa};
    use openssl::sign::{Signer as Signing, Verifier};
    use tomcheck_diagnosis::ForeignFailure;

    use super::*;

    /// A card's key, kept by OpenSSL itself.
    struct Kept(PKey<Private>);

    impl Signer for Kept {
        fn sign(&self, with: SignWith, data: &[u8]) -> Result<Vec<u8>, ForeignFailure> {
            Ok(match with {
                SignWith::RsaPkcs1 => {
                    let mut block = vec![0; self.0.size()];
                    let rsa = self.0.rsa().unwrap();
                    rsa.private_encrypt(data, &mut block, Padding::PKCS1)
                        .unwrap();
                    block
                }
                SignWith::Ecdsa(_) => {
                    let made = EcdsaSig::sign(data, &self.0.ec_key().unwrap()).unwrap();
                    [made.r(), made.s()]
                        .map(|n| n.to_vec_padded(32).unwrap())
                        .concat()
                }
                SignWith::RsaPss(_) => return Err(ForeignFailure::new("C_Sign", 0x70)),
            })
        }
    }

    fn card_key(private: &PKey<Private>, ledger: &Shared) -> PKey<Private> {
        let key = CardKey {
            signer: Arc::new(Kept(private.clone())),
            asked: AtomicBool::new(false),
            ledger: ledger.clone(),
        };
        let public = PKey::public_key_from_der(&private.public_key_to_der().unwrap());
        key_elsewhere(&public.unwrap(), Box::new(key)).unwrap()
    }

    fn sign(key: &PKey<Private>) -> Option<Vec<u8>> {
        let mut signing = Signing::new(MessageDigest::sha256(), key).ok()?;
        signing.sign_oneshot_to_vec(b"message").ok()
    }

    #[test]
    fn both_kinds_of_key_sign_once_and_their_own_public_key_verifies_it() {
        let p256 = EcGroup::from_curve_name(Nid::X9_62_PRIME256V1).unwrap();
        let ec = PKey::from_ec_key(EcKey::generate(&p256).unwrap()).unwrap();
        let rsa = PKey::from_rsa(Rsa::generate(2048).unwrap()).unwrap();
        for private in [ec, rsa] {
            let ledger = Shared::default();
            let key = card_key(&private, &ledger);
            let signature = sign(&key).unwrap();
            let mut verifier = Verifier::new(MessageDigest::sha256(), &private).unwrap();
            assert!(verifier.verify_oneshot(&signature, b"message").unwrap());
            assert_eq!(sign(&key), None);
            assert!(!ledger.with(|ledger| ledger.has_failed_to_sign()));
        }
    }

    #[test]
    fn other_keys_of_the_process_still_sign_by_themselves() {
        let private = PKey::from_rsa(Rsa::generate(2048).unwrap()).unwrap();
        let ledger = Shared::default();
        let card = card_key(&private, &ledger);
        assert!(sign(&private).is_some() && sign(&private).is_some());
        assert!(ledger.with(|ledger| ledger.signing.is_none()));
        drop(card);
        assert!(sign(&private).is_some());
    }

    #[test]
    fn a_card_that_refuses_makes_no_signature_and_what_it_said_is_kept() {
        let private = PKey::from_rsa(Rsa::generate(2048).unwrap()).unwrap();
        let ledger = Shared::default();
        let key = card_key(&private, &ledger);
        let mut signing = Signing::new(MessageDigest::sha256(), &key).unwrap();
        signing.set_rsa_padding(Padding::PKCS1_PSS).unwrap();
        assert!(signing.sign_oneshot_to_vec(b"message").is_err());
        assert!(ledger.with(|ledger| ledger.has_failed_to_sign()));
    }
}
