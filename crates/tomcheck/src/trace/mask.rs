//! What of a line may be shown?

use tomcheck_diagnosis::{Identity, IdentityKind, Pseudonyms};

/// Hides what a line must not carry away: secrets always, what names a person unless that was
/// asked for.
pub(crate) struct Mask {
    pseudonyms: Pseudonyms,
    shows_identity: bool,
}

/// Letters of a line that are shown.
const LONGEST: usize = 240;
const HIDDEN: &str = "***";

impl Mask {
    pub(crate) fn new(pseudonyms: Pseudonyms, shows_identity: bool) -> Self {
        Self {
            pseudonyms,
            shows_identity,
        }
    }

    /// The line, masked, then cut; `user` sent the request it tells of.
    pub(crate) fn excerpt(&self, line: &str, user: Option<&str>) -> String {
        let line = without_secrets(line.trim());
        let line = match (self.shows_identity, user) {
            (true, _) => line,
            (false, None) => self.without_persons(&line),
            (false, Some(user)) => {
                let user = Identity::new(IdentityKind::Credential, user);
                let mut known = Pseudonyms::new("");
                known.extend([user.clone()]);
                let pseudonym = known.pseudonym(&user);
                let line = known
                    .mask_text(&line)
                    .replace(&pseudonym, &self.pseudonyms.pseudonym(&user));
                self.without_persons(&line)
            }
        };
        cut(&line)
    }

    /// The moment at the begin of squid's lines looks like the number of a card.
    fn without_persons(&self, line: &str) -> String {
        let (head, rest) = match line.split_once(char::is_whitespace) {
            Some((head, rest)) if is_moment(head) => (head, rest),
            _ => ("", line),
        };
        let rest = tomcheck_cert::without_personal(rest, &self.pseudonyms);
        match head {
            "" => rest,
            head => format!("{head} {rest}"),
        }
    }
}

fn is_moment(word: &str) -> bool {
    let parts = word.split_once('.');
    let is_number = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    parts
        .is_some_and(|(seconds, rest)| seconds.len() == 10 && is_number(seconds) && is_number(rest))
}

fn cut(line: &str) -> String {
    let mut letters = line.chars().map(|c| if c.is_control() { ' ' } else { c });
    let mut kept: String = letters.by_ref().take(LONGEST).collect();
    if letters.next().is_some() {
        kept.push('…');
    }
    kept
}

/// Passwords in addresses, what identifies a session, codes.
fn without_secrets(line: &str) -> String {
    let line = without_credentials(line);
    SECRETS
        .iter()
        .fold(line, |line, secret| secret.hidden(&line))
}

/// `http://luc:secret@proxy:3128` becomes `http://***@proxy:3128`.
fn without_credentials(line: &str) -> String {
    let mut kept = String::with_capacity(line.len());
    let mut rest = line;
    while let Some((head, tail)) = rest.split_once("://") {
        kept.push_str(head);
        kept.push_str("://");
        let end = tail.find(|c: char| c.is_whitespace() || "/?#\"'<>".contains(c));
        let (authority, after) = tail.split_at(end.unwrap_or(tail.len()));
        match authority.rsplit_once('@') {
            Some((_, place)) => {
                kept.push_str(HIDDEN);
                kept.push('@');
                kept.push_str(place);
            }
            None => kept.push_str(authority),
        }
        rest = after;
    }
    kept + rest
}

/// A word after which something secret stands, up to the end of the line or of the value.
struct Secret {
    /// In lower case.
    key: &'static str,
    takes_line: bool,
}

const fn line(key: &'static str) -> Secret {
    Secret {
        key,
        takes_line: true,
    }
}

const fn value(key: &'static str) -> Secret {
    Secret {
        key,
        takes_line: false,
    }
}

const SECRETS: &[Secret] = &[
    line("authorization"),
    line("cookie"),
    line("authenticate: ntlm"),
    line("authenticate: negotiate"),
    line("apdu"),
    value("password"),
    value("passwd"),
    value("passphrase"),
    value("mot de passe"),
    value("code porteur"),
    value("code de déblocage"),
    value("pin"),
    value("puk"),
    value("token"),
    value("secret"),
    value("sessionid"),
    value("ticket"),
    value("samlresponse"),
    value("access_key"),
];

impl Secret {
    fn hidden(&self, line: &str) -> String {
        let lower = line.to_ascii_lowercase();
        let mut kept = String::with_capacity(line.len());
        let mut at = 0;
        while let Some(found) = lower.get(at..).and_then(|rest| rest.find(self.key)) {
            let end = at + found + self.key.len();
            let begins = !lower.get(..at + found).is_some_and(ends_in_word);
            let place = begins.then(|| self.place(line, end)).flatten();
            let (upto, next) = place.unwrap_or((end, end));
            kept.push_str(line.get(at..upto).unwrap_or_default());
            if next > upto {
                kept.push_str(HIDDEN);
            }
            at = next;
        }
        kept.push_str(line.get(at..).unwrap_or_default());
        kept
    }

    /// Where the value stands that belongs to the word which ends at `end`.
    fn place(&self, line: &str, end: usize) -> Option<(usize, usize)> {
        let rest = line.get(end..)?;
        let blank = |c: char| c == ' ' || c == '"' || c == '\'' || c == '\u{a0}' || c == '\u{202f}';
        let tail = rest.trim_start_matches(blank);
        let tail = tail.strip_prefix([':', '='])?;
        let value = tail.trim_start_matches(blank);
        let begin = line.len() - value.len();
        let ends = |c: char| c.is_whitespace() || "\"'&;,<>)".contains(c);
        let length = match self.takes_line {
            true => value.len(),
            false => value.find(ends).unwrap_or(value.len()),
        };
        Some((begin, begin + length))
    }
}

/// `spin: 3` is no PIN.
fn ends_in_word(head: &str) -> bool {
    head.chars().next_back().is_some_and(char::is_alphabetic)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn masked(line: &str) -> String {
        Mask::new(Pseudonyms::new("key"), false).excerpt(line, None)
    }

    #[test]
    fn no_secret_leaves_by_a_line() {
        for (line, gone) in [
            ("proxy http://luc:s3cret@proxy:3128/ refuses", "s3cret"),
            ("Proxy-Authorization: Basic bHVjOnMzY3JldA==", "bHVj"),
            ("< Set-Cookie: JSESSIONID=abcdef; path=/", "abcdef"),
            ("code porteur : 1234", "1234"),
            ("GET https://a.example/?token=abcdef&x=1", "abcdef"),
            ("\"password\":\"s3cret\"", "s3cret"),
            ("pin=1234", "1234"),
            ("subject CN=899700218896, SN=LIBRE", "LIBRE"),
            ("PS 899700218896 refused", "899700218896"),
        ] {
            let masked = masked(line);
            assert!(!masked.contains(gone), "{masked}");
        }
    }

    #[test]
    fn what_says_something_stays() {
        for line in [
            "1795729459.160      0 127.0.0.1 TCP_DENIED/407 3579 CONNECT tom.gip-cps.fr:443 - HIER_NONE/- text/html",
            "java.io.IOException: Authentication failure",
            "Spinning: 3, opinion: none",
        ] {
            let flat = |line: &str| line.split_whitespace().collect::<Vec<_>>().join(" ");
            assert_eq!(flat(&masked(line)), flat(line));
        }
    }

    #[test]
    fn who_sent_the_request_is_masked_and_shown_only_when_asked_for() {
        let line =
            "1795729459.217 19 127.0.0.1 TCP_DENIED/407 3579 CONNECT a:443 luc HIER_NONE/- -";
        let mask = Mask::new(Pseudonyms::new("key"), false);
        let masked = mask.excerpt(line, Some("luc"));
        assert!(
            masked.contains("credential#") && !masked.contains("luc"),
            "{masked}"
        );
        let mask = Mask::new(Pseudonyms::new("key"), true);
        assert!(mask.excerpt(line, Some("luc")).contains("luc"));
    }

    proptest! {
        #[test]
        fn no_line_makes_it_panic_nor_long(line in "\\PC{0,400}", keyed in "(pin|é|cookie|://|@|[:= x]){0,40}") {
            let (one, two) = (masked(&line), masked(&keyed));
            prop_assert!(one.chars().count() <= LONGEST + 1 && two.chars().count() <= LONGEST + 1);
        }
    }
}
