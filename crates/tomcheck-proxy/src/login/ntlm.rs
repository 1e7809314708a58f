//! Which messages does NTLM exchange?
//!
//! NTLMv2 alone: an answer of NTLMv1 would give the password away to whoever plays the proxy.
//! Source: MS-NLMP §2.2.1 (messages), §3.3.2 (the answer).

use hmac::{Hmac, Mac};
use md4::{Digest as _, Md4};
use md5::Md5;
use zeroize::Zeroizing;

use crate::Credentials;

const SIGNATURE: &[u8; 8] = b"NTLMSSP\0";

/// Unicode or not, the server's name, NTLM, always sign, session security of NTLMv2.
const FLAGS: u32 = UNICODE | 0x2 | 0x4 | 0x200 | 0x8000 | 0x8_0000;
const UNICODE: u32 = 0x1;

/// The first message, of the client. Source: MS-NLMP §2.2.1.1.
pub(crate) fn negotiate() -> Vec<u8> {
    let mut message = Vec::with_capacity(32);
    message.extend(SIGNATURE);
    message.extend(1_u32.to_le_bytes());
    message.extend(FLAGS.to_le_bytes());
    // neither domain nor workstation
    message.extend([0; 16]);
    message
}

/// Whether these bytes are a message of NTLM, and no ticket.
pub(crate) fn is_message(bytes: &[u8]) -> bool {
    bytes.starts_with(SIGNATURE)
}

/// The second message, of the proxy. Source: MS-NLMP §2.2.1.2.
#[derive(Debug, Eq, PartialEq)]
pub(crate) struct Challenge {
    nonce: [u8; 8],
    flags: u32,
    /// A list of names and perhaps the time, as sent.
    about: Vec<u8>,
}

impl Challenge {
    /// None: it is no such message.
    pub(crate) fn read(message: &[u8]) -> Option<Self> {
        let is_challenge = message.starts_with(SIGNATURE) && number(message, 8)? == 2;
        is_challenge.then_some(())?;
        Some(Self {
            flags: number(message, 20)?,
            nonce: *message.get(24..)?.first_chunk()?,
            about: field(message, 40).unwrap_or_default().to_vec(),
        })
    }

    /// The proxy's own time, which is to be given back. Source: MS-NLMP §2.2.2.1, `MsvAvTimestamp`.
    fn time(&self) -> Option<[u8; 8]> {
        let mut rest = self.about.as_slice();
        loop {
            let (head, tail) = rest.split_first_chunk::<4>()?;
            let &[id, id_high, length, length_high] = head;
            let id = u16::from_le_bytes([id, id_high]);
            let length = usize::from(u16::from_le_bytes([length, length_high]));
            match id {
                0 => return None,
                7 => return tail.first_chunk().copied(),
                _ => rest = tail.get(length..)?,
            }
        }
    }
}

/// What must be new for each answer.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Fresh {
    /// Random.
    pub(crate) nonce: [u8; 8],
    /// Hundreds of nanoseconds since 1601, little-endian.
    pub(crate) time: [u8; 8],
}

/// The third message, of the client. Source: MS-NLMP §2.2.1.3, §3.3.2.
pub(crate) fn authenticate(
    challenge: &Challenge,
    credentials: &Credentials,
    fresh: Fresh,
) -> Zeroizing<Vec<u8>> {
    let (domain, user) = names(credentials.user());
    let key = key(user, domain, credentials.password());
    let temp = blob(challenge, fresh);
    let proof = keyed(&key, &[&challenge.nonce, &temp]);
    let modern = [proof.as_slice(), &temp].concat();
    // who names its time wants no answer of the older kind
    let older = match challenge.time() {
        Some(_) => vec![0; 24],
        None => {
            let proof = keyed(&key, &[&challenge.nonce, &fresh.nonce]);
            [proof.as_slice(), &fresh.nonce].concat()
        }
    };
    let is_unicode = challenge.flags & UNICODE != 0;
    let text = |text: &str| match is_unicode {
        true => utf16(text).to_vec(),
        false => text.as_bytes().to_vec(),
    };
    let (domain, user) = (text(domain), text(user));
    let flags = challenge.flags & FLAGS;
    // the workstation's name is nobody's business, and no key is exchanged
    message(flags, [&older, &modern, &domain, &user, &[], &[]])
}

/// Header with the place of each field, then the fields.
fn message(flags: u32, fields: [&[u8]; 6]) -> Zeroizing<Vec<u8>> {
    const HEADER: usize = 64;
    let mut head = Vec::with_capacity(HEADER);
    head.extend(SIGNATURE);
    head.extend(3_u32.to_le_bytes());
    let mut offset = HEADER;
    for field in fields {
        let length = u16::try_from(field.len()).unwrap_or(u16::MAX).to_le_bytes();
        head.extend(length);
        head.extend(length);
        head.extend(u32::try_from(offset).unwrap_or(u32::MAX).to_le_bytes());
        offset += field.len();
    }
    head.extend(flags.to_le_bytes());
    Zeroizing::new([head, fields.concat()].concat())
}

/// `DOMAIN\user`; a name with `@` stands whole, in no domain.
fn names(user: &str) -> (&str, &str) {
    user.split_once('\\').unwrap_or(("", user))
}

/// `NTOWFv2`. Source: MS-NLMP §3.3.2.
fn key(user: &str, domain: &str, password: &str) -> Zeroizing<[u8; 16]> {
    let secret = Zeroizing::new(<[u8; 16]>::from(Md4::digest(utf16(password))));
    let name = utf16(&format!("{}{domain}", user.to_uppercase()));
    Zeroizing::new(keyed(&secret, &[&name]))
}

/// `temp`. Source: MS-NLMP §3.3.2, §2.2.2.7.
fn blob(challenge: &Challenge, fresh: Fresh) -> Vec<u8> {
    let time = challenge.time().unwrap_or(fresh.time);
    [
        &[1, 1, 0, 0, 0, 0, 0, 0],
        time.as_slice(),
        &fresh.nonce,
        &[0; 4],
        &challenge.about,
        &[0; 4],
    ]
    .concat()
}

fn keyed(key: &[u8; 16], parts: &[&[u8]]) -> [u8; 16] {
    // a key shorter than a block is filled up with zeros (RFC 2104 §2)
    let mut block = Zeroizing::new([0; 64]);
    for (room, byte) in block.iter_mut().zip(key) {
        *room = *byte;
    }
    let mut mac = <Hmac<Md5> as Mac>::new(&(*block).into());
    for part in parts {
        mac.update(part);
    }
    mac.finalize().into_bytes().into()
}

fn utf16(text: &str) -> Zeroizing<Vec<u8>> {
    Zeroizing::new(text.encode_utf16().flat_map(u16::to_le_bytes).collect())
}

fn number(message: &[u8], at: usize) -> Option<u32> {
    message
        .get(at..)?
        .first_chunk()
        .copied()
        .map(u32::from_le_bytes)
}

/// Length, room, place: then the bytes there, where the message has them.
fn field(message: &[u8], at: usize) -> Option<&[u8]> {
    let length = message.get(at..)?.first_chunk().copied();
    let length = usize::from(u16::from_le_bytes(length?));
    let start = usize::try_from(number(message, at + 4)?).ok()?;
    message.get(start..start.checked_add(length)?)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// MS-NLMP §4.2: the values all examples share.
    fn example() -> (Challenge, Credentials, Fresh) {
        let about = [
            &[2, 0, 12, 0][..],
            &utf16("Domain"),
            &[1, 0, 12, 0],
            &utf16("Server"),
            &[0, 0, 0, 0],
        ]
        .concat();
        let challenge = Challenge {
            nonce: [0x01, 0x23, 0x45, 0x67, 0x89, 0xab, 0xcd, 0xef],
            flags: FLAGS,
            about,
        };
        let password = Zeroizing::new("Password".to_owned());
        let fresh = Fresh {
            nonce: [0xaa; 8],
            time: [0; 8],
        };
        (challenge, Credentials::new("Domain\\User", password), fresh)
    }

    #[test]
    fn the_answers_are_those_of_ms_nlmp_4_2_4() {
        let (challenge, credentials, fresh) = example();
        let key = key("User", "Domain", "Password");
        assert_eq!(hex(key.as_slice()), "0c868a403bfd7a93a3001ef22ef02e3f");
        let message = authenticate(&challenge, &credentials, fresh);
        let older = field(&message, 12).unwrap();
        assert_eq!(
            hex(older),
            "86c35097ac9cec102554764a57cccc19aaaaaaaaaaaaaaaa"
        );
        let modern = field(&message, 20).unwrap();
        assert_eq!(hex(&modern[..16]), "68cd0ab851e51c96aabc927bebef6a1c");
        assert_eq!(field(&message, 28).unwrap(), utf16("Domain").as_slice());
        assert_eq!(field(&message, 36).unwrap(), utf16("User").as_slice());
    }

    #[test]
    fn a_proxy_that_names_its_time_gets_it_back() {
        let (mut challenge, credentials, fresh) = example();
        let time = [1, 2, 3, 4, 5, 6, 7, 8];
        challenge.about = [&[7, 0, 8, 0][..], &time, &[0; 4]].concat();
        let message = authenticate(&challenge, &credentials, fresh);
        assert_eq!(field(&message, 12).unwrap(), [0; 24]);
        assert_eq!(field(&message, 20).unwrap()[24..32], time);
    }

    #[test]
    fn a_challenge_is_read_back_and_a_broken_one_is_none() {
        let mut message = [SIGNATURE.as_slice(), &2_u32.to_le_bytes(), &[0; 8]].concat();
        message.extend(UNICODE.to_le_bytes());
        message.extend([9; 8]);
        message.extend([0; 8]);
        message.extend([4, 0, 4, 0, 48, 0, 0, 0, 7, 7, 7, 7]);
        let read = Challenge::read(&message).unwrap();
        assert_eq!((read.nonce, read.about.as_slice()), ([9; 8], &[7; 4][..]));
        for length in 0..32 {
            assert_eq!(Challenge::read(&message[..length]), None);
        }
        // a place outside the message is no place
        message[44] = 200;
        assert_eq!(Challenge::read(&message).unwrap().about, Vec::<u8>::new());
    }

    proptest::proptest! {
        #[test]
        fn any_challenge_gets_an_answer_or_none(bytes: Vec<u8>, tail: Vec<u8>) {
            let _ = Challenge::read(&bytes);
            let message = [SIGNATURE.as_slice(), &2_u32.to_le_bytes(), &tail].concat();
            if let Some(challenge) = Challenge::read(&message) {
                let (_, credentials, fresh) = example();
                authenticate(&challenge, &credentials, fresh);
            }
        }
    }

    fn hex(bytes: &[u8]) -> String {
        bytes.iter().map(|byte| format!("{byte:02x}")).collect()
    }
}
