//! What Java writes: the console of plug-in and Web Start, stack traces.
//!
//! Source: the messages of OpenJDK 8 to 17 (`sun.net.www`, `sun.security.ssl`), and those of the
//! deployment bundle for the lines that begin with `network:`.

use super::super::codes::{self, ALERTS, Code};
use super::super::hit::{Facts, Format, Reading, UNEXPLAINED};
use super::super::line::{Line, host_and_port, is_host};
use super::super::net_export::LAST;
use super::java_debug::for_want;
use super::java_network::{by_class, whose};
use super::java_words::by_message;
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
    let thrown = Thrown::of(&line.text)?;
    let Thrown { class, message, .. } = thrown;
    if message.contains("Authentication failure") {
        return authentication(line);
    }
    if message.contains("CKR_") || message.contains("SCARD_") {
        let code = smartcard::pkcs11(line).or_else(|| smartcard::pcsc(line));
        return code.or_else(|| thrown.unexplained(line));
    }
    let facts = whose(class, message, connection(line));
    let reading = by_message(message, &facts).or_else(|| by_class(class, line, &facts));
    let reading = reading.or_else(|| thrown.unexplained(line))?;
    let reading = for_want(reading, line);
    let said = reading.facts.said.clone();
    let said = said.or_else(|| Some(("Java", format!("{class}Exception: {message}"))));
    Some(Reading {
        format: CONSOLE,
        source: greeted_last(reading.code, &facts),
        facts: Facts { said, ..facts },
        ..reading
    })
}

/// `java.lang.UnsatisfiedLinkError: C:\…\cps3_pkcs11_w64.dll: Can't load AMD 64-bit .dll on a IA 32-bit
/// platform`.
pub(super) fn unlinked(line: &Line<'_>) -> Option<Reading> {
    let (_, message) = line.text.split_once("UnsatisfiedLinkError: ")?;
    let facts = Facts::default();
    let known = by_message(message, &facts);
    let reading = known.unwrap_or_else(|| Reading::of(UNEXPLAINED, CONSOLE));
    Some(reading.saying("Java", format!("UnsatisfiedLinkError: {message}")))
}

/// What was thrown, as a line tells of it.
#[derive(Clone, Copy)]
struct Thrown<'t> {
    /// `java.net.`.
    package: &'t str,
    /// Without its end, that all have; none: the console left it out.
    class: &'t str,
    message: &'t str,
}

impl<'t> Thrown<'t> {
    fn of(text: &'t str) -> Option<Self> {
        let named = text.split_once("Exception: ");
        let (head, message) = named.or_else(|| text.split_once("exception: "))?;
        let name = head.rsplit(' ').next().filter(|_| named.is_some());
        let name = name.unwrap_or_default();
        let (package, class) = name.split_at(name.rfind('.').map_or(0, |at| at + 1));
        Some(Self {
            package,
            class,
            message,
        })
    }

    /// Of what has a cause, the cause tells.
    fn unexplained(self, line: &Line<'_>) -> Option<Reading> {
        let is_of_network = PACKAGES.iter().any(|begin| self.package.starts_with(begin));
        let is_failure = is_of_network || self.class == "IO";
        let is_own = |words: &&str| self.message.to_lowercase().contains(words);
        let is_plain = is_failure && !OWN_DOING.iter().any(is_own);
        let is_open = is_plain && !is_caused(&line.after());
        is_open.then(|| Reading::of(UNEXPLAINED, CONSOLE))
    }
}

/// What speaks of the network, of TLS and of the card.
const PACKAGES: &[&str] = &[
    "java.net.",
    "javax.net.ssl.",
    "java.security.",
    "sun.security.",
];

/// What a program says that ends by itself what it reads.
const OWN_DOING: &[&str] = &["socket closed", "stream closed", "socket is closed"];

fn is_caused(after: &str) -> bool {
    let lines = after.lines().map(str::trim_start);
    let mut behind = lines.skip_while(|line| line.is_empty() || line.starts_with("at "));
    behind
        .next()
        .is_some_and(|line| line.starts_with("Caused by: "))
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
    let reading = for_want(told(codes::alert(ALERTS, alert)?)?, line);
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
                "java.io.IOException: Server returned HTTP response code: 403 for URL: https://tom.gip-cps.fr/x",
                "tls.application-refused",
                "tls.application-refused",
            ),
            (
                "java.io.IOException: Server returned HTTP response code: 403 for URL: http://tom.gip-cps.fr/x",
                "tls.application-refused",
                "proxy.host-not-allowed",
            ),
            (
                "java.net.SocketException: Network is unreachable: connect",
                "network.unreachable",
                "proxy.unreachable",
            ),
            (
                "java.net.SocketException: Software caused connection abort: recv failed",
                "tls.reset-by-middlebox",
                "proxy.upstream-failed",
            ),
            (
                "java.io.IOException: HTTPS hostname wrong:  should be <tom.gip-cps.fr>",
                "tls.server-name-mismatch",
                "tls.server-name-mismatch",
            ),
            (
                "javax.net.ssl.SSLHandshakeException: renegotiation is not allowed",
                "tls.renegotiation-required",
                "tls.renegotiation-required",
            ),
            (
                "javax.net.ssl.SSLPeerUnverifiedException: peer not authenticated",
                "tls.server-untrusted",
                "tls.server-untrusted",
            ),
            (
                "java.security.ProviderException: Library C:\\Windows\\System32\\cps3_pkcs11_w32.dll does not exist",
                "module.not-installed",
                "module.not-installed",
            ),
            (
                "java.net.HttpRetryException: cannot retry due to proxy authentication, in streaming mode",
                "proxy.authentication-required",
                "proxy.authentication-required",
            ),
            (
                "java.net.SocketException: Malformed reply from SOCKS server",
                "proxy.not-a-proxy",
                "proxy.not-a-proxy",
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
        for harmless in [
            "java.lang.IllegalStateException: x",
            "java.net.SocketException: Socket closed",
            "java.io.FileNotFoundException: https://a.example/META-INF/x",
        ] {
            assert_eq!(read_around(harmless, "Exception: ", exception), None);
        }
    }

    #[test]
    fn the_console_leaves_the_class_out_sometimes() {
        let line = "basic: exception: Unable to tunnel through proxy. Proxy returns \"HTTP/1.1 407 Proxy Authentication Required\".";
        let reading = read_around(line, "xception: ", exception).unwrap();
        assert_eq!(reading.code, Some("proxy.authentication-required"));
        let line = "basic: exception: x";
        assert_eq!(read_around(line, "xception: ", exception), None);
    }

    #[test]
    fn a_library_that_does_not_load_says_why() {
        for (why, code) in [
            (
                "Can't load AMD 64-bit .dll on a IA 32-bit platform",
                "module.wrong-architecture",
            ),
            (
                "Can't find dependent libraries",
                "module.dependency-missing",
            ),
            ("x", UNEXPLAINED),
        ] {
            let line = format!("java.lang.UnsatisfiedLinkError: C:\\x\\cps3_pkcs11_w64.dll: {why}");
            let reading = read_around(&line, "LinkError: ", unlinked).unwrap();
            assert_eq!(reading.code, Some(code), "{why}");
        }
    }

    #[test]
    fn what_nobody_explains_is_told_of_once_by_its_cause() {
        let unknown = Some(UNEXPLAINED);
        for line in [
            "java.net.SocketException: x",
            "javax.net.ssl.SSLException: x",
            "Caused by: java.security.ProviderException: x",
            "java.io.IOException: x",
        ] {
            let reading = read_around(line, "Exception: ", exception).unwrap();
            assert_eq!(reading.code, unknown, "{line}");
            let cause = "\n\tat a.B.c(B.java:1)\n\tat a.B.d(B.java:2)\nCaused by: x";
            let at = line.find("Exception: ").unwrap();
            let text = format!("{line}{cause}");
            assert_eq!(exception(&Line::around(text.as_bytes(), at..at + 11)), None);
        }
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
