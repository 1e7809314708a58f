//! How is the shared library linked, and what does CMake learn of its version?

use std::env::var;
use std::error::Error;
use std::fs;
use std::path::Path;

fn main() -> Result<(), Box<dyn Error>> {
    println!("cargo::rerun-if-changed=build.rs");
    package_version()?;
    if var("CARGO_CFG_TARGET_OS").as_deref() == Ok("linux") {
        shared_library()?;
    }
    Ok(())
}

/// `cargo cinstall` lays it down beside the file of CMake that is the same for every version.
fn package_version() -> Result<(), Box<dyn Error>> {
    println!("cargo::rerun-if-changed={VERSION_FILE}");
    let filled = fs::read_to_string(VERSION_FILE)?.replace("@VERSION@", &var("CARGO_PKG_VERSION")?);
    let folder = Path::new(&var("OUT_DIR")?).join("cmake");
    fs::create_dir_all(&folder)?;
    fs::write(folder.join("tomcheck-config-version.cmake"), filled)?;
    Ok(())
}

fn shared_library() -> Result<(), Box<dyn Error>> {
    // The name programs ask for. It changes with what they cannot go on with, and is the one that
    // cargo-c gives: before 1.0 any minor version may break.
    let (major, minor) = (
        var("CARGO_PKG_VERSION_MAJOR")?,
        var("CARGO_PKG_VERSION_MINOR")?,
    );
    let abi = match major.as_str() {
        "0" => format!("0.{minor}"),
        _ => major,
    };
    println!("cargo::rustc-cdylib-link-arg=-Wl,-soname,libtomcheck.so.{abi}");
    // A thread that waits for a driver may outlive every handle. The code under it must stay, and so
    // must what was registered with the C library: dlclose then unloads nothing, and nothing breaks.
    println!("cargo::rustc-cdylib-link-arg=-Wl,-z,nodelete");
    Ok(())
}

const VERSION_FILE: &str = "tomcheck-config-version.cmake.in";
