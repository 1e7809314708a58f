//! `curl -v`, and what other programs write of a proxy's answer.
//!
//! Source: curl's exit codes (man page) and messages of lib/url.c, lib/http_proxy.c, lib/vtls.

use super::super::codes::{self, ALERTS, OWN_ALERTS};
use super::super::hit::{Facts, Format, Reading};
use super::super::line::{Line, host_and_port, value_after};
use super::openssl;

const CURL: Format = Format::Curl;

/// `curl: (7) Failed to connect to …`.
pub(super) fn error(line: &Line<'_>) -> Option<Reading> {
    let (_, rest) = line.text.split_once("curl: (")?;
    let (number, message) = rest.split_once(") ")?;
    let facts = connection(line);
    let reading = by_number(number.parse().ok()?, message, &facts)?;
    let said = Some(("curl", format!("({number}) {message}")));
    Some(Reading {
        facts: Facts { said, ..facts },
        format: CURL,
        ..reading
    })
}

fn by_number(number: u16, message: &str, facts: &Facts) -> Option<Reading> {
    let of = |code| Some(Reading::of(code, CURL));
    let either = |direct, by_proxy| {
        of(if facts.proxy.is_some() {
            by_proxy
        } else {
            direct
        })
    };
    match number {
        5 => of("proxy.unresolved"),
        6 => of("network.dns-failure"),
        7 | 28 if message.contains("imed out") || message.contains("imeout") => {
            either("network.timeout", "proxy.unreachable")
        }
        7 => either("network.refused", "proxy.unreachable"),
        35 | 56 if message.contains("response ") => {
            let status = value_after(message, "response ")?.parse().ok()?;
            of(codes::proxy_status(status)?)
        }
        56 if message.contains("Received HTTP code ") => {
            let status = value_after(message, "Received HTTP code ")?.parse().ok()?;
            of(codes::proxy_status(status)?)
        }
        35 if message.contains("reset by peer") => of("tls.reset-by-middlebox"),
        35 | 56 => openssl::by_reason(message),
        51 => of("tls.server-name-mismatch"),
        60 => of(openssl::untrusted(message)),
        98 => of("tls.certificate-required"),
        _ => None,
    }
}

/// Whom it asked: `* Establish HTTP proxy tunnel to tom:443`, `> CONNECT tom:443 HTTP/1.1`,
/// `* Uses proxy env variable https_proxy == 'http://proxy:3128'`, `*   Trying 192.0.2.1:3128...`.
pub(super) fn connection(line: &Line<'_>) -> Facts {
    let before = line.before();
    let last = |key: &str| {
        let mut lines = before.lines().rev();
        lines
            .find_map(|line| value_after(line, key))
            .and_then(host_and_port)
    };
    let tunnel = last("> CONNECT ").or_else(|| last("proxy tunnel to "));
    let mut lines = before.lines().rev();
    let met = lines.find_map(|line| value_after(line, "Trying "));
    let met = met.and_then(|place| host_and_port(place.trim_end_matches('.')));
    let met_port = met.as_ref().and_then(|(_, port)| *port);
    match tunnel {
        Some((host, port)) => Facts {
            host: Some(host),
            port,
            proxy: last(" == '").or(met).map(|(host, _)| host),
            proxy_port: met_port,
            ..Facts::default()
        },
        None => Facts {
            host: last("> Host: ")
                .or_else(|| last("Connected to "))
                .map(|(host, _)| host),
            port: met_port,
            ..Facts::default()
        },
    }
}

/// `* TLSv1.3 (IN), TLS alert, unknown CA (560):`.
pub(super) fn alert(line: &Line<'_>) -> Option<Reading> {
    let (head, rest) = line.text.split_once("TLS alert, ")?;
    let (alert, _) = rest.split_once(" (")?;
    let table = if head.contains("(OUT)") {
        OWN_ALERTS
    } else {
        ALERTS
    };
    let (name, number, code) = codes::alert(table, alert)?;
    let facts = connection(line);
    let reading = Reading::of(code, CURL).about(facts);
    Some(reading.saying("alert", format!("{number} {name}")))
}

/// `* CONNECT tunnel failed, response 407`, `* CONNECT tunnel established, response 200`.
pub(super) fn tunnel(line: &Line<'_>) -> Option<Reading> {
    if line.text.contains("tunnel established, response 2") {
        return reached(line);
    }
    let status = value_after(&line.text, "tunnel failed, response ")?;
    let code = codes::proxy_status(status.parse().ok()?)?;
    let reading = Reading::of(code, CURL).about(connection(line));
    Some(reading.saying("HTTP", status))
}

fn reached(line: &Line<'_>) -> Option<Reading> {
    let Facts { host, port, .. } = connection(line);
    Some(Reading::reached(CURL, host?, port))
}

/// `< HTTP/1.1 407 Proxy Authentication Required`, by whatever program; `* Proxy replied 200 to
/// CONNECT request` of curl before 7.86.
pub(super) fn proxy(line: &Line<'_>) -> Option<Reading> {
    let rest = line.text.get(line.text.find("Proxy ")?..)?;
    if rest.starts_with("Proxy replied 2") {
        return reached(line);
    }
    rest.starts_with("Proxy Authentication Required")
        .then(|| status(line))?
}

fn status(line: &Line<'_>) -> Option<Reading> {
    let facts = connection(line);
    let is_curl = line.text.starts_with("< ");
    let format = if is_curl { CURL } else { Format::Unknown };
    let reading = Reading::of("proxy.authentication-required", format).about(facts);
    Some(reading.saying("HTTP", "407 Proxy Authentication Required"))
}

/// `* Could not resolve host: tom.example`, `Could not resolve proxy: …`.
pub(super) fn unresolved(line: &Line<'_>) -> Option<Reading> {
    if let Some(proxy) = value_after(&line.text, "ould not resolve proxy: ") {
        let (host, port) = host_and_port(proxy)?;
        let facts = Facts {
            proxy: Some(host),
            proxy_port: port,
            ..Facts::default()
        };
        return Some(Reading::of("proxy.unresolved", CURL).about(facts));
    }
    let host = value_after(&line.text, "ould not resolve host: ")?;
    let (host, port) = host_and_port(host)?;
    let facts = Facts {
        host: Some(host),
        port,
        ..Facts::default()
    };
    Some(Reading::of("network.dns-failure", CURL).about(facts))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str, anchor: &str, reader: fn(&Line<'_>) -> Option<Reading>) -> Option<Reading> {
        let at = text.find(anchor).unwrap();
        reader(&Line::around(text.as_bytes(), at..at + anchor.len()))
    }

    #[test]
    fn a_tunnel_that_failed_names_site_and_proxy() {
        let text = "*   Trying 192.0.2.7:3128...\n* Connected to proxy (192.0.2.7) port 3128 (#0)\n> CONNECT tom.example:443 HTTP/1.1\n> Host: tom.example:443\n< HTTP/1.1 407 Proxy Authentication Required\n* CONNECT tunnel failed, response 407\n";
        let reading = read(text, " tunnel failed", tunnel).unwrap();
        assert_eq!(reading.code, Some("proxy.authentication-required"));
        let facts = reading.facts;
        assert_eq!(
            (facts.host.as_deref(), facts.port),
            (Some("tom.example"), Some(443))
        );
        assert_eq!(
            (facts.proxy.as_deref(), facts.proxy_port),
            (Some("192.0.2.7"), Some(3128))
        );
    }

    #[test]
    fn each_exit_says_what_it_means() {
        for (line, code) in [
            (
                "curl: (56) CONNECT tunnel failed, response 403",
                "proxy.host-not-allowed",
            ),
            (
                "curl: (56) Received HTTP code 407 from proxy after CONNECT",
                "proxy.authentication-required",
            ),
            (
                "curl: (60) SSL certificate problem: self-signed certificate",
                "tls.server-untrusted",
            ),
            (
                "curl: (60) SSL certificate problem: certificate has expired",
                "tls.server-expired",
            ),
            (
                "curl: (56) OpenSSL SSL_read: OpenSSL/3.0.19: error:0A00045C:SSL routines::tlsv13 alert certificate required, errno 0",
                "tls.certificate-required",
            ),
            (
                "curl: (35) OpenSSL/3.0.19: error:0A000410:SSL routines::sslv3 alert handshake failure",
                "tls.handshake-failure",
            ),
            (
                "curl: (6) Could not resolve host: a.test",
                "network.dns-failure",
            ),
            (
                "curl: (7) Failed to connect to a.test port 443: Connection refused",
                "network.refused",
            ),
        ] {
            assert_eq!(
                read(line, "curl: (", error).unwrap().code,
                Some(code),
                "{line}"
            );
        }
        let alert_line = "* TLSv1.3 (OUT), TLS alert, unknown CA (560):";
        assert_eq!(
            read(alert_line, "TLS alert, ", alert).unwrap().code,
            Some("tls.server-untrusted")
        );
        let alert_line = "* TLSv1.3 (IN), TLS alert, unknown CA (560):";
        assert_eq!(
            read(alert_line, "TLS alert, ", alert).unwrap().code,
            Some("tls.certificate-rejected")
        );
    }
}
