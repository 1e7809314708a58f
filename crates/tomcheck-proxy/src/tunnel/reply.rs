//! What did the proxy answer, to the letter?

use serde::{Deserialize, Serialize};

/// An HTTP answer to `CONNECT`.
#[derive(Clone, Debug, Eq, PartialEq, Serialize, Deserialize)]
pub struct Reply {
    /// The status code.
    pub status: u16,
    /// The first line, with the reason phrase as sent.
    pub status_line: String,
    /// Every header, in order.
    pub headers: Vec<Header>,
    /// The title of the page that came with a refusal.
    pub title: Option<String>,
}

/// One header; the name in lower case, the value as sent.
#[derive(Clone, Debug, Eq, PartialEq, Serialize, Deserialize)]
pub struct Header {
    /// `proxy-authenticate`.
    pub name: String,
    /// As sent; bytes that are no UTF-8 are read as Latin-1.
    pub value: String,
}

impl Reply {
    /// Whether it opened the tunnel. Source: RFC 9110 §9.3.6.
    pub fn opens(&self) -> bool {
        (200..300).contains(&self.status)
    }

    /// The values of a header, in order.
    pub fn values<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a str> {
        let named = self
            .headers
            .iter()
            .filter(move |header| header.name.eq_ignore_ascii_case(name));
        named.map(|header| header.value.as_str())
    }

    /// The authentication schemes of every `Proxy-Authenticate`, as spelt, each once.
    pub fn schemes(&self) -> Vec<String> {
        let mut schemes: Vec<String> = Vec::new();
        for scheme in self.values("proxy-authenticate").flat_map(schemes_of) {
            if !schemes
                .iter()
                .any(|known| known.eq_ignore_ascii_case(scheme))
            {
                schemes.push(scheme.to_owned());
            }
        }
        schemes
    }

    /// What it says it is: `Via` tells the product that answered, `Server` next.
    pub fn product(&self) -> Option<String> {
        let named = ["proxy-agent", "server", "via"];
        let value = named.iter().find_map(|name| self.values(name).next())?;
        Some(value.to_owned())
    }
}

/// The schemes of one header value, which may list several challenges.
/// Source: RFC 9110 §11.6.1: a token that is followed by no `=`.
fn schemes_of(value: &str) -> Vec<&str> {
    let challenges = value.split(',').map(str::trim);
    challenges.filter_map(scheme_of).collect()
}

fn scheme_of(part: &str) -> Option<&str> {
    let word = part.split_whitespace().next()?;
    (!word.contains(['=', '"'])).then_some(word)
}
