//! `curl -v`, and what other programs write of a proxy's answer.
//!
//! Source: curl's exit codes (man page) and messages of lib/url.c, lib/http_proxy.c, lib/vtls.

use super::super::codes::{self, ALERTS, OWN_ALERTS};
use super::super::hit::{Depth, Facts, Format, Reading, UNEXPLAINED};
use super::super::line::{Line, host_and_port, value_after};
use super::code;
use super::curl_run::Run;
use super::openssl;

const CURL: Format = Format::Curl;

/// `curl: (7) Failed to connect to …`.
pub(super) fn error(line: &Line<'_>) -> Option<Reading> {
    let (_, rest) = line.text.split_once("curl: (")?;
    let (number, message) = rest.split_once(") ")?;
    let mut run = Run::before(line);
    tells(message, &mut run.facts);
    let number = number.parse().ok()?;
    let reading = by_number(number, message, &run).or_else(|| code(line));
    let reading = reading.unwrap_or_else(|| Reading::of(UNEXPLAINED, CURL));
    let said = Some(("curl", format!("({number}) {message}")));
    Some(Reading {
        facts: Facts { said, ..run.facts },
        format: CURL,
        ..reading
    })
}

/// `Failed to connect to tom port 443 via proxy after 3 ms: …`, `Could not resolve host: tom`.
fn tells(message: &str, facts: &mut Facts) {
    if let Some(proxy) = value_after(message, "resolve proxy: ") {
        facts.proxy = Some(proxy.to_owned());
        return;
    }
    let via = value_after(message, " via ").map(str::to_owned);
    facts.proxy = via.or(facts.proxy.take());
    let keys = [
        "Failed to connect to ",
        "resolve host: ",
        "target host name '",
    ];
    let mut hosts = keys.iter().filter_map(|key| value_after(message, key));
    let Some((host, _)) = hosts.next().and_then(host_and_port) else {
        return;
    };
    // of a proxy that does not answer, the message may name nothing else
    if facts.proxy.as_ref() != Some(&host) {
        let port = value_after(message, " port ");
        let port = port.and_then(|port| port.trim_end_matches(':').parse().ok());
        facts.port = port.or(facts.port.filter(|_| facts.host.as_ref() == Some(&host)));
        facts.host = Some(host);
    }
}

fn by_number(number: u16, message: &str, run: &Run) -> Option<Reading> {
    let of = |code| Some(Reading::of(code, CURL));
    match number {
        5 => of("proxy.unresolved"),
        6 => of("network.dns-failure"),
        7 => of(unconnected(message, run)),
        22 => of(codes::site_status(status(value_after(
            message, "error: ",
        )?)?)?),
        28 => of(late(message, run)),
        35 | 56 if proxy_status(message).is_some() => of(run.refusal(proxy_status(message)?)?),
        56 if message.contains("Proxy CONNECT aborted") => of(aborted(run)),
        35 | 52 | 55 | 56 if is_cut(message) => of(run.cut()),
        35 | 55 | 56 => openssl::by_reason(message),
        51 => of("tls.server-name-mismatch"),
        59 => of("tls.no-common-cipher"),
        60 => of(openssl::untrusted(message)),
        97 => of(socks(message)?),
        98 => of("tls.certificate-required"),
        _ => None,
    }
}

/// `CONNECT tunnel failed, response 407`, `Received HTTP code 407 from proxy after CONNECT`.
fn proxy_status(message: &str) -> Option<u16> {
    let mut keys = ["response ", "Received HTTP code "].into_iter();
    let status = keys.find_map(|key| value_after(message, key))?;
    status.parse().ok()
}

fn is_cut(message: &str) -> bool {
    CUT.iter().any(|words| message.contains(words))
}

/// Source: curl's lib/vtls/openssl.c, schannel.c and gtls.c, lib/http.c; strerror of glibc and of Winsock for ECONNRESET,
/// ECONNABORTED and EPIPE.
const CUT: &[&str] = &[
    "SSL_ERROR_SYSCALL",
    "SSL_ERROR_ZERO_RETURN",
    "reset by peer",
    "Connexion ré",
    "Connection was reset",
    "Connection was aborted",
    "Broken pipe",
    "Relais brisé",
    "Empty reply from server",
    "failed to receive handshake",
    "server closed abruptly",
    "Error in the pull function",
    "non-properly terminated",
];

/// Nobody but a proxy is asked so, even where nothing before the line tells of it.
fn aborted(run: &Run) -> &'static str {
    let code = run.cut();
    match code.starts_with("proxy.") {
        true => code,
        false => "proxy.not-a-proxy",
    }
}

/// Source: curl's lib/socks.c; RFC 1928 §6, RFC 1929 §2 and the SOCKS 4 memo.
fn socks(message: &str) -> Option<&'static str> {
    let says = |words: &str| message.contains(words);
    let failed = message.rsplit_once('(').and_then(|(_, code)| {
        let (code, _) = code.split_once(')')?;
        says("complete SOCKS").then_some(code)
    });
    Some(match failed {
        Some("2") => "proxy.host-not-allowed",
        Some("92") => "proxy.authentication-required",
        Some("93") => "proxy.authentication-rejected",
        Some(_) => "proxy.upstream-failed",
        None if says("rejected by the SOCKS5") => "proxy.authentication-rejected",
        None if says("authentication method") => "proxy.authentication-required",
        None if says("connection to proxy closed") || says("invalid version") => {
            "proxy.not-a-proxy"
        }
        None => return None,
    })
}

fn unconnected(message: &str, run: &Run) -> &'static str {
    let says = |words: &str| message.contains(words) || run.why.contains(words);
    if run.facts.proxy.is_some() {
        return "proxy.unreachable";
    }
    if says("unreachable") || says("No route to host") {
        return "network.unreachable";
    }
    match says("imed out") || says("imeout") {
        true => "network.timeout",
        false => "network.refused",
    }
}

/// Who did not answer hangs on how far it came.
fn late(message: &str, run: &Run) -> &'static str {
    let is_in_handshake = run.greeted && !run.is_secured;
    if is_in_handshake || message.contains("SSL connection timeout") {
        return "tls.reset-by-middlebox";
    }
    let has_proxy = run.facts.proxy.is_some();
    match (run.is_connected, run.asked_proxy && !run.is_open) {
        (true, true) => "proxy.no-answer",
        (false, _) if has_proxy => "proxy.unreachable",
        _ => "network.timeout",
    }
}

/// Whom it asked: `* Establish HTTP proxy tunnel to tom:443`, `> CONNECT tom:443 HTTP/1.1`,
/// `* Uses proxy env variable https_proxy == 'http://proxy:3128'`, `*   Trying 192.0.2.1:3128...`.
pub(super) fn connection(line: &Line<'_>) -> Facts {
    Run::before(line).facts
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

/// `* SSL certificate verify ok.`
pub(super) fn verified(line: &Line<'_>) -> Option<Reading> {
    let run = Run::before(line);
    run.of_site(Depth::Secured)
}

/// `< HTTP/1.1 200 OK`, where it is the site's own: a proxy's answer comes before.
pub(super) fn answer(line: &Line<'_>) -> Option<Reading> {
    let (_, said) = line.text.strip_prefix("< HTTP/")?.split_once(' ')?;
    said.starts_with(['2', '4', '5']).then_some(())?;
    let run = Run::before(line);
    let reading = run.is_secured.then(|| run.of_site(Depth::Answered))??;
    if said.starts_with('2') {
        return Some(reading);
    }
    let meant = match status(said)? {
        400 => meant_by(&line.after()),
        other => other,
    };
    let refused = Reading::of(codes::site_status(meant)?, CURL).about(reading.facts);
    Some(refused.saying("HTTP", said.trim_end()))
}

fn status(said: &str) -> Option<u16> {
    said.split_ascii_whitespace().next()?.parse().ok()
}

/// The status that nginx means where it answers 400 with this page. Source: nginx, `ngx_http_special_response.c`.
fn meant_by(page: &str) -> u16 {
    let says = |words: &str| page.contains(words);
    match () {
        () if says("No required SSL certificate was sent") => 496,
        () if says("The SSL certificate error") => 495,
        () => 400,
    }
}

impl Run {
    /// None: it is still the proxy that is spoken to, or who is asked is not known.
    fn of_site(self, depth: Depth) -> Option<Reading> {
        let is_of_site = self.is_open || !self.asked_proxy;
        let Facts { host, port, .. } = self.facts;
        let reading = Reading::reached(CURL, host.filter(|_| is_of_site)?, port);
        Some(reading.with_depth(depth))
    }
}

/// `* CONNECT tunnel failed, response 407`, `* CONNECT tunnel established, response 200`.
pub(super) fn tunnel(line: &Line<'_>) -> Option<Reading> {
    if line.text.contains("tunnel established, response 2") {
        return reached(line);
    }
    let status = value_after(&line.text, "tunnel failed, response ")?;
    let run = Run::before(line);
    let code = run.refusal(status.parse().ok()?)?;
    let reading = Reading::of(code, CURL).about(run.facts);
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
        .then(|| asked_for_password(line))?
}

fn asked_for_password(line: &Line<'_>) -> Option<Reading> {
    let run = Run::before(line);
    let is_curl = line.text.starts_with("< ");
    let format = if is_curl { CURL } else { Format::Unknown };
    let reading = Reading::of(run.refusal(407)?, format).about(run.facts);
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
    use super::super::read_around;
    use super::*;

    #[test]
    fn a_tunnel_that_failed_names_site_and_proxy() {
        let text = "*   Trying 192.0.2.7:3128...\n* Connected to proxy (192.0.2.7) port 3128 (#0)\n> CONNECT tom.example:443 HTTP/1.1\n> Host: tom.example:443\n< HTTP/1.1 407 Proxy Authentication Required\n* CONNECT tunnel failed, response 407\n";
        let reading = read_around(text, " tunnel failed", tunnel).unwrap();
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
                read_around(line, "curl: (", error).unwrap().code,
                Some(code),
                "{line}"
            );
        }
        let alert_line = "* TLSv1.3 (OUT), TLS alert, unknown CA (560):";
        assert_eq!(
            read_around(alert_line, "TLS alert, ", alert).unwrap().code,
            Some("tls.server-untrusted")
        );
        let alert_line = "* TLSv1.3 (IN), TLS alert, unknown CA (560):";
        assert_eq!(
            read_around(alert_line, "TLS alert, ", alert).unwrap().code,
            Some("tls.certificate-rejected")
        );
    }
    /// As curl 7.88 prints it.
    fn code_of(printed: &str) -> (Option<&'static str>, Facts) {
        let at = printed.rfind("curl: (").unwrap();
        let line = Line::around(printed.as_bytes(), at..at + 7);
        let reading = error(&line).unwrap();
        (reading.code, reading.facts)
    }

    #[test]
    fn what_the_site_answers_is_no_answer_of_the_proxys() {
        let connect = "* Establish HTTP proxy tunnel to tom.example:443\n> CONNECT tom.example:443 HTTP/1.1\n";
        let open = "< HTTP/1.1 200 Connection established\n";
        let told = "* CONNECT tunnel established, response 200\n";
        let secured = "* SSL connection using TLSv1.3 / TLS_AES_256_GCM_SHA384\n";
        let of = |text: &str| {
            let at = text.rfind("< HTTP/").unwrap();
            let reading = answer(&Line::around(text.as_bytes(), at..at + 7))?;
            Some((reading.depth, reading.facts.host?))
        };
        assert_eq!(of(&format!("{connect}{open}")), None);
        // a proxy that is spoken to over TLS
        assert_eq!(of(&format!("{secured}{connect}{open}")), None);
        let tunnel = format!("{connect}{open}{told}{secured}");
        let tom = Some((Depth::Answered, "tom.example".to_owned()));
        assert_eq!(of(&format!("{tunnel}< HTTP/2 204 \n")), tom);
        assert_eq!(of(&format!("{tunnel}< HTTP/1.1 302 Found\n")), None);
        let refused = |text: &str| read_around(text, "< HTTP/", answer)?.code;
        assert_eq!(
            refused(&format!("{tunnel}< HTTP/1.1 403 Forbidden\n")),
            Some("tls.application-refused")
        );
        let page =
            "< HTTP/1.1 400 Bad Request\n<center>No required SSL certificate was sent</center>\n";
        assert_eq!(
            refused(&format!("{tunnel}{page}")),
            Some("tls.certificate-required")
        );
        for of_proxy in [String::new(), secured.to_owned()] {
            let text = format!("{of_proxy}{connect}< HTTP/1.1 403 Forbidden\n");
            assert_eq!(refused(&text), None);
        }
        let text = format!("{tunnel}*  SSL certificate verify ok.\n");
        let at = text.find("erify ").unwrap();
        let reading = openssl::verification(&Line::around(text.as_bytes(), at..at + 6)).unwrap();
        assert_eq!((reading.code, reading.depth), (None, Depth::Secured));
    }

    const DEAD: &str = "* Uses proxy env variable https_proxy == 'http://proxy.example:3128'
*   Trying 192.0.2.7:3128...
* connect to 192.0.2.7 port 3128 failed: Connection refused
* Failed to connect to proxy.example port 3128 after 0 ms: Couldn't connect to server
* Closing connection 0
curl: (7) Failed to connect to proxy.example port 3128 after 0 ms: Couldn't connect to server
";

    #[test]
    fn a_dead_proxy_is_no_dead_site() {
        let (code, facts) = code_of(DEAD);
        assert_eq!(code, Some("proxy.unreachable"));
        assert_eq!(facts.proxy.as_deref(), Some("proxy.example"));
        assert_eq!((facts.proxy_port, facts.host), (Some(3128), None));
        let via = "curl: (7) Failed to connect to tom.example port 443 via proxy.example after 9 ms: Could not connect to server";
        let (code, facts) = code_of(via);
        assert_eq!(code, Some("proxy.unreachable"));
        assert_eq!(facts.proxy.as_deref(), Some("proxy.example"));
        assert_eq!(facts.host.as_deref(), Some("tom.example"));
        let command = DEAD.replace(
            "* Uses proxy env variable https_proxy == 'http://proxy.example:3128'",
            "$ curl -v -x proxy.example:3128 https://tom.example/",
        );
        let (code, facts) = code_of(&command);
        assert_eq!(code, Some("proxy.unreachable"));
        assert_eq!(facts.host.as_deref(), Some("tom.example"));
    }

    #[test]
    fn a_run_borrows_nothing_from_the_one_before() {
        let printed = "* Establish HTTP proxy tunnel to a.example:443\n> CONNECT a.example:443 HTTP/1.1\n* CONNECT tunnel established, response 200\n* Closing connection 0\n*   Trying 192.0.2.1:443...\n* Connected to b.example (192.0.2.1) port 443 (#0)\n* Closing connection 0\ncurl: (60) SSL certificate problem: self-signed certificate\n";
        let (code, facts) = code_of(printed);
        assert_eq!(code, Some("tls.server-untrusted"));
        assert_eq!(
            (facts.host.as_deref(), facts.proxy),
            (Some("b.example"), None)
        );
        let (code, facts) = code_of(&format!(
            "{DEAD}curl: (7) Failed to connect to b.example port 443: Connection refused\n"
        ));
        assert_eq!(code, Some("network.refused"));
        assert_eq!(
            (facts.host.as_deref(), facts.port),
            (Some("b.example"), Some(443))
        );
    }

    #[test]
    fn who_hung_up_hangs_on_how_far_it_came() {
        let asked =
            "* Connected to proxy (192.0.2.7) port 3128 (#0)\n> CONNECT a.example:443 HTTP/1.1\n";
        let open = format!("{asked}* CONNECT tunnel established, response 200\n");
        let challenged = format!("{asked}< HTTP/1.1 407 Proxy Authentication Required\n");
        let basic = challenged.replace(
            "> CONNECT",
            "* Proxy auth using Basic with user 'luc'\n> CONNECT",
        );
        let reset = "curl: (56) Recv failure: Connection reset by peer";
        for (before, line, code) in [
            (
                "",
                "curl: (35) OpenSSL SSL_connect: SSL_ERROR_SYSCALL in connection to a.example:443 ",
                "tls.reset-by-middlebox",
            ),
            (
                "",
                "curl: (56) OpenSSL SSL_read: Connection reset by peer, errno 104",
                "tls.reset-by-middlebox",
            ),
            (
                "",
                "curl: (52) Empty reply from server",
                "tls.reset-by-middlebox",
            ),
            ("", "curl: (56) Proxy CONNECT aborted", "proxy.not-a-proxy"),
            (
                asked,
                "curl: (56) Proxy CONNECT aborted",
                "proxy.not-a-proxy",
            ),
            (asked, reset, "proxy.not-a-proxy"),
            (&open, reset, "tls.reset-by-middlebox"),
            (&challenged, reset, "proxy.authentication-required"),
            (
                &basic,
                "curl: (56) Proxy CONNECT aborted",
                "proxy.authentication-rejected",
            ),
            (
                "",
                "curl: (97) connection to proxy closed",
                "proxy.not-a-proxy",
            ),
            (
                "",
                "curl: (97) User was rejected by the SOCKS5 server (1 1).",
                "proxy.authentication-rejected",
            ),
            (
                "",
                "curl: (97) Can't complete SOCKS5 connection to a.example. (2)",
                "proxy.host-not-allowed",
            ),
            (
                "",
                "curl: (97) Can't complete SOCKS5 connection to a.example. (5)",
                "proxy.upstream-failed",
            ),
            (
                "",
                "curl: (92) HTTP/2 stream 1 was not closed cleanly",
                UNEXPLAINED,
            ),
            (
                "",
                "curl: (35) schannel: next InitializeSecurityContext failed: SEC_E_UNTRUSTED_ROOT (0x80090325) - x",
                "tls.server-untrusted",
            ),
            (
                "",
                "curl: (22) The requested URL returned error: 403",
                "tls.application-refused",
            ),
        ] {
            let (found, facts) = code_of(&format!("{before}{line}"));
            assert_eq!(found, Some(code), "{before}{line}");
            assert_eq!(facts.host.is_some(), !before.is_empty(), "{line}");
        }
    }

    #[test]
    fn a_password_that_was_shown_is_rejected_by_who_asks_again() {
        let asked = |header: &str| format!("> CONNECT a.example:443 HTTP/1.1\n{header}>\n");
        let again = "< HTTP/1.1 407 Proxy Authentication Required\n";
        let basic = asked("> Proxy-Authorization: Basic bHVjOm1vdA==\n");
        let ntlm = "* Proxy auth using NTLM with user 'luc'\n".to_owned()
            + &asked("> Proxy-Authorization: NTLM TlRM\n");
        for (before, code) in [
            (asked(""), "proxy.authentication-required"),
            (basic, "proxy.authentication-rejected"),
            (ntlm.clone(), "proxy.authentication-required"),
            (
                format!("{ntlm}{again}{ntlm}"),
                "proxy.authentication-rejected",
            ),
        ] {
            let text = format!("{before}{again}");
            let reading = read_around(&text, "Proxy Authentication", proxy).unwrap();
            assert_eq!(reading.code, Some(code), "{text}");
            let text = format!("{text}* CONNECT tunnel failed, response 407\n");
            let reading = read_around(&text, " tunnel ", tunnel).unwrap();
            assert_eq!(reading.code, Some(code), "{text}");
            let text = format!(
                "{text}* Closing connection 0\ncurl: (56) CONNECT tunnel failed, response 407\n"
            );
            assert_eq!(code_of(&text).0, Some(code), "{text}");
        }
    }

    #[test]
    fn who_did_not_answer_hangs_on_how_far_it_came() {
        let connected = "* Connected to b.example (192.0.2.1) port 443 (#0)\n";
        let asked = "> CONNECT a.example:443 HTTP/1.1\n";
        let hello = "* TLSv1.3 (OUT), TLS handshake, Client hello (1):\n";
        let late =
            "* Closing connection 0\ncurl: (28) Connection timed out after 2003 milliseconds\n";
        for (before, code) in [
            (String::new(), "network.timeout"),
            (connected.to_owned(), "network.timeout"),
            (format!("{connected}{hello}"), "tls.reset-by-middlebox"),
            (format!("{connected}{asked}"), "proxy.no-answer"),
            (
                "* Uses proxy env variable https_proxy == 'http://b.example:80'\n".to_owned(),
                "proxy.unreachable",
            ),
        ] {
            assert_eq!(
                code_of(&format!("{before}{late}")).0,
                Some(code),
                "{before}"
            );
        }
        let ssl = "curl: (28) SSL connection timeout";
        assert_eq!(code_of(ssl).0, Some("tls.reset-by-middlebox"));
        let no_way = "* connect to 2001:db8::1 port 443 failed: No route to host\n* Closing connection 0\ncurl: (7) Failed to connect to 2001:db8::1 port 443 after 1012 ms: Couldn't connect to server\n";
        assert_eq!(code_of(no_way).0, Some("network.unreachable"));
        let no_way = "curl: (7) Failed to connect to a.test port 443: Network is unreachable";
        assert_eq!(code_of(no_way).0, Some("network.unreachable"));
    }
}
