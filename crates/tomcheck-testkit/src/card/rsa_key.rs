//! What does the card compute with its private keys?

use rsa::{BigUint, RsaPrivateKey, hazmat::rsa_decrypt_and_check, traits::PublicKeyParts as _};

use super::status::Status;

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
        let unblinded = None::<&mut rsa::rand_core::OsRng>;
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
}
