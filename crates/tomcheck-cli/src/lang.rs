//! In which language does this person read?

use std::ffi::OsString;

use tomcheck::Lang;
use tomcheck::config::Settings;

/// `--lang`, else what is set (`TOMCHECK_LANG`, a file), else the session's locale, else French.
///
/// Asked before the command line is parsed, because its errors and its help are read by the
/// same person: a `--lang` without a valid value is left to the parser to complain about.
pub(crate) fn of_session(arguments: &[OsString], settings: Option<&Settings>) -> Lang {
    typed(arguments)
        .or_else(|| match settings {
            Some(settings) => settings.lang(),
            // what is wrong with them is told in the language they would have said
            None => named(&std::env::var("TOMCHECK_LANG").ok()?),
        })
        .or_else(locale)
        .unwrap_or_default()
}

fn typed(arguments: &[OsString]) -> Option<Lang> {
    let mut arguments = arguments
        .iter()
        .map(|argument| argument.to_str().unwrap_or_default());
    while let Some(argument) = arguments.next() {
        if let Some(value) = argument.strip_prefix("--lang=") {
            return named(value);
        }
        if argument == "--lang" {
            return arguments.next().and_then(named);
        }
    }
    None
}

fn named(value: &str) -> Option<Lang> {
    match value {
        "fr" => Some(Lang::Fr),
        "en" => Some(Lang::En),
        _ => None,
    }
}

/// Only a locale that says English is taken for it: `C`, `POSIX` and all others get French.
fn locale() -> Option<Lang> {
    let locale = session_locale()?;
    let is_english = locale
        .get(..2)
        .is_some_and(|tag| tag.eq_ignore_ascii_case("en"));
    is_english.then_some(Lang::En)
}

/// The first variable that is set decides (POSIX.1 §8.2, LC_MESSAGES category).
#[cfg(unix)]
fn session_locale() -> Option<String> {
    let set = |name: &&str| std::env::var(name).ok().filter(|value| !value.is_empty());
    ["LC_ALL", "LC_MESSAGES", "LANG"].iter().find_map(set)
}

#[cfg(not(unix))]
fn session_locale() -> Option<String> {
    sys_locale::get_locale()
}

#[test]
fn the_typed_language_wins_wherever_it_stands() {
    let typed = |line: &str| typed(&line.split(' ').map(OsString::from).collect::<Vec<_>>());
    assert_eq!(typed("check --lang en"), Some(Lang::En));
    assert_eq!(typed("--lang=fr card"), Some(Lang::Fr));
    assert_eq!(typed("check --lang de"), None);
    assert_eq!(typed("check"), None);
}
