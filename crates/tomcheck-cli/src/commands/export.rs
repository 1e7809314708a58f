//! `tomcheck certs --export DIR`: into which file does each certificate go?

use std::path::Path;

use serde_json::Value;
use tomcheck::{Lang, Report};

use super::files::{self, Files};

/// Writes each certificate of the report into a file of its own; what is said of it.
pub(super) fn write(report: &Report, folder: &Path, lang: Lang) -> anyhow::Result<String> {
    let option = "--export";
    let files = certificates(report);
    let written = Files {
        option,
        folder,
        files,
    };
    let written = written.write(lang)?;
    Ok(match written.is_empty() {
        true => nothing(lang).to_owned(),
        false => files::told(&written, lang),
    })
}

fn certificates(report: &Report) -> Vec<(String, String)> {
    let certs = report.details.get("certs").and_then(Value::as_array);
    let certs = certs.into_iter().flatten().enumerate();
    let files = certs.filter_map(|(place, one)| {
        let pem = one.get("pem")?.as_str()?;
        let label = one.get("label").and_then(Value::as_str);
        // Cards of several persons may go into one folder.
        let digest = one.pointer("/certificate/sha256").and_then(Value::as_str);
        let digest = digest.and_then(|digest| digest.get(..8)).unwrap_or("0");
        let slug = slug(label.unwrap_or_default());
        let name = format!("{}-{slug}-{digest}.cer", place + 1);
        Some((name, pem.to_owned()))
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

const fn nothing(lang: Lang) -> &'static str {
    match lang {
        Lang::Fr => "aucun certificat à écrire\n",
        Lang::En => "no certificate to write\n",
    }
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
