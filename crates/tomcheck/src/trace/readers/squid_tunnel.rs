//! A line of squid's that tells of a tunnel that was open.
//!
//! Half of a log is such lines: this reads them at one look, and nothing but them.

use std::ops::Range;

use memchr::{memchr, memrchr};
use tomcheck_diagnosis::Instant;

use super::super::hit::Opening;
use super::squid::{NEAR, OWN_ANSWER, is_of_host};

/// What all of them have, and what is looked for.
pub(super) const ANCHOR: &str = "L/200 ";

/// What `squid::native` makes of the line around the anchor.
pub(super) fn opening<'a>(bytes: &'a [u8], anchor: &Range<usize>) -> Option<Opening<'a>> {
    let earliest = anchor.start.saturating_sub(NEAR.0);
    let head = bytes.get(earliest..anchor.start)?;
    let begin = earliest + memrchr(b'\n', head)? + 1;
    opening_at(bytes, begin).filter(|opening| opening.anchor == anchor.start)
}

/// The same of the line that begins there, if it is one in the form that squid itself gives it.
///
/// `1795729459.191    812 10.0.0.5 TCP_TUNNEL/200 5120 CONNECT tom:443 - HIER_DIRECT/192.0.2.1 -`.
// apart, its loops have the processor's registers to themselves
#[inline(never)]
pub(super) fn opening_at(bytes: &[u8], begin: usize) -> Option<Opening<'_>> {
    let latest = bytes.len().min(begin + NEAR.0 + NEAR.1);
    let line = bytes.get(begin..latest)?;
    let (seconds, rest) = begun_at(line)?;
    let (client, rest) = asked_by(rest)?;
    let anchor = latest - rest.len() - ANCHOR.len();
    let (host, rest) = asked_for(rest)?;
    Some(Opening {
        host,
        client,
        anchor,
        at: Instant::from_unix(seconds),
        place: begin..latest - rest.len(),
    })
}

/// Seconds since 1970, and what stands behind the milliseconds.
fn begun_at(line: &[u8]) -> Option<(i64, &[u8])> {
    let (seconds, behind) = number(line)?;
    let [b'.', rest @ ..] = behind else {
        return None;
    };
    let (milliseconds, rest) = word(rest, is_digit)?;
    let is_it = line.len() - behind.len() == 10 && milliseconds.len() == 3;
    is_it.then_some((i64::try_from(seconds).ok()?, rest))
}

/// The client that the line names, and what stands behind the result.
fn asked_by(mut rest: &[u8]) -> Option<(&[u8], &[u8])> {
    while let [b' ', after @ ..] = rest {
        rest = after;
    }
    let (_duration, [b' ', rest @ ..]) = word(rest, is_digit)? else {
        return None;
    };
    let (client, rest) = word(rest, is_of_client)?;
    let (b" TCP_TUNNEL/200 ", rest) = rest.split_first_chunk()? else {
        return None;
    };
    Some((client, rest))
}

/// The host that was asked for, and what stands behind the line.
fn asked_for(rest: &[u8]) -> Option<(&[u8], &[u8])> {
    let (sent, rest) = number(rest)?;
    let (b" CONNECT ", rest) = rest.split_first_chunk()? else {
        return None;
    };
    let (host, [b':', rest @ ..]) = word(rest, is_of_host)? else {
        return None;
    };
    let (port, [b' ', rest @ ..]) = number(rest)? else {
        return None;
    };
    let (_user, [b' ', rest @ ..]) = word(rest, is_visible)? else {
        return None;
    };
    let (peer, rest) = rest.split_at_checked(memchr(b'\n', rest)?)?;
    let is_peer = *peer.first()? > b' ' && peer.first_chunk() != Some(b"HIER_NONE");
    let is_open = is_peer && sent > OWN_ANSWER && port <= u64::from(u16::MAX);
    (is_open && host.len() <= 255 && peer.is_ascii()).then_some((host, rest))
}

/// The number that `text` begins with, of at most 18 digits.
#[inline]
fn number(text: &[u8]) -> Option<(u64, &[u8])> {
    let (digits, rest) = word(text, is_digit)?;
    (digits.len() <= 18).then_some(())?;
    let mut number = 0;
    for digit in digits {
        number = number * 10 + u64::from(digit - b'0');
    }
    Some((number, rest))
}

const fn is_digit(byte: u8) -> bool {
    byte.is_ascii_digit()
}

const fn is_of_client(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b':' | b'-')
}

const fn is_visible(byte: u8) -> bool {
    byte > b' ' && byte.is_ascii()
}

/// What `text` begins with of such bytes, one at least, and the rest.
#[inline]
fn word(text: &[u8], is_of_word: impl Fn(u8) -> bool) -> Option<(&[u8], &[u8])> {
    let mut rest = text;
    while let [byte, after @ ..] = rest
        && is_of_word(*byte)
    {
        rest = after;
    }
    let length = text.len() - rest.len();
    (length > 0).then(|| text.split_at_checked(length))?
}
