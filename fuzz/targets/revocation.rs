//! Any bytes a site may send as a revocation list or as a responder's answer.
#![no_main]

use std::io::{Cursor, Read};

use libfuzzer_sys::fuzz_target;
use tomcheck_cert::{Fetch, FetchFailure, FetchRequest, Outcome, RevocationProbe};
use tomcheck_diagnosis::{Instant, Observation, Probe};

const HOLDER: &[u8] = include_bytes!("../seeds/holder.der");
const ISSUER: &[u8] = include_bytes!("../seeds/issuer.der");

struct Sends(Vec<u8>);

impl Fetch for Sends {
    fn fetch(&self, _: &FetchRequest<'_>) -> Result<Box<dyn Read + Send>, FetchFailure> {
        Ok(Box::new(Cursor::new(self.0.clone())))
    }
}

fuzz_target!(|bytes: &[u8]| {
    let seen = RevocationProbe {
        certificate: HOLDER,
        issuer: Some(ISSUER),
        fetch: &Sends(bytes.to_vec()),
        now: Instant::from_unix(1_800_000_000),
    }
    .observe();
    let settled = seen.answers.iter().any(|one| {
        matches!(one.outcome, Outcome::Good { .. } | Outcome::Revoked { .. })
    });
    assert!(!settled, "the key is lost: nothing can be signed with it");
    let _ = seen.findings();
});
