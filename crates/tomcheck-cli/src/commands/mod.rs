//! What does each command do with what was typed?

mod atr;
mod bench;
mod bundle;
mod compare;
mod config;
mod explain;
mod export;
mod files;
mod generate;
mod html;
mod identify;
mod inventory;
mod judge;
mod look;
mod metrics;
mod module_trace;
mod saved;
mod serve;
mod testsite;
mod trace;
mod watch;

pub(crate) use generate::GENERATED;

use std::path::Path;
use std::time::Duration;

use tomcheck::{Lang, spoken};

use crate::args::Typed;
use crate::output::Output;

/// Runs the command that was typed; the exit status.
///
/// # Errors
///
/// When tomcheck cannot do its job: one line, in the reader's language.
pub(crate) fn run(typed: &Typed<'_>, output: &Output, lang: Lang) -> anyhow::Result<u8> {
    html::check(typed, lang)?;
    if let Some(atr) = typed.value("atr") {
        return atr::run(typed, atr, output, lang);
    }
    match typed.command() {
        "bench" => bench::run(typed, output, lang),
        "bundle" => bundle::run(typed, output, lang),
        "config" => config::run(typed, output, lang),
        "explain" => explain::run(typed, output, lang),
        "metrics" => metrics::run(typed, output, lang),
        "compare" => compare::run(typed, output, lang),
        "judge" => judge::run(typed, output, lang),
        "identify" => identify::run(typed, output, lang),
        "inventory" => inventory::run(typed, output, lang),
        "watch" => watch::run(typed, output, lang),
        "serve" => serve::run(typed, output, lang),
        "testsite" => testsite::run(typed, output, lang),
        "trace" => trace::run(typed, output, lang),
        "generate" => generate::run(typed, output, lang),
        _ => look::run(typed, output, lang),
    }
}

/// A usage error: one line that names the option, and points to the help.
fn complaint(lang: Lang, option: &str, what: &str) -> anyhow::Error {
    let hint = match lang {
        Lang::Fr => "voir tomcheck --help",
        Lang::En => "see tomcheck --help",
    };
    let colon = lang.colon();
    anyhow::anyhow!("{option}{colon} {what} ({hint})")
}

/// A file by its path, and what there is to say of it.
fn of_file(path: &Path, what: &str, lang: Lang) -> String {
    format!("{}{} {what}", path.display(), lang.colon())
}

fn one_only(lang: Lang) -> &'static str {
    match lang {
        Lang::Fr => "un seul rapport à la fois",
        Lang::En => "one report at a time",
    }
}

/// Appends labels and values, the values below one another.
fn table(text: &mut Vec<u8>, lines: &[(impl AsRef<str>, impl AsRef<str>)], lang: Lang) {
    let colon = lang.colon();
    let width = |label: &str| label.chars().count();
    let widest = lines.iter().map(|(label, _)| width(label.as_ref())).max();
    for (label, value) in lines {
        let label = label.as_ref();
        let padding = widest.unwrap_or(0).saturating_sub(width(label));
        text.extend_from_slice(label.as_bytes());
        text.extend_from_slice(colon.as_bytes());
        text.resize(text.len() + padding + 1, b' ');
        text.extend_from_slice(value.as_ref().as_bytes());
        text.push(b'\n');
    }
}

/// Writes the text where it belongs; a file that cannot be written is named.
fn write(output: &Output, lang: Lang, text: impl AsRef<[u8]>) -> anyhow::Result<()> {
    output
        .write(text.as_ref())
        .map_err(|error| unwritten(output, lang, &error))
}

fn unwritten(output: &Output, lang: Lang, error: &std::io::Error) -> anyhow::Error {
    let place = output
        .file()
        .map_or_else(|| "stdout".to_owned(), |f| f.display().to_string());
    let error = spoken(error, lang);
    match lang {
        Lang::Fr => anyhow::anyhow!("{place} : écriture impossible : {error}"),
        Lang::En => anyhow::anyhow!("{place}: cannot be written: {error}"),
    }
}

/// The time an option names, a day at most.
fn seconds(typed: &Typed<'_>, lang: Lang, option: &str) -> anyhow::Result<Option<Duration>> {
    let Some(value) = typed.value(option) else {
        return Ok(None);
    };
    match value.parse::<u32>() {
        Ok(seconds @ 1..=86_400) => Ok(Some(Duration::from_secs(seconds.into()))),
        _ => {
            let what = match lang {
                Lang::Fr => {
                    format!("« {value} » n'est pas un nombre de secondes entre 1 et 86400")
                }
                Lang::En => format!("`{value}` is no number of seconds between 1 and 86400"),
            };
            Err(complaint(lang, &format!("--{option}"), &what))
        }
    }
}

/// The system's own words are English on most systems: the common ones are said in French.
fn unreadable(error: &std::io::Error, lang: Lang) -> String {
    use std::io::ErrorKind;
    let french = match (error.kind(), lang) {
        (ErrorKind::NotFound, Lang::Fr) => "ce fichier n'existe pas",
        (ErrorKind::PermissionDenied, Lang::Fr) => "pas le droit de lire ce fichier",
        (ErrorKind::IsADirectory, Lang::Fr) => "c'est un dossier, pas un fichier",
        (ErrorKind::InvalidInput, Lang::Fr) => "ce n'est pas un fichier ordinaire",
        (ErrorKind::InvalidInput, Lang::En) => "not an ordinary file",
        (ErrorKind::FileTooLarge, Lang::Fr) => "fichier trop gros pour être un certificat",
        (ErrorKind::FileTooLarge, Lang::En) => "file too large to be a certificate",
        (ErrorKind::UnexpectedEof, Lang::Fr) => "le fichier est coupé avant sa fin",
        (ErrorKind::Interrupted, Lang::Fr) => "la lecture a été arrêtée avant la fin du fichier",
        (ErrorKind::Interrupted, Lang::En) => "reading was stopped before the end of the file",
        _ => return spoken(error, lang),
    };
    french.to_owned()
}
