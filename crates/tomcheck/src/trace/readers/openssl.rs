//! OpenSSL's own errors: `openssl s_client`, and the logs of servers that use it.
//!
//! Source: OpenSSL 3.0, ERR_error_string(3), x509_vfy.h.

use super::super::codes::{self, ALERTS};
use super::super::hit::{Facts, Format, Reading};
use super::super::line::{Line, host_and_port, value_after};

/// `…:error:0A00045C:SSL routines:ssl3_read_bytes:tlsv13 alert certificate required:…`.
pub(super) fn error(line: &Line<'_>) -> Option<Reading> {
    let reading = by_reason(&line.text)?;
    let facts = Facts {
        said: reading.facts.said.clone(),
        ..connection(line)
    };
    Some(Reading { facts, ..reading })
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
    let mut outcomes = ["erify error", "erify return code"].into_iter();
    outcomes.any(|words| text.contains(words)).then_some(())?;
    let number = value_after(text, "num=").or_else(|| value_after(text, "return code: "))?;
    let number = number.split(':').next()?;
    let code = match number.parse::<u16>().ok()? {
        0 => return None,
        9 | 10 => "tls.server-expired",
        62..=64 => "tls.server-name-mismatch",
        _ => "tls.server-untrusted",
    };
    let reading = Reading::of(code, Format::Openssl).about(connection(line));
    Some(reading.saying("X509_V_ERR", number))
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
    fn a_verification_that_went_well_says_nothing() {
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
