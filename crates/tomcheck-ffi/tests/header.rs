//! Is the committed header the one the sources make?
//!
//! `TOMCHECK_REGENERATE=1 cargo test -p tomcheck-ffi --test header` writes it anew.

use std::fs;
use std::path::Path;

#[test]
fn the_header_is_up_to_date() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let config = cbindgen::Config::from_file(root.join("cbindgen.toml")).unwrap();
    let header = cbindgen::Builder::new()
        .with_crate(root)
        .with_config(config)
        .generate()
        .unwrap();
    let mut made = Vec::new();
    header.write(&mut made);
    let path = root.join("include/tomcheck.h");
    if std::env::var_os("TOMCHECK_REGENERATE").is_some() {
        fs::write(&path, &made).unwrap();
    }
    let committed = fs::read(&path).unwrap_or_default();
    assert!(
        committed == made,
        "include/tomcheck.h is not what the sources make"
    );
}
