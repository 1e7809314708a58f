//! Which lines say something, and who reads them?

mod browser;
mod curl;
mod curl_run;
mod java;
mod java_debug;
mod java_network;
mod java_words;
mod openssl;
mod smartcard;
mod squid;
mod squid_tunnel;
mod windows;

use std::ops::Range;

use super::hit::{Glance, Opening, Reading};
use super::line::Line;

/// A piece of text that lines of interest hold, and who reads such a line.
pub(super) struct Anchor {
    pub(super) literal: &'static str,
    pub(super) read: fn(&Line<'_>) -> Option<Reading>,
    /// Whether one line may say something more than once: an export has all events on one.
    pub(super) is_repeated: bool,
    /// Whether it stands in names of codes.
    pub(super) is_name: bool,
    frequent: Option<Frequent>,
}

/// Lines that may fill a log: their bytes are looked at first.
#[derive(Clone, Copy)]
enum Frequent {
    Squid,
    SquidTunnel,
}

const fn anchor(literal: &'static str, read: fn(&Line<'_>) -> Option<Reading>) -> Anchor {
    Anchor {
        literal,
        read,
        is_repeated: false,
        is_name: false,
        frequent: None,
    }
}

/// A line of squid's: of what went well, the words of a tunnel, and no page of any kind.
const fn squid(literal: &'static str) -> Anchor {
    Anchor {
        frequent: Some(Frequent::Squid),
        ..anchor(literal, squid::native)
    }
}

const fn squid_tunnel(literal: &'static str) -> Anchor {
    Anchor {
        frequent: Some(Frequent::SquidTunnel),
        ..anchor(literal, squid::native)
    }
}

const fn name(literal: &'static str, read: fn(&Line<'_>) -> Option<Reading>) -> Anchor {
    Anchor {
        is_name: true,
        ..anchor(literal, read)
    }
}

const fn repeated(literal: &'static str, read: fn(&Line<'_>) -> Option<Reading>) -> Anchor {
    Anchor {
        is_repeated: true,
        ..anchor(literal, read)
    }
}

/// Looked for all at once. Their first four letters decide how fast that goes: they must be rare
/// in the logs of healthy days (`TCP_` stands in every line of squid's), and there must be no
/// more than 32 of them, the name of a site among them. The searcher deals them out to eight heaps in turn, and looks closer where
/// each of four letters may be one of any of a heap: which ones stand eight places apart was
/// chosen so that in such logs nearly none does.
pub(super) const ANCHORS: &[Anchor] = &[
    squid("/502 "),
    anchor(" alert", alert),
    name("_ERROR", browser::firefox),
    squid("/407 "),
    repeated("<EventID", windows::event),
    anchor("net_error", browser::net_error),
    anchor("errno=", openssl::call),
    anchor("ssl|", java_debug::message),
    anchor("< HTTP/", curl::answer),
    anchor("erify ", openssl::verification),
    anchor("ould not resolve", curl::unresolved),
    squid("/503 "),
    anchor("0x80", number),
    anchor("\" 40", squid::combined),
    anchor(" tunnel ", curl::tunnel),
    anchor("xception: ", java::exception),
    squid_tunnel(squid_tunnel::ANCHOR),
    name("ERR_", browser::chromium_or_squid),
    anchor("ALERT:  ", java_debug::old_alert),
    squid("/403 "),
    anchor("routines:", openssl::error),
    anchor("\" 50", squid::combined),
    anchor("curl: (", curl::error),
    anchor("LinkError: ", java::unlinked),
    squid("/500 "),
    anchor("Proxy ", curl::proxy),
    squid("/504 "),
    anchor("CKR_", smartcard::pkcs11),
    anchor("NEL:HIER_", squid::combined),
    anchor("\"headers\":[\"HTTP/", browser::answered),
    anchor("SCARD_", smartcard::pcsc),
];

/// Who knows a line by the pattern of this number: an anchor, or behind them the name of a site.
pub(super) fn read(pattern: usize, line: &Line<'_>) -> Option<Reading> {
    match ANCHORS.get(pattern) {
        Some(anchor) => (anchor.read)(line),
        None => success(line),
    }
}

/// A tunnel that was open, where the pattern and the bytes around it say so at once.
pub(super) fn opening<'a>(
    pattern: usize,
    bytes: &'a [u8],
    anchor: &Range<usize>,
) -> Option<Opening<'a>> {
    match ANCHORS.get(pattern)?.frequent? {
        Frequent::SquidTunnel => squid_tunnel::opening(bytes, anchor),
        Frequent::Squid => None,
    }
}

/// The same of the line that begins there: in many logs tunnel follows on tunnel.
pub(super) fn opening_at(bytes: &[u8], begin: usize) -> Option<Opening<'_>> {
    squid_tunnel::opening_at(bytes, begin)
}

/// What one look at the bytes around an anchor says; none: its reader has to be asked.
pub(super) fn glance<'a>(
    pattern: usize,
    bytes: &'a [u8],
    anchor: &Range<usize>,
) -> Option<Glance<'a>> {
    ANCHORS.get(pattern)?.frequent?;
    squid::glance(bytes, anchor)
}

/// Lines that name one of these are read even where nothing failed: a site that was reached
/// afterwards makes an older failure void, and a page of it that a proxy names was not for its eyes.
fn success(line: &Line<'_>) -> Option<Reading> {
    let of_squid = squid::opened_tls(line).or_else(|| squid::native(line));
    let of_squid = of_squid.or_else(|| squid::combined(line));
    of_squid.or_else(|| java_debug::old_greeting(line))
}

/// The numbers of PC/SC, and those of Schannel and CryptoAPI.
fn number(line: &Line<'_>) -> Option<Reading> {
    smartcard::pcsc(line).or_else(|| windows::number(line))
}

/// `TLS alert, unknown CA (560)`, `Received fatal alert: handshake_failure`.
fn alert(line: &Line<'_>) -> Option<Reading> {
    curl::alert(line).or_else(|| java::fatal_alert(line))
}

/// What a code says that stands further on in the line.
fn code(line: &Line<'_>) -> Option<Reading> {
    let by_number = line.at("0x80").and_then(|line| number(&line));
    by_number.or_else(|| browser::firefox(&line.at("_ERROR")?))
}

/// What `reader` makes of the line around the last `anchor` of `text`.
#[cfg(test)]
fn read_around(
    text: &str,
    anchor: &str,
    reader: fn(&Line<'_>) -> Option<Reading>,
) -> Option<Reading> {
    let at = text.rfind(anchor).unwrap();
    reader(&Line::around(text.as_bytes(), at..at + anchor.len()))
}
