//! What does this code mean, and what is it mostly?
//!
//! One row for each code of each family (tomcheck's findings, PC/SC, PKCS#11, TLS alerts, HTTP,
//! squid, browsers, Java, Windows, OpenSSL, curl), found by its name, its number or a sentence
//! a program shows for it, also inside a longer text: a console, a line of a log.
//!
//! ```
//! let console = "javax.net.ssl.SSLHandshakeException: Received fatal alert: unknown_ca";
//! let hits = tomcheck::explain::find_in(console);
//! let names: Vec<&str> = hits.iter().map(|hit| hit.row.name).collect();
//! assert_eq!(names, ["SSLHandshakeException", "Received fatal alert", "unknown_ca"]);
//! ```

mod alerts;
mod catalogue;
mod chromium;
mod curl;
mod events;
mod find;
mod fold;
mod http;
mod java;
mod nearest;
mod nss;
mod openssl;
mod pcsc;
mod pkcs11;
mod record;
mod row;
mod squid;
mod windows;
mod winhttp;

pub use find::{Hit, find_in};
pub(crate) use nearest::distance;
pub use nearest::nearest;
pub(crate) use record::likely;
pub use record::{Explained, Likely};
pub use row::{Family, Row};

use catalogue::CATALOGUE;

/// Every code there is, family by family.
pub fn rows() -> impl Iterator<Item = &'static Row> {
    CATALOGUE.rows.iter()
}

/// What one input means: every code that stands in it, or, where it is a number and nothing
/// else, that number in every family that has it. Empty: nobody here knows it.
pub fn explain(input: &str) -> Vec<&'static Row> {
    let hits = find_in(input);
    if hits.is_empty() {
        return find::number_alone(input);
    }
    hits.into_iter().map(|hit| hit.row).collect()
}

/// What was meant by words typed one by one on a command line, where nobody quotes: `alert 48`
/// is one code, `CKR_PIN_LOCKED 0x8010000C` are two, and a sentence is one.
pub fn inputs(words: &[String]) -> Vec<String> {
    let mut inputs: Vec<String> = Vec::new();
    let mut words = words.iter().peekable();
    while let Some(word) = words.next() {
        let pair = words.peek().map(|next| format!("{word} {next}"));
        let next = words.peek().copied();
        match pair.filter(|pair| announces(word, next, pair)) {
            Some(pair) => {
                inputs.push(pair);
                words.next();
            }
            None => inputs.push(word.clone()),
        }
    }
    let whole = inputs.join(" ");
    let apart: usize = inputs.iter().map(|input| explain(input).len()).sum();
    let is_sentence = inputs.iter().any(|input| explain(input).is_empty());
    // what only the words together say
    if is_sentence && find_in(&whole).len() > apart {
        return vec![whole];
    }
    inputs
}

/// Whether a word says whose number comes next.
fn announces(word: &str, next: Option<&String>, pair: &str) -> bool {
    let alone = next.map(|next| find_in(next).len()).unwrap_or_default();
    explain(word).is_empty() && find_in(pair).len() > alone
}

#[cfg(test)]
mod tests;
