//! What do the first bytes of a server's answer say?

use serde::{Deserialize, Serialize};

use super::names::Numbered;
use crate::record::may_be_tls;

/// What the beginning of an answer is, as far as it has come.
#[derive(Clone, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub enum Answer {
    /// Nothing can be said yet.
    Unfinished,
    /// The server chose.
    Hello(ServerHello),
    /// An alert in clear before any choice; warnings are passed over.
    Alert {
        /// As on the wire.
        number: u8,
    },
    /// No TLS at all.
    NotTls,
    /// It begins like TLS and is none, or is longer than any first message may be.
    Garbled,
}

/// What the server chose.
#[derive(Clone, Debug, Eq, PartialEq, Serialize, Deserialize)]
pub struct ServerHello {
    /// The version, that of `supported_versions` where it stands there (RFC 8446 §4.2.1).
    pub version: Numbered,
    /// The cipher suite.
    pub cipher: Numbered,
    /// The group of its key share, or the one it asks for; none: before TLS 1.3.
    pub group: Option<Numbered>,
    /// It asks for another hello (HelloRetryRequest): it speaks, and chose all the same.
    pub is_retry: bool,
}

impl Answer {
    /// Reads all that has come so far, from its first byte. Never looks past
    /// [`Answer::MOST_BYTES`].
    ///
    /// Source: RFC 8446 §4.1.3, §5.1, §6; RFC 5246 §7.4.1.3.
    pub fn of(bytes: &[u8]) -> Self {
        Flight::of(bytes).answer
    }

    /// More than any first flight that is meant well.
    pub const MOST_BYTES: usize = 1 << 16;
}

/// An answer, and whether all of the flight it begins has come.
#[derive(Debug)]
pub(crate) struct Flight {
    pub(crate) answer: Answer,
    /// Before TLS 1.3: up to ServerHelloDone. In TLS 1.3 the rest is encrypted: some of it came,
    /// and nothing of what began is missing.
    pub(crate) is_whole: bool,
    /// A warning that came before; the last word where nothing follows it.
    pub(crate) warning: Option<u8>,
}

impl Flight {
    pub(crate) fn of(bytes: &[u8]) -> Self {
        let bytes = bytes.get(..Answer::MOST_BYTES).unwrap_or(bytes);
        if !may_be_tls(bytes) {
            return Self::ended(Answer::NotTls);
        }
        let records = Records::of(bytes);
        let (answer, is_done) = messages(&records.handshake);
        let is_hopeless = records.is_broken || bytes.len() >= Answer::MOST_BYTES;
        match (answer, records.alert) {
            (Answer::Unfinished, Some(number)) => Self::ended(Answer::Alert { number }),
            (Answer::Unfinished, None) if is_hopeless => Self::ended(Answer::Garbled),
            (Answer::Hello(hello), _) => Self {
                is_whole: hello.is_retry || is_done || records.are_whole_and_encrypted(),
                answer: Answer::Hello(hello),
                warning: records.warning,
            },
            (answer, _) => Self {
                warning: records.warning,
                ..Self::ended(answer)
            },
        }
    }

    fn ended(answer: Answer) -> Self {
        let is_whole = answer != Answer::Unfinished;
        Self {
            answer,
            is_whole,
            warning: None,
        }
    }
}

/// The records of an answer, put together.
#[derive(Default)]
struct Records {
    /// What stands in the handshake records, one after the other.
    handshake: Vec<u8>,
    /// The alert in clear that ends it; nothing after it is looked at.
    alert: Option<u8>,
    /// The first alert that ends nothing: `unrecognized_name` mostly, a hello comes after it.
    warning: Option<u8>,
    encrypted: usize,
    ends_in_a_record: bool,
    /// What comes next is no record of TLS, or one longer than a record may be.
    is_broken: bool,
}

impl Records {
    fn of(mut bytes: &[u8]) -> Self {
        let mut records = Self::default();
        while !bytes.is_empty() && !records.is_broken && records.alert.is_none() {
            bytes = records.next(bytes).unwrap_or_default();
        }
        records
    }

    /// What comes after the record that begins here; none: it has not come whole.
    fn next<'a>(&mut self, bytes: &'a [u8]) -> Option<&'a [u8]> {
        self.is_broken = !may_be_tls(bytes);
        self.ends_in_a_record = true;
        let [kind, _, _, high, low, body @ ..] = bytes else {
            return None;
        };
        let length = usize::from(u16::from_be_bytes([*high, *low]));
        self.is_broken |= length > LONGEST_RECORD;
        if self.is_broken {
            return None;
        }
        let (content, after) = body.split_at(length.min(body.len()));
        self.ends_in_a_record = content.len() < length;
        self.take(*kind, content, !self.ends_in_a_record);
        Some(after)
    }

    fn take(&mut self, kind: u8, content: &[u8], is_whole: bool) {
        match (kind, content) {
            (HANDSHAKE, _) => self.handshake.extend_from_slice(content),
            (ALERT, [WARNING, number]) if is_whole && *number != CLOSE_NOTIFY => {
                self.warning = self.warning.or(Some(*number));
            }
            (ALERT, [_, number]) if is_whole => self.alert = Some(*number),
            (APPLICATION_DATA, _) => self.encrypted += 1,
            _ => {}
        }
    }

    fn are_whole_and_encrypted(&self) -> bool {
        self.encrypted > 0 && !self.ends_in_a_record && !self.is_broken
    }
}

/// The server's hello, and whether ServerHelloDone came.
fn messages(mut bytes: &[u8]) -> (Answer, bool) {
    let mut hello = Answer::Unfinished;
    while let [kind, high, middle, low, rest @ ..] = bytes {
        let length = u32::from_be_bytes([0, *high, *middle, *low]);
        let length = usize::try_from(length).unwrap_or(usize::MAX);
        let is_first = hello == Answer::Unfinished;
        match *kind {
            // may stand anywhere, and asks for nothing while a handshake is under way
            HELLO_REQUEST if length == 0 => {}
            SERVER_HELLO if is_first && length <= LONGEST_RECORD => {}
            _ if is_first => return (Answer::Garbled, false),
            SERVER_HELLO_DONE => return (hello, true),
            _ => {}
        }
        let Some((body, after)) = rest.split_at_checked(length) else {
            break;
        };
        if *kind == SERVER_HELLO && is_first {
            match server_hello(body) {
                Some(chosen) => hello = Answer::Hello(chosen),
                None => return (Answer::Garbled, false),
            }
        }
        bytes = after;
    }
    (hello, false)
}

fn server_hello(body: &[u8]) -> Option<ServerHello> {
    let [high, low, rest @ ..] = body else {
        return None;
    };
    let legacy = u16::from_be_bytes([*high, *low]);
    let (random, rest) = rest.split_at_checked(32)?;
    let (_session, rest) = counted(rest, 1)?;
    let [high, low, _compression, rest @ ..] = rest else {
        return None;
    };
    let cipher = u16::from_be_bytes([*high, *low]);
    let mut hello = ServerHello {
        version: Numbered::version(legacy),
        cipher: Numbered::cipher(cipher),
        group: None,
        is_retry: random == RETRY,
    };
    if !rest.is_empty() {
        hello.read_extensions(counted(rest, 2)?.0)?;
    }
    Some(hello)
}

impl ServerHello {
    fn read_extensions(&mut self, mut bytes: &[u8]) -> Option<()> {
        while let [high, low, rest @ ..] = bytes {
            let (content, after) = counted(rest, 2)?;
            match (u16::from_be_bytes([*high, *low]), content) {
                (SUPPORTED_VERSIONS, [high, low]) => {
                    self.version = Numbered::version(u16::from_be_bytes([*high, *low]));
                }
                (KEY_SHARE, [high, low, ..]) => {
                    self.group = Some(Numbered::group(u16::from_be_bytes([*high, *low])));
                }
                _ => {}
            }
            bytes = after;
        }
        bytes.is_empty().then_some(())
    }
}

/// What stands after its length in `width` bytes, and what comes behind it.
fn counted(bytes: &[u8], width: usize) -> Option<(&[u8], &[u8])> {
    let (length, rest) = bytes.split_at_checked(width)?;
    let length = length
        .iter()
        .fold(0, |sum, byte| sum << 8 | usize::from(*byte));
    rest.split_at_checked(length)
}

const ALERT: u8 = 21;
const WARNING: u8 = 1;
const CLOSE_NOTIFY: u8 = 0;
const HANDSHAKE: u8 = 22;
const APPLICATION_DATA: u8 = 23;
const HELLO_REQUEST: u8 = 0;
const SERVER_HELLO: u8 = 2;
const SERVER_HELLO_DONE: u8 = 14;
const SUPPORTED_VERSIONS: u16 = 43;
const KEY_SHARE: u16 = 51;
/// Source: RFC 5246 §6.2.3.
const LONGEST_RECORD: usize = (1 << 14) + 2048;
/// The random that makes a ServerHello a HelloRetryRequest. Source: RFC 8446 §4.1.3.
const RETRY: [u8; 32] = [
    0xCF, 0x21, 0xAD, 0x74, 0xE5, 0x9A, 0x61, 0x11, 0xBE, 0x1D, 0x8C, 0x02, 0x1E, 0x65, 0xB8, 0x91,
    0xC2, 0xA2, 0x11, 0x16, 0x7A, 0xBB, 0x8C, 0x5E, 0x07, 0x9E, 0x09, 0xE2, 0xC8, 0xA8, 0x33, 0x9C,
];

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// A record of one handshake message.
    fn record(kind: u8, body: &[u8]) -> Vec<u8> {
        let length = u16::try_from(body.len()).unwrap();
        let mut record = vec![22, 3, 3];
        record.extend((length + 4).to_be_bytes());
        record.extend([kind, 0]);
        record.extend(length.to_be_bytes());
        record.extend(body);
        record
    }

    fn hello(random: [u8; 32], extensions: &[u8]) -> Vec<u8> {
        let mut body = vec![3, 3];
        body.extend(random);
        body.extend([0, 0x13, 0x01, 0]);
        if !extensions.is_empty() {
            body.extend(u16::try_from(extensions.len()).unwrap().to_be_bytes());
            body.extend(extensions);
        }
        record(2, &body)
    }

    const TLS13_X25519: &[u8] = &[0, 43, 0, 2, 3, 4, 0, 51, 0, 4, 0, 0x1D, 0, 0];

    #[test]
    fn a_hello_is_read_however_its_records_are_cut_and_not_before_it_is_whole() {
        let whole = hello([7; 32], TLS13_X25519);
        for cut in 1..whole.len() {
            assert_eq!(Answer::of(&whole[..cut]), Answer::Unfinished, "{cut}");
        }
        let Answer::Hello(seen) = Answer::of(&whole) else {
            panic!("{:?}", Answer::of(&whole));
        };
        assert_eq!(seen.version.label(), "TLS 1.3");
        assert_eq!(seen.cipher.label(), "TLS_AES_128_GCM_SHA256");
        assert_eq!(seen.group.unwrap().label(), "x25519");
        assert!(!seen.is_retry);
        let content = &whole[5..];
        let pieces = content.iter().flat_map(|byte| [22, 3, 3, 0, 1, *byte]);
        let pieces: Vec<u8> = pieces.collect();
        assert!(matches!(Answer::of(&pieces), Answer::Hello(_)));
    }

    #[test]
    fn a_retry_is_an_answer_and_its_group_the_one_it_asks_for() {
        let retry = hello(RETRY, &[0, 51, 0, 2, 0, 0x17, 0, 43, 0, 2, 3, 4]);
        let Answer::Hello(seen) = Answer::of(&retry) else {
            panic!("{:?}", Answer::of(&retry));
        };
        assert!(seen.is_retry && Flight::of(&retry).is_whole);
        assert_eq!(seen.group.unwrap().label(), "secp256r1");
    }

    #[test]
    fn an_old_flight_is_whole_with_server_hello_done_and_a_new_one_with_what_is_encrypted() {
        let old = hello([7; 32], &[]);
        let certificate = [old.clone(), record(11, &[1, 2, 3])].concat();
        assert!(!Flight::of(&certificate).is_whole);
        assert!(Flight::of(&[certificate, record(14, &[])].concat()).is_whole);
        let new = hello([7; 32], TLS13_X25519);
        assert!(!Flight::of(&new).is_whole);
        let encrypted = [new, vec![20, 3, 3, 0, 1, 1, 23, 3, 3, 0, 2, 9, 9]].concat();
        assert!(Flight::of(&encrypted).is_whole);
        let cut = &encrypted[..encrypted.len() - 1];
        assert!(!Flight::of(cut).is_whole, "the middle of a record");
    }

    #[test]
    fn alerts_banners_and_other_messages_are_told_apart() {
        assert_eq!(
            Answer::of(&[21, 3, 3, 0, 2, 2, 70]),
            Answer::Alert { number: 70 }
        );
        assert_eq!(Answer::of(&[21, 3, 3, 0, 2, 2]), Answer::Unfinished);
        let warned = [21, 3, 3, 0, 2, 1, 112];
        assert_eq!(Answer::of(&warned), Answer::Unfinished);
        assert_eq!(Flight::of(&warned).warning, Some(112));
        let then_hello = [&warned[..], &hello([7; 32], &[])].concat();
        assert!(matches!(Answer::of(&then_hello), Answer::Hello(_)));
        // what the fuzzer found: the rest of a message after an alert
        let begun = [22, 3, 3, 0, 1, 0x31, 21, 3, 3, 0, 2, 2, 80];
        let rest = [&begun[..], &[22, 3, 3, 0, 4, 0, 0, 0, 0]].concat();
        assert_eq!(Answer::of(&begun), Answer::of(&rest));
        assert_eq!(Answer::of(b"HTTP/1.1 400 Bad"), Answer::NotTls);
        assert_eq!(Answer::of(&record(11, &[0; 9])), Answer::Garbled);
        assert_eq!(Answer::of(&[22, 3, 3, 0xFF, 0xFF, 2]), Answer::Garbled);
        assert_eq!(
            Answer::of(&[22, 3, 3, 0, 4, 2, 0xFF, 0, 0]),
            Answer::Garbled
        );
        let empty = [23, 3, 3, 0, 0].repeat(Answer::MOST_BYTES / 5 + 1);
        assert_eq!(Answer::of(&empty), Answer::Garbled, "no hello in all that");
    }

    #[test]
    fn a_number_nobody_knows_stays_a_number() {
        let mut unknown = hello([7; 32], &[0, 43, 0, 2, 0x7F, 0x1C]);
        unknown[9 + 2 + 32 + 1] = 0xFA;
        let Answer::Hello(seen) = Answer::of(&unknown) else {
            panic!("it is a hello");
        };
        assert_eq!(
            (seen.version.label(), seen.cipher.label()),
            ("0x7F1C".into(), "0xFA01".into())
        );
    }

    proptest! {
        #[test]
        fn no_bytes_make_it_panic_and_more_bytes_never_unsay_an_answer(
            begins in prop_oneof![Just(vec![]), Just(vec![22, 3, 3, 0, 80, 2, 0, 0, 76, 3, 3])],
            bytes in proptest::collection::vec(any::<u8>(), 0..2000),
            cut in 0_usize..2000,
        ) {
            let all = [begins, bytes].concat();
            let before = Answer::of(&all[..cut.min(all.len())]);
            if before != Answer::Unfinished {
                prop_assert_eq!(Answer::of(&all), before);
            }
        }
    }
}
