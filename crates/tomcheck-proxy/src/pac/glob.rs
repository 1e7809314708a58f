//! Does a text match a shell expression of a script?
//!
//! `shExpMatch` is most of what scripts do: here it costs a walk over two strings, where browsers
//! make a regular expression each time.

/// Whether `*` (any number of characters) and `?` (one) make `pattern` fit the whole `text`.
/// Never more than pattern × text steps.
pub(super) fn matches(pattern: &str, text: &str) -> bool {
    let (mut pattern, mut text) = (pattern.chars(), text.chars());
    // Where to take up again: after the last `*`, one character further.
    let mut again = None;
    loop {
        let (mut next_pattern, mut next_text) = (pattern.clone(), text.clone());
        match (next_pattern.next(), next_text.next()) {
            (Some('*'), _) => {
                again = Some((next_pattern.clone(), text.clone()));
                pattern = next_pattern;
            }
            (Some(wanted), Some(found)) if wanted == '?' || wanted == found => {
                (pattern, text) = (next_pattern, next_text);
            }
            (None, None) => return true,
            _ => {
                let Some((after, from)) = &mut again else {
                    return false;
                };
                if from.next().is_none() {
                    return false;
                }
                (pattern, text) = (after.clone(), from.clone());
            }
        }
    }
}

/// Browsers hand a pattern on to their regular expressions with `.`, `*` and `?` replaced, so
/// that all else which means something there means it in a script too; and their `.` is no end of
/// a line, and half of a character beyond the first 65,536.
pub(super) fn is_plain(pattern: &str, text: &str) -> bool {
    let special = |byte: u8| b"()[]{}|^$+\\".contains(&byte);
    pattern.is_ascii()
        && !pattern.bytes().any(special)
        && !text.bytes().any(|byte| byte < b' ' || !byte.is_ascii())
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
}
