//! OpenSSL's own errors: `openssl s_client`, and the logs of servers that use it.
//!
//! Source: OpenSSL 3.0, ERR_error_string(3), x509_vfy.h.

use super::super::codes::{self, ALERTS};
use super::super::hit::{Depth, Facts, Format, Reading, UNEXPLAINED};
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
    let alert = said.as_ref().map(|(_, alert)| alert.as_str());
    let wanted = alert.and_then(codes::for_want);
    let wanted = wanted.filter(|_| format == Format::Openssl && showed_none(line));
    Some(Reading {
        code: wanted.or(reading.code),
        format,
        facts: Facts { said, ..facts },
        ..reading
    })
}

/// Whether the site asked for a certificate, and `s_client` had been given none: it tells of that before
/// its errors or behind them, as the one or the other stream is written first.
fn showed_none(line: &Line<'_>) -> bool {
    let (before, after) = (line.before(), line.after());
    let run = before.rfind("-connect ").map_or(0, |at| {
        before
            .get(..at)
            .and_then(|head| head.rfind('\n'))
            .unwrap_or(0)
    });
    let before = before.get(run..).unwrap_or_default();
    let after = after.split("-connect ").next().unwrap_or_default();
    let is_asked = |text: &str| ASKED.iter().any(|words| text.contains(words));
    (is_asked(before) || is_asked(after)) && !before.contains(" -cert ")
}

/// Source: OpenSSL, apps/lib/s_cb.c.
const ASKED: &[&str] = &[
    "Acceptable client certificate CA names",
    "Client Certificate Types: ",
];

/// `write:errno=104`: the number of the system, by which `s_client` says what ended the connection.
pub(super) fn call(line: &Line<'_>) -> Option<Reading> {
    let (call, number) = line.text.split_once(":errno=")?;
    let number = number.trim_end().parse().ok()?;
    let facts = connection(line);
    let code = by_system(call, number, &facts, line)?;
    let reading = Reading::of(code, Format::Openssl).about(facts);
    Some(reading.saying("errno", format!("{call} {number}")))
}

/// Source: errno.h of Linux and of macOS, and winsock2.h.
fn by_system(call: &str, number: u32, facts: &Facts, line: &Line<'_>) -> Option<&'static str> {
    let of_proxy = |code| match facts.proxy.is_some() {
        true => "proxy.unreachable",
        false => code,
    };
    Some(match (call, number) {
        (call, _) if !["connect", "read", "write"].contains(&call) => return None,
        // at the end of what went well, most sites just close
        ("read", 0) => return None,
        ("connect", _) if says_nothing_of_it(&line.before()) => return None,
        ("connect", 111 | 61 | 10061) => of_proxy("network.refused"),
        ("connect", 110 | 60 | 10060) => of_proxy("network.timeout"),
        ("connect", 101 | 113 | 51 | 65 | 10051 | 10065) => of_proxy("network.unreachable"),
        ("read" | "write", 0 | 104 | 103 | 54 | 53 | 32 | 10053 | 10054) => {
            "tls.reset-by-middlebox"
        }
        _ => UNEXPLAINED,
    })
}

/// Where a name has no address, no number says so.
fn says_nothing_of_it(before: &str) -> bool {
    before
        .lines()
        .rev()
        .take(3)
        .any(|line| line.contains("BIO_lookup"))
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
        () if says("BIO_lookup") => of("network.dns-failure"),
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
    let mut marks = ["num=", "return code: "].into_iter();
    let (_, said) = marks.find_map(|mark| text.split_once(mark))?;
    let end = said.find([':', ' ']).unwrap_or(said.len());
    let (number, words) = said.split_at(end);
    let words = words.trim_end().trim_matches([':', ' ', '(', ')']);
    let code = match number.parse::<u16>().ok()? {
        0 => return verified(line),
        9 | 10 => "tls.server-expired",
        62..=64 => "tls.server-name-mismatch",
        _ => "tls.server-untrusted",
    };
    let facts = Facts {
        issuer: issuer(line),
        ..connection(line)
    };
    let reading = Reading::of(code, Format::Openssl).about(facts);
    Some(reading.saying("X509_V_ERR", format!("{number} {words}").trim_end()))
}

/// Whom the last certificate comes from that the site showed: `s_client` tells of the chain behind what
/// goes wrong while it is verified, and before what came of that. Source: OpenSSL, apps/s_client.c.
fn issuer(line: &Line<'_>) -> Option<String> {
    const CHAIN: &str = "Certificate chain";
    let (before, after) = (line.before(), line.after());
    let (_, chain) = match line.text.contains("error:num=") {
        true => after.split("-connect ").next()?.split_once(CHAIN)?,
        false => before.rsplit_once(CHAIN)?,
    };
    // what stands behind another command is about another site
    (!chain.contains("-connect ")).then_some(())?;
    // with -showcerts each certificate stands below its names
    let lines = chain.lines().take_while(|line| *line != "---");
    let issuers = lines.filter_map(|line| line.strip_prefix("   i:"));
    let issuer = issuers.last()?.trim();
    Some(issuer.chars().take(LONGEST_NAME).collect())
}

const LONGEST_NAME: usize = 240;

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
    let command = lines.find(|line| line.contains("-connect "));
    let place = |key| value_after(command?, key).and_then(host_and_port);
    let (host, port) = place("-connect ").unzip();
    let (proxy, proxy_port) = place("-proxy ").unzip();
    Facts {
        host,
        port: port.flatten(),
        proxy,
        proxy_port: proxy_port.flatten(),
        ..Facts::default()
    }
}

#[cfg(test)]
mod tests {
    use super::super::read_around;
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
    fn who_is_asked_for_a_certificate_and_shows_none_is_turned_away_for_that() {
        let alert = "40F7:error:0A000410:SSL routines:ssl3_read_bytes:sslv3 alert handshake failure:x:SSL alert number 40\n";
        let asked = "Acceptable client certificate CA names\nCN = AC\n";
        let of = |text: &str| read_around(text, "routines:", error).unwrap().code;
        let command = |with: &str| format!("$ openssl s_client{with} -connect a.example:443\n");
        let (want, failure) = ("tls.certificate-required", "tls.handshake-failure");
        for (text, code) in [
            (format!("{}{asked}{alert}", command("")), want),
            (format!("{}{alert}{asked}", command("")), want),
            (format!("{alert}{asked}"), want),
            (format!("{}{alert}", command("")), failure),
            (
                format!("{}{asked}{alert}", command(" -cert a.pem")),
                failure,
            ),
            (format!("{asked}{}{alert}", command("")), failure),
        ] {
            assert_eq!(of(&text), Some(code), "{text}");
        }
    }

    #[test]
    fn the_systems_number_says_what_ended_the_connection() {
        let of = |text: &str, at: &str| {
            let at = text.rfind(at).unwrap();
            let line = Line::around(text.as_bytes(), at..at + 6);
            call(&line).or_else(|| error(&line))?.code
        };
        let reset = Some("tls.reset-by-middlebox");
        for (line, code) in [
            ("write:errno=104", reset),
            ("read:errno=104", reset),
            ("write:errno=0", reset),
            ("read:errno=0", None),
            ("connect:errno=111", Some("network.refused")),
            ("connect:errno=110", Some("network.timeout")),
            ("connect:errno=101", Some("network.unreachable")),
            ("connect:errno=13", Some(UNEXPLAINED)),
            ("daemon:errno=13", None),
        ] {
            assert_eq!(of(line, "errno="), code, "{line}");
        }
        let proxied =
            "$ openssl s_client -proxy b.example:3128 -connect a.example:443\nconnect:errno=111\n";
        assert_eq!(of(proxied, "errno="), Some("proxy.unreachable"));
        let nameless = "40B7:error:10080002:BIO routines:BIO_lookup_ex:system lib:../crypto/bio/bio_addr.c:738:Name or service not known\nconnect:errno=22\n";
        assert_eq!(of(nameless, "routines:"), Some("network.dns-failure"));
        assert_eq!(of(nameless, "errno="), None);
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
