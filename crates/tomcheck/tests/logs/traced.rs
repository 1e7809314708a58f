//! What does tomcheck make of these files?

use std::fs;
use std::path::Path;

use tomcheck::trace::{Input, Options, Traced, Unwatched, trace};
use tomcheck::{FindingRecord, Lang, Quiet, Report, VerdictStatus};

pub(crate) const TOM: &str = "tom.gip-cps.fr";
pub(crate) const OK: (VerdictStatus, &str) = (VerdictStatus::Ok, "");

/// Files of these names and contents, read.
pub(crate) fn traced(files: &[(&str, &[u8])]) -> Traced {
    traced_with(files, |_| {})
}

/// The same, asked for in another way.
pub(crate) fn traced_with(files: &[(&str, &[u8])], ask: impl FnOnce(&mut Options)) -> Traced {
    let folder = tempfile::tempdir().unwrap();
    for (name, content) in files {
        fs::write(folder.path().join(name), content).unwrap();
    }
    let names: Vec<&str> = files.iter().map(|(name, _)| *name).collect();
    read(folder.path(), &names, ask)
}

pub(crate) fn read(folder: &Path, names: &[&str], ask: impl FnOnce(&mut Options)) -> Traced {
    let inputs = names.iter().map(|name| Input::File(folder.join(name)));
    let mut options = Options::new(inputs);
    options.lang = Lang::En;
    ask(&mut options);
    trace(&options, &Quiet, &Unwatched)
}

pub(crate) fn of_log(log: &str) -> Report {
    traced(&[("a.log", log.as_bytes())]).report
}

pub(crate) fn verdict(report: &Report) -> (VerdictStatus, &str) {
    (report.verdict.status, cause(report))
}

/// The code; empty where there is none.
pub(crate) fn cause(report: &Report) -> &str {
    report.verdict.root_cause.as_deref().unwrap_or_default()
}

/// What the finding shows under this label; empty where it shows nothing.
pub(crate) fn proof(finding: &FindingRecord, label: &str) -> String {
    let mut all = finding.evidence.iter();
    let found = all.find(|evidence| evidence.label == label);
    found
        .map(|evidence| evidence.value.to_string())
        .unwrap_or_default()
}
