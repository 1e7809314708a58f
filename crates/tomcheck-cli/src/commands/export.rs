//! `tomcheck certs --export DIR`: into which file does each certificate go?

use std::fs::{self, OpenOptions};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use anyhow::anyhow;
use serde_json::Value;
use tomcheck::{Lang, Report};

/// Writes each certificate of the report into a file of its own, and hands back their paths.
/// Replaces nothing: where one of the files is there already, none is written.
pub(super) fn write(report: &Report, folder: &Path, lang: Lang) -> anyhow::Result<Vec<PathBuf>> {
    let files = files(report, folder);
    if let Some((taken, _)) = files.iter().find(|(path, _)| path.exists()) {
        return Err(complaint(lang, taken, &is_there(lang)));
    }
    if files.is_empty() {
        return Ok(Vec::new());
    }
    let begun = fs::create_dir_all(folder);
    begun.map_err(|error| complaint(lang, folder, &error.to_string()))?;
    for (path, pem) in &files {
        let written = create(path, pem);
        written.map_err(|error| complaint(lang, path, &error.to_string()))?;
    }
    Ok(files.into_iter().map(|(path, _)| path).collect())
}

/// Somebody may have made it since we looked.
fn create(path: &Path, pem: &str) -> io::Result<()> {
    let mut file = OpenOptions::new().write(true).create_new(true).open(path)?;
    file.write_all(pem.as_bytes())
}

fn files<'a>(report: &'a Report, folder: &Path) -> Vec<(PathBuf, &'a str)> {
    let certs = report.details.get("certs").and_then(Value::as_array);
    let certs = certs.into_iter().flatten().enumerate();
    let files = certs.filter_map(|(place, one)| {
        let pem = one.get("pem")?.as_str()?;
        let label = one.get("label").and_then(Value::as_str);
        let name = format!("{}-{}.cer", place + 1, slug(label.unwrap_or_default()));
        Some((folder.join(name), pem))
    });
    files.collect()
}

/// A name every system takes. The label comes from the card: nothing in it may leave the folder.
fn slug(label: &str) -> String {
    let plain = label.chars().map(|c| match c {
        c if c.is_ascii_alphanumeric() => c.to_ascii_lowercase(),
        _ => ' ',
    });
    let plain: String = plain.collect();
    let words: Vec<_> = plain.split_whitespace().take(MOST_WORDS).collect();
    match words.is_empty() {
        true => "certificat".to_owned(),
        false => words.join("-").chars().take(LONGEST).collect(),
    }
}

const MOST_WORDS: usize = 8;
const LONGEST: usize = 60;

fn is_there(lang: Lang) -> String {
    match lang {
        Lang::Fr => "existe déjà, rien n'a été écrit".to_owned(),
        Lang::En => "is there already, nothing was written".to_owned(),
    }
}

fn complaint(lang: Lang, path: &Path, what: &str) -> anyhow::Error {
    let colon = if lang == Lang::Fr { " :" } else { ":" };
    anyhow!("--export{colon} {}{colon} {what}", path.display())
}

/// What is said of them, on standard error.
pub(super) fn told(written: &[PathBuf], lang: Lang) -> String {
    if written.is_empty() {
        return match lang {
            Lang::Fr => "aucun certificat à écrire\n".to_owned(),
            Lang::En => "no certificate to write\n".to_owned(),
        };
    }
    let word = if lang == Lang::Fr {
        "écrit :"
    } else {
        "written:"
    };
    let lines = written
        .iter()
        .map(|path| format!("{word} {}\n", path.display()));
    lines.collect()
}

#[test]
fn a_label_cannot_leave_the_folder_and_always_gives_a_name() {
    assert_eq!(
        slug("Certificat d'Authentification CPS"),
        "certificat-d-authentification-cps"
    );
    assert_eq!(slug("../../etc/passwd"), "etc-passwd");
    assert_eq!(slug("é\u{0}"), "certificat");
    assert!(slug(&"a".repeat(500)).len() <= LONGEST);
}
