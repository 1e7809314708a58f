//! Which lines of a log are worth sending?

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::time::Duration;

use serde_json::Value;
use tomcheck_cert::TracePlaces;
use tomcheck_diagnosis::{Identity, Lang, Report, Text};

use crate::progress::Progress;
use crate::trace::{self, Excerpt, Input, Unwatched};

/// Logs that lie where programs write them, of the last week, the newest first: the Cryptolib's,
/// Java's. None where nothing writes any.
pub fn usual_logs() -> Vec<PathBuf> {
    let cryptolib = TracePlaces::usual().logs().to_owned();
    let java = JAVA.iter().filter_map(|(variable, folder)| {
        let home = std::env::var_os(variable)?;
        Some(Path::new(&home).join(folder))
    });
    let folders = std::iter::once(cryptolib).chain(java);
    folders.flat_map(|folder| newest(&folder)).collect()
}

/// Source: Oracle, deployment properties (`deployment.user.logdir`).
const JAVA: &[(&str, &str)] = &[
    ("HOME", ".java/deployment/log"),
    ("USERPROFILE", "AppData/LocalLow/Sun/Java/Deployment/log"),
    (
        "HOME",
        "Library/Application Support/Oracle/Java/Deployment/log",
    ),
];

fn newest(folder: &Path) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(folder).into_iter().flatten().flatten();
    let recent = entries.take(MOST_ENTRIES).filter_map(|entry| {
        let about = entry.metadata().ok().filter(std::fs::Metadata::is_file)?;
        let age = about.modified().ok()?.elapsed().unwrap_or_default();
        (age < WEEK).then(|| (age, entry.path()))
    });
    let mut recent: Vec<_> = recent.collect();
    recent.sort();
    recent
        .into_iter()
        .take(MOST_OF_A_FOLDER)
        .map(|(_, path)| path)
        .collect()
}

const MOST_ENTRIES: usize = 4096;
const MOST_OF_A_FOLDER: usize = 3;
const WEEK: Duration = Duration::from_secs(7 * 86_400);

/// What became of the logs.
pub(super) struct Logs {
    /// What they say together; none: there was none to read.
    pub(super) report: Option<Report>,
    pub(super) excerpts: Vec<(PathBuf, Excerpt)>,
    pub(super) left_out: Vec<(PathBuf, Text, Option<String>)>,
    /// Whom the logs name in columns of their own.
    pub(super) identities: Vec<Identity>,
}

/// Lines before and after one that says something.
const AROUND: u64 = 6;

/// Reads the logs, and takes the lines around those that say something. Nothing of it is masked
/// but for passwords and codes. Blocks until all are read.
pub(super) fn excerpts(files: &[PathBuf], lang: Lang, progress: &dyn Progress) -> Logs {
    let mut logs = Logs {
        report: None,
        excerpts: Vec::new(),
        left_out: Vec::new(),
        identities: Vec::new(),
    };
    if files.is_empty() {
        return logs;
    }
    let mut options = trace::Options::new(files.iter().cloned().map(Input::File));
    options.lang = lang;
    // masked with all the rest: a name that one file gives away goes from the others too
    options.show_identity = true;
    let (traced, identities) = trace::trace_knowing(&options, progress, &Unwatched);
    logs.identities = identities;
    let hits = hits(&traced.report);
    for file in files {
        let lines = hits.get(file.display().to_string().as_str());
        logs.one(file, lines.map_or(&[][..], Vec::as_slice), &traced.unread);
    }
    logs.report = Some(traced.report);
    logs
}

impl Logs {
    fn one(&mut self, file: &Path, lines: &[u64], unread: &[(String, std::io::Error)]) {
        let name = file.display().to_string();
        let out = |why, said| (file.to_owned(), why, said);
        if let Some((_, error)) = unread.iter().find(|(path, _)| *path == name) {
            self.left_out.push(out(UNREAD, Some(error.to_string())));
            return;
        }
        if lines.is_empty() {
            self.left_out.push(out(NOTHING, None));
            return;
        }
        let wanted = |line: u64| lines.iter().any(|hit| hit.abs_diff(line) <= AROUND);
        match trace::excerpt(&Input::File(file.to_owned()), wanted) {
            Ok(Some(excerpt)) => self.excerpts.push((file.to_owned(), excerpt)),
            Ok(None) => self.left_out.push(out(NO_TEXT, None)),
            Err(error) => self.left_out.push(out(UNREAD, Some(error.to_string()))),
        }
    }
}

/// The lines that say something, file by file.
fn hits(report: &Report) -> BTreeMap<&str, Vec<u64>> {
    let hits = report
        .details
        .get("trace")
        .and_then(|trace| trace.get("hits"));
    let hits = hits.and_then(Value::as_array).into_iter().flatten();
    let mut of_files: BTreeMap<&str, Vec<u64>> = BTreeMap::new();
    for hit in hits {
        let path = hit.get("path").and_then(Value::as_str);
        let line = hit.get("line").and_then(Value::as_u64);
        if let (Some(path), Some(line)) = (path, line) {
            of_files.entry(path).or_default().push(line);
        }
    }
    of_files
}

/// Each line with its number, as `mask` leaves it; gaps are seen.
pub(super) fn numbered(file: &Path, excerpt: &Excerpt, mask: impl Fn(&str) -> String) -> String {
    let mut text = format!("# {}\n", mask(&file.display().to_string()));
    let mut last = 0;
    for (number, line) in &excerpt.lines {
        if *number != last + 1 {
            text.push_str("…\n");
        }
        let _ = writeln!(text, "{number}: {}", mask(line));
        last = *number;
    }
    if excerpt.is_cut {
        text.push_str("… (too long)\n");
    }
    text
}

const UNREAD: Text = Text {
    fr: "illisible",
    en: "cannot be read",
};
const NOTHING: Text = Text {
    fr: "rien n'y dit ce qui bloque",
    en: "nothing in it says what blocks",
};
const NO_TEXT: Text = Text {
    fr: "ce n'est pas du texte : seul ce qu'on y a reconnu est dans le rapport des journaux",
    en: "this is no text: only what was recognised in it is in the report of the logs",
};
