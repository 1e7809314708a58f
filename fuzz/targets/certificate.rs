//! Any bytes a card may hold as a certificate, or a file named on the command line.
#![no_main]

use libfuzzer_sys::fuzz_target;
use tomcheck_cert::identify::{HolderCertificate, read_file};

fuzz_target!(|bytes: &[u8]| {
    let decoded = HolderCertificate::decode(bytes);
    let read = read_file(bytes);
    assert!(
        decoded.is_err() || read.is_ok(),
        "a file of nothing but a certificate is one"
    );
});
