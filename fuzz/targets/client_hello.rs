//! Any bytes a client may begin a connection to the test site with.
#![no_main]

use libfuzzer_sys::fuzz_target;
use tomcheck_tls::server::HelloSeen;

fuzz_target!(|bytes: &[u8]| {
    let whole = HelloSeen::of(bytes);
    if let Some(hello) = &whole {
        let _ = (hello.version_names(), hello.cipher_names());
        let _ = (hello.group_names(), hello.scheme_names());
        let _ = (hello.extension_names(), hello.offers_resumption());
        // Nothing is told that was not sent.
        assert!(hello.ciphers.len() * 2 + hello.extensions.len() * 4 <= bytes.len());
    }
    // What comes after a hello is no part of it.
    let half = bytes.get(..bytes.len() / 2).unwrap_or_default();
    if let Some(before) = HelloSeen::of(half) {
        assert_eq!(Some(before), whole);
    }
});
