//! What the PKCS#11 module and the certificates of the card say.
//!
//! The questions, in the order a technician asks them:
//!
//! | question                                   | probe                | what comes back      |
//! |--------------------------------------------|----------------------|----------------------|
//! | Is there a module this process can load?   | [`ModuleProbe`]      | [`ModuleSeen`]       |
//! | Does it start?                             | [`InitialiseProbe`]  | [`InitialiseSeen`]   |
//! | What does it show of the card?             | [`TokenProbe`]       | [`TokenSeen`]        |
//! | Does the code porteur open the key?        | [`LoginProbe`]       | [`LoginSeen`]        |
//! | Which certificate opens the site?          | [`CertificateProbe`] | [`CertificatesSeen`] |
//! | Are the authorities above it here?         | [`ChainProbe`]       | [`ChainSeen`]        |
//! | Has it been revoked?                       | [`RevocationProbe`]  | [`RevocationSeen`]   |
//! | Does a browser reach the card?             | [`browser`]          | one a question       |
//!
//! Modules of vendors crash and hang, so none is loaded into the calling process: a [`Worker`]
//! process loads it, every foreign call has a deadline, and a crash or a hang is something
//! seen, with the name of the call. A program that signs often and knows its module may do
//! without the process, by [`Worker::in_process`], which says what that gives up: deadlines
//! still hold, and a crash ends the program.
//!
//! # What this crate does not do
//!
//! It changes nothing: no card is reset, no object written, no PIN changed. It spends a try of
//! the code porteur only in [`LoginProbe`], once, and never the last one unless asked to.
//! It does not know which site is to be reached, nor what PC/SC says.
//!
//! # Example
//!
//! ```
//! use tomcheck_cert::{ModuleProbe, ModuleSeen};
//! use tomcheck_diagnosis::{Observation, Probe};
//!
//! let probe = ModuleProbe { explicit: Some("Cargo.toml".into()) };
//! let seen: ModuleSeen = probe.observe();
//! assert!(seen.usable().is_none());
//! assert_eq!(seen.findings()[0].kind.code, "module.not-pkcs11");
//! ```

mod authorities;
pub mod browser;
mod cache;
mod certificates;
mod chain;
mod failure;
mod hexadecimal;
pub mod identify;
mod initialise;
mod listing;
mod login;
mod mechanism;
mod module;
mod names;
mod pin;
mod revocation;
mod signature;
mod sys;
mod token;
mod trace;
mod worker;
mod x509;

use tomcheck_diagnosis::FindingKind;

// The public interface is:
pub use crate::authorities::{Authorities, root_named_above};
pub use crate::cache::{
    CacheFile, CacheProbe, CacheSeen, CardCache, Compared, Fingerprint, Refresh, RefreshFailure,
    Refreshed, refresh,
};
pub use crate::certificates::{
    CertificateProbe, CertificateSeen, CertificatesSeen, Choice, ChosenCertificate, Content,
    Expected, KeyId, KeyIds, KeyValue,
};
pub use crate::chain::{
    AuthorityStores, ChainEnd, ChainProbe, ChainSeen, Link, StoreKind, StoreSeen, Stranger,
    StrangerKind,
};
pub use crate::failure::{CallFailure, Crash};
pub use crate::initialise::{InitialiseProbe, InitialiseSeen, ModuleInfo};
pub use crate::listing::{Certificates, Listed, ListingProbe, ListingSeen};
pub use crate::login::{FinalTry, LoginProbe, LoginSeen, NotTried};
pub use crate::mechanism::{Hash, SignMechanism};
pub use crate::module::{
    Architecture, FileState, Format, Header, Import, ImportPlace, ModuleFile, ModuleProbe,
    ModuleSeen, Origin, Package,
};
pub use crate::names::answers;
pub use crate::pin::{Pin, PinShape};
pub use crate::revocation::{
    Answer, Dates, Doubt, Fetch, FetchFailure, FetchPhase, FetchRequest, ListSize, NotAsked,
    Outcome, RevocationProbe, RevocationSeen, Revoked, SourceKind,
};
pub use crate::signature::SignatureCheck;
pub use crate::token::{
    KeySeen, MechanismSeen, PrivateKeys, SlotSeen, TokenAnswer, TokenCertificate, TokenFacts,
    TokenFlags, TokenProbe, TokenSeen,
};
pub use crate::trace::{
    ModuleTrace, TraceFailure, TraceLog, TracePlaces, TraceWay, Traced, restore_trace,
    trace_module, without_personal,
};
pub use crate::worker::{
    EarlyWorker, SigningPool, WORKER_ARGUMENT, Worker, WorkerCommand, WorkerFailure, serve_worker,
};
pub use crate::x509::sha256;

/// Every finding this layer can make, in the order the documentation lists them.
pub static FINDINGS: &[&FindingKind] = &[
    &module::NOT_INSTALLED,
    &module::PATH_MISSING,
    &module::WRONG_ARCHITECTURE,
    &module::NOT_PKCS11,
    &module::UNREADABLE,
    &module::READ_FAILED,
    &module::DUPLICATE,
    &module::OUTDATED,
    &initialise::DEPENDENCY_MISSING,
    &initialise::INITIALISE_FAILED,
    &cache::STALE,
    &failure::CRASHED,
    &failure::HUNG,
    &failure::NONSENSE,
    &failure::WORKER_LOST,
    &token::UNREADABLE,
    &pin::PIN_LOCKED,
    &pin::PIN_FINAL_TRY,
    &pin::PIN_COUNT_LOW,
    &pin::PIN_INCORRECT,
    &pin::PIN_CANCELLED,
    &login::EXCHANGED,
    &login::LOGIN_FAILED,
    &signature::SIGN_FAILED,
    &x509::findings::NONE,
    &x509::findings::AUTHENTICATION_MISSING,
    &x509::findings::KEY_MISSING,
    &x509::findings::KEY_MISMATCH,
    &x509::findings::EXPIRED,
    &x509::findings::NOT_YET_VALID,
    &x509::findings::EXPIRES_SOON,
    &x509::findings::WRONG_USAGE,
    &x509::findings::ISSUER_UNKNOWN,
    &x509::findings::TEST_HIERARCHY,
    &chain::CHAIN_INCOMPLETE,
    &revocation::REVOKED,
    &revocation::REVOCATION_UNKNOWN,
    &x509::findings::IDENTIFIER_MALFORMED,
    &x509::findings::IDENTIFIER_KEY_INVALID,
    &browser::FIREFOX_MODULE_MISSING,
    &browser::FIREFOX_MODULE_BROKEN,
    &browser::EXTENSION_DISABLED,
    &browser::FIREFOX_CONFINED,
    &browser::NSS_MODULE_MISSING,
    &browser::NSS_MODULE_BROKEN,
    &browser::PROFILE_UNREADABLE,
    &browser::STORE_CERTIFICATE_MISSING,
    &browser::STORE_CERTIFICATE_STALE,
    &browser::CCM_MANUAL,
    &browser::CCM_ABSENT,
];

#[test]
fn the_table_is_well_made() {
    assert_eq!(
        tomcheck_diagnosis::faults_of(FINDINGS),
        Vec::<String>::new()
    );
}
