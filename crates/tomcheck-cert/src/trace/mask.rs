//! What of a module's log may leave the machine?

/// `text` without the bytes that pass: of a command its head stays (CLA INS P1 P2), of an answer
/// its status, of anything else the number of bytes. A code porteur is masked by the module
/// already; here nothing is left of the place where it stood.
pub(super) fn without_data(text: &str) -> String {
    let mut kept = String::with_capacity(text.len());
    let mut dump = Dump::default();
    for line in text.lines() {
        let (head, content) = split(line);
        match bytes_of(content) {
            Some(bytes) => dump.extend(head, &bytes),
            None => {
                dump.end(&mut kept);
                dump.direction = Direction::announced_by(content);
                kept.push_str(line);
                kept.push('\n');
            }
        }
    }
    dump.end(&mut kept);
    kept
}

/// `Thu Sep 16 16:55:50.760 : ` and the rest.
fn split(line: &str) -> (&str, &str) {
    match line.find(" : ") {
        Some(at) if at <= LONGEST_HEAD => line.split_at(at + 3),
        _ => ("", line),
    }
}

const LONGEST_HEAD: usize = 32;

/// The bytes of a row of a dump: groups of two or of eight digits, then the same as text. What
/// begins with such groups is taken for a row, even where it is none.
fn bytes_of(content: &str) -> Option<Vec<u8>> {
    let mut bytes = Vec::new();
    let mut rest = content.trim_start_matches([' ', '\t']);
    while let Some(group) = rest.split(' ').next().and_then(decoded) {
        bytes.extend_from_slice(&group);
        rest = rest.get(group.len() * 2..).unwrap_or_default();
        rest = rest.strip_prefix(' ').unwrap_or(rest);
    }
    (!bytes.is_empty()).then_some(bytes)
}

fn decoded(group: &str) -> Option<Vec<u8>> {
    let is_upper = |byte: u8| byte.is_ascii_digit() || (b'A'..=b'F').contains(&byte);
    let is_group = matches!(group.len(), 2 | 4 | 6 | 8) && group.bytes().all(is_upper);
    is_group
        .then(|| crate::hexadecimal::decode(group))
        .flatten()
}

#[derive(Clone, Copy, Default)]
enum Direction {
    Command,
    Answer,
    #[default]
    Other,
}

impl Direction {
    fn announced_by(line: &str) -> Self {
        if line.starts_with("Outgoing APDU") {
            Self::Command
        } else if line.starts_with("Incoming APDU") {
            Self::Answer
        } else {
            Self::Other
        }
    }
}

/// Rows that follow each other.
#[derive(Default)]
struct Dump {
    direction: Direction,
    head: String,
    first: Vec<u8>,
    last: Vec<u8>,
    length: usize,
}

impl Dump {
    fn extend(&mut self, head: &str, bytes: &[u8]) {
        if self.length == 0 {
            head.clone_into(&mut self.head);
        }
        self.length += bytes.len();
        let room = 4_usize.saturating_sub(self.first.len());
        self.first.extend(bytes.iter().take(room));
        self.last.extend(bytes.iter().rev().take(2).rev());
        self.last.drain(..self.last.len().saturating_sub(2));
    }

    fn end(&mut self, kept: &mut String) {
        let dump = std::mem::take(self);
        if dump.length == 0 {
            return;
        }
        kept.push_str(&dump.head);
        kept.push_str(&match dump.direction {
            Direction::Command => format!("{} … ({} bytes)\n", spelt(&dump.first), dump.length),
            Direction::Answer => format!("… {} ({} bytes)\n", spelt(&dump.last), dump.length),
            Direction::Other => format!("… ({} bytes)\n", dump.length),
        });
    }
}

fn spelt(bytes: &[u8]) -> String {
    let bytes: Vec<_> = bytes.iter().map(|byte| format!("{byte:02X}")).collect();
    bytes.join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// As the Cryptolib CPS 5.2.2 writes, with other values.
    const LOG: &str = "\
Thu Nov 26 15:18:18.835 : C_Login
Outgoing APDU data [    9 bytes] =====================================
00 20 00 01 04 31 32 33 34 . ...1234
======================================================================
Incoming APDU data [   18 bytes] =====================================
5A 0A 80 25 00 00 01 10 12 10 26 0F 4C 49 42 52 Z..%......&.LIBR
90 00                                           ..
======================================================================
Thu Nov 26 15:18:18.869 :     CKA_LABEL             [size : 0x21 (33)]
Thu Nov 26 15:18:18.874 :     43657274 69666963 61742064 27417574 68656E74 69666963 6174696F 6E204350 Certificat.d'Authentification.CP
Thu Nov 26 15:18:18.874 :     53                                                                      S
Thu Nov 26 15:18:18.885 :       flags:                   40d
Thu Nov 26 15:18:18.886 : Returned:  0 CKR_OK
";

    #[test]
    fn heads_and_statuses_stay_and_nothing_that_passed_does() {
        let masked = without_data(LOG);
        assert!(masked.contains("00 20 00 01 … (9 bytes)\n"), "{masked}");
        assert!(masked.contains("… 90 00 (18 bytes)\n"), "{masked}");
        assert!(masked.contains("15:18:18.874 : … (33 bytes)\n"), "{masked}");
        assert!(masked.contains("Returned:  0 CKR_OK") && masked.contains("40d"));
        for gone in ["1234", "31 32", "LIBR", "Certificat", "12 10 26"] {
            assert!(!masked.contains(gone), "{gone} in {masked}");
        }
    }

    #[test]
    fn a_log_without_dumps_is_the_same() {
        let text = "Thu Nov 26 15:18:18.834 : C_Initialize\nAn object\n\n";
        assert_eq!(without_data(text), text);
    }

    proptest! {
        #[test]
        fn no_log_makes_it_panic(text in "(.{0,40}\n|([0-9A-F]{2} ){1,16}.{0,16}\n){0,9}") {
            without_data(&text);
        }
    }
}
