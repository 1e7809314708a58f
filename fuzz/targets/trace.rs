//! Any bytes a log file may hold: text in any encoding, compressed, or captured packets.
#![no_main]

use std::io::Write as _;

use libfuzzer_sys::fuzz_target;
use tomcheck::trace::{Input, Options, Unwatched, trace};

fuzz_target!(|bytes: &[u8]| {
    let mut file = tempfile::NamedTempFile::new().expect("a temporary file is made");
    file.write_all(bytes).expect("it is written");
    let options = Options::new([Input::File(file.path().to_owned())]);
    let traced = trace(&options, &tomcheck::Quiet, &Unwatched);
    assert!(traced.report.redacted);
});
