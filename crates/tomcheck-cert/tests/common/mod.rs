//! What do the tests of the module share?
#![allow(
    dead_code,
    clippy::unwrap_used,
    reason = "each test uses some of it and fails by panicking"
)]

#[cfg(target_os = "linux")]
pub(crate) mod softhsm;

use std::path::Path;
use std::time::Duration;

use tomcheck_cert::{
    InitialiseProbe, InitialiseSeen, Pin, TokenFacts, TokenProbe, Worker, WorkerCommand,
};
use tomcheck_diagnosis::{Observation, Probe};
use tomcheck_testkit::{CardOptions, Holder, Identity, Pki, Purpose, Variant};

/// The worker of this build.
pub(crate) fn command() -> WorkerCommand {
    WorkerCommand::of_program(env!("CARGO_BIN_EXE_tomcheck-worker"))
}

/// A worker for `module` whose calls may take twenty seconds: the machine may be busy.
pub(crate) fn worker(module: &Path) -> Worker {
    Worker::start(&command(), module, Duration::from_secs(20)).unwrap()
}

/// A worker whose module runs.
pub(crate) fn started(module: &Path) -> Worker {
    initialised(worker(module))
}

/// The worker, once its module runs.
pub(crate) fn initialised(worker: Worker) -> Worker {
    let seen = InitialiseProbe::new(&worker).observe();
    assert!(matches!(seen, InitialiseSeen::Ready { .. }), "{seen:?}");
    worker
}

/// What the module shows of the only card.
pub(crate) fn token_of(worker: &Worker) -> TokenFacts {
    let seen = TokenProbe::new(worker, None).observe();
    let token = seen.token().cloned();
    token.expect("the module shows a token")
}

pub(crate) fn pin(code: &str) -> Pin {
    Pin::parse(code.into()).unwrap()
}

/// Runs it as an account that the modes of files bind: root they do not.
#[cfg(target_os = "linux")]
pub(crate) fn bound_by_modes<T: Send>(test: impl FnOnce() -> T + Send) -> T {
    use rustix::thread::{CapabilitySet, capabilities, set_capabilities};
    let bound = || {
        let mut sets = capabilities(None).unwrap();
        sets.effective.remove(
            CapabilitySet::DAC_OVERRIDE | CapabilitySet::DAC_READ_SEARCH | CapabilitySet::FOWNER,
        );
        // of this thread only
        set_capabilities(None, sets).unwrap();
        test()
    };
    std::thread::scope(|scope| scope.spawn(bound).join().unwrap())
}

/// The codes of what was found, worst first as the probe gave them.
pub(crate) fn codes(seen: &impl Observation) -> Vec<&'static str> {
    seen.findings()
        .iter()
        .map(|finding| finding.kind.code)
        .collect()
}

pub(crate) fn identity(purpose: Purpose) -> Identity {
    Pki::shared().person(Holder::Cpe, purpose, Variant::Valid)
}

/// A card with the two keys and certificates that every CPx has.
pub(crate) fn two_pairs() -> CardOptions {
    let (authentication, signature) = (
        identity(Purpose::Authentication),
        identity(Purpose::Signature),
    );
    CardOptions::new()
        .authentication_pair(
            authentication.key().clone(),
            authentication.certificate_der(),
        )
        .signature_pair(signature.key().clone(), signature.certificate_der())
}
