//! What did a form of the page send?

use memchr::memmem;
use zeroize::Zeroizing;

/// The value of this field, of a body as `application/x-www-form-urlencoded`. It may be a code
/// porteur: its memory is wiped when it is dropped.
///
/// Source: URL Standard §5.1.
pub(super) fn field(body: &[u8], name: &str) -> Option<Zeroizing<Vec<u8>>> {
    let mut pairs = body.split(|byte| *byte == b'&');
    pairs.find_map(|pair| {
        let at = memchr::memchr(b'=', pair)?;
        let (key, value) = pair.split_at_checked(at)?;
        (key == name.as_bytes()).then(|| decoded(value.get(1..).unwrap_or_default()))
    })
}

fn decoded(value: &[u8]) -> Zeroizing<Vec<u8>> {
    // never longer than what it was made of: no copy stays behind when it grows
    let mut plain = Zeroizing::new(Vec::with_capacity(value.len()));
    let mut rest = value;
    loop {
        rest = match rest {
            [] => return plain,
            [b'%', high, low, after @ ..] if is_hex(*high) && is_hex(*low) => {
                plain.push(digit(*high) << 4 | digit(*low));
                after
            }
            [b'+', after @ ..] => {
                plain.push(b' ');
                after
            }
            [byte, after @ ..] => {
                plain.push(*byte);
                after
            }
        };
    }
}

fn is_hex(byte: u8) -> bool {
    byte.is_ascii_hexdigit()
}

fn digit(byte: u8) -> u8 {
    let value = char::from(byte).to_digit(16).unwrap_or_default();
    u8::try_from(value).unwrap_or_default()
}

/// A file as a form sends it.
#[derive(Debug, Eq, PartialEq)]
pub(super) struct SentFile<'a> {
    /// Its name without any folder; empty where none was chosen.
    pub(super) name: String,
    pub(super) content: &'a [u8],
}

/// The first file of a body as `multipart/form-data`; none where it holds none, or is cut.
///
/// Source: RFC 7578; RFC 2046 §5.1.1 for the boundaries.
pub(super) fn file<'a>(content_type: &str, body: &'a [u8]) -> Option<SentFile<'a>> {
    let boundary = format!("--{}", boundary(content_type)?);
    let mut rest = body;
    loop {
        let at = memmem::find(rest, boundary.as_bytes())?;
        let part = rest.get(at + boundary.len()..)?.strip_prefix(b"\r\n")?;
        let (head, content) = split(part, b"\r\n\r\n")?;
        let (content, _) = split(content, format!("\r\n{boundary}").as_bytes())?;
        if let Some(name) = file_name(head) {
            return Some(SentFile { name, content });
        }
        rest = part;
    }
}

fn split<'a>(bytes: &'a [u8], at: &[u8]) -> Option<(&'a [u8], &'a [u8])> {
    let start = memmem::find(bytes, at)?;
    Some((bytes.get(..start)?, bytes.get(start + at.len()..)?))
}

fn boundary(content_type: &str) -> Option<&str> {
    let parameters = content_type.strip_prefix("multipart/form-data")?;
    let mut parameters = parameters.split(';').map(str::trim);
    let boundary = parameters.find_map(|it| it.strip_prefix("boundary="))?;
    let boundary = boundary.trim_matches('"');
    let is_fit = (1..=LONGEST_BOUNDARY).contains(&boundary.len());
    is_fit.then_some(boundary)
}

/// Browsers write `"`, CR and LF of a name as `%22`, `%0D` and `%0A`: the first `"` ends it.
fn file_name(head: &[u8]) -> Option<String> {
    let head = head.get(..head.len().min(LONGEST_HEAD))?;
    let (_, name) = split(head, b"filename=\"")?;
    let (name, _) = split(name, b"\"")?;
    let name = String::from_utf8_lossy(name);
    let name = name.rsplit(['/', '\\']).next().unwrap_or_default();
    let shown = name.chars().filter(|character| !character.is_control());
    Some(shown.take(LONGEST_NAME).collect())
}

/// Source: RFC 2046 §5.1.1.
const LONGEST_BOUNDARY: usize = 70;
const LONGEST_HEAD: usize = 4096;
const LONGEST_NAME: usize = 128;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields_are_decoded_and_nothing_else_is_taken_for_one() {
        let body = b"layer=card&code=12%334&a+b=c+d%2";
        let value = |name: &str| field(body, name).map(|value| value.to_vec());
        assert_eq!(value("layer").unwrap(), b"card");
        assert_eq!(value("code").unwrap(), b"1234");
        assert_eq!(value("a+b").unwrap(), b"c d%2");
        assert_eq!(value("cod"), None);
        assert_eq!(field(b"code", "code"), None);
    }

    const TYPE: &str = "multipart/form-data; boundary=----x";

    fn sent(parts: &str) -> Option<(String, Vec<u8>)> {
        let body = parts.replace('\n', "\r\n");
        let sent = file(TYPE, body.as_bytes());
        sent.map(|sent| (sent.name, sent.content.to_vec()))
    }

    #[test]
    fn the_first_file_is_found_among_other_fields() {
        let body = "------x\nContent-Disposition: form-data; name=\"a\"\n\nb\n\
                    ------x\nContent-Disposition: form-data; name=\"file\"; filename=\"C:\\l\\acces.log\"\n\
                    Content-Type: text/plain\n\none\n\ntwo\n------x--\n";
        let (name, content) = sent(body).unwrap();
        assert_eq!((&*name, &*content), ("acces.log", &b"one\r\n\r\ntwo"[..]));
    }

    #[test]
    fn a_body_that_is_cut_or_strange_holds_no_file() {
        let whole = "------x\nContent-Disposition: form-data; filename=\"a\"\n\nb\n------x--\n";
        assert!(sent(whole).is_some());
        for length in 0..whole.len() - "------x--\n".len() {
            assert_eq!(sent(&whole[..length]), None, "{length}");
        }
        let body = whole.replace('\n', "\r\n");
        for kind in [
            "text/plain",
            "multipart/form-data",
            "multipart/form-data; boundary=",
        ] {
            assert_eq!(file(kind, body.as_bytes()), None, "{kind}");
        }
    }

    #[test]
    fn a_name_brings_no_folder_and_no_control_characters_along() {
        let named = |name: &str| file_name(format!("x; filename=\"{name}\"").as_bytes()).unwrap();
        assert_eq!(named("../../etc/passwd"), "passwd");
        assert_eq!(named("a\u{1b}[31m.log"), "a[31m.log");
        assert_eq!(named(&"a".repeat(500)).len(), LONGEST_NAME);
    }
}
