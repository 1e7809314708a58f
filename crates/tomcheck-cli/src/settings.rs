//! Which settings apply to this run?

use std::ffi::{OsStr, OsString};
use std::path::PathBuf;

use tomcheck::config::{ConfigError, Settings};

/// Read before the command line is parsed: they say in which language its errors are told.
pub(crate) fn load(arguments: &[OsString]) -> Result<Settings, ConfigError> {
    Settings::of_this_process(typed(arguments))
}

/// `--config FILE`, wherever it stands; without a value it is left to the parser to complain.
fn typed(arguments: &[OsString]) -> Option<PathBuf> {
    let mut arguments = arguments.iter();
    while let Some(argument) = arguments.next() {
        if argument == "--" {
            return None;
        }
        if argument == "--config" {
            return arguments.next().map(PathBuf::from);
        }
        let text = argument.to_str().unwrap_or_default();
        if let Some(path) = text.strip_prefix("--config=") {
            return Some(PathBuf::from(OsStr::new(path)));
        }
    }
    None
}

#[test]
fn the_file_is_found_wherever_it_is_named() {
    let typed = |line: &str| typed(&line.split(' ').map(OsString::from).collect::<Vec<_>>());
    assert_eq!(typed("check --config a.toml -q"), Some("a.toml".into()));
    assert_eq!(typed("--config=b.toml card"), Some("b.toml".into()));
    assert_eq!(typed("identify -- --config x"), None);
    assert_eq!(typed("check --config"), None);
}
