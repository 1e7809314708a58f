//! What do our variables say?

use std::path::PathBuf;

use super::keys::{KEYS, Key, KeyKind, PREFIX};
use super::{ConfigError, Origin, Settings};

/// The file to read instead of the machine's and the user's.
pub(super) fn named_file() -> Option<PathBuf> {
    std::env::var_os(FILE).map(PathBuf::from)
}

/// The variables of this process that begin as ours do.
pub(super) fn of_this_process() -> impl Iterator<Item = (String, String)> {
    std::env::vars_os().filter_map(|(name, value)| {
        let name = name.into_string().ok()?;
        let is_ours = name.starts_with(PREFIX);
        is_ours.then(|| (name, value.to_string_lossy().into_owned()))
    })
}

/// Takes every variable that sets something; the others that begin as ours do are named, never
/// their values.
pub(super) fn take(
    settings: &mut Settings,
    environment: impl IntoIterator<Item = (String, String)>,
) -> Result<(), ConfigError> {
    for (name, value) in environment {
        if !name.starts_with(PREFIX) {
            continue;
        }
        match KEYS.iter().find(|key| key.variable() == name) {
            Some(key) if !value.is_empty() => one(settings, key, name, &value)?,
            Some(_) => {}
            None if ELSEWHERE.contains(&name.as_str()) => {}
            None => settings.ignored.push(name),
        }
    }
    settings.ignored.sort();
    Ok(())
}

fn one(
    settings: &mut Settings,
    key: &'static Key,
    name: String,
    value: &str,
) -> Result<(), ConfigError> {
    let value = match key.kind {
        KeyKind::Flag => flag(value).unwrap_or(value),
        _ => value,
    };
    let origin = Origin::Environment(name);
    if let Some(wanted) = key.fault(value) {
        return Err(ConfigError::Value {
            origin,
            key: key.name.to_owned(),
            wanted,
        });
    }
    if key.kind == KeyKind::Proxy && value.contains('@') {
        let key = key.name.to_owned();
        return Err(ConfigError::Secret { origin, key });
    }
    settings.put(key.name, value.to_owned(), origin);
    Ok(())
}

/// What people write for yes and no.
fn flag(value: &str) -> Option<&'static str> {
    match value.to_lowercase().as_str() {
        "1" | "true" | "yes" | "on" | "oui" => Some("true"),
        "0" | "false" | "no" | "off" | "non" => Some("false"),
        _ => None,
    }
}

const FILE: &str = "TOMCHECK_CONFIG";

/// Variables that other parts read.
const ELSEWHERE: &[&str] = &[
    FILE,
    "TOMCHECK_MODULE_DIRS",
    "TOMCHECK_COFFRE_DIR",
    "TOMCHECK_GALSS_INI",
    "TOMCHECK_PORTAL_CANARY",
    "TOMCHECK_PROXY_CONTROL",
    // given by `watch --exec` to what it runs, which may be tomcheck
    "TOMCHECK_STATE",
    "TOMCHECK_CODE",
    "TOMCHECK_GENERATION",
    "TOMCHECK_ATR",
];
