//! Does every document lead where it says?
#![expect(
    clippy::unwrap_used,
    reason = "a test ends at the first thing that is not as it should"
)]

use std::fs;
use std::path::{Path, PathBuf};

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../..")
}

/// Those at the root, and all below docs/, examples/ and crates/.
fn documents() -> Vec<PathBuf> {
    let entries = fs::read_dir(root()).unwrap();
    let mut found: Vec<_> = entries.map(|entry| entry.unwrap().path()).collect();
    found.retain(|path| path.is_file());
    for folder in ["docs", "examples", "crates"] {
        below(&root().join(folder), &mut found);
    }
    found.retain(|path| path.extension().is_some_and(|end| end == "md"));
    found
}

fn below(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        match path.is_dir() {
            true if path.ends_with("target") => {}
            true => below(&path, found),
            false => found.push(path),
        }
    }
}

/// What stands in `](…)`, without what is elsewhere on the network or on the same page.
fn links(text: &str) -> impl Iterator<Item = &str> {
    let targets = text.split("](").skip(1);
    let targets = targets.filter_map(|rest| rest.split_once(')').map(|(target, _)| target));
    let files = targets.filter(|target| !target.contains("://") && !target.starts_with("mailto:"));
    files.filter_map(|target| target.split('#').next().filter(|file| !file.is_empty()))
}

#[test]
fn every_relative_link_leads_to_a_file() {
    let mut broken = Vec::new();
    let mut count = 0;
    for document in documents() {
        let text = fs::read_to_string(&document).unwrap();
        for link in links(&text) {
            count += 1;
            if !document.parent().unwrap().join(link).exists() {
                broken.push(format!("{}: {link}", document.display()));
            }
        }
    }
    assert!(broken.is_empty(), "{broken:#?}");
    assert!(count > 20, "{count} links: are these the documents?");
}

#[test]
fn no_command_has_two_rows_in_the_readme() {
    let text = fs::read_to_string(root().join("README.md")).unwrap();
    let rows = text.lines().filter(|line| line.starts_with("| `"));
    let mut names: Vec<_> = rows.filter_map(|row| row.split(" | ").next()).collect();
    let count = names.len();
    names.sort_unstable();
    names.dedup();
    assert_eq!(names.len(), count, "{names:?}");
}
