//! Which certificates does a PKCS#7 file wrap?
//!
//! Windows exports chains so (`.p7b`), and IGC-Santé publishes its own.
//!
//! Source: RFC 5652 §3, §5.1: `SignedData` without signers.

use crate::x509::tlv::{content, first};

/// Each certificate, DER; none: it is no such file. Bounded by the bytes there are.
pub(super) fn certificates(bytes: &[u8]) -> Option<Vec<&[u8]>> {
    let (whole, _) = first(bytes)?;
    let (kind, rest) = first(content(whole)?)?;
    if content(kind)? != SIGNED_DATA || kind.first() != Some(&OBJECT_IDENTIFIER) {
        return None;
    }
    let (explicit, _) = first(rest)?;
    let (signed, _) = first(content(explicit)?)?;
    let wrapped = each(content(signed)?).find(|part| part.first() == Some(&CERTIFICATES));
    let all = wrapped.map_or(&[][..], |part| content(part).unwrap_or_default());
    Some(
        each(all)
            .filter(|one| one.first() == Some(&SEQUENCE))
            .collect(),
    )
}

fn each(mut rest: &[u8]) -> impl Iterator<Item = &[u8]> {
    std::iter::from_fn(move || {
        let (one, behind) = first(rest)?;
        rest = behind;
        Some(one)
    })
}

/// 1.2.840.113549.1.7.2
const SIGNED_DATA: &[u8] = b"\x2A\x86\x48\x86\xF7\x0D\x01\x07\x02";
const OBJECT_IDENTIFIER: u8 = 0x06;
const SEQUENCE: u8 = 0x30;
/// `[0] IMPLICIT CertificateSet`
const CERTIFICATES: u8 = 0xA0;
