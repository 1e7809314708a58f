//! Where may the tests and the demo leave what outlives them?

use std::path::{Path, PathBuf};

/// Cargo's target directory, which it marks; a program copied elsewhere gets the temporary one.
pub fn target_directory() -> PathBuf {
    let program = std::env::current_exe().unwrap_or_default();
    let marked = program
        .ancestors()
        .find(|folder| folder.join("CACHEDIR.TAG").is_file());
    marked.map_or_else(std::env::temp_dir, Path::to_path_buf)
}
