//! Do the crates know only those they may know?
//!
//! ```text
//! cli, ffi ──► tomcheck ──► reader │ cert │ tls │ proxy ──► diagnosis
//! ```
//!
//! An arrow reads "may depend on". The four layers do not know each other: what concerns two of them is the facade's.

use std::collections::BTreeSet;
use std::path::Path;

use cargo_metadata::{DependencyKind, Metadata, MetadataCommand, Package};

/// A crate, and which of ours it may name in `[dependencies]` and `[build-dependencies]`.
const ARROWS: &[(&str, &[&str])] = &[
    ("tomcheck-diagnosis", &[]),
    ("tomcheck-reader", &["tomcheck-diagnosis"]),
    ("tomcheck-cert", &["tomcheck-diagnosis"]),
    ("tomcheck-tls", &["tomcheck-diagnosis"]),
    ("tomcheck-proxy", &["tomcheck-diagnosis"]),
    (
        "tomcheck",
        &[
            "tomcheck-cert",
            "tomcheck-diagnosis",
            "tomcheck-proxy",
            "tomcheck-reader",
            "tomcheck-tls",
        ],
    ),
    ("tomcheck-cli", &["tomcheck"]),
    ("tomcheck-ffi", &["tomcheck"]),
    ("tomcheck-testkit", &[]),
];

/// Members that show or measure the others, and so may name any of them.
const ONLOOKERS: &[&str] = &["tomcheck-examples", "tomcheck-benches"];

/// What any of ours may name in `[dev-dependencies]`: the virtual workstation.
const TEST_ARROW: &str = "tomcheck-testkit";

#[test]
fn dependencies_follow_the_arrows() {
    let metadata = workspace();
    let mut wrong = Vec::new();
    for package in metadata.workspace_packages() {
        if ONLOOKERS.contains(&package.name.as_str()) {
            continue;
        }
        let Some((_, allowed)) = ARROWS
            .iter()
            .find(|(name, _)| *name == package.name.as_str())
        else {
            wrong.push(format!("{} has no row in ARROWS", package.name));
            continue;
        };
        let named = ours_named_by(
            &metadata,
            package,
            &[DependencyKind::Normal, DependencyKind::Build],
        );
        wrong.extend(
            named
                .iter()
                .filter(|name| !allowed.contains(&name.as_str()))
                .map(|name| format!("{} must not depend on {name}", package.name)),
        );
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn every_arrow_drawn_is_a_member() {
    let metadata = workspace();
    let members = member_names(&metadata);
    for (name, _) in ARROWS {
        assert!(
            members.contains(*name),
            "{name} has a row in ARROWS and is no member"
        );
    }
}

#[test]
fn tests_reach_for_the_testkit_and_no_other_crate_of_ours() {
    let metadata = workspace();
    for package in metadata.workspace_packages() {
        if ONLOOKERS.contains(&package.name.as_str()) {
            continue;
        }
        for name in ours_named_by(&metadata, package, &[DependencyKind::Development]) {
            assert_eq!(name, TEST_ARROW, "dev-dependency of {}", package.name);
        }
    }
}

#[test]
fn every_manifest_inherits_lints_edition_and_licence() {
    for package in workspace().workspace_packages() {
        let manifest = read(package.manifest_path.as_std_path());
        for line in [
            "edition.workspace = true",
            "rust-version.workspace = true",
            "license.workspace = true",
            "[lints]\nworkspace = true",
        ] {
            assert!(
                manifest.contains(line),
                "{} lacks {line:?}",
                package.manifest_path
            );
        }
    }
}

#[test]
fn every_version_is_written_in_the_workspace_manifest() {
    for package in workspace().workspace_packages() {
        let manifest = read(package.manifest_path.as_std_path());
        let strays: Vec<&str> = dependency_lines(&manifest)
            .filter(|line| !line.contains("workspace = true"))
            .collect();
        assert!(strays.is_empty(), "{}: {strays:?}", package.manifest_path);
    }
}

#[test]
fn unsafe_code_stands_in_sys_and_in_the_c_door_only() {
    for package in workspace().workspace_packages() {
        let root = package
            .manifest_path
            .parent()
            .expect("a manifest lies in a folder");
        for file in rust_files(&root.join("src").into_std_path_buf()) {
            let at_home = package.name.as_str() == "tomcheck-ffi"
                || file.components().any(|part| part.as_os_str() == "sys");
            let allows = read(&file)
                .lines()
                .any(|line| line.contains("allow(unsafe_code)"));
            assert!(
                at_home || !allows,
                "{} allows unsafe code outside sys/",
                file.display()
            );
        }
    }
}

fn workspace() -> Metadata {
    let mut command = MetadataCommand::new();
    command
        .no_deps()
        .other_options(vec!["--offline".to_owned()]);
    command.exec().expect("cargo metadata answers")
}

fn member_names(metadata: &Metadata) -> BTreeSet<String> {
    metadata
        .workspace_packages()
        .iter()
        .map(|package| package.name.to_string())
        .collect()
}

fn ours_named_by(
    metadata: &Metadata,
    package: &Package,
    kinds: &[DependencyKind],
) -> BTreeSet<String> {
    let ours = member_names(metadata);
    package
        .dependencies
        .iter()
        .filter(|dependency| kinds.contains(&dependency.kind))
        .map(|dependency| dependency.name.to_string())
        .filter(|name| ours.contains(name))
        .collect()
}

/// The lines of every `[…dependencies]` table of a manifest.
fn dependency_lines(manifest: &str) -> impl Iterator<Item = &str> {
    let mut inside = false;
    manifest.lines().filter(move |line| {
        if line.starts_with('[') {
            inside = line.ends_with("dependencies]");
            return false;
        }
        inside && line.contains('=') && !line.starts_with('#')
    })
}

fn rust_files(folder: &Path) -> Vec<std::path::PathBuf> {
    let entries = std::fs::read_dir(folder).expect("a member has a src folder");
    let (folders, files): (Vec<_>, Vec<_>) = entries
        .map(|entry| entry.expect("the folder can be listed").path())
        .partition(|path| path.is_dir());
    let below = folders.iter().flat_map(|folder| rust_files(folder));
    files
        .into_iter()
        .filter(|path| path.extension().is_some_and(|end| end == "rs"))
        .chain(below)
        .collect()
}

fn read(path: &Path) -> String {
    std::fs::read_to_string(path).expect("a file of ours can be read")
}
