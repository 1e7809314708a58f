//! What exactly does the key sign?

use ring::digest::{self, digest};
use tomcheck_diagnosis::ForeignFailure;

use crate::credential::{Hash, SignWith, Signer};
use crate::scheme::way_of;

/// Asks `signer` for the signature of `message` in scheme `number`; none: no card makes it.
pub(crate) fn sign(
    signer: &dyn Signer,
    number: u16,
    message: &[u8],
) -> Option<Result<Vec<u8>, ForeignFailure>> {
    let (with, hash) = way_of(number)?;
    let digest = digest(algorithm(hash), message);
    let data = match with {
        SignWith::RsaPkcs1 => digest_info(hash, digest.as_ref()),
        SignWith::RsaPss(_) | SignWith::Ecdsa(_) => digest.as_ref().to_vec(),
    };
    let signature = signer.sign(with, &data);
    Some(match with {
        SignWith::Ecdsa(_) => signature.map(|fixed| ecdsa_der(&fixed)),
        SignWith::RsaPkcs1 | SignWith::RsaPss(_) => signature,
    })
}

fn algorithm(hash: Hash) -> &'static digest::Algorithm {
    match hash {
        Hash::Sha256 => &digest::SHA256,
        Hash::Sha384 => &digest::SHA384,
        Hash::Sha512 => &digest::SHA512,
    }
}

/// Source: RFC 8017 §9.2, note 1.
pub(crate) fn digest_info(hash: Hash, digest: &[u8]) -> Vec<u8> {
    let (arc, length) = match hash {
        Hash::Sha256 => (1, 32),
        Hash::Sha384 => (2, 48),
        Hash::Sha512 => (3, 64),
    };
    let mut info = vec![0x30, 17 + length, 0x30, 13, 6, 9];
    info.extend_from_slice(&[0x60, 0x86, 0x48, 1, 0x65, 3, 4, 2, arc]);
    info.extend_from_slice(&[5, 0, 4, length]);
    info.extend_from_slice(digest);
    info
}

/// PKCS#11 gives r ‖ s, TLS wants `SEQUENCE { INTEGER r, INTEGER s }` (RFC 3279 §2.2.3).
/// Both fit a one-byte length: P-384 is the longest curve.
pub(crate) fn ecdsa_der(fixed: &[u8]) -> Vec<u8> {
    let (r, s) = fixed.split_at(fixed.len() / 2);
    let body = [integer(r), integer(s)].concat();
    let length = u8::try_from(body.len()).unwrap_or(u8::MAX);
    [&[0x30, length][..], &body].concat()
}

fn integer(bytes: &[u8]) -> Vec<u8> {
    let zeros = bytes.iter().take_while(|byte| **byte == 0).count();
    let digits = bytes.get(zeros..).unwrap_or_default();
    let padding: &[u8] = match digits.first() {
        Some(first) if *first < 0x80 => &[],
        _ => &[0],
    };
    let length = u8::try_from(padding.len() + digits.len()).unwrap_or(u8::MAX);
    [&[2, length][..], padding, digits].concat()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Gives back what it was asked to sign.
    struct Echo;

    impl Signer for Echo {
        fn sign(&self, _: SignWith, data: &[u8]) -> Result<Vec<u8>, ForeignFailure> {
            Ok(data.to_vec())
        }
    }

    #[test]
    fn pkcs1_signs_a_digest_info_pss_the_bare_digest() {
        let pkcs1 = |number| sign(&Echo, number, b"message").unwrap().unwrap();
        let info = pkcs1(0x0401);
        assert_eq!(info.len(), 51);
        assert_eq!(&info[..6], [0x30, 49, 0x30, 13, 6, 9]);
        assert_eq!(&info[19..], digest(&digest::SHA256, b"message").as_ref());
        assert_eq!((pkcs1(0x0501).len(), pkcs1(0x0601).len()), (67, 83));
        assert_eq!(pkcs1(0x0805).len(), 48);
        assert!(sign(&Echo, 0x0807, b"message").is_none());
    }

    #[test]
    fn an_ecdsa_pair_becomes_two_positive_integers_without_leading_zeros() {
        let der = [0x30, 8, 2, 1, 1, 2, 3, 0, 0x80, 0];
        assert_eq!(ecdsa_der(&[0, 1, 0x80, 0]), der);
        assert_eq!(ecdsa_der(&[]), [0x30, 6, 2, 1, 0, 2, 1, 0]);
    }
}
