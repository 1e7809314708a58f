//! Where may the tests and the demo leave what outlives them?

use std::path::{Path, PathBuf};

/// Cargo's target directory, which holds what it knows of its compiler; a program copied
/// elsewhere gets the temporary one. (Its `CACHEDIR.TAG` is only there where cargo itself made
/// the directory.)
pub fn target_directory() -> PathBuf {
    let program = std::env::current_exe().unwrap_or_default();
    let marked = program
        .ancestors()
        .find(|folder| folder.join(".rustc_info.json").is_file());
    marked.map_or_else(std::env::temp_dir, Path::to_path_buf)
}

#[test]
fn it_is_found_from_a_test_of_this_build() {
    let program = std::env::current_exe().unwrap_or_default();
    assert!(program.starts_with(target_directory()) && target_directory() != std::env::temp_dir());
}
