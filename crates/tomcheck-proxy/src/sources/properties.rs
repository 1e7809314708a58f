//! What does a file of Java properties say?

use std::collections::BTreeMap;

/// What each name says, and its line, from 1; of several lines for one name, the last.
///
/// Source: `java.util.Properties.load(Reader)`.
pub(super) fn properties(text: &str) -> BTreeMap<String, (String, usize)> {
    let mut found = BTreeMap::new();
    let mut lines = text.lines().zip(1..);
    while let Some((line, number)) = lines.next() {
        let line = line.trim_start();
        if line.is_empty() || line.starts_with(['#', '!']) {
            continue;
        }
        let mut whole = line.to_owned();
        while goes_on(&whole)
            && let Some((next, _)) = lines.next()
        {
            whole.pop();
            whole.push_str(next.trim_start());
        }
        let (name, value) = split(&whole);
        found.insert(name, (value, number));
    }
    found
}

/// An odd number of `\` at the end of a line.
fn goes_on(line: &str) -> bool {
    line.len().saturating_sub(line.trim_end_matches('\\').len()) % 2 == 1
}

/// At the first `=`, `:` or blank that no `\` stands before.
fn split(line: &str) -> (String, String) {
    let mut escaped = false;
    let end = line.char_indices().find(|(_, it)| {
        let ends = !escaped && (matches!(it, '=' | ':') || it.is_whitespace());
        escaped = !escaped && *it == '\\';
        ends
    });
    let at = end.map_or(line.len(), |(at, _)| at);
    let (name, rest) = line.split_at_checked(at).unwrap_or((line, ""));
    let rest = rest.trim_start();
    let rest = rest.strip_prefix(['=', ':']).unwrap_or(rest);
    (unescaped(name), unescaped(rest.trim_start()))
}

fn unescaped(text: &str) -> String {
    let mut letters = text.chars();
    let mut plain = String::with_capacity(text.len());
    while let Some(letter) = letters.next() {
        let escaped = (letter == '\\').then(|| letters.next()).flatten();
        match escaped {
            None => plain.push(letter),
            Some('t') => plain.push('\t'),
            Some('n') => plain.push('\n'),
            Some('r') => plain.push('\r'),
            Some('u') => {
                let digits: String = letters.by_ref().take(4).collect();
                let code = u32::from_str_radix(&digits, 16).ok();
                plain.extend(code.and_then(char::from_u32));
            }
            Some(other) => plain.push(other),
        }
    }
    plain
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_form_of_a_property_is_read() {
        let text = "# comment\n! comment\n\
            a=1\nb : 2\nc 3\n  d\\=e = \\u00e9\\\\ \n\
            list = one,\\\n    two\nlist2=x\\\\\nempty=\na=4\n";
        let found = properties(text);
        let value = |name: &str| found.get(name).map(|(value, _)| value.as_str());
        assert_eq!(value("a"), Some("4"));
        assert_eq!(value("b"), Some("2"));
        assert_eq!(value("c"), Some("3"));
        assert_eq!(value("d=e"), Some("é\\ "));
        assert_eq!(value("list"), Some("one,two"));
        assert_eq!(value("list2"), Some("x\\"));
        assert_eq!(value("empty"), Some(""));
        assert_eq!(found["list"].1, 7);
        assert_eq!(found["a"].1, 11);
    }

    proptest::proptest! {
        #[test]
        fn any_text_is_read(text in "(?s)([a-c=: \\\\\n\r#!u0-9]|.){0,200}") {
            let found = properties(&text);
            let lines = text.lines().count();
            proptest::prop_assert!(found.values().all(|(_, line)| (1..=lines).contains(line)));
        }
    }
}
