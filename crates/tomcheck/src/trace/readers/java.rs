//! What Java writes: the console of plug-in and Web Start, stack traces.
//!
//! Source: the messages of OpenJDK 8 to 17 (`sun.net.www`, `sun.security.ssl`), and those of the
//! deployment bundle for the lines that begin with `network:`.

use super::super::codes::{self, ALERTS, Code};
use super::super::hit::{Facts, Format, Reading};
use super::super::line::{Line, host_and_port, is_host};
use super::super::net_export::LAST;
use super::java_network::{by_class, whose};
use super::smartcard;

const CONSOLE: Format = Format::JavaConsole;

/// `java.io.IOException: Authentication failure`: the headers for proxy or site could not be made.
pub(super) fn authentication(line: &Line<'_>) -> Option<Reading> {
    let facts = connection(line);
    let code = match (&facts.proxy, &facts.host) {
        // with a way that is known to be direct, it was the site that asked
        (None, Some(_)) => "tls.application-refused",
        _ => "proxy.authentication-required",
    };
    let said = "Authentication failure";
    Some(
        Reading::of(code, CONSOLE)
            .about(facts)
            .saying("java.io.IOException", said),
    )
}

/// The last connection the console told of: `network: Connexion de URL avec proxy=HTTP @ name/address:port`,
/// `network: Connecting URL with proxy=…`. Source: JDK deploy message bundle, both languages.
fn connection(line: &Line<'_>) -> Facts {
    let Some((head, proxy)) = line.last_before(" proxy=") else {
        return Facts::default();
    };
    let url = url_in(&head).or_else(|| url_in(&proxy));
    let site = url.and_then(host_and_port);
    let (host, port) = site.map_or((None, None), |(host, port)| (Some(host), port));
    let facts = Facts {
        host,
        port,
        ..Facts::default()
    };
    with_proxy(facts, &proxy)
}

/// The first word of `text` that is a URL.
fn url_in(text: &str) -> Option<&str> {
    let scheme = text.get(..text.find("://")?)?;
    let blank = scheme.rfind(|c: char| c.is_ascii_whitespace());
    let word = text.get(blank.map_or(0, |at| at + 1)..)?;
    word.split_ascii_whitespace().next()
}

/// `HTTP @ proxy.example/192.0.2.1:3128`, `DIRECT`. Before the address there is no name where it
/// was given as an address.
fn with_proxy(facts: Facts, proxy: &str) -> Facts {
    let mut words = proxy.split_ascii_whitespace();
    let place = match [words.next(), words.next(), words.next()] {
        [_, Some("@"), Some(place)] => place,
        // a name and a password may stand before it
        [Some(word), ..] if word.contains('@') => word.rsplit('@').next().unwrap_or_default(),
        _ => return facts,
    };
    let (place, port) = place.rsplit_once(':').unwrap_or((place, ""));
    let (name, address) = place.split_once('/').unwrap_or((place, ""));
    let [name, address] = [name, address].map(|text| is_host(text).then(|| text.to_owned()));
    Facts {
        proxy: name.clone().or_else(|| address.clone()),
        proxy_address: name.and(address),
        proxy_port: port.parse().ok(),
        ..facts
    }
}

/// `class: message`, of any exception.
pub(super) fn exception(line: &Line<'_>) -> Option<Reading> {
    let (class, message) = line.text.split_once("Exception: ")?;
    let class = class.rsplit([' ', '.']).next()?;
    if message.contains("Authentication failure") {
        return authentication(line);
    }
    if message.contains("CKR_") || message.contains("SCARD_") {
        return smartcard::pkcs11(line).or_else(|| smartcard::pcsc(line));
    }
    let facts = whose(class, message, connection(line));
    let reading = by_message(message, &facts).or_else(|| by_class(class, line, &facts))?;
    let said = reading.facts.said.clone();
    let said = said.or_else(|| Some(("Java", format!("{class}Exception: {message}"))));
    Some(Reading {
        format: CONSOLE,
        source: greeted_last(reading.code, &facts),
        facts: Facts { said, ..facts },
        ..reading
    })
}

/// What the message says by itself, whatever the class.
fn by_message(message: &str, facts: &Facts) -> Option<Reading> {
    let says = |text: &str| message.contains(text);
    if let Some((_, answer)) = message.split_once("Proxy returns \"HTTP/1.") {
        let status = answer.split_ascii_whitespace().nth(1)?;
        let code = codes::proxy_status(status.parse().ok()?)?;
        return Some(Reading::of(code, CONSOLE).saying("HTTP", status));
    }
    if let Some((_, alert)) = message.split_once("fatal alert: ") {
        return told(codes::alert(ALERTS, alert)?);
    }
    if says("PKIX path building failed") || says("unable to find valid certification path") {
        return Some(Reading::of("tls.server-untrusted", CONSOLE));
    }
    if says("No name matching") || says("No subject alternative") {
        return Some(Reading::of("tls.server-name-mismatch", CONSOLE));
    }
    if says("NotAfter") || says("NotBefore") || says("timestamp check failed") {
        return Some(Reading::of("tls.server-expired", CONSOLE));
    }
    if says("No appropriate protocol") {
        return Some(Reading::of("tls.version-unsupported", CONSOLE));
    }
    if says("plaintext connection?") || says("Unsupported or unrecognized SSL message") {
        return Some(Reading::of("tls.not-tls", CONSOLE));
    }
    if says("closed connection during handshake") || says("terminated the handshake") {
        return Some(Reading::of("tls.reset-by-middlebox", CONSOLE));
    }
    let by_proxy = facts.proxy.is_some();
    says("Connection reset").then(|| match by_proxy {
        true => Reading::of("proxy.upstream-failed", CONSOLE),
        false => Reading::of("tls.reset-by-middlebox", CONSOLE),
    })
}

/// What is said of TLS is said of the site that `javax.net.debug` told of just before, where nothing
/// else names one.
fn greeted_last(code: Option<&str>, facts: &Facts) -> Option<u64> {
    let is_of_tls = code.is_some_and(|code| code.starts_with("tls."));
    (is_of_tls && facts.host.is_none()).then_some(LAST)
}

pub(super) fn told(alert: &Code) -> Option<Reading> {
    let (name, number, code) = alert;
    let format = Format::JavaConsole;
    Some(Reading::of(code, format).saying("alert", format!("{number} {name}")))
}

/// `Received fatal alert: handshake_failure`.
pub(super) fn fatal_alert(line: &Line<'_>) -> Option<Reading> {
    let (_, alert) = line.text.split_once("fatal alert: ")?;
    let is_debug = line.text.starts_with("javax.net.ssl|");
    let format = if is_debug { Format::JavaDebug } else { CONSOLE };
    let reading = told(codes::alert(ALERTS, alert)?)?;
    let facts = Facts {
        said: reading.facts.said.clone(),
        ..connection(line)
    };
    Some(Reading {
        format,
        source: greeted_last(reading.code, &facts),
        facts,
        ..reading
    })
}

#[cfg(test)]
mod tests {
    use super::super::read_around;
    use super::*;

    const CONNECTION: &str = "network: Connexion de https://tom.gip-cps.fr/tom/resources/applet/xmlsec-1.2.1.jar?version-id=0.0.0.3 avec proxy=HTTP @ proxy.xxx.yy/192.0.2.7:3128\n";

    #[test]
    fn the_consoles_line_of_the_published_answers_names_proxy_address_port_and_host() {
        let text = format!("{CONNECTION}java.io.IOException: Authentication failure\n");
        let reading = read_around(&text, "Exception: ", exception).unwrap();
        assert_eq!(reading.code, Some("proxy.authentication-required"));
        let facts = reading.facts;
        assert_eq!(facts.proxy.as_deref(), Some("proxy.xxx.yy"));
        assert_eq!(facts.proxy_address.as_deref(), Some("192.0.2.7"));
        assert_eq!(facts.proxy_port, Some(3128));
        assert_eq!(facts.host.as_deref(), Some("tom.gip-cps.fr"));
        assert_eq!(facts.port, Some(443));
    }

    #[test]
    fn without_a_proxy_it_was_the_site_that_asked() {
        let text = "network: Connecting https://a.example/ with proxy=DIRECT\njava.io.IOException: Authentication failure\n";
        let reading = read_around(text, "Authentication failure", authentication).unwrap();
        assert_eq!(reading.code, Some("tls.application-refused"));
    }

    #[test]
    fn each_exception_says_what_it_means_and_of_whom() {
        for (line, direct, proxied) in [
            (
                "java.net.ConnectException: Connection refused",
                "network.refused",
                "proxy.unreachable",
            ),
            (
                "java.net.UnknownHostException: tom.gip-cps.fr",
                "network.dns-failure",
                "network.dns-failure",
            ),
            (
                "java.net.UnknownHostException: proxy.xxx.yy: Name or service not known",
                "network.dns-failure",
                "proxy.unresolved",
            ),
            (
                "java.net.ConnectException: Network is unreachable (connect failed)",
                "network.unreachable",
                "proxy.unreachable",
            ),
            (
                "java.net.ConnectException: Connexion terminée par expiration du délai d'attente",
                "network.timeout",
                "proxy.unreachable",
            ),
            (
                "org.apache.http.conn.HttpHostConnectException: Connect to tom.gip-cps.fr:443 [tom.gip-cps.fr/192.0.2.1] failed: Connection refused",
                "network.refused",
                "network.refused",
            ),
            (
                "org.apache.http.conn.HttpHostConnectException: Connect to proxy.xxx.yy:3128 [proxy.xxx.yy/192.0.2.7] failed: Connection refused",
                "network.refused",
                "proxy.unreachable",
            ),
            (
                "java.net.SocketTimeoutException: Read timed out",
                "network.timeout",
                "proxy.no-answer",
            ),
            (
                "java.net.SocketTimeoutException: Read timed out\n\tat sun.net.www.protocol.http.HttpURLConnection.doTunneling(HttpURLConnection.java:2105)",
                "proxy.no-answer",
                "proxy.no-answer",
            ),
            (
                "java.net.SocketTimeoutException: Read timed out\n\tat sun.security.ssl.SSLSocketImpl.startHandshake(SSLSocketImpl.java:456)",
                "tls.reset-by-middlebox",
                "tls.reset-by-middlebox",
            ),
            (
                "java.net.SocketTimeoutException: connect timed out",
                "network.timeout",
                "proxy.unreachable",
            ),
            (
                "javax.net.ssl.SSLHandshakeException: Received fatal alert: unknown_ca",
                "tls.certificate-rejected",
                "tls.certificate-rejected",
            ),
            (
                "javax.net.ssl.SSLHandshakeException: Received fatal alert: handshake_failure",
                "tls.handshake-failure",
                "tls.handshake-failure",
            ),
            (
                "Caused by: sun.security.validator.ValidatorException: PKIX path building failed: x",
                "tls.server-untrusted",
                "tls.server-untrusted",
            ),
            (
                "java.io.IOException: Unable to tunnel through proxy. Proxy returns \"HTTP/1.1 403 Forbidden\"",
                "proxy.host-not-allowed",
                "proxy.host-not-allowed",
            ),
            (
                "sun.security.pkcs11.wrapper.PKCS11Exception: CKR_PIN_INCORRECT",
                "token.pin-incorrect",
                "token.pin-incorrect",
            ),
        ] {
            let reading = read_around(line, "Exception: ", exception).unwrap();
            assert_eq!(reading.code, Some(direct), "{line}");
            let text = format!("{CONNECTION}{line}");
            let reading = read_around(&text, "Exception: ", exception).unwrap();
            assert_eq!(reading.code, Some(proxied), "{line}");
        }
        assert_eq!(
            read_around(
                "java.lang.IllegalStateException: x",
                "Exception: ",
                exception
            ),
            None
        );
    }

    #[test]
    fn the_site_that_a_message_names_is_not_the_proxys_and_the_proxy_is_found_far_above() {
        let line = "java.net.UnknownHostException: tom.gip-cps.fr";
        let text = format!("{CONNECTION}{line}");
        let facts = read_around(&text, "Exception: ", exception).unwrap().facts;
        assert_eq!(facts.host.as_deref(), Some("tom.gip-cps.fr"));
        assert_eq!((facts.port, facts.proxy), (Some(443), None));
        let frames = "\tat sun.net.www.protocol.http.HttpURLConnection.getInputStream0(HttpURLConnection.java:1896)\n".repeat(60);
        let cause = "Caused by: java.net.ConnectException: Connection refused";
        let text = format!("{CONNECTION}java.io.IOException: x\n{frames}{cause}");
        let at = text.rfind("Exception: ").unwrap();
        let line = Line::around(text.as_bytes(), at..at + 11);
        let reading = exception(&line).unwrap();
        assert_eq!(reading.code, Some("proxy.unreachable"));
        assert_eq!(reading.facts.proxy.as_deref(), Some("proxy.xxx.yy"));
    }
}
