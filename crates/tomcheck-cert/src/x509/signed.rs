//! Did this key sign it?

use ring::digest::{Digest, SHA256, SHA384};
use rsa::{BigUint, Pkcs1v15Sign, RsaPublicKey};
use sha2::{Sha256, Sha384, Sha512};
use x509_parser::der_parser::asn1_rs::BitString;
use x509_parser::error::X509Error;
use x509_parser::prelude::X509Certificate;
use x509_parser::public_key::{PublicKey, RSAPublicKey};
use x509_parser::verify::verify_signature;
use x509_parser::x509::{AlgorithmIdentifier, SubjectPublicKeyInfo};

use super::key::{bits, stripped};

/// What came of verifying a signature.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub(crate) enum Verdict {
    /// It is this key's.
    Right,
    /// It is not.
    #[default]
    Wrong,
    /// Nobody here can tell: the algorithm is not verified, the key is of no size that is, or
    /// what was signed is too long for it.
    Unsupported,
}

/// RSA PKCS#1 v1.5 over a hash that was computed on the way: `ring` wants the whole message,
/// and a list can be longer than memory should be given for it.
///
/// Only public keys come here, so that what is known of the `rsa` crate's timing tells nothing.
pub(crate) fn hash_by_rsa(
    key: &SubjectPublicKeyInfo<'_>,
    hash: &Digest,
    signature: &BitString<'_>,
) -> Verdict {
    let rsa = match key.parsed() {
        Ok(PublicKey::RSA(rsa)) if is_verified(&rsa) => rsa,
        Ok(PublicKey::RSA(_)) | Err(_) => return Verdict::Unsupported,
        Ok(_) => return Verdict::Wrong,
    };
    let [modulus, exponent] = [rsa.modulus, rsa.exponent].map(BigUint::from_bytes_be);
    let Ok(key) = RsaPublicKey::new_with_max_size(modulus, exponent, MOST_BITS) else {
        return Verdict::Unsupported;
    };
    let scheme = match hash.algorithm() {
        it if *it == SHA256 => Pkcs1v15Sign::new::<Sha256>(),
        it if *it == SHA384 => Pkcs1v15Sign::new::<Sha384>(),
        _ => Pkcs1v15Sign::new::<Sha512>(),
    };
    match key.verify(scheme, hash.as_ref(), &signature.data) {
        Ok(()) => Verdict::Right,
        Err(_) => Verdict::Wrong,
    }
}

/// Any algorithm `ring` verifies, over what was signed.
pub(crate) fn whole(
    key: &SubjectPublicKeyInfo<'_>,
    algorithm: &AlgorithmIdentifier<'_>,
    signature: &BitString<'_>,
    signed: &[u8],
) -> Verdict {
    verdict(verify_signature(key, algorithm, signature, signed), key)
}

/// Whether this key signed the certificate.
pub(crate) fn certificate(
    certificate: &X509Certificate<'_>,
    key: &SubjectPublicKeyInfo<'_>,
) -> Verdict {
    verdict(certificate.verify_signature(Some(key)), key)
}

/// `ring` says the same of a wrong signature and of a key whose size it does not take.
fn verdict(answer: Result<(), X509Error>, key: &SubjectPublicKeyInfo<'_>) -> Verdict {
    match (answer, key.parsed()) {
        (Ok(()), _) => Verdict::Right,
        (Err(X509Error::SignatureUnsupportedAlgorithm), _) | (_, Err(_)) => Verdict::Unsupported,
        (Err(_), Ok(PublicKey::RSA(rsa))) if !is_verified(&rsa) => Verdict::Unsupported,
        (Err(_), Ok(_)) => Verdict::Wrong,
    }
}

fn is_verified(key: &RSAPublicKey<'_>) -> bool {
    let bits = bits(stripped(key.modulus));
    let exponent = key.try_exponent().unwrap_or(u64::MAX);
    (LEAST_BITS..=MOST_BITS).contains(&bits) && exponent <= MOST_EXPONENT
}

/// Those of `ring`, for hashes that still count.
const LEAST_BITS: usize = 2048;
const MOST_BITS: usize = 8192;
const MOST_EXPONENT: u64 = (1 << 33) - 1;

#[cfg(test)]
mod tests {
    use super::*;
    use crate::authorities::tlv;
    use ring::digest;
    use x509_parser::prelude::FromDer;

    /// A key of so many bits whose secret nobody has.
    fn key(bits: usize) -> Vec<u8> {
        let modulus = [vec![0], vec![0xFF; bits / 8]].concat();
        let numbers = [tlv(2, &modulus), tlv(2, &[1, 0, 1])].map(Option::unwrap);
        let key = tlv(0x30, &numbers.concat()).unwrap();
        let bits = tlv(3, &[vec![0], key].concat()).unwrap();
        tlv(0x30, &[RSA.to_vec(), bits].concat()).unwrap()
    }

    const RSA: &[u8] = b"\x30\x0D\x06\x09\x2A\x86\x48\x86\xF7\x0D\x01\x01\x01\x05\x00";
    const SHA256_WITH_RSA: &[u8] = b"\x30\x0D\x06\x09\x2A\x86\x48\x86\xF7\x0D\x01\x01\x0B\x05\x00";

    #[test]
    fn a_key_of_a_size_nobody_verifies_here_forges_nothing() {
        let hash = digest::digest(&SHA256, b"x");
        let signature = BitString::new(0, &[1; 256]);
        let (_, algorithm) = AlgorithmIdentifier::from_der(SHA256_WITH_RSA).unwrap();
        for (bits, verdict) in [
            (1024, Verdict::Unsupported),
            (2048, Verdict::Wrong),
            (8192, Verdict::Wrong),
            (9216, Verdict::Unsupported),
        ] {
            let der = key(bits);
            let (_, key) = SubjectPublicKeyInfo::from_der(&der).unwrap();
            assert_eq!(hash_by_rsa(&key, &hash, &signature), verdict, "{bits}");
            assert_eq!(whole(&key, &algorithm, &signature, b"x"), verdict, "{bits}");
        }
    }
}
