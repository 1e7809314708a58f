//! Does the library withstand whatever it is called with? The fuzzer of fuzz/ drives it the same way.
#![expect(
    unsafe_code,
    unreachable_pub,
    clippy::indexing_slicing,
    reason = "it is called as C calls it"
)]

mod drive;

use proptest::prelude::*;

proptest! {
    #![proptest_config(ProptestConfig { cases: 100, failure_persistence: None, ..ProptestConfig::default() })]
    #[test]
    fn whatever_the_bytes_say_no_call_crashes_or_panics(bytes in prop::collection::vec(any::<u8>(), 0..2000)) {
        drive::drive(&bytes);
    }
}
