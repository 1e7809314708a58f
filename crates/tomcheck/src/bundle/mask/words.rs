//! Which words of a line are an e-mail address, or so long that they must be a token?

use tomcheck_diagnosis::IdentityKind;

use super::Masker;

/// `text` with what `change` makes of each longest stretch of letters that are `of_word`; it is
/// told what stands before and after.
pub(super) fn words(
    text: &str,
    of_word: impl Fn(char) -> bool,
    mut change: impl FnMut(&str, &str, &str) -> Option<String>,
) -> String {
    let mut kept = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(begin) = rest.find(&of_word) {
        let (head, tail) = rest.split_at(begin);
        kept.push_str(head);
        let (word, after) = tail.split_at(tail.find(|c| !of_word(c)).unwrap_or(tail.len()));
        let before = text.get(..text.len() - tail.len()).unwrap_or_default();
        kept.push_str(change(before, word, after).as_deref().unwrap_or(word));
        rest = after;
    }
    kept + rest
}

/// `anne.libre@example.org`, `8.99700041983@carte-cps.fr`, `alibre@CHU`; not `Socket@1b6d3586`.
pub(super) fn without_emails(line: &str, masker: &Masker) -> String {
    let of_address = |c: char| c.is_alphanumeric() || "@._%+-".contains(c);
    words(line, of_address, |_, word, _| {
        let word = word.trim_end_matches('.');
        let (person, domain) = word.split_once('@')?;
        let is_short_domain = domain.chars().all(|c| c.is_ascii_uppercase() || c == '-');
        let is_address = !person.is_empty() && (domain.contains('.') || is_short_domain);
        let address = word.to_lowercase();
        let is_hidden = is_address && domain.len() > 1 && !masker.kept.emails.contains(&address);
        is_hidden.then(|| masker.pseudonym(IdentityKind::Email, &address))
    })
}

/// Base64 and its like: forty letters, every fourth a capital, are no word.
pub(super) fn without_tokens(line: &str) -> String {
    let of_token = |c: char| c.is_ascii_alphanumeric() || "+_=-.~".contains(c);
    words(line, of_token, |_, word, _| {
        let is_web_token = word.starts_with("eyJ") && word.len() > 16;
        let of = |of: fn(&char) -> bool| word.chars().filter(of).count();
        let is_mixed = of(char::is_ascii_uppercase) * 4 >= word.len()
            && of(char::is_ascii_lowercase) > 0
            && !word.contains('.');
        (is_web_token || (word.len() >= 40 && is_mixed)).then(|| "***".to_owned())
    })
}

/// What passes between a module and a card, written byte by byte, and the text beside it; an ATR
/// stays, it is that of every card of its kind.
pub(super) fn without_bytes(line: &str) -> String {
    let mut run = Run::default();
    let mut rest = line;
    while let Some(begin) = rest.find(|c: char| !c.is_whitespace()) {
        let tail = rest.get(begin..).unwrap_or_default();
        let (word, after) = tail.split_at(tail.find(char::is_whitespace).unwrap_or(tail.len()));
        run.take(word, line.len() - tail.len());
        if run.is_data() {
            let head = line.get(..run.begin).unwrap_or_default();
            let is_atr = head.to_ascii_uppercase().contains("ATR");
            return if is_atr {
                line.to_owned()
            } else {
                format!("{head}… (data)")
            };
        }
        rest = after;
    }
    line.to_owned()
}

/// Words of so many hexadecimal digits, one after the other.
#[derive(Default)]
struct Run {
    begin: usize,
    digits: usize,
    count: usize,
}

impl Run {
    fn take(&mut self, word: &str, begin: usize) {
        let is_hex = word.bytes().all(|byte| byte.is_ascii_hexdigit());
        let digits = if is_hex { word.len() } else { 0 };
        if digits == 0 || digits != self.digits {
            *self = Self {
                begin,
                digits,
                count: 0,
            };
        }
        self.count += 1;
    }

    /// Five bytes are the least command there is; words of four bytes are a dump's.
    const fn is_data(&self) -> bool {
        matches!((self.digits, self.count), (2, 5..) | (8, 2..))
    }
}
