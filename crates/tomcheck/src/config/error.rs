//! What is wrong with a setting, and where does it stand?

use std::io;
use std::path::PathBuf;

use tomcheck_diagnosis::{Lang, Text};

use super::Origin;
use crate::render::clean;
use crate::target::TargetError;

/// Settings that cannot be taken. No value is in it: it may be what should not be written down.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ConfigError {
    /// The file is there and cannot be read.
    #[error("{path}: cannot be read: {source}", path = path.display())]
    Unreadable {
        /// Which.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// The file is longer than any settings are.
    #[error("{path}: too long for a file of settings", path = path.display())]
    TooLong {
        /// Which.
        path: PathBuf,
    },
    /// Not TOML.
    #[error("{place}: not TOML: {message}", place = said(origin))]
    Syntax {
        /// Where.
        origin: Origin,
        /// What the reader of TOML said, in English.
        message: String,
    },
    /// Nobody has that name.
    #[error("{place}: `{key}` does not exist{near}", place = said(origin), near = perhaps(near.as_deref(), Lang::En))]
    Unknown {
        /// Where.
        origin: Origin,
        /// What was written.
        key: String,
        /// What it looks like.
        near: Option<String>,
    },
    /// The value is of another kind, or will not do.
    #[error("{place}: {key}: must be {wanted}", place = said(origin), wanted = wanted.en)]
    Value {
        /// Where.
        origin: Origin,
        /// Whose.
        key: String,
        /// What would do.
        wanted: Text,
    },
    /// A code porteur or a password.
    #[error("{place}: {key}: no code porteur (PIN) and no password is kept in settings; tomcheck asks for it (--with-pin, --pin-fd, --proxy-user)", place = said(origin))]
    Secret {
        /// Where.
        origin: Origin,
        /// Under which name.
        key: String,
    },
    /// An option that somebody has to decide on each time.
    #[error("{place}: {key}: only on the command line, as --{key}", place = said(origin))]
    TypedOnly {
        /// Where.
        origin: Origin,
        /// Which.
        key: String,
    },
    /// A service that cannot be reached for.
    #[error("{place}: {source}", place = said(origin))]
    Target {
        /// Where.
        origin: Origin,
        /// What is wrong with it.
        source: TargetError,
    },
}

impl ConfigError {
    /// The same in the reader's language, one line; nothing of the file moves the cursor.
    pub fn say(&self, lang: Lang) -> String {
        clean(&self.told(lang))
    }

    fn told(&self, lang: Lang) -> String {
        if lang == Lang::En {
            return self.to_string();
        }
        match self {
            Self::Unreadable { path, source } => {
                let path = path.display();
                match source.kind() {
                    io::ErrorKind::NotFound => format!("{path} : ce fichier n'existe pas"),
                    io::ErrorKind::PermissionDenied => {
                        format!("{path} : pas le droit de lire ce fichier")
                    }
                    io::ErrorKind::IsADirectory => {
                        format!("{path} : c'est un dossier, pas un fichier")
                    }
                    io::ErrorKind::InvalidInput => {
                        format!("{path} : ce n'est pas un fichier ordinaire")
                    }
                    _ => format!("{path} : lecture impossible : {source}"),
                }
            }
            Self::TooLong { path } => {
                format!("{} : trop long pour un fichier de réglages", path.display())
            }
            Self::Syntax { origin, message } => {
                format!("{} : ce n'est pas du TOML : {message}", said(origin))
            }
            Self::Unknown { origin, key, near } => {
                let near = perhaps(near.as_deref(), lang);
                format!("{} : « {key} » n'existe pas{near}", said(origin))
            }
            Self::Value {
                origin,
                key,
                wanted,
            } => {
                format!("{} : {key} : il faut {}", said(origin), wanted.fr)
            }
            Self::Secret { origin, key } => format!(
                "{} : {key} : un code porteur ou un mot de passe ne s'écrit pas dans des réglages ; tomcheck le demande quand il le faut (--with-pin, --pin-fd, --proxy-user)",
                said(origin)
            ),
            Self::TypedOnly { origin, key } => format!(
                "{} : {key} : seulement sur la ligne de commande (--{key})",
                said(origin)
            ),
            Self::Target { origin, source } => format!("{} : {}", said(origin), source.say(lang)),
        }
    }
}

fn perhaps(near: Option<&str>, lang: Lang) -> String {
    match (near, lang) {
        (None, _) => String::new(),
        (Some(near), Lang::Fr) => format!(", peut-être {near}"),
        (Some(near), Lang::En) => format!(", maybe {near}"),
    }
}

/// `/etc/tomcheck/config.toml:3`, `TOMCHECK_TARGET`
pub(super) fn said(origin: &Origin) -> String {
    match origin {
        Origin::System(path, line) | Origin::User(path, line) | Origin::Asked(path, line) => {
            format!("{}:{line}", path.display())
        }
        Origin::Environment(name) => name.clone(),
        Origin::Default | Origin::Option => String::new(),
    }
}
