//! How is the token opened by our own layers?

use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use anyhow::{anyhow, bail, ensure};
use tomcheck::{Credential, GivenPin, Layer, OpenCard, Options, Quiet, Scope, open_card};
use tomcheck_cert::{
    FinalTry, InitialiseProbe, InitialiseSeen, LoginProbe, LoginSeen, Pin, SignMechanism,
    TokenProbe, WORKER_ARGUMENT, Worker, WorkerCommand,
};
use tomcheck_diagnosis::Probe;

use crate::peer::{PATIENCE, Peer};
use crate::room::{KEY_ID, PIN, TokenHome};

/// Who calls the module.
pub(crate) enum Caller {
    /// A process of its own, started so.
    Worker(WorkerCommand),
    /// This process, which has the token's environment.
    Us,
}

/// The token's certificate and key, as the facade opens them for any program.
///
/// # Errors
///
/// What is in the way.
pub(crate) fn credential(module: &Path, caller: Caller) -> anyhow::Result<Credential> {
    let (worker, in_process) = match caller {
        Caller::Worker(command) => (command, false),
        Caller::Us => (WorkerCommand::of_program(std::env::current_exe()?), true),
    };
    let mut options = Options::new(Scope::Certs, worker);
    // SoftHSM has no reader
    options.layers.remove(&Layer::Reader);
    options.layers.remove(&Layer::Card);
    options.in_process = in_process;
    options.module = Some(module.to_owned());
    options.pin = Some(Box::new(GivenPin::new(pin()?)));
    options.deadline = PATIENCE;
    match open_card(options, &Quiet)? {
        OpenCard::Ready(credential) => Ok(credential),
        OpenCard::Blocked(report) => bail!("the token: {:?}", report.verdict),
    }
}

fn pin() -> anyhow::Result<Pin> {
    Pin::parse(PIN.into()).map_err(|_| anyhow!("the code has no code's shape"))
}

/// The slot of the token, once the code was presented.
pub(crate) fn log_in(worker: &Worker) -> anyhow::Result<u64> {
    let initialised = InitialiseProbe::new(worker).observe();
    let is_ready = matches!(initialised, InitialiseSeen::Ready { .. });
    ensure!(is_ready, "C_Initialize: {initialised:?}");
    let seen = TokenProbe::new(worker, None).observe();
    let token = seen.token().ok_or_else(|| anyhow!("no token: {seen:?}"))?;
    let login = LoginProbe::new(worker, token, pin()?, FinalTry::Refuse).observe();
    let is_in = matches!(login, LoginSeen::LoggedIn { .. });
    ensure!(is_in, "C_Login: {login:?}");
    Ok(token.slot)
}

/// The worker's environment holds only what is known to be needed and is in ours: `env` puts
/// in what is this token's alone.
pub(crate) fn command(home: &TokenHome) -> anyhow::Result<WorkerCommand> {
    command_with(&home.environment)
}

/// The same, with these variables.
pub(crate) fn command_with(
    environment: &[(&'static str, PathBuf)],
) -> anyhow::Result<WorkerCommand> {
    let settings = environment.iter().map(|(name, value)| {
        let mut setting = OsString::from(name);
        setting.push("=");
        setting.push(value);
        setting
    });
    let own = [std::env::current_exe()?.into(), WORKER_ARGUMENT.into()];
    Ok(WorkerCommand {
        program: "/usr/bin/env".into(),
        arguments: settings.chain(own).collect(),
        variables: vec![],
    })
}

/// No handshake at all: one signature, which is the least that any of them costs.
pub(crate) struct Signature {
    worker: Arc<Worker>,
    slot: u64,
}

impl Signature {
    /// Starts this very program as the worker, and logs in.
    pub(crate) fn new(home: &TokenHome) -> anyhow::Result<Self> {
        let worker = Arc::new(Worker::start(&command(home)?, &home.module, PATIENCE)?);
        let slot = log_in(&worker)?;
        Ok(Self { worker, slot })
    }
}

impl Peer for Signature {
    fn once(&mut self) -> anyhow::Result<()> {
        let pss = SignMechanism::RsaPkcsPss {
            hash: tomcheck_cert::Hash::Sha256,
            salt: 32,
        };
        let signed = self.worker.sign(self.slot, KEY_ID, pss, &[0; 32])?;
        ensure!(signed.len() == 256, "a signature of {} bytes", signed.len());
        Ok(())
    }
}
