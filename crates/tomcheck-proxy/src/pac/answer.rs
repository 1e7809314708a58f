//! What does a script's answer say, entry by entry?

use serde::{Deserialize, Serialize};

use crate::setting::read_address;
use crate::{ProxyKind, Route};

/// A script's answer, taken apart.
#[derive(Clone, Debug, Default, Eq, PartialEq, Serialize, Deserialize)]
pub struct PacAnswer {
    /// The string itself, cut after 1,000 characters.
    pub text: String,
    /// The ways in the order in which they are to be tried; never empty: an answer that names none
    /// is `DIRECT`, as in browsers.
    pub routes: Vec<Route>,
    /// Whether it names one.
    pub names_a_way: bool,
    /// The entries that were passed over: no word of a script's, or no proxy.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub passed_over: Vec<String>,
}

impl PacAnswer {
    /// Takes an answer apart: `PROXY a:3128; SOCKS5 b; DIRECT`. `SOCKS` is version 4; without a
    /// port the usual one of its kind holds: 80, 443, 1080.
    /// Source: Chromium `ProxyList::SetFromPacString`, Firefox `nsProtocolProxyService`, which
    /// agree but for the word `HTTP`, that Firefox alone knows and that is passed over here.
    pub fn parse(text: &str) -> Self {
        let mut answer = Self {
            text: text.chars().take(LONGEST).collect(),
            ..Self::default()
        };
        let entries = text.split(';').map(str::trim);
        for entry in entries.filter(|entry| !entry.is_empty()).take(MOST) {
            match route(entry) {
                Some(route) => answer.routes.push(route),
                None => answer.passed_over.push(entry.chars().take(100).collect()),
            }
        }
        answer.names_a_way = !answer.routes.is_empty();
        if answer.routes.is_empty() {
            answer.routes.push(Route::Direct);
        }
        answer
    }

    /// The first way.
    pub fn first(&self) -> &Route {
        self.routes.first().unwrap_or(&Route::Direct)
    }
}

fn route(entry: &str) -> Option<Route> {
    let (word, place) = entry.split_once(char::is_whitespace).unwrap_or((entry, ""));
    let kind = match word.to_ascii_uppercase().as_str() {
        // Browsers look at nothing behind it.
        "DIRECT" => return Some(Route::Direct),
        "PROXY" => ProxyKind::Http,
        "HTTPS" => ProxyKind::Https,
        "SOCKS" | "SOCKS4" => ProxyKind::Socks4,
        "SOCKS5" => ProxyKind::Socks5,
        _ => return None,
    };
    let address = read_address(kind, place.trim()).ok()?;
    Some(Route::Proxy(address))
}

/// No establishment has more ways than that, and each costs time.
const MOST: usize = 16;
const LONGEST: usize = 1000;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_answer_is_a_list_of_ways() {
        let table = [
            ("DIRECT", "DIRECT", 0),
            (
                "PROXY a:3128; PROXY b; DIRECT",
                "PROXY a:3128, PROXY b:80, DIRECT",
                0,
            ),
            (" proxy a:1;socks5 b ; ", "PROXY a:1, SOCKS5 b:1080", 0),
            (
                "SOCKS a; SOCKS4 b:2; HTTPS c",
                "SOCKS4 a:1080, SOCKS4 b:2, HTTPS c:443",
                0,
            ),
            ("PROXY [2001:db8::1]:8080", "PROXY [2001:db8::1]:8080", 0),
            ("", "DIRECT", 0),
            ("QUIC a:1; PROXY b:1", "PROXY b:1", 1),
            ("PROXY a:x; PROXY", "DIRECT", 2),
            ("PROXY http://a:1", "DIRECT", 1),
            ("DIRECT now", "DIRECT", 0),
        ];
        for (text, routes, passed_over) in table {
            let answer = PacAnswer::parse(text);
            let told: Vec<String> = answer.routes.iter().map(Route::to_string).collect();
            assert_eq!(
                (told.join(", ").as_str(), answer.passed_over.len()),
                (routes, passed_over),
                "{text}"
            );
        }
    }

    #[test]
    fn an_endless_answer_is_cut() {
        let answer = PacAnswer::parse(&"PROXY a:1;".repeat(100_000));
        assert_eq!((answer.routes.len(), answer.text.len()), (MOST, LONGEST));
    }
}
