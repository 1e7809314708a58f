//! How is a name known again in another spelling?

/// A text as it is compared: small letters without accents, what was encoded decoded.
pub(crate) struct Folded {
    pub(crate) text: String,
    /// Where each byte of it stands in the original: begin and end.
    places: Vec<(usize, usize)>,
}

impl Folded {
    /// `Hélène`, `HELENE`, `H%C3%A9l%C3%A8ne`, `h\u00e9l\u00e8ne` and `H&eacute;l&egrave;ne` are one.
    pub(crate) fn of(text: &str) -> Self {
        let mut folded = Self {
            text: String::with_capacity(text.len()),
            places: Vec::with_capacity(text.len()),
        };
        let mut at = 0;
        while let Some(rest) = text.get(at..).filter(|rest| !rest.is_empty()) {
            let (letter, length) = decoded(rest);
            folded.push(letter, (at, at + length));
            at += length;
        }
        folded
    }

    /// The text as it stands.
    pub(crate) fn plain(text: &str) -> Self {
        Self {
            text: text.to_owned(),
            places: Vec::new(),
        }
    }

    fn push(&mut self, letter: char, place: (usize, usize)) {
        let begin = self.text.len();
        match base(letter) {
            Some(base) => self.text.push_str(base),
            None => self.text.extend(letter.to_lowercase()),
        }
        let added = self.text.len() - begin;
        self.places.extend(std::iter::repeat_n(place, added));
        if added == 0
            && let Some((_, end)) = self.places.last_mut()
        {
            // an accent of its own belongs to the letter before it
            *end = place.1;
        }
    }

    /// Where in the original stands what stands here in the folded text.
    pub(crate) fn place(&self, begin: usize, end: usize) -> (usize, usize) {
        let of = |at: usize| self.places.get(at).copied();
        match (of(begin), end.checked_sub(1).and_then(of)) {
            (Some((begin, _)), Some((_, end))) => (begin, end),
            _ => (begin, end),
        }
    }
}

/// The first letter, and how many bytes it takes.
fn decoded(rest: &str) -> (char, usize) {
    let found = match rest.as_bytes().first() {
        Some(b'%') => percent(rest),
        Some(b'\\') => escaped(rest),
        Some(b'&') => entity(rest),
        _ => None,
    };
    let first = rest.chars().next().unwrap_or_default();
    found.unwrap_or((first, first.len_utf8()))
}

/// As UTF-8, else as Latin-1.
fn percent(rest: &str) -> Option<(char, usize)> {
    let byte = |number: usize| {
        let three = rest.get(number * 3..number * 3 + 3)?;
        u8::from_str_radix(three.strip_prefix('%')?, 16).ok()
    };
    let bytes: Vec<u8> = (0..4).map_while(byte).collect();
    let first = *bytes.first()?;
    let decoded = (1..=bytes.len()).find_map(|length| {
        let text = std::str::from_utf8(bytes.get(..length)?).ok()?;
        Some((text.chars().next()?, length * 3))
    });
    decoded.or(Some((char::from(first), 3)))
}

fn escaped(rest: &str) -> Option<(char, usize)> {
    let digits = rest.strip_prefix("\\u")?.get(..4)?;
    let letter = char::from_u32(u32::from_str_radix(digits, 16).ok()?)?;
    Some((letter, 6))
}

fn entity(rest: &str) -> Option<(char, usize)> {
    let name = rest.get(1..rest.find(';').filter(|end| *end < 12)?)?;
    let length = name.len() + 2;
    let letter = match name.strip_prefix('#') {
        Some(number) => char::from_u32(match number.strip_prefix(['x', 'X']) {
            Some(digits) => u32::from_str_radix(digits, 16).ok()?,
            None => number.parse().ok()?,
        })?,
        // `&eacute;`, `&szlig;`: the base stands first
        None => name.chars().next().filter(|_| is_accented(name))?,
    };
    Some((letter, length))
}

/// Source: HTML 4.01, §24.2 (Latin-1 entities).
fn is_accented(name: &str) -> bool {
    let accents = ["acute", "grave", "circ", "uml", "cedil", "tilde", "ring"];
    let mark = name.get(1..).unwrap_or_default();
    name.is_ascii() && accents.contains(&mark)
}

/// What is left of a letter without its accent; none: it has none.
fn base(letter: char) -> Option<&'static str> {
    let row = BASES.iter().find(|(_, letters)| letters.contains(letter));
    match letter {
        '\u{300}'..='\u{36f}' => Some(""),
        _ if letter.is_ascii() => None,
        _ => row.map(|(base, _)| *base),
    }
}

/// Source: Unicode, Latin-1 Supplement and Latin Extended-A.
const BASES: &[(&str, &str)] = &[
    ("a", "àáâãäåāăąÀÁÂÃÄÅĀĂĄ"),
    ("ae", "æÆ"),
    ("c", "çćĉċčÇĆĈĊČ"),
    ("d", "ďđĎĐ"),
    ("e", "èéêëēĕėęěÈÉÊËĒĔĖĘĚ"),
    ("g", "ĝğġģĜĞĠĢ"),
    ("h", "ĥħĤĦ"),
    ("i", "ìíîïĩīĭįıÌÍÎÏĨĪĬĮİ"),
    ("j", "ĵĴ"),
    ("k", "ķĶ"),
    ("l", "ĺļľŀłĹĻĽĿŁ"),
    ("n", "ñńņňÑŃŅŇ"),
    ("o", "òóôõöøōŏőÒÓÔÕÖØŌŎŐ"),
    ("oe", "œŒ"),
    ("r", "ŕŗřŔŖŘ"),
    ("s", "śŝşšŚŜŞŠ"),
    ("ss", "ß"),
    ("t", "ţťŧŢŤŦ"),
    ("u", "ùúûüũūŭůűųÙÚÛÜŨŪŬŮŰŲ"),
    ("w", "ŵŴ"),
    ("y", "ýÿŷÝŸŶ"),
    ("z", "źżžŹŻŽ"),
    ("'", "\u{2019}"),
    (" ", "\u{a0}\u{202f}"),
];

#[test]
fn one_name_in_every_spelling_is_one() {
    for name in [
        "Hélène",
        "HELENE",
        "H%C3%A9l%c3%a8ne",
        "H%E9l%E8ne",
        "h\\u00e9l\\u00e8ne",
        "H&eacute;l&egrave;ne",
        "H&#233;l&#xE8;ne",
        "He\u{301}le\u{300}ne",
    ] {
        let folded = Folded::of(name);
        assert_eq!(folded.text, "helene");
        assert_eq!(folded.place(0, 6), (0, name.len()));
    }
}

#[test]
fn what_only_looks_encoded_stays() {
    for text in ["100% & more; \\u00", "%", "%zz", "&;", "&amp;", "\\u"] {
        assert_eq!(Folded::of(text).text, text);
    }
}
