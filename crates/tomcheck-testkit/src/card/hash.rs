//! How does a card finish a hash the host began?

use sha1::Sha1;
use sha2::{
    Digest as _, Sha256,
    digest::generic_array::{GenericArray, typenum::U64},
};

/// The two hashes a CPS3 signs.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Hash {
    Sha1,
    Sha256,
}

type Block = GenericArray<u8, U64>;

impl Hash {
    /// Bytes of a digest.
    pub(super) fn size(self) -> usize {
        match self {
            Self::Sha1 => 20,
            Self::Sha256 => 32,
        }
    }

    /// What stands before a digest in a signature. Source: RFC 8017 §9.2, note 1.
    pub(super) fn digest_info(self) -> &'static [u8] {
        match self {
            Self::Sha1 => b"\x30\x21\x30\x09\x06\x05\x2b\x0e\x03\x02\x1a\x05\x00\x04\x14",
            Self::Sha256 => {
                b"\x30\x31\x30\x0d\x06\x09\x60\x86\x48\x01\x65\x03\x04\x02\x01\x05\x00\x04\x20"
            }
        }
    }

    pub(super) fn digest(self, message: &[u8]) -> Vec<u8> {
        match self {
            Self::Sha1 => Sha1::digest(message).to_vec(),
            Self::Sha256 => Sha256::digest(message).to_vec(),
        }
    }

    /// The digest of a message of which the host hashed the first `bits_done` bits into `state`
    /// (big-endian words) and hands over the rest. None when the state has the wrong size.
    pub(super) fn finish(self, state: &[u8], bits_done: u64, rest: &[u8]) -> Option<Vec<u8>> {
        let words: Vec<u32> = state
            .chunks_exact(4)
            .filter_map(|word| Some(u32::from_be_bytes(word.try_into().ok()?)))
            .collect();
        let blocks = padded(bits_done, rest)?;
        let words = match self {
            Self::Sha1 => {
                let mut words: [u32; 5] = words.try_into().ok()?;
                sha1::compress(&mut words, &blocks);
                words.to_vec()
            }
            Self::Sha256 => {
                let mut words: [u32; 8] = words.try_into().ok()?;
                sha2::compress256(&mut words, &blocks);
                words.to_vec()
            }
        };
        Some(words.into_iter().flat_map(u32::to_be_bytes).collect())
    }
}

/// The last blocks with their padding. Source: FIPS 180-4 §5.1.1.
fn padded(bits_done: u64, rest: &[u8]) -> Option<Vec<Block>> {
    let bits = bits_done.checked_add(8 * u64::try_from(rest.len()).ok()?)?;
    let mut message = [rest, b"\x80"].concat();
    message.resize((message.len() + 8).next_multiple_of(64) - 8, 0);
    message.extend(bits.to_be_bytes());
    Some(
        message
            .chunks_exact(64)
            .map(Block::clone_from_slice)
            .collect(),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn finishing_gives_what_hashing_at_once_gives() {
        let message: Vec<u8> = (0..200_u8).collect();
        let (begun, rest) = message.split_at(128);
        let blocks: Vec<Block> = begun
            .chunks_exact(64)
            .map(Block::clone_from_slice)
            .collect();

        // initial values: FIPS 180-4 §5.3
        let mut sha1 = [
            0x6745_2301,
            0xefcd_ab89,
            0x98ba_dcfe,
            0x1032_5476,
            0xc3d2_e1f0,
        ];
        sha1::compress(&mut sha1, &blocks);
        let mut sha256 = [
            0x6a09_e667,
            0xbb67_ae85,
            0x3c6e_f372,
            0xa54f_f53a,
            0x510e_527f,
            0x9b05_688c,
            0x1f83_d9ab,
            0x5be0_cd19,
        ];
        sha2::compress256(&mut sha256, &blocks);

        for (hash, words) in [(Hash::Sha1, &sha1[..]), (Hash::Sha256, &sha256[..])] {
            let state: Vec<u8> = words.iter().flat_map(|word| word.to_be_bytes()).collect();
            assert_eq!(
                hash.finish(&state, 8 * 128, rest),
                Some(hash.digest(&message))
            );
            assert_eq!(hash.finish(&state[1..], 8 * 128, rest), None);
        }
    }
}
