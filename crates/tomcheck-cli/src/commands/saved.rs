//! How does a saved report get in?

use std::ffi::OsStr;
use std::fs::{self, File};
use std::io::{self, Read};
use std::path::Path;

use anyhow::anyhow;
use tomcheck::{Lang, MOST_REPORT_BYTES, Report};

/// The report of a file, or of standard input (`-`).
///
/// # Errors
///
/// One line that names the file, where it cannot be read or is no report.
pub(super) fn read(input: &OsStr, lang: Lang) -> anyhow::Result<Report> {
    let bytes =
        bytes(input).map_err(|error| complaint(input, &super::unreadable(&error, lang), lang))?;
    let report = Report::from_json(&bytes);
    report.map_err(|error| complaint(input, &error.say(lang), lang))
}

/// One more than there may be: what is too large shows as such.
fn bytes(input: &OsStr) -> io::Result<Vec<u8>> {
    let most = MOST_REPORT_BYTES as u64 + 1;
    let mut bytes = Vec::new();
    if input == "-" {
        io::stdin().lock().take(most).read_to_end(&mut bytes)?;
        return Ok(bytes);
    }
    let kind = fs::metadata(Path::new(input))?.file_type();
    if kind.is_dir() {
        return Err(io::ErrorKind::IsADirectory.into());
    }
    // opening a pipe waits for somebody to write into it: that is what `-` is for
    if !kind.is_file() {
        return Err(io::ErrorKind::InvalidInput.into());
    }
    let file = File::open(Path::new(input))?;
    file.take(most).read_to_end(&mut bytes)?;
    Ok(bytes)
}

fn complaint(input: &OsStr, what: &str, lang: Lang) -> anyhow::Error {
    anyhow!(super::of_file(Path::new(input), what, lang))
}
