//! Any bytes that a store, or a card, may hold as an authority's certificate.
#![no_main]

use libfuzzer_sys::fuzz_target;
use tomcheck_cert::{AuthorityStores, ChainProbe};
use tomcheck_diagnosis::{Instant, Observation, Probe};

const HOLDER: &[u8] = include_bytes!("../seeds/holder.der");
const ISSUER: &[u8] = include_bytes!("../seeds/issuer.der");

fuzz_target!(|bytes: &[u8]| {
    let stores = AuthorityStores::new().with_card([bytes.to_vec(), ISSUER.to_vec()]);
    for leaf in [HOLDER, bytes] {
        let now = Instant::from_unix(1_800_000_000);
        let _ = ChainProbe { leaf, stores: &stores, now }.observe().findings();
    }
});
