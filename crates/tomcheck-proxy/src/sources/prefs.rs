//! Which proxy preferences does a file of Firefox set?

/// What a line does with a preference.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Does {
    /// `user_pref`, `pref`: the user's own value.
    Sets,
    /// `defaultPref`, or `pref` in a file of defaults.
    Proposes,
    /// `lockPref`: nobody changes it.
    Locks,
}

/// One preference of the proxy, and its line, from 1.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(super) struct Pref {
    pub(super) does: Does,
    pub(super) name: String,
    pub(super) value: String,
    pub(super) line: usize,
}

const FUNCTIONS: &[(&str, Does)] = &[
    ("user_pref", Does::Sets),
    ("pref", Does::Sets),
    ("defaultPref", Does::Proposes),
    ("lockPref", Does::Locks),
];

/// Every line that sets a preference whose name begins with `start`, in the order of the file.
/// Of a program in JavaScript, as autoconfiguration files are, only such lines are recognised:
/// nothing is evaluated.
///
/// Source: Firefox `modules/libpref/parser`; Mozilla "Customizing Firefox Using AutoConfig".
pub(super) fn prefs<'a>(text: &'a str, start: &'a str) -> impl Iterator<Item = Pref> + 'a {
    let lines = text.lines().zip(1..);
    lines.filter_map(move |(line, number)| pref(line.trim_start(), start, number))
}

fn pref(line: &str, start: &str, number: usize) -> Option<Pref> {
    let (function, rest) = line.split_once('(')?;
    let (_, does) = FUNCTIONS
        .iter()
        .find(|(name, _)| *name == function.trim())?;
    let (name, rest) = quoted(rest.trim_start())?;
    let value = rest.trim_start().strip_prefix(',')?.trim_start();
    if !name.starts_with(start) {
        return None;
    }
    let value = match quoted(value) {
        Some((text, _)) => text,
        None => value.split([')', ',', ';']).next()?.trim().to_owned(),
    };
    Some(Pref {
        does: *does,
        name,
        value,
        line: number,
    })
}

/// The text between quotes, what `\` stands before taken as it is, and what follows.
fn quoted(text: &str) -> Option<(String, &str)> {
    let quote = text.chars().next().filter(|it| ['"', '\''].contains(it))?;
    let mut plain = String::new();
    let mut letters = text.char_indices().skip(1);
    while let Some((at, letter)) = letters.next() {
        match letter {
            '\\' => plain.extend(letters.next().map(|(_, escaped)| escaped)),
            _ if letter == quote => return Some((plain, text.get(at + 1..)?)),
            _ => plain.push(letter),
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_are_recognised_whatever_their_quotes_and_blanks() {
        let text = "// user_pref(\"network.proxy.type\", 9);\n\
            user_pref(\"network.proxy.type\", 1);\n\
            user_pref( 'network.proxy.ssl' , 'pro\\'xy' ); // note\n\
            lockPref(\"network.proxy.ssl_port\", 3128)\n\
            user_pref(\"other\", 1);\n\
            if (x) { lockPref(\"network.proxy.http\", \"h\"); }\n\
            user_pref(\"network.proxy.http\n";
        let found: Vec<Pref> = prefs(text, "network.proxy.").collect();
        assert_eq!(found.len(), 3, "{found:?}");
        assert_eq!((found[0].value.as_str(), found[0].line), ("1", 2));
        assert_eq!(found[1].value, "pro'xy");
        assert_eq!(
            (found[2].value.as_str(), found[2].does),
            ("3128", Does::Locks)
        );
    }

    proptest::proptest! {
        #[test]
        fn any_text_is_read(
            text in "(?s)(user_pref|lockPref|[(),;\"'\\\\\n]|network.proxy.type|.){0,80}"
        ) {
            let lines = text.lines().count();
            proptest::prop_assert!(prefs(&text, "network.proxy.").count() <= lines);
        }
    }
}
