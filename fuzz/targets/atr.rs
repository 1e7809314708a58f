//! Any bytes a reader may call an ATR.
#![no_main]

use libfuzzer_sys::fuzz_target;
use tomcheck_reader::{Atr, AtrBytes};

fuzz_target!(|bytes: &[u8]| {
    let Some(atr) = AtrBytes::new(bytes) else {
        return;
    };
    if let Ok(read) = Atr::read(&atr) {
        assert!(
            read.historical().len() <= 15,
            "ISO 7816-3 counts them in four bits"
        );
    }
});
