//! `tomcheck identify VALUE|FILE…`: no card, no network.

use std::ffi::OsStr;
use std::fs::File;
use std::io::{self, BufRead, Read};
use std::path::Path;

use tomcheck::identify::{self, Identified};
use tomcheck::{FindingRecord, Instant, Lang, Severity};

use crate::args::Typed;
use crate::output::Output;

/// No certificate file comes near it; more would only be read to be refused.
const MOST_BYTES: u64 = 4 << 20;
/// No folder of certificates has more.
const MOST_ENTRIES: usize = 4096;
/// An identifier with everything people write around it.
const LONGEST_LINE: u64 = 4096;
/// How much is printed at once.
const PIECE: usize = 1 << 20;

/// Explains every input; one that cannot be read loses none of the others.
pub(super) fn run(typed: &Typed<'_>, output: &Output, lang: Lang) -> anyhow::Result<u8> {
    let mut sheet = Sheet {
        output,
        lang,
        is_json: typed.has("json"),
        is_strict: typed.has("strict"),
        now: Instant::now(),
        text: Vec::new(),
        status: crate::FINE,
    };
    for input in typed.values("VALUE|FILE") {
        if input == "-" {
            sheet.list(&mut io::stdin().lock())?;
        } else if Path::new(input).is_dir() {
            sheet.folder(Path::new(input))?;
        } else {
            match identified(input, lang) {
                Ok(all) => sheet.add_all(&all)?,
                Err(unread) => sheet.complain(unread.line()),
            }
        }
    }
    sheet.end()
}

/// What is printed, as it comes to be.
struct Sheet<'a> {
    output: &'a Output,
    lang: Lang,
    is_json: bool,
    is_strict: bool,
    now: Instant,
    text: Vec<u8>,
    status: u8,
}

impl Sheet<'_> {
    /// One identifier a line; blank lines are passed over.
    fn list(&mut self, input: &mut impl BufRead) -> anyhow::Result<()> {
        let mut line = Vec::new();
        loop {
            match next_line(input, &mut line) {
                Ok(true) => {}
                Ok(false) => return Ok(()),
                // what was read before is told all the same
                Err(error) => {
                    self.complain(&format!("-: {}", super::unreadable(&error, self.lang)));
                    return Ok(());
                }
            }
            let text = String::from_utf8_lossy(&line);
            let text = text.trim();
            if !text.is_empty() {
                self.add(&Identified::text(text, self.lang))?;
            }
        }
    }

    /// Every file of a folder, by name, not of those in it. What is no certificate is said and
    /// is no fault: folders hold other files too.
    fn folder(&mut self, folder: &Path) -> anyhow::Result<()> {
        let entries = std::fs::read_dir(folder).map(|entries| {
            let paths = entries.take(MOST_ENTRIES + 1).filter_map(Result::ok);
            paths.map(|entry| entry.path()).collect::<Vec<_>>()
        });
        let mut files = match entries {
            Ok(files) => files,
            Err(error) => {
                self.complain(&super::of_file(
                    folder,
                    &super::unreadable(&error, self.lang),
                    self.lang,
                ));
                return Ok(());
            }
        };
        if files.len() > MOST_ENTRIES {
            let what = match self.lang {
                Lang::Fr => format!("plus de {MOST_ENTRIES} fichiers : tous n'ont pas été lus"),
                Lang::En => format!("more than {MOST_ENTRIES} files: not all were read"),
            };
            self.complain(&super::of_file(folder, &what, self.lang));
            files.truncate(MOST_ENTRIES);
        }
        files.retain(|path| path.is_file());
        files.sort();
        for file in files {
            match identified(file.as_os_str(), self.lang) {
                Ok(all) => self.add_all(&all)?,
                Err(Unread::NoCertificate(line)) => crate::complain(&line),
                Err(Unread::File(line)) => self.complain(&line),
            }
        }
        Ok(())
    }

    fn add_all(&mut self, all: &[Identified]) -> anyhow::Result<()> {
        all.iter().try_for_each(|one| self.add(one))
    }

    fn add(&mut self, one: &Identified) -> anyhow::Result<()> {
        let status = status_of(&one.findings, self.is_strict);
        self.status = self.status.max(status);
        self.show(one);
        // A file is written once and whole, a reader of standard output gets what there is.
        if self.text.len() > PIECE && self.output.file().is_none() {
            super::write(self.output, self.lang, &self.text)?;
            self.text.clear();
        }
        Ok(())
    }

    fn show(&mut self, one: &Identified) {
        if self.is_json {
            // one object a line
            one.write_json(&mut self.text);
        } else {
            let lines = one.lines(self.now, self.lang);
            let rows = lines.iter().map(|line| (line.label, &*line.value));
            super::table(&mut self.text, &rows.collect::<Vec<_>>(), self.lang);
            let style = self.output.style;
            let findings = tomcheck::finding_lines(&one.findings, self.lang, style, self.output);
            self.text.extend_from_slice(findings.as_bytes());
        }
        self.text.push(b'\n');
    }

    fn complain(&mut self, line: &str) {
        crate::complain(line);
        self.status = crate::FAILED;
    }

    fn end(self) -> anyhow::Result<u8> {
        super::write(self.output, self.lang, &self.text)?;
        Ok(self.status)
    }
}

/// The next line, its end cut off; what of it is longer than any identifier is passed over.
fn next_line(input: &mut impl BufRead, line: &mut Vec<u8>) -> io::Result<bool> {
    line.clear();
    if input.by_ref().take(LONGEST_LINE).read_until(b'\n', line)? == 0 {
        return Ok(false);
    }
    let mut rest = Vec::new();
    while line.len() as u64 == LONGEST_LINE && !line.ends_with(b"\n") && !rest.ends_with(b"\n") {
        rest.clear();
        if input
            .by_ref()
            .take(LONGEST_LINE)
            .read_until(b'\n', &mut rest)?
            == 0
        {
            break;
        }
    }
    Ok(true)
}

fn status_of(findings: &[FindingRecord], strict: bool) -> u8 {
    match findings.iter().map(|finding| finding.severity).min() {
        Some(Severity::Fault) => crate::BLOCKED,
        Some(Severity::Warning) if strict => crate::BLOCKED,
        _ => crate::FINE,
    }
}

/// Why a file tells nothing, in one line.
enum Unread {
    /// It cannot be read.
    File(String),
    /// It can, and holds no certificate.
    NoCertificate(String),
}

impl Unread {
    fn line(&self) -> &str {
        match self {
            Self::File(line) | Self::NoCertificate(line) => line,
        }
    }
}

/// A name that is there is a file; one that only looks like a file must be there.
fn identified(typed: &OsStr, lang: Lang) -> Result<Vec<Identified>, Unread> {
    let path = Path::new(typed);
    let input = &*typed.to_string_lossy();
    if !path.exists() && !looks_like_a_file(path) {
        return Ok(vec![Identified::text(input, lang)]);
    }
    let bytes = read(path);
    let bytes = bytes.map_err(|error| {
        Unread::File(super::of_file(path, &super::unreadable(&error, lang), lang))
    })?;
    let holders = identify::read_file(&bytes);
    let holders = holders.map_err(|failure| {
        Unread::NoCertificate(super::of_file(path, &failure.text(lang), lang))
    })?;
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
    let known = ["pem", "cer", "crt", "der", "p7b", "p7c", "p7s", "spc"];
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
