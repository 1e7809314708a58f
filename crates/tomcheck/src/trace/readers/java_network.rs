//! Whom could Java not reach?

use super::super::hit::{Facts, Format, Reading};
use super::super::line::{Line, host_and_port, value_after};

const CONSOLE: Format = Format::JavaConsole;

/// The connection that was told of, and whom the message names: `a.example: Name or service not
/// known`, `Connect to a.example:443 [a.example/192.0.2.1] failed: …`. Java that names the site
/// itself went without the proxy.
pub(super) fn whose(class: &str, message: &str, facts: Facts) -> Facts {
    let named = match class {
        "UnknownHost" => message.split([':', ' ']).next(),
        _ => value_after(message, "Connect to ").or_else(|| answered_itself(message)),
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

/// Over a secure connection, nobody answers for the site.
fn answered_itself(message: &str) -> Option<&str> {
    let url = value_after(message, "for URL: ")?;
    url.starts_with("https://").then_some(url)
}

/// What the class says: of the proxy, where there is one. The system's words are those of its
/// language.
pub(super) fn by_class(class: &str, line: &Line<'_>, facts: &Facts) -> Option<Reading> {
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
    let no_way = || of("network.unreachable", "proxy.unreachable");
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
        "Connect" | "HttpHostConnect" | "NoRouteToHost" => no_way(),
        "Socket" if says(NO_WAY) => no_way(),
        "SSLPeerUnverified" => Some(Reading::of("tls.server-untrusted", CONSOLE)),
        "FailedLogin" => Some(Reading::of("token.pin-incorrect", CONSOLE)),
        "CardNotPresent" => Some(Reading::of("card.absent", CONSOLE)),
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
