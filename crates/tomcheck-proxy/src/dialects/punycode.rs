//! How does a name with foreign letters travel?
//!
//! Source: RFC 3492. Letters are put in lower case first; the rest of the preparation of names
//! (UTS 46) is left out: it matters for no name a hospital has.

use std::borrow::Cow;

/// The name with each foreign label as `xn--…`; an ASCII name as it is. A label too long for
/// the numbers of RFC 3492 stays as it is.
pub fn ascii_host(host: &str) -> Cow<'_, str> {
    if host.is_ascii() {
        return Cow::Borrowed(host);
    }
    let lower = host.to_lowercase();
    let labels = lower.split(['.', '\u{3002}']).map(|label| {
        let encoded = (!label.is_ascii()).then(|| encode(label)).flatten();
        encoded.map_or_else(|| label.to_owned(), |encoded| format!("xn--{encoded}"))
    });
    Cow::Owned(labels.collect::<Vec<_>>().join("."))
}

const BASE: u32 = 36;
const LOW: u32 = 1;
const HIGH: u32 = 26;
const SKEW: u32 = 38;
const DAMP: u32 = 700;
const FIRST_BIAS: u32 = 72;
const FIRST_FOREIGN: u32 = 0x80;
/// A label of the DNS has 63 bytes at most; a longer one costs a square of its length.
const LONGEST: usize = 63;

fn encode(label: &str) -> Option<String> {
    let letters: Vec<u32> = label.chars().map(u32::from).collect();
    if letters.len() > LONGEST {
        return None;
    }
    let mut written: String = label.chars().filter(char::is_ascii).collect();
    let plain = u32::try_from(written.len()).ok()?;
    if plain > 0 {
        written.push('-');
    }
    let (mut done, mut delta, mut bias, mut from) = (plain, 0_u32, FIRST_BIAS, FIRST_FOREIGN);
    let all = u32::try_from(letters.len()).ok()?;
    while done < all {
        let next = *letters.iter().filter(|letter| **letter >= from).min()?;
        delta = delta.checked_add((next - from).checked_mul(done + 1)?)?;
        from = next;
        for letter in &letters {
            if *letter < from {
                delta = delta.checked_add(1)?;
            } else if *letter == from {
                write_number(&mut written, delta, bias)?;
                bias = adapted(delta, done + 1, done == plain);
                delta = 0;
                done += 1;
            }
        }
        delta = delta.checked_add(1)?;
        from = from.checked_add(1)?;
    }
    Some(written)
}

fn write_number(written: &mut String, number: u32, bias: u32) -> Option<()> {
    let mut rest = number;
    let mut at = BASE;
    loop {
        let threshold = at.saturating_sub(bias).clamp(LOW, HIGH);
        if rest < threshold {
            written.push(char::from_digit(rest, BASE).map(digit)?);
            return Some(());
        }
        let value = threshold + (rest - threshold) % (BASE - threshold);
        written.push(char::from_digit(value, BASE).map(digit)?);
        rest = (rest - threshold) / (BASE - threshold);
        at += BASE;
    }
}

/// RFC 3492 counts letters first, then figures; the standard library the other way round.
fn digit(usual: char) -> char {
    let value = usual.to_digit(BASE).unwrap_or_default();
    let code = match value {
        0..26 => u32::from(b'a') + value,
        _ => u32::from(b'0') + value - 26,
    };
    char::from_u32(code).unwrap_or(usual)
}

fn adapted(delta: u32, count: u32, first: bool) -> u32 {
    let mut delta = if first { delta / DAMP } else { delta / 2 };
    delta += delta / count.max(1);
    let mut at = 0;
    while delta > ((BASE - LOW) * HIGH) / 2 {
        delta /= BASE - LOW;
        at += BASE;
    }
    at + (BASE - LOW + 1) * delta / (delta + SKEW)
}

#[test]
fn foreign_names_are_written_as_rfc_3492_has_it() {
    let table = [
        ("tom.example", "tom.example"),
        ("hôpital.example", "xn--hpital-ixa.example"),
        ("HÔPITAL.example", "xn--hpital-ixa.example"),
        ("bücher.example", "xn--bcher-kva.example"),
        ("münchen.de", "xn--mnchen-3ya.de"),
        // RFC 3492 §7.1 (A), (B) and (I)
        ("ليهمابتكلموشعربي؟", "xn--egbpdaj6bu4bxfgehfvwxn"),
        ("他们为什么不说中文", "xn--ihqwcrb4cv8a8dqg056pqjye"),
        (
            "почемужеонинеговорятпорусски",
            "xn--b1abfaaepdrnnbgefbadotcwatmq2g4l",
        ),
    ];
    for (name, written) in table {
        assert_eq!(ascii_host(name), written);
    }
}

#[cfg(test)]
proptest::proptest! {
    #[test]
    fn any_name_becomes_ascii_or_stays(name in "\\PC{0,80}") {
        let written = ascii_host(&name);
        proptest::prop_assert!(written.is_ascii() || name.chars().count() > LONGEST);
    }
}
