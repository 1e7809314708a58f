//! What did the server answer to one request?

use time::PrimitiveDateTime;
use time::macros::format_description;
use tomcheck_diagnosis::Instant;

use crate::certificate::hex;
use crate::seen::HttpSeen;

/// How much of an answer is read while looking for the end of its head.
pub(crate) const MOST_HEAD: usize = 16 * 1024;

/// A `GET` that asks the server to close afterwards. Whatever could end the line early in
/// `path` is percent-encoded.
pub(crate) fn request(host: &str, port: u16, path: &str) -> Vec<u8> {
    let host = if host.contains(':') {
        format!("[{host}]")
    } else {
        host.to_owned()
    };
    let authority = if port == 443 {
        host
    } else {
        format!("{host}:{port}")
    };
    let agent = concat!("tomcheck/", env!("CARGO_PKG_VERSION"));
    let path = encoded(path);
    let lines = [
        format!("GET {path} HTTP/1.1"),
        format!("Host: {authority}"),
        format!("User-Agent: {agent}"),
        "Accept: */*".to_owned(),
        "Connection: close".to_owned(),
    ];
    format!("{}\r\n\r\n", lines.join("\r\n")).into_bytes()
}

/// Whether the head is whole.
pub(crate) fn is_whole(head: &[u8]) -> bool {
    head.len() >= MOST_HEAD || head.windows(4).any(|four| four == b"\r\n\r\n")
}

/// Reads as much of an answer's head as came by `received_at`.
pub(crate) fn answer(head: &[u8], received_at: Instant) -> HttpSeen {
    if head.is_empty() {
        return HttpSeen::NoAnswer;
    }
    let text = String::from_utf8_lossy(head);
    let mut lines = text.lines();
    let status_line = lines.next().unwrap_or_default().trim_end();
    let Some(status) = status_of(status_line) else {
        let first_bytes = hex(head.get(..64).unwrap_or(head));
        return HttpSeen::NotHttp { first_bytes };
    };
    HttpSeen::Answered {
        status,
        status_line: status_line.chars().take(200).collect(),
        date: lines.take_while(|line| !line.is_empty()).find_map(date_of),
        received_at,
    }
}

/// Source: RFC 9112 §4.
fn status_of(line: &str) -> Option<u16> {
    let (version, rest) = line.split_once(' ')?;
    let status = rest.get(..3)?.parse().ok()?;
    (version.starts_with("HTTP/") && (100..1000).contains(&status)).then_some(status)
}

/// Source: RFC 9110 §5.6.7, IMF-fixdate.
fn date_of(line: &str) -> Option<Instant> {
    let (name, value) = line.split_once(':')?;
    if !name.eq_ignore_ascii_case("date") {
        return None;
    }
    let format = format_description!(
        "[weekday repr:short], [day] [month repr:short] [year] [hour]:[minute]:[second] GMT"
    );
    let parsed = PrimitiveDateTime::parse(value.trim(), format).ok()?;
    Some(Instant::from_unix(parsed.assume_utc().unix_timestamp()))
}

fn encoded(path: &str) -> String {
    let path = if path.starts_with('/') {
        path.to_owned()
    } else {
        format!("/{path}")
    };
    path.bytes().fold(String::new(), |mut encoded, byte| {
        if byte.is_ascii_graphic() {
            encoded.push(char::from(byte));
        } else {
            encoded.push_str(&format!("%{byte:02X}"));
        }
        encoded
    })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_request_names_the_port_only_when_it_is_unusual_and_stays_one_request() {
        let plain = String::from_utf8(request("tom.example", 443, "/tom?a=b")).unwrap();
        assert!(
            plain
                .starts_with("GET /tom?a=b HTTP/1.1\r\nHost: tom.example\r\nUser-Agent: tomcheck/")
        );
        let odd = String::from_utf8(request("::1", 8443, "a\r\nX: é")).unwrap();
        assert!(odd.starts_with("GET /a%0D%0AX:%20%C3%A9 HTTP/1.1\r\nHost: [::1]:8443\r\n"));
        assert_eq!(odd.matches("\r\n\r\n").count(), 1);
    }

    #[test]
    fn the_status_line_and_the_servers_clock_are_kept() {
        let now = Instant::from_unix(5);
        let head = b"HTTP/1.1 403 Forbidden\r\nDate: Thu, 01 Jan 1970 00:01:00 GMT\r\n\r\n";
        let HttpSeen::Answered {
            status,
            date,
            status_line,
            ..
        } = answer(head, now)
        else {
            panic!("no answer");
        };
        assert_eq!(
            (status, status_line.as_str()),
            (403, "HTTP/1.1 403 Forbidden")
        );
        assert_eq!(date, Some(Instant::from_unix(60)));
    }

    #[test]
    fn what_is_no_http_and_what_never_came_are_told_apart() {
        let now = Instant::from_unix(5);
        assert_eq!(answer(b"", now), HttpSeen::NoAnswer);
        assert!(matches!(
            answer(b"* OK IMAP4rev1 ready\r\n", now),
            HttpSeen::NotHttp { .. }
        ));
        assert!(matches!(
            answer(b"HTTP/1.1 4", now),
            HttpSeen::NotHttp { .. }
        ));
    }

    proptest! {
        #[test]
        fn no_answer_makes_the_reader_panic(
            head in proptest::collection::vec(any::<u8>(), 0..300),
            date in ".{0,40}",
        ) {
            answer(&head, Instant::from_unix(0));
            date_of(&format!("Date: {date}"));
        }
    }
}
