//! Any bytes a reader may call an ATR.
#![no_main]

use libfuzzer_sys::fuzz_target;
use tomcheck_reader::{Atr, AtrBytes, AtrExplanation};

fuzz_target!(|bytes: &[u8]| {
    let Some(atr) = AtrBytes::new(bytes) else {
        return;
    };
    let explained = AtrExplanation::of(&atr);
    let told: usize = explained.parts.iter().map(|part| part.bytes.len()).sum();
    assert_eq!(told, bytes.len(), "every byte is explained once");
    let _ = explained.summary();
    if let Ok(read) = Atr::read(&atr) {
        assert!(
            read.historical().len() <= 15,
            "ISO 7816-3 counts them in four bits"
        );
    }
});
