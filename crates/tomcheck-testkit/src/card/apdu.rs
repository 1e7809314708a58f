//! What does the host ask?

use super::status::Status;

/// A command APDU, all four cases, short and extended lengths. Source: ISO/IEC 7816-3 §12.1.
pub(super) struct Command {
    pub(super) class: u8,
    pub(super) instruction: u8,
    pub(super) p1: u8,
    pub(super) p2: u8,
    pub(super) data: Vec<u8>,
    /// Bytes the host can take; none in T=0 commands with data, which are followed by GET RESPONSE.
    pub(super) expected: Option<usize>,
}

impl Command {
    pub(super) fn parse(raw: &[u8]) -> Result<Self, Status> {
        let &[class, instruction, p1, p2, ref body @ ..] = raw else {
            return Err(Status::WRONG_LENGTH);
        };
        let (data, expected) = match *body {
            [] => (&[][..], None),
            [expected] => (&[][..], Some(short(expected))),
            [0, high, low] => (&[][..], Some(extended(high, low))),
            [0, high, low, ref rest @ ..] => extended_body(high, low, rest)?,
            [length, ref rest @ ..] => short_body(length, rest)?,
        };
        Ok(Self {
            class,
            instruction,
            p1,
            p2,
            data: data.to_vec(),
            expected,
        })
    }

    pub(super) fn p1_p2(&self) -> u16 {
        u16::from_be_bytes([self.p1, self.p2])
    }

    /// More of the same command follows. Source: ISO/IEC 7816-4 §5.3.3.
    pub(super) fn is_chained(&self) -> bool {
        self.class & 0x90 == 0x10
    }
}

type Body<'a> = (&'a [u8], Option<usize>);

fn short_body(length: u8, rest: &[u8]) -> Result<Body<'_>, Status> {
    match rest
        .split_at_checked(length.into())
        .ok_or(Status::WRONG_LENGTH)?
    {
        (_, _) if length == 0 => Err(Status::WRONG_LENGTH),
        (data, []) => Ok((data, None)),
        (data, &[expected]) => Ok((data, Some(short(expected)))),
        _ => Err(Status::WRONG_LENGTH),
    }
}

fn extended_body(high: u8, low: u8, rest: &[u8]) -> Result<Body<'_>, Status> {
    let length = usize::from(u16::from_be_bytes([high, low]));
    match rest.split_at_checked(length).ok_or(Status::WRONG_LENGTH)? {
        (_, _) if length == 0 => Err(Status::WRONG_LENGTH),
        (data, []) => Ok((data, None)),
        (data, &[high, low]) => Ok((data, Some(extended(high, low)))),
        _ => Err(Status::WRONG_LENGTH),
    }
}

/// Zero stands for the most the field can say.
fn short(expected: u8) -> usize {
    if expected == 0 { 256 } else { expected.into() }
}

fn extended(high: u8, low: u8) -> usize {
    match u16::from_be_bytes([high, low]) {
        0 => 65_536,
        expected => expected.into(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parsed(raw: &[u8]) -> Result<(usize, Option<usize>), Status> {
        Command::parse(raw).map(|command| (command.data.len(), command.expected))
    }

    #[test]
    fn the_four_cases_are_told_apart() {
        assert_eq!(parsed(b"\0\x20\0\x01"), Ok((0, None)));
        assert_eq!(parsed(b"\0\xb0\0\0\0"), Ok((0, Some(256))));
        assert_eq!(parsed(b"\0\xa4\0\x0c\x02\x3f\0"), Ok((2, None)));
        assert_eq!(parsed(b"\0\xa4\0\0\x02\x3f\0\x10"), Ok((2, Some(16))));
        assert_eq!(parsed(b"\0\xb0\0\0\0\x01\0"), Ok((0, Some(256))));
        assert_eq!(
            parsed(b"\0\xa4\0\0\0\0\x02\x3f\0\0\0"),
            Ok((2, Some(65_536)))
        );
    }

    #[test]
    fn wrong_lengths_are_refused() {
        for raw in [
            &b"\0\xa4"[..],
            b"\0\xa4\x04\xff\x02\x3f",
            b"\0\xa4\0\0\0\0\x05\x3f",
        ] {
            assert_eq!(parsed(raw), Err(Status::WRONG_LENGTH));
        }
    }
}
