//! Any bytes a server may answer to a ClientHello of ours.
#![no_main]

use libfuzzer_sys::fuzz_target;
use tomcheck_tls::Answer;

fuzz_target!(|bytes: &[u8]| {
    let whole = Answer::of(bytes);
    if let Answer::Hello(hello) = &whole {
        let _ = (hello.version.label(), hello.cipher.label());
    }
    // More bytes add to what is known and never unsay it.
    let half = bytes.get(..bytes.len() / 2).unwrap_or_default();
    let before = Answer::of(half);
    assert!(
        before == Answer::Unfinished || before == whole,
        "{before:?} {whole:?}"
    );
});
