//! Which finding does a foreign code stand for?
//!
//! Only codes that one finding explains: a code that many faults share says nothing of the cause.

/// A foreign name, its number as logs write it, and the finding it stands for.
pub(super) type Code = (&'static str, &'static str, &'static str);

/// The rows of all tables; those of own alerts have the same names.
pub(super) fn all() -> impl Iterator<Item = &'static Code> {
    [PCSC, PKCS11, FIREFOX, CHROMIUM, SQUID, WINDOWS, ALERTS]
        .into_iter()
        .flatten()
}

fn by_name(table: &'static [Code], name: &str) -> Option<&'static Code> {
    table.iter().find(|(known, ..)| *known == name)
}

fn by_number(table: &'static [Code], number: &str) -> Option<&'static Code> {
    let known = |code: &&Code| code.1.eq_ignore_ascii_case(number);
    table.iter().find(known).filter(|_| !number.is_empty())
}

/// A code of `table`, by its name or its number.
pub(super) fn find(table: &'static [Code], word: &str) -> Option<&'static Code> {
    by_name(table, word).or_else(|| by_number(table, word))
}

/// Source: winscard.h of pcsc-lite and Windows.
pub(super) static PCSC: &[Code] = &[
    (
        "SCARD_E_UNKNOWN_READER",
        "0x80100009",
        "reader.wanted-missing",
    ),
    (
        "SCARD_E_SHARING_VIOLATION",
        "0x8010000B",
        "card.in-exclusive-use",
    ),
    ("SCARD_E_NO_SMARTCARD", "0x8010000C", "card.absent"),
    (
        "SCARD_E_READER_UNAVAILABLE",
        "0x80100017",
        "reader.unavailable",
    ),
    ("SCARD_E_CARD_UNSUPPORTED", "0x8010001C", "card.foreign"),
    ("SCARD_E_NO_SERVICE", "0x8010001D", "reader.service-stopped"),
    (
        "SCARD_E_SERVICE_STOPPED",
        "0x8010001E",
        "reader.service-stopped",
    ),
    ("SCARD_E_NO_READERS_AVAILABLE", "0x8010002E", "reader.none"),
    ("SCARD_W_UNSUPPORTED_CARD", "0x80100065", "card.foreign"),
    ("SCARD_W_UNRESPONSIVE_CARD", "0x80100066", "card.mute"),
    ("SCARD_W_UNPOWERED_CARD", "0x80100067", "card.mute"),
    (
        "SCARD_W_RESET_CARD",
        "0x80100068",
        "card.removed-during-use",
    ),
    (
        "SCARD_W_REMOVED_CARD",
        "0x80100069",
        "card.removed-during-use",
    ),
    (
        "SCARD_W_SECURITY_VIOLATION",
        "0x8010006A",
        "reader.service-refused",
    ),
    ("SCARD_W_WRONG_CHV", "0x8010006B", "token.pin-incorrect"),
    ("SCARD_W_CHV_BLOCKED", "0x8010006C", "token.pin-locked"),
    (
        "SCARD_W_CANCELLED_BY_USER",
        "0x8010006E",
        "token.pin-cancelled",
    ),
];

/// Source: PKCS #11 v2.40, pkcs11t.h.
pub(super) static PKCS11: &[Code] = &[
    ("CKR_DEVICE_ERROR", "0x30", "token.unreadable"),
    ("CKR_DEVICE_REMOVED", "0x32", "card.removed-during-use"),
    ("CKR_FUNCTION_CANCELED", "0x50", "token.pin-cancelled"),
    ("CKR_PIN_INCORRECT", "0xA0", "token.pin-incorrect"),
    ("CKR_PIN_LOCKED", "0xA4", "token.pin-locked"),
    ("CKR_TOKEN_NOT_PRESENT", "0xE0", "card.absent"),
    ("CKR_TOKEN_NOT_RECOGNIZED", "0xE1", "card.foreign"),
];

/// Source: NSS, SSLerrs.h and SECerrs.h; mozpkix.
pub(super) static FIREFOX: &[Code] = &[
    ("PR_CONNECT_REFUSED_ERROR", "", "network.refused"),
    ("PR_CONNECT_RESET_ERROR", "", "tls.reset-by-middlebox"),
    ("PR_CONNECT_TIMEOUT_ERROR", "", "network.timeout"),
    ("PR_DIRECTORY_LOOKUP_ERROR", "", "network.dns-failure"),
    ("PR_END_OF_FILE_ERROR", "", "tls.reset-by-middlebox"),
    ("PR_IO_TIMEOUT_ERROR", "", "network.timeout"),
    ("PR_NETWORK_UNREACHABLE_ERROR", "", "network.unreachable"),
    ("SSL_ERROR_BAD_CERT_ALERT", "", "tls.certificate-rejected"),
    ("SSL_ERROR_BAD_CERT_DOMAIN", "", "tls.server-name-mismatch"),
    (
        "SSL_ERROR_CERTIFICATE_UNKNOWN_ALERT",
        "",
        "tls.certificate-rejected",
    ),
    (
        "SSL_ERROR_DECRYPT_ERROR_ALERT",
        "",
        "tls.signature-rejected",
    ),
    (
        "SSL_ERROR_EXPIRED_CERT_ALERT",
        "",
        "tls.certificate-rejected",
    ),
    (
        "SSL_ERROR_HANDSHAKE_FAILURE_ALERT",
        "",
        "tls.handshake-failure",
    ),
    ("SSL_ERROR_NO_CERTIFICATE", "", "cert.none"),
    ("SSL_ERROR_NO_CYPHER_OVERLAP", "", "tls.no-common-cipher"),
    (
        "SSL_ERROR_PROTOCOL_VERSION_ALERT",
        "",
        "tls.version-unsupported",
    ),
    (
        "SSL_ERROR_REVOKED_CERT_ALERT",
        "",
        "tls.certificate-rejected",
    ),
    (
        "SSL_ERROR_RX_CERTIFICATE_REQUIRED_ALERT",
        "",
        "tls.certificate-required",
    ),
    ("SSL_ERROR_RX_RECORD_TOO_LONG", "", "tls.not-tls"),
    ("SSL_ERROR_SIGN_HASHES_FAILURE", "", "token.sign-failed"),
    (
        "SSL_ERROR_TOKEN_INSERTION_REMOVAL",
        "",
        "card.removed-during-use",
    ),
    ("SSL_ERROR_UNKNOWN_CA_ALERT", "", "tls.certificate-rejected"),
    (
        "SSL_ERROR_UNSUPPORTED_CERT_ALERT",
        "",
        "tls.certificate-rejected",
    ),
    (
        "SSL_ERROR_UNSUPPORTED_VERSION",
        "",
        "tls.version-unsupported",
    ),
    ("SEC_ERROR_BAD_PASSWORD", "", "token.pin-incorrect"),
    ("SEC_ERROR_EXPIRED_CERTIFICATE", "", "tls.server-expired"),
    (
        "SEC_ERROR_EXPIRED_ISSUER_CERTIFICATE",
        "",
        "tls.server-expired",
    ),
    ("SEC_ERROR_UNKNOWN_ISSUER", "", "tls.server-untrusted"),
    ("SEC_ERROR_UNTRUSTED_CERT", "", "tls.server-untrusted"),
    ("SEC_ERROR_UNTRUSTED_ISSUER", "", "tls.server-untrusted"),
    (
        "MOZILLA_PKIX_ERROR_MITM_DETECTED",
        "",
        "proxy.intercepts-tls",
    ),
    (
        "MOZILLA_PKIX_ERROR_SELF_SIGNED_CERT",
        "",
        "tls.server-untrusted",
    ),
    (
        "MOZILLA_PKIX_ERROR_NOT_YET_VALID_CERTIFICATE",
        "",
        "tls.server-expired",
    ),
];

/// Source: Chromium, net/base/net_error_list.h.
pub(super) static CHROMIUM: &[Code] = &[
    ("ERR_CONNECTION_RESET", "-101", "tls.reset-by-middlebox"),
    ("ERR_CONNECTION_REFUSED", "-102", "network.refused"),
    ("ERR_NAME_NOT_RESOLVED", "-105", "network.dns-failure"),
    ("ERR_SSL_PROTOCOL_ERROR", "-107", "tls.handshake-failure"),
    ("ERR_ADDRESS_UNREACHABLE", "-109", "network.unreachable"),
    (
        "ERR_SSL_CLIENT_AUTH_CERT_NEEDED",
        "-110",
        "tls.certificate-required",
    ),
    (
        "ERR_TUNNEL_CONNECTION_FAILED",
        "-111",
        "proxy.host-not-allowed",
    ),
    (
        "ERR_SSL_VERSION_OR_CIPHER_MISMATCH",
        "-113",
        "tls.version-unsupported",
    ),
    (
        "ERR_PROXY_AUTH_UNSUPPORTED",
        "-115",
        "proxy.scheme-unsupported",
    ),
    (
        "ERR_BAD_SSL_CLIENT_AUTH_CERT",
        "-117",
        "tls.certificate-rejected",
    ),
    ("ERR_CONNECTION_TIMED_OUT", "-118", "network.timeout"),
    (
        "ERR_PROXY_AUTH_REQUESTED",
        "-127",
        "proxy.authentication-required",
    ),
    ("ERR_PROXY_CONNECTION_FAILED", "-130", "proxy.unreachable"),
    (
        "ERR_SSL_CLIENT_AUTH_PRIVATE_KEY_ACCESS_DENIED",
        "-134",
        "token.sign-failed",
    ),
    (
        "ERR_SSL_CLIENT_AUTH_CERT_NO_PRIVATE_KEY",
        "-135",
        "cert.key-missing",
    ),
    (
        "ERR_PROXY_CERTIFICATE_INVALID",
        "-136",
        "proxy.certificate-untrusted",
    ),
    (
        "ERR_SSL_CLIENT_AUTH_SIGNATURE_FAILED",
        "-141",
        "token.sign-failed",
    ),
    (
        "ERR_SSL_DECRYPT_ERROR_ALERT",
        "-153",
        "tls.signature-rejected",
    ),
    (
        "ERR_SSL_CLIENT_AUTH_NO_COMMON_ALGORITHMS",
        "-177",
        "tls.signature-scheme-unavailable",
    ),
    (
        "ERR_CERT_COMMON_NAME_INVALID",
        "-200",
        "tls.server-name-mismatch",
    ),
    ("ERR_CERT_DATE_INVALID", "-201", "tls.server-expired"),
    ("ERR_CERT_AUTHORITY_INVALID", "-202", "tls.server-untrusted"),
];

/// Source: squid, src/err_type.h and errors/.
pub(super) static SQUID: &[Code] = &[
    (
        "ERR_CACHE_ACCESS_DENIED",
        "",
        "proxy.authentication-required",
    ),
    ("ERR_ACCESS_DENIED", "", "proxy.host-not-allowed"),
    ("ERR_DNS_FAIL", "", "proxy.upstream-dns"),
    ("ERR_CANNOT_FORWARD", "", "proxy.upstream-failed"),
    ("ERR_CONNECT_FAIL", "", "proxy.upstream-failed"),
    ("ERR_SECURE_CONNECT_FAIL", "", "proxy.intercepts-tls"),
];

/// Source: winerror.h, and "Schannel error codes for TLS and SSL alerts".
pub(super) static WINDOWS: &[Code] = &[
    ("SEC_E_CERT_EXPIRED", "0x80090328", "tls.server-expired"),
    (
        "SEC_E_CERT_UNKNOWN",
        "0x80090327",
        "tls.certificate-rejected",
    ),
    (
        "SEC_E_DECRYPT_FAILURE",
        "0x80090330",
        "tls.signature-rejected",
    ),
    (
        "SEC_E_ILLEGAL_MESSAGE",
        "0x80090326",
        "tls.handshake-failure",
    ),
    (
        "SEC_E_UNSUPPORTED_FUNCTION",
        "0x80090302",
        "tls.version-unsupported",
    ),
    ("SEC_E_UNTRUSTED_ROOT", "0x80090325", "tls.server-untrusted"),
    (
        "SEC_E_WRONG_PRINCIPAL",
        "0x80090322",
        "tls.server-name-mismatch",
    ),
    (
        "CERT_E_CN_NO_MATCH",
        "0x800B010F",
        "tls.server-name-mismatch",
    ),
    ("CERT_E_EXPIRED", "0x800B0101", "tls.server-expired"),
    ("CERT_E_UNTRUSTEDROOT", "0x800B0109", "tls.server-untrusted"),
    ("CERT_E_CHAINING", "0x800B010A", "tls.server-untrusted"),
];

/// What a TLS alert means that the peer sent. Source: RFC 8446 §6, RFC 5246 §7.2.
pub(super) static ALERTS: &[Code] = &[
    ("handshake_failure", "40", "tls.handshake-failure"),
    ("no_certificate", "41", "tls.certificate-required"),
    ("bad_certificate", "42", "tls.certificate-rejected"),
    ("unsupported_certificate", "43", "tls.certificate-rejected"),
    ("certificate_revoked", "44", "tls.certificate-rejected"),
    ("certificate_expired", "45", "tls.certificate-rejected"),
    ("certificate_unknown", "46", "tls.certificate-rejected"),
    ("illegal_parameter", "47", "tls.handshake-failure"),
    ("unknown_ca", "48", "tls.certificate-rejected"),
    ("access_denied", "49", "tls.certificate-rejected"),
    ("decode_error", "50", "tls.handshake-failure"),
    ("decrypt_error", "51", "tls.signature-rejected"),
    ("protocol_version", "70", "tls.version-unsupported"),
    ("insufficient_security", "71", "tls.no-common-cipher"),
    ("internal_error", "80", "tls.handshake-failure"),
    ("inappropriate_fallback", "86", "tls.version-unsupported"),
    ("unrecognized_name", "112", "tls.server-name-mismatch"),
    ("certificate_required", "116", "tls.certificate-required"),
];

/// What an alert means that went from here to the peer: only those about his certificate.
pub(super) static OWN_ALERTS: &[Code] = &[
    ("bad_certificate", "42", "tls.server-untrusted"),
    ("certificate_revoked", "44", "tls.server-untrusted"),
    ("certificate_expired", "45", "tls.server-expired"),
    ("certificate_unknown", "46", "tls.server-untrusted"),
    ("unknown_ca", "48", "tls.server-untrusted"),
    ("protocol_version", "70", "tls.version-unsupported"),
];

/// The alert a text names, as each library spells it: `unknown CA`, `bad certificate`,
/// `handshake_failure`, `HANDSHAKE_FAILURE`.
pub(super) fn alert(table: &'static [Code], text: &str) -> Option<&'static Code> {
    let letters = text.trim().chars().map(|c| match c {
        ' ' | '-' => '_',
        c => c.to_ascii_lowercase(),
    });
    let spelt: String = letters.take(40).collect();
    // what stands behind the name may be on the same line
    let begins = |code: &&Code| spelt.starts_with(code.0);
    find(table, &spelt).or_else(|| table.iter().find(begins))
}

/// What a proxy's status means.
pub(super) fn proxy_status(status: u16) -> Option<&'static str> {
    Some(match status {
        407 => "proxy.authentication-required",
        403 => "proxy.host-not-allowed",
        500 | 502 | 503 | 504 => "proxy.upstream-failed",
        _ => return None,
    })
}

/// What it means that a site answers so inside TLS. Source: RFC 9110 §15; of 495 and 496, nginx,
/// `ngx_http_request.h`.
pub(super) fn site_status(status: u16) -> Option<&'static str> {
    Some(match status {
        407 => "proxy.authentication-required",
        495 => REJECTED,
        496 => REQUIRED,
        400..=599 => "tls.application-refused",
        _ => return None,
    })
}

/// What an alert means by who asked for a certificate and was shown none: OpenSSL and Java send
/// `40 handshake_failure` or `42 bad_certificate` then, and whatever else is said of a certificate is not about
/// the one that was not shown. None: it is about something else.
pub(super) fn for_want(alert: &str) -> Option<&'static str> {
    let number = alert.split(' ').next().unwrap_or_default();
    OF_CERTIFICATES.contains(&number).then_some(REQUIRED)
}

/// Source: RFC 8446 §6.2.
const OF_CERTIFICATES: [&str; 9] = ["40", "41", "42", "43", "44", "45", "46", "48", "49"];
const REJECTED: &str = "tls.certificate-rejected";
pub(super) const REQUIRED: &str = "tls.certificate-required";

#[cfg(test)]
mod tests {
    use super::*;
    use crate::explain::{self, Family};

    #[test]
    fn every_code_stands_for_a_finding_there_is() {
        let known: Vec<_> = crate::findings().map(|kind| kind.code).collect();
        for table in [
            PCSC, PKCS11, FIREFOX, CHROMIUM, SQUID, WINDOWS, ALERTS, OWN_ALERTS,
        ] {
            for (name, _, code) in table {
                assert!(known.contains(code), "{name} {code}");
            }
        }
    }

    /// Who reads a code in a log takes none of it that who explains it does not: of a rejection, a
    /// log shows what was said, and people want to know why.
    #[test]
    fn every_code_is_one_of_those_that_explain_it() {
        let mut others = Vec::new();
        for (table, family) in [
            (PCSC, Family::Pcsc),
            (PKCS11, Family::Pkcs11),
            (FIREFOX, Family::Nss),
            (CHROMIUM, Family::Chromium),
            (SQUID, Family::Squid),
            (WINDOWS, Family::Windows),
            (ALERTS, Family::TlsAlert),
        ] {
            for (name, _, code) in table {
                let mut rows = explain::rows().filter(|row| row.family == family);
                let row = rows.find(|row| row.name == *name);
                let findings = row.map(|row| row.findings).unwrap_or_default();
                if !findings.contains(code) {
                    others.push(format!("{name}: {code}, {findings:?}"));
                }
            }
        }
        assert_eq!(others, Vec::<String>::new());
    }

    #[test]
    fn an_alert_is_known_however_it_is_spelt() {
        for text in ["unknown CA", "unknown_ca", "UNKNOWN_CA", "48"] {
            assert_eq!(alert(ALERTS, text).unwrap().2, "tls.certificate-rejected");
        }
        assert_eq!(alert(ALERTS, "close notify"), None);
    }
}
