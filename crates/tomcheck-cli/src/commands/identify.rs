//! `tomcheck identify VALUE|FILE…`: no card, no network.

use std::ffi::OsStr;
use std::fs::File;
use std::io::{self, Read};
use std::path::Path;

use tomcheck::identify::{self, Identified};
use tomcheck::{FindingRecord, Instant, Lang, Severity};

use crate::args::Typed;
use crate::output::Output;

/// No certificate file comes near it; more would only be read to be refused.
const MOST_BYTES: u64 = 4 << 20;

/// Explains every input; one that cannot be read loses none of the others.
pub(super) fn run(typed: &Typed<'_>, output: &Output, lang: Lang) -> anyhow::Result<u8> {
    let mut text = String::new();
    let mut status = crate::FINE;
    for input in typed.values("VALUE|FILE") {
        match identified(input, lang) {
            Ok(all) => {
                for one in &all {
                    status = status.max(status_of(&one.findings, typed.has("strict")));
                    text.push_str(&shown(typed, output, one, lang));
                }
            }
            Err(line) => {
                crate::complain(&line);
                status = crate::FAILED;
            }
        }
    }
    super::write(output, lang, &text)?;
    Ok(status)
}

fn status_of(findings: &[FindingRecord], strict: bool) -> u8 {
    match findings.iter().map(|finding| finding.severity).min() {
        Some(Severity::Fault) => crate::BLOCKED,
        Some(Severity::Warning) if strict => crate::BLOCKED,
        _ => crate::FINE,
    }
}

/// A name that is there is a file; one that only looks like a file must be there.
fn identified(typed: &OsStr, lang: Lang) -> Result<Vec<Identified>, String> {
    let path = Path::new(typed);
    let input = &*typed.to_string_lossy();
    if !path.exists() && !looks_like_a_file(path) {
        return Ok(vec![Identified::text(input, lang)]);
    }
    let colon = if lang == Lang::Fr { " :" } else { ":" };
    let bytes =
        read(path).map_err(|error| format!("{input}{colon} {}", unreadable(&error, lang)))?;
    let holders = identify::read_file(&bytes);
    let holders = holders.map_err(|failure| format!("{input}{colon} {}", failure.text(lang)))?;
    let now = Instant::now();
    Ok(holders
        .into_iter()
        .map(|one| Identified::certificate(input, one, now, lang))
        .collect())
}

fn looks_like_a_file(path: &Path) -> bool {
    let extension = path
        .extension()
        .and_then(|extension| extension.to_str())
        .unwrap_or_default();
    let known = ["pem", "cer", "crt", "der", "p7b"];
    known.iter().any(|one| extension.eq_ignore_ascii_case(one))
        || path.is_absolute()
        || path.starts_with(".")
        || path.starts_with("..")
}

fn read(path: &Path) -> io::Result<Vec<u8>> {
    // A device has no end and a pipe may wait for ever.
    let metadata = path.metadata()?;
    if !metadata.is_file() && !metadata.is_dir() {
        return Err(io::ErrorKind::InvalidInput.into());
    }
    let mut bytes = Vec::new();
    File::open(path)?
        .take(MOST_BYTES + 1)
        .read_to_end(&mut bytes)?;
    if bytes.len() as u64 > MOST_BYTES {
        return Err(io::ErrorKind::FileTooLarge.into());
    }
    Ok(bytes)
}

/// The system's own words are English on most systems: the common ones are said in French.
fn unreadable(error: &io::Error, lang: Lang) -> String {
    let french = match (error.kind(), lang) {
        (io::ErrorKind::NotFound, Lang::Fr) => "ce fichier n'existe pas",
        (io::ErrorKind::PermissionDenied, Lang::Fr) => "pas le droit de lire ce fichier",
        (io::ErrorKind::IsADirectory, Lang::Fr) => "c'est un dossier, pas un fichier",
        (io::ErrorKind::InvalidInput, Lang::Fr) => "ce n'est pas un fichier ordinaire",
        (io::ErrorKind::InvalidInput, Lang::En) => "not an ordinary file",
        (io::ErrorKind::FileTooLarge, Lang::Fr) => "fichier trop gros pour être un certificat",
        (io::ErrorKind::FileTooLarge, Lang::En) => "file too large to be a certificate",
        _ => return error.to_string(),
    };
    french.to_owned()
}

fn shown(typed: &Typed<'_>, output: &Output, one: &Identified, lang: Lang) -> String {
    if typed.has("json") {
        // One object a line; a type of ours always serialises.
        return serde_json::to_string(one)
            .map(|line| line + "\n")
            .unwrap_or_default();
    }
    let lines = one.lines(Instant::now(), lang);
    let rows = lines.into_iter().map(|line| (line.label, line.value));
    let mut text = super::table(&rows.collect::<Vec<_>>(), lang);
    text += &tomcheck::finding_lines(&one.findings, lang, output.style, output);
    text + "\n"
}
