//! Does the library withstand whatever it is called with? The fuzzer of fuzz/ drives it the same way.
#![expect(
    unsafe_code,
    unreachable_pub,
    clippy::indexing_slicing,
    reason = "it is called as C calls it"
)]

mod drive;

use proptest::prelude::*;

/// A function that nobody drives is one that nobody tried with what it is not made for.
#[test]
fn every_function_is_driven() {
    let driven = include_str!("drive/mod.rs");
    let is_name = |c: char| c.is_alphanumeric() || c == '_';
    let words: std::collections::BTreeSet<&str> = driven.split(|c| !is_name(c)).collect();
    for function in include_str!("../symbols.txt").lines() {
        assert!(words.contains(function), "{function} is not driven");
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 100, failure_persistence: None, ..ProptestConfig::default() })]
    #[test]
    fn whatever_the_bytes_say_no_call_crashes_or_panics(bytes in prop::collection::vec(any::<u8>(), 0..2000)) {
        drive::drive(&bytes);
    }
}
