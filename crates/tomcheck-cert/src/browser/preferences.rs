//! Which settings that matter for the card does a Firefox profile change?

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

/// A value of `prefs.js`.
#[derive(Clone, Debug, Eq, PartialEq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum Preference {
    /// `true`, `false`.
    Flag(bool),
    /// A whole number.
    Number(i64),
    /// Text.
    Text(String),
}

/// Those that decide which certificates Firefox offers, and how it signs with them.
///
/// Source: Firefox `modules/libpref/init/all.js` and `StaticPrefList.yaml`.
pub const PREFERENCES: &[&str] = &[
    "security.osclientcerts.autoload",
    "security.osclientcerts.assume_rsa_pss_support",
    "security.enterprise_roots.enabled",
    "security.tls.enable_post_handshake_auth",
    "security.default_personal_cert",
];

/// The preferences of [`PREFERENCES`] that a `prefs.js` or `user.js` sets; of several lines for
/// one, the last, as Firefox does. A preference at its default stands in no file.
pub fn read_preferences(text: &str) -> BTreeMap<String, Preference> {
    text.lines().filter_map(preference).collect()
}

fn preference(line: &str) -> Option<(String, Preference)> {
    let rest = line.trim().strip_prefix("user_pref")?.trim_start();
    let inner = rest.strip_prefix('(')?.trim_start().strip_prefix('"')?;
    let (name, rest) = inner.split_once('"')?;
    let wanted = PREFERENCES.contains(&name);
    let value = rest.trim_start().strip_prefix(',').filter(|_| wanted)?;
    // whatever follows the statement, a comment for one, is no part of it
    let (value, _) = value.rsplit_once(')')?;
    Some((name.to_owned(), parsed(value.trim())?))
}

fn parsed(value: &str) -> Option<Preference> {
    match value {
        "true" => Some(Preference::Flag(true)),
        "false" => Some(Preference::Flag(false)),
        _ => match value.strip_prefix('"') {
            Some(rest) => {
                let text = rest.strip_suffix('"')?.chars();
                Some(Preference::Text(text.take(LONGEST).collect()))
            }
            None => value.parse().ok().map(Preference::Number),
        },
    }
}

const LONGEST: usize = 256;

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn the_last_line_decides_and_other_preferences_are_left_out() {
        let text = "// Mozilla User Preferences\n\
                    user_pref(\"browser.startup.page\", 3);\n\
                    user_pref(\"security.osclientcerts.autoload\", true);\n\
                    user_pref( \"security.osclientcerts.autoload\" , false ); // off\n\
                    //user_pref(\"security.enterprise_roots.enabled\", true);\n\
                    user_pref(\"security.default_personal_cert\", \"Ask Every Time\");\n";
        let found = read_preferences(text);
        assert_eq!(found.len(), 2);
        assert_eq!(
            found["security.osclientcerts.autoload"],
            Preference::Flag(false)
        );
        assert_eq!(
            found["security.default_personal_cert"],
            Preference::Text("Ask Every Time".to_owned())
        );
    }

    proptest! {
        #[test]
        fn any_text_is_read_within_bounds(
            text in "(?s)(user_pref|\\(|\\)|\"|,|;|\n|security.osclientcerts.autoload|true|.){0,60}"
        ) {
            prop_assert!(read_preferences(&text).len() <= PREFERENCES.len());
        }
    }
}
