//! Which key is it about: its kind, its size, its public value, and until when it may sign?

use serde::{Deserialize, Serialize};
use tomcheck_diagnosis::{Instant, Personal};

use super::tlv::{self, Element, Reader, tag};
use super::{dotted, fingerprint, moment};

/// The kind, the size and the fingerprint of a public key.
#[derive(Clone, Debug, Default, Eq, PartialEq, Serialize, Deserialize)]
pub struct PublicKey {
    /// `RSA`, `EC P-256`, `EC P-384`; the dotted number of another.
    pub algorithm: String,
    /// Bits of the modulus, or of the curve; none where the algorithm is not known here.
    pub bits: Option<u32>,
    /// SHA-256, upper-case hexadecimal, of what makes two keys the same: the modulus of an RSA
    /// key without leading zeros, the point of an EC key as it is encoded; none for others.
    pub sha256: Option<Personal>,
}

/// From when to when the private key may sign. Source: RFC 3280 §4.2.1.4.
#[derive(Clone, Copy, Debug, Eq, PartialEq, Serialize, Deserialize)]
pub struct KeyPeriod {
    /// The first second; none: the certificate's own.
    pub not_before: Option<Instant>,
    /// The last second; none: the certificate's own.
    pub not_after: Option<Instant>,
}

impl PublicKey {
    /// Of a `SubjectPublicKeyInfo`: the object identifiers of its algorithm and of its curve,
    /// without their headers, and the bits of the key.
    pub(crate) fn of(algorithm: &[u8], curve: Option<&[u8]>, key: &[u8]) -> Self {
        let modulus = (algorithm == RSA).then(|| modulus(key)).flatten();
        match (modulus, algorithm) {
            (Some(modulus), _) => Self {
                algorithm: "RSA".to_owned(),
                bits: u32::try_from(bits(stripped(modulus))).ok(),
                sha256: Some(of_modulus(modulus)),
            },
            (None, EC) => {
                let (algorithm, bits) = curve.and_then(named).unzip();
                Self {
                    algorithm: algorithm.unwrap_or("EC").to_owned(),
                    bits,
                    sha256: Some(of_point(key)),
                }
            }
            _ => Self {
                algorithm: dotted(algorithm),
                bits: None,
                sha256: None,
            },
        }
    }
}

/// Of an `RSAPublicKey`. Source: RFC 8017 §A.1.1.
fn modulus(key: &[u8]) -> Option<&[u8]> {
    let mut numbers = Reader::of(tlv::within(key, tag::SEQUENCE)?);
    let modulus = numbers.take(tag::INTEGER)?;
    numbers.take(tag::INTEGER).map(|_| modulus)
}

/// 1.2.840.113549.1.1.1
const RSA: &[u8] = b"\x2A\x86\x48\x86\xF7\x0D\x01\x01\x01";
/// 1.2.840.10045.2.1
const EC: &[u8] = b"\x2A\x86\x48\xCE\x3D\x02\x01";

/// The fingerprint of an RSA key by its modulus: big-endian, leading zeros or none.
///
/// Source: PKCS#11 v2.40 §2.1.2 (`CKA_MODULUS`).
pub(crate) fn of_modulus(modulus: &[u8]) -> Personal {
    Personal::new(fingerprint(stripped(modulus)))
}

/// The fingerprint of an EC key by its point: bare, or in the OCTET STRING the standard asks for.
///
/// Source: PKCS#11 v2.40 §2.3.3 (`CKA_EC_POINT`).
pub(crate) fn of_point(point: &[u8]) -> Personal {
    // Both begin with a 4; only their lengths tell them apart for sure.
    let is_bare = POINTS.contains(&point.len());
    let mut reader = Reader::of(point);
    let wrapped = reader.take(tag::OCTET_STRING).filter(|_| reader.is_done());
    let wrapped = wrapped.filter(|_| !is_bare);
    Personal::new(fingerprint(wrapped.unwrap_or(point)))
}

/// Of a `PrivateKeyUsagePeriod`.
pub(super) fn period(der: &[u8]) -> Option<KeyPeriod> {
    let mut period = KeyPeriod {
        not_before: None,
        not_after: None,
    };
    for end in tlv::each(tlv::within(der, tag::SEQUENCE)?) {
        let Element { tag, content } = end?;
        let moment = Some(moment::generalized(content)?);
        match tag {
            FROM => period.not_before = moment,
            UNTIL => period.not_after = moment,
            _ => return None,
        }
    }
    Some(period)
}

const FROM: u8 = tag::primitive(0);
const UNTIL: u8 = tag::primitive(1);

/// How long an ECDSA signature on this curve is: r ‖ s, in bytes. `parameters`: DER, as
/// `CKA_EC_PARAMS` has them; none for a curve not known here.
///
/// Source: PKCS#11 v2.40 §2.3.1, §2.3.3.
pub(crate) fn ecdsa_length(parameters: &[u8]) -> Option<usize> {
    let (_, bits) = named(tlv::within(parameters, tag::OBJECT_IDENTIFIER)?)?;
    Some(2 * usize::try_from(bits.div_ceil(8)).ok()?)
}

fn named(curve: &[u8]) -> Option<(&'static str, u32)> {
    Some(match curve {
        b"\x2A\x86\x48\xCE\x3D\x03\x01\x07" => ("EC P-256", 256),
        b"\x2B\x81\x04\x00\x22" => ("EC P-384", 384),
        b"\x2B\x81\x04\x00\x23" => ("EC P-521", 521),
        _ => return None,
    })
}

pub(super) fn stripped(number: &[u8]) -> &[u8] {
    let zeros = number.iter().take_while(|byte| **byte == 0).count();
    number.get(zeros..).unwrap_or_default()
}

pub(super) fn bits(number: &[u8]) -> usize {
    let unused = number
        .first()
        .map_or(0, |byte| byte.leading_zeros() as usize);
    (number.len() * 8).saturating_sub(unused)
}

/// Uncompressed points of P-256, P-384 and P-521. Source: SEC 1 §2.3.3.
const POINTS: [usize; 3] = [65, 97, 133];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_period_of_one_end_or_two_is_read_and_another_shape_is_none() {
        let whole = b"\x30\x22\x80\x0F20200101000000Z\x81\x0F20230101000000Z";
        let read = period(whole).unwrap();
        assert_eq!(read.not_after.unwrap().to_string(), "2023-01-01T00:00:00Z");
        let end = period(b"\x30\x11\x81\x0F20230101000000Z").unwrap();
        assert_eq!((end.not_before, end.not_after), (None, read.not_after));
        assert_eq!(period(b"\x30\x03\x81\x01x"), None);
    }

    #[test]
    fn a_signature_is_as_long_as_two_numbers_below_the_order() {
        let p256 = b"\x06\x08\x2A\x86\x48\xCE\x3D\x03\x01\x07";
        assert_eq!(ecdsa_length(p256), Some(64));
        assert_eq!(ecdsa_length(b"\x06\x05\x2B\x81\x04\x00\x23"), Some(132));
        assert_eq!(ecdsa_length(b"\x06\x01\x2A"), None);
        assert_eq!(ecdsa_length(b""), None);
    }

    #[test]
    fn a_modulus_may_have_a_leading_zero_and_a_point_its_wrapping() {
        assert_eq!(of_modulus(&[0, 0x80, 1]), of_modulus(&[0x80, 1]));
        assert_ne!(of_modulus(&[0x80, 1]), of_modulus(&[0x80, 2]));
        // one that could be taken for an OCTET STRING of 63 bytes
        let bare = [vec![4, 63], vec![7; 63]].concat();
        let wrapped = [vec![4, 65], bare.clone()].concat();
        assert_eq!(of_point(&wrapped), of_point(&bare));
        assert_ne!(of_point(&bare), of_point(&bare[2..]));
    }
}
