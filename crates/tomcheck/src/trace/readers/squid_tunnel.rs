//! A line of squid's that tells of a tunnel that was open.
//!
//! Half of a log is such lines: this reads them at one look, and nothing but them.

use std::ops::Range;

use memchr::memchr;

use super::super::hit::Opening;
use super::squid::{NEAR, OWN_ANSWER, is_of_host};

/// What `squid::native` makes of such a line in the form that squid itself gives it. The anchor is
/// `L/200 `.
///
/// `1795729459.191    812 10.0.0.5 TCP_TUNNEL/200 5120 CONNECT tom:443 - HIER_DIRECT/192.0.2.1 -`.
#[inline(never)]
pub(super) fn opening<'a>(bytes: &'a [u8], anchor: &Range<usize>) -> Option<Opening<'a>> {
    let (client, begin) = asked_by(bytes.get(..anchor.start)?)?;
    let tail = bytes.get(anchor.end..)?;
    let (host, end) = asked_for(tail.get(..NEAR.1).unwrap_or(tail))?;
    Some(Opening {
        host,
        client,
        place: begin..anchor.end + end,
    })
}

/// The client that `head` names last, and where its line begins: there is but the moment and a
/// duration before.
fn asked_by(head: &[u8]) -> Option<(&[u8], usize)> {
    let (head, b" TCP_TUNNE") = head.split_last_chunk()? else {
        return None;
    };
    let ([head @ .., b' '], client) = split_last(head, is_of_client)? else {
        return None;
    };
    let ([head @ .., b'.'], _) = split_last(head, is_of_duration)? else {
        return None;
    };
    let ([.., b'\n'], seconds) = split_last(head, is_digit)? else {
        return None;
    };
    (seconds.len() == 10).then_some((client, head.len() - 10))
}

/// The host that `tail` names, and where its line ends.
fn asked_for(tail: &[u8]) -> Option<(&[u8], usize)> {
    let (sent, rest) = number(tail)?;
    let (b" CONNECT ", rest) = rest.split_first_chunk()? else {
        return None;
    };
    let (host, [b':', rest @ ..]) = split_first(rest, is_of_host)? else {
        return None;
    };
    let (port, rest) = number(rest)?;
    let (b" - ", peer) = rest.split_first_chunk()? else {
        return None;
    };
    let end = memchr(b'\n', peer)?;
    let place = tail.len() - peer.len() + end;
    let peer = peer.get(..end)?;
    let is_peer = *peer.first()? > b' ' && peer.first_chunk() != Some(b"HIER_NONE");
    let is_open = is_peer && sent > OWN_ANSWER && port <= u64::from(u16::MAX);
    (is_open && host.len() <= 255 && peer.is_ascii()).then_some((host, place))
}

/// The number that `text` begins with, of at most 18 digits.
#[inline]
fn number(text: &[u8]) -> Option<(u64, &[u8])> {
    let (digits, rest) = split_first(text, is_digit)?;
    (digits.len() <= 18).then_some(())?;
    let mut number = 0;
    for digit in digits {
        number = number * 10 + u64::from(digit - b'0');
    }
    Some((number, rest))
}

const fn is_of_client(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b':' | b'-')
}

const fn is_of_duration(byte: u8) -> bool {
    byte.is_ascii_digit() || byte == b' '
}

const fn is_digit(byte: u8) -> bool {
    byte.is_ascii_digit()
}

/// What comes before the word that `text` ends with, and the word.
#[inline]
fn split_last(text: &[u8], is_of_word: impl Fn(u8) -> bool) -> Option<(&[u8], &[u8])> {
    let mut rest = text;
    while let [before @ .., byte] = rest
        && is_of_word(*byte)
    {
        rest = before;
    }
    (rest.len() < text.len()).then(|| text.split_at_checked(rest.len()))?
}

/// The word that `text` begins with, and the rest.
#[inline]
fn split_first(text: &[u8], is_of_word: impl Fn(u8) -> bool) -> Option<(&[u8], &[u8])> {
    let mut rest = text;
    while let [byte, after @ ..] = rest
        && is_of_word(*byte)
    {
        rest = after;
    }
    let length = text.len() - rest.len();
    (length > 0).then(|| text.split_at_checked(length))?
}
