//! How is a value of an event written?
//!
//! Source: [MS-EVEN6] §2.2.12, [MS-DTYP] for identifiers and moments.

use std::fmt::Write as _;

use time::{Duration, OffsetDateTime, macros::datetime};

/// An event, or a part of one, in the place of a value.
pub(super) const BINXML: u8 = 0x21;

pub(super) struct Value<'a> {
    pub(super) kind: u8,
    pub(super) bytes: &'a [u8],
}

/// Bytes of a value that is none of text or number.
const MOST_BYTES: usize = 256;

impl Value<'_> {
    /// One that is not of the length its kind has is left out.
    pub(super) fn push(&self, text: &mut String) {
        let _ = match self.kind {
            0x01 => {
                push_utf16(text, self.bytes);
                Ok(())
            }
            0x81 => {
                push_texts(text, self.bytes);
                Ok(())
            }
            0x02 => {
                let letters = self.bytes.iter().map(|byte| char::from(*byte));
                letters.for_each(|letter| push(text, letter));
                Ok(())
            }
            0x03 | 0x05 | 0x07 | 0x09 => self.signed().map_or(Ok(()), |one| write!(text, "{one}")),
            0x04 | 0x06 | 0x08 | 0x0a => self.number().map_or(Ok(()), |one| write!(text, "{one}")),
            0x0d => self
                .number()
                .map_or(Ok(()), |one| write!(text, "{}", one != 0)),
            0x10 | 0x14 | 0x15 => self.number().map_or(Ok(()), |one| write!(text, "{one:#x}")),
            0x0f => self.guid().map_or(Ok(()), |one| text.write_str(&one)),
            0x11 => self.moment().map_or(Ok(()), |one| text.write_str(&one)),
            0x13 => self.sid().map_or(Ok(()), |one| text.write_str(&one)),
            0x00 => Ok(()),
            _ => {
                let mut bytes = self.bytes.iter().take(MOST_BYTES);
                bytes.try_for_each(|byte| write!(text, "{byte:02X}"))
            }
        };
    }

    fn number(&self) -> Option<u64> {
        let mut wide = [0; 8];
        wide.get_mut(..self.bytes.len())?
            .copy_from_slice(self.bytes);
        (!self.bytes.is_empty()).then(|| u64::from_le_bytes(wide))
    }

    fn signed(&self) -> Option<i64> {
        let number = self.number()?.cast_signed();
        let unused = 64 - 8 * self.bytes.len();
        Some(number << unused >> unused)
    }

    fn guid(&self) -> Option<String> {
        let [a, b, c, d, e, f, g, h, rest @ ..] = <[u8; 16]>::try_from(self.bytes).ok()?;
        let (a, b) = (u32::from_le_bytes([a, b, c, d]), u16::from_le_bytes([e, f]));
        let c = u16::from_le_bytes([g, h]);
        let [d, e, rest @ ..] = rest;
        let rest = rest.map(|byte| format!("{byte:02X}")).concat();
        Some(format!("{{{a:08X}-{b:04X}-{c:04X}-{d:02X}{e:02X}-{rest}}}"))
    }

    /// Tenths of a microsecond since 1601.
    fn moment(&self) -> Option<String> {
        let ticks = i64::try_from(self.number()?).ok()?;
        let since = Duration::new(ticks / 10_000_000, 0);
        let at: OffsetDateTime = datetime!(1601-01-01 0:00 UTC).checked_add(since)?;
        let (year, month, day) = at.to_calendar_date();
        let (hour, minute, second) = at.to_hms();
        let rest = ticks % 10_000_000;
        Some(format!(
            "{year:04}-{:02}-{day:02}T{hour:02}:{minute:02}:{second:02}.{rest:07}Z",
            u8::from(month)
        ))
    }

    fn sid(&self) -> Option<String> {
        let [revision, count, authority @ .., _, _, _, _] = self.bytes.get(..12)? else {
            return None;
        };
        let rest = self.bytes.get(8..8 + 4 * usize::from(*count))?;
        let authority = authority
            .iter()
            .fold(0_u64, |all, byte| all << 8 | u64::from(*byte));
        let mut text = format!("S-{revision}-{authority}");
        for part in rest.chunks_exact(4) {
            let part = u32::from_le_bytes(part.try_into().ok()?);
            let _ = write!(text, "-{part}");
        }
        Some(text)
    }
}

/// Texts that each end with a zero; an exported event has an element for each of them.
fn push_texts(text: &mut String, bytes: &[u8]) {
    let units: Vec<&[u8]> = bytes.chunks_exact(2).collect();
    let texts = units.split(|unit| *unit == [0, 0]);
    let texts = texts.filter(|units| !units.is_empty());
    for (number, units) in texts.enumerate() {
        text.push_str(if number > 0 { ", " } else { "" });
        push_utf16(text, &units.concat());
    }
}

/// Letters as an exported event spells them, on one line; the zero behind a text is none.
pub(super) fn push_utf16(text: &mut String, bytes: &[u8]) {
    let units = bytes
        .chunks_exact(2)
        .filter_map(|unit| unit.try_into().ok());
    let letters = char::decode_utf16(units.map(u16::from_le_bytes));
    letters.for_each(|letter| push(text, letter.unwrap_or(char::REPLACEMENT_CHARACTER)));
}

fn push(text: &mut String, letter: char) {
    match letter {
        '&' => text.push_str("&amp;"),
        '<' => text.push_str("&lt;"),
        '>' => text.push_str("&gt;"),
        '\'' => text.push_str("&apos;"),
        '"' => text.push_str("&quot;"),
        '\0' => {}
        letter if letter.is_control() => text.push(' '),
        letter => text.push(letter),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn written(kind: u8, bytes: &[u8]) -> String {
        let mut text = String::new();
        Value { kind, bytes }.push(&mut text);
        text
    }

    #[test]
    fn each_kind_is_written_as_windows_exports_it() {
        assert_eq!(written(0x03, &[0xff]), "-1");
        assert_eq!(written(0x06, &[0x34, 0x12]), "4660");
        assert_eq!(written(0x0d, &[1, 0, 0, 0]), "true");
        assert_eq!(written(0x14, &[0x25, 3, 9, 0x80]), "0x80090325");
        assert_eq!(written(0x0e, &[1, 0xab]), "01AB");
        let guid = [
            0x32, 0x81, 0x67, 0x1f, 0x38, 0x59, 0x86, 0x46, 0x9f, 0xdc, 0xc8, 0xff, 0x68, 0xf1,
            0x5c, 0x85,
        ];
        assert_eq!(
            written(0x0f, &guid),
            "{1F678132-5938-4686-9FDC-C8FF68F15C85}"
        );
        let sid = [1, 2, 0, 0, 0, 0, 0, 5, 32, 0, 0, 0, 0x20, 2, 0, 0];
        assert_eq!(written(0x13, &sid), "S-1-5-32-544");
        let moment = 134_401_986_000_000_000_u64 + 1_230_000;
        assert_eq!(
            written(0x11, &moment.to_le_bytes()),
            "2026-11-26T20:30:00.1230000Z"
        );
        assert_eq!(written(0x01, b"<\0a\0\n\0\0\0"), "&lt;a ");
        assert_eq!(written(0x81, b"a\0\0\0b\0c\0\0\0"), "a, bc");
    }

    #[test]
    fn a_value_of_another_length_than_its_kind_has_is_left_out() {
        for kind in [0x03, 0x06, 0x0d, 0x0f, 0x11, 0x13, 0x14] {
            assert_eq!(written(kind, &[]), "", "{kind}");
            assert_eq!(written(kind, &[9; 11]), "", "{kind}");
        }
        assert_eq!(written(0x11, &[0xff; 8]), "");
    }
}
