//! Which lines say something, and who reads them?

mod browser;
mod curl;
mod curl_run;
mod java;
mod openssl;
mod smartcard;
mod squid;
mod windows;

use super::hit::Reading;
use super::line::Line;

/// A piece of text that lines of interest hold, and who reads such a line.
pub(super) struct Anchor {
    pub(super) literal: &'static str,
    pub(super) read: fn(&Line<'_>) -> Option<Reading>,
    /// Whether one line may say something more than once: an export has all events on one.
    pub(super) is_repeated: bool,
    /// Whether it stands in names of codes.
    pub(super) is_name: bool,
}

const fn anchor(literal: &'static str, read: fn(&Line<'_>) -> Option<Reading>) -> Anchor {
    Anchor {
        literal,
        read,
        is_repeated: false,
        is_name: false,
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
/// more than 32 of them.
pub(super) const ANCHORS: &[Anchor] = &[
    anchor("Authentication failure", java::authentication),
    anchor("Exception: ", java::exception),
    anchor("fatal alert", java::fatal_alert),
    anchor("ALERT:  fatal", java::old_debug),
    anchor("alert message", java::new_debug),
    anchor("/403 ", squid::native),
    anchor("/407 ", squid::native),
    anchor("/500 ", squid::native),
    anchor("/502 ", squid::native),
    anchor("/503 ", squid::native),
    anchor("/504 ", squid::native),
    // what went well: the words of a tunnel, and no page of any kind
    anchor("L/200 ", squid::native),
    anchor("NEL:HIER_", squid::combined),
    anchor("\" 40", squid::combined),
    anchor("\" 50", squid::combined),
    name("_ERROR", browser::firefox),
    name("ERR_", browser::chromium_or_squid),
    anchor("net_error", browser::net_error),
    anchor("CKR_", smartcard::pkcs11),
    anchor("SCARD_", smartcard::pcsc),
    anchor("0x8010", smartcard::pcsc),
    anchor("0x800", windows::number),
    repeated("<EventID", windows::event),
    anchor("curl: (", curl::error),
    anchor("TLS alert, ", curl::alert),
    anchor(" tunnel ", curl::tunnel),
    anchor("Proxy ", curl::proxy),
    anchor("routines:", openssl::error),
    anchor("erify ", openssl::verification),
    anchor("ould not resolve", curl::unresolved),
];

/// Lines that name one of these are read even where nothing failed: a site that was reached
/// afterwards makes an older failure void.
pub(super) fn success(line: &Line<'_>) -> Option<Reading> {
    squid::native(line).or_else(|| squid::combined(line))
}
