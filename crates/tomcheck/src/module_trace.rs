//! What does the module itself write down while it reads the card?

use tomcheck_cert::{
    CertificateProbe, InitialiseProbe, KeyIds, ModuleProbe, ModuleTrace, TokenProbe, TokenSeen,
    TraceFailure, TracePlaces, TraceWay, Worker, restore_trace, trace_module,
};
use tomcheck_diagnosis::{ForeignFailure, Identity, Instant, Observation, Probe, ProbeStatus};

use crate::card_side::CALL_LIMIT;
use crate::progress::{MODULE_TRACE, Progress};
use crate::{Error, Options, host, redact};

/// A log of the module, fit to be sent: personal values are replaced.
#[derive(Debug)]
pub struct MaskedLog {
    /// As the module named it.
    pub name: String,
    /// Its text.
    pub text: String,
    /// Whether it is whole.
    pub is_whole: bool,
}

/// The logs of one reading.
#[derive(Debug)]
pub struct MaskedTrace {
    /// None: the module wrote nothing, as one that is not the Cryptolib CPS.
    pub logs: Vec<MaskedLog>,
    /// Why the switch was on for every program meanwhile; none: it was on for us alone.
    pub for_all: Option<ForeignFailure>,
    /// Whether it was on for every program before, and is still: somebody else wants it so.
    pub was_on: bool,
}

/// Reads the card once through a module that writes down what it does; without the code porteur.
///
/// Turns the module's trace on and puts it back as found, also after a kill; whatever an earlier
/// call left on is put back first. Its logs are taken away. One call at a time does so on a
/// machine where the switch is turned for every program. Blocks until the card is read.
///
/// # Errors
///
/// When there is no module to load, when the switch cannot be turned on or put back, when another
/// call is at it, and when there is no worker.
pub fn module_trace(options: &Options, progress: &dyn Progress) -> Result<MaskedTrace, Error> {
    progress.begins(MODULE_TRACE);
    let traced = traced(options);
    progress.ends(MODULE_TRACE, ProbeStatus::Ok);
    traced
}

fn traced(options: &Options) -> Result<MaskedTrace, Error> {
    let places = TracePlaces::usual();
    restored(&places)?;
    let explicit = options.module.clone();
    let module = ModuleProbe { explicit }.observe();
    let module = module.usable().ok_or(Error::NoModule)?;
    let what = ModuleTrace {
        command: &options.worker,
        module,
        per_call: options.deadline.min(CALL_LIMIT),
        places,
    };
    let traced = trace_module(&what, |worker| read(worker, options)).map_err(Error::Trace)?;
    let mut pseudonyms = redact::pseudonyms();
    pseudonyms.extend(host::identities());
    pseudonyms.extend(traced.seen.identities());
    pseudonyms.extend(holder(&traced.seen));
    let logs = traced.logs.iter().map(|log| MaskedLog {
        name: log.name().to_owned(),
        text: log.masked(&pseudonyms),
        is_whole: log.is_whole(),
    });
    let (for_all, was_on) = match traced.way {
        TraceWay::ForAll { refused, was_on } => (Some(refused), was_on),
        _ => (None, false),
    };
    Ok(MaskedTrace {
        logs: logs.collect(),
        for_all,
        was_on,
    })
}

/// Puts right what a [`module_trace`] of this account left that was killed with all its helpers:
/// a trace that is still on for every program, and logs that nobody masked. Whether a trace was
/// on. Where nothing was left, as nearly always, it only looks; one that is under way stays.
///
/// # Errors
///
/// When the switch cannot be put back.
pub fn restore_module_trace() -> Result<bool, Error> {
    restored(&TracePlaces::usual())
}

fn restored(places: &TracePlaces) -> Result<bool, Error> {
    match restore_trace(places) {
        Err(TraceFailure::UnderWay) => Ok(false),
        other => other.map_err(Error::TraceLeft),
    }
}

/// What the certificates say of the holder.
fn holder(seen: &TokenSeen) -> Vec<Identity> {
    let Some(token) = seen.token() else {
        return Vec::new();
    };
    let keys = KeyIds::from(&token.private_keys);
    let certificates = CertificateProbe::new(&token.certificates, keys, Instant::now());
    certificates.observe().identities()
}

/// Whether it starts and what it reads is in its own words then.
fn read(worker: &Worker, options: &Options) -> TokenSeen {
    InitialiseProbe::new(worker).observe();
    TokenProbe::new(worker, options.reader.clone()).observe()
}
