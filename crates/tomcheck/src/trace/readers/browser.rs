//! What browsers write: the codes of their error pages, Chromium's log and net-export.

use super::super::codes::{self, CHROMIUM, FIREFOX, SQUID};
use super::super::hit::{Depth, Facts, Format, Reading};
use super::super::line::{Line, host_and_port};
use super::super::net_export;
use super::curl;

/// The whole name around `part`: `SSL_ERROR_UNKNOWN_CA_ALERT`.
fn name_with<'t>(text: &'t str, part: &str) -> Option<&'t str> {
    let at = text.find(part)?;
    let is_of_name = |c: char| c.is_ascii_uppercase() || c.is_ascii_digit() || c == '_';
    let (head, tail) = text.split_at(at);
    let begin = head.trim_end_matches(is_of_name).len();
    let end = tail.find(|c| !is_of_name(c)).unwrap_or(tail.len());
    text.get(begin..at + end)
}

/// A code of NSS in any text: `SSL_ERROR_…`, `PR_…_ERROR`.
pub(super) fn firefox(line: &Line<'_>) -> Option<Reading> {
    let text = line.since_word();
    let name = name_with(&text, "_ERROR")?;
    let (_, _, code) = codes::find(FIREFOX, name)?;
    let reading = Reading::of(code, Format::Firefox).about(named(line));
    Some(reading.saying("NSS", name))
}

/// `net::ERR_…` of Chromium's family, `ERR_…` of squid's pages and headers.
pub(super) fn chromium_or_squid(line: &Line<'_>) -> Option<Reading> {
    let text = line.since_word();
    let name = name_with(&text, "ERR_")?;
    // a net-export begins with the list of all there are
    let is_listed = line.text.contains(&format!("\"{name}\":-"));
    (!is_listed).then_some(())?;
    if let Some((_, _, code)) = codes::find(CHROMIUM, name) {
        let reading = Reading::of(code, Format::Chromium).about(named(line));
        return Some(reading.saying("net", name));
    }
    let (_, _, code) = codes::find(SQUID, name)?;
    // squid's header among those that curl shows
    let facts = match line.text.starts_with("< ") {
        true => curl::connection(line),
        false => named(line),
    };
    Some(
        Reading::of(code, Format::Unknown)
            .about(facts)
            .saying("squid", name),
    )
}

/// The site a line names by a URL.
fn named(line: &Line<'_>) -> Facts {
    let mut words = line.text.split([' ', '"', '\'', '(', ')', ',', '<', '>']);
    let url = words.find(|word| word.contains("://"));
    let site = url.and_then(host_and_port);
    let (host, port) = site.map_or((None, None), |(host, port)| (Some(host), port));
    Facts {
        host,
        port,
        ..Facts::default()
    }
}

/// `"net_error":-127` of net-export, `net_error -127` of Chromium's log.
pub(super) fn net_error(line: &Line<'_>) -> Option<Reading> {
    let text = line.since_word();
    let (_, rest) = text.split_once("net_error")?;
    let number = rest.trim_start_matches(['"', ':', ' ']);
    let end = number.find(|c: char| c != '-' && !c.is_ascii_digit());
    let number = number.get(..end.unwrap_or(number.len()))?;
    let (name, _, code) = codes::find(CHROMIUM, number)?;
    let said = format!("{number} {name}");
    if !line.text.starts_with('{') {
        return Some(Reading::of(code, Format::Chromium).saying("net_error", said));
    }
    // a browser asks for much that is none of the user's business: only requests count
    let source = net_export::source(&line.text)?;
    let facts = requested(line, source);
    Some(Reading {
        source: facts.is_none().then_some(source),
        ..Reading::of(code, Format::NetExport)
            .about(facts.unwrap_or_default())
            .saying("net_error", said)
    })
}

/// `"headers":["HTTP/1.1 200 OK",…]` of net-export: a site that answered, where the same source of
/// events asked for a URL. What a proxy answers has a source of its own.
pub(super) fn answered(line: &Line<'_>) -> Option<Reading> {
    let (_, answer) = line.text.split_once("\"headers\":[\"HTTP/")?;
    let (_, status) = answer.split_once(' ')?;
    status.starts_with('2').then_some(())?;
    let source = net_export::source(&line.text)?;
    let facts = requested(line, source);
    Some(Reading {
        source: facts.is_none().then_some(source),
        ..Reading::used(Format::NetExport)
            .about(facts.unwrap_or_default())
            .with_depth(Depth::Answered)
    })
}

/// The URL that the same source of events asked for, if that stands near.
fn requested(line: &Line<'_>, source: u64) -> Option<Facts> {
    let source = format!("\"source\":{{\"id\":{source},");
    let before = line.before();
    let mut lines = before.lines().rev().filter(|line| line.contains(&source));
    let url = lines.find_map(|line| line.split_once("\"url\":\"")?.1.split('"').next())?;
    let (host, port) = host_and_port(url)?;
    Some(Facts {
        host: Some(host),
        port,
        ..Facts::default()
    })
}

#[cfg(test)]
mod tests {
    use super::super::read_around;
    use super::*;

    #[test]
    fn the_code_of_an_error_page_is_found_in_any_sentence() {
        let of = |text| read_around(text, "_ERROR", firefox).and_then(|reading| reading.code);
        assert_eq!(
            of("NS_OK, then PR_CONNECT_RESET_ERROR"),
            Some("tls.reset-by-middlebox")
        );
        assert_eq!(
            of("Code d'erreur : SSL_ERROR_UNKNOWN_CA_ALERT"),
            Some("tls.certificate-rejected")
        );
        assert_eq!(
            of("(MOZILLA_PKIX_ERROR_MITM_DETECTED)"),
            Some("proxy.intercepts-tls")
        );
        assert_eq!(of("SSL_ERROR_OF_NO_KIND"), None);
        let of =
            |text| read_around(text, "ERR_", chromium_or_squid).and_then(|reading| reading.code);
        assert_eq!(
            of("net::ERR_BAD_SSL_CLIENT_AUTH_CERT"),
            Some("tls.certificate-rejected")
        );
        assert_eq!(
            of("X-Squid-Error: ERR_DNS_FAIL 0"),
            Some("proxy.upstream-dns")
        );
        assert_eq!(of("MY_ERR_NAME_NOT_RESOLVED"), None);
        assert_eq!(of("\"ERR_NAME_NOT_RESOLVED\":-105,"), None);
    }

    #[test]
    fn of_a_net_export_only_what_was_asked_for_counts() {
        let text = "{\"params\":{\"url\":\"https://tom.example/\"},\"phase\":1,\"source\":{\"id\":7,\"start_time\":\"1\",\"type\":1},\"time\":\"1\",\"type\":2},\n{\"params\":{\"net_error\":-130},\"phase\":2,\"source\":{\"id\":7,\"start_time\":\"1\",\"type\":1},\"time\":\"1\",\"type\":2},\n";
        let reading = read_around(text, "net_error", net_error).unwrap();
        assert_eq!(reading.code, Some("proxy.unreachable"));
        assert_eq!(reading.facts.host.as_deref(), Some("tom.example"));
        let other = text.replacen("\"id\":7", "\"id\":8", 1);
        let reading = read_around(&other, "net_error", net_error).unwrap();
        assert_eq!((reading.facts.host, reading.source), (None, Some(7)));
        let log = "[1:1:1126/214419.1:ERROR:ssl_client_socket_impl.cc(992)] handshake failed; returned -1, SSL error code 1, net_error -202";
        assert_eq!(
            read_around(log, "net_error", net_error).unwrap().code,
            Some("tls.server-untrusted")
        );
    }
}
