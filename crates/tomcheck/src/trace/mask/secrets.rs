//! Which secrets does a line carry?
//!
//! Rather too much goes than too little: a line is read for what failed and where.

const HIDDEN: &str = "***";

/// Passwords in addresses, what identifies a session, codes.
pub(crate) fn without_secrets(text: &str) -> String {
    let text = without_credentials(text);
    let text = SECRETS
        .iter()
        .fold(text, |text, secret| secret.hidden(&text));
    without_next_words(&text)
}

/// `http://luc:secret@proxy:3128` becomes `http://***@proxy:3128`, `luc:secret@proxy` becomes
/// `***@proxy`: what was not encoded may hold any mark, but for blanks and quotes.
fn without_credentials(text: &str) -> String {
    let mut kept = String::with_capacity(text.len());
    for piece in text.split_inclusive(ends_address) {
        let word = piece.trim_end_matches(ends_address);
        match credentials(word) {
            Some((begin, end)) => {
                kept.push_str(word.get(..begin).unwrap_or_default());
                kept.push_str(HIDDEN);
                kept.push_str(piece.get(end..).unwrap_or_default());
            }
            None => kept.push_str(piece),
        }
    }
    kept
}

fn ends_address(c: char) -> bool {
    c.is_whitespace() || "\"'<>".contains(c)
}

/// Where the credentials of a word stand.
fn credentials(word: &str) -> Option<(usize, usize)> {
    let end = word.rfind('@')?;
    let head = word.get(..end)?;
    let begin = match head.find("://") {
        Some(scheme) => scheme + 3,
        None => {
            let name = head.get(..head.find(':')?)?;
            name.rfind(['=', '(', '[', '{', ',', ';', '|'])
                .map_or(0, |at| at + 1)
        }
    };
    (begin < end).then_some((begin, end))
}

/// How much of what follows its key is secret.
#[derive(Clone, Copy, Eq, PartialEq)]
enum Extent {
    /// The rest of the line.
    Line,
    /// The rest of the line, up to the next key: a password may hold any mark and blanks.
    Words,
    /// A word.
    Word,
}

/// A key after which something secret stands.
struct Secret {
    /// In lower case.
    key: &'static str,
    extent: Extent,
    /// Whether it is no key behind other letters: `bypass=` is none.
    is_alone: bool,
    /// Whether it is a key only right before `=`, or quoted: « session : ouverte » is a sentence.
    is_assigned: bool,
}

const fn secret(key: &'static str, extent: Extent) -> Secret {
    Secret {
        key,
        extent,
        is_alone: false,
        is_assigned: false,
    }
}

const fn assigned(key: &'static str) -> Secret {
    Secret {
        is_assigned: true,
        ..alone(key, Extent::Word)
    }
}

const fn alone(key: &'static str, extent: Extent) -> Secret {
    Secret {
        is_alone: true,
        ..secret(key, extent)
    }
}

const SECRETS: &[Secret] = &[
    secret("authorization", Extent::Line),
    secret("cookie", Extent::Line),
    secret("authenticate: ntlm", Extent::Line),
    secret("authenticate: negotiate", Extent::Line),
    secret("apdu", Extent::Line),
    secret("password", Extent::Words),
    secret("passwd", Extent::Words),
    secret("passphrase", Extent::Words),
    secret("mot de passe", Extent::Words),
    alone("pass", Extent::Words),
    alone("pwd", Extent::Words),
    alone("mdp", Extent::Words),
    secret("code porteur", Extent::Word),
    secret("code de déblocage", Extent::Word),
    secret("pin code", Extent::Word),
    secret("pin_code", Extent::Word),
    secret("pincode", Extent::Word),
    secret("pin", Extent::Word),
    secret("puk", Extent::Word),
    secret("token", Extent::Word),
    secret("secret", Extent::Word),
    secret("sessionid", Extent::Word),
    secret("sessid", Extent::Word),
    secret("ticket", Extent::Word),
    secret("samlresponse", Extent::Word),
    secret("samlrequest", Extent::Word),
    secret("relaystate", Extent::Word),
    secret("api-key", Extent::Word),
    secret("api_key", Extent::Word),
    secret("apikey", Extent::Word),
    secret("subscription-key", Extent::Word),
    secret("csrf", Extent::Word),
    secret("xsrf", Extent::Word),
    assigned("sig"),
    assigned("session"),
    assigned("session_id"),
    assigned("sid"),
    assigned("auth"),
    assigned("code"),
    assigned("state"),
    assigned("response"),
    assigned("cnonce"),
    secret("access_key", Extent::Word),
];

impl Secret {
    fn hidden(&self, text: &str) -> String {
        let lower = text.to_ascii_lowercase();
        let mut kept = String::with_capacity(text.len());
        let mut at = 0;
        while let Some(found) = lower.get(at..).and_then(|rest| rest.find(self.key)) {
            let (begin, end) = (at + found, at + found + self.key.len());
            let place = match self.is_alone && is_in_word(text, begin) {
                true => None,
                false => self.place(text, begin, end),
            };
            let (upto, next) = place.unwrap_or((end, end));
            kept.push_str(text.get(at..upto).unwrap_or_default());
            if next > upto {
                kept.push_str(HIDDEN);
            }
            at = next;
        }
        kept.push_str(text.get(at..).unwrap_or_default());
        kept
    }

    /// Where the value stands that belongs to the key which ends at `end`.
    fn place(&self, text: &str, begin: usize, end: usize) -> Option<(usize, usize)> {
        let rest = text.get(end..)?;
        // `passwordHash=`, `password_1=`
        let rest = match self.extent {
            Extent::Words => rest.trim_start_matches(is_of_name),
            _ => rest,
        };
        let tail = rest.trim_start_matches(is_blank);
        let is_quoted = rest.starts_with(['"', '\'', '\\']);
        if self.is_assigned && !(rest.starts_with('=') || is_quoted) {
            return None;
        }
        let marks = [":", "=", "->", "=>", ">", "%3A", "%3a", "%3D", "%3d"];
        let Some(tail) = marks.iter().find_map(|mark| tail.strip_prefix(mark)) else {
            return self.next_word(text, begin, rest);
        };
        let tail = tail.strip_prefix('>').unwrap_or(tail);
        let value = tail.trim_start_matches(is_blank);
        let begin = text.len() - value.len();
        let before = tail.get(..tail.len() - value.len())?;
        let quote = before.chars().rfind(|c| ['"', '\''].contains(c));
        Some((begin, begin + self.length(value, quote)))
    }

    /// Without a mark: `--password S`, `password is S`, `PIN 1234`.
    fn next_word(&self, text: &str, begin: usize, rest: &str) -> Option<(usize, usize)> {
        let value = rest.trim_start_matches(is_blank);
        if self.is_assigned || self.extent == Extent::Line || value.len() == rest.len() {
            return None;
        }
        let head = text.get(..begin)?.trim_end_matches(is_of_name);
        let is_option = head.len() < begin && text.get(head.len()..begin)?.starts_with('-');
        let said = ["is ", "est ", "was ", "était "];
        let told = said.iter().find_map(|it| value.strip_prefix(it));
        let value = told.unwrap_or(value).trim_start_matches(is_blank);
        let word = value.get(..value.find(ends_word).unwrap_or(value.len()))?;
        let bare = word.trim_end_matches(['.', ',', ';', ')']);
        let is_code = (4..=8).contains(&bare.len()) && bare.bytes().all(|it| it.is_ascii_digit());
        let is_told = told.is_some() && !is_state(bare) && !is_answer(bare);
        let is_value = !bare.is_empty() && !bare.starts_with(['-', '*']);
        let at = text.len() - value.len();
        (is_value && (is_code || is_option || is_told)).then_some((at, at + bare.len()))
    }

    fn length(&self, value: &str, quote: Option<char>) -> usize {
        let end = match (self.extent, quote) {
            (Extent::Line, _) => None,
            (_, Some(quote)) => value.find(quote),
            // what a call came to is no secret
            (Extent::Word, None) if is_answer(value) => Some(0),
            (Extent::Word, None) => value.find(ends_word),
            (Extent::Words, None) => before_next_key(value),
        };
        end.unwrap_or(value.len())
    }
}

fn is_of_name(c: char) -> bool {
    c.is_alphanumeric() || "_-.".contains(c)
}

fn is_blank(c: char) -> bool {
    " \"'\\\u{a0}\u{202f}".contains(c)
}

fn ends_word(c: char) -> bool {
    c.is_whitespace() || "\"'<>".contains(c)
}

/// What becomes of a password, as logs say: « password is expired ».
fn is_state(word: &str) -> bool {
    let is_plain = word.chars().all(|c| c.is_alphabetic() && c.is_lowercase());
    let is_stem = STEMS.iter().any(|stem| word.starts_with(stem));
    is_plain && (is_stem || STATES.contains(&word))
}

const STATES: &[&str] = &[
    "a", "already", "bad", "bloqué", "bloquée", "correct", "empty", "faux", "fausse", "invalid",
    "la", "le", "locked", "missing", "needed", "not", "null", "ok", "sent", "set", "the", "to",
    "too", "trop", "un", "valid", "valide", "vide", "weak", "wrong", "être",
];
const STEMS: &[&str] = &[
    "absent",
    "accept",
    "asked",
    "block",
    "chang",
    "demand",
    "erron",
    "expir",
    "incorr",
    "inval",
    "manqu",
    "oblig",
    "prompt",
    "reject",
    "refus",
    "requi",
    "verrouill",
];

fn is_answer(value: &str) -> bool {
    value.starts_with("CKR_") || value.starts_with("SCARD_")
}

/// `keyPass` begins a word, `bypass` does not.
fn is_in_word(text: &str, begin: usize) -> bool {
    let is_small = |c: char| c.is_alphabetic() && !c.is_uppercase();
    let before = text.get(..begin).and_then(|head| head.chars().next_back());
    let first = text.get(begin..).and_then(|rest| rest.chars().next());
    match (before, first) {
        (Some(before), Some(first)) => {
            before.is_alphabetic() && !(is_small(before) && first.is_uppercase())
        }
        _ => false,
    }
}

/// Where ` name=` or an element's end stands.
fn before_next_key(value: &str) -> Option<usize> {
    let mut at = 0;
    for word in value.split_inclusive([' ', '<']) {
        let name = word.trim_start_matches(is_of_name);
        let is_key = name.len() < word.len() && name.starts_with('=');
        if at > 0 && (is_key || word.starts_with('/')) {
            return Some(at - 1);
        }
        at += word.len();
    }
    None
}

/// `Negotiate YIIC…`, `Bearer eyJ…`: so long a word is no word; `curl -U luc:secret`.
fn without_next_words(text: &str) -> String {
    let mut before = "";
    let words = text.split_inclusive(' ').map(|piece| {
        let word = piece.trim_end();
        let is_answer = is_scheme(before) && word.len() >= 16;
        let is_login = LOGINS.contains(&before) && word.contains(':');
        before = word;
        match is_answer || is_login {
            true => "*** ",
            false => piece,
        }
    });
    words.collect()
}

fn is_scheme(word: &str) -> bool {
    let word = word.trim_start_matches(|c: char| !c.is_alphanumeric());
    let mut schemes = SCHEMES.iter();
    schemes.any(|scheme| word.eq_ignore_ascii_case(scheme))
}

const SCHEMES: [&str; 4] = ["basic", "bearer", "negotiate", "ntlm"];
/// Source: curl's man page.
const LOGINS: [&str; 4] = ["-u", "-U", "--user", "--proxy-user"];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_secret_leaves_by_a_line() {
        for line in [
            "proxy http://luc:S3CRET@proxy:3128/ refuses",
            "proxy http://luc:S3C/RET@proxy:3128/ refuses",
            "proxy http://luc:S3C@RE#T?@proxy:3128/ refuses",
            "proxy=luc:S3CRET@proxy:3128",
            "Proxy-Authorization: Basic UzNDUkVU",
            "< Set-Cookie: JSESSIONID=S3CRET; path=/; more=S3CRET",
            "GET /x;jsessionid=S3CRET HTTP/1.1",
            "JSESSIONID=S3CRET",
            "code porteur : S3CRET",
            "GET https://a.example/?token=S3CRET&x=1",
            "\"password\":\"S3CRET\"",
            "\"password\":\"a, b S3CRET\"",
            "{\\\"password\\\":\\\"S3CRET\\\"}",
            "<password>S3CRET</password>",
            "-Dhttp.proxyPassword=S3CRET -jar",
            "javax.net.ssl.keyStorePassword=S3CRET",
            "password=a,S3CRET&b S3CRET",
            "userPin=S3CRET",
            "pin=S3CRET",
            "pin%3DS3CRET",
            "Negotiate S3CRETS3CRETS3CRET",
            "$ curl -U luc:S3CRET --proxy-user luc:S3CRET https://tom.gip-cps.fr/",
            "curl: (7) of curl -u 'luc:S3CRET'",
            "pin -> S3CRET",
            "PIN => S3CRET",
            "tool --pin S3CRET",
            "tool --password S3CRET -v",
            "the password is S3CRET",
            "le mot de passe est S3CRET",
            "X-Api-Key: S3CRET",
            "Ocp-Apim-Subscription-Key: S3CRET",
            "api_key=S3CRET",
            "x-csrf: S3CRET",
            "https://a.example/?sig=S3CRET",
            "sid=S3CRET",
            "\"session\":\"S3CRET\"",
            "SAMLRequest=S3CRET&RelayState=S3CRET",
            "code=S3CRET&state=S3CRET",
            "Digest username=\"x\", response=\"S3CRET\"",
        ] {
            let shown = without_secrets(line);
            let gone = ["S3C", "RET", "UzND"];
            assert!(!gone.iter().any(|gone| shown.contains(gone)), "{shown}");
        }
    }

    #[test]
    fn no_code_leaves_by_a_sentence() {
        for line in [
            "PIN 4711",
            "Code porteur 4711.",
            "le code PIN est 4711",
            "puk 47114711",
        ] {
            let shown = without_secrets(line);
            assert!(!shown.contains("47"), "{shown}");
        }
    }

    #[test]
    fn what_says_what_failed_stays() {
        for line in [
            "the password is expired, PIN is locked, 3 left",
            "session : ouverte, auth: failed, code 407, state CLOSED",
            "C_GetTokenInfo: CKR_TOKEN_NOT_PRESENT",
            "token: CKR_PIN_LOCKED",
            "proxy-bypass: tom.gip-cps.fr",
            "network: Connexion de https://tom.gip-cps.fr/ avec proxy=HTTP @ proxy.xxx.yy/192.0.2.7:3128",
            "Proxy auth using Basic with Authentication",
        ] {
            assert_eq!(without_secrets(line), line);
        }
        let line = "login password=a b c user=luc net::ERR_FAILED";
        assert_eq!(
            without_secrets(line),
            "login password=*** user=luc net::ERR_FAILED"
        );
    }
}
