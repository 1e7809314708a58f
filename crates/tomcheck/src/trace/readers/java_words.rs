//! What do the words of an exception of Java say, whatever its class?
//!
//! Source: `sun.net.www.protocol.http`, `sun.security.ssl`, `sun.security.pkcs11`,
//! `java.net.SocksSocketImpl` and `java.lang.ClassLoader` of OpenJDK 8 to 17; the words of the system are
//! those of its language.

use super::super::codes::{self, ALERTS};
use super::super::hit::{Facts, Format, Reading};
use super::super::line::value_after;
use super::java::told;

const CONSOLE: Format = Format::JavaConsole;

/// What the message says by itself.
pub(super) fn by_message(message: &str, facts: &Facts) -> Option<Reading> {
    if let Some((_, answer)) = message.split_once("Proxy returns \"HTTP/1.") {
        let status = answer.split_ascii_whitespace().nth(1)?;
        let code = codes::proxy_status(status.trim_end_matches('"').parse().ok()?)?;
        return Some(Reading::of(code, CONSOLE).saying("HTTP", status));
    }
    if let Some((_, alert)) = message.split_once("fatal alert: ") {
        return told(codes::alert(ALERTS, alert)?);
    }
    if let Some(status) = value_after(message, "HTTP response code: ") {
        let code = refused(status.parse().ok()?, message, facts)?;
        return Some(Reading::of(code, CONSOLE).saying("HTTP", status));
    }
    if message.starts_with("Library ") && message.contains(" does not exist") {
        return Some(Reading::of("module.not-installed", CONSOLE));
    }
    let (_, code) = WORDS.iter().find(|(words, _)| message.contains(words))?;
    let code = match (*code, facts.proxy.is_some()) {
        (CUT, true) => "proxy.upstream-failed",
        (ENDLESS, false) => "tls.application-refused",
        (code, _) => code,
    };
    Some(Reading::of(code, CONSOLE))
}

/// Over a connection that is not secure, a proxy answers for the site.
fn refused(status: u16, message: &str, facts: &Facts) -> Option<&'static str> {
    let is_plain = message.contains("for URL: http://");
    match is_plain && facts.proxy.is_some() {
        true => codes::proxy_status(status),
        false => codes::site_status(status),
    }
}

const CUT: &str = "tls.reset-by-middlebox";
const ENDLESS: &str = "proxy.authentication-rejected";

/// Words, and the finding they stand for; the first ones that are there decide. Of a connection that was
/// cut, the proxy cut it where there is one.
const WORDS: &[(&str, &str)] = &[
    ("NotAfter", "tls.server-expired"),
    ("NotBefore", "tls.server-expired"),
    ("timestamp check failed", "tls.server-expired"),
    ("PKIX path building failed", "tls.server-untrusted"),
    ("PKIX path validation failed", "tls.server-untrusted"),
    (
        "unable to find valid certification path",
        "tls.server-untrusted",
    ),
    ("algorithm constraints", "tls.server-untrusted"),
    ("peer not authenticated", "tls.server-untrusted"),
    ("No name matching", "tls.server-name-mismatch"),
    ("No subject alternative", "tls.server-name-mismatch"),
    ("HTTPS hostname wrong", "tls.server-name-mismatch"),
    (
        "doesn't match any of the subject",
        "tls.server-name-mismatch",
    ),
    ("No appropriate protocol", "tls.version-unsupported"),
    ("no cipher suites in common", "tls.no-common-cipher"),
    (
        "No available authentication scheme",
        "tls.signature-scheme-unavailable",
    ),
    ("enegotiation is not allowed", "tls.renegotiation-required"),
    ("plaintext connection?", "tls.not-tls"),
    ("Unsupported or unrecognized SSL message", "tls.not-tls"),
    (
        "due to proxy authentication",
        "proxy.authentication-required",
    ),
    ("due to server authentication", "tls.application-refused"),
    ("redirected too many", ENDLESS),
    ("Malformed reply from SOCKS server", "proxy.not-a-proxy"),
    (
        "SOCKS : authentication failed",
        "proxy.authentication-rejected",
    ),
    (
        "SOCKS : No acceptable methods",
        "proxy.authentication-required",
    ),
    ("SOCKS: Connection not allowed", "proxy.host-not-allowed"),
    ("SOCKS: ", "proxy.upstream-failed"),
    ("SOCKS server general failure", "proxy.upstream-failed"),
    ("Can't load ", "module.wrong-architecture"),
    ("wrong ELF class", "module.wrong-architecture"),
    (
        "is not a valid Win32 application",
        "module.wrong-architecture",
    ),
    ("application Win32 valide", "module.wrong-architecture"),
    (
        "Can't find dependent libraries",
        "module.dependency-missing",
    ),
    (
        "closed connection during handshake",
        "tls.reset-by-middlebox",
    ),
    ("terminated the handshake", "tls.reset-by-middlebox"),
    ("Connection reset", CUT),
    ("Connexion ré", CUT),
    ("Software caused connection abort", CUT),
    ("forcibly closed by the remote host", CUT),
    ("fermée par l'hôte distant", CUT),
    ("Unexpected end of file from server", CUT),
    ("Broken pipe", CUT),
    ("Relais brisé", CUT),
];

#[test]
fn all_words_stand_for_a_finding_there_is() {
    for (words, code) in WORDS {
        assert!(super::super::judge::kind(code).is_some(), "{words}: {code}");
    }
}
