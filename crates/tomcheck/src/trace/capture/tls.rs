//! What do the first records of a TLS connection say in clear?
//!
//! Source: RFC 5246 §6.2 and §7, RFC 8446 §5.1 and §6, RFC 6066 §3.

use super::Bytes;

/// What one record says.
#[derive(Debug, Eq, PartialEq)]
pub(super) enum Record {
    /// A ClientHello, with the name it asks for.
    Hello(Option<String>),
    /// The client's answer in clear to who asks for a certificate: none.
    NoCertificate,
    /// A fatal alert in clear.
    Alert(u8),
    /// The rest is encrypted.
    Hidden,
    /// Something else.
    Other,
}

/// A record and its length; none: more has to come.
pub(super) enum Next {
    Record(Record, usize),
    More,
    NotTls,
}

/// RFC 5246 §6.2.3 allows 2048 bytes more than the 2^14 of what is in it.
const LONGEST: usize = (1 << 14) + 2048;

pub(super) fn next(bytes: &[u8]) -> Next {
    let mut head = Bytes(bytes);
    let (Some(kind), Some(major), Some(_), Some(length)) =
        (head.byte(), head.byte(), head.byte(), head.short())
    else {
        return match bytes {
            [] | [20..=23] | [20..=23, 3, ..] => Next::More,
            _ => Next::NotTls,
        };
    };
    let length = usize::from(length);
    if !(20..=23).contains(&kind) || major != 3 || length > LONGEST {
        return Next::NotTls;
    }
    let Some(body) = head.take(length) else {
        // what is encrypted need not be waited for
        return if kind == 23 {
            Next::Record(Record::Hidden, bytes.len())
        } else {
            Next::More
        };
    };
    let record = match (kind, body) {
        (20 | 23, _) => Record::Hidden,
        (21, [2, alert]) => Record::Alert(*alert),
        (21, [_, _]) => Record::Other,
        // an alert of another length is encrypted
        (21, _) => Record::Hidden,
        (22, [1, ..]) => Record::Hello(server_name(body)),
        (22, [11, 0, 0, 3, 0, 0, 0, ..]) => Record::NoCertificate,
        _ => Record::Other,
    };
    Next::Record(record, 5 + length)
}

/// The first name of the extension `server_name`.
fn server_name(hello: &[u8]) -> Option<String> {
    let mut bytes = Bytes(hello);
    bytes.take(4 + 2 + 32)?;
    let session = bytes.byte()?;
    bytes.take(session.into())?;
    let suites = bytes.short()?;
    bytes.take(suites.into())?;
    let methods = bytes.byte()?;
    bytes.take(methods.into())?;
    bytes.short()?;
    loop {
        let kind = bytes.short()?;
        let length = bytes.short()?;
        // a hello may go on in the next record: what is there is enough mostly
        let mut body = Bytes(bytes.take(length.into())?);
        if kind == 0 {
            body.short()?;
            body.byte().filter(|kind| *kind == 0)?;
            let length = body.short()?;
            let name = std::str::from_utf8(body.take(length.into())?).ok()?;
            let is_name = name.bytes().all(|byte| byte.is_ascii_graphic());
            return is_name.then(|| name.to_ascii_lowercase());
        }
    }
}
