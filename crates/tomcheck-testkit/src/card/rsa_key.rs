//! What does the card compute with its private keys?

use rsa::{
    BigUint, Pss, RsaPrivateKey, hazmat::rsa_decrypt_and_check, rand_core::OsRng,
    traits::PublicKeyParts as _,
};
use sha1::Sha1;
use sha2::Sha256;

use super::{hash::Hash, status::Status};

/// An RSA private key as a card uses it.
#[derive(Clone)]
pub(super) struct RsaKey(RsaPrivateKey);

impl RsaKey {
    pub(super) fn new(key: RsaPrivateKey) -> Self {
        Self(key)
    }

    /// Bytes of the modulus.
    pub(super) fn size(&self) -> usize {
        self.0.size()
    }

    /// The private operation on a block of the modulus' size. Source: RFC 8017 §5.1.2.
    pub(super) fn raw(&self, block: &[u8]) -> Result<Vec<u8>, Status> {
        if block.len() != self.size() {
            return Err(Status::WRONG_DATA);
        }
        // no blinding: nobody measures a virtual card
        let unblinded = None::<&mut OsRng>;
        let number = rsa_decrypt_and_check(&self.0, unblinded, &BigUint::from_bytes_be(block))
            .map_err(|_| Status::WRONG_DATA)?;
        let digits = number.to_bytes_be();
        let mut result = vec![0; block.len().saturating_sub(digits.len())];
        result.extend(digits);
        Ok(result)
    }

    /// A block of type 1 around the payload, then the private operation. Source: RFC 8017 §9.2.
    pub(super) fn sign(&self, payload: &[u8]) -> Result<Vec<u8>, Status> {
        let fill = self
            .size()
            .checked_sub(payload.len() + 3)
            .filter(|&fill| fill >= 8);
        let fill = fill.ok_or(Status::WRONG_DATA)?;
        let mut block = vec![0x00, 0x01];
        block.resize(2 + fill, 0xFF);
        block.push(0x00);
        block.extend_from_slice(payload);
        self.raw(&block)
    }

    /// A PSS signature of a digest, with a salt as long as it. Source: RFC 8017 §8.1.1.
    pub(super) fn sign_pss(&self, hash: Hash, digest: &[u8]) -> Result<Vec<u8>, Status> {
        let scheme = match hash {
            Hash::Sha1 => Pss::new_with_salt::<Sha1>(hash.size()),
            Hash::Sha256 => Pss::new_with_salt::<Sha256>(hash.size()),
        };
        self.0
            .sign_with_rng(&mut OsRng, scheme, digest)
            .map_err(|_| Status::WRONG_DATA)
    }
}
