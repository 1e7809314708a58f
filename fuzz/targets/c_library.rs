//! Any bytes as calls of the C library: every function, with handles that are good, freed or made up.
#![no_main]

use libfuzzer_sys::fuzz_target;

#[path = "../../crates/tomcheck-ffi/tests/drive/mod.rs"]
mod drive;

fuzz_target!(|bytes: &[u8]| drive::drive(bytes));
