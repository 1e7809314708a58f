//! `--html FILE`: the report as a page, beside what is printed.

use std::fs;
use std::io;
use std::path::Path;

use tomcheck::{Comparison, Lang, Report, spoken};

use super::files::complaint;
use crate::args::Typed;
use crate::replace;

/// Before anything is looked at: whether there will be a report, and a folder to put it in.
pub(super) fn check(typed: &Typed<'_>, lang: Lang) -> anyhow::Result<()> {
    let Some(file) = typed.path("html") else {
        return Ok(());
    };
    let command = typed.command();
    if !REPORTING.contains(&command) || typed.value("atr").is_some() {
        return Err(super::complaint(lang, "--html", &no_report(command, lang)));
    }
    if file.is_dir() {
        let what = match lang {
            Lang::Fr => "c'est un dossier, pas un fichier",
            Lang::En => "this is a folder, no file",
        };
        return Err(complaint("--html", lang, &file, what));
    }
    let folder = file
        .parent()
        .filter(|folder| !folder.as_os_str().is_empty());
    match folder.map(fs::metadata) {
        Some(Err(error)) => Err(unwritten(&file, &error, lang)),
        _ => Ok(()),
    }
}

/// Writes the page where `--html` says, in the place of one that was there.
pub(super) fn write(typed: &Typed<'_>, report: &Report, lang: Lang) -> anyhow::Result<()> {
    write_page(typed, || tomcheck::html(report), lang)
}

/// The same for what changed.
pub(super) fn write_changes(
    typed: &Typed<'_>,
    compared: &Comparison,
    lang: Lang,
) -> anyhow::Result<()> {
    write_page(typed, || tomcheck::compared_html(compared), lang)
}

fn write_page(typed: &Typed<'_>, page: impl Fn() -> String, lang: Lang) -> anyhow::Result<()> {
    let Some(file) = typed.path("html") else {
        return Ok(());
    };
    let written = replace::report(&file, page().as_bytes());
    written.map_err(|error| unwritten(&file, &error, lang))
}

fn unwritten(file: &Path, error: &io::Error, lang: Lang) -> anyhow::Error {
    let what = match (error.kind(), lang) {
        (io::ErrorKind::NotFound, Lang::Fr) => "ce dossier n'existe pas".to_owned(),
        (io::ErrorKind::NotFound, Lang::En) => "there is no such folder".to_owned(),
        (io::ErrorKind::PermissionDenied, Lang::Fr) => "pas le droit d'écrire ici".to_owned(),
        _ => spoken(error, lang),
    };
    complaint("--html", lang, file, &what)
}

fn no_report(command: &str, lang: Lang) -> String {
    match lang {
        Lang::Fr => format!("la commande {command} ne fait pas de rapport"),
        Lang::En => format!("the command {command} makes no report"),
    }
}

const REPORTING: &[&str] = &[
    "check", "card", "certs", "tls", "proxy", "trace", "judge", "compare",
];
