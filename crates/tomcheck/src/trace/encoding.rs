//! Which letters are these bytes?

use std::borrow::Cow;
use std::io::{self, Read};

/// UTF-8, or else Windows-1252: what Windows programs in French write.
pub(crate) fn text(bytes: &[u8]) -> Cow<'_, str> {
    match std::str::from_utf8(bytes) {
        Ok(text) => Cow::Borrowed(text),
        // What was cut in the midst of a letter is no other encoding for that.
        Err(error) if error.valid_up_to() + 3 >= bytes.len() && error.error_len().is_none() => {
            let valid = bytes.get(..error.valid_up_to()).unwrap_or_default();
            Cow::Borrowed(std::str::from_utf8(valid).unwrap_or_default())
        }
        Err(_) => Cow::Owned(bytes.iter().map(|byte| letter(*byte)).collect()),
    }
}

/// Source: the Encoding Standard's index of windows-1252.
fn letter(byte: u8) -> char {
    let high = byte.checked_sub(0x80).map(usize::from);
    let high = high.and_then(|at| HIGH.get(at)).copied();
    high.unwrap_or_else(|| char::from(byte))
}

const HIGH: [char; 32] = [
    '€', '\u{81}', '‚', 'ƒ', '„', '…', '†', '‡', 'ˆ', '‰', 'Š', '‹', 'Œ', '\u{8d}', 'Ž', '\u{8f}',
    '\u{90}', '‘', '’', '“', '”', '•', '–', '—', '˜', '™', 'š', '›', 'œ', '\u{9d}', 'ž', 'Ÿ',
];

/// How the bytes of a file stand for letters, as its beginning tells.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Encoding {
    Utf8,
    Windows1252,
    Utf16Le,
    Utf16Be,
    /// No text at all.
    Binary,
}

impl Encoding {
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Utf8 => "UTF-8",
            Self::Windows1252 => "Windows-1252",
            Self::Utf16Le => "UTF-16LE",
            Self::Utf16Be => "UTF-16BE",
            Self::Binary => "binary",
        }
    }

    /// By its mark, or by where the zeros of Latin letters stand.
    pub(crate) fn of(head: &[u8]) -> Self {
        match head {
            [0xff, 0xfe, ..] => return Self::Utf16Le,
            [0xfe, 0xff, ..] => return Self::Utf16Be,
            _ => {}
        }
        let zeros = |parity: usize| {
            let bytes = head.iter().skip(parity).step_by(2);
            bytes.filter(|byte| **byte == 0).count()
        };
        let (even, odd, half) = (zeros(0), zeros(1), head.len() / 2);
        if odd * 10 > half * 7 && even * 10 < half {
            return Self::Utf16Le;
        }
        if even * 10 > half * 7 && odd * 10 < half {
            return Self::Utf16Be;
        }
        match text(head) {
            Cow::Borrowed(_) => Self::Utf8,
            Cow::Owned(_) => Self::Windows1252,
        }
    }
}

/// UTF-16 as UTF-8; what is no letter becomes U+FFFD.
pub(crate) struct FromUtf16<R> {
    inner: R,
    is_big: bool,
    /// A byte whose second half has not come yet.
    half: Option<u8>,
    /// A unit whose second half has not come yet.
    high: Option<u16>,
    ready: Vec<u8>,
    taken: usize,
}

impl<R: Read> FromUtf16<R> {
    pub(crate) fn new(inner: R, is_big: bool) -> Self {
        Self {
            inner,
            is_big,
            half: None,
            high: None,
            ready: Vec::new(),
            taken: 0,
        }
    }

    /// False at the end.
    fn fill(&mut self) -> io::Result<bool> {
        let mut bytes = [0; 32 << 10];
        let read = self.inner.read(&mut bytes)?;
        self.ready.clear();
        self.taken = 0;
        for byte in bytes.iter().take(read) {
            match self.half.take() {
                None => self.half = Some(*byte),
                Some(first) if self.is_big => self.unit(u16::from_be_bytes([first, *byte])),
                Some(first) => self.unit(u16::from_le_bytes([first, *byte])),
            }
        }
        if read == 0 && self.high.take().is_some() {
            self.push(char::REPLACEMENT_CHARACTER);
        }
        Ok(read > 0 || !self.ready.is_empty())
    }

    fn unit(&mut self, unit: u16) {
        let units = match (self.high.take(), unit) {
            (None, 0xd800..=0xdbff) => {
                self.high = Some(unit);
                return;
            }
            (None, _) => [None, Some(unit)],
            (high, _) => [high, Some(unit)],
        };
        for letter in char::decode_utf16(units.into_iter().flatten()) {
            self.push(letter.unwrap_or(char::REPLACEMENT_CHARACTER));
        }
    }

    fn push(&mut self, letter: char) {
        // the mark of byte order is no letter
        if letter != '\u{feff}' {
            let mut bytes = [0; 4];
            let bytes = letter.encode_utf8(&mut bytes).as_bytes();
            self.ready.extend_from_slice(bytes);
        }
    }
}

impl<R: Read> Read for FromUtf16<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        while self.taken == self.ready.len() {
            if !self.fill()? {
                return Ok(0);
            }
        }
        let mut rest = self.ready.get(self.taken..).unwrap_or_default();
        let read = rest.read(buffer)?;
        self.taken += read;
        Ok(read)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn utf16(text: &str, is_big: bool) -> Vec<u8> {
        let units = text.encode_utf16();
        let bytes = units.flat_map(|unit| match is_big {
            true => unit.to_be_bytes(),
            false => unit.to_le_bytes(),
        });
        bytes.collect()
    }

    proptest! {
        #[test]
        fn utf16_reads_as_the_same_text_whatever_the_pieces(text in "\\PC{0,60}", is_big: bool) {
            let mut read = String::new();
            FromUtf16::new(&*utf16(&text, is_big), is_big).read_to_string(&mut read).unwrap();
            prop_assert_eq!(read, text.replace('\u{feff}', ""));
        }

        #[test]
        fn no_bytes_make_it_panic(bytes: Vec<u8>, is_big: bool) {
            let mut read = String::new();
            FromUtf16::new(&*bytes, is_big).read_to_string(&mut read).unwrap();
            let _ = (Encoding::of(&bytes), text(&bytes));
        }
    }

    #[test]
    fn the_encoding_is_known_by_its_mark_or_by_its_zeros() {
        for (is_big, encoding) in [(false, Encoding::Utf16Le), (true, Encoding::Utf16Be)] {
            assert_eq!(Encoding::of(&utf16("\u{feff}é", is_big)), encoding);
            assert_eq!(
                Encoding::of(&utf16("Échec de la connexion", is_big)),
                encoding
            );
        }
        assert_eq!(Encoding::of("Échec".as_bytes()), Encoding::Utf8);
        assert_eq!(
            Encoding::of(b"\xc9chec de la connexion"),
            Encoding::Windows1252
        );
        assert_eq!(text(b"\xc9chec \x85"), "Échec …");
    }
}
