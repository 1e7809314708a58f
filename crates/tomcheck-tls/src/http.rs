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
    get(host, port, 443, path)
}

/// The same without TLS.
pub(crate) fn plain_request(host: &str, port: u16, path: &str) -> Vec<u8> {
    get(host, port, 80, path)
}

fn get(host: &str, port: u16, usual_port: u16, path: &str) -> Vec<u8> {
    let host = if host.contains(':') {
        format!("[{host}]")
    } else {
        host.to_owned()
    };
    let authority = if port == usual_port {
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

/// Whether the head tells of a refusal, whose page says why.
pub(crate) fn refuses(head: &[u8]) -> bool {
    let line = head.split(|byte| *byte == b'\n').next();
    let line = String::from_utf8_lossy(line.unwrap_or_default());
    status_of(&line).is_some_and(|status| status >= 400)
}

/// Whether the title of the page has come, or it is too long to be waited for.
pub(crate) fn has_title(answer: &[u8]) -> bool {
    answer.len() >= MOST_HEAD || title_of(&String::from_utf8_lossy(answer)).is_some()
}

/// Source: HTML, "The title element"; only what every server's own pages write.
pub(crate) fn title_of(text: &str) -> Option<String> {
    let lower = text.to_ascii_lowercase();
    let start = lower.find("<title>")? + "<title>".len();
    let end = start + lower.get(start..)?.find("</title>")?;
    let words = text.get(start..end)?.split_whitespace();
    let title = words.collect::<Vec<_>>().join(" ");
    let title: String = title
        .chars()
        .filter(|c| !c.is_control())
        .take(200)
        .collect();
    (!title.is_empty()).then_some(title)
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
        title: (status >= 400).then(|| title_of(&text)).flatten(),
    }
}

/// Source: RFC 9112 §4.
pub(crate) fn status_of(line: &str) -> Option<u16> {
    let (version, rest) = line.split_once(' ')?;
    let status = rest.get(..3)?.parse().ok()?;
    (version.starts_with("HTTP/") && (100..1000).contains(&status)).then_some(status)
}

/// The first field of this name in a head.
///
/// Source: RFC 9110 §5.1: names have no case.
pub(crate) fn field_of(head: &str, name: &str) -> Option<String> {
    let fields = head.lines().filter_map(|line| line.split_once(':'));
    let mut values = fields.filter(|(own, _)| own.eq_ignore_ascii_case(name));
    values.next().map(|(_, value)| value.trim().to_owned())
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
    fn a_page_that_refuses_says_why_in_its_title() {
        let page = "HTTP/1.1 400 Bad Request\r\n\r\n<html><head><TITLE>400 The SSL\n certificate \
                    error</TITLE></head>";
        let title = |page: &str| match answer(page.as_bytes(), Instant::from_unix(5)) {
            HttpSeen::Answered { title, .. } => title,
            _ => None,
        };
        assert_eq!(
            title(page).as_deref(),
            Some("400 The SSL certificate error")
        );
        assert!(refuses(page.as_bytes()) && has_title(page.as_bytes()));
        let welcome = page.replace("400 Bad Request", "200 OK");
        assert_eq!(title(&welcome), None);
        assert!(!refuses(welcome.as_bytes()));
        assert!(!has_title(b"HTTP/1.1 400 Bad Request\r\n\r\n<title>half"));
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
            has_title(&[b"HTTP/1.1 400 \r\n\r\n<title>", head.as_slice(), b"</title>"].concat());
            date_of(&format!("Date: {date}"));
        }
    }
}
