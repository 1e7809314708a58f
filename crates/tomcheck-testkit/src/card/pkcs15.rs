//! How does a card describe its keys and certificates?
//!
//! Encoders of PKCS#15 directory entries. Source: PKCS #15 v1.1 §6.

use super::tlv::tlv;

/// Absolute path of a file: its identifiers from the master file on.
pub(super) fn path(fids: &[u16]) -> Vec<u8> {
    sequence([octets(
        fids.iter()
            .flat_map(|fid| fid.to_be_bytes())
            .collect::<Vec<_>>(),
    )])
}

/// A PIN object. `unblocked_by`: identifier of the PIN that unblocks this one.
pub(super) struct PinEntry<'a> {
    pub(super) label: &'a str,
    pub(super) id: &'a [u8],
    pub(super) reference: u8,
    pub(super) lengths: (u8, u8),
    pub(super) flags: &'a [u8],
    pub(super) unblocked_by: Option<&'a [u8]>,
}

impl PinEntry<'_> {
    pub(super) fn encode(&self) -> Vec<u8> {
        let (shortest, longest) = self.lengths;
        let attributes = sequence([
            flags(self.flags),
            tlv(0x0A, [ASCII_NUMERIC]),
            integer(shortest.into()),
            integer(longest.into()),
            integer(longest.into()),
            tlv(0x80, [self.reference]),
            octets(b"\xff"),
        ]);
        let common = common(self.label, &[PRIVATE, MODIFIABLE], self.unblocked_by);
        sequence([common, sequence([octets(self.id)]), tlv(0xA1, attributes)])
    }
}

/// An RSA private key. `owner`: identifier of the PIN that protects it; none: anybody may use it.
pub(super) struct KeyEntry<'a> {
    pub(super) label: &'a str,
    pub(super) id: &'a [u8],
    pub(super) usage: &'a [u8],
    pub(super) reference: u8,
    pub(super) bits: u16,
    pub(super) directory: &'a [u16],
    pub(super) owner: Option<&'a [u8]>,
}

impl KeyEntry<'_> {
    pub(super) fn encode(&self) -> Vec<u8> {
        // sensitive, always so, never extractable, made on the card
        let access = flags(&[0, 2, 3, 4]);
        let class = sequence([
            octets(self.id),
            flags(self.usage),
            access,
            integer(self.reference.into()),
        ]);
        let attributes = sequence([path(self.directory), integer(self.bits)]);
        let private = self.owner.map(|_| PRIVATE);
        sequence([
            common(self.label, private.as_slice(), self.owner),
            class,
            tlv(0xA1, attributes),
        ])
    }
}

/// A certificate in the file at `at`.
pub(super) fn certificate(label: &str, id: &[u8], at: &[u16]) -> Vec<u8> {
    let attributes = tlv(0xA1, sequence([path(at)]));
    sequence([common(label, &[], None), sequence([octets(id)]), attributes])
}

/// A data object in the file at `at`. `owner`: identifier of the PIN that protects it.
pub(super) fn data_object(
    label: &str,
    application: &str,
    at: &[u16],
    owner: Option<&[u8]>,
    modifiable: bool,
) -> Vec<u8> {
    let private = owner.map(|_| PRIVATE);
    let modifiable = modifiable.then_some(MODIFIABLE);
    let bits: Vec<u8> = private.into_iter().chain(modifiable).collect();
    sequence([
        common(label, &bits, owner),
        sequence([utf8(application)]),
        tlv(0xA1, path(at)),
    ])
}

/// The token's own description.
pub(super) fn token_info(manufacturer: &str, label: &str) -> Vec<u8> {
    // login required, random numbers
    let token_flags = flags(&[1, 2]);
    sequence([
        integer(1),
        octets([]),
        utf8(manufacturer),
        tlv(0x80, label),
        token_flags,
    ])
}

fn common(label: &str, bits: &[u8], auth_id: Option<&[u8]>) -> Vec<u8> {
    let auth_id = auth_id.map(octets).unwrap_or_default();
    sequence([utf8(label), flags(bits), auth_id])
}

const PRIVATE: u8 = 0;
const MODIFIABLE: u8 = 1;
const ASCII_NUMERIC: u8 = 1;

fn sequence<const N: usize>(parts: [Vec<u8>; N]) -> Vec<u8> {
    tlv(0x30, parts.concat())
}

fn octets(value: impl AsRef<[u8]>) -> Vec<u8> {
    tlv(0x04, value)
}

fn utf8(text: &str) -> Vec<u8> {
    tlv(0x0C, text)
}

fn integer(number: u16) -> Vec<u8> {
    match number.to_be_bytes() {
        [0, low @ 0..0x80] => tlv(0x02, [low]),
        [high @ 0..0x80, low] => tlv(0x02, [high, low]),
        [high, low] => tlv(0x02, [0, high, low]),
    }
}

/// A BIT STRING with these bits set, without trailing zeros.
fn flags(positions: &[u8]) -> Vec<u8> {
    let Some(&last) = positions.iter().max() else {
        return tlv(0x03, [0]);
    };
    let bits = positions
        .iter()
        .fold(0_u16, |bits, position| bits | 0x8000_u16 >> position);
    let [first, second] = bits.to_be_bytes();
    let unused = 7 - last % 8;
    if last < 8 {
        tlv(0x03, [unused, first])
    } else {
        tlv(0x03, [unused, first, second])
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn integers_stay_positive_and_short() {
        let encoded = [0, 127, 128, 2048, 0x8000].map(integer);
        let expected: [&[u8]; 5] = [
            b"\x02\x01\0",
            b"\x02\x01\x7f",
            b"\x02\x02\0\x80",
            b"\x02\x02\x08\0",
            b"\x02\x03\0\x80\0",
        ];
        assert_eq!(encoded.each_ref().map(Vec::as_slice), expected);
    }

    #[test]
    fn flags_count_from_the_left() {
        assert_eq!(flags(&[]), b"\x03\x01\0");
        assert_eq!(flags(&[1, 2]), b"\x03\x02\x05\x60");
        assert_eq!(flags(&[9]), b"\x03\x03\x06\0\x40");
    }
}
