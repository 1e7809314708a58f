//! What Java writes: the console of plug-in and Web Start, stack traces, `javax.net.debug`.
//!
//! Source: the messages of OpenJDK 8 to 17 (`sun.net.www`, `sun.security.ssl`), and those of the
//! deployment bundle for the lines that begin with `network:`.

use super::super::codes::{self, ALERTS, Code, OWN_ALERTS};
use super::super::hit::{Facts, Format, Reading};
use super::super::line::{Line, host_and_port, is_host, value_after};
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
    let Some(line) = line.last_before(" proxy=") else {
        return Facts::default();
    };
    let proxy = line.split_once(" proxy=").map_or("", |(_, proxy)| proxy);
    let url = line
        .split_ascii_whitespace()
        .find(|word| word.contains("://"));
    let site = url.and_then(host_and_port);
    let (host, port) = site.map_or((None, None), |(host, port)| (Some(host), port));
    let facts = Facts {
        host,
        port,
        ..Facts::default()
    };
    with_proxy(facts, proxy)
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
        facts: Facts { said, ..facts },
        ..reading
    })
}

/// The connection that was told of, and whom the message names: `a.example: Name or service not
/// known`, `Connect to a.example:443 [a.example/192.0.2.1] failed: …`. Java that names the site
/// itself went without the proxy.
fn whose(class: &str, message: &str, facts: Facts) -> Facts {
    let named = match class {
        "UnknownHost" => message.split([':', ' ']).next(),
        _ => value_after(message, "Connect to "),
    };
    let Some((host, port)) = named.and_then(host_and_port) else {
        return facts;
    };
    let is_proxy = [&facts.proxy, &facts.proxy_address].contains(&&Some(host.clone()));
    if is_proxy {
        return facts;
    }
    let known = facts.port.filter(|_| facts.host.as_ref() == Some(&host));
    Facts {
        port: port.or(known),
        host: Some(host),
        ..Facts::default()
    }
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

/// What the class says: of the proxy, where there is one. The system's words are those of its
/// language.
fn by_class(class: &str, line: &Line<'_>, facts: &Facts) -> Option<Reading> {
    let message = line.text.to_lowercase();
    let says = |words: &[&str]| words.iter().any(|word| message.contains(word));
    let of = |direct, by_proxy| {
        let code = if facts.proxy.is_some() {
            by_proxy
        } else {
            direct
        };
        Some(Reading::of(code, CONSOLE))
    };
    match class {
        "UnknownHost" => of("network.dns-failure", "proxy.unresolved"),
        "SocketTimeout" if says(&["read timed out"]) => {
            Some(Reading::of(unanswered(line, facts), CONSOLE))
        }
        "SocketTimeout" | "HttpConnectTimeout" | "ConnectTimeout" => {
            of("network.timeout", "proxy.unreachable")
        }
        "Connect" | "HttpHostConnect" if says(LATE) => of("network.timeout", "proxy.unreachable"),
        "Connect" | "HttpHostConnect" if !says(NO_WAY) => {
            of("network.refused", "proxy.unreachable")
        }
        "Connect" | "HttpHostConnect" | "NoRouteToHost" => {
            of("network.unreachable", "proxy.unreachable")
        }
        _ => None,
    }
}

/// Source: strerror of glibc and of Windows, for ETIMEDOUT, ENETUNREACH and EHOSTUNREACH.
const LATE: &[&str] = &["timed out", "délai d'attente"];
const NO_WAY: &[&str] = &[
    "unreachable",
    "no route to host",
    "réseau n'est pas accessible",
    "aucun chemin d'accès",
];

/// Who took the connection and then said nothing: the frames below tell what was waited for.
fn unanswered(line: &Line<'_>, facts: &Facts) -> &'static str {
    let after = line.after();
    let lines = after.lines().skip_while(|line| line.is_empty());
    let frames = lines.take_while(|line| line.trim_start().starts_with("at "));
    let frames: Vec<&str> = frames.collect();
    let stands = |call: &str| frames.iter().any(|frame| frame.contains(call));
    if stands(".doTunneling") || frames.is_empty() && facts.proxy.is_some() {
        return "proxy.no-answer";
    }
    match stands(".startHandshake") {
        true => "tls.reset-by-middlebox",
        false => "network.timeout",
    }
}

fn told(alert: &Code) -> Option<Reading> {
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
        facts,
        ..reading
    })
}

/// Java 8 and before: `main, RECV TLSv1.2 ALERT:  fatal, handshake_failure`, and `SEND … fatal,
/// description = certificate_unknown`.
pub(super) fn old_debug(line: &Line<'_>) -> Option<Reading> {
    let (head, rest) = line.text.split_once("ALERT:  fatal, ")?;
    let alert = rest.trim_start_matches("description = ");
    let table = if head.contains("SEND ") {
        OWN_ALERTS
    } else {
        ALERTS
    };
    let reading = told(codes::alert(table, alert)?)?;
    Some(Reading {
        format: Format::JavaDebug,
        ..reading
    })
}

/// Java 11 and later: `Received alert message (`, the alert itself on the lines below.
pub(super) fn new_debug(line: &Line<'_>) -> Option<Reading> {
    line.text.starts_with("javax.net.ssl|").then_some(())?;
    let is_own = !line.text.contains("Received alert message");
    let after = line.after();
    let mut below = after.lines().take(6);
    below
        .clone()
        .any(|line| line.contains("\"fatal\""))
        .then_some(())?;
    let alert = below.find_map(|line| line.split_once("\"description\":")?.1.split('"').nth(1))?;
    let table = if is_own { OWN_ALERTS } else { ALERTS };
    let reading = told(codes::alert(table, alert)?)?;
    Some(Reading {
        format: Format::JavaDebug,
        ..reading
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const CONNECTION: &str = "network: Connexion de https://tom.gip-cps.fr/tom/resources/applet/xmlsec-1.2.1.jar?version-id=0.0.0.3 avec proxy=HTTP @ proxy.xxx.yy/192.0.2.7:3128\n";

    fn read(text: &str, anchor: &str, reader: fn(&Line<'_>) -> Option<Reading>) -> Option<Reading> {
        let at = text.find(anchor).unwrap();
        reader(&Line::around(text.as_bytes(), at..at + anchor.len()))
    }

    #[test]
    fn the_consoles_line_of_the_published_answers_names_proxy_address_port_and_host() {
        let text = format!("{CONNECTION}java.io.IOException: Authentication failure\n");
        let reading = read(&text, "Exception: ", exception).unwrap();
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
        let reading = read(text, "Authentication failure", authentication).unwrap();
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
            let reading = read(line, "Exception: ", exception).unwrap();
            assert_eq!(reading.code, Some(direct), "{line}");
            let text = format!("{CONNECTION}{line}");
            let reading = read(&text, "Exception: ", exception).unwrap();
            assert_eq!(reading.code, Some(proxied), "{line}");
        }
        assert_eq!(
            read(
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
        let facts = read(&text, "Exception: ", exception).unwrap().facts;
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

    #[test]
    fn the_debug_lines_of_old_and_new_java_tell_who_sent_the_alert() {
        let of = |text, anchor, reader: fn(&Line<'_>) -> Option<Reading>| {
            read(text, anchor, reader).and_then(|reading| reading.code)
        };
        let old = "main, RECV TLSv1.2 ALERT:  fatal, handshake_failure";
        assert_eq!(
            of(old, "ALERT:  fatal", old_debug),
            Some("tls.handshake-failure")
        );
        let old = "main, SEND TLSv1.2 ALERT:  fatal, description = certificate_unknown";
        assert_eq!(
            of(old, "ALERT:  fatal", old_debug),
            Some("tls.server-untrusted")
        );
        let new = "javax.net.ssl|DEBUG|01|main|2026-11-26 21:44:22.483 UTC|Alert.java:238|Received alert message (\n\"Alert\": {\n  \"level\"      : \"fatal\",\n  \"description\": \"certificate_required\"\n}\n)\n";
        assert_eq!(
            of(new, "alert message", new_debug),
            Some("tls.certificate-required")
        );
        let warning = new.replace("\"fatal\"", "\"warning\"");
        assert_eq!(of(&warning, "alert message", new_debug), None);
    }
}
