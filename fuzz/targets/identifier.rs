//! Any text that may be typed or stand in a certificate as an identifier.
#![no_main]

use libfuzzer_sys::fuzz_target;
use tomcheck_cert::identify::Identifier;

fuzz_target!(|text: &str| {
    let _ = Identifier::parse(text);
});
