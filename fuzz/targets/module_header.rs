//! Any file that may stand where a PKCS#11 module should: read, never loaded.
#![no_main]

use libfuzzer_sys::fuzz_target;
use tomcheck_cert::ModuleProbe;
use tomcheck_diagnosis::{Observation, Probe};

fuzz_target!(|bytes: &[u8]| {
    let file = tempfile::NamedTempFile::new().expect("a temporary file can be made");
    std::fs::write(file.path(), bytes).expect("and written");
    let explicit = Some(file.path().to_owned());
    let _ = ModuleProbe { explicit }.observe().findings();
});
