//! What was wrong with what was typed, in one line?

use clap::Error;
use clap::error::{ContextKind, ContextValue, ErrorKind};
use tomcheck::Lang;

/// One line that names the option or file and what is wrong with it, and points to `--help`.
pub(crate) fn one_line(error: &Error, lang: Lang) -> String {
    let what = Complaint::of(error).say(lang);
    let hint = match lang {
        Lang::Fr => "voir tomcheck --help",
        Lang::En => "see tomcheck --help",
    };
    format!("{what} ({hint})")
}

enum Complaint {
    Unknown(String, Option<String>),
    TooMany(String),
    BadValue {
        option: String,
        value: String,
        allowed: String,
    },
    NoValue(String),
    Missing(String),
    Twice(String),
    Other(String),
}

impl Complaint {
    fn of(error: &Error) -> Self {
        let get = |kind| error.get(kind).map(render).unwrap_or_default();
        let argument = get(ContextKind::InvalidArg);
        let value = get(ContextKind::InvalidValue);
        match error.kind() {
            ErrorKind::UnknownArgument if !argument.starts_with('-') => Self::TooMany(argument),
            ErrorKind::UnknownArgument => {
                let near = error.get(ContextKind::SuggestedArg).map(render);
                Self::Unknown(argument, near)
            }
            ErrorKind::InvalidSubcommand => {
                let near = error.get(ContextKind::SuggestedSubcommand).map(render);
                Self::Unknown(get(ContextKind::InvalidSubcommand), near)
            }
            // clap reports a value that is missing as one that is empty.
            ErrorKind::InvalidValue if value.is_empty() => Self::NoValue(argument),
            ErrorKind::InvalidValue | ErrorKind::ValueValidation => Self::BadValue {
                option: argument,
                value,
                allowed: get(ContextKind::ValidValue),
            },
            ErrorKind::MissingRequiredArgument => Self::Missing(argument),
            ErrorKind::ArgumentConflict => Self::Twice(argument),
            _ => Self::Other(error.kind().to_string()),
        }
    }

    fn say(&self, lang: Lang) -> String {
        match lang {
            Lang::Fr => self.french(),
            Lang::En => self.english(),
        }
    }

    fn french(&self) -> String {
        match self {
            Self::Unknown(what, None) => format!("« {what} » n'existe pas"),
            Self::TooMany(what) => format!("« {what} » est de trop"),
            Self::Unknown(what, Some(near)) => format!("« {what} » n'existe pas, peut-être {near}"),
            Self::BadValue {
                option,
                value,
                allowed,
            } if allowed.is_empty() => {
                format!("{option} : la valeur « {value} » ne convient pas")
            }
            Self::BadValue {
                option,
                value,
                allowed,
            } => {
                format!("{option} : la valeur « {value} » ne convient pas, choisir {allowed}")
            }
            Self::NoValue(option) => format!("{option} : il manque la valeur"),
            Self::Missing(what) => format!("il manque {what}"),
            Self::Twice(option) => format!("{option} : donné deux fois"),
            Self::Other(what) => what.clone(),
        }
    }

    fn english(&self) -> String {
        match self {
            Self::Unknown(what, None) => format!("`{what}` does not exist"),
            Self::TooMany(what) => format!("`{what}` is one too many"),
            Self::Unknown(what, Some(near)) => format!("`{what}` does not exist, maybe {near}"),
            Self::BadValue {
                option,
                value,
                allowed,
            } if allowed.is_empty() => {
                format!("{option}: the value `{value}` will not do")
            }
            Self::BadValue {
                option,
                value,
                allowed,
            } => {
                format!("{option}: `{value}` is not allowed, choose {allowed}")
            }
            Self::NoValue(option) => format!("{option}: its value is missing"),
            Self::Missing(what) => format!("{what} is missing"),
            Self::Twice(option) => format!("{option}: given twice"),
            Self::Other(what) => what.clone(),
        }
    }
}

fn render(value: &ContextValue) -> String {
    match value {
        ContextValue::Strings(values) => values.join(", "),
        other => other.to_string(),
    }
}
