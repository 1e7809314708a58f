//! Does a text match a shell expression of a script?
//!
//! `shExpMatch` is most of what scripts do: here it costs a walk over two strings, where browsers
//! make a regular expression each time.

/// Whether `*` (any number of characters) and `?` (one) make `pattern` fit the whole `text`, both
/// as [`is_plain`] has them. Never more than pattern × text steps, and for one `*` no more than
/// the text is long.
pub(super) fn matches(pattern: &str, text: &str) -> bool {
    let (mut pattern, mut text) = (pattern.as_bytes(), text.as_bytes());
    while let Some((wanted, rest)) = pattern.split_first().filter(|(c, _)| **c != b'*') {
        match text.split_first() {
            Some((found, after)) if fits(*wanted, *found) => (pattern, text) = (rest, after),
            _ => return false,
        }
    }
    if pattern.is_empty() {
        return text.is_empty();
    }
    while let Some((wanted, rest)) = pattern.split_last().filter(|(c, _)| **c != b'*') {
        match text.split_last() {
            Some((found, before)) if fits(*wanted, *found) => (pattern, text) = (rest, before),
            _ => return false,
        }
    }
    // What is left begins and ends with a `*`.
    let mut pieces = pattern
        .split(|c| *c == b'*')
        .filter(|piece| !piece.is_empty());
    pieces.all(|piece| match after(piece, text) {
        Some(rest) => {
            text = rest;
            true
        }
        None => false,
    })
}

fn fits(wanted: u8, found: u8) -> bool {
    wanted == b'?' || wanted == found
}

/// What follows the first place where the piece fits.
fn after<'a>(piece: &[u8], text: &'a [u8]) -> Option<&'a [u8]> {
    let fits_there = |window: &[u8]| piece.iter().zip(window).all(|(a, b)| fits(*a, *b));
    let at = text.windows(piece.len()).position(fits_there)?;
    text.get(at + piece.len()..)
}

/// Browsers hand a pattern on to their regular expressions with `.`, `*` and `?` replaced, so
/// that all else which means something there means it in a script too; and their `.` is no end of
/// a line, and half of a character beyond the first 65,536.
pub(super) fn is_plain(pattern: &str, text: &str) -> bool {
    !pattern.bytes().any(is_special) && text.bytes().all(|byte| matches!(byte, b' '..=b'~'))
}

const fn is_special(byte: u8) -> bool {
    let of_expressions = matches!(
        byte,
        b'(' | b')' | b'[' | b']' | b'{' | b'}' | b'|' | b'^' | b'$' | b'+' | b'\\'
    );
    of_expressions || !matches!(byte, b' '..=b'~')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shell_expressions_match_the_whole_text() {
        let table = [
            ("*.tom.example", "www.tom.example", true),
            ("*.tom.example", "tom.example", false),
            ("tom", "tom.example", false),
            ("*", "", true),
            ("", "", true),
            ("?", "", false),
            ("t?m.*", "tom.example", true),
            ("**a*b", "xxaxxb", true),
            ("ab*ba", "aba", false),
            ("*ab*ab*", "xabab", true),
            ("*ab*ab*", "xabb", false),
            ("a?*?c", "abc", false),
            ("a?*?c", "abbc", true),
            ("*a*b", "xxbxxa", false),
            ("http://*/*", "http://a/b", true),
            ("*.TOM.example", "www.tom.example", false),
        ];
        for (pattern, text, expected) in table {
            assert_eq!(matches(pattern, text), expected, "{pattern} {text}");
        }
    }

    #[test]
    fn what_a_regular_expression_would_take_otherwise_is_not_plain() {
        assert!(is_plain("*.tom.example/?", "www.tom.example"));
        for pattern in ["(a|b)", "a+", "[ab]*", "a$", "é"] {
            assert!(!is_plain(pattern, "a"), "{pattern}");
        }
        assert!(!is_plain("*", "a\nb"));
    }

    /// What browsers make of it, in the engine's own regular expressions' order: try all.
    fn slowly(pattern: &[u8], text: &[u8]) -> bool {
        match (pattern.split_first(), text.split_first()) {
            (None, None) => true,
            (Some((b'*', rest)), _) => (0..=text.len()).any(|at| slowly(rest, &text[at..])),
            (Some((a, pattern)), Some((b, text))) => fits(*a, *b) && slowly(pattern, text),
            _ => false,
        }
    }

    proptest::proptest! {
        #[test]
        fn the_quick_way_is_the_slow_one(pattern in "[ab*?]{0,8}", text in "[ab]{0,10}") {
            let expected = slowly(pattern.as_bytes(), text.as_bytes());
            proptest::prop_assert_eq!(matches(&pattern, &text), expected);
        }
    }
}
