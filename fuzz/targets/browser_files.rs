//! Any text that may stand in the files of a browser.
#![no_main]

use libfuzzer_sys::fuzz_target;
use tomcheck_cert::browser::{
    PREFERENCES, read_device_policies, read_extensions, read_module_specs, read_preferences,
    read_selection,
};

fuzz_target!(|bytes: &[u8]| {
    let text = String::from_utf8_lossy(bytes);
    for spec in read_module_specs(&text) {
        assert!(!spec.name.contains(char::is_control), "it is printed");
    }
    assert!(read_preferences(&text).len() <= PREFERENCES.len());
    let _ = read_extensions(&text).map(|found| assert!(found.len() < 8));
    let _ = read_device_policies(&text).map(|found| assert!(found.len() <= 64));
    let _ = read_selection(&text).map(|found| assert!(found.len() <= 256));
});
