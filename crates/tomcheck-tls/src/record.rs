//! Which TLS records passed, and which way?

use serde::{Deserialize, Serialize};

/// One record, without its content.
#[derive(Clone, Copy, Debug, Eq, PartialEq, Serialize, Deserialize)]
pub struct RecordSeen {
    /// Which way it went.
    pub direction: Direction,
    /// 20 change_cipher_spec, 21 alert, 22 handshake, 23 application_data; in TLS 1.3
    /// everything encrypted is 23 (RFC 8446 §5.1).
    pub content_type: u8,
    /// Bytes after the header.
    pub length: u16,
    /// Microseconds from the start of the probe.
    pub at_us: u64,
}

/// Which way a record went.
#[derive(Clone, Copy, Debug, Eq, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Direction {
    /// To the server.
    Sent,
    /// From the server.
    Received,
}

/// Cuts one direction of a connection into records.
#[derive(Debug)]
pub(crate) struct Tap {
    direction: Direction,
    header: Vec<u8>,
    left: u16,
    alert: Vec<u8>,
    in_clear_alert: bool,
}

impl Tap {
    pub(crate) fn new(direction: Direction) -> Self {
        Self {
            direction,
            header: Vec::new(),
            left: 0,
            alert: Vec::new(),
            in_clear_alert: false,
        }
    }

    /// Adds the records that begin in `bytes` to `records`, which stops growing at
    /// [`MOST_RECORDS`].
    pub(crate) fn feed(&mut self, mut bytes: &[u8], at_us: u64, records: &mut Vec<RecordSeen>) {
        while let Some((byte, rest)) = bytes.split_first() {
            if self.left > 0 {
                bytes = self.skip(bytes);
                continue;
            }
            bytes = rest;
            self.header.push(*byte);
            if let [content_type, _, _, high, low] = *self.header.as_slice() {
                self.begin(
                    content_type,
                    u16::from_be_bytes([high, low]),
                    at_us,
                    records,
                );
            }
        }
    }

    /// The number of the last alert that passed in clear, if one did.
    pub(crate) fn clear_alert(&self) -> Option<u8> {
        self.alert.get(1).copied()
    }

    fn begin(&mut self, content_type: u8, length: u16, at_us: u64, records: &mut Vec<RecordSeen>) {
        self.header.clear();
        self.left = length;
        self.in_clear_alert = content_type == ALERT && length == 2;
        if self.in_clear_alert {
            self.alert.clear();
        }
        if records.len() < MOST_RECORDS {
            records.push(RecordSeen {
                direction: self.direction,
                content_type,
                length,
                at_us,
            });
        }
    }

    fn skip<'a>(&mut self, bytes: &'a [u8]) -> &'a [u8] {
        let here = bytes.len().min(usize::from(self.left));
        let (body, rest) = bytes.split_at(here);
        if self.in_clear_alert {
            self.alert.extend_from_slice(body);
        }
        self.left -= u16::try_from(here).unwrap_or(self.left);
        rest
    }
}

/// Whether the first bytes of an answer can be TLS.
pub(crate) fn may_be_tls(bytes: &[u8]) -> bool {
    match bytes {
        [content_type, 3, ..] | [content_type] => (20..=23).contains(content_type),
        [] => true,
        _ => false,
    }
}

/// Source: RFC 8446 §5.1.
pub(crate) const HANDSHAKE: u8 = 22;
const ALERT: u8 = 21;
const MOST_RECORDS: usize = 256;

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn records_are_found_however_the_bytes_are_cut() {
        let bytes = [
            22, 3, 3, 0, 3, 1, 2, 3, 21, 3, 3, 0, 2, 2, 40, 23, 3, 3, 0, 0,
        ];
        for cut in 0..bytes.len() {
            let (mut tap, mut records) = (Tap::new(Direction::Received), Vec::new());
            tap.feed(&bytes[..cut], 1, &mut records);
            tap.feed(&bytes[cut..], 2, &mut records);
            let seen: Vec<_> = records.iter().map(|r| (r.content_type, r.length)).collect();
            assert_eq!(seen, [(22, 3), (21, 2), (23, 0)], "cut at {cut}");
            assert_eq!(tap.clear_alert(), Some(40));
        }
    }

    #[test]
    fn an_encrypted_alert_has_no_number() {
        let (mut tap, mut records) = (Tap::new(Direction::Sent), Vec::new());
        tap.feed(&[21, 3, 3, 0, 3, 9, 9, 9], 0, &mut records);
        assert_eq!((records.len(), tap.clear_alert()), (1, None));
    }

    #[test]
    fn a_banner_is_no_tls() {
        assert!(may_be_tls(&[22, 3, 1]) && may_be_tls(&[21]));
        assert!(!may_be_tls(b"HTTP/1.1 400") && !may_be_tls(b"SSH-2.0") && !may_be_tls(b"2"));
    }

    proptest! {
        #[test]
        fn no_bytes_make_the_tap_panic_or_grow_without_end(
            bytes in proptest::collection::vec(any::<u8>(), 0..4000),
        ) {
            let (mut tap, mut records) = (Tap::new(Direction::Received), Vec::new());
            tap.feed(&bytes, 0, &mut records);
            prop_assert!(records.len() <= MOST_RECORDS);
        }
    }
}
