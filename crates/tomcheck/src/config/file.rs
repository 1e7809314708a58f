//! What does a file of settings say, line by line?

use std::fs::File;
use std::io::{self, Read};
use std::net::IpAddr;
use std::path::{Path, PathBuf};

use tomcheck_diagnosis::Text;
use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::keys::{KEYS, Key, KeyKind, TYPED_ONLY, is_plain, is_secret};
use super::places::FileOrigin;
use super::{ConfigError, NamedTarget, Origin, Settings};
use crate::explain::distance;
use crate::target::{Issuers, Target};

/// More than any file of settings has.
const LONGEST: u64 = 64 << 10;

/// The text; none where there is no file, unless it `is_asked` for.
pub(super) fn read(path: &Path, is_asked: bool) -> Result<Option<String>, ConfigError> {
    let text = ordinary(path).and_then(File::open).and_then(|file| {
        let mut text = String::new();
        file.take(LONGEST + 1).read_to_string(&mut text)?;
        Ok(text)
    });
    let path = path.to_owned();
    match text {
        Ok(text) if text.len() as u64 > LONGEST => Err(ConfigError::TooLong { path }),
        Ok(text) => Ok(Some(text)),
        Err(error) if error.kind() == io::ErrorKind::NotFound && !is_asked => Ok(None),
        // a folder on the way that is none
        Err(error) if error.kind() == io::ErrorKind::NotADirectory && !is_asked => Ok(None),
        Err(source) => Err(ConfigError::Unreadable { path, source }),
    }
}

/// Opening a pipe waits for somebody to write into it.
fn ordinary(path: &Path) -> io::Result<&Path> {
    let kind = std::fs::metadata(path)?.file_type();
    match kind.is_file() {
        true => Ok(path),
        false if kind.is_dir() => Err(io::ErrorKind::IsADirectory.into()),
        false => Err(io::ErrorKind::InvalidInput.into()),
    }
}

/// Takes what the file says; what comes later wins.
pub(super) fn take(
    settings: &mut Settings,
    text: &str,
    path: &Path,
    origin: FileOrigin,
) -> Result<(), ConfigError> {
    let place = Place { text, path, origin };
    // a mark of byte order is what Windows' editors begin with
    let table = DeTable::parse(text.strip_prefix('\u{feff}').unwrap_or(text));
    let table = table.map_err(|error| ConfigError::Syntax {
        origin: place.at(error.span().map_or(0, |span| span.start)),
        message: error.message().to_owned(),
    })?;
    for (name, value) in table.get_ref() {
        let at = place.at(name.span().start);
        match (name.get_ref().as_ref(), value.get_ref()) {
            ("targets", DeValue::Table(targets)) => place.targets(settings, targets)?,
            ("support", DeValue::Table(support)) => place.support(settings, support, at)?,
            (name, value) => one(settings, name, value, at)?,
        }
    }
    Ok(())
}

fn one(
    settings: &mut Settings,
    name: &str,
    value: &DeValue<'_>,
    origin: Origin,
) -> Result<(), ConfigError> {
    let key = name.to_owned();
    let Some(known) = Key::named(name) else {
        return Err(unknown(key, origin, TOP));
    };
    if !known.is_for_files {
        return Err(ConfigError::TypedOnly { origin, key });
    }
    let text = written(known.kind, value);
    let wrong = |origin| ConfigError::Value {
        origin,
        key: key.clone(),
        wanted: known.kind.wanted(),
    };
    let Some(text) = text.filter(|text| known.fault(text).is_none()) else {
        return Err(wrong(origin));
    };
    if known.kind == KeyKind::Proxy && text.contains('@') {
        return Err(ConfigError::Secret { origin, key });
    }
    settings.put(known.name, text, origin);
    Ok(())
}

/// As it would be typed; none where the value is of another kind.
fn written(kind: KeyKind, value: &DeValue<'_>) -> Option<String> {
    match (kind, value) {
        (KeyKind::Flag, DeValue::Boolean(value)) => Some(value.to_string()),
        (KeyKind::Seconds, DeValue::Integer(number)) => Some(number.as_str().to_owned()),
        (KeyKind::Flag | KeyKind::Seconds, _) => None,
        (KeyKind::Layers, DeValue::Array(items)) => {
            let words = items.iter().map(|item| item.get_ref().as_str());
            words
                .collect::<Option<Vec<_>>>()
                .map(|words| words.join(","))
        }
        (_, DeValue::String(text)) => Some(text.to_string()),
        _ => None,
    }
}

/// The names that stand in no section.
const TOP: &[&str] = &["targets", "support"];
const OF_TARGET: &[&str] = &["url", "addresses", "issuers"];
const OF_SUPPORT: &[&str] = &["name", "email", "phone"];

/// Whose name it is not; what must not be there is told as such.
fn unknown(key: String, origin: Origin, known: &[&'static str]) -> ConfigError {
    if TYPED_ONLY.contains(&key.as_str()) {
        return ConfigError::TypedOnly { origin, key };
    }
    if is_secret(&key) {
        return ConfigError::Secret { origin, key };
    }
    let keys = KEYS.iter().filter(|_| known == TOP).map(|key| key.name);
    let near = keys
        .chain(known.iter().copied())
        .map(|name| (distance(&key.to_lowercase().replace('_', "-"), name), name))
        .min()
        .filter(|(distance, name)| *distance <= name.len() / 3 + 1);
    let near = near.map(|(_, name)| name.to_owned());
    ConfigError::Unknown { origin, key, near }
}

/// The file a value stands in.
struct Place<'a> {
    text: &'a str,
    path: &'a Path,
    origin: FileOrigin,
}

type Table<'i> = DeTable<'i>;

impl Place<'_> {
    fn at(&self, byte: usize) -> Origin {
        let before = self.text.as_bytes().iter().take(byte);
        let line = before.filter(|byte| **byte == b'\n').count() + 1;
        (self.origin)(PathBuf::from(self.path), line)
    }

    fn targets(&self, settings: &mut Settings, targets: &Table<'_>) -> Result<(), ConfigError> {
        for (name, value) in targets {
            let origin = self.at(name.span().start);
            if !is_plain(name.get_ref()) {
                return Err(value_error(origin, "targets".to_owned(), PLAIN));
            }
            let DeValue::Table(table) = value.get_ref() else {
                let key = format!("targets.{}", name.get_ref());
                return Err(value_error(origin, key, SECTION));
            };
            let target = self.target(name.get_ref(), table, &origin)?;
            settings.targets.push(NamedTarget { target, origin });
        }
        Ok(())
    }

    fn target(
        &self,
        name: &str,
        table: &Table<'_>,
        origin: &Origin,
    ) -> Result<Target, ConfigError> {
        let (mut url, mut addresses, mut issuers) = (None, Vec::new(), Issuers::Any);
        for (key, value) in table {
            let at = self.at(key.span().start);
            let key = key.get_ref().to_string();
            match (key.as_str(), value.get_ref()) {
                ("url", DeValue::String(text)) => url = Some((text.to_string(), at)),
                ("addresses", value) => {
                    addresses = listed(value).ok_or_else(|| value_error(at, key, ADDRESSES))?;
                }
                ("issuers", DeValue::String(text)) => {
                    issuers = Issuers::named(text).ok_or_else(|| value_error(at, key, ISSUERS))?;
                }
                ("url", _) => return Err(value_error(at, key, URL)),
                ("issuers", _) => return Err(value_error(at, key, ISSUERS)),
                _ => return Err(unknown(key, at, OF_TARGET)),
            }
        }
        let Some((url, at)) = url else {
            return Err(value_error(origin.clone(), format!("targets.{name}"), URL));
        };
        let target = Target::set(name, &url, addresses, issuers);
        target.map_err(|source| ConfigError::Target { origin: at, source })
    }

    fn support(
        &self,
        settings: &mut Settings,
        table: &Table<'_>,
        origin: Origin,
    ) -> Result<(), ConfigError> {
        let support = &mut settings.support;
        // the number of one desk is not that of another
        support.phone.clear();
        support.origin = origin;
        for (key, value) in table {
            let at = self.at(key.span().start);
            let name = key.get_ref().to_string();
            let place = match name.as_str() {
                "name" => &mut support.name,
                "email" => &mut support.email,
                "phone" => &mut support.phone,
                _ => return Err(unknown(name, at, OF_SUPPORT)),
            };
            *place = plain(value).ok_or_else(|| value_error(at, name, KeyKind::Text.wanted()))?;
        }
        Ok(())
    }
}

/// One line, as it goes into the head of a message.
fn plain(value: &Spanned<DeValue<'_>>) -> Option<String> {
    let text = value.get_ref().as_str()?.trim();
    is_plain(text).then(|| text.to_owned())
}

fn listed(value: &DeValue<'_>) -> Option<Vec<IpAddr>> {
    let items = value.as_array()?.iter();
    items
        .map(|item| item.get_ref().as_str()?.parse().ok())
        .collect()
}

const fn value_error(origin: Origin, key: String, wanted: Text) -> ConfigError {
    ConfigError::Value {
        origin,
        key,
        wanted,
    }
}

const PLAIN: Text = Text {
    fr: "des noms sans caractère de commande",
    en: "names without control characters",
};
const SECTION: Text = Text {
    fr: "une section, [targets.NOM]",
    en: "a section, [targets.NAME]",
};
const URL: Text = Text {
    fr: "url = \"https://…\"",
    en: "url = \"https://…\"",
};
const ADDRESSES: Text = Text {
    fr: "une liste d'adresses IP, [\"192.0.2.7\"]",
    en: "a list of IP addresses, [\"192.0.2.7\"]",
};
const ISSUERS: Text = Text {
    fr: "\"igc-sante\" ou \"any\"",
    en: "\"igc-sante\" or \"any\"",
};
