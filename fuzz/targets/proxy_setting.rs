//! Any text that may stand in `--proxy`, a variable or the registry, or as a URL.
#![no_main]

use libfuzzer_sys::fuzz_target;
use tomcheck_proxy::{Setting, SiteUrl};

fuzz_target!(|text: &str| {
    let _ = Setting::parse(text);
    let _ = SiteUrl::parse(text);
});
