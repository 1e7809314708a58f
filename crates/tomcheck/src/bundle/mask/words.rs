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
    let mut at = 0;
    while let Some(rest) = line.get(at..).filter(|rest| !rest.is_empty()) {
        let before = line.get(..at).and_then(|head| head.chars().next_back());
        let run = Run::at(rest).filter(|_| !before.is_some_and(char::is_alphanumeric));
        let Some(run) = run.filter(Run::is_data) else {
            at += rest.chars().next().map_or(1, char::len_utf8);
            continue;
        };
        let atr = run
            .atr()
            .filter(|_| is_behind_atr(line.get(..at).unwrap_or_default()));
        let shown = atr.map_or(0, |count| run.end_of(count));
        if shown < run.end() {
            return format!("{}… (data)", line.get(..at + shown).unwrap_or_default());
        }
        at += shown;
    }
    line.to_owned()
}

/// Whether the word before is ATR.
fn is_behind_atr(head: &str) -> bool {
    let head = head.trim_end_matches(|c: char| !c.is_ascii_alphanumeric());
    let word = head.rsplit(|c: char| !c.is_alphanumeric()).next();
    word.is_some_and(|word| word.eq_ignore_ascii_case("ATR"))
}

/// Words of so many hexadecimal digits, one after the other, with the same between them.
struct Run {
    digits: usize,
    /// Their values as numbers, the first one byte of each.
    bytes: Vec<u8>,
    /// Where each ends.
    ends: Vec<usize>,
    separator: String,
}

impl Run {
    /// What begins here.
    fn at(text: &str) -> Option<Self> {
        let (skipped, digits) = atom(text)?;
        let mut run = Self {
            digits,
            bytes: Vec::new(),
            ends: Vec::new(),
            separator: String::new(),
        };
        let mut at = skipped;
        loop {
            let word = text.get(at..at + digits)?;
            run.bytes.push(u8::from_str_radix(word.get(..2)?, 16).ok()?);
            at += digits;
            run.ends.push(at);
            let Some(next) = run.next(text.get(at..)?) else {
                return Some(run);
            };
            at += next;
        }
    }

    /// How far it is to the next word of the run.
    fn next(&mut self, rest: &str) -> Option<usize> {
        let length = rest
            .find(|c: char| !SEPARATORS.contains(c))
            .filter(|length| *length > 0)?;
        let mark = rest.get(..length)?.trim();
        let (skipped, digits) = atom(rest.get(length..)?)?;
        if self.ends.len() == 1 {
            mark.clone_into(&mut self.separator);
        }
        (digits == self.digits && mark == self.separator).then_some(length + skipped)
    }

    /// Five bytes are the least command there is; four hexadecimal digits between dashes are a
    /// UUID's, eight of them between colons an address.
    fn is_data(&self) -> bool {
        let (count, mark) = (self.ends.len(), self.separator.as_str());
        match self.digits {
            2 => count >= 5,
            4 => count >= 3 && !mark.contains('-') && !(mark == ":" && count <= 8),
            _ => count >= 2 && !mark.contains('-'),
        }
    }

    fn end(&self) -> usize {
        self.ends.last().copied().unwrap_or_default()
    }

    fn end_of(&self, count: usize) -> usize {
        self.ends
            .get(count.saturating_sub(1))
            .copied()
            .unwrap_or_default()
    }

    /// How many words an ATR takes that begins here.
    ///
    /// Source: ISO/IEC 7816-3, §8.2.
    fn atr(&self) -> Option<usize> {
        let first = self.bytes.first()?;
        if self.digits != 2 || !matches!(first, 0x3b | 0x3f) {
            return None;
        }
        let mut format = *self.bytes.get(1)?;
        let (mut at, mut has_check) = (2, false);
        let historical = usize::from(format & 0x0f);
        loop {
            let present = (format >> 4).count_ones() as usize;
            at += present;
            if format & 0x80 == 0 {
                break;
            }
            format = *self.bytes.get(at - 1)?;
            has_check |= format & 0x0f != 0;
        }
        let length = at + historical + usize::from(has_check);
        (length <= 33 && length <= self.ends.len()).then_some(length)
    }
}

const SEPARATORS: &str = " \t:,-;|\u{a0}";

/// What is skipped before a word of two, four or eight hexadecimal digits, and how many it has.
fn atom(text: &str) -> Option<(usize, usize)> {
    let skipped = if text.starts_with("0x") || text.starts_with("0X") || text.starts_with("\\x") {
        2
    } else {
        0
    };
    let word = text.get(skipped..)?;
    let length = word
        .find(|c: char| !c.is_ascii_hexdigit())
        .unwrap_or(word.len());
    let is_end = !word
        .get(length..)?
        .starts_with(|c: char| c.is_alphanumeric() || c == '_');
    (matches!(length, 2 | 4 | 8) && is_end).then_some((skipped, length))
}
