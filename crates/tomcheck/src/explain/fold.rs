//! How is a pasted text compared, whoever typed, printed or translated it?

/// A text without case, accents, typographic signs and repeated blanks; each of its bytes knows
/// where it stood.
#[derive(Debug, Default)]
pub(super) struct Folded {
    pub(super) text: String,
    /// For each byte of `text`, the byte of the original where its character begins.
    starts: Vec<usize>,
    /// Likewise, where its character ends.
    ends: Vec<usize>,
}

impl Folded {
    pub(super) fn of(original: &str) -> Self {
        let mut folded = Self::default();
        for (start, character) in original.char_indices() {
            let end = start + character.len_utf8();
            if is_blank(character) {
                folded.blank(start, end);
            } else {
                for plain in plain(character) {
                    folded.push(plain, start, end);
                }
            }
        }
        folded
    }

    /// Where a stretch of the folded text stood in the original.
    pub(super) fn original(&self, from: usize, to: usize) -> std::ops::Range<usize> {
        let start = self.starts.get(from).copied().unwrap_or_default();
        let last = to.checked_sub(1).and_then(|last| self.ends.get(last));
        start..last.copied().unwrap_or(start).max(start)
    }

    fn blank(&mut self, start: usize, end: usize) {
        if !self.text.is_empty() && !self.text.ends_with(' ') {
            self.push(' ', start, end);
        }
    }

    fn push(&mut self, character: char, start: usize, end: usize) {
        self.text.push(character);
        self.starts.resize(self.text.len(), start);
        self.ends.resize(self.text.len(), end);
    }
}

/// What is compared of a name or a sentence of the tables.
pub(super) fn folded(text: &str) -> String {
    Folded::of(text).text.trim().to_owned()
}

/// A console's line end, a no-break space and a soft hyphen are all one to a reader.
fn is_blank(character: char) -> bool {
    character.is_whitespace() || matches!(character, '\u{a0}' | '\u{202f}' | '\u{feff}')
}

/// One character as a keyboard without accents has it.
fn plain(character: char) -> impl Iterator<Item = char> {
    let text = match character {
        'à' | 'â' | 'ä' | 'á' | 'ã' | 'À' | 'Â' | 'Ä' => "a",
        'ç' | 'Ç' => "c",
        'é' | 'è' | 'ê' | 'ë' | 'É' | 'È' | 'Ê' | 'Ë' => "e",
        'î' | 'ï' | 'í' | 'Î' | 'Ï' => "i",
        'ô' | 'ö' | 'ó' | 'Ô' | 'Ö' => "o",
        'ù' | 'û' | 'ü' | 'ú' | 'Ù' | 'Û' | 'Ü' => "u",
        'œ' | 'Œ' => "oe",
        'æ' | 'Æ' => "ae",
        '’' | '‘' | 'ʼ' | '`' => "'",
        '“' | '”' | '«' | '»' | '„' => "\"",
        '–' | '—' | '‑' | '−' => "-",
        '…' => "...",
        // combining marks, of a text that spells é in two
        '\u{300}'..='\u{36f}' | '\u{ad}' | '\u{200b}' => "",
        _ => return Plain::One(character.to_lowercase()),
    };
    Plain::Some(text.chars())
}

enum Plain {
    One(std::char::ToLowercase),
    Some(std::str::Chars<'static>),
}

impl Iterator for Plain {
    type Item = char;

    fn next(&mut self) -> Option<char> {
        match self {
            Self::One(characters) => characters.next(),
            Self::Some(characters) => characters.next(),
        }
    }
}

#[test]
fn a_sentence_is_the_same_with_other_blanks_quotes_and_accents_and_keeps_its_place() {
    let original = "  Échec  de\u{a0}la\nconnexion sécurisée… L’hôte";
    let folded = Folded::of(original);
    assert_eq!(folded.text, "echec de la connexion securisee... l'hote");
    let span = folded.original(0, 5);
    assert_eq!(original.get(span), Some("Échec"));
    let end = folded.text.len();
    assert_eq!(original.get(folded.original(end - 4, end)), Some("hôte"));
    assert_eq!(super::fold::folded("e\u{301}te\u{301}"), "ete");
}
