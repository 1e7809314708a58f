//! Who asks the proxy, and how is it kept out of sight?

use std::fmt;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use zeroize::Zeroizing;

/// A user name and a password for a proxy. The password is wiped on drop and shown nowhere.
#[derive(Clone, Eq, PartialEq)]
pub struct Credentials {
    user: String,
    password: Zeroizing<String>,
}

impl Credentials {
    /// As typed: nothing is decoded.
    pub fn new(user: impl Into<String>, password: Zeroizing<String>) -> Self {
        Self {
            user: user.into(),
            password,
        }
    }

    /// As a URL holds them, percent-encoded or not.
    pub(crate) fn of_user_info(user_info: &str) -> Self {
        let (user, password) = user_info.split_once(':').unwrap_or((user_info, ""));
        Self::new(percent_decoded(user).as_str(), percent_decoded(password))
    }

    /// The user name.
    pub fn user(&self) -> &str {
        &self.user
    }

    pub(crate) fn password(&self) -> &str {
        &self.password
    }

    /// The value of `Proxy-Authorization` for the Basic scheme. Source: RFC 7617 §2.
    pub(crate) fn basic(&self) -> Zeroizing<String> {
        let pair = Zeroizing::new(format!("{}:{}", self.user, self.password.as_str()));
        let encoded = Zeroizing::new(STANDARD.encode(pair.as_bytes()));
        Zeroizing::new(format!("Basic {}", encoded.as_str()))
    }
}

impl fmt::Debug for Credentials {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Credentials(…)")
    }
}

/// A `%` that begins no `%XX` stays: people paste passwords as they are.
fn percent_decoded(text: &str) -> Zeroizing<String> {
    let bytes = percent_decoded_bytes(text);
    Zeroizing::new(String::from_utf8_lossy(&bytes).into_owned())
}

/// The same where it need not be text.
pub(crate) fn percent_decoded_bytes(text: &str) -> Zeroizing<Vec<u8>> {
    let mut bytes = Zeroizing::new(Vec::with_capacity(text.len()));
    let mut rest = text.as_bytes();
    while let Some((&first, tail)) = rest.split_first() {
        let encoded = (first == b'%').then(|| tail.first_chunk()).flatten();
        match encoded.and_then(hex_byte) {
            Some(byte) => {
                bytes.push(byte);
                rest = tail.get(2..).unwrap_or_default();
            }
            None => {
                bytes.push(first);
                rest = tail;
            }
        }
    }
    bytes
}

fn hex_byte(&[high, low]: &[u8; 2]) -> Option<u8> {
    let digit = |byte: u8| char::from(byte).to_digit(16);
    u8::try_from(digit(high)? * 16 + digit(low)?).ok()
}

pub(crate) const MASK: &str = "***";

/// The text with everything between `://` (or its beginning) and the last `@` masked,
/// whether or not it is well formed.
pub(crate) fn masked(text: &str) -> String {
    let Some((before, place)) = text.rsplit_once('@') else {
        return text.to_owned();
    };
    match before.split_once("://") {
        Some((scheme, _)) => format!("{scheme}://{MASK}@{place}"),
        None => format!("{MASK}@{place}"),
    }
}

/// The URL with what stands before the `@` of its authority masked; an `@` in its path or query
/// is its own. One whose port is no number holds a password with a `/`, as people paste them.
/// Source: RFC 3986 §3.2.
pub(crate) fn masked_url(url: &str) -> String {
    let Some((scheme, rest)) = url.split_once("://") else {
        return url.to_owned();
    };
    let (authority, behind) = rest.split_at(rest.find(['/', '?', '#']).unwrap_or(rest.len()));
    match authority.rsplit_once('@') {
        Some((_, place)) => format!("{scheme}://{MASK}@{place}{behind}"),
        None if has_no_port(authority) => masked(url),
        None => url.to_owned(),
    }
}

/// `user:pass`, of which a `/` followed; an address in brackets has its own colons.
fn has_no_port(authority: &str) -> bool {
    let port = authority.rsplit_once(':').map(|(_, port)| port);
    port.is_some_and(|port| !port.ends_with(']') && port.parse::<u16>().is_err())
}

#[test]
fn only_the_user_information_of_a_url_is_masked() {
    let table = [
        ("http://u:p@h:1/p.pac?u=a@b", "http://***@h:1/p.pac?u=a@b"),
        ("http://h:1/p.pac?u=a@b", "http://h:1/p.pac?u=a@b"),
        ("http://[::1]/a@b", "http://[::1]/a@b"),
        ("http://h?a@b", "http://h?a@b"),
        ("file:///home/a@b/p.pac", "file:///home/a@b/p.pac"),
        ("file:///C:/a@b/p.pac", "file:///C:/a@b/p.pac"),
        ("http://u:p/w@h/p.pac", "http://***@h/p.pac"),
        ("wpad:", "wpad:"),
    ];
    for (url, expected) in table {
        assert_eq!(masked_url(url), expected);
    }
}

#[test]
fn the_password_is_sent_as_rfc_7617_says_and_shown_nowhere() {
    let password = Zeroizing::new("open sesame".to_owned());
    let credentials = Credentials::new("Aladdin", password);
    assert_eq!(
        credentials.basic().as_str(),
        "Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ=="
    );
    assert_eq!(format!("{credentials:?}"), "Credentials(…)");
}
