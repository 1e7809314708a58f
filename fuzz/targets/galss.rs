//! Any bytes that may stand in galss.ini.
#![no_main]

use libfuzzer_sys::fuzz_target;
use tomcheck_reader::{Link, read_galss_ini};

fuzz_target!(|bytes: &[u8]| {
    let channels = read_galss_ini(bytes);
    assert!(channels.len() <= 64, "no GALSS has so many");
    for channel in channels {
        let _ = channel.leads_to_the_cps();
        if let Link::Pcsc { reader } = channel.link {
            assert!(!reader.contains(char::is_control), "it is printed");
        }
    }
});
