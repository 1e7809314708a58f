//! Which key is it about: its kind, its size, its public value, and until when it may sign?

use serde::{Deserialize, Serialize};
use tomcheck_diagnosis::{Instant, Personal};
use x509_parser::der_parser::asn1_rs::{Any, FromDer, GeneralizedTime, Oid, Sequence};
use x509_parser::prelude::SubjectPublicKeyInfo;
use x509_parser::public_key::PublicKey as Parsed;

use super::{dotted, fingerprint};

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
    pub(crate) fn of(info: &SubjectPublicKeyInfo<'_>) -> Self {
        match info.parsed() {
            Ok(Parsed::RSA(key)) => Self {
                algorithm: "RSA".to_owned(),
                bits: u32::try_from(bits(stripped(key.modulus))).ok(),
                sha256: Some(of_modulus(key.modulus)),
            },
            Ok(Parsed::EC(point)) => {
                let (algorithm, bits) = curve(info).unzip();
                Self {
                    algorithm: algorithm.unwrap_or("EC").to_owned(),
                    bits,
                    sha256: Some(of_point(point.data())),
                }
            }
            _ => Self {
                algorithm: dotted(&info.algorithm.algorithm),
                bits: None,
                sha256: None,
            },
        }
    }
}

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
    let bare = match Any::from_der(point) {
        Ok(([], any)) if any.tag().0 == OCTET_STRING && !is_bare => any.data,
        _ => point,
    };
    Personal::new(fingerprint(bare))
}

pub(super) fn period(der: &[u8]) -> Option<KeyPeriod> {
    let (_, sequence) = Sequence::from_der(der).ok()?;
    let mut rest: &[u8] = &sequence.content;
    let mut period = KeyPeriod {
        not_before: None,
        not_after: None,
    };
    while !rest.is_empty() {
        let (after, any) = Any::from_der(rest).ok()?;
        let moment = Some(moment(any.data)?);
        match any.tag().0 {
            0 => period.not_before = moment,
            1 => period.not_after = moment,
            _ => return None,
        }
        rest = after;
    }
    Some(period)
}

fn moment(text: &[u8]) -> Option<Instant> {
    let time = GeneralizedTime::from_bytes(text).ok()?;
    Some(Instant::from_unix(
        time.utc_datetime().ok()?.unix_timestamp(),
    ))
}

/// How long an ECDSA signature on this curve is: r ‖ s, in bytes. `parameters`: DER, as
/// `CKA_EC_PARAMS` has them; none for a curve not known here.
///
/// Source: PKCS#11 v2.40 §2.3.1, §2.3.3.
pub(crate) fn ecdsa_length(parameters: &[u8]) -> Option<usize> {
    let (_, oid) = Oid::from_der(parameters).ok()?;
    let (_, bits) = named(oid.as_bytes())?;
    Some(2 * usize::try_from(bits.div_ceil(8)).ok()?)
}

fn curve(info: &SubjectPublicKeyInfo<'_>) -> Option<(&'static str, u32)> {
    let oid = info.algorithm.parameters.as_ref()?.as_oid().ok()?;
    named(oid.as_bytes())
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
/// X.680 §8.4
const OCTET_STRING: u32 = 4;

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
