//! How is the shared library linked?

use std::env::var;

fn main() {
    println!("cargo::rerun-if-changed=build.rs");
    if var("CARGO_CFG_TARGET_OS").as_deref() != Ok("linux") {
        return;
    }
    // the name programs ask for: it changes when what they were built with no longer holds
    let abi = "0";
    println!("cargo::rustc-cdylib-link-arg=-Wl,-soname,libtomcheck.so.{abi}");
    // A thread that waits for a driver may outlive every handle. The code under it must stay, and so
    // must what was registered with the C library: dlclose then unloads nothing, and nothing breaks.
    println!("cargo::rustc-cdylib-link-arg=-Wl,-z,nodelete");
}
