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
        (is_address && domain.len() > 1)
            .then(|| masker.pseudonym(IdentityKind::Email, &word.to_lowercase()))
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
