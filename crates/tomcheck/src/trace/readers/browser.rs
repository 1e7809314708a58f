//! What browsers write: the codes of their error pages, Chromium's log and net-export.

use super::super::codes::{self, CHROMIUM, FIREFOX, SQUID};
use super::super::hit::{Depth, Facts, Format, Reading};
use super::super::line::{Line, host_and_port, value_after};
use super::super::net_export::{self, Request, Site};
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
    if !line.text.starts_with('{') {
        return logged(line, number);
    }
    let (name, _, code) = codes::find(CHROMIUM, number)?;
    // a browser asks for much that is none of the user's business: only requests count
    let source = net_export::source(&line.text)?;
    let code = match *name {
        "ERR_BAD_SSL_CLIENT_AUTH_CERT" if showed_none(line) => codes::REQUIRED,
        _ => code,
    };
    let reading = exported(line, source, Some(code), Request::on_source(line, source));
    Some(Reading {
        may_follow: *name == "ERR_TUNNEL_CONNECTION_FAILED",
        ..reading.saying("net_error", format!("{number} {name}"))
    })
}

/// What Chromium's log says of a handshake.
fn logged(line: &Line<'_>, number: &str) -> Option<Reading> {
    let (name, code) = match codes::find(CHROMIUM, number) {
        Some((name, _, code)) => (*name, *code),
        // one that is closed later may have done its duty
        None if number == "-100" && line.text.contains("handshake failed") => {
            ("ERR_CONNECTION_CLOSED", "tls.reset-by-middlebox")
        }
        None => return None,
    };
    let said = format!("{number} {name}");
    Some(Reading::of(code, Format::Chromium).saying("net_error", said))
}

/// Whether the browser answered a site that asked for a certificate with none.
fn showed_none(line: &Line<'_>) -> bool {
    let provided = line.last_before("\"cert_count\":");
    provided.is_some_and(|(_, count)| count.starts_with("0}"))
}

/// An event of a source that asked for this; where that stands far away, it is found out later.
fn exported(
    line: &Line<'_>,
    source: u64,
    code: Option<&'static str>,
    request: Option<Request>,
) -> Reading {
    let (host, port) = request.map(|request| request.site).unzip();
    let is_of_proxy = code.is_some_and(|code| code.starts_with("proxy."));
    let proxy = is_of_proxy.then(|| proxy_before(line)).flatten();
    let (proxy, proxy_port) = proxy.unzip();
    let facts = Facts {
        host,
        port: port.flatten(),
        proxy,
        proxy_port: proxy_port.flatten(),
        ..Facts::default()
    };
    Reading {
        source: facts.host.is_none().then_some(source),
        code,
        ..Reading::used(Format::NetExport).about(facts)
    }
}

/// `"proxy_chain":"[proxy.example:3128]"`.
fn proxy_before(line: &Line<'_>) -> Option<Site> {
    let (_, chain) = line.last_before("\"proxy_chain\":\"[")?;
    let (proxy, _) = chain.split_once([']', ','])?;
    (!proxy.starts_with("direct")).then(|| host_and_port(proxy))?
}

/// `"headers":["HTTP/1.1 200 OK",…]` of net-export: a site that answered, or a proxy that was asked
/// for a way to it.
pub(super) fn answered(line: &Line<'_>) -> Option<Reading> {
    let (_, answer) = line.text.split_once("\"headers\":[\"HTTP/")?;
    let (_, answer) = answer.split_once(' ')?;
    let status = answer.get(..3)?.parse().ok()?;
    let source = net_export::source(&line.text)?;
    let request = Request::on_source(line, source);
    if (200..300).contains(&status) {
        let is_tunnel = request.as_ref().is_some_and(|request| request.is_tunnel);
        let depth = if is_tunnel {
            Depth::Open
        } else {
            Depth::Answered
        };
        return Some(exported(line, source, None, request).with_depth(depth));
    }
    let code = refusal(line, source, status, request.as_ref())?;
    let said = answer.split('"').next()?.trim_end();
    Some(exported(line, source, Some(code), request).saying("HTTP", said))
}

/// What it means that this was answered; who did so where the request stands far away is found out
/// later.
fn refusal(
    line: &Line<'_>,
    source: u64,
    status: u16,
    request: Option<&Request>,
) -> Option<&'static str> {
    let code = match status {
        407 if has_shown(line, source) => "proxy.authentication-rejected",
        407 => "proxy.authentication-required",
        401 => net_export::REFUSED,
        _ => by_squid(line).or_else(|| codes::proxy_status(status))?,
    };
    match request {
        Some(request) => request.told(code),
        None => Some(code),
    }
}

/// The name of its page: `"X-Squid-Error: ERR_DNS_FAIL 0"`.
fn by_squid(line: &Line<'_>) -> Option<&'static str> {
    let name = value_after(&line.text, "X-Squid-Error: ")?;
    codes::find(SQUID, name).map(|(_, _, code)| *code)
}

/// Whether the last request brought a password: the first answers of NTLM and Negotiate are none.
fn has_shown(line: &Line<'_>, source: u64) -> bool {
    let sends = |event: &str| event.contains("\"line\":\"").then(|| event.to_owned());
    let sent = last_of(line, source, |event| sends(event)).unwrap_or_default();
    let scheme = value_after(&sent, "Proxy-Authorization: ");
    scheme.is_some_and(|scheme| ["Basic", "Digest"].contains(&scheme))
}

/// What the last event of that source says, of those near that say it.
fn last_of<T>(line: &Line<'_>, source: u64, says: impl Fn(&str) -> Option<T>) -> Option<T> {
    let source = format!("\"source\":{{\"id\":{source},");
    let before = line.before();
    let mut events = before.lines().rev().filter(|event| event.contains(&source));
    events.find_map(says)
}

impl Request {
    /// What the same source of events asked for last, if that stands near.
    fn on_source(line: &Line<'_>, source: u64) -> Option<Self> {
        last_of(line, source, Self::on)
    }
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
    }

    #[test]
    fn a_handshake_that_failed_is_told_by_its_number() {
        let log = "[1:1:1126/214419.1:ERROR:ssl_client_socket_impl.cc(992)] handshake failed; returned -1, SSL error code 1, net_error ";
        let of = |log: String| read_around(&log, "net_error", net_error)?.code;
        assert_eq!(of(format!("{log}-202")), Some("tls.server-untrusted"));
        assert_eq!(of(format!("{log}-100")), Some("tls.reset-by-middlebox"));
        assert_eq!(
            of("[1:1:1126/214419.1:ERROR:x.cc(9)] x, net_error -100".to_owned()),
            None
        );
    }
}
