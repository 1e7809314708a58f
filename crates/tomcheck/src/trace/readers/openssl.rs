//! OpenSSL's own errors: `openssl s_client`, and the logs of servers that use it.
//!
//! Source: OpenSSL 3.0, ERR_error_string(3), x509_vfy.h.

use super::super::codes::{self, ALERTS};
use super::super::hit::{Depth, Facts, Format, Reading};
use super::super::line::{Line, host_and_port, value_after};
use super::curl;

/// `…:error:0A00045C:SSL routines:ssl3_read_bytes:tlsv13 alert certificate required:…`.
pub(super) fn error(line: &Line<'_>) -> Option<Reading> {
    let reading = by_reason(&line.text)?;
    let (format, facts) = match line.text.starts_with("* ") {
        // as curl shows it
        true => (Format::Curl, curl::connection(line)),
        false => (reading.format, connection(line)),
    };
    let said = reading.facts.said.clone();
    Some(Reading {
        format,
        facts: Facts { said, ..facts },
        ..reading
    })
}

/// What a text with such an error in it says.
pub(super) fn by_reason(text: &str) -> Option<Reading> {
    let of = |code| Some(Reading::of(code, Format::Openssl));
    if let Some((_, alert)) = text.split_once(" alert ") {
        let alert = alert.split([':', ',']).next()?;
        let (name, number, code) = codes::alert(ALERTS, alert)?;
        let reading = Reading::of(code, Format::Openssl);
        return Some(reading.saying("alert", format!("{number} {name}")));
    }
    let says = |reason: &str| text.contains(reason);
    match () {
        () if says("certificate verify failed") => of(untrusted(text)),
        () if says("wrong version number") || says("http request") => of("tls.not-tls"),
        () if says("unsupported protocol") => of("tls.version-unsupported"),
        () if says("no shared cipher") => of("tls.no-common-cipher"),
        () if says("did not return a certificate") => of("tls.certificate-required"),
        () if says("unexpected eof") => of("tls.reset-by-middlebox"),
        () => None,
    }
}

/// Why a certificate was not trusted.
pub(super) fn untrusted(text: &str) -> &'static str {
    let says = |reason: &str| text.contains(reason);
    if says("has expired") || says("not yet valid") {
        "tls.server-expired"
    } else if says("does not match") || says("ostname mismatch") || says("no alternative") {
        "tls.server-name-mismatch"
    } else {
        "tls.server-untrusted"
    }
}

/// `verify error:num=18:self-signed certificate`, `Verify return code: 18 (self-signed certificate)`.
pub(super) fn verification(line: &Line<'_>) -> Option<Reading> {
    let text = &line.text;
    if text.contains("certificate verify ok") {
        return curl::verified(line);
    }
    let mut outcomes = ["erify error", "erify return code"].into_iter();
    outcomes.any(|words| text.contains(words)).then_some(())?;
    let number = value_after(text, "num=").or_else(|| value_after(text, "return code: "))?;
    let number = number.split(':').next()?;
    let code = match number.parse::<u16>().ok()? {
        0 => return verified(line),
        9 | 10 => "tls.server-expired",
        62..=64 => "tls.server-name-mismatch",
        _ => "tls.server-untrusted",
    };
    let reading = Reading::of(code, Format::Openssl).about(connection(line));
    Some(reading.saying("X509_V_ERR", number))
}

/// `Verify return code: 0 (ok)` below `New, TLSv1.3, Cipher is TLS_AES_256_GCM_SHA384`: a session that
/// was not made is `New, (NONE)`.
fn verified(line: &Line<'_>) -> Option<Reading> {
    let before = line.before();
    let mut lines = before.lines().rev();
    let mut has_ticket = false;
    let session = lines.find_map(|line| {
        // a site that speaks TLS 1.3 sends none before it has taken the client's certificate
        has_ticket |= line.starts_with("Post-Handshake New Session Ticket");
        line.strip_prefix("New, ").or(line.strip_prefix("Reused, "))
    })?;
    let depth = match session.starts_with("TLSv1.3") && !has_ticket {
        true => Depth::Secured,
        false => Depth::Answered,
    };
    let Facts { host, port, .. } = connection(line);
    let is_made = session.starts_with("TLSv1") || session.starts_with("SSLv3");
    let reading = Reading::reached(Format::Openssl, host.filter(|_| is_made)?, port);
    Some(reading.with_depth(depth))
}

/// `Connecting to …` and `CONNECTED` name no site; what was asked for is in the command, which
/// people paste too.
fn connection(line: &Line<'_>) -> Facts {
    let before = line.before();
    let mut lines = before.lines().rev();
    let site = lines
        .find_map(|line| value_after(line, "-connect "))
        .and_then(host_and_port);
    let (host, port) = site.map_or((None, None), |(host, port)| (Some(host), port));
    Facts {
        host,
        port,
        ..Facts::default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_error_says_what_it_means_whoever_wrote_it() {
        for (line, code) in [
            (
                "4087B841617F0000:error:0A00045C:SSL routines:ssl3_read_bytes:tlsv13 alert certificate required:../ssl/record/rec_layer_s3.c:1601:SSL alert number 116",
                "tls.certificate-required",
            ),
            (
                "40F74AB2437F0000:error:0A000418:SSL routines:ssl3_read_bytes:tlsv1 alert unknown ca:../ssl/record/rec_layer_s3.c:1601:SSL alert number 48",
                "tls.certificate-rejected",
            ),
            (
                "error:0A00010B:SSL routines:ssl3_get_record:wrong version number:x",
                "tls.not-tls",
            ),
            (
                "40F74AB2437F0000:error:0A0000C7:SSL routines:tls_process_client_certificate:peer did not return a certificate:x",
                "tls.certificate-required",
            ),
        ] {
            let at = line.find("routines:").unwrap();
            let reading = error(&Line::around(line.as_bytes(), at..at + 9)).unwrap();
            assert_eq!(reading.code, Some(code), "{line}");
        }
    }

    #[test]
    fn an_error_that_curl_shows_is_about_the_site_that_curl_asked() {
        let text = "* Connected to tom.example (192.0.2.1) port 443 (#0)\n* OpenSSL SSL_read: OpenSSL/3.0.19: error:0A00045C:SSL routines::tlsv13 alert certificate required, errno 0\n";
        let at = text.find("routines:").unwrap();
        let reading = error(&Line::around(text.as_bytes(), at..at + 9)).unwrap();
        assert_eq!(reading.code, Some("tls.certificate-required"));
        assert_eq!(reading.facts.host.as_deref(), Some("tom.example"));
        assert_eq!(reading.facts.said.unwrap().1, "116 certificate_required");
    }

    #[test]
    fn a_session_that_was_made_reached_the_site_that_the_command_names() {
        let of = |made: &str, ticket: &str| {
            let text = format!(
                "$ openssl s_client -connect Tom.example:8443\nCONNECTED(00000003)\n{made}, Cipher is X\n{ticket}    Verify return code: 0 (ok)\n"
            );
            let at = text.find("erify ").unwrap();
            let reading = verification(&Line::around(text.as_bytes(), at..at + 6))?;
            let Facts { host, port, .. } = reading.facts;
            Some((reading.code, reading.depth, host?, port?))
        };
        let reached = |depth| Some((None, depth, "tom.example".to_owned(), 8443));
        assert_eq!(of("New, TLSv1.3", ""), reached(Depth::Secured));
        assert_eq!(of("New, TLSv1.2", ""), reached(Depth::Answered));
        assert_eq!(of("Reused, TLSv1.2", ""), reached(Depth::Answered));
        let ticket = "---\nPost-Handshake New Session Ticket arrived:\n";
        assert_eq!(of("New, TLSv1.3", ticket), reached(Depth::Answered));
        assert_eq!(of("New, (NONE)", ""), None);
    }

    #[test]
    fn a_verification_of_an_unknown_site_says_nothing() {
        let of = |text: &str| {
            let reading = verification(&Line::around(text.as_bytes(), 0..1))?;
            reading.code
        };
        assert_eq!(of("Verify return code: 0 (ok)"), None);
        assert_eq!(
            of("Verify return code: 10 (certificate has expired)"),
            Some("tls.server-expired")
        );
        assert_eq!(
            of("verify error:num=18:self-signed certificate"),
            Some("tls.server-untrusted")
        );
        assert_eq!(
            of("    Verify return code: 62 (hostname mismatch)"),
            Some("tls.server-name-mismatch")
        );
    }
}
